"""Warnings point at the caller's line, whatever the depth they are raised at."""

import warnings

import numpy as np
import pandas as pd
import pytest

from groundup import KMeans, LinearRegression
from groundup.core.exceptions import ConvergenceWarning, warn

X = np.arange(12.0).reshape(6, 2) ** 2
FRAME = pd.DataFrame(X, columns=["a", "b"])
y = X[:, 0] + 1
SHORT = {"n_clusters": 2, "init": X[:2], "max_iter": 1, "tol": 0}
TWICE = {"n_clusters": 2, "init": X[:2], "n_init": 5}

CALLS = {
    "fit": lambda: KMeans(**SHORT).fit(X),
    "fit, several runs": lambda: KMeans(**TWICE).fit(X),
    "fit, few places": lambda: KMeans(3, random_state=0).fit(np.ones((5, 2))),
    "fit_predict": lambda: KMeans(**SHORT).fit_predict(X),
    "fit_transform": lambda: KMeans(**SHORT).fit_transform(X),
    "steps": lambda: list(KMeans(**TWICE).steps(X)),
    "predict": lambda: LinearRegression().fit(FRAME, y).predict(X),
    "score": lambda: LinearRegression().fit(FRAME, y).score(X, y),
    "k-means predict": lambda: KMeans(2, random_state=0).fit(X).predict(FRAME),
    "k-means score": lambda: KMeans(2, random_state=0).fit(X).score(FRAME),
    "transform": lambda: KMeans(2, random_state=0).fit(X).transform(FRAME),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_warning_names_the_caller_s_file(name):
    # would catch: a fixed stack level, right for one way of calling and inside the package for the others
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        CALLS[name]()
    assert caught
    assert {warning.filename for warning in caught} == {__file__}


def test_a_warning_is_recognised_by_scikit_learn():
    # would catch: a category that a filter for scikit-learn's own warning does not match
    from sklearn.exceptions import ConvergenceWarning as SklearnConvergenceWarning

    with pytest.warns(SklearnConvergenceWarning, match="why") as caught:
        warn("why", ConvergenceWarning)
    assert issubclass(caught[0].category, ConvergenceWarning)
    assert caught[0].filename == __file__
