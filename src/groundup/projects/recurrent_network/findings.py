"""What a recurrent network says about the data: how good it is on other time, against which baseline, what comes."""

from math import isfinite
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.data.dataset import Dataset, Table
from groundup.data.series.series import Series
from groundup.data.series.times import labels
from groundup.data.summaries import shown
from groundup.projects.common.answers import classification_quality, sentences
from groundup.projects.common.declaration import Scores
from groundup.projects.common.linear_classifiers import confusions
from groundup.projects.common.words import joined, listed, percent, rounded
from groundup.projects.recurrent_network.forecasts import (
    LEVELS,
    Compared,
    compared,
    coverage,
    digits_of,
    future,
    offsets,
    root_mean_square,
)

CLEAR = 0.02  # Relative difference of two errors from which one is called smaller.
DRIFT = 0.05  # Share of held-out values beyond the range of the others from which it is told.
ROOM = 0.1  # Part of this range by which a value must be beyond it.
FLATTERED = 1.5  # Times that the error on other rows is larger than on those of the fit, from which it is told.
TEMPERATURES = (0.5, 0.8, 1.0)
SAMPLED = 160  # Characters of a sample in a table.


def answer(model: Any, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how good the network is where it has not learned, next to what needs no network, and what it is."""
    if data.kind == "text":
        parts = of_text(model, data, scores)
    elif hasattr(model, "classes_"):
        parts = classification_quality(model, data, scores)[1]
    elif data.series is not None:
        parts = of_series(model, data, data.series)
    else:
        parts = of_numbers(model, data, scores)
    return sentences([*parts, made_of(model)])


def summary(model: Any, data: Dataset) -> tuple[Table, ...]:
    """Return the tables behind the answer, and the record of training."""
    if data.kind == "text":
        return samples(model, data), training(model)
    if data.series is not None and data.held_out is not None:
        found = compared(model, data.held_out)
        return by_lead(found, data.series), *bands(found, data.series), training(model)
    last = (confusions(model, data),) if hasattr(model, "classes_") else ()
    return training(model), *last


# --- a series -------------------------------------------------------------------------------------------------------


def of_series(model: Any, data: Dataset, series: Series) -> list[str]:
    """Return the sentences about forecasts of a series."""
    if data.held_out is None:
        return [what_comes(model, data, series)]
    found = compared(model, data.held_out)
    return [
        on_held_out(found, series),
        by_leads(found, series),
        what_comes(model, data, series),
        how_sure(found, series),
        drifted(series),
    ]


def on_held_out(found: Compared, series: Series) -> str:
    """Return the typical errors on held-out time, and whether the network is worth it."""
    first, last = labels(series.times[[series.split, -1]])
    errors = {kind: float(root_mean_square(found.errors(kind))) for kind in ("network", *baselines(series))}
    best = min(baselines(series), key=lambda kind: errors[kind])
    others = joined([f"{rounded(errors[kind])} for {name_of(kind, series)}" for kind in baselines(series)])
    verdict = (
        f"That is {percent(1 - errors['network'] / errors[best])} less than the better of these"
        if len(baselines(series)) > 1
        else f"That is {percent(1 - errors['network'] / errors[best])} less"
    )
    if errors["network"] > (1 + CLEAR) * errors[best]:
        verdict = f"The network is worse than {name_of(best, series)}, which needs no network: use that instead"
    elif errors["network"] > (1 - CLEAR) * errors[best]:
        verdict = f"Over all lead times the network is about as good as {name_of(best, series)}, which needs no network"
    return (
        f"From {first} to {last}, which the network has not learned from, a typical error of {series.name} is "
        f"{rounded(errors['network'])} (root mean square of {plural(len(found.origins), 'forecast')} of "
        f"{plural(series.horizon, 'value')}), and {others}. {verdict}."
    )


def baselines(series: Series) -> tuple[str, ...]:
    """Return the kinds of forecasts that need no network."""
    return ("seasonal", "naive") if series.period else ("naive",)


def name_of(kind: str, series: Series) -> str:
    """Return what a forecast that needs no network is."""
    if kind == "naive":
        return "the last value"
    return f"the value {series.period} steps (one period) earlier"


def by_leads(found: Compared, series: Series) -> str:
    """Return at which lead times a baseline is as good as the network."""
    if series.horizon == 1:
        return ""
    error = {kind: root_mean_square(found.errors(kind), axis=0) for kind in ("network", *baselines(series))}
    best = np.min([error[kind] for kind in baselines(series)], axis=0)
    lost = np.flatnonzero(error["network"] >= best)
    if not len(lost):
        return f"It is the best at each of the {series.horizon} lead times."
    other = "one of the others" if len(baselines(series)) > 1 else name_of("naive", series)
    if len(lost) == series.horizon:
        return f"At each of the {series.horizon} lead times {other} is at least as good."
    which, numbers = "that lead time" if len(lost) == 1 else "these", listed([str(lead + 1) for lead in lost])
    return (
        f"At {len(lost)} of {series.horizon} lead times ({numbers}) {other} is at least as good: take it for {which}."
    )


def what_comes(model: Any, data: Dataset, series: Series) -> str:
    """Return the first and the last value of the forecast beyond the end, with a band."""
    found = future(model, data)
    when = labels(found.times)
    said = []
    for k in sorted({0, series.horizon - 1}):
        value, spread, band = float(found.network[k]), series.std, ""
        if found.bands:
            low, high = (float(end) for end in found.bands[LEVELS[0]][:, k])
            spread = high - low
            ends = " to ".join(rounded(end, digits_of(end, spread)) for end in (low, high))
            band = f" ({ends} with {percent(LEVELS[0])} of the held-out errors)"
        said.append(f"{rounded(value, digits_of(value, spread))}{band} at {when[k]}")
    rest = f"; all {series.horizon} are in forecast.csv" if series.horizon > 1 else ", also in forecast.csv"
    return f"What comes next: {', … '.join(said)}{rest}."


def how_sure(found: Compared, series: Series) -> str:
    """Return how far the bands can be trusted."""
    held = coverage(found.errors("network"), LEVELS[0])
    if not isfinite(held):
        return (
            f"The bands come from {plural(len(found.origins), 'held-out forecast')}, too few to check them on other "
            "ones: take them as rough."
        )
    return (
        f"Bands from the earlier half of the held-out errors hold {percent(held)} of the later half, where "
        f"{percent(LEVELS[0])} were wanted."
    )


def drifted(series: Series) -> str:
    """Return whether the held-out values are beyond those that the network has seen."""
    if series.centred:
        return ""
    seen, later = series.values[: series.split], series.values[series.split :]
    room = ROOM * np.ptp(seen)
    beyond = float(((later < seen.min() - room) | (later > seen.max() + room)).mean())
    if beyond < DRIFT:
        return ""
    return (
        f"{percent(beyond)} of the held-out values lie far beyond the range of those that it has learned from: what it "
        "has not seen it cannot know."
    )


def by_lead(found: Compared, series: Series) -> Table:
    """Return the error of each kind of forecast by lead time."""
    kinds = ("network", "naive", *(("seasonal",) if series.period else ()))
    error = {kind: root_mean_square(found.errors(kind), axis=0) for kind in kinds}
    bias = np.nanmean(found.errors("network"), axis=0)
    names = {"network": "network", "naive": "last value", "seasonal": f"{series.period} steps earlier"}
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (
            f"{k + 1}",
            *(float(error[kind][k]) for kind in kinds),
            float(bias[k]),
            names[min(kinds, key=lambda kind: error[kind][k])],
        )
        for k in range(series.horizon)
    )
    head = (f"steps ahead ({series.spacing.name})", *(names[kind] for kind in kinds), "mean error", "least")
    note = (
        f"Root mean squared error of {series.name} on {plural(len(found.origins), 'held-out forecast')}, one from each "
        "possible beginning, so that neighbours share most of their values. The mean error is that of the network, "
        "what came less what was said."
    )
    return Table("Errors on held-out time, by lead time", head, rows, note)


def bands(found: Compared, series: Series) -> tuple[Table, ...]:
    """Return the width of the bands, and the share of later errors that those from earlier ones hold."""
    errors = found.errors("network")
    if np.isnan(errors).all(axis=0).any():
        return ()
    rows = []
    for level in LEVELS:
        width = np.diff(offsets(errors, level), axis=0)[0]
        held = coverage(errors, level)
        rows.append((percent(level), float(width[0]), float(width[-1]), percent(held) if isfinite(held) else "–"))
    head = ("band", "width one step ahead", f"width {plural(series.horizon, 'step')} ahead", "held of later errors")
    note = (
        "A band holds this share of the held-out errors at its lead time. To see whether that goes on, bands were also "
        "made from the earlier half of the held-out forecasts and checked on the later half."
    )
    return (Table("Bands", head, tuple(rows), note),)


# --- numbers and characters -----------------------------------------------------------------------------------------


def of_numbers(model: Any, data: Dataset, scores: Scores) -> list[str]:
    """Return the sentences about sequences that are summed up by numbers."""
    name = "root mean squared error"
    error, base = scores[name], scores.baselines.get(name, float("nan"))
    unseen = len((data.held_out or data).X)
    target = joined(data.target_names)
    where = "not used for the fit" if data.held_out is not None else "of the fit"
    share = percent(max(0.0, 1 - (error / base) ** 2))
    parts = [
        f"On {plural(unseen, 'sequence')} {where} a typical error of {target} is {rounded(error)} (root mean square), "
        f"and {rounded(base)} if the mean is predicted: {share} of the variance is explained."
    ]
    inside = scores.training.get(name, error)
    if error > FLATTERED * inside:
        parts.append(f"On the sequences of the fit it is {rounded(inside)}: the network knows these by heart.")
    return parts


def of_text(model: Any, data: Dataset, scores: Scores) -> list[str]:
    """Return the sentences about characters."""
    here, base = scores["perplexity"], scores.baselines.get("perplexity", float("nan"))
    inside = scores.training.get("perplexity", here)
    count = len((data.held_out or data).X)
    where = "not used for the fit" if data.held_out is not None else "of the fit"
    kinds = len(model.characters_)
    parts = [
        f"On {plural(count, 'character')} {where} the next one is as hard to guess as one of {rounded(here)} equally "
        f"probable ones (perplexity), {rounded(np.log2(here))} bits; by the shares of the {kinds} characters alone it "
        f"would be one of {rounded(base)}."
    ]
    if inside > 0 and here > FLATTERED * inside:
        parts.append(f"On the text of the fit it is one of {rounded(inside)}: the network knows parts of it by heart.")
    if here >= base:
        parts.append("It has learned nothing of what follows what: train longer, or on more text.")
    return parts


def samples(model: Any, data: Dataset) -> Table:
    """Return texts that the network makes, from the end of the text that was learned from."""
    prime = data.X[-20:]
    rows = tuple((f"{t:g}", visible(sample(model, prime, SAMPLED, t))) for t in TEMPERATURES)
    note = (
        f"Each goes on after {prime!r}. At a low temperature the most probable characters are taken nearly always, "
        "which repeats itself; at 1 they are drawn with the probabilities that the network gives."
    )
    return Table("Samples", ("temperature", "text"), rows, note)


def sample(model: Any, prime: str, length: int, temperature: float) -> str:
    """Return a text that goes on after some characters, always the same."""
    return str(model.sample(prime=prime, length=length, temperature=temperature, random_state=0)).removeprefix(prime)


def visible(text: str) -> str:
    """Return a text in one line, whose ends of lines can be seen."""
    return "".join("⏎" if sign == "\n" else sign if sign == " " else shown(sign) for sign in text)


# --- the network ----------------------------------------------------------------------------------------------------


def made_of(model: Any) -> str:
    """Return cells, number of weights, and how training ended."""
    units = [int(size) for size in np.atleast_1d(np.asarray(model.hidden_layer_sizes))]
    layers = "a layer of" if len(units) == 1 else "layers of"
    both = ", read in both directions" if getattr(model, "bidirectional", False) else ""
    kind = {"rnn": "plain recurrent", "lstm": "LSTM", "gru": "GRU"}[model.cell]
    return (
        f"The network has {layers} {joined([str(size) for size in units])} {kind} cells{both}, and "
        f"{model._learned.w.size:,} weights; it was trained for {plural(model.n_iter_, 'epoch')}. Another seed gives "
        "another network, which may be a little better or worse."
    )


def training(model: Any) -> Table:
    """Return how training ended."""
    curve = np.asarray(model.history_["loss"])
    rows: list[tuple[str, float]] = [
        ("epochs", model.n_iter_),
        ("weights", int(model._learned.w.size)),
        ("loss in the first epoch", float(curve[0]) if len(curve) else float("nan")),
        ("loss in the last epoch", float(model.loss_)),
        ("norm of the gradient at the end", float(model.gradient_norm_)),
        ("relative error of the derivatives through time", float(model.gradient_check_)),
    ]
    clip = getattr(model, "clip", None)
    note = (
        "The loss is the mean of the batches of an epoch, with the penalty on the weights. The derivatives through "
        "time were compared with differences along random directions."
    )
    if clip is not None:
        note += f" Gradients of batches longer than {clip:g} were cut to that length."
    return Table("Training", ("", "value"), tuple(rows), note)
