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
        total += (recall - recall_before) * taken.mean()
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


def decide(P, costs):
    """Return the decision of least expected cost for each row; costs[k, j] is the cost of decision j in class k.

    eq. classification_pipeline:decision
    """
    return (P @ costs).argmin(axis=1)  # (n,)


def calibration(y, p, edges):
    """Return mean probability, share of class 1 and number of rows of each bin between two edges that has rows.

    eq. classification_pipeline:calibration
    """
    bins = np.clip(np.searchsorted(edges, p) - 1, 0, len(edges) - 2)  # an edge belongs to the bin below
    filled = np.unique(bins)
    said = np.array([p[bins == b].mean() for b in filled])
    found = np.array([y[bins == b].mean() for b in filled])
    return said, found, np.array([(bins == b).sum() for b in filled])


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


def chosen(X, y, k):
    """Return the k columns whose means in the two classes lie farthest apart.

    eq. classification_pipeline:leakage
    """
    apart = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))
    return np.argsort(-apart, kind="stable")[:k]


def nearest_mean(X, y, new):
    """Return for each new row the class whose mean is nearer: the classifier that the columns are chosen for.

    eq. classification_pipeline:leakage
    """
    zero, one = X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)
    return (((new - one) ** 2).sum(axis=1) < ((new - zero) ** 2).sum(axis=1)).astype(int)


def accuracy_of_chosen(X, y, k, fold, before):
    """Return the cross-validated accuracy with k chosen columns; before: chosen from all rows, which is the leak.

    eq. classification_pipeline:leakage
    """
    right = 0
    for f in np.unique(fold):
        rest, test = fold != f, fold == f
        columns = chosen(X, y, k) if before else chosen(X[rest], y[rest], k)
        predicted = nearest_mean(X[rest][:, columns], y[rest], X[test][:, columns])
        right += (predicted == y[test]).sum()
    return right / len(y)


def nested(X, y, sizes, outer, inner):
    """Return the accuracy on outer folds when the number of columns, one of sizes, is chosen without each of them.

    outer holds the fold of each row; inner folds are dealt out among the rows that are left.

    eq. classification_pipeline:nested
    """
    right = 0
    for f in np.unique(outer):
        rest, test = outer != f, outer == f
        folds = stratified_folds(y[rest], inner)
        scores = [accuracy_of_chosen(X[rest], y[rest], k, folds, False) for k in sizes]
        columns = chosen(X[rest], y[rest], sizes[int(np.argmax(scores))])
        predicted = nearest_mean(X[rest][:, columns], y[rest], X[test][:, columns])
        right += (predicted == y[test]).sum()
    return right / len(y)


def wilson(successes, n, z):
    """Return the ends of Wilson's interval of a proportion; z is 1.96 for 95 per cent.

    eq. classification_pipeline:wilson
    """
    share, spread = successes / n, z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / n + spread / (4 * n))
    return middle - half, middle + half


def bootstrap(y, s, draws, rng):
    """Return the ends of the interval that holds 95 per cent of the areas of rows drawn with replacement.

    eq. classification_pipeline:bootstrap
    """
    found = []
    while len(found) < draws:
        rows = rng.integers(len(y), size=len(y))
        if 0 < y[rows].sum() < len(y):  # a draw without one of the classes has no area
            found.append(area(y[rows], s[rows]))
    return np.quantile(found, [0.025, 0.975])


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


def distance(expected, found):
    """Return the largest difference of the distribution functions of two samples.

    eq. classification_pipeline:drift
    """
    places = np.concatenate([expected, found])
    F = np.sort(expected).searchsorted(places, side="right") / len(expected)
    G = np.sort(found).searchsorted(places, side="right") / len(found)  # not above
    return np.abs(F - G).max()


def holm(p):
    """Return p-values corrected for their number: a test rejects where its corrected value is at most alpha.

    eq. classification_pipeline:holm
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


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
