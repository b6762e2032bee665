"""The autoencoder, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import manifold
from groundup.projects.autoencoder import findings, measures
from groundup.projects.autoencoder.animation import unfolding
from groundup.projects.autoencoder.example import two_thermometers
from groundup.projects.autoencoder.figures.drawing import rows_are_pictures
from groundup.projects.autoencoder.figures.manifold import manifold as opening
from groundup.projects.autoencoder.figures.noise import arrows, denoising
from groundup.projects.autoencoder.figures.pictures import interpolation, latent, reconstructions
from groundup.projects.autoencoder.figures.plane import plane
from groundup.projects.autoencoder.figures.size import anomalies, bottleneck
from groundup.projects.autoencoder.figures.traversals import traversals
from groundup.projects.autoencoder.models.autoencoder import Autoencoder
from groundup.projects.autoencoder.models.variational_autoencoder import VariationalAutoencoder
from groundup.projects.autoencoder.workloads import WORKLOADS
from groundup.projects.common.declaration import Metric, Model, Project

KEPT = 0.8  # Share of the variance whose principal axes are counted for the codes of a user's table.
MOST_CODES = 10
OF_A_COLUMN = 2e-4  # Decrease that counts, for each column of a narrow table.
FEW_ROWS = 2000  # Rows of a table up to which batches are small.
COMMON: dict[str, Any] = {"hidden_layer_sizes": (64, 32), "activation": "elu", "learning_rate_init": 0.005}
SURFACE: dict[str, Any] = {**COMMON, "batch_size": 100, "max_iter": 600, "n_iter_no_change": 20}
PICTURES: dict[str, Any] = {
    **COMMON, "activation": "tanh", "learning_rate_init": 0.01, "batch_size": 100, "tol": 0.1, "max_iter": 300,
}  # fmt: skip
TABLE: dict[str, Any] = {
    **COMMON, "hidden_layer_sizes": (16,), "alpha": 1.0, "tol": 1e-3, "max_iter": 500,
}  # fmt: skip
PATIENT: dict[str, Any] = {"learning_rate_init": 0.002, "tol": 1e-3, "max_iter": 1000, "n_iter_no_change": 60}


def number_of_codes(data: Dataset) -> int:
    """Return how many principal axes hold 80 % of the variance; at most half of the columns."""
    variance = np.linalg.svd(data.X - data.X.mean(axis=0), compute_uv=False) ** 2
    enough = int(np.searchsorted(np.cumsum(variance), KEPT * variance.sum())) + 1
    return max(1, min(enough, data.X.shape[1] // 2, MOST_CODES))


def options(data: Dataset) -> dict[str, Any]:
    """Return size and training: two codes of pictures and of a surface; of a table as many as hold its variance."""
    if rows_are_pictures(data):
        sized = {**PICTURES, "n_components": 2}
    elif data.encoder is None and data.X.shape[1] <= 3:
        sized = {**SURFACE, "n_components": min(2, max(1, data.X.shape[1] - 1))}
    else:
        sized = {**TABLE, "n_components": number_of_codes(data), "batch_size": 50 if len(data.X) <= FEW_ROWS else 200}
        sized["tol"] = min(TABLE["tol"], OF_A_COLUMN * data.X.shape[1])  # the loss is a sum over the columns
    return {**sized, "batch_size": min(sized["batch_size"], len(data.X))}


def of_density(data: Dataset) -> dict[str, Any]:
    """Return the same for minus the log-density, which random codes make noisy: shorter steps and more patience."""
    if rows_are_pictures(data):
        return {**options(data), "tol": 0.3, "learning_rate_init": 0.005}
    return {**options(data), **PATIENT, "batch_size": min(100, len(data.X))}


def as_many_axes(model: Any, data: Dataset) -> dict[str, Any]:
    """Return the parameters of PCA with as many axes as codes."""
    return {"n_components": min(model.n_components, *data.X.shape), "svd_solver": "full"}


ERROR = Metric(
    findings.ERROR,
    measures.reconstruction_error,
    "lower",
    on="held out",
    baseline=measures.distance_to_the_mean,
    meaning="Mean squared distance of the rows to their reconstructions. The baseline is the distance to the mean, "
    "which needs no code; beside it stands PCA with as many axes as codes, the best that is linear.",
)
KEPT_SHARE = Metric(
    "share of the variance kept",
    measures.kept,
    "higher",
    meaning="One less the reconstruction error over the variance: 1 where nothing is lost. It depends on the units.",
)
DENSITY = Metric(
    findings.LOSS,
    measures.minus_log_density,
    "lower",
    on="held out",
    meaning="Minus the mean logarithm of the density, in nats: of the variational autoencoder an upper bound of it, of "
    "PCA the number itself. It depends on the columns' units, and may be negative.",
)

FIGURES = (
    opening,
    latent,
    reconstructions,
    interpolation,
    bottleneck,
    denoising,
    arrows,
    traversals,
    anomalies,
    plane,
)

PROJECT = Project(
    name="autoencoder",
    title="Autoencoder",
    summary="A network that reproduces its input through a narrow code, and so finds what few numbers tell of a row.",
    models=(
        Model(
            estimator=Autoencoder,
            reference="sklearn.decomposition:PCA",
            same_problem=False,
            parameters=options,
            twin=as_many_axes,
            standardize=True,
            tuned=("n_components",),
            tuned_by="the principal axes that hold 80 % of the variance",
            compared=("mean_",),
            data=("swiss_roll", "digits", "wine", "iris"),
        ),
        Model(
            estimator=VariationalAutoencoder,
            reference="sklearn.decomposition:PCA",
            same_problem=False,
            parameters=of_density,
            twin=as_many_axes,
            standardize=True,
            tuned=("n_components",),
            tuned_by="the principal axes that hold 80 % of the variance",
            compared=("mean_", "noise_variance_"),
            data=("digits", "wine", "iris"),
            metrics=(DENSITY, ERROR, KEPT_SHARE),
        ),
    ),
    data={
        "swiss_roll": manifold.swiss_roll,
        "digits": bundled.digits,
        "wine": bundled.standard_wine,
        "iris": bundled.iris,
    },
    metrics=(ERROR, KEPT_SHARE),
    figures=FIGURES,
    animation=unfolding,
    worked_example=two_thermometers,
    real="digits",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
)
