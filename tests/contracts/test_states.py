"""Every public estimator: work happens in the iteration, and each state says where it stands."""

import warnings

import numpy as np
import pytest

import groundup
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.training import Training, scalars

DECOMPOSITIONS = ("cholesky", "eigh", "eigvalsh", "inv", "lstsq", "pinv", "qr", "solve", "svd")
MODELS = [
    *(groundup.LinearRegression(solver=solver) for solver in ("auto", "qr", "svd", "gd", "sgd", "cg")),
    groundup.LinearRegression(positive=True),
    *(groundup.Ridge(solver=solver) for solver in ("auto", "svd", "cg", "gd")),
    groundup.Ridge(positive=True),
    groundup.RidgeCV(),
    groundup.RidgeCV(cv=3),
    *(groundup.ElasticNet(0.1, solver=solver) for solver in ("auto", "cd", "ista", "fista", "admm")),
    groundup.Lasso(0.1),
    groundup.ElasticNetCV(alphas=3, cv=3),
    groundup.LassoCV(alphas=3, cv=3),
    groundup.MultiTaskLasso(0.1),
    *(groundup.LogisticRegression(solver=s) for s in ("newton", "lbfgs", "gd", "sgd", "saga", "prox-newton")),
    groundup.LogisticRegressionCV(Cs=2, cv=3),
    groundup.SoftmaxRegression(),
    groundup.KMeans(3, random_state=0),
    groundup.MiniBatchKMeans(3, random_state=0, batch_size=20),
]


def data(model):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    if isinstance(model, groundup.MultiTaskLasso):
        return X, X @ rng.normal(size=(4, 2)) + rng.normal(size=(60, 2))
    target = X @ rng.normal(size=4) + rng.normal(size=60)
    return X, (target > 0).astype(int) if model.kind == "classifier" else target


def test_all_public_models_are_here():
    """Bug caught: a new estimator that no contract is tested on."""
    public = {getattr(groundup, name) for name in groundup.__all__}
    public = {thing for thing in public if isinstance(thing, type) and issubclass(thing, Estimator)}
    assert {type(model) for model in MODELS} == public


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_nothing_is_factorised_before_the_first_state(model, monkeypatch):
    """Bug caught: a fit in `_prepare`, which no time limit, progress line or Ctrl-C can see."""

    def refused(*args, **kwargs):
        raise AssertionError("factorised before the first state was asked for")

    with monkeypatch.context() as patch:
        for name in DECOMPOSITIONS:
            patch.setattr(np.linalg, name, refused)
        training = Training(model, *data(model))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert next(iter(training)) is training.state


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_states_count_and_show_what_is_watched(model):
    """Bug caught: a counter under another name, a watched field that the states have not, an end that is not told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        states = list(model.steps(*data(model)))
    steps = np.diff([state.iteration for state in states])
    assert ((steps == 1) | (getattr(model, "n_init", 1) != 1)).all()
    assert all(isinstance(state.converged, bool) for state in states)
    assert not any(state.converged for state in states[:-1])
    for state in states:
        assert model.watched in scalars(state)
        assert "iteration" in scalars(state)
