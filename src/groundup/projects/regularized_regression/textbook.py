"""Ridge, lasso and elastic net as the chapter derives them: no weights, no working sets, no tricks.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row, y the targets. After `ridge`, X and y are centred and the intercept is gone.
alpha is the weight of the penalty (the chapter's lambda), l1_ratio the share of L1 in it (the chapter's rho).
"""

import numpy as np


def centre(X, y):
    """Subtract the means: then the best intercept is zero.  eq. regularized_regression:intercept"""
    return X - X.mean(axis=0), y - y.mean()


def ridge(X, y, alpha):
    """Return the weights and the intercept of ridge regression, for any X and y.  eq. regularized_regression:primal"""
    A, c = centre(X, y)
    w = np.linalg.solve(A.T @ A + alpha * np.eye(X.shape[1]), A.T @ c)  # (d,)
    return w, y.mean() - X.mean(axis=0) @ w


def ridge_dual(X, y, alpha):
    """Return the same weights from an n by n system, for wide X.  eq. regularized_regression:dual"""
    return X.T @ np.linalg.solve(X @ X.T + alpha * np.eye(len(X)), y)


def slope(X, y, w):
    """Return minus the gradient of half the mean squared residual.  eq. regularized_regression:slope"""
    return X.T @ (y - X @ w) / len(y)  # (d,)


def penalty(w, alpha, l1_ratio):
    """Return the price of the weights.  eq. regularized_regression:objective"""
    return alpha * (l1_ratio * abs(w).sum() + (1 - l1_ratio) / 2 * (w @ w))


def objective(X, y, w, alpha, l1_ratio):
    """Return half the mean squared residual plus the penalty.  eq. regularized_regression:objective"""
    r = y - X @ w
    return r @ r / (2 * len(y)) + penalty(w, alpha, l1_ratio)


def largest_alpha(X, y, l1_ratio):
    """Return the smallest alpha at which all weights are zero.  eq. regularized_regression:alpha-max"""
    return abs(X.T @ y).max() / (len(y) * l1_ratio)


def soft_threshold(v, tau):
    """Move v towards zero by tau; what would cross zero stays there.  eq. regularized_regression:soft"""
    return np.sign(v) * np.maximum(abs(v) - tau, 0)


def prox(v, rate, alpha, l1_ratio):
    """Return the u with the least |u - v|^2 / 2 + rate * penalty(u).  eq. regularized_regression:soft-threshold"""
    return soft_threshold(v, rate * alpha * l1_ratio) / (1 + rate * alpha * (1 - l1_ratio))


def duality_gap(X, y, w, alpha, l1_ratio):
    """Return a bound on how far the objective is above its minimum.  eq. regularized_regression:gap"""
    r, xi = y - X @ w, slope(X, y, w)
    theta, conjugate = 1.0, 0.0
    if l1_ratio == 1:  # shrink the residual until no slope exceeds alpha
        theta = alpha / max(alpha, abs(xi).max())
    else:
        conjugate = (np.maximum(abs(xi) - alpha * l1_ratio, 0) ** 2).sum() / (2 * alpha * (1 - l1_ratio))
    return (1 - theta) ** 2 * (r @ r) / (2 * len(y)) + penalty(w, alpha, l1_ratio) - theta * xi @ w + conjugate


def coordinate_descent(X, y, alpha, l1_ratio, steps):
    """Minimise over one weight after the other; yield after each sweep.  eq. regularized_regression:coordinate"""
    H, xi, w = X.T @ X / len(y), X.T @ y / len(y), np.zeros(X.shape[1])
    for _ in range(steps):
        yield w.copy()
        for j in range(len(w)):
            new = soft_threshold(xi[j] + H[j, j] * w[j], alpha * l1_ratio)
            new = new / (H[j, j] + alpha * (1 - l1_ratio))
            xi, w[j] = xi - H[:, j] * (new - w[j]), new


def ista(X, y, alpha, l1_ratio, steps):
    """Step against the gradient, then soft-threshold.  eq. regularized_regression:ista"""
    rate, w = len(y) / np.linalg.norm(X, 2) ** 2, np.zeros(X.shape[1])  # 1/L
    for _ in range(steps):
        yield w
        w = prox(w + rate * slope(X, y, w), rate, alpha, l1_ratio)


def fista(X, y, alpha, l1_ratio, steps):
    """Make the steps of `ista` from a point ahead, unless that led uphill.  eq. regularized_regression:fista"""
    rate, tau = len(y) / np.linalg.norm(X, 2) ** 2, 1.0
    w = v = np.zeros(X.shape[1])
    for _ in range(steps):
        yield w
        last, w = w, prox(v + rate * slope(X, y, v), rate, alpha, l1_ratio)
        if (v - w) @ (w - last) > 0:
            v, tau = w, 1.0
        else:
            tau_next = (1 + np.sqrt(1 + 4 * tau**2)) / 2
            v, tau = w + (tau - 1) / tau_next * (w - last), tau_next


def admm(X, y, alpha, l1_ratio, steps):
    """Let one copy of the weights fit the data and another obey the penalty.  eq. regularized_regression:admm"""
    H, c, d = X.T @ X / len(y), X.T @ y / len(y), X.shape[1]
    rate = d / np.trace(H)
    z = u = np.zeros(d)
    for _ in range(steps):
        yield z
        w = np.linalg.solve(H + np.eye(d) / rate, c + (z - u) / rate)
        z = prox(w + u, rate, alpha, l1_ratio)
        u = u + w - z


def lars(X, y):
    """Yield the kinks (alpha, w) of the lasso's path, for independent columns.  eq. regularized_regression:lars-step"""
    H, xi, w = X.T @ X / len(y), X.T @ y / len(y), np.zeros(X.shape[1])
    alpha, active = abs(xi).max(), [abs(xi).argmax()]
    yield alpha, w
    while alpha > 0:
        move = np.zeros(len(w))
        sign = np.sign(xi[active])
        move[active] = np.linalg.solve(H[np.ix_(active, active)], sign)
        a = H @ move  # eq. regularized_regression:equiangular
        ends = [(alpha, None)]
        ends += [(-w[j] / move[j], j) for j in active if w[j] * move[j] < 0]
        for j in set(range(len(w))) - set(active):
            for s in (1, -1):
                if s * a[j] < 1:  # it catches up; what has just left falls behind
                    ends.append(((alpha - s * xi[j]) / (1 - s * a[j]), j))
        gamma, j = min(ends, key=lambda end: end[0])
        w, xi, alpha = w + gamma * move, xi - gamma * a, alpha - gamma
        if j in active:
            active.remove(j)
            w[j] = 0.0
        elif j is not None:
            active.append(j)
        yield alpha, w


if __name__ == "__main__":
    X, y = np.array([[-2.0, -1], [-1, 1], [1, -1], [2, 1]]), np.array([-5.0, -1, 1, 5])
    print("ridge, alpha = 2: w = {}, b = {:.4f}".format(*ridge(X, y, 2.0)))
    for t, w in enumerate(coordinate_descent(X, y, alpha=0.5, l1_ratio=1.0, steps=4)):
        J, gap = objective(X, y, w, 0.5, 1.0), duality_gap(X, y, w, 0.5, 1.0)
        print(f"lasso, alpha = 0.5, sweep {t}: w = {w.round(4)}, objective = {J:.4f}, gap = {gap:.1e}")
    for alpha, w in lars(X, y):
        print(f"kink of the path: alpha = {alpha:.4f}, w = {w.round(4)}")
