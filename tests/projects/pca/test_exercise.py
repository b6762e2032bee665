"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "sums over features": ("""
        def mean(X):
            return np.array([sum(x) / len(x) for x in X])
    """, "pca:mean", "runs over the features"),
    "divided by n": ("""
        def covariance(X):
            return np.cov(X.T, bias=True).reshape(X.shape[1], X.shape[1])
    """, "pca:covariance", "It divides by n;"),
    "sums of products about zero": ("""
        def covariance(X):
            return X.T.dot(X) / (X.shape[0] - 1)
    """, "pca:covariance", "not centred"),
    "the largest entry with its sign": ("""
        def fix_signs(V):
            V = V.copy()
            for j in range(V.shape[1]):
                if V[V[:, j].argmax(), j] < 0:
                    V[:, j] = -V[:, j]
            return V
    """, "pca:sign", "largest in size"),
    "smallest first": ("""
        def axes_of_covariance(S):
            lam, V = np.linalg.eigh(S)
            return lam, fix_signs(V)
    """, "pca:eigen", "smallest first"),
    "rows in place of columns": ("""
        def axes_of_data(X):
            U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
            return s**2 / (len(X) - 1), fix_signs(Vt.T).T
    """, "pca:svd", "each is a column"),
    "singular values as variances": ("""
        def axes_of_data(X):
            U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
            return s, fix_signs(Vt.T)
    """, "pca:svd", "squares over n - 1"),
    "centred by its own mean": ("""
        def transform(X, mu, V):
            return np.dot(X - X.mean(axis=0), V)
    """, "pca:scores", "the mean of these samples"),
    "the mean is not added back": ("""
        def inverse_transform(Z, mu, V):
            return np.dot(Z, V.T)
    """, "pca:reconstruction", "mu is missing"),
    "the error is a mean": ("""
        def reconstruction_error(X, mu, V):
            rest = X - mu - (X - mu) @ V @ V.T
            return np.sum(rest**2) / X.shape[0]
    """, "pca:error", "divided by the number of samples"),
    "shares of deviations": ("""
        def explained_share(lam):
            s = np.sqrt(lam)
            return s / np.sum(s)
    """, "pca:share", "standard deviations"),
    "divided by variances": ("""
        def whiten(Z, lam):
            return np.array([z / lam for z in Z])
    """, "pca:whitening", "divide by its root"),
    "an axis that grows": ("""
        def power_iteration(S, v, steps):
            for _ in range(steps):
                v = np.dot(S, v)
                yield v, np.dot(v, np.dot(S, v))
    """, "pca:power", "not normalised"),
    "an inner product": ("""
        def deflate(S, lam, v):
            return S - lam * np.dot(v, v)
    """, "pca:deflation", "outer product"),
    "a rate that does not fall": ("""
        def oja(X, V, rate, steps):
            A = X - X.mean(axis=0)
            for t in range(steps):
                x = A[t % len(A)]
                V = fix_signs(np.linalg.qr(V + rate * np.outer(x, np.dot(x, V)))[0])
                yield V
    """, "pca:oja", "does not become smaller"),
    "no multiplications": ("""
        def range_finder(A, Omega, steps):
            return np.linalg.qr(np.dot(A, Omega))[0]
    """, "pca:range", "no further multiplication"),
    "the sketch is not centred": ("""
        def randomized_axes(X, Omega, steps):
            Q = range_finder(X, Omega, steps)
            s, Vt = np.linalg.svd(np.dot(Q.T, X), full_matrices=False)[1:]
            return s**2 / (len(X) - 1), fix_signs(Vt.T)
    """, "pca:randomized", "not centred"),
    "noise as a sum": ("""
        def noise_variance(lam, k):
            return sum(lam[k:])
    """, "pca:noise", "divide by the number of axes left"),
    "noise twice": ("""
        def model_covariance(lam, V, noise):
            return (V * lam) @ V.T + noise * np.identity(V.shape[0])
    """, "pca:probabilistic", "counts twice"),
    "one log 2 pi": ("""
        def log_density(X, mu, C):
            inverse = np.linalg.inv(C)
            log_det = np.log(np.linalg.det(C))
            return np.array([-0.5 * ((x - mu) @ inverse @ (x - mu) + np.log(2 * np.pi) + log_det) for x in X])
    """, "pca:density", "counts once"),
    "missing entries are the mean": ("""
        def infer_scores(X, mu, W, noise):
            M = W.T @ W + noise * np.eye(W.shape[1])
            A = np.where(np.isnan(X), 0, X - mu)
            return np.linalg.solve(M, W.T @ A.T).T, np.array([noise * np.linalg.inv(M)] * len(X))
    """, "pca:e-step", "leave their rows of W out"),
    "the table is not centred": ("""
        def kernel_scores(K, k):
            lam, A = axes_of_covariance(K)
            return np.sqrt(lam[:k]) * A[:, :k]
    """, "pca:kernel", "not centred"),
}  # fmt: skip

ELSEWISE = """
    def mean(X):
        return np.mean(X, axis=0)

    def covariance(X):
        return np.cov(X, rowvar=False).reshape(X.shape[1], X.shape[1])

    def fix_signs(V):
        V = np.array(V)
        for j, column in enumerate(V.T):
            if column[np.argmax(np.abs(column))] < 0:
                V[:, j] *= -1
        return V

    def axes_of_covariance(S):
        lam, V = np.linalg.eigh(S)
        order = np.argsort(lam)[::-1]
        return lam[order], fix_signs(V[:, order])

    def transform(X, mu, V):
        return np.array([V.T @ (x - mu) for x in X])

    def inverse_transform(Z, mu, V):
        return np.dot(Z, V.T) + mu[None, :]

    def reconstruction_error(X, mu, V):
        return np.square(X - mu).sum() - np.square((X - mu) @ V).sum()

    def explained_share(lam):
        return np.array([value / sum(lam) for value in lam])

    def whiten(Z, lam):
        return Z * lam**-0.5

    def power_iteration(S, v, steps):
        for _ in range(steps):
            w = S.dot(v)
            v = w / np.sqrt(w.dot(w))
            yield v, (v * S.dot(v)).sum()

    def deflate(S, lam, v):
        return S - lam * v[:, None] * v[None, :]

    def noise_variance(lam, k):
        return (lam.sum() - lam[:k].sum()) / (len(lam) - k)

    def model_covariance(lam, V, noise):
        return sum((l - noise) * np.outer(v, v) for l, v in zip(lam, V.T)) + noise * np.identity(V.shape[0])

    def log_density(X, mu, C):
        L = np.linalg.cholesky(C)
        A = np.linalg.solve(L, (X - mu).T)
        return -0.5 * (A**2).sum(axis=0) - np.log(np.diag(L)).sum() - len(mu) * np.log(2 * np.pi) / 2

    def kernel_scores(K, k):
        H = np.eye(len(K)) - 1 / len(K)
        lam, A = axes_of_covariance(H @ K @ H)
        return (A * np.sqrt(np.maximum(lam, 0)))[:, :k]
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("pca", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
