"""Values as one types them: what is no Python literal is a string."""

import ast
from math import inf
from typing import Any

WORDS = {"true": True, "yes": True, "false": False, "no": False, "inf": inf, "-inf": -inf}


def read_value(text: str) -> Any:
    """The value that was typed: 3, 0.5, True or yes, None, inf, [1, 2], 'no' in quotes, or else the text itself."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def write_value(value: Any) -> str:
    """What to type for a value: the inverse of `read_value`."""
    return value if isinstance(value, str) and read_value(value) == value else repr(value)
