"""A character model of PyTorch: the twin of twin.ts, line by line.

    python twin.py FOLDER STEPS

FOLDER holds text.txt and what twin.ts leaves there; it gets torch.json, torch.safetensors and two files of logits.
"""

import hashlib
import json
import math
import statistics
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

BATCH = 32
SPAN = 64
LEARNING_RATE = 1e-2
HELD_OUT = 8192  # characters at the end of the text
EVERY = 15  # steps between two looks at them


class CharModel(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 24)
        self.rnn = nn.LSTM(24, 64, num_layers=2, batch_first=True)
        self.head = nn.Linear(64, vocabulary)
        # Embeddings start from a normal distribution, whose last bits depend on the machine in PyTorch; uniform ones do not.
        nn.init.uniform_(self.embedding.weight, -1, 1)

    def forward(self, tokens):
        output, _ = self.rnn(self.embedding(tokens))
        return self.head(output)


def draw(text):
    """BATCH random pieces of the text: the characters [N, T], and those that follow them [N, T]."""
    starts = torch.randint(0, len(text) - SPAN, [BATCH])
    pieces = torch.stack([text.narrow(0, start, SPAN + 1) for start in starts.tolist()])
    return pieces.narrow(1, 0, SPAN), pieces.narrow(1, 1, SPAN)


def bits_per_character(model, text):
    with torch.no_grad():
        logits = model(text.narrow(0, 0, len(text) - 1).unsqueeze(0))
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), text.narrow(0, 1, len(text) - 1))
    return loss.item() / math.log(2)


def train(model, text, steps):
    learned, held_out = text.narrow(0, 0, len(text) - HELD_OUT), text.narrow(0, len(text) - HELD_OUT - 1, HELD_OUT + 1)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    losses, bits, seconds = [], [], []
    for step in range(1, steps + 1):
        begin = time.perf_counter()
        tokens, targets = draw(learned)
        optimizer.zero_grad()
        loss = criterion(model(tokens).flatten(0, 1), targets.flatten())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - begin)
        if step % EVERY == 0 or step == steps:
            bits.append({"step": step, "bits": bits_per_character(model, held_out)})
    return {"losses": losses, "heldOut": bits, "charactersPerSecond": BATCH * SPAN / statistics.median(seconds)}


def answer(model, text, path):
    """Writes the logits of the text's last characters."""
    tokens = text.narrow(0, len(text) - 2 * 24, 2 * 24).reshape(2, 24).int()
    with torch.no_grad():
        save_file({"tokens": tokens, "logits": model(tokens)}, path)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(folder, steps):
    torch.set_num_threads(1)
    data = (folder / "text.txt").read_bytes()
    characters = sorted(set(data.decode()))
    ids = {character: number for number, character in enumerate(characters)}
    text = torch.tensor([ids[character] for character in data.decode()])
    torch.manual_seed(0)
    model = CharModel(len(characters))
    initial = {name: sha256(value.numpy().tobytes()) for name, value in model.state_dict().items()}
    record = {
        "software": f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}",
        "threads": torch.get_num_threads(),
        "text": sha256(data),
        "initial": initial,
        **train(model, text, steps),
    }
    save_file(model.state_dict(), folder / "torch.safetensors")
    answer(model, text, folder / "torch.logits.safetensors")
    model.load_state_dict(load_file(folder / "unrolled.safetensors"))
    answer(model, text, folder / "unrolled-in-torch.logits.safetensors")
    (folder / "torch.json").write_text(json.dumps(record, indent=1) + "\n")


main(Path(sys.argv[1]), int(sys.argv[2]))
