import torch
from safetensors.torch import save_file
from torch import nn, optim


class Detector(nn.Module):
    """Is the signal, step by step, above its running average?"""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(1, 12)
        self.head = nn.Linear(12, 1)

    def forward(self, signal, state=None):
        output, state = self.rnn(signal, state)
        return self.head(output).sigmoid(), state


torch.manual_seed(0)
signal = torch.rand(50, 32, 1).cumsum(0).remainder(1.0)
average = signal.cumsum(0) / torch.arange(1, 51).reshape(50, 1, 1)
model = Detector()
optimizer = optim.Adam(model.parameters(), lr=0.02)
for step in range(150):
    optimizer.zero_grad()
    nn.functional.binary_cross_entropy(model(signal)[0], (signal > average).float()).backward()
    optimizer.step()
torch.save(model.state_dict(), "detector.pt")

# A .pt file moves over as safetensors: the same names, the same values.
save_file(torch.load("detector.pt"), "detector.safetensors")

model.eval()
state = None
with torch.no_grad():
    for value in [0.1, 0.9, 0.5, 0.6, 0.2, 0.4]:
        probability, state = model(torch.tensor([[[value]]]), state)
        print(f"{value} is above the average: {probability.item():.4f}")
