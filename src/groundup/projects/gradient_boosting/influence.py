"""How much each column matters: by the trees' gains, by shuffling it, and by its Shapley values."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.thinning import some_rows

MOST = 1000  # Rows on which columns are shuffled and explained.
REPEATS = 5
