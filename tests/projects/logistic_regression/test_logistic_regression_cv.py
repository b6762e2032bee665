"""Logistic regression that chooses its penalty: the grid of scikit-learn, and a search that can be stopped."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegressionCV as Peer
from sklearn.model_selection import StratifiedKFold

from groundup import LogisticRegression, LogisticRegressionCV
from groundup.core.estimator.training import Training

CS = [1e-3, 0.1, 1.0, 100.0]


def data(K=2, n=120):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3)) + np.array([0, 5, -2])
    return X, ((X - [0, 5, -2]) @ rng.normal(size=(3, K)) + rng.gumbel(size=(n, K))).argmax(1)


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("scoring", ["neg_log_loss", "accuracy"])
def test_the_grid_equals_scikit_learns(K, scoring):
    """Bug caught: scores of the training rows, folds without strata, the mean over Cs instead of folds."""
    X, y = data(K)
    ours = LogisticRegressionCV(Cs=CS, cv=4, scoring=scoring, tol=1e-7).fit(X, y)
    peer = Peer(
        Cs=CS, cv=4, scoring=scoring, l1_ratios=(0.0,), use_legacy_attributes=False, solver="newton-cholesky",
        tol=1e-10, max_iter=1000,
    ).fit(X, y)  # fmt: skip
    assert ours.C_ == peer.C_
    assert_allclose(ours.scores_, peer.scores_, rtol=1e-5)
    assert_allclose(ours.coefs_paths_, peer.coefs_paths_, rtol=1e-3, atol=1e-5)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-5, atol=1e-7)
    assert ours.certificate_.holds
    assert_allclose(ours.Cs_, CS)


def test_the_last_fit_is_that_of_the_best_penalty():
    """Bug caught: the best C of one fold, or a fit to that fold's rows alone."""
    X, y = data()
    model = LogisticRegressionCV(Cs=CS, l1_ratios=(0.0, 0.5, 1.0), tol=1e-6).fit(X, y)
    share, strength = np.unravel_index(model.scores_.mean(0).argmax(), (3, 4))
    assert (model.l1_ratio_, model.C_) == ((0.0, 0.5, 1.0)[share], CS[strength])
    direct = LogisticRegression(C=model.C_, l1_ratio=model.l1_ratio_, tol=1e-8).fit(X, y)
    assert_allclose(model.coef_, direct.coef_, rtol=1e-5, atol=1e-7)
    assert_allclose(model.predict_proba(X), direct.predict_proba(X), rtol=1e-5)


def test_cv_as_splitter_and_scoring_as_function():
    """Bug caught: a splitter's folds ignored; a function called with other arguments."""
    X, y = data()
    splitter = StratifiedKFold(3, shuffle=True, random_state=1)
    model = LogisticRegressionCV(Cs=CS, cv=splitter, scoring=lambda m, a, b: m.score(a, b)).fit(X, y)
    again = LogisticRegressionCV(Cs=CS, cv=list(splitter.split(X, y)), scoring="accuracy").fit(X, y)
    assert_allclose(model.scores_, again.scores_, rtol=1e-12)
    area = LogisticRegressionCV(Cs=CS, scoring="roc_auc").fit(X, y)
    assert ((area.scores_ > 0.5) & (area.scores_ <= 1)).all()


def test_a_search_goes_on_where_it_stopped():
    """Bug caught: a grid that begins anew, or a warm start that the checkpoint has lost."""
    X, y = load_iris(return_X_y=True)
    model = LogisticRegressionCV(Cs=3, cv=3)
    states = list(model.steps(X, y))
    assert [state.iteration for state in states] == list(range(1, 11))
    assert [state.converged for state in states] == [False] * 9 + [True]
    again = list(model.steps(X, y, start=states[4]))
    assert_allclose(again[-1].scores, states[-1].scores, rtol=1e-9)
    assert_allclose(again[-1].paths, states[-1].paths, rtol=1e-9)
    half = Training(model, X, y, start=states[6])
    with pytest.warns(UserWarning, match="stopped before"):
        half.finish()
    assert model.C_ in np.geomspace(1e-4, 1e4, 3)


def test_errors_name_what_is_wrong():
    """Bug caught: a fold that never saw a class; grids of nothing."""
    X, y = data(3)
    with pytest.raises(ValueError, match="fold 0 of cv trains without the class 2"):
        LogisticRegressionCV(cv=[(np.flatnonzero(y < 2), np.flatnonzero(y == 2))]).fit(X, y)
    for parameters in ({"Cs": 0}, {"Cs": [1.0, -1.0]}, {"l1_ratios": []}, {"cv": 1}, {"scoring": "beauty"}):
        with pytest.raises(ValueError, match=f"{next(iter(parameters))}="):
            LogisticRegressionCV(**parameters).fit(X, y)
