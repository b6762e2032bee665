"""A series as rows: windows of its past, and the values that follow each."""

from dataclasses import replace

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.series.encoder import SeriesEncoder
from groundup.data.series.period import seasonal_period
from groundup.data.series.series import Series
from groundup.data.series.times import Spacing
from groundup.data.tables.errors import TableError

HELD_OUT = 0.2  # Share of the time, at its end, that no fit sees.
FEWEST = 20  # Windows that there must be to learn from.
SHORTEST, LONGEST = 4, 48  # Past values of a window whose length is not said.
MOST_AHEAD = 24  # Longest horizon that is not said.
LARGEST = 1e100  # Of a value, whose square must be a number.
TREND = 0.25  # Share of the variance that a straight line must explain for a series to have a trend.
USUAL = 12  # Horizon of a series without a period.


def windows(values: Array, origins: Array, window: int, horizon: int) -> tuple[Array, Array]:
    """Return the values before some places, and those from there on.

    Parameters
    ----------
    values : ndarray of shape (T,)
        The series.
    origins : ndarray of int of shape (n,)
        Places of the first values that are forecast.
    window, horizon : int
        How many values before, and from there on.

    Returns
    -------
    X : ndarray of shape (n, window)
    Y : ndarray of shape (n, horizon)
    """
    places = np.asarray(origins)[:, None]
    return values[places + np.arange(-window, 0)], values[places + np.arange(horizon)]


def sizes(length: int, window: int | None, horizon: int | None, period: int, name: str) -> tuple[int, int, int]:
    """Return window, horizon and split of a series, with what is left open chosen.

    Without a wish the horizon is one period, and the window two; a shorter series has shorter ones.

    Raises
    ------
    TableError
        For a series that is too short; the message has the numbers.
    """
    ahead = horizon or min(period or USUAL, MOST_AHEAD, max(1, length // 10))
    split = length - max(round(HELD_OUT * length), ahead)
    room = split - ahead - FEWEST + 1  # The longest window that leaves enough windows to learn from.
    back = window or max(SHORTEST, min(max(2 * period, ahead, SHORTEST), LONGEST, room))
    if back > room:
        least = next(n for n in range(1, 10**9) if n - max(round(HELD_OUT * n), ahead) - ahead - FEWEST + 1 >= back)
        raise TableError(
            f"{name} has {plural(length, 'value')}, too few: forecasts of {plural(ahead, 'value')} from the "
            f"{back} before need at least {least:,}, since {100 * HELD_OUT:g} % of the time, or one horizon, is held "
            f"out and {FEWEST} windows are needed to learn from. Choose a shorter --horizon or --window, or add values."
        )
    return back, ahead, split


def forecasting(
    name: str,
    description: str,
    of: str,
    values: Array,
    times: Array,
    spacing: Spacing,
    *,
    known: Array | None = None,
    window: int | None = None,
    horizon: int | None = None,
    truth: dict[str, object] | None = None,
    encoder: SeriesEncoder | None = None,
) -> Dataset:
    """Return a series as a data set: rows are windows of the past, targets the values that follow.

    The last part of the time is held out. Standard units and the period are those of the part before, and no window
    that is learned from reaches into what is held out. Held-out targets that were missing are NaN.

    Parameters
    ----------
    name, description : str
        Of the data set.
    of : str
        What the values are.
    values, times, spacing, known :
        As in `Series`; by default all values are known.
    window, horizon : int, optional
        Chosen by the period and the length where they are not said.
    truth : dict, optional
        What a synthetic series was made from.
    encoder : SeriesEncoder, optional
        How a table holds the series; by default one column of plain numbers does.

    Raises
    ------
    TableError
        For a series that is too short, too large to be squared, or constant where it is learned from.
    """
    values = np.asarray(values, dtype=np.float64)
    if np.abs(values).max(initial=0) > LARGEST:
        raise TableError(
            f"{of} has values up to {np.abs(values).max():g}, beyond {LARGEST:g}: give them in another unit."
        )
    known = np.ones(len(values), bool) if known is None else known
    period = seasonal_period(values[: round((1 - HELD_OUT) * len(values))])
    window, horizon, split = sizes(len(values), window, horizon, period, of)
    learned = values[:split]
    if np.ptp(learned) == 0:
        raise TableError(f"{of} is {learned[0]:g} at each of the first {split:,} times: there is nothing to learn.")
    centred = has_trend(learned)
    inside = windows(learned, np.arange(window, split - horizon + 1), window, horizon)[0]
    std = float((inside - inside.mean(axis=1, keepdims=True)).std() if centred else learned.std())
    mean = float(learned.mean())
    series = Series(of, values, known, times, spacing, window, horizon, period, split, mean, std or 1.0, centred)
    whole = Dataset(
        name,
        description,
        *_rows(series, np.arange(window, len(values) - horizon + 1)),
        tuple(f"{k} before" for k in range(window, 0, -1)),
        of,
        truth=truth or {},
        kind="sequences",
        series=series,
        encoder=encoder or SeriesEncoder(of),
        row_numbers=np.arange(window, len(values) - horizon + 1) + 1,
    )
    places = np.asarray(whole.row_numbers) - 1
    unseen = whole.take(np.flatnonzero(places >= split))
    missing = ~windows(known, np.asarray(unseen.row_numbers) - 1, window, horizon)[1].reshape(
        np.asarray(unseen.y).shape
    )
    unseen = replace(unseen, y=np.where(missing, np.nan, np.asarray(unseen.y)))
    return replace(whole.take(np.flatnonzero(places + horizon <= split)), held_out=unseen)


def has_trend(values: Array) -> bool:
    """Whether a straight line explains much of the variance of a series."""
    time = np.arange(len(values)) - (len(values) - 1) / 2
    share = (time @ (values - values.mean())) ** 2 / ((time @ time) * (np.square(values - values.mean()).sum() or 1.0))
    return bool(share > TREND)


def _rows(series: Series, origins: Array) -> tuple[Array, Array]:
    """Return the windows before some places and the values from there on, in standard units."""
    X, Y = (series.standard(part, origins) for part in windows(series.values, origins, series.window, series.horizon))
    return X, Y[:, 0] if series.horizon == 1 else Y
