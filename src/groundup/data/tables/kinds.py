"""What a column of the user's table holds, and what becomes of it: decided once, told in words, open to be overruled.

A column of measurements is never left out without a word: what is text but mostly numbers is asked back.
"""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.columns import ColumnUse
from groundup.data.tables.dates import ISO, PARTS, DateForm, clock, duration, read_dates
from groundup.data.tables.encoding import column_use
from groundup.data.tables.entries import (
    SHOWN,
    as_dates,
    brief,
    different_entries,
    kind_of,
    labels,
    mapped,
    numbers,
    plain,
    singly,
    without,
)
from groundup.data.tables.errors import TableError
from groundup.data.tables.features import Categories, Column, Dates, Durations, Numbers, Times, Truths
from groundup.data.tables.numerals import PLAIN, NumberForm, is_code, read_numerals
from groundup.data.tables.options import AS_IT_IS, TableOptions
from groundup.data.tables.row_numbers import identifies, row_number

if TYPE_CHECKING:
    from pandas import Series

WORDS_OF_TEXT = 4  # An entry with at least as many words is a document and no name.
MOST_CATEGORIES = 50  # Text with more different entries is left out.
FEW_CATEGORIES = 10  # Text with no more different entries is categories even in a table of hardly more rows.
MOST_NUMBERED = 254  # Categories of a column that models take by their numbers.
SAMPLED = 1000  # Different entries that tell whether reading all of them as numbers or dates is worth it.
FIRST_DATE, LAST_DATE, FEWEST_DATES = 19000101, 21001231, 10  # Whole numbers that may be dates, and how many must be.
TRUTHS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("ja", "nein"), ("oui", "non"),
          ("sí", "no"), ("si", "no"))  # fmt: skip
CODE = re.compile(r"(^|[\W_])(codes?|zip|plz|postcode|sku|branch)\W*$", re.IGNORECASE)  # Names of columns of codes.
NOTHING = {"na", "n/a", "n.a.", "#n/a", "nan", "none", "null", "nil", "?", "-", "--", "—", ".", "unknown", "missing"}


@dataclass(frozen=True)
class Decision:
    """What becomes of a column.

    Parameters
    ----------
    column : Column or None
        How it becomes features; None where it is left out.
    use : ColumnUse
        The same in words.
    notes : tuple of str
        What is doubtful about it, a sentence each.
    question : str
        What has to be asked before the column can be used; "" where nothing has.
    spare : bool
        Whether it was left out as a number of rows, and can be used where no other column is left.
    documents : bool
        Whether it was left out as text of several words.
    """

    column: Column | None
    use: ColumnUse
    notes: tuple[str, ...] = ()
    question: str = ""
    spare: bool = False
    documents: bool = False


@dataclass(frozen=True)
class About:
    """What is known about a column besides its entries.

    Parameters
    ----------
    name : str
        In the table.
    options : TableOptions
        What the user says.
    words : tuple of str
        Words that mean a missing entry in this column.
    decimal : str
        The decimal mark of the file.
    unnamed : bool
        Whether the column has no name in the file.
    step : float
        By how much it rises in each row: see `step_of`.
    copies : int
        How many rows of the table are copies of others.
    related : callable
        ``related(values) -> bool or None``: whether numbers go with the target; None where there is no target.
    """

    name: str
    options: TableOptions = AS_IT_IS
    words: tuple[str, ...] = ()
    decimal: str = "."
    unnamed: bool = False
    step: float = 0.0
    copies: int = 0
    related: Callable[[Array], bool | None] = lambda values: None

    @property
    def kept(self) -> bool:
        """Whether the user wants the column whatever it looks like."""
        return self.name in self.options.keep


def decide(entries: "Series[Any]", about: About) -> Decision:
    """Decide what becomes of a column.

    Parameters
    ----------
    entries : Series
        The column.
    about : About
        What is known besides.

    Raises
    ------
    TableError
        For entries that are neither numbers nor text, and for a column that is not what the user says.
    """
    if about.name in about.options.drop:
        return _left_out(about, "not read", "as you said")
    entries = plain(without(entries, about.words))
    if entries.isna().all():
        return _left_out(about, "empty", "no entries")
    said = about.options.kinds.get(about.name)
    if said is not None:
        return _as_said(entries, about, said)
    match kind_of(entries):
        case "truth":
            return _truths(entries, about, "true", "false")
        case "number":
            return _dates(entries, about, ISO) if _are_dates(entries) else _numbers(entries, about, PLAIN)
        case "date":
            return _dates(entries, about, ISO)
        case "text":
            return _text(entries, about)
    raise TableError(f"column {about.name!r} holds entries that are neither numbers nor text ({kind_of(entries)}); "
                     f"--drop {shlex.quote(about.name)} leaves it out.")  # fmt: skip


def _as_said(entries: "Series[Any]", about: About, said: str) -> Decision:
    """Return what becomes of a column that the user says the kind of."""
    kind = kind_of(entries)
    if said == "number":
        if kind in ("number", "truth"):
            return _numbers(entries, about, PLAIN)
        found = read_numerals(different_entries(entries), about.decimal)
        return _numbers(entries, about, found.form)  # An entry that is none is refused by name.
    if said == "date":
        form = ISO
        if kind != "date":
            found_form, odd = read_dates(different_entries(entries))
            if found_form is None or odd:
                entry = odd[0] if odd else entries.dropna().iloc[0]
                raise TableError(f"--as: column {about.name!r} holds {brief(entry)}, which is no date.")
            form = found_form
        return _dates(entries, about, form)
    if said == "text" and not about.kept:
        return _left_out(about, "text", "text, as you said")
    return _categories(entries, about, said, most=None if said == "category" or about.kept else MOST_CATEGORIES)


def _numbers(entries: "Series[Any]", about: About, form: NumberForm) -> Decision:
    values = numbers(entries, form)
    known = values[~np.isnan(values)]
    low, high, read = known.min(), known.max(), form.words()
    if low == high and not about.kept:
        return _left_out(about, read, f"constant ({low:g})")
    if not about.kept and about.name not in about.options.kinds:
        found = row_number(
            about.name, values, about.step, copies=about.copies, unnamed=about.unnamed, related=about.related
        )
    else:
        found = None
    notes = found.note(about.name) if found else ()
    if found and not found.used:
        return replace(_left_out(about, found.read, found.why), notes=notes, spare=True)
    if CODE.search(about.name) and about.name not in about.options.kinds and (known == np.round(known)).all():
        said = shlex.quote(f"{about.name}=code")
        notes = (*notes, f"{about.name}: read as a quantity; --as {said} if the numbers are only names")
    fill = float(np.median(known))
    column = Numbers(name=about.name, missing=about.words, fill=fill, form=form)
    return _used(column, entries, notes)


def _are_dates(entries: "Series[Any]") -> bool:
    """Whether all numbers of a column are dates of eight digits, as 20240131."""
    different = entries.dropna().unique()
    if len(different) < FEWEST_DATES or (different != np.round(different)).any():
        return False
    within = different.min() >= FIRST_DATE and different.max() <= LAST_DATE
    return bool(within and as_dates(entries.dropna(), ISO).notna().all())


def _text(entries: "Series[Any]", about: About) -> Decision:
    """Return what becomes of a column of text: numerals, dates, truths, codes, categories or names."""
    different = different_entries(entries)
    few = different.head(SAMPLED)
    if is_code(different):
        read = "code, with leading zeros" if _leading_zeros(different) else "code, of long numbers"
        return _categories(entries, about, read, most=MOST_CATEGORIES)
    folded = {entry.strip().casefold() for entry in few}
    for true, false in TRUTHS:
        if folded <= {true, false} and len(different) <= SAMPLED:
            return _truths(entries, about, true, false)
    found = read_numerals(few, about.decimal)
    if not _leading_zeros(few) and (2 * len(found.odd) < len(few) or found.few_units):
        found = read_numerals(different, about.decimal)
        if not found.odd:
            return _numbers(entries, about, found.form)
        units = (
            f" in several units ({', '.join(found.units)})"
            if len(found.units) > 1 and "none" not in found.units
            else ""
        )
        return _asked(entries, about, f"numbers{units}", found.odd)
    form, odd = read_dates(few)
    if form is not None:
        form, odd = read_dates(different)
    if form is not None:
        return _asked(entries, about, "dates", odd) if odd else _dates(entries, about, form)
    if all(clock(entry) is not None for entry in few):
        return _times(entries, about)
    if all(duration(entry) is not None for entry in few):
        return _durations(entries, about)
    return _categories(entries, about, "category", most=None if about.kept else MOST_CATEGORIES)


def _leading_zeros(entries: "Series[str]") -> bool:
    """Whether some entries are digits that begin with a zero."""
    return any(len(entry) > 1 and entry[0] == "0" and entry.isdecimal() for entry in map(str.strip, entries))


def _asked(entries: "Series[Any]", about: About, what: str, odd: tuple[str, ...]) -> Decision:
    """Return the question about a column that is numbers or dates but for some entries."""
    count = int(entries.isin(odd).sum())
    shown = ", ".join(map(brief, odd[:3])) + (", …" if len(odd) > 3 else "")
    writable = len(odd) <= 3 and all(len(word) <= SHOWN and word.isprintable() for word in odd)
    words = " ".join(shlex.quote(f"{about.name}={word.strip()}") for word in odd[:3])
    missing = f"--missing {words} if nothing is known there, " if writable else ""
    entries_that = "one entry that is" if count == 1 else f"{count:,} entries that are"
    question = (
        f"column {about.name!r} holds {what}, and {entries_that} not: "
        f"{shown}. {'Say' if writable else 'Correct them in the file, or say'} {missing}"
        f"--as {shlex.quote(about.name + '=category')} if these are categories, or --drop {shlex.quote(about.name)}."
    )
    return Decision(None, ColumnUse(about.name, what, "left out: to be asked"), question=question)


def _truths(entries: "Series[Any]", about: About, true: str, false: str) -> Decision:
    column = Truths(name=about.name, missing=about.words, fill=False, true=true, false=false)
    values = column.encode(entries)[:, 0][entries.notna().to_numpy()]
    if values.min() == values.max():
        return _left_out(about, f"{true} or {false}", f"constant ({true if values[0] else false})")
    column = replace(column, fill=bool(values.mean() > 0.5))
    return _used(column, entries)


def _dates(entries: "Series[Any]", about: About, form: DateForm) -> Decision:
    if about.options.dates == "drop":
        return _left_out(about, form.words(), "as you said")
    dates = as_dates(entries, form)
    known = dates.dropna()
    first, fill = str(known.min().date()), str(known.sort_values().iloc[(len(known) - 1) // 2])
    if known.min() == known.max():
        return _left_out(about, form.words(), f"constant ({first})")
    parts = (
        tuple(part for part, of in PARTS.items() if of(known).nunique() > 1) if about.options.dates == "parts" else ()
    )
    column = Dates(name=about.name, missing=about.words, fill=fill, first=first, form=form, parts=parts)
    other = DateForm(form.other).words() if form.other else ""
    notes = (f"{about.name}: read as {form.words()}; every entry could be a {other} too",) if other else ()
    return _used(column, entries, notes)


def _times(entries: "Series[Any]", about: About) -> Decision:
    values = mapped(entries, singly(clock), np.nan, "times of the day")[:, 0]
    if np.nanmin(values) == np.nanmax(values):
        return _left_out(about, "time of the day", "constant")
    column = Times(name=about.name, missing=about.words, fill=float(np.nanmedian(values)))
    return _used(column, entries)


def _durations(entries: "Series[Any]", about: About) -> Decision:
    values = mapped(entries, singly(duration), np.nan, "durations")[:, 0]
    return _used(Durations(name=about.name, missing=about.words, fill=float(np.nanmedian(values))), entries)


def _categories(entries: "Series[Any]", about: About, read: str, *, most: int | None) -> Decision:
    counts = labels(entries.dropna()).value_counts()
    n, k = int(counts.sum()), len(counts)
    option = shlex.quote(about.name)
    if k == 1:
        return _left_out(about, read, f"constant ({counts.index[0]})")
    if n > 2 and k > 2 and k + about.copies >= n and most is not None:
        digits = _mostly_digits(about, counts.index) if read == "category" else ()
        read = "identifier" if read == "category" else read
        but = " but for copies" if about.copies else ""
        found = _left_out(about, read, f"different in each of {n:,} rows{but}")
        return replace(found, notes=digits) if digits else replace(found, **_as_documents(about, counts.index, ()))
    if most is not None and (k > most or (k > FEW_CATEGORIES and 2 * k > n)):
        words = f"{k:,} different entries in {n:,} rows"
        note = f"{about.name}: left out, text with {words}; --keep {option} makes a feature of each of them"
        left_out = _left_out(about, "text" if read == "category" else read, words)
        return replace(left_out, **_as_documents(about, counts.index, (note,)))
    values = tuple(sorted(map(str, counts.index)))
    fill = min(map(str, counts.index[counts == counts.iloc[0]]))  # The first in order, of equally frequent ones.
    column = Categories(name=about.name, missing=about.words, fill=fill, values=values, read=read)
    notes = tuple(
        f"{about.name}: {brief(word)} ({plural(int(counts[word]), 'row')}) is taken for a category like the others; "
        f"--missing {shlex.quote(f'{about.name}={word}')} if nothing is known there"
        for word in values
        if word.casefold() in NOTHING
    )
    same = Counter(value.casefold() for value in values)
    if alike := [value for value in values if same[value.casefold()] > 1]:
        shown = ", ".join(map(brief, alike[:4])) + (", …" if len(alike) > 4 else "")
        notes = (*notes, f"{about.name}: {shown} differ in capital letters only, and are categories of their own")
    return _used(column, entries, notes)


def _mostly_digits(about: About, entries: Iterable[str]) -> tuple[str, ...]:
    """Return the note that entries which are left out as names may be measurements."""
    first = list(islice(map(str, entries), SAMPLED))
    text = "".join("".join(first).split())
    if identifies(about.name) or 2 * sum(map(str.isdigit, text)) < len(text):
        return ()
    return (f"{about.name}: left out, although its entries are mostly digits, as {brief(first[0])}; if they measure "
            "something, write them as plain numbers",)  # fmt: skip


def _as_documents(about: About, entries: Iterable[str], otherwise: tuple[str, ...]) -> dict[str, Any]:
    """Return what is to be said of entries that are left out: that they are documents, where most have several words.

    Parameters
    ----------
    about : About
        The column.
    entries : iterable of str
        Its different entries.
    otherwise : tuple of str
        Notes about entries that are no documents.
    """
    sizes = [len(str(entry).split()) for entry in islice(entries, SAMPLED)]
    if sum(size >= WORDS_OF_TEXT for size in sizes) <= len(sizes) / 2:
        return {"notes": otherwise}
    note = (
        f"{about.name}: left out, its entries are text of several words; naive_bayes learns from them with --text "
        f"{shlex.quote(about.name)}"
    )
    return {"notes": (note,), "documents": True}


def left_open(decision: Decision, entries: "Series[Any]") -> Decision:
    """Return the decision with missing numbers left missing; other columns need an entry in every row."""
    if not isinstance(decision.column, Numbers):
        return decision
    column = replace(decision.column, fill=np.nan)
    return replace(decision, column=column, use=column_use(column, entries))


def numbered(decision: Decision, entries: "Series[Any]") -> Decision:
    """Return the decision with categories as numbers in one feature, of columns that do not have too many of them."""
    if not isinstance(decision.column, Categories) or len(decision.column.values) > MOST_NUMBERED:
        return decision
    column = replace(decision.column, numbered=True)
    return replace(decision, column=column, use=column_use(column, entries))


def _left_out(about: About, read: str, why: str) -> Decision:
    return Decision(None, ColumnUse(about.name, read, f"left out: {why}"))


def _used(column: Column, entries: "Series[Any]", notes: tuple[str, ...] = ()) -> Decision:
    absent = int(entries.isna().sum())
    if 2 * absent > len(entries):
        share = f"{100 * absent / len(entries):.0f} %"
        drop = f"--drop {shlex.quote(column.name)} leaves it out"
        notes = (*notes, f"{column.name}: {share} of its entries are missing; {drop}")
    return Decision(column, column_use(column, entries), notes)
