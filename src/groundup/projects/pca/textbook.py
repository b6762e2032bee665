"""Principal component analysis as the chapter derives it: no weights, no blocks, no sparse rows.

The library's solvers are tested against these functions; read them first. X (n, d) holds a sample in each row, V (d, k)
an axis in each column, lam (k,) the variances along them, largest first, mu (d,) is the mean, Z (n, k) the scores.
"""

import numpy as np


def mean(X):
    """Return the mean of the samples.  eq. pca:mean"""
    return X.sum(axis=0) / len(X)  # (d,)


def covariance(X):
    """Return the covariance matrix of the columns.  eq. pca:covariance"""
    A = X - mean(X)
    return A.T @ A / (len(X) - 1)  # (d, d)


def fix_signs(V):
    """Turn each axis so that its largest entry is positive.  eq. pca:sign"""
    largest = np.abs(V).argmax(axis=0)
    return V * np.sign(V[largest, np.arange(V.shape[1])])  # (d, k)


def axes_of_covariance(S):
    """Return variances and axes: the eigenvalues and eigenvectors of the covariance matrix.  eq. pca:eigen"""
    lam, V = np.linalg.eigh(S)  # smallest first
    return lam[::-1], fix_signs(V[:, ::-1])  # (d,), (d, d)


def axes_of_data(X):
    """Return variances and axes from the singular values of the centred samples.  eq. pca:svd"""
    s, Vt = np.linalg.svd(X - mean(X), full_matrices=False)[1:]
    return s**2 / (len(X) - 1), fix_signs(Vt.T)  # (min(n, d),), (d, min(n, d))


def transform(X, mu, V):
    """Return the scores: the coordinates of the samples along the axes.  eq. pca:scores"""
    return (X - mu) @ V  # (n, k)


def inverse_transform(Z, mu, V):
    """Return the points of the subspace that have the given scores.  eq. pca:reconstruction"""
    return mu + Z @ V.T  # (n, d)


def reconstruction_error(X, mu, V):
    """Return the sum of the squared distances of the samples to the subspace.  eq. pca:error"""
    return ((X - inverse_transform(transform(X, mu, V), mu, V)) ** 2).sum()


def explained_share(lam):
    """Return the share of the total variance that each axis explains.  eq. pca:share"""
    return lam / lam.sum()  # (d,)


def whiten(Z, lam):
    """Return scores of variance one.  eq. pca:whitening"""
    return Z / np.sqrt(lam)  # (n, k)


def power_iteration(S, v, steps):
    """Multiply by the matrix and normalise; yield the axis and its variance after each step.  eq. pca:power"""
    for _ in range(steps):
        v = S @ v / np.linalg.norm(S @ v)
        yield v, v @ S @ v


def deflate(S, lam, v):
    """Take an axis and its variance out of the matrix, so that the next one is the largest.  eq. pca:deflation"""
    return S - lam * np.outer(v, v)  # (d, d)


def oja(X, V, rate, steps):
    """Turn the axes a little towards one sample after the other; yield them after each.  eq. pca:oja"""
    A = X - mean(X)
    for t in range(steps):
        x = A[t % len(A)]
        V = fix_signs(np.linalg.qr(V + rate / (t + 1) * np.outer(x, x @ V))[0])  # (d, k), orthonormal
        yield V


def range_finder(A, Omega, steps):
    """Return orthonormal columns that nearly span the range of A, from random columns Omega.  eq. pca:range"""
    Q = np.linalg.qr(A @ Omega)[0]
    for _ in range(steps):
        Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]
    return Q  # (n, l)


def randomized_axes(X, Omega, steps):
    """Return variances and axes from a small matrix that has nearly the range of the data.  eq. pca:randomized"""
    A = X - mean(X)
    s, Vt = np.linalg.svd(range_finder(A, Omega, steps).T @ A, full_matrices=False)[1:]
    return s**2 / (len(X) - 1), fix_signs(Vt.T)  # (l,), (d, l)


def noise_variance(lam, k):
    """Return the mean of the variances that the first k axes leave.  eq. pca:noise"""
    return lam[k:].mean()


def model_covariance(lam, V, noise):
    """Return the covariance matrix of probabilistic PCA with the given axes.  eq. pca:probabilistic"""
    return V @ np.diag(lam - noise) @ V.T + noise * np.eye(len(V))  # (d, d)


def log_density(X, mu, C):
    """Return the log-density of each sample under a normal distribution.  eq. pca:density"""
    squares = ((X - mu) * np.linalg.solve(C, (X - mu).T).T).sum(axis=1)  # (n,)
    return -(squares + len(mu) * np.log(2 * np.pi) + np.linalg.slogdet(C)[1]) / 2


def infer_scores(X, mu, W, noise):
    """Return mean and covariance of each sample's scores, given its entries that are not NaN.  eq. pca:e-step"""
    Z, Phi = np.zeros((len(X), W.shape[1])), np.zeros((len(X), W.shape[1], W.shape[1]))
    for i, seen in enumerate(~np.isnan(X)):
        M = W[seen].T @ W[seen] + noise * np.eye(W.shape[1])
        Z[i] = np.linalg.solve(M, W[seen].T @ (X[i] - mu)[seen])
        Phi[i] = noise * np.linalg.inv(M)
    return Z, Phi  # (n, k), (n, k, k)


def update_axes(X, Z, Phi):
    """Return the mean, the scaled axes and the noise that make the seen entries most likely.  eq. pca:m-step"""
    Z1 = np.insert(Z, 0, 1.0, axis=1)  # (n, 1 + k), with a score of one in front, for the mean
    Phi1 = np.pad(Phi, ((0, 0), (1, 0), (1, 0)))  # (n, 1 + k, 1 + k); the score of one is certain
    W1, error = np.zeros((X.shape[1], Z1.shape[1])), 0.0  # (d, 1 + k), the mean and the axes
    for j, seen in enumerate(~np.isnan(X.T)):
        x, z, spread = X[seen, j], Z1[seen], Phi1[seen].sum(axis=0)
        W1[j] = np.linalg.solve(z.T @ z + spread, z.T @ x)  # the regression of column j on the scores
        error += ((x - z @ W1[j]) ** 2).sum() + W1[j] @ spread @ W1[j]
    return W1[:, 0], W1[:, 1:], error / (~np.isnan(X)).sum()  # (d,), (d, k), a number


def kernel_scores(K, k):
    """Return scores along k axes in the space of a kernel, from its values between all samples.  eq. pca:kernel"""
    lam, A = axes_of_covariance(K - K.mean(axis=0) - K.mean(axis=1, keepdims=True) + K.mean())
    return A[:, :k] * np.sqrt(lam[:k])  # (n, k)


if __name__ == "__main__":
    X = np.array([[1.0, 1], [4, 4], [7, 4], [8, 3]])
    mu, S, (lam, V) = mean(X), covariance(X), axes_of_data(X)
    print(f"mean {mu}, covariance {S.tolist()}, variances {lam.round(4)}, shares {explained_share(lam).round(4)}")
    Z, error = transform(X, mu, V[:, :1]), reconstruction_error(X, mu, V[:, :1])
    print(f"first axis {V[:, 0].round(4)}, scores {Z[:, 0].round(4)}, reconstruction error {error:.4f}")
    print("axis and variance in power iterations:", *power_iteration(S, np.array([1.0, 0.0]), steps=3), sep="\n")
