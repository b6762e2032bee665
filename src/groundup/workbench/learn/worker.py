"""The subprocess in which a learner's file runs: ``python -I worker.py``, a job as JSON on standard input.

It writes one JSON object a line to what was standard output when it began. What the learner's code prints goes
elsewhere, and what it imports is NumPy and the standard library. The parent process keeps the time.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any

MEMORY = 3 * 2**30  # bytes of address space
PROCESSOR_SECONDS = 3_600  # after which the process ends even if its parent is gone


def main() -> None:
    """Do the job that standard input describes."""
    job = json.loads(sys.stdin.readline())
    sys.path[:0] = [path for path in job["own"] if path not in sys.path]
    sys.path += [path for path in job["numpy"] if path not in sys.path]
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")  # before anything can print to it
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)

    from groundup.workbench.learn.sitting import sit

    def tell(event: dict[str, Any]) -> None:
        channel.write(json.dumps(event) + "\n")
        channel.flush()

    limit_resources()
    sit(job, tell)
    os._exit(0)  # without what the learner's code has left to be done at the end


def limit_resources() -> None:
    """Let a function that needs too much memory fail instead of slowing the machine down; not on Windows."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
    ):
        with suppress(ValueError, OSError):  # a lower limit holds already, or the system has none
            resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
