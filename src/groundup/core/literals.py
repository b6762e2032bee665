"""Values as one types them: what is no Python literal is a string."""

import ast
from typing import Any

TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def read_value(text: str) -> Any:
    """The value that was typed: 3, 0.5, True or yes, None, [1, 2], 'no' in quotes, or else the text itself."""
    if text.lower() in TRUTHS:
        return TRUTHS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def write_value(value: Any) -> str:
    """What to type for a value: the inverse of `read_value`."""
    return value if isinstance(value, str) and read_value(value) == value else repr(value)
