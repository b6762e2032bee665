"""A boosted model after each number of its trees: its scores, and what the next tree is grown on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.projects.gradient_boosting.models.boosted import BoostedTrees
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree
from groundup.projects.gradient_boosting.solvers.class_losses import Binomial
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.tree import Tree, in_memory


@dataclass(frozen=True)
class Stages:
    """One score of a boosted model on some rows: of several classes that of the last one.

    Parameters
    ----------
    model : BoostedTrees
        Fitted.
    data : Dataset
        The rows.
    trees : tuple of Tree
        Those that this score is a sum of.
    loss : Loss
        What is minimised.
    X : ndarray of shape (n, d)
        The rows as the trees know them, with numbers in place of categories.
    y : ndarray of shape (n,)
        Targets as the loss takes them: numbers, or numbers of classes.
    F : ndarray of shape (T + 1, K, n)
        All scores after 0, 1, …, T trees.
    """

    model: Any
    data: Dataset
    trees: tuple[Tree, ...]
    loss: Loss
    X: Array
    y: Array
    F: Array

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes; () for numbers."""
        return tuple(map(str, self.model.classes_)) if hasattr(self.model, "classes_") else ()

    @property
    def what(self) -> str:
        """What `shown` is."""
        return f"probability of {self.names[-1]}" if self.names else self.data.target_name or "target"

    @property
    def what_observed(self) -> str:
        """What `observed` is."""
        return f"{self.names[-1]} (1) or not (0)" if self.names else self.what

    @property
    def observed(self) -> Array:
        """What `shown` is to come near: the target, or 1 for rows of the class and 0 for others."""
        return (self.y == len(self.names) - 1).astype(float) if self.names else self.y

    def shown(self, F: Array) -> Array:
        """Return scores of shape (K, m) as a reader knows them: predictions, or probabilities of the last class."""
        return np.asarray(self.loss.probabilities(F)[:, -1] if self.names else self.loss.prediction(F))  # type: ignore[attr-defined]

    def residuals(self, count: int) -> Array:
        """Return the negative gradient after some trees, (n,), which the next one is grown on."""
        F = self.F[count]
        return self.loss.at(self.y, F, None).residuals(self.y, F)[-1]

    def value(self, count: int) -> float:
        """Return the loss of the rows after some trees, as `told_loss`."""
        return told_loss(self.loss, self.y, self.F[count])


def stages_of(model: Any, data: Dataset) -> Stages:
    """Return a boosted model after each number of its trees.

    Raises
    ------
    NotApplicable
        For another kind of model.
    """
    if not isinstance(model, BoostedTrees):
        raise NotApplicable("A single tree is not a sum: the picture is about boosted models.")
    one = model._ensemble
    trees = one.forest.trees()[one.K - 1 :: one.K]
    X = known_rows(model, data.X)
    return Stages(model, data, trees, model._loss, X, targets_of(model, data), scores_after(model, data.X))


def told_loss(loss: Loss, y: Array, F: Array) -> float:
    """Return the mean loss as reports tell it: of two classes the log-loss, not the deviance, which is twice that."""
    return loss.value(y, F, None) * (loss.unit if isinstance(loss, Binomial) else 1.0)


def known_rows(model: Any, X: Array) -> Array:
    """Return rows as the trees know them, with numbers in place of categories."""
    return in_memory(model._new_rows(X))


def count_name(model: Any) -> str:
    """Return the name of the parameter that is the number of trees."""
    return "n_estimators" if "n_estimators" in model.get_params() else "max_iter"


def targets_of(model: Any, data: Dataset) -> Array:
    """Return targets as the loss takes them."""
    y = np.asarray(data.y)
    return np.searchsorted(model.classes_, y) if hasattr(model, "classes_") else y.astype(np.float64)


def scores_after(model: Any, X: Array) -> Array:
    """Return the scores of rows after 0, 1, …, T iterations, (T + 1, K, n)."""
    return np.array([model._start(X), *model._staged_scores(X)])


def level_names(model: Any, data: Dataset, j: int) -> list[str]:
    """Return the categories of a column that a model takes as categories, by their numbers in its trees."""
    known = model._ensemble.categories
    (place,) = np.flatnonzero(known.columns == j)
    names = data.levels().get(j)
    return [f"{value:g}" if names is None else names[int(value)] for value in known.values[place]]


def leaf_means(tree: Tree, X: Array, r: Array) -> Array:
    """Return the mean of the numbers r of the rows in each node's branch, which the tree gives them; 0 without rows."""
    leaf = tree.apply(X)
    size = np.bincount(leaf, minlength=tree.node_count)
    return np.bincount(leaf, weights=r, minlength=tree.node_count) / np.maximum(size, 1)


def first_tree(model: Any) -> Tree:
    """Return the first tree of a model, of several classes that of the last one; of a tree itself."""
    if isinstance(model, DecisionTree):
        return model.tree_
    one = model._ensemble
    return one.forest.tree(one.K - 1)


def first_residuals(model: Any, data: Dataset) -> Array:
    """Return what the first tree is grown on, (n,): of a tree itself the deviations from the mean."""
    if not isinstance(model, DecisionTree):
        return stages_of(model, data).residuals(0)
    y = targets_of(model, data)
    one = (y == len(model.classes_) - 1).astype(float) if hasattr(model, "classes_") else y
    return np.asarray(one - one.mean())
