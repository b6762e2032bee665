"""Doubled arithmetic against exact rationals."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from groundup.core.linalg.double_double import (
    Doubled,
    exponents,
    slice_bits,
    sliced_product,
    slices,
    two_product,
    two_sum,
)


def wild(shape, seed=0):
    """Numbers over forty orders of magnitude."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) * 10.0 ** rng.integers(-20, 20, shape)


def test_sums_and_products_lose_nothing():
    """Bug caught: a swapped operand in an error term."""
    a, b = wild(500), wild(500, 1)
    s, e = two_sum(a, b)
    p, f = two_product(a, b)
    for k in range(500):
        x, y = Fraction(a[k]), Fraction(b[k])
        assert Fraction(s[k]) + Fraction(e[k]) == x + y
        assert Fraction(p[k]) + Fraction(f[k]) == x * y


def test_sum_of_cancelling_numbers():
    """Bug caught: rounding errors of the halving sum thrown away."""
    a = wild(301)
    values = np.concatenate([a, -a, [1e-6]])[:, None]
    np.random.default_rng(0).shuffle(values)
    exact = float(sum(Fraction(v) for v in values[:, 0]))
    assert_allclose(Doubled.exact(values).sum().rounded()[0], exact, rtol=1e-5)
    assert values.sum() != exact  # plain addition does not get there


@pytest.mark.parametrize("shape", [(3, 5, 2), (40, 300, 1), (1, 1, 1)])
def test_sliced_product_has_twice_the_digits(shape):
    """Bug caught: slices so long that their products round, or a pair of slices left out."""
    m, k, t = shape
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(m, k)), rng.normal(size=(k, t))
    bits = slice_bits(k)
    product = sliced_product(slices(A, exponents(A, None), bits), slices(B, exponents(B, None), bits))
    for i in range(m):
        for j in range(t):
            exact = sum((Fraction(x) * Fraction(y) for x, y in zip(A[i], B[:, j], strict=True)), Fraction(0))
            got = Fraction(product.value[i, j]) + Fraction(product.error[i, j])
            assert abs(got - exact) < Fraction(1, 10**25)


def test_slices_add_up_to_the_number():
    """Bug caught: a part lost between slices."""
    a = np.random.default_rng(1).normal(size=1000)
    first, second, rest = slices(a, exponents(a, None), 20)
    np.testing.assert_array_equal((first + second) + rest, a)
    assert (first * 2.0 ** (20 - exponents(a, None)) % 1 == 0).all()


def test_arithmetic_of_doubled():
    """Bug caught: errors dropped by subtraction or scaling."""
    a, b = Doubled.exact(np.array([1.0])), Doubled.exact(np.array([1e-20]))
    tiny = (a + b) - a
    assert tiny.rounded()[0] == 1e-20
    third = Doubled.exact(np.array([1.0])).times(np.array([1 / 3])).times(np.array([3.0]))
    assert third.rounded()[0] == float(3 * Fraction(1 / 3))
