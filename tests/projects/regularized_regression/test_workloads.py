"""The crossover that the chapter prints, measured with a clock that only the two systems move."""

from types import SimpleNamespace

import numpy as np
import pytest

from groundup.projects.common import crossover
from groundup.projects.regularized_regression import workloads


def test_the_crossover_is_where_the_lines_meet(monkeypatch):
    """Catches sides exchanged, a line without its height, a logarithm that is not undone."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    turns = iter([0, 1] * 100)
    columns = iter(np.repeat(workloads.COLUMNS, 2 * workloads.ROUNDS))

    def solve(A, b):
        d = next(columns)
        clock.now += 300 * d if next(turns) else d**2
        return np.zeros(len(b))

    monkeypatch.setattr(crossover, "time", clock)
    monkeypatch.setattr(workloads.np.linalg, "solve", solve)
    assert workloads.crossover() == pytest.approx(300)
