"""The worked example of the chapter: four stones, their length and width, small enough for a pencil."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.models.truncated_svd import TruncatedSVD
from groundup.projects.pca.solvers import em, power

X = np.array([[1.0, 1.0], [4.0, 4.0], [7.0, 4.0], [8.0, 3.0]])  # length and width in centimetres
FIFTH = np.array([[7.0, np.nan]])  # a stone of which only the length is known
FAR = 1e8  # Shift at which sums of products without centring lose all digits.


def four_stones() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_axes(), **_reconstruction(), **_iterations(), **_not_centered(), **_probabilistic()}


def _axes() -> dict[str, float | int | str]:
    model = PCA(svd_solver="full").fit(X)
    A = X - model.mean_
    S = model.get_covariance()
    sums = A.T @ A
    numbers: dict[str, float | int | str] = {f"centred_{i + 1}": row(A[i]) for i in range(len(A))}
    for j in range(2):
        numbers[f"axis_{j + 1}"] = row(model.components_[j])
        numbers[f"variance_{j + 1}"] = round(float(model.explained_variance_[j]), 12)
        numbers[f"scores_{j + 1}"] = row(np.sqrt(10) * model.transform(X)[:, j], zero=1e-12)
    return numbers | {
        "mean": row(model.mean_),
        "sum_11": int(sums[0, 0]),
        "sum_12": int(sums[0, 1]),
        "sum_22": int(sums[1, 1]),
        "covariance": matrix(S),
        "total": float(np.trace(S)),
        "determinant": round(float(np.linalg.det(S)), 12),
        "amplitude": float(np.hypot((S[0, 0] - S[1, 1]) / 2, S[0, 1])),
        "share_1": float(model.explained_variance_ratio_[0]),
    }


def _reconstruction() -> dict[str, float | int | str]:
    model = PCA(1, svd_solver="full").fit(X)
    Z = model.transform(X)
    rebuilt = model.inverse_transform(Z)
    return {
        "rebuilt_1": row(rebuilt[0]),
        "error": round(float(np.square(X - rebuilt).sum()), 12),
        "kept": round(float(np.square(Z).sum()), 12),
        "scatter": float(np.square(X - model.mean_).sum()),
    }


def _iterations() -> dict[str, float | int | str]:
    S, v = PCA(svd_solver="full").fit(X).get_covariance(), np.array([1.0, 0.0])
    numbers: dict[str, float | int | str] = {}
    for t in (1, 2):
        v = power.step(S, np.zeros((0, 2)), v)
        numbers[f"power_{t}"] = row(v)
        numbers[f"rayleigh_{t}"] = decimals(v @ S @ v)
    return numbers


def _not_centered() -> dict[str, float | int | str]:
    axis = TruncatedSVD(1, random_state=0).fit(X).components_[0]
    centred = PCA(1).fit(X)
    far = X + FAR
    sums = far.T @ far - len(far) * np.outer(far.mean(axis=0), far.mean(axis=0))
    right = PCA(svd_solver="full").fit(far).get_covariance() * (len(far) - 1)
    return {
        "uncentred": row(axis),
        "uncentred_mean": decimals(degrees(axis, centred.mean_), 1),
        "uncentred_axis": decimals(degrees(axis, centred.components_[0]), 1),
        "far_naive": matrix(sums),
        "far_right": matrix(right.round(6)),
    }


def _probabilistic() -> dict[str, float | int | str]:
    model = PCA(1, svd_solver="full").fit(X)
    W = model.components_.T * np.sqrt(model.explained_variance_ - model.noise_variance_)
    scores = em.infer(FIFTH, model.mean_, W, model.noise_variance_)[1]
    first = X[0] - model.mean_
    return {
        "noise": round(float(model.noise_variance_), 12),
        "mahalanobis": float(first @ model.get_precision() @ first),
        "log_density": float(model.score_samples(X[:1])[0]),
        "inferred": round(float(scores[0, 0]), 12),
        "filled": round(float(model.mean_[1] + W[1] @ scores[0]), 12),
    }


def degrees(one: Array, other: Array) -> float:
    """Return the angle between two directions, in degrees."""
    cosine = abs(one @ other) / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(min(cosine, 1.0))))


def decimals(value: float, places: int = 4) -> str:
    """Return a number to some decimals."""
    return rf"\ensuremath{{{value:.{places}f}}}"


def matrix(values: Array) -> str:
    """Return a small matrix."""
    rows = r"\\".join("&".join(f"{value:.6g}" for value in line) for line in values)
    return rf"\ensuremath{{\bigl(\begin{{smallmatrix}}{rows}\end{{smallmatrix}}\bigr)}}"
