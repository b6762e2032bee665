"""Certificates: leaves predict the best constants, and gains add up to what was won."""

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.boosting import Boosting, BoostingRules, BoostingState
from groundup.projects.gradient_boosting.solvers.criteria import Criterion
from groundup.projects.gradient_boosting.solvers.forest import Forest
from groundup.projects.gradient_boosting.solvers.growth import within
from groundup.projects.gradient_boosting.solvers.levels import Level
from groundup.projects.gradient_boosting.solvers.losses import SquaredLoss
from groundup.projects.gradient_boosting.solvers.tree import Tree

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
    off = float(np.abs(value - expected).max()) / spread
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
    samples, K, full = data.train.samples, data.loss.K, rules.subsample == 1
    steps = trees.values(samples.X).reshape(-1, K, len(samples))
    F = data.train.start + rules.rate * steps.sum(axis=0)
    last = F - rules.rate * steps[-1]  # the loss of Huber's takes a quantile of the residuals before
    loss = data.loss.at(samples.y, last, samples.weight)
    rows = slice(None) if full else data.in_bag(rules.subsample, state.entropy, state.iteration - 1)
    first = data.train.value(data.loss, data.train.start)
    size = max(first, state.loss) or 1.0
    off = abs(data.train.value(loss, F, rows) - state.loss) / size
    claim = "The loss of the training rows is what the last iteration found"
    if full and data.loss.falls and rules.rate <= 1:
        off = max(off, float(np.diff(np.append(first, state.losses)).max()) / size)
        claim += ", and no iteration has raised it"
    if full and isinstance(data.loss, SquaredLoss):
        won = rules.rate * (2 - rules.rate) * accounted(trees)
        off = max(off, abs(first - state.loss - won) / size)
        claim += "; it has fallen by the gains of all splits"
    return Certificate(
        claim=f"{claim}.",
        measure="difference of the losses, largest rise or difference from the gains, relative to the first loss",
        value=float(off),
        tolerance=ROUNDING,
    )


def accounted(trees: Forest) -> float:
    """Return the sum over the trees of their gains, and of what their means take away, per weight.

    eq. gradient_boosting:accounting
    """
    total = 0.0
    for tree in trees.trees():
        weight = tree.weighted_n_node_samples
        total += float(tree.gains().sum() / weight[0] + tree.value[0, 0, 0] ** 2)
    return total
