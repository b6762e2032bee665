"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "one mean for all columns": ("""
        def centre(X, y):
            return X - np.mean(X), y - np.mean(y)
    """, "regularized_regression:intercept", "each column has its own"),
    "the intercept is penalised": ("""
        def ridge(X, y, alpha):
            A = np.hstack([np.ones((len(X), 1)), X])
            v = np.linalg.inv(A.T @ A + alpha * np.eye(A.shape[1])) @ A.T @ y
            return v[1:], v[0]
    """, "regularized_regression:primal", "intercept is penalised"),
    "the penalty times n": ("""
        def ridge(X, y, alpha):
            m, c = X.mean(axis=0), y.mean()
            w = np.linalg.inv((X - m).T @ (X - m) + len(y) * alpha * np.identity(X.shape[1])) @ (X - m).T @ (y - c)
            return w, c - m @ w
    """, "regularized_regression:primal", "multiplied by n"),
    "one number for each sample": ("""
        def ridge_dual(X, y, alpha):
            return np.linalg.inv(X @ X.T + alpha * np.identity(X.shape[0])) @ y
    """, "regularized_regression:dual", "multiply by Xᵀ"),
    "the gradient for the slope": ("""
        def slope(X, y, w):
            return X.T.dot(X.dot(w) - y) / X.shape[0]
    """, "regularized_regression:slope", "sign is reversed"),
    "L1 is a norm with a root": ("""
        def penalty(w, alpha, l1_ratio):
            return alpha * l1_ratio * np.linalg.norm(w) + alpha * (1 - l1_ratio) * np.sum(w**2) / 2
    """, "regularized_regression:objective", "norm with a root"),
    "the squares are not divided by n": ("""
        def objective(X, y, w, alpha, l1_ratio):
            return 0.5 * np.sum((y - X @ w) ** 2) + penalty(w, alpha, l1_ratio)
    """, "regularized_regression:objective", "not divided by n"),
    "the largest alpha without n": ("""
        def largest_alpha(X, y, l1_ratio):
            return np.abs(X.T @ y).max() / l1_ratio
    """, "regularized_regression:alpha-max", "division by n is missing"),
    "hard thresholding": ("""
        def soft_threshold(v, tau):
            return np.where(np.abs(v) > tau, v, 0.0)
    """, "regularized_regression:soft", "hard thresholding"),
    "only positive values shrink": ("""
        def soft_threshold(v, tau):
            return np.clip(v - tau, 0, None)
    """, "regularized_regression:soft", "take the absolute value first"),
    "the step size is missing in the prox": ("""
        def prox(v, rate, alpha, l1_ratio):
            return soft_threshold(v, alpha * l1_ratio) / (1 + rate * alpha * (1 - l1_ratio))
    """, "regularized_regression:soft-threshold", "rate is missing in the threshold"),
    "a gap whose residual is not scaled": ("""
        def duality_gap(X, y, w, alpha, l1_ratio):
            xi = slope(X, y, w)
            gap = penalty(w, alpha, l1_ratio) - xi @ w
            if l1_ratio < 1:
                gap += np.sum(np.maximum(np.abs(xi) - alpha * l1_ratio, 0) ** 2) / (2 * alpha * (1 - l1_ratio))
            return gap
    """, "regularized_regression:gap", "not scaled"),
    "all weights at once": ("""
        def coordinate_descent(X, y, alpha, l1_ratio, steps):
            n, d = X.shape
            w = np.zeros(d)
            for _ in range(steps):
                yield w
                r, new = y - X @ w, np.zeros(d)
                for j in range(d):
                    q = X[:, j] @ X[:, j] / n
                    new[j] = soft_threshold(X[:, j] @ r / n + q * w[j], alpha * l1_ratio) / (q + alpha * (1 - l1_ratio))
                w = new
    """, "regularized_regression:coordinate", "not updated after each weight"),
    "w itself is yielded": ("""
        def coordinate_descent(X, y, alpha, l1_ratio, steps):
            n, d = X.shape
            w = np.zeros(d)
            for _ in range(steps):
                yield w
                for j in range(d):
                    r = y - X @ w + X[:, j] * w[j]
                    w[j] = soft_threshold(X[:, j] @ r / n, alpha * l1_ratio)
                    w[j] /= X[:, j] @ X[:, j] / n + alpha * (1 - l1_ratio)
    """, "regularized_regression:coordinate", "yield a copy"),
    "subgradient steps that never reach zero": ("""
        def ista(X, y, alpha, l1_ratio, steps):
            w = np.zeros(X.shape[1])
            L = np.linalg.eigvalsh(X.T @ X / len(y))[-1]
            for _ in range(steps):
                yield w
                w = w - (alpha * l1_ratio * np.sign(w) + alpha * (1 - l1_ratio) * w - slope(X, y, w)) / L
    """, "regularized_regression:ista", "no weight becomes exactly zero"),
    "no restart": ("""
        def fista(X, y, alpha, l1_ratio, steps):
            rate, t = len(y) / np.linalg.norm(X, 2) ** 2, 1.0
            w = v = np.zeros(X.shape[1])
            for _ in range(steps):
                yield w
                old, w = w, prox(v + rate * slope(X, y, v), rate, alpha, l1_ratio)
                new = 0.5 + np.sqrt(0.25 + t * t)
                v, t = w + (t - 1) / new * (w - old), new
    """, "regularized_regression:fista", "restart is missing"),
    "the copy without exact zeros": ("""
        def admm(X, y, alpha, l1_ratio, steps):
            H, d = X.T @ X / len(y), X.shape[1]
            rate = d / np.trace(H)
            w, z, u = np.zeros(d), np.zeros(d), np.zeros(d)
            inverse = np.linalg.inv(H + np.eye(d) / rate)
            for _ in range(steps):
                yield w
                w = inverse @ (X.T @ y / len(y) + (z - u) / rate)
                z = prox(w + u, rate, alpha, l1_ratio)
                u = u + w - z
    """, "regularized_regression:admm", "copy with exact zeros"),
    "weights that never leave": ("""
        def lars(X, y):
            n, d = X.shape
            w, r = np.zeros(d), y
            xi = X.T @ r / n
            alpha, active = np.abs(xi).max(), [int(np.abs(xi).argmax())]
            yield alpha, w
            while alpha > 0:
                m = np.zeros(d)
                m[active] = np.linalg.solve(X[:, active].T @ X[:, active] / n, np.sign(xi[active]))
                a = X.T @ (X @ m) / n
                step, new = alpha, None
                for j in range(d):
                    if j not in active:
                        for s in (1.0, -1.0):
                            if s * a[j] < 1 and (alpha - s * xi[j]) / (1 - s * a[j]) < step:
                                step, new = (alpha - s * xi[j]) / (1 - s * a[j]), j
                w, xi, alpha = w + step * m, xi - step * a, alpha - step
                if new is not None:
                    active.append(new)
                yield alpha, w
    """, "regularized_regression:lars-step", "without the lasso's rule"),
}  # fmt: skip

ELSEWISE = """
    def ridge(X, y, alpha):
        n, d = X.shape
        P = np.eye(d + 1)
        P[d, d] = 0.0
        A = np.column_stack([X, np.ones(n)])
        v = np.linalg.inv(A.T @ A + alpha * P) @ (A.T @ y)
        return v[:d], v[d]

    def ridge_dual(X, y, alpha):
        return np.linalg.inv(X.T @ X + alpha * np.eye(X.shape[1])) @ X.T @ y

    def penalty(w, alpha, l1_ratio):
        return sum(alpha * l1_ratio * abs(v) + alpha * (1 - l1_ratio) * v * v / 2 for v in w)

    def soft_threshold(v, tau):
        return np.where(v > tau, v - tau, np.where(v < -tau, v + tau, 0.0))

    def coordinate_descent(X, y, alpha, l1_ratio, steps):
        n, d = X.shape
        w = [0.0] * d
        for _ in range(steps):
            yield np.array(w)
            for j in range(d):
                r = y - sum(X[:, k] * w[k] for k in range(d) if k != j)
                c = X[:, j] @ r / n
                shrunk = max(abs(c) - alpha * l1_ratio, 0.0) * (1 if c > 0 else -1)
                w[j] = shrunk / (X[:, j] @ X[:, j] / n + alpha * (1 - l1_ratio))

    def ista(X, y, alpha, l1_ratio, steps):
        w = np.zeros(X.shape[1])
        L = np.linalg.eigvalsh(X.T @ X / len(y)).max()
        for _ in range(steps):
            yield w
            w = prox(w - X.T @ (X @ w - y) / len(y) / L, 1 / L, alpha, l1_ratio)

    def admm(X, y, alpha, l1_ratio, steps):
        n, d = X.shape
        H = X.T @ X / n
        rate = d / np.sum(np.diag(H))
        inverse = np.linalg.inv(rate * H + np.eye(d))
        z, u = np.zeros(d), np.zeros(d)
        for _ in range(steps):
            yield z
            w = inverse @ (rate * X.T @ y / n + z - u)
            z = prox(w + u, rate, alpha, l1_ratio)
            u += w - z
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("regularized_regression", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
