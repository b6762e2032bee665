"""Density of several normal distributions, fitted by expectation-maximisation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import nan
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Number, Numbers, OneOf, RandomState, Verbosity
from groundup.core.containers.view import rows_of
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.rows import Rows
from groundup.core.seeds import draw_entropy
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.gaussian_mixture.certificate import certify, gradient_norm
from groundup.projects.gaussian_mixture.models.density import MixtureDensity
from groundup.projects.gaussian_mixture.models.given import given_means, given_precisions, given_weights, inverted
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance, CovarianceType
from groundup.projects.gaussian_mixture.solvers.em import EMState, Options, runs
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, Samples, expect
from groundup.projects.gaussian_mixture.solvers.maximization import maximize
from groundup.projects.gaussian_mixture.solvers.missing import Pattern, expect_missing, patterns
from groundup.projects.gaussian_mixture.solvers.moments import Moments
from groundup.projects.gaussian_mixture.solvers.samples import filled, samples_of
from groundup.projects.gaussian_mixture.solvers.starts import InitParams, moments_of, responsibilities

GIVEN = OneOf((None,)) | Numbers()
ILL_DEFINED = (
    "Fitting the mixture model failed because some components have ill-defined empirical covariance (for instance "
    "caused by singleton or collapsed samples). Try to decrease the number of components, increase reg_covar, or "
    "scale the input data."
)


@record
class Stepwise:
    """What batches have taught so far.

    Parameters
    ----------
    moments : Moments
        Averages over the batches, the later ones counting more.
    origin : ndarray of shape (d,)
        From which rows are measured.
    iteration : int
        Number of batches; a fit is one.
    weight : float
        Weight of all rows so far.
    log_likelihood : float
        Mean log-density of the last batch before it was learned.
    mixture : Mixture
        The parameters that follow.
    covariance_type : str
        Kind of its covariances.
    """

    moments: Moments
    origin: Array
    iteration: int
    weight: float
    log_likelihood: float
    mixture: Mixture
    covariance_type: str

    def mixture_about(self, origin: Array) -> Mixture:
        """Return the mixture with its means measured from another origin."""
        return replace(self.mixture, means=self.mixture.means + (self.origin - origin))


@dataclass(frozen=True)
class Task:
    """Rows, and the groups of them that lack the same columns, if any entry is missing.

    Parameters
    ----------
    samples : Samples
        The rows; their weights are at most 1.
    weight : float
        The sum of the weights that the user gave.
    dtype : dtype
        Of the attributes.
    """

    samples: Samples
    weight: float
    dtype: Any

    @cached_property
    def patterns(self) -> Sequence[Pattern] | None:
        """Rows by the columns that they lack; None if nothing is missing."""
        complete = all(not np.isnan(block).any() for (block,) in Rows(self.samples.X).blocks())
        return None if complete else patterns(self.samples.X[:])

    def expect(self, kind: Covariance, floor: float, mixture: Mixture) -> tuple[Moments, float]:
        """Return the moments of each component's share of the samples, and the mean log-density."""
        if self.patterns is None:
            return expect(kind, mixture, self.samples, floor)
        return expect_missing(kind, mixture, self.samples, self.patterns)


@contextmanager
def named_collapse() -> Iterator[None]:
    """Turn the error of a covariance that is not positive definite into a ValueError that says what to do."""
    try:
        yield
    except np.linalg.LinAlgError as error:
        raise ValueError(ILL_DEFINED) from error


class GaussianMixture(MixtureDensity):
    """Density that is a weighted sum of normal densities, fitted by expectation-maximisation.

    Parameters
    ----------
    n_components : int, default=1
        Number of components K.
    covariance_type : {"full", "tied", "diag", "spherical"}, default="full"
        A covariance matrix for each component, one for all, a variance for each column, or one variance.
    tol : float, default=1e-3
        A run has converged when the mean log-density of the rows changes by less from one E-step to the next.
    reg_covar : float, default=1e-6
        Added to every variance by the M-step, so that no component can shrink to a point. It is in squared units of
        the columns.
    max_iter : int, default=100
        Largest number of E-steps of a run, not counting discarded extrapolations; with 0 the model is the start.
    n_init : int, default=1
        Number of starts, of which the one with the largest likelihood is kept.
    init_params : {"kmeans", "k-means++", "random", "random_from_data"}, default="kmeans"
        First responsibilities: clusters of k-means, rows far from each other, random numbers, random rows.
    weights_init : array-like of shape (K,), default=None
        First weights.
    means_init : array-like of shape (K, d), default=None
        First means.
    precisions_init : array-like, default=None
        Inverses of the first covariances, shaped like them.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable.
    warm_start : bool, default=False
        Start from the parameters of the last fit, if they were as many.
    accelerated : bool, default=False
        Extrapolate from three M-steps where they lead, which saves most E-steps where components overlap.
        Extrapolated parameters with a lower likelihood are discarded.
    decay : float, default=0.6
        `partial_fit` gives its batch number t the share ``t ** -decay`` of what is known. A fit before counts as many
        batches of this size.

    Attributes
    ----------
    weights_ : ndarray of shape (K,)
        Probabilities of the components.
    means_ : ndarray of shape (K, d)
        Their means.
    covariances_ : ndarray of shape (K, d, d), (d, d), (K, d) or (K,)
        Their covariances, as `covariance_type` says.
    precisions_, precisions_cholesky_ : ndarray
        Inverses of the covariances, shaped like them, and matrices U with ``precision = U Uᵀ``.
    converged_ : bool
        Whether the best run met the stopping rule.
    n_iter_ : int
        Number of its E-steps.
    lower_bound_ : float
        Mean log-density of the rows at its last E-step.
    lower_bounds_ : ndarray of shape (n_iter_,)
        The same at each E-step.
    certificate_ : Certificate
        Whether the mixture is a stationary point of the likelihood.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Without `reg_covar` no step lowers the likelihood. What it adds to variances is not part of the likelihood, which
    may fall by as little as that changes it.

    NaN in X stands for a missing entry. The likelihood is then that of the other entries: nothing is filled in.

    Examples
    --------
    >>> from groundup import GaussianMixture
    >>> model = GaussianMixture(2, random_state=0).fit([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> sorted(model.means_.round(6).tolist())
    [[1.0, 2.0], [10.0, 2.0]]
    """

    accepts = Accepts(missing=True)

    n_components: int = parameter(Count, default=1, kw_only=False)
    covariance_type: CovarianceType = parameter(OneOf(("full", "tied", "diag", "spherical")), default="full")
    tol: float = parameter(Number(0), default=1e-3)
    reg_covar: float = parameter(Number(0), default=1e-6)
    max_iter: int = parameter(Number(0, whole=True), default=100)
    n_init: int = parameter(Count, default=1)
    init_params: InitParams = parameter(OneOf(("kmeans", "k-means++", "random", "random_from_data")), default="kmeans")
    weights_init: Sequence[float] | Array | None = parameter(GIVEN, default=None)
    means_init: Sequence[Sequence[float]] | Array | None = parameter(GIVEN, default=None)
    precisions_init: Sequence[Any] | Array | None = parameter(GIVEN, default=None)
    random_state: Seed = parameter(RandomState, default=None)
    warm_start: bool = parameter(Boolean(), default=False)
    verbose: int = parameter(Verbosity, default=0)
    verbose_interval: int = ignored(Count, "every state is printed", default=10)
    accelerated: bool = parameter(Boolean(), default=False)
    decay: float = parameter(Number(0.5, 1), default=0.6)

    watched: ClassVar[str] = "log_likelihood"

    converged_: bool = fitted(required=False)
    n_iter_: int = fitted(required=False)
    lower_bound_: float = fitted(finite=False)
    lower_bounds_: Array = fitted("*", required=False)
    _state: Stepwise = fitted(required=False)

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Task:
        task = self._task(X, sample_weight, None)
        n = len(task.samples.X)
        if n < 2:
            raise ValueError(f"X: found array with {n} sample(s) while a minimum of 2 is required by GaussianMixture.")
        if n < self.n_components:
            raise ValueError(
                f"Expected n_samples >= n_components but got n_components = {self.n_components}, n_samples = {n}"
            )
        self._given(task)
        return task

    def _iterate(self, data: Task, start: EMState | None) -> Iterator[EMState]:
        previous = self._previous(data)
        options = Options(
            expect=partial(data.expect, self._covariance, self.reg_covar),
            start=partial(self._start, data),
            floor=self.reg_covar,
            tol=self.tol,
            max_iter=self.max_iter,
            n_init=1 if previous else self.n_init,
            accelerated=self.accelerated,
            reached=previous.log_likelihood if previous else nan,
        )
        entropy = start.entropy if start else draw_entropy(self.random_state)
        with named_collapse():
            yield from runs(self._covariance, options, entropy, start)

    def _finish(self, data: Task, state: EMState) -> dict[str, Any]:
        best, kind = state.best, self._covariance
        with named_collapse():
            moments, _ = data.expect(kind, self.reg_covar, best.mixture)
            after = maximize(kind, moments, self.reg_covar)
            norm = gradient_norm(kind, best.mixture, after)
        bounds = np.array(best.bounds)
        reached = float(bounds[-1]) if len(bounds) else nan
        memory = Stepwise(moments, data.samples.origin, 1, data.weight, reached, best.mixture, self.covariance_type)
        return self._described(best.mixture, data) | {
            "converged_": best.converged,
            "n_iter_": len(bounds),
            "lower_bound_": float(bounds[-1]) if len(bounds) else float("-inf"),
            "lower_bounds_": bounds,
            "certificate_": certify(norm, self.tol),
            "_state": memory,
        }

    def most_states(self) -> int:
        """Return the largest possible number of states of a fit."""
        return max(1, 2 * self.max_iter) * self.n_init

    def _advice(self, state: EMState) -> str:
        return (
            "Best performing initialization did not converge. Try different init parameters, or increase max_iter, "
            f"tol, or check for degenerate data. GaussianMixture stopped after {len(state.best.bounds)} E-steps."
        )

    def fit_predict(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Array:
        """Fit the model, and return the number of the most probable component of every row.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`.

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        ValueError, TypeError
            As `fit`.
        """
        return self.fit(X, y, sample_weight).predict(X)

    # --- one batch at a time ----------------------------------------------------------------------------------------

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool) -> Task:
        if first:
            return self._prepare(X, y, sample_weight)
        state = self._state
        if self.covariance_type != state.covariance_type or self.n_components != len(state.mixture.weights):
            raise ValueError(
                f"partial_fit goes on with {len(state.mixture.weights)} components of covariance_type="
                f"{state.covariance_type!r}, but n_components={self.n_components} and covariance_type="
                f"{self.covariance_type!r} are set: set them back, or fit again."
            )
        inputs.check_features(self, X, self._input(X).shape[1])
        return self._task(X, sample_weight, state.origin)

    def _absorb(self, data: Task, state: Stepwise | None) -> Stepwise:
        kind = self._covariance
        mixture = state.mixture if state else self._start(data, np.random.default_rng(draw_entropy(self.random_state)))
        with named_collapse():
            moments, value = data.expect(kind, self.reg_covar, mixture)
        number, weight = 1, data.weight
        if state:
            number = state.iteration + 1
            batches = max(number, 1 + state.weight / data.weight)  # a fit to many rows is many batches like this one
            moments = state.moments.mixed_with(moments, batches**-self.decay)
            weight += state.weight
        after = maximize(kind, moments, self.reg_covar)
        return Stepwise(moments, data.samples.origin, number, weight, value, after, self.covariance_type)

    def _finish_batch(self, data: Task, state: Stepwise) -> dict[str, Any]:
        return self._described(state.mixture, data) | {"lower_bound_": state.log_likelihood, "_state": state}

    # --- parts ------------------------------------------------------------------------------------------------------

    def _task(self, X: ArrayLike, sample_weight: ArrayLike, origin: Array | None) -> Task:
        table = self._input(X)
        weight = inputs.as_weight(sample_weight, len(table))
        if weight is not None and not weight.all():
            present = np.flatnonzero(weight)
            table, weight = rows_of(table, present), weight[present]
        total = float(len(table))
        if weight is not None:
            total, weight = float(weight.sum()), weight / weight.max()  # their unit does not matter
        return Task(samples_of(table, weight, origin), total, table.dtype)

    def _start(self, data: Task, generator: np.random.Generator) -> Mixture:
        """Return the first mixture of a run."""
        samples, kind, previous = data.samples, self._covariance, self._previous(data)
        if previous:
            return previous.mixture_about(samples.origin)
        weights, means, precisions = self._given(data)
        covariances = None if precisions is None else inverted(precisions, self.covariance_type)
        if weights is None or means is None or covariances is None:
            complete = samples if data.patterns is None else filled(samples)
            share = responsibilities(self.init_params, complete.X[:], samples.weight, self.n_components, generator)
            found = maximize(kind, moments_of(kind, complete, share), self.reg_covar)
            weights = found.weights if weights is None else weights
            means = found.means if means is None else means
            covariances = found.covariances if covariances is None else covariances
        return Mixture(weights, means, covariances)

    def _given(self, data: Task) -> tuple[Array | None, Array | None, Array | None]:
        """Return given weights, means (from the origin of the rows) and precisions."""
        K, d = self.n_components, len(data.samples.origin)
        weights = None if self.weights_init is None else given_weights(self.weights_init, K)
        means = None if self.means_init is None else given_means(self.means_init, K, d) - data.samples.origin
        given = self.precisions_init
        return weights, means, None if given is None else given_precisions(given, self.covariance_type, K, d)

    def _previous(self, data: Task) -> Stepwise | None:
        """Return what the last fit found, for a warm start; None if it was one of another shape."""
        memory: Stepwise | None = self._memory() if self.warm_start else None
        if memory is None or memory.covariance_type != self.covariance_type:
            return None
        return memory if memory.mixture.means.shape == (self.n_components, len(data.samples.origin)) else None

    def _described(self, mixture: Mixture, data: Task) -> dict[str, Any]:
        """Return the attributes of a mixture."""
        kind, dtype = self._covariance, data.dtype
        with named_collapse():
            whitener = kind.whitener(mixture.covariances)
        root = np.swapaxes(whitener, -1, -2) if self._is_matrix else whitener
        precisions = root @ np.swapaxes(root, -1, -2) if self._is_matrix else root**2
        found = {
            "weights_": mixture.weights,
            "means_": mixture.means + data.samples.origin,
            "covariances_": mixture.covariances,
            "precisions_": precisions,
            "precisions_cholesky_": root,
        }
        return {name: value.astype(dtype) for name, value in found.items()}
