"""What an autoencoder says about the data: what few codes tell of a row, of which columns, and which rows are odd."""

from math import floor, isfinite, log10
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.autoencoder import measures
from groundup.projects.autoencoder.figures.drawing import rows_are_pictures
from groundup.projects.autoencoder.figures.traversals import information
from groundup.projects.autoencoder.models.autoencoder import Autoencoder
from groundup.projects.autoencoder.models.variational_autoencoder import VariationalAutoencoder
from groundup.projects.autoencoder.trainings import step_name
from groundup.projects.common.answers import sentence, sentences, unseen
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import joined, percent, quoted, rounded

ERROR = "reconstruction error (mean squared distance)"
LOSS = "minus the mean log-density (nats)"
FLATTERED = 1.25  # Error on other rows, over that on the rows of the fit, from which it is spoken of.
CLEARLY = 0.05  # Part by which two errors must differ for one to be called lower.
ODD = 4.0  # Squared distance, in means of all rows, from which a row is called far.
FAR_ROWS = 5  # Rows of a table.
MOST_COLUMNS = 12
NAMED = 3  # Columns that a sentence names.
WELL = 0.9  # Share of its variance from which a column counts as kept.
CLEAR_NATS = 0.1  # Difference of mean log-densities from which one is called better.
SMALLEST = 1e-300  # Of a divisor.
UNUSED = 0.05  # Nats below which a code tells nothing.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how much few codes tell of rows, next to PCA; of which columns; and which rows are odd."""
    if not np.ptp(data.X, axis=0).max(initial=0) > 0:
        return ("All rows are equal: there is nothing to code.",)
    parts = [how_much(model, data, scores), density(model, data, scores), by_heart(data, scores)]
    return sentences([*parts, used_codes(model, data), badly_told(model, data), odd_rows(model, data), made_of(model)])


def how_much(model: Any, data: Dataset, scores: Scores) -> str:
    """Return what the codes keep of the variance, on rows not seen if that is known, next to PCA on its own rows."""
    k, d = model._made_of.sizes[-1], data.X.shape[1]
    error, total = unseen(scores, data, ERROR), measures.distance_to_the_mean(data, data)
    linear = measures.reconstruction_error(axes_of(model, data), data)
    std = error.std if isfinite(error.std) else 0.0
    spread = f" ± {rounded(100 * std / total, 2)} %" if std else ""
    new = f"{plural(k, 'code')} in place of {plural(d, 'column')} {'keeps' if k == 1 else 'keep'}"
    kept = "hardly anything" if error.value >= total else percent(1 - error.value / total)
    axes = "one axis" if k == 1 else f"{k} axes"
    other = f"PCA with {axes} keeps {percent(1 - linear / total)} on the rows of its fit"
    judged = f": {verdict(model, error.value, linear, std)}" if isinstance(model, Autoencoder) and k < d else ""
    longer = f" {plural(k, 'code')} for {plural(d, 'column')}: nothing is shortened." if k >= d else ""
    return f"{sentence(error.where)} {new} {kept}{spread} of the variance; {other}{judged}.{longer}"


def verdict(model: Any, bent: float, linear: float, std: float) -> str:
    """Return whether bending helps, where the difference is clear and larger than the deviation over the folds."""
    if len(model._made_of.sizes) == 2 or model.activation == "identity":
        return "the decoder is linear, and can at best equal PCA"
    margin = max(CLEARLY * linear, std)
    if abs(bent - linear) <= margin:
        return "there is no clear difference"
    return "bending helps" if bent < linear else "PCA, which is simpler, is to be preferred here"


def axes_of(model: Any, data: Dataset) -> Any:
    """Return PCA with as many axes as the model has codes, of the same rows."""
    from groundup import PCA

    return PCA(min(model._made_of.sizes[-1], *data.X.shape), svd_solver="full").fit(data.X)


def by_heart(data: Dataset, scores: Scores) -> str:
    """Return whether rows of the fit are reproduced much better than others."""
    validation = scores.validation
    inside = scores[ERROR]
    if validation is None or not validation.mean[ERROR] > FLATTERED * inside:
        return ""
    times = rounded(validation.mean[ERROR] / inside, 2) if inside else "many"
    return (
        f"On rows not seen the mean squared distance is {times} times that on the rows of the fit, part of which are "
        "known by heart. Fewer units, noise or a larger alpha may help."
    )


def density(model: Any, data: Dataset, scores: Scores) -> str:
    """Return what the variational bound says, next to the log-density of PCA on its own rows."""
    if not isinstance(model, VariationalAutoencoder):
        return ""
    found = unseen(scores, data, LOSS)
    std = found.std if isfinite(found.std) else 0.0
    pca, other = axes_of(model, data), ""
    if pca.noise_variance_ > 0:
        linear = measures.minus_log_density(pca, data)
        other = f", that of PCA {rounded(-linear)} on the rows of its fit: {denser(found.value, linear, std)}"
    noise = rounded(float(np.sqrt(model.noise_variance_)))
    units = " standard units" if data.scale else ""
    return (
        f"The log-density of the same rows is at least {rounded(-found.value)} nats on average{other}. Around what is "
        f"decoded a column has a standard deviation of {noise}{units}."
    )


def denser(bent: float, linear: float, std: float) -> str:
    """Return which density is better, if the difference is larger than the deviation over the folds."""
    if abs(bent - linear) <= max(CLEAR_NATS, std):
        return "there is no clear difference"
    return "bending helps" if bent < linear else "PCA, which is simpler, is to be preferred here"


def used_codes(model: Any, data: Dataset) -> str:
    """Return how many codes of a variational autoencoder tell something."""
    if not isinstance(model, VariationalAutoencoder):
        return ""
    told = information(model, data.X)
    idle = int((told < UNUSED).sum())
    if idle == len(told):
        return "No code is used: all rows are decoded to the same."
    nats = f"A row's codes tell {rounded(float(told.sum()), 2)} nats beyond standard normal ones"
    unused = f"{idle} of {len(told)} {'is' if idle == 1 else 'are'} not used"
    return f"{nats}; {unused if idle else 'all are used'}."


def badly_told(model: Any, data: Dataset) -> str:
    """Return the columns that the codes tell least of, and those of which they tell more than PCA."""
    if rows_are_pictures(data) or data.X.shape[1] < 3:
        return ""
    order, ours, theirs = by_column(model, data)
    few = [int(j) for j in order[:NAMED] if ours[j] < WELL]
    worst = joined([f"{short(data, j)} ({percent(max(ours[j], 0.0))} of its variance)" for j in few])
    better = [int(j) for j in np.argsort(theirs - ours) if ours[j] - theirs[j] > CLEARLY][:NAMED]
    lost, gained = f"On the rows of the fit, least is kept of {worst}." if few else "", ""
    if better:
        each = joined([f"{short(data, j)} ({percent(max(theirs[j], 0.0))} to {percent(ours[j])})" for j in better])
        begin = " More" if few else "On the rows of the fit, more"
        gained = f"{begin} than by PCA is kept of {each}."
    return lost + gained


def short(data: Dataset, column: int) -> str:
    """Return the name of a column without its unit."""
    return quoted(data.feature_names[column].partition(" (")[0])


def by_column(model: Any, data: Dataset) -> tuple[Array, Array, Array]:
    """Return columns that vary, the worst first, and the share of each column's variance that is kept, and by PCA."""
    variance = data.X.var(axis=0)
    fair = np.where(variance > 0, variance, 1)
    ours, theirs = (
        1 - np.square(measures.residual(one, data.X)).mean(axis=0) / fair for one in (model, axes_of(model, data))
    )
    order = np.argsort(ours, kind="stable")
    return order[variance[order] > 0], ours, theirs


def odd_rows(model: Any, data: Dataset) -> str:
    """Return how many rows are far from their reconstructions, and the farthest."""
    error = measures.errors(model, data.X)
    typical = float(error.mean())
    far = np.flatnonzero(error > ODD * typical)
    if not len(far) or not typical:
        return ""
    worst = int(error.argmax())
    more = f" ({len(far)} rows have more than {ODD:g} times as much as the mean)" if len(far) > 1 else ""
    return (
        f"{sentence(data.row_name(worst))} is farthest from its reconstruction, with "
        f"{rounded(error[worst] / typical, 2)} times the mean squared distance{more}: look at such rows before you "
        "trust the rest."
    )


def made_of(model: Any) -> str:
    """Return layers, number of weights, and how training ended."""
    sizes = [str(size) for size in (*model._made_of.sizes, *model._made_of.sizes[-2::-1])]
    return (
        f"The layers have {'–'.join(sizes)} units, with {model._w.size:,} weights and biases, and were trained for "
        f"{plural(model.n_iter_, step_name(model))}. Another seed gives other codes, which may tell as much."
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return what is kept of each column, the rows that are farthest from their reconstructions, and the codes."""
    columns = () if rows_are_pictures(data) else (table_of_columns(model, data),)
    codes = (table_of_codes(model, data),) if isinstance(model, VariationalAutoencoder) else ()
    return (*columns, far_rows(model, data), *codes)


def table_of_columns(model: Any, data: Dataset) -> Table:
    """Return what is kept of each column and the typical error in its unit, next to PCA's."""
    order, ours, theirs = by_column(model, data)
    unit = data.X.std(axis=0) * (data.scale.std if data.scale else 1)
    rows = tuple(
        (
            data.feature_names[j],
            *(percent(max(one[j], 0.0)) for one in (ours, theirs)),
            *(rounded(float(unit[j] * np.sqrt(max(1 - one[j], 0.0)))) for one in (ours, theirs)),
        )
        for j in order[:MOST_COLUMNS]
    )
    note = "Columns of which least is kept come first. Errors are roots of mean squares, in the column's unit."
    if len(order) > MOST_COLUMNS:
        note += f" Of the others, {plural(len(order) - MOST_COLUMNS, 'column')}, more is kept."
    if len(order) < len(unit):
        note += f" {plural(len(unit) - len(order), 'column')} without spread: nothing to tell."
    head = ("column", "of its variance, kept", "by PCA", "typical error", "of PCA")
    return Table("What the codes keep of each column", head, rows, note)


def far_rows(model: Any, data: Dataset) -> Table:
    """Return the rows that are farthest from their reconstructions, and in which column."""
    title = "Rows that the codes do not tell"
    away = measures.residual(model, data.X)
    error = np.square(away).sum(axis=1)
    typical = float(error.mean())
    if typical <= 1e-18 * float(np.square(data.X).sum(axis=1).mean()):
        return Table(title, ("row",), (), "Every row is reproduced, to rounding.")
    order = np.argsort(-error, kind="stable")[:FAR_ROWS]
    given = data.scale.undo(data.X) if data.scale else data.X
    rebuilt = data.X - away
    told = data.scale.undo(rebuilt) if data.scale else rebuilt
    most = np.abs(away).argmax(axis=1)
    rows = tuple(
        (
            data.row_name(int(i)),
            f"{rounded(error[i] / typical, 2)} ×",
            data.feature_names[most[i]],
            *told_apart(float(given[i, most[i]]), float(told[i, most[i]])),
        )
        for i in order
    )
    note = f"{data.row_names_told()} The mean squared distance of all rows is {rounded(typical)}."
    head = ("row", "squared distance, in means", "most in the column", "is", "decoded")
    return Table(title, head, rows, note)


def told_apart(first: float, second: float) -> tuple[str, str]:
    """Return two numbers with digits enough to see two of their difference: 1,000,012 and 1,000,035."""
    apart = abs(first - second) / max(abs(first), abs(second), SMALLEST)
    digits = min(15, max(3, 2 - floor(log10(max(apart, 1e-15)))))
    return rounded(first, digits), rounded(second, digits)


def table_of_codes(model: Any, data: Dataset) -> Table:
    """Return what each code of a variational autoencoder tells."""
    told = information(model, data.X)
    codes = np.asarray(model.transform(data.X))
    rows = tuple(
        (
            f"code {j + 1}",
            rounded(float(told[j])),
            rounded(float(codes[:, j].std())),
            "" if told[j] >= UNUSED else "not used",
        )
        for j in np.argsort(-told, kind="stable")
    )
    note = (
        "Mean divergence of a row's code from a standard normal one, and standard deviation of the means of the codes: "
        "near 1 where a code tells much, near 0 where it is not used."
    )
    return Table("What the codes tell", ("code", "nats", "spread of the means", ""), rows, note)
