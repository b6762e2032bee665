"""The benchmark must not flatter: equal answers only, both sides in turn, all rows kept."""

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from groundup.projects.common.declaration import Model, Workload
from groundup.workbench.bench import measure, table
from groundup.workbench.bench import row as row_module
from support import halving


class Clock:
    """A clock that only work moves, so that no test depends on the machine's speed."""

    now = 0.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


CLOCK = Clock()


class Sleeper:
    """Something whose fit takes a given number of seconds a row, and reaches a given value."""

    def __init__(self, calls, seconds, value=1.0):
        self.calls = calls
        self.seconds = seconds
        self.value = value

    def fit(self, X, y):
        self.calls.append(type(self).__name__)
        assert len(X) == len(y)
        CLOCK.sleep(self.seconds * len(X))
        return self


class Ours(Sleeper):
    pass


class Peer(Sleeper):
    pass


PROJECT = replace(halving.PROJECT, models=(Model(estimator=Ours, reference=f"{__name__}:Peer"),))


def workload(calls, theirs=10.0, ours=10.0, tolerance=1e-6, seconds=(1e-6, 3e-6), objective=lambda m, X, y: m.value):
    return Workload(
        name="sleeping",
        data=lambda n: (np.zeros((n, 1)), np.zeros(n)),
        objective=objective,
        n=2000,
        tolerance=tolerance,
        target=2.0,
        parameters=lambda X, y: {"calls": calls, "seconds": seconds[0], "value": ours},
        reference_parameters=lambda X, y: {"calls": calls, "seconds": seconds[1], "value": theirs},
    )


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    monkeypatch.setattr(measure, "time", CLOCK)


@pytest.fixture
def no_memory(monkeypatch):
    monkeypatch.setattr(measure, "_peak_memory", lambda *names: None)


def test_sides_take_turns_and_the_ratio_is_peer_over_ours(no_memory):
    """Bug caught: all of one side first (drift), or the ratio upside down."""
    calls = []
    row = measure.measure(PROJECT, workload(calls), repeats=5)
    assert calls[:12] == ["Ours", "Peer"] * 6
    assert row.equal
    assert np.median(row.timings[-1].ratios) == pytest.approx(3)
    assert all(len(t.ours) == len(t.peer) == 5 for t in row.timings)
    assert row.growth["peer"] == pytest.approx(1)
    assert table.misses([row]) == []


@pytest.mark.parametrize("ours", [10.1, 9.9, float("nan")])
def test_no_ratio_for_different_objectives(no_memory, ours):
    """Bug caught: a fast wrong answer reported as a win."""
    row = measure.measure(PROJECT, workload([], ours=ours), repeats=5)
    assert not row.equal
    assert "the objectives differ" in table.table([row])
    assert "**" not in table.table([row])
    assert "objectives differ" in table.misses([row])[0]


def test_a_missed_target_is_told(no_memory):
    """Bug caught: losses hidden."""
    slow = replace(workload([], seconds=(2e-6, 1e-6)), target=1.0)
    assert "instead of 1" in table.misses([measure.measure(PROJECT, slow, repeats=5)])[0]


def test_one_thread_has_a_target_of_its_own(no_memory, monkeypatch):
    """Bug caught: a loss on one thread hidden by a win on two, or the two targets exchanged."""
    monkeypatch.setattr(measure.os, "cpu_count", lambda: 2)
    row = measure.measure(PROJECT, replace(workload([]), target=2.0, single_target=4.0), repeats=3)
    assert table.misses([row]) == ["sleeping, 1 thread: 3.00 instead of 4"]
    assert "| 2 / 4 |" in table.table([row])
    assert table.misses([measure.measure(PROJECT, replace(workload([]), target=4.0), repeats=3)]) == [
        "sleeping, 1 thread: 3.00 instead of 4",
        "sleeping, 2 threads: 3.00 instead of 4",
    ]


def test_the_fastest_equal_solver_of_the_peer_stands_for_it(no_memory):
    """Bug caught: a win against the peer's slow default, or against a fast solver that stops early."""
    choices = {
        "slow": {"seconds": 9e-6},
        "fast": {"seconds": 2e-6},
        "fast and wrong": {"seconds": 1e-6, "value": 11.0},
    }
    row = measure.measure(PROJECT, replace(workload([]), reference_solvers=choices), repeats=3)
    assert {timing.solver for timing in row.timings} == {"fast"}
    assert row.timings[-1].ratio == pytest.approx(2)
    assert row.objective == {"ours": 10.0, "peer": 10.0}
    assert "] fast |" in table.table([row])


def test_the_clock_runs_for_the_fits_alone(no_memory):
    """Bug caught: the objective, or the making of the data, within the time of one side."""

    def slow_objective(model, X, y):
        CLOCK.sleep(0.2)
        return model.value

    row = measure.measure(PROJECT, workload([], objective=slow_objective), repeats=2)
    assert max(row.timings[-1].ours + row.timings[-1].peer) < 0.1


def test_both_sides_have_our_parameters_unless_told_otherwise(no_memory):
    """Bug caught: a reference that solves another problem because it was given none."""
    same = replace(workload([], ours=7.0), reference_parameters=None)
    assert measure.measure(PROJECT, same, repeats=1).objective == {"ours": 7.0, "peer": 7.0}


def test_what_is_not_the_projects_model_is_timed_by_its_own_functions(no_memory):
    """Bug caught: sides exchanged, or the project's model timed under the name of another estimator."""
    asked = []

    def fit(side, X, y):
        assert len(X) == len(y)
        asked.append(side)
        CLOCK.sleep(1e-6 * len(X))
        return {"ours": 3.0, "peer": 4.0}[side]

    own = replace(workload([], objective=lambda found, X, y: found), fits=(partial(fit, "ours"), partial(fit, "peer")))
    row = measure.measure(PROJECT, own, repeats=2)
    assert row.objective == {"ours": 3.0, "peer": 4.0}
    assert asked[:6] == ["ours", "peer"] * 3


def test_results_of_other_projects_are_kept(tmp_path, monkeypatch):
    """Bug caught: benchmarking one project wipes the table of the others."""
    timing, both = row_module.Timing(1, [1.0], [2.0]), dict.fromkeys(row_module.SIDES, 1.0)

    def pretend(project, workload, repeats):
        return row_module.Row(project.name, workload.name, 1, both, True, [1.0], [timing], both, both)

    monkeypatch.setattr(measure, "measure", pretend)
    measure.main(["kmeans"], tmp_path, lambda text: None)
    rows = measure.main(["linear_regression"], tmp_path, lambda text: None)
    assert {row.project for row in table.read(tmp_path)} == {"kmeans", "linear_regression"}
    assert {row.project for row in rows} == {"linear_regression"}
    assert json.loads((tmp_path / "results.json").read_text())["environment"]
    assert (tmp_path / "results.md").read_text().count("\n| ") == len(table.read(tmp_path))


def test_what_chapters_print_are_medians_in_milliseconds():
    """Bug caught: the growth or the time of another workload, a time at one thread, seconds."""
    one, two = row_module.Timing(1, [9.0], [9.0]), row_module.Timing(2, [0.5, 0.002, 0.004], [9.0])
    both, growth = dict.fromkeys(row_module.SIDES, 1.0), {"ours": 0.9, "peer": 2.0}
    first = row_module.Row("kmeans", "a", 1, both, True, [1.0], [one, two], both, growth)
    second = replace(first, workload="b", timings=[one], growth=both)
    expected = {"kmeans:exponent": 0.9, "kmeans:ms-1": pytest.approx(4.0), "kmeans:ms-2": pytest.approx(9000.0)}
    assert measure.printed([first, second]) == expected


def test_crossovers_are_measured_where_they_are_asked_for(tmp_path, monkeypatch):
    """Bug caught: benchmarking one project loses the crossover of another, or keeps its own old one."""
    found = {"naive_bayes": lambda: 3.0, "kmeans": None}
    monkeypatch.setattr(measure.projects, "load", lambda name: SimpleNamespace(crossover=found[name]))
    assert measure.crossovers(["kmeans"], tmp_path) == {}
    earlier = {"naive_bayes:crossover": 1.0, "linear_regression:crossover": 7.0, "kmeans:ms-1": 2.0}
    (tmp_path / "results.json").write_text(json.dumps({"measured": earlier}))
    kept = {"naive_bayes:crossover": 3.0, "linear_regression:crossover": 7.0}
    assert measure.crossovers(["naive_bayes", "kmeans"], tmp_path) == kept


def test_peak_memory_sees_a_large_temporary():
    """Bug caught: a peak that was reached before, while the data were made, taken for the algorithm's."""
    peak = measure._peak_memory("linear_regression", "linear regression, 5000 × 1000", "ours", "")
    assert peak is None or 8 < peak < 80  # products of 8 MB and their factors; the data took more to make
