import torch
from torch import nn, optim
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader

torch.manual_seed(0)

# Sequences of 3 to 12 steps [T_n, 4], and which of the first three values is the largest on average.
sequences = [torch.rand(length, 4) for length in torch.randint(3, 13, (120,)).tolist()]
samples = [(sequence, sequence.narrow(1, 0, 3).mean(0).argmax()) for sequence in sequences]


def collate(samples):
    padded = pad_sequence([sequence for sequence, _ in samples])  # [T, N, 4]
    lengths = [len(sequence) for sequence, _ in samples]
    return padded, lengths, torch.stack([target for _, target in samples])


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(4, 16, bidirectional=True)
        self.head = nn.Linear(32, 3)

    def forward(self, padded, lengths):
        packed = pack_padded_sequence(padded, lengths, enforce_sorted=False)
        _, hn = self.rnn(packed)  # each sequence's own last state, in the original order
        return self.head(torch.cat([hn[0], hn[1]], dim=1))


model = Classifier()
optimizer = optim.Adam(model.parameters(), lr=0.01)
for epoch in range(12):
    total, correct = 0.0, 0
    for padded, lengths, targets in DataLoader(samples, batch_size=20, shuffle=True, collate_fn=collate):
        logits = model(padded, lengths)
        loss = nn.functional.cross_entropy(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(lengths)
        correct += (logits.argmax(1) == targets).sum().item()
    if epoch % 3 == 2:
        print(f"epoch {epoch}: loss {total / 120:.4f}, {correct} of 120 right")
