"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import SVC, NuSVC, OneClassSVM
from groundup.projects.support_vector_machine import textbook
from groundup.projects.support_vector_machine.example import (
    FAR,
    NEW,
    SOFT,
    X,
    Y,
    after_the_far_pair,
    expanded_squares,
    three_bolts,
)
from groundup.projects.support_vector_machine.models.rbf_sampler import fourier_features
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "support_vector_machine" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
K = textbook.linear(X, X)
XOR, XOR_CLASSES = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]]), np.array([1.0, -1, -1, 1])


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def fractions(tex):
    """Every whole number and every fraction of a piece of TeX, in order."""
    found = re.findall(r"(-?)(?:\\tfrac\{(\d+)\}\{(\d+)\}|(\d+))", tex)
    return [(-1 if sign else 1) * (int(whole) if whole else int(top) / int(under)) for sign, top, under, whole in found]


def solution(K, y, C):
    """Multipliers and scores of the textbook's SMO, and the intercept."""
    *_, (alpha, F) = textbook.smo(K, y, C, tol=1e-10, steps=100_000)
    return alpha, F, textbook.bias(alpha, y, F, C)


def moons(n=60, seed=0):
    """Two noisy half-circles that overlap a little, and their classes."""
    rng = np.random.default_rng(seed)
    angle, side = rng.uniform(0, np.pi, n), np.repeat([1.0, -1.0], n // 2)
    points = np.column_stack([side * np.cos(angle) + (side < 0), side * np.sin(angle) + (side < 0) / 2])
    return points + 0.25 * rng.standard_normal((n, 2)), side


# --- names ------------------------------------------------------------------------------------------------------------


def test_equations_and_code_name_each_other():
    # an equation that no function carries out, or a citation of one that is not there
    cited = {c.equation for c in book.citations() if c.equation.startswith("support_vector_machine:")}
    assert set(book.LABEL.findall(CHAPTER)) == cited


def test_worked_numbers_are_those_that_are_printed():
    # a number made and never printed
    assert set(re.findall(r"\\worked\{support_vector_machine:([a-z0-9_]+)\}", CHAPTER)) == set(three_bolts())


# --- the worked example -----------------------------------------------------------------------------------------------


def test_three_bolts_by_hand():
    # a worked example that a pencil contradicts
    worked = three_bolts()
    exact = {
        "w": 1, "dual": 0.5, "b": -1, "margin": 1, "primal": 0.5, "new": 0.2, "far_b": -1, "soft_w": 0.5,
        "soft_b": -0.25, "soft_primal": 0.375, "sigmoid_start": np.log(2 / 3), "sigmoid_new": 0.5511,
    }  # fmt: skip
    assert {key: worked[key] for key in exact} == pytest.approx(exact, abs=5e-5)
    lists = {
        "x": [0, 2, 3], "table": [0, 0, 0, 0, 4, 6, 0, 6, 9], "alpha": [0.5, 0.5, 0], "score": [-1, -1, -2],
        "soft_alpha": [0.25, 0.25, 0], "soft_score": [-1, 0, -0.5], "soft_interval": [-0.5, 0],
        "soft_slack": [0.75, 0.25, 0], "decisions": [-1, 1, 2], "sigmoid_gradient": [0.7167, 0.03333],
        "sigmoid_1": [-0.62, -0.0384], "sigmoid_end": [-0.6564, -0.07396], "tanh": [0.7616, 0.964, 0.964, 0.9993],
        "far_squares": [4, 8, 0],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in lists} == lists
    steps = [
        [0, 0, 0, -1, 1, 1, 2, 0, 3, 1, 2 / 9, 2 / 9],
        [2 / 9, 0, 2 / 9, -1, -1 / 3, -1, 2 / 3, 2 / 9, 2, 3, 2 / 3, 2 / 9],
        [2 / 9, 2 / 9, 0, -1, 1 / 9, -1 / 3, 10 / 9, 28 / 81, 2, 1, 5 / 18, 5 / 18],
        [0.5, 0.5, 0, -1, -1, -2, 0, 0.5],
    ]
    assert [fractions(worked[f"step_{k}"]) for k in (1, 2, 3, 4)] == [pytest.approx(step) for step in steps]
    quotients = {"far_w": [2 / 3], "far_margins": [1, 1 / 3, 1], "far_primal": [8 / 9], "far_dual": [2 / 9]}
    assert {key: fractions(worked[key]) for key in quotients} == {k: pytest.approx(v) for k, v in quotients.items()}
    assert fractions(worked["far_gap"]) == pytest.approx([2 / 3])


def test_the_machines_agree_with_the_worked_example():
    # a library that answers the three bolts differently
    for C, alpha, b in ((1.0, [-0.5, 0.5], -1.0), (SOFT, [-0.25, 0.25], -0.25)):
        model = SVC(kernel="linear", C=C).fit(X, Y)
        assert_allclose(model.dual_coef_, [alpha], rtol=1e-12)
        assert model.intercept_[0] == pytest.approx(b)
    assert SVC(kernel="linear").fit(X, Y).decision_function(NEW) == pytest.approx([0.2])


def test_every_intercept_of_the_interval_costs_the_same():
    # an interval that is too long, or too short
    alpha, _, _ = solution(K, Y, SOFT)
    w = X.T @ (alpha * Y)
    assert [textbook.primal_objective(w, b, X, Y, SOFT) for b in (-0.5, -0.25, 0.0)] == pytest.approx([0.375] * 3)
    assert min(textbook.primal_objective(w, b, X, Y, SOFT) for b in (-0.51, 0.01)) > 0.375


# --- theorems ---------------------------------------------------------------------------------------------------------


def test_the_gap_is_the_sum_over_samples():
    # a gap without the bias, or with a factor
    X, y = moons()
    K, C = textbook.rbf(X, X, 1.0), 2.0
    for steps in (3, 30):
        *_, (alpha, F) = textbook.smo(K, y, C, tol=1e-10, steps=steps)
        for b in (textbook.bias(alpha, y, F, C), 0.7):
            f = textbook.decide(K, alpha, y, b)
            coef, h = alpha * y, y * f - 1
            primal = coef @ K @ coef / 2 + C * np.maximum(0, -h).sum()
            terms = alpha * np.maximum(0, h) + (C - alpha) * np.maximum(0, -h)
            assert primal - textbook.dual_objective(alpha, y, K) == pytest.approx(terms.sum())


def test_the_gap_bounds_the_distance_and_the_tolerance_bounds_the_gap():
    # a bound without its half, or by a distance instead of its square
    X, y = moons()
    K, C = textbook.rbf(X, X, 1.0), 2.0
    best, _, _ = solution(K, y, C)
    for tol in (1.0, 0.1, 0.01):
        *_, (alpha, F) = textbook.smo(K, y, C, tol=tol, steps=10_000)
        up, down = textbook.movable(alpha, y, C)
        f = textbook.decide(K, alpha, y, (F[up].max() + F[down].min()) / 2)
        coef, h = alpha * y, y * f - 1
        gap = (alpha * np.maximum(0, h) + (C - alpha) * np.maximum(0, -h)).sum()
        far = coef - best * y
        assert far @ K @ far <= gap <= textbook.violation(alpha, y, F, C) * len(y) * C / 2


def test_only_support_vectors_matter():
    # deletion that changes the machine; errors of leaving out that are more than the support vectors
    X, y = moons()
    model = SVC(gamma=1.0, C=2.0, tol=1e-9).fit(X, y)
    kept = model.support_
    assert len(kept) < len(y)
    small = SVC(gamma=1.0, C=2.0, tol=1e-9).fit(X[kept], y[kept])
    assert_allclose(small.decision_function(X), model.decision_function(X), atol=1e-8)
    errors = 0
    for i in range(len(y)):
        others = np.arange(len(y)) != i
        errors += SVC(gamma=1.0, C=2.0).fit(X[others], y[others]).predict(X[[i]])[0] != y[i]
    assert 0 < errors <= len(kept)


@pytest.mark.parametrize("nu", [0.2, 0.5])
def test_nu_is_between_the_shares(nu):
    # a nu that counts support vectors from above, or rows of one class only
    X, y = moons()
    model = NuSVC(nu=nu, gamma=1.0, tol=1e-9).fit(X, y)
    margins = y * model.decision_function(X)
    assert (margins < 1 - 1e-6).mean() <= nu <= len(model.support_) / len(y)
    alone = OneClassSVM(nu=nu, gamma=1.0, tol=1e-9).fit(X)
    assert (alone.decision_function(X) < -1e-6).mean() <= nu <= len(alone.support_) / len(y)
    scale = np.abs(model.dual_coef_).max()  # 1/m, the C of the machine without nu
    plain = SVC(C=scale, gamma=1.0, tol=1e-9).fit(X, y)
    assert_allclose(plain.decision_function(X), model.decision_function(X), atol=1e-5)


def test_products_of_kernels_are_kernels_and_tanh_is_none():
    # a rule for building kernels that does not hold
    rng = np.random.default_rng(0)
    A, B = (M @ M.T for M in rng.standard_normal((2, 8, 5)))
    assert np.linalg.eigvalsh(A * B).min() > -1e-12
    x = rng.standard_normal((8, 2))
    spread = np.exp(-np.square(x).sum(axis=1))
    assert_allclose(spread[:, None] * np.exp(2 * x @ x.T) * spread, textbook.rbf(x, x, 1.0))
    assert three_bolts()["tanh_eigenvalue"] == pytest.approx(-0.09087, abs=5e-6)


@pytest.mark.parametrize("kernel", ["rbf", "tanh"])
def test_every_step_raises_the_dual_and_the_loop_ends(kernel):
    # the bound on the gain, and termination even where the table is no kernel's
    X, y = moons()
    K = textbook.rbf(X, X, 1.0) if kernel == "rbf" else np.tanh(X @ X.T)
    alpha, F, C = np.zeros(len(y)), y.copy(), 5.0
    for following, scores in textbook.smo(K, y, C, tol=1e-3, steps=5000):
        i, j = textbook.choose_pair(alpha, y, F, K, C)
        t = textbook.step_length(alpha, y, F, K, C, i, j)
        gain = textbook.dual_objective(following, y, K) - textbook.dual_objective(alpha, y, K)
        assert gain >= t * (F[i] - F[j]) / 2 * (1 - 1e-6) > 0
        alpha, F = following, scores
    assert textbook.violation(alpha, y, F, C) <= 1e-3


def test_random_features_have_the_variance_and_the_number_of_the_chapter():
    # the standard deviation of the frequencies, or the length of the interval in Hoeffding's inequality
    rng = np.random.default_rng(0)
    x = np.array([[0.0, 0.0], [0.6, -0.3]])
    k = float(textbook.rbf(x[:1], x[1:], 0.8)[0, 0])
    n = 200_000
    features = fourier_features(x, np.sqrt(1.6) * rng.standard_normal((2, n)), rng.uniform(0, 2 * np.pi, n))
    terms = n * features[0] * features[1]
    assert terms.mean() == pytest.approx(k, abs=0.01)
    assert terms.var() == pytest.approx(1 + k**4 / 2 - k**2, abs=0.01)
    assert int(np.ceil(8 / 0.1**2 * np.log(1000**2 / 0.01))) == 14737


def test_pegasos_stays_within_its_bound():
    # a bound without the logarithm, or a step that is too long
    X, y = moons()
    C, T = 1.0, 2000
    penalty, R = 1 / (C * len(y)), np.linalg.norm(X, axis=1).max()

    def objective(w):
        return penalty / 2 * w @ w + np.maximum(0, 1 - y * (X @ w)).mean()

    path = [np.zeros(2), *textbook.pegasos(X, y, C, T - 1, np.random.default_rng(0))]
    best = min(objective(w) for w in textbook.pegasos(X, y, C, 20_000, np.random.default_rng(1)))
    assert max(np.linalg.norm(w) for w in path) <= R / penalty
    assert 0 < np.mean([objective(w) for w in path]) - best <= 2 * R**2 / penalty * (1 + np.log(T)) / T


# --- where it breaks --------------------------------------------------------------------------------------------------


def test_expanded_distances_break_where_the_chapter_says():
    # the shift at which two bolts become one, and what remains of the kernel
    exact = [4, 9, 1]
    assert expanded_squares(X + FAR / 2)[[0, 0, 1], [1, 2, 2]].tolist() == exact
    assert expanded_squares(X + FAR)[[0, 0, 1], [1, 2, 2]].tolist() == [4, 8, 0]
    assert three_bolts()["far_eigenvalue"] == pytest.approx(-0.00684, abs=5e-6)
    near, far = SVC(gamma=0.5).fit(X, Y), SVC(gamma=0.5).fit(X + FAR, Y)
    assert_allclose(far.dual_coef_, near.dual_coef_, rtol=1e-12)


def test_probabilities_round_to_one_where_the_chapter_says():
    # the score from which on a logarithm of 1 - p is infinite
    def probability(z):
        return 1 / (1 + np.exp(z))

    assert probability(-36.73) < 1
    assert probability(-36.74) == 1
    assert np.isfinite(textbook.sigmoid_loss(-1.0, 0.0, np.array([800.0, -800.0]), np.array([0.75, 0.25])))


# --- answers ----------------------------------------------------------------------------------------------------------


def test_answers_with_a_pencil():
    # numbers in the solutions that are wrong
    w, b = np.array([3.0, 4.0]), -5.0
    assert [(w @ x + b) / 5 for x in ([3, 4], [1, 1], [0, 1])] == [4, 0.4, -0.2]
    alpha, _, b = solution(
        textbook.linear(four := np.array([[0.0], [2], [3], [1]]), four), np.array([-1.0, 1, 1, 1]), 2
    )
    assert [*alpha, b] == pytest.approx([2, 0, 0, 2, -1])
    for C in (0.1, 0.2, 0.3, 0.5):
        alpha, F, _ = solution(K, Y, C)
        up, down = textbook.movable(alpha, Y, C)
        assert alpha == pytest.approx([C, C, 0])
        assert textbook.dual_objective(alpha, Y, K) == pytest.approx(2 * C - 2 * C**2)
        assert [F[up].max(), F[down].min()] == pytest.approx([max(-1, 1 - 6 * C), 1 - 4 * C])


def test_answer_on_xor():
    # two steps, equal multipliers, a product as decision
    K = textbook.polynomial(XOR, XOR, 1.0, 2, 1.0)
    assert (8 * np.eye(4) + 1 == K).all()
    steps = list(textbook.smo(K, XOR_CLASSES, 10.0, tol=1e-9, steps=10))
    assert len(steps) == 2
    alpha, F = steps[-1]
    assert alpha == pytest.approx([1 / 8] * 4)
    new = np.array([[0.3, -2.0], [1.5, 0.4]])
    b = textbook.bias(alpha, XOR_CLASSES, F, 10.0)
    values = textbook.decide(textbook.polynomial(new, XOR, 1.0, 2, 1.0), alpha, XOR_CLASSES, b)
    assert values == pytest.approx(new[:, 0] * new[:, 1])
    coef = alpha * XOR_CLASSES
    assert coef @ K @ coef == pytest.approx(alpha.sum()) == pytest.approx(0.5)


def test_answer_on_large_gamma():
    # the unit matrix as a kernel table
    y = np.repeat([1.0, -1.0], [3, 7])
    alpha, _, b = solution(np.eye(10), y, 2.0)
    assert b == pytest.approx(-0.4)
    assert alpha == pytest.approx(1 + 0.4 * y)


def test_answer_on_squared_slack():
    # the squared hinge as a hard margin with a larger diagonal
    X, y = moons()
    K, C = textbook.rbf(X, X, 1.0), 2.0
    alpha, _, b = solution(K + np.eye(len(y)) / (2 * C), y, 1e6)
    slack = np.maximum(0, 1 - y * textbook.decide(K, alpha, y, b))
    assert_allclose(slack, alpha / (2 * C), atol=1e-6)


def test_answer_on_the_hard_margin():
    # the C from which on a soft machine is hard
    assert all(solution(K, Y, C)[0] == pytest.approx([0.5, 0.5, 0]) for C in (0.5, 0.6, 100.0))
    assert solution(K, Y, 0.49)[0].max() < 0.5


def test_answers_at_the_keyboard():
    # what the solutions say the reader will see
    found = [SVC(kernel="linear", C=C).fit(X, Y) for C in (0.1, 0.25, 0.5, 10)]
    assert [model.intercept_[0] for model in found] == pytest.approx([0.5, -0.25, -1, -1])
    assert [model.dual_coef_[0, 1] for model in found] == pytest.approx([0.1, 0.25, 0.5, 0.5])
    rng = np.random.default_rng(0)
    rows, tosses = rng.standard_normal((200, 2)), rng.integers(0, 2, 200)
    assert min(np.bincount(tosses)) == 92
    for model, vectors, errors in ((SVC(gamma=1000), 200, 1), (SVC(), 185, 82)):
        model.fit(rows, tosses)
        assert (len(model.support_), (model.predict(rows) != tosses).sum()) == (vectors, errors)
    y = rows[:, 0] > rows[:, 1] ** 2
    model = SVC(gamma=0.5, tol=1e-9).fit(rows, y)
    assert len(rows) - len(model.support_) == 147
    values = model.decision_function(rows)

    def change(kept):
        return np.abs(SVC(gamma=0.5, tol=1e-9).fit(rows[kept], y[kept]).decision_function(rows) - values).max()

    assert change(model.support_) < 1e-7
    free = model.support_[np.abs(model.dual_coef_[0]) < 1 - 1e-6]
    changes = [change(np.delete(np.arange(200), i)) for i in free]
    assert (len(free), min(changes), max(changes)) == (
        12, pytest.approx(5e-4, rel=0.1), pytest.approx(0.31, rel=0.01)
    )  # fmt: skip


def test_the_bugs_are_bugs():
    # a planted defect that is none, or that another test would have to find
    scope = {"np": np}
    for listing in LISTINGS:
        exec(listing, scope)
    for C, wrong, gap in ((1.0, -1.0, 0.0), (SOFT, -1.0, 0.125)):
        alpha, F, _ = solution(K, Y, C)
        assert scope["bias"](alpha, F) == pytest.approx(wrong)
        primal = textbook.primal_objective(X.T @ (alpha * Y), wrong, X, Y, C)
        assert primal - textbook.dual_objective(alpha, Y, K) == pytest.approx(gap)
    alpha, F = after_the_far_pair()
    scope["step"](alpha, Y, F, 1.0, 1.0, 1, 2)
    assert alpha == pytest.approx([2 / 9, 2 / 3, 0])
    assert alpha @ Y == pytest.approx(4 / 9)


def test_pairs_of_bolts_have_the_distances_of_the_text():
    # the curvatures 4 and 1 that decide between two partners
    assert [K[i, i] + K[j, j] - 2 * K[i, j] for i, j in combinations(range(3), 2)] == [4, 9, 1]
