"""Targets far from zero, very large and very small: the answer that the table has, and certified for it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
)

RNG = np.random.default_rng(5)
X = RNG.normal(size=(80, 4))
Y = np.round((X[:, 0] * 2 + np.sin(3 * X[:, 1]) + RNG.normal(size=80) * 0.3) * 8) / 8  # exact, also far from zero
W = RNG.random(80) + 0.1


@pytest.mark.parametrize("far", [1e9, -1e12, 1e14])
@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
@pytest.mark.parametrize("criterion", ["squared_error", "absolute_error"])
def test_trees_of_targets_far_from_zero_are_those_of_their_deviations(far, weight, criterion):
    """Bug caught: rounded means, from which deviations do not sum to zero and run on into the next node."""
    parameters = {"criterion": criterion, "min_samples_leaf": 4}
    near = DecisionTreeRegressor(**parameters).fit(X, Y, weight)
    away = DecisionTreeRegressor(**parameters).fit(X, Y + far, weight)
    assert_array_equal(away.tree_.feature, near.tree_.feature)
    assert_array_equal(away.tree_.threshold, near.tree_.threshold)
    assert_allclose(away.tree_.impurity, near.tree_.impurity, rtol=1e-11, atol=1e-15)
    assert_allclose(away.tree_.value - far, near.tree_.value, atol=np.spacing(abs(far)))
    assert near.certificate_.holds
    assert away.certificate_.holds


@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
def test_poisson_trees_far_from_zero(weight):
    """Bug caught: differences of y log y, which are noise: all impurities were 0, and their tree was certified.

    Where the mean m is large, the deviance is the squared error divided by 2 m.
    """
    squares = DecisionTreeRegressor(min_samples_leaf=4).fit(X, Y, weight)
    counts = DecisionTreeRegressor(criterion="poisson", min_samples_leaf=4).fit(X, Y + 1e9, weight)
    assert_array_equal(counts.tree_.feature, squares.tree_.feature)
    assert_array_equal(counts.tree_.threshold, squares.tree_.threshold)
    assert_allclose(2e9 * counts.tree_.impurity, squares.tree_.impurity, rtol=1e-5)
    assert counts.certificate_.holds


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "quantile"])
def test_boosting_far_from_zero(loss):
    """Bug caught: residuals y - F of two large numbers, whose rounding the certificate took for a wrong loss."""
    parameters = {"loss": loss, "n_estimators": 10, "learning_rate": 0.5}
    near = GradientBoostingRegressor(**parameters).fit(X, Y)
    away = GradientBoostingRegressor(**parameters).fit(X, Y + 1e12)
    assert_allclose(away.train_score_, near.train_score_, rtol=1e-4)  # the start alone is rounded to 1e-4
    assert_allclose(away.predict(X) - 1e12, near.predict(X), atol=1e-3)
    assert near.certificate_.holds
    assert away.certificate_.holds


def test_boosting_a_constant_is_certified():
    """Bug caught: a loss that is nothing but the rounding of the mean, relative to itself."""
    model = GradientBoostingRegressor(n_estimators=5).fit(X[:60], np.full(60, 3.3))
    assert model.certificate_.holds
    assert_allclose(model.predict(X), 3.3, rtol=1e-15)


@pytest.mark.parametrize("scale", [1e-130, 1e-80, 1e80, 1e130])
def test_the_unit_of_the_targets_does_not_matter(scale):
    """Bug caught: a slack for equal gains that overflows, so that any cut is as good as the best."""
    model = DecisionTreeRegressor(min_samples_leaf=4).fit(X, Y)
    assert_array_equal(DecisionTreeRegressor(min_samples_leaf=4).fit(X, Y * scale).tree_.feature, model.tree_.feature)
    boosted, near = (GradientBoostingRegressor(n_estimators=3).fit(X, Y * one) for one in (scale, 1.0))
    assert_allclose(boosted.train_score_ / scale / scale, near.train_score_, rtol=1e-12)


@pytest.mark.parametrize("model", [DecisionTreeRegressor(), GradientBoostingRegressor()])
@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_squares_that_leave_the_range_are_refused(model, scale):
    """Bug caught: an IndexError, or splits by gains that are all 0."""
    with pytest.raises(ValueError, match="y: column 0 has entries of size"):
        model.fit(X, Y * scale)
    with pytest.raises(ValueError, match="sample_weight: column 0"):
        model.fit(X, Y, np.full(80, scale))
    with pytest.raises(ValueError, match="sample_weight times y: column 0"):
        model.fit(X, Y * scale**0.5, np.full(80, scale**0.5))


@pytest.mark.parametrize("model", [DecisionTreeClassifier(), GradientBoostingClassifier()])
def test_weights_whose_squares_leave_the_range_are_refused(model):
    """Bug caught: an IndexError."""
    with pytest.raises(ValueError, match="sample_weight: column 0"):
        model.fit(X, Y > 0, np.full(80, 1e-300))


def test_random_thresholds_between_entries_of_any_size():
    """Bug caught: a range of entries that overflows."""
    wide = np.sign(X) * np.minimum(np.abs(X), 1.7) * 1e308
    model = DecisionTreeRegressor(splitter="random", random_state=0).fit(wide, Y)
    assert np.isfinite(model.tree_.threshold).all()
    near = DecisionTreeRegressor(splitter="random", random_state=0).fit(wide / 2.0**1000, Y)
    assert_array_equal(model.tree_.feature, near.tree_.feature)


@pytest.mark.parametrize("far", [1e9, -1e12])
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "quantile"])
@pytest.mark.parametrize(
    "stop", [{}, {"early_stopping": True, "scoring": "neg_mean_squared_error"}], ids=["all", "early"]
)
def test_histogram_trees_far_from_zero_are_those_of_the_deviations(far, loss, stop):
    """Bug caught: residuals of sums near 1e9, of which a part in 1e7 is rounded away, and no certificate held.

    Judges see predictions of the targets themselves.
    """
    parameters = {"loss": loss, "quantile": 0.75, "min_samples_leaf": 5, "max_iter": 20, "random_state": 0, **stop}
    near = HistGradientBoostingRegressor(**parameters).fit(X, Y - Y.mean().round())
    away = HistGradientBoostingRegressor(**parameters).fit(X, Y - Y.mean().round() + far)
    assert away.n_iter_ == near.n_iter_
    assert_allclose(away.predict(X) - far, near.predict(X), atol=10 * np.spacing(abs(far)))  # 20 sums, half a unit each
    assert away.certificate_.holds
    if stop:
        assert_allclose(away.validation_score_, near.validation_score_, rtol=1e-3, atol=np.spacing(abs(far)))
