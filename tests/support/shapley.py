"""Shapley values of a grown tree by their definition: every set of known columns, one row, no shortcuts."""

from itertools import combinations
from math import comb

import numpy as np


def expectation(tree, x, known, node=0):
    """What the tree predicts for x if only some columns are known, from the covers of its nodes."""
    if tree.is_leaf[node]:
        return tree.value[node].ravel()
    j, branches = tree.feature[node], (tree.children_left[node], tree.children_right[node])
    if j in known:
        return expectation(tree, x, known, branches[0 if tree.goes_left(x[[j]], np.array([node]))[0] else 1])
    cover = tree.cover
    return sum(cover[branch] * expectation(tree, x, known, branch) for branch in branches) / cover[node]


def shapley(tree, x):
    """Values of shape (d, outputs)."""
    d = len(x)
    every = {known: expectation(tree, x, known) for size in range(d + 1) for known in combinations(range(d), size)}
    found = np.zeros((d, len(every[()])))
    for known, before in every.items():
        for j in set(range(d)).difference(known):
            after = every[tuple(sorted({*known, j}))]
            found[j] += (after - before) / (d * comb(d - 1, len(known)))
    return found
