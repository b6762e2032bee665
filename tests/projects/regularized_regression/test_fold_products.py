"""Cross-validation from cross-products, against folds that are fitted by themselves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup import ElasticNetCV, LassoCV, MultiTaskLassoCV
from groundup.core.linalg.normal_equations import normal_equations
from groundup.core.rows import Samples
from groundup.core.statistics.splits import k_folds
from groundup.projects.regularized_regression.models import elastic_net_cv
from groundup.projects.regularized_regression.solvers import fold_products as module
from groundup.projects.regularized_regression.solvers.fold_products import fold_products


def data(n=120, d=8, targets=0, seed=0):
    """Rows away from the origin, sorted by a column, so that folds differ in their means."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.geomspace(0.3, 3, d) + 5
    X = X[np.argsort(X[:, 0])]
    W = rng.normal(size=(d, targets or 1)) / np.geomspace(0.3, 3, d)[:, None]
    y = X @ W + rng.normal(size=(n, targets or 1))
    return X, y if targets else y[:, 0]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_differences_are_the_other_folds(intercept, weighted):
    """Bug caught: the means or the weight of all rows taken for those of the others."""
    X, y = data()
    weight = np.random.default_rng(1).uniform(0.5, 2, len(X)) if weighted else None
    rows = Samples(X, y[:, None], weight)
    products = fold_products(rows, intercept)
    coefs = np.random.default_rng(2).normal(size=(8, 3, 1))
    for train, test in k_folds(len(X), 5):
        fold, expected = products.fold(train, test), normal_equations(rows.part(train), intercept)
        for name, value in vars(expected).items():
            assert_allclose(getattr(fold.train, name), value, rtol=1e-10, atol=1e-10, err_msg=name)
        residuals = (y[test] - expected.y_mean)[:, None] - (X[test] - expected.x_mean) @ coefs[:, :, 0]
        w = np.ones(len(test)) if weight is None else weight[test]
        assert_allclose(fold.squared_errors(coefs), w @ residuals**2, rtol=1e-10)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (LassoCV, {}),
        (LassoCV, {"fit_intercept": False}),
        (ElasticNetCV, {"cv": 120}),
        (MultiTaskLassoCV, {"tol": 1e-6}),
    ],
)
def test_the_errors_are_those_of_folds_by_themselves(monkeypatch, model, parameters):
    """Bug caught: a fold's errors about its own means, or summed over targets instead of averaged."""
    X, y = data(targets=2 if model is MultiTaskLassoCV else 0)
    parameters = {"alphas": 10, "tol": 1e-10, **parameters}
    fast = model(**parameters).fit(X, y)
    monkeypatch.setattr(elastic_net_cv, "fold_products", lambda *args: None)
    slow = model(**parameters).fit(X, y)
    assert_allclose(fast.mse_path_, slow.mse_path_, rtol=1e-7)
    assert fast.alpha_ == pytest.approx(slow.alpha_, rel=1e-12)


def fold_counter(monkeypatch):
    """A list with an entry for every fold that was found by a difference."""
    found, plain = [], module.FoldProducts.fold

    def counted(*args):
        fold = plain(*args)
        found.append(fold is not None)
        return fold

    monkeypatch.setattr(module.FoldProducts, "fold", counted)
    return found


def test_a_difference_that_loses_digits_is_not_taken(monkeypatch):
    """Bug caught: rounding of a fold's huge entries taken for the small ones outside it."""
    X, y = data()
    X[3, 2] = 1e8
    found = fold_counter(monkeypatch)
    model = LassoCV(alphas=[1e-3], tol=1e-6).fit(X, y)
    assert found == [False, True, True, True, True]
    outside = LassoCV(alphas=[1e-3], tol=1e-6, cv=[(np.arange(24, 120), np.arange(24))])
    monkeypatch.setattr(elastic_net_cv, "fold_products", lambda *args: None)
    assert_allclose(model.mse_path_[0, 0], outside.fit(X, y).mse_path_[0, 0], rtol=1e-9)


def test_a_column_that_is_constant_outside_a_fold(monkeypatch):
    """Bug caught: rounding taken for a column's variation."""
    X, y = data()
    X[:, 1], X[:5, 2], X[5:, 2] = 4.0, np.arange(5), 0.1
    found = fold_counter(monkeypatch)
    fast = LassoCV(tol=1e-10, alphas=10).fit(X, y)
    assert found == [False, True, True, True, True]  # the column that is constant everywhere does not matter
    monkeypatch.setattr(elastic_net_cv, "fold_products", lambda *args: None)
    assert_allclose(fast.mse_path_, LassoCV(tol=1e-10, alphas=10).fit(X, y).mse_path_, rtol=1e-7)


def test_an_exact_fit_is_judged_by_its_residuals():
    """Bug caught: errors of rounding size that are rounding: differences of products."""
    X, _ = data()
    y = X @ np.ones(8)
    model = LassoCV(alphas=[1e-7], tol=1e-14).fit(X, y)
    expected = []
    for train, test in k_folds(len(X), 5):
        inner = LassoCV(alphas=[1e-7], tol=1e-14, cv=[(train, test)]).fit(X, y)
        expected.append(inner.mse_path_[0, 0])
    assert_allclose(model.mse_path_[0], expected, rtol=1e-6)
    assert (model.mse_path_ < 1e-10).all()
    assert (model.mse_path_ > 0).all()


def test_training_rows_that_are_not_all_others(monkeypatch):
    """Bug caught: rows that neither train nor test, or train twice, counted once."""
    X, y = data()
    found = fold_counter(monkeypatch)
    rng = np.random.default_rng(0)
    pairs = [(np.arange(60), np.arange(60, 90)), (rng.integers(0, 60, 60), np.arange(60, 120))]
    model = LassoCV(alphas=[0.01, 0.1], cv=pairs, tol=1e-10).fit(X, y)
    assert found == [False, False]
    monkeypatch.setattr(elastic_net_cv, "fold_products", lambda *args: None)
    assert_allclose(model.mse_path_, LassoCV(alphas=[0.01, 0.1], cv=pairs, tol=1e-10).fit(X, y).mse_path_, rtol=1e-12)
