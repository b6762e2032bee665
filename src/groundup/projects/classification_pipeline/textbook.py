"""How a classifier is judged, as the chapter derives it; read this file first.

y holds classes, 0 or 1; s scores, larger for class 1; p probabilities of class 1.
"""

from math import comb

import numpy as np


def confusion(y, predicted):
    """Return the counts of rows by true class (row) and predicted class (column).

    eq. classification_pipeline:confusion
    """
    cells = [[((y == k) & (predicted == j)).sum() for j in (0, 1)] for k in (0, 1)]
    return np.array(cells)  # (2, 2)


def roc(y, s):
    """Return false-alarm rate and hit rate at each threshold, the highest first.

    eq. classification_pipeline:roc
    """
    thresholds = np.unique(s)[::-1]  # equal scores pass together
    hits = np.array([(s[y == 1] >= t).mean() for t in thresholds])
    alarms = np.array([(s[y == 0] >= t).mean() for t in thresholds])
    return np.append(0.0, alarms), np.append(0.0, hits)  # (thresholds + 1,) each


def area(y, s):
    """Return the share of pairs, one row of each class, that are in the right order.

    eq. classification_pipeline:area
    """
    ones, zeros = s[y == 1][:, None], s[y == 0]  # (n1, 1), (n0,)
    return (ones > zeros).mean() + 0.5 * (ones == zeros).mean()  # a tie counts half


def average_precision(y, s):
    """Return the mean of the precision, weighted by the steps of the recall.

    eq. classification_pipeline:average-precision
    """
    thresholds = np.unique(s)[::-1]
    recall = np.array([(s[y == 1] >= t).mean() for t in thresholds])
    precision = np.array([y[s >= t].mean() for t in thresholds])
    return np.diff(recall, prepend=0) @ precision


def brier(y, p):
    """Return the mean squared error of p.  eq. classification_pipeline:brier"""
    return ((p - y) ** 2).mean()


def best_threshold(y, p, cost_miss, cost_alarm):
    """Return the threshold at which the errors on these rows cost least.

    eq. classification_pipeline:threshold
    """
    thresholds = np.append(np.unique(p), np.inf)  # infinity: no row is called 1
    misses = np.array([((p < t) & (y == 1)).sum() for t in thresholds])
    alarms = np.array([((p >= t) & (y == 0)).sum() for t in thresholds])
    return thresholds[np.argmin(cost_miss * misses + cost_alarm * alarms)]


def stratified_folds(y, k):
    """Return the fold, 0 to k - 1, of each row; each class is dealt out in turn.

    eq. classification_pipeline:folds
    """
    fold, start = np.empty(len(y), dtype=int), 0
    for c in np.unique(y):
        rows = np.flatnonzero(y == c)
        fold[rows] = (start + np.arange(len(rows))) % k
        start += len(rows)  # the next class goes on where this one ended
    return fold


def chosen(X, y, k):
    """Return the k columns whose means in the two classes differ most.

    eq. classification_pipeline:leakage
    """
    apart = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))  # (d,)
    return np.argsort(-apart, kind="stable")[:k]


def nearest_mean(X, y, new):
    """Return for each new row the class whose mean is nearer.

    eq. classification_pipeline:leakage
    """
    zero, one = X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)
    return np.where(((new - one) ** 2).sum(1) < ((new - zero) ** 2).sum(1), 1, 0)


def accuracy_of_chosen(X, y, k, fold, before):
    """Return the cross-validated accuracy with k chosen columns.

    If before is True they are chosen from all rows, before the split: the leak.
    eq. classification_pipeline:leakage
    """
    right = 0
    for f in np.unique(fold):
        fit, test = fold != f, fold == f
        columns = chosen(X, y, k) if before else chosen(X[fit], y[fit], k)
        predicted = nearest_mean(X[fit][:, columns], y[fit], X[test][:, columns])
        right += (predicted == y[test]).sum()
    return right / len(y)


def wilson(successes, n, z):
    """Return the ends of Wilson's interval of a share; z is 1.96 for 95 per cent.

    eq. classification_pipeline:wilson
    """
    share, w = successes / n, z**2 / n
    half = z * np.sqrt(share * (1 - share) / n + w / (4 * n))
    return (share + w / 2 - half) / (1 + w), (share + w / 2 + half) / (1 + w)


def mcnemar(only_first, only_second):
    """Return McNemar's p-value from the rows that only one of two models gets right.

    eq. classification_pipeline:mcnemar
    """
    n, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(n, i) for i in range(fewer + 1)) / 2**n  # at most this few heads
    return min(1.0, 2 * tail)


def psi(expected, found):
    """Return the population stability index of two sets of positive counts.

    eq. classification_pipeline:psi
    """
    e, f = expected / expected.sum(), found / found.sum()
    return ((f - e) * np.log(f / e)).sum()


if __name__ == "__main__":
    y = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1])  # twelve rows, p ascending
    p = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9])
    print("confusion matrix at the threshold 0.5:", confusion(y, p >= 0.5).tolist())
    print(f"area {area(y, p):.4f}, average precision {average_precision(y, p):.4f}")
    print(f"Brier score {brier(y, p):.4f}")
    print("threshold if a miss costs five alarms:", best_threshold(y, p, 5, 1))
    print("interval of 9 right of 12: {:.3f} to {:.3f}".format(*wilson(9, 12, 1.96)))
    print(f"PSI {psi(np.array([50, 30, 20]), np.array([30, 30, 40])):.4f}")
