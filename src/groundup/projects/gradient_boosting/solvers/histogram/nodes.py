"""Nodes of a growing tree: their rows, sums and bounds, and their best split."""

from dataclasses import dataclass
from math import inf

from groundup.core.types import Array


@dataclass(frozen=True)
class Cut:
    """The best split of a node.

    Parameters
    ----------
    gain : float
        By how much it lowers the loss, times two.
    feature, bin : int
        Column, and last bin of numbers that goes to the left.
    left : ndarray of bool of shape (B,)
        Which bins of the column go to the left.
    missing_left : bool
        Whether missing entries go to the left.
    gradient, hessian, size : float, float, int
        Sums of the left side, in the units of `Weights`, and its number of rows.
    """

    gain: float
    feature: int
    bin: int
    left: Array
    missing_left: bool
    gradient: float
    hessian: float
    size: int


@dataclass
class Node:
    """A node of a growing tree.

    Parameters
    ----------
    start, size : int
        Place of the first of its rows, and number of these.
    depth : int
        Depth.
    gradient, hessian : float
        Sums over its rows, in the units of `Weights`.
    value : float
        Its value as a leaf.
    low, high : float
        Between which the values of its branches must lie.
    groups : ndarray of bool of shape (g,) or None
        Groups of columns that may split its branches.
    sums : ndarray of shape (2 or 3, d, B) or None
        Its cumulated histograms, see `cumulated`, while they are needed.
    cut : Cut or None
        Its best split, if there is one.
    children : tuple of int or None
        Numbers of its children, unless it is a leaf.
    """

    start: int
    size: int
    depth: int
    gradient: float
    hessian: float
    value: float
    low: float = -inf
    high: float = inf
    groups: Array | None = None
    sums: Array | None = None
    cut: Cut | None = None
    children: tuple[int, int] | None = None
