"""Sample weights that scikit-learn passes on, where an estimator asks for them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from groundup import KMeans, LogisticRegression, MiniBatchKMeans, Ridge


def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    return X, X @ [1.0, -2.0, 0.5] + rng.normal(size=40), rng.uniform(0.1, 3, 40)


def test_weights_reach_the_last_step_of_a_pipeline():
    """Bug caught: weights that are lost between a pipeline and its last step."""
    X, y, weight = data()
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        model = make_pipeline(scaler, Ridge().set_fit_request(sample_weight=True)).fit(X, y, sample_weight=weight)
    expected = Ridge().fit((X - X.mean(0)) / X.std(0), y, weight)
    assert_allclose(model[-1].coef_, expected.coef_, rtol=1e-12)


def test_weights_reach_fits_and_scores_of_a_search():
    """Bug caught: a request that a clone forgets, or a score without weights."""
    X, y, weight = data()
    with config_context(enable_metadata_routing=True):
        asks = Ridge().set_fit_request(sample_weight=True).set_score_request(sample_weight="importance")
        found = GridSearchCV(asks, {"alpha": [0.1, 10.0]}, cv=2).fit(X, y, sample_weight=weight, importance=weight)
        scores = cross_validate(asks, X, y, params={"sample_weight": weight, "importance": weight}, cv=2)
    first, second = slice(0, 20), slice(20, 40)
    for train, test, score in ((second, first, 0), (first, second, 1)):
        model = Ridge(0.1).fit(X[train], y[train], weight[train])
        assert_allclose(
            found.cv_results_[f"split{score}_test_score"][0], model.score(X[test], y[test], weight[test]), rtol=1e-12
        )
        plain = Ridge().fit(X[train], y[train], weight[train])
        assert_allclose(scores["test_score"][score], plain.score(X[test], y[test], weight[test]), rtol=1e-12)


def test_requests_are_kept_by_clones_and_belong_to_one_object():
    """Bug caught: a request that is the class's, or that one method makes for another."""
    with config_context(enable_metadata_routing=True):
        asks = clone(LogisticRegression().set_fit_request(sample_weight=True))
        assert asks.get_metadata_routing().fit.requests == {"sample_weight": True}
        assert asks.get_metadata_routing().score.requests == {"sample_weight": None}
        assert LogisticRegression().get_metadata_routing().fit.requests == {"sample_weight": None}
        twice = MiniBatchKMeans().set_fit_request(sample_weight=True).set_partial_fit_request(sample_weight=False)
        assert twice.get_metadata_routing().fit.requests == {"sample_weight": True}
        assert twice.get_metadata_routing().partial_fit.requests == {"sample_weight": False}


def test_requests_that_cannot_be():
    """Bug caught: a request that is taken and never looked at."""
    with pytest.raises(RuntimeError, match="enable_metadata_routing=True"):
        KMeans().set_fit_request(sample_weight=True)
    with config_context(enable_metadata_routing=True), pytest.raises(TypeError, match=r"Unexpected args.*'weight'"):
        KMeans().set_fit_request(weight=True)
