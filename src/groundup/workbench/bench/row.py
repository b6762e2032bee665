"""One row of the benchmark table, and how it is measured."""

from dataclasses import dataclass
from statistics import median

REPEATS = 7  # Pairs timed for each number of threads.
GROWTH_REPEATS = 3  # Pairs timed at each size, for the growth.
TRIALS = 2  # Fits with each of the peer's solvers, to find the fastest.
LEAST = 3  # Pairs timed of a workload that takes long.
LONG = 20.0  # Seconds that all pairs together may take before a workload counts as long.
REST = 0.1  # Seconds before each fit: the other side's threads wait for work, spinning, for some 30 ms.
SIDES = ("ours", "peer")


@dataclass(frozen=True)
class Timing:
    """Seconds of both sides with some number of threads; lists have an entry a repeat.

    `solver` is the fastest of the peer's solvers, where the workload names several.
    """

    threads: int
    ours: list[float]
    peer: list[float]
    solver: str = ""

    @property
    def ratios(self) -> list[float]:
        """Peer's time / ours, pair by pair: above 1 we are faster."""
        return [b / a for a, b in zip(self.ours, self.peer, strict=True)]

    @property
    def ratio(self) -> float:
        """Median of the pairs' ratios."""
        return median(self.ratios)


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Parameters
    ----------
    project, workload : str
        What was timed.
    n : int
        Rows.
    objective : dict of str to float
        What both sides minimise, reached by "ours" and by "peer".
    equal : bool
        Whether the objectives agree within the workload's tolerance; if not, no ratio is given.
    targets : list of float
        Ratio that the row is meant to reach with each number of threads, in the order of `timings`.
    timings : list of Timing
        With one thread and with the default number.
    memory : dict of str to (float or None)
        Peak memory above the data's, in MB, of each side; None where the system does not tell.
    growth : dict of str to float
        Exponent of the time against n, of each side.
    """

    project: str
    workload: str
    n: int
    objective: dict[str, float]
    equal: bool
    targets: list[float]
    timings: list[Timing]
    memory: dict[str, float | None]
    growth: dict[str, float]
