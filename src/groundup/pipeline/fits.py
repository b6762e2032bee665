"""Fits on some rows and scores on others: the work of every search and check, in parallel and kept in a journal."""

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.pipeline.cluster import workers
from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.families import family
from groundup.pipeline.journal import Journal

if TYPE_CHECKING:
    from pandas import DataFrame

CHUNK = 4  # Candidates of a family that are sent to a process at once; a killed training loses at most these.
FAILURES = (ValueError, ArithmeticError, np.linalg.LinAlgError, MemoryError)  # A candidate that fails is out.
PREPARED: dict[str, Any] = {}  # Features of the last rows: the tasks of a fold follow each other.
PAUSE = 3.0  # Seconds between two lines of progress.


@dataclass(frozen=True)
class Candidate:
    """A family of models with hyper-parameters.

    Parameters
    ----------
    family : str
        Its name in the configuration, or "dummy" for the shares of the classes.
    values : tuple of (str, object)
        Hyper-parameters that differ from the family's defaults.
    """

    family: str
    values: tuple[tuple[str, Any], ...] = ()

    def words(self) -> str:
        """Return it for a person."""
        said = ", ".join(f"{name}={v:.3g}" if isinstance(v, float) else f"{name}={v}" for name, v in self.values)
        return f"{self.family} ({said or 'defaults'})"


@dataclass(frozen=True, eq=False)
class Task:
    """A fit of a candidate on some rows, and its score on others.

    Parameters
    ----------
    candidate : Candidate
        What is fitted.
    learned, tested : array of int
        Places of the rows.
    keep : bool, default=False
        Whether the probabilities of the tested rows are kept besides their score.
    shuffled : bool, default=False
        Whether the classes of all rows are shuffled first, so that there is nothing to learn.
    """

    candidate: Candidate
    learned: np.ndarray
    tested: np.ndarray
    keep: bool = False
    shuffled: bool = False


@dataclass(frozen=True)
class Fits:
    """The rows to learn from, and all fits that are made on them.

    Parameters
    ----------
    config, contract
        Of the pipeline.
    frame : DataFrame
        Rows that are not held out.
    journal : Journal
        Where results are kept.
    report : callable
        ``report(line)`` is told of the progress.
    """

    config: Config
    contract: Contract
    frame: "DataFrame"
    journal: Journal
    report: Callable[[str], Any]
    done: dict[str, int] = field(default_factory=lambda: {"fitted": 0, "kept": 0})

    def of(self, tasks: Sequence[Task], what: str) -> list[dict[str, Any]]:
        """Run tasks that have no result, and return the results of all in their order.

        A result holds ``score`` (larger is better, None after an error), ``seconds``, ``error`` and, if asked for,
        ``probabilities``.

        Parameters
        ----------
        tasks : sequence of Task
            Those of the same rows and family should follow each other: they share the preparation.
        what : str
            What this is, for the lines of progress.
        """
        from joblib import Parallel, delayed

        keys = [self._key(task) for task in tasks]
        results = {key: found for key in keys if (found := self.journal.get(key)) is not None}
        self.done["kept"] += len(results)
        if results:
            self.report(f"{what}: {len(results)} of {len(keys)} fits are in {self.journal.folder}")
        waiting = [(key, task) for key, task in zip(keys, tasks) if key not in results]
        chunks = list(_chunks(waiting))
        last = time.monotonic()
        with workers(self.config, self.frame) as options:
            jobs = (
                delayed(run)(
                    number, self._rows(chunk[0][1]), self.config, self.contract, self.frame, [t for _, t in chunk]
                )
                for number, chunk in enumerate(chunks)
            )
            for number, made in Parallel(return_as="generator_unordered", **options)(jobs) if chunks else ():
                for (key, _), result in zip(chunks[number], made):
                    self.journal.put(key, result)
                    results[key] = result
                self.done["fitted"] += len(made)
                if time.monotonic() - last > PAUSE:
                    last = time.monotonic()
                    self.report(f"{what}: {len(results)} of {len(keys)} fits")
        PREPARED.clear()
        return [results[key] for key in keys]

    def _rows(self, task: Task) -> str:
        return self.journal.key(task.shuffled, task.learned, task.tested)

    def _key(self, task: Task) -> str:
        settings = [task.candidate.family, task.candidate.values, task.keep, task.shuffled]
        return self.journal.key(settings, task.learned, task.tested)

    def out_of_fold(self, candidate: Candidate, splits: Sequence[Any], what: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the probabilities of a candidate for rows that it has not learned from.

        Parameters
        ----------
        candidate : Candidate
            What is fitted, once a fold.
        splits : sequence of (learned, tested)
            The folds.
        what : str
            For the lines of progress.

        Returns
        -------
        rows : array of int, shape (m,)
            Places of the tested rows, fold after fold.
        probabilities : array of shape (m, K)

        Raises
        ------
        PipelineError
            Where a fit fails.
        """
        found = self.of([Task(candidate, learned, tested, keep=True) for learned, tested in splits], what)
        failed = [one["error"] for one in found if one["error"]]
        if failed:
            raise PipelineError(f"{candidate.words()} could not be fitted: {failed[0]}")
        rows = np.concatenate([tested for _, tested in splits])
        return rows, np.concatenate([np.array(one["probabilities"], dtype=np.float64) for one in found])


def model_of(config: Config, candidate: Candidate) -> Any:
    """Return the candidate as an estimator that is not fitted."""
    if candidate.family == "dummy":
        from sklearn.dummy import DummyClassifier

        return DummyClassifier(strategy="prior")
    kind = family(candidate.family)
    balanced = {kind.balanced: "balanced"} if config.selection.balance and kind.balanced else {}
    return kind.make(config.seed).set_params(**dict(candidate.values), **balanced)


def weights_of(config: Config, model: Any, target: np.ndarray) -> np.ndarray | None:
    """Return weights that make the classes weigh the same, where they are asked for and the model has no other way."""
    from sklearn.utils.class_weight import compute_sample_weight
    from sklearn.utils.validation import has_fit_parameter

    balanced = getattr(model, "class_weight", None) == "balanced"
    if not config.selection.balance or balanced or not has_fit_parameter(model, "sample_weight"):
        return None
    return np.asarray(compute_sample_weight("balanced", target))


def whole(config: Config, contract: Contract, frame: "DataFrame", candidate: Candidate) -> Any:
    """Return preparation and model as one pipeline, fitted on all rows of a table."""
    from sklearn.pipeline import Pipeline

    from groundup.pipeline.preparation import preparation

    target, model = target_of(config, frame), model_of(config, candidate)
    weights = weights_of(config, model, target)
    made = Pipeline([("preparation", preparation(config, contract, frame)), ("model", model)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made.fit(frame, target, **({} if weights is None else {"model__sample_weight": weights}))


def target_of(config: Config, frame: "DataFrame") -> np.ndarray:
    """Return the classes of rows, as text."""
    return frame[config.data.target].to_numpy().astype(str)


def classes_of(config: Config, frame: "DataFrame") -> list[str]:
    """Return the different classes in their order; of two, the positive one is the second."""
    found = [str(name) for name in np.unique(target_of(config, frame))]
    return found[::-1] if len(found) == 2 and found[0] == config.data.positive else found


def codes_of(target: Iterable[str], classes: Sequence[str]) -> np.ndarray:
    """Return the places of classes in their order."""
    places = {name: k for k, name in enumerate(classes)}
    return np.array([places[name] for name in target], dtype=np.int64)


def aligned(probabilities: np.ndarray, known: Iterable[Any], classes: Iterable[Any]) -> np.ndarray:
    """Return probabilities with a column for each class, 0 for those that a model does not know."""
    names = [str(name) for name in classes]
    found = np.zeros((len(probabilities), len(names)))
    found[:, [names.index(str(name)) for name in known]] = probabilities
    return found


def run(number: int, rows: str, config: Config, contract: Contract, frame: "DataFrame", tasks: Sequence[Task]) -> Any:
    """Run tasks that share their rows.

    Parameters
    ----------
    number : int
        It is returned, for results come back in any order.
    rows : str
        A name of the rows, under which the process remembers their features for the next tasks.
    config, contract, frame
        As in `Fits`.
    tasks : sequence of Task
        They have the same `learned`, `tested` and `shuffled`.

    Returns
    -------
    number : int
        As given.
    results : list of dict
        As in `Fits.of`.
    """
    from joblib import parallel_config

    classes, target = classes_of(config, frame), target_of(config, frame)
    if tasks[0].shuffled:
        target = np.random.default_rng(config.seed).permutation(target)
    with warnings.catch_warnings(), parallel_config("sequential"):  # else the steps within go to the cluster, too
        warnings.simplefilter("ignore")
        try:
            features, others = PREPARED.get(rows) or _prepared(config, contract, frame, tasks[0], target)
        except FAILURES as error:
            return number, [_failed(error) for _ in tasks]
        PREPARED.clear()
        PREPARED[rows] = features, others
        return number, [_result(config, task, features, others, target, classes) for task in tasks]


def _prepared(config: Config, contract: Contract, frame: "DataFrame", task: Task, target: np.ndarray) -> Any:
    """Return the features of the rows to learn from, and of those that are tested."""
    from groundup.pipeline.preparation import preparation

    learned = frame.iloc[task.learned]
    steps = preparation(config, contract, learned)
    return steps.fit_transform(learned, target[task.learned]), steps.transform(frame.iloc[task.tested])


def _result(
    config: Config, task: Task, features: Any, others: Any, target: np.ndarray, classes: list[str]
) -> dict[str, Any]:
    from groundup.pipeline.evaluation.scores import objective

    start = time.perf_counter()
    try:
        model = model_of(config, task.candidate)
        weights = weights_of(config, model, target[task.learned])
        model.fit(features, target[task.learned], **({} if weights is None else {"sample_weight": weights}))
        probabilities = aligned(model.predict_proba(others), model.classes_, classes)
        score = objective(config.selection.metric, codes_of(target[task.tested], classes), probabilities)
    except FAILURES as error:
        return _failed(error)
    if not np.isfinite(probabilities).all() or not np.isfinite(score):
        return _failed(ValueError("its probabilities or their score are no numbers"))
    kept = {"probabilities": probabilities.tolist()} if task.keep else {}
    return {"score": score, "error": "", "seconds": time.perf_counter() - start, **kept}


def _failed(error: Exception) -> dict[str, Any]:
    return {"score": None, "error": f"{type(error).__name__}: {error}", "seconds": 0.0}


def _chunks(waiting: Sequence[tuple[str, Task]]) -> Iterator[list[tuple[str, Task]]]:
    def rows(one: tuple[str, Task]) -> Any:
        return id(one[1].learned), id(one[1].tested), one[1].shuffled, one[1].candidate.family

    for _, group in groupby(waiting, rows):
        members = list(group)
        yield from (members[start : start + CHUNK] for start in range(0, len(members), CHUNK))
