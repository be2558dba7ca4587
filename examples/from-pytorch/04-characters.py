import torch
from torch import nn, optim

torch.manual_seed(0)
text = "to be, or not to be, that is the question: " * 8
characters = sorted(set(text))
ids = torch.tensor([characters.index(character) for character in text])
tokens, targets = ids[:320].reshape(4, 80), ids[1:321]


class CharModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(characters), 12)
        self.rnn = nn.LSTM(12, 32, num_layers=2, batch_first=True)
        self.head = nn.Linear(32, len(characters))

    def forward(self, tokens, state=None):
        output, state = self.rnn(self.embedding(tokens), state)
        return self.head(output), state


model = CharModel()
optimizer = optim.AdamW(model.parameters(), lr=0.02)
for step in range(81):
    logits, _ = model(tokens)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.4f}")

# One character after the other: the state has all that came before.
written, state = "to be", None
token = torch.tensor([[characters.index(character) for character in written]])
with torch.no_grad():
    for _ in range(38):
        logits, state = model(token, state)
        token = logits[:, -1].argmax(-1, keepdim=True)
        written += characters[token.item()]
print(written)
