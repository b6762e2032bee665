"""The multi-layer perceptrons against scikit-learn's, step by step, and what theirs cannot do."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import neural_network

import groundup
from groundup.core.estimator.training import Training
from groundup.core.nn.epochs import beginning
from groundup.core.nn.training import at_weights

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 4))
LABELS = RNG.integers(0, 3, 70)
SEVERAL = (X[:, :3] + RNG.normal(size=(70, 3)) > 0).astype(int)
WEIGHT = RNG.uniform(0.5, 2, 70)
TARGETS = {
    "three classes": LABELS,
    "two classes": np.where(LABELS > 0, "yes", "no"),
    "several labels": SEVERAL,
    "numbers": X[:, 0] ** 2,
    "two numbers": X[:, :2] ** 2,
    "events": RNG.poisson(np.exp(X[:, 0])).astype(float),
}
SOLVERS = {
    "adam": {"solver": "adam"},
    "nesterov": {"solver": "sgd"},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False, "momentum": 0.5},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling"},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "tol": 10.0, "n_iter_no_change": 1},
}


def starts(sizes, activation):
    """Initial weights and biases as scikit-learn draws them with random_state=0."""
    rng, parts = np.random.RandomState(0), []
    for a, b in pairwise(sizes):
        bound = np.sqrt((2 if activation == "logistic" else 6) / (a + b))
        parts += [rng.uniform(-bound, bound, (a, b)).ravel(), rng.uniform(-bound, bound, b)]
    return np.concatenate(parts)


def quietly(model, *data, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(*data, **options)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("task", TARGETS)
def test_steps_are_scikit_learns(task, solver, activation):
    # options that are read in another manner: a penalty, a schedule, a division of the step size, a mean of the loss
    y = TARGETS[task]
    name = "MLPClassifier" if task in ("three classes", "two classes", "several labels") else "MLPRegressor"
    options = {"hidden_layer_sizes": (6, 5), "activation": activation, "alpha": 2.0, "batch_size": 16, "max_iter": 6,
               "shuffle": False, "learning_rate_init": 0.01, "random_state": 0, **SOLVERS[solver]}  # fmt: skip
    if task == "events":
        options["loss"] = "poisson"
    theirs = quietly(getattr(neural_network, name)(**options), X, y, sample_weight=WEIGHT)
    ours = getattr(groundup, name)(**options)
    training = Training(ours, X, y, WEIGHT)
    plan = ours._plan(training.data, ours._schedule(70))
    start = at_weights(plan, (0,), starts((4, 6, 5, theirs.n_outputs_), activation), np.zeros(0))
    training = Training(ours, X, y, WEIGHT, start=beginning(start))
    list(training)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        training.finish()
    for found, right in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True):
        assert_allclose(found, right, rtol=1e-10, atol=1e-12)
    for output in ("predict", "predict_proba") if name == "MLPClassifier" else ("predict",):
        found, right = (getattr(model, output)(X) for model in (ours, theirs))
        if found.dtype.kind == "f":
            assert_allclose(found, right, rtol=1e-9)
        else:
            assert_array_equal(found, right)
    if task not in ("two numbers", "events"):  # theirs divides the loss, but not its gradient, by the targets
        assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-9)
        assert_allclose(ours.best_loss_, theirs.best_loss_, rtol=1e-9)
    for attribute in ("t_", "n_iter_", "n_layers_", "n_outputs_", "out_activation_"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute


def test_without_hidden_layers_it_is_logistic_regression():
    # a penalty of another strength, log-odds of the wrong class
    y = LABELS > 0
    model = groundup.MLPClassifier((), solver="lbfgs", alpha=0.5, tol=1e-9, random_state=0).fit(X, y)
    right = groundup.LogisticRegression(C=2.0, tol=1e-8).fit(X, y)
    assert_allclose(model.coefs_[0][:, 0], right.coef_[0], atol=1e-4)
    assert_allclose(model.predict_proba(X), right.predict_proba(X), atol=1e-4)
    assert_allclose(model.decision_function(X), right.decision_function(X), atol=1e-3)
    assert_allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X), rtol=1e-14)


def test_lbfgs_reaches_the_minimum_of_scikit_learns():
    # another objective; a strong penalty leaves one minimum
    options = {"hidden_layer_sizes": (5,), "activation": "logistic", "solver": "lbfgs", "alpha": 3.0, "tol": 1e-7,
               "max_iter": 2000, "random_state": 0}  # fmt: skip
    ours = groundup.MLPRegressor(**options).fit(X, X[:, 0] * 2 + X[:, 1])
    theirs = neural_network.MLPRegressor(**options).fit(X, X[:, 0] * 2 + X[:, 1])
    assert ours.loss_ <= theirs.loss_ + 1e-6
    assert ours.certificate_.holds
    assert ours.certificate_.value < 1e-4


def test_batches_are_epochs_of_a_fit():
    # moments that are lost between calls, an epoch counted twice
    options = {"hidden_layer_sizes": (5,), "batch_size": 16, "random_state": 0, "max_iter": 3}
    fitted = quietly(groundup.MLPClassifier(**options), X, LABELS)
    model = groundup.MLPClassifier(**options)
    for k in range(3):
        model.partial_fit(X, LABELS, classes=[0, 1, 2] if k == 0 else None)
    for found, right in zip(model.coefs_, fitted.coefs_, strict=True):
        assert_array_equal(found, right)
    assert model.loss_curve_ == fitted.loss_curve_
    assert not model.certificate_.holds
    longer = quietly(groundup.MLPClassifier(**options | {"max_iter": 4}), X, LABELS)
    assert_array_equal(fitted.partial_fit(X, LABELS).coefs_[0], longer.coefs_[0])


def test_warm_start_goes_on():
    # weights drawn again, a curve that forgets its beginning
    model = groundup.MLPRegressor(hidden_layer_sizes=(5,), warm_start=True, max_iter=4, random_state=0)
    quietly(model, X, X[:, 0])
    first, weights = list(model.loss_curve_), model.coefs_[0].copy()
    quietly(model, X, X[:, 0])
    assert model.loss_curve_[:4] == first
    assert len(model.loss_curve_) == 8
    assert model.loss_curve_[4] < first[0]
    assert abs(model.coefs_[0] - weights).max() < 0.01  # four small steps away
    classifier = quietly(groundup.MLPClassifier((5,), warm_start=True, max_iter=2, random_state=0), X, LABELS)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same classes"):
        classifier.fit(X, LABELS > 0)


OPTIONS = {"hidden_layer_sizes": (5,), "random_state": 0, "max_iter": 15, "tol": 0.0}


def test_warm_start_judges_by_what_it_sees():
    # the best loss of other rows or layers as the mark of new ones: training ends after eleven epochs
    hard, easy = RNG.normal(size=70), 0.1 * X[:, 0]
    model = quietly(groundup.MLPRegressor(**OPTIONS, warm_start=True), X, easy)
    assert quietly(model, X, hard).n_iter_ == 15
    wider = quietly(model.set_params(hidden_layer_sizes=(7, 2)), X, easy)
    assert [W.shape for W in wider.coefs_] == [(4, 7), (7, 2), (2, 1)]
    assert len(wider.loss_curve_) == wider.n_iter_ == 15  # not the curve of another network


def test_warm_start_with_and_without_early_stopping():
    # a validation score compared with a loss, scores of an earlier fit, weights that are worse than those at the start
    y, options = SEVERAL[:, 0], OPTIONS | {"warm_start": True, "validation_fraction": 0.3}
    model = quietly(groundup.MLPClassifier(**options, early_stopping=True, learning_rate_init=0.02), X, y)
    first, weights = model.best_validation_score_, model.coefs_[0].copy()
    quietly(model.set_params(learning_rate_init=3.0, max_iter=3), X, y)
    assert model.best_validation_score_ >= first
    assert len(model.validation_scores_) == len(model.loss_curve_)
    if model.best_validation_score_ == first:
        assert_array_equal(model.coefs_[0], weights)
    assert model.certificate_.holds
    quietly(model.set_params(early_stopping=False, learning_rate_init=0.001, max_iter=15), X, y)
    assert model.n_iter_ == 15
    assert model.validation_scores_ is model.best_validation_score_ is None
    assert model.best_loss_ == min(model.loss_curve_)
    quietly(model.set_params(early_stopping=True), X, y)
    assert len(model.validation_scores_) == model.n_iter_


def test_partial_fit_goes_on_with_the_network_of_predictions():
    # a fit by L-BFGS that is thrown away; the last weights after early stopping instead of the best; moments of Adam
    y = X[:, 0] * 2 + X[:, 1]
    tiny = {"solver": "sgd", "learning_rate_init": 1e-12, "early_stopping": False}
    for options in ({"solver": "lbfgs"}, {"early_stopping": True, "learning_rate_init": 0.3}, {"solver": "adam"}):
        model = quietly(groundup.MLPRegressor(**OPTIONS | options), X, y)
        weights = model.coefs_[0].copy()
        if "early_stopping" in options:
            assert abs(model._state.training.w - model._learned.w).max() > 0.01  # the best epoch is not the last
        model.set_params(**tiny).partial_fit(X, y)
        assert_allclose(model.coefs_[0], weights, rtol=1e-8, atol=1e-10)
        assert model.validation_scores_ is None


def test_partial_fit_forgets_another_optimiser_and_rows_held_out():
    # Adam's correction counted from the first step of gradient descent; a loss that is judged by a validation score
    y = X[:, 0] * 2 + X[:, 1]
    model = quietly(groundup.MLPRegressor(**OPTIONS | {"solver": "sgd"}), X, y)
    weights = model.coefs_[0].copy()
    model.set_params(solver="adam", learning_rate_init=1e-3, alpha=0.0).partial_fit(X, y)
    assert_allclose(abs(model.coefs_[0] - weights).max(), 1e-3, rtol=1e-4)  # Adam's first step
    stopped = quietly(groundup.MLPRegressor(**OPTIONS | {"early_stopping": True, "learning_rate_init": 0.05}), X, y)
    stopped.set_params(early_stopping=False, solver="sgd", learning_rate="adaptive", learning_rate_init=1e-3)
    stopped.set_params(n_iter_no_change=1)
    for _ in range(4):
        stopped.partial_fit(X, y)
    assert stopped._state.training.rate_factor == 1.0
    again = quietly(stopped.set_params(early_stopping=True, warm_start=True, solver="adam"), X, y)
    assert len(again.validation_scores_) == again.n_iter_


def test_partial_fit_needs_the_same_layers():
    # NumPy's complaint about shapes, or a network that is replaced in silence
    model = groundup.MLPRegressor(**OPTIONS).partial_fit(X, X[:, 0])
    before = model.coefs_[0].copy()
    for changes, y in (({"hidden_layer_sizes": (3,)}, X[:, 0]), ({"batch_norm": True}, X[:, 0]), ({}, X[:, :2])):
        with pytest.raises(ValueError, match=r"partial_fit goes on with the layers that are there, of \(4, 5, 1\)"):
            model.set_params(**OPTIONS, batch_norm=False).set_params(**changes).partial_fit(X, y)
        assert_array_equal(model.coefs_[0], before)


def test_advice_names_parameters_that_help():
    # a step size for L-BFGS, which has none
    y = X[:, 0] ** 2
    with pytest.warns(UserWarning, match=r"lbfgs failed to converge: .* increase max_iter, or scale the features\.$"):
        groundup.MLPRegressor(solver="lbfgs", max_iter=1).fit(X, y)
    with pytest.warns(UserWarning, match=r"after 1 iteration, .* or change learning_rate_init\.$"):
        groundup.MLPRegressor(max_iter=1).fit(X, y)


def test_no_hidden_layer():
    # a list that is refused where a tuple is not
    models = [quietly(groundup.MLPRegressor(hidden_layer_sizes=h, max_iter=2, random_state=0), X, X[:, 0])
              for h in ((), [])]  # fmt: skip
    assert {len(model.coefs_) for model in models} == {1}


def test_early_stopping():
    # weights of the last epoch, rows held out that are learned, a score of the training rows
    model = groundup.MLPClassifier((8,), early_stopping=True, validation_fraction=0.3, random_state=0, max_iter=80,
                                   learning_rate_init=0.01, n_iter_no_change=5)  # fmt: skip
    quietly(model, X, SEVERAL[:, 0])
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.best_loss_ is None
    assert len(model.validation_scores_) == len(model.loss_curve_) == model.n_iter_
    held = model._split(model._prepare(X, SEVERAL[:, 0], None), model._state.training.seed)[1]
    assert len(held) == 21
    assert model.score(held.X, held.y[:, 0].astype(int)) == model.best_validation_score_
    assert model.certificate_.holds
    assert "best score on the rows held out" in model.certificate_.claim
    with pytest.raises(ValueError, match="validation set is too small"):
        groundup.MLPClassifier(early_stopping=True).fit(X[:6], [0, 1] * 3)
    with pytest.raises(ValueError, match="does not support early_stopping"):
        model.partial_fit(X, SEVERAL[:, 0])


def test_class_weights_are_weights():
    # weights of the wrong class, or used twice
    options = {"hidden_layer_sizes": (5,), "random_state": 0, "max_iter": 5}
    weighted = quietly(groundup.MLPClassifier(**options, class_weight={0: 3.0, 1: 1.0, 2: 0.5}), X, LABELS, WEIGHT)
    by_hand = quietly(groundup.MLPClassifier(**options), X, LABELS, WEIGHT * np.array([3.0, 1.0, 0.5])[LABELS])
    assert_allclose(weighted.predict_proba(X), by_hand.predict_proba(X), rtol=1e-12)
    with pytest.raises(ValueError, match="class_weight is for one class a row"):
        groundup.MLPClassifier(class_weight="balanced").fit(X, SEVERAL)


def test_several_labels():
    # a softmax over labels that do not exclude each other; a score that asks for one right label only
    model = groundup.MLPClassifier((8,), solver="lbfgs", alpha=1.0, max_iter=3000, random_state=0).fit(X, SEVERAL)
    proba = model.predict_proba(X)
    assert_array_equal(model.predict(X), proba > 0.5)
    assert abs(proba.sum(1) - 1).max() > 0.5
    assert model.score(X, SEVERAL) == (model.predict(X) == SEVERAL).all(1).mean()
    assert_array_equal(model.classes_, [0, 1, 2])
    sparse = scipy.sparse.csr_array(SEVERAL)  # as MultiLabelBinarizer gives them
    again = groundup.MLPClassifier(**model.get_params()).fit(X, sparse)
    assert_array_equal(again.predict_proba(X), proba)
    assert again.score(X, sparse) == model.score(X, SEVERAL)
    with pytest.raises(ValueError, match="several columns of y must hold zeros and ones"):
        model.fit(X, SEVERAL * 2)


def test_a_single_class():
    # a refusal where scikit-learn fits, a second class that does not exist
    y = np.full(70, "only")
    for options in ({}, {"solver": "lbfgs"}, {"early_stopping": True}, {"class_weight": "balanced"}):
        model = quietly(groundup.MLPClassifier(hidden_layer_sizes=3, max_iter=5, random_state=0, **options), X, y)
        assert set(model.predict(X)) == {"only"}
        assert_array_equal(model.predict_proba(X), np.ones((70, 1)))
        assert_array_equal(model.predict_log_proba(X), np.zeros((70, 1)))
        assert model.certificate_.holds
    assert groundup.MLPClassifier(3).partial_fit(X, y, classes=["only"]).predict(X[:1]) == ["only"]


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"dropout": 0.4}, {"batch_norm": True, "dropout": 0.4}])
def test_predictions_neither_draw_nor_look_at_the_batch(options):
    # zeros of dropout, or statistics of the batch, in predictions
    model = quietly(
        groundup.MLPRegressor(hidden_layer_sizes=(6,), random_state=0, max_iter=10, batch_size=10, **options),
        X,
        X[:, 0],
    )
    assert_array_equal(model.predict(X), model.predict(X))
    assert_allclose(model.predict(X[:1]), model.predict(X)[:1], rtol=1e-12)
    assert len(model.coefs_) == 2
    assert [coef.shape for coef in model.coefs_] == [(4, 6), (6, 1)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_sparse_rows_and_single_precision(solver, dtype):
    # double precision results for single precision data; sparse rows in batches of another order
    table = (X * (RNG.random(X.shape) < 0.5)).astype(dtype)
    options = {"hidden_layer_sizes": (5,), "solver": solver, "random_state": 0, "max_iter": 5, "batch_size": 16}
    dense = quietly(groundup.MLPClassifier(**options), table, LABELS)
    sparse = quietly(groundup.MLPClassifier(**options), scipy.sparse.csr_array(table), LABELS)
    assert dense.coefs_[0].dtype == sparse.intercepts_[1].dtype == dense.predict_proba(table).dtype == dtype
    tolerance = 1e-9 if dtype == np.float64 else 2e-4
    found = sparse.predict_proba(scipy.sparse.csr_array(table))
    assert_allclose(found, dense.predict_proba(table), rtol=tolerance)


def test_schedules_and_losses_of_our_own():
    # a schedule that is ignored; a loss that is another
    options = {"hidden_layer_sizes": (5,), "random_state": 0, "max_iter": 20, "learning_rate_init": 0.02}
    plain, step, cosine, cycle = (
        quietly(groundup.MLPRegressor(**options, learning_rate=name), X, X[:, 0]).coefs_[0]
        for name in ("constant", "step", "cosine", "one-cycle")
    )
    assert abs(plain - step).max() > 1e-3
    assert abs(step - cosine).max() > 1e-3
    sizes = groundup.MLPRegressor(learning_rate="step", learning_rate_init=1.0, max_iter=30)._schedule(70)
    assert_allclose([sizes(t) for t in (0, 9.9, 10, 29)], [1, 1, 0.1, 0.01])  # thirds of the epochs, not of the steps
    assert abs(plain - cosine).max() > 1e-3
    assert abs(cosine - cycle).max() > 1e-3
    y = np.where(np.arange(70) % 10 == 0, 100.0, X[:, 0])  # outliers
    middle = []
    for loss in ("squared_error", "huber"):
        model = quietly(groundup.MLPRegressor(loss, (), solver="lbfgs", random_state=0), X, y)
        middle.append(np.median(abs(model.predict(X) - X[:, 0])))
    assert middle[0] > 3
    assert middle[1] < 0.5


def test_the_certificate_tells_of_training_that_ended_early():
    # a certificate of the stopping rule alone: this step size goes nowhere in twelve epochs
    model = groundup.MLPRegressor(hidden_layer_sizes=(5,), learning_rate_init=1e-7, random_state=0)
    with pytest.warns(UserWarning, match="converged, but its answer is not certified"):
        model.fit(X, X[:, 0] + X[:, 1])
    assert model.certificate_.value > 0.1
    assert "Lower minima may exist" in model.certificate_.claim


def test_combinations_that_are_refused():
    # dropout without batches, which would be ignored in silence; a batch for a method that needs all rows
    with pytest.raises(ValueError, match="dropout and batch_norm need batches"):
        groundup.MLPClassifier(solver="lbfgs", dropout=0.5).fit(X, LABELS)
    for kind in (groundup.MLPClassifier, groundup.MLPRegressor):
        assert hasattr(kind(), "partial_fit")
        assert not hasattr(kind(solver="lbfgs"), "partial_fit")
    with pytest.raises(ValueError, match="must not be negative"):
        groundup.MLPRegressor("poisson").fit(X, X[:, 0])
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        groundup.MLPRegressor(learning_rate_init=1e5, solver="sgd", random_state=0).fit(X, X[:, 0])
    state = next(groundup.MLPRegressor(max_iter=1).steps(X, X[:, 0]))
    with pytest.raises(ValueError, match="not one of solver='lbfgs'"):
        list(groundup.MLPRegressor(solver="lbfgs").steps(X, X[:, 0], start=state))


def test_verbose_prints_what_is_measured(capsys):
    # "validation nan" of a training without rows held out
    for stopping in (False, True):
        quietly(
            groundup.MLPRegressor(hidden_layer_sizes=3, max_iter=1, verbose=True, early_stopping=stopping), X, X[:, 0]
        )
        printed = capsys.readouterr().out
        assert "nan" not in printed
        assert ("validation" in printed) == stopping


@pytest.mark.parametrize(("scale", "shift"), [(1e5, 0.0), (1.0, 1e4), (1e5, 1e7)])
def test_units_of_the_target(scale, shift):
    # outputs that begin at 0, from where large targets push units out of use
    rng = np.random.default_rng(0)
    table = rng.normal(size=(300, 3))
    y = scale * (np.sin(2 * table[:, 0]) + table[:, 1] * table[:, 2] + 3) + shift
    options = {"hidden_layer_sizes": (20,), "solver": "lbfgs", "max_iter": 300, "tol": 0.0, "random_state": 0}
    model = quietly(groundup.MLPRegressor(**options, alpha=0.01 * scale), table, y)
    assert model.score(table, y) > 0.98


def test_small_units_of_the_target_do_not_end_a_fit():
    # an absolute decrease where the whole objective is 1e-9
    y = 1e-4 * X[:, 0] ** 2
    model = groundup.MLPRegressor(
        hidden_layer_sizes=8, solver="lbfgs", max_iter=500, tol=0.0, alpha=1e-8, random_state=0
    )
    state = quietly(model, X, y).history_
    assert len(state["loss"]) > 100
    assert state["loss"][-1] < 0.2 * y.var() / 2


def test_outputs_begin_at_the_mean():
    # an unweighted mean, that of rows held out, the mean of counts for its logarithm
    y = np.column_stack([X[:, 0] + 50, X[:, 1] - 3])
    options = {"hidden_layer_sizes": (5,), "learning_rate_init": 1e-12, "solver": "sgd", "max_iter": 1}
    model = quietly(groundup.MLPRegressor(**options), X, y, sample_weight=WEIGHT)
    assert_allclose(model.intercepts_[-1], np.average(y, axis=0, weights=WEIGHT), atol=1e-6)
    counts = TARGETS["events"]
    model = quietly(groundup.MLPRegressor("poisson", **options), X, counts)
    assert_allclose(model.intercepts_[-1], np.log(counts.mean()), atol=1e-6)
    classifier = quietly(groundup.MLPClassifier(**options), X, LABELS)
    assert_allclose(classifier.intercepts_[-1], 0, atol=1e-6)  # a first batch may lack a class
