import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
# The adding problem: of ten numbers two are marked, and their sum is asked for.
values, marks = torch.rand(400, 10, 1), torch.zeros(400, 10)
first, second = torch.randint(0, 5, (400,)).tolist(), torch.randint(5, 10, (400,)).tolist()
for n in range(400):
    marks[n, first[n]] = marks[n, second[n]] = 1
inputs = torch.cat([values, marks.unsqueeze(2)], dim=2)
dataset = TensorDataset(inputs, (inputs[:, :, 0] * marks).sum(1))


class Adder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(2, 16, batch_first=True)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 1)

    def forward(self, inputs):
        _, hn = self.rnn(inputs)
        return self.head(self.norm(hn[-1])).squeeze(1)


model = Adder()
optimizer = optim.Adam(
    [
        {"params": model.rnn.parameters(), "lr": 0.01},
        {"params": model.head.parameters(), "weight_decay": 1e-4},
        {"params": model.norm.parameters()},
    ],
    lr=0.003,
)
criterion = nn.MSELoss()
for epoch in range(6):
    total = 0.0
    for inputs, targets in DataLoader(dataset, batch_size=50, shuffle=True, drop_last=True):
        loss = criterion(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    optimizer.param_groups[0]["lr"] *= 0.9
    print(f"epoch {epoch}: {total / 8:.4f}")
