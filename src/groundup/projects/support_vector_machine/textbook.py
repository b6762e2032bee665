"""Support vector machines as the chapter derives them: two classes, no weights, no cache, the whole kernel table.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row, y the classes as +1 and −1, K the kernel values of all pairs of rows. Sample i has the
multiplier alpha[i] between 0 and C; those with alpha[i] > 0 are the support vectors.
"""

import numpy as np

ROUNDING = 1e-12  # A multiplier this close to a bound, as a share of C, is at the bound.


def linear(X, Z):
    """Return the inner products of the rows of X with those of Z.  eq. support_vector_machine:linear-kernel"""
    return X @ Z.T  # (n, m)


def polynomial(X, Z, gamma, degree, coef0):
    """Return the kernel whose features are products of columns.  eq. support_vector_machine:polynomial-kernel"""
    return (gamma * X @ Z.T + coef0) ** degree


def rbf(X, Z, gamma):
    """Return the kernel that falls with the squared distance of two rows.  eq. support_vector_machine:rbf-kernel"""
    squares = ((X[:, None, :] - Z[None, :, :]) ** 2).sum(axis=2)  # (n, m)
    return np.exp(-gamma * squares)


def primal_objective(w, b, X, y, C):
    """Return what the linear machine minimises: margin and slack.  eq. support_vector_machine:primal"""
    return w @ w / 2 + C * np.maximum(0, 1 - y * (X @ w + b)).sum()


def dual_objective(alpha, y, K):
    """Return what the dual problem maximises.  eq. support_vector_machine:dual"""
    coef = alpha * y
    return alpha.sum() - coef @ K @ coef / 2


def scores(alpha, y, K):
    """Return y times the derivative of the dual objective by each multiplier.  eq. support_vector_machine:score"""
    return y - K @ (alpha * y)


def movable(alpha, y, C):
    """Return which y * alpha may grow, and which may fall.  eq. support_vector_machine:index-sets"""
    below, above = alpha < C * (1 - ROUNDING), alpha > C * ROUNDING
    return np.where(y > 0, below, above), np.where(y > 0, above, below)


def violation(alpha, y, F, C):
    """Return by how much the scores violate optimality, not at all if <= 0.  eq. support_vector_machine:violation"""
    up, down = movable(alpha, y, C)
    return F[up].max() - F[down].min()


def choose_pair(alpha, y, F, K, C):
    """Return the largest score and the partner that gains most.  eq. support_vector_machine:working-set"""
    up, down = movable(alpha, y, C)
    i = np.where(up, F, -np.inf).argmax()
    difference = F[i] - F  # a step pays where it is positive
    curvature = np.maximum(K[i, i] + np.diag(K) - 2 * K[i], ROUNDING)
    gain = np.where(down & (difference > 0), difference**2 / curvature, -np.inf)
    return i, gain.argmax()


def step_length(alpha, y, F, K, C, i, j):
    """Return by how much y * alpha grows at i and falls at j.  eq. support_vector_machine:two-variables"""
    curvature = max(K[i, i] + K[j, j] - 2 * K[i, j], ROUNDING)
    room_i = C - alpha[i] if y[i] > 0 else alpha[i]
    room_j = alpha[j] if y[j] > 0 else C - alpha[j]
    return min((F[i] - F[j]) / curvature, room_i, room_j)


def smo(K, y, C, tol, steps):
    """Solve the dual pair by pair; yield multipliers and scores.  eq. support_vector_machine:score-update"""
    alpha, F = np.zeros(len(y)), y.astype(float)
    for _ in range(steps):
        if violation(alpha, y, F, C) <= tol:
            return
        i, j = choose_pair(alpha, y, F, K, C)
        t = step_length(alpha, y, F, K, C, i, j)
        alpha = alpha.copy()
        alpha[i] += y[i] * t
        alpha[j] -= y[j] * t
        F = F - t * (K[i] - K[j])
        yield alpha, F


def bias(alpha, y, F, C):
    """Return the mean score of free support vectors, or an interval's middle.  eq. support_vector_machine:bias"""
    up, down = movable(alpha, y, C)
    if (up & down).any():
        return F[up & down].mean()
    return (F[up].max() + F[down].min()) / 2


def decide(K, alpha, y, b):
    """Return the decisions from kernel values of new with training rows.  eq. support_vector_machine:decision"""
    return K @ (alpha * y) + b  # (m,)


def pegasos(X, y, C, steps, rng):
    """Minimise the primal without b by subgradients of single rows.  eq. support_vector_machine:subgradient-step"""
    w, penalty = np.zeros(X.shape[1]), 1 / (C * len(y))
    for t in range(1, steps + 1):
        i = rng.integers(len(y))
        inside = y[i] * (X[i] @ w) < 1  # row i is on the wrong side of the margin
        w = (1 - 1 / t) * w + inside * y[i] * X[i] / (penalty * t)
        yield w


def targets(y):
    """Return the probabilities to aim at: not quite 1 and 0.  eq. support_vector_machine:sigmoid-target"""
    positive, negative = (y > 0).sum(), (y < 0).sum()
    return np.where(y > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))


def sigmoid_loss(A, B, f, target):
    """Return the cross-entropy of probabilities 1 / (1 + exp(A f + B)).  eq. support_vector_machine:sigmoid-loss"""
    z = A * f + B
    return (target * z + np.logaddexp(0, -z)).sum()


def platt(f, y, steps):
    """Fit A and B by Newton's method, halving steps that climb.  eq. support_vector_machine:sigmoid-step"""
    Z, target = np.column_stack([f, np.ones(len(f))]), targets(y)
    theta = np.array([0, np.log(((y < 0).sum() + 1) / ((y > 0).sum() + 1))])  # A and B
    for _ in range(steps):
        p = np.exp(-np.logaddexp(0, Z @ theta))
        hessian = (Z.T * p * (1 - p)) @ Z + ROUNDING * np.eye(2)  # invertible also where all f are equal
        step = np.linalg.solve(hessian, Z.T @ (target - p))
        while sigmoid_loss(*(theta - step), f, target) > sigmoid_loss(*theta, f, target):
            step = step / 2
        theta = theta - step
        yield theta


if __name__ == "__main__":
    X, y = np.array([[0.0], [2.0], [3.0]]), np.array([-1.0, 1.0, 1.0])
    for C in (1.0, 0.25):
        *_, (alpha, F) = smo(linear(X, X), y, C, tol=1e-9, steps=100)
        w, b = X.T @ (alpha * y), bias(alpha, y, F, C)
        print(f"C = {C}: alpha {alpha}, w {w}, b {b:.4f}, margin {1 / np.linalg.norm(w):.4f}")
        print(f"  dual {dual_objective(alpha, y, linear(X, X)):.6f}, primal {primal_objective(w, b, X, y, C):.6f}")
    X, y = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]), np.array([1.0, -1.0, -1.0, 1.0])
    K = polynomial(X, X, gamma=1.0, degree=2, coef0=1.0)
    for t, (alpha, F) in enumerate(smo(K, y, 10.0, tol=1e-9, steps=100), start=1):
        gap = violation(alpha, y, F, 10.0)
        print(f"XOR, step {t}: alpha {alpha.round(4)}, dual {dual_objective(alpha, y, K):.4f}, violation {gap:.4f}")
