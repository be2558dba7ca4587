import math

import torch
from torch import nn, optim

torch.manual_seed(0)
# Four sums of waves, to be predicted one step ahead; too long to go back through all of it at once.
wave = [[math.sin(0.2 * t + n) + math.sin(0.31 * t * (n + 1)) for t in range(401)] for n in range(4)]
signal = torch.tensor(wave).unsqueeze(2)  # [N, T, 1]
inputs, targets = signal.narrow(1, 0, 400), signal.narrow(1, 1, 400)

rnn = nn.LSTM(1, 20, batch_first=True)
head = nn.Linear(20, 1)
parameters = [*rnn.parameters(), *head.parameters()]
optimizer = optim.RMSprop(parameters, lr=0.005)
for epoch in range(4):
    state, total = None, 0.0
    for x, y in zip(inputs.split(50, dim=1), targets.split(50, dim=1)):
        output, state = rnn(x, state)
        loss = nn.functional.mse_loss(head(output), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        state = tuple(each.detach() for each in state)  # values go on, gradients do not
        total += loss.item()
    print(f"epoch {epoch}: {total / 8:.4f}")
print("state", " ".join(f"{value:.3f}" for value in state[0][0, 0, :5].tolist()))
