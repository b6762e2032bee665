"""What a network says about the data: how good it is on other rows, which columns matter, and what is doubtful."""

from typing import Any

import numpy as np

from groundup.core import metrics
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.plotting.thinning import some_rows
from groundup.projects.common.answers import classification_quality, regression_quality, sentences
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import confusions
from groundup.projects.common.treatment import categories
from groundup.projects.common.words import joined, percent, rounded
from groundup.projects.multilayer_perceptron import measures
from groundup.projects.multilayer_perceptron.replay import hidden_outputs, step_name

MOST = 500  # Rows on which columns are shuffled.
REPEATS = 5  # Times that a column is shuffled.
CLEAR = 2.0  # Standard deviations by which a shuffled column must raise the error for it to matter.
NAMED, LISTED = 3, 10  # Columns of a sentence and of a table.
FLATTERED = 0.05  # Difference of the accuracy on rows of the fit and on others from which it is spoken of.
DEAD = 1e-12  # Spread of a unit's output, of its size, below which it is the same for all rows.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the network is on rows not seen, which columns it owes that to, and what it is made of."""
    classes = hasattr(model, "classes_")
    learned, parts = classification_quality(model, data, scores) if classes else regression_quality(data, scores)
    if learned:
        parts.append(what_matters(model, data))
    parts += [made_of(model), idle_units(model, data), by_heart(model, data)]
    return sentences(parts)


def made_of(model: Any) -> str:
    """Return layers, number of weights, and how training ended."""
    hidden = model._learned.sizes[1:-1]
    several = "a hidden layer of" if len(hidden) == 1 else "hidden layers of"
    bend = f"with {model.activation.replace('_', ' ')}"
    layers = f"{several} {joined([str(size) for size in hidden])} units {bend}" if hidden else "no hidden layer"
    count = sum(W.size for W in model.coefs_) + sum(b.size for b in model.intercepts_)
    another = (
        "Another seed gives another network, which may be a little better or worse."
        if hidden
        else "Without one it is a linear model."
    )
    return (
        f"The network has {layers}, and {count:,} weights and biases; it was trained for "
        f"{plural(model.n_iter_, step_name(model))}. {another}"
    )


def idle_units(model: Any, data: Dataset) -> str:
    """Return how many hidden units give the same for all rows."""
    layers = hidden_outputs(model, data.X)
    idle = sum(int((one.std(axis=0) <= DEAD * (np.abs(one).max(axis=0) + 1e-300)).sum()) for one in layers)
    total = sum(one.shape[1] for one in layers)
    if not idle:
        return ""
    verb, add = ("gives", "it adds") if idle == 1 else ("give", "they add")
    return f"Of its {total:,} hidden units {idle:,} {verb} the same for every row: {add} a constant and no more."


def by_heart(model: Any, data: Dataset) -> str:
    """Return whether the network knows its own rows much better than others, and what may help."""
    if data.held_out is None:
        return ""
    inside, outside = measures.quality(model, data), measures.quality(model, data.held_out)
    if not inside - outside > FLATTERED:
        return ""
    said = "R² is" if not hasattr(model, "classes_") else "the share of right classes is"
    shown = rounded if not hasattr(model, "classes_") else percent
    remedies = ["a larger alpha"]
    remedies += ["fewer units"] if len(model.coefs_) > 1 else []
    remedies += ["early stopping"] if model.solver != "lbfgs" and not model.early_stopping else []
    return (
        f"On the rows of the fit {said} {shown(inside)}, on held-out rows {shown(outside)}: "
        f"{joined(remedies, last='or')} may help."
    )


# --- which columns matter -------------------------------------------------------------------------------------------


def error(model: Any, X: Array, y: Array) -> float:
    """Return the Brier score of probabilities, or the root mean squared error of numbers."""
    if hasattr(model, "classes_"):
        return metrics.brier_score_loss(y, model.predict_proba(X), labels=model.classes_)
    return metrics.root_mean_squared_error(y, model.predict(X))


def columns_of(data: Dataset) -> list[tuple[str, Array]]:
    """Return name and columns of X of what the user knows as one column."""
    together = {category.name: category.columns for category in categories(data)}
    inside = {int(j) for columns in together.values() for j in columns}
    alone = [(name, np.array([j])) for j, name in enumerate(data.feature_names) if j not in inside]
    return [*alone, *together.items()]


def shuffled(model: Any, data: Dataset) -> tuple[float, list[tuple[str, float, float]]]:
    """Return the error, and for each column by how much it rises when its entries go to other rows.

    Mean and standard deviation of five times, the largest rise first, on held-out rows if there are any.
    """
    rows = data if data.held_out is None else data.held_out
    rows = rows.take(some_rows(len(rows.X), MOST))
    y, rng = np.asarray(rows.y), np.random.default_rng(0)
    base, found = error(model, rows.X, y), []
    for name, columns in columns_of(data):
        rises = []
        for _ in range(REPEATS):
            X = rows.X.copy()
            X[:, columns] = X[rng.permutation(len(X))][:, columns]
            rises.append(error(model, X, y) - base)
        found.append((name, float(np.mean(rises)), float(np.std(rises))))
    return base, sorted(found, key=lambda one: -one[1])


def what_matters(model: Any, data: Dataset) -> str:
    """Return the columns whose shuffling raises the error most."""
    if len(data.feature_names) == 1 or data.image is not None:
        return ""
    base, found = shuffled(model, data)
    told = [(name, rise) for name, rise, spread in found if rise > CLEAR * spread and rise > 0][:NAMED]
    where = "the rows of the fit" if data.held_out is None else "rows not seen"
    if not told:
        return f"Shuffled alone, no column makes predictions on {where} clearly worse."
    what = "the Brier score (error of the probabilities)" if hasattr(model, "classes_") else "the typical error"
    rises = joined([f"{rounded(base + rise)} with the entries of {name} shuffled" for name, rise in told])
    return f"Which columns matter on {where}: {what} rises from {rounded(base)} to {rises}."


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return which columns matter, what the layers do, how training ended, and the classes that are mistaken most."""
    last = (confusions(model, data),) if hasattr(model, "classes_") else ()
    return (matters(model, data), layers(model, data), ended(model, data), *last)


def matters(model: Any, data: Dataset) -> Table:
    """Return by how much the error rises when a column is shuffled."""
    base, found = shuffled(model, data)
    rows = tuple((name, f"{rounded(rise, sign=True)} ± {rounded(spread, 2)}") for name, rise, spread in found[:LISTED])
    unit = "Brier score" if hasattr(model, "classes_") else "root mean squared error"
    where = "the rows of the fit" if data.held_out is None else "held-out rows"
    note = (
        f"By how much the {unit} on {where}, {rounded(base)}, rises when the column's entries are given to other rows: "
        "mean and standard deviation of five times. A column whose work another can do may raise it little."
    )
    return Table("Which columns matter", ("column", "rise of the error"), rows, note)


def ended(model: Any, data: Dataset) -> Table:
    """Return objective and gradient at the end, and a gradient check of this network."""
    objective, w = measures.training_objective(model, data)
    value, gradient = objective(w)
    count, error = measures.gradient_check(model, data)
    losses, seen = model.history_["loss"], "all rows" if model.solver == "lbfgs" else "batches"
    rows = (
        (f"objective of {seen}, first … last {step_name(model)}", f"{rounded(losses[0])} … {rounded(losses[-1])}"),
        ("objective of all rows with these weights", rounded(float(value))),
        ("norm of its gradient", rounded(float(np.linalg.norm(gradient)))),
        (f"gradient check on {plural(count, 'row')}: relative error", f"{error:.1e}"),
    )
    note = (
        "In a batch the penalty has the weight of one of its rows. The check compares the slope along a random "
        "direction with central differences, which leave ten digits at most, and fewer where a unit of relu is near "
        "its bend. A norm of zero says that the weights are stationary, and nothing about lower minima."
    )
    return Table("How training ended", ("what", "value"), rows, note)


def layers(model: Any, data: Dataset) -> Table:
    """Return size, weights and outputs of each layer."""
    outputs = hidden_outputs(model, data.X)
    rows = tuple(
        (
            f"hidden layer {k + 1}" if k < len(outputs) else "scores",
            int(W.shape[1]),
            int(W.size + b.size),
            rounded(float(np.sqrt((W**2).mean()))),
            rounded(float(np.sqrt((outputs[k] ** 2).mean()))) if k < len(outputs) else "",
        )
        for k, (W, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True))
    )
    head = ("layer", "units", "weights and biases", "typical weight", "typical output")
    return Table("What the network is made of", head, rows, "Typical: the root of the mean square.")
