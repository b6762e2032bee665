"""Probabilistic PCA by expectation and maximisation: NaN stands for a missing entry.

Sources: M. Tipping, C. Bishop, Journal of the Royal Statistical Society B 61 (1999); A. Ilin, T. Raiko, Journal of
Machine Learning Research 11 (2010).
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.inputs import require_squares
from groundup.core.rows import Rows
from groundup.core.storage import record
from groundup.core.types import Array

STILL = 1e-9  # Relative change of the parameters in a step that counts as rounding.
SMALLEST_NOISE = 1e-14  # Of the mean square of an entry: without noise, no scores could be inferred.
ENTRIES = 1 << 17  # Of the covariance matrices of the scores of a block of rows.


@record
class EmState:
    """Parameters of probabilistic PCA.

    Parameters
    ----------
    mean : ndarray of shape (d,)
    W : ndarray of shape (d, k)
        Axes times the standard deviations that they add to the noise, in any rotation.
    noise : float
        Variance of the noise of an entry.
    ahead : tuple of ndarray, ndarray and float
        The parameters of the next step.
    change : float
        How much these differ.
    loss : float
        Minus the log-likelihood of the entries seen, for a row.
    iteration : int
        Number of steps.
    passes : int
        Passes over the rows.
    converged : bool
        Whether the parameters change no more.
    """

    mean: Array
    W: Array
    noise: float
    ahead: tuple[Array, Array, float]
    change: float
    loss: float
    iteration: int
    passes: int
    converged: bool
    method: ClassVar[str] = "em"

    @property
    def center(self) -> Array:
        """The mean, as other states call it."""
        return self.mean


def iterate(rows: Rows, weight: float, k: int, tol: float, max_iter: int, start: EmState | None) -> Iterator[EmState]:
    """Yield a state for each step of expectation and maximisation.  eq. pca:m-step

    Parameters
    ----------
    rows : Rows
        X with NaN for missing entries and zero among the others of each column, and weights.
    weight : float
        Sum of the weights.
    k : int
        Number of axes.
    tol : float
        Relative change of the parameters at which the iteration stops.
    max_iter : int
        Largest number of steps.
    start : EmState, optional
        An earlier state.
    """
    state = start
    while state is None or not (state.converged or state.iteration == max_iter):
        mean, W, noise = first_parameters(rows, weight, k) if state is None else state.ahead
        loss, ahead = faster_step(rows, weight, mean, W, noise)
        change = difference((mean, W, noise), ahead)
        done = 0 if state is None else state.iteration
        converged = change <= max(tol, STILL)
        state = EmState(mean, W, noise, ahead, change, loss / weight, done + 1, done + 3, converged)
        yield state


def seen_entries(X: Any) -> Array:
    """Return an entry of each column.

    Raises
    ------
    ValueError
        For a column without one.
    """
    entry = np.full(X.shape[1], np.nan)
    for (block,) in Rows(X).blocks():
        first = (~np.isnan(block)).argmax(axis=0)
        entry = np.where(np.isnan(entry), block[first, np.arange(len(first))], entry)
        if not np.isnan(entry).any():
            return entry
    raise ValueError(f"X: column {int(np.isnan(entry).argmax())} has missing entries only; drop it.")


def first_parameters(rows: Rows, weight: float, k: int) -> tuple[Array, Array, float]:
    """Return the answer for rows whose missing entries are means: exact if none is missing.  eq. pca:noise"""
    with np.errstate(over="ignore", invalid="ignore"):
        count, total = rows.sum(_sums)
        mean = total / count
        products = rows.sum(_products, mean) / weight
    if not np.isfinite(products).all() or (np.diag(products) < 1e-280).any():
        for X, _ in rows.blocks():
            require_squares(np.nan_to_num(X), "X")
    values, vectors = np.linalg.eigh(products)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    noise = max(float(values[k:].mean()), SMALLEST_NOISE * float(values.mean()))
    return mean, vectors[:, :k] * np.sqrt(np.maximum(values[:k] - noise, 0.0)), noise


def faster_step(
    rows: Rows, weight: float, mean: Array, W: Array, noise: float
) -> tuple[float, tuple[Array, Array, float]]:
    """Return as `step`, with scores that are then turned into ones of mean zero and covariance matrix one.

    That changes no density, and saves thousands of steps where the noise is small.

    Source: C. Liu, D. Rubin, Y. Wu, Parameter expansion to accelerate EM, Biometrika 85 (1998).
    """
    loss, (mean, W, next_noise), scores = expected_step(rows, mean, W, noise)
    if noise == 0:
        return loss, (mean, W, next_noise)
    moments = scores / weight
    center = moments[0, 1:]
    factor = np.linalg.cholesky(moments[1:, 1:] - np.outer(center, center))
    return loss, (mean + W @ center, W @ factor, next_noise)


def step(rows: Rows, mean: Array, W: Array, noise: float) -> tuple[float, tuple[Array, Array, float]]:
    """Return minus the log-likelihood of the parameters, and the parameters after one step.  eq. pca:m-step"""
    loss, ahead, _ = expected_step(rows, mean, W, noise)
    return loss, ahead


def expected_step(rows: Rows, mean: Array, W: Array, noise: float) -> tuple[float, tuple[Array, Array, float], Array]:
    """Return as `step`, and the sum of the moments of a one and the scores, (k + 1, k + 1)."""
    d, k = W.shape
    if noise == 0:  # constant columns
        return 0.0, (mean, W, noise), np.eye(k + 1)
    loss, moments, cross, squares, count, scores = rows.in_blocks_of(max(1, ENTRIES // (k + 1) ** 2)).sum(
        _expectation, mean, W, noise
    )
    moments = moments.reshape(d, k + 1, k + 1)
    coefficients = np.linalg.solve(moments, cross[:, :, None])[:, :, 0]
    error = float(np.maximum(squares - (coefficients * cross).sum(axis=1), 0.0).sum())
    smallest = SMALLEST_NOISE * float(squares.sum() / count.sum())
    return (
        float(loss),
        (mean + coefficients[:, 0], coefficients[:, 1:], max(error / float(count.sum()), smallest)),
        scores,
    )


def infer(X: Array, mean: Array, W: Array, noise: float) -> tuple[Array, Array, Array, Array]:
    """Return what the seen entries of some rows say of their scores.  eq. pca:e-step

    Returns
    -------
    centred : ndarray of shape (m, d)
        Rows less the mean; 0 for missing entries.
    Z : ndarray of shape (m, k)
        Expected scores.
    C : ndarray of shape (m, k, k)
        Covariance matrices of the scores.
    density : ndarray of shape (m,)
        Log-density of the seen entries.
    """
    seen = ~np.isnan(X)
    centred = np.where(seen, X - mean, 0.0)
    k = W.shape[1]
    outer = (W[:, :, None] * W[:, None, :]).reshape(len(W), -1)
    M = (seen.astype(np.float64) @ outer).reshape(-1, k, k) + noise * np.eye(k)
    inverse = np.linalg.inv(M)
    Z = np.einsum("mij,mj->mi", inverse, centred @ W)
    residual = np.where(seen, centred - Z @ W.T, 0.0)
    squares = np.square(residual).sum(axis=1) / noise + np.square(Z).sum(axis=1)
    count = seen.sum(axis=1)
    log_det = (count - k) * np.log(noise) + np.linalg.slogdet(M)[1]
    density = -(squares + log_det + count * np.log(2 * np.pi)) / 2
    return centred, Z, noise * inverse, density


def difference(one: tuple[Array, Array, float], other: tuple[Array, Array, float]) -> float:
    """Return the largest relative difference of mean, axes and noise."""
    (mean, W, noise), (next_mean, next_W, next_noise) = one, other
    size = np.sqrt(np.square(W).sum() + len(mean) * noise) or 1.0
    moved = max(float(np.linalg.norm(next_W - W)), float(np.linalg.norm(next_mean - mean))) / size
    return max(float(moved), abs(next_noise - noise) / (noise or 1.0) if noise > 0 else 0.0)


def _sums(X: Array, weight: Array | None) -> tuple[Array, Array]:
    seen = ~np.isnan(X)
    share = seen.astype(np.float64) if weight is None else seen * weight[:, None]
    return share.sum(axis=0), (share * np.where(seen, X, 0.0)).sum(axis=0)


def _products(X: Array, weight: Array | None, mean: Array) -> Array:
    centred = np.where(np.isnan(X), 0.0, X - mean)
    return centred.T @ (centred if weight is None else centred * weight[:, None])


def _expectation(
    X: Array, weight: Array | None, mean: Array, W: Array, noise: float
) -> tuple[float, Array, Array, Array, Array, Array]:
    """Return minus the log-likelihood of a block, and the sums of moments that the next parameters are made of."""
    centred, Z, C, density = infer(X, mean, W, noise)
    share = np.ones(len(X)) if weight is None else weight
    Z = np.insert(Z, 0, 1.0, axis=1)
    moments = Z[:, :, None] * Z[:, None, :]
    moments[:, 1:, 1:] += C
    seen = (~np.isnan(X)).T * share
    weighted = centred * share[:, None]
    return (
        -float(share @ density),
        seen @ moments.reshape(len(X), -1),
        weighted.T @ Z,
        (weighted * centred).sum(axis=0),
        seen.sum(axis=1),
        np.tensordot(share, moments, 1),
    )
