"""Forecasts of a saved model: what comes after the end of a table that goes on, and what a network says of a text."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.exceptions import warn
from groundup.core.storage import FileFormatError, conforms, hints
from groundup.data.columns import ColumnUse
from groundup.data.prose import read_text
from groundup.data.series.encoder import SeriesEncoder
from groundup.data.series.load import in_order, uses
from groundup.data.series.series import Series
from groundup.data.series.times import labels
from groundup.data.tables.errors import TableError
from groundup.data.tables.numerals import NumberForm
from groundup.data.tables.reading import read_table

if TYPE_CHECKING:
    from pandas import DataFrame

WINDOWS = {"window": int, "horizon": int, "period": int, "mean": float, "std": float, "centred": bool}
CONTINUED = 200  # Characters that a network of characters adds to a text,
TEMPERATURE = 0.8  # and the temperature at which it draws them.


def forecast(
    model: Any, encoding: dict[str, Any], table: Path, skip_rows: int
) -> "tuple[DataFrame, tuple[ColumnUse, ...]]":
    """Return the values that come after the last one of a table, with their times.

    Parameters
    ----------
    model : RNNRegressor
        Fitted to windows of a series.
    encoding : dict
        What its file says about the columns and the windows.
    table : Path
        A table with the same columns, and at least as many values as a window has.
    skip_rows : int
        Lines above the names of its columns.

    Returns
    -------
    frame : DataFrame
        Columns ``time``, ``lead`` and ``forecast``.
    columns : tuple of ColumnUse
        What became of the columns of the table.

    Raises
    ------
    FileFormatError
        When what the file of the model says is nothing of the kind.
    TableError
        For a table that holds no such series, or too short a one.
    """
    import pandas

    encoder, made = read_encoding(encoding)
    raw = read_table(table, encoder.text, skip_rows)
    found = in_order(encoder, raw.frame)
    for note in (*raw.notes, *found.notes):
        warn(note, UserWarning)
    if len(found.values) < made["window"]:
        raise TableError(
            f"{encoder.target} has {len(found.values):,} values; a forecast is made from the last {made['window']:,}."
        )
    series = Series(encoder.target, found.values, found.known, found.times, found.spacing, split=0, **made)
    said = series.measured(np.asarray(model.predict(series.last())).reshape(1, -1), series.end)[0]
    frame = pandas.DataFrame({"time": labels(series.future()), "lead": np.arange(1, len(said) + 1), "forecast": said})
    return frame, uses(raw.frame, encoder, found)


def read_encoding(encoding: dict[str, Any]) -> tuple[SeriesEncoder, dict[str, Any]]:
    """Return how a table holds the series, and what makes windows of it.

    Raises
    ------
    FileFormatError
        When what the file of the model says is nothing of the kind.
    """
    made: Any = encoding.get("windows")
    try:
        encoder = SeriesEncoder.from_json(encoding)
    except (TypeError, LookupError, AttributeError, ValueError):
        encoder = None
    whole = isinstance(made, dict) and set(made) == set(WINDOWS)
    if (
        encoder is None
        or not whole
        or not all(conforms(made[name], kind) for name, kind in WINDOWS.items())
        or min(made["window"], made["horizon"], made["period"] + 1) < 1
        or not made["std"] > 0
        or not conforms(encoder.target, str)
        or not conforms(encoder.time, str | None)
        or not all(conforms(getattr(encoder.form, name), kind) for name, kind in hints(NumberForm).items())
        or not all(isinstance(word, str) for word in encoder.missing)
    ):
        raise FileFormatError("the model file is damaged: what it says about the series cannot be read.")
    return encoder, made


def reading(model: Any, path: Path, skip_rows: int) -> "DataFrame":
    """Return how hard a text is to guess for a network of characters, and how the network goes on after it.

    Raises
    ------
    ValueError
        For characters that the network does not know, and for too short a text.
    """
    import pandas

    text, notes = read_text(path, skip_rows)
    for note in notes:
        warn(note, UserWarning)
    if not text:
        raise TableError(f"{path}: the file holds no text.")
    perplexity = float(model.perplexity(text))
    longer = str(model.sample(prime=text[-1000:], length=CONTINUED, temperature=TEMPERATURE, random_state=0))
    columns = {
        "characters": [len(text)],
        "perplexity": [perplexity],
        "bits a character": [float(np.log2(perplexity))],
        "continued": [longer.removeprefix(text[-1000:])],
    }
    return pandas.DataFrame(columns)
