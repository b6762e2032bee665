"""Gaussian naive Bayes where numbers run out: far from zero, far from all classes, columns without spread."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import groundup
from groundup import GaussianNB
from groundup.core.exceptions import ConvergenceWarning
from groundup.core.rows import Samples
from groundup.projects.naive_bayes.solvers.moments import Moments, class_moments

RNG = np.random.default_rng(5)
TABLE, CLASSES = RNG.integers(-64, 65, size=(90, 3)) / 16, np.arange(90) % 3


def exact_moments(X, y):
    """Means and variances of each class from whole numbers, whose sums are exact."""
    whole = (X * 16).astype(object).astype(int) if np.abs(X).max() < 1e6 else None
    assert whole is not None
    means = np.array([[sum(c) / len(c) for c in whole[y == k].T.tolist()] for k in range(3)])
    return means / 16, np.array([X[y == k].var(axis=0) for k in range(3)])


@pytest.mark.parametrize("size", [1e4, 1e8, 1e12, 1e14])
def test_data_far_from_zero(size):
    # variances as differences of mean squares, which have no digits left
    mean, variance = exact_moments(TABLE, CLASSES)
    model = GaussianNB(var_smoothing=0.0).fit(TABLE + size, CLASSES)
    assert_allclose(model.var_, variance, rtol=1e-12)
    assert_allclose(model.theta_ - size, mean, atol=np.spacing(size))
    assert model.certificate_.holds
    batches = GaussianNB(var_smoothing=0.0)
    for rows in (slice(0, 10), slice(10, 11), slice(11, None)):
        batches.partial_fit(TABLE[rows] + size, CLASSES[rows], classes=[0, 1, 2])
    assert_allclose(batches.var_, variance, rtol=1e-12)


def test_rounded_attributes_do_not_round_the_answers(tmp_path):
    # predictions by means in single precision, here a standard deviation away from what they are
    X = 2.0**24 + np.array([[0], [2], [4], [6]])
    y, single = [0, 0, 1, 1], X.astype(np.float32)
    exact = GaussianNB(var_smoothing=0.0).fit(X, y)
    assert_allclose(exact.predict_proba(X)[1], [0.98201379, 0.01798621], rtol=1e-7)
    with pytest.warns(ConvergenceWarning, match="is not certified"):
        model = GaussianNB(var_smoothing=0.0).fit(single, y)
    assert model.theta_.dtype == model.var_.dtype == np.float32
    assert model.certificate_.value == 1
    assert not model.certificate_.holds
    batches = GaussianNB(var_smoothing=0.0)
    for rows in (slice(0, 3), slice(3, 4)):
        batches.partial_fit(single[rows], y[rows], classes=[0, 1])
    groundup.save(model, tmp_path / "model")
    for found in (model, batches, groundup.load(tmp_path / "model")):
        assert_allclose(found.predict_log_proba(single), exact.predict_log_proba(X), rtol=1e-13)
        assert_allclose(found.explain(single[1]).contributions, exact.explain(X[1]).contributions, rtol=1e-13)
    model.set_params(var_smoothing=1.0)  # without a fit nothing changes
    assert_allclose(model.predict_log_proba(single), exact.predict_log_proba(X), rtol=1e-13)


@pytest.mark.parametrize("priors", [None, [0.1, 0.7, 0.2]])
def test_single_and_double_precision_give_the_same_answers(priors):
    # priors, means or variances rounded to single precision
    rows = TABLE[:-1]
    double, single = (GaussianNB(priors=priors).fit(X, CLASSES[:-1]) for X in (rows, rows.astype(np.float32)))
    assert single.class_prior_.dtype == np.float32
    assert_allclose(single.predict_log_proba(rows), double.predict_log_proba(rows), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mean", np.zeros((3, 2)), "moments of other shapes than theta_"),
        ("origin", np.zeros(1), "moments of other shapes than theta_"),
        ("weight", np.ones(2), "moments of other shapes than theta_"),
        ("scatter", np.full((3, 3), np.nan), "moments that are not finite"),
        ("weight", np.ones(3, int), "moments that are not finite"),
    ],
)
def test_moments_that_contradict_the_attributes_are_not_saved(tmp_path, name, value, message):
    # answers by moments of other columns than those of theta_
    model = GaussianNB().fit(TABLE, CLASSES)
    model._state = replace(model._state, **{name: value})
    with pytest.raises(ValueError, match=message):
        groundup.save(model, tmp_path / "model")


@pytest.mark.parametrize("size", [1e8, 1e14])
def test_answers_far_from_zero(size):
    # differences from a mean that is rounded to a number of the size of the data
    near, far = (GaussianNB(var_smoothing=0.0).fit(TABLE + place, CLASSES) for place in (0.0, size))
    assert_allclose(far.predict_log_proba(TABLE + size), near.predict_log_proba(TABLE), rtol=1e-11)


@pytest.mark.parametrize("distance", [1e3, 1e8, 1e12])
def test_classes_far_from_each_other(distance):
    # one origin for all classes, from which the spread within them is rounding
    X = TABLE + distance * CLASSES[:, None]
    model = GaussianNB(var_smoothing=0.0).fit(X, CLASSES)
    assert_allclose(model.var_, exact_moments(TABLE, CLASSES)[1], rtol=1e-10)
    assert_array_equal(model.predict(X), CLASSES)


def test_moments_of_all_classes_together():
    # the scatter of the class means left out of the floor
    whole = class_moments(Samples(TABLE, CLASSES), 3, np.zeros(3)).together()
    assert_allclose(whole.mean[0], TABLE.mean(axis=0), atol=1e-14)
    assert_allclose(whole.variance()[0], TABLE.var(axis=0), rtol=1e-13)


def test_merging_with_nothing():
    # 0 / 0 for a class that neither batch has, a mean pulled to zero by a class that one batch lacks
    none = Moments(np.zeros(2), np.zeros((2, 1)), np.zeros((2, 1)))
    some = Moments(np.array([3.0, 0.0]), np.array([[5.0], [0.0]]), np.array([[2.0], [0.0]]))
    light = Moments(np.array([0.25, 0.5]), np.array([[3.0], [0.0]]), np.zeros((2, 1)))  # less than one is not nothing
    heavy = Moments(np.array([0.25, 0.0]), np.array([[5.0], [0.0]]), np.zeros((2, 1)))
    assert light.merged(heavy).mean.tolist() == [[4], [0]]
    assert light.merged(heavy).variance().tolist() == [[1], [0]]
    for found in (none.merged(some), some.merged(none)):
        assert found.weight.tolist() == [3, 0]
        assert found.mean.tolist() == [[5], [0]]
        assert found.scatter.tolist() == [[2], [0]]


@pytest.mark.parametrize("place", [1e150, 1e200, 1e300])
def test_rows_far_from_all_classes(place):
    # −∞ for every class, and NaN for their difference
    X = np.array([[-1.0], [1.0], [9.0], [11.0], [2.0], [8.0]])
    model = GaussianNB(var_smoothing=0.0).fit(X, [0, 0, 0, 0, 1, 1])
    assert model.var_.ravel().tolist() == [26, 9]
    rows = np.array([[place], [-place], [0.0]])
    proba = model.predict_proba(rows)
    assert_array_equal(proba[:2], [[1, 0], [1, 0]])  # the wider class reaches further
    assert 0 < proba[2, 1] < 1
    assert model.predict(rows[:2]).tolist() == [0, 0]
    explanation = model.explain(rows[0])
    assert explanation.table()[-1][2] == explanation.log_odds(0, 1).sum() > 1e297


def test_rows_far_from_all_classes_are_explained():
    # squares that are not those of the prediction
    model = GaussianNB(var_smoothing=0.0).fit(TABLE, CLASSES)
    explanation = model.explain([1e200, -2e200, 3e200])
    assert_allclose(explanation.terms.order.sum(axis=0), explanation.total.order[0], rtol=1e-12)
    assert_allclose(explanation.terms.value.sum(axis=0) + explanation.prior, explanation.total.value[0], rtol=1e-12)


def test_a_row_far_from_one_class_only():
    # a class at a finite distance taken for impossible because another one's squares overflow
    model = GaussianNB(var_smoothing=0.0).fit([[-1e-3], [1e-3], [-1e3], [1e3]], [0, 0, 1, 1])
    joint = model.predict_joint_log_proba([[1e153]])
    assert_allclose(joint, [[-np.inf, -0.5e300]])
    explanation = model.explain([1e153])
    assert_allclose(explanation.contributions, joint)
    assert explanation.table()[-1][2] == explanation.table()[0][2] == np.inf


def test_a_column_without_spread():
    # division by a variance of zero
    X = np.array([[1.0, 0.0], [1.0, 2.0], [3.0, 5.0], [1.0, 9.0]])
    y = np.array(["a", "a", "b", "b"])
    model = GaussianNB(var_smoothing=0.0).fit(X, y)
    with pytest.raises(ValueError, match=r"column 0 does not vary in class 'a'.*var_smoothing=0 .*raise var_smoothing"):
        model.predict(X)
    assert np.isfinite(GaussianNB().fit(X, y).predict_log_proba(X)).all()
    constant = GaussianNB().fit(np.ones((4, 2)), y)
    assert constant.epsilon_ == 0
    with pytest.raises(ValueError, match=r"column 0 does not vary in class 'a'.*give more rows"):
        constant.predict_proba(np.ones((1, 2)))


def test_one_row_at_a_time():
    # a first row whose variance of zero stays, or whose floor is added with each batch
    model = GaussianNB(var_smoothing=0.1)
    for k in range(len(TABLE)):
        model.partial_fit(TABLE[[k]], CLASSES[[k]], classes=[0, 1, 2])
    whole = GaussianNB(var_smoothing=0.1).fit(TABLE, CLASSES)
    for name in ("theta_", "var_", "class_prior_", "epsilon_"):
        assert_allclose(getattr(model, name), getattr(whole, name), rtol=1e-12, atol=1e-15)


def test_a_class_that_has_no_rows_so_far():
    # NaN for a class of weight zero, with and without a floor
    for smoothing in (0.0, 1e-9):
        model = GaussianNB(var_smoothing=smoothing)
        model.partial_fit(TABLE[CLASSES < 2], CLASSES[CLASSES < 2], classes=[0, 1, 2])
        proba = model.predict_proba(TABLE)
        assert_array_equal(proba[:, 2], 0)
        assert_allclose(proba.sum(axis=1), 1)
        assert model.theta_[2].tolist() == [0, 0, 0]


def test_weights_of_zero_and_two():
    # a weight in the number of rows and not in the squares
    weight = np.arange(90) % 3 * 1.0 * (CLASSES > 0) + (CLASSES == 0)
    rows = np.repeat(np.arange(90), weight.astype(int))
    one, other = GaussianNB().fit(TABLE, CLASSES, weight), GaussianNB().fit(TABLE[rows], CLASSES[rows])
    assert_allclose(one.var_, other.var_, rtol=1e-12)
    assert one.epsilon_ == pytest.approx(other.epsilon_, rel=1e-12)


def test_weights_that_add_up_to_less_than_one():
    # a sum of weights below one taken for none
    light, heavy = (GaussianNB().fit(TABLE, CLASSES, np.full(90, weight)) for weight in (2.0**-9, 1.0))
    assert_allclose(light.theta_, heavy.theta_, rtol=1e-13)
    assert_allclose(light.var_, heavy.var_, rtol=1e-13)


@pytest.mark.parametrize(
    ("priors", "message"),
    [
        ([0.5, 0.5], "Number of priors must match number of classes: there are 3, got 2"),
        ([0.5, 0.5, 0.5], "The sum of the priors should be 1, it is 1.5"),
        ([1.5, -0.5, 0.0], "Priors must be non-negative, got -0.5"),
        ([0.0, 0.0, 0.0], "must not all be zero"),
    ],
)
def test_wrong_priors(priors, message):
    # priors that are not probabilities
    with pytest.raises(ValueError, match=message):
        GaussianNB(priors=priors).fit(TABLE, CLASSES)


def test_squares_that_overflow_are_refused():
    # infinite variances, of all columns or of one
    for scale in (1e200, np.array([1, 1e200, 1])):
        with pytest.raises(ValueError, match="squares of a column overflow"):
            GaussianNB().fit(TABLE * scale, CLASSES)


def test_the_score_equations():
    # a certificate that holds for any mean and variance
    model = GaussianNB(var_smoothing=0.01).fit(TABLE, CLASSES)
    for k in range(3):
        difference = TABLE[k == CLASSES] - model.theta_[k]
        assert_allclose(difference.mean(axis=0), 0, atol=1e-14)
        assert_allclose((difference**2).mean(axis=0) + model.epsilon_, model.var_[k], rtol=1e-13)
    single = GaussianNB().fit(TABLE.astype(np.float32) + 1000, CLASSES)
    assert single.certificate_.holds
    assert 1e-10 < single.certificate_.value < single.certificate_.tolerance < 1e-2
