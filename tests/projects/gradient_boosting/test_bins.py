"""Quantile bins against scikit-learn's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper

from groundup.projects.gradient_boosting.solvers.histogram import bins as bins_module
from groundup.projects.gradient_boosting.solvers.histogram.bins import count_below, find_bins


def table(n, seed=0):
    """Columns with few and with many different entries, gaps, ties, and one that is constant."""
    rng = np.random.default_rng(seed)
    ties = np.where(rng.random(n) < 0.7, 0.0, rng.normal(size=n))
    gaps = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    return np.column_stack(
        [rng.normal(size=n), rng.integers(0, 10, n), rng.exponential(size=n), gaps, np.ones(n), ties]
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "most"), [(50, 255), (1001, 255), (997, 64), (256, 255), (499, 2)])
def test_edges_and_bins_are_scikit_learns(n, most, weighted):
    """Bug caught: a quantile of another rank, a weight forgotten, an entry on an edge in the next bin."""
    X = table(n)
    weight = np.random.default_rng(1).random(n) + 0.01 if weighted else None
    found = find_bins(X, np.zeros(6, bool), most, weight, seed=0)
    theirs = _BinMapper(n_bins=most + 1, random_state=0).fit(X, sample_weight=weight)
    codes, expected = found.codes(X), theirs.transform(X)
    for j in range(6):
        assert_allclose(found.edges[j], theirs.bin_thresholds_[j], rtol=1e-14)
        there = ~np.isnan(X[:, j])
        assert_array_equal(codes[there, j], expected[there, j])
        assert (codes[~there, j] == found.n_bins[j] - 1).all()
    assert_array_equal(found.has_missing, [False, False, False, True, False, False])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_edges", [0, 1, 2, 127, 128, 254, 255])
def test_bisection_counts_edges_like_searchsorted(n_edges, dtype, monkeypatch):
    """Bug caught: the first or last edge skipped, an entry on an edge above it, a block of rows left out."""
    monkeypatch.setattr(bins_module, "ROWS", 100)
    edges = np.sort(np.random.default_rng(0).normal(size=n_edges))
    x = np.concatenate([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf), [-np.inf, np.inf, 0.0]])
    x = x.astype(dtype)
    assert_array_equal(count_below(edges, x), np.searchsorted(edges, x))


def test_entries_next_to_each_other_and_far_apart_are_told_apart():
    """Bug caught: a middle that rounds to the larger entry, and one that overflows."""
    x = np.array([1.0, np.nextafter(1.0, 2.0), -1e308, 1.7e308, np.nextafter(0.0, 1.0), 0.0])
    X = x[:, None]
    found = find_bins(X, np.zeros(1, bool), 255, None, seed=0)
    assert_array_equal(found.codes(X)[:, 0], x.argsort().argsort())


def test_a_category_is_a_bin_however_rare(monkeypatch):
    """Bug caught: a category that the sample of rows lacks, and that has no bin."""
    monkeypatch.setattr(bins_module, "SAMPLE", 50)
    X = np.column_stack([np.r_[7.0, np.nan, np.arange(998) % 3], np.random.default_rng(0).normal(size=1000)])
    found = find_bins(X, np.array([True, False]), 255, None, seed=0)
    codes = found.codes(X)
    assert_array_equal(found.n_bins, [9, 50])
    assert_array_equal(codes[:4, 0], [7, 8, 0, 1])
    assert np.bincount(codes[:, 1]).max() < 100


def test_a_sample_of_weighted_rows_is_drawn_by_weight(monkeypatch):
    """Bug caught: edges among rows that hardly count."""
    monkeypatch.setattr(bins_module, "SAMPLE", 400)
    X = np.r_[np.linspace(0, 1, 500), np.linspace(10, 11, 500)][:, None]
    weight = np.r_[np.full(500, 1e-9), np.ones(500)]
    edges = find_bins(X, np.zeros(1, bool), 16, weight, seed=0).edges[0]
    assert edges.min() > 10
