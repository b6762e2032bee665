"""Mini-batch k-means: steps towards the means of a few random rows.

Source: D. Sculley, Web-scale k-means clustering, WWW 2010.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Number, OneOf
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import warn
from groundup.core.seeds import draw_entropy
from groundup.core.types import ArrayLike
from groundup.projects.kmeans import certificate
from groundup.projects.kmeans.models.centers import Centers
from groundup.projects.kmeans.solvers.centered_rows import Problem, centered, prepare_rows
from groundup.projects.kmeans.solvers.minibatch import MiniBatchState, learn, sample_inertia
from groundup.projects.kmeans.solvers.seeding import Pool, distinct


@dataclass(frozen=True)
class Source:
    """Rows, and those of them that are different, from which batches are drawn."""

    problem: Problem

    @cached_property
    def pool(self) -> Pool:
        """The different rows; their number measures a pass, which the unit of the weights must not."""
        return distinct(self.problem)


class MiniBatchKMeans(Incremental, Centers):
    """K-means on random batches: slightly higher inertia in much less time.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters K.
    init : {"k-means++", "random"}, array-like of shape (K, d) or callable, default="k-means++"
        First centres; see `KMeans`.
    max_iter : int, default=100
        Largest number of passes over the data; the batches of a pass have as many rows as are different in the data,
        whatever the unit of the weights.
    batch_size : int, default=1024
        Rows in a batch, drawn with replacement and with probability proportional to weight.
    compute_labels : bool, default=True
        Whether to label all rows, and to measure the inertia over all of them, at the end.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers.
    tol : float, default=0.0
        Stop when the sum of squared moves is at most tol times the mean variance of the columns; 0 for never.
    max_no_improvement : int or None, default=10
        Stop after this number of batches that do not lower the smoothed inertia; None for never.
    init_size : int or None, default=None
        Rows drawn to choose the first centres from; by default three batches. Where these are fewer than n_clusters,
        three rows for each cluster are drawn, with a warning for a given number.
    n_init : int or "auto", default="auto"
        Number of starts, of which the best on a sample is used; "auto" is 3 for "random" and callables, else 1.
    reassignment_ratio : float, default=0.01
        Centres that have learned from less than this fraction of the busiest centre's rows start again elsewhere.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (K, d)
        Centres, in the units of X.
    labels_ : ndarray of int32 of shape (n,)
        Index of the nearest centre of every row (with compute_labels).
    inertia_ : float
        Weighted sum of squared distances to the nearest centre; without compute_labels an estimate from the batches.
    n_steps_, n_iter_ : int
        Batches, and passes over the data.
    inertia_lower_bound_, optimality_gap_, certificate_, history_ :
        As in `KMeans`; the first three with compute_labels.
    """

    max_iter: int = parameter(Count, default=100)
    batch_size: int = parameter(Count, default=1024)
    compute_labels: bool = parameter(Boolean(), default=True)
    tol: float = parameter(Number(0), default=0.0)
    max_no_improvement: int | None = parameter(OneOf((None,)) | Number(0, whole=True), default=10)
    init_size: int | None = parameter(OneOf((None,)) | Count, default=None)
    reassignment_ratio: float = parameter(Number(0), default=0.01)

    watched: ClassVar[str] = "inertia"
    _random_starts: ClassVar[int] = 3

    n_steps_: int = fitted()
    n_iter_: int = fitted()
    _state: MiniBatchState = fitted()

    # --- one batch at a time: the first one, of at least `n_clusters` rows, also makes the first centres ------------

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool) -> Source:
        return Source(self._prepare_rows(X, sample_weight, None if first else 1))

    def _absorb(self, data: Source, state: MiniBatchState | None) -> MiniBatchState:
        state = state or self._begin(data)
        return learn(state, data.problem, len(data.pool.row), self.reassignment_ratio, state.generator())

    def _finish_batch(self, data: Source, state: MiniBatchState) -> dict[str, Any]:
        problem = data.problem
        stored = state.centers.astype(problem.X.dtype)
        found: dict[str, Any] = {"cluster_centers_": stored, "n_steps_": state.iteration, "_state": state}
        if self.compute_labels:
            found |= self._describe(problem, stored, certificate.evaluate(problem, centered(stored, problem.origin)))
        return found

    # --- a whole fit ------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Source:
        return Source(self._prepare_rows(X, sample_weight))

    def _iterate(self, data: Source, start: MiniBatchState | None) -> Iterator[MiniBatchState]:
        state = start or self._begin(data)
        while state.iteration < self._last_step(data) and not state.converged:
            generator = state.generator()
            drawn = data.pool.draw(generator, self.batch_size)  # by weight, which need not count again
            batch = prepare_rows(data.problem.X[drawn], None, self.n_clusters)
            state = self._judge(learn(state, batch, self.batch_size, self.reassignment_ratio, generator), data)
            yield state

    def _finish(self, data: Source, state: MiniBatchState) -> dict[str, Any]:
        problem = data.problem
        stored = state.centers.astype(problem.X.dtype)
        fitted: dict[str, Any] = {
            "cluster_centers_": stored,
            "inertia_": state.smoothed * problem.total_weight,
            "n_steps_": state.iteration,
            "n_iter_": -(-state.iteration * self._rows_of_a_step(data) // len(data.pool.row)),
            "_state": state,
        }
        if self.compute_labels:
            evaluation = certificate.evaluate(problem, centered(stored, problem.origin))
            fitted |= self._describe(problem, stored, evaluation)
            fitted["certificate_"] = certificate.nearly_fixed(evaluation)
        return fitted

    def _advice(self, state: MiniBatchState) -> str:
        return (
            f"MiniBatchKMeans stopped after {state.iteration} batches while the inertia was still falling: "
            "increase max_iter, tol or batch_size."
        )

    def _begin(self, data: Source) -> MiniBatchState:
        """Return the state before the first step: the best of a few starts on a sample."""
        entropy = draw_entropy(self.random_state)
        generator = np.random.default_rng([*entropy, 2**32])  # apart from those of the steps
        size = self._sample_size()
        sample = data.problem
        if size < len(data.pool.row):
            drawn = prepare_rows(sample.X[data.pool.draw(generator, size)], None, self.n_clusters)
            sample = replace(drawn, form=sample.form)
        start = self._starts(sample)
        rivals = [start(generator) for _ in range(self._n_init)]
        best = min(rivals, key=partial(sample_inertia, sample))
        return MiniBatchState(
            centers=best + sample.origin,
            count=np.zeros(self.n_clusters),
            inertia=np.inf,
            smoothed=np.inf,
            lowest=np.inf,
            stale=0,
            shift=np.inf,
            iteration=0,
            unchecked=0,
            entropy=entropy,
            converged=False,
        )

    def _sample_size(self) -> int:
        """Return the number of rows to choose the first centres from, if there are as many."""
        size = 3 * self.batch_size if self.init_size is None else self.init_size
        if size >= self.n_clusters:
            return size
        if self.init_size is not None:
            warn(
                f"init_size={size} should be larger than n_clusters={self.n_clusters}. "
                "Setting it to min(3*n_clusters, n_samples).",
                RuntimeWarning,
            )
        return 3 * self.n_clusters

    def _told(self, state: MiniBatchState) -> str:
        inertia = f"inertia a row {state.inertia:.6g}, smoothed {state.smoothed:.6g}"
        line = f"MiniBatchKMeans: step {state.iteration}, {inertia}."
        if not state.converged:
            return line
        tired = self.max_no_improvement is not None and state.stale >= self.max_no_improvement
        return f"{line} Converged ({'lack of improvement in inertia' if tired else 'small centers change'})."

    def _judge(self, state: MiniBatchState, data: Source) -> MiniBatchState:
        """Smooth the inertia, and decide whether to stop."""
        if state.iteration == 1:  # inertia of the start
            return state
        share = min(1.0, 2 * self.batch_size / (len(data.pool.row) + 1))
        smoothed = state.inertia
        if np.isfinite(state.smoothed):
            smoothed = (1 - share) * state.smoothed + share * state.inertia
        stale = 0 if smoothed < state.lowest else state.stale + 1
        still = self.tol > 0 and state.shift <= self.tol * data.problem.variance
        tired = self.max_no_improvement is not None and stale >= self.max_no_improvement
        ruled = self.tol > 0 or self.max_no_improvement is not None
        return replace(
            state,
            smoothed=smoothed,
            lowest=min(smoothed, state.lowest),
            stale=stale,
            converged=still or tired or (not ruled and state.iteration == self._last_step(data)),
        )

    def _rows_of_a_step(self, data: Source) -> int:
        return min(self.batch_size, len(data.pool.row))

    def _last_step(self, data: Source) -> int:
        return self.max_iter * len(data.pool.row) // self._rows_of_a_step(data)
