"""Schedules and limits of gradients, by numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.core.nn.clipping import ByNorm, ByValue
from groundup.core.nn.schedules import Constant, Cosine, InverseScaling, OneCycle, Step


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (Constant(0.5), {0: 0.5, 7.3: 0.5}),
        (InverseScaling(0.4, 0.5, unit=2), {0: 0.4, 6: 0.2}),
        (InverseScaling(0.3, 1.0), {2: 0.1}),
        (InverseScaling(0.4), {3: 0.2}),
        (Step(2.0, 10), {10: 0.2}),
        (Cosine(1.0, 8), {8: 0.0}),
        (Step(1.0, 10, 0.5), {0: 1.0, 9.9: 1.0, 10: 0.5, 25: 0.25}),
        (Cosine(1.0, 8, 0.2), {0: 1.0, 2: 0.2 + 0.4 * (1 + np.sqrt(0.5)), 4: 0.6, 8: 0.2, 20: 0.2}),
        (OneCycle(2.0, 10), {0: 0.08, 1.5: 1.04, 3: 2.0, 6.5: 1 + 1e-5, 10: 2e-5, 11: 2e-5}),
    ],
    ids=repr,
)
def test_rates(schedule, rates):
    # a period that begins late, a cosine that rises again, a cycle without its first part
    assert_allclose([schedule(t) for t in rates], list(rates.values()), rtol=1e-12)


def test_clipping():
    # clipping by norm that turns the gradient, by value that does not; short gradients that are lengthened
    g = np.array([3.0, -4.0])
    ByNorm(10.0)(g)
    assert_array_equal(g, [3, -4])
    ByNorm(1.0)(g)
    assert_allclose(g, [0.6, -0.8])
    ByValue(0.7)(g)
    assert_allclose(g, [0.6, -0.7])
    zero = np.zeros(2)
    ByNorm(1.0)(zero)
    assert_array_equal(zero, 0)
