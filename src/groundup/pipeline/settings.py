"""Settings in TOML files: each class is a table, each field a key with its default, what is allowed and a comment.

So the file that is written, the check of the file that is read and the documentation cannot disagree.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import MISSING, Field, field, fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

from groundup.pipeline.errors import PipelineError

Rule = tuple[Callable[[Any], bool], str]  # Whether a value is allowed, and what is, in words.


def key(comment: str, default: Any = MISSING, rule: Rule | None = None) -> Any:
    """Declare a key: its comment in the file, its default and what is allowed."""
    how = {"default_factory": partial(deepcopy, default)} if isinstance(default, (list, dict)) else {"default": default}
    return field(metadata={"comment": comment, "rule": rule}, **how)


def within(low: float, high: float) -> Rule:
    """Allow numbers from `low` to `high`."""
    return lambda v: low <= v <= high, f"from {low:,.10g} to {high:,.10g}"


def one_of(*values: str) -> Rule:
    """Allow some strings."""
    return lambda v: v in values, "one of " + ", ".join(map(repr, values))


def at_least(low: int) -> Rule:
    """Allow whole numbers from `low` on."""
    return lambda v: v >= low, f"at least {low}"


def load(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    PipelineError
        For a file that is none.
    OSError
        For a file that cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"{path}: is not a TOML file ({error}).") from error


def line(one: "Field[Any]", value: Any) -> str:
    """Return a key as a line of a file, with its comment."""
    rule = one.metadata["rule"]
    allowed = f" ({rule[1]})" if rule else ""
    return f"{one.name} = {toml(value)}  # {one.metadata['comment']}{allowed}"


def toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and truths are written alike in JSON and TOML


def table(kind: type, written: Any, where: str, prefix: str = "") -> Any:
    """Return a table of a file as an object of its class.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are declared with `key`; fields without are tables within.
    written : object
        What the file holds.
    where, prefix : str
        Name of the file, and of the tables around, for messages.

    Raises
    ------
    PipelineError
        For an unknown or missing key, and a value that is not allowed.
    """
    if not isinstance(written, Mapping):
        raise PipelineError(f"{where}: [{prefix.rstrip('.')}] must be a table, but is {written!r}.")
    hints, known = get_type_hints(kind), {one.name: one for one in fields(kind)}
    for name in written:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f" Do you mean {prefix}{near[0]}?" if near else f" There are: {', '.join(known)}."
            raise PipelineError(f"{where}: {prefix}{name} is not a key.{meant}")
    values = {}
    for name, one in known.items():
        if "comment" not in one.metadata:
            values[name] = table(hints[name], written.get(name, {}), where, f"{prefix}{name}.")
        elif name in written:
            values[name] = _checked(written[name], hints[name], one.metadata["rule"], f"{where}: {prefix}{name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise PipelineError(f"{where}: {prefix}{name} is missing: {one.metadata['comment']}.")
    return kind(**values)


def _checked(value: Any, kind: Any, rule: Rule | None, what: str) -> Any:
    words = {
        str: "a string",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        list[str]: "a list of strings",
        dict[str, list[str]]: "a table of lists of strings",
        dict[str, dict[str, float]]: "a table of tables of numbers",
    }
    if not _is(value, kind):
        raise PipelineError(f"{what} must be {words[kind]}, but is {value!r}.")
    value = float(value) if kind is float else value
    if rule and not rule[0](value):
        raise PipelineError(f"{what} must be {rule[1]}, but is {value!r}.")
    return value


def _is(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in (str, bool):
        return isinstance(value, kind)
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    inner = list[str] if kind == dict[str, list[str]] else float if kind == dict[str, float] else dict[str, float]
    return isinstance(value, dict) and all(_is(part, inner) for part in value.values())
