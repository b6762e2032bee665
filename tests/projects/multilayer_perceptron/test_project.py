"""The declaration: the objective of both sides, a training seen again, hidden outputs, figures and findings."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import MLPClassifier, MLPRegressor
from groundup.core.optimize.gradcheck import central_difference
from groundup.data import bundled
from groundup.data.synthetic import classification
from groundup.plotting.figure import NotApplicable
from groundup.projects.multilayer_perceptron import findings, measures, replay
from groundup.projects.multilayer_perceptron.figures import gradients, surfaces, training

MOONS, DIABETES = classification.moons(0), bundled.standard_diabetes(0)
SMALL = {"hidden_layer_sizes": (6, 4), "max_iter": 7, "n_iter_no_change": np.inf, "random_state": 3}


def fitted(kind, data, **changes):
    """Return a small model, fitted."""
    return kind(**{**SMALL, **changes}).fit(data.X, data.y)


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("kind", "data"), [(MLPClassifier, MOONS), (MLPRegressor, DIABETES)])
def test_the_objective_is_what_training_lowers(kind, data):
    # a penalty that is not divided by the rows, a loss without its half
    model = fitted(kind, data, solver="lbfgs", alpha=2.0)
    assert_allclose(measures.objective(model, data), model.loss_, rtol=1e-10)


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_training_seen_again_ends_at_the_model(solver):
    # another seed, a last epoch that is left out, weights after the fit in place of those before it
    model = fitted(MLPClassifier, MOONS, solver=solver)
    taken = replay.snapshots(model, MOONS, 4)
    assert [taken[0].iteration, taken[-1].iteration] == [0, model.n_iter_]
    assert_array_equal(taken[-1].model.predict_proba(MOONS.X), model.predict_proba(MOONS.X))
    losses = [measures.mean_loss(snapshot.model, MOONS) for snapshot in taken]
    assert losses[0] > losses[-1]


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
def test_hidden_outputs_lead_to_the_scores():
    # outputs before the bend, layers in the wrong order
    model = fitted(MLPClassifier, MOONS, activation="tanh")
    first, last = replay.hidden_outputs(model, MOONS.X)
    assert_allclose(first, np.tanh(MOONS.X @ model.coefs_[0] + model.intercepts_[0]), rtol=1e-12)
    scores = last @ replay.output_weights(model) + model.intercepts_[-1]
    assert_allclose(scores[:, 0], model.decision_function(MOONS.X), rtol=1e-10, atol=1e-12)


def test_the_surface_of_the_race_has_the_slope_that_is_followed():
    # a lost factor of the chain rule
    at = np.array([0.7, -1.1])
    right = central_difference(lambda one: float(surfaces.surface(*one)), at)
    assert_allclose(surfaces.slope(at), right, rtol=1e-8)
    assert surfaces.surface(np.array(1.5), np.array(2.0)) == 0


def test_bends_meet_the_curve_at_their_knots():
    # slopes in place of their differences
    knots = np.linspace(0, 1, 9)
    assert_allclose(surfaces.bends(knots, 8), surfaces.target(knots), rtol=1e-12, atol=1e-14)


def test_weights_of_the_derived_variance_keep_the_scale():
    # a variance for a standard deviation, He's factor of 2 for tanh
    X = np.random.default_rng(1).normal(size=(200, 100))
    for spread, factor in ((0.5, 0.5), (1.0, 1.0), (2.0, 2.0)):
        outputs, slopes = gradients.through_layers(X, gradients.Relu(), spread, 2.0)
        assert_allclose((outputs[-1] / outputs[0]) ** (1 / 9), factor, rtol=0.08)
        assert_allclose((slopes[0] / slopes[-1]) ** (1 / 9), factor, rtol=0.08)


def test_the_check_has_its_best_step_near_the_cube_root_of_the_rounding_unit():
    # a slope that is not that of the loss
    value, slope = gradients.small_problem()
    h = np.logspace(-12, -1, 45)
    error = np.abs([(value(s) - value(-s)).real / (2 * s) - slope for s in h])
    assert 1e-7 < h[error.argmin()] < 1e-4
    assert_allclose(value(1e-30j).imag / 1e-30, slope, rtol=1e-14)


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
def test_numbers_have_no_regions():
    with pytest.raises(NotApplicable, match="predicts numbers"):
        training.plane_of(fitted(MLPRegressor, DIABETES), DIABETES)


@pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")
def test_units_that_are_the_same_for_all_rows_are_counted():
    # a layer left out; units that give a constant other than zero
    model = fitted(MLPClassifier, MOONS, activation="relu")
    w = model._learned.w.copy()
    views = w[: 2 * 6].reshape(2, 6)
    views[:, 2] = 0
    dead = replay.with_weights(model, w, model._learned.s)
    before = findings.idle_units(model, MOONS)
    assert findings.idle_units(dead, MOONS) != before
