"""K-means as the chapter derives it: no weights, no blocks, no bounds that save distances.

The library's algorithms are tested against these functions; read them first.
X holds a sample in each row, C a centre in each row; labels[i] is the row of C to which sample i belongs.
"""

import numpy as np


def squared_distances(X, C):
    """Return the squared distance of every sample to every centre.  eq. kmeans:distances"""
    return ((X[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)  # (n, K)


def inertia(X, C, labels):
    """Return the sum of the squared distances of the samples to their own centres.  eq. kmeans:objective"""
    return ((X - C[labels]) ** 2).sum()


def assign(X, C):
    """Give each sample the label of its nearest centre, of equally near ones the first.  eq. kmeans:assignment"""
    return squared_distances(X, C).argmin(axis=1)  # (n,)


def update(X, C, labels):
    """Move each centre to the mean of its samples; a centre without any stays.  eq. kmeans:update"""
    means = [X[labels == k].mean(0) if k in labels else C[k] for k in range(len(C))]
    return np.array(means)  # (K, d)


def relocate(X, C, labels):
    """Give each empty cluster the sample that is farthest from its own centre.  eq. kmeans:relocation

    No two samples should be copies of each other, or two empty clusters could meet in one place.
    """
    labels, far = labels.copy(), ((X - C[labels]) ** 2).sum(axis=1)  # (n,)
    empty = [k for k in range(len(C)) if k not in labels]
    for k in empty:
        i = far.argmax()
        if far[i] > 0:  # else every sample sits on a centre already
            labels[i], far[i] = k, 0.0
    return labels


def lloyd(X, C, steps):
    """Assign and update in turn; yield centres, labels and inertia after each iteration.  eq. kmeans:update"""
    for _ in range(steps):
        labels = relocate(X, C, assign(X, C))
        C = update(X, C, labels)
        yield C, labels, inertia(X, C, labels)


def chances(X, C):
    """Return each sample's chance to be drawn as the next centre.  eq. kmeans:d2"""
    D2 = squared_distances(X, C).min(axis=1)
    return D2 / D2.sum()  # (n,)


def best_candidate(X, C, candidates):
    """Return the candidate sample that leaves the least inertia as a further centre.  eq. kmeans:greedy"""
    D2 = squared_distances(X, C).min(axis=1)
    costs = [np.minimum(D2, ((X - X[i]) ** 2).sum(axis=1)).sum() for i in candidates]
    return candidates[np.argmin(costs)]


def kmeans_plus_plus(X, K, rng):
    """Draw K samples that lie far from each other, from which Lloyd's algorithm starts well.  eq. kmeans:greedy"""
    C = X[[rng.integers(len(X))]]  # (1, d)
    while len(C) < K:
        candidates = rng.choice(len(X), size=2 + int(np.log(K)), p=chances(X, C))
        C = np.vstack([C, X[best_candidate(X, C, candidates)]])
    return C


def minibatch_step(B, C, counts):
    """Make each centre the mean of all samples it ever attracted, with those of batch B.  eq. kmeans:minibatch"""
    labels, C, counts = assign(B, C), C.copy(), counts.copy()
    for k in np.unique(labels):
        counts[k] += (labels == k).sum()
        C[k] = C[k] + (B[labels == k] - C[k]).sum(axis=0) / counts[k]
    return C, counts


def spectral_bound(X, K):
    """Return an inertia that no clustering into K clusters can be below.  eq. kmeans:spectral"""
    centred = X - X.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred)[::-1]  # (d,), largest first
    return eigenvalues[K - 1 :].sum()


if __name__ == "__main__":
    X = np.array([[0.0, 0], [2, 0], [1, 3], [6, 5], [8, 5], [7, 8]])
    start = X[:2]
    print(f"start: centres {start.tolist()}, inertia {inertia(X, start, assign(X, start)):.4f}")
    for t, (C, labels, J) in enumerate(lloyd(X, start, steps=3), start=1):
        print(f"iteration {t}: labels {labels}, centres {C.round(4).tolist()}, inertia {J:.4f}")
    print(f"no two clusters have an inertia below {spectral_bound(X, 2):.4f}")
    print(f"k-means++ starts at {kmeans_plus_plus(X, 2, np.random.default_rng(0)).tolist()}")
