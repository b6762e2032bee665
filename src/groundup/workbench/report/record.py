"""The machine-readable record of a run: what ``metrics.json`` holds, and what the report's tables are made from."""

import dataclasses
import inspect
import json
import math
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from groundup.workbench.run.result import Result

SCHEMA = 1  # raised when a reader of yesterday's record could not read today's
FEW = 1_000  # entries: larger arrays are recorded by their shape
EQUAL = 1e-9  # relative difference below which two values are called equal


def record(result: Result) -> dict[str, Any]:
    """All that is known of a run, as plain values that JSON can hold (a missing number is None).

    Parameters
    ----------
    result : Result
        The fitted project.

    Returns
    -------
    dict
        With the keys ``schema``, ``project``, ``command``, ``seed``, ``stopped``, ``data``, ``parameters``,
        ``metrics``, ``findings``, ``reference``, ``seconds``, ``differences``, ``certificate`` and ``environment``.
    """
    project, data, other = result.project, result.data, result.comparison
    content = {
        "schema": SCHEMA,
        "project": {"name": project.name, "title": project.title, "summary": project.summary},
        "command": result.command,
        "seed": result.seed,
        "stopped": result.stopped,
        "data": {
            "name": data.name,
            "description": data.description,
            "rows": len(data.X),
            "columns": data.X.shape[1],
            "features": list(data.feature_names),
            "target": data.target_name,
            "treatment": dict(data.treatment),
        },
        "parameters": result.model.get_params(),
        "metrics": [_metric(result, k) for k in range(len(project.metrics))],
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
    """A record as text of strictly valid JSON."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def certificate(model: Any) -> dict[str, Any] | None:
    """The model's certificate with its verdict, by name; None for a model that has none."""
    evidence = getattr(model, "certificate_", None)
    return None if evidence is None else dataclasses.asdict(evidence) | {"holds": evidence.holds}


def changed(model: Any) -> set[str]:
    """Names of the hyper-parameters that are not at their defaults."""
    signature = inspect.signature(type(model)).parameters
    return {name for name, value in model.get_params().items() if repr(value) != repr(signature[name].default)}


def environment() -> dict[str, str | int]:
    """What the run depended on, without the names of the machine or of its user."""
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
    """In words, which of two values of a metric is better: "equal", "groundup", "reference" or "unknown"."""
    if math.isnan(ours) or math.isnan(theirs):
        return "unknown"
    if abs(ours - theirs) <= EQUAL * max(abs(ours), abs(theirs)) or ours == theirs:
        return "equal"
    return "groundup" if (ours > theirs) == (better == "higher") else "reference"


def _metric(result: Result, k: int) -> dict[str, Any]:
    metric = result.project.metrics[k]
    ours, theirs = result.metrics[metric.name], result.comparison.metrics.get(metric.name, math.nan)
    return {
        "name": metric.name,
        "better": metric.better,
        "ours": ours,
        "reference": theirs,
        "difference": ours - theirs,
        "verdict": verdict(ours, theirs, metric.better),
    }


def _plain(value: Any) -> Any:
    """`value` made of what JSON knows: NaN and infinity become None, what has no form in JSON its name."""
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
