"""Splits of rows."""

import numpy as np
import pytest
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold

from groundup.core.statistics.splits import Splitting, holdout, k_folds, splits, stratified_folds


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


@pytest.mark.parametrize("cv", [[1, 2], [([0, 1],)], [([0.5], [1.0])], np.zeros((2, 2, 3))])
def test_a_split_that_is_no_pair_of_row_numbers_is_told(cv):
    # would catch: an error from deep inside NumPy, or rows chosen by rounding
    with pytest.raises(ValueError, match=r"cv: split 0 must be two sequences of row numbers \(train, test\), got"):
        splits(cv, np.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize("stratified", [True, False])
def test_a_holdout_is_a_split_that_the_seed_decides(stratified):
    # would catch: a row lost or in both parts, another split on the next call, shares of classes left to chance
    y = np.repeat(["a", "b", "c"], [60, 35, 5])
    learned, held_out = holdout(100, 0.2, 7, y if stratified else None)
    assert sorted([*learned, *held_out]) == list(range(100))
    assert len(held_out) == 20
    assert (np.diff(learned) > 0).all()
    assert (np.diff(held_out) > 0).all()
    again = holdout(100, 0.2, 7, y if stratified else None)
    assert np.array_equal(again[1], held_out)
    assert not np.array_equal(holdout(100, 0.2, 8, y if stratified else None)[1], held_out)
    if stratified:
        assert [int((y[held_out] == label).sum()) for label in "abc"] == [12, 7, 1]


def test_a_class_never_loses_its_last_row():
    # would catch: a rare class that the model has never seen, but is tested on
    y = np.array([0] * 30 + [1, 2, 2])
    learned, held_out = holdout(33, 0.6, 0, y)
    assert set(y[learned]) == {0, 1, 2}
    assert (y[held_out] == 2).sum() == 1
    assert len(holdout(33, 0.0, 0)[1]) == 0


def test_pairs_number_all_rows_and_splitters_those_of_positive_weight():
    """Catches rows of weight zero in a fold, and row numbers read as those of other rows."""
    weight = np.array([1.0, 0.0, 2.0, 0.0, 1.0, 3.0])
    X = np.arange(6.0)[weight > 0][:, None]
    pairs = [([0, 1, 5], [2, 3, 4]), (np.array([True, True, False, True, False, False]), [5])]
    found = [(X[train, 0].tolist(), X[test, 0].tolist()) for train, test in splits(pairs, X, X[:, 0], weight=weight)]
    assert found == [([0.0, 5.0], [2.0, 4.0]), ([0.0], [5.0])]
    for cv in (2, KFold(2)):
        found = splits(cv, np.arange(6.0)[:, None], X[:, 0], weight=weight)
        assert [(train.tolist(), test.tolist()) for train, test in found] == [([2, 3], [0, 1]), ([0, 1], [2, 3])]


def test_folds_are_made_when_they_are_asked_for():
    """Catches folds that are as long as the data, all of them kept; and places beyond the last."""
    folds = k_folds(7, 3)
    assert [test.tolist() for _, test in folds] == [[0, 1, 2], [3, 4], [5, 6]]
    assert [test.tolist() for _, test in folds[1:]] == [[3, 4], [5, 6]]
    assert folds[-1][0].tolist() == [0, 1, 2, 3, 4]
    assert folds[1][0] is not folds[1][0]
    with pytest.raises(IndexError, match="there are 3 folds"):
        folds[3]


@pytest.mark.parametrize("weighted", [False, True])
def test_pairs_are_numbers_from_zero(weighted):
    """Bug caught: masks, or numbers that count from the end, taken for a run of consecutive rows."""
    n = 6
    even = np.arange(n) % 2 == 0
    weight = np.array([1.0, 0, 2, 1, 1, 1]) if weighted else None
    kept = np.zeros((n if weight is None else 5, 1))
    (train, test), (last, _) = splits([(even, ~even), (np.array([-2, -1]), [0])], kept, kept[:, 0], weight=weight)
    np.testing.assert_array_equal(train, [0, 1, 3] if weighted else [0, 2, 4])
    np.testing.assert_array_equal(test, [2, 4] if weighted else [1, 3, 5])
    np.testing.assert_array_equal(last, [3, 4] if weighted else [4, 5])
