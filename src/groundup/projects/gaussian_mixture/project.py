"""Gaussian mixtures, declared: what the workbench runs, compares, draws and measures."""

from typing import Any

import numpy as np

from groundup.core.functions import entropy
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.projects.common.declaration import Metric, Model, Project
from groundup.projects.gaussian_mixture import findings
from groundup.projects.gaussian_mixture.animation import em_steps
from groundup.projects.gaussian_mixture.example import four_readings
from groundup.projects.gaussian_mixture.figures import bound, components, convergence, criteria, singularity
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.selection import FLOOR, STOP, best, candidates
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture, log_densities
from groundup.projects.gaussian_mixture.workloads import WORKLOADS, mean_loss

BIC = "Bayesian information criterion (BIC)"
ICL = "integrated completed likelihood (ICL)"


def one_normal(learned: Dataset, rows: Dataset) -> float:
    """Return minus the mean log-density of rows under the normal distribution of others; NaN if a floor decides it."""
    if np.isnan(learned.X).any() or np.isnan(rows.X).any():
        return mean_loss(GaussianMixture().fit(learned.X), rows.X, None)
    mean, floor = learned.X.mean(axis=0), GaussianMixture().reg_covar
    covariance = np.atleast_2d(np.cov(learned.X.T, bias=True)) + floor * np.eye(len(mean))
    if np.linalg.eigvalsh(covariance)[0] < FLOOR * floor:
        return float("nan")
    full = COVARIANCES["full"]
    alone = Mixture(np.ones(1), mean[None], covariance[None])
    return -float(log_densities(full, alone, full.whitener(alone.covariances), rows.X.T).mean())


def icl(model: Any, data: Dataset) -> float:
    """Return BIC plus twice the entropy of the responsibilities, of our model or the reference."""
    return float(model.bic(data.X)) + 2 * float(entropy(model.predict_proba(data.X)).sum())


def parameters(data: Dataset) -> dict[str, Any]:
    """Return as many components as there are known groups, else as BIC says; the kind that it prefers; when to stop."""
    K = None if data.y is None else len(np.unique(data.y))
    found = best(candidates(data.X), K)
    if found is None:
        return {"n_components": min(K or 1, len(data.X)), **STOP}
    return {"n_components": found.K, "covariance_type": found.kind, **STOP}


def twin(model: GaussianMixture, data: Dataset) -> dict[str, Any]:
    """Return parameters with which the reference starts where our best run began, and stops by the same rule."""
    kind, best_run = COVARIANCES[model.covariance_type], 0
    first: dict[int, Mixture] = {}
    for state in model.steps(data.X):
        first.setdefault(state.run, state.fit.mixture)
        best_run = state.best.run
        if model.n_init == 1:
            break
    start = first[best_run]
    whitener = kind.whitener(start.covariances)
    is_matrix = model.covariance_type in ("full", "tied")
    precisions = np.swapaxes(whitener, -1, -2) @ whitener if is_matrix else whitener**2
    return {
        "n_components": len(start.weights),
        "covariance_type": model.covariance_type,
        "weights_init": start.weights,
        "means_init": start.means + data.X.mean(axis=0),
        "precisions_init": precisions,
        "reg_covar": model.reg_covar,
        "tol": model.tol,
        "max_iter": model.max_iter,
        "random_state": 0,
    }


PROJECT = Project(
    name="gaussian_mixture",
    title="Gaussian mixtures",
    summary="Rows from several normal distributions, and nobody says which: share each row out by responsibility, fit "
    "each distribution to its shares, repeat.",
    models=(
        Model(
            estimator=GaussianMixture,
            reference="sklearn.mixture:GaussianMixture",
            parameters=parameters,
            standardize=True,
            measurements="a Gaussian mixture describes measurements",
            twin=twin,
            compared=("weights_", "means_", "covariances_", "lower_bound_"),
            tuned=("n_components", "covariance_type"),
            tuned_by="the Bayesian information criterion",
        ),
    ),
    data={
        "stretched": clustering.stretched,
        "faithful": bundled.standard_faithful,
        "iris": bundled.iris,
        "wine": bundled.standard_wine,
    },
    metrics=(
        Metric(
            findings.LOSS,
            lambda model, data: mean_loss(model, data.X, data.y),
            "lower",
            on="held out",
            baseline=one_normal,
            meaning="Minus the mean logarithm of the density, which EM lowers; the baseline is one normal "
            "distribution. It depends on the columns' units, and may be negative: compare it on the same rows only.",
        ),
        Metric(
            BIC,
            lambda model, data: float(model.bic(data.X)),
            "lower",
            meaning="Minus twice the log-likelihood plus log n for each free parameter. Compare several numbers of "
            "components on the same rows: a difference of 10 is clear, one of 2 is none.",
        ),
        Metric(
            ICL,
            icl,
            "lower",
            meaning="BIC plus twice the entropy of the responsibilities, so that components that overlap cost more. "
            "Equal to BIC where every row is sure.",
        ),
        Metric(
            "adjusted Rand index",
            findings.adjusted_rand,
            "higher",
            meaning="Agreement with the known groups: 1 the same, 0 as by chance. It plays no part in the fit.",
        ),
    ),
    figures=(
        components.ellipses,
        bound.bound,
        criteria.criteria,
        components.kmeans_against_em,
        components.density,
        singularity.singularity,
        convergence.slow,
        convergence.progress,
    ),
    animation=em_steps,
    worked_example=four_readings,
    real="faithful",
    answer=findings.answer,
    findings=findings.summary,
    workloads=WORKLOADS,
)
