"""Nyström's features, whose inner products are nearly those of any kernel."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Count, Function, Instance, Jobs, Number, OneOf, RandomState
from groundup.core.containers.csr import Csr
from groundup.core.containers.fingerprints import fingerprint
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.exceptions import warn
from groundup.core.kernels import COLUMNWISE, NAMES, ColumnwiseName, Kernel, KernelName
from groundup.core.rows import Rows
from groundup.core.seeds import as_generator
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed

SMALLEST_EIGENVALUE = 1e-12  # Singular values of the table of kernel values are at least this.
TOLERANCE = {8: 1e-6, 4: 1e-3}  # Relative error of the components' own kernel values that passes, by bytes of a number.


@record
class NystroemState:
    """The components and what normalises their kernel values, found in one step.

    Parameters
    ----------
    iteration : int
        1.
    indices : ndarray of int of shape (m,)
        Rows that are the components.
    table : ndarray of shape (m, m)
        Their kernel values.
    normalization : ndarray of shape (m, m)
        Inverse root of the table.
    error : float
        Relative error of these values as inner products of the features.
    converged : bool
        True.
    """

    iteration: int
    indices: Array
    table: Array
    normalization: Array
    error: float
    converged: bool


@dataclass(frozen=True)
class NystroemData:
    """The rows, their weights, the kernel, and the source of the random numbers."""

    rows: Any
    weight: Array | None
    kernel: Kernel
    rng: np.random.Generator


class Nystroem(Transformer):
    """Nyström's features: columns whose inner products are nearly the values of a kernel.

    Some rows are the components. On them the inner products are exact; other rows are projected on their span in the
    space of the kernel.

    Parameters
    ----------
    kernel : str or callable, default="rbf"
        "linear", "poly" or "polynomial", "rbf", "sigmoid", "cosine", "laplacian", "chi2", "additive_chi2",
        "precomputed" (rows hold the kernel values with all training rows), or a function of two rows that returns a
        number; see `groundup.core.kernels.Kernel`.
    gamma : float or None, default=None
        γ; None is one over the number of columns, and 1 for "chi2".
    coef0 : float or None, default=None
        Constant of "poly" and "sigmoid"; None is 1.
    degree : float or None, default=None
        Degree of "poly"; None is 3.
    kernel_params : dict or None, default=None
        Further arguments of a function.
    n_components : int, default=100
        Number of components, at most that of distinct rows; scikit-learn's is at most that of all rows.
    random_state : int, Generator, RandomState or None, default=None
        Source of the choice of components: distinct rows, drawn with probabilities proportional to their weights. An
        integer gives the numbers of NumPy's Generator, not those that scikit-learn draws with it.
    n_jobs : int or None, default=None
        Ignored.

    Attributes
    ----------
    components_ : ndarray or Csr of shape (m, d)
        The components; for a precomputed kernel their kernel values with all training rows.
    component_indices_ : ndarray of int of shape (m,)
        Their numbers among the training rows.
    normalization_ : ndarray of shape (m, m)
        What the kernel values with the components are multiplied by; directions in which these have no extent to
        rounding are kept small.
    certificate_ : Certificate
        Whether the features give the kernel values of the components: not for a kernel that is no inner product, such
        as "sigmoid".
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    A row occurs once among the components: a copy would add no direction, and a row of weight two must be the same as
    the row twice. Where rows repeat there may therefore be fewer columns than in scikit-learn.

    Source: Williams and Seeger, Using the Nyström method to speed up kernel machines, NIPS 2000.

    Examples
    --------
    >>> from groundup import Nystroem
    >>> features = Nystroem(gamma=0.5, n_components=2, random_state=0).fit_transform([[0.0], [1.0]])
    >>> print((features @ features.T).round(4))  # exp(-0.5) is 0.6065
    [[1.     0.6065]
     [0.6065 1.    ]]
    """

    accepts = Accepts(sparse=True)
    watched: ClassVar[str] = "error"

    kernel: KernelName | ColumnwiseName | Literal["polynomial"] | Callable[..., Any] = parameter(
        OneOf((*NAMES, *COLUMNWISE)) | Function(), default="rbf", kw_only=False, aliases={"polynomial": "poly"}
    )
    gamma: float | None = parameter(OneOf((None,)) | Number(0), default=None)
    coef0: float | None = parameter(OneOf((None,)) | Number(), default=None)
    degree: float | None = parameter(OneOf((None,)) | Number(1), default=None)
    kernel_params: Mapping[str, Any] | None = parameter(OneOf((None,)) | Instance((dict,), "a dict"), default=None)
    n_components: int = parameter(Count, default=100)
    random_state: Seed = parameter(RandomState, default=None)
    n_jobs: int | None = ignored(Jobs, "the table is computed in one process", default=None)

    components_: Any = fitted("* d")
    component_indices_: Array = fitted("*", kinds="iu")
    normalization_: Array = fitted("* *")

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, or not together."""
        super().check_parameters()
        given = (self.gamma, self.coef0, self.degree) != (None, None, None)
        if given and (callable(self.kernel) or self.kernel == "precomputed"):
            raise ValueError("Don't pass gamma, coef0 or degree to Nystroem if using a callable or precomputed kernel")

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        m = len(fitted["component_indices_"])
        if len(fitted["components_"]) != m or fitted["normalization_"].shape != (m, m):
            raise ValueError(f"has {m} numbers of components, which do not fit the components or the normalisation.")
        if m and fitted["component_indices_"].max() >= fitted["n_features_in_"] == fitted["components_"].shape[0] > m:
            raise ValueError("has a component that the training rows did not have.")

    def _kernel(self, d: int) -> Kernel:
        usual = 1.0 if self.kernel == "chi2" else 1 / d
        return Kernel(
            self.canonical("kernel"),
            gamma=usual if self.gamma is None else float(self.gamma),
            degree=3.0 if self.degree is None else float(self.degree),
            coef0=1.0 if self.coef0 is None else float(self.coef0),
            parameters=self.kernel_params or {},
        )

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        rows = super()._input(X, min_rows)
        if self.kernel in ("chi2", "additive_chi2"):
            entries = rows.data if isinstance(rows, Csr) else rows
            inputs.require_non_negative(entries, "X", f"Nystroem with kernel={self.kernel!r}")
        return rows

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> NystroemData:
        rows = self._input(X)
        weight = inputs.as_weight(sample_weight, len(rows))
        return NystroemData(rows, weight, self._kernel(rows.shape[1]), as_generator(self.random_state))

    def _iterate(self, data: NystroemData, start: NystroemState | None) -> Iterator[NystroemState]:
        """Choose components, and find the inverse root of their kernel values.

        eq. support_vector_machine:nystroem
        """
        if start is None:
            indices = self._components(data)
            table = component_table(data, indices)
            U, size, V = np.linalg.svd(table)
            normalization = U / np.sqrt(np.maximum(size, SMALLEST_EIGENVALUE)) @ V
            yield NystroemState(1, indices, table, normalization, reproduction_error(table, normalization), True)

    def _components(self, data: NystroemData) -> Array:
        """Draw distinct rows, in the order of a hash of their values: copies of one add their weights."""
        key = Rows(data.rows).concatenate(lambda X: fingerprint(X, np.float64))
        weight = np.ones(len(key)) if data.weight is None else data.weight
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        mass = np.bincount(place, weight)
        count = int(np.count_nonzero(mass))
        if self.n_components > count:
            warn(
                "n_components > n_samples. This is not possible.\nn_components was set to n_samples, which results in "
                f"inefficient evaluation of the full kernel: {self.n_components} components of {count} distinct rows.",
                UserWarning,
            )
        chosen = data.rng.choice(len(mass), min(self.n_components, count), replace=False, p=mass / mass.sum())
        return np.asarray(first[chosen])

    def most_states(self) -> int:
        """Return the number of states of a fit: one."""
        return 1

    def _finish(self, data: NystroemData, state: NystroemState) -> dict[str, Any]:
        dtype = data.rows.dtype
        certificate = Certificate(
            "The features' inner products are the kernel values of the components.",
            "error relative to the largest",
            reproduction_error(state.table, state.normalization),
            TOLERANCE[dtype.itemsize],
        )
        return {
            "components_": data.rows[state.indices],
            "component_indices_": state.indices,
            "normalization_": state.normalization.astype(dtype),
            "certificate_": certificate,
        }

    def _transform(self, X: ArrayLike) -> Array:
        rows = self._new_rows(X)
        if self.kernel == "precomputed":
            return np.asarray(rows[:, self.component_indices_] @ self.normalization_.T)
        kernel = self._kernel(self.n_features_in_)
        return Rows(rows).concatenate(features_of, self.components_, kernel, self.normalization_)

    def _n_features_out(self) -> int:
        return len(self.component_indices_)


def features_of(X: Any, components: Any, kernel: Kernel, normalization: Array) -> Array:
    """Return kernel values with the components times the inverse root of theirs, (n, m)."""
    return kernel.table(X, components) @ normalization.T


def component_table(data: NystroemData, indices: Array) -> Array:
    """Return the kernel values of the components, (m, m), in double precision."""
    rows = data.rows[indices]
    table = rows[:, indices] if data.kernel.name == "precomputed" else data.kernel.symmetric(rows)
    return np.asarray(table, dtype=np.float64)


def reproduction_error(table: Array, normalization: Array) -> float:
    """Return the largest error of kernel values as inner products of the features, relative to the largest value."""
    features = table @ normalization.T
    return float(np.abs(features @ features.T - table).max() / (np.abs(table).max() or 1.0))
