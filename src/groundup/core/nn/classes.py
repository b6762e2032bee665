"""What networks that tell classes apart share."""

from typing import Any

import numpy as np

from groundup.core.nn.losses import CrossEntropy, Loss
from groundup.core.types import Array

RAREST = 1e-10  # Smallest probability of a constant prediction.


def scores_of_shares(shares: Array, loss: Loss) -> Array:
    """Return the scores that give all samples the same probabilities, of classes or of yes."""
    shares = np.clip(shares, RAREST, 1 - RAREST)
    return np.log(shares) if isinstance(loss, CrossEntropy) else np.log(shares / (1 - shares))


def require_same_classes(model: Any, classes: Array) -> None:
    """Raise ValueError where a warm start would go on with other classes."""
    if model.warm_start and hasattr(model, "classes_") and not np.array_equal(classes, model.classes_):
        raise ValueError(
            "warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously "
            f"got {model.classes_}, `y` has {classes}"
        )
