"""Scores, named as in scikit-learn: of predictions (`regression`) and of groupings (`clustering`)."""

from groundup.core.metrics.regression import mean_squared_error, r2_score

__all__ = ["mean_squared_error", "r2_score"]
