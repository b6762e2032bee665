"""What monitoring has found, as a page: first in words, then in figures and tables."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.text import plural
from groundup.pipeline.artifact import Artifact
from groundup.pipeline.drift import Drift, grouped
from groundup.pipeline.monitoring import FAULTS, MOST_LABELS, WATCHED, Findings, words
from groundup.pipeline.page import document, picture, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN = 6  # Most distributions that are drawn.
LETTERS = 14  # Of a category at an axis.


def page(findings: Findings, artifact: Artifact, path: Path) -> str:
    """Return the page."""
    summary = "".join(f"<p>{escape(one)}</p>" for one in sentences(findings, artifact, path))
    parts = [f'<div class="lead">{summary}</div>']
    if figures := _figures(findings, artifact):
        parts += ["<h2>The distributions that differ most</h2>", f'<div class="figures">{"".join(figures)}</div>']
    parts += ["<h2>All tests</h2>", _about(artifact), _tests(findings)]
    if findings.scores:
        parts += ["<h2>Scores on rows whose class is known</h2>", _scores(findings, artifact)]
    if findings.faults:
        parts += [
            "<h2>Entries that break the contract</h2>",
            table(["column", "entries"], list(findings.faults.items())),
        ]
    made = datetime.now(UTC).isoformat(timespec="seconds")
    parts.append(f'<p class="about">Model {escape(findings.model)}, trained {artifact.manifest["created"]} on '
                 f'{artifact.manifest["rows"]:,} rows; this page: {made}.</p>')  # fmt: skip
    return document(f"{'ALARM: new' if findings.alarms else 'New'} rows against the training rows", parts)


def sentences(findings: Findings, artifact: Artifact, path: Path) -> list[str]:
    """Return the answer, in words made from the numbers."""
    limits = artifact.config.monitoring
    beyond = [one for one in findings.drifts if one.alarm]
    said = [f"{path.name} has {plural(findings.rows, 'row')}, of which {findings.rejected:,} "
            f"({findings.rejected / findings.rows:.1%}) break the contract."]  # fmt: skip
    if beyond:
        listed = "; ".join(words(one) for one in beyond[:DRAWN])
        more = f"; and {len(beyond) - DRAWN} more" if len(beyond) > DRAWN else ""
        said.append(f"ALARM: {plural(len(beyond), 'distribution')} of {len(findings.drifts)} drifted: {listed}{more}.")
    else:
        slight = sum(one.corrected <= limits.false_alarms for one in findings.drifts)
        stay = "stays" if slight == 1 else "stay"
        less = (
            f" {plural(slight, 'difference')} can be told from chance but {stay} below PSI {limits.psi:g}."
            if slight
            else ""
        )
        said.append(f"No drift: none of {len(findings.drifts)} distributions differs in a way that counts.{less}")
    said.append(_performance(findings))
    said.append(f"Without drift, an alarm from these tests has a probability of at most {limits.false_alarms:g} a "
                "file, if rows are independent of each other.")  # fmt: skip
    return said


def _performance(findings: Findings) -> str:
    if not findings.labels:
        return "The file has no classes, so nothing is said of how good the predictions are."
    if not findings.scores:
        return f"Only {plural(findings.labels, 'row')} have a class, too few for scores."
    if not all(one["then"] for one in findings.scores.values()):
        return "The artifact has no scores to compare with."
    one, known = findings.scores["log_loss"], plural(findings.labels, "row")
    compared = (f"log-loss {one['now']['value']:.3f} ({one['now']['low']:.3f} to {one['now']['high']:.3f}), "
                f"{one['then']['value']:.3f} at the training")  # fmt: skip
    if worse := [name for name in WATCHED if findings.scores[name].get("worse")]:
        said = " and ".join(
            f"{WATCHED[name]} (corrected p = {findings.scores[name]['corrected']:.2g})" for name in worse
        )
        return f"ALARM: on {known} with a class the model is worse in {said}: {compared}."
    return f"On {known} with a class neither log-loss nor cost is worse than chance explains: {compared}."


def _about(artifact: Artifact) -> str:
    limits = artifact.config.monitoring
    return (
        '<p class="about">Each test asks whether such a difference would come by chance; Holm&rsquo;s correction '
        "counts all tests together. The population stability index (PSI) tells how large the difference is. An alarm "
        f"needs both: a corrected p of at most {limits.false_alarms:g}, and a PSI above {limits.psi:g}.</p>"
    )


def _tests(findings: Findings) -> str:
    rows = [
        ["ALARM" if one.alarm else "", one.name, one.what, one.test, f"{one.rows:,}", f"{one.psi:.3f}", f"{one.p:.2g}",
         f"{one.corrected:.2g}"] for one in findings.drifts
    ]  # fmt: skip
    return table(["", "of", "what", "test", "new rows", "PSI", "p", "corrected p"], rows)


def _scores(findings: Findings, artifact: Artifact) -> str:
    from groundup.pipeline.evaluation.scores import SCORES

    def told(one: Mapping[str, Any] | None) -> str:
        if one is None or one["value"] is None:
            return "unknown"
        if one["low"] is None:
            return f"{one['value']:.4f}"
        return f"{one['value']:.4f} ({one['low']:.4f} to {one['high']:.4f})"

    rows = [
        [SCORES[name].words, told(one["now"]), told(one["then"]), _p(one), SCORES[name].good]
        for name, one in findings.scores.items()
    ]
    level = artifact.config.evaluation.level
    sample = f" {MOST_LABELS:,} of them, drawn at random, were used." if findings.labels > MOST_LABELS else ""
    about = (f'<p class="about">{findings.labels:,} rows, with intervals of {level:.0%}.{sample} Whether log-loss '
             "and cost are worse than at the training is tested with all other tests.</p>")  # fmt: skip
    return about + table(["score", "now", "at the training", "corrected p", "a good value"], rows)


def _p(one: Mapping[str, Any]) -> str:
    return f"{one['corrected']:.2g}{', ALARM' if one['worse'] else ''}" if "corrected" in one else ""


def _figures(findings: Findings, artifact: Artifact) -> list[str]:
    """Return pictures of the distributions that differ most, of those with an alarm before all."""
    shown = [one for one in findings.drifts if one.what in ("values", "scores") and one.name != FAULTS]
    shown = sorted(shown, key=lambda one: (not one.alarm, -one.psi))[:DRAWN]
    return [picture(_figure(*_counts(one, findings, artifact), one.name), _caption(one)) for one in shown]


def _counts(one: Drift, findings: Findings, artifact: Artifact) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the counts of the training rows and of the new ones."""
    if one.what == "values":
        return artifact.fingerprint["columns"][one.name], findings.counts["columns"][one.name]
    k = str(artifact.classes.index(one.name.removeprefix("probability of ")))
    return artifact.fingerprint["scores"][k], findings.counts["scores"][k]


def _caption(one: Drift) -> str:
    return f"{one.name}: {'drift' if one.alarm else 'no alarm'}, PSI {one.psi:.3f}, corrected p {one.corrected:.2g}."


def _figure(then: Mapping[str, Any], now: Mapping[str, Any], name: str) -> "Figure":
    from groundup.plotting.style import BLUE, VERMILION, canvas

    expected, found = np.array(then["counts"], dtype=float), np.array(now["counts"], dtype=float)
    groups = grouped(expected)
    e, f = (100 * np.bincount(groups, counts) / max(counts.sum(), 1) for counts in (expected, found))
    labels = _labels(then, groups)
    fig, axes = canvas(1, 1, (5.6, 3.4))
    place = np.arange(len(e))
    axes.bar(place - 0.2, e, 0.4, color=BLUE, label="training rows")
    axes.bar(place + 0.2, f, 0.4, color=VERMILION, hatch="///", edgecolor="white", label="new rows")
    axes.set_xticks(place, labels, rotation=40, ha="right", fontsize=8)
    axes.set(
        ylabel="share of the rows (%)",
        ylim=(0, 1.3 * max(e.max(), f.max(), 1)),
        title=name if len(name) < 40 else name[:39] + "…",
    )
    axes.legend()
    return fig


def _labels(then: Mapping[str, Any], groups: np.ndarray) -> list[str]:
    """Return names of groups of bins: categories, or what the numbers are up to."""
    if then["kind"] == "category":
        names = np.array([*then["values"], "others"], dtype=object)
        parts = [names[groups == g] for g in range(groups.max() + 1)]
        return [str(one[0])[:LETTERS] if len(one) == 1 else f"{len(one)} rare" for one in parts]
    ends = [*then["edges"], np.inf]
    lasts = [ends[int(np.flatnonzero(groups == g)[-1])] for g in range(groups.max() + 1)]
    return [_end(last, then["kind"]) for last in lasts[:-1]] + ["above"]


def _end(value: float, kind: str) -> str:
    if kind == "date":
        return f"to {np.datetime64('2000-01-01') + np.timedelta64(int(value), 'D')}"
    return f"to {value:.4g}"
