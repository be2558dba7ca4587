"""The public names of PyTorch's modules, of which docs/pytorch-compat.md has every one: `names.py` prints test/golden/names.json."""

import importlib
import inspect
import json
import types

import torch

MODULES = """nn nn.functional nn.init nn.utils nn.utils.parametrize nn.utils.parametrizations nn.utils.prune nn.utils.rnn nn.utils.stateless
optim optim.lr_scheduler optim.swa_utils utils.data autograd random""".split()
CLASSES = """Generator nn.Module optim.Optimizer optim.lr_scheduler.LRScheduler""".split()


def is_own(value):
    """Whether it is no module, and nothing of others that was imported."""
    if isinstance(value, types.ModuleType):
        return False
    origin = getattr(value, "__module__", None)
    return callable(value) and (origin is None or origin.split(".")[0] == "torch")


def names_of(path):
    module = importlib.import_module(f"torch.{path}")
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [name for name, value in vars(module).items() if is_own(value)]
    return sorted({name for name in listed if not name.startswith("_") and not inspect.ismodule(getattr(module, name))})


def members_of(path):
    module, _, name = path.rpartition(".")
    members = dir(getattr(importlib.import_module(f"torch.{module}" if module else "torch"), name))
    return [member for member in members if not member.startswith("_")]


cases = [{"module": path, "names": names_of(path)} for path in MODULES]
cases += [{"module": path, "names": members_of(path)} for path in CLASSES]
lines = ",\n".join(json.dumps(case) for case in cases)
print(f'{{"torch": "{torch.__version__.split("+")[0]}", "cases": [\n{lines}\n]}}')
