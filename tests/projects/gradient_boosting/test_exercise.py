"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "rows that are not sorted": ("""
        def split_gains(x, r):
            n, S = len(x), np.cumsum(r - np.mean(r))[:-1]
            left = np.arange(1, n)
            return np.where(x[1:] > x[:-1], S**2 * n / (left * (n - left)), -1.0)
    """, "gradient_boosting:gain", "not sorted by x first"),
    "cuts between equal entries": ("""
        def split_gains(x, r):
            r = r[np.argsort(x, kind="stable")] - np.mean(r)
            n, S = len(x), np.cumsum(r)[:-1]
            return np.array([S[i] ** 2 * (1 / (i + 1) + 1 / (n - i - 1)) for i in range(n - 1)])
    """, "gradient_boosting:gain", "between two equal entries"),
    "a threshold on an entry": ("""
        def best_split(x, r):
            gains = split_gains(x, r)
            if len(x) < 2 or np.max(gains) < 0:
                return -1.0, float("nan")
            i = int(np.argmax(np.round(gains, 9)))
            return gains[i], sorted(x)[i]
    """, "gradient_boosting:split", "the entry on the left"),
    "leaves that are means": ("""
        def leaf_value(r, h):
            return np.mean(r)
    """, "gradient_boosting:leaf", "divides by the sum of h"),
    "a leaf of certain rows": ("""
        def leaf_value(r, h):
            return np.sum(r) / np.sum(h)
    """, "gradient_boosting:leaf", "divides by zero"),
    "a tree that gives up on XOR": ("""
        def grow(X, r, h, depth):
            if depth and np.ptp(r) > 0:
                found = [best_split(column, r) for column in X.T]
                j = int(np.argmax([round(float(gain), 9) for gain, _ in found]))
                gain, t = found[j]
                if gain > 0:
                    low = X[:, j] <= t
                    return (j, float(t), grow(X[low], r[low], h[low], depth - 1),
                            grow(X[~low], r[~low], h[~low], depth - 1))
            return float(leaf_value(r, h))
    """, "gradient_boosting:tree", "gains 0 is not taken"),
    "an entry at the threshold": ("""
        def apply(tree, X):
            if isinstance(tree, float):
                return np.full(len(X), tree)
            j, t, left, right = tree
            out = apply(right, X)
            low = X[:, j] < t
            out[low] = apply(left, X)[low]
            return out
    """, "gradient_boosting:tree", "goes to the left: <="),
    "a loss without its half": ("""
        def squared_loss(y, F):
            return np.mean(np.square(y - F))
    """, "gradient_boosting:squared-loss", "The half is missing"),
    "a loss that overflows": ("""
        def logistic_loss(y, F):
            return np.mean(np.log1p(np.exp(F)) - y * F)
    """, "gradient_boosting:logistic-loss", "overflows"),
    "2/N in the gradient": ("""
        def residuals(y, F):
            return 2 * (y - F), np.ones_like(y)
    """, "gradient_boosting:residuals", "factor 2 is too many"),
    "gradients of probabilities applied to scores": ("""
        def logistic_residuals(y, F):
            return y - F, F * (1 - F)
    """, "gradient_boosting:logistic-residuals", "F is taken for a probability"),
    "every tree fits the first residuals": ("""
        def boost(X, y, rate, depth, steps):
            start = np.full(len(y), np.mean(y))
            F = start
            for _ in range(steps):
                tree = grow(X, y - start, np.ones(len(y)), depth)
                F = F + rate * apply(tree, X)
                yield tree, F, squared_loss(y, F)
    """, "gradient_boosting:boosting", "each has to see those that are left"),
    "leaves that take no Newton steps": ("""
        def boost_logistic(X, y, rate, depth, steps):
            p = np.mean(y)
            F = np.full(len(y), np.log(p) - np.log(1 - p))
            for _ in range(steps):
                r, _ = logistic_residuals(y, F)
                tree = grow(X, r, np.ones(len(y)), depth)
                F = F + rate * apply(tree, X)
                yield tree, F, logistic_loss(y, F)
    """, "gradient_boosting:boosting", "they take Newton steps"),
    "the start is forgotten": ("""
        def predict(X, start, trees, rate):
            return rate * np.sum([apply(tree, X) for tree in trees], axis=0)
    """, "gradient_boosting:model", "The start is forgotten"),
    "a gain without its half": ("""
        def newton_gain(G_left, H_left, G_right, H_right, lam, gamma):
            def score(G, H):
                return G * G / (H + lam)
            return score(G_left, H_left) + score(G_right, H_right) - score(G_left + G_right, H_left + H_right) - gamma
    """, "gradient_boosting:newton-gain", "The half is missing"),
    "edges that belong to the bin above": ("""
        def bin_numbers(x, edges):
            return np.digitize(x, edges)
    """, "gradient_boosting:bins", "goes to the bin above"),
    "bins that are counted": ("""
        def histogram(bins, values, n_bins):
            return np.array([float(np.sum(bins == b)) for b in range(n_bins)])
    """, "gradient_boosting:histogram", "counts the rows"),
    "a cut after the last bin": ("""
        def histogram_gains(G, H, lam, gamma):
            left, weight = np.cumsum(G), np.cumsum(H)
            return newton_gain(left, weight, left[-1] - left, weight[-1] - weight, lam, gamma)
    """, "gradient_boosting:histogram-gain", "leaves nothing on the right"),
    "a factor without its half": ("""
        def reweight(w, wrong):
            error = np.sum(w[wrong]) / np.sum(w)
            alpha = np.log((1 - error) / error)
            w = np.where(wrong, w * np.exp(alpha), w * np.exp(-alpha))
            return alpha, w / np.sum(w)
    """, "gradient_boosting:adaboost", "half in the factor"),
    "branches that count for a half": ("""
        def expectation(tree, X, x, known):
            if isinstance(tree, float):
                return tree
            j, t, left, right = tree
            low = X[:, j] <= t
            parts = expectation(left, X[low], x, known), expectation(right, X[~low], x, known)
            return parts[int(x[j] > t)] if j in known else np.mean(parts)
    """, "gradient_boosting:cover", "count for a half"),
    "choices that count equally": ("""
        def shapley(tree, X, x):
            d = len(x)
            phi = np.zeros(d)
            for j in range(d):
                for choice in range(2**d):
                    known = {k for k in range(d) if choice >> k & 1 and k != j}
                    phi[j] += (expectation(tree, X, x, known | {j}) - expectation(tree, X, x, known)) / 2**d
            return phi
    """, "gradient_boosting:shapley", "count equally"),
}  # fmt: skip

ELSEWISE = """
    def split_gains(x, r):
        order = np.argsort(x, kind="stable")
        x, r = x[order], r[order]
        def gain(i):
            left, right = r[:i], r[i:]
            between = len(left) * (left.mean() - r.mean()) ** 2 + len(right) * (right.mean() - r.mean()) ** 2
            return between if x[i] > x[i - 1] else -1.0
        return np.array([gain(i) for i in range(1, len(x))])

    def leaf_value(r, h):
        total = np.sum(h)
        return 0.0 if total <= 1e-150 else np.sum(r) / total

    def apply(tree, X):
        def one(row, tree):
            while isinstance(tree, tuple):
                tree = tree[2] if row[tree[0]] <= tree[1] else tree[3]
            return tree
        return np.array([one(row, tree) for row in X], float)

    def logistic_loss(y, F):
        return np.mean(np.where(y == 1, np.logaddexp(0, -F), np.logaddexp(0, F)))

    def logistic_residuals(y, F):
        p = (1 + np.tanh(F / 2)) / 2
        return y - p, (1 - np.tanh(F / 2) ** 2) / 4

    def predict(X, start, trees, rate):
        F = np.full(len(X), float(start))
        for tree in trees:
            F += rate * apply(tree, X)
        return F

    def histogram(bins, values, n_bins):
        sums = np.zeros(n_bins)
        np.add.at(sums, bins, values)
        return sums

    def reweight(w, wrong):
        error = np.average(wrong, weights=w)
        alpha = 0.5 * np.log(1 / error - 1)
        return alpha, np.where(wrong, w / (2 * error), w / (2 * (1 - error))) / np.sum(w)

    def shapley(tree, X, x):
        from itertools import permutations
        orders = list(permutations(range(len(x))))
        phi = np.zeros(len(x))
        for order in orders:
            for k, j in enumerate(order):
                phi[j] += expectation(tree, X, x, order[: k + 1]) - expectation(tree, X, x, order[:k])
        return phi / len(orders)
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each; one subprocess for all of them."""
    return dict(zip(DEFECTS, checked("gradient_boosting", [code for code, *_ in DEFECTS.values()]), strict=True))


@pytest.mark.parametrize("what", DEFECTS)
def test_a_defect_is_found_and_named(reports, what):
    """Catches inputs that do not show a mistake, and a cause that is another mistake's."""
    check_found(reports[what], *DEFECTS[what])


def test_other_ways_to_write_it_are_right():
    """Catches a comparison that is too strict for another order of sums, and trees compared by identity."""
    (report,) = checked("gradient_boosting", [ELSEWISE])
    assert report.complete, str(report)
