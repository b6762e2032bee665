"""Standard errors, tests and deviance: equal to statsmodels'."""

from math import inf

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from groundup import LogisticRegression
from groundup.core.exceptions import NotFittedError


def data(n=400):
    """Features far from the origin, so that an intercept's error left at the centre shows."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3)) * [1, 10, 0.1] + [0, 50, -3]
    z = (X - [0, 50, -3]) @ [1.0, -0.1, 4.0] + 0.4
    return X, (rng.random(n) < 1 / (1 + np.exp(-z))).astype(int)


@pytest.mark.parametrize("intercept", [True, False])
def test_all_of_it_equals_statsmodels(intercept):
    """Bug caught: the penalty's Hessian left in, p(1 − p) inverted, one-sided p, a null model without its intercept."""
    X, y = data()
    if not intercept:
        X = X - [0, 50, -3]
    model = LogisticRegression(C=inf, tol=1e-8, fit_intercept=intercept).fit(X, y)
    ours = model.summary(confidence=0.9)
    theirs = sm.Logit(y, sm.add_constant(X) if intercept else X).fit(disp=0, tol=1e-12)
    assert_allclose(ours.coef, theirs.params, rtol=1e-6)
    assert_allclose(ours.std_error, theirs.bse, rtol=1e-6)
    assert_allclose(ours.z, theirs.tvalues, rtol=1e-6)
    assert_allclose(ours.p, theirs.pvalues, rtol=1e-6)
    interval = theirs.conf_int(0.1)
    assert_allclose(np.column_stack([ours.lower, ours.upper]), interval, rtol=1e-6)
    assert_allclose(np.column_stack([ours.odds_lower, ours.odds_upper]), np.exp(interval), rtol=1e-5)
    assert_allclose(ours.odds_ratio, np.exp(theirs.params), rtol=1e-5)
    assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-6, atol=1e-12)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-9)
    assert ours.deviance == pytest.approx(-2 * theirs.llf, rel=1e-9)
    assert ours.aic == pytest.approx(theirs.aic, rel=1e-9)
    assert ours.bic == pytest.approx(theirs.bic, rel=1e-9)
    if intercept:  # without one, statsmodels still compares with a model that has one
        assert ours.null_log_likelihood == pytest.approx(theirs.llnull, rel=1e-9)
        assert ours.pseudo_r_squared == pytest.approx(theirs.prsquared, rel=1e-9)
        assert ours.likelihood_ratio == pytest.approx(theirs.llr, rel=1e-9)
        assert ours.likelihood_ratio_p == pytest.approx(theirs.llr_pvalue, rel=1e-6, abs=0)
    else:
        assert ours.null_log_likelihood == pytest.approx(len(y) * np.log(0.5), rel=1e-12)


def test_weights_count_rows():
    """Bug caught: weights left out of the information, or of the null model."""
    X, y = data(200)
    w = np.random.default_rng(1).integers(1, 4, len(y))
    ours = LogisticRegression(C=inf, tol=1e-8).fit(X, y, w).summary()
    theirs = sm.GLM(y, sm.add_constant(X), family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-14)
    assert_allclose(ours.std_error, theirs.bse, rtol=1e-6)
    assert ours.deviance == pytest.approx(theirs.deviance, rel=1e-9)
    assert ours.null_deviance == pytest.approx(theirs.null_deviance, rel=1e-9)
    assert ours.n == w.sum()


def test_it_prints_as_a_table():
    """Bug caught: a column without its head, names in another order than the numbers."""
    X, y = data()
    import pandas as pd

    frame = pd.DataFrame(X, columns=["age", "weight", "dose"])
    summary = LogisticRegression(C=inf).fit(frame, y).summary()
    text = str(summary)
    assert repr(summary) == text
    assert summary._repr_html_() == f"<pre>{text}</pre>"
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["intercept", "age", "weight", "dose"]
    assert all(word in text for word in ("odds ratio", "deviance", "pseudo-R²", "AIC", "95%"))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (LogisticRegression(), "needs a fit without a penalty"),
        (LogisticRegression(C=inf), "columns are dependent"),
    ],
)
def test_no_numbers_where_there_are_none(model, message):
    """Bug caught: standard errors of a shrunken, or of an arbitrary, coefficient."""
    X, y = data()
    model.fit(np.hstack([X, X[:, :1]]), y)
    with pytest.raises(ValueError, match=message):
        model.summary()


def test_errors():
    """Bug caught: an interval at a level of 95, inference before the fit, or for three classes."""
    X, y = data()
    with pytest.raises(NotFittedError):
        LogisticRegression(C=inf).summary()
    with pytest.raises(ValueError, match="confidence=95"):
        LogisticRegression(C=inf).fit(X, y).summary(95)
    with pytest.raises(ValueError, match="for two classes, the model has 3"):
        LogisticRegression(C=inf).fit(X, np.random.default_rng(0).integers(0, 3, len(y))).summary()
