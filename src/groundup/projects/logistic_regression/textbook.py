"""Logistic regression as the chapter derives it: no weights, no blocks, no tricks.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row, y the classes as 0 and 1; w are the weights and b is the intercept, which has no penalty.
C is the weight of the data against the penalty.
"""

import numpy as np


def sigmoid(z):
    """Turn scores into probabilities without overflow.  eq. logistic_regression:probability"""
    small = np.exp(-abs(z))  # at most 1
    return np.where(z >= 0, 1, small) / (1 + small)


def probabilities(X, w, b):
    """Return each sample's probability to be of class 1.  eq. logistic_regression:probability"""
    return sigmoid(X @ w + b)  # (n,)


def cross_entropy(z, y):
    """Return each sample's loss, given its score.  eq. logistic_regression:loss"""
    return np.logaddexp(0, z) - y * z  # (n,)


def loss(X, y, w, b, C):
    """Return C times the sum of the losses plus half the square of w.  eq. logistic_regression:objective"""
    return C * cross_entropy(X @ w + b, y).sum() + w @ w / 2


def gradient(X, y, w, b, C):
    """Return the derivatives of the objective by w and by b.  eq. logistic_regression:gradient"""
    r = probabilities(X, w, b) - y  # (n,)
    return C * X.T @ r + w, C * r.sum()  # (d,), ()


def with_ones(X):
    """Append a column of ones, whose weight is the intercept.  eq. linear_regression:ones"""
    return np.column_stack([X, np.ones(len(X))])  # (n, d + 1)


def hessian(X, w, b, C):
    """Return the second derivatives; the last row and column belong to b.  eq. logistic_regression:hessian"""
    A, p = with_ones(X), probabilities(X, w, b)  # (n, d + 1), (n,)
    penalised = np.append(np.ones(len(w)), 0.0)  # not the intercept
    return C * (A.T * (p * (1 - p))) @ A + np.diag(penalised)  # (d + 1, d + 1)


def gradient_descent(X, y, C, rate, steps):
    """Walk against the gradient, the same multiple of it each time.  eq. linear_regression:step"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        yield w, b, loss(X, y, w, b, C)
        dw, db = gradient(X, y, w, b, C)
        w, b = w - rate * dw, b - rate * db


def newton_direction(X, y, w, b, C):
    """Return the step to the minimum of the quadratic approximation.  eq. logistic_regression:newton"""
    H, g = hessian(X, w, b, C), np.append(*gradient(X, y, w, b, C))
    h = -np.linalg.solve(H, g)  # (d + 1,)
    return h[:-1], h[-1]


def line_search(X, y, w, b, hw, hb, C):
    """Return a step size that lowers the objective and its slope enough.  eq. logistic_regression:line-search"""
    J, (dw, db) = loss(X, y, w, b, C), gradient(X, y, w, b, C)
    slope = dw @ hw + db * hb
    short, long, rate = 0.0, np.inf, 1.0
    while -slope > 1e-14 * J:  # a smaller slope is rounding
        dw, db = gradient(X, y, w + rate * hw, b + rate * hb, C)
        if loss(X, y, w + rate * hw, b + rate * hb, C) > J + 1e-4 * rate * slope:
            long = rate
        elif dw @ hw + db * hb < 0.9 * slope:
            short = rate
        else:
            break
        rate = (short + long) / 2 if long < np.inf else 2 * short
    return rate


def newton(X, y, C, steps):
    """Step towards the minimum of the quadratic approximation, again and again.  eq. logistic_regression:newton"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        yield w, b, loss(X, y, w, b, C)
        hw, hb = newton_direction(X, y, w, b, C)
        rate = line_search(X, y, w, b, hw, hb, C)
        w, b = w + rate * hw, b + rate * hb


def newton_decrement(X, y, w, b, C):
    """Return the length of the gradient in the metric of the Hessian.  eq. logistic_regression:decrement"""
    g = np.append(*gradient(X, y, w, b, C))
    return np.sqrt(g @ np.linalg.solve(hessian(X, w, b, C), g))


def gap(X, y, w, b, C):
    """Return an upper bound of how far the objective is above its minimum.  eq. logistic_regression:decrement"""
    H, nu = hessian(X, w, b, C), newton_decrement(X, y, w, b, C)
    longest = np.sqrt(max(x @ np.linalg.solve(H, x) for x in with_ones(X)))
    return nu**2 / 2 * (1 + longest * nu) if longest * nu < 1 else np.inf


if __name__ == "__main__":
    X, y = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]), np.array([0, 0, 1, 0, 1, 1])
    for t, (w, b, J) in enumerate(newton(X, y, C=1.0, steps=6)):
        print(f"step {t}: w = {w.round(6)}, b = {b:.6f}, objective = {J:.8f}, gap = {gap(X, y, w, b, 1.0):.1e}")
    print(f"probability of class 1 at x = 3.5: {probabilities(np.array([[3.5]]), w, b)[0]:.4f}")
