"""Inference of linear regression against statsmodels, and intervals against simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from statsmodels.stats.outliers_influence import variance_inflation_factor

from groundup import LinearRegression

STATISTICS = {
    "std_error": "bse",
    "t": "tvalues",
    "p": "pvalues",
    "r_squared": "rsquared",
    "adjusted_r_squared": "rsquared_adj",
    "f": "fvalue",
    "f_p": "f_pvalue",
    "log_likelihood": "llf",
    "aic": "aic",
    "bic": "bic",
    "df_residual": "df_resid",
    "df_model": "df_model",
    "condition": "condition_number",
}


def data(n=80, d=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * [1, 10, 0.1, 3] + [0, 5, 1, -2]
    return X, X @ [1.0, 0.2, -3.0, 0.0] + 2 + rng.normal(size=n), rng.uniform(0.2, 3, n)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_summary_equals_statsmodels(fit_intercept, weighted):
    """Bug caught: 1/n variances, R² about the wrong mean, AIC without the intercept, forgotten weights."""
    X, y, weight = data()
    weight = weight if weighted else None
    ours = LinearRegression(fit_intercept=fit_intercept).fit(X, y, weight).summary()
    design = sm.add_constant(X) if fit_intercept else X
    peer = (sm.WLS(y, design, weights=weight) if weighted else sm.OLS(y, design)).fit()
    for name, theirs in STATISTICS.items():
        assert_allclose(getattr(ours, name), getattr(peer, theirs), rtol=1e-8, err_msg=name)
    assert_allclose(np.stack([ours.lower, ours.upper], 1), peer.conf_int(), rtol=1e-8)
    assert_allclose(ours.covariance, peer.cov_params(), rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("solver", ["auto", "qr", "svd", "cholesky"])
def test_frequency_weights_count_rows(fit_intercept, solver):
    """Bug caught: frequency weights treated as precisions, which leaves the degrees of freedom too small."""
    X, y, _ = data()
    weight = np.random.default_rng(1).integers(0, 4, len(X))
    weighted = LinearRegression(fit_intercept=fit_intercept, solver=solver).fit(X, y, weight)
    whole = LinearRegression(fit_intercept=fit_intercept).fit(X.repeat(weight, 0), y.repeat(weight))
    ours, repeated = weighted.summary(weights="frequency"), whole.summary()
    for name in ("lower", "upper"):
        band = weighted.predict_interval(X, weights="frequency")
        assert_allclose(getattr(band, name), getattr(whole.predict_interval(X), name), rtol=1e-9)
    for name in STATISTICS:
        assert_allclose(getattr(ours, name), getattr(repeated, name), rtol=1e-9, err_msg=name)


def test_rows_of_weight_zero_are_absent():
    """Bug caught: rows without weight counted among the observations."""
    X, y, weight = data()
    weight[::5] = 0
    with_them, without = (
        LinearRegression().fit(X[rows], y[rows], weight[rows]).summary() for rows in (weight >= 0, weight > 0)
    )
    for name in STATISTICS:
        assert_allclose(getattr(with_them, name), getattr(without, name), rtol=1e-9, err_msg=name)


def test_inference_remembers_how_the_model_was_fitted():
    """Bug caught: inference that reads a hyper-parameter which was changed after the fit."""
    X, y, _ = data()
    model = LinearRegression().fit(X, y[:, None])
    before = model.summary()
    model.set_params(fit_intercept=False, positive=True)
    assert_allclose(model.summary().std_error, before.std_error)
    assert len(before.std_error) == X.shape[1] + 1


@pytest.mark.parametrize("weighted", [True, False])
def test_influence_equals_statsmodels(weighted):
    """Bug caught: leverage without the intercept's 1/n, Cook's distance with the wrong p."""
    X, y, weight = data()
    if weighted:  # statsmodels defines influence for whitened rows: compare with those
        root = np.sqrt(weight)[:, None]
        peer = sm.OLS(y * root[:, 0], np.column_stack([root, X * root])).fit().get_influence()
        model = LinearRegression().fit(X, y, weight)
        ours = model.influence(X, y, weight)
    else:
        peer = sm.OLS(y, sm.add_constant(X)).fit().get_influence()
        ours = LinearRegression().fit(X, y).influence(X, y)
    assert_allclose(ours.leverage, peer.hat_matrix_diag, rtol=1e-8)
    assert_allclose(ours.studentized, peer.resid_studentized_internal, rtol=1e-8)
    assert_allclose(ours.deleted, peer.resid_studentized_external, rtol=1e-8)
    assert_allclose(ours.cook, peer.cooks_distance[0], rtol=1e-8)


def test_cook_is_what_leaving_a_row_out_does():
    """Bug caught: a formula that agrees with a library but not with its meaning."""
    X, y, _ = data(n=30)
    model = LinearRegression().fit(X, y)
    ours, p = model.influence(X, y), X.shape[1] + 1
    variance = model.summary().residual_std_error ** 2
    for row in range(5):
        keep = np.arange(len(X)) != row
        without = LinearRegression().fit(X[keep], y[keep])
        moved = ((model.predict(X) - without.predict(X)) ** 2).sum() / (p * variance)
        assert_allclose(ours.cook[row], moved, rtol=1e-8)


@pytest.mark.parametrize("kind", ["mean", "prediction"])
def test_intervals_equal_statsmodels(kind):
    """Bug caught: the new observation's own noise forgotten, or added to the mean's band."""
    X, y, _ = data()
    new = X[:7] * 1.3
    ours = LinearRegression().fit(X, y).predict_interval(new, confidence=0.9, kind=kind)
    frame = sm.OLS(y, sm.add_constant(X)).fit().get_prediction(sm.add_constant(new)).summary_frame(alpha=0.1)
    side = {"mean": "mean_ci", "prediction": "obs_ci"}[kind]
    assert_allclose(ours.prediction, frame["mean"], rtol=1e-10)
    assert_allclose(ours.lower, frame[f"{side}_lower"], rtol=1e-8)
    assert_allclose(ours.upper, frame[f"{side}_upper"], rtol=1e-8)


def test_intervals_cover_as_often_as_they_claim():
    """Bug caught: a normal quantile where Student's is due; with 6 rows it covers 87 % instead of 95 %."""
    rng, inside = np.random.default_rng(0), 0
    X = np.arange(6.0)[:, None]
    for _ in range(2000):
        y = 1 + 2 * X[:, 0] + rng.normal(size=6)
        band = LinearRegression().fit(X, y).predict_interval([[2.2]], kind="mean")
        inside += band.lower[0] <= 1 + 2 * 2.2 <= band.upper[0]
    assert 0.935 < inside / 2000 < 0.965


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (LinearRegression(positive=True).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 3.0]), "positive"),
        (LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), "more rows than coefficients"),
        (LinearRegression().fit([[0.0], [1.0], [2.0]], np.eye(3)), "one target"),
    ],
)
def test_inference_that_is_not_defined_says_why(model, message):
    """Bug caught: division by zero degrees of freedom; inference under a constraint."""
    with pytest.raises(ValueError, match=message):
        model.summary()


@pytest.mark.parametrize("confidence", [0, 1, 95, float("nan"), "0.95"])
def test_confidence_is_a_fraction(confidence):
    """Bug caught: 95 taken for a level."""
    X, y, _ = data()
    with pytest.raises(ValueError, match="between 0 and 1"):
        LinearRegression().fit(X, y).summary(confidence)


def test_the_table_shows_names_and_estimates():
    """Bug caught: rows of the printed table out of step with the coefficients."""
    import pandas as pd

    X, y, _ = data()
    model = LinearRegression().fit(pd.DataFrame(X, columns=["a", "b", "c", "dd"]), y)
    lines = str(model.summary()).splitlines()
    assert lines[1].split()[0] == "intercept"
    assert [line.split()[0] for line in lines[2:6]] == ["a", "b", "c", "dd"]
    assert float(lines[3].split()[1]) == pytest.approx(model.coef_[1], rel=1e-4)
    assert repr(model.summary()).splitlines() == lines
    assert model.summary()._repr_html_().startswith("<pre>")


def test_dependent_columns_are_told():
    """Bug caught: standard errors of coefficients that the data cannot tell apart, printed without a word."""
    X, y, _ = data()
    dependent = LinearRegression().fit(np.column_stack([X, X[:, 0] - X[:, 1]]), y)
    assert "rank 4 of 5" in str(dependent.summary())
    assert "rank" not in str(LinearRegression().fit(X, y).summary())


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_robust_errors_equal_statsmodels(fit_intercept, weighted):
    """Bug caught: leverage without the intercept, weights once too often, n − p for n, HC2 and HC3 exchanged."""
    X, y, weight = data()
    y = y + 3 * np.abs(X[:, 0]) * np.random.default_rng(7).normal(size=len(y))  # noise of unequal size
    weight = weight if weighted else None
    design = sm.add_constant(X) if fit_intercept else X
    peer = (sm.WLS(y, design, weights=weight) if weighted else sm.OLS(y, design)).fit()
    model = LinearRegression(fit_intercept=fit_intercept).fit(X, y, weight)
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        ours = model.robust_std_error(X, y, weight, kind=kind)
        assert_allclose(ours, getattr(peer, f"{kind}_se"), rtol=1e-8, err_msg=kind)
    with pytest.raises(ValueError, match="HC4"):
        model.robust_std_error(X, y, weight, kind="HC4")


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_variance_inflation_equals_statsmodels(fit_intercept):
    """Bug caught: R² about zero in place of the mean, and a finite factor for a column that is a sum of others."""
    X, y, _ = data()
    X = np.column_stack([X, X[:, 0] + 0.1 * X[:, 1] + np.random.default_rng(2).normal(size=len(X))])
    model = LinearRegression(fit_intercept=fit_intercept).fit(X, y)
    design = sm.add_constant(X) if fit_intercept else X
    first = int(fit_intercept)
    theirs = [variance_inflation_factor(design, j, standardize=fit_intercept) for j in range(first, design.shape[1])]
    assert_allclose(model.variance_inflation(), theirs, rtol=1e-8)
    dependent = np.column_stack([X[:, :3], X[:, 0] - X[:, 1]])
    factors = LinearRegression(fit_intercept=fit_intercept).fit(dependent, y).variance_inflation()
    assert np.isinf(factors[[0, 1, 3]]).all()
    assert factors[2] == pytest.approx(
        LinearRegression(fit_intercept=fit_intercept).fit(dependent[:, :3], y).variance_inflation()[2]
    )
