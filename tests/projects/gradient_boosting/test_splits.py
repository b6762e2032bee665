"""Gains, partitions and medians against what a loop over all cuts finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from groundup.projects.gradient_boosting.solvers.absolute_error import AbsoluteError
from groundup.projects.gradient_boosting.solvers.columns import sort_columns
from groundup.projects.gradient_boosting.solvers.criteria import Entropy, Poisson, SquaredError
from groundup.projects.gradient_boosting.solvers.draws import uniforms
from groundup.projects.gradient_boosting.solvers.levels import Level, children, partition
from groundup.projects.gradient_boosting.solvers.medians import grouped_quantile, wavelet_matrix

RNG = np.random.default_rng(0)
N = 30


def mass(kind, y, w):
    """Weight times impurity of some rows, as its definition says."""
    total = w.sum()
    if kind is SquaredError:
        return float(w @ (y - w @ y / total) ** 2)
    if kind is AbsoluteError:
        return min(float(w @ np.abs(y - m)) for m in y)
    if kind is Poisson:
        m = w @ y / total
        if m == 0:
            return np.inf
        positive = y > 0
        return float(w[positive] @ (y[positive] * np.log(y[positive] / m)))
    shares = np.array([w[y == label].sum() / total for label in np.unique(y)])
    return float(-total * (shares * np.log2(shares)).sum())


def two_nodes():
    """A level of two nodes, whose rows are not next to each other, in the order of three columns."""
    X = RNG.normal(size=(N, 3))
    table = sort_columns(X)
    first = RNG.random(N) < 0.4
    parts = [table.among(first), table.among(~first)]
    return X, Level(np.concatenate(parts, axis=1), np.array([0, parts[0].shape[1]]), np.arange(2))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", [SquaredError, AbsoluteError, Poisson, Entropy])
def test_gains_are_those_of_every_single_cut(kind, weighted):
    """Bug caught: sums that run on from one node to the next, a side's weight forgotten, a median of the wrong side."""
    X, level = two_nodes()
    y = RNG.poisson(1.5, N).astype(float) if kind is Poisson else RNG.normal(size=N)
    if kind is Entropy:
        y = RNG.integers(3, size=N).astype(float)
    w = RNG.random(N) + 0.2 if weighted else np.ones(N)
    columns = (y == np.arange(3)[:, None]).astype(float) if kind is Entropy else y[None]
    criterion = kind(
        columns, np.arange(len(columns))[None] if kind is Entropy else np.zeros((1, 1), int), w if weighted else None
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = criterion.gains(level)(level.order)
    for node, (start, size) in enumerate(zip(level.starts, level.size, strict=True)):
        found = criterion.measure(level)
        rows = level.rows[start : start + size]
        assert found.weight[node] * found.impurity[node] == pytest.approx(mass(kind, y[rows], w[rows]), abs=1e-12)
        for j in range(3):
            rows = level.order[j, start : start + size]
            assert (np.diff(X[rows, j]) > 0).all()
            for cut in range(1, size):
                sides = sum(mass(kind, y[side], w[side]) for side in (rows[:cut], rows[cut:]))
                expected = mass(kind, y[rows], w[rows]) - sides
                assert gains[j, start + cut - 1] == pytest.approx(expected, abs=1e-11), (node, j, cut)


def test_two_classes_gain_what_all_their_memberships_do():
    """Bug caught: the half that one of two columns tells, not doubled."""
    _, level = two_nodes()
    y = RNG.integers(2, size=N)
    two = (y == np.arange(2)[:, None]).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = SquaredError(two, np.array([[0, 1]])).gains(level)(level.order)
        both = 2 * SquaredError(two, np.array([[0], [1]])).gains(level)(level.order)
    assert_allclose(one[np.isfinite(one)], both[np.isfinite(both)], rtol=1e-12, atol=1e-13)


def test_children_keep_the_order_of_every_column():
    """Bug caught: rows of a node in another order than its column's, and leaves whose rows are carried along."""
    X, level = two_nodes()
    left = RNG.random(N) < 0.5
    below = children(level, np.array([True, True]), level.rows, left[level.rows])
    n_left = level.sums(left[level.rows].astype(int))
    assert_array_equal(below.size, [*n_left, *(level.size - n_left)])
    side = np.zeros(N, np.uint8)
    side[below.rows[: below.size[0]]] = 1  # the left child of the first node alone
    order = partition(level.order, side)
    assert order.shape == (3, below.size[0])
    for j in range(3):
        assert (np.diff(X[order[j], j]) > 0).all()


def test_sorted_columns_put_missing_entries_last_and_first():
    """Bug caught: missing entries ranked apart, so that a split could separate them, or in one place only."""
    X = np.array([[2.0, 1.0], [np.nan, 1.0], [1.0, 0.0], [np.nan, 5.0]])
    table = sort_columns(X)
    assert table.column.tolist() == [0, 1, 0]
    assert table.order.tolist() == [[2, 0, 1, 3], [2, 0, 1, 3], [1, 3, 2, 0]]
    assert table.code[0, 1] == table.code[0, 3] != table.code[0, 0]
    assert table.ties.tolist() == [True, True, True]
    assert table.missing_first.tolist() == [False, False, True]
    assert table.has_missing.tolist() == [True, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=20), st.integers(0, 2**32 - 1), st.booleans())
def test_medians_of_all_ranges(values, seed, weighted):
    """Bug caught: a digit too few, a range that leaves its place, weights of another arrangement."""
    y = np.array(values, float)
    w = np.random.default_rng(seed).integers(1, 4, len(y)).astype(float) if weighted else np.ones(len(y))
    different, codes = np.unique(y, return_inverse=True)
    matrix = wavelet_matrix(codes, different, w)
    start, stop = np.array([(a, b) for a in range(len(y)) for b in range(a + 1, len(y) + 1)]).T
    weight = np.concatenate([[0], np.cumsum(w)])
    median, below, total = matrix.medians(start, stop, weight[stop] - weight[start])
    for k, (a, b) in enumerate(zip(start, stop, strict=True)):
        repeated = np.sort(np.repeat(y[a:b], w[a:b].astype(int)))
        assert median[k] == repeated[(len(repeated) - 1) // 2]
        assert below[k] == (repeated < median[k]).sum()
        assert total[k] == repeated[repeated < median[k]].sum()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75])
def test_quantiles_of_groups_are_those_of_repeated_values(share):
    """Bug caught: a quantile of the next group, and interpolation between values."""
    values, group = RNG.integers(5, size=40).astype(float), np.repeat(np.arange(4), 10)
    weight = RNG.integers(1, 4, 40).astype(float)
    low, high = grouped_quantile(values, group, weight, share, 4)
    for k in range(4):
        repeated = np.repeat(values[group == k], weight[group == k].astype(int))
        assert low[k] == np.quantile(repeated, share, method="inverted_cdf")
        middle = np.quantile(repeated, share, method="averaged_inverted_cdf")
        assert (low[k] + high[k]) / 2 == pytest.approx(middle)


def test_random_numbers_are_those_of_their_place():
    """Bug caught: numbers that depend on which nodes are searched together, and neighbours that go together."""
    some, all_ = uniforms((3, 1), np.array([4, 9]), 5), uniforms((3, 1), np.arange(1000), 5)
    assert_array_equal(some, all_[[4, 9]])
    assert not np.array_equal(all_, uniforms((3, 2), np.arange(1000), 5))
    assert all_.mean() == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.corrcoef(all_.T) - np.eye(5)).max() < 0.1
    assert abs(np.corrcoef(all_[1:, 0], all_[:-1, 0])[0, 1]) < 0.1
    assert all_.min() >= 0
    assert all_.max() < 1
