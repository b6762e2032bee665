"""Forecasts of a series: on held-out time, beyond the end, and their errors by lead time."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.series.series import Series
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE
from groundup.projects.recurrent_network.forecasts import LEVELS, Compared, compared, future, offsets, root_mean_square

BEFORE = 3  # Windows of the past that are drawn before what is held out and before the end.
SHOWN, VALUES = 12, 60  # Most forecasts that are drawn over the held-out time, and as many more as have few values.
SHADES = {0.95: 0.15, 0.8: 0.3}  # Opacity of the bands.


@figure(2, 1, size=(9.6, 7.0))
def forecasts(axes: Any, model: Any, data: Dataset) -> None:
    """Forecasts of time that was held out, and beyond the end

    Above: the last part of the series (black dots), which the network has not learned from, and forecasts of it, each
    as long as the horizon and made from the values before its beginning (blue); the bands hold 80 and 95 % of the
    held-out errors at each lead time, and so fit these errors by construction. The dashed orange line is the last value
    of the same season, or the last value of a series without a period: it needs no network. Below: the end of
    the series and the forecast beyond it, whose bands are from the same errors. Nobody knows yet what comes there.
    """
    series, found = known(model, data)
    draw_held_out(axes[0], series, found)
    draw_future(axes[1], series, model, data)
    for panel in axes:
        panel.set_ylabel(series.name)
        panel.set_xlabel("time" if series.times.dtype.kind == "M" else f"time ({series.spacing.name})")


def known(model: Any, data: Dataset) -> tuple[Series, Compared]:
    """Return the series and the forecasts of held-out time.

    Raises
    ------
    NotApplicable
        For data that is no series, and where nothing is held out.
    """
    if data.series is None:
        raise NotApplicable("The rows are no windows of a series, so that nothing is forecast.")
    if data.held_out is None:
        raise NotApplicable("No part of the time is held out.")
    return data.series, compared(model, data.held_out)


def draw_held_out(axes: Any, series: Series, found: Compared) -> None:
    """Draw forecasts one behind the other over the held-out time, and what came."""
    times, ahead = series.times, series.horizon
    begin = max(0, series.split - series.window)
    observed = np.arange(begin, len(series.values))[series.known[begin:]]
    most = max(SHOWN, VALUES // ahead)
    apart = ahead * -(-len(found.origins) // (ahead * most))  # Forecasts that do not overlap, not too many.
    chosen = range(0, len(found.origins), apart)
    errors = found.errors("network")
    bands = {level: offsets(errors, level) for level in LEVELS if not np.isnan(errors).all(axis=0).any()}
    for count, k in enumerate(chosen):
        steps = times[found.origins[k] + np.arange(ahead)]
        for level, band in bands.items():
            low, high = found.network[k] + band
            shade(axes, steps, low, high, level, f"{100 * level:g} % of the errors" if count == 0 else "")
        marker = "o" if ahead == 1 else ""
        axes.plot(steps, found.network[k], color=BLUE, linestyle="-", marker=marker, markersize=4,
                  label="network" if count == 0 else "")  # fmt: skip
        axes.plot(steps, found.seasonal[k], color=ORANGE, linestyle="--", linewidth=1.2, marker=marker, markersize=3,
                  label=baseline_name(series) if count == 0 else "")  # fmt: skip
    axes.plot(times[observed], series.values[observed], ".", color=BLACK, markersize=4, label="observed")
    axes.axvline(times[series.split], color="#888888", linewidth=0.8, linestyle=":")
    axes.set_title("Held-out time, behind the dotted line")
    axes.legend(ncols=5, fontsize=8, loc="upper left")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.18 * (high - low))


def draw_future(axes: Any, series: Series, model: Any, data: Dataset) -> None:
    """Draw the end of the series and the forecast beyond it."""
    found = future(model, data)
    begin = max(0, len(series.values) - BEFORE * series.window)
    observed = np.arange(begin, len(series.values))[series.known[begin:]]
    axes.plot(series.times[begin:], series.values[begin:], "-", color="#bbbbbb", linewidth=1)
    axes.plot(series.times[observed], series.values[observed], ".", color=BLACK, markersize=4)
    for level, (low, high) in found.bands.items():
        shade(axes, found.times, low, high, level, "")
    marker = "o" if series.horizon == 1 else ""
    axes.plot(found.times, found.network, color=BLUE, linestyle="-", marker=marker)
    axes.plot(found.times, found.seasonal, color=ORANGE, linestyle="--", linewidth=1.2, marker=marker)
    axes.set_title("Beyond the end")


def shade(axes: Any, times: Array, low: Array, high: Array, level: float, label: str) -> None:
    """Draw a band; of a single lead time a bar."""
    if len(times) == 1:
        axes.vlines(times, low, high, color=BLUE, alpha=2 * SHADES[level], linewidth=5, label=label or None)
    else:
        axes.fill_between(times, low, high, color=BLUE, alpha=SHADES[level], linewidth=0, label=label or None)


def baseline_name(series: Series) -> str:
    """Return what the forecast without a network is called."""
    return f"value {series.period} steps earlier" if series.period else "last value"


@figure(1, 2, size=(10.2, 4.0))
def errors_by_lead(axes: Any, model: Any, data: Dataset) -> None:
    """How far ahead the network sees

    Left: the root mean squared error on held-out time against the lead time, of the network, of the last value and of
    the last value of the same season. The last value is good for the next step and soon useless; a forecast that is no
    better than one of the dashed lines is not worth a network. Right: the errors of the network at each lead time, a
    dot for each forecast, with the band that holds 80 % of them. A middle that is not at zero is an error with a sign:
    the series has become higher or lower than it was in the part that was learned from.
    """
    series, found = known(model, data)
    lead = np.arange(1, series.horizon + 1)
    kinds = [("network", "network", BLUE, "-", "o"), ("naive", "last value", GREEN, ":", "s")]
    kinds += [("seasonal", baseline_name(series), ORANGE, "--", "^")] if series.period else []
    for kind, name, color, dashes, marker in kinds:
        size = root_mean_square(found.errors(kind), axis=0)
        axes[0].plot(lead, size, dashes, color=color, marker=marker, markersize=4, label=name)
    axes[0].set(
        xlabel=f"lead time (one step: one {series.spacing.name})", ylabel=f"RMSE of {series.name}", ylim=(0, None)
    )
    axes[0].legend()
    errors = found.errors("network")
    jitter = np.random.default_rng(0).uniform(-0.25, 0.25, errors.shape)
    axes[1].plot((lead + jitter).ravel(), errors.ravel(), ".", color=BLACK, markersize=2, alpha=0.4)
    low, high = offsets(errors, LEVELS[0])
    axes[1].vlines(lead, low, high, color=BLUE, linewidth=4, alpha=0.5)
    axes[1].plot(lead, np.nanmedian(errors, axis=0), "_", color=BLUE, markersize=12, markeredgewidth=2)
    axes[1].axhline(0, color="#888888", linewidth=0.8)
    axes[1].set(xlabel="lead time (steps)", ylabel=f"observed − forecast, {series.name}")
    for panel in axes:
        panel.xaxis.get_major_locator().set_params(integer=True)
