"""How a classifier is judged, as the chapter derives it: counts, curves, intervals, tests, and drift.

The scores of the library are tested against these functions; read them first. y holds the true classes, 0 or 1, of n
rows; s holds a score of each row, larger where class 1 is more likely; p holds probabilities of class 1.
"""

from math import comb

import numpy as np


def confusion(y, predicted):
    """Return the counts [[true negatives, false positives], [false negatives, true positives]].

    eq. classification_pipeline:confusion
    """
    return np.array([[((y == i) & (predicted == j)).sum() for j in (0, 1)] for i in (0, 1)])  # (2, 2)


def roc(y, s):
    """Return false and true positive rates at each threshold, from the highest to the lowest score.

    eq. classification_pipeline:roc
    """
    thresholds = np.unique(s)[::-1]  # rows with equal scores pass a threshold together
    hits = np.array([(y[s >= t] == 1).sum() for t in thresholds]) / (y == 1).sum()
    alarms = np.array([(y[s >= t] == 0).sum() for t in thresholds]) / (y == 0).sum()
    return np.append(0.0, alarms), np.append(0.0, hits)  # (thresholds + 1,) each


def area(y, s):
    """Return the share of pairs of a row of each class that the scores put in the right order; a tie counts half.

    eq. classification_pipeline:area
    """
    ones, zeros = s[y == 1], s[y == 0]
    right = (ones[:, None] > zeros).sum() + 0.5 * (ones[:, None] == zeros).sum()
    return right / (len(ones) * len(zeros))


def average_precision(y, s):
    """Return the mean precision over the steps of recall.  eq. classification_pipeline:average-precision"""
    total = recall_before = 0.0
    for t in np.unique(s)[::-1]:
        taken = y[s >= t]
        recall = taken.sum() / y.sum()
        total += (recall - recall_before) * taken.mean()  # height is the precision of the rows taken
        recall_before = recall
    return total


def brier(y, p):
    """Return the mean squared distance of probabilities from what happened.  eq. classification_pipeline:brier"""
    return ((p - y) ** 2).mean()


def best_threshold(y, p, cost_miss, cost_alarm):
    """Return the threshold, among the probabilities that occur and 1, at which the costs are least.

    eq. classification_pipeline:threshold
    """
    thresholds = np.append(np.unique(p), np.inf)
    costs = [cost_miss * ((p < t) & (y == 1)).sum() + cost_alarm * ((p >= t) & (y == 0)).sum() for t in thresholds]
    return thresholds[int(np.argmin(costs))]


def stratified_folds(y, k):
    """Return the fold, 0 to k - 1, of each row; each class is dealt out in turn.

    eq. classification_pipeline:folds
    """
    fold, start = np.empty(len(y), dtype=int), 0
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        fold[rows] = (start + np.arange(len(rows))) % k  # go on where the last class ended
        start += len(rows)
    return fold


def wilson(successes, n, z):
    """Return the ends of Wilson's interval of a proportion; z is 1.96 for 95 per cent.

    eq. classification_pipeline:wilson
    """
    share, spread = successes / n, z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / n + spread / (4 * n))
    return middle - half, middle + half


def mcnemar(only_first, only_second):
    """Return the exact p-value of McNemar's test, from the rows that only one of two models gets right.

    eq. classification_pipeline:mcnemar
    """
    n, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(n, i) for i in range(fewer + 1)) / 2**n
    return min(1.0, 2 * tail)


def psi(expected, found):
    """Return the population stability index of two sets of counts in the same bins, all of them above 0.

    eq. classification_pipeline:psi
    """
    e, f = expected / expected.sum(), found / found.sum()
    return ((f - e) * np.log(f / e)).sum()


if __name__ == "__main__":
    y = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1])  # twelve rows, in the order of their probabilities
    p = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9])
    table = confusion(y, (p >= 0.5).astype(int))
    print(f"confusion matrix at 0.5: {table.tolist()}")
    print(f"area under the ROC curve {area(y, p):.4f}, average precision {average_precision(y, p):.4f}")
    print(f"Brier score {brier(y, p):.4f}")
    print(f"a miss costs five alarms: threshold {best_threshold(y, p, 5, 1):.2f}")
    low, high = wilson(table.trace(), 12, 1.96)
    print(f"accuracy {table.trace()} of 12, between {low:.2f} and {high:.2f}")
    print(f"McNemar's p-value for 1 against 6 rows: {mcnemar(1, 6):.3f}")
    print(f"PSI of 50, 30, 20 against 30, 30, 40: {psi(np.array([50, 30, 20]), np.array([30, 30, 40])):.3f}")
