"""A line about the progress of a run: rewritten on a terminal, a few plain lines elsewhere."""

import time
from pathlib import Path
from typing import Any, TextIO

from groundup.core.estimator.training import scalars

REDRAW = 0.1  # Seconds between two drawings on a terminal.
FIRST_LINE = 5.0  # Seconds until the first plain line; each next one follows at twice the time.


class Progress:
    """Shows the states of one fit, and what is done after it.

    Parameters
    ----------
    label : str
        What is fitted.
    stream : text stream or None
        Where the line is written; None is silent.
    watched : str
        Name of the states' field that is shown.
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
        *,
        watched: str = "loss",
        most: int | None = None,
        done: int = 0,
        max_seconds: float | None = None,
    ) -> None:
        self.label, self.stream, self.watched = label, stream, watched
        self.most, self.max_seconds = most, max_seconds
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
        """Say what is being done after the fit; only once if the stream is not a terminal."""
        if self.terminal or not self._fitted:
            self._write(f"{self.label}: {stage}" if self.terminal else f"{self.label}: fitted; now {stage}")
        self._fitted = True

    def stopped(self, reason: str) -> None:
        """Say that the fit was stopped, what comes now, and how to resume or leave; the line stays."""
        again = "Ctrl-C again" if reason == "interrupted" else "Ctrl-C"
        words = "interrupted" if reason == "interrupted" else f"stopped by the {reason}"
        self._say(
            f"{self.label}: {words} after iteration {self.count}; --resume goes on; "
            f"drawing the report, {again} to leave it"
        )
        self._fitted = True  # What is drawn has been told.

    def resumed(self, folder: Path) -> None:
        """Say which run is resumed."""
        self._say(f"{self.label}: resuming {folder} after iteration {self.first}")

    def _say(self, line: str) -> None:
        if self.stream is not None:
            self.close()
            self.stream.write(f"{line}\n")
            self.stream.flush()

    def _write(self, line: str) -> None:
        if self.stream is not None:
            self.stream.write(f"\r\033[K{line[: _columns() - 1]}" if self.terminal else line + "\n")
            self.stream.flush()

    def line(self, state: Any, elapsed: float) -> str:
        """Return iteration, watched value, elapsed and remaining time, in words."""
        value = scalars(state).get(self.watched)
        shown = "" if value is None else f"{self.watched.replace('_', ' ')} {value:.6g}"
        parts = [f"iteration {self.count}", shown, f"{duration(elapsed)} elapsed"]
        left = self.remaining(elapsed)
        return ", ".join(part for part in parts if part) + (f", ≤ {duration(left)} left" if left >= 0 else "")

    def remaining(self, elapsed: float) -> float:
        """Return the seconds until the last iteration or the time limit, whichever is first; negative if unknown."""
        bounds = [] if self.max_seconds is None else [max(self.max_seconds - elapsed, 0.0)]
        if self.most is not None and self.count <= self.most:
            bounds.append(elapsed / max(self.count - self.first, 1) * (self.most - self.count))
        return min(bounds, default=-1.0)

    def close(self) -> None:
        """Clear the line."""
        if self.terminal and self.stream is not None:
            self.stream.write("\r\033[K")
            self.stream.flush()


def duration(seconds: float) -> str:
    """Return a time in words, with about two digits: 0.35 ms, 1.2 s, 2 min 05 s."""
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.1 else f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns
