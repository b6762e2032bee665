"""Every solver gives the numbers of the textbook."""

import numpy as np
import pytest

import groundup
from groundup.core.rows import Rows
from groundup.projects.pca import textbook
from groundup.projects.pca.solvers import em
from groundup.projects.pca.solvers.oja import turned
from groundup.projects.pca.solvers.power import step

RNG = np.random.default_rng(3)
X = RNG.normal(size=(30, 5)) * [4.0, 2.0, 1.0, 0.5, 0.2] @ np.linalg.qr(RNG.normal(size=(5, 5)))[0] + 10
MEAN = textbook.mean(X)
VARIANCE, AXES = textbook.axes_of_covariance(textbook.covariance(X))
EXACT = {"full": 1e-12, "covariance_eigh": 1e-12, "arpack": 1e-12, "randomized": 1e-12, "power": 1e-11, "em": 1e-10}


def test_four_points_by_hand():
    # S = ((10, 3), (3, 2)) has the eigenvalues 11 and 1; the first axis is (3, 1) / √10
    points = np.array([[1.0, 1], [4, 4], [7, 4], [8, 3]])
    np.testing.assert_allclose(textbook.covariance(points), [[10, 3], [3, 2]])
    variance, axes = textbook.axes_of_covariance(textbook.covariance(points))
    np.testing.assert_allclose(variance, [11, 1])
    np.testing.assert_allclose(axes[:, 0] * np.sqrt(10), [3, 1])
    scores = textbook.transform(points, textbook.mean(points), axes[:, :1])
    np.testing.assert_allclose(scores[:, 0] * np.sqrt(10), [-14, -2, 7, 9])
    assert textbook.reconstruction_error(points, textbook.mean(points), axes[:, :1]) == pytest.approx(3.0)


@pytest.mark.parametrize("solver", EXACT)
def test_solvers_find_the_axes_of_the_textbook(solver):
    # a wrong denominator, a sign, an axis too few
    model = groundup.PCA(3, svd_solver=solver, random_state=0).fit(X)
    rtol = EXACT[solver]
    np.testing.assert_allclose(model.components_, AXES[:, :3].T, atol=rtol)
    np.testing.assert_allclose(model.explained_variance_, VARIANCE[:3], rtol=rtol)
    np.testing.assert_allclose(model.explained_variance_ratio_, textbook.explained_share(VARIANCE)[:3], rtol=rtol)
    assert model.noise_variance_ == pytest.approx(textbook.noise_variance(VARIANCE, 3), rel=1e-9)
    scores = textbook.transform(X, MEAN, AXES[:, :3])
    np.testing.assert_allclose(model.transform(X), scores, atol=100 * rtol)
    back = textbook.inverse_transform(scores, MEAN, AXES[:, :3])
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), back, atol=100 * rtol)
    covariance = textbook.model_covariance(VARIANCE[:3], AXES[:, :3], textbook.noise_variance(VARIANCE, 3))
    np.testing.assert_allclose(model.get_covariance(), covariance, atol=100 * rtol)
    np.testing.assert_allclose(model.get_precision() @ covariance, np.eye(5), atol=1e-8)
    np.testing.assert_allclose(model.score_samples(X), textbook.log_density(X, MEAN, covariance), rtol=1e-8)


def test_axes_of_the_data_are_those_of_the_covariance_matrix():
    # singular values taken for variances
    variance, axes = textbook.axes_of_data(X)
    np.testing.assert_allclose(variance, VARIANCE)
    np.testing.assert_allclose(axes, AXES, atol=1e-12)


def test_whitened_scores():
    # variances in the place of their roots
    whitened = groundup.PCA(whiten=True).fit(X).transform(X)
    np.testing.assert_allclose(whitened, textbook.whiten(textbook.transform(X, MEAN, AXES), VARIANCE), atol=1e-10)
    np.testing.assert_allclose(whitened.var(axis=0, ddof=1), 1.0)


def test_one_multiplication_of_the_power_iteration():
    # deflation with the variance of another axis
    S = textbook.covariance(X) * 29
    v = RNG.normal(size=5)
    (first, _), *_ = textbook.power_iteration(S, v, 1)
    np.testing.assert_allclose(step(S, np.zeros((0, 5)), v), first)
    rest = textbook.deflate(S, VARIANCE[0] * 29, AXES[:, 0])
    *_, (second, variance) = textbook.power_iteration(rest, v, 200)
    np.testing.assert_allclose(np.abs(second @ AXES[:, 1]), 1.0)
    assert variance == pytest.approx(VARIANCE[1] * 29)
    w = v - AXES[:, 0] * (AXES[:, 0] @ v)
    (onward, _), *_ = textbook.power_iteration(rest, w, 1)
    np.testing.assert_allclose(step(rest, AXES[:, :1].T, w), onward, atol=1e-12)


def test_one_pass_of_ojas_rule():
    # a step that does not shrink, or turns by another row
    V = np.linalg.qr(RNG.normal(size=(5, 2)))[0]
    *_, expected = textbook.oja(X, V, 0.5, len(X))
    found = turned(X - X.mean(axis=0), V, 0.5, 0)
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-12)
    model = groundup.PCA(2, svd_solver="oja", random_state=0, tol=1e-6).fit(X)
    np.testing.assert_allclose(model.explained_variance_, VARIANCE[:2], rtol=1e-3)


def test_randomized_axes():
    # a subspace of the wrong side
    variance, axes = textbook.randomized_axes(X, RNG.normal(size=(5, 4)), 20)
    np.testing.assert_allclose(variance[:3], VARIANCE[:3])
    np.testing.assert_allclose(axes[:, :3], AXES[:, :3], atol=1e-6)


@pytest.mark.parametrize("missing", [False, True])
def test_one_step_of_expectation_and_maximisation(missing):
    # a covariance of the scores left out, a mean that is not updated, NaN taken for numbers
    rows = X.copy()
    if missing:
        rows[RNG.random(X.shape) < 0.2] = np.nan
    mean, W, noise = np.full(5, 10.0), RNG.normal(size=(5, 2)), 0.7
    Z, C = textbook.infer_scores(rows, mean, W, noise)
    table = Rows(rows, None)
    _, found = em.step(table, mean, W, noise)
    for one, other in zip(textbook.update_axes(rows, Z, C), found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)
    _, scores, covariance, density = em.infer(rows, mean, W, noise)
    np.testing.assert_allclose(scores, Z, atol=1e-12)
    np.testing.assert_allclose(covariance, C, atol=1e-12)
    whole = W @ W.T + noise * np.eye(5)
    for row, value in zip(rows, density, strict=True):
        seen = ~np.isnan(row)
        expected = textbook.log_density(row[None, seen], mean[seen], whole[np.ix_(seen, seen)])
        np.testing.assert_allclose(value, expected[0])


def test_kernel_scores():
    # centring of one side only
    table = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2) / 10)
    model = groundup.KernelPCA(3, kernel="rbf", gamma=0.1).fit(X)
    np.testing.assert_allclose(model.transform(X), textbook.kernel_scores(table, 3), atol=1e-12)
