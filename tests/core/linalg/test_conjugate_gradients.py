"""Conjugate gradients on a system whose solution is known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linalg.conjugate_gradients import conjugate_gradients

RNG = np.random.default_rng(0)
A = RNG.normal(size=(12, 12))
H = A @ A.T + np.eye(12)
LOW = RNG.normal(size=(12, 1))


@pytest.mark.parametrize("preconditioner", [lambda g: g, lambda g: np.linalg.inv(H + 0.1 * np.eye(12)) @ g])
def test_conjugate_gradients_solve(preconditioner):
    """Bug caught: Fletcher and Reeves' quotient with the plain residual instead of the preconditioned one."""
    x = conjugate_gradients(lambda v: H @ v, LOW, preconditioner, tolerance=1e-12)
    assert_allclose(H @ x, LOW, rtol=0, atol=1e-10)


def test_conjugate_gradients_stop_where_there_is_no_curvature():
    """Bug caught: a division by zero along a direction that changes nothing."""
    flat = np.diag([1.0, 0.0])
    b = np.array([[2.0], [0.0]])
    assert_allclose(conjugate_gradients(lambda v: flat @ v, b, lambda g: g, 1e-10), [[2.0], [0.0]])
    assert not conjugate_gradients(lambda v: 0 * v, b, lambda g: g, 1e-10).any()
