"""The textbook by hand, and the library's solvers against it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import DecisionTreeRegressor, GradientBoostingClassifier, GradientBoostingRegressor
from groundup.projects.gradient_boosting import textbook

SIX = np.arange(1.0, 7.0)[:, None], np.array([1.0, 1, 4, 9, 9, 12])
XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1, 1, 0])


def data(n=80, d=4, seed=0):
    """A noisy target without equal entries."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X[:, 0] ** 2 + X[:, 1] + rng.normal(size=n) / 2


def nested(tree, node=0):
    """A grown tree in the form of the textbook."""
    if tree.is_leaf[node]:
        return float(tree.value[node, 0, 0])
    branches = (nested(tree, child[node]) for child in (tree.children_left, tree.children_right))
    return (int(tree.feature[node]), float(tree.threshold[node]), *branches)


def flat(tree):
    """The numbers of a nested tree, from the left."""
    return [number for part in tree for number in flat(part)] if isinstance(tree, tuple) else [tree]


def test_two_rounds_on_six_points():
    """Bug caught: a gain without n / (n_left n_right), residuals of the first round in the second, rate forgotten."""
    X, y = SIX
    assert textbook.split_gains(X[:, 0], y - 6).tolist() == [30.0, 75.0, 96.0, 60.75, pytest.approx(43.2)]
    (first, F1, loss1), (second, F2, loss2) = textbook.boost(X, y, rate=0.5, depth=1, steps=2)
    assert first == (0, 3.5, -4.0, 4.0)
    assert second == (0, 2.5, -3.0, 1.5)
    assert F1.tolist() == [4, 4, 4, 8, 8, 8]
    assert F2.tolist() == [2.5, 2.5, 4.75, 8.75, 8.75, 8.75]
    assert (loss1, loss2) == (3.0, 1.3125)


def test_every_first_cut_of_xor_gains_nothing():
    """Bug caught: a tree that gives up at a gain of zero, and never learns what takes two cuts."""
    X, y = XOR
    for j in (0, 1):
        assert textbook.best_split(X[:, j], y) == (0.0, 0.5)
    assert_array_equal(textbook.apply(textbook.grow(X, y, np.ones(4), 2), X), y)
    assert textbook.grow(X, y, np.ones(4), 0) == 0.5


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_a_textbook_tree_does_not_depend_on_the_unit(unit):
    """Bug caught: gains rounded to nine decimals: of small residuals all are 0, and the first cut is taken."""
    X, y = data()
    tree, scaled = (textbook.grow(X, y * one, np.ones(len(y)), 3) for one in (1.0, unit))
    numbers = zip(flat(tree), flat(scaled), strict=True)
    assert all(b == a or b == pytest.approx(a * unit, rel=1e-12) for a, b in numbers)
    x, ends = np.array([0.0, 0.0, 1.0, 1.0]), np.array([-1.0, 1.0, -1.0, 1.0])
    assert textbook.best_split(x, unit * ends) == (0.0, 0.5)  # not between equal entries


def test_second_order_gain_is_the_fall_of_the_expansion():
    """Bug caught: the half, the penalty or the cost of a leaf forgotten."""
    lam, gamma = 0.7, 0.2

    def least(G, H):
        w = -G / (H + lam)
        return G * w + (H + lam) * w**2 / 2

    gain = textbook.newton_gain(3.0, 2.0, -5.0, 4.0, lam, gamma)
    assert gain == pytest.approx(least(-2.0, 6.0) - least(3.0, 2.0) - least(-5.0, 4.0) - gamma)


def test_gains_of_a_histogram_are_those_of_its_edges():
    """Bug caught: a bin counted on both sides, and an edge that belongs to the wrong bin."""
    rng = np.random.default_rng(1)
    x, g, h = rng.normal(size=50), rng.normal(size=50), rng.random(50)
    edges = np.array([-0.5, 0.1, 0.9])
    bins = textbook.bin_numbers(x, edges)
    G, H = (textbook.histogram(bins, values, 4) for values in (g, h))
    gains = textbook.histogram_gains(G, H, 1.0, 0.0)
    for edge, gain in zip(edges, gains, strict=True):
        left = x <= edge
        sums = (g[left].sum(), h[left].sum(), g[~left].sum(), h[~left].sum())
        assert gain == pytest.approx(textbook.newton_gain(*sums, 1.0, 0.0))


def test_adaboost_gives_half_of_the_weight_to_what_was_wrong():
    """Bug caught: the sign or the half of the factor."""
    w, wrong = np.array([0.1, 0.2, 0.3, 0.4]), np.array([True, False, True, False])
    alpha, after = textbook.reweight(w, wrong)
    assert alpha == pytest.approx(np.log(0.6 / 0.4) / 2)
    assert after[wrong].sum() == pytest.approx(0.5)
    assert after.sum() == pytest.approx(1)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_regression_tree_is_the_textbooks(depth):
    """Bug caught: a cut at another place or column, and leaves that are not means."""
    X, y = data()
    ours = nested(DecisionTreeRegressor(max_depth=depth).fit(X, y).tree_)
    assert_allclose(flat(ours), flat(textbook.grow(X, y, np.ones(len(y)), depth)), rtol=1e-12)


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_boosted_trees_are_the_textbooks(rate):
    """Bug caught: the start forgotten in predictions, the rate applied twice, a state that is one tree late."""
    X, y = data()
    model = GradientBoostingRegressor(learning_rate=rate, n_estimators=10, max_depth=2).fit(X, y)
    staged = list(model.staged_predict(X))
    for (tree, F, loss), predicted, score, one in zip(
        textbook.boost(X, y, rate, 2, 10), staged, model.train_score_, model.estimators_[:, 0], strict=True
    ):
        assert_allclose(flat(nested(one.tree_)), flat(tree), rtol=1e-9, atol=1e-12)
        assert_allclose(predicted, F, rtol=1e-12, atol=1e-13)
        assert score == pytest.approx(2 * loss, rel=1e-12)
    trees = [tree for tree, _, _ in textbook.boost(X, y, rate, 2, 10)]
    assert_allclose(model.predict(X), textbook.predict(X, y.mean(), trees, rate), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_boosted_log_odds_are_the_textbooks(rate):
    """Bug caught: gradients of probabilities applied to scores, leaves that are not fitted again by Newton's step."""
    X, y = data()
    labels = (y > 0.5).astype(float)
    model = GradientBoostingClassifier(learning_rate=rate, n_estimators=6, max_depth=2).fit(X, labels)
    steps = textbook.boost_logistic(X, labels, rate, 2, 6)
    for (_, F, loss), scores, score in zip(steps, model.staged_decision_function(X), model.train_score_, strict=True):
        assert_allclose(scores[:, 0], F, rtol=1e-10, atol=1e-12)
        assert score == pytest.approx(2 * loss, rel=1e-11)


def test_residuals_are_negative_gradients_of_the_losses():
    """Bug caught: a factor 2 or 1 / n, with which learning stalls; a second derivative of another loss."""
    y, F, h = np.array([0.0, 1.0, 1.0]), np.array([0.3, -2.0, 40.0]), 1e-3
    for loss, residuals in (
        (textbook.squared_loss, textbook.residuals),
        (textbook.logistic_loss, textbook.logistic_residuals),
    ):
        r, curvature = residuals(y, F)
        for i in range(3):
            one = np.eye(3)[i] * h
            low, middle, high = (3 * loss(y, F + step) for step in (-one, 0 * one, one))
            assert r[i] == pytest.approx((low - high) / (2 * h), abs=1e-6)
            assert curvature[i] == pytest.approx((low - 2 * middle + high) / h**2, abs=1e-6)
