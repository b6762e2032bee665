"""Principal components in the space of a kernel."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Function, Instance, Jobs, Number, OneOf, RandomState
from groundup.core.containers.csr import Csr
from groundup.core.containers.view import rows_of
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.kernels import NAMES, Kernel, KernelName, dense_rows
from groundup.core.seeds import as_generator
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.pca.certificate import certify_axes, certify_variance
from groundup.projects.pca.models.projection import as_scores
from groundup.projects.pca.solvers import kernel_axes
from groundup.projects.pca.solvers.components import fix_signs
from groundup.projects.pca.solvers.kernel_axes import KernelProblem, KernelState
from groundup.projects.pca.solvers.tail import PROBES, SMALL_SIDE, largest_sum, tail_norms

OVERSAMPLES = 10  # Random columns beyond n_components.
FEW_AXES, MANY_ROWS = 10, 200  # With fewer axes than this of more rows than this, "auto" takes "arpack".
STEPS = 300  # Of "arpack" with max_iter=None.


@dataclass(frozen=True)
class Options:
    """Kernel values to come, and how many axes are asked for.

    Of a precomputed table whose rows do not all have positive weight, the numbers of those that have are kept.
    """

    problem: KernelProblem
    kept: Array | None
    solver: str
    k: int


class KernelPCA(Transformer):
    """Principal component analysis of rows that a kernel maps to a space of many dimensions.

    Parameters
    ----------
    n_components : int or None, default=None
        Number of axes; None keeps all with positive eigenvalues.
    kernel : {"linear", "poly", "rbf", "sigmoid", "cosine", "precomputed"} or callable, default="linear"
        See `groundup.core.kernels.Kernel`.
    gamma : float or None, default=None
        Factor of "rbf", "poly" and "sigmoid"; None is one over the number of columns.
    degree : float, default=3
        Degree of "poly".
    coef0 : float, default=1
        Constant of "poly" and "sigmoid".
    kernel_params : dict or None, default=None
        Further arguments of a callable.
    alpha : float, default=1.0
        Penalty of the ridge regression that learns pre-images.
    fit_inverse_transform : bool, default=False
        Whether to learn pre-images.
    eigen_solver : {"auto", "dense", "arpack", "randomized"}, default="auto"
        "dense" finds all axes; "arpack" and "randomized" the first (by a block Krylov iteration, to rounding or for a
        number of steps). "auto" is "arpack" for fewer than 10 axes of more than 200 rows, else "dense".
    tol : float, default=0.0
        Residual at which "arpack" stops, relative to the largest eigenvalue; 0 stands for rounding.
    max_iter : int or None, default=None
        Largest number of steps of "arpack"; None is 300.
    iterated_power : int or "auto", default="auto"
        Steps of "randomized"; "auto" is 7 for fewer axes than a tenth of the rows, else 4.
    remove_zero_eig : bool, default=False
        Whether axes with eigenvalue zero are left out; without n_components they always are.
    random_state : int, Generator, RandomState or None, default=None
        Source of the random columns.
    copy_X : bool, default=True
        Ignored; the rows are copied.
    n_jobs : int or None, default=None
        Ignored.

    Attributes
    ----------
    eigenvalues_ : ndarray of shape (k,)
        Of the centred table of kernel values, the largest first.
    eigenvectors_ : ndarray of shape (n, k)
        Its eigenvectors; the largest entry of each is positive.
    X_fit_ : ndarray or Csr of shape (n, d)
        The rows of positive weight.
    gamma_ : float
        The factor taken.
    dual_coef_ : ndarray of shape (n, d)
        Coefficients of the pre-images (with fit_inverse_transform).
    X_transformed_fit_ : ndarray of shape (n, k)
        Scores of the rows (with fit_inverse_transform).
    certificate_ : Certificate
        Whether these are eigenvectors.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    A row of weight two is two rows; the eigenvectors are those of the table with rows and columns multiplied by the
    roots of the weights.

    Examples
    --------
    >>> from groundup import KernelPCA
    >>> model = KernelPCA(1, kernel="rbf", gamma=1.0).fit([[0.0], [1.0], [5.0]])
    >>> print(model.transform([[0.0], [5.0]]).round(3).ravel())
    [-0.433  0.865]
    """

    accepts = Accepts(sparse=True)

    n_components: int | None = parameter(OneOf((None,)) | Count, default=None, kw_only=False)
    kernel: KernelName | Callable[..., Any] = parameter(OneOf(NAMES) | Function(), default="linear")
    gamma: float | None = parameter(OneOf((None,)) | Number(0), default=None)
    degree: float = parameter(Number(0), default=3)
    coef0: float = parameter(Number(), default=1)
    kernel_params: Mapping[str, Any] | None = parameter(OneOf((None,)) | Instance((dict,), "a dict"), default=None)
    alpha: float = parameter(Number(0), default=1.0)
    fit_inverse_transform: bool = parameter(Boolean(), default=False)
    eigen_solver: Literal["auto", "dense", "arpack", "randomized"] = parameter(
        OneOf(("auto", "dense", "arpack", "randomized")), default="auto"
    )
    tol: float = parameter(Number(0), default=0.0)
    max_iter: int | None = parameter(OneOf((None,)) | Count, default=None)
    iterated_power: int | Literal["auto"] = parameter(OneOf(("auto",)) | Number(0, whole=True), default="auto")
    remove_zero_eig: bool = parameter(Boolean(), default=False)
    random_state: Seed = parameter(RandomState, default=None)
    copy_X: bool = ignored(Boolean(), "the rows are copied", default=True)
    n_jobs: int | None = ignored(Jobs, "the table is computed in one process", default=None)

    eigenvalues_: Array = fitted("*")
    eigenvectors_: Array = fitted("n *")
    X_fit_: Any = fitted("n d", "n n")
    gamma_: float = fitted()
    dual_coef_: Array = fitted("n d", required=False)
    X_transformed_fit_: Array = fitted("n *", required=False)
    _means: Array = fitted("n")
    _mean: float = fitted()
    _root: Array = fitted("n")
    _kept: Array = fitted("n", kinds="i", required=False)

    watched: ClassVar[str] = "loss"

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        k = len(fitted["eigenvalues_"])
        if fitted["eigenvectors_"].shape[1] != k or (fitted["eigenvalues_"] < 0).any():
            raise ValueError(f"has {k} eigenvalues that do not fit the eigenvectors, or are negative.")
        if "dual_coef_" in fitted and fitted["X_transformed_fit_"].shape[1] != k:
            raise ValueError(f"has scores along another number of axes than {k}.")
        if (fitted["_root"] <= 0).any():
            raise ValueError("has weights that are not positive.")
        kept = fitted.get("_kept", np.zeros(0, int))
        if fitted["X_fit_"].shape[1] != (kept.size or fitted["n_features_in_"]):
            raise ValueError("has rows of another number of columns.")
        if kept.size and not (kept.min() >= 0 and kept.max() < fitted["n_features_in_"]):
            raise ValueError("keeps columns that the fit did not have.")

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        rows = super()._input(X, min_rows)
        if self.kernel == "precomputed" and isinstance(rows, Csr):
            raise TypeError("Sparse data was passed for X, but a precomputed table must be dense: use X.toarray().")
        if self.fit_inverse_transform and isinstance(rows, Csr):
            raise TypeError("Sparse data was passed for X, but pre-images need dense rows: use X.toarray().")
        return rows

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags of this estimator."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.kernel == "precomputed"
        tags.input_tags.sparse = self.kernel != "precomputed" and not self.fit_inverse_transform
        return tags

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Options:
        rows = self._input(X)
        if self.kernel == "precomputed":
            if self.fit_inverse_transform:
                raise ValueError("Cannot fit_inverse_transform with a precomputed kernel: there are no rows.")
            if rows.shape[0] != rows.shape[1]:
                raise ValueError(f"X must be square, one row and one column a sample, got shape {rows.shape}.")
        weight = inputs.as_weight(sample_weight, rows.shape[0])
        kept = None
        if weight is not None and not weight.all():
            index = np.flatnonzero(weight)
            rows, weight = rows_of(rows, index), weight[index]
            if self.kernel == "precomputed":
                rows, kept = rows[:, index], index
        rows = rows if isinstance(rows, Csr) else np.array(rows[:])
        if self.kernel == "linear":
            inputs.require_squares(rows, "X")
        origin = self._origin(rows)
        problem = KernelProblem(rows, weight, self._kernel(rows.shape[1]), origin, rows.dtype)
        n = len(rows)
        k = n if self.n_components is None else min(n, self.n_components)
        solver = self.eigen_solver
        if solver == "auto":
            solver = "arpack" if n > MANY_ROWS and k < FEW_AXES else "dense"
        return Options(problem, kept, solver, k)

    def _origin(self, rows: Any) -> Array | None:
        """Return the point from which rows are measured, where the centred table does not depend on it."""
        if self.kernel not in ("linear", "rbf") or isinstance(rows, Csr):
            return None
        origin: Array = rows.mean(axis=0, dtype=np.float64)
        return origin

    def _kernel(self, d: int) -> Kernel:
        gamma = 1 / d if self.gamma is None else float(self.gamma)
        return Kernel(self.kernel, gamma, self.degree, self.coef0, self.kernel_params or {})

    def _iterate(self, data: Options, start: KernelState | None) -> Iterator[KernelState]:
        n, k = len(data.problem.X), data.k
        steps, tol = self.max_iter or STEPS, self.tol if data.solver == "arpack" else None
        if data.solver == "randomized":
            auto = 7 if k < 0.1 * n else 4
            steps = 1 + (auto if self.iterated_power == "auto" else self.iterated_power)
        yield from kernel_axes.iterate(
            data.problem, k, data.solver, k + OVERSAMPLES, steps, tol, start, as_generator(self.random_state)
        )

    def _finish(self, data: Options, state: KernelState) -> dict[str, Any]:
        problem = data.problem
        values = kernel_axes.positive_eigenvalues(state.eigenvalues, problem.dtype.itemsize)
        vectors = fix_signs((state.eigenvectors / problem.root[:, None]).T).T * problem.root[:, None]
        certificate = self._certificate(data, state)
        if self.remove_zero_eig or self.n_components is None:
            values, vectors = values[values > 0], vectors[:, values > 0]
        found: dict[str, Any] = {
            "eigenvalues_": values.astype(problem.dtype),
            "eigenvectors_": vectors.astype(problem.dtype),
            "X_fit_": problem.X,
            "gamma_": problem.kernel.gamma,
            "_means": problem.means[0],
            "_mean": problem.means[1],
            "_root": problem.root,
            "certificate_": certificate,
        }
        if data.kept is not None:
            found["_kept"] = data.kept
        if self.fit_inverse_transform:
            scores = vectors * np.sqrt(values) / problem.root[:, None]
            dual = kernel_axes.preimage_coefficients(
                problem.kernel, scores, np.asarray(problem.X), problem.root**2, self.alpha
            )
            found |= {"X_transformed_fit_": scores.astype(problem.dtype), "dual_coef_": dual.astype(problem.dtype)}
        return found

    def _certificate(self, data: Options, state: KernelState) -> Certificate:
        table, axes = data.problem.table, state.eigenvectors.T
        image = axes @ table
        if data.solver == "randomized":
            trace = float(np.trace(table)) or 1.0
            if len(table) <= SMALL_SIDE:
                return certify_variance(axes, image, largest_sum(table, len(axes)) / trace, trace)
            probes = np.random.default_rng(len(table)).standard_normal((len(table), PROBES))
            return certify_variance(axes, image, tail_norms(lambda V: table @ V / trace, axes, probes), trace)
        rounding = data.problem.rounding / (np.abs(state.eigenvalues).max(initial=0.0) or 1.0)
        tol = max(self.tol, rounding)
        return certify_axes(axes, image, state.eigenvalues, tol, np.float64, "the centred kernel table")

    def _transform(self, X: ArrayLike) -> Array:
        """Return the scores of the rows.  eq. pca:kernel"""
        rows = self._new_rows(X)
        if isinstance(rows, Csr) and not isinstance(self.X_fit_, Csr):
            rows = dense_rows(rows)
        weight = self._root**2
        problem = KernelProblem(
            self.X_fit_, weight, self._kernel(self.n_features_in_), self._origin(self.X_fit_), self.X_fit_.dtype
        )
        if hasattr(self, "_kept"):
            rows = rows[:, self._kept]
        table = problem.values(rows)
        centred = kernel_axes.centered(table, table @ weight / weight.sum(), self._means, self._mean)
        positive = self.eigenvalues_ > 0
        inverse = np.where(positive, 1 / np.sqrt(np.where(positive, self.eigenvalues_, 1)), 0)
        scores = centred @ (self._root[:, None] * self.eigenvectors_ * inverse)
        return scores.astype(np.result_type(rows.dtype, self.eigenvectors_))

    def _n_features_out(self) -> int:
        return len(self.eigenvalues_)

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return rows whose scores are about those given.  eq. pca:preimage

        Parameters
        ----------
        X : array-like of shape (n, k)
            Scores.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        NotFittedError
            Before `fit`, and without `fit_inverse_transform`.
        ValueError
            For another number of scores than axes, and for missing or infinite entries.
        """
        self._require_fitted()
        if not hasattr(self, "dual_coef_"):
            raise recognized(NotFittedError)(
                "The fit_inverse_transform parameter was not set to True when instantiating and hence the inverse "
                "transform is not available."
            )
        scores = as_scores(X, len(self.eigenvalues_), type(self).__name__)
        kernel = self._kernel(self.n_features_in_)
        table = kernel_axes.finite_values(kernel.table(scores, self.X_transformed_fit_), kernel)
        return table @ self.dual_coef_

    def _advice(self, state: KernelState) -> str:
        return f"KernelPCA stopped after {state.iteration} steps before convergence: increase max_iter or tol."
