"""The functions `k_means` and `kmeans_plusplus`: what scikit-learn's of the same names return."""

import numpy as np
import pytest
import scipy.sparse
import sklearn.cluster
from sklearn.datasets import make_blobs

from groundup import KMeans, k_means, kmeans_plusplus

X = make_blobs(300, 4, centers=5, random_state=0)[0]
WEIGHT = np.arange(300) % 3 / 2.0


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array, scipy.sparse.csc_array])
def test_k_means_returns_what_scikit_learns_does(form):
    """Catches another order of the results, weights that are dropped, and parameters that do not arrive."""
    how = {"init": X[:5], "sample_weight": WEIGHT, "max_iter": 40, "tol": 1e-8, "return_n_iter": True}
    ours, theirs = k_means(form(X), 5, **how), sklearn.cluster.k_means(X, 5, n_init=1, **how)
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert len(k_means(form(X), 5, random_state=0)) == 3


def test_k_means_is_the_model(capsys):
    """Catches parameters of the model that the function forgets."""
    model = KMeans(4, init="random", n_init=3, random_state=1, algorithm="elkan").fit(X)
    centers, label, inertia = k_means(X, 4, init="random", n_init=3, random_state=1, algorithm="elkan", verbose=True)
    np.testing.assert_array_equal(centers, model.cluster_centers_)
    np.testing.assert_array_equal(label, model.labels_)
    assert inertia == model.inertia_
    assert capsys.readouterr().out.count("Initialization complete") == 3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array])
def test_kmeans_plusplus_returns_rows_and_their_numbers(form, dtype):
    """Catches centres that are not exactly the rows, rows of weight zero, numbers among the rows of positive weight."""
    data = (X + 1000).astype(dtype)
    for seed in range(5):
        centers, indices = kmeans_plusplus(form(data), 5, sample_weight=WEIGHT, random_state=seed)
        np.testing.assert_array_equal(centers, data[indices])
        assert centers.dtype == dtype
        assert (WEIGHT[indices] > 0).all()
        assert len(set(indices.tolist())) == 5


def test_kmeans_plusplus_draws_the_same_rows_of_sparse_ones_and_in_single_precision():
    """Catches probabilities that depend on the container."""
    for seed in range(20):
        drawn = [
            kmeans_plusplus(data, 6, random_state=seed)[1]
            for data in (X.astype(np.float32), X.astype(np.float32).astype(float), scipy.sparse.csr_array(X))
        ]
        np.testing.assert_array_equal(drawn[0], drawn[1])
        np.testing.assert_array_equal(kmeans_plusplus(X, 6, random_state=seed)[1], drawn[2])


def test_more_trials_make_better_starts():
    """Catches `n_local_trials` that is ignored."""

    def potential(trials):
        starts = [kmeans_plusplus(X, 5, random_state=seed, n_local_trials=trials)[0] for seed in range(30)]
        return np.mean([((X[:, None] - C) ** 2).sum(axis=2).min(axis=1).sum() for C in starts])

    assert potential(20) < 0.9 * potential(1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x_squared_norms": np.ones(7)}, "length of x_squared_norms 7 should be equal to the length of n_samples 300"),
        ({"n_clusters": 301}, r"n_samples=300 should be >= n_clusters=301"),
        ({"n_clusters": 0}, "kmeans_plusplus: n_clusters=0 is not allowed"),
        ({"n_local_trials": 0}, "kmeans_plusplus: n_local_trials=0 is not allowed"),
        ({"random_state": "seed"}, "kmeans_plusplus: random_state='seed' is not allowed"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    """Catches values that are ignored, and errors from deep inside NumPy."""
    with pytest.raises(ValueError, match=message):
        kmeans_plusplus(X, **{"n_clusters": 3, **arguments})


def test_the_flag_of_k_means_is_checked():
    """Catches any value that is taken for true."""
    with pytest.raises(ValueError, match="k_means: return_n_iter='yes' is not allowed"):
        k_means(X, 3, return_n_iter="yes")
