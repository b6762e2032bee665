"""The benchmark's tasks: counts of words, dense and sparse, and columns of measurements."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.crossover import Way, lines_meet, side_by_side
from groundup.projects.common.declaration import Workload
from groundup.projects.naive_bayes.models.multinomial_nb import MultinomialNB

TOPICS = 20
PER_DOCUMENT = 100  # Different words of a document.
DENSITIES = (0.1, 0.2, 0.3, 0.4, 0.5)  # Shares of a vocabulary, at which sparse and dense rows are timed.
CROSSING = (4000, 10_000)  # Rows and words of the counts for it,
ROUNDS = 5  # and how often each is fitted.
SLICE = 2000  # Rows whose joint log-probabilities are computed at a time.


def joint_loss(model: Any, X: Any, y: Any) -> float:
    """Return minus the mean joint log-probability of rows and their classes, of our model or the reference.

    eq. naive_bayes:joint
    """
    code, total = np.searchsorted(model.classes_, y), 0.0
    for start in range(0, len(code), SLICE):
        rows = slice(start, start + SLICE)
        J = model.predict_joint_log_proba(X[rows])
        total -= float(J[np.arange(len(J)), code[rows]].sum())
    return total / len(code)


def sparse_documents(n: int, d: int = 10_000) -> tuple[Any, Array]:
    """Return word counts of n documents as SciPy's sparse rows, with a Zipf law of the words, and their topics."""
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    y = rng.integers(TOPICS, size=n)
    share = 1 / np.arange(1.0, d + 1)
    word = rng.choice(d, (n, PER_DOCUMENT), p=share / share.sum())
    word = (word + (y * 37)[:, None] * (rng.random(word.shape) < 0.5)) % d  # half of the words depend on the topic
    counts = csr_matrix((np.ones(word.size), word.ravel(), np.arange(0, word.size + 1, PER_DOCUMENT)), shape=(n, d))
    counts.sum_duplicates()
    return counts, y


def dense_documents(n: int) -> tuple[Array, Array]:
    """Return the same counts as an array."""
    X, y = sparse_documents(n)
    return X.toarray(), y


def measurements(n: int, d: int = 50, K: int = 5) -> tuple[Array, Array]:
    """Return normal columns whose means and spreads depend on the class."""
    rng = np.random.default_rng(0)
    mean, spread = rng.normal(size=(K, d)), rng.uniform(0.5, 2.0, (K, d))
    y = rng.integers(K, size=n)
    return mean[y] + spread[y] * rng.normal(size=(n, d)), y


def crossover() -> float:
    """Return the number of different words a document from which dense rows are learned from faster than sparse ones.

    Both times are straight lines in the number of words, up to their noise: lines are fitted and intersected.
    """
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    n, d = CROSSING
    y = rng.integers(TOPICS, size=n)

    def ways(words: float) -> tuple[Way, Way]:
        dense = (rng.random((n, d)) < words / d).astype(float)
        sparse = csr_matrix(dense)
        return lambda: MultinomialNB().fit(sparse, y), lambda: MultinomialNB().fit(dense, y)

    sizes = [share * d for share in DENSITIES]
    return lines_meet(np.array(sizes), side_by_side(sizes, ways, ROUNDS))


WORKLOADS = (
    Workload(
        name="multinomial naive Bayes, sparse, 100k × 10,000, K = 20",
        data=sparse_documents,
        objective=joint_loss,
        n=100_000,
        tolerance=1e-9,
        target=2.0,
    ),
    Workload(
        name="multinomial naive Bayes, dense, 20k × 10,000, K = 20",
        data=dense_documents,
        objective=joint_loss,
        n=20_000,
        tolerance=1e-9,
        target=1.0,
    ),
    Workload(
        name="Gaussian naive Bayes, 100k × 50, K = 5",
        model="GaussianNB",
        data=measurements,
        objective=joint_loss,
        n=100_000,
        tolerance=1e-9,
        target=1.0,
    ),
)
