"""One call of one function, and everything that can come of it."""

import builtins
import copy
import inspect
import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from groundup.projects.common.exercise import Seed

STATES = 24  # A function that yields is compared over at most as many states.
PRINTED = 600  # characters of what a function prints that are kept
IGNORED = ("_",)  # names in builtins that Python itself changes


class ImportRefused(ImportError):
    """A module is imported that is neither NumPy nor in the standard library."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call.

    Parameters
    ----------
    kind : {"value", "states", "error", "open"}
        It returned, it yielded, it failed, or it raised NotImplementedError.
    value : object
        A copy of what was returned; the tuple of what was yielded.
    ended : bool
        Whether the states came to an end by themselves.
    problem : str
        For an error, what happened, as a clause without a subject.
    changed : tuple of int
        Arguments that the call changed in place.
    overwritten : bool
        Whether an earlier state was changed after it had been yielded.
    printed : str
        The beginning of what was printed.
    """

    kind: str
    value: Any = None
    ended: bool = True
    problem: str = ""
    changed: tuple[int, ...] = ()
    overwritten: bool = False
    printed: str = ""


class Printed(io.TextIOBase):
    """A text stream that keeps the beginning of what is written, however much it is."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Keep the text while there is room for it."""
        if len(self.text) < PRINTED:
            self.text += str(text)[: PRINTED - len(self.text)]
        return len(text)


class Shared:
    """What learners' code shares with the check and might change: NumPy and Python's built-in functions."""

    def __init__(self) -> None:
        self.places = {"np": vars(np), "np.linalg": vars(np.linalg), "np.random": vars(np.random), "": vars(builtins)}
        self.before = {name: dict(place) for name, place in self.places.items()}

    def restore(self) -> str:
        """Undo changes.

        Returns
        -------
        str
            What was changed, as a clause without a subject; "" if nothing was.
        """
        changed = []
        for name, place in self.places.items():
            before = self.before[name]
            changed += [
                f"{name}{'.' if name else ''}{key}"
                for key, value in before.items()
                if key not in IGNORED and (key not in place or place[key] is not value)
            ]
            place.update(before)
        if not changed:
            return ""
        return f"changes {' and '.join(changed[:3])}, which other functions need; a name of your own is free"


def call(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    states: int = STATES,
    file: str = "",
    shared: Shared | None = None,
) -> Outcome:
    """Call a function with copies of the arguments.

    Parameters
    ----------
    function : callable
        The textbook's or a learner's.
    arguments : tuple
        Positional arguments; each `Seed` becomes a new generator.
    states : int
        How many states are taken of a function that yields.
    file : str
        File whose lines are named when it fails.
    shared : Shared, optional
        What a learner's function is not to change.

    Returns
    -------
    Outcome
        Whatever happens; no exception leaves this function.
    """
    given = [one.generator() if isinstance(one, Seed) else copy.deepcopy(one) for one in arguments]
    np.random.seed(0)  # noqa: NPY002  (a learner may use it, and then repeats)
    random.seed(0)
    outcome = _called(function, arguments, given, states, file)
    spoilt = shared.restore() if shared else ""
    return Outcome("error", problem=spoilt) if spoilt else outcome


def _called(
    function: Callable[..., Any], arguments: tuple[Any, ...], given: list[Any], states: int, file: str
) -> Outcome:
    try:
        result = function(*given)
        if inspect.iscoroutine(result):
            result.close()
            return Outcome("error", problem="is an `async def`; it should be a plain `def`")
        if _yields(result):
            kind, (value, ended, overwritten) = "states", _take(result, states)
        else:
            kind, value, ended, overwritten = "value", _copied(result), True, False
        changed = tuple(k for k, one in enumerate(arguments) if not isinstance(one, Seed) and not _same(one, given[k]))
    except NotImplementedError as error:
        return Outcome("open", problem=str(error)[:PRINTED])
    except BaseException as error:
        return Outcome("error", problem=explain_error(error, file))
    return Outcome(kind, value, ended, changed=changed, overwritten=overwritten)


def _yields(result: Any) -> bool:
    return hasattr(result, "__next__") and hasattr(result, "__iter__")


def _take(result: Iterator[Any], states: int) -> tuple[tuple[Any, ...], bool, bool]:
    """Return copies of the first states, whether there were no more, and whether one was overwritten later."""
    kept, copies = [], []
    ended = False
    for _ in range(states):
        try:
            state = next(result)
        except StopIteration:
            ended = True
            break
        kept.append(state)
        copies.append(_copied(state))
    if not ended and hasattr(result, "close"):
        result.close()
    return tuple(copies), ended, not all(_same(a, b) for a, b in zip(kept, copies, strict=True))


def _copied(value: Any) -> Any:
    """A copy, or the value itself where it cannot be copied, as a lock or an open file."""
    try:
        return copy.deepcopy(value)
    except (TypeError, NotImplementedError):
        return value


def _same(a: Any, b: Any) -> bool:
    """Whether two arguments or states are identical, nan included."""
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        x, y = np.asarray(a), np.asarray(b)
        return x.shape == y.shape and x.dtype == y.dtype and x.tobytes() == y.tobytes()
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    return bool(type(a) is not type(b) or a == b or a != a)


# --- errors in words -------------------------------------------------------------------------------------------------


def explain_error(error: BaseException, file: str = "") -> str:
    """Return what happened as a clause without a subject: "fails in line 12: …".

    Parameters
    ----------
    error : BaseException
        Whatever a learner's code raised.
    file : str
        The learner's file; the last of its lines that took part is named.

    Returns
    -------
    str
        Never longer than a few lines.
    """
    line = _last_line(error.__traceback__, file)
    where = f" in line {line}" if line else ""
    for kind, words in _PLAIN.items():
        if isinstance(error, kind):
            return words.format(where=where)
    if isinstance(error, ImportRefused):
        return f"imports {error}{where}; NumPy and the standard library are all that is needed"
    try:
        message = str(error).strip().splitlines()[0][:PRINTED] if str(error).strip() else ""
    except Exception:  # the error's own text may fail as well
        message = ""
    return f"fails{where}: {type(error).__name__}{': ' if message else ''}{message}"


_PLAIN: Mapping[type[BaseException], str] = {
    SystemExit: "leaves Python{where} (sys.exit or exit)",
    RecursionError: "calls itself without end{where}",
    MemoryError: "needs more memory than there is{where}",
    EOFError: "waits for input{where}; there is none",
    KeyboardInterrupt: "interrupts itself{where}",
}


def _last_line(trace: TracebackType | None, file: str) -> int | None:
    """Line of the learner's file that is nearest to the error."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
