"""Values as one types them: what is no Python literal is a string."""

import ast
from typing import Any


def read_value(text: str) -> Any:
    """The value that was typed: 3, 0.5, True, None, [1, 2], or else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def write_value(value: Any) -> str:
    """What to type for a value: the inverse of `read_value`."""
    return value if isinstance(value, str) and read_value(value) == value else repr(value)
