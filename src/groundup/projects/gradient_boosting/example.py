"""The worked example of the chapter: six beds and two trees, small enough for a pencil; and the four points of XOR."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.tex import row
from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.models.decision_tree_regressor import DecisionTreeRegressor

x = np.arange(1.0, 7.0)  # grams of fertiliser
Y = np.array([1.0, 1, 4, 9, 9, 12])  # kilograms of tomatoes
RIPE = np.array([0.0, 0, 1, 0, 1, 1])  # whether the beds were ready in July
RATE, ROUNDS = 0.5, 20
LAM = 1.0  # The penalty of leaf values in the second-order gains.
XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
DIFFERENT = np.array([0.0, 1, 1, 0])
FAR, FARTHER = 2.0**26, 2.0**28  # Shifts at which a difference of squares gets the gain wrong, and loses it.


def six_beds() -> dict[str, float | int | str]:
    """Every number that the chapter's worked example prints, by name."""
    return {**_rounds(), **_labels(), **_bins(), **_xor(), **_weights(), **_overshoot(), **_far()}


def _rounds() -> dict[str, float | int | str]:
    F = np.full(6, Y.mean())
    trees = list(textbook.boost(x[:, None], Y, RATE, 1, ROUNDS))
    numbers: dict[str, float | int | str] = {
        "x": row(x),
        "y": row(Y),
        "start": float(F[0]),
        "residuals_0": row(Y - F),
        "loss_0": float(textbook.squared_loss(Y, F)),
        "loss_end": float(trees[-1][2]),
        "new": float(textbook.predict(np.array([[2.7]]), F[0], [tree for tree, _, _ in trees[:2]], RATE)[0]),
    }
    for number, (tree, after, loss) in enumerate(trees[:2], start=1):
        _, threshold, left, right = tree
        gains = textbook.split_gains(x, Y - F)
        F = after
        numbers |= {
            f"gains_{number}": row(gains),
            f"gain_{number}": float(gains.max()),
            f"threshold_{number}": float(threshold),
            f"left_{number}": float(left),
            f"right_{number}": float(right),
            f"scores_{number}": row(F),
            f"residuals_{number}": row(Y - F),
            f"loss_{number}": exact(loss),
        }
    return numbers


def _labels() -> dict[str, float | int | str]:
    start = np.zeros(6)  # half of the labels are 1
    r, h = textbook.logistic_residuals(RIPE, start)
    (tree, F, loss), *_ = textbook.boost_logistic(x[:, None], RIPE, RATE, 1, 1)
    left = x <= tree[1]
    sums = r[left].sum(), h[left].sum(), r[~left].sum(), h[~left].sum()
    return {
        "labels": row(RIPE),
        "label_residuals": row(r),
        "label_gains": row(textbook.split_gains(x, r)),
        "label_threshold": float(tree[1]),
        "label_left": float(tree[2]),
        "label_right": float(tree[3]),
        "label_loss_0": float(textbook.logistic_loss(RIPE, start)),
        "label_loss_1": float(loss),
        "label_p": row((RIPE - textbook.logistic_residuals(RIPE, F)[0])[[0, 5]]),
        "newton_gain": float(textbook.newton_gain(*sums, 0.0, 0.0)),
        "newton_gain_penalised": float(textbook.newton_gain(*sums, LAM, 0.0)),
    }


def _bins() -> dict[str, float | int | str]:
    bins = textbook.bin_numbers(x, np.array([2.5, 4.5]))
    G = textbook.histogram(bins, Y - Y.mean(), 3)
    H = textbook.histogram(bins, np.ones(6), 3)
    first, second = textbook.histogram_gains(G, H, 0.0, 0.0)
    return {"bin_sums": row(G), "bin_counts": row(H), "bin_gain_1": exact(first), "bin_gain_2": exact(second)}


def _xor() -> dict[str, float | int | str]:
    r = DIFFERENT - DIFFERENT.mean()
    gains = np.concatenate([textbook.split_gains(column, r) for column in XOR.T])
    tree = textbook.grow(XOR, r, np.ones(4), 2)
    importances = DecisionTreeRegressor(max_depth=2).fit(XOR, DIFFERENT).feature_importances_
    return {
        "xor_gains": row(gains[gains >= 0]),
        "xor_loss_0": float(textbook.squared_loss(DIFFERENT, DIFFERENT - r)),
        "xor_tree": row(textbook.apply(tree, XOR)),
        "xor_importances": row(importances),
    }


def _weights() -> dict[str, float | int | str]:
    alpha, w = textbook.reweight(np.full(4, 0.25), np.array([True, False, False, False]))
    return {"alpha": float(alpha), "reweighted": row(w), "shrink": float(2 * np.sqrt(0.25 * 0.75))}


def _overshoot() -> dict[str, float | int | str]:
    """Two opposite labels in one leaf, at a score that is sure of the second."""
    labels, F = np.array([1.0, 0.0]), np.full(2, -5.0)
    step = textbook.leaf_value(*textbook.logistic_residuals(labels, F))
    losses = [float(textbook.logistic_loss(labels, F + rate * step)) for rate in (0.0, 1.0, 0.1)]
    return {"over_step": float(step), "over_before": losses[0], "over_full": losses[1], "over_tenth": losses[2]}


def gain_from_squares(r: Array, n_left: int) -> float:
    """Return the gain of a cut as a difference of sums of squares, which cancel far from zero."""
    left, right = r[:n_left], r[n_left:]
    return float(left.sum() ** 2 / len(left) + right.sum() ** 2 / len(right) - r.sum() ** 2 / len(r))


def _far() -> dict[str, float | int | str]:
    return {
        "far_right": float(textbook.split_gains(x, Y + FARTHER)[2]),
        "far_naive": gain_from_squares(Y + FAR, 3),
        "farther_naive": gain_from_squares(Y + FARTHER, 3),
    }


def exact(value: float) -> str:
    """Return a number that has a few binary digits with all of its decimals."""
    return rf"\ensuremath{{{value:.12g}}}"
