"""What a model boosted on histograms keeps."""

import numpy as np

from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.models.categories import Categories
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.losses import LOSSES


@record
class HistogramEnsemble:
    """What predictions need, and what a warm start goes on from.

    Parameters
    ----------
    forest : Forest
        All trees, those of an iteration one after the other; their values are steps that are taken.
    loss : str
        Name of the loss.
    alpha : float
        Its quantile.
    K : int
        Number of scores of a row, and of trees of an iteration.
    start : ndarray of shape (K,)
        Scores from which boosting starts.
    categories : Categories
        The categories of the columns.
    losses : ndarray
        As of `HistogramState`.
    entropy : tuple of int
        Seed of all random numbers.
    """

    forest: Forest
    loss: str
    alpha: float
    K: int
    start: Array
    categories: Categories
    losses: Array
    entropy: tuple[int, ...]

    def complaint(self, T: int, d: int) -> str:
        """Return what is wrong with trees of T iterations over d columns that were read from a file; "" for nothing."""
        K, columns = self.K, self.categories.columns
        if wrong := self.forest.complaint(d):
            return f"trees {wrong}"
        if K < 1 or len(self.forest) != T * K or self.forest.nodes.value.shape[1:] != (1, 1):
            return f"{len(self.forest)} trees instead of {K} for each of {T} iterations"
        if self.loss not in LOSSES or not np.isfinite(self.alpha):
            return "trees of an unknown loss"
        if self.start.shape != (K,) or not np.isfinite(self.start).all():
            return "a start that is not finite, or of another number of scores"
        known = columns.ndim == 1 and columns.dtype.kind == "i" and ((columns >= 0) & (columns < d)).all()
        return "" if known and len(columns) == len(self.categories.values) else "categories of other columns"
