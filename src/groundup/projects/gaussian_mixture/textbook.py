"""Gaussian mixtures as the chapter derives them: no weights of rows, no blocks, one kind of covariance.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row; of component k, pi[k] is the weight, mu[k] the mean and Sigma[k] the covariance matrix.
R[i, k] is the responsibility of component k for sample i.
"""

import numpy as np


def log_density(X, mu, Sigma):
    """Return the log-density of every sample under one normal distribution.  eq. gaussian_mixture:log-density"""
    L = np.linalg.cholesky(Sigma)  # Sigma = L L'
    Z = np.linalg.solve(L, (X - mu).T)  # (d, n), whose columns have a standard normal distribution
    log_root = np.log(np.diag(L)).sum()  # half the logarithm of the determinant
    return -(Z**2).sum(axis=0) / 2 - log_root - X.shape[1] / 2 * np.log(2 * np.pi)  # (n,)


def joint(X, pi, mu, Sigma):
    """Return the log-density of each sample together with each component.  eq. gaussian_mixture:joint"""
    components = [np.log(pi[k]) + log_density(X, mu[k], Sigma[k]) for k in range(len(pi))]
    return np.column_stack(components)  # (n, K)


def log_marginal(J):
    """Return the log-density of each sample under the whole mixture.  eq. gaussian_mixture:mixture"""
    largest = J.max(axis=1)  # else every exp(J) of a far sample is zero
    return largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))  # (n,)


def expect(X, pi, mu, Sigma):
    """E-step: return the responsibilities of the components.  eq. gaussian_mixture:responsibilities"""
    J = joint(X, pi, mu, Sigma)
    return np.exp(J - log_marginal(J)[:, None])  # (n, K), each row sums to 1


def maximize(X, R):
    """M-step: return weight, mean and covariance of each component's share of the samples.

    eq. gaussian_mixture:weights, gaussian_mixture:means, gaussian_mixture:covariances
    """
    N = R.sum(axis=0)  # (K,)
    mu = R.T @ X / N[:, None]
    Sigma = [(R[:, [k]] * (X - mu[k])).T @ (X - mu[k]) / N[k] for k in range(len(N))]
    return N / len(X), mu, np.array(Sigma)


def log_likelihood(X, pi, mu, Sigma):
    """Return the mean log-density of the samples, which EM never lowers.  eq. gaussian_mixture:log-likelihood"""
    return log_marginal(joint(X, pi, mu, Sigma)).mean()


def lower_bound(X, R, pi, mu, Sigma):
    """Return the bound of the mean log-density that responsibilities R give.  eq. gaussian_mixture:bound"""
    entropy = -(R * np.log(np.where(R > 0, R, 1))).sum()
    share = np.where(R > 0, R * joint(X, pi, mu, Sigma), 0)  # (n, K)
    return (share.sum() + entropy) / len(X)


def em(X, pi, mu, Sigma, steps):
    """Take E-step and M-step in turn; yield parameters and mean log-density.  eq. gaussian_mixture:monotone"""
    for _ in range(steps):
        R = expect(X, pi, mu, Sigma)
        pi, mu, Sigma = maximize(X, R)
        yield pi, mu, Sigma, log_likelihood(X, pi, mu, Sigma)


def free_parameters(K, d):
    """Count the numbers that a mixture may choose.  eq. gaussian_mixture:parameters"""
    return (K - 1) + K * d + K * d * (d + 1) // 2


def bic(X, pi, mu, Sigma):
    """Return the Bayesian information criterion: the smaller, the better.  eq. gaussian_mixture:bic"""
    n, d = X.shape
    total = n * log_likelihood(X, pi, mu, Sigma)  # of all samples, not their mean
    return -2 * total + free_parameters(len(pi), d) * np.log(n)


def sample(pi, mu, Sigma, n, rng):
    """Draw samples: a component each, then a point of it.  eq. gaussian_mixture:sample"""
    k = rng.choice(len(pi), size=n, p=pi)
    L = np.linalg.cholesky(Sigma)  # (K, d, d)
    return mu[k] + np.einsum("nij,nj->ni", L[k], rng.normal(size=(n, mu.shape[1])))


if __name__ == "__main__":
    X = np.array([[0.0], [1.0], [4.0], [6.0]])
    pi, mu, Sigma = np.array([0.5, 0.5]), np.array([[1.0], [4.0]]), np.ones((2, 1, 1))
    print(f"start: means {mu.ravel()}, log-density {log_likelihood(X, pi, mu, Sigma):.6f}")
    print(f"responsibilities of the first component: {expect(X, pi, mu, Sigma)[:, 0].round(6)}")
    for t, (p, m, S, value) in enumerate(em(X, pi, mu, Sigma, steps=3), start=1):
        print(f"step {t}: weights {p.round(4)}, means {m.ravel().round(4)}, variances {S.ravel().round(4)}")
        print(f"  log-density {value:.6f}, BIC {bic(X, p, m, S):.4f}")
