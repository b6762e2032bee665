"""Crossovers, from a clock that only the two ways move, and from times that are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from groundup.projects.common import crossover


def test_medians_of_two_ways_in_turn(monkeypatch):
    """Catches sides exchanged, a preparation that is timed, means instead of medians."""
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)
    monkeypatch.setattr(crossover, "time", clock)
    order, slow = [], iter([1, 1, 50] * 2)

    def spend(side, seconds):
        order.append(side)
        clock.now += seconds

    def ways(size):
        clock.now += 1000
        return lambda: spend("a", size * next(slow)), lambda: spend("b", size**2)

    assert crossover.side_by_side([3, 7], ways, 3).tolist() == [[3, 9], [7, 49]]
    assert order == ["a", "b"] * 6


def test_where_times_are_equal():
    """Catches heights exchanged, a logarithm that is not undone, a ratio upside down."""
    sizes = np.array([10.0, 20.0, 40.0, 80.0])
    assert crossover.lines_meet(sizes, np.column_stack([2 + sizes, 3 * sizes - 58])) == pytest.approx(30)
    assert crossover.powers_meet(sizes, np.column_stack([30 * sizes, sizes**2])) == pytest.approx(30)
    assert crossover.ratio_turns(sizes, np.column_stack([sizes**2, 30 * sizes])) == pytest.approx(30)


def test_a_ratio_that_noise_lowers_once_stays():
    """Catches an interpolation over ratios that do not grow, of which NumPy makes anything."""
    first = np.array([0.5, 0.8, 0.7, 1.25])
    found = crossover.ratio_turns([10, 20, 40, 80], np.column_stack([first, np.ones(4)]))
    assert found == pytest.approx(40 * 2**0.5)  # half-way, in logarithms, from 0.8 at 40 to 1.25 at 80
