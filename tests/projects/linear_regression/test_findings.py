"""The findings of linear regression: each coefficient under its name, and what cannot be inferred."""

import numpy as np
import pytest

from groundup import LinearRegression
from groundup.data.dataset import Dataset
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
    assert found.rows[-1][1:] == tuple(float(getattr(summary, a)[-1]) for a in
                                       ("coef", "std_error", "t", "p", "lower", "upper"))  # fmt: skip
    assert len(found.head) == 7
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
    assert found.note.endswith("The columns are dependent (rank 4 of 5): single coefficients are not estimable.")
