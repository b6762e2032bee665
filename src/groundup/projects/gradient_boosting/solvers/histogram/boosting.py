"""Boosting with trees grown on histograms: Newton's steps, and an end when scores no longer rise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from groundup.core.checks.inputs import LARGEST
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.boosting import Part, Stage, require_bounded
from groundup.projects.gradient_boosting.solvers.histogram.bounds import bounded
from groundup.projects.gradient_boosting.solvers.histogram.carry import PERIOD, Carried, grow_next, is_small, rounded
from groundup.projects.gradient_boosting.solvers.histogram.growth import grow
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.loss import Loss, leaf_quantiles
from groundup.projects.gradient_boosting.solvers.losses import SquaredLoss
from groundup.projects.gradient_boosting.solvers.tree import Tree

Judge = Callable[[tuple[Stage, ...], Array, Array | None], tuple[float, float | None]]


@record
class HistogramState:
    """Trees so far; their values are steps that are taken, learning rate included.

    Parameters
    ----------
    stages : tuple of tuple of Tree
        The trees of each iteration, one for each score.
    loss : float
        Loss of the rows to learn from.
    validation_loss : float or None
        Loss of the rows held out, if there are any.
    losses : ndarray of shape (t,)
        Loss of the rows to learn from after each iteration.
    train_score, validation_score : ndarray of shape (t + 1,)
        Score before the first and after each iteration, of the rows to learn from and of those held out; empty where
        nothing depends on it.
    iteration : int
        Number t of iterations.
    converged : bool
        Whether these are all trees, or the score rises no more.
    entropy : tuple of int
        Seed of all random numbers.
    """

    stages: tuple[Stage, ...]
    loss: float
    validation_loss: float | None
    losses: Array
    train_score: Array
    validation_score: Array
    iteration: int
    converged: bool
    entropy: tuple[int, ...]


@dataclass(frozen=True)
class Iterations:
    """How trees are grown and added.

    Parameters
    ----------
    growth : HistogramRules
        When and how nodes are split.
    rate : float
        Learning rate.
    max_iter : int
        Number of iterations.
    patience : int or None
        Number of iterations within which the score must rise; None for no such rule.
    tol : float
        By how much.
    """

    growth: HistogramRules
    rate: float
    max_iter: int
    patience: int | None
    tol: float


@dataclass
class HistogramBoosting:
    """Rows to learn from and their bins, rows held out, the loss, and the score.

    Parameters
    ----------
    train, held_out : Part
        Rows to learn from; rows that decide when to stop, None if there are none.
    table : BinnedTable
        The bins of the rows to learn from.
    loss : Loss
        The loss.
    judge : callable or None
        ``judge(stages, F, held)`` returns the scores of the rows to learn from and of those held out, higher ones
        better; None is minus the loss.
    old : int
        Number of iterations of the fit from which a warm start goes on: its rows may have been others.
    kept : tuple or None
        Iterations, the scores after them of the rows to learn from and of those held out, and what is carried on.
    """

    train: Part
    held_out: Part | None
    table: BinnedTable
    loss: Loss
    judge: Judge | None
    old: int = 0
    kept: tuple[tuple[Stage, ...], Array, Array | None, Carried | None] | None = None

    def at(self, stages: tuple[Stage, ...]) -> tuple[Array, Array | None, Carried | None]:
        """Return the scores of the rows to learn from and of those held out after some iterations.

        The third are rounded gradients of the squared loss, if the rows have no weights.

        Those of the last state are kept: to send all rows down all trees takes as long as to grow them.
        """
        if self.kept is not None and self.kept[0] is stages:
            return self.kept[1:]
        held = None if self.held_out is None else self.held_out.scores(stages, 1.0)
        if not self.carries:
            return self.train.scores(stages, 1.0), held, None
        samples, last = self.train.samples, len(stages) - len(stages) % PERIOD
        F = self.train.scores(stages[:last], 1.0)
        carried = rounded(F[0] - samples.y)
        for (tree,) in stages[last:]:
            leaf, steps = tree.apply(samples.X), tree.value[:, 0, 0]
            F[0] += steps.take(leaf)
            carried = carried.moved(steps, leaf)
        return F, held, carried

    @property
    def carries(self) -> bool:
        """Whether steps add one number to the gradients of all rows of a leaf."""
        return isinstance(self.loss, SquaredLoss) and self.train.samples.weight is None

    def derivatives(self, F: Array) -> tuple[Array, list[Array | None]]:
        """Return the weighted first and second derivatives of the loss, for each score; None where all are 1."""
        y, weight = self.train.samples.y, self.train.samples.weight
        r = self.loss.residuals(y, F)
        h = self.loss.curvature(y, r)
        if weight is None:
            return -r, [None] * len(F) if h is None else list(h)
        return -weight * r, [weight] * len(F) if h is None else list(weight * h)

    def losses(self, F: Array, held: Array | None) -> tuple[float, float | None]:
        """Return the losses of the rows to learn from and of those held out, for their scores."""
        out = None if held is None or self.held_out is None else self.held_out.value(self.loss, held)
        return self.loss.unit * self.train.value(self.loss, F), None if out is None else self.loss.unit * out

    def judged(
        self, stages: tuple[Stage, ...], F: Array, held: Array | None, losses: tuple[float, float | None]
    ) -> tuple[float, float | None]:
        """Return what decides when to stop, higher is better."""
        if self.judge is not None:
            return self.judge(stages, F, held)
        return -losses[0], None if losses[1] is None else -losses[1]


def boost_histograms(
    data: HistogramBoosting, rules: Iterations, entropy: tuple[int, ...], start: HistogramState | None
) -> Iterator[HistogramState]:
    """Yield the states, from the one after `start`.  eq. gradient_boosting:boosting

    Parameters
    ----------
    data : HistogramBoosting
        Rows and loss.
    rules : Iterations
        How trees are grown and added.
    entropy : tuple of int
        Seed of all random numbers.
    start : HistogramState or None
        Where to go on from.

    Raises
    ------
    FloatingPointError
        Where scores or the loss leave the range whose squares can be added up.
    """
    F, held, carried = data.at(start.stages if start else ())
    state = start or _before(data, rules, entropy, F, held)
    while not state.converged and state.iteration < rules.max_iter:
        stage, leaves, carried = next_stage(data, rules, (*entropy, state.iteration), F, carried)
        for k, (tree, leaf) in enumerate(zip(stage, leaves, strict=True)):
            F[k] += tree.value[:, 0, 0].take(leaf)
            if held is not None and data.held_out is not None:
                held[k] += tree.value[tree.apply(data.held_out.samples.X), 0, 0]
        stages = (*state.stages, stage)
        data.kept = (stages, F, held, carried)
        require_bounded(F, LARGEST, rules.rate, state.iteration + 1)
        with np.errstate(over="ignore"):  # what overflows is an error below
            state = _after(data, rules, state, stages, F, held)
        require_bounded(np.array(state.loss), np.inf, rules.rate, state.iteration)
        yield state


def _before(
    data: HistogramBoosting, rules: Iterations, entropy: tuple[int, ...], F: Array, held: Array | None
) -> HistogramState:
    """Return the state without trees."""
    losses = data.losses(F, held)
    scores = (None, None) if rules.patience is None else data.judged((), F, held, losses)
    train, validation = (np.array([] if one is None else [one]) for one in scores)
    return HistogramState((), *losses, np.zeros(0), train, validation, 0, False, entropy)


def _after(
    data: HistogramBoosting,
    rules: Iterations,
    state: HistogramState,
    stages: tuple[Stage, ...],
    F: Array,
    held: Array | None,
) -> HistogramState:
    """Return the state with one more stage, whose scores are F."""
    losses = data.losses(F, held)
    train, validation, done = state.train_score, state.validation_score, state.iteration + 1 >= rules.max_iter
    if rules.patience is not None:
        one, other = data.judged(stages, F, held, losses)
        train = np.append(train, one)
        validation = validation if other is None else np.append(validation, other)
        done = done or rises_no_more(train if other is None else validation, rules.patience, rules.tol)
    return replace(
        state,
        stages=stages,
        loss=losses[0],
        validation_loss=losses[1],
        losses=np.append(state.losses, losses[0]),
        train_score=train,
        validation_score=validation,
        iteration=state.iteration + 1,
        converged=done,
    )


def rises_no_more(scores: Array, patience: int, tol: float) -> bool:
    """Whether none of the last scores is better than the one before them.

    Parameters
    ----------
    scores : ndarray of shape (t,)
        Scores, higher ones better.
    patience : int
        Number of scores that are compared with the one before them.
    tol : float
        By how much one of them must be larger.
    """
    return len(scores) > patience and not bool((scores[-patience:] > scores[-patience - 1] + tol).any())


def next_stage(
    data: HistogramBoosting, rules: Iterations, seed: tuple[int, ...], F: Array, carried: Carried | None
) -> tuple[Stage, list[Array], Carried | None]:
    """Return a tree for each score, whose values are steps to be added to F, the rows' leaves, and what is carried."""
    trees, leaves = [], []
    for k, (g, h) in enumerate(zip(*data.derivatives(F), strict=True)):
        growth = replace(rules.growth, seed=(*seed, k))
        if carried is not None and rules.rate <= 1 and is_small(data.table, growth):  # else gradients may grow
            carried = rounded(g) if seed[-1] % PERIOD == 0 else carried
            tree, leaf, carried = grow_next(data.table, carried, g, growth, rules.rate)
        else:
            tree, leaf = grow(data.table, g, h, growth)
        value = tree.value[:, 0, 0]
        if data.loss.share is not None:
            value = quantile_steps(data, growth, tree, leaf, F[k])
        elif tree.node_count == 1:
            value = np.zeros(1)  # nothing was found that lowers the loss
        trees.append(replace(tree, value=rules.rate * value[:, None, None]))
        leaves.append(leaf)
    return tuple(trees), leaves, carried


def quantile_steps(data: HistogramBoosting, growth: HistogramRules, tree: Tree, leaf: Array, F: Array) -> Array:
    """Return the middle of the best steps of each leaf, for a loss without curvature.

    eq. gradient_boosting:leaf
    """
    samples, share = data.train.samples, data.loss.share
    residual = samples.y - F

    def middles(node: Array) -> Array:
        assert share is not None
        low, high = leaf_quantiles(residual, node, samples.weight, share, tree.node_count)
        return np.asarray(low / 2 + high / 2)

    return middles(leaf) if growth.monotonic is None else bounded(tree, leaf, middles, growth.monotonic)


def best_steps(
    data: HistogramBoosting, growth: HistogramRules, tree: Tree, leaf: Array, g: Array, h: Array | None, F: Array
) -> Array:
    """Return the step of each leaf by its rows, from scores and derivatives before the tree was added.

    eq. gradient_boosting:leaf
    """
    m = tree.node_count
    if data.loss.share is not None:
        return quantile_steps(data, growth, tree, leaf, F)
    if m == 1:
        return np.zeros(1)  # nothing was found that lowers the loss
    return growth.values(np.bincount(leaf, g, m), np.bincount(leaf, h, m).astype(np.float64))
