"""Which rows are learned from and which are tested: stratified, by group, or by time.

Rows that belong together are never on both sides, and where a column of times is named, what is tested is later than
what is learned from.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import (
    GroupShuffleSplit,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    TimeSeriesSplit,
    train_test_split,
)

from groundup.pipeline.config import Config
from groundup.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pandas import DataFrame

Split = tuple[np.ndarray, np.ndarray]  # Places of the rows to learn from and to test, in the table.


def hold_out(config: Config, frame: "DataFrame") -> Split:
    """Return the places of the rows to learn from, and of those that only the evaluation sees.

    Parameters
    ----------
    config : Config
        The share, and the columns of groups and times.
    frame : DataFrame
        Rows that fulfil the contract.

    Raises
    ------
    PipelineError
        Where a class has too few rows for both sides.
    """
    data, share, n = config.data, config.evaluation.held_out, len(frame)
    target = frame[data.target].to_numpy()
    if data.time:
        order = np.argsort(frame[data.time].to_numpy(), kind="stable")
        learned, tested = _without_shared_groups(config, frame, *np.split(order, [n - round(share * n)]))
    elif data.group:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=config.seed)
        learned, tested = next(splitter.split(frame, target, frame[data.group]))
    else:
        _require(target, 2, "the hold-out")
        learned, tested = train_test_split(np.arange(n), test_size=share, random_state=config.seed, stratify=target)
    for rows, side in ((learned, "to learn from"), (tested, "held out")):
        absent = sorted(set(target) - set(target[rows]))
        if absent:
            raise PipelineError(f"the rows {side} have no row of class {absent[0]!r}; choose another "
                                "evaluation.held_out, group or time.")  # fmt: skip
    return learned, tested


def folds(config: Config, frame: "DataFrame", number: int, repeats: int = 1) -> Iterator[Split]:
    """Yield the places of the rows to learn from and to test of each fold.

    eq. classification_pipeline:folds, classification_pipeline:nested

    Parameters
    ----------
    config : Config
        The seed, and the columns of groups and times.
    frame : DataFrame
        Rows that are not held out.
    number, repeats : int
        Folds, and how often they are drawn; folds in time are drawn once.

    Raises
    ------
    PipelineError
        Where a class has fewer rows, or groups, than there are folds.
    """
    data, target = config.data, frame[config.data.target].to_numpy()
    if data.time:
        order = np.argsort(frame[data.time].to_numpy(), kind="stable")
        for learned, tested in TimeSeriesSplit(number).split(order):
            pair = _without_shared_groups(config, frame, order[learned], order[tested])
            if len(np.unique(target[pair[0]])) < len(np.unique(target)):
                raise PipelineError("the earliest rows do not have all classes: use fewer folds, or no data.time.")
            yield pair
    elif data.group:
        _require(target, number, f"{number} folds")
        for turn in range(repeats):
            splitter = StratifiedGroupKFold(number, shuffle=True, random_state=config.seed + turn)
            yield from splitter.split(frame, target, frame[data.group])
    else:
        _require(target, number, f"{number} folds")
        yield from RepeatedStratifiedKFold(n_splits=number, n_repeats=repeats, random_state=config.seed).split(
            frame, target
        )


def _without_shared_groups(config: Config, frame: "DataFrame", learned: Any, tested: Any) -> Split:
    """Leave out of the rows to learn from what belongs to a group that is tested."""
    if config.data.group:
        groups = frame[config.data.group].to_numpy()
        learned = learned[~np.isin(groups[learned], groups[tested])]
    return learned, tested


def _require(target: np.ndarray, least: int, what: str) -> None:
    classes, counts = np.unique(target, return_counts=True)
    if counts.min() < least:
        raise PipelineError(f"class {classes[counts.argmin()]!r} of the target has {counts.min()} rows; {what} need at "
                            f"least {least}.")  # fmt: skip
