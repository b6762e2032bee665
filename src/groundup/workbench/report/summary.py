"""A result in a few lines for the terminal."""

from collections.abc import Iterable, Sequence
from math import isfinite, nan
from textwrap import wrap
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.data.columns import HEAD, TITLE, ColumnUse
from groundup.data.dataset import Table
from groundup.workbench.report.record import minima
from groundup.workbench.report.sections import spread
from groundup.workbench.run.compare import NO_REFERENCE
from groundup.workbench.run.measures import on_held_out, rows_in_words
from groundup.workbench.run.progress import duration
from groundup.workbench.run.result import Result, is_list_of_arrays
from groundup.workbench.run.validation import Validation

WIDTH = 110  # Characters of a line, before values are cut short.
BY_COLUMN = ("coef_", "cluster_centers_")  # Fitted attributes whose last axis is that of the columns.
MOST_NAMED = 60  # Parameters that are listed by name.
MOST_ROWS = 15  # Rows of a finding; longer ones are in the report.
MOST_COLUMNS = 40  # Columns of the user's table that are listed.
MOST_CHARACTERS = 60  # Of a cell of that list.


def summary(result: Result) -> str:
    """Return what was learned from what, how well, next to the reference, and where the report is."""
    unseen, description = result.data.held_out, result.data.description
    held_out = "" if unseen is None else f", and {plural(len(unseen.X), result.data.unit)} held out"
    lines = [
        result.project.title,
        *_paragraphs(result.answer),
        *columns(result.data.columns),
        *_facts(
            ("data", f"{result.data.name}: {result.data.size}{held_out}. {description}"),
            ("model", repr(result.model).replace("\n", " ")),
            *([("stopped", f"{result.stopped}; resume with --resume")] if result.stopped else []),
        ),
        "",
        *_metrics(result),
        *_paragraphs(minima(result)),
        "",
        *(line for found in result.findings for line in _finding(found)),
        *_facts(("certificate", str(getattr(result.model, "certificate_", "none"))), width=10_000),
        *_facts(("report", str(result.folder / "index.html")), ("model file", str(result.folder / "model.npz"))),
        *_facts(
            *((name, str(result.folder / name)) for name in result.project.files if (result.folder / name).exists())
        ),
    ]
    return "\n".join(lines)


def comparison_summary(result: Result) -> str:
    """Fitted attributes, metrics and times of both sides."""
    rows = [(d.name, brief(d.ours), brief(d.theirs), f"{d.largest:.2g}") for d in result.comparison.differences]
    head = ("attribute", "groundup", "reference", "relative difference")
    beside = [f"  next to {result.comparison.reference}", "", *_table([head, *rows]), "", *_named(result)]
    beside = [] if result.comparison.reference == NO_REFERENCE else beside
    lines = [
        f"{result.project.title}: {result.data.name}, {result.model!r}",
        *_paragraphs(result.answer),
        *columns(result.data.columns),
        *beside,
        *_metrics(result),
        *_paragraphs(minima(result)),
    ]
    return "\n".join(lines)


def columns(uses: tuple[ColumnUse, ...]) -> list[str]:
    """Return what became of each column of the user's table; no lines for other data."""
    if not uses:
        return []
    cells = [tuple(shortened(cell, MOST_CHARACTERS) for cell in use.cells) for use in uses[:MOST_COLUMNS]]
    more = [f"  and {len(uses) - MOST_COLUMNS:,} more, in the report"] if len(uses) > MOST_COLUMNS else []
    return [f"  {TITLE}", *_table([HEAD, *cells], right=False), *more, ""]


def shortened(text: str, most: int) -> str:
    """Return a text, cut short to `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _paragraphs(sentences: Iterable[str]) -> list[str]:
    """Return sentences, each wrapped on its own, and a blank line after them."""
    lines = [line for words in sentences for line in wrap(words, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    return [*lines, ""] if lines else []


def _named(result: Result) -> list[str]:
    """Return the parameters of both sides by the names of their columns, where an attribute has one for each."""
    lines = []
    names = result.data.feature_names
    for found in result.comparison.differences:
        ours, theirs = (np.asarray(value) for value in (found.ours, found.theirs))
        if found.name not in BY_COLUMN or ours.shape != theirs.shape or ours.shape[-1:] != (len(names),):
            continue
        scale = result.data.scale if found.name == "coef_" else None
        sides = [np.atleast_2d(scale.weights(side, 0.0)[0] if scale else side) for side in (ours, theirs)]
        title = f"{found.name}, in the units of the table" if scale else found.name
        several = len(sides[0]) > 1
        cells = [
            (f"{name} [{k}]" if several else name, *(_number(float(side[k, j])) for side in sides))
            for j, name in enumerate(names)
            for k in range(len(sides[0]))
        ]
        more = [f"  and {len(cells) - MOST_NAMED:,} more"] if len(cells) > MOST_NAMED else []
        lines += [*_table([(title, "groundup", "reference"), *cells[:MOST_NAMED]]), *more, ""]
    return lines


def brief(value: Any) -> str:
    """An array or a number, in a few characters; of several arrays, how many."""
    if is_list_of_arrays(value):
        return f"{len(value)} arrays"
    text = np.array2string(np.asarray(value), precision=6, threshold=4, edgeitems=2, separator=" ")
    return " ".join(text.split())


def _metrics(result: Result) -> list[str]:
    """Return the metrics of both sides; those of held-out rows first, under the words that say so."""
    ours, theirs = result.metrics, result.comparison
    known = [m for m in result.declared_metrics if any(isfinite(side[m.name]) for side in (ours, theirs.metrics))]
    unseen = [m.name for m in known if on_held_out(m, result.data)]
    seen = [m.name for m in known if m.name not in unseen]
    blank = ("", "", "")

    def line(name: str) -> tuple[str, ...]:
        baseline = _number(ours.baselines[name]) if name in ours.baselines else ""
        return (name, _number(ours[name]), _number(theirs.metrics[name]), baseline)

    times = ("fit time", duration(result.fit_seconds), duration(theirs.fit_seconds) if theirs.differences else "–", "")
    rows: list[tuple[str, ...]] = [("", "groundup", theirs.reference, "baseline")]
    rows += [(f"{rows_in_words(True, result.data)}:", *blank), *map(line, unseen)] if unseen else []
    rows += _validated(ours.validation)
    again = [
        (name, _number(ours.training[name]), _number(theirs.metrics.training.get(name, nan)), "") for name in unseen
    ]
    lines = [*rows, (f"{rows_in_words(False, result.data)}:", *blank), *map(line, seen), *again, times]
    if theirs.reference == NO_REFERENCE:
        lines = [(name, ours, baseline) for name, ours, _, baseline in lines]
    return _table(lines)


def _validated(found: Validation | None) -> list[tuple[str, ...]]:
    """Return the rows of a cross-validation under the words that say how it was done."""
    if found is None:
        return []
    rows = [
        (name, spread(mean, found.std[name]), "", _number(found.baselines[name]) if name in found.baselines else "")
        for name, mean in found.mean.items()
        if isfinite(mean)
    ]
    return [(f"{found.words}:", "", "", ""), *rows]


def _finding(found: Table) -> list[str]:
    """A table that is short enough, and its note."""
    if len(found.rows) > MOST_ROWS:
        lines = [f"  {found.title}: {len(found.rows):,} rows, in the report"]
    elif found.rows:
        cells = [tuple(e if isinstance(e, str) else _number(e) for e in row) for row in found.rows]
        lines = [f"  {found.title}", *_table([found.head, *cells])]
    else:
        lines = [f"  {found.title}"]
    return [*lines, *wrap(found.note, WIDTH, initial_indent="  ", subsequent_indent="  "), ""]


def _facts(*facts: tuple[str, str], width: int = WIDTH) -> list[str]:
    return [f"  {name:<12} {shortened(value, width)}" for name, value in facts]


def _table(rows: Sequence[Sequence[Any]], *, right: bool = True) -> list[str]:
    """Columns as wide as their widest entry, the first one to the left, the others to the right where so wanted."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = (entry.rjust(w) if right else entry.ljust(w) for entry, w in zip(others, widths[1:], strict=True))
        lines.append("  ".join(["", first.ljust(widths[0]), *cells]).rstrip())
    return lines


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.7g}"
