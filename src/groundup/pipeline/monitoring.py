"""New rows against the training rows: faults, drift of columns and scores, and how good the model is on them.

An alarm without drift has a probability of at most `monitoring.false_alarms`, over all tests together; it is given only
where the difference also is large enough to matter.
"""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.statistics.distributions import normal_quantile
from groundup.core.text import plural
from groundup.pipeline import fingerprint
from groundup.pipeline.artifact import Artifact
from groundup.pipeline.contract import Contract
from groundup.pipeline.drift import Drift, Mean, compare, holm, larger, mean_of, of_share
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.tables import names_of, pieces

if TYPE_CHECKING:
    from pandas import DataFrame

FAULTS = "rows that break the contract"
MOST_LABELS = 20_000  # Rows with labels that scores are computed of; of more, a sample is drawn.
WATCHED = {"log_loss": "log-loss", "cost": "cost"}  # Means whose rise is an alarm: of probabilities, of decisions.


@dataclass(frozen=True)
class Findings:
    """What is found of a file of new rows.

    Parameters
    ----------
    model : str
        Version of the model.
    rows, rejected : int
        Rows of the file, and those that break the contract.
    faults : dict
        How many entries of which column break it.
    drifts : list of Drift
        What each test found; the most remarkable first.
    labels : int
        Rows whose true class is known.
    scores : dict
        By name: ``now`` and ``then``, a value with its interval each; and for those that can be an alarm ``p``,
        ``corrected`` and whether it is ``worse``.
    counts : dict
        The new rows in the bins of the fingerprint.
    """

    model: str
    rows: int
    rejected: int
    faults: dict[str, int]
    drifts: list[Drift]
    labels: int
    scores: dict[str, Any]
    counts: dict[str, Any]

    @property
    def alarms(self) -> list[str]:
        """Each reason for an alarm, in words; none: all is as it was."""
        found = [words(one) for one in self.drifts if one.alarm]
        worse = [name for name in WATCHED if self.scores.get(name, {}).get("worse")]
        return found + [f"{WATCHED[name]} is worse than it was" for name in worse]

    def told(self) -> dict[str, Any]:
        """Return all but the counts, ready for JSON."""
        kept = {name: value for name, value in vars(self).items() if name not in ("counts", "drifts")}
        return {"alarms": self.alarms, **kept, "drifts": [asdict(one) for one in self.drifts]}


def monitor(artifact: Artifact, path: Path) -> Findings:
    """Compare the rows of a file with the training rows.

    Parameters
    ----------
    artifact : Artifact
        The model, with the distributions of its training rows.
    path : Path
        Of a CSV, Parquet or Excel file. Where it has the target, scores are computed of the rows that have an entry
        there. Rows that break the contract are counted, and left out of all else; whether entries are unique is left to
        predictions.

    Raises
    ------
    PipelineError
        For a file that holds no table, has too few rows or lacks columns.
    """
    contract, fewest = _contract(artifact, path), artifact.config.monitoring.fewest_rows
    counts, labels = fingerprint.nothing(artifact.fingerprint, contract.columns), _Labels(artifact)
    total = rejected = 0
    faults: Counter[str] = Counter()
    for piece in pieces(path):
        checked = contract.check(piece.frame)
        faults.update(checked.violations["column"])
        faults.update({"another number of fields": len(piece.broken)} if piece.broken else {})
        total += len(piece.frame) + len(piece.broken)
        rejected += len(piece.frame) - len(checked.frame) + len(piece.broken)
        if len(checked.frame):
            P = artifact.probabilities(checked.frame)
            counts = fingerprint.added(counts, fingerprint.tally(artifact.fingerprint, checked.frame, P))
            labels.add(checked.frame, P)
    if total < fewest:
        raise PipelineError(f"{path}: has {plural(total, 'row')}; fewer than monitoring.fewest_rows = {fewest} tell "
                            "nothing.")  # fmt: skip
    drifts, scores = _judged(artifact, _tests(artifact, counts, total, rejected), labels.scores())
    return Findings(artifact.version, total, rejected, dict(faults.most_common()), drifts, len(labels), scores, counts)


def _contract(artifact: Artifact, path: Path) -> Contract:
    """Return what new rows must fulfil: the features, and the target and group where they are there."""
    if not artifact.fingerprint.get("columns"):
        raise PipelineError(f"{artifact.path}: has no fingerprint of the training rows; train it again.")
    there, data, columns = names_of(path), artifact.config.data, {}
    for name, column in artifact.contract.columns.items():
        if name in artifact.features.columns:
            columns[name] = replace(column, unique=False)
        elif name in (data.target, data.group) and name in there:
            columns[name] = replace(column, unique=False, missing=True)
    return Contract(columns, artifact.contract.missing)


def _tests(artifact: Artifact, counts: dict[str, Any], total: int, rejected: int) -> list[Drift]:
    """Return the tests of all distributions, without their correction."""
    then = artifact.fingerprint
    before = (int(artifact.manifest["rejected"]), int(artifact.manifest["rows"]))
    found = [of_share(FAULTS, "rows", before, (rejected, total - rejected))]
    for name, one in counts["columns"].items():
        tests = compare(name, "values", then["columns"][name], one)
        found += tests if name != artifact.config.data.target else [one for one in tests if one.what == "values"]
    for k, one in counts["scores"].items():
        found += compare(f"probability of {artifact.classes[int(k)]}", "scores", then["scores"][k], one)
    return found


def _judged(artifact: Artifact, tests: list[Drift], scores: dict[str, Any]) -> tuple[list[Drift], dict[str, Any]]:
    """Return tests, the most remarkable first, and scores, corrected for the number of all of them together."""
    limits, watched = artifact.config.monitoring, [name for name, one in scores.items() if "p" in one]
    corrected = holm([one.p for one in tests] + [scores[name]["p"] for name in watched]).tolist()
    judged = [
        replace(one, corrected=p, alarm=p <= limits.false_alarms and one.psi > limits.psi)
        for one, p in zip(tests, corrected)
    ]
    worse = {
        name: {**scores[name], "corrected": p, "worse": p <= limits.false_alarms}
        for name, p in zip(watched, corrected[len(tests) :])
    }
    return sorted(judged, key=lambda one: (not one.alarm, one.corrected, -one.psi)), {**scores, **worse}


class _Labels:
    """Rows whose true class is known, and their probabilities."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact, self.classes = artifact, list(map(str, artifact.metrics.get("classes", artifact.classes)))
        self.y: list[np.ndarray] = []
        self.P: list[np.ndarray] = []
        self.groups: list[np.ndarray] = []

    def __len__(self) -> int:
        return sum(map(len, self.y))

    def add(self, frame: "DataFrame", P: np.ndarray) -> None:
        """Remember the rows of a piece that have a known class."""
        data = self.artifact.config.data
        if data.target not in frame:
            return
        places = {name: k for k, name in enumerate(self.classes)}
        y = frame[data.target].map(places, na_action="ignore").to_numpy(np.float64, na_value=np.nan)
        known = ~np.isnan(y)
        self.y.append(y[known].astype(np.int64))
        self.P.append(P[known][:, [self.artifact.classes.index(name) for name in self.classes]])
        if data.group in frame:
            self.groups.append(frame[data.group].to_numpy().astype(str)[known])

    def scores(self) -> dict[str, Any]:
        """Return the scores with intervals, and those of the rows that were held out of the training."""
        from groundup.pipeline.evaluation.curves import calibration_error
        from groundup.pipeline.evaluation.intervals import Resamples, bootstrap
        from groundup.pipeline.evaluation.scores import SCORES, SMOOTH, decide, log_losses

        artifact, how = self.artifact, self.artifact.config.evaluation
        y = np.concatenate([np.empty(0, dtype=np.int64), *self.y])
        if len(np.unique(y)) < 2 or len(y) < artifact.config.monitoring.fewest_rows:
            return {}
        chosen = np.random.default_rng(artifact.config.seed).permutation(len(y))[:MOST_LABELS]
        y, P = y[chosen], np.concatenate(self.P)[chosen]
        groups = np.concatenate(self.groups)[chosen] if self.groups else None
        order = [artifact.classes.index(name) for name in self.classes]
        costs = np.array(artifact.manifest["costs"], dtype=np.float64)[np.ix_(order, order)]
        decisions = decide(P, costs)

        def all_scores(rows: np.ndarray) -> dict[str, float]:
            return {name: SCORES[name].of(y[rows], P[rows], decisions[rows], costs) for name in SMOOTH}

        resamples = Resamples(y, groups, how.resamples, artifact.config.seed)
        now = bootstrap(all_scores, resamples, how.level)
        now["calibration_error"] = calibration_error(y, P, resamples, how.level)
        then = artifact.metrics.get("scores", {})
        found: dict[str, Any] = {name: {"now": now[name], "then": then.get(name)} for name in SCORES}
        for name, losses in zip(WATCHED, (log_losses(y, P), costs[y, decisions])):
            if before := _mean(then.get(name), how.level, artifact.metrics.get("rows", 0)):
                found[name]["p"] = larger(mean_of(losses, groups), before)
        return found


def _mean(one: dict[str, Any] | None, level: float, rows: int) -> Mean | None:
    """Return a score of the training as a mean with its standard error, where there is an interval."""
    if one is None or None in one.values():
        return None
    return Mean(one["value"], (one["high"] - one["low"]) / (2 * float(normal_quantile((1 + level) / 2))), rows)


def words(one: Drift) -> str:
    """Return what a test found, in words."""
    what = "" if one.what in ("values", "scores", "rows") else f", {one.what}"
    return f"{one.name}{what} (PSI {one.psi:.2f}, corrected p = {one.corrected:.2g}, {one.test})"
