"""The Python side of recurrent.test.ts: `recurrent.py FOLDER` answers every FOLDER/*.case.safetensors with a *.answer.safetensors.

Values and gradients are computed in float64. The metadata of an answer says for each of them how far torch's own float32 is from that.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

PARAMETER = "parameter."


def run(case, given, dtype):
    """Forward and backward of one case: outputs, final states, and the gradient of everything that wants one."""
    wants = case["wants"]
    net = getattr(torch.nn, case["module"])(*case["sizes"], **case["options"], dtype=dtype).eval()
    net.requires_grad_("parameters" in wants)
    net.load_state_dict({name.removeprefix(PARAMETER): value for name, value in given.items() if name.startswith(PARAMETER)})
    kinds = {"input": "input", "h0": "state", "c0": "state"}
    leaves = {name: given[name].to(dtype).requires_grad_(kind in wants) for name, kind in kinds.items() if name in given}
    state = [leaves[name] for name in ["h0", "c0"] if name in leaves]
    input, lengths, batch_first = leaves["input"], case["lengths"], case["options"]["batch_first"]
    if lengths:
        input = pack_padded_sequence(input, lengths, batch_first, case["enforce_sorted"])
    output, last = net(input, (tuple(state) if len(state) == 2 else state[0]) if state else None)
    if lengths:
        output, _ = pad_packed_sequence(output, batch_first, total_length=case["steps"])
    results = {"output": output} | dict(zip(["hn", "cn"], last if case["module"] == "LSTM" else [last]))
    sum((value * given[f"upstream.{name}"].to(dtype)).sum() for name, value in results.items()).backward()
    leaves |= {f"{PARAMETER}{name}": parameter for name, parameter in net.named_parameters()}
    results |= {f"{name}.grad": leaf.grad for name, leaf in leaves.items() if leaf.grad is not None}
    return {name: value.detach().contiguous() for name, value in results.items()}


for path in Path(sys.argv[1]).glob("*.case.safetensors"):
    with safe_open(path, framework="pt") as file:
        case = json.loads(file.metadata()["case"])
    given = load_file(path)
    answer, single = run(case, given, torch.float64), run(case, given, torch.float32)
    errors = {name: (single[name] - value).abs().max().item() for name, value in answer.items()}
    save_file(answer, str(path).replace(".case.", ".answer."), metadata={"float32 errors": json.dumps(errors)})
