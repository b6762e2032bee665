"""The chapter's numbers and claims, recomputed: worked example, theorems, breaking points, answers of the exercises."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import groundup
from groundup import PCA, Autoencoder, VariationalAutoencoder
from groundup.core.optimize.gradcheck import central_difference
from groundup.projects.autoencoder import textbook
from groundup.projects.autoencoder.example import MU, NEAR_SADDLE, START, X, two_thermometers
from groundup.publish import book

CHAPTER = (Path(groundup.__file__).parent / "projects" / "autoencoder" / "theory.tex").read_text("utf-8")
LISTINGS = re.findall(r"\\begin\{lstlisting\}\[style=textbook\]\n(.*?)\\end\{lstlisting\}", CHAPTER, re.S)
AXES = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
DEGREES = 2 * np.pi * np.arange(60) / 60
CIRCLE = np.column_stack([np.cos(DEGREES), np.sin(DEGREES)])


def decimals(tex):
    """All numbers in a piece of TeX."""
    return [float(v) for v in re.findall(r"-?[0-9]+\.?[0-9]*", tex)]


def error(w):
    """Loss of the worked example."""
    return textbook.linear_error(X, MU, np.reshape(w, (2, 1)))


def slope(w):
    return textbook.linear_gradient(X, MU, np.reshape(w, (2, 1))).ravel()


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_of_equations_and_numbers():
    # a citation that leads nowhere, an equation that nothing carries out, a number that is not printed, or not computed
    labels = set(book.LABEL.findall(CHAPTER))
    cited = {c.equation for c in book.citations() if c.equation.startswith("autoencoder:")}
    assert labels == cited
    assert set(re.findall(r"\\worked\{autoencoder:([a-z0-9_]+)\}", CHAPTER)) == set(two_thermometers())


def test_every_exercise_has_a_solution():
    # an exercise added without one, or references to an exercise that was taken out
    exercises = re.findall(r"\\begin\{exercise\}\\label\{([^}]*)\}", CHAPTER)
    assert re.findall(r"\\begin\{solution\}\{([^}]*)\}", CHAPTER) == exercises
    own = re.findall(r"ref\{((?:eq|rel|thm|ex|sec|caveat|alg):autoencoder:[a-z-]+)\}", CHAPTER)
    assert set(own) <= set(re.findall(r"\\label\{([^}]*)\}", CHAPTER))


# --- worked example --------------------------------------------------------------------------------------------------


def test_two_thermometers_by_hand():
    # a worked example that a pencil contradicts
    worked = two_thermometers()
    rows = {
        "codes": [3, 1, -3, -1], "squares": [1, 9, 1, 9], "as_decoder": [0, -3], "as_encoder": [0, 0], "slope": [0, -3],
        "w_1": [1, 0.15], "codes_1": [3.15, 1.45, -3.15, -1.45], "loss_1": [2.0614], "fell": [0.4386],
        "w_2": [0.9657, 0.2882], "bound_right": [-2.2655], "bound_blind": [-3.4189], "gap_blind": [1.1534],
        "contraction_middle": [0.78125], "contraction_end": [0.10125],
    }  # fmt: skip
    assert {key: decimals(worked[key]) for key in rows} == rows
    by_hand = {
        "loss_0": 2.5, "predicted": 0.45, "loss_nothing": 5, "loss_axis_1": 1, "loss_axis_2": 4, "variance_1": 8,
        "variance_2": 2, "denoised": np.tanh(2), "by_score": np.tanh(2), "sparse_slope": 0.9375, "slope_m": 2,
        "slope_v": -0.5, "step_m": 1, "step_v": -0.25, "path_1": 4, "path_3": 4, "lot_1": 30, "lot_3": 222,
    }  # fmt: skip
    assert {key: worked[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-6)
    assert worked["log_density"] == worked["bound_right"]


def test_the_step_of_the_bound_by_hand():
    # a variance for its logarithm, a divergence that is added
    variance = np.exp(-0.25)
    expected = -(1 + variance + np.log(2 * np.pi)) / 2 - (1 + variance + 0.25 - 1) / 2
    assert decimals(two_thermometers()["bound_step"]) == [pytest.approx(expected, abs=5e-5)]


def test_the_second_step_by_hand():
    # the exercises: the second gradient, and the first step with free weights
    assert_allclose(slope([1, 0.15]), [0.685125, -2.76375], rtol=1e-12)
    w, free = START, START - 0.05 * (((X @ START) @ START.T - X) / 4).T @ (X @ START)
    assert (X[0] @ w * free.ravel()).tolist() == pytest.approx([3, 0.45])


def test_curvatures_at_the_stationary_points():
    # a saddle that is called a minimum, or a step size that is not the largest one
    h, first, second = 1e-3, AXES[0], AXES[1]
    for place, direction, curvature in [
        (first, first, 32), (first, second, 6), (second, second, 8), (second, first, -6), (0 * first, first, -16),
    ]:  # fmt: skip
        assert_allclose(slope(place), 0, atol=1e-14)
        found = (error(place + h * direction) - 2 * error(place) + error(place - h * direction)) / h**2
        assert found == pytest.approx(curvature, rel=1e-3)


def test_a_saddle_delays_the_descent():
    # numbers of another start
    errors = [e for _, e in textbook.linear_descent(X, NEAR_SADDLE, 0.05, 60)]
    assert abs(errors[9] - 4) < 2e-3
    assert errors[59] == pytest.approx(1)


@pytest.mark.parametrize(("rate", "ends"), [(0.06, True), (0.07, False), (0.13, False)])
def test_the_largest_step(rate, ends):
    # the limit 2 / 32 of the section on stability
    with np.errstate(over="ignore", invalid="ignore"):
        J = [e for _, e in textbook.linear_descent(X, START, rate, 400)][-1]
    assert (abs(J - 1) < 1e-6) == ends
    assert np.isnan(J) == (rate == 0.13)


# --- theorems --------------------------------------------------------------------------------------------------------


def test_the_linear_objective_in_traces():
    # a term of the expansion, or of the second form of the gradient, with a wrong factor
    rng = np.random.default_rng(0)
    A = rng.normal(size=(9, 4))
    A -= A.mean(axis=0)
    W, S, mu = rng.normal(size=(4, 2)), A.T @ A / 9, np.zeros(4)
    M, N = W.T @ W, W.T @ S @ W
    assert textbook.linear_error(A, mu, W) == pytest.approx((np.trace(S) - 2 * np.trace(N) + np.trace(M @ N)) / 2)
    assert_allclose(textbook.linear_gradient(A, mu, W), -2 * S @ W + S @ W @ M + W @ N, rtol=1e-10)


def test_freedom_of_a_linear_code():
    # mixtures of the scores that are not as good, or tied weights that leave more than rotations
    A = np.random.default_rng(1).normal(size=(30, 4)) * [3, 2, 1, 0.5]
    A -= A.mean(axis=0)
    values, vectors = np.linalg.eigh(A.T @ A / 30)
    V, T = vectors[:, [3, 2]], np.array([[2.0, 1.0], [-1.0, 3.0]])
    mixed = A @ (V @ T) @ (np.linalg.inv(T) @ V.T)
    assert ((mixed - A) ** 2).sum() / 30 == pytest.approx(values[:2].sum())
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert 2 * textbook.linear_error(A, np.zeros(4), V @ rotation) == pytest.approx(values[:2].sum())
    assert 2 * textbook.linear_error(A, np.zeros(4), V @ T) > values[:2].sum() + 1


def test_stationary_points_are_eigenvectors_or_zero():
    # the theorem: W = UQ is stationary, and no minimum unless it spans the first axes
    A = np.random.default_rng(2).normal(size=(40, 4)) * [4, 3, 2, 1]
    A -= A.mean(axis=0)
    values, vectors = np.linalg.eigh(A.T @ A / 40)
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    for columns in ([3, 2], [3, 1], [1, 0], [3, None], [None, None]):
        U = np.column_stack([np.zeros(4) if j is None else vectors[:, j] for j in columns])
        assert_allclose(textbook.linear_gradient(A, np.zeros(4), U @ rotation), 0, atol=1e-12)
        kept = sum(values[j] for j in columns if j is not None)
        assert 2 * textbook.linear_error(A, np.zeros(4), U @ rotation) == pytest.approx(values.sum() - kept)


def test_denoising_is_score_matching():
    # Tweedie's formula with a sign, or a power of the spread, that is wrong: a mixture of three points in the plane
    points, s = np.array([[0.0, 1.0], [2.0, 0.0], [-1.0, -1.0]]), 0.7

    def weights(u):
        return np.exp(-((u - points) ** 2).sum(axis=1) / (2 * s**2))

    u = np.array([0.3, 0.4])
    mean = weights(u) @ points / weights(u).sum()
    score = central_difference(lambda u: np.log(weights(u).sum()), u)
    assert_allclose(u + s**2 * score, mean, rtol=1e-8)


@pytest.mark.parametrize("beta", [1.0, 2.0])
def test_linear_variational_codes_collapse(beta):
    # the exercise: s² = Σ λ / (d − β k), and axes below β s² that are given up
    A = np.random.default_rng(0).standard_normal((200, 5))
    A -= A.mean(axis=0)
    rows = np.linalg.qr(A)[0] * np.sqrt([1600, 800, 200, 200, 200])
    quiet = {"tol": 0, "n_iter_no_change": 10**6, "learning_rate_init": 0.01, "max_iter": 3000, "random_state": 0}
    with pytest.warns(groundup.core.exceptions.ConvergenceWarning):
        model = VariationalAutoencoder(2, (), beta=beta, **quiet).fit(rows)
    variance = 1.0 if beta == 1 else 7 / 3
    assert model.noise_variance_ == pytest.approx(variance, rel=0.02)
    spread = np.maximum(1 - beta * variance / np.array([8, 4]), 0)
    assert_allclose(model.transform(rows).var(axis=0), spread, atol=0.03)
    decoder = model.coefs_[-1] * model.scale_
    assert_allclose(np.abs(decoder), np.sqrt(spread * [8, 4])[:, None] * np.eye(2, 5), atol=0.1)


def test_nats_of_an_entry():
    # the exercise: the mean divergence ½ log(λ / s²) of an entry, here at λ = 8, s² = 1
    m = np.sqrt(7) / 8 * np.sqrt(8) * np.array([[1.0], [-1.0]])
    assert textbook.divergence(m, np.full((2, 1), np.log(1 / 8))).mean() == pytest.approx(np.log(8) / 2)


def test_prices_of_codes():
    # the exercise: numbers of another formula
    found = [textbook.divergence(np.array([[m]]), np.array([[v]]))[0] for m, v in ((1, 0), (0, -np.log(4)), (1, -2))]
    assert_allclose(found, [0.5, 0.318, 1.068], atol=5e-4)


def test_variance_of_the_score_function_estimate():
    # the exercise: (k + 2)(k + 4), and 2(k + 2) with the best constant
    k = 3
    draws = np.random.default_rng(0).normal(size=(400_000, k))
    square = (draws**2).sum(axis=1)
    assert (square * draws[:, 0]).var() == pytest.approx((k + 2) * (k + 4), rel=0.03)
    assert ((square - k - 2) * draws[:, 0]).var() == pytest.approx(2 * (k + 2), rel=0.03)


# --- breaking points and exercises -----------------------------------------------------------------------------------


def test_divergence_of_nearly_standard_codes():
    # the naive formula, which is 0 at 1e-9
    assert np.exp(1e-9) - 1e-9 - 1 == 0
    assert np.expm1(1e-9) - 1e-9 == pytest.approx(5e-19, rel=1e-5)


def test_sigmoids_end_where_the_chapter_says():
    # 37, and in single precision 17 and -104
    assert textbook.sigmoid(37.0) == 1 > textbook.sigmoid(36.0)
    z = np.array([16, 17, -103, -105], np.float32)
    with np.errstate(over="ignore"):
        assert (textbook.sigmoid(z) == [1, 1, 0, 0]).tolist() == [False, True, True, True]


@pytest.mark.parametrize(("tied", "correlation"), [(False, 0.73), (True, 0.38)])
def test_a_linear_code_is_not_the_scores(tied, correlation):
    # the exercise: the error of PCA, and correlated columns
    rows = np.random.default_rng(0).standard_normal((200, 6)) * [4, 3, 2, 1, 1, 1]
    model = Autoencoder(3, (), solver="lbfgs", max_iter=2000, random_state=0, tied=tied).fit(rows)
    pca = PCA(3).fit(rows)
    best = ((pca.inverse_transform(pca.transform(rows)) - rows) ** 2).sum(axis=1).mean()
    assert best == pytest.approx(2.783, abs=5e-4)
    assert -model.score(rows) == pytest.approx(best, rel=1e-5)
    found = np.corrcoef(model.transform(rows).T) - np.eye(3)
    assert np.abs(found).max() == pytest.approx(correlation, abs=0.05)


@pytest.mark.parametrize(("seed", "torn"), [(0, True), (1, False)])
def test_one_number_tears_a_circle(seed, torn):
    # the theorem: an error of at least one somewhere, also where all points of the fit are reproduced
    model = Autoencoder(1, (32,), solver="lbfgs", max_iter=3000, random_state=seed).fit(CIRCLE)
    angles = np.linspace(0, 2 * np.pi, 20_000)
    between = model.reconstruction_errors(np.column_stack([np.cos(angles), np.sin(angles)]))
    assert between.max() > 0.99
    if torn:
        assert -model.score(CIRCLE) < 1e-3
        assert between.max() > 3
    else:
        assert -model.score(CIRCLE) == pytest.approx(0.5, abs=1e-4)


def test_a_gradient_check_finds_the_bugs():
    # listings whose bugs are not those that the solutions name
    found = {"np": np}
    exec(LISTINGS[0], found)
    W = np.array([[0.5], [0.2]])
    assert not np.allclose(found["linear_gradient"](X, MU, W), textbook.linear_gradient(X, MU, W))
    for w in (*AXES, START.ravel()):
        assert_allclose(found["linear_gradient"](X, MU, w[:, None]).ravel(), slope(w), atol=1e-12)
    for _ in range(300):
        W = W - 0.05 * found["linear_gradient"](X, MU, W)
    assert_allclose(W.ravel(), AXES[0], atol=1e-9)
    exec(LISTINGS[1], found)
    M, V = np.zeros((3, 2)), np.zeros((3, 2))
    assert found["divergence"](M, V).tolist() == [1, 1, 1]
    assert (textbook.divergence(M, V) == 0).all()
    assert not np.allclose(found["reparametrize"](M, V - 1, M + 1), textbook.reparametrize(M, V - 1, M + 1))
