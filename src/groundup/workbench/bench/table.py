"""The benchmark's table: rows to Markdown, misses, and the machine they were measured on."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from groundup.workbench.bench.row import LEAST, REPEATS, SIDES, Row, Timing

HEAD = (
    "workload", "ratio (default threads)", "ratio (1 thread)", "targets", "ours (s)", "peer (s)",
    "objective ours / peer", "peak memory ours / peer (MB)", "growth ours / peer",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table: medians, and in brackets the smallest and the largest of the repeats."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    return "\n".join(lines)


def _cells(row: Row) -> Iterator[str]:
    default, single = row.timings[-1], row.timings[0]
    yield row.workload
    for timing in (default, single):
        yield (
            f"**{timing.ratio:.2f}** [{min(timing.ratios):.2f}, {max(timing.ratios):.2f}]"
            if row.equal
            else ("none: the objectives differ")
        )
    yield " / ".join(f"{target:g}" for target in reversed(row.targets))
    yield _spread(default.ours)
    yield f"{_spread(default.peer)} {default.solver}".rstrip()
    yield f"{row.objective['ours']:.10g} / {row.objective['peer']:.10g}"
    yield " / ".join("–" if row.memory[side] is None else f"{row.memory[side]:.0f}" for side in SIDES)
    yield " / ".join(f"n^{row.growth[side]:.2f}" for side in SIDES)


def _spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.3g} [{min(seconds):.3g}, {max(seconds):.3g}]"


def environment() -> str:
    """What the figures were measured on, in one line."""
    import sklearn

    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, NumPy {np.__version__}, "
        f"scikit-learn {sklearn.__version__}; ratio = peer's time / ours, above 1 we are faster; median of {REPEATS} "
        f"interleaved repeats [least, most], {LEAST} where they take long."
    )


def read(out: Path) -> list[Row]:
    """Rows that an earlier benchmark wrote into `out`; none if there are none."""
    file = out / "results.json"
    if not file.exists():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))["rows"]
    return [Row(**row | {"timings": [Timing(**timing) for timing in row["timings"]]}) for row in rows]


def misses(rows: Sequence[Row]) -> list[str]:
    """What does not reach its target, in words."""
    found = []
    for row in rows:
        if not row.equal:
            found.append(f"{row.workload}: objectives differ")
            continue
        found += [
            f"{row.workload}, {timing.threads} thread{'s' * (timing.threads > 1)}: {timing.ratio:.2f} "
            f"instead of {target:g}"
            for timing, target in zip(row.timings, row.targets, strict=True)
            if not timing.ratio >= target
        ]
    return found
