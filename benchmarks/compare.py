"""Say which workloads have lost speed against their peer between two runs of the benchmark.

python benchmarks/compare.py OLD/results.json NEW/results.json
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

FALL = 0.2  # share of its ratio that a workload may lose: less is what a shared machine does from run to run


def ratios(results: dict[str, Any]) -> dict[str, float | None]:
    """Peer's time over ours, by workload and number of threads; None where the objectives differ."""
    return {
        f"{row['workload']}, {timing['threads']} thread{'s' * (timing['threads'] > 1)}": _ratio(timing)
        if row["equal"]
        else None
        for row in results["rows"]
        for timing in row["timings"]
    }


def _ratio(timing: dict[str, Any]) -> float:
    return median(peer / ours for ours, peer in zip(timing["ours"], timing["peer"], strict=True))


def notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What is worse in `new`, one sentence a workload and number of threads."""
    before, after = ratios(old), ratios(new)
    for name, ratio in before.items():
        if name not in after:
            yield f"{name}: not measured any more"
        elif after[name] is None and ratio is not None:
            yield f"{name}: the objectives differ now"
        elif ratio is not None and after[name] < (1 - FALL) * ratio:
            yield f"{name}: ratio fell from {ratio:.2f} to {after[name]:.2f}"


def main() -> None:
    """Print the notes; as annotations where GitHub runs this."""
    old, new = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    mark = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
    for note in notes(old, new):
        print(f"{mark}{note}")


if __name__ == "__main__":
    main()
