"""The subprocess seen from outside: events with a time limit for each."""

import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import groundup

WORKER = Path(__file__).with_name("worker.py")
LONGEST = 1_000_000  # characters of one event; the worker's own are far shorter
START = 60.0  # seconds that the worker may take before the first function begins
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Ended(Exception):
    """The subprocess is gone, or was ended because it took too long.

    Parameters
    ----------
    words : str
        What happened, as a clause without a subject.
    """


def events(job: Mapping[str, Any], seconds: float) -> Iterator[dict[str, Any]]:
    """Yield what the worker tells of a job.

    Parameters
    ----------
    job : mapping
        As `sitting.sit` reads it.
    seconds : float
        Longest time for one function, or for running a file.

    Yields
    ------
    dict
        One event after another.

    Raises
    ------
    Ended
        If the worker stops before the job is done, or a function takes longer.
    """
    found = importlib.util.find_spec("numpy")
    numpy = [str(Path(found.origin).parents[1])] if found and found.origin else []
    job = {**job, "own": [str(Path(groundup.__file__).parents[1])], "numpy": numpy}
    with tempfile.TemporaryDirectory(prefix="groundup-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,  # files that the learner's code writes disappear with it
            env={**os.environ, **ONE_THREAD},
            encoding="utf-8",
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps(job) + "\n")
                process.stdin.close()
            yield from _read(process, process.stdout, seconds)
        finally:
            _end(process)


def _read(process: "subprocess.Popen[str]", stream: IO[str], seconds: float) -> Iterator[dict[str, Any]]:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_collect, args=(stream, lines), daemon=True).start()
    deadline = time.monotonic() + START
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise Ended(f"did not finish within {seconds:g} s") from None
        if not line:
            raise Ended(f"ended Python ({_reason(process.wait())})")
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict):  # whatever learners' code may write there
            raise Ended("wrote into the channel of the check")
        if "finished" in event:
            return
        if "begin" in event:
            deadline = time.monotonic() + seconds
        yield event


def _collect(stream: IO[str], lines: "queue.SimpleQueue[str]") -> None:
    with suppress(OSError, ValueError):  # the stream is closed when the process has been ended
        while line := stream.readline(LONGEST):
            lines.put(line)
    lines.put("")


def _reason(code: int) -> str:
    if code < 0:
        return f"it crashed with {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"signal {-code}"
    return f"exit code {code}"


def _end(process: "subprocess.Popen[str]") -> None:
    """End the worker and what it may have started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
