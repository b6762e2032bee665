"""Permutation importance against scikit-learn's: the same permutations, the same scores."""

import numpy as np
import pandas as pd
import pytest
import sklearn.inspection
from numpy.testing import assert_allclose, assert_array_equal

from groundup import GradientBoostingRegressor, LinearRegression, LogisticRegression, permutation_importance
from groundup.core.exceptions import InvalidParameterError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
Y = X[:, 0] - 2 * X[:, 1] + RNG.normal(size=120) / 4
W = RNG.random(120)
LABELS = np.where(Y > 0, "yes", "no")
NAMES = ("importances", "importances_mean", "importances_std")


@pytest.mark.parametrize(
    ("model", "y", "scoring"),
    [
        (LinearRegression(), Y, None),
        (LinearRegression(), Y, "neg_mean_absolute_error"),
        (LogisticRegression(), LABELS, None),
        (LogisticRegression(), LABELS, "neg_log_loss"),
        (LogisticRegression(), LABELS, "accuracy"),
        (GradientBoostingRegressor(n_estimators=5), Y, "r2"),
    ],
)
@pytest.mark.parametrize("weight", [None, W], ids=["no weights", "weights"])
def test_importances_are_scikit_learns(model, y, scoring, weight):
    """Bug caught: another permutation, columns that stay shuffled, a rise in place of a fall, weights left out."""
    model.fit(X, y)
    asked = {"scoring": scoring, "n_repeats": 4, "random_state": 3, "sample_weight": weight}
    found = permutation_importance(model, X, y, **asked)
    expected = sklearn.inspection.permutation_importance(model, X, y, **asked)
    for name in NAMES:
        assert found[name].shape == expected[name].shape
        assert_allclose(found[name], expected[name], rtol=1e-12, atol=1e-12)


def test_several_scores_have_names():
    """Bug caught: one score for all names."""
    model = LinearRegression().fit(X, Y)
    found = permutation_importance(model, X, Y, scoring=["r2", "neg_mean_squared_error"], random_state=0)
    assert list(found) == ["r2", "neg_mean_squared_error"]
    for name, one in found.items():
        alone = permutation_importance(model, X, Y, scoring=name, random_state=0)
        assert_array_equal(one.importances, alone.importances)
    own = permutation_importance(model, X, Y, scoring=lambda m, A, b: {"r2": m.score(A, b)}, random_state=0)
    assert_array_equal(own["r2"].importances, found["r2"].importances)


def test_frames_keep_the_types_of_their_columns():
    """Bug caught: a column that loses its name or type, the caller's table shuffled."""
    frame = pd.DataFrame(X, columns=list("abc")).astype({"c": "float32"})
    before = frame.copy()
    seen = []

    class Watched(LinearRegression):
        def score(self, X, y, sample_weight=None):
            seen.append(X.dtypes.tolist())
            return super().score(X, y, sample_weight)

    model = Watched().fit(frame, Y)
    found = permutation_importance(model, frame, Y, random_state=0)
    pd.testing.assert_frame_equal(frame, before)
    assert all(types == frame.dtypes.tolist() for types in seen)
    table, plain = frame.to_numpy(dtype=float), LinearRegression()
    expected = permutation_importance(plain.fit(table, Y), table, Y, random_state=0)
    assert_allclose(found.importances, expected.importances, rtol=1e-12, atol=1e-12)


def test_some_rows_are_scored_after_shuffling():
    """Bug caught: targets or weights of other rows than the shuffled ones."""
    model = LinearRegression().fit(X, Y)
    for size in (60, 0.5):
        found = permutation_importance(model, X, Y, max_samples=size, sample_weight=W, random_state=0)
        assert_allclose(found.importances_mean[:2], [0.4, 1.6], atol=0.5)
        assert abs(found.importances_mean[2]) < 0.05
    with pytest.raises(ValueError, match="max_samples must be <= n_samples"):
        permutation_importance(model, X, Y, max_samples=121)
    with pytest.raises(InvalidParameterError, match="scoring='r3' is not allowed"):
        permutation_importance(model, X, Y, scoring="r3")
    with pytest.raises(InvalidParameterError, match="n_repeats=0"):
        permutation_importance(model, X, Y, n_repeats=0)
