"""What fitted machines minimise, ours and the reference's, and how many rows they are made of."""

from itertools import combinations
from typing import Any

import numpy as np

from groundup.core.checks.labels import class_weighted
from groundup.core.kernels import Kernel
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.support_vector_machine.models.task import by_decision

AT_BOUND = 1e-6  # Share of the bound within which a multiplier is said to be there.


def kernel_of(model: Any) -> Kernel:
    """Return the kernel of a fitted machine."""
    return Kernel(model.kernel, model._gamma, model.degree, model.coef0)


def coefficients(model: Any) -> Array:
    """Return the coefficients of the support vectors in each decision function, (q, v)."""
    return by_decision(np.asarray(model.dual_coef_), model.n_support_ if hasattr(model, "classes_") else None)


def decisions(model: Any, X: Array) -> Array:
    """Return the decision functions of rows, (n, q), one for each pair of classes."""
    return np.asarray(kernel_of(model).table(X, model.support_vectors_) @ coefficients(model).T + model.intercept_)


def squared_lengths(model: Any) -> Array:
    """Return ``‖w‖²`` of each decision function in the space of the kernel, (q,)."""
    coef = coefficients(model)
    K = kernel_of(model).table(model.support_vectors_, model.support_vectors_)
    return np.einsum("qi,ij,qj->q", coef, K, coef, optimize=True)


def pair_signs(model: Any, y: Array) -> Array:
    """Return for each pair of classes 1 where a row is of the class with positive decisions, −1 of the other, else 0.

    Of two classes the second is positive, of more the first of each pair; the shape is (n, q).
    """
    K = len(model.classes_)
    code = np.searchsorted(model.classes_, y)
    pairs = [(1, 0)] if K == 2 else list(combinations(range(K), 2))
    return np.column_stack([(code == a).astype(int) - (code == b) for a, b in pairs])


def price_of_classes(model: Any, data: Dataset) -> float:
    """Return ``½ ‖w‖² + Σ C max(0, 1 − s f)``, summed over the pairs of classes.

    eq. support_vector_machine:primal
    """
    s = pair_signs(model, np.asarray(data.y))
    price = model.C * model.class_weight_[np.searchsorted(model.classes_, np.asarray(data.y))]
    slack = np.where(s != 0, np.maximum(0.0, 1 - s * decisions(model, data.X)), 0.0)
    return float(squared_lengths(model).sum() / 2 + price @ slack.sum(axis=1))


def hull_distance(model: Any, data: Dataset) -> float:
    """Return half the squared distance of the reduced convex hulls of each pair of classes, summed.

    It is the objective of the machine with ν, whose multipliers sum to ν times the rows of a pair; those of the fitted
    machine are scaled so that its margin is one.  eq. support_vector_machine:nu-classification
    """
    total = model.nu * (pair_signs(model, np.asarray(data.y)) != 0).sum(axis=0)
    scale = total / np.abs(coefficients(model)).sum(axis=1)
    return float((squared_lengths(model) * scale**2).sum() / 2)


def price_of_errors(model: Any, data: Dataset) -> float:
    """Return ``½ ‖w‖² + C Σ max(0, |y − f| − ε)``, with the price of the tube where ν decides its width."""
    error = np.abs(np.asarray(data.y, dtype=np.float64) - decisions(model, data.X)[:, 0])
    half = float(squared_lengths(model)[0]) / 2
    if "nu" not in model.get_params():
        return half + float(model.C * np.maximum(0.0, error - model.epsilon).sum())
    # The least price of all widths: one of the errors, or none.
    error = np.append(np.sort(error)[::-1], 0.0)
    beyond = np.cumsum(error) - error * np.arange(1, len(error) + 1)  # Σ max(0, error − ε) for ε = each error
    return half + float(model.C * (model.nu * len(data.X) * error + beyond).min())


def frontier_distance(model: Any, data: Dataset) -> float:
    """Return half the squared distance of the frontier from the origin.  eq. support_vector_machine:one-class"""
    return float(squared_lengths(model)[0]) / 2


def linear_price_of_classes(model: Any, data: Dataset) -> float:
    """Return penalty and losses of a linear classifier, whose intercept is penalised too, summed over the classes."""
    y = np.asarray(data.y)
    names = model.classes_[1:] if len(model.classes_) == 2 else model.classes_
    code = np.searchsorted(model.classes_, y)
    weight = class_weighted(model.class_weight, model.classes_, code, None)
    weight = np.ones(len(y)) if weight is None else weight
    f = data.X @ model.coef_.T + model.intercept_
    total = linear_penalty(model)
    for k, name in enumerate(names):
        slack = np.maximum(0.0, 1 - np.where(y == name, 1, -1) * f[:, k])
        own = weight if len(names) == 1 else np.where(y == name, weight, 1.0)
        total += model.C * float(own @ (slack if model.loss == "hinge" else slack**2))
    return total


def linear_price_of_errors(model: Any, data: Dataset) -> float:
    """Return penalty and losses of a linear regression, whose intercept is penalised too."""
    excess = np.maximum(0.0, np.abs(np.asarray(data.y, dtype=np.float64) - model.predict(data.X)) - model.epsilon)
    loss = excess if model.loss == "epsilon_insensitive" else excess**2
    return linear_penalty(model) + model.C * float(loss.sum())


def linear_penalty(model: Any) -> float:
    """Return the penalty of slopes and intercepts."""
    constant = np.ravel(model.intercept_) / model.intercept_scaling
    if getattr(model, "penalty", "l2") == "l1":
        return float(np.abs(model.coef_).sum() + np.abs(constant).sum())
    return float(np.square(model.coef_).sum() + np.square(constant).sum()) / 2


def support_share(model: Any, data: Dataset) -> float:
    """Return how many of the rows are support vectors."""
    return len(model.support_) / len(data.X)


def outside(model: Any, data: Dataset) -> float:
    """Return the share of rows outside the frontier; those on it have a score of 0 up to the tolerance."""
    return float((model.decision_function(data.X) < -model.tol).mean())


def at_bound(model: Any, data: Dataset) -> Array:
    """Return whether each support vector is at its bound, in some pair of classes, (v,)."""
    size = np.abs(coefficients(model))
    bound: Any = float(getattr(model, "C", 1.0))  # 1 for the one-class machine
    if hasattr(model, "classes_"):
        y = np.asarray(data.y)
        if "nu" in model.get_params():  # bounds are such that multipliers sum to ν times the rows of a pair
            bound = (size.sum(axis=1) / (model.nu * (pair_signs(model, y) != 0).sum(axis=0)))[:, None]
        else:
            bound = model.C * np.repeat(model.class_weight_, model.n_support_)
    return np.asarray((size >= bound * (1 - AT_BOUND)).any(axis=0))


def half_width(model: Any, error: Array) -> float:
    """Return ε: the model's own, or the one that ν has led to, at which free support vectors lie.

    Parameters
    ----------
    model : SVR, NuSVR or LinearSVR
        Fitted.
    error : ndarray of shape (n,)
        Errors of the rows of the fit, with or without their signs.
    """
    if "nu" not in model.get_params():
        return float(model.epsilon)
    size, own = np.abs(model.dual_coef_[0]), np.abs(error[model.support_])
    free = size < model.C * (1 - AT_BOUND)
    return float(np.median(own[free])) if free.any() else float(own.min(initial=0.0))
