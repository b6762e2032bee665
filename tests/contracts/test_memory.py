"""Contracts about memory maps: rows are read block by block, also those of folds and those with weights."""

import tracemalloc

import numpy as np
import pytest
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
    "k-means on batches": groundup.MiniBatchKMeans(2, random_state=0, batch_size=128),
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
        y = None if model.kind == "clusterer" else (target > 0).astype(int)
    tracemalloc.start()
    model.fit(X, y, weight)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < LARGEST_SHARE * X.nbytes
