"""K-means and its seeding as functions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from groundup.core import seeds
from groundup.core.checks.parameters import Boolean, Count, OneOf, RandomState, Rule, check_values
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.kmeans.models.kmeans import AlgorithmName, KMeans
from groundup.projects.kmeans.solvers.centered_rows import pick
from groundup.projects.kmeans.solvers.seeding import distinct, plus_plus
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

SEEDING_RULES: Mapping[str, Rule] = {
    "n_clusters": Count,
    "random_state": RandomState,
    "n_local_trials": OneOf((None,)) | Count,
}


def k_means(
    X: ArrayLike,
    n_clusters: int,
    *,
    sample_weight: ArrayLike = None,
    init: Literal["k-means++", "random"] | Array | Sequence[Sequence[float]] | Callable[..., Any] = "k-means++",
    n_init: int | Literal["auto"] = "auto",
    max_iter: int = 300,
    verbose: bool = False,
    tol: float = 1e-4,
    random_state: Seed = None,
    copy_x: bool = True,
    algorithm: AlgorithmName = "lloyd",
    return_n_iter: bool = False,
) -> tuple[Any, ...]:
    """Group rows around centres with small squared distances to them.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n, d)
        Rows are samples.
    n_clusters : int
        Number of clusters K.
    sample_weight : array-like of shape (n,), optional
        A weight of 2 equals the row twice, a weight of 0 its absence.
    init : {"k-means++", "random"}, array-like of shape (K, d) or callable, default="k-means++"
        First centres, as in `KMeans`.
    n_init : int or "auto", default="auto"
        Number of starts, of which the best is kept.
    max_iter : int, default=300
        Largest number of iterations of one run.
    verbose : bool, default=False
        Whether to print the iterations.
    tol : float, default=1e-4
        Tolerance of the stopping rule, as in `KMeans`.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers.
    copy_x : bool, default=True
        Ignored: X is never written to.
    algorithm : {"auto", "lloyd", "elkan", "hamerly"}, default="lloyd"
        All give the same labels from the same start; "auto" is fastest.
    return_n_iter : bool, default=False
        Whether to return the number of iterations too.

    Returns
    -------
    centroid : ndarray of shape (K, d)
        Centres.
    label : ndarray of int32 of shape (n,)
        Index of the nearest centre of every row.
    inertia : float
        Weighted sum of squared distances to the nearest centre.
    best_n_iter : int
        Iterations of the best run, with return_n_iter.

    Raises
    ------
    InvalidParameterError, TypeError, ValueError
        As `KMeans.fit`.

    Examples
    --------
    >>> from groundup import k_means
    >>> centroid, label, inertia = k_means([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]], 2, random_state=0)
    >>> sorted(centroid.tolist()), inertia
    ([[1.0, 2.0], [10.0, 2.0]], 16.0)
    """
    check_values("k_means", {"return_n_iter": Boolean()}, {"return_n_iter": return_n_iter})
    model = KMeans(
        n_clusters,
        init=init,
        n_init=n_init,
        max_iter=max_iter,
        verbose=verbose,
        tol=tol,
        random_state=random_state,
        copy_x=copy_x,
        algorithm=algorithm,
    ).fit(X, sample_weight=sample_weight)
    found = model.cluster_centers_, model.labels_, model.inertia_
    return (*found, model.n_iter_) if return_n_iter else found


def kmeans_plusplus(
    X: ArrayLike,
    n_clusters: int,
    *,
    sample_weight: ArrayLike = None,
    x_squared_norms: ArrayLike = None,
    random_state: Seed = None,
    n_local_trials: int | None = None,
) -> tuple[Array, Array]:
    """Draw rows far from each other by greedy k-means++, as first centres.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n, d)
        Rows are samples.
    n_clusters : int
        Number K of rows to draw.
    sample_weight : array-like of shape (n,), optional
        A weight of 2 equals the row twice; a row of weight 0 is not drawn.
    x_squared_norms : array-like of shape (n,), optional
        Squared lengths of the rows; only their number is checked, for distances are measured from the mean of the rows.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers.
    n_local_trials : int, optional
        Number of rows drawn for each centre but the first, of which the one that lowers the inertia most is kept; by
        default 2 + log K.

    Returns
    -------
    centers : ndarray of shape (K, d)
        The rows that were drawn.
    indices : ndarray of int of shape (K,)
        Their numbers.

    Raises
    ------
    InvalidParameterError, TypeError, ValueError
        For values that are not allowed, as `KMeans.fit`, and for another number of squared lengths than of rows.

    Examples
    --------
    >>> import numpy as np
    >>> from groundup import kmeans_plusplus
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> centers, indices = kmeans_plusplus(X, 2, random_state=0)
    >>> bool((X[indices] == centers).all())
    True
    """
    values = {"n_clusters": n_clusters, "random_state": random_state, "n_local_trials": n_local_trials}
    check_values("kmeans_plusplus", SEEDING_RULES, values)
    problem = KMeans(n_clusters)._prepare_rows(X, sample_weight)
    n = len(problem.X) if problem.table is None else len(problem.table)
    if x_squared_norms is not None and len(np.asarray(x_squared_norms)) != n:
        raise ValueError(
            f"The length of x_squared_norms {len(np.asarray(x_squared_norms))} should be equal to the length of "
            f"n_samples {n}."
        )
    rows = plus_plus(problem, distinct(problem), n_clusters, seeds.as_generator(random_state), n_local_trials)
    chosen = pick(problem.X, rows)
    if isinstance(chosen, SparseRows):
        chosen = chosen.about(np.zeros(chosen.shape[1])).dense().astype(chosen.dtype)
    return chosen, rows if problem.present is None else problem.present[rows]
