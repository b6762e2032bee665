"""Gradient boosting as the chapter derives it: no weights of rows, no presorted columns, one tree at a time.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row; F[i] is the prediction for sample i so far. A tree is a number (a leaf), or a tuple
(j, t, left, right) of a column j, a threshold t and two trees: samples with X[i, j] <= t go to the left one.
"""

from itertools import combinations
from math import comb

import numpy as np


def split_gains(x, r):
    """Return how much each cut lowers the sum of squared deviations of r from its mean.  eq. gradient_boosting:gain

    Entry i is of the cut after the i + 1 smallest entries of x; a cut between equal ones is not possible: -1.
    """
    order = np.argsort(x, kind="stable")
    x, r, n = x[order], r[order] - r.mean(), len(x)
    n_left, S_left = np.arange(1, n), np.cumsum(r)[:-1]  # (n - 1,)
    return np.where(x[1:] > x[:-1], S_left**2 * n / (n_left * (n - n_left)), -1.0)


def best_split(x, r):
    """Return gain and threshold of the best cut of one column, the first of equal ones.  eq. gradient_boosting:split

    The gain is -1 where all entries are equal, and no cut is possible.
    """
    gains, x = split_gains(x, r), np.sort(x)
    if len(x) < 2 or gains.max() < 0:
        return -1.0, np.nan
    rounding = 1e-12 * len(r) * r.var()  # by which equal gains may differ
    i = (gains >= max(0, gains.max() - rounding)).argmax()
    return gains[i], (x[i] + x[i + 1]) / 2


def leaf_value(r, h):
    """Return the Newton step of a leaf with negative gradients r, second derivatives h.  eq. gradient_boosting:leaf"""
    return r.sum() / h.sum() if h.sum() > 1e-150 else 0.0  # 1e-150: all of these samples are certain


def grow(X, r, h, depth):
    """Grow a tree that splits by r, greedily, and whose leaves take Newton steps.  eq. gradient_boosting:tree"""
    if depth > 0 and r.min() < r.max():
        gains, thresholds = np.array([best_split(X[:, j], r) for j in range(X.shape[1])]).T
        j = (gains >= gains.max() - 1e-12 * len(r) * r.var()).argmax()  # the first of equally good columns
        gain, t = gains[j], thresholds[j]
        if gain >= 0:  # a gain of 0 may be the first of two steps, as on the points of XOR
            left = X[:, j] <= t
            branches = [grow(X[side], r[side], h[side], depth - 1) for side in (left, ~left)]
            return (int(j), float(t), *branches)
    return float(leaf_value(r, h))


def apply(tree, X):
    """Return the value of each sample's leaf.  eq. gradient_boosting:tree"""
    if not isinstance(tree, tuple):
        return np.full(len(X), tree)
    j, t, left, right = tree
    return np.where(X[:, j] <= t, apply(left, X), apply(right, X))  # (n,)


def squared_loss(y, F):
    """Return half the mean of the squared residuals.  eq. gradient_boosting:squared-loss"""
    return ((y - F) ** 2).mean() / 2


def logistic_loss(y, F):
    """Return the mean of -log p(y) for labels 0 and 1 and log-odds F.  eq. gradient_boosting:logistic-loss"""
    return (np.logaddexp(0, F) - y * F).mean()  # exp(F) alone overflows


def residuals(y, F):
    """Return negative gradient and second derivative of the squared loss.  eq. gradient_boosting:residuals"""
    return y - F, np.ones(len(y))


def logistic_residuals(y, F):
    """Return negative gradient and second derivative of the logistic loss.  eq. gradient_boosting:logistic-residuals"""
    p = 1 / (1 + np.exp(-np.abs(F)))
    p = np.where(F >= 0, p, 1 - p)
    return y - p, p * (1 - p)


def boost(X, y, rate, depth, steps):
    """Add trees to the mean, each grown on the residuals; yield tree, F and loss.  eq. gradient_boosting:boosting"""
    F = np.full(len(y), y.mean())
    for _ in range(steps):
        tree = grow(X, *residuals(y, F), depth)
        F = F + rate * apply(tree, X)
        yield tree, F, squared_loss(y, F)


def boost_logistic(X, y, rate, depth, steps):
    """Add trees to the log-odds of the labels; yield tree, F and loss.  eq. gradient_boosting:boosting"""
    F = np.full(len(y), np.log(y.mean() / (1 - y.mean())))
    for _ in range(steps):
        tree = grow(X, *logistic_residuals(y, F), depth)
        F = F + rate * apply(tree, X)
        yield tree, F, logistic_loss(y, F)


def predict(X, start, trees, rate):
    """Return the start plus the steps of all trees.  eq. gradient_boosting:model"""
    return start + rate * sum(apply(tree, X) for tree in trees)


def newton_gain(G_left, H_left, G_right, H_right, lam, gamma):
    """Return the gain of a cut by sums of first and second derivatives.  eq. gradient_boosting:newton-gain"""
    G, H = G_left + G_right, H_left + H_right
    halves = G_left**2 / (H_left + lam) + G_right**2 / (H_right + lam)
    return (halves - G**2 / (H + lam)) / 2 - gamma


def bin_numbers(x, edges):
    """Return the bin of each entry: how many edges lie below it.  eq. gradient_boosting:bins"""
    return np.searchsorted(edges, x)


def histogram(bins, values, n_bins):
    """Return the sum of the values in each bin.  eq. gradient_boosting:histogram"""
    return np.bincount(bins, weights=values, minlength=n_bins)


def histogram_gains(G, H, lam, gamma):
    """Return the gain of a cut after each bin but the last.  eq. gradient_boosting:histogram-gain"""
    G_left, H_left = np.cumsum(G)[:-1], np.cumsum(H)[:-1]
    return newton_gain(G_left, H_left, G.sum() - G_left, H.sum() - H_left, lam, gamma)


def reweight(w, wrong):
    """Return AdaBoost's factor of a weak learner, and the samples' next weights.  eq. gradient_boosting:adaboost"""
    error = w[wrong].sum() / w.sum()
    alpha = np.log((1 - error) / error) / 2
    w = w * np.exp(np.where(wrong, alpha, -alpha))
    return alpha, w / w.sum()


def expectation(tree, X, x, known):
    """Return a tree's prediction for x where only some columns are known.  eq. gradient_boosting:cover

    At a column that is not known both branches count, by the shares of the samples X that take them.
    """
    if not isinstance(tree, tuple):
        return tree
    j, t, left, right = tree
    below = X[:, j] <= t
    if j in known:
        return expectation(left, X[below], x, known) if x[j] <= t else expectation(right, X[~below], x, known)
    share = below.mean()
    return share * expectation(left, X[below], x, known) + (1 - share) * expectation(right, X[~below], x, known)


def shapley(tree, X, x):
    """Return by how much each column moves the prediction for x, on average.  eq. gradient_boosting:shapley

    The average is over the number of columns known before, and over which these are.
    """
    d, phi = len(x), np.zeros(len(x))
    for j in range(d):
        others = [k for k in range(d) if k != j]
        for size in range(d):
            for known in combinations(others, size):
                change = expectation(tree, X, x, {*known, j}) - expectation(tree, X, x, known)
                phi[j] += change / (d * comb(d - 1, size))
    return phi


if __name__ == "__main__":
    x, y = np.arange(1.0, 7.0), np.array([1.0, 1, 4, 9, 9, 12])
    F = np.full(6, y.mean())
    print(f"start: {F[0]:g} for all, residuals {y - F}, loss {squared_loss(y, F):g}")
    for t, (tree, after, loss) in enumerate(boost(x[:, None], y, rate=0.5, depth=1, steps=2), start=1):
        print(f"round {t}: gains of the cuts {split_gains(x, y - F).round(4)}")
        print(f"  x <= {tree[1]:g}: step {tree[2]:g}, else {tree[3]:g}; F = {after}, loss {loss:.6f}")
        F = after
    G, H = np.array([5.0, 0.0, -5.0]), np.array([2.0, 1.0, 3.0])
    print(f"second-order gains after bins 1 and 2: {histogram_gains(G, H, lam=1.0, gamma=0.0).round(4)}")
    alpha, w = reweight(np.full(4, 0.25), np.array([True, False, False, False]))
    print(f"AdaBoost, one of four wrong: factor {alpha:.4f}, next weights {w.round(4)}")
    X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    tree = (0, 0.5, 0.0, (1, 0.5, 0.0, 8.0))  # 8 where both are 1
    print(f"Shapley values of (1, 1), from {expectation(tree, X, X[3], ()):g} to 8: {shapley(tree, X, X[3])}")
