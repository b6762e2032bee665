"""The crossover that the chapter prints, measured with a clock that only the two sides move."""

from types import SimpleNamespace

import pytest

from groundup.projects.common import crossover
from groundup.projects.kmeans import workloads


def test_the_crossover_is_where_the_lines_meet(monkeypatch):
    """Catches sides exchanged, a line without its height, a logarithm that is not undone."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    class Timed:
        labels_ = None

        def __init__(self, *args, **parameters):
            pass

        def fit(self, X):
            clock.now += 600 * len(X)
            return self

    def silhouette(X, labels):
        clock.now += len(X) ** 2

    monkeypatch.setattr(crossover, "time", clock)
    monkeypatch.setattr(workloads, "KMeans", Timed)
    monkeypatch.setattr(workloads, "silhouette_score", silhouette)
    assert workloads.crossover() == pytest.approx(600)
