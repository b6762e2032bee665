"""Long lags: which cells learn to add two numbers, and to keep a symbol, over a hundred steps.

The adding problem (Hochreiter and Schmidhuber, 1997) marks two numbers of a sequence, one in each half; the answer is
their sum. Guessing the mean has R² = 0. Run it by ``python benchmarks/long_lags.py`` (minutes; too long for the tests,
which use forty steps); with names of cells, only these are trained.
"""

import sys
import time

import numpy as np

from groundup import RNNRegressor

STEPS, ROWS, EPOCHS = 100, 3000, 40
CELLS = ("lstm", "gru", "rnn")


def adding(n: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n sequences (n, steps, 2) of numbers and marks, and the sums (n,) of the two marked numbers."""
    rng = np.random.default_rng(seed)
    rows, marks, numbers = np.arange(n), np.zeros((n, steps)), rng.random((n, steps))
    first, second = rng.integers(0, steps // 2, n), rng.integers(steps // 2, steps, n)
    marks[rows, first] = marks[rows, second] = 1
    X = np.stack([numbers, marks], axis=2).astype(np.float32)
    return X, numbers[rows, first] + numbers[rows, second]


def main(cells: tuple[str, ...]) -> None:
    """Train each cell and print its R² on new sequences."""
    train, test = adding(ROWS, STEPS, 0), adding(1000, STEPS, 1)
    for cell in cells:
        begin = time.perf_counter()
        model = RNNRegressor((32,), cell, batch_size=50, learning_rate_init=0.01, max_iter=EPOCHS, random_state=0)
        print(f"{cell:4}  R² {model.fit(*train).score(*test):6.3f}  {time.perf_counter() - begin:4.0f} s", flush=True)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or CELLS)
