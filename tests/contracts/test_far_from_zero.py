"""Contracts about data far from zero, against rational arithmetic: right, and certified for what it is."""

import warnings

import numpy as np
import pytest
import scipy.sparse

import groundup
from contracts.examples import SEARCH
from groundup.core.exceptions import ConvergenceWarning
from support.rational import exact_slopes

RNG = np.random.default_rng(17)
TABLE = RNG.integers(-64, 65, size=(25, 3)) / 16
TARGET = TABLE @ [0.5, -2.0, 1.0] + RNG.integers(-8, 9, size=25) / 16
FAR = {
    "1e8": TABLE + 1e8,
    "1e12": TABLE - 1e12,
    "1e14": TABLE + 1e14,
    "1e15": TABLE + 1e15,
    "some columns": TABLE + np.array([1e15, 0.0, -1e3]),
    "large and small": (TABLE + np.array([1e15, 0.0, 0.0])) * [1.0, 2.0**40, 2.0**-20],
}
LEAST_SQUARES = {
    "auto": groundup.LinearRegression(),
    "cholesky": groundup.LinearRegression(solver="cholesky"),
    "qr": groundup.LinearRegression(solver="qr"),
    "ridge": groundup.Ridge(alpha=0.0),
    "ridge by svd": groundup.Ridge(alpha=0.0, solver="svd"),
}


def relative_error(coef, expected):
    """Largest relative error of a slope."""
    return float(np.abs(coef / expected - 1).max())


@pytest.mark.parametrize("model", LEAST_SQUARES.values(), ids=LEAST_SQUARES)
@pytest.mark.parametrize("place", FAR)
def test_least_squares_answer_the_table_as_it_is(model, place):
    """Catches columns taken for constants, means that are rounded, and certificates that share the rounding."""
    X = FAR[place]
    model.fit(X, TARGET)
    assert relative_error(model.coef_, exact_slopes(X, TARGET)) < 1e-9
    assert model.certificate_.holds
    weight = np.arange(25) % 4 / 2
    model.fit(X, TARGET, weight)
    assert relative_error(model.coef_, exact_slopes(X, TARGET, weight=weight)) < 1e-9


@pytest.mark.parametrize("place", FAR)
def test_ridge_answers_the_table_as_it_is(place):
    """Catches a penalty that acts on products of rounded differences."""
    X = FAR[place]
    expected = exact_slopes(X, TARGET, 2.0)
    for model in (groundup.Ridge(2.0), groundup.Ridge(2.0, solver="svd"), groundup.RidgeCV([2.0])):
        model.fit(X, TARGET)
        assert relative_error(model.coef_, expected) < 1e-9
        assert model.certificate_.holds


SMALL = 1e-9
SPARSE_MODELS = {
    "lasso": groundup.Lasso(SMALL, tol=1e-10),
    "lasso by columns": groundup.Lasso(SMALL, tol=1e-10, precompute=False),
    "elastic net": groundup.ElasticNet(SMALL, tol=1e-10),
    "elastic net by descent": groundup.ElasticNet(SMALL, solver="cd", tol=1e-10),
    "searched": groundup.LassoCV(alphas=[SMALL], tol=1e-10),
    "searched net": groundup.ElasticNetCV(alphas=[SMALL], tol=1e-10),
    "several targets": groundup.MultiTaskLasso(SMALL, tol=1e-8),
    "conjugate gradients": groundup.LinearRegression(solver="cg", tol=1e-10),
    "positive": groundup.LinearRegression(positive=True),
    "positive ridge": groundup.Ridge(SMALL, positive=True),
}


@pytest.mark.parametrize("model", SPARSE_MODELS.values(), ids=SPARSE_MODELS)
@pytest.mark.parametrize("place", ["1e8", "1e12", "1e14", "1e15", "some columns"])
def test_penalised_models_answer_the_table_as_it_is(model, place):
    """Catches slopes of zero for columns that vary, with a gap computed from the same zeros."""
    X, y = FAR[place], np.abs(TABLE) @ [1.0, 2.0, 3.0] if "positive" in repr(model) else TARGET
    several = isinstance(model, groundup.MultiTaskLasso)
    model.fit(X, np.stack([y, -y], axis=1) if several else y)
    expected = exact_slopes(X, y)
    if "positive" in repr(model):
        expected = np.maximum(model.coef_, 0)  # which of them are free is the model's to find
        free = expected > 0
        expected[free] = exact_slopes(X[:, free], y)
    np.testing.assert_allclose(np.atleast_2d(model.coef_)[0], expected, atol=2e-5 if several else 1e-6)
    assert model.certificate_.holds


@pytest.mark.parametrize("size", [1e12, 1e15])
def test_a_target_far_from_zero(size):
    """Catches a mean of the target that is rounded."""
    y = TARGET * 16 + size
    expected = exact_slopes(TABLE + size, y)
    for model in (groundup.LinearRegression(), groundup.Ridge(0.0), groundup.ElasticNet(1e-9, tol=1e-10)):
        model.fit(TABLE + size, y)
        np.testing.assert_allclose(model.coef_, expected, rtol=1e-6)
        assert model.certificate_.holds


@pytest.mark.parametrize("size", [1e8, 1e12, 1e15])
def test_sparse_rows_far_from_zero(size):
    """Catches means subtracted from products, which have lost all digits by then."""
    X = TABLE + size
    for model in (groundup.LinearRegression(), groundup.Ridge(0.0)):
        model.fit(scipy.sparse.csr_array(X), TARGET)
        np.testing.assert_allclose(model.coef_, exact_slopes(X, TARGET), rtol=1e-9)
        assert model.certificate_.holds


@pytest.mark.parametrize("size", [1e8, 1e12, 1e15])
def test_batches_far_from_zero(size):
    """Catches means that a model rounds between one batch and the next."""
    X = TABLE + size
    expected = exact_slopes(X, TARGET)
    for first in (groundup.LinearRegression.fit, groundup.LinearRegression.partial_fit):
        model = first(groundup.LinearRegression(), X[:9], TARGET[:9])
        for rows in (slice(9, 16), slice(16, None)):
            model.partial_fit(X[rows], TARGET[rows])
        np.testing.assert_allclose(model.coef_, expected, rtol=1e-9)
        assert model.certificate_.holds


@pytest.mark.parametrize("model", [groundup.LinearRegression(), groundup.Ridge(0.0), groundup.Lasso(1e-9, tol=1e-10)])
def test_the_intercept_goes_with_the_slopes(model):
    """Catches an intercept about the origin instead of about zero, in the model and in every state."""
    X = TABLE + 2.0**40
    model.fit(X, TARGET)
    spread = float(np.abs(model.predict(X) - TARGET).max())
    assert spread < 1.0
    for state in model.steps(X, TARGET):
        fitted = X @ state.coef[:, 0] + state.intercept
        assert abs(float((TARGET - fitted).mean())) < 1e-2


def test_a_constant_column_far_from_zero_has_no_slope():
    """Catches rounding of a constant taken for variation."""
    X = np.column_stack([TABLE, np.full(25, 1e15), np.full(25, 0.1)])
    for model in (groundup.LinearRegression(), groundup.Ridge(1e-9), groundup.Lasso(1e-9, tol=1e-10)):
        assert model.fit(X, TARGET).coef_[3:].tolist() == [0.0, 0.0]
        assert model.certificate_.holds


# --- classifiers: in steps of an eighth, a table keeps all its digits up to 1e15 -----------------------------------

EIGHTHS = RNG.integers(-24, 25, size=(60, 3)) / 8
SCORES = EIGHTHS @ [1.0, 0.0, -1.0] + RNG.normal(size=60) * 2
CLASSIFIERS = {
    "default": (groundup.LogisticRegression(tol=1e-7), 2),
    "quasi-Newton": (groundup.LogisticRegression(tol=1e-6, solver="lbfgs"), 2),
    "lasso": (groundup.LogisticRegression(tol=1e-7, l1_ratio=1.0), 2),
    "no penalty": (groundup.LogisticRegression(tol=1e-7, C=np.inf), 2),
    "searched": (groundup.LogisticRegressionCV(Cs=[0.1, 1.0], cv=3, tol=1e-7, **SEARCH), 2),
    "softmax": (groundup.SoftmaxRegression(tol=1e-7), 3),
    "sparse softmax": (groundup.SoftmaxRegression(tol=1e-6, l1_ratio=1.0, C=0.3), 3),
}


def common_removed(scores):
    """Scores of several classes less their mean, which changes no probability."""
    return scores - scores.mean(axis=1, keepdims=True) if scores.ndim > 1 else scores


@pytest.mark.parametrize(("model", "classes"), CLASSIFIERS.values(), ids=CLASSIFIERS)
@pytest.mark.parametrize("size", [1e9, 1e12, 1e15])
def test_classifiers_answer_the_table_as_it_is(model, classes, size):
    """Catches scores that are differences of large numbers, in the fit and in its certificate."""
    y = np.digitize(SCORES, [0.0] if classes == 2 else [-1.5, 1.5])
    near = model.fit(EIGHTHS, y).coef_.copy()
    middle = common_removed(model.decision_function(EIGHTHS))
    model.fit(EIGHTHS + size, y)
    np.testing.assert_allclose(model.coef_, near, rtol=1e-7, atol=1e-9)
    assert model.certificate_.holds
    rounding = 32 * np.spacing(size * np.abs(near).max())
    scores = common_removed(model.decision_function(EIGHTHS + size))
    np.testing.assert_allclose(scores, middle, rtol=0, atol=1e-6 + rounding)
    if model.accepts.sparse:
        sparse = model.fit(scipy.sparse.csr_array(EIGHTHS + size), y).coef_
        np.testing.assert_allclose(sparse, near, rtol=1e-6, atol=1e-8)
        assert model.certificate_.holds


@pytest.mark.parametrize("size", [1e7, 1e9])
def test_inference_and_warm_starts_of_classifiers_far_from_zero(size):
    """Catches an intercept, or the point at which it was measured, about the origin instead of about zero."""
    y = (SCORES > 0).astype(int)
    model = groundup.LogisticRegression(C=np.inf, tol=1e-7)
    near, far = model.fit(EIGHTHS, y).summary(), model.fit(EIGHTHS + size, y).summary()
    np.testing.assert_allclose(far.std_error[1:], near.std_error[1:], rtol=1e-6)
    np.testing.assert_allclose(far.std_error[0], size * np.sqrt(near.covariance[1:, 1:].sum()), rtol=1e-5)
    warm = groundup.LogisticRegression(tol=1e-6, warm_start=True).fit(EIGHTHS + size, y)
    assert warm.fit(EIGHTHS + size, y).n_iter_[0] <= 2
    last = list(warm.steps(EIGHTHS + size, y))[-1]
    np.testing.assert_allclose(last.intercept, warm.intercept_, rtol=1e-12)


@pytest.mark.parametrize("size", [1e7, 1e12])
def test_batches_of_classes_far_from_zero(size):
    """Catches steps of a classifier that begin at intercepts about another point."""
    y = (SCORES > 0).astype(int)
    near, far = groundup.LogisticRegression(random_state=0), groundup.LogisticRegression(random_state=0)
    for rows in (slice(0, 30), slice(30, 60)):
        near.partial_fit(EIGHTHS[rows] - EIGHTHS[rows][0], y[rows], classes=[0, 1])
        far.partial_fit(EIGHTHS[rows] - EIGHTHS[rows][0] + size, y[rows], classes=[0, 1])
    np.testing.assert_allclose(far.coef_, near.coef_, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("model", [groundup.Lasso(0.0), groundup.ElasticNet(0.0)])
def test_columns_that_are_nearly_the_same_are_not_taken_for_the_same(model, intercept):
    """Catches a certificate from cross-products, in which the difference of two columns is rounding."""
    X = np.column_stack([EIGHTHS[:, 0], EIGHTHS[:, 0] + 2.0**-32 * EIGHTHS[:, 1], EIGHTHS[:, 2]])
    y = EIGHTHS[:, 1] + SCORES
    least = groundup.LinearRegression(fit_intercept=intercept).fit(X, y).score(X, y)
    model.set_params(fit_intercept=intercept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    assert not model.certificate_.holds or model.score(X, y) > least - 1e-3
    same = np.column_stack([EIGHTHS[:, 0], EIGHTHS[:, 0], EIGHTHS[:, 2]])  # dependent indeed: nothing is missed
    assert model.fit(same, y).certificate_.holds
