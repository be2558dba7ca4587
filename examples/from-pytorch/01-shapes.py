import torch
from torch import nn

torch.manual_seed(0)
x = torch.rand(7, 3, 5)  # [T, N, I]

rnn = nn.RNN(5, 4)
output, hn = rnn(x)
print("RNN", list(output.shape), list(hn.shape))
print(" ".join(f"{value:.4f}" for value in hn[0, 0].tolist()))

gru = nn.GRU(5, 4, batch_first=True)
output, hn = gru(x.transpose(0, 1))  # states are never batch first
print("GRU", list(output.shape), list(hn.shape))

lstm = nn.LSTM(5, 4, num_layers=2, bidirectional=True, proj_size=2)
output, (hn, cn) = lstm(x)
print("LSTM", list(output.shape), list(hn.shape), list(cn.shape))

# The last layer's states: forwards they are the last step, backwards the first.
forwards, backwards = output.split(2, dim=2)
print(torch.equal(hn[2], forwards[-1]), torch.equal(hn[3], backwards[0]))

output, hn = rnn(x[:, 0])  # one sequence without a batch
print("unbatched", list(output.shape), list(hn.shape))

for name, parameter in lstm.named_parameters():
    if "l1" in name:
        print(name, list(parameter.shape))
