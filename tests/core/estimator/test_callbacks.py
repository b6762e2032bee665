"""scikit-learn's callbacks on our estimators: what they see, and that they may end a fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from groundup import KMeans, LogisticRegression, LogisticRegressionCV

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = (X @ [1.0, -1.0, 0.5] + RNG.normal(size=60) > 0).astype(int)


class Watcher:
    """Remembers what it was called with, and ends the fit after some iterations."""

    def __init__(self, last=np.inf):
        self.calls, self.models, self.last = [], [], last

    def setup(self, estimator, context):
        self.calls.append(("setup", context.task_name))

    def teardown(self, estimator, context):
        self.calls.append(("teardown", context.task_name))

    def on_fit_task_begin(self, estimator, context, *, X=None, metadata=None):
        self.calls.append(("begin", context.task_name))
        self.data = X, metadata

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.calls.append(("end", context.task_name))
        if context.task_name == "iteration" and fitted_estimator is not None:
            self.models.append(fitted_estimator)
        return len(self.models) >= self.last


def test_each_iteration_is_a_task():
    """Bug caught: a fit that no callback sees, or models of another iteration."""
    watcher, weight = Watcher(), np.ones(60)
    model = LogisticRegression(solver="lbfgs").set_callbacks(watcher).fit(X, Y, weight)
    steps = int(model.n_iter_[0])
    assert watcher.calls == [
        ("setup", "fit"), ("begin", "fit"),
        *[(word, "iteration") for _ in range(steps + 1) for word in ("begin", "end")],
        ("end", "fit"), ("teardown", "fit"),
    ]  # fmt: skip
    assert watcher.data[0] is X
    for number, seen in enumerate(watcher.models[:-1], start=1):
        with pytest.warns(UserWarning, match="failed to converge"):
            same = LogisticRegression(solver="lbfgs", max_iter=number).fit(X, Y)
        assert_allclose(seen.coef_, same.coef_, rtol=1e-12)
        assert_allclose(seen.predict_proba(X), same.predict_proba(X), rtol=1e-12)
    assert_allclose(watcher.models[-1].coef_, model.coef_, rtol=1e-12)
    assert_allclose(LogisticRegression(solver="lbfgs").fit(X, Y).coef_, model.coef_, rtol=1e-12)


def test_a_callback_ends_the_fit():
    """Bug caught: a wish to stop that is not heard, or a fit without attributes after it."""
    with pytest.warns(UserWarning, match="stopped after 2 iterations"):
        model = LogisticRegression(solver="lbfgs").set_callbacks(Watcher(last=2)).fit(X, Y)
    assert model.n_iter_[0] == 2
    assert model.predict(X).shape == (60,)


def test_the_end_comes_also_after_an_error():
    """Bug caught: a progress bar that stays on the screen, and fitted attributes of a broken fit."""
    watcher = Watcher(last=1)
    watcher.on_fit_task_end = lambda estimator, context: 1 / 0
    model = KMeans(2, random_state=0, n_init=1).set_callbacks(watcher)
    with pytest.raises(ZeroDivisionError):
        model.fit(X)
    assert watcher.calls[-1] == ("teardown", "fit")
    assert not hasattr(model, "cluster_centers_")


def test_clones_and_searches_are_watched_too():
    """Bug caught: a clone that lost its callbacks, which scikit-learn's searches fit; a search without states."""
    watcher = Watcher()
    search = LogisticRegressionCV(
        Cs=[0.1, 1.0], cv=2, l1_ratios=(0.0,), scoring="accuracy", use_legacy_attributes=False
    ).set_callbacks(watcher)
    make_pipeline(StandardScaler(), clone(search)).fit(X, Y)
    assert watcher.calls.count(("end", "iteration")) == 5
    assert not hasattr(search, "coef_")
    with pytest.raises(TypeError, match="callbacks must be instances"):
        search.set_callbacks("a word")
    search.set_callbacks().fit(X, Y)
    assert watcher.calls.count(("end", "iteration")) == 5
