"""Friedman's gradient boosting: each tree is grown on the negative gradient, and its leaves take the best steps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from groundup.core.checks.inputs import LARGEST
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.columns import SortedColumns, sort_columns
from groundup.projects.gradient_boosting.solvers.criteria import SquaredError
from groundup.projects.gradient_boosting.solvers.growth import Growing, GrowthRules, grow_best_first, grow_levels
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.pruning import kept_places
from groundup.projects.gradient_boosting.solvers.tree import Tree

ONE_OUTPUT = np.zeros((1, 1), np.intp)
Stage = tuple[Tree, ...]  # The trees of an iteration, one for each score.


@record
class BoostingState:
    """Trees so far.

    Parameters
    ----------
    stages : tuple of tuple of Tree
        The trees of each iteration, one for each score.
    loss : float
        Loss of the rows that the last trees have learned from.
    losses, out_of_bag : ndarray
        The same after each iteration; loss of the rows that were left out before the first and after each iteration,
        empty if all rows are used.
    validation_loss : float or None
        Loss of the rows held out, if there are any.
    best : ndarray
        Losses of the rows held out that a new one has to be below.
    iteration : int
        Number of iterations.
    converged : bool
        Whether these are all trees, or the loss of the rows held out falls no more.
    entropy : tuple of int
        Seed of all random numbers.
    """

    stages: tuple[Stage, ...]
    loss: float
    losses: Array
    out_of_bag: Array
    validation_loss: float | None
    best: Array
    iteration: int
    converged: bool
    entropy: tuple[int, ...]


@dataclass(frozen=True)
class BoostingRules:
    """How trees are grown and added.

    Parameters
    ----------
    growth : GrowthRules
        When a node stays a leaf.
    rate : float
        Learning rate.
    n_estimators : int
        Number of iterations.
    subsample : float
        Part of the rows that each iteration learns from.
    ccp_alpha : float
        Cost of a leaf in pruning.
    tol : float
        The loss of the rows held out must fall by more than this.
    """

    growth: GrowthRules
    rate: float
    n_estimators: int
    subsample: float = 1.0
    ccp_alpha: float = 0.0
    tol: float = 1e-4


@dataclass(frozen=True)
class Part:
    """Rows with the scores from which boosting starts, of shape (K, n)."""

    samples: Samples
    start: Array

    def scores(self, stages: tuple[Stage, ...], rate: float) -> Array:
        """Return the scores after some iterations, added in the same order as they were found."""
        F = self.start.copy()
        for stage in stages:
            for k, tree in enumerate(stage):
                F[k] += rate * tree.value[tree.apply(self.samples.X), 0, 0]
        return F

    def value(self, loss: Loss, F: Array, rows: Any = slice(None)) -> float:
        """Return the loss of some rows."""
        weight = self.samples.weight
        return loss.value(self.samples.y[rows], F[:, rows], None if weight is None else weight[rows])


@dataclass
class Boosting:
    """Rows to learn from, rows held out, and the loss.

    Parameters
    ----------
    train : Part
        The rows to learn from.
    held_out : Part or None
        Rows that decide when to stop.
    loss : Loss
        The loss.
    kept : int
        Number of iterations of an earlier fit, whose rows and rules may have been others.
    """

    train: Part
    held_out: Part | None
    loss: Loss
    kept: int = 0

    @cached_property
    def table(self) -> SortedColumns:
        """The columns, sorted when they are first asked for."""
        return sort_columns(self.train.samples.X)

    def in_bag(self, subsample: float, entropy: tuple[int, ...], iteration: int) -> Array:
        """Return which rows an iteration learns from."""
        n = len(self.train.samples)
        bag = np.zeros(n, bool)
        bag[np.random.default_rng((*entropy, iteration)).permutation(n)[: max(1, int(subsample * n))]] = True
        return bag


def boost(
    data: Boosting, rules: BoostingRules, entropy: tuple[int, ...], start: BoostingState | None, patience: int | None
) -> Iterator[BoostingState]:
    """Yield the states, from the one after `start`.  eq. gradient_boosting:boosting

    Parameters
    ----------
    data : Boosting
        Rows and loss.
    rules : BoostingRules
        How trees are grown and added.
    entropy : tuple of int
        Seed of all random numbers.
    start : BoostingState or None
        Where to go on from.
    patience : int or None
        Number of iterations within which the loss of the rows held out must fall.

    Raises
    ------
    FloatingPointError
        Where gradients, or the loss, leave the range whose squares can be added up.
    """
    state = start or BoostingState(
        (), 0.0, np.zeros(0), np.zeros(0), None, np.full(patience or 0, np.inf), 0, False, entropy
    )
    F = data.train.scores(state.stages, rules.rate)
    held = None if data.held_out is None else data.held_out.scores(state.stages, rules.rate)
    while not state.converged and state.iteration < rules.n_estimators:
        bag = data.in_bag(rules.subsample, entropy, state.iteration) if rules.subsample < 1 else None
        out = state.out_of_bag
        if bag is not None and not len(out):
            out = np.array([data.train.value(data.loss, F, ~bag)])
        with np.errstate(over="ignore"):  # what overflows is an error below
            stage = next_stage(data, rules, (*entropy, state.iteration), F, bag)
        if held is not None:
            assert data.held_out is not None
            for k, tree in enumerate(stage[1]):
                held[k] += rules.rate * tree.value[tree.apply(data.held_out.samples.X), 0, 0]
        with np.errstate(over="ignore"):
            state = _after(data, rules, state, stage, F, bag, out, held)
        require_bounded(np.array(state.loss), np.inf, rules.rate, state.iteration)
        yield state


def require_bounded(values: Array, most: float, rate: float, iteration: int) -> None:
    """Raise FloatingPointError where values are not finite, or larger than `most`."""
    if not (np.abs(values) <= most).all() or not np.isfinite(values).all():
        raise FloatingPointError(
            f"boosting diverged at iteration {iteration}: learning_rate={rate:g} is too large for these rows."
        )


def _after(
    data: Boosting,
    rules: BoostingRules,
    state: BoostingState,
    stage: tuple[Loss, Stage],
    F: Array,
    bag: Array | None,
    out: Array,
    held: Array | None,
) -> BoostingState:
    """Return the state with one more stage, whose scores are F."""
    loss, trees = stage
    value = data.train.value(loss, F, slice(None) if bag is None else np.flatnonzero(bag))
    if bag is not None:
        out = np.append(out, data.train.value(loss, F, np.flatnonzero(~bag)))
    done, validation, best = state.iteration + 1 == rules.n_estimators, None, state.best
    if held is not None and data.held_out is not None:
        validation = data.held_out.value(loss, held)
        if (validation + rules.tol < best).any():
            best = np.where(np.arange(len(best)) == state.iteration % len(best), validation, best)
        else:
            done = True
    return replace(
        state,
        stages=(*state.stages, trees),
        loss=value,
        losses=np.append(state.losses, value),
        out_of_bag=out,
        validation_loss=validation,
        best=best,
        iteration=state.iteration + 1,
        converged=done,
    )


def next_stage(
    data: Boosting, rules: BoostingRules, seed: tuple[int, ...], F: Array, bag: Array | None
) -> tuple[Loss, Stage]:
    """Grow a tree for each score, add its steps to F, and return the trees, with the loss as it was."""
    rows, y = data.train.samples, data.train.samples.y
    loss = data.loss.at(y, F, rows.weight)
    gradients = loss.residuals(y, F)
    require_bounded(gradients, LARGEST, rules.rate, seed[-1] + 1)
    trees = []
    for k, r in enumerate(gradients):
        target = (y == k).astype(np.float64) if loss.K > 1 else y
        growth = replace(rules.growth, splits=replace(rules.growth.splits, seed=(*seed, k)))
        order = data.table.order if bag is None else data.table.among(bag)
        growing = Growing(data.table, SquaredError(r[None], ONE_OUTPUT, rows.weight), growth, order)
        most = growth.max_leaf_nodes
        for _ in grow_levels(growing) if most is None else grow_best_first(growing, most):
            pass
        tree, leaf = _numbered(growing, rules, rows.X, bag)
        inside: Any = slice(None) if bag is None else np.flatnonzero(bag)  # 4 times a mask's speed
        weight = None if rows.weight is None else rows.weight[inside]
        steps = loss.steps(target[inside], F[k, inside], r[inside], leaf[inside], weight, tree.node_count)
        value = np.where(tree.is_leaf, steps, tree.value[:, 0, 0])
        trees.append(replace(tree, value=value[:, None, None]))
        F[k] += rules.rate * value[leaf]
    return loss, tuple(trees)


def _numbered(growing: Growing, rules: BoostingRules, X: Array, bag: Array | None) -> tuple[Tree, Array]:
    """Return a grown tree in its final order of nodes, and the leaf of every row."""
    tree = growing.tree()
    place = np.arange(tree.node_count) if rules.growth.max_leaf_nodes else tree.preorder()
    tree, leaf = tree.renumbered(place), place[growing.leaf]
    if rules.ccp_alpha > 0:
        tree = tree.renumbered(kept_places(tree, rules.ccp_alpha))
        return tree, tree.apply(X)
    if bag is not None:
        outside = np.flatnonzero(~bag)
        leaf[outside] = tree.apply(X[outside])
    return tree, leaf
