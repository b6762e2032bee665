"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "a distance that is not squared": ("""
        def rbf(X, Z, gamma):
            return np.array([[np.exp(-gamma * np.linalg.norm(x - z)) for z in Z] for x in X])
    """, "support_vector_machine:rbf-kernel", "the exponent is the squared distance"),
    "distances that cancel": ("""
        def rbf(X, Z, gamma):
            a, b = np.sum(X**2, axis=1), np.sum(Z**2, axis=1)
            return np.exp(-gamma * np.maximum(a[:, None] + b - 2 * X.dot(Z.T), 0))
    """, "support_vector_machine:rbf-kernel", "Subtract first"),
    "the constant after the power": ("""
        def polynomial(X, Z, gamma, degree, coef0):
            return np.power(gamma * np.dot(X, Z.T), degree) + coef0
    """, "support_vector_machine:polynomial-kernel", "it belongs into the brackets"),
    "C on the wrong term": ("""
        def primal_objective(w, b, X, y, C):
            slack = np.clip(1 - y * (X.dot(w) + b), 0, None)
            return C * 0.5 * np.dot(w, w) + np.sum(slack)
    """, "support_vector_machine:primal", "it is the price of the slack"),
    "a dual without its half": ("""
        def dual_objective(alpha, y, K):
            return np.sum(alpha) - np.sum(np.outer(alpha * y, alpha * y) * K)
    """, "support_vector_machine:dual", "½ is missing"),
    "a step that leaves the box": ("""
        def step_length(alpha, y, F, K, C, i, j):
            return (F[i] - F[j]) / max(K[i, i] - 2 * K[i, j] + K[j, j], ROUNDING)
    """, "support_vector_machine:two-variables", "bounds are not regarded"),
    "the partner of the lowest score": ("""
        def choose_pair(alpha, y, F, K, C):
            up, down = movable(alpha, y, C)
            return np.argmax(np.where(up, F, -np.inf)), np.argmin(np.where(down, F, np.inf))
    """, "support_vector_machine:working-set", "the one that gains most"),
    "multipliers without their classes": ("""
        def smo(K, y, C, tol, steps):
            alpha, F = np.zeros(len(y)), np.array(y, float)
            for _ in range(steps):
                if violation(alpha, y, F, C) <= tol:
                    break
                i, j = choose_pair(alpha, y, F, K, C)
                t = step_length(alpha, y, F, K, C, i, j)
                alpha = np.array(alpha)
                alpha[i] = alpha[i] + t
                alpha[j] = alpha[j] - t
                F = F + t * (K[j] - K[i])
                yield alpha, F
    """, "support_vector_machine:score-update", "classes are missing in the step"),
    "the first support vector": ("""
        def bias(alpha, y, F, C):
            up, down = movable(alpha, y, C)
            free = np.flatnonzero(up & down)
            return F[free[0]] if len(free) else (np.max(F[up]) + np.min(F[down])) / 2
    """, "support_vector_machine:bias", "the first free support vector"),
    "rows within the margin do not pull": ("""
        def pegasos(X, y, C, steps, rng):
            w = np.zeros(X.shape[1])
            for t in range(1, steps + 1):
                i = rng.integers(len(y))
                step = C * len(y) / t
                pull = y[i] * X[i] if y[i] * np.dot(X[i], w) < 0 else 0.0
                w = w * (1 - 1 / t) + step * pull
                yield w
    """, "support_vector_machine:subgradient-step", "within the margin it pulls too"),
    "targets of one and zero": ("""
        def targets(y):
            return (y + 1) / 2
    """, "support_vector_machine:sigmoid-target", "no best slope"),
    "a logarithm that overflows": ("""
        def sigmoid_loss(A, B, f, target):
            z = A * f + B
            return np.sum(target * z + np.log(1 + np.exp(-z)))
    """, "support_vector_machine:sigmoid-loss", "overflows"),
    "whole steps only": ("""
        def platt(f, y, steps):
            Z, target = np.column_stack([f, np.ones(len(f))]), targets(y)
            theta = np.array([0, np.log((np.sum(y < 0) + 1) / (np.sum(y > 0) + 1))])
            for _ in range(steps):
                p = np.exp(-np.logaddexp(0, Z @ theta))
                hessian = Z.T @ np.diag(p * (1 - p)) @ Z + ROUNDING * np.eye(2)
                theta = theta - np.linalg.solve(hessian, Z.T @ (target - p))
                yield theta
    """, "support_vector_machine:sigmoid-step", "whole step is taken"),
}  # fmt: skip

ELSEWISE = """
    def linear(X, Z):
        return np.array([[np.dot(x, z) for z in Z] for x in X])

    def rbf(X, Z, gamma):
        return np.array([np.exp(-gamma * np.square(Z - x).sum(axis=1)) for x in X])

    def polynomial(X, Z, gamma, degree, coef0):
        return np.power(coef0 + gamma * np.inner(X, Z), degree)

    def primal_objective(w, b, X, y, C):
        slack = [max(0.0, 1 - one * (np.dot(x, w) + b)) for x, one in zip(X, y)]
        return 0.5 * np.linalg.norm(w) ** 2 + C * sum(slack)

    def dual_objective(alpha, y, K):
        Q = K * np.outer(y, y)
        return np.sum(alpha) - 0.5 * alpha.dot(Q).dot(alpha)

    def movable(alpha, y, C):
        rise = np.zeros(len(y), bool)
        fall = np.zeros(len(y), bool)
        for i, (a, one) in enumerate(zip(alpha, y)):
            below, above = a < C - C * ROUNDING, a > C * ROUNDING
            rise[i], fall[i] = (below, above) if one > 0 else (above, below)
        return rise, fall

    def bias(alpha, y, F, C):
        up, down = movable(alpha, y, C)
        free = np.logical_and(up, down)
        if np.any(free):
            return np.average(F[free])
        return 0.5 * np.max(F[up]) + 0.5 * np.min(F[down])

    def targets(y):
        p, n = np.sum(y > 0), np.sum(y < 0)
        return np.array([(p + 1) / (p + 2) if one > 0 else 1 / (n + 2) for one in y])

    def sigmoid_loss(A, B, f, target):
        z = A * f + B
        return -(target * -np.logaddexp(0, z) + (1 - target) * -np.logaddexp(0, -z)).sum()
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each; one subprocess for all of them."""
    return dict(zip(DEFECTS, checked("support_vector_machine", [code for code, *_ in DEFECTS.values()]), strict=True))


@pytest.mark.parametrize("what", DEFECTS)
def test_a_defect_is_found_and_named(reports, what):
    """Catches inputs that do not show a mistake, and a cause that is another mistake's."""
    check_found(reports[what], *DEFECTS[what])


def test_other_ways_to_write_it_are_right():
    """Catches a comparison that is too strict for another order of sums."""
    (report,) = checked("support_vector_machine", [ELSEWISE])
    assert report.complete, str(report)
