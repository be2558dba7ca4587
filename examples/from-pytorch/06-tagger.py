import torch
from torch import nn, optim
from torch.nn.utils.rnn import pad_sequence

torch.manual_seed(0)
# Words 1 to 7; a word's tag is 1 if it stands between two equal ones.
sentences = [torch.randint(1, 8, (length,)) for length in torch.randint(4, 15, (60,)).tolist()]


def tags(words):
    words = words.tolist()
    return [int(0 < t < len(words) - 1 and words[t - 1] == words[t + 1]) for t in range(len(words))]


tokens = pad_sequence(sentences, batch_first=True)  # [N, T], padded with 0
targets = pad_sequence([torch.tensor(tags(words)) for words in sentences], batch_first=True, padding_value=-100)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(8, 8, padding_idx=0)
        self.rnn = nn.GRU(8, 16, bidirectional=True, batch_first=True)
        self.head = nn.Linear(32, 2)

    def forward(self, tokens):
        output, _ = self.rnn(self.embedding(tokens))
        return self.head(output)


model = Tagger()
criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 4.0]), ignore_index=-100)
optimizer = optim.Adam(model.parameters(), lr=0.01)
for step in range(61):
    logits = model(tokens)
    loss = criterion(logits.transpose(1, 2), targets)  # classes are the second dimension
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        right = (logits.argmax(2) == targets).sum().item()
        print(f"step {step}: {loss.item():.4f}, {right} of {(targets != -100).sum().item()} right")
