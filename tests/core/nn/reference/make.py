"""Make `recurrent.npz`: what PyTorch's recurrent layers compute forward and backward, in double precision.

    python -m venv torch && torch/bin/pip install torch numpy && torch/bin/python tests/core/nn/reference/make.py

The committed file was made with PyTorch 2.13.0. Each case has sequences of three lengths in one packed batch, random
weights, the outputs of all steps, the states after each sequence, and the derivatives of the sum of the outputs times
`dy` by input and weights.
"""

from pathlib import Path

import numpy as np
import torch

LENGTHS, INPUTS, UNITS = (3, 5, 1), 2, 3
KINDS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def case(kind, bidirectional):
    """Return the arrays of one layer, by name."""
    torch.manual_seed(len(kind) + bidirectional)
    layer = KINDS[kind](INPUTS, UNITS, bidirectional=bidirectional, dtype=torch.float64)
    x = [torch.randn(length, INPUTS, dtype=torch.float64, requires_grad=True) for length in LENGTHS]
    packed = torch.nn.utils.rnn.pack_sequence(x, enforce_sorted=False)
    y, states = layer(packed)
    parts = torch.nn.utils.rnn.unpack_sequence(y)
    dy = [torch.randn_like(part) for part in parts]
    sum((part * slope).sum() for part, slope in zip(parts, dy)).backward()
    states = states if isinstance(states, tuple) else (states,)
    arrays = {"x": torch.cat(x), "y": torch.cat(parts), "dy": torch.cat(dy), "dx": torch.cat([part.grad for part in x])}
    for name, parameter in layer.named_parameters():
        arrays[name], arrays[f"d{name}"] = parameter, parameter.grad
    for name, state in zip("hc", states):
        arrays[name] = state
    return {name: array.detach().numpy() for name, array in arrays.items()}


if __name__ == "__main__":
    found = {
        f"{kind}.{'both' if both else 'ahead'}.{name}": array
        for kind in KINDS
        for both in (False, True)
        for name, array in case(kind, both).items()
    }
    np.savez_compressed(Path(__file__).with_name("recurrent.npz"), lengths=np.array(LENGTHS), **found)
