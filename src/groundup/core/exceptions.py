"""Errors and warnings with scikit-learn's meaning, recognised by scikit-learn where it is loaded."""

import sys
import warnings
from functools import cache

PACKAGE = __name__.partition(".")[0]


class NotFittedError(ValueError, AttributeError):
    """A fitted attribute is needed, but ``fit`` was not called."""


class ConvergenceWarning(UserWarning):
    """The iteration ended before its stopping rule was met."""


class DataConversionWarning(UserWarning):
    """Data came in another form than asked for, and was converted."""


class InvalidParameterError(ValueError, TypeError):
    """A hyper-parameter has a type or a value that is not allowed."""


def recognised(kind: type) -> type:
    """`kind`, made a subclass of scikit-learn's class of the same name once scikit-learn is loaded.

    Code that catches scikit-learn's own error then catches ours too, and nothing is imported for it.
    """
    twin = getattr(sys.modules.get("sklearn.exceptions"), kind.__name__, None)
    return kind if twin is None else _joined(kind, twin)


def warn(message: str, category: type[Warning]) -> None:
    """Warn with a `recognised` category, at the line outside this package that the call came from.

    Parameters
    ----------
    message : str
        What happened, and what to do.
    category : type of Warning
        As of `warnings.warn`.
    """
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, recognised(category), stacklevel=level)


@cache
def _joined(kind: type, twin: type) -> type:
    return type(kind.__name__, (kind, twin), {"__module__": kind.__module__, "__doc__": kind.__doc__})
