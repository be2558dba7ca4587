import math

import torch
from torch import nn, optim

torch.manual_seed(0)
# Waves of 40 steps [T, N, 1]: 20 are given; from there on the model goes on with what it has predicted itself.
wave = [[math.sin(0.3 * t + phase) for phase in range(6)] for t in range(41)]
steps = torch.tensor(wave).unsqueeze(2).unbind(0)


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(1, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, given, count):
        h, c = torch.zeros(6, 16), torch.zeros(6, 16)
        outputs = []
        for t in range(count):
            x = given[t] if t < len(given) else outputs[-1]
            h, c = self.cell(x, (h, c))
            outputs.append(self.head(h))
        return torch.stack(outputs)


model = Forecaster()
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
targets = torch.stack(steps[1:])
for step in range(46):
    outputs = model(steps[:20], 40)
    loss = nn.functional.mse_loss(outputs, targets)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
    optimizer.step()
    if step % 15 == 0:
        print(f"step {step}: loss {loss.item():.4f}, norm of the gradients {norm.item():.4f}")
