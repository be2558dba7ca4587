"""The Python side of exchange.test.ts: `exchange.py FOLDER` reads and writes the files of that folder."""

import json
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


def read_checkpoint():
    """The parameters, Adam's averages and the random generator of a checkpoint; what torch draws from there on."""
    path = folder / "checkpoint.safetensors"
    tensors = load_file(path)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    assert metadata["format"] == "unrolled.checkpoint", metadata
    assert json.loads(metadata["extra"]) == {"best": 0.1}, metadata
    net = torch.nn.GRU(3, 5)
    net.load_state_dict({name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")})
    saved = json.loads(metadata["optimizer"])
    (group,) = saved["groups"]
    assert group["names"] == [name for name, _ in net.named_parameters()], group
    optimizer = torch.optim.Adam(net.parameters(), lr=group["options"]["lr"])
    state = {}
    for name, value in tensors.items():
        if name.startswith("optimizer.state."):
            number, key = name.removeprefix("optimizer.state.").split(".")
            state.setdefault(int(number), {"step": torch.tensor(float(saved["numbers"][number]["step"]))})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": [{**optimizer.state_dict()["param_groups"][0], "params": group["params"]}]})
    torch.set_rng_state(tensors["generator"])
    drawn = torch.rand(7)
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, 0.25)
    optimizer.step()
    save_file({**net.state_dict(), "drawn": drawn}, folder / "stepped.safetensors")


read_theirs()
write_for_them()
write_again()
read_checkpoint()
