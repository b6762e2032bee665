"""The chapter's numbers and claims, recomputed: worked example, theorems, figures, answers to exercises."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import LogisticRegression, SoftmaxRegression
from groundup.core.functions import logsumexp, softmax
from groundup.data import bundled
from groundup.projects.softmax_regression import textbook
from groundup.projects.softmax_regression.example import X, three_samples, y
from groundup.projects.softmax_regression.figures import bohning
from groundup.projects.softmax_regression.figures import softmax as scores

CHAPTER = (Path(groundup.__file__).parent / "projects" / "softmax_regression" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
Y = np.eye(3)
NO_PENALTY = np.inf


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"[-+]?[0-9]+\.?[0-9]*", tex)]


def run_until_settled(method):
    """Return W and b on the worked example, the excess after each step, the minimum, and the smallest probability."""
    states = list(method(X, Y, 1.0, 60))
    J = np.array([J for *_, J in states])
    least = min(textbook.probabilities(X, W, b).min() for W, b, _ in states)
    return states[-1][0], states[-1][1], J - J.min(), J.min(), least


# --- model and derivation ---------------------------------------------------------------------------------------------


def test_a_weight_says_what_a_class_gains_on_the_mean():
    # "z = log P less the mean of log P over the classes", for weights that add up to zero
    model = SoftmaxRegression().fit(X, y)
    log_p = model.predict_log_proba(X)
    assert_allclose(X @ model.coef_.T + model.intercept_, log_p - log_p.mean(axis=1, keepdims=True), atol=1e-12)


def test_the_price_of_smoothing():
    # slope 1.60 and probability 0.960 instead of 2 and 0.982
    x = np.random.default_rng(0).standard_normal((100_000, 1))
    label = (np.random.default_rng(1).random(len(x)) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(int)
    model = SoftmaxRegression(C=NO_PENALTY, label_smoothing=0.1).fit(x, label)
    assert model.coef_[1, 0] - model.coef_[0, 0] == pytest.approx(1.60, abs=0.02)
    assert model.predict_proba([[2.0]])[0, 1] == pytest.approx(0.960, abs=2e-3)
    assert 1 / (1 + np.exp(-4)) == pytest.approx(0.982, abs=5e-4)


def test_errors_of_differences_are_those_of_logistic_regression():
    # "the inverse on V1 = 0 estimates the covariances": a factor 2 between one weight and a difference of two
    rng = np.random.default_rng(0)
    A, W = rng.normal(size=(300, 2)), np.array([[0.5, -0.5], [-1, 1]])
    H = textbook.hessian(A, W, np.zeros(2), 1.0) - np.diag([1.0, 1, 1, 1, 0, 0])  # without the penalty
    covariance = np.linalg.pinv(H, rcond=1e-10).reshape(3, 2, 3, 2)
    difference = covariance[..., 1] - covariance[..., 0]
    p = 1 / (1 + np.exp(-A @ (W[:, 1] - W[:, 0])))
    ones = np.column_stack([A, np.ones(300)])
    logistic = np.linalg.inv(ones.T * (p * (1 - p)) @ ones)
    assert_allclose(difference[:, 1] - difference[:, 0], logistic, rtol=1e-9, atol=1e-15)


def test_effect_of_a_feature_is_its_weight_above_the_mean():
    # the sign of a weight read as the sign of its effect; and the answers of the exercise
    w, e = np.array([0.0, 1, 3]), 1e-6
    for x, probability, slope in ((0.0, [1 / 3] * 3, -1 / 9), (-2.0, [0.879, 0.119, 0.002], 0.104)):
        p = softmax(w * x)
        assert_allclose(p, probability, atol=5e-4)
        assert p[1] * (w[1] - p @ w) == pytest.approx(slope, abs=5e-4)
        assert_allclose((softmax(w * (x + e)) - softmax(w * (x - e))) / (2 * e), p * (w - p @ w), atol=1e-8)
    assert softmax(-2 * w) @ w == pytest.approx(0.125, abs=5e-4)


def test_multipliers_of_maximum_entropy_are_the_weights():
    # a table with the same sums and more entropy than softmax has
    rng = np.random.default_rng(0)
    A = textbook.with_ones(rng.normal(size=(8, 2)))
    P = softmax(A @ rng.normal(size=(3, 3)))
    null = np.linalg.svd(A.T)[2][3:]  # changes of a column that leave all sums as they are
    for _ in range(5):
        change = null.T @ rng.normal(size=(5, 2)) @ np.array([[1, -1, 0], [0, 1, -1.0]])
        Q = P + 0.5 * P.min() / np.abs(change).max() * change
        assert_allclose(A.T @ Q, A.T @ P, atol=1e-12)
        assert_allclose(Q.sum(axis=1), 1)
        assert -(Q * np.log(Q)).sum() < -(P * np.log(P)).sum()


def test_blocks_of_the_hessian():
    # a block with the wrong sign, or the penalty in the blocks of two classes
    rng = np.random.default_rng(1)
    A, W, b = rng.normal(size=(6, 2)), rng.normal(size=(2, 3)), rng.normal(size=3)
    P, ones = textbook.probabilities(A, W, b), textbook.with_ones(A)
    H = textbook.hessian(A, W, b, 0.7).reshape(3, 3, 3, 3)  # parameter, class, parameter, class
    for k in range(3):
        for m in range(3):
            block = 0.7 * ones.T @ np.diag(P[:, k] * ((k == m) - P[:, m])) @ ones + (k == m) * np.diag([1, 1, 0])
            assert_allclose(H[:, k, :, m], block, atol=1e-12)


def test_three_ways_to_say_a_loss():
    # bits for nats, and a geometric mean that is none
    p = np.array([1 / 2, 1 / 4, 1 / 8])
    assert_allclose(-np.log(p), [0.693, 1.386, 2.079], atol=5e-4)
    assert np.exp(np.log(p).mean()) == pytest.approx(1 / 4)
    assert np.exp(-0.43) == pytest.approx(0.65, abs=5e-3)
    assert_allclose(softmax(np.log([1, 2, 3]) + 7), [1 / 6, 1 / 3, 1 / 2])


# --- worked example ---------------------------------------------------------------------------------------------------


def test_newtons_second_step_by_hand():
    # two unknowns that do not describe the six parameters of the solver
    worked = three_samples()
    W, b, J = list(textbook.newton(X, Y, 1.0, 3))[2]
    assert_allclose(W[0], worked["newton_w_2"] * np.array([-1, 0, 1]), atol=1e-12)
    assert_allclose(b, worked["newton_c_2"] * np.array([-1, 2, -1]), atol=1e-12)
    assert worked["excess_1"] == pytest.approx(4.972e-3, rel=1e-3)
    assert worked["excess_2"] == pytest.approx(J - run_until_settled(textbook.newton)[3], rel=1e-6)
    assert 0.6 + worked["step_w"] == pytest.approx(W[0, 2], rel=1e-12)
    assert worked["step_c"] == pytest.approx(b[1] / 2, rel=1e-12)
    assert decimals(worked["w"])[-1] == pytest.approx(list(textbook.newton(X, Y, 1.0, 4))[3][0][0, 2], abs=5e-5)


def test_what_the_example_says_of_its_numbers():
    # columns of P that do not add up to the sizes of the classes, or a loss with the penalty in it
    worked = three_samples()
    model = SoftmaxRegression(tol=1e-6).fit(X, y)
    P = model.predict_proba(X)
    assert_allclose(P.sum(axis=0), 1, atol=1e-6)
    assert worked["nats"] == pytest.approx(-np.log(np.diag(P)).mean(), rel=1e-5)
    assert worked["geometric"] == pytest.approx(np.prod(np.diag(P)) ** (1 / 3), rel=1e-5)
    assert worked["odds"] == pytest.approx(P[2, 2] / P[2, 0] / (P[1, 2] / P[1, 0]), rel=1e-6)
    assert_allclose(np.exp([-0.5, 0.5]), [0.6065, 1.6487], atol=5e-5)


# --- guarantees -------------------------------------------------------------------------------------------------------


def test_rate_of_bohning():
    # a factor that some step exceeds; the numbers 0.171, 0.414 and 0.696
    W, b, excess, _, least = run_until_settled(textbook.bohning)
    factors = excess[1:12] / excess[:11]
    assert factors.max() < 1 - 2 * least
    assert 1 - 2 * least == pytest.approx(0.696, abs=5e-4)
    assert factors[-1] == pytest.approx(0.171, abs=1e-3)
    p, q = textbook.probabilities(X, W, b)[[2, 1]]
    H = np.array([[2 * (p[0] + p[2] - (p[2] - p[0]) ** 2) + 2, -6 * p[1] * (p[2] - p[0])], [0, 0]])
    H[1] = H[0, 1], 18 * p[1] * (1 - p[1]) + 9 * q[1] * (1 - q[1])
    assert_allclose([H[0, 0], 2 * H[0, 1], H[1, 1]], [3.077, -1.445, 5.990], atol=5e-4)
    eigenvalues = np.sort(np.linalg.eigvals(H / np.array([[4], [9]])))
    assert_allclose(eigenvalues, [0.586, 0.848], atol=5e-4)
    assert (1 - eigenvalues[0]) ** 2 == pytest.approx(factors[-1], abs=1e-3)


def test_curvature_changes_by_the_range_at_most():
    # the corollary's first fact with another third moment
    rng = np.random.default_rng(2)
    for _ in range(20):
        z, u, a = rng.normal(size=(3, 4))
        p, e = softmax(z), 1e-5
        up, down = (a @ textbook.jacobian(softmax(z + t * u)) @ a for t in (e, -e))
        slope = p @ ((u - p @ u) * (a - p @ a) ** 2)
        assert (up - down) / (2 * e) == pytest.approx(slope, abs=1e-8)
        assert abs(slope) <= np.ptp(u) * (a @ textbook.jacobian(p) @ a)


def test_iterations_of_the_cost():
    # a crossover told by iterations that the solvers do not take
    iris, digits = bundled.iris(0), bundled.digits(0)
    newton, lbfgs = (SoftmaxRegression(solver=s).fit(iris.X, iris.y).n_iter_[0] for s in ("newton", "lbfgs"))
    assert (newton, lbfgs) == (pytest.approx(7, abs=1), pytest.approx(21, abs=3))
    many = SoftmaxRegression(C=0.01, solver="lbfgs", max_iter=1000).fit(digits.X, digits.y).n_iter_[0]
    assert many == pytest.approx(163, abs=20)


# --- figures ----------------------------------------------------------------------------------------------------------


def test_parabolas_touch_and_one_lies_above():
    # a parabola that crosses the objective where the chapter says it cannot
    w = np.linspace(-3, 3, 61)
    J = bohning.objective_along(w)
    by_hand = [textbook.loss(X, Y, np.array([[-v, 0, v]]), np.zeros(3), 1.0) for v in w]
    assert_allclose(J, by_hand)
    assert (3 * np.log(3) - 2 * w + 2 * w**2 - J > -1e-12).all()
    e = 1e-4
    minus, zero, plus = bohning.objective_along(np.array([-e, 0.0, e]))
    assert (plus - minus) / (2 * e) == pytest.approx(-2, abs=1e-6)
    assert (plus - 2 * zero + minus) / e**2 == pytest.approx(10 / 3, abs=1e-5)


def test_naive_softmax_is_wrong_before_it_breaks():
    # stripes of the figure where the naive formula is right
    right = softmax(np.array([0.0, -1.0, -2.0]))[0]
    for kind in (np.float32, np.float64):
        for sign in (1, -1):
            wrong, broken = scores.errs_at(kind, sign), scores.breaks_at(kind, sign)
            assert wrong < broken
            z = (sign * (wrong + 0.005) - np.arange(3.0)).astype(kind)
            with np.errstate(all="ignore"):
                assert not abs(scores.naive_softmax(z)[0] - right) < scores.WRONG


# --- exercises --------------------------------------------------------------------------------------------------------


def test_middle_or_not_has_no_slope():
    # the answer that one against the rest fails in the middle, and that a square helps
    rng = np.random.default_rng(0)
    A = np.concatenate([rng.normal(c, 0.2, 100) for c in (-1, 0, 1)])[:, None]
    c = np.repeat([0, 1, 2], 100)
    alone = LogisticRegression().fit(A, c == 1)
    assert_allclose(alone.predict_proba(A)[:, 1], 1 / 3, atol=5e-3)
    assert SoftmaxRegression().fit(A, c).score(A, c) > 0.98
    assert LogisticRegression().fit(np.column_stack([A, A**2]), c == 1).score(np.column_stack([A, A**2]), c == 1) > 0.98


def test_one_unknown_by_iteration():
    # the iteration of the exercise, its fixed point and its pace
    def f(w):
        return 1 - 2 * np.sinh(w) / (1 + 2 * np.cosh(w))

    fixed = 0.6
    for _ in range(100):
        fixed = f(fixed)
    assert_allclose([f(0.6), f(f(0.6)), fixed], [0.6223, 0.6099, 0.6143], atol=5e-5)
    assert (f(fixed + 1e-6) - f(fixed - 1e-6)) / 2e-6 == pytest.approx(-0.556, abs=5e-4)
    assert bohning.objective_along(np.array(fixed)) < bohning.objective_along(fixed + np.array([-1e-4, 1e-4])).min()


def test_free_energy():
    # a sign, or a temperature that divides the wrong term
    z, T, e = np.array([0.3, -1.0, 2.0]), 1.7, 1e-5
    p = softmax(z / T)
    entropy = -p @ np.log(p)
    assert p @ z + T * entropy == pytest.approx(T * logsumexp(z / T))
    up, down = ((T + d) * logsumexp(z / (T + d)) for d in (e, -e))
    assert (up - down) / (2 * e) == pytest.approx(entropy, abs=1e-8)


def test_smoothed_sample_alone():
    # the finite distance of the scores that smoothing asks for
    target = np.array([0.91, *[0.01] * 9])
    z = np.log(target) - np.log(target).mean()
    assert_allclose([z[0], z[1], z[0] - z[1]], [4.06, -0.451, 4.51], atol=5e-3)


def test_softmax_twice_on_iris():
    # the keyboard's answer: accuracy sees nothing, the loss does
    iris = bundled.iris(0)
    code = np.unique(iris.y, return_inverse=True)[1]
    P = SoftmaxRegression().fit(iris.X, iris.y).predict_proba(iris.X)
    Q = textbook.softmax(P)
    assert_allclose([P.max(), Q.max()], [0.9990, 0.5758], atol=5e-5)
    assert_allclose([(P.argmax(1) == code).mean(), (Q.argmax(1) == code).mean()], 0.973, atol=5e-4)
    rows = np.arange(len(code))
    assert_allclose([-np.log(P[rows, code]).mean(), -np.log(Q[rows, code]).mean()], [0.120, 0.625], atol=5e-4)


def test_smoothing_without_a_penalty():
    # the keyboard's answer: a minimum with smoothing, a warning without
    A, c = [[-2], [-1], [1], [2]], [0, 0, 1, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = SoftmaxRegression(C=NO_PENALTY, label_smoothing=0.1).fit(A, c)
    assert model.coef_[1, 0] - model.coef_[0, 0] == pytest.approx(2.030, abs=5e-4)
    assert_allclose(model.predict_proba([[1], [2]])[:, 1], [0.884, 0.983], atol=5e-4)
    with pytest.warns(UserWarning, match="does not exist"):
        SoftmaxRegression(C=NO_PENALTY).fit(A, c)


def test_race_of_the_two_methods():
    # the keyboard's answer, and what the figure is read for
    for method, steps in ((textbook.bohning, [7, 15]), (textbook.newton, [3, 3])):
        excess = run_until_settled(method)[2]
        assert [int(np.flatnonzero(excess < e)[0]) for e in (1e-6, 1e-12)] == steps
    assert_allclose(run_until_settled(textbook.newton)[2][:3], [0.612, 5e-3, 1.8e-6], rtol=0.02)
    assert 0.612 * 0.696**37 < 1e-6 < 0.612 * 0.696**36


def test_the_bugs_to_find():
    # listings that are not wrong in the way the solutions say
    shared, warmed = (
        next(listing for listing in LISTINGS if f"def {name}" in listing) for name in ("softmax", "warmed")
    )
    scope = {"np": np}
    exec(shared, scope)
    Z = np.random.default_rng(3).normal(size=(5, 3))
    assert_allclose(scope["softmax"](Z), softmax(Z))
    with np.errstate(all="ignore"):
        assert np.isnan(scope["softmax"](np.array([[1000.0, 999], [0, -1]]))[1]).all()
    assert_allclose(scope["softmax"](np.array([[0.0, -1]])), softmax(np.array([[0.0, -1]])))
    exec(warmed, scope)
    P = np.vstack([np.eye(10)[0], np.full(10, 0.1)])
    assert scope["warmed"](P, 1.0).max() == pytest.approx(np.e / (np.e + 9))
    assert np.e / (np.e + 9) == pytest.approx(0.232, abs=5e-4)
    assert_allclose(softmax(np.log(softmax(Z)) / 1.0), softmax(Z))
