"""Softmax regression as the chapter derives it: no weights, no blocks, no tricks.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row; Y has a column for each class, with a single one in each row.
W has a column of weights for each class, b its intercepts, which have no penalty; C is the weight of the data.
"""

import numpy as np


def log_sum_exp(Z):
    """Return the logarithm of each row's sum of exponentials.  eq. softmax_regression:logsumexp"""
    largest = Z.max(axis=1, keepdims=True)
    return largest[:, 0] + np.log(np.exp(Z - largest).sum(axis=1))  # (n,)


def softmax(Z):
    """Turn each row of scores into probabilities, without overflow.  eq. softmax_regression:softmax"""
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))  # at most 1
    return powers / powers.sum(axis=1, keepdims=True)  # (n, K)


def probabilities(X, W, b):
    """Return the probability of every class for every sample.  eq. softmax_regression:softmax"""
    return softmax(X @ W + b)  # (n, K)


def one_hot(y, K):
    """Write classes 0, 1, ..., K - 1 as rows with a single one.  eq. softmax_regression:loss"""
    return np.eye(K)[y]  # (n, K)


def cross_entropy(Z, Y):
    """Return each sample's loss, given its scores.  eq. softmax_regression:loss"""
    Z = Z - Z.max(axis=1, keepdims=True)  # saves digits of large scores
    return log_sum_exp(Z) - (Y * Z).sum(axis=1)  # (n,)


def loss(X, Y, W, b, C):
    """Return C times the sum of the losses plus half the square of W.  eq. softmax_regression:objective"""
    return C * cross_entropy(X @ W + b, Y).sum() + (W**2).sum() / 2


def gradient(X, Y, W, b, C):
    """Return the derivatives of the objective by W and by b.  eq. softmax_regression:gradient"""
    R = probabilities(X, W, b) - Y  # (n, K)
    return C * X.T @ R + W, C * R.sum(axis=0)  # (d, K), (K,)


def jacobian(p):
    """Return how a sample's probabilities change with its scores.  eq. softmax_regression:jacobian"""
    return np.diag(p) - np.outer(p, p)  # (K, K)


def with_ones(X):
    """Append a column of ones, whose weight is the intercept.  eq. linear_regression:ones"""
    return np.column_stack([X, np.ones(len(X))])  # (n, d + 1)


def hessian(X, W, b, C):
    """Return the second derivatives by all entries of W, row by row, and then of b.  eq. softmax_regression:hessian"""
    d, K = W.shape
    H = np.diag(np.append(np.ones(d * K), np.zeros(K)))  # no penalty on intercepts
    for x, p in zip(with_ones(X), probabilities(X, W, b)):
        H += C * np.kron(np.outer(x, x), jacobian(p))
    return H  # (dK + K, dK + K)


def gradient_descent(X, Y, C, rate, steps):
    """Walk against the gradient, the same multiple of it each time.  eq. linear_regression:step"""
    W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
    for _ in range(steps):
        yield W, b, loss(X, Y, W, b, C)
        dW, db = gradient(X, Y, W, b, C)
        W, b = W - rate * dW, b - rate * db


def bound(X, C):
    """Return a matrix that bounds the curvature of each class at every W.  eq. softmax_regression:bohning"""
    A, penalised = with_ones(X), np.append(np.ones(X.shape[1]), 0.0)
    return C * A.T @ A / 2 + np.diag(penalised)  # (d + 1, d + 1)


def bohning(X, Y, C, steps):
    """Go to the lowest point of a parabola that lies above the objective.  eq. softmax_regression:bohning"""
    W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
    B = bound(X, C)
    for _ in range(steps):
        yield W, b, loss(X, Y, W, b, C)
        g = np.vstack(gradient(X, Y, W, b, C))  # (d + 1, K)
        step = np.linalg.solve(B, g)
        W, b = W - step[:-1], b - step[-1]


def newton(X, Y, C, steps):
    """Go to the lowest point of the parabola that touches the objective.  eq. softmax_regression:newton

    The Hessian is singular, as equal intercepts change nothing: of all steps the shortest is taken, always whole.
    """
    W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
    for _ in range(steps):
        yield W, b, loss(X, Y, W, b, C)
        g = np.vstack(gradient(X, Y, W, b, C))  # (d + 1, K)
        step = np.linalg.lstsq(hessian(X, W, b, C), g.ravel())[0].reshape(g.shape)
        W, b = W - step[:-1], b - step[-1]


if __name__ == "__main__":
    X, Y = np.array([[-1.0], [0.0], [1.0]]), one_hot(np.array([0, 1, 2]), K=3)
    for name, method in (("Böhning", bohning), ("Newton", newton)):
        for t, (W, b, J) in enumerate(method(X, Y, C=1.0, steps=6)):
            print(f"{name}, step {t}: W = {W.round(4)}, b = {b.round(4)}, objective = {J:.6f}")
    print(f"probabilities of the middle sample: {probabilities(X, W, b)[1].round(4)}")
