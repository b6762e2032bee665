"""Linear support vector regression: scikit-learn's objective and numbers."""

import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.svm

from groundup import LinearSVR
from groundup.core.exceptions import DataConversionWarning, InvalidParameterError

RNG = np.random.default_rng(8)
X = RNG.normal(size=(150, 5)) + 0.5
Y = X @ [1.0, -2.0, 0.0, 0.5, 3.0] + 4 + RNG.laplace(size=150)
WEIGHT = RNG.uniform(0.2, 3, 150)
LOSSES = ("epsilon_insensitive", "squared_epsilon_insensitive")


def objective(model, X, y, weight):
    """The objective, written out."""
    excess = np.maximum(np.abs(y - X @ model.coef_ - model.intercept_) - model.epsilon, 0)
    losses = excess if model.loss == "epsilon_insensitive" else excess**2
    b = np.sum(model.intercept_) / model.intercept_scaling
    return (model.coef_ @ model.coef_ + b * b) / 2 + model.C * (weight * losses).sum()


def theirs(model, X, y, weight=None):
    """scikit-learn's model of the same parameters, as far as it converges."""
    parameters = {name: value for name, value in model.get_params().items() if name != "solver"}
    peer = sklearn.svm.LinearSVR(**parameters | {"tol": 1e-10, "max_iter": 100_000, "random_state": 0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.fit(X, y, weight)


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 100.0])
@pytest.mark.parametrize("C", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_numbers_are_those_of_scikit_learn(loss, C, epsilon):
    """Catches a tube of half the width, one that is one-sided, and an intercept without penalty."""
    model = LinearSVR(loss=loss, C=C, epsilon=epsilon, tol=1e-7).fit(X, Y, WEIGHT)
    peer = theirs(model, X, Y, WEIGHT)
    assert model.certificate_.holds
    assert objective(model, X, Y, WEIGHT) <= objective(peer, X, Y, WEIGHT) * (1 + 1e-10)
    assert model.intercept_.shape == (1,)
    if C <= 1 or loss != "epsilon_insensitive":  # where LIBLINEAR converges
        np.testing.assert_allclose(model.coef_, peer.coef_, rtol=0, atol=3e-6)
        np.testing.assert_allclose(model.predict(X), peer.predict(X), rtol=0, atol=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_sparse_rows_and_no_intercept(loss):
    """Catches a constant column that stays, and products of sparse rows that leave out what is stored last."""
    rows = np.where(np.abs(X) > 0.8, X, 0.0)
    dense = LinearSVR(loss=loss, fit_intercept=False, tol=1e-7).fit(rows, Y)
    sparse = LinearSVR(loss=loss, fit_intercept=False, tol=1e-7).fit(scipy.sparse.csr_array(rows), Y)
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=1e-8)
    np.testing.assert_allclose(dense.coef_, theirs(dense, rows, Y).coef_, atol=1e-5)
    assert dense.intercept_ == 0.0


@pytest.mark.parametrize("loss", LOSSES)
def test_both_solvers_find_one_answer(loss):
    """Catches a shrinkage of the textbook's step in another unit than that of its curvature."""
    fast = LinearSVR(loss=loss, C=0.05, epsilon=0.3, tol=1e-6).fit(X, Y)
    plain = LinearSVR(loss=loss, C=0.05, epsilon=0.3, tol=1e-5, solver="dual-cd", random_state=1, max_iter=3000)
    plain.fit(X, Y)
    assert plain.certificate_.holds
    np.testing.assert_allclose(plain.coef_, fast.coef_, atol=1e-4)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_the_target(unit):
    """Catches a rounded part of the loss that is wide in one unit and narrow in another."""
    plain = LinearSVR(epsilon=0.1, C=2.0, tol=1e-7).fit(X, Y)
    other = LinearSVR(epsilon=0.1 * unit, C=2.0 * unit, tol=1e-7).fit(X, Y * unit)
    np.testing.assert_allclose(other.coef_, plain.coef_ * unit, rtol=1e-5, atol=1e-6 * unit)
    assert other.certificate_.holds


def test_more_columns_than_rows():
    """Catches the form of the system for many columns."""
    rng = np.random.default_rng(0)
    wide, y = rng.normal(size=(25, 90)), rng.normal(size=25)
    for loss in LOSSES:
        model = LinearSVR(loss=loss, epsilon=0.1, tol=1e-7).fit(wide, y)
        np.testing.assert_allclose(model.coef_, theirs(model, wide, y).coef_, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_forces_of_both_signs_on_wide_rows(loss):
    """Catches a force that crosses zero without stopping at the kink, and one that starts with the wrong sign."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(230, 260)), rng.normal(size=230)
    model = LinearSVR(loss=loss, epsilon=0.3, C=0.01, tol=1e-7).fit(X, y)
    assert model.certificate_.holds
    np.testing.assert_allclose(model.coef_, theirs(model, X, y).coef_, atol=1e-6)
    resting = np.abs(y - model.predict(X)) < 0.3
    assert 20 < resting.sum() < 200


def test_one_target():
    """Catches two targets that are taken for one, and a column that is broadcast."""
    with pytest.raises(ValueError, match=r"y should be a 1d array, got an array of shape \(150, 2\)"):
        LinearSVR().fit(X, np.column_stack([Y, Y]))
    with pytest.warns(DataConversionWarning):
        column = LinearSVR().fit(X, Y[:, None])
    np.testing.assert_array_equal(column.coef_, LinearSVR().fit(X, Y).coef_)
    with pytest.raises(InvalidParameterError, match="are not supported when dual=False"):
        LinearSVR(dual=False).fit(X, Y)


def test_a_target_within_the_tube():
    """Catches a division by an objective of zero."""
    model = LinearSVR(epsilon=10.0).fit(X, Y / 10)
    assert not model.coef_.any()
    assert model.certificate_.holds
