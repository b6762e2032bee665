"""Numbers as people and their programs write them: thousands separators, currencies, percent signs, units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from groundup.core.types import Array

if TYPE_CHECKING:
    from pandas import Series

CURRENCIES = r"[$€£¥₹₩₽₺₴₪฿]|[A-Z]{0,3}\$|USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|Fr\.|kr\.?|zł"
SPACES = (
    "\u00a0\u202f\u2009'’"  # No-break, narrow and thin spaces, and the apostrophes of Switzerland, between thousands.
)
NUMERAL = re.compile(
    rf"""\s*(?P<open>\()?\s*(?P<sign>[-+−–]?)\s*(?P<before>(?:{CURRENCIES})?)\s*(?P<inner>[-+−–]?)\s*
    (?P<digits>\d(?:[\d.,{SPACES} ]*\d)?[.,]?|[.,]\d+)(?P<exponent>(?:[eE][-+]?\d+)?)
    (?P<behind>-?)\s*(?P<after>(?:[^\W\d_]|[%‰°$€£¥₹Ω″′]).{{0,15}}?)?\s*(?P<close>\))?\s*""",
    re.VERBOSE,
)
# Decimal mark and thousands separator, in the order in which they are tried; by the decimal mark of the file.
CONVENTIONS = {
    ".": ((".", ""), (".", ","), (",", ""), (",", "."), (".", " "), (",", " ")),
    ",": ((",", ""), (",", "."), (".", ""), (",", " "), (".", " ")),
}
SAMPLED = 1000  # Entries on which the form is found.
MOST_UNITS = 5  # Units of one column; more of them are words that follow a number, as in addresses.
LONGEST = 15  # Digits of a whole number that a float holds exactly, whatever they are.


@dataclass(frozen=True)
class NumberForm:
    """How a column writes its numbers.

    Parameters
    ----------
    decimal : str
        The decimal mark.
    thousands : str
        Between groups of three digits; "" where there is none.
    before, after : str
        Currency in front of each number, and unit behind it.
    """

    decimal: str = "."
    thousands: str = ""
    before: str = ""
    after: str = ""

    def value(self, text: str) -> float | None:
        """Return the number that a text is in this form; None for one that is none."""
        parts = NUMERAL.fullmatch(text)
        if parts is None or bool(parts["open"]) != bool(parts["close"]):
            return None
        if len(parts["sign"] + parts["inner"] + parts["behind"]) > 1:
            return None
        if parts["before"] != self.before or not _same_unit(parts["after"] or "", self.after):
            return None
        digits = _grouped(parts["digits"])
        if not _pattern(self.decimal, self.thousands).fullmatch(digits):
            return None
        if self.thousands:
            digits = digits.replace(self.thousands, "")
        value = float(digits.replace(self.decimal, ".") + parts["exponent"])
        sign = parts["sign"] + parts["inner"] + parts["behind"]  # Some accounts write 12.50- for a debt.
        return -value if parts["open"] or sign in ("-", "−", "–") else value

    def values(self, entries: "Series[str]") -> Array:
        """Return the numbers that entries are in this form; NaN for one that is none.

        Plain positive and negative numbers are read by the column, which is thirty times faster; the others singly.
        """
        import pyarrow
        from pyarrow import compute

        text = compute.utf8_trim_whitespace(pyarrow.array(entries, type=pyarrow.string()))
        number = _pattern(self.decimal, self.thousands).pattern
        pattern = rf"^-?{re.escape(self.before)}(?:{number})\s*{re.escape(self.after)}$"
        plain = compute.match_substring_regex(text, pattern)
        for mark, by in ((self.before, ""), (self.after, ""), (self.thousands, ""), (self.decimal, ".")):
            text = compute.replace_substring(text, mark, by) if mark else text
        text = compute.if_else(plain, compute.utf8_trim_whitespace(text), None)
        values = np.array(text.cast(pyarrow.float64()).to_numpy(zero_copy_only=False))
        for k in np.flatnonzero(~np.asarray(plain)):
            value = self.value(str(entries.iloc[k]))
            values[k] = np.nan if value is None else value
        return values

    def words(self) -> str:
        """Return the form in words, as ``"number, with thousands separators, in $"``."""
        parts = ["number"]
        parts += ["with thousands separators"] if self.thousands else []
        parts += ["with a decimal comma"] if self.decimal == "," else []
        unit = " and ".join(part for part in (self.before, self.after) if part)
        parts += [f"in {'percent' if unit == '%' else unit}"] if unit else []
        return ", ".join(parts)


PLAIN = NumberForm()


@dataclass(frozen=True)
class Numerals:
    """Different entries of a column, tried as numbers.

    Parameters
    ----------
    form : NumberForm
        The form that most of them have.
    odd : tuple of str
        Those that are no numbers in this form.
    units : tuple of str
        The units that were found, where there are several.
    few_units : bool
        Whether all entries are numbers, in several units that are few beside the entries.
    """

    form: NumberForm
    odd: tuple[str, ...]
    units: tuple[str, ...] = ()
    few_units: bool = False


def read_numerals(entries: "Series[str]", decimal: str = ".") -> Numerals:
    """Find the form in which the most of the entries are numbers.

    Parameters
    ----------
    entries : Series of str
        The different entries of a column; the form is found on some of them.
    decimal : str
        The decimal mark of the file, which decides where both readings are possible, as for ``"1.234"``.
    """
    some = list(entries.iloc[:: max(1, -(-len(entries) // SAMPLED))])
    units: dict[tuple[str, str], int] = {}
    for entry in some:
        if found := NUMERAL.fullmatch(entry):
            key = (found["before"], found["after"] or "")
            units[key] = units.get(key, 0) + 1
    before, after = max(units, key=lambda unit: units[unit], default=("", ""))
    best = max(
        (NumberForm(mark, thousands, before, after) for mark, thousands in CONVENTIONS[decimal]),
        key=lambda form: sum(form.value(entry) is not None for entry in some),  # The first of equals.
    )
    odd = tuple(entries[np.isnan(best.values(entries))])
    several = tuple(" ".join(part for part in unit if part) or "none" for unit in units) if len(units) > 1 else ()
    measured = sum(units.values()) == len(some) and 1 < len(units) <= MOST_UNITS and 4 * len(units) <= len(some)
    return Numerals(best, odd, several, measured and ("", "") not in units)


def is_code(entries: Iterable[str]) -> bool:
    """Whether entries are digits that do not count: some begin with a zero, or all have more digits than a float."""
    known = [entry.strip() for entry in entries]
    if not known or not all(entry.isdecimal() for entry in known):
        return False
    return any(len(entry) > 1 and entry[0] == "0" for entry in known) or all(len(entry) > LONGEST for entry in known)


def _same_unit(one: str, other: str) -> bool:
    """Whether two units are the same, or singular and plural of a word, as year and years."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) > 2 and long == short + "s")


def _grouped(digits: str) -> str:
    """Return digits with a plain space for every kind of space or apostrophe between thousands."""
    for mark in SPACES:
        digits = digits.replace(mark, " ")
    return digits


def _pattern(decimal: str, thousands: str) -> "re.Pattern[str]":
    mark, between = re.escape(decimal), re.escape(thousands)
    fraction = rf"(?:{mark}\d*)?"
    plain = rf"\d+{fraction}|{mark}\d+"
    if not thousands:
        return re.compile(plain)
    indian = rf"|\d{{1,2}}(?:{between}\d{{2}})+{between}\d{{3}}{fraction}" if thousands == "," else ""
    return re.compile(rf"\d{{1,3}}(?:{between}\d{{3}})+{fraction}{indian}|{plain}")
