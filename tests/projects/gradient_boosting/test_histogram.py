"""Trees on histograms against the textbook, against a search of every single split, and against scikit-learn."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.solvers.histogram.bins import find_bins
from groundup.projects.gradient_boosting.solvers.histogram.carry import grow_next, rounded
from groundup.projects.gradient_boosting.solvers.histogram.gains import gains
from groundup.projects.gradient_boosting.solvers.histogram.growth import Growing, grow
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.splits import _looked_at
from groundup.projects.gradient_boosting.solvers.histogram.sums import cumulated, weights
from groundup.projects.gradient_boosting.solvers.histogram.table import binned_table

N, D, CATEGORIES = 300, 5, [1, 4]


def example(missing=0.0, categories=False, seed=0):
    """Rows of numbers, two columns of categories among them, with a target that needs all columns."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, D))
    y = np.sin(2 * X[:, 0]) + X[:, 2] * (X[:, 3] > 0) + 0.3 * rng.normal(size=N)
    if categories:
        for j in CATEGORIES:
            X[:, j] = np.minimum(rng.geometric(0.2, N) - 1, 12)
            y += rng.normal(size=13)[X[:, j].astype(int)]
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


def table_of(X, categories=False, most=255):
    """The binned table, and the bins of the rows."""
    is_categorical = np.isin(np.arange(X.shape[1]), CATEGORIES if categories else [])
    bins = find_bins(X, is_categorical, most, None, 0)
    codes = bins.codes(X)
    return binned_table(codes, bins.edges, bins.has_missing, bins.is_categorical), codes


# --- a search of every split, one after the other, on sums of the rows themselves -------------------------------------


def splits_of(codes, table, rows, g, h):
    """Yield column, bins on the left and whether they include missing entries, of every split that may be tried."""
    for j in range(codes.shape[1]):
        last, missing = int(table.last[j]), bool(table.has_missing[j])
        if not table.is_categorical[j]:
            n_numbers = last + 1 - missing
            for b in range(n_numbers):
                yield j, set(range(b + 1)), False
            for b in range(n_numbers - 1 if missing else 0):
                yield j, set(range(b + 1)) | {last}, True
            continue
        inside = [rows[codes[rows, j] == b] for b in range(last + 1)]
        share = len(rows) / h[rows].sum()
        usual = [b for b in range(last + 1) if h[inside[b]].sum() * share >= 10]
        usual.sort(key=lambda b: g[inside[b]].sum() / (h[inside[b]].sum() + 10))
        half = (len(usual) + 1) // 2 if len(usual) > 1 else 0
        for k in range(1, half + 1):
            yield j, set(usual[:k]), missing and last in usual[:k]
        for k in range(1, half):
            yield j, set(usual[-k:]), missing and last in usual[-k:]


def slow_best(codes, table, rows, g, h, rules, bounds, groups, value):
    """The best split of a node: gain, column, rows on the left, rows on the right, whether missing ones go left."""
    best = (0.0,)
    for j, bins, missing_left in splits_of(codes, table, rows, g, h):
        if rules.groups is not None and not rules.groups[groups, j].any():
            continue
        goes = np.isin(codes[rows, j], list(bins))
        left, right = rows[goes], rows[~goes]
        if min(len(left), len(right)) < max(1, rules.min_samples_leaf):
            continue
        G, H = np.array([g[left].sum(), g[right].sum()]), np.array([h[left].sum(), h[right].sum()])
        if H.min() < 1e-3:
            continue
        v = -G / (H + rules.l2)
        gain = G.sum() * value - G @ v
        if rules.monotonic is not None:
            v = np.clip(v, *bounds)
            gain = G.sum() * value - G @ v
            if rules.monotonic[j] * (v[1] - v[0]) < 0:
                continue
        if gain > best[0] * (1 + 1e-9) + 1e-9:
            best = (gain, j, left, right, missing_left, v)
    return best


def slow_tree(codes, table, g, h, rules):
    """The leaves of each row, and column and missing side of each split, in the order in which nodes are made."""
    everything = np.arange(len(g))
    root_value = -g.sum() / (h.sum() + rules.l2)
    groups = None if rules.groups is None else np.ones(len(rules.groups), bool)
    nodes = [(everything, 0, (-np.inf, np.inf), groups, root_value)]
    found = {0: slow_best(codes, table, everything, g, h, rules, nodes[0][2], groups, root_value)}
    leaf, splits = np.zeros(len(g), int), {}
    while found and (rules.max_leaf_nodes is None or (len(nodes) + 1) // 2 < rules.max_leaf_nodes):
        number = max(found, key=lambda k: found[k][0])
        gain, *rest = found.pop(number)
        _, depth, (low, high), groups, _ = nodes[number]
        if gain <= 0 or (rules.max_depth is not None and depth >= rules.max_depth):
            continue
        j, left, right, missing_left, v = rest
        splits[number] = (j, missing_left)
        sign = 0 if rules.monotonic is None else rules.monotonic[j]
        middle = v.mean()
        below, above = (low, middle), (middle, high)
        limits = {0: [(low, high)] * 2, 1: [below, above], -1: [above, below]}[int(sign)]
        if groups is not None:
            groups = groups & rules.groups[:, j]
        for part, limit, value in zip((left, right), limits, v, strict=True):
            leaf[part] = len(nodes)
            found[len(nodes)] = slow_best(codes, table, part, g, h, rules, limit, groups, value)
            nodes.append((part, depth + 1, limit, groups, value))
    return leaf, splits


RULES = {
    "plain": {},
    "penalty": {"l2": 5.0},
    "small leaves": {"min_samples_leaf": 1, "max_leaf_nodes": 12},
    "no limit": {"max_leaf_nodes": None, "min_samples_leaf": 8},
    "depth": {"max_depth": 3, "min_samples_leaf": 3},
    "monotonic": {"monotonic": np.array([1, 0, -1, 0, 0]), "min_samples_leaf": 5},
    "monotonic, penalty": {"monotonic": np.array([-1, 0, 1, 1, 0]), "min_samples_leaf": 5, "l2": 2.0},
    "groups": {"groups": np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 1], [0, 0, 0, 1, 0]], bool), "min_samples_leaf": 5},
}


@pytest.mark.parametrize("curved", [False, True], ids=["constant", "curved"])
@pytest.mark.parametrize(("missing", "categories"), [*itertools.product([0.0, 0.15], [False, True])])
@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_trees_are_those_of_a_search_of_every_split(rules, missing, categories, curved):
    """Bug caught: a bin too far, a side's sums swapped, bounds of the wrong branch, a group left, rare ones counted."""
    X, y = example(missing, categories)
    table, codes = table_of(X, categories, most=20)
    g = y.mean() - y
    h = np.random.default_rng(1).uniform(0.05, 2.0, N) if curved else None
    tree, leaf = grow(table, g, h, rules := HistogramRules(**rules))
    expected, splits = slow_tree(codes, table, g, np.ones(N) if h is None else h, rules)
    assert_array_equal(leaf, expected)
    inner = np.flatnonzero(~tree.is_leaf)
    assert {k: tree.feature[k] for k in inner} == {k: split[0] for k, split in splits.items()}
    with_missing = [k for k in inner if table.has_missing[tree.feature[k]]]
    assert {k: tree.missing_go_to_left[k] for k in with_missing} == {k: splits[k][1] for k in with_missing}
    assert_array_equal(tree.apply(X), leaf)  # thresholds are in the units of the rows


@pytest.mark.parametrize("curved", [False, True])
def test_leaves_take_newton_steps_of_derivatives_that_are_not_rounded(curved):
    """Bug caught: values from the rounded sums, a penalty counted twice, importances of another gain."""
    X, y = example()
    table, _ = table_of(X)
    g, h = y.mean() - y, np.random.default_rng(1).uniform(0.05, 2.0, N)
    tree, leaf = grow(table, g, h if curved else None, HistogramRules(l2=0.7))
    h = h if curved else np.ones(N)
    for node in np.flatnonzero(tree.is_leaf):
        assert tree.value[node, 0, 0] == pytest.approx(
            -g[leaf == node].sum() / (h[leaf == node].sum() + 0.7), rel=1e-13
        )
        assert tree.weighted_n_node_samples[node] == pytest.approx(h[leaf == node].sum(), rel=1e-13)
    G, H = (np.array([one[leaf == node].sum() for node in np.flatnonzero(tree.is_leaf)]) for one in (g, h))
    gained = (G**2 / (H + 0.7)).sum() - g.sum() ** 2 / (h.sum() + 0.7)
    assert tree.gains().sum() == pytest.approx(gained, rel=1e-12)


def test_gains_are_the_textbooks():
    """Bug caught: the constant of a penalty forgotten, the wrong number of digits, a side that is too small allowed."""
    X, y = example()
    table, codes = table_of(X, most=9)
    g, h = y.mean() - y, np.random.default_rng(1).uniform(0.05, 2.0, N)
    for hessians, l2 in itertools.product((None, h), (0.0, 3.0)):
        w = weights(g, hessians)
        sums = np.empty((w.n_sums, *table.shape))
        cumulated(table, w, sums)
        G, H = float(sums[0, 0, -1]), float(sums[-1, 0, -1])
        node = Node(0, N, 0, G, H, 0.0)
        found, scale, shift = gains(sums, node, w, HistogramRules(min_samples_leaf=1, l2=l2))
        for j in range(D):
            bins = textbook.histogram(codes[:, j], g, 9)
            curvatures = textbook.histogram(codes[:, j], np.ones(N) if hessians is None else h, 9)
            expected = 2 * textbook.histogram_gains(bins, curvatures, l2, 0.0)
            assert_allclose((found * scale - shift)[j, :8], expected, rtol=1e-7, atol=1e-9)
        assert_array_equal(found[:, 8], 0.0)  # nothing is left on the right


@pytest.mark.parametrize("curved", [False, True])
def test_subtraction_of_histograms_is_exact(curved):
    """Bug caught: rounding that builds up from parent to child, rows of the wrong child, sums of a node overwritten."""
    X, y = example(missing=0.1)
    table, _ = table_of(X)
    w = weights((y.mean() - y) * 1e-7, np.random.default_rng(1).random(N) * 1e9 if curved else None)
    growing = Growing(table, w, HistogramRules(min_samples_leaf=2), keep=True)
    growing.finish()
    leaves = [node for node in growing.nodes if node.children is None]
    assert len(leaves) == 31
    direct = np.empty((w.n_sums, *table.shape))
    for node in leaves:
        cumulated(table, w, direct, growing.rows[node.start : node.start + node.size])
        assert_array_equal(node.sums, direct)
    assert sum(node.size for node in leaves) == N


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_missing_entries_go_to_the_side_that_gains(side):
    """Bug caught: missing entries as large numbers, the bin of missing entries counted twice."""
    x = np.arange(60.0)
    y = np.where(x < 30, -1.0, 1.0)
    x[::5], y[::5] = np.nan, side
    table, _ = table_of(x[:, None])
    tree, _ = grow(table, y.mean() - y, None, HistogramRules(max_leaf_nodes=2, min_samples_leaf=1))
    assert tree.threshold[0] == 30.0  # in the middle of 29 and 31: 30 is missing
    assert tree.missing_go_to_left[0] == (side < 0)
    assert_allclose(tree.value[tree.apply(np.array([[np.nan]])), 0, 0] + y.mean(), side, atol=1e-12)


def test_only_missing_entries_go_right_where_they_are_what_differs():
    """Bug caught: no split between numbers and missing entries, a finite threshold for it."""
    x = np.random.default_rng(0).normal(size=80)
    x[:20] = np.nan
    y = np.isnan(x).astype(float)
    table, _ = table_of(x[:, None])
    tree, _ = grow(table, y.mean() - y, None, HistogramRules())
    assert tree.node_count == 3
    assert tree.threshold[0] == np.inf
    assert not tree.missing_go_to_left[0]


def test_unknown_categories_go_with_the_missing_ones_and_rare_ones_to_the_right():
    """Bug caught: an unknown category that reads beyond the list, rare ones ordered by few rows."""
    x = np.repeat([0.0, 1.0, 2.0, 3.0], [40, 30, 25, 5])
    y = np.array([0.0, 1.0, 1.0, -9.0])[x.astype(int)]  # the rare one has the smallest target
    X = np.stack([np.zeros(100), x], axis=1)
    table, _ = table_of(X, categories=True)
    tree, _ = grow(table, y.mean() - y, None, HistogramRules(max_leaf_nodes=2, min_samples_leaf=1))
    goes = tree.apply(np.stack([np.zeros(6), [0.0, 1.0, 2.0, 3.0, 77.0, np.nan]], axis=1)) == 1
    assert_array_equal(goes, [False, True, True, False, tree.missing_go_to_left[0], tree.missing_go_to_left[0]])
    assert tree.missing_go_to_left[0]  # the left side has 55 of 100 rows


def test_predictions_rise_and_fall_as_they_must():
    """Bug caught: bounds of grandchildren that overlap."""
    X, y = example()
    table, _ = table_of(X)
    tree, _ = grow(table, y.mean() - y, None, HistogramRules(monotonic=np.array([1, 0, -1, 0, 0]), min_samples_leaf=2))
    grid = np.linspace(-3, 3, 200)
    for row in X[:40]:
        for j, sign in ((0, 1), (2, -1)):
            line = np.tile(row, (200, 1))
            line[:, j] = grid
            assert (sign * np.diff(tree.value[tree.apply(line), 0, 0]) >= 0).all()


def test_random_columns_are_as_many_as_asked_for_and_drawn_by_the_seed():
    """Bug caught: columns outside the groups drawn, fewer than one column, the same draw at every node."""
    table, _ = table_of(example()[0])
    rules = HistogramRules(max_features=0.5, groups=np.array([[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]], bool))
    node = Node(0, N, 0, 0.0, N, 0.0, groups=np.array([True, False]))
    drawn = np.array([_looked_at(node, number, table, rules) for number in range(200)])
    assert_array_equal(drawn.sum(axis=1), 2)  # of three, rounded up
    assert not drawn[:, 3:].any()
    assert (drawn[:, :3].mean(axis=0) > 0.55).all()
    again = [_looked_at(node, number, table, rules) for number in range(200)]
    assert_array_equal(drawn, again)


@pytest.mark.parametrize(
    ("n", "gradients", "hessians"),
    [
        (1, [2.0], None),
        (50, np.zeros(50), None),  # nothing to gain
        (50, np.full(50, 0.1), None),  # nothing to gain but rounding
        (50, np.ones(50), np.zeros(50)),  # all rows certain
    ],
)
def test_trees_without_a_split_are_leaves(n, gradients, hessians):
    """Bug caught: a division by zero, a split that gains rounding only."""
    X = np.random.default_rng(0).normal(size=(n, 2))
    table, _ = table_of(X)
    tree, leaf = grow(table, np.asarray(gradients), hessians, HistogramRules(min_samples_leaf=1))
    assert tree.node_count == 1
    assert np.isfinite(tree.value).all()
    assert_array_equal(leaf, 0)


@pytest.mark.parametrize("n_rows", [40, 2000])
def test_carried_histograms_are_those_of_all_rows(n_rows):
    """Bug caught: steps of inner nodes counted, sums overwritten by the next tree, values from rounded gradients."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 3))
    y = np.sin(3 * X[:, 0]) + X[:, 1] + 0.1 * rng.normal(size=n_rows)
    table, _ = table_of(X)
    rules, F = HistogramRules(min_samples_leaf=2), np.full(n_rows, y.mean())
    carried = again = rounded(F - y)
    direct = np.empty((2, *table.shape))
    for _ in range(12):
        plain, its_leaf = grow(table, F - y, None, rules)
        tree, leaf, carried = grow_next(table, carried, F - y, rules, 0.3)
        assert_array_equal(leaf, its_leaf)
        assert_array_equal(tree.value, plain.value)
        F += 0.3 * tree.value[leaf, 0, 0]
        cumulated(table, carried.w, direct)
        assert_array_equal(carried.sums, direct)
        assert_allclose(carried.w.gradient_unit * (carried.w.packed // 2.0**carried.w.bits), F - y, atol=1e-7)
        again = again.moved(0.3 * tree.value[:, 0, 0], leaf)
        assert_array_equal(again.w.packed, carried.w.packed)  # what a fit that is resumed finds


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"l2": 3.0, "max_leaf_nodes": 7}, {"l2_regularization": 3.0, "max_leaf_nodes": 7}),
        ({"max_leaf_nodes": None, "min_samples_leaf": 5}, {"max_leaf_nodes": None, "min_samples_leaf": 5}),
        ({"monotonic": np.array([1, 0, -1, 0, 0])}, {"monotonic_cst": [1, 0, -1, 0, 0]}),
    ],
)
@pytest.mark.parametrize(("missing", "categories"), [*itertools.product([0.0, 0.1], [False, True])])
def test_trees_are_scikit_learns(ours, theirs, missing, categories):
    """Bug caught: another default, another rule of when to stop. Its gradients are of single precision."""
    X, y = example(missing, categories, seed=3)
    table, _ = table_of(X, categories)
    g = (y.mean() - y).astype(np.float32).astype(np.float64)
    tree, leaf = grow(table, g, None, HistogramRules(**ours))
    chosen = {"categorical_features": CATEGORIES if categories else None}
    peer = HistGradientBoostingRegressor(max_iter=1, learning_rate=1.0, early_stopping=False, **chosen, **theirs)
    with threadpool_limits(1):
        peer.fit(X, y)
    assert_allclose(y.mean() + tree.value[leaf, 0, 0], peer.predict(X), atol=1e-12)


def test_groups_of_columns_are_scikit_learns():
    """Bug caught: groups that a branch has left allowed again. With categories, scikit-learn numbers columns anew."""
    X, y = example(seed=3)
    table, _ = table_of(X)
    groups = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 1, 1]], bool)
    g = (y.mean() - y).astype(np.float32).astype(np.float64)
    tree, leaf = grow(table, g, None, HistogramRules(groups=groups, min_samples_leaf=5))
    chosen = {"min_samples_leaf": 5, "interaction_cst": [{0, 1}, {1, 2, 3, 4}]}
    with threadpool_limits(1):
        peer = HistGradientBoostingRegressor(max_iter=1, learning_rate=1.0, **chosen).fit(X, y)
    assert_allclose(y.mean() + tree.value[leaf, 0, 0], peer.predict(X), atol=1e-12)
