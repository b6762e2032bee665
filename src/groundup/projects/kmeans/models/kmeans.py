"""K-means by Lloyd's algorithm, plain or with bounds."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Number, OneOf
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import ConvergenceWarning, warn
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array, ArrayLike
from groundup.projects.kmeans import certificate
from groundup.projects.kmeans.models.centers import Centers
from groundup.projects.kmeans.solvers.centered_rows import Problem, centered
from groundup.projects.kmeans.solvers.elkan import elkan
from groundup.projects.kmeans.solvers.expiring_bounds import expiry
from groundup.projects.kmeans.solvers.few_centers import FEW_CENTERS, few_centers
from groundup.projects.kmeans.solvers.hamerly import hamerly
from groundup.projects.kmeans.solvers.lloyd import Algorithm, lloyd
from groundup.projects.kmeans.solvers.restarts import LloydState, RestartOptions, runs
from groundup.projects.kmeans.solvers.sparse_bounds import sparse_expiry
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

AlgorithmName = Literal["auto", "lloyd", "elkan", "hamerly"]
ALGORITHMS: Mapping[AlgorithmName, Algorithm] = {"auto": expiry, "lloyd": lloyd, "elkan": elkan, "hamerly": hamerly}


class KMeans(Centers):
    """Group rows around centres with small squared distances to them.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters K.
    init : {"k-means++", "random"}, array-like of shape (K, d) or callable, default="k-means++"
        First centres: rows far from each other, random rows, given points, or the result of
        ``init(X, n_clusters, random_state)``.
    n_init : int or "auto", default="auto"
        Number of starts, of which the one with the least inertia is kept; "auto" is 1 for "k-means++" and for given
        points, else 10.
    max_iter : int, default=300
        Largest number of iterations of one run.
    tol : float, default=1e-4
        A run has converged when the sum of squared moves of the centres is at most tol times the mean variance of
        the columns; with 0, when no label changes.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable.
    algorithm : {"auto", "lloyd", "elkan", "hamerly"}, default="auto"
        All give the same labels from the same start. "lloyd" is the textbook, "hamerly" and "elkan" skip rows by
        the triangle inequality, "auto" does so in single precision where that is certain, and is fastest. Sparse rows
        have "lloyd" and, for every other name, one bound a row in double precision.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (K, d)
        Centres, in the units of X.
    labels_ : ndarray of int32 of shape (n,)
        Index of the nearest centre of every row; where several are equally near, the first.
    inertia_ : float
        Weighted sum of squared distances to the nearest centre.
    n_iter_ : int
        Iterations of the best run.
    initial_centers_ : ndarray of shape (K, d)
        First centres of the best run.
    inertia_lower_bound_ : float
        No clustering into K groups has a lower inertia. It is 0, which says nothing, where K > d, and where
        it would take longer than some 16 iterations.
    optimality_gap_ : float
        At most this fraction of the inertia could be saved by the best of all clusterings.
    certificate_ : Certificate
        Whether the centres are a fixed point: up to `tol` where the best run converged, else up to rounding.
    history_ : dict of str to ndarray
        inertia, shift, run, iteration of every iteration.

    Examples
    --------
    >>> from groundup import KMeans
    >>> model = KMeans(2, random_state=0).fit([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> sorted(model.cluster_centers_.tolist())
    [[1.0, 2.0], [10.0, 2.0]]
    """

    max_iter: int = parameter(Count, default=300)
    tol: float = parameter(Number(0), default=1e-4)
    copy_x: bool = ignored(Boolean(), "X is never written to", default=True)
    algorithm: AlgorithmName = parameter(OneOf(get_args(AlgorithmName)), default="auto")

    watched: ClassVar[str] = "inertia"
    _random_starts: ClassVar[int] = 10

    n_iter_: int = fitted()
    initial_centers_: Array = fitted("C d")

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Problem:
        if self.n_clusters == 1 and self.algorithm in ("elkan", "hamerly"):
            warn(
                f"algorithm={self.algorithm!r} doesn't make sense for a single cluster. Using 'lloyd' instead.",
                RuntimeWarning,
            )
        return self._prepare_rows(X, sample_weight)

    def _iterate(self, data: Problem, start: LloydState | None) -> Iterator[LloydState]:
        algorithm, first_centers = self._algorithm(data), self._starts(data)
        options = RestartOptions(algorithm, first_centers, self._n_init, self.max_iter, self.tol)
        yield from runs(data, options, start.entropy if start else draw_entropy(self.random_state), start)

    def _algorithm(self, data: Problem) -> Algorithm:
        if self.algorithm == "lloyd" or self.n_clusters == 1:
            return lloyd
        if isinstance(data.X, SparseRows):
            return sparse_expiry
        if self.algorithm == "auto" and self.n_clusters <= FEW_CENTERS and data.keeps_float32_rows:
            return few_centers
        return ALGORITHMS[self.algorithm]

    def _finish(self, data: Problem, state: LloydState) -> dict[str, Any]:
        best = state.best
        stored = best.centers.astype(data.X.dtype)
        evaluation = certificate.evaluate(data, centered(stored, data.origin))
        fitted = self._describe(data, stored, evaluation)
        found = len(np.unique(fitted["labels_"]))
        if found < self.n_clusters:
            warn(
                f"Number of distinct clusters ({found}) found smaller than n_clusters ({self.n_clusters}). "
                "Possibly due to duplicate points in X: ask for fewer clusters.",
                ConvergenceWarning,
            )
        return fitted | {
            "n_iter_": best.iteration,
            "initial_centers_": best.initial.astype(data.X.dtype),
            "certificate_": certificate.fixed_point(data, evaluation, self.tol if best.converged else 0.0),
        }

    def most_states(self) -> int:
        """Return the largest possible number of states of a fit."""
        return self.max_iter * self._n_init

    def _told(self, state: LloydState) -> str:
        begun = "Initialization complete. " if state.iteration == 1 else ""
        line = f"KMeans: {begun}Iteration {state.iteration}, inertia {state.inertia:.6g}, run {state.run}."
        if not (state.best.converged and (state.best.run, state.best.iteration) == (state.run, state.iteration)):
            return line
        shift = f"center shift {state.shift:.3g} within tolerance, {self.tol:g} times the mean variance of the columns"
        return f"{line} Converged: {shift if self.tol > 0 else 'strict convergence'}."

    def _advice(self, state: LloydState) -> str:
        return (
            f"KMeans stopped before it converged, after {state.best.iteration} iterations of its best run: "
            "increase max_iter or tol."
        )
