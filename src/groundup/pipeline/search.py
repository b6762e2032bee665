"""The search for a model: candidates of several families against each other, in folds of the rows to learn from.

Random search fits every candidate on all folds; halving gives few rows to all and all rows to the best. Around the
search, nested cross-validation repeats it without the rows of an outer fold, and scores its choice on them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.pipeline.config import Config
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.families import family
from groundup.pipeline.fits import Candidate, Fits, Task, target_of
from groundup.pipeline.splits import Split, folds

FACTOR = 3  # Halving keeps one candidate in three and gives it three times the rows.
FEWEST = 30  # Rows of each class, on average, that a candidate learns from at least.


@dataclass(frozen=True)
class Result:
    """How a candidate did.

    Parameters
    ----------
    candidate : Candidate
        What was fitted.
    share : float
        The share of the rows to learn from that it had.
    scores : tuple of float
        One a fold; larger is better. Empty after an error.
    seconds : float
        Mean time of a fit.
    error : str
        Why it could not be fitted.
    """

    candidate: Candidate
    share: float
    scores: tuple[float, ...]
    seconds: float
    error: str = ""

    @property
    def rank(self) -> tuple[float, float]:
        """What is larger for a better candidate."""
        return self.share, self.mean

    @property
    def mean(self) -> float:
        """Mean of the scores."""
        return float(np.mean(self.scores)) if self.scores else -np.inf


@dataclass(frozen=True)
class Found:
    """What a search found.

    Parameters
    ----------
    results : tuple of Result
        The best first; each candidate with the most rows that it had.
    """

    results: tuple[Result, ...]

    @property
    def best(self) -> Candidate:
        """The winner."""
        return self.results[0].candidate

    @property
    def second(self) -> Candidate | None:
        """The best candidate of another family."""
        others = (one.candidate for one in self.results if one.scores and one.candidate.family != self.best.family)
        return next(others, None)


def candidates(config: Config) -> list[Candidate]:
    """Return the candidates: of each family its defaults, and others drawn at random.

    They are a function of the seed, so that a search that is resumed has the same ones, and those of a family do not
    depend on the other families.

    Raises
    ------
    PipelineError
        For a family that there is not, or none at all.
    """
    from sklearn.model_selection import ParameterSampler

    if not config.selection.families:
        raise PipelineError("selection.families names no family of models.")
    found = []
    for name in dict.fromkeys(config.selection.families):
        space = family(name).space
        seed = int.from_bytes(hashlib.sha256(f"{config.seed} {name}".encode()).digest()[:4], "big")
        listed = all(isinstance(one, list) for one in space.values())
        most = int(np.prod([len(one) for one in space.values()])) if listed else config.selection.candidates
        drawn = ParameterSampler(space, min(config.selection.candidates - 1, most), random_state=seed)
        found.append(Candidate(name))
        found += [Candidate(name, tuple((key, _plain(value)) for key, value in one.items())) for one in drawn]
    return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def search(fits: Fits, parts: Sequence[np.ndarray], what: str) -> list[Found]:
    """Search for the best candidate within several sets of rows at once.

    Parameters
    ----------
    fits : Fits
        The rows and what is done with them.
    parts : sequence of arrays of int
        Places of the rows of each search.
    what : str
        For the lines of progress.

    Returns
    -------
    found : list of Found
        One a search.

    Raises
    ------
    PipelineError
        Where no candidate could be fitted.
    """
    config = fits.config
    everything = candidates(config)
    splits = [_inner(config, fits, rows) for rows in parts]
    left = [list(everything) for _ in parts]
    known: list[dict[Candidate, Result]] = [{} for _ in parts]
    shares = _shares(fits, len(everything), min(len(learned) for pairs in splits for learned, _ in pairs))
    for turn, share in enumerate(shares):
        tasks, owners = [], []
        for k, pairs in enumerate(splits):
            for learned, tested in pairs:
                few = subsample(fits, learned, share)
                tasks += [Task(one, few, tested) for one in left[k]]
                owners += [(k, one) for one in left[k]]
        rung = f"{what}, {share:.0%} of the rows" if len(shares) > 1 else what
        gathered: dict[tuple[int, Candidate], list[Any]] = {}
        for owner, result in zip(owners, fits.of(tasks, rung)):
            gathered.setdefault(owner, []).append(result)
        for (k, one), results in gathered.items():
            known[k][one] = _result(one, share, results)
        for k in range(len(parts)):
            ranked = sorted((known[k][one] for one in left[k]), key=lambda one: one.rank, reverse=True)
            keep = -(-len(ranked) // FACTOR) if turn + 1 < len(shares) else len(ranked)
            left[k] = [one.candidate for one in ranked[:keep]]
    found = [Found(tuple(sorted(one.values(), key=lambda r: r.rank, reverse=True))) for one in known]
    for first in (one.results[0] for one in found):
        if not first.scores:
            raise PipelineError(f"no candidate could be fitted; the first one, {first.candidate.words()}, failed with "
                                f"{first.error}")  # fmt: skip
    return found


def nested(fits: Fits, what: str = "nested cross-validation") -> tuple[list[Split], list[Found]]:
    """Repeat the search without the rows of each outer fold.  eq. classification_pipeline:nested

    Returns
    -------
    splits : list of (learned, tested)
        The outer folds.
    found : list of Found
        What the search chose without the tested rows of each.
    """
    outer = list(folds(fits.config, fits.frame, fits.config.selection.outer_folds))
    return outer, search(fits, [learned for learned, _ in outer], what)


def subsample(fits: Fits, rows: np.ndarray, share: float) -> np.ndarray:
    """Return a share of some rows, of each class alike; a larger share holds a smaller one's rows."""
    if share >= 1:
        return rows
    rng, target = np.random.default_rng(fits.config.seed), target_of(fits.config, fits.frame)[rows]
    kept = []
    for name in np.unique(target):
        places = rng.permutation(np.flatnonzero(target == name))
        kept.append(places[: max(2, round(share * len(places)))])
    return rows[np.sort(np.concatenate(kept))]


def inner_folds(fits: Fits) -> list[Split]:
    """Return folds of all rows, in which each is tested at most once."""
    return list(folds(fits.config, fits.frame, fits.config.selection.folds))


def _inner(config: Config, fits: Fits, rows: np.ndarray) -> list[Split]:
    how = config.selection
    return [
        (rows[learned], rows[tested])
        for learned, tested in folds(config, fits.frame.iloc[rows], how.folds, how.repeats)
    ]


def _shares(fits: Fits, number: int, rows: int) -> list[float]:
    """Return the shares of the rows that the candidates have in each turn."""
    if fits.config.selection.search == "random":
        return [1.0]
    shares, classes = [1.0], len(np.unique(target_of(fits.config, fits.frame)))
    while number > FACTOR and shares[0] / FACTOR * rows >= FEWEST * classes:
        number, shares = -(-number // FACTOR), [shares[0] / FACTOR, *shares]
    return shares


def _result(candidate: Candidate, share: float, results: Sequence[Any]) -> Result:
    errors = [one["error"] for one in results if one["score"] is None]
    scores = () if errors else tuple(float(one["score"]) for one in results)
    return Result(candidate, share, scores, float(np.mean([one["seconds"] for one in results])), *errors[:1])


def told(found: Found) -> list[dict[str, Any]]:
    """Return the results as JSON can hold them."""
    return [
        {
            "family": one.candidate.family,
            "values": json.loads(json.dumps(dict(one.candidate.values))),
            "share": one.share,
            "mean": one.mean if one.scores else None,
            "scores": list(one.scores),
            "seconds": one.seconds,
            "error": one.error,
        }
        for one in found.results
    ]
