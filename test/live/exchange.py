"""The Python side of exchange.test.ts: `exchange.py FOLDER` reads and writes the files of that folder."""

import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save, save_file

folder = Path(sys.argv[1])


def run(net, name, input):
    """What the module makes of the input, and what went in."""
    with torch.no_grad():
        output, (hn, cn) = net(input)
    save_file({"input": input, "output": output, "hn": hn, "cn": cn}, folder / name)


def read_theirs():
    """Loads a state dict that unrolled wrote, strictly, and runs it."""
    net = torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True)
    net.load_state_dict(load_file(folder / "ours.safetensors"))
    run(net, "ours.run.safetensors", load_file(folder / "ours.input.safetensors")["input"])


def write_for_them():
    """A state dict of Python's, and its run."""
    net = torch.nn.LSTM(4, 6, num_layers=2, proj_size=3)
    save_file(net.state_dict(), folder / "theirs.safetensors", metadata={"written by": "Python"})
    run(net, "theirs.run.safetensors", torch.randn(7, 2, 4))


def write_again():
    """Reads files of any tensors, and writes what it has read."""
    for path in folder.glob("again.*.safetensors"):
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
        path.with_suffix(".python").write_bytes(save(load_file(path), metadata=metadata))


read_theirs()
write_for_them()
write_again()
