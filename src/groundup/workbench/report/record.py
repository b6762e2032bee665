"""The machine-readable record of a run: the content of ``metrics.json``, and the source of the report's tables."""

import dataclasses
import inspect
import json
import math
import os
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from groundup.projects.common.declaration import Metric
from groundup.workbench.run.measures import Measures, on_held_out, rows_in_words
from groundup.workbench.run.result import Result

SCHEMA = 3  # Raised when a reader of an older record could not read a new one.
FEW = 1_000  # Entries of an array that is recorded in full; a larger one is recorded by its shape.
PENALTIES = ("alpha_", "C_", "l1_ratio_")  # Fitted attributes that a search chooses.
EQUAL = 1e-6  # Relative difference below which two values are called equal: a page shows six digits.


def record(result: Result) -> dict[str, Any]:
    """Return all that is known of a run, as plain values that JSON can hold (a missing number is None).

    Parameters
    ----------
    result : Result
        The fitted project.

    Returns
    -------
    dict
        With the keys ``schema``, ``project``, ``model``, ``command``, ``seed``, ``stopped``, ``data``, ``parameters``,
        ``metrics``, ``answer``, ``findings``, ``reference``, ``seconds``, ``differences``, ``certificate`` and
        ``environment``.
    """
    project, data, other = result.project, result.data, result.comparison
    content = {
        "schema": SCHEMA,
        "project": {"name": project.name, "title": project.title, "summary": project.summary},
        "model": result.declared.name,
        "command": result.command,
        "seed": result.seed,
        "stopped": result.stopped,
        "data": {
            "name": data.name,
            "description": data.description,
            "kind": data.kind,
            "rows": len(data.X),
            "held_out": 0 if data.held_out is None else len(data.held_out.X),
            "columns": len(data.feature_names),
            "unit": data.unit,
            "size": data.size,
            "features": list(data.feature_names),
            "target": data.target_name,
            "table": [vars(column) for column in data.columns],
            "notes": list(data.notes),
        },
        "parameters": result.model.get_params(),
        "metrics": [_metric(result, metric) for metric in result.declared_metrics],
        "answer": list(result.answer),
        "findings": [vars(table) for table in result.findings],
        "reference": other.reference,
        "seconds": {"ours": result.fit_seconds, "reference": other.fit_seconds},
        "differences": [vars(difference) for difference in other.differences],
        "certificate": certificate(result.model),
        "environment": environment(),
    }
    plain: dict[str, Any] = _plain(content)
    return plain


def to_json(content: Mapping[str, Any]) -> str:
    """Return a record as strictly valid JSON."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def certificate(model: Any) -> dict[str, Any] | None:
    """Return the model's certificate with its verdict, by name; None for a model that has none."""
    evidence = getattr(model, "certificate_", None)
    return None if evidence is None else dataclasses.asdict(evidence) | {"holds": evidence.holds}


def changed(model: Any) -> set[str]:
    """Return the names of the hyper-parameters that are not at their defaults."""
    signature = inspect.signature(type(model)).parameters
    return {name for name, value in model.get_params().items() if repr(value) != repr(signature[name].default)}


def environment() -> dict[str, str | int]:
    """Return what the run depended on, without the names of the machine or of its user."""
    return {
        "Python": platform.python_version(),
        "groundup": version("groundup"),
        "NumPy": version("numpy"),
        "scikit-learn": version("scikit-learn"),
        "Matplotlib": version("matplotlib"),
        "pandas": version("pandas"),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
    }


def verdict(ours: float, theirs: float, better: str) -> str:
    """Return which of two values of a metric is better: "equal", "groundup", "reference" or "unknown"."""
    if math.isnan(ours) or math.isnan(theirs):
        return "unknown"
    if abs(ours - theirs) <= EQUAL * max(abs(ours), abs(theirs)) or ours == theirs:
        return "equal"
    return "groundup" if (ours > theirs) == (better == "higher") else "reference"


def minima(result: Result) -> Iterator[str]:
    """Yield which of the two answers is further from the minimum, where a score of theirs differs.

    Where the reference solves another problem, or each chose its own penalty, they minimise different sums, and nothing
    is yielded.
    """
    ours, theirs = result.metrics, result.comparison.metrics
    objective = result.declared_metrics[0]
    chosen = {d.name: d.largest for d in result.comparison.differences if d.name in PENALTIES}
    apart = [
        metric.name
        for metric in result.declared_metrics
        if verdict(ours[metric.name], theirs[metric.name], metric.better) in ("groundup", "reference")
    ]
    if not apart or not result.declared.same_problem or any(difference > EQUAL for difference in chosen.values()):
        return
    here, there = ours[objective.name], theirs[objective.name]
    values = f"{objective.name}, which both minimise, is {here:.7g} here and {there:.7g} for the reference"
    match verdict(here, there, objective.better):
        case "groundup":
            yield f"The {values}: the reference's answer is further from the minimum."
        case "reference":
            yield f"The {values}: this answer is further from the minimum than the reference's."
        case "equal":
            verb = "differs" if len(apart) == 1 else "differ"
            yield f"The {values}: equal to six digits, though {' and '.join(apart)} {verb}."


def _metric(result: Result, metric: Metric) -> dict[str, Any]:
    """Return a metric of both sides, with the rows that it was computed on, in plain words too."""
    ours, theirs = result.metrics, result.comparison.metrics
    unseen = on_held_out(metric, result.data)
    entry = {
        "name": metric.name,
        "better": metric.better,
        "meaning": metric.meaning,
        "on": "held out" if unseen else "training",
        "rows": rows_in_words(unseen, result.data),
        "ours": ours[metric.name],
        "reference": theirs[metric.name],
        "baseline": ours.baselines.get(metric.name, math.nan),
        "difference": ours[metric.name] - theirs[metric.name],
        "verdict": verdict(ours[metric.name], theirs[metric.name], metric.better),
    }
    training = {
        "rows": rows_in_words(False, result.data),
        "ours": ours.training.get(metric.name, math.nan),
        "reference": theirs.training.get(metric.name, math.nan),
    }
    return entry | ({"training": training} if unseen else {}) | _validation(ours, metric.name)


def _validation(ours: Measures, name: str) -> dict[str, Any]:
    """Return the values of a cross-validation, where there was one."""
    found = ours.validation
    if found is None or name not in found.mean:
        return {}
    baseline = found.baselines.get(name, math.nan)
    values = {"rows": found.words, "ours": found.mean[name], "std": found.std[name], "baseline": baseline}
    return {"validation": values}


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: NaN and infinity become None, what JSON cannot hold becomes its name."""
    match value:
        case np.generic():
            return _plain(value.item())
        case np.ndarray():
            return _plain(value.tolist()) if value.size <= FEW else f"array of shape {value.shape}"
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return getattr(value, "__name__", type(value).__name__)
