"""Naive Bayes as the chapter derives it: no weights, no blocks, no sparse rows.

The library's models are tested against these functions; read them first.
X holds a document in each row: how often each of d words occurs in it, or d measurements; y holds its class, from 0 to
K - 1. Every class has a document, and alpha is positive.
"""

import numpy as np


def count(X, y, K):
    """Add up the rows of each class: how often it uses each word.  eq. naive_bayes:counts"""
    return np.eye(K)[y].T @ X  # (K, d)


def log_prior(y, K):
    """Return the logarithm of each class's share of the documents.  eq. naive_bayes:prior"""
    return np.log(np.bincount(y, minlength=K) / len(y))  # (K,)


def smooth(N, alpha):
    """Return log-probabilities of the words in each class, as if each had been seen alpha times more.

    eq. naive_bayes:smoothing
    """
    N = N + alpha
    return np.log(N) - np.log(N.sum(axis=1, keepdims=True))  # (K, d)


def joint(X, log_pi, log_theta):
    """Return the log-probability of each document together with each class.  eq. naive_bayes:joint"""
    return log_pi + X @ log_theta.T  # (n, K)


def log_posterior(J):
    """Turn joint log-probabilities into those of the classes given the document.  eq. naive_bayes:posterior"""
    largest = J.max(axis=1, keepdims=True)  # else every exp(J) may be zero
    return J - largest - np.log(np.exp(J - largest).sum(axis=1, keepdims=True))  # (n, K)


def predict(J):
    """Return the most probable class of each document, of equally probable ones the first.

    eq. naive_bayes:prediction
    """
    return J.argmax(axis=1)  # (n,)


def log_odds(x, log_theta, k, m):
    """Return what each word of one document contributes to the log-odds of class k against m.

    eq. naive_bayes:log-odds
    """
    return x * (log_theta[k] - log_theta[m])  # (d,)


def smooth_complement(N, alpha):
    """Return the weights of the words: minus their log-probabilities in all other classes together.

    eq. naive_bayes:complement
    """
    return -smooth(N.sum(axis=0) - N, alpha)  # (K, d)


def smooth_presence(N, n, alpha):
    """Return log-probabilities that a document of each class has the word, and that it has not.

    N counts the documents with the word, n all documents of the class.  eq. naive_bayes:bernoulli
    """
    total = np.log(n[:, None] + 2 * alpha)
    return np.log(N + alpha) - total, np.log(n[:, None] - N + alpha) - total  # (K, d), (K, d)


def bernoulli_joint(X, log_pi, log_p, log_q):
    """Return joint log-probabilities in which absent words count, too.  eq. naive_bayes:bernoulli-joint"""
    return log_pi + X @ log_p.T + (1 - X) @ log_q.T  # (n, K)


def smooth_categories(x, y, K, C, alpha):
    """Return log-probabilities of the C values of one column in each class.  eq. naive_bayes:categorical"""
    return smooth(count(np.eye(C)[x], y, K), alpha)  # (K, C)


def means(X, y, K):
    """Return the mean of each column in each class.  eq. naive_bayes:gaussian-mean"""
    return np.array([X[y == k].mean(axis=0) for k in range(K)])  # (K, d)


def variances(X, y, K, share):
    """Return the variance of each column in each class, plus a share of the largest variance of all rows.

    eq. naive_bayes:gaussian-variance
    """
    floor = share * X.var(axis=0).max()
    return np.array([X[y == k].var(axis=0) for k in range(K)]) + floor  # (K, d)


def gaussian_joint(X, log_pi, mu, v):
    """Return joint log-probabilities of measurements with a normal density each.  eq. naive_bayes:gaussian-joint"""
    squares = (X[:, None, :] - mu) ** 2 / v  # (n, K, d)
    return log_pi - (squares + np.log(2 * np.pi * v)).sum(axis=2) / 2  # (n, K)


def merge(n, mu, v, n_new, mu_new, v_new):
    """Return number, mean and variance of two batches together, from those of each.  eq. naive_bayes:merge"""
    total, step = n + n_new, mu_new - mu
    mean = mu + step * n_new / total
    return total, mean, (n * v + n_new * v_new + step**2 * n * n_new / total) / total


if __name__ == "__main__":
    words = ["free", "money", "lunch"]
    X, y = np.array([[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]]), np.array([0, 0, 1, 1])
    N = count(X, y, K=2)
    log_pi, log_theta = log_prior(y, K=2), smooth(N, alpha=1.0)
    print(f"counts of {', '.join(words)}: spam {N[0]}, other {N[1]}")
    print(f"probabilities, smoothed: spam {np.exp(log_theta[0]).round(4)}, other {np.exp(log_theta[1]).round(4)}")
    message = np.array([[1, 1, 1]])
    J = joint(message, log_pi, log_theta)
    print(f"joint log-probabilities of 'free money lunch': {J[0].round(4)}")
    for word, odds in zip(words, log_odds(message[0], log_theta, 0, 1)):
        print(f"{word!r} contributes {odds:+.4f} to the log-odds of spam")
    print(f"prior and words: {log_pi[0] - log_pi[1] + log_odds(message[0], log_theta, 0, 1).sum():+.4f}")
    print(f"probability of spam {np.exp(log_posterior(J)[0, 0]):.4f}, predicted class {predict(J)[0]}")
