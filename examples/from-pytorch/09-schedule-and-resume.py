import torch
from torch import nn, optim


def begin():
    model = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = optim.AdamW(model.parameters(), lr=0.05)
    warmup = optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=4)
    decay = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=8)
    return model, optimizer, optim.lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[4])


def train(model, optimizer, scheduler, first, end):
    for epoch in range(first, end):
        inputs = torch.rand(32, 3)
        loss = nn.functional.smooth_l1_loss(model(inputs), inputs.prod(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"epoch {epoch}: lr {scheduler.get_last_lr()[0]:.5f}, loss {loss.item():.5f}")
        scheduler.step()


torch.manual_seed(0)
model, optimizer, scheduler = begin()
train(model, optimizer, scheduler, 0, 6)
states = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
torch.save({**states, "generator": torch.get_rng_state(), "epoch": 6}, "checkpoint.pt")
train(model, optimizer, scheduler, 6, 9)

print("once more from the checkpoint")
model, optimizer, scheduler = begin()
checkpoint = torch.load("checkpoint.pt")
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
scheduler.load_state_dict(checkpoint["scheduler"])
torch.set_rng_state(checkpoint["generator"])
train(model, optimizer, scheduler, checkpoint["epoch"], 9)
