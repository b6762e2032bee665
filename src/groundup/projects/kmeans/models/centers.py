"""Base of the models made of centres: predict, transform, score."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Count, Function, Instance, OneOf, RandomState, Verbosity
from groundup.core.containers.csr import form_of, in_form
from groundup.core.containers.view import rows_of
from groundup.core.estimator.clusterer import Clusterer
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.exceptions import warn
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.kmeans import certificate
from groundup.projects.kmeans.certificate import Evaluation
from groundup.projects.kmeans.solvers.assignment import accurate_distances, assign
from groundup.projects.kmeans.solvers.centered_rows import Problem, centered, in_blocks, prepare_rows, readable
from groundup.projects.kmeans.solvers.seeding import distinct, plus_plus, random_rows
from groundup.projects.kmeans.solvers.sparse_rows import SparseRows

FARTHEST = 1e9  # A centre may start at most this many extents from the data, so that squares fit single precision.


class Centers(Clusterer, Transformer):
    """Base of `KMeans` and `MiniBatchKMeans`, which find the centres."""

    accepts = Accepts(sparse=True)
    _random_starts: ClassVar[int]  # With n_init="auto", unless k-means++ or given centres need only one.

    n_clusters: int = parameter(Count, default=8, kw_only=False)
    init: Literal["k-means++", "random"] | Array | Sequence[Sequence[float]] | Callable[..., Any] = parameter(
        OneOf(("k-means++", "random"))
        | Instance((np.ndarray, list, tuple), "an array of shape (n_clusters, n_features)")
        | Function(),
        default="k-means++",
    )
    n_init: int | Literal["auto"] = parameter(OneOf(("auto",)) | Count, default="auto")
    verbose: int = parameter(Verbosity, default=0)
    random_state: Seed = parameter(RandomState, default=None)

    cluster_centers_: Array = fitted("C d")
    inertia_: float = fitted()
    inertia_lower_bound_: float = fitted(required=False)
    optimality_gap_: float = fitted(finite=False, required=False)

    def predict(self, X: ArrayLike) -> Array:
        """Return the index of the nearest centre of every row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of int32 of shape (n,)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        return nearest_center(self._new_rows(X), self.cluster_centers_)

    def score(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> float:
        """Return minus the inertia of the rows.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, d)
            Rows, with the columns of the fit.
        y : object, optional
            Ignored.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
            Minus the weighted sum of squared distances to the nearest centre.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`.
        """
        rows = self._new_rows(X)
        weight = inputs.as_weight(sample_weight, len(rows))
        if weight is not None and not weight.all():
            rows, weight = rows_of(rows, np.flatnonzero(weight)), weight[weight > 0]
        return -total_inertia(rows, weight, nearest_center(rows, self.cluster_centers_), self.cluster_centers_)

    def _transform(self, X: ArrayLike) -> Array:
        """Return the distance of every row to every centre, (n, K)."""
        rows = readable(self._new_rows(X))
        origin = middle(self.cluster_centers_)
        centers = self.cluster_centers_ - origin
        result = np.empty((len(rows), len(centers)), rows.dtype)
        for block in in_blocks(len(centers), rows).slices():
            result[block] = accurate_distances(centered(rows[block], origin), centers).T
        return result

    def _n_features_out(self) -> int:
        return len(self.cluster_centers_)

    def _prepare_rows(self, X: ArrayLike, sample_weight: ArrayLike, fewest: int | None = None) -> Problem:
        """Validate the data, with at least `fewest` rows (by default, n_clusters)."""
        array = self._input(X)
        weight = inputs.as_weight(sample_weight, len(array))
        present = None if weight is None or weight.all() else np.flatnonzero(weight)
        rows = array if present is None else rows_of(array, present)
        if len(rows) < (fewest or self.n_clusters):
            kind = "" if weight is None else " of positive weight"
            raise ValueError(
                f"n_samples={len(rows)}{kind} should be >= n_clusters={self.n_clusters}: "
                "give more rows or ask for fewer clusters."
            )
        form = form_of(X) if callable(self.init) else None
        if weight is None or present is None:
            return replace(prepare_rows(rows, weight, self.n_clusters), form=form)
        problem = prepare_rows(rows, weight[present], self.n_clusters)
        return replace(problem, table=array, present=present, form=form)

    def _starts(self, problem: Problem) -> Callable[[np.random.Generator], Array]:
        """Return the function that draws first centres from a generator.

        The centres are relative to the origin.
        """
        if isinstance(self.init, str):
            method = plus_plus if self.init == "k-means++" else random_rows
            pool = distinct(problem)
            return lambda generator: problem.points(method(problem, pool, self.n_clusters, generator))
        if callable(self.init):
            return partial(self._called, self.init, problem)
        if self.n_init not in (1, "auto"):
            warn(
                f"Explicit initial center position passed: performing only one init in {type(self).__name__} instead "
                f"of n_init={self.n_init}.",
                RuntimeWarning,
            )
        given = self._as_centers(self.init, problem)
        return lambda generator: given

    def _called(self, init: Callable[..., Any], problem: Problem, generator: np.random.Generator) -> Array:
        state = np.random.RandomState(generator.integers(2**32))  # scikit-learn passes a RandomState to such functions
        return self._as_centers(init(users_rows(problem), self.n_clusters, random_state=state), problem)

    def _as_centers(self, centers: ArrayLike, problem: Problem) -> Array:
        """Return given centres relative to the origin, after validation."""
        array = inputs.as_matrix(centers, name="init", owner=type(self).__name__)
        expected = (self.n_clusters, problem.X.shape[1])
        for size, allowed, words in zip(
            array.shape, expected, ("clusters n_clusters", "features of the data"), strict=True
        ):
            if size != allowed:
                raise ValueError(
                    f"The shape of the initial centers {array.shape} does not match the number of {words} = {allowed}: "
                    f"it must be {expected}."
                )
        relative = centered(array, problem.origin)
        if np.abs(relative).max() > FARTHEST * (problem.extent or 1.0):
            raise ValueError(
                f"init: a centre is {np.abs(relative).max():.3g} away from the data, whose rows are within "
                f"{problem.extent:.3g} of their mean; give centers in the units of X."
            )
        return relative

    @property
    def _n_init(self) -> int:
        """Number of starts."""
        if not (isinstance(self.init, str) or callable(self.init)):
            return 1
        if self.n_init == "auto":
            return 1 if isinstance(self.init, str) and self.init == "k-means++" else self._random_starts
        return int(self.n_init)

    def _describe(self, problem: Problem, stored: Array, evaluation: Evaluation) -> dict[str, Any]:
        """Return the attributes of final centres: labels, inertia, and its lower bound."""
        value = evaluation.inertia
        bound = min(certificate.lower_bound(problem), value)
        label = evaluation.label.astype(np.int32)
        if (
            problem.table is not None and problem.present is not None
        ):  # rows of weight zero are labelled, but count for nothing else
            absent = np.delete(np.arange(len(problem.table)), problem.present)
            place = np.argsort(np.append(problem.present, absent))
            label = np.append(label, nearest_center(rows_of(problem.table, absent), stored))[place]
        return {
            "cluster_centers_": stored,
            "labels_": label,
            "inertia_": value,
            "inertia_lower_bound_": bound,
            "optimality_gap_": 1 - bound / value if value > 0 else 0.0,
        }


def users_rows(problem: Problem) -> Any:
    """Return the rows as the user gave them: an array, or a sparse matrix by rows."""
    if not isinstance(problem.X, SparseRows):
        return np.asarray(problem.X)
    rows = problem.X.values()
    return in_form(replace(rows, data=rows.data.astype(problem.X.dtype)), problem.form)


def nearest_center(X: Any, centers: Array) -> Array:
    """Return the index of the nearest centre of every row, as int32, block by block."""
    origin = middle(centers)
    relative = centers - origin
    return in_blocks(len(centers), readable(X)).concatenate(
        lambda block: assign(centered(block, origin), relative)[0].astype(np.int32)
    )


def total_inertia(X: Any, weight: Array | None, label: Array, centers: Array) -> float:
    """Return the weighted sum of squared distances to the rows' own centres."""
    return float(in_blocks(len(centers), readable(X), weight, label).sum(certificate.inertia, centers))


def middle(centers: Array) -> Array:
    """Return a point near all centres: distances from there lose the fewest digits."""
    return centers.mean(axis=0, dtype=np.float64)
