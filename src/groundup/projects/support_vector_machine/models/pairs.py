"""What `SVC` and `NuSVC` share: one machine for each pair of classes, votes, and probabilities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core import seeds
from groundup.core.checks.labels import as_labels, class_weighted, require_classes
from groundup.core.checks.parameters import Boolean, Instance, OneOf, RandomState
from groundup.core.estimator.classifier import Classifier
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.support_vector_machine.certificate import certify, judge
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.parts import MachineState, solve_in_turn
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState
from groundup.projects.support_vector_machine.solvers.sigmoid import couple, fit_sigmoid, pair_probabilities

ONE_LEFT = "Invalid input - all samples with positive weights belong to the same class. "  # scikit-learn's wording.
FOLDS = 5  # Of the decision values that calibrate probabilities, as in LIBSVM.


@dataclass(frozen=True, eq=False)
class Part:
    """A dual problem: rows of a pair of classes, or of all folds of them but one.

    Parameters
    ----------
    pair : int
        Number of the pair.
    rows, signs : ndarray of shape (n,)
        Training rows, and 1.0 for the first class of the pair, −1.0 for the second.
    held_out, held_out_signs : ndarray of shape (m,)
        The same of the fold.
    """

    pair: int
    rows: Array
    signs: Array
    held_out: Array = field(default_factory=lambda: np.zeros(0, int))
    held_out_signs: Array = field(default_factory=lambda: np.zeros(0))

    def folds(self, generator: np.random.Generator) -> "list[Part]":
        """Return the problems that leave out a fold each."""
        found = []
        for fold in np.array_split(generator.permutation(len(self.rows)), FOLDS):
            rest = np.setdiff1d(np.arange(len(self.rows)), fold)
            found.append(Part(self.pair, self.rows[rest], self.signs[rest], self.rows[fold], self.signs[fold]))
        return found


class PairwiseMachine(KernelMachine, Classifier):
    """Base class of the classifiers with a machine for each pair of classes."""

    decision_function_shape: Literal["ovr", "ovo"] = parameter(OneOf(("ovr", "ovo")), default="ovr")
    break_ties: bool = parameter(Boolean(), default=False)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )
    probability: bool | Literal["deprecated"] = parameter(Boolean(), default=False, aliases={"deprecated": False})
    random_state: Seed = parameter(RandomState, default=None)

    class_weight_: Array = fitted("K")
    n_iter_: Array = fitted("*", kinds="i")
    _n_support: Array = fitted("K", kinds="i")
    _probA: Array = fitted("*")
    _probB: Array = fitted("*")

    _weighs_classes: ClassVar[bool] = True

    def _dual(self, task: Task, rows: Array, signs: Array) -> Dual:
        """Return the dual problem of some rows."""
        raise NotImplementedError

    def _scaled(self, problem: Dual, state: DualState) -> tuple[Array, float]:
        """Return coefficients of the rows and the intercept of the decision function that a state stands for."""
        raise NotImplementedError

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Task:
        name = type(self).__name__
        task = self._task(X, lambda n: as_labels(y, n, owner=name), sample_weight)
        classes, codes = np.unique(task.y, return_inverse=True)
        require_classes(classes, name if len(task.row) == task.shape[0] else ONE_LEFT + name)
        share = class_weighted(self.class_weight, classes, codes, task.weight)
        share = task.weight if share is None else share
        first = np.array([int(np.flatnonzero(codes == k)[0]) for k in range(len(classes))])
        task = replace(task, y=codes, classes=classes, class_weight=share[first] / task.weight[first])
        if not self._weighs_classes:
            return task
        if share.all():
            return replace(task, weight=share)
        kept = np.flatnonzero(share)  # the rows of a class of weight zero
        require_classes(np.unique(codes[kept]), f"{name} with class weights")
        kernel, row = task.kernel.subset(kept), task.row[kept]
        return replace(task, kernel=kernel, row=row, weight=share[kept], y=codes[kept], table=task.table[kept])

    def _parts(self, task: Task, entropy: tuple[int, ...]) -> list[Part]:
        """Return the pairs of classes, and their folds if probabilities are asked for."""
        pairs, folds = [], []
        for number, pair in enumerate(combinations(range(int(task.y.max()) + 1), 2)):
            rows = [np.flatnonzero(task.y == k) for k in pair]
            whole = Part(number, np.concatenate(rows), np.repeat([1.0, -1.0], list(map(len, rows))))
            pairs.append(whole)
            if self.canonical("probability"):
                folds += whole.folds(np.random.default_rng([*entropy, number]))
        return pairs + folds

    def _iterate(self, data: Task, start: MachineState | None) -> Iterator[MachineState]:
        entropy = start.entropy if start else seeds.draw_entropy(self.random_state)
        todo = self._parts(data, entropy)

        def problem(k: int) -> Dual:
            return self._dual(data, todo[k].rows, todo[k].signs)

        yield from solve_in_turn(problem, len(todo), self._solve, entropy, start)

    def _finish(self, data: Task, state: MachineState) -> dict[str, Any]:
        K = len(data.class_weight if data.class_weight is not None else ())
        pairs = list(combinations(range(K), 2))
        coef, level, steps = np.zeros((K - 1, len(data.kernel))), np.zeros(len(pairs)), np.zeros(len(pairs), np.int32)
        judged, calibration = [], [Calibration() for _ in pairs]
        for k, part in enumerate(self._parts(data, state.entropy)):
            problem = self._dual(data, part.rows, part.signs)
            last = state.parts[k] if k < len(state.parts) else problem.first(self._tolerance(problem))
            weights, b = self._scaled(problem, last)
            if len(part.held_out):
                calibration[part.pair].add(data, part, weights, b)
                continue
            first, second = pairs[part.pair]
            coef[second - 1, part.rows[part.signs > 0]] = weights[part.signs > 0]
            coef[first, part.rows[part.signs < 0]] = weights[part.signs < 0]
            level[part.pair], steps[part.pair] = b, last.iteration
            judged.append(judge(problem, last.alpha, self._tolerance(problem)))
        asked = calibration if self.canonical("probability") else []
        sigmoids = np.array([one.fitted() for one in asked]).reshape(-1, 2)
        sign = -1.0 if K == 2 else 1.0  # of two classes the second one is positive
        found = self._found_with(data, sign * coef, sign * level, state)
        used = np.searchsorted(data.row, found["support_"])
        return found | {
            "classes_": data.classes,
            "class_weight_": data.class_weight,
            "n_iter_": steps,
            "_n_support": np.bincount(data.y[used], minlength=K).astype(np.int32),
            "_probA": sigmoids[:, 0],
            "_probB": sigmoids[:, 1],
            "certificate_": certify(judged, self._convex),
        }

    @classmethod
    def _check_agreement(cls, found: Mapping[str, Any]) -> None:
        super()._check_agreement(found)
        sizes, A, B = found["_n_support"], found["_probA"], found["_probB"]
        if (sizes < 0).any() or int(sizes.sum()) != len(found["support_"]):
            raise ValueError("has another number of support vectors than its classes together.")
        if len(A) != len(B) or len(A) not in (0, len(found["_level"])) or len(found["classes_"]) < 2:
            raise ValueError("has another number of sigmoids than pairs of classes.")

    # --- decisions --------------------------------------------------------------------------------------------------

    @property
    def n_support_(self) -> Array:
        """Number of support vectors of each class."""
        self._require_attribute()
        return self._n_support

    @property
    def probA_(self) -> Array:
        """Slopes A of Platt's sigmoids, one for each pair of classes; empty without `probability`."""
        self._require_attribute()
        return self._probA

    @property
    def probB_(self) -> Array:
        """Offsets B of Platt's sigmoids."""
        self._require_attribute()
        return self._probB

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the decision values of rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; of a precomputed kernel, its values with the rows of the fit.

        Returns
        -------
        ndarray of shape (n,), (n, K) or (n, K (K - 1) / 2)
            Of two classes, positive for the second. Of more, with "ovo", positive for the first class of each pair;
            with "ovr" the votes of each class, and less than a third from the sum of its decision values.

        Raises
        ------
        NotFittedError, ValueError, TypeError
            Before `fit`, and for data that it does not accept.
        """
        values = self._decide(X)
        if len(self.classes_) == 2:
            return values[:, 0]
        return votes(values, len(self.classes_)) if self.decision_function_shape == "ovr" else values

    def predict(self, X: ArrayLike) -> Array:
        """Return the class with most votes for each row, the first of equal ones.

        With `break_ties`, the decision values decide among classes with as many votes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, as for `decision_function`.

        Returns
        -------
        ndarray of shape (n,)
            Entries of `classes_`.

        Raises
        ------
        NotFittedError, ValueError, TypeError
            As `decision_function`, and for `break_ties` with the decision function of pairs.
        """
        self._require_fitted()
        if self.break_ties and self.decision_function_shape == "ovo":
            raise ValueError("break_ties must be False when decision_function_shape is 'ovo'")
        values, K = self._decide(X), len(self.classes_)
        if K == 2:
            return self.classes_[(values[:, 0] >= 0).astype(int)]
        scores = votes(values, K)
        return self.classes_[(scores if self.break_ties else np.round(scores)).argmax(axis=1)]

    # --- probabilities ----------------------------------------------------------------------------------------------

    @property
    def predict_proba(self) -> Any:
        """Function that returns the probabilities of the classes, (n, K), for rows; only with `probability`."""
        self._require_probability()
        return self._probabilities

    @property
    def predict_log_proba(self) -> Any:
        """Function that returns the logarithms of the probabilities, (n, K); only with `probability`."""
        self._require_probability()
        return self._log_probabilities

    def _require_probability(self) -> None:
        if not self.canonical("probability"):
            raise AttributeError("predict_proba is not available when probability=False")

    def _probabilities(self, X: ArrayLike) -> Array:
        """Return the probabilities of the classes.  eq. support_vector_machine:coupling"""
        values, K = self._decide(X), len(self.classes_)
        if not len(self._probA):
            raise recognized(NotFittedError)("predict_proba is not available when fitted with probability=False")
        first = pair_probabilities((-values if K == 2 else values).astype(np.float64), self._probA, self._probB)
        return np.asarray(np.hstack([first, 1 - first]) if K == 2 else couple(first, K), values.dtype)

    def _log_probabilities(self, X: ArrayLike) -> Array:
        return np.log(self._probabilities(X))


@dataclass
class Calibration:
    """Decision values of rows that were held out, and whether they are of the first class of the pair."""

    values: Array = field(default_factory=lambda: np.zeros(0))
    first: Array = field(default_factory=lambda: np.zeros(0, bool))

    def add(self, task: Task, part: Part, weights: Array, level: float) -> None:
        """Add the rows of a fold."""
        used = np.flatnonzero(weights)
        values = task.kernel.block(part.held_out, part.rows[used]) @ weights[used] + level
        self.values = np.append(self.values, values)
        self.first = np.append(self.first, part.held_out_signs > 0)

    def fitted(self) -> tuple[float, float]:
        """Return A and B of the sigmoid."""
        return fit_sigmoid(self.values, self.first)


def votes(values: Array, K: int) -> Array:
    """Return for each class its votes, and less than a third that grows with its decision values.

    Parameters
    ----------
    values : ndarray of shape (n, K (K - 1) / 2)
        Decision values of the pairs, positive for the first class.
    K : int
        Number of classes.
    """
    counts, sums = np.zeros((len(values), K)), np.zeros((len(values), K))
    for column, (first, second) in zip(values.T, combinations(range(K), 2), strict=True):
        counts[:, first] += column > 0
        counts[:, second] += column <= 0
        sums[:, first] += column
        sums[:, second] -= column
    return np.asarray(counts + sums / (3 * (np.abs(sums) + 1)), values.dtype)
