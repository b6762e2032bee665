"""Tail probabilities and quantiles against SciPy."""

import numpy as np
import pytest
import scipy.stats
from numpy.testing import assert_allclose

from groundup.core.statistics.distributions import chi2_tail, f_tail, normal_quantile, normal_tail, t_quantile, t_tail

DEGREES = (1, 2, 3, 7, 30, 200, 1e4, 99_899, 1e6)


@pytest.mark.parametrize("df", DEGREES)
def test_t_tail(df):
    """Bug caught: small tails computed as 1 − cdf (no digits left), or no tail near t = 0."""
    t = np.array([0, 1e-3, -0.1, 1, 2, 5, 20])
    assert_allclose(t_tail(t, df), 2 * scipy.stats.t.sf(np.abs(t), df), rtol=1e-9)
    assert t_tail(np.inf, df) == 0


def test_t_tail_near_zero():
    """Bug caught: t² lost beside the degrees of freedom; with one degree the tail is 1 − 2 arctan(t) / π."""
    assert 1 - t_tail(1e-8, 1) == pytest.approx(2e-8 / np.pi, rel=1e-7)


@pytest.mark.parametrize("df", DEGREES)
def test_t_quantile_inverts_the_tail(df):
    """Bug caught: one-sided quantile used for a two-sided interval."""
    for tail in (0.5, 0.05, 0.01, 1e-6):
        assert_allclose(t_quantile(tail, df), scipy.stats.t.isf(tail / 2, df), rtol=1e-9)


@pytest.mark.parametrize("df1", [1, 3, 10, 100])
@pytest.mark.parametrize("df2", [1, 5, 50, 1e5, 1e6])
def test_f_tail(df1, df2):
    """Bug caught: the two degrees of freedom exchanged."""
    f = np.array([1e-3, 0.5, 1, 2, 3])
    assert_allclose(f_tail(f, df1, df2), scipy.stats.f.sf(f, df1, df2), rtol=1e-8)
    assert f_tail(np.inf, df1, df2) == 0


def test_normal_quantile():
    """Bug caught: quantiles of the wrong tail."""
    p = np.array([[0.01, 0.5], [0.9, 0.975]])
    assert_allclose(normal_quantile(p), scipy.stats.norm.ppf(p), rtol=1e-12, atol=1e-15)


def test_normal_tail():
    """Bug caught: one tail for two; 1 − cdf, which is zero from nine standard deviations on."""
    z = np.array([[0.0, -1.0], [9.0, 30.0]])
    assert_allclose(
        normal_tail(z), 2 * scipy.stats.norm.sf(np.abs(z)), rtol=1e-12
    )  # rounding z² = 900 alone costs 1e-13


@pytest.mark.parametrize("df", [1, 2, 3, 10, 31])
def test_chi2_tail(df):
    """Bug caught: even and odd degrees of freedom exchanged, one term too many."""
    for x in (1e-3, 0.5, 3.0, 40.0, 400.0):
        assert chi2_tail(x, df) == pytest.approx(scipy.stats.chi2.sf(x, df), rel=1e-11)
