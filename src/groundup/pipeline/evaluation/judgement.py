"""All scores of a model for a table, against the baseline, and by slices."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.artifact import Artifact
from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation import curves
from groundup.pipeline.evaluation.intervals import Resamples, bootstrap, interval, share
from groundup.pipeline.evaluation.scores import SCORES, SMOOTH, decide, log_losses, roc_auc
from groundup.pipeline.fits import codes_of, target_of

if TYPE_CHECKING:
    from pandas import DataFrame, Series

MOST_VALUES = 10  # Categories of a column that is sliced without being named.
FEWEST = 20  # Rows of a slice of which scores are told.
LEAST = 0.01  # Log-loss by which a worse slice differs at least.
PARTS = 4  # Slices of a column of numbers.


def evaluate(artifact: Artifact, frame: "DataFrame | None") -> dict[str, Any]:
    """Return the scores of a model.

    Parameters
    ----------
    artifact : Artifact
        The model with all that belongs to it.
    frame : DataFrame or None
        Rows that fulfil the contract and have the target; None returns the scores on the rows that were held out.

    Raises
    ------
    PipelineError
        For rows of a class that the model does not know, or too few rows.
    """
    if frame is None:
        return dict(artifact.metrics)
    classes: Sequence[str] = artifact.metrics["classes"]
    strange = sorted(set(target_of(artifact.config, frame)) - set(classes))
    if strange:
        raise PipelineError(f"the rows have the class {strange[0]!r}, which the model does not know; it knows "
                            f"{', '.join(map(repr, classes))}.")  # fmt: skip
    order = [artifact.classes.index(name) for name in classes]
    P = artifact.probabilities(frame)[:, order]
    costs = np.array(artifact.manifest["costs"], dtype=np.float64)[np.ix_(order, order)]
    return judge(artifact.config, artifact.contract, frame, P, classes, costs, artifact.metrics["shares"])


def judge(
    config: Config, contract: Contract, frame: "DataFrame", P: np.ndarray, classes: Sequence[str], costs: np.ndarray,
    shares: Sequence[float],
) -> dict[str, Any]:  # fmt: skip
    """Return the scores of probabilities, each with its interval.

    Parameters
    ----------
    config, contract
        Of the pipeline.
    frame : DataFrame
        The rows, with their target.
    P : array of shape (n, K)
        Probabilities of the classes.
    classes : sequence of str
        Of two, the positive one is the second.
    costs : array of shape (K, K)
        Truth by decision.
    shares : sequence of float
        The classes' shares of the rows that were learned from, which is the baseline's answer for each row.
    """
    y, how = codes_of(target_of(config, frame), classes), config.evaluation
    if len(y) < 2 or len(np.unique(y)) < 2:
        raise PipelineError("scores need rows of two classes at least.")
    resamples = Resamples(y, _groups(config, frame), how.resamples, config.seed)
    decisions, dummy = decide(P, costs), np.tile(np.asarray(shares, dtype=np.float64), (len(y), 1))
    dull = decide(dummy, costs)

    def all_scores(rows: np.ndarray) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for name, score in ((name, SCORES[name]) for name in SMOOTH):
            ours = score.of(y[rows], P[rows], decisions[rows], costs)
            theirs = score.of(y[rows], dummy[rows], dull[rows], costs)
            gain = ours - theirs if score.larger else theirs - ours
            found |= {f"scores {name}": ours, f"baseline {name}": theirs, f"gain {name}": gain}
        return found

    intervals = bootstrap(all_scores, resamples, how.level)
    for part, some in (("scores", P), ("baseline", dummy)):
        intervals[f"{part} calibration_error"] = curves.calibration_error(y, some, resamples, how.level)
    if resamples.groups is None:  # rows that hang together make a share less certain than Wilson's interval says
        intervals["scores accuracy"] = share(int((decisions == y).sum()), len(y), how.level)
        intervals["baseline accuracy"] = share(int((dull == y).sum()), len(y), how.level)
    made: dict[str, Any] = {"rows": len(y), "classes": list(classes), "shares": list(shares), "level": how.level}
    for part, names in (("scores", SCORES), ("baseline", SCORES), ("gain", SMOOTH)):
        made[part] = {name: intervals[f"{part} {name}"] for name in names}
    made["confusion"] = curves.confusion(y, decisions, classes, how.level)
    made["calibration"] = curves.calibration(y, P, how.level)
    made["curves"] = curves.of_classes(y, P, classes, resamples, how.level)
    if len(classes) == 2:
        made["costs_by_threshold"] = curves.by_threshold(y, P[:, 1], costs, resamples, how.level)
    made["slices"] = slices(config, contract, frame, y, P, decisions)
    return made


def slices(
    config: Config, contract: Contract, frame: "DataFrame", y: np.ndarray, P: np.ndarray, decisions: np.ndarray
) -> list[dict[str, Any]]:
    """Return scores by the values of columns: those that the configuration names, or those of few categories.

    A slice is marked as worse where its log-loss is above that of the other rows with the confidence of the intervals,
    corrected for the number of slices (Bonferroni).
    """
    level, made = config.evaluation.level, []
    losses = log_losses(y, P)
    named = config.evaluation.slices or [
        name
        for name in contract.of_kind("category")
        if name not in (config.data.target, config.data.group, *config.data.drop)
        and 2 <= frame[name].nunique() <= MOST_VALUES
    ]
    parts = [
        (name, value, rows) for name in named for value, rows in _parts(frame[name], contract.columns[name].kind)
        if FEWEST <= len(rows) < len(y)
    ]  # fmt: skip
    for name, value, rows in parts:
        groups = _groups(config, frame.iloc[rows])
        resamples = Resamples(y[rows], groups, config.evaluation.resamples, config.seed)
        few = Resamples(y[rows], groups, min(resamples.number, curves.MOST_RESAMPLES), config.seed)
        drawn = np.array([losses[rows][chosen].mean() for chosen in resamples])
        others = np.delete(losses, rows)
        spread = np.hypot(drawn.std(), others.std() / np.sqrt(len(others)))
        difference = losses[rows].mean() - others.mean()
        area = bootstrap(lambda chosen, r=rows: {"area": roc_auc(y[r[chosen]], P[r[chosen]])}, few, level)["area"]  # type: ignore[misc]
        made.append(
            {
                "column": name,
                "value": value,
                "rows": len(rows),
                "accuracy": share(int((decisions[rows] == y[rows]).sum()), len(rows), level),
                "log_loss": interval(float(losses[rows].mean()), drawn, level),
                "roc_auc": area,
                "worse": bool(difference > max(LEAST, _quantile(1 - (1 - level) / len(parts)) * spread)),
            }
        )
    return made


def _groups(config: Config, frame: "DataFrame") -> np.ndarray | None:
    return frame[config.data.group].to_numpy() if config.data.group else None


def _quantile(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(level))


def _parts(column: "Series[Any]", kind: str) -> list[tuple[str, np.ndarray]]:
    """Return the values of a column in words, and the places of their rows."""
    values, missing = column.to_numpy(), column.isna().to_numpy()
    found = []
    if kind == "number":
        ends = np.unique(np.nanquantile(values.astype(np.float64), np.linspace(0, 1, PARTS + 1)))
        for k, (low, high) in enumerate(pairwise(ends)):
            last = k + 2 == len(ends)
            inside = (values >= low) & ((values <= high) if last else (values < high))
            found.append((f"{low:g} to {high:g}", np.flatnonzero(inside)))
    elif kind == "date":
        years = column.dt.year.to_numpy()
        found = [(f"{year:.0f}", np.flatnonzero(years == year)) for year in np.unique(years[~missing])]
    else:
        found = [(str(one), np.flatnonzero(values == one)) for one in sorted(set(values[~missing]))]
    return [*found, ("missing", np.flatnonzero(missing))]
