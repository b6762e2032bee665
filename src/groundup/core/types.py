"""The few type names that the whole package shares."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # of floats unless said otherwise; shapes stand in the docstrings
ArrayLike: TypeAlias = Any  # lists, arrays, data frames: whatever `core.validation` accepts
Seed: TypeAlias = int | np.random.Generator | np.random.RandomState | None
