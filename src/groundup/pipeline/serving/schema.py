"""What a request must look like, from the contract: the schema for OpenAPI, and the check of types.

What is a type in JSON is checked here; ranges, categories and dates are checked by the contract itself.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.contract import Column, Contract
from groundup.pipeline.serving.limits import Refusal

if TYPE_CHECKING:
    from pandas import DataFrame

Row = Mapping[str, Any]
WORDS = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number", str: "a string"}
EXAMPLE_DATE = "2000-01-01"


def request_schema(contract: Contract, most_rows: int) -> dict[str, Any]:
    """Return the JSON schema of a request."""
    row = {
        "type": "object",
        "properties": {name: _field(column) for name, column in contract.columns.items()},
        "required": [name for name, column in contract.columns.items() if not column.missing],
        "additionalProperties": False,
    }
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": most_rows}
    return {"type": "object", "properties": {"rows": rows}, "required": ["rows"], "additionalProperties": False}


def answer_schema(classes: list[str]) -> dict[str, Any]:
    """Return the JSON schema of an answer."""
    probability = {"type": "number", "minimum": 0, "maximum": 1}
    one = {
        "type": "object",
        "properties": {
            "decision": {"type": "string", "enum": classes},
            "probabilities": {"type": "object", "properties": dict.fromkeys(classes, probability)},
        },
    }
    return {
        "type": "object",
        "properties": {
            "model": {"type": "string", "description": "version of the model"},
            "predictions": {"type": "array", "items": one, "description": "in the order of the rows"},
        },
    }


def fault_schema() -> dict[str, Any]:
    """Return the JSON schema of an answer to rows that break the contract."""
    text = {"type": "string"}
    fault = {"row": {"type": "integer", "description": "counted from 1"}, "field": text, "rule": text, "reason": text}
    faults = {"type": "array", "items": {"type": "object", "properties": fault}}
    return {"type": "object", "properties": {"error": text, "request": text, "faults": faults}}


def _field(column: Column) -> dict[str, Any]:
    """Return the JSON schema of an entry."""
    kinds = {"number": ["number"], "category": ["string", "integer", "boolean"], "id": ["string", "integer"]}
    found: dict[str, Any] = {"type": kinds.get(column.kind, ["string"]) + (["null"] if column.missing else [])}
    if math.isfinite(column.low):
        found["minimum"] = column.low
    if math.isfinite(column.high):
        found["maximum"] = column.high
    if column.values:
        found["enum"] = [*column.values, *([None] if column.missing else [])]
        found["type"] = [one for one in found["type"] if one in ("string", "null")]
    if column.kind == "date":
        found["description"] = f"a date of the form {column.format}"
    return found


def rows_of(document: Any, most: int) -> list[Row]:
    """Return the rows of a request.

    Raises
    ------
    Refusal
        For a document of another form (422), and too many rows (413).
    """
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list) or len(document) > 1:
        raise Refusal(422, 'The body must be of the form {"rows": [{"column": entry, …}, …]}.')
    rows: list[Any] = document["rows"]
    if not rows:
        raise Refusal(422, "There must be at least one row.")
    if len(rows) > most:
        raise Refusal(413, f"There are {len(rows):,} rows; at most {most:,} are allowed.")
    wrong = [fault(k, "", "type", f"a row must be an object, not {_what(row)}")
             for k, row in enumerate(rows, 1) if not isinstance(row, dict)]  # fmt: skip
    if wrong:
        raise Refusal(422, "Rows must be objects.", wrong)
    return rows


def type_faults(contract: Contract, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the entries of rows, counted from 1, that are of a wrong type, and fields that are not known."""
    found = []
    for k, row in enumerate(rows, 1):
        for name, entry in row.items():
            if name not in contract.columns:
                found.append(fault(k, name, "unknown", f"is not a field; there are {', '.join(contract.columns)}"))
            elif reason := _wrong(contract.columns[name], entry):
                found.append(fault(k, name, "type", reason))
    return found


def frame_of(contract: Contract, rows: list[Row]) -> "DataFrame":
    """Return rows as a table, numbered from 1, as the contract checks it; entries of a wrong type are missing."""
    import pandas

    columns = {}
    for name, column in contract.columns.items():
        entries = [row.get(name) for row in rows]
        known = [None if entry is None or _wrong(column, entry) else entry for entry in entries]
        if column.kind == "number":
            columns[name] = pandas.Series([np.nan if entry is None else float(entry) for entry in known], dtype=float)
        else:
            columns[name] = pandas.Series([None if one is None else str(one) for one in known], dtype=object)
    frame = pandas.DataFrame(columns)
    frame.index += 1
    return frame


def example(contract: Contract) -> "DataFrame":
    """Return a made-up row of the types that the model is given, whether or not the contract allows it."""
    import pandas

    def entry(column: Column) -> Any:
        if column.kind == "number":
            return float(np.clip(0.0, column.low, column.high))
        if column.kind == "date":
            return np.datetime64(EXAMPLE_DATE, "us")
        return column.values[0] if column.values else "x"

    types: dict[str, Any] = {"number": float, "date": "datetime64[us]"}
    return pandas.DataFrame(
        {name: pandas.Series([entry(one)], [1], types.get(one.kind, object)) for name, one in contract.columns.items()}
    )


def _wrong(column: Column, entry: Any) -> str:
    """Return what is wrong with the type of an entry."""
    if entry is None:
        return ""
    if column.kind == "number":
        if isinstance(entry, bool) or not isinstance(entry, (int, float)):
            return f"must be a number, not {_what(entry)}"
        try:
            return "" if math.isfinite(float(entry)) else "is not a finite number"
        except OverflowError:
            return "is not a finite number"
    if isinstance(entry, str):
        return "" if entry.isascii() or _is_unicode(entry) else "is not valid Unicode"
    allowed = {"category": (bool, int), "id": (int,)}.get(column.kind, ())
    if type(entry) in allowed and not column.values:
        return ""
    return f"must be a string, not {_what(entry)}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False
    return True


def _what(entry: Any) -> str:
    return WORDS.get(type(entry), "null")


def fault(row: int, field: str, rule: str, reason: str) -> dict[str, Any]:
    """Return what is wrong with an entry, as an answer tells it."""
    return {"row": row, "field": field, "rule": rule, "reason": reason}
