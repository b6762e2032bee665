"""Gaussian mixtures as the chapter derives them: no weights of rows, no blocks, one kind of covariance.

The library's solvers are tested against these functions; read them first.
X, of shape (n, d), holds a sample in each row. Of the component k of K, pi[k] is the weight, mu[k] the mean and
Sigma[k] the covariance matrix: pi has the shape (K,), mu (K, d) and Sigma (K, d, d). R[i, k], of shape (n, K), is the
responsibility of component k for sample i, and J[i, k] the log-density of sample i together with component k.
"""

import numpy as np


def log_density(X, mu, Sigma):
    """Return the log-density of every sample under one normal distribution.  eq. gaussian_mixture:log-density

    Its mean mu has the shape (d,), its covariance matrix Sigma (d, d).
    """
    L = np.linalg.cholesky(Sigma)  # Sigma = L L'
    Z = np.linalg.solve(L, (X - mu).T)  # (d, n), whose columns have a standard normal distribution
    log_root = np.log(np.diag(L)).sum()  # half the logarithm of the determinant
    return -(Z**2).sum(axis=0) / 2 - log_root - X.shape[1] / 2 * np.log(2 * np.pi)  # (n,)


def joint(X, pi, mu, Sigma):
    """Return the log-density of each sample together with each component.  eq. gaussian_mixture:joint

    J[i, k] is the logarithm of pi[k] times the normal density of component k at sample i.
    """
    components = [np.log(pi[k]) + log_density(X, mu[k], Sigma[k]) for k in range(len(pi))]
    return np.column_stack(components)  # (n, K)


def log_marginal(J):
    """Return the log-density of each sample under the whole mixture.  eq. gaussian_mixture:mixture

    J, of shape (n, K), is what `joint` returns: the density is the sum of exp(J) over the components.
    """
    largest = J.max(axis=1)  # else every exp(J) of a far sample is zero
    return largest + np.log(np.exp(J - largest[:, None]).sum(axis=1))  # (n,)


def expect(X, pi, mu, Sigma):
    """E-step: return the responsibilities of the components.  eq. gaussian_mixture:responsibilities"""
    J = joint(X, pi, mu, Sigma)
    return np.exp(J - log_marginal(J)[:, None])  # (n, K), each row sums to 1


def maximize(X, R):
    """M-step: return weight, mean and covariance of each component's share of the samples.

    eq. gaussian_mixture:weights, gaussian_mixture:means, gaussian_mixture:covariances

    The weights have the shape (K,), the means (K, d), the covariances, taken about the new means, (K, d, d).
    """
    N = R.sum(axis=0)  # (K,)
    mu = R.T @ X / N[:, None]
    Sigma = [(R[:, [k]] * (X - mu[k])).T @ (X - mu[k]) / N[k] for k in range(len(N))]
    return N / len(X), mu, np.array(Sigma)


def log_likelihood(X, pi, mu, Sigma):
    """Return the mean log-density of the samples, which EM never lowers.  eq. gaussian_mixture:log-likelihood"""
    return log_marginal(joint(X, pi, mu, Sigma)).mean()


def lower_bound(X, R, pi, mu, Sigma):
    """Return the bound of the mean log-density that responsibilities R give.  eq. gaussian_mixture:bound

    R may be any probabilities of the components: each row adds up to 1, and 0 log 0 counts as 0.
    """
    entropy = -(R * np.log(np.where(R > 0, R, 1))).sum()
    share = np.where(R > 0, R * joint(X, pi, mu, Sigma), 0)  # (n, K)
    return (share.sum() + entropy) / len(X)


def em(X, pi, mu, Sigma, steps):
    """Take E-step and M-step in turn; yield parameters and mean log-density.  eq. gaussian_mixture:monotone

    pi, mu and Sigma are those of the start; after each step pi, mu, Sigma and their mean log-density are yielded.
    """
    for _ in range(steps):
        R = expect(X, pi, mu, Sigma)
        pi, mu, Sigma = maximize(X, R)
        yield pi, mu, Sigma, log_likelihood(X, pi, mu, Sigma)


def free_parameters(K, d):
    """Count the numbers that a mixture may choose.  eq. gaussian_mixture:parameters

    K weights add up to 1; each component has d entries of the mean and, by symmetry, d (d + 1) / 2 of the covariance.
    """
    return (K - 1) + K * d + K * d * (d + 1) // 2


def bic(X, pi, mu, Sigma):
    """Return the Bayesian information criterion: the smaller, the better.  eq. gaussian_mixture:bic"""
    n, d = X.shape
    total = n * log_likelihood(X, pi, mu, Sigma)  # of all samples, not their mean
    return -2 * total + free_parameters(len(pi), d) * np.log(n)


def sample(pi, mu, Sigma, n, rng):
    """Draw samples: a component each, then a point of it.  eq. gaussian_mixture:sample

    Returns n samples, of shape (n, d); rng is a generator of random numbers.
    """
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
