"""The sections of a report, each a function of what it shows."""

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.text import plural
from groundup.data.columns import HEAD, TITLE
from groundup.data.dataset import Dataset, Table
from groundup.data.summaries import MOST_COLUMNS
from groundup.plotting.figure import Animation
from groundup.plotting.picture import Picture
from groundup.projects.common.declaration import Project
from groundup.workbench.learn.check import textbook
from groundup.workbench.report.page import Html, Section, data_uri, join, number, prose, table, tag
from groundup.workbench.report.player import Recordings, player_html
from groundup.workbench.report.record import changed
from groundup.workbench.run.compare import NO_REFERENCE
from groundup.workbench.run.result import Comparison, Result, is_list_of_arrays

MOST_ENTRIES = 6  # Entries of an array that a cell shows.
PIXELS_AN_INCH = 125  # Width of a figure on a page that is wide enough.
VERDICTS = {"equal": "equal", "groundup": "groundup", "reference": "reference", "unknown": "–"}


def header(result: Result, known: Mapping[str, Any]) -> Html:
    """Title, the one-sentence summary, and the run in four facts."""
    project, rows, main = result.project, known["data"], known["metrics"][0]
    run = (
        ("Data", f"{rows['name']}, {rows['size']}"),
        *([("Held out", plural(rows["held_out"], rows["unit"]))] if rows["held_out"] else []),
        (main["name"], number(main["ours"]) + beside(known, main["reference"])),
        ("Certificate", certified(known["certificate"])),
        ("Seed", str(result.seed)),
    )
    title = project.title if result.declared is project.models[0] else f"{project.title}: {result.declared.name}"
    titles = (tag("p", "groundup", class_="kicker"), tag("h1", title), tag("p", project.summary))
    return tag("header", *titles, facts(run))


def beside(known: Mapping[str, Any], value: float | None) -> str:
    """Return the value of the reference in brackets; nothing where there is no reference."""
    return "" if known["reference"] == NO_REFERENCE else f" ({known['reference']}: {number(value)})"


def stopped(reason: str | None) -> Html:
    """The notice of a fit that ended early; nothing for one that did not."""
    if reason is None:
        return Html()
    words = " The numbers below are those of the best state so far. To resume from it, repeat the command with "
    what = tag("strong", f"Stopped early: {reason}.")
    return tag("p", what, words, tag("code", "--resume"), ".", class_="notice", role="status")


def data(result: Result) -> Section:
    """Return what was learned from: description, size, and a summary of the columns."""
    given = result.data
    summed = as_measured(given).describe(result.model.kind)
    units = tag("p", "The fit was to standard units: each column less its mean, over its standard deviation.")
    hidden = given.feature_names[MOST_COLUMNS:]
    more = tag("details", tag("summary", plural(len(hidden), "more column")), tag("p", ", ".join(hidden)))
    content = join(
        tag("p", given.description),
        tag("p", summed.note),
        units if given.scale else Html(),
        tag("p", f"{type(result.model).__name__} learns from {result.model.accepted_data()}."),
        table(summed.title, summed.head, summed.rows),
        more if hidden else Html(),
    )
    return Section("data", "Data", content)


def as_measured(given: Dataset) -> Dataset:
    """Return a data set in the user's units."""
    return replace(given, X=given.scale.undo(given.X), scale=None) if given.scale else given


def columns(given: Dataset) -> Iterator[Section]:
    """Yield what became of each column of the user's table, and what to know about it; nothing for other data."""
    notes = tag("ul", *(tag("li", prose(note)) for note in given.notes), class_="notes") if given.notes else Html()
    if given.columns:
        rows = [use.cells for use in given.columns]
        yield Section("columns", "Your table", join(table(TITLE, HEAD, rows), notes))


def answer(sentences: Sequence[str]) -> Iterator[Section]:
    """Yield what the user came for, in words, where the project says it."""
    if sentences:
        yield Section(
            "answer", "What was found", tag("div", *(tag("p", prose(words)) for words in sentences), class_="answer")
        )


def algorithm(project: Project) -> Iterator[Section]:
    """Yield where to read on: the chapter, and the algorithm in plain NumPy, where the project has them."""
    try:
        source = textbook(project.name)
    except FileNotFoundError:
        return
    words = (
        "The chapter in the book (", tag("code", "make book"), ") derives each equation that these functions name. ",
        tag("code", f"python -m groundup.projects.{project.name}.textbook"), " runs them on a few numbers, ",
        tag("code", f"groundup exercise {project.name}"), " leaves their bodies to you. The solvers of this run are "
        "tested against them.",
    )  # fmt: skip
    listing = tag("details", tag("summary", "The algorithm in plain NumPy"), tag("pre", tag("code", source)))
    yield Section("algorithm", "Read on", join(tag("p", *words), listing))


def parameters(model: Estimator) -> Section:
    """Hyper-parameters, with those that are not at their defaults marked."""
    signature, marked = inspect.signature(type(model)).parameters, changed(model)
    lines = [
        (name, show(value), show(signature[name].default), "changed" if name in marked else "")
        for name, value in model.get_params().items()
    ]
    content = table(f"Parameters of {type(model).__name__}", ("parameter", "value", "default", ""), lines)
    return Section("parameters", "Parameters", content)


def metrics(known: Mapping[str, Any], minima: Iterable[str]) -> Section:
    """Return every metric next to the reference's, by the rows it was computed on, and the times of both fits."""
    ours, theirs = known["seconds"]["ours"], known["seconds"]["reference"]
    alone = known["reference"] == NO_REFERENCE
    there = "" if alone else f" here and {_seconds(theirs)} there"
    times = (
        f"The fit took {_seconds(ours)}{there}, on a machine that may have been busy: this is no benchmark. The "
        "benchmark is "
    )
    note = tag("p", times, tag("code", "groundup bench"), ".")
    exist = [m for m in known["metrics"] if m["ours"] is not None or m["reference"] is not None]
    head = ("metric", "groundup", known["reference"], "baseline", "difference", "better")
    shown = (0, 1, 3) if alone else range(len(head))  # Without a reference there is nothing to compare with.
    tables = [
        table(rows.capitalize(), [head[k] for k in shown], [[line[k] for k in shown] for line in lines])
        for rows, lines in _by_rows(exist).items()
    ]
    return Section("metrics", "Metrics", join(*tables, *(tag("p", words) for words in minima), note))


Line = tuple[str | float | None, ...]


def _by_rows(entries: Sequence[Mapping[str, Any]]) -> dict[str, list[Line]]:
    """Return the lines of the metrics' tables, by the rows in words: those not seen first, then those of the fit."""
    found: dict[str, list[Line]] = {}
    unseen = [m for m in entries if m["on"] == "held out"]
    for m in unseen:
        found.setdefault(m["rows"], []).append(_scores(m))
    for m in unseen:
        if (validation := m.get("validation")) and validation["ours"] is not None:
            line = (spread(validation["ours"], validation["std"]), None, validation["baseline"], None, "")
            found.setdefault(validation["rows"], []).append((m["name"], *line))
    for m in entries:
        if m["on"] != "held out":
            found.setdefault(m["rows"], []).append(_scores(m))
    for m in entries:
        if training := m.get("training"):
            line = (training["ours"], training["reference"], None, None, "")
            found.setdefault(training["rows"], []).append((m["name"], *line))
    return found


def _scores(m: Mapping[str, Any]) -> Line:
    """Return the line of a metric: what it means, both sides, and an answer that needs no column."""
    name = join(f"{m['name']} ({m['better']} is better)", tag("small", m["meaning"]) if m["meaning"] else Html())
    return (name, m["ours"], m["reference"], m["baseline"], _rough(m["difference"]), VERDICTS[m["verdict"]])


def spread(mean: float | None, std: float | None) -> str:
    """Return a mean with its standard deviation, both to the digit that the deviation leaves certain."""
    if mean is None or std is None or std != std:
        return number(mean, 4)
    return f"{number(mean, 3)} ± {number(std, 2)}"


def findings(tables: Sequence[Table]) -> Iterator[Section]:
    """Yield what the model says about the data, where the project declares it."""
    parts = [join(_found(found), tag("p", prose(found.note)) if found.note else Html()) for found in tables]
    if parts:
        yield Section("findings", "Findings", join(*parts))


def _found(found: Table) -> Html:
    return table(found.title, found.head, found.rows) if found.rows else tag("h3", found.title)


def attributes(comparison: Comparison) -> Iterator[Section]:
    """Fitted attributes side by side, where the project compares any."""
    lines = [(d.name, show(d.ours), show(d.theirs), _rough(d.largest)) for d in comparison.differences]
    head = ("attribute", "groundup", "reference", "largest relative difference")
    if lines:
        yield Section("attributes", "Fitted attributes", table(f"Next to {comparison.reference}", head, lines))


def certificate(evidence: Mapping[str, Any] | None) -> Section:
    """How far from optimal the answer can be; a failed certificate cannot be overlooked."""
    if evidence is None:
        return Section("certificate", "Certificate", tag("p", "This model gives none."))
    numbers = (
        ("Measure", evidence["measure"]),
        ("Value", number(evidence["value"], 3)),
        ("Tolerance", number(evidence["tolerance"], 3)),
    )
    verdict, kind = ("✓ Holds", "holds") if evidence["holds"] else ("✗ FAILS: do not trust this answer", "fails")
    words = (tag("p", verdict, class_="verdict"), tag("p", evidence["claim"]))
    return Section("certificate", "Certificate", tag("div", *words, facts(numbers), class_=f"box {kind}"))


def figures(pictures: Sequence[Picture]) -> Section:
    """All other figures; one that does not apply to the data is named with the reason."""
    return Section("figures", "More figures", join(*(drawn(picture, "figures") for picture in pictures)))


def drawn(picture: Picture, section: str) -> Html:
    """A figure with its title and caption, or why there is none; touched, it opens in full size until it is closed."""
    title = tag("h3", picture.title)
    if not picture.content:
        what = "Could not be drawn" if picture.failed else "Not drawn"
        reason = tag("p", f"{what}: {picture.reason}")
        return tag("figure", tag("figcaption", title, reason), class_="omitted")
    image = tag("img", src=data_uri(picture.content, picture.suffix), alt=picture.caption or picture.title)
    name = f"figure-{picture.name}"
    opened = tag("a", image, href=f"#{name}", title="Full size")
    close = tag("a", "Close", href=f"#{section}", class_="close")
    card = tag("div", close, opened, class_="card", style=f"--full: {picture.width * PIXELS_AN_INCH:.0f}px")
    return tag("figure", card, tag("figcaption", title, tag("p", picture.caption)), id=name)


def steps(animation: Animation, recordings: Recordings | str) -> Section:
    """The step-through animation, or why there is none."""
    title = tag("h3", animation.title)
    if isinstance(recordings, str):
        return Section("steps", "Steps", join(title, tag("p", recordings)))
    player = player_html(recordings, animation.title, animation.question)
    return Section("steps", "Steps", join(title, tag("p", animation.caption), player))


def environment(versions: Mapping[str, Any]) -> Section:
    """What the run depended on."""
    return Section("environment", "Environment", facts((name, str(value)) for name, value in versions.items()))


def command(words: str, written: Sequence[str] = ()) -> Section:
    """The command that repeats the run, and what else it wrote."""
    others = [part for name in written for part in (tag("code", name), ", ")]
    files = (
        "Next to this page: ", *others, "the figures as files in ", tag("code", "figures/"),
        ", and every number of it in ", tag("code", "metrics.json"), ".",
    )  # fmt: skip
    return Section("command", "Command", join(tag("pre", tag("code", words)), tag("p", *files)))


def show(value: Any) -> str:
    """A value as it fits into a cell: a small array in full, a large one by its shape and first entries."""
    if isinstance(value, np.ndarray) and not is_list_of_arrays(value):
        shape = " × ".join(map(str, value.shape))
        entries = ", ".join(show(entry) for entry in value.ravel()[:MOST_ENTRIES].tolist())
        return f"{shape} values: {entries}, …" if value.size > MOST_ENTRIES else f"[{entries}]"
    if is_list_of_arrays(value):
        return "; ".join(map(show, value))
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return number(value)
    return str(getattr(value, "__name__", None) or repr(value))


def _rough(difference: float | None) -> float | None:
    """Three digits of a difference: more of them are noise."""
    return None if difference is None else float(f"{difference:.3g}")


def _seconds(time: float | None) -> str:
    if time is None:
        return "an unknown time"
    return f"{time:.2f} s" if time >= 1 else f"{1000 * time:.3g} ms"


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Names with their values, side by side."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs))


def certified(evidence: Mapping[str, Any] | None) -> Html:
    """The state of a certificate, in a word."""
    if evidence is None:
        return tag("span", "none")
    return tag("span", "✓ holds", class_="good") if evidence["holds"] else tag("strong", "✗ FAILS", class_="bad")
