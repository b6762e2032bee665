"""Errors and warnings that scikit-learn's own classes of the same names catch."""

import sys
import warnings
from functools import cache

PACKAGE = __name__.partition(".")[0]


class NotFittedError(ValueError, AttributeError):
    """An unfitted model was asked for something that only a fitted model has."""


class ConvergenceWarning(UserWarning):
    """The iterations ended before the stopping rule was met."""


class DataConversionWarning(UserWarning):
    """Data of an unexpected form was converted."""


class InvalidParameterError(ValueError, TypeError):
    """A hyper-parameter has a type or a value that is not allowed."""


def recognized(kind: type) -> type:
    """Join `kind` with scikit-learn's class of the same name, if that is loaded.

    Code that catches scikit-learn's own class then catches ours too; nothing is imported for this.
    """
    twin = getattr(sys.modules.get("sklearn.exceptions"), kind.__name__, None)
    return kind if twin is None else _joined(kind, twin)


def warn(message: str, category: type[Warning]) -> None:
    """Issue a `recognized` warning at the line that called this package.

    Parameters
    ----------
    message : str
        What happened, and what to do.
    category : type of Warning
        As in `warnings.warn`.
    """
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, recognized(category), stacklevel=level)


@cache
def _joined(kind: type, twin: type) -> type:
    return type(kind.__name__, (kind, twin), {"__module__": kind.__module__, "__doc__": kind.__doc__})
