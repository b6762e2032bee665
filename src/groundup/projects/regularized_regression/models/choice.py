"""The choice among cross-validated penalties."""

import numpy as np

from groundup.core.types import Array


def best(errors: Array) -> tuple[int, int]:
    """Return the places of the l1_ratio and the alpha with the smallest mean error.

    Of equally good ones they are the first.
    """
    ratio, place = np.unravel_index(int(means(errors).argmin()), errors.shape[:2])
    return int(ratio), int(place)


def means(errors: Array) -> Array:
    """Return the mean errors over the folds so far; infinite where there are none."""
    known = np.isfinite(errors)
    count = known.sum(axis=2)
    return np.where(count > 0, np.where(known, errors, 0).sum(axis=2) / np.maximum(count, 1), np.inf)


def one_standard_error(errors: Array) -> int:
    """Return the place of the largest alpha within a standard error of the best.

    eq. regularized_regression:one-standard-error

    Parameters
    ----------
    errors : ndarray of shape (n_alphas, n_folds)
        For falling alphas.
    """
    errors = errors[:, np.isfinite(errors).all(axis=0)]
    mean, folds = errors.mean(axis=1), errors.shape[1]
    place = int(mean.argmin())
    spread = errors[place].std(ddof=1) / np.sqrt(folds) if folds > 1 else 0.0
    return int((mean <= mean[place] + spread).argmax())
