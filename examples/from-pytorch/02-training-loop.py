import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)


def noisy_lines(count):
    """Lines of 12 steps [N, T, 1] under noise, and whether each rises [N]."""
    slope = 2 * torch.rand(count, 1, 1) - 1
    inputs = slope * torch.linspace(0, 2, 12).reshape(12, 1) + torch.rand(count, 12, 1)
    return TensorDataset(inputs, (slope > 0).long().flatten())


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(1, 10, batch_first=True)
        self.head = nn.Linear(10, 2)

    def forward(self, inputs):
        output, _ = self.rnn(inputs)
        return self.head(output[:, -1])


def evaluate(model, dataset):
    model.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, targets in DataLoader(dataset, batch_size=64):
            logits = model(inputs)
            loss += nn.functional.cross_entropy(logits, targets, reduction="sum").item()
            correct += (logits.argmax(1) == targets).sum().item()
    return f"{loss / len(dataset):.4f} {correct}/{len(dataset)}"


training, validation = random_split(noisy_lines(200), [0.8, 0.2])
model = Classifier()
optimizer = optim.Adam(model.parameters(), lr=0.02)
for epoch in range(5):
    model.train()
    for inputs, targets in DataLoader(training, batch_size=32, shuffle=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    print(f"epoch {epoch}: training {evaluate(model, training)}, validation {evaluate(model, validation)}")
print(f"test {evaluate(model, noisy_lines(100))}")
