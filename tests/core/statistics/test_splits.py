"""Splits of rows."""

import numpy as np
import pytest
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold

from groundup.core.statistics.splits import Splitting, k_folds, splits, stratified_folds


@pytest.mark.parametrize(("n", "k"), [(10, 5), (11, 3), (7, 7), (100, 2)])
def test_folds_are_scikit_learns(n, k):
    """Bug caught: remainders put into the last folds, or a test row left in the training."""
    for ours, theirs in zip(k_folds(n, k), KFold(k).split(np.zeros(n)), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_splitters_and_pairs_are_taken_as_they_are():
    """Bug caught: a splitter's shuffling ignored, or a generator of pairs read twice."""
    X, y = np.zeros((20, 1)), np.zeros(20)
    splitter = ShuffleSplit(3, random_state=0)
    for cv in (splitter, list(splitter.split(X)), splitter.split(X)):
        for ours, theirs in zip(splits(cv, X, y), splitter.split(X), strict=True):
            np.testing.assert_array_equal(ours[1], theirs[1])


def test_what_cannot_be_split_is_refused():
    """Bug caught: an empty mean, or an index error far from its cause."""
    with pytest.raises(ValueError, match="at least as many rows, got 3"):
        k_folds(3, 5)
    with pytest.raises(ValueError, match="no splits"):
        splits([], np.zeros((3, 1)), np.zeros(3))
    rule = Splitting()
    assert [rule.allows(v) for v in (2, 5, KFold(3), [([0], [1])])] == [True] * 4
    assert [rule.allows(v) for v in (1, True, 2.5, "5", None)] == [False] * 5


@pytest.mark.parametrize("seed", range(5))
def test_stratified_folds_are_scikit_learns(seed):
    """Bug caught: classes dealt in sorted order instead of that of their appearance; shares off by one row."""
    rng = np.random.default_rng(seed)
    y = np.array(["b", "c", "a"])[rng.choice(3, size=57, p=[0.2, 0.5, 0.3])]
    for ours, theirs in zip(stratified_folds(y, 5), StratifiedKFold(5).split(y, y), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(stratified_folds(y, 4), splits(4, y, y, stratified=True)))
    with pytest.raises(ValueError, match="as many rows of some class"):
        stratified_folds(y, 50)
