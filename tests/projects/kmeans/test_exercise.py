"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "distances with a root": ("""
        def squared_distances(X, C):
            return np.array([[np.linalg.norm(x - c) for c in C] for x in X])
    """, "kmeans:distances", "without a root"),
    "centres in rows": ("""
        def squared_distances(X, C):
            return np.array([[np.sum((x - c) ** 2) for x in X] for c in C])
    """, "kmeans:distances", "Rows and columns are exchanged"),
    "the inertia is a mean": ("""
        def inertia(X, C, labels):
            return sum(np.sum((x - C[k]) ** 2) for x, k in zip(X, labels)) / X.shape[0]
    """, "kmeans:objective", "divided by the number of samples"),
    "ties go to the last": ("""
        def assign(X, C):
            labels = np.zeros(len(X), dtype=int)
            for i, distances in enumerate(squared_distances(X, C)):
                for k, distance in enumerate(distances):
                    if distance <= distances[labels[i]]:
                        labels[i] = k
            return labels
    """, "kmeans:assignment", "the first is right"),
    "the nearest sample of each centre": ("""
        def assign(X, C):
            return np.argmin(squared_distances(X, C), axis=0)
    """, "kmeans:assignment", "axis is the wrong one"),
    "an empty cluster becomes nan": ("""
        def update(X, C, labels):
            return np.array([X[labels == k].sum(axis=0) / np.sum(labels == k) for k in range(len(C))])
    """, "kmeans:update", "becomes nan"),
    "an empty cluster goes to the origin": ("""
        def update(X, C, labels):
            new = np.zeros_like(C)
            for k in set(labels):
                new[k] = np.mean(X[labels == k], axis=0)
            return new
    """, "kmeans:update", "becomes zero"),
    "one mean for all features": ("""
        def update(X, C, labels):
            new = C.copy()
            for k in set(labels):
                new[k] = np.mean(X[labels == k])
            return new
    """, "kmeans:update", "All features of a centre get the same mean"),
    "two empty clusters take the same sample": ("""
        def relocate(X, C, labels):
            new = np.array(labels)
            far = squared_distances(X, C)[np.arange(len(X)), labels]
            for k in range(len(C)):
                if not np.any(labels == k) and far.max() > 0:
                    new[np.argmax(far)] = k
            return new
    """, "kmeans:relocation", "the same sample"),
    "labels are changed in place": ("""
        def relocate(X, C, labels):
            far = np.sum((X - C[labels]) ** 2, axis=1)
            for k in [k for k in range(len(C)) if k not in labels]:
                i = far.argmax()
                if far[i] > 0:
                    labels[i] = k
                    far[i] = 0
            return labels
    """, "kmeans:relocation", "should change a copy"),
    "empty clusters are left alone": ("""
        def lloyd(X, C, steps):
            for _ in range(steps):
                labels = assign(X, C)
                C = update(X, C, labels)
                yield C, labels, inertia(X, C, labels)
    """, "kmeans:update", "not relocated"),
    "the inertia of the old centres": ("""
        def lloyd(X, C, steps):
            for _ in range(steps):
                labels = relocate(X, C, assign(X, C))
                cost = inertia(X, C, labels)
                C = update(X, C, labels)
                yield C, labels, cost
    """, "kmeans:update", "that of the old centres"),
    "chances grow with the distance": ("""
        def chances(X, C):
            nearest = np.sqrt(squared_distances(X, C)).min(axis=1)
            return nearest / nearest.sum()
    """, "kmeans:d2", "its square is right"),
    "the place of the best candidate": ("""
        def best_candidate(X, C, candidates):
            left = [squared_distances(X, np.vstack([C, X[i]])).min(axis=1).sum() for i in candidates]
            return int(np.argmin(left))
    """, "kmeans:greedy", "place among the candidates"),
    "one candidate": ("""
        def kmeans_plus_plus(X, K, rng):
            C = [X[rng.integers(len(X))]]
            for _ in range(K - 1):
                C.append(X[rng.choice(len(X), size=1, p=chances(X, np.array(C)))[0]])
            return np.array(C)
    """, "kmeans:greedy", "one candidate only"),
    "a batch counts as one": ("""
        def minibatch_step(B, C, counts):
            C, counts, labels = C.copy(), counts.copy(), assign(B, C)
            for k in set(labels):
                counts[k] += 1
                C[k] += np.sum(B[labels == k] - C[k], axis=0) / counts[k]
            return C, counts
    """, "kmeans:minibatch", "it counts samples"),
    "K eigenvalues are left out": ("""
        def spectral_bound(X, K):
            sigma = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
            return np.sum(sigma[K:] ** 2)
    """, "kmeans:spectral", "leaves out K eigenvalues"),
    "the scatter about the origin": ("""
        def spectral_bound(X, K):
            return np.sort(np.linalg.eigvalsh(X.T @ X))[::-1][K - 1 :].sum()
    """, "kmeans:spectral", "not centred"),
}  # fmt: skip

ELSEWISE = """
    def squared_distances(X, C):
        return (X**2).sum(axis=1)[:, None] - 2 * X @ C.T + (C**2).sum(axis=1)

    def inertia(X, C, labels):
        return float(sum(np.sum((x - C[k]) ** 2) for x, k in zip(X, labels)))

    def assign(X, C):
        return np.array([min(range(len(C)), key=lambda k: np.sum((x - C[k]) ** 2)) for x in X])

    def update(X, C, labels):
        new = np.array(C)
        for k in np.unique(labels):
            new[k] = X[labels == k].sum(axis=0) / (labels == k).sum()
        return new

    def chances(X, C):
        D2 = np.array([min(np.sum((x - c) ** 2) for c in C) for x in X])
        return np.divide(D2, np.sum(D2))

    def best_candidate(X, C, candidates):
        return min(candidates, key=lambda i: squared_distances(X, np.vstack([C, X[i]])).min(axis=1).sum())

    def kmeans_plus_plus(X, K, rng):
        rows = [rng.integers(len(X))]
        for _ in range(1, K):
            drawn = rng.choice(len(X), 2 + int(np.log(K)), p=chances(X, X[rows]))
            rows.append(best_candidate(X, X[rows], drawn))
        return X[rows]

    def minibatch_step(B, C, counts):
        labels = assign(B, C)
        new = np.bincount(labels, minlength=len(C))
        sums = np.array([B[labels == k].sum(axis=0) for k in range(len(C))])
        total = counts + new
        moved = (C * counts[:, None] + sums) / np.maximum(total, 1)[:, None]
        return np.where(new[:, None] > 0, moved, C), total

    def spectral_bound(X, K):
        sigma = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
        return (sigma[K - 1 :] ** 2).sum()
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("kmeans", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
