"""Penalties: each formula against a brute-force minimum or the definition it follows from."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.optimize.penalties import GroupPenalty, Penalty

GRID = np.linspace(-4, 4, 80001)


@pytest.mark.parametrize("penalty", [Penalty(0.7), Penalty(0.7, 0.5), Penalty(0.0, 0.5), Penalty(0.7, 0.5, True)])
@pytest.mark.parametrize("v", [-2.3, -0.2, 0.0, 0.3, 1.9])
@pytest.mark.parametrize("step", [0.4, 2.0])
def test_prox_is_the_minimiser_it_is_defined_as(penalty, v, step):
    # the threshold without the step, the shrinkage by l2 forgotten or on the wrong side, a negative let through
    values = (GRID - v) ** 2 / (2 * step) + penalty.value(GRID[None])
    assert penalty.prox(np.array([v]), step)[0] == pytest.approx(GRID[values.argmin()], abs=1.1e-4)


def test_prox_gives_exact_zeros_and_leaves_the_unpenalised_alone():
    # -0 or 1e-17 instead of zero; an intercept that is penalised
    penalty = Penalty(np.array([1.0, 1.0, 0.0]), np.array([0.0, 3.0, 0.0]))
    assert_array_equal(penalty.prox(np.array([0.5, -1.0, 0.1]), 1.0), [0, 0, 0.1])
    assert penalty.value(np.array([0.0, 0.0, 9.0])) == 0


def test_columns_are_separate_problems_and_rows_have_their_own_weights():
    # values summed over targets, or an l1 of shape (d, 1) broadcast along the wrong axis
    penalty = Penalty(np.array([[1.0], [2.0]]))
    assert_array_equal(penalty.value(np.array([[1.0, 0.0], [-1.0, 3.0]])), [3.0, 6.0])
    assert_array_equal(penalty.restricted_to([1]).prox(np.array([[3.0, -1.0]]), 1.0), [[1.0, 0.0]])


def test_violation_is_the_distance_from_the_subdifferential():
    # a sign; the interval [-l1, l1] at zero forgotten; l2 left out; the one-sided interval of positive coefficients
    w, gradient = np.array([0.0, 0.0, 2.0, -2.0]), np.array([-0.5, 1.5, -2.0, 1.0])
    assert_allclose(Penalty(1.0, 0.25).violation(w, gradient), [0, 0.5, 0.5, 0.5])
    assert_allclose(Penalty(1.0, 0.0, True).violation(np.zeros(2), np.array([5.0, -5.0])), [0, 4])
    assert_array_equal(Penalty(1.0, 0.5).gradient(w), w / 2)


def test_violation_vanishes_where_the_prox_step_stays():
    # optimality and the proximal step, two formulas for one thing, told differently
    rng = np.random.default_rng(0)
    for penalty in (Penalty(0.7, 0.3), Penalty(0.7, 0.3, True), GroupPenalty(0.7, 0.3)):
        w = penalty.prox(rng.normal(size=(9, 3)), 1.0)
        gradient = rng.normal(size=w.shape)
        moved = penalty.prox(w - gradient, 1.0) != w
        assert_array_equal((penalty.violation(w, gradient) > 1e-12).any(1), moved.any(1))
        fixed = penalty.prox(w, 1.0)  # w minimises ‖· − w₀‖²/2 + penalty for w₀ = w − gradient
        assert penalty.violation(fixed, fixed - w).max() < 1e-12


def test_groups_vanish_whole_and_keep_their_direction():
    # thresholds entry by entry (rows half zero), or by the squared length
    penalty = GroupPenalty(l1=1.0, l2=1.0)
    W = penalty.prox(np.array([[3.0, 4.0], [0.6, 0.7], [0.0, 0.0]]), 1.0)
    assert_allclose(W, [[1.2, 1.6], [0, 0], [0, 0]])
    assert penalty.value(W) == pytest.approx(2.0 + 2.0)
    assert_array_equal(penalty.gradient(W), W)


def test_a_group_of_one_is_the_lasso():
    # a group penalty that differs from the plain one where they are the same
    rng = np.random.default_rng(1)
    w, g = rng.normal(size=(20, 1)), rng.normal(size=(20, 1))
    plain, group = Penalty(0.4, 0.2), GroupPenalty(0.4, 0.2)
    assert_allclose(group.prox(w, 0.5), plain.prox(w, 0.5))
    assert group.value(w) == pytest.approx(plain.value(w)[0])
    assert_allclose(group.violation(plain.prox(w, 1.0), g), plain.violation(plain.prox(w, 1.0), g))
    assert group.restricted_to([3]) == group
