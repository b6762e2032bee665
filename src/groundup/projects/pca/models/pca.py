"""Principal component analysis."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState
from groundup.core.containers.csr import Csr
from groundup.core.containers.view import View
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import as_generator, draw_entropy
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.pca.certificate import certify_axes, certify_by_sample, certify_likelihood, certify_variance
from groundup.projects.pca.models.densities import Densities
from groundup.projects.pca.solvers import em, krylov, oja, power
from groundup.projects.pca.solvers.components import (
    METHODS,
    WHOLE,
    AxesState,
    fix_signs,
    left_variance,
    number_of_axes,
    require_number,
    require_state,
    zeroed,
)
from groundup.projects.pca.solvers.direct import axes_of_rows, axes_of_scaled_scatter, axes_of_scatter
from groundup.projects.pca.solvers.em import EmState
from groundup.projects.pca.solvers.krylov import Krylov
from groundup.projects.pca.solvers.table import Table, as_table
from groundup.projects.pca.solvers.tail import variance_outside

MANY_COLUMNS = (
    1000  # Up to this number of columns, and with ten times as many rows, "auto" forms the covariance matrix.
)
SMALL = 500  # Up to this number of rows and columns, "auto" finds all axes.
LARGE_PART = 0.8  # Of all axes, from which "auto" finds them all.
FEW_STEPS = 5  # Steps of "randomized" with iterated_power="auto".
LOST = 1e-9  # Share of the variance up to which the difference of what the axes explain has lost too many digits.
Solver = Literal["auto", "full", "covariance_eigh", "arpack", "randomized", "power", "oja", "em"]


@dataclass(frozen=True)
class Problem:
    """Validated rows, and what is asked.

    Parameters
    ----------
    table : Table
        The rows.
    solver : str
        The solver taken.
    asked : int, float or "mle"
        Number of axes, or how it is chosen.
    """

    table: Table
    solver: str
    asked: Any


class PCA(Densities):
    """Principal component analysis: the directions in which the rows vary most.

    Parameters
    ----------
    n_components : int, float, "mle" or None, default=None
        Number of axes; a number between 0 and 1 asks for as many as explain more than this share of the variance,
        "mle" for Minka's estimate of at least as many samples as columns (both with the solvers "full" and
        "covariance_eigh"). None keeps all, with the solvers "arpack" and "em" all but one.
    copy : bool, default=True
        Ignored; X is never overwritten.
    whiten : bool, default=False
        Whether scores are divided by the standard deviations along the axes.
    svd_solver : {"auto", "full", "covariance_eigh", "arpack", "randomized", "power", "oja", "em"}, default="auto"
        "full" takes the singular values of the rows, "covariance_eigh" the eigenvalues of the covariance matrix;
        "randomized" and "arpack" find the first axes in a random subspace, the latter to rounding (here by a block
        Krylov iteration). "power" (power iteration with deflation) and "oja" (Oja's rule, one row after the other) are
        the textbook's. "em" accepts NaN for missing entries: expectation and maximisation for probabilistic PCA.
        "auto" chooses by the shape: "covariance_eigh" for at most 1000 columns and ten times as many rows, "full" for
        at most 500 rows and columns or most of the axes, else "randomized"; of sparse rows "arpack" for the last.
    tol : float, default=0.0
        Tolerance of the iterative solvers; 0 stands for rounding (for "oja", 1e-4 of the variance).
    iterated_power : int or "auto", default="auto"
        Steps of "randomized"; "auto" takes five, in single precision where that is faster, and finds the axes of the
        subspace in double precision.
    n_oversamples : int, default=10
        Random columns of "randomized" and "arpack" beyond n_components.
    power_iteration_normalizer : {"auto", "QR", "LU", "none"}, default="auto"
        Ignored; the columns are always orthonormal, which costs little.
    random_state : int, Generator, RandomState or None, default=None
        Source of the random columns, and of the order of rows of "oja".
    max_iter : int, default=1000
        Largest number of steps of "power" (for an axis), "oja" (passes), "em" and "arpack".

    Attributes
    ----------
    components_ : ndarray of shape (k, d)
        Axes, orthonormal rows; the largest entry of each is positive.
    explained_variance_ : ndarray of shape (k,)
        Variances along the axes, with n - 1 in the denominator.
    explained_variance_ratio_ : ndarray of shape (k,)
        Their shares of the variance of all columns; 0 for constant rows.
    singular_values_ : ndarray of shape (k,)
        Singular values of the centred rows.
    mean_ : ndarray of shape (d,)
        Means of the columns.
    n_components_ : int
        Number of axes k.
    n_samples_ : int
        Number of rows of positive weight.
    noise_variance_ : float
        Mean of the variances along the other min(n, d) - k axes; with the solver "em" along all d - k directions.
    n_iter_ : int
        Number of steps of the solver.
    n_passes_ : int
        Passes over the rows, those of the certificate left out.
    certificate_ : Certificate
        Whether the axes are eigenvectors or, for the solvers "randomized" and "oja", how much variance they may miss.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Weights count rows: a row of weight two is two rows.

    Tolerances of "power" and "em" are relative to the largest variance: columns that differ in scale by more than about
    1e6 are better standardised, or left to the other solvers.

    Examples
    --------
    >>> from groundup import PCA
    >>> model = PCA(n_components=1).fit([[1.0, 1.0], [4.0, 4.0], [7.0, 4.0], [8.0, 3.0]])
    >>> print(model.components_.round(4), model.explained_variance_.round(4))
    [[0.9487 0.3162]] [11.]
    """

    accepts = Accepts(sparse=True)

    n_components: int | float | Literal["mle"] | None = parameter(
        OneOf((None, "mle")) | Number(0, whole=True) | Number(0, float(np.nextafter(1, 0)), open_low=True),
        default=None,
        kw_only=False,
    )
    copy: bool = ignored(Boolean(), "X is never overwritten", default=True)
    whiten: bool = parameter(Boolean(), default=False)
    svd_solver: Solver = parameter(
        OneOf(("auto", "full", "covariance_eigh", "arpack", "randomized", "power", "oja", "em")), default="auto"
    )
    tol: float = parameter(Number(0), default=0.0)
    iterated_power: int | Literal["auto"] = parameter(OneOf(("auto",)) | Number(0, whole=True), default="auto")
    n_oversamples: int = parameter(Count, default=10)
    power_iteration_normalizer: Literal["auto", "QR", "LU", "none"] = ignored(
        OneOf(("auto", "QR", "LU", "none")), "columns are always orthonormal", default="auto"
    )
    random_state: Seed = parameter(RandomState, default=None)
    max_iter: int = parameter(Count, default=1000)

    n_samples_: int = fitted()
    n_iter_: int = fitted()
    n_passes_: int = fitted()
    _fit_svd_solver: str = fitted()

    watched: ClassVar[str] = "loss"

    # --- data -------------------------------------------------------------------------------------------------------

    def accepted_data(self) -> Accepts:
        """Return the data that the solver accepts: sparse rows, missing entries, or neither."""
        return Accepts(sparse=self.svd_solver not in ("full", "power", "oja", "em"), missing=self.svd_solver == "em")

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        if inputs.is_sparse(X) and self.svd_solver in ("full", "power", "oja"):
            raise TypeError(
                'Sparse data was passed for X: PCA only support sparse inputs with the "arpack" and "covariance_eigh" '
                f'solvers, while "{self.svd_solver}" was passed ("randomized" and "auto" do, too). Use X.toarray() to '
                "convert to a dense array."
            )
        return super()._input(X, min_rows)

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Problem:
        rows = self._input(X, min_rows=2)
        table = as_table(rows, inputs.as_weight(sample_weight, rows.shape[0]))
        if self.svd_solver == "em":  # measured from their own entries, columns far from zero keep their digits
            samples, entry = table.samples, em.seen_entries(table.samples.X)
            samples = Samples(View(samples.X, None, entry), samples.y, samples.weight)
            table = Table(samples, table.origin + entry)
        n, d = table.shape
        solver = self._chosen_solver(n, d, isinstance(rows, Csr))
        asked = self.n_components
        if asked is None:
            asked = min(n, d) - (solver in ("arpack", "em"))
        require_number(asked, solver, table.shape, table.samples.total)
        return Problem(table, solver, asked)

    def _chosen_solver(self, n: int, d: int, sparse: bool) -> str:
        if self.svd_solver != "auto":
            return self.svd_solver
        asked = min(n, d) if self.n_components is None else self.n_components
        if d <= MANY_COLUMNS and n >= 10 * d:
            return "covariance_eigh"
        if sparse:
            return "covariance_eigh" if max(n, d) <= SMALL else "arpack"
        if max(n, d) <= SMALL or isinstance(asked, str):
            return "full"
        return "randomized" if 1 <= asked < LARGE_PART * min(n, d) else "full"

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _iterate(self, data: Problem, start: Any) -> Iterator[AxesState | EmState]:
        table, k = data.table, data.asked
        method = next(name for name, solvers in METHODS.items() if data.solver in solvers)
        require_state(start, method, table.shape[1])
        if data.solver in WHOLE:
            if start is None:
                yield self._all_axes(data)
        elif data.solver == "em":
            rows = Rows(table.samples.X, table.samples.weight)
            yield from em.iterate(rows, table.samples.total, k, self.tol, self.max_iter, start)
        elif data.solver == "power":
            yield from power.iterate(table, k, self.tol, self.max_iter, start, as_generator(self.random_state))
        elif data.solver == "oja":
            yield from oja.iterate(table, k, self.tol, self.max_iter, start, draw_entropy(self.random_state))
        else:
            yield from krylov.iterate(table, self._task(data), start, as_generator(self.random_state))

    def _task(self, data: Problem) -> Krylov:
        k = data.asked
        if data.solver == "arpack":
            return Krylov(k, k + self.n_oversamples, self.max_iter, self.tol, single=False)
        if self.iterated_power == "auto":
            single = not isinstance(data.table.samples.X, Csr)
            return Krylov(k, k + self.n_oversamples, FEW_STEPS, None, single)
        return Krylov(k, k + self.n_oversamples, self.iterated_power + 1, None, single=False)

    def _all_axes(self, data: Problem) -> AxesState:
        table = data.table
        if data.solver == "full":
            moments = table.moments()
            singular, axes = axes_of_rows(table, moments.center)
            memory: tuple[Array, ...] = ()
            singular = zeroed(singular, max(table.shape) * 2.0**-52)
        else:
            moments, products = table.scatter_matrix()
            singular, axes = axes_of_scatter(products)
            memory = (products,)
            singular = zeroed(singular, (4 * table.shape[1] * 2.0**-52) ** 0.5)
            singular, axes = axes_of_scaled_scatter(products, singular, axes)
            singular, axes = singular[: min(table.shape)], axes[: min(table.shape)]
        scatter = float(moments.squares.sum())
        k = self._number(data, singular, scatter)
        loss = left_variance(scatter, singular[:k], table.degrees)
        passes = 1 if memory else 2
        return AxesState("at once", moments.center, scatter, axes, singular, memory, loss, 1, passes, True)

    def _number(self, data: Problem, singular: Array, scatter: float) -> int:
        """Return the number of axes that are kept."""
        degrees = data.table.degrees
        total, d = data.table.samples.total, data.table.shape[1]
        return number_of_axes(data.asked, np.square(singular) / degrees, scatter / degrees, total, d)

    def _finish(self, data: Problem, state: AxesState | EmState) -> dict[str, Any]:
        table = data.table
        dtype, (n, d) = table.dtype, table.shape
        general = {
            "n_samples_": n,
            "n_iter_": state.iteration,
            "n_passes_": state.passes,
            "_fit_svd_solver": data.solver,
        }
        if isinstance(state, EmState):
            return general | self._finish_em(table, state)
        k = min(self._number(data, state.singular, state.scatter), len(state.axes))
        axes = fix_signs(state.axes[:k]).astype(dtype)
        variance = np.square(state.singular[:k]) / table.degrees
        left, rest = min(n, d) - k, state.scatter / table.degrees - float(variance.sum())
        rest = max(rest, 0.0) if k < min(n, d) else 0.0
        if len(state.singular) == min(n, d):  # all are known
            rest = float(np.square(state.singular[k:]).sum()) / table.degrees
        if data.solver != "full" and left and rest <= LOST * state.scatter / table.degrees:
            rest = variance_outside(table, state.center, state.axes[:k], rest)
        return general | {
            "components_": axes,
            **self._variances(variance, state.scatter / table.degrees, table.degrees, dtype),
            **self._mean_attributes(table.origin, state.center, dtype),
            "n_components_": k,
            "noise_variance_": rest / left if left else 0.0,
            "certificate_": self._certificate(table, data.solver, state, k, dtype),
        }

    @staticmethod
    def _variances(variance: Array, total: float, degrees: float, dtype: Any) -> dict[str, Array]:
        return {
            "explained_variance_": variance.astype(dtype),
            "explained_variance_ratio_": (variance / (total or 1.0)).astype(dtype),
            "singular_values_": np.sqrt(variance * degrees).astype(dtype),
        }

    def _certificate(self, table: Table, solver: str, state: AxesState, k: int, dtype: Any) -> Certificate:
        axes = state.axes[:k].astype(dtype).astype(np.float64)
        values = np.square(state.singular[:k])
        if solver == "covariance_eigh":
            return certify_axes(axes, axes @ state.memory[0], values, self.tol, dtype)
        if solver == "oja":
            return certify_variance(axes, table.image(axes.T, state.center).T, state.memory[-1], state.scatter)
        if solver == "randomized" and state.converged and len(state.memory) == 2:
            image, rest = state.memory
            return certify_variance(axes, image[:k], rest, state.scatter)
        return certify_by_sample(table, state.center, axes, values, self.tol, dtype)

    def _finish_em(self, table: Table, state: EmState) -> dict[str, Any]:
        total, d = table.samples.total, table.shape[1]
        scale = total / table.degrees
        vectors, deviations, _ = np.linalg.svd(state.W, full_matrices=False)
        variance = scale * (np.square(deviations) + state.noise)
        k = len(variance)
        whole = float(variance.sum()) + scale * state.noise * (d - k)
        rows = Rows(table.samples.X, table.samples.weight)
        _, ahead = em.faster_step(rows, total, state.mean, state.W, state.noise)
        change = em.difference((state.mean, state.W, state.noise), ahead)
        return {
            "components_": fix_signs(vectors.T).astype(table.dtype),
            **self._variances(variance, whole, table.degrees, table.dtype),
            **self._mean_attributes(table.origin, state.mean, table.dtype),
            "n_components_": k,
            "noise_variance_": scale * state.noise,
            "certificate_": certify_likelihood(change, self.tol),
        }

    def most_states(self) -> int | None:
        """Return the largest possible number of states of a fit, None if unknown."""
        if self.svd_solver in ("full", "covariance_eigh"):
            return 1
        if self.svd_solver == "randomized":
            return FEW_STEPS if self.iterated_power == "auto" else self.iterated_power + 1
        return None if self.svd_solver == "power" else self.max_iter

    def _advice(self, state: Any) -> str:
        return (
            f"PCA stopped after {state.iteration} steps before the axes were found to the tolerance: increase "
            "max_iter or tol, or take another svd_solver."
        )
