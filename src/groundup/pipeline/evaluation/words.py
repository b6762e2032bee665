"""What the numbers say: a summary, what is doubtful, and the model card."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.evaluation.intervals import Interval
from groundup.pipeline.evaluation.leakage import ORDERED, TOO_GOOD
from groundup.pipeline.evaluation.scores import SCORES

RARE = 0.01  # P-value below which probabilities are told to be off.
SMALLEST = 1e-12  # Variance of a row, so that probabilities of 0 and 1 can be tested.
LEAST = 0.01  # Difference of two log-losses that is worth a word.
FEW = 100  # Rows of the rarer class that are held out, below which scores are rough.
Metrics = Mapping[str, Any]


def number(value: float | None) -> str:
    """Return three significant digits."""
    return "not defined" if value is None else f"{value:.3g}"


def percent(value: float | None) -> str:
    """Return a share in per cent."""
    return "not defined" if value is None else f"{100 * value:.1f} %"


def within(one: Interval, form: Any = number) -> str:
    """Return a value with its interval."""
    return f"{form(one['value'])} ({form(one['low'])} to {form(one['high'])})"


def settings(values: Mapping[str, Any]) -> str:
    """Return hyper-parameters."""
    said = (f"{name} = {number(value) if isinstance(value, float) else value}" for name, value in values.items())
    return ", ".join(said) or "defaults"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def doubts(config: Config, metrics: Metrics) -> list[str]:
    """Return what a person should look into before the model is used, a sentence each."""
    leaks, found = metrics["leakage"], []
    for one in leaks["columns"]:
        if one["roc_auc"] >= TOO_GOOD:
            found.append(
                f"the column {one['column']!r} alone tells the class (area under the ROC curve "
                f"{one['roc_auc']:.3f}): is it known before the class is? If not, add it to data.drop."
            )
    if not leaks["shuffled"]["chance"]:
        found.append(
            f"with shuffled classes the area under the ROC curve is {leaks['shuffled']['roc_auc']:.3f}, where chance "
            f"gives {leaks['shuffled']['low']:.3f} to {leaks['shuffled']['high']:.3f}: the classes of rows that are "
            "tested reach the training."
        )
    if max(leaks["order"], 1 - leaks["order"]) >= ORDERED and not config.data.time:
        found.append(
            f"the order of the rows tells the class (area {leaks['order']:.3f}): the file is sorted, or classes came "
            "at different times; name a column of times with data.time if there is one."
        )
    if leaks["numbering"] and not config.data.time:
        found.append(
            f"the order of the rows is told by {listed([repr(name) for name in leaks['numbering']])}, which new rows "
            "do not share: add it to data.drop, or name it with data.time."
        )
    if leaks["repeated"]:
        found.append(
            f"{plural(leaks['repeated'], 'row')} of those held out {'equals' if leaks['repeated'] == 1 else 'equal'} a "
            "row to learn from in all columns: if they are the same thing, name what identifies it with data.group."
        )
    for name, score in (("log_loss", "log-loss"), ("roc_auc", "area under the ROC curve")):
        low = metrics["gain"][name]["low"]
        if low is None or low <= 0:
            found.append(f"the model's {score} may be no better than the baseline's: the interval of the gain holds 0.")
    fewest = min(sum(row) for row in metrics["confusion"]["counts"])
    if fewest < FEW:
        found.append(f"the smallest class has {plural(fewest, 'row')} among those held out: its numbers are rough.")
    if metrics["nested"]:
        found += _of_nested(metrics["nested"], metrics["scores"]["log_loss"])
    p = calibration_p(metrics["calibration"])
    if p < RARE:
        found.append(
            f"the probabilities are off by more than chance explains (Hosmer and Lemeshow's p-value {number(p)}): look "
            "at the calibration."
        )
    worse = [f"{one['column']} = {one['value']}" for one in metrics["slices"] if one["worse"]]
    if worse:
        found.append(f"the model is worse for {listed(worse)} than for the other rows.")
    return found


def calibration_p(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the p-value of Hosmer and Lemeshow's test that the probabilities of groups of rows are their shares."""
    from scipy.stats import chi2

    n, p, share = np.array([(one["rows"], one["probability"], one["share"]["value"]) for one in rows]).T
    return float(chi2.sf((n * (share - p) ** 2 / np.maximum(p * (1 - p), SMALLEST)).sum(), len(rows)))


def _of_nested(nested: Mapping[str, Any], held_out: Interval) -> list[str]:
    found, loss = [], nested["scores"]["log_loss"]
    apart = max(held_out["low"] - loss["high"], loss["low"] - held_out["high"])
    if apart > 0 and abs(held_out["value"] - loss["value"]) > LEAST:
        fewer = held_out["value"] < loss["value"]  # The models of the outer folds have learned from fewer rows.
        found.append(
            f"the log-loss on the rows held out, {within(held_out)}, is not that of the outer folds, {within(loss)}: "
            "the rows held out are different from those that were learned from"
            f"{', or fewer rows make a worse model' if fewer else ''}."
        )
    families = {words.partition(" ")[0] for words in nested["chosen"]}
    if len(families) > 1:
        found.append(
            f"the search chooses {listed(sorted(families))} in different outer folds: they are about as good, and "
            "the choice among them is chance."
        )
    return found


def summary(config: Config, metrics: Metrics) -> str:
    """Return a paragraph: how good, against the baseline, what matters and what is doubtful."""
    scores, baseline, classes = metrics["scores"], metrics["baseline"], metrics["classes"]
    level = f"{100 * metrics['level']:g} % interval"
    pair = (
        f"a row of class {classes[1]!r} gets a higher probability of it than one of class {classes[0]!r}"
        if len(classes) == 2
        else "a row of a class gets a higher probability of it than a row of another"
    )
    sentences = [
        f"On {plural(metrics['rows'], 'row')} that no step has seen, {pair} in "
        f"{percent(scores['roc_auc']['value'])} of the pairs, which is the area under the ROC curve "
        f"({level} {percent(scores['roc_auc']['low'])} to {percent(scores['roc_auc']['high'])}; 50 % is chance).",
        f"Of the decisions {within(scores['accuracy'], percent)} are right; a baseline that gives each row the shares "
        f"of the classes reaches {percent(baseline['accuracy']['value'])}.",
        f"The log-loss falls from the baseline's {number(baseline['log_loss']['value'])} to "
        f"{within(scores['log_loss'])}.",
    ]
    if config.evaluation.costs:
        sentences.append(
            f"A row costs {within(scores['cost'])} on average, with the baseline {number(baseline['cost']['value'])}."
        )
    model = metrics["model"]
    tried = len(metrics["search"])
    sentences.append(f"The model is {model['family']}, the best of {plural(tried, 'candidate')}.")
    if metrics["second"]:
        p, second = metrics["second"]["p"], metrics["second"]["model"].partition(" ")[0]
        sentences.append(
            f"The best of another family, {second}, makes {'other' if p < 1 - metrics['level'] else 'about as many'} "
            f"errors (McNemar's p-value {number(p)})."
        )
    certain = [one["column"] for one in metrics["importance"] if one["low"] is not None and one["low"] > 0]
    if certain:
        sentences.append(
            f"What it relies on most: {listed(certain[:3])}"
            + (f"; {plural(len(metrics['importance']) - len(certain), 'column')} cannot be told from useless."
               if len(certain) < len(metrics["importance"]) else ".")
        )  # fmt: skip
    else:
        sentences.append("No single column can be told from a useless one: several tell the same.")
    several = len(metrics["doubts"])
    if several:
        sentences.append(f"{'One point is' if several == 1 else f'{several} points are'} doubtful:")
    return " ".join(sentences)


def card(config: Config, contract: Contract, metrics: Metrics, created: str) -> str:
    """Return the model card in Markdown."""
    data, model = config.data, metrics["model"]
    values = settings(model["values"])
    unused = {data.target, data.group, *data.drop}
    columns = [
        f"| {_cell(name)} | {column.kind} | {'yes' if column.missing else 'no'} |"
        for name, column in contract.columns.items() if name not in unused and column.kind != "id"
    ]  # fmt: skip
    rows = [
        f"| {score.words} | {within(metrics['scores'][name])} | {number(metrics['baseline'][name]['value'])} | "
        f"{score.good} |"
        for name, score in SCORES.items()
    ]
    confusion = metrics["confusion"]
    table = [
        "| truth \\ decision | " + " | ".join(map(_cell, confusion["classes"])) + " |",
        "|---|" + "---|" * len(confusion["classes"]),
        *(
            f"| {_cell(name)} | " + " | ".join(map(str, counts)) + " |"
            for name, counts in zip(confusion["classes"], confusion["counts"])
        ),
    ]
    slices = [
        f"| {_cell(one['column'])} = {_cell(one['value'])} | {one['rows']} | {within(one['accuracy'], percent)} | "
        f"{within(one['log_loss'])} |{' worse |' if one['worse'] else '  |'}"
        for one in metrics["slices"]
    ]
    parts = [
        f"# Model card: {data.target}",
        metrics["summary"],
        *(["\n".join(f"- {one}" for one in metrics["doubts"])] if metrics["doubts"] else []),
        "## What it does",
        f"It gives the probabilities of {listed([f'`{name}`' for name in metrics['classes']])} for a row of a table, "
        f"and decides for the class of least expected cost. Made on {created} from `{data.file}`: "
        f"{metrics['training_rows']:,} rows to learn from, {metrics['rows']:,} held out, {metrics['rejected']:,} "
        "rejected by the contract.",
        f"Model: {model['family']} ({values}); calibration: {metrics['calibrated']['method']}.",
        "Meant for rows that come about like those of the table. Whether a decision about people may rest on it is a "
        "question that these numbers do not answer.",
        "## How good",
        f"On rows that no step has seen, with {100 * metrics['level']:g} % intervals:",
        "\n".join(["| score | value | baseline | good |", "|---|---|---|---|", *rows]),
        "\n".join(table),
        "## Slices",
        "\n".join(["| rows with | number | accuracy | log-loss | |", "|---|---|---|---|---|", *slices])
        if slices else "No column of few categories, and none named in evaluation.slices.",
        "## What it reads",
        "\n".join(["| column | kind | may be missing |", "|---|---|---|", *columns]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def table(metrics: Metrics) -> str:
    """Return the scores for a terminal: each with its interval, beside the baseline's."""
    lines = [
        (score.words, within(metrics["scores"][name]), number(metrics["baseline"][name]["value"]), score.good)
        for name, score in SCORES.items()
    ]
    head = (f"{metrics['rows']:,} rows", f"value ({100 * metrics['level']:g} % interval)", "baseline", "good")
    widths = [max(len(row[k]) for row in (head, *lines)) for k in range(3)]
    found = ["  ".join([*(cell.ljust(n) for cell, n in zip(row, widths)), row[3]]) for row in (head, *lines)]
    classes, counts = metrics["confusion"]["classes"], metrics["confusion"]["counts"]
    found += ["", "truth \\ decision: " + ", ".join(classes)]
    found += [f"  {name}: {', '.join(f'{count:,}' for count in row)}" for name, row in zip(classes, counts)]
    if metrics["slices"]:
        found += ["", "accuracy and log-loss by slices:"]
        found += [
            f"  {one['column']} = {one['value']}: {one['rows']:,} rows, {within(one['accuracy'], percent)}, "
            f"{within(one['log_loss'])}{', worse than the other rows' if one['worse'] else ''}"
            for one in metrics["slices"]
        ]
    return "\n".join(found)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
