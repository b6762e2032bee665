"""Splits found by bounds against those of a search of every cut."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import DecisionTreeRegressor
from groundup.projects.gradient_boosting.solvers import bounds, growth
from groundup.projects.gradient_boosting.solvers.columns import BINS, sort_columns
from groundup.projects.gradient_boosting.solvers.criteria import SquaredError
from groundup.projects.gradient_boosting.solvers.growth import Growing, GrowthRules, grow_levels
from groundup.projects.gradient_boosting.solvers.splits import SplitRules

RNG = np.random.default_rng(0)
N = 6000
X = RNG.normal(size=(N, 5))
NOISE = RNG.normal(size=N)
SIGNAL = 3 * np.abs(X[:, 0]) + X[:, 1] * X[:, 2]
GAPS = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
ONE_OUTPUT = np.zeros((1, 1), int)
EVERY_CUT = 10 * N  # rows of a node from which it would be searched by bounds
CASES = {
    "signal": (X, SIGNAL + NOISE, {}),
    "noise": (X, NOISE, {}),
    "heavy tails": (X, SIGNAL + NOISE**7, {}),
    "one row matters": (X, 1e4 * (np.arange(N) == X[:, 3].argmax()), {}),
    "far from zero": (X, 1e6 + SIGNAL, {}),
    "ties": (np.round(X), SIGNAL + NOISE, {}),
    "two entries": ((X > 0.5).astype(float), SIGNAL + NOISE, {}),
    "two entries in two columns": (np.repeat(X[:, :1] > 0.5, 2, axis=1).astype(float), 9.0 * (X[:, 0] > 0.5), {}),
    "small nodes next to a jump": (np.concatenate([X, -X], axis=1), 1e7 * (X[:, 0] > 0) + SIGNAL + NOISE, {}),
    "constant columns": (np.concatenate([np.zeros((N, 2)), X[:, :1]], axis=1), SIGNAL, {}),
    "equal columns": (np.concatenate([X, -X, X], axis=1), SIGNAL + NOISE, {}),
    "missing": (GAPS, SIGNAL + NOISE, {}),
    "missing tells": (GAPS, np.isnan(GAPS[:, 1]) + 0.1 * NOISE, {}),
    "leaves of 100": (X, SIGNAL + NOISE, {"min_samples_leaf": 100}),
    "leaves of 2800": (X, SIGNAL + NOISE, {"min_samples_leaf": 2800}),
    "leaves of 4000": (X, SIGNAL + NOISE, {"min_samples_leaf": 4000}),
}


def grown(rows, y, rules, depth, bag=None, few_rows=bounds.FEW_ROWS):
    """A tree, and whether its last level was searched by bounds."""
    table = sort_columns(rows)
    criterion = SquaredError(np.asarray(y, float)[None], ONE_OUTPUT)
    order = table.order if bag is None else table.among(bag)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growth, "FEW_ROWS", few_rows)
        growing = Growing(table, criterion, GrowthRules(SplitRules(**rules), max_depth=depth), order)
        for _ in grow_levels(growing):
            pass
    return growing.tree(), growing.bins is not None


def assert_same(one, other):
    for name in ("children_left", "children_right", "feature", "threshold", "missing_go_to_left", "n_node_samples"):
        assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert_allclose(one.impurity, other.impurity, rtol=1e-9, atol=1e-12 * one.impurity[0])
    assert_allclose(one.value, other.value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_splits_are_those_of_a_search_of_every_cut(case):
    """Bug caught: a bound that is too low, a cut between equal entries, sums of the wrong child, the second of ties."""
    rows, y, rules = case
    by_bounds, _ = grown(rows, y, rules, 3)
    every_cut, bounded = grown(rows, y, rules, 3, few_rows=EVERY_CUT)
    assert not bounded
    assert_same(by_bounds, every_cut)


def test_bounds_are_used_down_to_small_nodes():
    """Bug caught: tests of this file that compare the search of every cut with itself."""
    assert grown(X, NOISE, {}, 1)[1]
    assert grown(X, SIGNAL + NOISE, {}, 3)[1]
    assert not grown(X, SIGNAL + NOISE, {}, 8)[1]


def test_a_whole_tree_changes_to_the_search_of_every_cut():
    """Bug caught: orders of nodes that are grouped in another sequence than the nodes, or with rows of leaves."""
    one, two = (grown(X, SIGNAL + NOISE, {}, None, few_rows=few)[0] for few in (bounds.FEW_ROWS, EVERY_CUT))
    assert_same(one, two)
    assert one.node_count == 2 * N - 1


def test_a_bag_of_rows_has_bins_of_its_own():
    """Bug caught: bins that begin where they do for all rows, and rows outside of the bag that are counted."""
    bag = RNG.random(N) < 0.4
    one, two = (grown(X, SIGNAL + NOISE, {}, 3, bag, few)[0] for few in (100, EVERY_CUT))
    assert_same(one, two)
    assert one.n_node_samples[0] == bag.sum()


@pytest.mark.parametrize(
    ("y", "loose"),
    [(SIGNAL + NOISE, 2), (NOISE, 6), (NOISE**7, np.inf)],
    ids=["signal", "noise", "heavy tails"],
)
@pytest.mark.parametrize("rows", [X, np.round(X, 1)], ids=["different", "ties"])
def test_no_cut_inside_a_bin_gains_more_than_its_bound(rows, y, loose):
    """Bug caught: a bound without the spread, or of the wrong end; bounds that tell nothing."""
    table, criterion = sort_columns(rows), SquaredError(y[None], ONE_OUTPUT)
    root = Growing(table, criterion, GrowthRules(SplitRules()), table.order).pending
    bins = bounds.root_bins(table, criterion, root)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = criterion.gains(root)(root.order)[:, :-1]
        N_left, S = np.zeros((2, 1, 5, BINS + 1))
        N_left[..., 1:], S[..., 1:] = np.cumsum(bins.count, axis=2), np.cumsum(bins.total, axis=2)
        found = bounds._bounds(N_left, S, np.full((1, 1, 1), N), N / (N_left * (N - N_left)), bins)[0]
    for j in range(5):
        of_cut = table.bins[j, root.order[j, :-1]]
        exact = np.full(BINS, -np.inf)
        np.maximum.at(exact, of_cut, gains[j])
        assert (exact <= found[j] * (1 + 1e-9)).all()
        assert np.isfinite(found[j]).all()
        inside = (N_left[0, j, :-1] > N / 8) & (N_left[0, j, 1:] < 7 * N / 8) & (exact > gains.max() / 2)
        assert (found[j][inside] < loose * exact[inside]).all()


def test_a_fit_that_goes_on_finds_the_same_trees():
    """Bug caught: sums over bins that are not there after a tree is restored."""
    y = SIGNAL + NOISE
    whole = DecisionTreeRegressor(max_depth=4).fit(X, y)
    states = list(DecisionTreeRegressor(max_depth=4).steps(X, y))
    resumed = list(DecisionTreeRegressor(max_depth=4).steps(X, y, start=states[1]))[-1]
    assert_array_equal(states[-1].tree.threshold, resumed.tree.threshold)
    assert resumed.tree.node_count == whole.tree_.node_count
