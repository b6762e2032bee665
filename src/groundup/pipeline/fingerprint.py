"""How the training rows are distributed: what new rows are compared with, without the rows themselves.

Numbers, dates and scores are counted between quantiles, categories by name, and missing entries besides. New rows are
counted in the same bins, a piece after the other, so that their number does not matter.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract

if TYPE_CHECKING:
    from pandas import DataFrame, Series

BINS = 100  # Most bins of numbers: each holds about one per cent of the training rows.
CATEGORIES = 200  # Most categories that are counted by name; the others are counted together.
EACH = 5  # Rows of a category that is counted by name: of rarer ones, new rows always have others.
EPOCH = np.datetime64("2000-01-01", "us")  # Dates are counted as days since then.
DAY = np.timedelta64(1, "D")


def watched(config: Config, contract: Contract) -> list[str]:
    """Return the columns whose distribution is kept: all but names of rows, groups, times and unused ones.

    The column of times grows later by itself, which is no drift.
    """
    left = {*config.data.drop, config.data.group, config.data.time, *contract.of_kind("id")}
    return [name for name in contract.columns if name not in left]


def of(frame: "DataFrame", probabilities: np.ndarray, config: Config, contract: Contract) -> dict[str, Any]:
    """Return the distributions of the training rows and of their scores, ready for JSON.

    Parameters
    ----------
    frame : DataFrame
        Rows that fulfil the contract, at least one.
    probabilities : array of shape (m, K)
        Of the classes, for rows that the model has not learned from: scores of its own training rows are too sure, and
        new rows would seem to drift. m may differ from the number of rows of `frame`.
    config : Config
        Which columns are used.
    contract : Contract
        Kinds of columns. Columns that `frame` lacks are left out.

    Returns
    -------
    dict
        ``rows``; ``columns``: by name what is counted (``kind``, with ``edges`` of numbers, or ``values`` of
        categories), ``counts`` and ``missing``; ``scores``: the same of each class's probability, by the number of the
        class. Of two classes only the second one is there, as the first says the same.
    """
    columns = {}
    for name in watched(config, contract):
        if name in frame.columns:
            kind = contract.columns[name].kind
            columns[name] = _counted(_bins(_measured(frame[name], kind), kind), frame[name])
    P = np.asarray(probabilities, dtype=np.float64)
    classes = range(1, 2) if P.shape[1] == 2 else range(P.shape[1])
    scores = {str(k): _counted(_bins(P[:, k], "score"), P[:, k]) for k in classes}
    return {"rows": len(frame), "columns": columns, "scores": scores}


def tally(fingerprint: Mapping[str, Any], frame: "DataFrame", probabilities: np.ndarray) -> dict[str, Any]:
    """Return new rows counted in the bins of a fingerprint.

    Parameters
    ----------
    fingerprint : mapping
        What `of` returned. Columns that `frame` lacks are left out.
    frame : DataFrame
        New rows that fulfil the contract.
    probabilities : array of shape (n, K)
        Their scores.
    """
    columns = {name: _counted(one, frame[name]) for name, one in fingerprint["columns"].items() if name in frame}
    scores = {k: _counted(one, probabilities[:, int(k)]) for k, one in fingerprint["scores"].items()}
    return {"rows": len(frame), "columns": columns, "scores": scores}


def nothing(fingerprint: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the counts of no rows that have some columns."""

    def none(one: Mapping[str, Any]) -> dict[str, Any]:
        return {**one, "counts": [0] * len(one["counts"]), "missing": 0}

    columns = {name: none(one) for name, one in fingerprint["columns"].items() if name in names}
    return {"rows": 0, "columns": columns, "scores": {k: none(one) for k, one in fingerprint["scores"].items()}}


def added(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of two tallies in the same bins together."""

    def both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        counts = [a + b for a, b in zip(one["counts"], other["counts"])]
        return {**one, "counts": counts, "missing": one["missing"] + other["missing"]}

    parts = {part: {name: both(one, second[part][name]) for name, one in first[part].items()}
             for part in ("columns", "scores")}  # fmt: skip
    return {"rows": first["rows"] + second["rows"], **parts}


def _measured(entries: "Series[Any]", kind: str) -> np.ndarray:
    """Return entries as what is counted: numbers, days, numbers of words, categories; missing ones as NaN or None."""
    if kind == "date":
        return np.asarray((entries - EPOCH) / DAY, dtype=np.float64)
    if kind == "text":
        return entries.map(lambda text: len(text.split()), na_action="ignore").to_numpy(np.float64, na_value=np.nan)
    if kind == "number":
        return entries.to_numpy(np.float64, na_value=np.nan)
    return entries.to_numpy(object)


def _bins(values: np.ndarray, kind: str) -> dict[str, Any]:
    """Return what is counted: categories from frequent to rare, or numbers up to each of some quantiles."""
    if kind == "category":
        names, counts = np.unique([str(one) for one in values if _is_there(one)], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return {"kind": kind, "values": [names[k] for k in order[:CATEGORIES].tolist() if counts[k] >= EACH]}
    known = values[~np.isnan(values)]
    shares = np.linspace(0, 1, BINS + 1)
    edges = np.unique(np.quantile(known, shares, method="inverted_cdf")) if len(known) else known
    return {"kind": kind, "edges": edges.tolist()}


def _counted(bins: Mapping[str, Any], entries: Any) -> dict[str, Any]:
    """Return bins with the counts of entries, of which the last one counts what lies above or is another category."""
    kind = bins["kind"]
    values = np.asarray(entries) if kind == "score" else _measured(entries, kind)
    if kind == "category":
        place = {name: k for k, name in enumerate(bins["values"])}
        found = [place.get(str(one), len(place)) for one in values if _is_there(one)]
        missing, size = len(values) - len(found), len(place) + 1
    else:
        known = values[~np.isnan(values)]
        found = np.searchsorted(bins["edges"], known)  # the first edge that a number does not exceed
        missing, size = len(values) - len(known), len(bins["edges"]) + 1
    counts = np.bincount(np.asarray(found, dtype=np.intp), minlength=size)
    what = {key: bins[key] for key in ("kind", "values", "edges") if key in bins}
    return {**what, "counts": counts.tolist(), "missing": int(missing)}


def _is_there(entry: Any) -> bool:
    return entry is not None and entry == entry
