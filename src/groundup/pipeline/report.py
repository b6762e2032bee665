"""The evaluation as a page: a paragraph in words, then figures, then the tables for those who check."""

from collections.abc import Mapping
from html import escape
from typing import Any

from groundup.pipeline.config import Config
from groundup.pipeline.evaluation.figures import drawn
from groundup.pipeline.evaluation.scores import SCORES
from groundup.pipeline.evaluation.words import number, percent, settings, within
from groundup.pipeline.page import document, picture, table

MOST_CANDIDATES = 20


def page(config: Config, metrics: Mapping[str, Any], created: str) -> str:
    """Return `evaluation.html`, which needs no other file.

    Parameters
    ----------
    config : Config
        Of the pipeline.
    metrics : mapping
        What `metrics.json` holds.
    created : str
        When the model was made.
    """
    model = metrics["model"]
    values = settings(model["values"])
    parts = [
        f'<div class="lead"><p>{escape(metrics["summary"])}</p>',
        "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in metrics["doubts"]) + "</ul></div>",
        f'<p class="about">{escape(config.data.file)}: {metrics["training_rows"]:,} rows to learn from, '
        f"{metrics['rows']:,} held out, {metrics['rejected']:,} rejected. {escape(model['family'])} "
        f"({escape(values)}), calibration: {metrics['calibrated']['method']}. Made on {escape(created)}.</p>",
    ]
    parts += ["<h2>Figures</h2>", '<div class="figures">', *(picture(*one) for one in drawn(metrics)), "</div>"]
    parts += ["<h2>Scores on the rows held out</h2>", _scores(metrics)]
    parts += ["<h2>Decisions</h2>", _confusion(metrics)]
    parts += ["<h2>Slices</h2>", _slices(metrics)] if metrics["slices"] else []
    parts += ["<h2>Columns</h2>", _columns(metrics)]
    parts += ["<h2>Search</h2>", *_search(metrics)]
    parts += ["<h2>Leakage</h2>", _leakage(metrics)]
    return document(f"Evaluation: {config.data.target}", parts)


def _scores(metrics: Mapping[str, Any]) -> str:
    level = f"value ({100 * metrics['level']:g} % interval)"
    rows = [
        (
            score.words,
            within(metrics["scores"][name]),
            number(metrics["baseline"][name]["value"]),
            within(metrics["gain"][name]) if name in metrics["gain"] else "",
            score.good,
        )
        for name, score in SCORES.items()
    ]
    return table(("score", level, "baseline", "gain over it", "what is good"), rows)


def _confusion(metrics: Mapping[str, Any]) -> str:
    found = metrics["confusion"]
    rows = [
        (name, *(f"{count:,}: {within(share, percent)}" for count, share in zip(counts, shares)))
        for name, counts, shares in zip(found["classes"], found["counts"], found["shares"])
    ]
    return table(("truth", *(f"decided {name}" for name in found["classes"])), rows)


def _slices(metrics: Mapping[str, Any]) -> str:
    rows = [
        (
            f"{one['column']} = {one['value']}",
            f"{one['rows']:,}",
            within(one["accuracy"], percent),
            within(one["log_loss"]),
            within(one["roc_auc"]),
            "worse" if one["worse"] else "",
        )
        for one in metrics["slices"]
    ]
    return table(("rows with", "rows", "accuracy", "log-loss", "area under the ROC curve", ""), rows)


def _columns(metrics: Mapping[str, Any]) -> str:
    alone = {one["column"]: one["roc_auc"] for one in metrics["leakage"]["columns"]}
    rows = [(one["column"], within(one), number(alone[one["column"]])) for one in metrics["importance"]]
    return table(("column", "rise of the log-loss when permuted", "area of the column alone"), rows)


def _search(metrics: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            one["family"],
            settings(one["values"]),
            number(one["mean"]) if one["mean"] is not None else one["error"],
            f"{one['seconds']:.2f}",
        )
        for one in metrics["search"][:MOST_CANDIDATES]
    ]
    parts = [table(("family", "hyper-parameters", metrics["metric"], "seconds of a fit"), rows)]
    if len(metrics["search"]) > MOST_CANDIDATES:
        parts.append(f'<p class="about">The best {MOST_CANDIDATES} of {len(metrics["search"])}.</p>')
    if metrics["nested"]:
        nested = metrics["nested"]
        parts.append(
            f"<p>The whole search, repeated without the rows of each of {nested['folds']} outer folds, reaches an area "
            f"under the ROC curve of {within(nested['scores']['roc_auc'])} and a log-loss of "
            f"{within(nested['scores']['log_loss'])} on them. It chose: {escape('; '.join(nested['chosen']))}.</p>"
        )
    if metrics["second"]:
        second = metrics["second"]
        parts.append(
            f"<p>Against {escape(second['model'])}: {second['only_first']} rows that only the chosen model decides "
            f"right, {second['only_second']} that only the other does; McNemar's p-value {number(second['p'])}. Its "
            f"log-loss is higher by {within(second['log_loss_gain'])}.</p>"
        )
    losses = metrics["calibrated"]["log_loss"]
    said = ", ".join(f"{number(loss)} with {name}" for name, loss in losses.items())
    return [*parts, f"<p>Calibration, log-loss in folds: {escape(said)}.</p>"]


def _leakage(metrics: Mapping[str, Any]) -> str:
    found = metrics["leakage"]
    shuffled = found["shuffled"]
    rows = [
        (
            "area under the ROC curve with shuffled classes",
            number(shuffled["roc_auc"]),
            f"chance: {number(shuffled['low'])} to {number(shuffled['high'])}",
        ),
        ("area of the order of the rows", number(found["order"]), "0.5 is chance"),
        ("rows held out that equal one to learn from", f"{found['repeated']:,}", "0"),
        ("best column alone", number(found["columns"][0]["roc_auc"]) if found["columns"] else "", "below 0.99"),
    ]
    return table(("check", "found", "expected"), rows)
