"""What figures and animation watch: one pair of classes in the plane, and a fit to it by SMO, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_rows
from groundup.projects.support_vector_machine.certificate import judge
from groundup.projects.support_vector_machine.measures import coefficients
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.nu_svc import NuSVC
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine
from groundup.projects.support_vector_machine.models.regression import RegressionMachine
from groundup.projects.support_vector_machine.models.svc import SVC
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState

PAIR_ROWS = 400  # Most rows of two classes that a picture fits a machine to.
LOOSE = 1e-3  # Smallest tolerance of a fit that is watched, in spreads of what is decided.
EVERY = 3  # Smallest number of rows of a class that are kept of many.


@dataclass(frozen=True)
class Pair:
    """Two classes, the machine between them, and on which side of it their rows are.

    Parameters
    ----------
    data : Dataset
        Rows of the two classes.
    names : tuple of str
        The class with negative decisions, and that with positive ones.
    machine : SVC, NuSVC or LinearSVC
        Fitted to these rows.
    whole : bool
        Whether the machine is the fitted model itself.
    """

    data: Dataset
    names: tuple[str, str]
    machine: Any
    whole: bool

    @property
    def sign(self) -> Array:
        """1.0 for the rows of the positive class, else −1.0, (n,)."""
        return np.where(np.asarray(self.data.y) == self.machine.classes_[1], 1.0, -1.0)

    @property
    def which(self) -> str:
        """What the pair is, where there are more classes or rows; else nothing."""
        return "" if self.whole else f"{self.names[1]} against {self.names[0]}"


def pair_of(model: Any, data: Dataset) -> Pair:
    """Return the two classes of a model between which it has most support vectors, and the machine for them.

    Of very many rows some are taken, and the machine is fitted to them.

    Raises
    ------
    NotApplicable
        For a machine without classes, and where one of the two has no row.
    """
    if not isinstance(model, SVC | NuSVC | LinearSVC):
        raise NotApplicable("This picture is about two classes, and the model has none.")
    classes, y = model.classes_, np.asarray(data.y)
    first, second = closest_classes(model, data)
    rows = np.flatnonzero((y == classes[first]) | (y == classes[second]))
    if len(rows) > PAIR_ROWS:
        rows = np.sort(np.concatenate([kept(rows[y[rows] == classes[k]], len(rows)) for k in (first, second)]))
    unseen = data.held_out
    if unseen is not None:
        unseen = unseen.take(np.flatnonzero(np.isin(np.asarray(unseen.y), classes[[first, second]])))
    whole = len(rows) == len(y)
    own = data if whole else replace(data.take(rows), held_out=unseen)
    machine = model if whole else type(model)(**model.get_params()).fit(own.X, own.y)
    return Pair(own, (str(classes[first]), str(classes[second])), machine, whole)


def closest_classes(model: Any, data: Dataset) -> tuple[int, int]:
    """Return the numbers of the two classes between which most rows are support vectors, or in the margin."""
    K = len(model.classes_)
    if K == 2:
        return 0, 1
    pairs = list(combinations(range(K), 2))
    if isinstance(model, LinearSVC):
        code, f = np.searchsorted(model.classes_, np.asarray(data.y)), model.decision_function(data.X)
        count = [int((np.isin(code, pair) & (np.abs(f[:, pair[0]] - f[:, pair[1]]) < 1)).sum()) for pair in pairs]
    else:
        count = np.count_nonzero(coefficients(model), axis=1).tolist()
    return pairs[int(np.argmax(count))]


def kept(rows: Array, total: int) -> Array:
    """Return some rows of a class, so that of the rows of both the most that are wanted remain."""
    return rows[some_rows(len(rows), max(EVERY, PAIR_ROWS * len(rows) // total))]


def fixed(machine: Any, **changed: Any) -> Any:
    """Return an unfitted machine like another, with the kernel's factor and the class weights that a fit has found."""
    parameters = machine.get_params()
    if "gamma" in parameters and hasattr(machine, "_gamma"):
        parameters["gamma"] = machine._gamma
    if isinstance(machine, SVC) and machine.class_weight == "balanced" and hasattr(machine, "class_weight_"):
        parameters["class_weight"] = dict(zip(machine.classes_.tolist(), machine.class_weight_.tolist(), strict=True))
    return type(machine)(**{**parameters, **changed})


# --- a fit by SMO ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """Variables after a step of SMO, seen so that the second class, or what lies above, is positive.

    Parameters
    ----------
    state : DualState
        The solver's state.
    score : ndarray of shape (m,)
        What the decision function lacks of each variable's row, constant apart.
    up, down : ndarray of bool of shape (m,)
        Whether the variable may move so that the decisions at its row rise, or fall.
    """

    state: DualState
    score: Array
    up: Array
    down: Array


@dataclass(frozen=True, eq=False)
class Run:
    """A fit by SMO.

    Parameters
    ----------
    problem : Dual
        The dual problem.
    machine : KernelMachine
        Whose problem it is.
    tol : float
        Largest violation at the end.
    row : ndarray of int of shape (m,)
        Row of the data of each variable.
    origin : ndarray of shape (d,) or None
        Subtracted from rows before the kernel.
    flip : float
        −1.0 where the solver's positive side is the negative one of the decision function.
    states : tuple of DualState
        From the first to the last.
    """

    problem: Dual
    machine: KernelMachine
    tol: float
    row: Array
    origin: Array | None
    flip: float
    states: tuple[DualState, ...]

    def seen(self, state: DualState) -> Step:
        """Return a state as it is drawn."""
        up, down = self.problem.scores(state.alpha, state.gradient)
        score = -self.problem.sign * state.gradient
        sides = np.isfinite(up), np.isfinite(down)
        return Step(state, self.flip * score, *(sides if self.flip > 0 else sides[::-1]))

    def level(self, state: DualState) -> tuple[Array, float]:
        """Return the coefficients of the rows and the constant of the decision function of a state."""
        if isinstance(self.machine, PairwiseMachine):
            coef, level = self.machine._scaled(self.problem, state)
        else:
            levels = self.problem.levels(state.alpha, state.gradient)
            unit = len(self.row) if isinstance(self.machine, OneClassSVM) else 1  # of its bounds, which sum to one
            coef, level = unit * self.problem.coefficients(state.alpha), unit * (levels[0] + levels[-1]) / 2
        return self.flip * coef, self.flip * level

    def decide(self, state: DualState, X: Array) -> Array:
        """Return the decisions of a state for rows."""
        coef, level = self.level(state)
        kernel = self.problem.kernel
        table = kernel.kernel.table(X if self.origin is None else X - self.origin, kernel.X)
        return np.asarray(table @ coef + level)

    def gap(self, state: DualState) -> tuple[float, float]:
        """Return the dual and the primal objective of a state."""
        found = judge(self.problem, state.alpha, self.tol)
        return found.dual, found.dual + found.gap


def run_of(machine: KernelMachine, X: Array, y: Array | None) -> Run:
    """Return the fit of a machine without classes, or of two, to some rows, by SMO.

    Raises
    ------
    NotApplicable
        For a machine that is not fitted by pairs of variables.
    """
    if not isinstance(machine, KernelMachine):
        raise NotApplicable("All weights of a linear machine move at once: there are no pairs to watch.")
    changed = {"probability": False} if isinstance(machine, PairwiseMachine) else {}
    unit = float(np.std(np.asarray(y, np.float64))) if isinstance(machine, RegressionMachine) else 1.0
    watched = fixed(machine, solver="smo", tol=max(float(machine.tol), LOOSE * unit), **changed)
    task = watched._prepare(X, y, None)
    row, flip = np.arange(len(X)), 1.0
    if isinstance(watched, PairwiseMachine):
        part = watched._parts(task, (0,))[0]
        problem, row, flip = watched._dual(task, part.rows, part.signs), part.rows, -1.0
    else:
        problem = watched._dual(task)
    if problem.row is not None:
        row = row[problem.row]
    tol = watched._tolerance(problem)
    first = problem.first(tol)
    states = tuple(state.parts[0] for state in watched.steps(X, y))
    return Run(problem, watched, tol, row, task.origin, flip, states if states[0].iteration == 0 else (first, *states))


def shown_steps(count: int, most: int) -> list[int]:
    """Return the numbers of the states of a run that are shown: the first ones, then two at a time, and the last."""
    if count <= most:
        return list(range(count))
    begin = min(4, most // 2)
    later = np.geomspace(begin, count - 2, max((most - begin) // 2, 1)).round().astype(int)
    return sorted({*range(begin), *later.tolist(), *(later + 1).tolist(), count - 1})


def gaps(run: Run, most: int = 60) -> Iterator[tuple[int, float, float]]:
    """Yield step, dual and primal objective, of some steps of a run."""
    for k in np.unique(np.linspace(0, len(run.states) - 1, min(most, len(run.states))).round().astype(int)):
        yield int(k), *run.gap(run.states[k])
