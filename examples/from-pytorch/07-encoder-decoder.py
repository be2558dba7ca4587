import torch
from torch import nn, optim

torch.manual_seed(0)
START = 6  # the symbols are 0 to 5; a sequence of four is to be written backwards


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 16)
        self.encoder = nn.GRU(16, 32)
        self.decoder = nn.GRU(16, 32)
        self.head = nn.Linear(32, 6)

    def encode(self, source):
        _, hn = self.encoder(self.embedding(source))
        return hn

    def decode(self, tokens, state):
        output, state = self.decoder(self.embedding(tokens), state)
        return self.head(output), state


model = Translator()
optimizer = optim.Adam(model.parameters(), lr=0.01)
for step in range(101):
    source = torch.randint(0, 6, (4, 64))  # [T, N]
    target = source.flip(0)
    given = torch.cat([torch.full((1, 64), START), target.narrow(0, 0, 3)])  # teacher forcing: shifted by one
    logits, _ = model.decode(given, model.encode(source))
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 25 == 0:
        print(f"step {step}: {loss.item():.3f}")

with torch.no_grad():
    source = torch.tensor([[0, 5], [1, 2], [2, 2], [3, 4]])
    token, state = torch.full((1, 2), START), model.encode(source)
    for _ in range(4):
        logits, state = model.decode(token, state)
        token = logits.argmax(2)  # what it has written is what it is given next
        print(token[0].tolist())
