"""The configuration of a pipeline: one TOML file, every key of which is checked."""

from dataclasses import dataclass, field, fields
from pathlib import Path

from groundup.pipeline.settings import at_least, key, line, load, one_of, table, within


@dataclass(frozen=True, kw_only=True)
class Data:
    """What is learned from, and how it is cut."""

    file: str = key("table to learn from: CSV, Parquet or Excel; relative to this file")
    target: str = key("column to predict")
    positive: str = key("class whose probability counts, for two classes; empty: the rarer one", "")
    contract: str = key("what each row must fulfil: a file made by init, to be edited", "contract.toml")
    drop: list[str] = key("columns that are not used", [])
    ordered: dict[str, list[str]] = key("categories with an order, from low to high", {})
    group: str = key("column whose rows belong together: never in training and test at once", "")
    time: str = key("column of times: what is tested is later than what is learned from", "")
    most_rejected: float = key("largest share of rows that may break the contract", 0.05, within(0, 1))


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """From columns to features; learned from training rows only."""

    numbers: str = key("a missing number becomes the", "median", one_of("median", "mean"))
    indicators: bool = key("whether a feature tells that a number was missing", True)
    scale: bool = key("whether numbers are put into standard units", True)
    rare: float = key("categories in a smaller share of the rows count as one", 0.01, within(0, 0.5))
    many: int = key("columns of more categories are encoded by the target", 30, at_least(2))
    words: int = key("most words of a column of text", 1000, at_least(1))


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which model, and how it is found."""

    families: list[str] = key(
        "kinds of models that compete; those of groundup begin with its name",
        ["logistic_regression", "hist_gradient_boosting", "groundup.logistic_regression", "groundup.naive_bayes"],
    )
    search: str = key("how candidates are tried", "random", one_of("random", "halving"))
    candidates: int = key("candidates of each family", 8, at_least(1))
    folds: int = key("folds that choose among candidates", 5, at_least(2))
    outer_folds: int = key(
        "folds that judge the whole search; 0: none", 3, (lambda v: v == 0 or 2 <= v <= 20, "0, or from 2 to 20")
    )
    repeats: int = key("how often the inner folds are drawn", 1, at_least(1))
    metric: str = key(
        "what is made best", "neg_log_loss",
        one_of("neg_log_loss", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "neg_brier_score"),
    )  # fmt: skip
    balance: bool = key("whether rare classes weigh as much as frequent ones", False)
    processes: int = key("candidates that are fitted at once; -1: one a core", -1, (lambda v: v != 0, "not 0"))
    dask: str = key("address of a Dask scheduler; 'local' starts one; empty: none", "")


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How good it is, on rows that no step has seen."""

    held_out: float = key("share of the rows that only the evaluation sees", 0.2, within(0.05, 0.5))
    costs: dict[str, dict[str, float]] = key("costs[truth][decision]; empty: every error costs 1", {})
    level: float = key("confidence of the intervals", 0.95, within(0.5, 0.999))
    resamples: int = key("bootstrap samples of an interval", 500, within(50, 100_000))
    slices: list[str] = key("columns by whose values the scores are told; empty: those of few categories", [])


@dataclass(frozen=True, kw_only=True)
class Serving:
    """Limits of the service."""

    most_rows: int = key("rows in a request", 1000, at_least(1))
    most_bytes: int = key("bytes of a request", 5_000_000, at_least(100))
    seconds: float = key("time-out of a request", 10.0, within(0.01, 3600))
    waiting: int = key("requests that may wait; more are told to come back", 500, at_least(1))
    batch_rows: int = key("rows that are predicted at once", 1000, at_least(1))
    batch_milliseconds: float = key("how long a batch waits for more rows", 2.0, within(0, 1000))


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """When new rows count as different."""

    false_alarms: float = key("probability of an alarm without drift, over all columns", 0.01, within(1e-6, 0.5))
    psi: float = key("population stability index from which a difference matters", 0.1, within(0, 10))
    fewest_rows: int = key("fewer new rows than this tell nothing", 100, at_least(10))


@dataclass(frozen=True, kw_only=True)
class Config:
    """The whole file."""

    data: Data
    preparation: Preparation = field(default_factory=Preparation)
    selection: Selection = field(default_factory=Selection)
    evaluation: Evaluation = field(default_factory=Evaluation)
    serving: Serving = field(default_factory=Serving)
    monitoring: Monitoring = field(default_factory=Monitoring)
    seed: int = key("all random numbers follow from it", 0, within(0, 2**32 - 1))


def read(path: Path) -> Config:
    """Read and check a configuration.

    Parameters
    ----------
    path : Path
        Of a TOML file.

    Raises
    ------
    PipelineError
        For a file that is no TOML, an unknown or missing key, and a value that is not allowed.
    OSError
        For a file that cannot be read.
    """
    found: Config = table(Config, load(path), str(path))
    return found


def write(config: Config) -> str:
    """Return a configuration as a commented TOML file."""
    lines = ["# A pipeline of groundup: what is learned from, how, and what counts as good."]
    single = [one for one in fields(config) if "comment" in one.metadata]
    lines += [line(one, getattr(config, one.name)) for one in single]
    for part in fields(config):
        if part not in single:
            inner = getattr(config, part.name)
            lines += ["", f"[{part.name}]  # {_title(type(inner))}"]
            lines += [line(one, getattr(inner, one.name)) for one in fields(inner)]
    return "\n".join(lines) + "\n"


def _title(kind: type) -> str:
    title = (kind.__doc__ or "").rstrip(".")
    return title[0].lower() + title[1:]
