"""The crossover that the chapter prints, measured with a clock that only fits move."""

from types import SimpleNamespace

import pytest

from groundup.projects.common import crossover
from groundup.projects.naive_bayes import workloads


def test_the_crossover_is_where_the_lines_meet(monkeypatch):
    """Catches sides exchanged, shares taken for numbers of words, a line without its height."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    class Timed:
        def fit(self, X, y):
            n, d = X.shape
            clock.now += 2.0 + X.nnz / n / 50 if hasattr(X, "nnz") else d / 20

    monkeypatch.setattr(crossover, "time", clock)
    monkeypatch.setattr(workloads, "MultinomialNB", Timed)
    monkeypatch.setattr(workloads, "CROSSING", (4000, 200))
    assert workloads.crossover() == pytest.approx((10 - 2) * 50, rel=0.02)  # words, of shares that vary by chance
