"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "exp(z) overflows": ("""
        def sigmoid(z):
            e = np.exp(z)
            return e / (1 + e)
    """, "logistic_regression:probability", "nan where exp(z) overflows"),
    "the probability of |z|": ("""
        def sigmoid(z):
            return 1 / (1 + np.exp(-np.abs(z)))
    """, "logistic_regression:probability", "the probability for |z|"),
    "no intercept": ("""
        def probabilities(X, w, b):
            return sigmoid(np.dot(X, w))
    """, "logistic_regression:probability", "intercept b is missing"),
    "classes instead of probabilities": ("""
        def probabilities(X, w, b):
            return np.array([1.0 if x @ w + b > 0 else 0.0 for x in X])
    """, "logistic_regression:probability", "These are classes"),
    "log(0)": ("""
        def cross_entropy(z, y):
            p = sigmoid(z)
            return -y * np.log(p) - (1 - y) * np.log(1 - p)
    """, "logistic_regression:loss", "rounded to 0"),
    "log(1 + exp(z)) overflows": ("""
        def cross_entropy(z, y):
            return np.log(np.exp(z) + 1) - z * y
    """, "logistic_regression:loss", "exp(z) overflows"),
    "log2": ("""
        def cross_entropy(z, y):
            return np.logaddexp2(0, z / np.log(2)) - y * z / np.log(2)
    """, "logistic_regression:loss", "log2"),
    "the loss is a mean": ("""
        def loss(X, y, w, b, C):
            return C * np.mean(cross_entropy(X @ w + b, y)) + np.sum(w**2) / 2
    """, "logistic_regression:objective", "mean of the losses"),
    "C weighs the penalty": ("""
        def loss(X, y, w, b, C):
            return np.sum(cross_entropy(X @ w + b, y)) + 0.5 * C * np.sum(w**2)
    """, "logistic_regression:objective", "it weighs the data"),
    "the penalty's gradient with the wrong sign": ("""
        def gradient(X, y, w, b, C):
            r = probabilities(X, w, b) - y
            return C * r @ X - w, C * np.sum(r)
    """, "logistic_regression:gradient", "penalty's derivative has the wrong sign"),
    "the intercept is penalised": ("""
        def gradient(X, y, w, b, C):
            g = C * with_ones(X).T @ (probabilities(X, w, b) - y) + np.append(w, b)
            return g[:-1], g[-1]
    """, "logistic_regression:gradient", "intercept is penalised"),
    "the gradient of the squared error": ("""
        def gradient(X, y, w, b, C):
            p = probabilities(X, w, b)
            delta = (p - y) * p * (1 - p)
            return C * X.T @ delta + w, C * delta.sum()
    """, "logistic_regression:gradient", "belongs to the squared error"),
    "a Hessian that penalises the intercept": ("""
        def hessian(X, w, b, C):
            A, p = with_ones(X), probabilities(X, w, b)
            return C * sum(q * np.outer(a, a) for a, q in zip(A, p * (1 - p))) + np.eye(len(w) + 1)
    """, "logistic_regression:hessian", "intercept is penalised"),
    "a step without its step size": ("""
        def gradient_descent(X, y, C, rate, steps):
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(steps):
                yield w, b, loss(X, y, w, b, C)
                change = gradient(X, y, w, b, C)
                w, b = w - change[0], b - change[1]
    """, "linear_regression:step", "step size is missing"),
    "Newton uphill": ("""
        def newton_direction(X, y, w, b, C):
            g = np.append(*gradient(X, y, w, b, C))
            h = np.linalg.inv(hessian(X, w, b, C)) @ g
            return h[:-1], h[-1]
    """, "logistic_regression:newton", "sign is missing"),
    "always the whole step": ("""
        def line_search(X, y, w, b, hw, hb, C):
            return 1.0
    """, "logistic_regression:line-search", "always takes the whole step"),
    "Newton without a line search": ("""
        def newton(X, y, C, steps):
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(steps):
                yield w, b, loss(X, y, w, b, C)
                hw, hb = newton_direction(X, y, w, b, C)
                w, b = w + hw, b + hb
    """, "logistic_regression:newton", "line search is missing"),
    "the decrement without its root": ("""
        def newton_decrement(X, y, w, b, C):
            g = np.append(*gradient(X, y, w, b, C))
            return g @ np.linalg.inv(hessian(X, w, b, C)) @ g
    """, "logistic_regression:decrement", "root is missing"),
    "a bound where nothing is proved": ("""
        def gap(X, y, w, b, C):
            H, nu = np.linalg.inv(hessian(X, w, b, C)), newton_decrement(X, y, w, b, C)
            longest = np.sqrt(np.einsum("ij,jk,ik->i", with_ones(X), H, with_ones(X)).max())
            return nu**2 / 2 * (1 + longest * nu)
    """, "logistic_regression:decrement", "nothing is proved"),
}  # fmt: skip

ELSEWISE = """
    def sigmoid(z):
        return np.exp(-np.logaddexp(0, -z))

    def probabilities(X, w, b):
        return np.array([sigmoid(x @ w + b) for x in X])

    def cross_entropy(z, y):
        s = np.where(y == 1, -z, z)
        return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))

    def gradient(X, y, w, b, C):
        dw, db = w.copy(), 0.0
        for x, target in zip(X, y):
            p = sigmoid(x @ w + b)
            dw += C * (p - target) * x
            db += C * (p - target)
        return dw, db

    def hessian(X, w, b, C):
        d = len(w)
        H = np.zeros((d + 1, d + 1))
        H[range(d), range(d)] = 1
        for x in X:
            a, p = np.append(x, 1), sigmoid(x @ w + b)
            H = H + C * p * (1 - p) * np.outer(a, a)
        return H

    def newton_direction(X, y, w, b, C):
        dw, db = gradient(X, y, w, b, C)
        h = np.linalg.inv(hessian(X, w, b, C)) @ np.array([*dw, db])
        return -h[:-1], -h[-1]

    def line_search(X, y, w, b, hw, hb, C):
        def at(t):
            dw, db = gradient(X, y, w + t * hw, b + t * hb, C)
            return loss(X, y, w + t * hw, b + t * hb, C), dw @ hw + db * hb

        J, slope = at(0.0)
        low, high, t = 0.0, None, 1.0
        if slope >= -1e-14 * J:
            return t
        while True:
            value, derivative = at(t)
            if value > J + 1e-4 * t * slope:
                high = t
            elif derivative < 0.9 * slope:
                low = t
            else:
                return t
            t = 2 * low if high is None else (low + high) / 2

    def newton_decrement(X, y, w, b, C):
        hw, hb = newton_direction(X, y, w, b, C)
        dw, db = gradient(X, y, w, b, C)
        return float(np.sqrt(-(hw @ dw + hb * db)))

    def gap(X, y, w, b, C):
        H, nu = np.linalg.inv(hessian(X, w, b, C)), newton_decrement(X, y, w, b, C)
        product = nu * np.sqrt(np.einsum("ij,jk,ik->i", with_ones(X), H, with_ones(X)).max())
        return float("inf") if product >= 1 else nu**2 / 2 + product * nu**2 / 2
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("logistic_regression", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
