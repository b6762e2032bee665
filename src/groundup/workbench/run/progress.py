"""A line that says how far a run has come: rewritten on a terminal, a few plain lines elsewhere."""

import time
from typing import Any, TextIO

from groundup.core.estimator.training import scalars

REDRAW = 0.1  # seconds between two drawings on a terminal
FIRST_LINE = 5.0  # seconds until the first plain line; the next ones follow at twice the time each


class Progress:
    """Watches the states of one fit, and is told what is done after it.

    Parameters
    ----------
    label : str
        What is fitted.
    stream : text stream or None
        Where to; None is silent.
    most : int or None
        The most iterations there can be.
    done : int
        Iterations made by an earlier, resumed run.
    max_seconds : float or None
        When the fit will be stopped.
    """

    def __init__(
        self,
        label: str,
        stream: TextIO | None,
        most: int | None = None,
        done: int = 0,
        max_seconds: float | None = None,
    ) -> None:
        self.label, self.stream, self.most, self.max_seconds = label, stream, most, max_seconds
        self.first = self.count = done
        self.began = time.monotonic()
        self.terminal = stream is not None and stream.isatty()
        self._fitted = False
        self._next = REDRAW if self.terminal else FIRST_LINE

    def __call__(self, state: Any) -> None:
        """Count a state, and write the line when it is time."""
        self.count += 1
        elapsed = time.monotonic() - self.began
        if self.stream is None or elapsed < self._next:
            return
        line = f"{self.label}: {self.line(state, elapsed)}"
        self._next = elapsed + REDRAW if self.terminal else 2 * elapsed
        self._write(line)

    def after(self, stage: str) -> None:
        """Say what is being done now that the fit has ended; elsewhere than on a terminal only once."""
        if self.terminal or not self._fitted:
            self._write(f"{self.label}: {stage}" if self.terminal else f"{self.label}: fitted; now {stage}")
        self._fitted = True

    def _write(self, line: str) -> None:
        if self.stream is not None:
            self.stream.write(f"\r\033[K{line[: _columns() - 1]}" if self.terminal else line + "\n")
            self.stream.flush()

    def line(self, state: Any, elapsed: float) -> str:
        """Iteration, objective (the first real number of a state), elapsed and remaining time, in words."""
        numbers = ((name, value) for name, value in scalars(state).items() if isinstance(value, float))
        name, value = next(numbers, ("", 0.0))
        parts = [f"iteration {self.count}", f"{name} {value:.6g}" if name else "", f"{duration(elapsed)} elapsed"]
        left = self.remaining(elapsed)
        return ", ".join(part for part in parts if part) + (f", ≤ {duration(left)} left" if left >= 0 else "")

    def remaining(self, elapsed: float) -> float:
        """Seconds until the last iteration or the time limit, whichever is first; negative when nobody knows."""
        bounds = [] if self.max_seconds is None else [max(self.max_seconds - elapsed, 0.0)]
        if self.most is not None and self.count <= self.most:
            bounds.append(elapsed / max(self.count - self.first, 1) * (self.most - self.count))
        return min(bounds, default=-1.0)

    def close(self) -> None:
        """Leave a clean line behind."""
        if self.terminal and self.stream is not None:
            self.stream.write("\r\033[K")
            self.stream.flush()


def duration(seconds: float) -> str:
    """A time in words, with about two digits: 0.35 ms, 1.2 s, 2 min 05 s."""
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.1 else f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns
