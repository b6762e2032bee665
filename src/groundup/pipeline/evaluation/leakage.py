"""Whether the model knows what it cannot know when it is used.  eq. classification_pipeline:leakage

Shuffled classes, from which nothing can be learned; single columns that are too good alone; an order of the rows that
tells the class; rows that are held out and learned from as well.
"""

import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.evaluation.scores import roc_auc
from groundup.pipeline.fits import Candidate, Fits, Task, aligned, classes_of, codes_of, target_of
from groundup.pipeline.preparation import preparation
from groundup.pipeline.splits import Split

if TYPE_CHECKING:
    from pandas import DataFrame

TOO_GOOD = 0.99  # Area under the ROC curve of one column alone, from which it is suspected.
ORDERED = 0.8  # Area from which the order of the rows tells the class.
DEVIATIONS = 4.0  # Standard deviations from chance that shuffled classes may reach.
FOLDS = 3  # Of the checks of single columns.
MOST_ROWS = 20_000  # That the checks of single columns use.


def shuffled(fits: Fits, candidate: Candidate, splits: Sequence[Split]) -> dict[str, Any]:
    """Return the area under the ROC curve after the classes were shuffled, and whether it is that of chance.

    Parameters
    ----------
    fits : Fits
        The rows to learn from.
    candidate : Candidate
        What is fitted.
    splits : sequence of (learned, tested)
        The folds.
    """
    classes = classes_of(fits.config, fits.frame)
    target = np.random.default_rng(fits.config.seed).permutation(target_of(fits.config, fits.frame))
    tasks = [Task(candidate, learned, tested, keep=True, shuffled=True) for learned, tested in splits]
    areas, variances = [], []
    for (_, tested), result in zip(splits, fits.of(tasks, "shuffled classes")):
        if result["error"]:
            continue
        y = codes_of(target[tested], classes)
        area = roc_auc(y, np.array(result["probabilities"]))
        if np.isfinite(area):
            ones = np.array([max(1, (y == k).sum()) for k in ([1] if len(classes) == 2 else range(len(classes)))])
            areas.append(area)
            variances.append(((len(y) + 1) / (12 * ones * np.maximum(1, len(y) - ones))).mean())  # Mann & Whitney
    if not areas:
        return {"roc_auc": None, "low": None, "high": None, "chance": True}
    reach = DEVIATIONS * float(np.sqrt(np.sum(variances))) / len(areas)
    area = float(np.mean(areas))
    return {"roc_auc": area, "low": 0.5 - reach, "high": 0.5 + reach, "chance": bool(abs(area - 0.5) <= reach)}


def single_columns(config: Config, contract: Contract, frame: "DataFrame") -> list[dict[str, Any]]:
    """Return the area under the ROC curve that each column reaches alone, in folds, the best first.

    A shallow tree learns from the one column; a column that betrays the answer needs no more.
    """
    y = codes_of(target_of(config, frame), classes_of(config, frame))
    rows = _some(len(y), config.seed)
    frame, y = frame.iloc[rows], y[rows]
    unused = {config.data.target, config.data.group, *config.data.drop}
    found = []
    for name in contract.of_kind("number", "category", "date", "text"):
        if name not in unused:
            alone = contract.without(*(other for other in contract.columns if other != name))
            found.append({"column": name, "roc_auc": _area(partial(preparation, config, alone, frame), frame, y)})
    return sorted(found, key=lambda one: one["roc_auc"], reverse=True)


def order(config: Config, frame: "DataFrame") -> float:
    """Return the area under the ROC curve that the rows' numbers reach: far from 0.5, the file is sorted."""
    from sklearn.preprocessing import FunctionTransformer

    y = codes_of(target_of(config, frame), classes_of(config, frame))
    rows = _some(len(y), config.seed)
    numbers = np.asarray(frame.index, dtype=np.float64)[rows, None]
    return _area(FunctionTransformer, numbers, y[rows])


def numbering(contract: Contract, frame: "DataFrame", used: Sequence[str]) -> list[str]:
    """Return columns of numbers or dates that rise or fall with the rows' numbers: they tell the order of the file."""
    from scipy.stats import spearmanr

    found = []
    for name in contract.of_kind("number", "date"):
        there = frame[name].notna()
        if name in used and there.sum() > 2 and frame[name].nunique() > there.sum() / 2:
            rank = spearmanr(frame.index[there], frame.loc[there, name].rank()).statistic
            if abs(rank) > TOO_GOOD:
                found.append(name)
    return found


def repeated(learned: "DataFrame", held_out: "DataFrame", columns: Sequence[str]) -> int:
    """Return how many rows that are held out equal one to learn from in all columns."""
    from pandas.util import hash_pandas_object

    known = hash_pandas_object(learned[list(columns)], index=False)
    return int(hash_pandas_object(held_out[list(columns)], index=False).isin(known).sum())


def _area(steps: Any, rows: Any, y: np.ndarray) -> float:
    """Return the area under the ROC curve of a shallow tree, in folds."""
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.tree import DecisionTreeClassifier

    K, areas = int(y.max()) + 1, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for learned, tested in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(y, y):
            model = make_pipeline(steps(), DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0))
            few, others = (rows.iloc[k] if hasattr(rows, "iloc") else rows[k] for k in (learned, tested))
            model.fit(few, y[learned])
            areas.append(roc_auc(y[tested], aligned(model.predict_proba(others), model.classes_, range(K))))
    return float(np.nanmean(areas)) if np.isfinite(areas).any() else 0.5


def _some(number: int, seed: int) -> np.ndarray:
    """Return the places of all rows, or of a random part of very many."""
    return np.sort(np.random.default_rng(seed).permutation(number)[:MOST_ROWS])
