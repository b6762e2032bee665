"""Platt's sigmoid and the coupling of pairs, against scikit-learn and the textbook."""

import warnings

import numpy as np
import pytest
from sklearn import svm as reference
from sklearn.calibration import _sigmoid_calibration
from sklearn.datasets import load_iris

from groundup import SVC, NuSVC
from groundup.core.exceptions import NotFittedError
from groundup.projects.support_vector_machine import textbook
from groundup.projects.support_vector_machine.models.pairs import Part
from groundup.projects.support_vector_machine.solvers.sigmoid import couple, fit_sigmoid, pair_probabilities

X, Y = load_iris(return_X_y=True)
RNG = np.random.default_rng(7)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_sigmoid_is_that_of_scikit_learn_and_the_textbook(size):
    """Catches targets of 1 and 0, a slope with the other sign, and steps that overshoot."""
    f = RNG.normal(size=200)
    y = np.where(f + RNG.normal(size=200) > 0.3, 1, -1)
    A, B = fit_sigmoid(size * f, y > 0)
    expected = _sigmoid_calibration(f, y)
    np.testing.assert_allclose([A * size, B], expected, rtol=1e-4)
    *_, theta = textbook.platt(f, y, 30)
    np.testing.assert_allclose([A * size, B], theta, rtol=1e-8)


def test_sigmoids_of_extreme_values_are_finite():
    """Catches log(0) for scores of a million, equal scores, and classes that are told apart without an error."""
    for f in (np.full(20, 3.0), np.where(np.arange(20) < 10, -1e6, 1e6), np.zeros(20)):
        A, B = fit_sigmoid(f, np.arange(20) >= 10)
        p = 1 / (1 + np.exp(A * f + B))
        assert np.isfinite(p).all()
        assert (p > 0).all()
    A, B = fit_sigmoid(np.full(20, 3.0), np.arange(20) >= 10)
    assert pytest.approx(0.0, abs=1e-9) == A * 3 + B


def test_nothing_is_impossible():
    """Catches probabilities of exactly 0 and 1, whose logarithms are infinite."""
    p = pair_probabilities(np.array([[1e6, -1e6, 1e6]]), -np.ones(3), np.zeros(3))
    np.testing.assert_allclose(p, [[1 - 1e-7, 1e-7, 1 - 1e-7]], rtol=1e-14)
    assert (couple(p, 3) > 0).all()


def test_pairs_are_coupled_as_in_libsvm():
    """Catches a probability of the pair the wrong way round, and a sum that is not one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs = reference.SVC(probability=True, random_state=0, decision_function_shape="ovo").fit(X, Y)
        expected, A, B = theirs.predict_proba(X), theirs.probA_, theirs.probB_
    found = couple(pair_probabilities(theirs.decision_function(X), A, B), 3)
    np.testing.assert_allclose(found, expected, atol=0.005)  # LIBSVM stops its iteration at 0.005 / K
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-14)


def test_coupling_returns_probabilities_that_agree():
    """Catches a linear system with the wrong diagonal: consistent pairs have one solution."""
    p = np.array([[0.5, 0.3, 0.2], [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]])
    pairs = np.column_stack([p[:, i] / (p[:, i] + p[:, j]) for i, j in ((0, 1), (0, 2), (1, 2))])
    np.testing.assert_allclose(couple(pairs, 3), p, atol=1e-12)


def test_folds_do_not_see_their_own_rows():
    """Catches machines that are calibrated on the rows of their fit, and rows that are in no fold or in two."""
    rows, signs = 3 * np.arange(23), np.where(np.arange(23) % 3, 1.0, -1.0)
    folds = Part(0, rows, signs).folds(np.random.default_rng(0))
    for fold in folds:
        np.testing.assert_array_equal(np.sort(np.append(fold.rows, fold.held_out)), rows)
        np.testing.assert_array_equal(fold.signs, signs[fold.rows // 3])
        np.testing.assert_array_equal(fold.held_out_signs, signs[fold.held_out // 3])
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.held_out for fold in folds])), rows)


def test_a_resumed_fit_keeps_its_folds():
    """Catches folds that are drawn again."""
    states = list(SVC(probability=True).steps(X[:100], Y[:100]))
    *_, last = SVC(probability=True).steps(X[:100], Y[:100], start=states[-3])
    for found, expected in zip(last.parts, states[-1].parts, strict=True):
        np.testing.assert_array_equal(found.alpha, expected.alpha)


def test_probabilities_are_close_to_those_of_scikit_learn():
    """Catches sigmoids of the other class, and slopes in the place of offsets; the folds themselves are drawn."""
    for ours, theirs in ((SVC, reference.SVC), (NuSVC, reference.NuSVC)):
        model = ours(probability=True, random_state=0).fit(X, Y)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            expected = theirs(probability=True, random_state=0).fit(X, Y).predict_proba(X)
        assert np.abs(model.predict_proba(X) - expected).mean() < 0.01
        np.testing.assert_allclose(np.log(model.predict_proba(X)), model.predict_log_proba(X), rtol=1e-12)
        two = ours(probability=True, random_state=0).fit(X[:100], Y[:100])
        p = two.predict_proba(X[:100])
        np.testing.assert_array_equal(p.argmax(axis=1), Y[:100])
        np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-14)


def test_probabilities_are_there_when_asked_for():
    """Catches a method that fails only when it is called."""
    assert not hasattr(SVC(), "predict_proba")
    assert not hasattr(SVC(probability="deprecated"), "predict_log_proba")
    model = SVC().fit(X, Y)
    assert (model.probA_.size, model.probB_.size) == (0, 0)
    model.probability = True
    with pytest.raises(NotFittedError, match="not available when fitted with probability=False"):
        model.predict_proba(X)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("machine", [SVC, NuSVC])
def test_probabilities_of_single_precision(machine, classes):
    """Catches double precision where the votes, the sigmoids or the coupling compute in it."""
    some = np.isin(Y, range(classes))
    rows, labels = X[some].astype(np.float32), Y[some]
    model = machine(probability=True, random_state=0).fit(rows, labels)
    double = machine(probability=True, random_state=0).fit(rows.astype(float), labels)
    for method in ("decision_function", "predict_proba", "predict_log_proba"):
        found = getattr(model, method)(rows)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, getattr(double, method)(rows.astype(float)), rtol=2e-5, atol=2e-6)
