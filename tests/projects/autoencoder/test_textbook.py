"""The textbook of autoencoders: gradients against differences, the worked example, and what PCA says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.optimize.gradcheck import central_difference
from groundup.projects.autoencoder import textbook

RNG = np.random.default_rng(0)
X = RNG.normal(np.arange(4), size=(12, 4))
E = RNG.normal(size=(12, 2))
SHAPES = ((4, 2), (2,), (2, 4), (4,))
PARAMETERS = [RNG.normal(size=shape) / 2 for shape in SHAPES]
VARIATIONAL = [RNG.normal(size=shape) / 2 for shape in ((4, 2), (2,), (4, 2), (2,), (2, 4), (4,))]


def test_gradient_of_the_linear_autoencoder():
    # weights that count once, as the encoder's or as the decoder's only; a sum for a mean
    W = RNG.normal(size=(4, 2))
    right = central_difference(lambda W: textbook.linear_error(X, X.mean(axis=0), W), W)
    assert_allclose(textbook.linear_gradient(X, X.mean(axis=0), W), right, atol=1e-8 * abs(right).max())


@pytest.mark.parametrize("options", [(0.2, 0.0, 0.0), (0.2, 0.7, 0.0), (0.2, 0.0, 0.7), (0.3, 0.4, 0.5)])
@pytest.mark.parametrize("k", range(4), ids=["W1", "b1", "W2", "b2"])
def test_gradient(k, options):
    # a penalty whose slope by the codes, or by the weights, is left out; the clean rows in the encoder
    noisy = X + 0.1

    def value(part):
        return textbook.objective(X, noisy, *PARAMETERS[:k], part, *PARAMETERS[k + 1 :], *options)

    right = central_difference(value, PARAMETERS[k])
    assert_allclose(textbook.gradient(X, noisy, *PARAMETERS, *options)[k], right, atol=1e-8 * abs(right).max())


@pytest.mark.parametrize("k", range(6), ids=["Wm", "bm", "Wv", "bv", "W2", "b2"])
def test_gradient_of_the_bound(k):
    # a divergence of the wrong sign, draws that the variances do not stretch
    def value(part):
        return textbook.bound(X, E, *VARIATIONAL[:k], part, *VARIATIONAL[k + 1 :], 0.7)

    right = central_difference(value, VARIATIONAL[k])
    assert_allclose(textbook.bound_gradient(X, E, *VARIATIONAL, 0.7)[k], right, atol=1e-8 * abs(right).max())


def test_contraction_is_the_norm_of_the_jacobian():
    # slopes of the units that are not squared, a sum over the wrong axis
    W1, b1 = PARAMETERS[:2]
    columns = [
        (textbook.encode(X + 1e-6 * e, W1, b1) - textbook.encode(X - 1e-6 * e, W1, b1)) / 2e-6 for e in np.eye(4)
    ]
    right = (np.array(columns) ** 2).sum() / 12 / 2
    assert_allclose(textbook.contraction(textbook.encode(X, W1, b1), W1), right, rtol=1e-8)


def test_divergences_are_zero_where_they_should_be():
    # a constant that is missing
    H = np.array([[0.1, 0.5], [0.3, 0.1]])
    assert_allclose(textbook.sparsity(H, H.mean(axis=0)), 0, atol=1e-16)
    assert textbook.sparsity(H, 0.5) > 0.1
    assert_allclose(textbook.divergence(np.zeros((2, 3)), np.zeros((2, 3))), 0)


def test_worked_example():
    # the numbers of the chapter: S = [[5, 3], [3, 5]] has the eigenvalues 8 and 2, so that the least error is 1
    X, mu, W = np.array([[3.0, 1], [1, 3], [-3, -1], [-1, -3]]), np.zeros(2), np.array([[1.0], [0.0]])
    assert textbook.linear_error(X, mu, W) == 2.5
    assert_allclose(textbook.linear_gradient(X, mu, W), [[0], [-3]])
    *_, (W, error) = textbook.linear_descent(X, W, rate=0.05, steps=200)
    assert_allclose(error, 1, rtol=1e-12)
    assert_allclose(W, np.full((2, 1), np.sqrt(0.5)), rtol=1e-6)


def test_descent_spans_the_principal_subspace():
    # another subspace than PCA's; its axes need not be PCA's
    *_, (W, _) = textbook.linear_descent(X, np.eye(4)[:, :2], rate=0.1, steps=5000)
    V = np.linalg.svd(X - X.mean(axis=0))[2][:2].T
    assert_allclose(W.T @ W, np.eye(2), atol=1e-6)
    assert_allclose(W @ W.T, V @ V.T, atol=1e-6)


def test_bound_of_the_best_linear_model_is_the_likelihood_of_probabilistic_pca():
    # a term of the bound that is missing: with the exact posterior it is the log-density
    A = X - X.mean(axis=0)
    lam, V = np.linalg.eigh(A.T @ A / 12)
    lam, V = lam[::-1], V[:, ::-1]
    s2 = lam[2:].mean()
    W = V[:, :2] * np.sqrt(lam[:2] - s2)  # (4, 2)
    M = W.T @ W + s2 * np.eye(2)  # diagonal, since W has orthogonal columns
    right = -(np.log(np.linalg.det(2 * np.pi * (W @ W.T + s2 * np.eye(4)))) + 4) / 2
    parameters = (W @ np.linalg.inv(M), np.zeros(2), np.zeros((4, 2)), np.log(s2 / np.diag(M)), W.T, np.zeros(4), s2)
    points = np.sqrt(2) * np.vstack([np.eye(2), -np.eye(2)])  # these draws integrate squares exactly
    found = np.mean([textbook.bound(A, np.tile(e, (12, 1)), *parameters) for e in points])
    assert_allclose(found, right, rtol=1e-12)
