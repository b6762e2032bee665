"""The gradient check must find a wrong gradient."""

import numpy as np
import pytest

from groundup.core.optimize.gradcheck import central_difference, complex_step, gradient_error


def test_right_and_wrong_gradients():
    """Bug caught: a check that passes everything."""
    x = np.random.default_rng(0).normal(size=(3, 2))

    def f(v):
        return float(np.sin(v).sum() + (v**3).sum())

    assert gradient_error(f, lambda v: np.cos(v) + 3 * v**2, x) < 1e-9
    assert gradient_error(f, lambda v: np.cos(v) + 2 * v**2, x) > 1e-2
    assert central_difference(f, x).shape == x.shape


def test_step_grows_with_large_coordinates():
    """Bug caught: a step that vanishes beside 1e8."""
    x = np.array([1e8])
    assert central_difference(lambda v: float(v[0] ** 2), x)[0] == pytest.approx(2e8, rel=1e-6)


def test_complex_step_is_exact():
    """Bug caught: a real step, whose rounding error leaves ten digits of this gradient."""
    x = np.random.default_rng(1).normal(size=(2, 3))
    assert abs(complex_step(lambda v: np.exp(np.sin(v)).sum(), x) - np.exp(np.sin(x)) * np.cos(x)).max() < 1e-15
