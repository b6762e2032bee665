"""Forecasts of a series: on held-out time next to those that need no model, and beyond the end with bands."""

import io
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.series.baselines import naive, seasonal_naive
from groundup.data.series.series import Series
from groundup.data.series.times import labels

LEVELS = (0.8, 0.95)  # Shares of the errors that bands hold.
FEWEST = 10  # Held-out forecasts in each part of which a band is made and checked.


@dataclass(frozen=True)
class Compared:
    """Forecasts of the same values, in the user's units, of shape (n, horizon) each.

    Parameters
    ----------
    origins : ndarray of int of shape (n,)
        Place in the series of the first value of each forecast.
    actual : ndarray
        What came; NaN where the table has no value.
    network, naive, seasonal : ndarray
        What the network, the last value and the last value of the same season say.
    """

    origins: Array
    actual: Array
    network: Array
    naive: Array
    seasonal: Array

    def errors(self, name: str) -> Array:
        """Return what came less the forecasts of one kind, (n, horizon)."""
        return np.asarray(self.actual - getattr(self, name))


def compared(model: Any, rows: Dataset) -> Compared:
    """Return the forecasts of windows, and what came.

    Parameters
    ----------
    model : RNNRegressor
        Fitted to windows of the series.
    rows : Dataset
        Windows of a series, with their places as row numbers.
    """
    series = of_series(rows)
    origins = np.asarray(rows.row_numbers) - 1
    ahead = series.horizon
    said = np.asarray(model.predict(rows.X)).reshape(len(origins), ahead)
    return Compared(
        origins,
        series.measured(np.asarray(rows.y).reshape(len(origins), ahead), origins),
        series.measured(said, origins),
        naive(series.values, origins, ahead),
        seasonal_naive(series.values, origins, ahead, series.period),
    )


def of_series(rows: Dataset) -> Series:
    """Return the series that rows are windows of.

    Raises
    ------
    ValueError
        For rows that are none.
    """
    if rows.series is None:
        raise ValueError(f"The rows of {rows.name} are no windows of a series.")
    return rows.series


def root_mean_square(errors: Array, axis: int | None = None) -> Any:
    """Return the root of the mean square of the errors that are known."""
    return np.sqrt(np.nanmean(np.square(errors), axis=axis))


# --- bands ----------------------------------------------------------------------------------------------------------


def offsets(errors: Array, level: float) -> Array:
    """Return what is added to forecasts for the two ends of a band, of shape (2, horizon).

    Of m known errors with a lead time the k-th smallest is the quantile k / (m + 1), as it would be on average for
    another error from the same distribution. Where a level asks for more than the errors can tell, the ends are the
    smallest and the largest error.

    Parameters
    ----------
    errors : ndarray of shape (n, horizon)
        What came less what was forecast; NaN where it is not known.
    level : float
        Share that the band is to hold.
    """
    tail = (1 - level) / 2
    return np.asarray(np.nanquantile(errors, (tail, 1 - tail), axis=0, method="weibull"))


def coverage(errors: Array, level: float) -> float:
    """Return the share of the later errors that a band from the earlier ones holds; NaN of too few forecasts.

    Forecasts between the two parts, whose values would be in both, are left out.

    Parameters
    ----------
    errors : ndarray of shape (n, horizon)
        In the order of time.
    level : float
        Share that the band is to hold.
    """
    n, horizon = errors.shape
    earlier, later = errors[: max(0, (n - horizon + 1) // 2)], errors[n - (n - horizon + 1) // 2 :]
    if min(len(earlier), len(later)) < FEWEST or np.isnan(earlier).all(axis=0).any():
        return float("nan")
    low, high = offsets(earlier, level)
    known = ~np.isnan(later)
    return float(((later >= low) & (later <= high))[known].mean()) if known.any() else float("nan")


# --- beyond the end -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Future:
    """A forecast beyond the end of the series, in the user's units, of shape (horizon,) each.

    Parameters
    ----------
    times : ndarray
        When.
    network, naive, seasonal : ndarray
        What the network, the last value and the last value of the same season say.
    bands : dict of float to ndarray of shape (2, horizon)
        Ends of the band of each level; none where there are no held-out errors.
    """

    times: Array
    network: Array
    naive: Array
    seasonal: Array
    bands: dict[float, Array]


def future(model: Any, data: Dataset) -> Future:
    """Return the forecast from the last window of the series, with bands from the held-out errors.

    Parameters
    ----------
    model : RNNRegressor
        Fitted to windows of the series.
    data : Dataset
        These windows.
    """
    series = of_series(data)
    end, ahead = series.end, series.horizon
    said = series.measured(np.asarray(model.predict(series.last())).reshape(1, ahead), end)[0]
    bands = {}
    if data.held_out is not None:
        errors = compared(model, data.held_out).errors("network")
        if not np.isnan(errors).all(axis=0).any():
            bands = {level: said + offsets(errors, level) for level in LEVELS}
    return Future(
        series.future(),
        said,
        naive(series.values, end, ahead)[0],
        seasonal_naive(series.values, end, ahead, series.period)[0],
        bands,
    )


def digits_of(value: float, spread: float) -> int:
    """Return how many digits of a value to show: up to the second digit of a spread, at least 3 and at most 15.

    A pressure of 101,325 that moves by 30 would otherwise be said as 101,000, whatever is forecast.
    """
    if value == 0 or not (isfinite(value) and isfinite(spread)) or spread <= 0:
        return 3
    return min(max(3, floor(log10(abs(value))) - floor(log10(spread)) + 2), 15)


def as_csv(model: Any, data: Dataset) -> str | None:
    """Return the forecast beyond the end as a table in CSV; None for data that is no series."""
    if data.series is None:
        return None
    import pandas

    found = future(model, data)
    columns: dict[str, Any] = {
        "time": labels(found.times),
        "lead": np.arange(1, len(found.network) + 1),
        "forecast": found.network,
    }
    for level, (low, high) in found.bands.items():
        columns |= {f"lower {100 * level:g} %": low, f"upper {100 * level:g} %": high}
    columns |= {"naive": found.naive}
    columns |= {"seasonal naive": found.seasonal} if data.series.period else {}
    digits = max(6, digits_of(float(np.abs(found.network).max()), data.series.std) + 2)
    stream = io.StringIO()
    pandas.DataFrame(columns).to_csv(stream, index=False, float_format=f"%.{digits}g")
    return stream.getvalue()
