"""What a machine says about the data: which rows hold it, how good it is on others, which rows are doubtful."""

from math import isfinite, sqrt
from typing import Any

import numpy as np

from groundup.core.kernels import squared_distances
from groundup.core.text import plural
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import (
    classification_quality,
    in_words,
    regression_quality,
    sentence,
    sentences,
    unseen,
    what_moves,
)
from groundup.projects.common.declaration import Scores
from groundup.projects.common.effects import effects
from groundup.projects.common.linear_classifiers import ACCURACY, confusions, rarer_class
from groundup.projects.common.words import joined, percent, rounded
from groundup.projects.support_vector_machine.measures import at_bound, half_width
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.linear_svr import LinearSVR
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine
from groundup.projects.support_vector_machine.models.svc import SVC

BY_HEART = 0.9  # Share of support vectors, of which few are at the bound, from which a machine learns rows by heart.
TOO_SOFT = 0.9  # Share of rows at the bound from which slack is too cheap.
FLATTERED = 0.05  # Difference of the accuracy on rows of the fit and on others from which it is spoken of.
MARKS = 3  # Columns that speak for a class.
LISTED = 10  # Rows of a table.


# --- the answer -----------------------------------------------------------------------------------------------------


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the machine is on rows not seen, what it is made of, and what C and γ did."""
    if isinstance(model, OneClassSVM):
        return sentences([outliers(model, data), held_by(model, data), reach(model, data), optimum(model)])
    classes = hasattr(model, "classes_")
    learned, parts = classification_quality(model, data, scores) if classes else regression_quality(data, scores)
    if learned and getattr(model, "kernel", "linear") == "linear":
        parts.append(what_tells(model, data) if classes else what_moves(np.ravel(model.coef_), data))
    parts += [
        tube(model, data),
        held_by(model, data),
        reach(model, data),
        strength(model, data, scores),
        optimum(model),
    ]
    return sentences(parts)


def held_by(model: Any, data: Dataset) -> str:
    """Return how many rows are support vectors, and how many of them are at the bound."""
    if not isinstance(model, KernelMachine):
        return ""
    n, held = len(data.X), len(model.support_)
    bound = int(at_bound(model, data).sum())
    where = {
        "classifier": "they are within the margin or on the wrong side of the boundary"
        + (" of some pair of classes" if len(getattr(model, "classes_", ())) > 2 else ""),
        "regressor": "they are outside the tube, and pull with the same force however far they are",
    }.get(model.kind or "", "they are outside the frontier")
    first = (
        f"{held:,} of {n:,} rows are support vectors ({percent(held / n)}), {bound:,} of them at the bound: {where}."
    )
    if held == n or "nu" in model.get_params():  # ν counts the rows, so that leaving some out changes the others' part
        return first
    fixed = ", with the same γ," if getattr(model, "gamma", "") == "scale" and model.kernel != "linear" else ""
    rest = f"The other rows could be left out{fixed} without any change"
    if model.kind == "classifier":
        rest += f": predicted by a machine fitted without it, at most {percent(held / n)} of the rows could be wrong"
    return f"{first} {rest}."


def reach(model: Any, data: Dataset) -> str:
    """Return how far a row reaches with the radial kernel, or how wide the margin is with the linear one."""
    kernel = getattr(model, "kernel", "")
    if kernel == "rbf" and model._gamma > 0:
        X = data.X[np.random.default_rng(0).permutation(len(data.X))[:300]]
        squares = squared_distances(X, X)
        typical = float(np.sqrt(np.median(squares[np.triu_indices(len(X), 1)]))) if len(X) > 1 else 0.0
        unit = " standard units" if data.scale else ""
        return (
            f"With γ = {rounded(model._gamma)} the influence of a row falls to 37 % at a distance of "
            f"{rounded(1 / sqrt(model._gamma))}{unit}; two rows are typically {rounded(typical)} apart."
        )
    if kernel == "linear" and isinstance(model, PairwiseMachine) and len(model.classes_) == 2 and data.X.shape[1] > 1:
        length = float(np.linalg.norm(model.coef_))
        unit = "standard units" if data.scale else "units of the columns"
        return f"The margin is {rounded(2 / length)} {unit} wide." if length > 0 else ""
    return ""


def strength(model: Any, data: Dataset, scores: Scores) -> str:
    """Return whether C, or the kernel, seems too large or too small."""
    if not isinstance(model, SVC):
        return ""
    n, held, bound = len(data.X), len(model.support_), int(at_bound(model, data).sum())
    inside, outside = scores.training.get(ACCURACY, scores[ACCURACY]), unseen(scores, data, ACCURACY).value
    if bound > TOO_SOFT * n:
        return (
            f"Nearly all multipliers are at the bound: C = {model.C:g} makes slack so cheap that the boundary hardly "
            "regards where the classes meet; try a larger --set C=…."
        )
    if held > BY_HEART * n:
        return (
            "Nearly every row is a support vector and few are at the bound: the kernel is so narrow that rows are "
            "learned by heart; try a smaller --set gamma=…."
        )
    if isfinite(outside) and inside - outside > FLATTERED:
        return (
            f"On the rows of the fit {percent(inside)} are right: part of it is learned by heart; a smaller --set C=… "
            "or gamma=… may hold better."
        )
    return ""


def optimum(model: Any) -> str:
    """Return what is left of the violation, and that the answer is or is not the optimum."""
    certificate = model.certificate_
    if certificate.holds:
        return ""
    return (
        f"In doubt: the solver stopped before the optimum ({rounded(certificate.value, 2)}, where "
        f"{rounded(certificate.tolerance, 2)} was asked for); --set max_iter=… lets it go on."
    )


def what_tells(model: Any, data: Dataset) -> str:
    """Return which columns speak for the rarer of two classes, for a machine with weights of columns."""
    if len(model.classes_) != 2:
        return ""
    rare = rarer_class(model, data)
    coef = np.ravel(model.coef_) * (1 if rare == model.classes_[1] else -1)
    told = [in_words(effect) for effect in effects(coef, data)[:MARKS]]
    return f"What speaks for {str(rare)!r} most, the other columns held: {joined(told)}." if told else ""


def tube(model: Any, data: Dataset) -> str:
    """Return how many rows are outside the tube of a regression."""
    if hasattr(model, "classes_") or isinstance(model, OneClassSVM):
        return ""
    target = data.target_name or "the target"
    error = np.abs(np.asarray(data.y, dtype=np.float64) - model.predict(data.X))
    if hasattr(model, "epsilon"):
        outside = float((error > model.epsilon * (1 + 1e-9) + getattr(model, "tol", 0.0)).mean())
        return (
            f"Errors of up to {rounded(model.epsilon)} in {target} cost nothing; {percent(outside)} of the rows of "
            "the fit are farther off."
        )
    width = half_width(model, error)
    return f"The share ν = {model.nu:g} made the tube {rounded(width)} wide on either side, in the unit of {target}."


def outliers(model: OneClassSVM, data: Dataset) -> str:
    """Return how many rows are outside the frontier."""
    count = int((model.decision_function(data.X) < -model.tol).sum())
    return sentence(
        f"{plural(count, 'row')} of {len(data.X):,} ({percent(count / len(data.X))}) are outside the frontier, which "
        f"was to leave out at most {percent(model.nu)}."
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return what the machine is made of, the confusions, and the rows that fit worst."""
    if isinstance(model, OneClassSVM):
        return (unusual(model, data),)
    if not hasattr(model, "classes_"):
        return (farthest(model, data),)
    parts = [confusions(model, data)]
    if isinstance(model, PairwiseMachine):
        parts.insert(0, by_class(model, data))
    if len(model.classes_) == 2:
        parts.append(mistaken(model, data))
    return tuple(parts)


def by_class(model: PairwiseMachine, data: Dataset) -> Table:
    """Return for each class its rows, its support vectors, and those at the bound."""
    bound, end = at_bound(model, data), np.cumsum(model.n_support_)
    rows = tuple(
        (str(name), int((np.asarray(data.y) == name).sum()), int(count), int(bound[last - count : last].sum()))
        for name, count, last in zip(model.classes_, model.n_support_, end, strict=True)
    )
    cause = "a small C" if isinstance(model, SVC) else "a large ν"
    note = (
        "Support vectors hold the boundary; those at the bound are within the margin or on the wrong side. Many at the "
        f"bound: classes that overlap, or {cause}."
    )
    return Table("The rows that hold the machine", ("class", "rows", "support vectors", "at the bound"), rows, note)


def mistaken(model: PairwiseMachine | LinearSVC, data: Dataset) -> Table:
    """Return the rows of the fit that lie deepest on the wrong side."""
    y = np.asarray(data.y)
    own = np.where(y == model.classes_[1], 1, -1) * model.decision_function(data.X)
    order = [int(i) for i in np.argsort(own, kind="stable")[:LISTED] if own[i] < 0]
    predicted = model.predict(data.X[order]) if order else ()
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (data.row_name(i), str(y[i]), str(taken), rounded(float(own[i]), sign=True))
        for i, taken in zip(order, predicted, strict=True)
    )
    note = (
        f"{data.row_names_told()} The decision is 1 on the margin of a row's own class, and −1 on that of the other. "
        "Such rows are exceptions, or their class is wrong."
        if rows
        else "No row of the fit is on the wrong side of the boundary."
    )
    head = ("row", data.target_name or "class", "taken for", "decision for its class") if rows else ()
    return Table("Rows deepest on the wrong side", head, rows, note)


def farthest(model: KernelMachine | LinearSVR, data: Dataset) -> Table:
    """Return the rows with the largest errors."""
    y, fitted = np.asarray(data.y, dtype=np.float64), model.predict(data.X)  # type: ignore[union-attr]
    error = y - fitted
    order = np.argsort(-np.abs(error), kind="stable")[:LISTED]
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (
            data.row_name(int(i)),
            rounded(float(y[i]), 4),
            rounded(float(fitted[i]), 4),
            rounded(float(error[i]), sign=True),
        )
        for i in order
    )
    note = f"{data.row_names_told()} However large its error, a row pulls no harder than any other outside the tube."
    return Table("Largest errors", ("row", data.target_name or "target", "fitted", "error"), rows, note)


def unusual(model: OneClassSVM, data: Dataset) -> Table:
    """Return the rows with the lowest scores, and the column in which each is farthest from the mean."""
    score = model.decision_function(data.X)
    score[np.abs(score) <= model.tol] = 0.0  # on the frontier, up to the tolerance
    order = np.argsort(score, kind="stable")[:LISTED]
    spread = data.X.std(axis=0)
    away = (data.X - data.X.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    rows: list[tuple[str | float, ...]] = []
    for i in order:
        j = int(np.abs(away[i]).argmax())
        far = f"{data.feature_names[j]} ({rounded(float(away[i, j]), 2, sign=True)} standard deviations)"
        rows.append((data.row_name(int(i)), rounded(float(score[i]), sign=True), far))
    note = f"{data.row_names_told()} Below 0 a row is outside the frontier."
    return Table("The most unusual rows", ("row", "score", "farthest in"), tuple(rows), note)
