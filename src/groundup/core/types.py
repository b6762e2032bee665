"""Type aliases of the whole package."""

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy import typing as npt

Array: TypeAlias = npt.NDArray[Any]  # Floats unless the docstring says otherwise; it also gives the shape.


class Sparse(Protocol):
    """A sparse matrix of SciPy."""

    def tocsr(self) -> Any: ...  # noqa: D102


# Lists, arrays, data frames, sparse matrices: what `core.checks.inputs` accepts; None for an argument left out.
ArrayLike: TypeAlias = npt.ArrayLike | Sparse | None
Seed: TypeAlias = int | np.random.Generator | np.random.RandomState | None
