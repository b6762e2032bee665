"""Scores, named as in scikit-learn: of predictions (`regression`) and of groupings (`clustering`)."""

from groundup.core.metrics.clustering import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)
from groundup.core.metrics.regression import mean_squared_error, r2_score

__all__ = [
    "adjusted_rand_score",
    "calinski_harabasz_score",
    "davies_bouldin_score",
    "mean_squared_error",
    "r2_score",
    "silhouette_samples",
    "silhouette_score",
]
