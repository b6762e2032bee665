"""Scores of predictions against scikit-learn."""

import numpy as np
import pytest
import sklearn.metrics

from groundup.core.metrics import (
    explained_variance_score,
    mean_absolute_error,
    mean_squared_error,
    r2_score,
    root_mean_squared_error,
)

SCORES = (
    explained_variance_score, mean_absolute_error, mean_squared_error, r2_score, root_mean_squared_error,
)  # fmt: skip


@pytest.mark.parametrize("targets", [None, 3])
@pytest.mark.parametrize("weighted", [True, False])
def test_scores_equal_scikit_learn(targets, weighted):
    """Bug caught: unweighted mean in R²; targets pooled instead of averaged; a constant error not forgiven."""
    rng = np.random.default_rng(0)
    shape = (30,) if targets is None else (30, targets)
    y, p, w = rng.normal(size=shape), rng.normal(size=shape), rng.uniform(size=30) if weighted else None
    for score in SCORES:
        theirs = getattr(sklearn.metrics, score.__name__)(y, p + 0.5, sample_weight=w)
        assert score(y, p + 0.5, w) == pytest.approx(theirs, rel=1e-12), score.__name__


def test_constant_target():
    """Bug caught: division by a total sum of squares of zero."""
    assert r2_score([2.0, 2.0], [2.0, 2.0]) == 1
    assert r2_score([2.0, 2.0], [1.0, 2.0]) == 0


def test_shapes_must_agree():
    """Bug caught: silent broadcasting of (n,) against (n, 2)."""
    with pytest.raises(ValueError, match="same shape"):
        r2_score([1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("true", "predicted", "message"),
    [
        (3.0, 3.0, r"y_true must have shape \(n,\) or \(n, n_targets\).* got \(\)"),
        ([1.0], 3.0, r"y_pred must have .* got \(\)"),
        ([], [], r"y_true must have .* at least one row .* got \(0,\)"),
        (None, [1.0], "y_true is None"),
        ([1.0, 2.0], [1.0], r"same shape, got \(2,\) and \(1,\)"),
        ([1.0], [10**400], "y_pred has a number beyond the range"),
    ],
)
def test_what_has_no_score_is_told(score, true, predicted, message):
    """Bug caught: errors of len or reshape that name no argument; y_pred called y."""
    with pytest.raises(ValueError, match=message):
        score(true, predicted)
