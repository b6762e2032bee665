"""Machine learning from the ground up: derived in LaTeX, written in NumPy, proved against scikit-learn.

Public names are listed in ``__init__.pyi`` and loaded when first used, so that ``import groundup`` costs little more
than NumPy's import.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

_STUB = Path(__file__).with_suffix(".pyi").read_text("utf-8")
_HOME = {name: module for module, name in re.findall(r"^from ([\w.]+) import \(?\s*(\w+) as", _STUB, re.MULTILINE)}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'groundup' has no attribute {name!r}; public names: {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
