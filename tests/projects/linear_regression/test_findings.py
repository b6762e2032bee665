"""The findings of linear regression: each coefficient under its name, and what cannot be inferred."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from groundup import LinearRegression
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.features import Categories, Numbers
from groundup.projects.linear_regression.findings import coefficients


def table(n, d, targets=1):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d))
    y = X @ rng.normal(size=(d, targets)) + rng.normal(size=(n, targets))
    return Dataset("t", "", X, y[:, 0] if targets == 1 else y, tuple(f"c{j}" for j in range(d)), "y")


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_each_coefficient_is_under_its_own_name(fit_intercept):
    """Catches names shifted by the intercept, columns swapped, the note of another fit."""
    data = table(30, 3)
    model = LinearRegression(fit_intercept=fit_intercept).fit(data.X, data.y)
    (found,) = coefficients(model, data)
    names = [row[0] for row in found.rows]
    assert names == ["intercept"] * fit_intercept + ["c0", "c1", "c2"]
    assert dict(zip(names, (row[1] for row in found.rows), strict=True))["c1"] == model.coef_[1]
    summary = model.summary()
    classical = tuple(float(getattr(summary, a)[-1]) for a in ("coef", "std_error", "t", "p", "lower", "upper"))
    robust, inflation = model.robust_std_error(data.X, data.y), model.variance_inflation()
    assert found.rows[-1][1:] == (*classical, robust[-1], inflation[-1])
    assert len(found.head) == 9
    assert f"R² = {summary.r_squared:.6g}" in found.note
    assert f"on {30 - 3 - fit_intercept} degrees of freedom" in found.note
    assert "dependent" not in found.note


@pytest.mark.parametrize(
    ("data", "parameters", "words"),
    [
        (table(30, 2, targets=2), {}, "one target, the model has 2"),
        (table(30, 2), {"positive": True}, "not defined under positive=True"),
        (table(3, 4), {}, "needs more rows than coefficients"),
    ],
)
def test_what_cannot_be_inferred_is_said(data, parameters, words):
    """Catches a run that fails, or an empty table without a reason."""
    (found,) = coefficients(LinearRegression(**parameters).fit(data.X, data.y), data)
    assert found.rows == ()
    assert words in found.note


def test_dependent_columns_are_told():
    """Catches p-values of coefficients that the data does not determine, shown without a word."""
    data = table(30, 5)
    data.X[:, 4] = data.X[:, 0] - data.X[:, 1]
    (found,) = coefficients(LinearRegression().fit(data.X, data.y), data)
    assert "The columns are dependent (rank 4 of 5)" in found.note
    assert [row[0] for row in found.rows if row[4] == row[4]] == ["c2", "c3"]  # p, which is NaN for the others


def shops(levels=("basic", "plus", "pro"), n=150):
    """A table with a category and a number, as a user's table is encoded."""
    rng = np.random.default_rng(8)
    plan = np.array(levels)[np.minimum(rng.integers(0, 4, n), 2)]  # the last level is the most frequent
    age = rng.uniform(18, 80, n).round()
    y = 5 * (plan == "plus") - 2 * (plan == "basic") + 0.1 * age + rng.normal(size=n)
    encoder = TableEncoder(
        (Numbers(name="age", fill=40.0), Categories(name="plan", fill=levels[0], values=tuple(levels)))
    )
    X = np.column_stack([age, *(plan == level for level in levels)]).astype(float)
    return Dataset("shops", "", X, y, encoder.features, "visits", encoder=encoder), plan


def test_levels_are_differences_to_the_most_frequent_one():
    """Catches p-values of all levels at once, which are not estimable, and a reference that is not named."""
    data, plan = shops()
    model = LinearRegression().fit(data.X, data.y)
    before = model.predict(data.X)
    (found,) = coefficients(model, data)
    design = sm.add_constant(np.column_stack([data.X[:, 0], plan == "basic", plan == "plus"]).astype(float))
    peer = sm.OLS(data.y, design).fit()
    assert [row[0] for row in found.rows] == ["intercept", "age", "plan (reference: pro)", "plan=basic", "plan=plus"]
    ours = np.array([row[1:8] for row in found.rows if row[1] != ""])
    theirs = [peer.params, peer.bse, peer.tvalues, peer.pvalues, *peer.conf_int().T, peer.HC3_se]
    assert_allclose(ours, np.transpose(theirs), rtol=1e-8)
    assert "dependent" not in found.note
    assert_allclose(model.predict(data.X), before)


def test_coefficients_are_in_the_users_units():
    """Catches slopes of standard units under the names of the user's columns."""
    plain, _ = shops()
    scale = Scale.of(plain.X)
    data = replace(plain, X=scale.apply(plain.X), scale=scale)
    (found,) = coefficients(LinearRegression().fit(data.X, data.y), data)
    (expected,) = coefficients(LinearRegression().fit(plain.X, plain.y), plain)
    numbers = [[row[1:] for row in table.rows if row[1] != ""] for table in (found, expected)]
    assert_allclose(np.array([row[:7] for row in numbers[0]]), np.array([row[:7] for row in numbers[1]]), rtol=1e-8)
