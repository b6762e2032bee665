"""What the trees say about the data: how good they are on other rows, which columns matter, and what is doubtful."""

from math import isfinite
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import classification_quality, regression_quality, sentence, sentences, unseen
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import ACCURACY, confusions
from groundup.projects.common.words import joined, leaves, percent, rounded
from groundup.projects.gradient_boosting.influence import TENDENCY, Influence, influence_of
from groundup.projects.gradient_boosting.measures import share_of
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree
from groundup.projects.gradient_boosting.models.gradient_boosting import GradientBoosting
from groundup.projects.gradient_boosting.stages import count_name, stages_of

NAMED = 3  # Columns that a sentence names.
LISTED = 10  # Rows of a table.
CLAIMED = 0.1  # Share of the gain from which it is told that a column does not matter.
FLATTERED = 0.05  # Difference of the accuracy on rows of the fit and on others from which it is spoken of.
MOST_COUNTED = 20  # Mean of whole numbers up to which they are taken for counts.
WORSE = 1.02  # Factor of the loss of later trees from which there are said to be too many.
COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # Numbers of trees of a table.


# --- the answer -----------------------------------------------------------------------------------------------------


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the model is on rows not seen, which columns it owes that to, and what it is made of."""
    classes = hasattr(model, "classes_")
    quality = classification_quality(model, data, scores) if classes else regression_quality(data, scores)
    learned, parts = quantile_quality(model, data) if is_quantile(model) else quality
    found = influence_of(model, data)
    if learned:
        parts.append(what_matters(found, model, data))
        parts.append(gain_misleads(found))
    parts += [made_of(model), number_of_trees(model, data), by_heart(model, data, scores), of_counts(model, data)]
    return sentences(parts)


def is_quantile(model: Any) -> bool:
    """Whether a model predicts a quantile, which neither R² nor the root mean squared error can judge."""
    return getattr(model, "loss", "") == "quantile"


def quantile_quality(model: Any, data: Dataset) -> tuple[bool, list[str]]:
    """Return whether anything was learned, how many rows lie below the predicted quantile, and its loss."""
    rows, share = data if data.held_out is None else data.held_out, share_of(model)
    where = "of the fit" if data.held_out is None else "not used for the fit"
    target, below = data.target_name or "the target", float((np.asarray(rows.y) <= model.predict(rows.X)).mean())
    values = losses_of(model, rows)
    first = (
        f"the model predicts the quantile {rounded(share)} of {target}: of {plural(len(rows.X), 'row')} {where}, "
        f"{percent(below)} are at most what it says, where {percent(share)} are meant to be. R² and root mean squared "
        "error measure the distance from a mean, and do not judge it."
    )
    learned = bool(values[-1] < values[0])
    gain = f"its loss is {rounded(values[-1])}, and {rounded(values[0])} for one quantile of all rows"
    return learned, [sentence(first), sentence(gain if learned else f"{gain}: nothing was learned")]


def made_of(model: Any) -> str:
    """Return how many trees or leaves the model has, and which loss they lower."""
    if isinstance(model, DecisionTree):
        tree = model.tree_
        return f"The tree has {leaves(tree.n_leaves)} in {plural(tree.max_depth, 'level')}."
    trees = model._ensemble.forest.trees()
    mean, deepest = float(np.mean([tree.n_leaves for tree in trees])), max(tree.max_depth for tree in trees)
    each = f"{rounded(mean)} leaves on average" if len(trees) > 1 else leaves(trees[0].n_leaves)
    rate = f"each adds {rounded(model.learning_rate)} of its step" if model.learning_rate != 1 else "each adds its step"
    loss = str(model.loss).replace("_", " ")
    per = (
        f" for each of {len(model.classes_)} classes" if hasattr(model, "classes_") and len(model.classes_) > 2 else ""
    )
    count = len(trees) // model.n_trees_per_iteration_
    return (
        f"The model is the sum of {plural(count, 'tree')}{per} of up to {plural(deepest, 'level')} and {each}; {rate}, "
        f"and lowers the loss “{loss}”."
    )


def what_matters(found: Influence, model: Any, data: Dataset) -> str:
    """Return the columns that predictions on rows not seen owe most to, by how much the error rises without them."""
    if len(found.names) == 1:
        return ""
    where = "the rows of the fit" if found.seen else "rows not seen"
    chosen = [int(k) for k in found.order if found.matters[k]][:NAMED]
    if not chosen:
        used = [found.names[k] for k in np.argsort(-found.shapley, kind="stable")[:NAMED] if found.shapley[k] > 0]
        most = f" The trees use {joined(used)} most, but others can stand in for each." if len(used) > 1 else ""
        return f"Shuffled alone, no column makes predictions on {where} clearly worse.{most}"
    quantile = "the quantile loss" if is_quantile(model) else "the typical error"
    what = "the Brier score (error of the probabilities)" if hasattr(model, "classes_") else quantile
    names = [f"{found.names[k]}{tendency(found, k, model, data)}" for k in chosen]
    values = [rounded(found.error + float(found.raised[k])) for k in chosen]
    rest = [f"with those of {name} to {value}" for name, value in zip(names[1:], values[1:], strict=True)]
    return (
        f"Which columns matter on {where}: with the entries of {names[0]} shuffled, {what} rises from "
        f"{rounded(found.error)} to {values[0]}{f'; {joined(rest)}' if rest else ''}."
    )


def tendency(found: Influence, k: int, model: Any, data: Dataset) -> str:
    """Return in which direction a column moves predictions; "" where it has none."""
    if abs(found.direction[k]) < TENDENCY:
        return ""
    more = "more" if found.direction[k] > 0 else "less"
    if hasattr(model, "classes_"):
        return f" (more of it, {more} often {model.classes_[-1]})"
    return f" (more of it, {more} {data.target_name or 'of the target'})"


def gain_misleads(found: Influence) -> str:
    """Return which columns have a large share of the gain, though shuffling them changes nothing on rows not seen."""
    if found.seen or len(found.names) == 1 or not found.matters.any():
        return ""
    idle = [k for k in np.argsort(-found.gain, kind="stable") if found.gain[k] >= CLAIMED and not found.matters[k]]
    if not idle:
        return ""
    names = joined([f"{found.names[k]} ({percent(float(found.gain[k]))})" for k in idle[:NAMED]])
    one = len(idle) == 1
    return (
        f"By gain, {names} would matter, too, but shuffling {'it' if one else 'one of them'} makes no clear difference "
        "on rows not seen: gain is counted on the rows of the fit and flatters columns with many different entries, "
        "or another column can stand in."
    )


def number_of_trees(model: Any, data: Dataset) -> str:
    """Return what early stopping did, or whether there are too many or too few trees for rows not seen."""
    if isinstance(model, DecisionTree):
        return ""
    stopped = stopping(model)
    if stopped:
        return stopped
    if data.held_out is None:
        return ""
    values = losses_of(model, data.held_out)
    best, last = int(values.argmin()), len(values) - 1
    if values[-1] > WORSE * values[best]:
        others = "the last one has" if last - best == 1 else f"the other {last - best} have"
        stop = "n_iter_no_change=10" if count_name(model) == "n_estimators" else "early_stopping=yes"
        return (
            f"On the held-out rows the loss was least after {plural(best, 'tree')}; {others} "
            f"fitted noise. Fewer trees would do, or --set {stop}, which stops by rows set aside."
        )
    chosen = any(note.startswith(f"{count_name(model)} was chosen") for note in data.notes)
    if best == last and not chosen and values[max(last - 10, 0)] > values[-1] * 1.005:
        return "On the held-out rows the loss still falls with the last trees: more of them may be better."
    return ""


def stopping(model: Any) -> str:
    """Return what early stopping did; "" without it."""
    if not getattr(model, "do_early_stopping_", model.n_iter_no_change is not None):
        return ""
    count, most = len(model._ensemble.forest) // model.n_trees_per_iteration_, model.get_params()[count_name(model)]
    if count == most:
        return f"Early stopping did not come into play: the loss of the rows set aside still fell after {most:,} trees."
    share = model.validation_fraction
    aside = "some" if share is None else percent(float(share)) if share < 1 else f"{share:,}"
    return (
        f"Early stopping ended the fit after {count:,} of at most {most:,} trees: the loss of {aside} of the rows, "
        f"which the fit had set aside, had not fallen within {model.n_iter_no_change} trees."
    )


def by_heart(model: Any, data: Dataset, scores: Scores) -> str:
    """Return whether classes of the rows of the fit are right much more often than those of others."""
    if not hasattr(model, "classes_"):
        return ""
    inside, outside = scores.training.get(ACCURACY, scores[ACCURACY]), unseen(scores, data, ACCURACY).value
    if not (isfinite(outside) and inside - outside > FLATTERED):
        return ""
    return sentence(
        f"on the rows of the fit {percent(inside)} are right: a part of it is learned by heart; fewer levels "
        "(--set max_depth=…) may hold better."
    )


def of_counts(model: Any, data: Dataset) -> str:
    """Return which loss suits a target that counts something; "" for other targets and losses."""
    if hasattr(model, "classes_") or getattr(model, "loss", "") != "squared_error":
        return ""
    y = np.asarray(data.y, dtype=np.float64)
    if y.min() != 0 or (y != y.round()).any() or y.max() < 2 or y.mean() > MOST_COUNTED:
        return ""
    return sentence(
        f"{data.target_name or 'the target'} looks like a count, whose spread grows with its mean: --model "
        "HistGradientBoostingRegressor --set loss=poisson allows for that, and never predicts less than 0."
    )


def losses_of(model: Any, rows: Dataset) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the loss of rows after 0, 1, … trees."""
    stages = stages_of(model, rows)
    return np.array([stages.value(count) for count in range(len(stages.F))])


# --- tables ---------------------------------------------------------------------------------------------------------


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return which columns matter, the loss along the trees, and the rows or classes that are mistaken most."""
    last = confusions(model, data) if hasattr(model, "classes_") else farthest(model, data)
    parts = [matters(model, data)]
    if not isinstance(model, DecisionTree):
        parts.append(along(model, data))
    return (*parts, last)


def matters(model: Any, data: Dataset) -> Table:
    """Return for each column gain, rise of the error when it is shuffled, and mean size of its Shapley values."""
    found = influence_of(model, data)
    classes = hasattr(model, "classes_")
    rows = tuple(
        (
            found.names[k],
            percent(float(found.gain[k])),
            f"{rounded(float(found.raised[k]), sign=True)} ± {rounded(float(found.spread[k]), 2)}",
            rounded(float(found.shapley[k])),
        )
        for k in found.order[:LISTED]
    )
    where = "the rows of the fit, which flatters columns," if found.seen else "held-out rows"
    error = "quantile loss" if is_quantile(model) else "root mean squared error"
    unit = "mean squared error of the probabilities (Brier score)" if classes else error
    note = (
        f"Shuffled: by how much the {unit} on {where} rises when the column's entries are given to other rows, mean "
        "and standard deviation of five times. Gain is counted on the rows of the fit: a column of chance with many "
        "different entries gets a share of it, and one whose work another can do may get none."
    )
    unit = (
        "log-odds" if classes and not isinstance(model, DecisionTree) else "share" if classes else "unit of the target"
    )
    head = ("column", "share of the gain", "shuffled", f"mean Shapley value ({unit})")
    return Table("Which columns matter", head, rows, note)


def along(model: Any, data: Dataset) -> Table:
    """Return the loss of the rows of the fit and of the others after some numbers of trees."""
    inside = losses_of(model, data)
    outside = None if data.held_out is None else losses_of(model, data.held_out)
    last = len(inside) - 1
    counts = sorted({*(count for count in COUNTS if count < last), last})
    rows = tuple(
        (plural(count, "tree"), rounded(float(inside[count])), *(() if outside is None else (rounded(outside[count]),)))
        for count in counts
    )
    head = ("after", "loss of the rows of the fit", *(() if outside is None else ("of held-out rows",)))
    note = "The learning curve holds twice this log-loss, the deviance." if recorded_twice(model) else ""
    if outside is not None:
        note = f"{note} It is least on held-out rows after {plural(int(outside.argmin()), 'tree')}.".strip()
    return Table("Loss along the trees", head, rows, note)


def recorded_twice(model: Any) -> bool:
    """Whether the states record twice the log-loss, as scikit-learn's `train_score_` does."""
    exact = isinstance(model, GradientBoosting)
    return exact and hasattr(model, "classes_") and len(model.classes_) == 2 and model.loss == "log_loss"


def farthest(model: Any, data: Dataset) -> Table:
    """Return the rows that the model misses most, of those held out if there are any."""
    rows = data if data.held_out is None else data.held_out
    y, fitted = np.asarray(rows.y, dtype=np.float64), model.predict(rows.X)
    off = y - fitted
    order = np.argsort(-np.abs(off), kind="stable")[:LISTED]
    cells: tuple[tuple[str | float, ...], ...] = tuple(
        (
            rows.row_name(int(i)),
            rounded(float(y[i]), 4),
            rounded(float(fitted[i]), 4),
            rounded(float(off[i]), sign=True),
        )
        for i in order
    )
    where = "of the rows held out" if data.held_out is not None else "of the rows of the fit"
    counted = (
        "Rows of the table, counted from 1." if rows.row_numbers is not None else "Counted from 0 among these rows."
    )
    note = f"{counted} Exceptions, or rows with an error in the table."
    return Table(f"Largest errors {where}", ("row", data.target_name or "target", "predicted", "error"), cells, note)
