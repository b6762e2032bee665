"""What the user says about how a table is to be read; everything that is left open is decided from the table."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from groundup.core.text import suggest
from groundup.data.tables.errors import TableError

KINDS = ("number", "category", "date", "text", "code")  # What a column can be said to be.
DATES = ("days", "parts", "drop")  # How dates are used.


class NoSuchColumn(TableError):
    """A column that was named is not in the table."""


@dataclass(frozen=True)
class TableOptions:
    """How a table is to be read.

    Parameters
    ----------
    drop : tuple of str
        Columns to leave out.
    keep : tuple of str
        Columns to use although they look like row numbers, identifiers or constants.
    kinds : mapping of str to str
        What a column is, one of `KINDS`, by the column's name.
    missing : tuple of str
        Words that mean a missing entry, in every column, or as ``"COLUMN=WORD"`` in one. Empty cells always do.
    skip_rows : int
        Lines above the names of the columns.
    dates : {"days", "parts", "drop"}
        Days since the first date; year, month, weekday and hour besides, where they vary; or no feature.
    standardize : bool or None
        Whether features are put into standard units; None leaves it to the model.
    classes : bool
        Take the different entries of the target as classes, however many there are.
    text : str or None
        The column of documents whose words are counted; no other column is then learned from.
    time : str or None
        The column that says when the values of a series were.
    horizon, window : int or None
        Values of a series to forecast, and past values that a forecast is made from; None leaves them open.
    """

    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    skip_rows: int = 0
    dates: str = "days"
    standardize: bool | None = None
    classes: bool = False
    text: str | None = None
    time: str | None = None
    horizon: int | None = None
    window: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, as plain values."""
        default = asdict(type(self)())
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in plain.items() if getattr(self, name) != default[name]}

    @classmethod
    def from_json(cls, options: Mapping[str, Any]) -> Self:
        """Return the options that `to_json` wrote."""
        given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}
        return cls(**given)

    def words(self) -> list[str]:
        """Return the words of a command line that say the same."""
        single = (("--text", self.text), ("--time", self.time), ("--horizon", self.horizon), ("--window", self.window))
        said = [word for option, value in single if value is not None for word in (option, str(value))]
        for option, values in (("--drop", self.drop), ("--keep", self.keep), ("--missing", self.missing)):
            said += [option, *values] if values else []
        said += ["--as", *(f"{name}={kind}" for name, kind in self.kinds.items())] if self.kinds else []
        said += ["--skip-rows", str(self.skip_rows)] if self.skip_rows else []
        said += ["--dates", self.dates] if self.dates != "days" else []
        if self.standardize is not None:
            said.append("--standardize" if self.standardize else "--no-standardize")
        return [*said, "--classes"] if self.classes else said

    def named(self, names: Iterable[str]) -> Self:
        """Return the options with lists of columns, as ``"a,b"``, taken apart, for a table with these columns.

        Raises
        ------
        NoSuchColumn
            For a column that is not in the table.
        """
        known = [str(name) for name in names]
        drop, keep = (tuple(_names(option, given, known)) for option, given in
                      (("--drop", self.drop), ("--keep", self.keep)))  # fmt: skip
        for name in self.kinds:
            if name not in known:
                raise NoSuchColumn(f"--as: there is no column {name!r}. {suggest(name, known)}")
        if self.text is not None and self.text not in known:
            raise NoSuchColumn(f"--text: there is no column {self.text!r}. {suggest(self.text, known)}")
        return replace(self, drop=drop, keep=keep)

    def missing_in(self, name: str, names: Iterable[str]) -> tuple[str, ...]:
        """Return the words that mean a missing entry in a column of a table with these columns."""
        known, words = set(map(str, names)), []
        for given in self.missing:
            column, equals, word = given.partition("=")
            if not equals or column not in known:
                words += [given, *(part for part in given.split(",") if part)]
            elif column == name:
                words += [word, *(part for part in word.split(",") if part)]
        return tuple(dict.fromkeys(words))


AS_IT_IS = TableOptions()


def _names(option: str, given: Iterable[str], known: list[str]) -> Iterable[str]:
    for name in given:
        parts = [name] if name in known else [part.strip() for part in name.split(",")]
        for part in parts:
            if part not in known:
                raise NoSuchColumn(f"{option}: there is no column {part!r}. {suggest(part, known)}")
        yield from parts
