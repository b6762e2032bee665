"""The lasso of several targets: rows of coefficients that vanish together."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import MultiTaskElasticNet as ElasticPeer
from sklearn.linear_model import MultiTaskLasso as Peer

import groundup
from groundup import ElasticNet, Lasso, LinearRegression, MultiTaskElasticNet, MultiTaskLasso, Ridge, load
from groundup.core.exceptions import ConvergenceWarning
from groundup.projects.regularized_regression.models.multitask_lasso import group_penalty, iterate_at, judge

SHAPES = [(90, 12), (40, 150)]


def data(shape=SHAPES[0], t=3, seed=0):
    rng = np.random.default_rng(seed)
    n, d = shape
    X = rng.normal(size=shape) + rng.normal(size=(n, 1)) + rng.normal(size=d)
    coef = rng.normal(size=(d, t)) * (np.arange(d) < 4)[:, None]
    return X, X @ coef + 5 + rng.normal(size=(n, t))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("alpha", [0.05, 0.5, 3.0])
def test_parameters_equal_scikit_learn(shape, weighted, fit_intercept, alpha):
    """Bug caught: entries thresholded one by one, lengths over features instead of targets, intercepts penalised."""
    X, Y = data(shape)
    weight = np.random.default_rng(1).uniform(0.1, 2, len(X)) if weighted else None
    how = {"alpha": alpha, "fit_intercept": fit_intercept}
    ours = MultiTaskLasso(**how, tol=1e-11).fit(X, Y, weight)
    theirs = Peer(**how, tol=1e-13, max_iter=100_000).fit(X, Y, weight)
    assert ours.coef_.shape == theirs.coef_.shape == (3, shape[1])
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-4)
    zero = ours.coef_ == 0
    assert (zero.all(axis=0) == zero.any(axis=0)).all()
    assert ours.certificate_.holds


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_gap_is_scikit_learns():
    """Bug caught: a dual point scaled by single slopes instead of the lengths of rows."""
    X, Y = data()
    for rough in (1e-1, 1e-2, 1e-4):
        theirs = Peer(0.2, tol=rough).fit(X, Y)
        model = MultiTaskLasso(0.2)
        problem = model._prepare(X, Y, None).problem
        state = judge(problem, group_penalty(0.2, 1.0), 1e-4, 0, iterate_at(problem, theirs.coef_.T))
        assert state.gap == pytest.approx(theirs.dual_gap_, rel=1e-8)


def test_every_state_is_at_most_its_gap_above_the_minimum():
    """Bug caught: an objective or a gap that does not belong to the coefficients; an objective that rises."""
    X, Y = data(SHAPES[1])
    *_, best = MultiTaskLasso(0.1, tol=1e-12).steps(X, Y)
    states = list(MultiTaskLasso(0.1, tol=1e-9).steps(X, Y))
    for state in states:
        value = np.sum((Y - X @ state.coef - state.intercept) ** 2) / (2 * len(X))
        value += 0.1 * np.sqrt((state.coef**2).sum(1)).sum()
        assert state.objective == pytest.approx(value, rel=1e-10)
        assert state.objective - best.objective <= state.gap + 1e-12
    assert (np.diff([s.objective for s in states]) <= 1e-12).all()


def test_one_target_is_the_lasso_and_no_penalty_is_least_squares():
    """Bug caught: a group penalty that differs from the plain one where they are the same; alpha=0 without an end."""
    X, Y = data(t=1)
    assert_allclose(MultiTaskLasso(0.3, tol=1e-11).fit(X, Y).coef_[0], Lasso(0.3, tol=1e-12).fit(X, Y).coef_, atol=1e-6)
    X, Y = data()
    free = MultiTaskLasso(0.0, tol=1e-10).fit(X, Y)
    assert_allclose(free.coef_, LinearRegression().fit(X, Y).coef_, atol=1e-3)
    assert free.certificate_.holds


def test_turning_the_targets_turns_the_answer():
    """Bug caught: a penalty that depends on the targets' axes."""
    X, Y = data()
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    model = MultiTaskLasso(0.3, tol=1e-11)
    coef = model.fit(X, Y).coef_
    assert_allclose(model.fit(X, Y @ Q).coef_, Q.T @ coef, atol=1e-5)
    weight = np.random.default_rng(0).integers(0, 3, len(X))
    repeated = model.fit(np.repeat(X, weight, axis=0), np.repeat(Y, weight, axis=0)).coef_
    assert_allclose(model.fit(X, Y, weight).coef_, repeated, atol=1e-5)


def test_going_on_stopping_short_and_saving(tmp_path):
    """Bug caught: a state without what the next needs, silence about a large gap, a model that cannot be saved."""
    X, Y = data(SHAPES[1])
    model = MultiTaskLasso(0.05, tol=1e-8)
    states = list(model.steps(X, Y))
    for k in range(len(states)):
        rest = list(model.steps(X, Y, start=states[k]))
        assert [s.iteration for s in rest] == [s.iteration for s in states[k + 1 :]]
        assert_allclose((rest or states)[-1].coef, states[-1].coef, rtol=1e-9, atol=1e-12)
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        assert not MultiTaskLasso(0.05, tol=1e-8, max_iter=1).fit(X, Y).certificate_.holds
    fitted = MultiTaskLasso(0.05, warm_start=True).fit(X.astype("f4"), Y)
    assert fitted.coef_.dtype == np.float32
    groundup.save(fitted, tmp_path / "model")
    assert_array_equal(load(tmp_path / "model").predict(X), fitted.predict(X))
    assert fitted.fit(X.astype("f4"), Y).n_iter_ == 1
    with pytest.raises(ValueError, match="Lasso"):
        MultiTaskLasso().fit(X, Y[:, 0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ratio", [0.2, 0.7])
def test_elastic_net_equals_scikit_learn(shape, ratio):
    """Bug caught: the squared penalty without its half, or applied before the threshold."""
    X, Y = data(shape)
    ours = MultiTaskElasticNet(0.3, l1_ratio=ratio, tol=1e-11).fit(X, Y)
    theirs = ElasticPeer(0.3, l1_ratio=ratio, tol=1e-13, max_iter=100_000).fit(X, Y)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-4)
    assert ours.certificate_.holds


def test_elastic_net_without_zeros_is_ridge_regression():
    """Bug caught: a first-order method where one system of equations gives every digit."""
    X, Y = data()
    ours = MultiTaskElasticNet(0.1, l1_ratio=0.0, tol=1e-12).fit(X, Y)
    assert_allclose(ours.coef_, Ridge(0.1 * len(X)).fit(X, Y).coef_, rtol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_column_is_one_target(shape):
    """Bug caught: an answer for one target that is less precise, at the default tolerance, than that of Lasso."""
    X, Y = data(shape, t=1)
    assert_allclose(MultiTaskLasso(0.1).fit(X, Y).coef_[0], Lasso(0.1).fit(X, Y[:, 0]).coef_, rtol=1e-4, atol=1e-6)
    several, one = MultiTaskElasticNet(0.1).fit(X, Y).coef_[0], ElasticNet(0.1).fit(X, Y[:, 0]).coef_
    assert_allclose(several, one, rtol=1e-4, atol=1e-6)
