"""Certificates: leaves predict the best constants, and gains add up to what was won."""

from collections.abc import Sequence

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.rows import Rows, sample_of_rows
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.boosting import Boosting, BoostingRules, BoostingState, Stage
from groundup.projects.gradient_boosting.solvers.criteria import Criterion
from groundup.projects.gradient_boosting.solvers.forest import STEPS, Forest, forest
from groundup.projects.gradient_boosting.solvers.growth import within
from groundup.projects.gradient_boosting.solvers.histogram.boosting import (
    HistogramBoosting,
    HistogramState,
    Iterations,
    best_steps,
)
from groundup.projects.gradient_boosting.solvers.levels import Level
from groundup.projects.gradient_boosting.solvers.losses import SquaredLoss
from groundup.projects.gradient_boosting.solvers.tree import Tree, in_memory

ROUNDING = 1e-9  # Part of the impurity, or of the values' spread, that may be rounding.


def certify_tree(tree: Tree, X: Array, criterion: Criterion, bounds: Array) -> Certificate:
    """Return the certificate of a tree: its leaves are measured again, on the rows that it puts there.

    eq. gradient_boosting:accounting

    Parameters
    ----------
    tree : Tree
        The tree.
    X : ndarray of shape (n, d)
        The rows that it was grown from.
    criterion : Criterion
        The impurity.
    bounds : ndarray of shape (2, m)
        Between which the values of the nodes must lie.
    """
    leaf = tree.apply(X)
    order = leaf.argsort(kind="stable")
    found, starts = np.unique(leaf[order], return_index=True)
    best = criterion.measure(Level(order[None], starts, found))
    bounded = np.isfinite(bounds).any()
    expected = within(best.value, bounds[:, found]) if bounded else best.value
    value = tree.value[found]
    spread = float(np.ptp(tree.value)) or 1.0
    exact = 2 * np.spacing(np.abs(expected))  # both are rounded
    off = float(np.maximum(np.abs(value - expected) - exact, 0.0).max()) / spread
    mass = tree.impurity[0] * tree.weighted_n_node_samples[0]
    left = float(best.weight @ best.impurity)
    missing = abs(mass - tree.gains().sum() - left) / (mass or 1.0)
    return Certificate(
        claim="Each leaf predicts the best constant for its rows, and the gains add up to the fall of the impurity.",
        measure="largest distance of a leaf's value from the best one, relative to the values' range, or gain missing",
        value=max(off, float(missing)),
        tolerance=ROUNDING,
    )


def certify_boosting(data: Boosting, trees: Forest, rules: BoostingRules, state: BoostingState) -> Certificate:
    """Return the certificate of an ensemble: its loss is computed again, and its record looked at.

    eq. gradient_boosting:record

    Parameters
    ----------
    data : Boosting
        The rows and the loss.
    trees : Forest
        The trees.
    rules : BoostingRules
        Learning rate and share of the rows.
    state : BoostingState
        The last state, with the loss after each iteration.
    """
    samples, T, full, kept = data.train.samples, state.iteration, rules.subsample == 1, data.kept
    before, last, F = data.train.start + rules.rate * sums(trees, samples.X, data.loss.K, (kept, T - 1, T))
    loss = data.loss.at(samples.y, last, samples.weight)  # Huber's loss takes a quantile of the residuals before
    rows = slice(None) if full else data.in_bag(rules.subsample, state.entropy, T - 1)
    first = data.train.value(data.loss, before)
    size = max(first, state.loss) or 1.0
    off = abs(data.train.value(loss, F, rows) - state.loss) / size
    claim = "The loss of the training rows is what the last iteration found"
    if full and data.loss.falls and rules.rate <= 1:
        off = max(off, float(np.diff(np.append(first, state.losses[kept:])).max(initial=0.0)) / size)
        claim += f", and {'no' if kept == 0 else 'none of the new'} iteration{'s' * (kept > 0)} has raised it"
    if full and isinstance(data.loss, SquaredLoss):
        won = rules.rate * (2 - rules.rate) * accounted(trees, kept)
        off = max(off, abs(first - state.loss - won) / size)
        claim += "; it has fallen by the gains of all splits"
    return Certificate(
        claim=f"{claim}.",
        measure="difference of the losses, largest rise or difference from the gains, relative to the first loss",
        value=float(off),
        tolerance=ROUNDING,
    )


def sums(trees: Forest, X: Array, K: int, counts: Sequence[int]) -> Array:
    """Return what the K trees of each of the first iterations predict together, of shape (len(counts), K, n)."""

    def of_block(block: Array) -> Array:
        steps = np.stack(list(trees.values(block))).reshape(-1, K, len(block))
        return np.stack([steps[:count].sum(axis=0).T for count in counts], axis=1)

    return np.moveaxis(Rows(X).in_blocks_of(max(1, STEPS // len(trees))).concatenate(of_block), 0, 2)


def accounted(trees: Forest, kept: int) -> float:
    """Return the sum over the new trees of their gains, and of what their means take away, per weight.

    eq. gradient_boosting:accounting
    """
    total = 0.0
    for tree in trees.trees()[kept:]:
        weight = tree.weighted_n_node_samples
        total += float(tree.gains().sum() / weight[0] + tree.value[0, 0, 0] ** 2)
    return total


def certify_histograms(data: HistogramBoosting, trees: Forest, rules: Iterations, state: HistogramState) -> Certificate:
    """Return the certificate of trees grown on histograms.

    eq. gradient_boosting:record

    Parameters
    ----------
    data : HistogramBoosting
        Rows and loss.
    trees : Forest
        All trees, of whose values the model is the sum.
    rules : Iterations
        How trees were grown and added.
    state : HistogramState
        The last state.
    """
    samples, loss, K = data.train.samples, data.loss, data.loss.K
    F, *_ = data.at(state.stages)
    size = float(np.abs(F - data.train.start).max()) or 1.0
    some = sample_of_rows(len(samples), None)
    steps = np.stack(list(trees.values(in_memory(samples.X[some]))))
    found = data.train.start[:, some] + steps.reshape(-1, K, steps.shape[1]).sum(axis=0)
    off = float(np.abs(found - F[:, some]).max()) / size
    first, _ = data.losses(data.train.scores(state.stages[: data.old], 1.0), None)
    scale = max(abs(first), abs(state.loss)) or 1.0
    claim = "Predictions from entries are those from bins"
    if rules.growth.monotonic is None:  # else bounds follow from sums that are rounded
        off = max(off, _misfit(data, rules, F, state.stages[-1]) / size)
        claim += ", and the leaves of the last trees take the best steps"
    if loss.falls and rules.rate <= 1:
        off = max(off, float(np.diff(np.append(first, state.losses[data.old :])).max(initial=0.0)) / scale)
        none = "no iteration has" if data.old == 0 else "none of the new iterations has"
        claim += f"; {none} raised the loss of the training rows"
    if isinstance(loss, SquaredLoss):
        gained = won(trees, rules.rate, data.old) / samples.total
        off = max(off, abs(first - state.loss - gained) / scale)
        claim += ", which has fallen by the gains of all splits"
    return Certificate(
        claim=f"{claim}.",
        measure="largest difference of predictions or steps, relative to the largest prediction, or gain missing",
        value=float(off),
        tolerance=ROUNDING,
    )


def _misfit(data: HistogramBoosting, rules: Iterations, F: Array, stage: Stage) -> float:
    """Return the largest difference of the steps of the last trees from the best ones for their rows."""
    leaves = forest(stage).leaves(in_memory(data.train.samples.X)).T
    before = F - np.stack([tree.value[leaf, 0, 0] for tree, leaf in zip(stage, leaves, strict=True)])
    off = 0.0
    for tree, leaf, g, h, one in zip(stage, leaves, *data.derivatives(before), before, strict=True):
        best = rules.rate * best_steps(data, rules.growth, tree, leaf, g, h, one)
        off = max(off, float(np.abs(best - tree.value[:, 0, 0])[leaf].max()))
    return off


def won(trees: Forest, rate: float, old: int = 0) -> float:
    """Return by how much trees with shortened Newton steps, but the old ones, lower half the sum of squared residuals.

    eq. gradient_boosting:accounting
    """
    nodes = trees.nodes
    value, weight = nodes.value[:, 0, 0], nodes.weighted_n_node_samples
    new = np.arange(nodes.node_count) >= np.append(trees.roots, nodes.node_count)[old]
    taken = nodes.is_leaf & (value != 0) & new
    return float((-rate * weight * nodes.impurity - value**2 * weight / 2)[taken].sum())
