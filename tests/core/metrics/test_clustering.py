"""Scores of groupings: numbers equal to scikit-learn's."""

import tracemalloc

import numpy as np
import pytest
import sklearn.metrics as reference

from groundup.core import metrics

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(300, 4)) + 5 * GENERATOR.integers(0, 3, 300)[:, None]
LABELS = GENERATOR.integers(0, 4, 300)
INTERNAL = ("silhouette_score", "davies_bouldin_score", "calinski_harabasz_score")

CASES = {
    "arbitrary": (X, LABELS),
    "names, one row alone": (X, np.array(["b", "a", "c"])[np.append(np.arange(299) % 2, 2)]),
    "copies of rows": (np.repeat(X[:20], 5, axis=0), np.repeat(LABELS[:20], 5)),
    "one column": (X[:, :1], LABELS),
    "groups of one place": (np.repeat(np.eye(3), 4, axis=0), np.repeat([5, 1, 9], 4)),
    "same place, two groups": (np.zeros((6, 2)), np.array([0, 0, 0, 1, 1, 1])),
}


def apart(rows):
    """All distances, without cancellation."""
    return np.linalg.norm(rows[:, None] - rows, axis=2)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", INTERNAL)
def test_internal_scores_equal_scikit_learns(name, case):
    """Catches a wrong denominator (n − K, size − 1), a group compared with itself, squared for plain distances."""
    rows, labels = CASES[case]
    if name == "silhouette_score":  # from true distances: scikit-learn's own leave 1e-8 between equal rows
        theirs = reference.silhouette_score(apart(rows), labels, metric="precomputed")
    else:
        theirs = getattr(reference, name)(rows, labels)
    assert getattr(metrics, name)(rows, labels) == pytest.approx(theirs, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", INTERNAL)
def test_scores_do_not_depend_on_the_origin(name):
    """Catches distances from raw numbers: far from the origin they have few digits."""
    near, far = (getattr(metrics, name)(rows, LABELS) for rows in (X, X + 1e6))
    assert far == pytest.approx(near, rel=1e-7)


def test_silhouette_of_every_row():
    """Catches an order of rows that is lost by sorting them into groups."""
    theirs = reference.silhouette_samples(X, LABELS)
    np.testing.assert_allclose(metrics.silhouette_samples(X, LABELS), theirs, rtol=1e-10, atol=1e-13)


def test_silhouette_never_holds_all_distances():
    """Catches an n × n matrix: 128 MB here."""
    rows = GENERATOR.normal(size=(4000, 2))
    labels = GENERATOR.integers(0, 3, 4000)
    tracemalloc.start()
    metrics.silhouette_score(rows, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10e6


@pytest.mark.parametrize(
    ("true", "predicted"),
    [
        (LABELS, GENERATOR.integers(0, 7, 300)),
        (LABELS, (LABELS + 1) % 4),
        (["a", "a", "b"], [1, 1, 1]),
        ([0, 1, 2], [0, 1, 2]),
        ([0, 0, 1, 1], [0, 1, 0, 1]),
        ([0, 0], [0, 0]),
        ([0], [3]),
    ],
)
def test_adjusted_rand_equals_scikit_learns(true, predicted):
    """Catches a missing correction for chance, and 0/0 for trivial groupings."""
    assert metrics.adjusted_rand_score(true, predicted) == pytest.approx(
        reference.adjusted_rand_score(true, predicted), abs=1e-12
    )


@pytest.mark.parametrize("name", INTERNAL)
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros(300), r"Number of labels is 1. Valid values are 2 to n_samples - 1 = 299"),
        (np.arange(300), "Number of labels is 300"),
        (LABELS[:-1], "one entry for each row of X, got 299 for 300 rows"),
        (np.zeros((300, 2)), r"labels must have shape \(n,\), got \(300, 2\)"),
    ],
)
def test_errors(name, labels, message):
    """Catches NaN scores for groupings that cannot be scored."""
    with pytest.raises(ValueError, match=message):
        getattr(metrics, name)(X, labels)


def test_groupings_of_different_length():
    """Catches comparing only the first rows."""
    with pytest.raises(ValueError, match="same length, got 3, 2"):
        metrics.adjusted_rand_score([0, 1, 1], [0, 1])


def test_adjusted_rand_of_very_many_groups_needs_little_memory():
    # would catch: a table of all pairs of groups, 3 GB here
    rng = np.random.default_rng(0)
    true, predicted = rng.permutation(20_000), rng.permutation(20_000)
    true[1] = true[0]
    tracemalloc.start()
    value = metrics.adjusted_rand_score(true, predicted)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert value == 0
    assert peak < 1 << 24
