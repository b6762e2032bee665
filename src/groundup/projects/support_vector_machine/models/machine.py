"""What the five kernel machines share: parameters, kernels, the solution of their dual problems, decisions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Function, Number, OneOf, Positive, Verbosity
from groundup.core.constants import BLOCK_BYTES
from groundup.core.containers.csr import Csr, in_users_form, sparse_rows
from groundup.core.containers.view import rows_of
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.kernels import Kernel, dense_rows
from groundup.core.rows import parts
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.models.task import (
    Task,
    by_decision,
    in_double,
    in_range,
    require_range,
    without_negative,
)
from groundup.projects.support_vector_machine.solvers.dual.fast import fast
from groundup.projects.support_vector_machine.solvers.dual.free_set import SMALL, free_set
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows
from groundup.projects.support_vector_machine.solvers.dual.parts import MachineState
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState, Solver
from groundup.projects.support_vector_machine.solvers.dual.smo import smo

KernelName: TypeAlias = Literal["linear", "poly", "rbf", "sigmoid", "precomputed"]
SolverName: TypeAlias = Literal["auto", "smo"]
NAMES = ("linear", "poly", "rbf", "sigmoid", "precomputed")
CONVEX = ("linear", "poly", "rbf")  # Positive semi-definite; "poly" with coef0 >= 0.
MEGABYTE = 2**20
FAR = 10.0  # Rows whose mean is this number of standard deviations from zero are measured from their mean.
HARD = 1e10  # Stands for an infinite C.


class KernelMachine(Estimator):
    """Base class of the machines that decide by a weighted sum of kernel values with their support vectors."""

    accepts = Accepts(sparse=True)
    watched: ClassVar[str] = "objective"
    _translates: ClassVar[bool] = True  # Whether the coefficients sum to zero, so that only differences of rows matter.

    kernel: KernelName | Callable[..., Any] = parameter(OneOf(NAMES) | Function(), default="rbf")
    degree: int = parameter(Number(0, whole=True), default=3)
    gamma: float | Literal["scale", "auto"] = parameter(OneOf(("scale", "auto")) | Number(0), default="scale")
    coef0: float = parameter(Number(), default=0.0)
    tol: float = parameter(Positive, default=1e-3)
    shrinking: bool = ignored(
        Boolean(), "which variables a solver leaves out for a time changes no answer", default=True
    )
    cache_size: float = parameter(Positive, default=200)
    verbose: int = parameter(Verbosity, default=False)
    max_iter: int = parameter(Number(-1, whole=True), default=-1)
    solver: SolverName = parameter(OneOf(("auto", "smo")), default="auto")

    support_: Array = fitted("*", kinds="i")
    fit_status_: int = fitted()
    shape_fit_: tuple[int, ...] = fitted()
    _vectors: Any = fitted("* *")
    _coef: Array = fitted("* *")
    _level: Array = fitted("*")
    _sparse: bool = fitted()
    _gamma: float = fitted()
    _weights: Array = fitted("* *")
    _given: Any = fitted(required=False)

    # --- what is given ----------------------------------------------------------------------------------------------

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags of this estimator."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.kernel == "precomputed"
        tags.input_tags.sparse = self.kernel != "precomputed"
        return tags

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        if callable(self.kernel):
            return X  # what a kernel function takes is its own affair
        if self.kernel == "precomputed" and inputs.is_sparse(X):
            raise TypeError("Sparse precomputed kernels are not supported: use X.toarray().")
        return super()._input(X, min_rows)

    def _columns(self, X: Any) -> dict[str, Any]:
        if callable(self.kernel) and np.ndim(X if hasattr(X, "shape") else np.asarray(X, dtype=object)) != 2:
            return {"n_features_in_": 0}
        return super()._columns(X)

    def _new_rows(self, X: ArrayLike) -> Any:
        self._require_fitted()
        rows = X if callable(self.kernel) else super()._new_rows(X)
        if isinstance(rows, Csr) and not self._sparse:
            raise ValueError(f"cannot use sparse input in {type(self).__name__!r} trained on dense data")
        return rows

    def _task(self, X: ArrayLike, target: Callable[[int], Array], sample_weight: ArrayLike) -> Task:
        """Return the rows of positive weight; `target` returns the y of a number of rows."""
        table = self._input(X)
        given = None
        if callable(self.kernel):
            given, table = X, self._values_of(X, X)
        n = table.shape[0]
        shape = tuple(map(int, X.shape)) if hasattr(X, "shape") else table.shape  # type: ignore[union-attr]
        if self._is_pairwise and table.shape[1] != n:
            raise ValueError(
                "Precomputed matrix must be a square matrix, one row and one column a sample. "
                f"Input is a {n}x{table.shape[1]} matrix."
            )
        y, weight = target(n), inputs.as_weight(without_negative(sample_weight), n)
        row = np.arange(n) if weight is None else np.flatnonzero(weight)
        weight = np.ones(n) if weight is None else weight[row]
        pairwise = self._is_pairwise
        table = (table if len(row) == n else rows_of(table, row))[:]
        rows = in_double(table[:, row] if pairwise and len(row) < n else table)
        origin = None
        if isinstance(rows, Csr) and rows.shape[0] * rows.shape[1] * 8 <= BLOCK_BYTES:
            rows = dense_rows(rows)  # of few numbers, products of sparse rows are slower
        if not pairwise:
            require_range(rows)
        if self.kernel == "linear" and self._translates and not isinstance(rows, Csr):
            mean = np.average(rows, axis=0, weights=weight)
            if mean @ mean > FAR**2 * rows.var(axis=0).sum():  # where products would lose digits
                origin = mean
                rows = rows - origin
        kernel = self._kernel(1.0 if pairwise else self._factor(rows, weight))
        memory = KernelRows(rows, kernel, self.cache_size * MEGABYTE)
        return Task(memory, y[row], weight, row, shape, origin, table, given)

    def _values_of(self, X: Any, Y: Any) -> Any:
        """Return what a kernel function says of two sets of rows."""
        values = self.kernel(X, Y)  # type: ignore[operator]
        return inputs.as_matrix(values.toarray() if hasattr(values, "toarray") else values, name="the kernel's values")

    def _factor(self, rows: Any, weight: Array) -> float:
        """Return γ: one over the columns, and for "scale" over the variance of all entries as well."""
        if not isinstance(self.gamma, str):
            return float(self.gamma)
        d = rows.shape[1]
        if self.gamma == "auto":
            return 1 / d
        total = d * float(weight.sum())
        if isinstance(rows, Csr):
            share = weight[rows.row_of_entry]
            mean = float(share @ rows.data) / total
            variance = (float(share @ np.square(rows.data - mean)) + mean**2 * (total - float(share.sum()))) / total
        elif (weight == weight[0]).all():
            variance = float(rows.var())
        else:
            mean = float((weight @ rows).sum()) / total
            variance = float((weight @ np.square(rows - mean)).sum()) / total
        return 1 / (d * variance) if variance > 0 else 1.0

    def _kernel(self, gamma: float) -> Kernel:
        if self._is_pairwise:
            return Kernel("precomputed")
        return Kernel(self.kernel, gamma, self.degree, self.coef0)

    @property
    def _convex(self) -> bool:
        """Whether the kernel is known to be positive semi-definite."""
        return self.kernel in CONVEX and (self.kernel != "poly" or self.coef0 >= 0)

    # --- what was found ---------------------------------------------------------------------------------------------

    def _found_with(self, task: Task, coef: Array, level: Array, state: MachineState) -> dict[str, Any]:
        """Return the attributes of a machine with some coefficients of the rows, (q, n), and multipliers of the sums.

        Support vectors are the rows with a coefficient, sorted by class and number.
        """
        used = np.flatnonzero(coef.any(axis=0))
        if task.classes is not None:
            used = used[np.argsort(task.y[used], kind="stable")]
        near = task.kernel.X[used]
        found: dict[str, Any] = {
            "support_": task.row[used].astype(np.int32),
            "fit_status_": int(not all(one.converged for one in state.parts)),
            "shape_fit_": task.shape,
            "_vectors": np.zeros((0, 0), task.table.dtype) if self._is_pairwise else task.table[used],
            "_coef": np.ascontiguousarray(coef[:, used]),
            "_level": level + 0.0,  # no negative zero
            "_sparse": isinstance(task.table, Csr),
            "_gamma": 0.0 if self._is_pairwise else float(task.kernel.kernel.gamma),
            "_weights": np.zeros((len(level), 0)),
        }
        if task.given is not None:
            found["_given"] = task.given
        if self.kernel == "linear":
            found["_weights"] = by_decision(found["_coef"], task.sizes(used)) @ near
            if task.origin is not None:
                found["_level"] = level - found["_weights"] @ task.origin + 0.0
        return found

    @property
    def _is_pairwise(self) -> bool:
        return callable(self.kernel) or self.kernel == "precomputed"

    @property
    def support_vectors_(self) -> Any:
        """The support vectors, (v, d), sparse if X was; empty for kernel functions and precomputed kernels."""
        self._require_attribute()
        return in_users_form(self._vectors) if self._sparse else self._vectors

    @property
    def dual_coef_(self) -> Any:
        """Coefficients of the support vectors in the decision function, sparse if X was."""
        self._require_attribute()
        coef = self._coef.astype(self._vectors.dtype)
        return in_users_form(sparse_rows(coef)) if self._sparse else coef

    @property
    def intercept_(self) -> Array:
        """Constants of the decision functions."""
        self._require_attribute()
        return self._level.astype(self._vectors.dtype)

    @property
    def n_support_(self) -> Array:
        """Number of support vectors, for classifiers that of each class."""
        self._require_attribute()
        return np.array([len(self.support_)], dtype=np.int32)

    @property
    def coef_(self) -> Any:
        """Weights of the columns, for a linear kernel only."""
        if self.kernel != "linear":
            raise AttributeError("coef_ is only available when using a linear kernel")
        self._require_attribute()
        dtype = self._vectors.dtype
        if self._sparse:
            weights = in_users_form(sparse_rows(self._weights.astype(dtype)))
            weights.data.flags.writeable = False
            return weights
        dense = self._weights.astype(dtype)
        dense.flags.writeable = False
        return dense

    def _require_attribute(self) -> None:
        """Raise AttributeError before a fit."""
        if "support_" not in vars(self):
            raise AttributeError(f"This {type(self).__name__} instance is not fitted yet.")

    def _decide(self, X: ArrayLike) -> Array:
        """Return the decision functions of rows, (n, q), in blocks.  eq. support_vector_machine:decision"""
        rows = self._new_rows(X)
        sizes = getattr(self, "_n_support", None)
        if sizes is not None and sizes.sum() != len(self.support_):
            raise ValueError(f"The internal representation of {type(self).__name__} was altered.")
        coef = by_decision(self._coef, sizes).T
        if callable(self.kernel):
            rows = self._values_of(rows, self._given)
            if rows.shape[1] != self.shape_fit_[0]:
                raise ValueError(f"The kernel's values have shape {rows.shape}, not {self.shape_fit_[0]} columns.")
        dtype = np.result_type(rows.dtype, self._vectors.dtype)
        if self._is_pairwise:
            return np.asarray(rows[:, self.support_] @ coef + self._level, dtype)
        if self.kernel == "linear":
            return np.asarray(in_double(rows) @ self._weights.T + self._level, dtype)
        result = np.tile(self._level, (rows.shape[0], 1))
        v, vectors, kernel = len(self.support_), in_double(self._vectors), self._kernel(self._gamma)
        limit = inputs.LARGEST ** (1 / max(1, self.degree if self.kernel == "poly" else 1))
        for block in parts(len(result) if v else 0, max(1, BLOCK_BYTES // (8 * max(v, rows.shape[1])))):
            result[block] += kernel.table(in_range(in_double(rows[block]), limit), vectors) @ coef
        return result.astype(dtype)

    # --- solving ----------------------------------------------------------------------------------------------------

    def _solve(self, problem: Dual, start: DualState | None) -> Iterator[DualState]:
        """Yield the states of a dual problem."""
        solver: Solver = free_set if len(problem.kernel) <= SMALL else fast
        yield from (smo if self.solver == "smo" else solver)(problem, self._tolerance(problem), self.max_iter, start)

    def _tolerance(self, problem: Dual) -> float:
        """Return the largest violation of the optimality conditions, in the unit of the scores of a problem."""
        return float(self.tol)

    @property
    def _bound(self) -> float:
        """C, a number."""
        C = float(getattr(self, "C", 1.0))
        return C if np.isfinite(C) else HARD

    def most_states(self) -> None:
        """Return None: the number of states is not known."""

    def _advice(self, state: MachineState) -> str:
        advice = "Consider pre-processing your data with StandardScaler or MinMaxScaler."
        if self.max_iter < 0:
            return f"Solver stopped where rounding leaves no descent, before it reached tol={self.tol:g}.  {advice}"
        return f"Solver terminated early (max_iter={self.max_iter}).  {advice}"

    @classmethod
    def _check_agreement(cls, found: Mapping[str, Any]) -> None:
        support, shape, vectors = found["support_"], found["shape_fit_"], found["_vectors"]
        if len(shape) == 0 or (support < 0).any() or (support >= shape[0]).any():
            raise ValueError("has support vectors that are no rows of the fit.")
        if found["_coef"].shape[1] != len(support) or found["_weights"].shape[0] != len(found["_level"]):
            raise ValueError("has coefficients that do not fit the support vectors.")
        if found["_sparse"] != isinstance(vectors, Csr) or found["_gamma"] < 0:
            raise ValueError("has support vectors of another form, or a negative gamma.")
        if len(shape) == 2 and shape[1] != found["n_features_in_"]:
            raise ValueError(f"has rows of {shape[1]} columns.")
        pairwise = vectors.shape == (0, 0) and shape[0] == shape[-1]
        if not pairwise and vectors.shape != (len(support), found["n_features_in_"]):
            raise ValueError(f"has support vectors of shape {vectors.shape}.")
        if found["_weights"].shape[1] not in (0, found["n_features_in_"]):
            raise ValueError("has weights of other columns.")
        classes = found.get("classes_", ())
        K = len(classes)
        if found["_coef"].shape[0] != max(1, K - 1) or len(found["_level"]) != max(1, K * (K - 1) // 2):
            raise ValueError("has another number of decision functions.")
