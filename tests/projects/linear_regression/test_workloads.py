"""The crossover that the chapter prints, measured with a clock that only the textbook's functions move."""

from types import SimpleNamespace

import pytest

from groundup.projects.common import crossover
from groundup.projects.linear_regression import workloads


def test_the_crossover_is_where_the_lines_meet(monkeypatch):
    """Catches sides exchanged, rows taken for columns, powers fitted without their factors."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    def normal_equations(X, y):
        clock.now += X.shape[1] ** 2 / 1e4

    def conjugate_gradients(X, y, steps):
        for _ in range(steps):
            clock.now += 3 * X.shape[1] / 1e4
            yield X

    monkeypatch.setattr(crossover, "time", clock)
    textbook = SimpleNamespace(normal_equations=normal_equations, conjugate_gradients=conjugate_gradients)
    monkeypatch.setattr(workloads, "textbook", textbook)
    monkeypatch.setattr(workloads, "COLUMNS", (10, 20, 40))
    monkeypatch.setattr(workloads, "ROWS", 50)
    assert workloads.crossover() == pytest.approx(3 * workloads.STEPS)
