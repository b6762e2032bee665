"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "no half in the exponent": ("""
        def log_density(X, mu, Sigma):
            D = X - mu
            square = np.array([x @ np.linalg.inv(Sigma) @ x for x in D])
            return -square - 0.5 * np.linalg.slogdet(2 * np.pi * Sigma)[1]
    """, "gaussian_mixture:log-density", "factor ½"),
    "the determinant is forgotten": ("""
        def log_density(X, mu, Sigma):
            D = X - mu
            square = (D @ np.linalg.inv(Sigma) * D).sum(axis=1)
            return -0.5 * (square + len(mu) * np.log(2 * np.pi))
    """, "gaussian_mixture:log-density", "determinant is missing"),
    "predictions that ignore the weights": ("""
        def joint(X, pi, mu, Sigma):
            return np.stack([log_density(X, m, S) for m, S in zip(mu, Sigma)], axis=1)
    """, "gaussian_mixture:joint", "weights of the components are missing"),
    "the naive logarithm of a sum": ("""
        def log_marginal(J):
            return np.log(sum(np.exp(J[:, k]) for k in range(J.shape[1])))
    """, "gaussian_mixture:mixture", "zero for a far sample"),
    "0 over 0 for a far sample": ("""
        def expect(X, pi, mu, Sigma):
            P = np.exp(joint(X, pi, mu, Sigma))
            return P / P.sum(axis=1, keepdims=True)
    """, "gaussian_mixture:responsibilities", "0 is divided by 0"),
    "hard assignment": ("""
        def expect(X, pi, mu, Sigma):
            best = joint(X, pi, mu, Sigma).argmax(axis=1)
            R = np.zeros((len(X), len(pi)))
            R[np.arange(len(X)), best] = 1
            return R
    """, "gaussian_mixture:responsibilities", "k-means, not EM"),
    "weights that are never learned": ("""
        def maximize(X, R):
            N, K = R.sum(axis=0), R.shape[1]
            mu = (R.T @ X) / N[:, None]
            Sigma = np.stack([((X - m).T * r) @ (X - m) / r.sum() for m, r in zip(mu, R.T)])
            return np.ones(K) / K, mu, Sigma
    """, "gaussian_mixture:weights", "never learned"),
    "a covariance over n": ("""
        def maximize(X, R):
            N = R.sum(axis=0)
            mu = (R.T @ X) / N[:, None]
            Sigma = np.stack([((X - m).T * r) @ (X - m) / len(X) for m, r in zip(mu, R.T)])
            return N / len(X), mu, Sigma
    """, "gaussian_mixture:weights", "component has N[k]"),
    "a bound without its entropy": ("""
        def lower_bound(X, R, pi, mu, Sigma):
            return (R * joint(X, pi, mu, Sigma)).sum(axis=1).mean()
    """, "gaussian_mixture:bound", "entropy is missing"),
    "0 log 0": ("""
        def lower_bound(X, R, pi, mu, Sigma):
            return (R * (joint(X, pi, mu, Sigma) - np.log(R))).sum() / len(X)
    """, "gaussian_mixture:bound", "0 log 0 is nan"),
    "responsibilities of the start": ("""
        def em(X, pi, mu, Sigma, steps):
            R = expect(X, pi, mu, Sigma)
            for _ in range(steps):
                pi, mu, Sigma = maximize(X, R)
                yield pi, mu, Sigma, log_likelihood(X, pi, mu, Sigma)
    """, "gaussian_mixture:monotone", "computed once"),
    "K free weights": ("""
        def free_parameters(K, d):
            return K * (1 + d + d * (d + 1) // 2)
    """, "gaussian_mixture:parameters", "only K - 1"),
    "AIC": ("""
        def bic(X, pi, mu, Sigma):
            return 2 * free_parameters(len(pi), X.shape[1]) - 2 * len(X) * log_likelihood(X, pi, mu, Sigma)
    """, "gaussian_mixture:bic", "which is AIC"),
    "the covariance as a root": ("""
        def sample(pi, mu, Sigma, n, rng):
            k = rng.choice(len(pi), size=n, p=pi)
            Z = rng.normal(size=(n, mu.shape[1]))
            return np.array([mu[c] + Sigma[c] @ z for c, z in zip(k, Z)])
    """, "gaussian_mixture:sample", "its root L is right"),
}  # fmt: skip

ELSEWISE = """
    def log_density(X, mu, Sigma):
        D = X - mu
        square = np.sum(D * np.linalg.solve(Sigma, D.T).T, axis=1)
        return -0.5 * (square + np.linalg.slogdet(Sigma)[1] + len(mu) * np.log(2 * np.pi))

    def joint(X, pi, mu, Sigma):
        return np.array([log_density(X, mu[k], Sigma[k]) for k in range(len(pi))]).T + np.log(pi)

    def log_marginal(J):
        return np.logaddexp.reduce(J, axis=1)

    def expect(X, pi, mu, Sigma):
        J = joint(X, pi, mu, Sigma)
        P = np.exp(J - J.max(axis=1, keepdims=True))
        return P / P.sum(axis=1, keepdims=True)

    def maximize(X, R):
        n, K = R.shape
        size = np.ones(n) @ R
        mu = np.array([np.average(X, axis=0, weights=R[:, k]) for k in range(K)])
        second = np.einsum("nk,ni,nj->kij", R, X - X.mean(axis=0), X - X.mean(axis=0)) / size[:, None, None]
        away = mu - X.mean(axis=0)
        return size / n, mu, second - away[:, :, None] * away[:, None, :]

    def lower_bound(X, R, pi, mu, Sigma):
        total = 0.0
        for r, j in zip(R, joint(X, pi, mu, Sigma)):
            total += sum(r[k] * (j[k] - np.log(r[k])) for k in range(len(r)) if r[k] > 0)
        return total / len(R)

    def free_parameters(K, d):
        return K * (1 + d + d * (d + 1) // 2) - 1

    def sample(pi, mu, Sigma, n, rng):
        k = rng.choice(len(pi), size=n, p=pi)
        Z = rng.normal(size=(n, mu.shape[1]))
        return np.array([mu[c] + np.linalg.cholesky(Sigma[c]) @ z for c, z in zip(k, Z)])
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("gaussian_mixture", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
