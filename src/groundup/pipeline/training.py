"""From a configuration to an artifact: every step of a training, in its order.

The rows that are held out are cut off first and meet the model once, at the end; all that is chosen, calibrated or
looked at on the way comes from the others.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline import artifact as artifacts
from groundup.pipeline import calibration, fingerprint
from groundup.pipeline import config as configuration
from groundup.pipeline import contract as contracts
from groundup.pipeline import costs as costing
from groundup.pipeline.artifact import Artifact
from groundup.pipeline.cluster import cluster
from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation import explanation, leakage
from groundup.pipeline.evaluation.comparison import against_second
from groundup.pipeline.evaluation.curves import best_threshold, costs_at
from groundup.pipeline.evaluation.judgement import judge
from groundup.pipeline.evaluation.outer import nested_scores
from groundup.pipeline.evaluation.words import card, doubts, summary
from groundup.pipeline.families import family
from groundup.pipeline.fits import Candidate, Fits, aligned, classes_of, codes_of, target_of, weights_of, whole
from groundup.pipeline.journal import SUFFIX, Journal, hash_of
from groundup.pipeline.rows import Rows, check_columns, read, refuse_many
from groundup.pipeline.search import Found, candidates, inner_folds, nested, search, told
from groundup.pipeline.splits import hold_out

if TYPE_CHECKING:
    from pandas import DataFrame

REJECTED, PAGE = "rejected.csv", "evaluation.html"
Report = Callable[[str], Any]


@dataclass(frozen=True)
class Chosen:
    """The model, and how it came about.

    Parameters
    ----------
    model : object
        From columns to probabilities.
    found : Found
        The search.
    calibration : dict
        The method, and the log-loss in folds with and without.
    threshold : dict
        Of the decisions, for two classes.
    """

    model: Any
    found: Found
    calibration: dict[str, Any]
    threshold: dict[str, Any]


def train(config_path: Path, out: Path, report: Report = print) -> Artifact:
    """Train a classifier, judge it, and write the artifact.

    Parameters
    ----------
    config_path : Path
        Of the configuration.
    out : Path
        Directory of the artifact; what a killed training has done is kept next to it and used again.
    report : callable, default=print
        ``report(line)`` is told of the progress.

    Returns
    -------
    artifact : Artifact
        As it is read back from the disk, so that hashes and trusted classes have been checked.

    Raises
    ------
    PipelineError
        For a configuration, contract or table that cannot be used.
    OSError
        Where files cannot be read or written; an earlier artifact is left as it was.
    """
    config = configuration.read(config_path)
    path, folder = config_path.parent / config.data.file, config_path.parent
    contract = contracts.read(folder / config.data.contract)
    check_columns(config, contract)
    candidates(config)  # refuses families that there are not, before the table is read
    artifacts.refuse_others(out)
    rows = read(path, contract)
    refuse_many(rows, config.data.most_rejected, path)
    report(f"rows: {rows.total:,} read, {rows.rejected:,} rejected")
    config = _settled(config, rows.frame)
    classes = classes_of(config, rows.frame)
    costs = costing.matrix(config, classes)
    learned, tested = hold_out(config, rows.frame)
    training, held_out = rows.frame.iloc[learned], rows.frame.iloc[tested]
    report(f"split: {len(training):,} rows to learn from, {len(held_out):,} held out")
    _say_balance(config, report)
    journal = Journal(out.with_name(out.name + SUFFIX), _basis(config, contract, training))
    fits = Fits(config, contract, training, journal, report)
    with cluster(config):
        chosen = _choose(fits, classes, costs)
        metrics = _judged(fits, rows, held_out, chosen, classes, costs)
    report(f"fits: {fits.done['fitted']} made, {fits.done['kept']} taken from {journal.folder}")
    _write(out, rows, fits, held_out, chosen, metrics, classes, costs)
    journal.remove()
    return artifacts.load(out)


def _settled(config: Config, frame: "DataFrame") -> Config:
    """Return the configuration with the positive class named."""
    found, counts = np.unique(target_of(config, frame), return_counts=True)
    names, positive = found.tolist(), config.data.positive
    if len(names) < 2:
        raise PipelineError(f"data.target: all rows are of class {names[0]!r}.")
    if positive and len(names) > 2:
        raise PipelineError(f"data.positive: there are {len(names)} classes, of which none is the positive one; leave "
                            "it empty.")  # fmt: skip
    if positive and positive not in names:
        raise PipelineError(f"data.positive: {positive!r} is no class; there are {', '.join(map(repr, names))}.")
    if not positive and len(names) == 2:
        positive = names[1] if counts[1] <= counts[0] else names[0]
    return replace(config, data=replace(config.data, positive=positive, contract=artifacts.CONTRACT))


def _basis(config: Config, contract: Contract, frame: "DataFrame") -> str:
    """Return a hash of all that every fit follows from."""
    data = replace(config.data, file="", most_rejected=0.0)
    how = config.selection
    said = repr((data, config.preparation, how.metric, how.balance, config.seed))
    return hash_of(frame, said, contracts.write(contract), *(version(name) for name in artifacts.MEASURED))


def _say_balance(config: Config, report: Report) -> None:
    """Say which families do not weigh rare classes, where that was asked for."""
    from groundup.pipeline.fits import model_of

    if config.selection.balance:
        for name in config.selection.families:
            target = np.array(["a", "a", "b"])
            if not family(name).balanced and weights_of(config, model_of(config, Candidate(name)), target) is None:
                report(f"note: {name} has no weights: selection.balance changes nothing there")


def _choose(fits: Fits, classes: list[str], costs: np.ndarray) -> Chosen:
    """Search, calibrate and fit the best candidate on all rows to learn from."""
    config, frame, report = fits.config, fits.frame, fits.report
    found = search(fits, [np.arange(len(frame))], "search")[0]
    report(f"best: {found.best.words()}, {config.selection.metric} {found.results[0].mean:.4f} in folds")
    splits = inner_folds(fits)
    places, P = fits.out_of_fold(found.best, splits, "probabilities in folds")
    y = codes_of(target_of(config, frame)[places], classes)
    ends = np.cumsum([len(tested) for _, tested in splits])
    method, losses = calibration.choose(y, P, np.split(np.arange(len(y)), ends[:-1]))
    report(f"calibration: {method or 'none'}; log-loss in folds " +
           ", ".join(f"{loss:.4f} ({name})" for name, loss in losses.items()))  # fmt: skip
    model = whole(config, fits.contract, frame, found.best)
    if method:
        order = codes_of([str(name) for name in model.classes_], classes)
        ours = np.argsort(order)[y]  # places of the classes in the model's order
        model = calibration.Calibrated(model, calibration.ProbabilityMap(method).fit(P[:, order], ours))
        P = calibration.ProbabilityMap(method).fit(P, y).transform(P)
    return Chosen(model, found, {"method": method or "none", "log_loss": losses}, _threshold(y, P, costs))


def _threshold(y: np.ndarray, P: np.ndarray, costs: np.ndarray) -> dict[str, Any]:
    """Return the threshold that the costs imply, and the one that would have been best in folds."""
    used = costing.threshold(costs)
    if used is None:
        return {}
    best = best_threshold(y, P[:, 1], costs)
    at = costs_at(y, P[:, 1], costs, np.array([used, best]))
    return {"used": used, "best_in_folds": best, "cost_in_folds": float(at[0]), "least_cost_in_folds": float(at[1])}


def _judged(
    fits: Fits, rows: Rows, held_out: "DataFrame", chosen: Chosen, classes: list[str], costs: np.ndarray
) -> dict[str, Any]:
    """Return all that is told of the model: first what needs no rows held out, then, once, what does."""
    config, contract, frame, report = fits.config, fits.contract, fits.frame, fits.report
    columns, splits, best = explanation.used(config, contract), inner_folds(fits), chosen.found.best
    report("leakage: shuffled classes, single columns, order of the rows")
    leaks = {
        "shuffled": leakage.shuffled(fits, best, splits),
        "columns": leakage.single_columns(config, contract, frame),
        "order": leakage.order(config, frame),
        "numbering": leakage.numbering(contract, frame, columns),
        "repeated": leakage.repeated(frame, held_out, columns),
    }
    curve = explanation.learning_curve(fits, best, splits)
    outer = nested_scores(fits, *nested(fits), classes) if config.selection.outer_folds else None
    report("evaluation: on the rows that were held out")
    shares = (np.bincount(codes_of(target_of(config, frame), classes)) / len(frame)).tolist()

    @explanation.quietly
    def probabilities(some: "DataFrame") -> np.ndarray:
        return aligned(chosen.model.predict_proba(some), chosen.model.classes_, classes)

    P = probabilities(held_out)
    made = judge(config, contract, held_out, P, classes, costs, shares)
    matter = explanation.importance(config, held_out, probabilities, columns, classes)
    certain = [one["column"] for one in matter if one["low"] > 0]
    made |= {
        "training_rows": len(frame),
        "rejected": rows.rejected,
        "model": {"family": best.family, "values": json.loads(json.dumps(dict(best.values)))},
        "metric": config.selection.metric,
        "search": told(chosen.found),
        "nested": outer,
        "calibrated": chosen.calibration,
        "threshold": chosen.threshold,
        "second": against_second(fits, held_out, P, chosen.found.second, classes, costs),
        "learning_curve": curve,
        "importance": matter,
        "dependence": explanation.dependence(config, contract, held_out, probabilities, certain, classes),
        "leakage": leaks,
    }
    made["doubts"] = doubts(config, made)
    made["summary"] = summary(config, made)
    return made


def _write(
    out: Path, rows: Rows, fits: Fits, held_out: "DataFrame", chosen: Chosen, metrics: dict[str, Any],
    classes: list[str], costs: np.ndarray,
) -> None:  # fmt: skip
    from groundup.pipeline.report import page

    config, contract, frame = fits.config, fits.contract, fits.frame
    created = datetime.now(UTC).isoformat(timespec="seconds")
    order = codes_of([str(name) for name in chosen.model.classes_], classes)
    unseen = np.asarray(chosen.model.predict_proba(held_out), dtype=np.float64)
    files = {
        artifacts.CONFIG: configuration.write(config),
        artifacts.CONTRACT: contracts.write(contract),
        artifacts.METRICS: json.dumps(metrics, indent=1),
        artifacts.FINGERPRINT: json.dumps(fingerprint.of(frame, unseen, config, contract)),
        artifacts.CARD: card(config, contract, metrics, created),
        PAGE: page(config, metrics, created),
    }
    if rows.rejected:
        files[REJECTED] = rows.violations.to_csv(index=False)
    manifest = {
        "created": created,
        "rows": len(frame),
        "rejected": rows.rejected,
        "costs": costs[np.ix_(order, order)].tolist(),
    }
    fits.report(f"writing {out}")
    artifacts.write(out, chosen.model, files, manifest)
