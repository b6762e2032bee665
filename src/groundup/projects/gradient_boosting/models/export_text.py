"""A tree as indented text."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Number, check_values
from groundup.core.types import Array
from groundup.projects.gradient_boosting.models.decision_tree import DecisionTree

RULES = {"max_depth": Number(0, whole=True), "spacing": Count, "decimals": Number(0, whole=True)}


def names_of(given: Any, known: Any, count: int, what: str) -> list[str]:
    """Return names as text: those given, or those that the model knows.

    Raises
    ------
    ValueError
        For another number of them.
    """
    names = known if given is None else given
    if len(names) != count:
        raise ValueError(f"{what} must contain {count} elements, got {len(names)}.")
    return [str(name) for name in names]


def column_names(model: DecisionTree, given: Any, pattern: str = "feature_{}") -> list[str]:
    """Return the names of the columns of a fitted tree."""
    d = model.n_features_in_
    numbered = [pattern.format(j) for j in range(d)]
    return names_of(given, getattr(model, "feature_names_in_", numbered), d, "feature_names")


def class_names_of(model: Any, given: Any) -> list[list[str]] | None:
    """Return the names of the classes of each target, None for a regression.

    Raises
    ------
    ValueError
        For another number of names, and for names of several targets, which are those of the fit.
    """
    if model.kind != "classifier":
        return None
    given = None if given is True else given
    if not isinstance(model.classes_, list):
        return [names_of(given, model.classes_, len(model.classes_), "class_names")]
    if given is not None:
        raise ValueError("class_names are for a tree of one target; those of several are the classes of the fit.")
    return [[str(one) for one in classes] for classes in model.classes_]


def export_text(
    decision_tree: DecisionTree,
    *,
    feature_names: Sequence[str] | Array | None = None,
    class_names: Sequence[str] | Array | None = None,
    max_depth: int = 10,
    spacing: int = 3,
    decimals: int = 2,
    show_weights: bool = False,
) -> str:
    """Return a tree as text, in which a deeper node stands further to the right.

    Parameters
    ----------
    decision_tree : DecisionTreeRegressor or DecisionTreeClassifier
        A fitted tree.
    feature_names, class_names : sequence of str, optional
        Names of the columns and of the classes; by default those of the fit, which those of several targets always are.
    max_depth : int, default=10
        Depth below which branches are left out.
    spacing : int, default=3
        Number of columns by which a level is moved to the right.
    decimals : int, default=2
        Digits after the point.
    show_weights : bool, default=False
        Whether a leaf shows the weight of each class.

    Returns
    -------
    str

    Raises
    ------
    NotFittedError
        Before the fit.
    InvalidParameterError, ValueError
        For options that are not allowed, and for another number of names.

    Examples
    --------
    >>> from groundup import DecisionTreeRegressor, export_text
    >>> print(export_text(DecisionTreeRegressor().fit([[1], [2], [3]], [5.0, 5.0, 7.0])), end="")
    |--- feature_0 <= 2.50
    |   |--- value: [5.00]
    |--- feature_0 >  2.50
    |   |--- value: [7.00]
    """
    decision_tree._require_fitted()
    check_values("export_text", RULES, {"max_depth": max_depth, "spacing": spacing, "decimals": decimals})
    check_values("export_text", {"show_weights": Boolean()}, {"show_weights": show_weights})
    columns, classes = column_names(decision_tree, feature_names), class_names_of(decision_tree, class_names)
    tree = decision_tree.tree_

    def leaf(node: int) -> str:
        value = tree.value[node]
        if classes is None:
            return f"value: [{', '.join(f'{number:.{decimals}f}' for number in value[:, 0])}]"
        told = []
        for names, shares in zip(classes, value, strict=True):
            mass = shares[: len(names)] * tree.weighted_n_node_samples[node]
            weights = f"weights: [{', '.join(f'{one:.{decimals}f}' for one in mass)}] " if show_weights else ""
            told.append(f"{weights}class: {names[int(shares.argmax())]}")
        return ", ".join(told)

    def lines(node: int, depth: int) -> Iterator[str]:
        margin = f"|{' ' * spacing}" * depth + f"|{'-' * spacing} "
        if tree.children_left[node] < 0:
            yield margin + leaf(node)
        elif depth > max_depth:
            yield f"{margin}truncated branch of depth {_depth_below(tree, node)}"
        else:
            name, threshold = columns[tree.feature[node]], f"{tree.threshold[node]:.{decimals}f}"
            yield f"{margin}{name} <= {threshold}"
            yield from lines(int(tree.children_left[node]), depth + 1)
            yield f"{margin}{name} >  {threshold}"
            yield from lines(int(tree.children_right[node]), depth + 1)

    return "".join(f"{line}\n" for line in lines(0, 0))


def _depth_below(tree: Any, node: int) -> int:
    """Return the number of levels of a branch, its first node included."""
    depth, level = 0, np.array([node])
    while len(level):
        inner = level[~tree.is_leaf[level]]
        level = np.concatenate([tree.children_left[inner], tree.children_right[inner]])
        depth += 1
    return depth
