"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from itertools import combinations, product
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import GradientBoostingClassifier, GradientBoostingRegressor
from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.example import DIFFERENT, FAR, RIPE, XOR, Y, gain_from_squares, six_beds, x
from groundup.projects.gradient_boosting.solvers.histogram.sums import weights
from groundup.projects.gradient_boosting.solvers.losses import LOSSES
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "gradient_boosting" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def cube(k):
    """The corners of a cube in k dimensions, and whether their entries have an odd sum."""
    points = np.array(list(product([0.0, 1.0], repeat=k)))
    return points, points.sum(axis=1) % 2


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_of_equations_and_numbers():
    # a citation that leads nowhere, an equation that nothing carries out, a number that is not printed, or not computed
    labels = set(book.LABEL.findall(CHAPTER))
    cited = {c.equation for c in book.citations() if c.equation.startswith("gradient_boosting:")}
    assert labels == cited
    assert set(re.findall(r"\\worked\{gradient_boosting:([a-z0-9_]+)\}", CHAPTER)) == set(six_beds())


# --- worked example --------------------------------------------------------------------------------------------------


def test_six_beds_by_hand():
    # a worked example that a pencil contradicts
    worked = six_beds()
    by_hand = {
        "start": 6, "loss_0": 9, "gain_1": 96, "threshold_1": 3.5, "left_1": -4, "right_1": 4,
        "gain_2": 27, "threshold_2": 2.5, "left_2": -3, "right_2": 1.5, "new": 6 - 2 + 0.75,
        "label_threshold": 2.5, "label_left": -2, "label_right": 1, "label_loss_0": np.log(2),
        "label_loss_1": (2 * np.log1p(np.exp(-1)) + 3 * np.log1p(np.exp(-0.5)) + np.log1p(np.exp(0.5))) / 6,
        "newton_gain": (1 / 0.5 + 1 / 1) / 2, "newton_gain_penalised": (1 / 1.5 + 1 / 2) / 2,
        "xor_loss_0": 1 / 8, "alpha": np.log(3) / 2, "shrink": np.sqrt(3) / 2,
    }  # fmt: skip
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-12)
    rows = {
        "gains_1": [30, 75, 96, 60.75, 43.2], "gains_2": [10.8, 27, 24, 18.75, 19.2],
        "residuals_1": [-3, -3, 0, 1, 1, 4], "residuals_2": [-1.5, -1.5, -0.75, 0.25, 0.25, 3.25],
        "loss_1": [3], "loss_2": [1.3125], "bin_sums": [-10, 1, 9], "bin_gain_1": [75 / 2], "bin_gain_2": [60.75 / 2],
        "label_gains": [0.3, 0.75, 0.1667, 0.75, 0.3], "label_p": [0.2689, 0.6225],
        "reweighted": [0.5, 0.1667, 0.1667, 0.1667], "xor_gains": [0, 0], "xor_importances": [0, 1],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in rows} == rows


@pytest.mark.parametrize("M", [1, 2, 20])
def test_the_library_finds_the_same_beds(M):
    # a worked example that the library contradicts: another tie, a leaf value or a rate that is left out
    *_, (_, F, loss) = textbook.boost(x[:, None], Y, 0.5, 1, M)
    model = GradientBoostingRegressor(learning_rate=0.5, max_depth=1, n_estimators=M).fit(x[:, None], Y)
    assert_allclose(model.predict(x[:, None]), F, rtol=1e-12)
    assert model.train_score_[-1] / 2 == pytest.approx(loss, rel=1e-9)
    *_, (_, F, _) = textbook.boost_logistic(x[:, None], RIPE, 0.5, 1, M)
    model = GradientBoostingClassifier(learning_rate=0.5, max_depth=1, n_estimators=M).fit(x[:, None], RIPE)
    assert_allclose(model.decision_function(x[:, None]), F, rtol=1e-9)


# --- guarantees ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eta", [0.1, 1.0, 1.9, 2.1])
def test_accounting(eta):
    # a factor that is forgotten in the theorem: the square of the mean, the two, or 1 / n
    rng = np.random.default_rng(0)
    X, F = rng.random((40, 2)), np.zeros(40)
    y = 3 + rng.standard_normal(40)  # the start is not the mean
    for _ in range(3):
        r = y - F
        tree = textbook.grow(X, r, np.ones(40), 2)
        values = textbook.apply(tree, X)
        gains = r.var() * 40 - sum(((r - v)[values == v] ** 2).sum() for v in np.unique(values))
        after = F + eta * values
        fall = eta * (2 - eta) / 80 * (gains + 40 * r.mean() ** 2)
        assert textbook.squared_loss(y, F) - textbook.squared_loss(y, after) == pytest.approx(fall, rel=1e-9)
        F = after


@pytest.mark.parametrize("eta", [0.1, 0.7, 1.0])
@pytest.mark.parametrize("name", ["squared_error", "absolute_error", "quantile", "exponential"])
def test_descent(name, eta):
    # a loss of which the chapter says that no tree raises it, and one does
    rng = np.random.default_rng(1)
    X, y = rng.random((60, 2)), rng.standard_normal(60)
    estimator = GradientBoostingRegressor
    if name == "exponential":
        estimator, y = GradientBoostingClassifier, (y > 0).astype(float)
    losses = estimator(loss=name, learning_rate=eta, n_estimators=30, max_depth=2).fit(X, y).train_score_
    assert (np.diff(losses) <= 1e-12 * losses[0]).all()


def test_logistic_loss_falls_below_the_safe_rate():
    # 8 H / n with the wrong constant, and the leaf of the chapter that overshoots
    rng = np.random.default_rng(2)
    for _ in range(200):
        y, F = (rng.random(8) < 0.5).astype(float), 4 * rng.standard_normal(8)
        r, h = textbook.logistic_residuals(y, F)
        safe = 8 * h.mean()
        after = textbook.logistic_loss(y, F + 0.999 * safe * textbook.leaf_value(r, h))
        assert after <= textbook.logistic_loss(y, F)
    worked = six_beds()
    assert worked["over_full"] > worked["over_before"] > worked["over_tenth"]
    h = textbook.logistic_residuals(np.zeros(2), np.full(2, -5.0))[1]
    assert 8 * h.mean() == pytest.approx(0.053, abs=5e-4)
    p = 0.01266  # or 1 - p: from here to there the rate 0.1 is safe
    assert 8 * p * (1 - p) == pytest.approx(0.1, rel=1e-3)


def test_stumps_reach_the_best_sum_of_functions_of_single_columns():
    # the theorem on stumps: least squares on the indicators of all values
    rng = np.random.default_rng(3)
    X = rng.integers(0, 3, (40, 2)).astype(float)
    y = X[:, 0] * X[:, 1] + rng.standard_normal(40)
    indicators = np.column_stack([X[:, [j]] == value for j in range(2) for value in range(3)]).astype(float)
    least = ((y - indicators @ np.linalg.lstsq(indicators, y, rcond=None)[0]) ** 2).mean() / 2
    *_, (_, _, loss) = textbook.boost(X, y, 0.5, 1, 400)
    assert loss == pytest.approx(least, rel=1e-9)
    *_, (_, _, loss) = textbook.boost(XOR, DIFFERENT, 0.5, 1, 5)
    assert loss == 1 / 8


def test_adaboost_bound():
    # the bound on the errors, and that the last learner has the error one half under the new weights
    rng = np.random.default_rng(4)
    place = rng.random(60)
    y = np.where((place > 0.3) & (place < 0.7), 1.0, -1.0)
    w, F, bound = np.full(60, 1 / 60), np.zeros(60), 1.0
    for _ in range(15):
        stumps = [np.where(place <= t, s, -s) for t in place for s in (1.0, -1.0)]
        f = min(stumps, key=lambda votes: w[votes != y].sum())
        error = w[f != y].sum()
        alpha, w = textbook.reweight(w, f != y)
        F, bound = F + alpha * f, bound * 2 * np.sqrt(error * (1 - error))
        assert w[f != y].sum() == pytest.approx(0.5)
        assert (F * y <= 0).mean() <= bound
        assert np.exp(-y * F).mean() == pytest.approx(bound)
    rounds = np.log(1000) / -np.log(2 * np.sqrt(0.24))
    assert (round(rounds, 1), int(np.ceil(np.log(1000) / 0.02))) == (338.4, 346)


@pytest.mark.parametrize("lam", [0.0, 1.0, 30.0])
def test_categories_in_order_are_enough(lam):
    # Fisher's ordering with a penalty, against all divisions
    rng = np.random.default_rng(5)
    for _ in range(30):
        G, H = rng.standard_normal(6), rng.uniform(0.2, 5, 6)

        def gain(left, G=G, H=H):
            inside = np.isin(np.arange(6), left)
            return textbook.newton_gain(G[inside].sum(), H[inside].sum(), G[~inside].sum(), H[~inside].sum(), lam, 0.0)

        best = max(gain(left) for size in range(1, 4) for left in combinations(range(6), size))
        order = np.argsort(G / H)
        ordered = max(gain(order[:size]) for size in range(1, 6))
        if best > 0:
            assert ordered == pytest.approx(best, rel=1e-9)


def test_gain_of_noise():
    # by how much a column of many values is favoured
    rng = np.random.default_rng(0)
    two, many = np.repeat([0.0, 1.0], 50), np.arange(100.0)
    found = []
    for _ in range(2000):
        r = rng.standard_normal(100)
        found.append([textbook.split_gains(column, r).max() for column in (two, many)])
    assert np.round(np.mean(found, axis=0), 1).tolist() == [1.0, 4.6]


# --- Shapley values --------------------------------------------------------------------------------------------------


def shapley(expected, d):
    """The definition: weighted sums over all sets of other columns."""
    others = {j: [k for k in range(d) if k != j] for j in range(d)}
    return [
        sum(
            factorial(len(S)) * factorial(d - len(S) - 1) / factorial(d) * (expected({*S, j}) - expected({*S}))
            for size in range(d)
            for S in combinations(others[j], size)
        )
        for j in range(d)
    ]


@pytest.mark.parametrize("m", [1, 2, 3, 6])
def test_quadrature_of_a_leaf_is_the_definition(m):
    # a wrong beta integral, or too few nodes
    rng = np.random.default_rng(m)
    met, share = rng.integers(0, 2, m).astype(float), rng.uniform(0.1, 0.9, m)
    values = shapley(lambda S: np.prod([met[k] if k in S else share[k] for k in range(m)]), m)
    t, w = np.polynomial.legendre.leggauss((m + 1) // 2)
    t, w = (1 + t) / 2, w / 2
    factor = t[:, None] * met + (1 - t[:, None]) * share
    found = [(met[j] - share[j]) * w @ np.delete(factor, j, axis=1).prod(axis=1) for j in range(m)]
    assert_allclose(found, values, rtol=1e-12)


def test_answer_on_shapley_values():
    # the exercise: a tree of two questions
    expected = {(): 3.5, (0,): 2.0, (1,): 5.0, (0, 1): 4.0}
    assert shapley(lambda S: expected[tuple(sorted(S))], 2) == [-1.25, 1.75]


# --- breaking points -------------------------------------------------------------------------------------------------


def test_differences_of_squares():
    # the shifts at which the plain formula fails, and the textbook's does not
    worked = six_beds()
    assert (worked["far_right"], worked["far_naive"], worked["farther_naive"]) == (96, 104, 0)
    assert gain_from_squares(Y + FAR / 4, 3) == 96
    assert worked["loss_end"] == pytest.approx(6.45e-6, rel=1e-3)


def test_certain_samples_and_neighbours():
    # the score from which p is 1, and the middle that is the upper number
    p = 1 / (1 + np.exp(-np.array([36.73, 36.74])))
    assert (p == 1).tolist() == [False, True]
    low, high = 1 + 2.0**-52, 1 + 2.0**-51
    assert low / 2 + high / 2 == high
    assert textbook.leaf_value(np.zeros(3), np.zeros(3)) == 0


def test_packed_residuals():
    # sums that are not exact, a unit that is not the chapter's, and counts that are not in the last digits
    rng = np.random.default_rng(6)
    n = 50_000
    r = rng.standard_normal(n)
    w = weights(r, None)
    assert 1.4e-6 < w.gradient_unit / np.abs(r).mean() < 3e-6
    assert np.log2(w.gradient_unit) % 1 == 0
    total, some = w.packed.sum(), rng.random(n) < 0.3
    assert total - w.packed[some].sum() == w.packed[~some].sum()
    assert total % 2**w.bits == n
    assert abs(w.packed).sum() < 2**53


# --- answers of the exercises ----------------------------------------------------------------------------------------


def test_answers_by_hand():
    # arithmetic of the pencil exercises
    assert_allclose(textbook.split_gains(np.arange(4), np.array([2.0, 2, 6, 10])), [12, 36, 100 / 3])
    *_, (_, F, before), (tree, _, after) = textbook.boost(x[:, None], Y, 0.5, 1, 3)
    assert_allclose(textbook.split_gains(x, Y - F), [2.7, 6.75, 9.375, 9.1875, 12.675])
    assert tree[1:] == pytest.approx((5.5, -0.65, 3.25))
    assert (round(before - after, 4), round(after, 4)) == (0.7922, 0.5203)
    entropy = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    assert (round(entropy, 4), round(1 - entropy, 4), round(0.6 * 4 / 9, 3)) == (0.8113, 0.1887, 0.267)
    r, h = textbook.logistic_residuals(np.array([1.0, 1, 0]), np.full(3, np.log(4)))
    steps = [textbook.leaf_value(r, h), r.sum() / (h.sum() + 1), r.mean(), 8 * h.mean(), 8 * (h.sum() + 1) / 3]
    assert np.round(steps, 3).tolist() == [-0.833, -0.27, -0.133, 1.28, 3.947]
    u, leaf, ones = np.array([-1.0, 0, 1, 8]), np.zeros(4, int), np.zeros(4)
    loss = LOSSES["huber"](delta=2.0)
    steps = [loss.steps(u, ones, u, leaf, None, 1)[0]]
    steps += [LOSSES[name]().steps(u, ones, u, leaf, None, 1)[0] for name in ("squared_error", "absolute_error")]
    assert [*steps, LOSSES["quantile"](0.9).steps(u, ones, u, leaf, None, 1)[0]] == [0.5, 2, 0, 8]


@pytest.mark.parametrize("k", [2, 3, 4])
def test_answer_on_parity(k):
    # a gain before k - 1 columns have been asked, and boosting with trees that are not deep enough
    points, odd = cube(k)
    for asked in range(k):
        inside = (points[:, :asked] == 1).all(axis=1)
        gains = [textbook.split_gains(points[inside, j], odd[inside]).max() for j in range(asked, k)]
        assert gains == [0.5 if asked == k - 1 else 0] * (k - asked)
    losses = [list(textbook.boost(points, odd, 0.5, depth, 3))[-1][2] for depth in (k - 1, k)]
    assert losses[0] == 1 / 8 > losses[1]
    assert textbook.split_gains(XOR[:, 0], np.array([0, 1, 1, 0.3])).max() == pytest.approx(0.3**2 / 4)


def test_answer_on_first_steps():
    # Newton's step as a hyperbolic tangent of the best one
    q = np.array([0.1, 0.5, 0.9])
    assert_allclose((q - 0.5) / 0.25, 2 * np.tanh(np.log(q / (1 - q)) / 2), atol=1e-15)
    A, B = np.array([1.0, 3, 9]), 2.0
    assert_allclose((A - B) / (A + B), np.tanh(np.log(A / B) / 2), atol=1e-15)


def test_answers_at_the_keyboard():
    # what a reader finds who runs the three experiments
    rng = np.random.default_rng(0)
    X, y = rng.random((200, 5)), rng.standard_normal(200)
    Xt, yt = rng.random((1000, 5)), rng.standard_normal(1000)
    model = GradientBoostingRegressor(n_estimators=500).fit(X, y)
    test = [((yt - F) ** 2).mean() for F in model.staged_predict(Xt)]
    found = [test[0], ((yt - y.mean()) ** 2).mean(), test[99], test[499], y.var(), model.train_score_[-1]]
    assert int(np.argmin(test)) == 0
    assert found == pytest.approx([1.026, 1.027, 1.299, 1.440, 1.006, 0.0014], abs=6e-4)
    rng = np.random.default_rng(1)
    x1 = rng.random((200, 1))
    y1 = np.sin(6 * x1[:, 0]) + 0.3 * rng.standard_normal(200)
    ends = [
        GradientBoostingRegressor(learning_rate=rate, max_depth=2, n_estimators=50).fit(x1, y1).train_score_[-1]
        for rate in (1.9, 2, 2.1)
    ]
    assert ends == pytest.approx([0.02502, y1.var(), 7507], rel=1e-3)
    wild = np.append(Y[:5], 120.0)
    predicted = [
        GradientBoostingRegressor(loss=loss, learning_rate=0.5, max_depth=1, n_estimators=2)
        .fit(x[:, None], wild)
        .predict(x[:5, None])
        for loss in ("squared_error", "absolute_error", "huber")
    ]
    assert_allclose(predicted, [[9.6] * 5, [2.375, 2.375, 4.375, 8.375, 8.375], [5.225] * 5], rtol=1e-9)


def test_planted_bugs():
    # the listing of the exercise: leaves that are means, and a start that predict forgets
    scope = {"np": np, "grow": textbook.grow, "apply": textbook.apply}
    exec(LISTINGS[0], scope)
    X, y = np.zeros((4, 1)), np.array([1.0, 1, 1, 0])
    (leaf,) = scope["fit"](X, y, 1.0, 1)
    assert leaf == pytest.approx(0, abs=1e-15)  # at the start all is right, with one leaf
    rng = np.random.default_rng(7)
    X = rng.random((400, 2))
    y = (rng.random(400) < 0.1).astype(float)
    wrong = scope["predict"](X, scope["fit"](X, y, 0.1, 5), 0.1)
    F, *_ = textbook.boost_logistic(X, y, 0.1, 3, 5)
    assert wrong.mean() > 0.2 > (F[1] > 0).mean()
