"""The crossover that the chapter prints, measured with a clock that only fits move."""

from types import SimpleNamespace

import numpy as np
import pytest

from groundup.projects.common import crossover
from groundup.projects.softmax_regression import workloads


def test_the_crossover_is_where_the_lines_meet(monkeypatch):
    """Catches sides exchanged, a line without its height, a logarithm that is not undone."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    class Timed:
        def __init__(self, solver):
            self.solver = solver

        def fit(self, X, y):
            K = len(np.unique(y))
            clock.now += K**3 if self.solver == "newton" else 36 * K

    monkeypatch.setattr(crossover, "time", clock)
    monkeypatch.setattr(workloads, "SoftmaxRegression", Timed)
    assert workloads.crossover() == pytest.approx(6)
