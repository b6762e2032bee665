"""Which columns matter, how the answer depends on them, and whether more rows would help."""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.evaluation.intervals import Resamples, interval, mean
from groundup.pipeline.evaluation.scores import log_losses
from groundup.pipeline.fits import Candidate, Fits, Task, classes_of, codes_of, target_of
from groundup.pipeline.search import subsample
from groundup.pipeline.splits import Split

if TYPE_CHECKING:
    from pandas import DataFrame

REPEATS = 5  # Permutations of a column.
MOST_ROWS = 2000  # Rows that importance and dependence use.
GRID = 15  # Numbers at which the dependence is computed.
SHOWN = 3  # Columns whose dependence is computed.
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # Of the rows, for the learning curve.
BANDS = 200  # Resamples of a curve's band.

Probabilities = Callable[["DataFrame"], np.ndarray]


def used(config: Config, contract: Contract) -> list[str]:
    """Return the columns that the model learns from."""
    unused = {config.data.target, config.data.group, *config.data.drop}
    return [name for name in contract.of_kind("number", "category", "date", "text") if name not in unused]


def importance(
    config: Config, frame: "DataFrame", probabilities: Probabilities, columns: Sequence[str], classes: Sequence[str]
) -> list[dict[str, Any]]:
    """Return by how much the log-loss rises when a column is permuted, with its interval, the largest first.

    Columns that tell the same may seem unimportant each, for the others stand in.

    Parameters
    ----------
    config : Config
        Of the pipeline.
    frame : DataFrame
        Rows that are held out.
    probabilities : callable
        ``probabilities(frame)``, in the order of `classes`.
    columns, classes : sequence of str
        Those that the model uses.
    """
    rng = np.random.default_rng(config.seed)
    frame = frame.iloc[np.sort(rng.permutation(len(frame))[:MOST_ROWS])]
    y = codes_of(target_of(config, frame), classes)
    groups = frame[config.data.group].to_numpy() if config.data.group else None
    resamples = Resamples(y, groups, config.evaluation.resamples, config.seed)
    usual, found = log_losses(y, probabilities(frame)), []
    stacked = frame.iloc[np.tile(np.arange(len(frame)), REPEATS)]
    for name in columns:
        places = np.concatenate([rng.permutation(len(frame)) for _ in range(REPEATS)])
        mixed = stacked.assign(**{name: frame[name].to_numpy()[places]})
        losses = log_losses(np.tile(y, REPEATS), probabilities(mixed)).reshape(REPEATS, -1)
        rises = (losses - usual).mean(axis=0)  # exactly 0 for a column that is not used
        found.append({"column": name, **mean(rises, resamples, config.evaluation.level)})
    return sorted(found, key=lambda one: one["value"], reverse=True)


def dependence(
    config: Config, contract: Contract, frame: "DataFrame", probabilities: Probabilities, columns: Sequence[str],
    classes: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the mean probabilities of the classes when a column has one value in all rows.

    Parameters
    ----------
    config, contract, frame, probabilities, classes
        As in `importance`.
    columns : sequence of str
        The most important ones; the first three that are numbers or categories are used.
    """
    rng = np.random.default_rng(config.seed)
    frame, found = frame.iloc[np.sort(rng.permutation(len(frame))[: MOST_ROWS // 4])], []
    draws = rng.integers(0, len(frame), (BANDS, len(frame)))
    level = config.evaluation.level
    for name in [one for one in columns if contract.columns[one].kind in ("number", "category")][:SHOWN]:
        kind, there = contract.columns[name].kind, frame[name].dropna()
        if there.empty:
            continue
        if kind == "number":
            grid = np.unique(np.quantile(there.to_numpy(np.float64), np.linspace(0.02, 0.98, GRID))).tolist()
        else:
            grid = there.value_counts().index[:GRID].tolist()
        rows = frame.iloc[np.tile(np.arange(len(frame)), len(grid))]
        entries = np.repeat(np.array(grid, dtype=float if kind == "number" else object), len(frame))
        P = probabilities(rows.assign(**{name: entries})).reshape(len(grid), len(frame), -1)  # (grid, n, K)
        for k in [1] if len(classes) == 2 else range(len(classes)):
            curve = [interval(float(p.mean()), p[draws].mean(axis=1), level) for p in P[:, :, k]]
            found.append({"column": name, "kind": kind, "class": classes[k], "grid": grid, "curve": curve})
    return found


def learning_curve(fits: Fits, candidate: Candidate, splits: Sequence[Split]) -> list[dict[str, Any]]:
    """Return the log-loss in folds by the number of rows that were learned from, with intervals.

    Parameters
    ----------
    fits : Fits
        The rows to learn from.
    candidate : Candidate
        The one that was chosen.
    splits : sequence of (learned, tested)
        The folds.
    """
    classes, config = classes_of(fits.config, fits.frame), fits.config
    tested = np.concatenate([rows for _, rows in splits])
    y = codes_of(target_of(config, fits.frame)[tested], classes)
    groups = fits.frame[config.data.group].to_numpy()[tested] if config.data.group else None
    resamples = Resamples(y, groups, min(config.evaluation.resamples, BANDS), config.seed)
    sets = [[subsample(fits, learned, share) for learned, _ in splits] for share in SHARES]
    tasks = [
        Task(candidate, few, rows, keep=True) for parts in sets for few, (_, rows) in zip(parts, splits)
    ]  # fmt: skip
    results, found = fits.of(tasks, "learning curve"), []
    for k, parts in enumerate(sets):
        own = results[k * len(splits) : (k + 1) * len(splits)]
        if any(one["error"] for one in own):
            continue  # too few rows for this model
        P = np.concatenate([np.array(one["probabilities"], dtype=np.float64) for one in own])
        loss = mean(log_losses(y, P), resamples, config.evaluation.level)
        found.append({"rows": int(np.mean([len(few) for few in parts])), "log_loss": loss})
    return found


def quietly(of: Probabilities) -> Probabilities:
    """Return the same function without warnings: of categories that are unknown, of means of nothing."""

    def probabilities(frame: "DataFrame") -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return of(frame)

    return probabilities
