"""Contracts about memory: maps are read block by block, also folds and rows with weights; sparse rows stay sparse."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from sklearn.model_selection import KFold

import groundup
from contracts.examples import SEARCH

ROWS, COLUMNS = 20_000, 60
BLOCK_BYTES = 2**14  # So that blocks, which do not grow with the map, are small next to it.
LARGEST_SHARE = 0.7  # Of the bytes of the map; a copy of a fold takes three quarters of them or more.
MODELS = {
    "linear regression": groundup.LinearRegression(),
    "ridge": groundup.Ridge(),
    "leaving out rows": groundup.RidgeCV(),
    "ridge with folds": groundup.RidgeCV(cv=4),
    "lasso": groundup.Lasso(0.1),
    "lasso with folds": groundup.LassoCV(cv=4, alphas=3),
    "elastic net with folds": groundup.ElasticNetCV(cv=4, alphas=3),
    "logistic regression": groundup.LogisticRegression(),
    "logistic regression with folds": groundup.LogisticRegressionCV(cv=8, Cs=[1.0], tol=1e-2, **SEARCH),
    "logistic regression with a splitter": groundup.LogisticRegressionCV(cv=KFold(8), Cs=[1.0], tol=1e-2, **SEARCH),
    "linear support vectors": groundup.LinearSVC(),
    "linear support vector regression": groundup.LinearSVR(loss="squared_epsilon_insensitive"),
    "k-means on batches": groundup.MiniBatchKMeans(2, random_state=0, batch_size=128),
    "components": groundup.PCA(2, svd_solver="full"),
    "components of the covariance matrix": groundup.PCA(2, svd_solver="covariance_eigh"),
    "components by a subspace": groundup.PCA(2, svd_solver="randomized", random_state=0),
    "components of batches": groundup.IncrementalPCA(2),
    "singular vectors": groundup.TruncatedSVD(2, n_oversamples=4, random_state=0),
}


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A map of two precisions, and a target."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, COLUMNS))
    folder = tmp_path_factory.mktemp("map")
    maps = {}
    for dtype in (np.float64, np.float32):
        np.save(folder / f"{dtype.__name__}.npy", X.astype(dtype))
        maps[dtype.__name__] = np.load(folder / f"{dtype.__name__}.npy", mmap_mode="r")
    return maps, X @ np.linspace(-1, 1, COLUMNS) + rng.normal(size=ROWS)


@pytest.mark.parametrize("weighted", ["no weights", "weights", "absent rows"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_memory_map_is_not_copied(model, dtype, weighted, mapped, monkeypatch):
    """Catches rows of a fold, or rows of positive weight, that are copied at once."""
    monkeypatch.setattr("groundup.core.rows.BLOCK_BYTES", BLOCK_BYTES)
    maps, target = mapped
    X, y = maps[dtype], target
    weight = None if weighted == "no weights" else np.arange(ROWS) % 5 + (0.5 if weighted == "weights" else 0.0)
    if model.kind != "regressor":
        y = (target > 0).astype(int) if model.kind == "classifier" else None
    tracemalloc.start()
    model.fit(X, y, weight)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < LARGEST_SHARE * X.nbytes


# --- sparse rows ----------------------------------------------------------------------------------------------------

SPARSE_ROWS, SPARSE_COLUMNS, FILLED = 20_000, 50_000, 50  # A thousandth of the entries; dense, it is 8 GB.
MOST_COPIES = 6  # Of the three arrays: double precision, the row of each entry, its place in a table, a product.
CLUSTERINGS = {
    "k-means": groundup.KMeans(3, n_init=1, max_iter=3, tol=1e9, random_state=0),
    "k-means, random start": groundup.KMeans(3, init="random", n_init=1, max_iter=3, tol=1e9, random_state=0),
    "mini-batches": groundup.MiniBatchKMeans(3, max_iter=1, tol=1e9, random_state=0),
}


@pytest.fixture(scope="module")
def thinly_filled():
    """Rows with fifty entries each."""
    rng = np.random.default_rng(0)
    column = np.sort(rng.integers(SPARSE_COLUMNS, size=(SPARSE_ROWS, FILLED)), axis=1).ravel()
    pointers = np.arange(0, len(column) + 1, FILLED)
    return scipy.sparse.csr_array((rng.random(len(column)), column, pointers), (SPARSE_ROWS, SPARSE_COLUMNS))


@pytest.mark.parametrize("form", ["csr", "csc"])
@pytest.mark.parametrize("model", CLUSTERINGS.values(), ids=CLUSTERINGS)
def test_sparse_rows_are_never_made_dense(model, form, thinly_filled):
    """Catches a block of dense rows, a scatter matrix, and a table of entries and clusters."""
    X = thinly_filled.asformat(form)
    limit = MOST_COPIES * (X.data.nbytes + X.indices.nbytes + X.indptr.nbytes)
    tracemalloc.start()
    model.fit(X, sample_weight=np.arange(SPARSE_ROWS) % 3 + 0.5)
    labels = model.predict(X)
    distances = model.transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < limit
    np.testing.assert_array_equal(distances.argmin(axis=1), labels)


DECOMPOSITIONS = {
    "components": groundup.PCA(2, svd_solver="arpack", tol=1e9, n_oversamples=2, random_state=0),
    "components, randomized": groundup.PCA(2, iterated_power=1, svd_solver="randomized", random_state=0),
    "singular vectors": groundup.TruncatedSVD(2, n_iter=1, random_state=0),
}


@pytest.mark.parametrize("model", DECOMPOSITIONS.values(), ids=DECOMPOSITIONS)
def test_sparse_rows_are_centred_without_being_made_dense(model, thinly_filled):
    """Catches rows that are made dense to subtract their mean; a few columns of numbers are needed."""
    X = thinly_filled
    columns = 3 * 8 * 60 * (SPARSE_ROWS + SPARSE_COLUMNS)
    tracemalloc.start()
    model.fit(X, sample_weight=np.arange(SPARSE_ROWS) % 3 + 0.5)
    scores = model.transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_COPIES * (X.data.nbytes + X.indices.nbytes + X.indptr.nbytes) + columns
    assert scores.shape == (SPARSE_ROWS, 2)
