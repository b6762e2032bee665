"""Type aliases of the whole package."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # Floats unless the docstring says otherwise; it also gives the shape.
ArrayLike: TypeAlias = Any  # Lists, arrays, data frames: what `core.checks.inputs` accepts.
Seed: TypeAlias = int | np.random.Generator | np.random.RandomState | None
