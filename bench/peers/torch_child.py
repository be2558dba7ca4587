"""PyTorch as a contestant: reads requests, one line of JSON each, and answers each with a line.

Usage: torch_child.py THREADS, 0 for PyTorch's default.
"""

import json
import sys
import time

import torch


def training_step(line, rnn, x):
    criterion = torch.nn.MSELoss()
    optimizer = torch.optim.Adam(rnn.parameters())
    target = torch.randn(line["steps"], line["batch"], line["hidden"])

    def run():
        optimizer.zero_grad()
        output, _ = rnn(x)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def forward(line, rnn, x):
    """A whole sequence; of one step, with the state that the last call left."""
    state = None

    @torch.no_grad()
    def run():
        nonlocal state
        _, after = rnn(x, state)
        if line["steps"] == 1 and line["batch"] == 1:
            state = after

    return run


def prepare(line):
    rnn = getattr(torch.nn, line["cell"])(line["input"], line["hidden"], num_layers=line["layers"])
    x = torch.randn(line["steps"], line["batch"], line["input"])
    return training_step(line, rnn, x) if line["mode"] == "train" else forward(line, rnn.eval(), x)


def sample(run, milliseconds):
    """The milliseconds of each call, of at least one and for at least so long."""
    times = []
    end = time.perf_counter() + milliseconds / 1000
    while True:
        start = time.perf_counter()
        run()
        now = time.perf_counter()
        times.append(1000 * (now - start))
        if now >= end:
            return times


def describe():
    return {
        "version": torch.__version__,
        "threads": torch.get_num_threads(),
        "capability": torch.backends.cpu.get_cpu_capability(),
    }


def main():
    threads = int(sys.argv[1])
    if threads > 0:
        torch.set_num_threads(threads)
    print(json.dumps(describe()), flush=True)
    run = None
    for request in map(json.loads, sys.stdin):
        if "prepare" in request:
            run = prepare(request["prepare"])
            answer = True
        else:
            answer = sample(run, request["sample"])
            time.sleep(0.005)  # OpenMP's threads wait busily for some milliseconds: not in the turn of the next
        print(json.dumps(answer), flush=True)


main()
