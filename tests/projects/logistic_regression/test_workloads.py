"""The crossover that the chapter prints, measured with a clock that only fits move."""

from types import SimpleNamespace

import pytest

from groundup.projects.common import crossover
from groundup.projects.logistic_regression import workloads


def test_the_crossover_is_where_both_methods_take_as_long(monkeypatch):
    """Catches sides exchanged, an interpolation that is not logarithmic, features taken for their logarithms."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    class Timed:
        def __init__(self, solver):
            self.solver = solver

        def fit(self, X, y):
            clock.now += X.shape[1] ** 2 / 30 if self.solver == "newton" else X.shape[1]

    monkeypatch.setattr(crossover, "time", clock)
    monkeypatch.setattr(workloads, "LogisticRegression", Timed)
    monkeypatch.setattr(workloads, "ROWS", 10)
    assert workloads.crossover() == pytest.approx(30)  # features
