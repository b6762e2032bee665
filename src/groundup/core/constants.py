"""Constants used in several packages."""

import numpy as np

EPS = float(np.finfo(np.float64).eps)  # Relative spacing of double-precision numbers.
BLOCK_BYTES = 1 << 20  # A block of the widest array, and what is computed from it, stays in the cache.
