"""PCA, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import projection, text
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.pca import findings, measures
from groundup.projects.pca.animation import turning
from groundup.projects.pca.choice import number_of_axes
from groundup.projects.pca.example import four_stones
from groundup.projects.pca.figures import axes, digits, numbers, spaces
from groundup.projects.pca.figures.drawing import groups_of
from groundup.projects.pca.models.incremental_pca import IncrementalPCA
from groundup.projects.pca.models.kernel_pca import KernelPCA
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.models.truncated_svd import TruncatedSVD
from groundup.projects.pca.workloads import WORKLOADS

OF_THE_REFERENCE = ("auto", "full", "covariance_eigh", "arpack", "randomized")  # Solvers that it has, too.
KERNEL_AXES = 2  # Axes in the space of a kernel: as many as a picture shows.
FIRST_COLUMNS = ("components_", "explained_variance_", "explained_variance_ratio_", "singular_values_")


def as_many_as_stand_out(data: Dataset) -> dict[str, Any]:
    """Return as many axes as have larger variances than shuffled columns."""
    return {"n_components": number_of_axes(data.X)}


def uncentred(data: Dataset) -> dict[str, Any]:
    """Return one axis more than stand out, for the mean, but fewer than columns, and steps that find them exactly.

    Of counts of words, a direction for each known group, the first of which is for the mean.
    """
    if isinstance(data.X, Csr):
        return {"n_components": max(len(groups_of(data)[1]), 2), "n_iter": 10}
    return {"n_components": max(min(number_of_axes(data.X) + 1, data.X.shape[1] - 1), 1), "n_iter": 10}


def kernel(data: Dataset) -> dict[str, Any]:
    """Return two axes of a radial kernel, as wide as the rows are spread."""
    return {"n_components": KERNEL_AXES, "kernel": "rbf", "gamma": width(data.X)}


def width(X: Array) -> float:
    """Return the factor of a radial kernel: 1.5 over the variance of all columns, 1 where there is none."""
    total = float(X.var(axis=0).sum())
    return 1.5 / total if total > 0 else 1.0


def twin(model: Any, data: Dataset) -> dict[str, Any]:
    """Return our parameters, with the whole decomposition in place of solvers that the reference lacks."""
    shared = {name: value for name, value in model.get_params().items() if name != "max_iter"}
    return shared | ({} if model.svd_solver in OF_THE_REFERENCE else {"svd_solver": "full"})


ERROR = "reconstruction error (mean squared distance)"
EXPLAINED = "share of the variance explained"
LEFT = Metric(
    ERROR,
    measures.reconstruction_error,
    "lower",
    baseline=measures.distance_to_the_mean,
    meaning="Mean squared distance of the rows from the points of the subspace that stand for them, which PCA "
    "minimises: the squares over the number of rows n, where variances divide by n − 1. The baseline is the distance "
    "from the mean alone. With as many axes as columns it is 0.",
)
SHARE = Metric(
    EXPLAINED,
    measures.explained,
    "higher",
    meaning="Variance along the axes over that of all columns: 1 where nothing is lost. It depends on the units.",
)

PROJECT = Project(
    name="pca",
    title="Principal component analysis",
    summary="The directions in which rows vary most: few new columns that say nearly what the old ones say.",
    models=(
        Model(
            estimator=PCA,
            reference="sklearn.decomposition:PCA",
            parameters=as_many_as_stand_out,
            standardize=False,
            twin=twin,
            keeps_gaps="svd_solver=em",
            compared=(*FIRST_COLUMNS, "mean_", "noise_variance_"),
            data=("correlated", "digits", "wine", "iris"),
        ),
        Model(
            estimator=IncrementalPCA,
            reference="sklearn.decomposition:IncrementalPCA",
            parameters=as_many_as_stand_out,
            standardize=False,
            compared=(*FIRST_COLUMNS, "mean_"),
            data=("digits", "correlated", "wine", "iris"),
        ),
        Model(
            estimator=KernelPCA,
            reference="sklearn.decomposition:KernelPCA",
            parameters=kernel,
            standardize=False,
            compared=("eigenvalues_", "eigenvectors_"),
            data=("circles", "correlated", "iris", "wine", "digits"),
            metrics=(
                Metric(
                    "left in the space of the kernel (mean squared distance)",
                    measures.left_in_kernel_space,
                    "lower",
                    meaning="Mean squared distance of the rows from the subspace, in the space of the kernel.",
                ),
                Metric(
                    EXPLAINED,
                    measures.explained_in_kernel_space,
                    "higher",
                    meaning="Variance along the axes over the whole variance in the space of the kernel.",
                ),
            ),
        ),
        Model(
            estimator=TruncatedSVD,
            reference="sklearn.decomposition:TruncatedSVD",
            parameters=uncentred,
            standardize=False,
            compared=("components_", "singular_values_", "explained_variance_"),
            data=("digits", "messages", "correlated", "wine", "iris"),
            metrics=(
                Metric(
                    ERROR,
                    measures.reconstruction_error,
                    "lower",
                    baseline=measures.distance_to_zero,
                    meaning="Mean squared distance of the rows from the points of the subspace, which passes through "
                    "zero, that stand for them: the squares over the number of rows. The baseline is their mean "
                    "squared length.",
                ),
                SHARE,
            ),
        ),
    ),
    data={
        "correlated": projection.correlated,
        "digits": bundled.digits,
        "wine": bundled.wine,
        "iris": bundled.iris,
        "circles": projection.circles,
        "messages": text.weighted_messages,
    },
    metrics=(
        LEFT,
        SHARE,
        Metric(
            "mean log-density",
            measures.log_density,
            "higher",
            meaning="Of a row, under probabilistic PCA (nats). Compare it for several numbers of axes on the same "
            "rows; no value where the axes leave no noise.",
        ),
    ),
    figures=(
        axes.turning_axis,
        axes.biplot,
        numbers.scree,
        digits.reconstruction,
        digits.eigen_digits,
        axes.whitening,
        axes.scaling,
        spaces.kernel_circles,
        spaces.uncentred,
        numbers.randomized_error,
    ),
    animation=turning,
    worked_example=four_stones,
    real="digits",
    answer=findings.answer,
    findings=findings.axes,
    workloads=WORKLOADS,
)
