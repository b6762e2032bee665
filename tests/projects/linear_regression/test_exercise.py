"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "the intercept is forgotten": ("""
        def predict(X, w, b):
            return np.array([sum(x * v for x, v in zip(row, w)) for row in X])
    """, "linear_regression:prediction", "intercept b is missing"),
    "a batch is standardised by its own mean": ("""
        def predict(X, w, b):
            Z = (X - np.mean(X, axis=0)) / np.std(X, axis=0)
            return Z.dot(w) + b
    """, "linear_regression:prediction", "standardised by its own mean"),
    "the cost is 1/2*m": ("""
        def loss(X, y, w, b):
            m = len(y)
            return 1 / 2 * m * np.sum((predict(X, w, b) - y) ** 2)
    """, "linear_regression:objective", "`/ 2 * n` is not `/ (2 * n)`"),
    "the cost is the mean square": ("""
        def loss(X, y, w, b):
            return np.mean((y - predict(X, w, b)) ** 2)
    """, "linear_regression:objective", "factor ½ is missing"),
    "the gradient has the wrong sign": ("""
        def gradient(X, y, w, b):
            errors = y - predict(X, w, b)
            return (X * errors[:, None]).mean(axis=0), np.mean(errors)
    """, "linear_regression:gradient", "sign is reversed"),
    "the gradient is 2/n": ("""
        def gradient(X, y, w, b):
            errors = predict(X, w, b) - y
            return 2 / len(y) * X.T.dot(errors), 2 / len(y) * errors.sum()
    """, "linear_regression:gradient", "factor 2 too many"),
    "the gradient is a sum": ("""
        def gradient(X, y, w, b):
            errors = predict(X, w, b) - y
            return np.dot(errors, X), np.sum(errors)
    """, "linear_regression:gradient", "Neither derivative is divided by n"),
    "the ones come first": ("""
        def with_ones(X):
            A = np.ones((X.shape[0], X.shape[1] + 1))
            A[:, 1:] = X
            return A
    """, "linear_regression:ones", "comes first"),
    "no intercept in the normal equations": ("""
        def normal_equations(X, y):
            return np.linalg.lstsq(X, y, rcond=None)[0], 0.0
    """, "linear_regression:normal", "through the origin"),
    "the gap has no half": ("""
        def gap(X, y, w, b):
            A = with_ones(X)
            g = A.T @ (predict(X, w, b) - y) / len(y)
            return len(y) * g @ np.linalg.inv(A.T @ A) @ g
    """, "linear_regression:gap", "factor ½ is missing"),
    "the triangle is solved from the top": ("""
        def qr_solve(X, y):
            Q, R = np.linalg.qr(with_ones(X))
            v = np.zeros(R.shape[0])
            for j in range(R.shape[0]):
                v[j] = ((Q.T @ y)[j] - sum(R[j, k] * v[k] for k in range(j + 1, R.shape[0]))) / R[j, j]
            return v[:-1], v[-1]
    """, "linear_regression:qr", "from the first on"),
    "the shortest solution of data that are not centred": ("""
        def shortest_solution(X, y):
            w = np.linalg.pinv(X, rcond=1e-12) @ (y - y.mean())
            return w, y.mean() - X.mean(axis=0) @ w
    """, "linear_regression:min-norm", "not centred"),
    "the intercept is stepped twice": ("""
        def gradient_descent(X, y, rate, steps):
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(steps):
                yield w, b, loss(X, y, w, b)
                dw, db = gradient(X, y, w, b)
                w = w - rate * dw
                b = b - rate * db
                b = b - rate * db
    """, "linear_regression:step", "changed twice"),
    "a step is yielded too late": ("""
        def steepest_descent(X, y, steps):
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(steps):
                dw, db = gradient(X, y, w, b)
                c = X @ dw + db
                rate = len(y) * (np.sum(dw**2) + db**2) / np.sum(c**2)
                w, b = w - rate * dw, b - rate * db
                yield w, b, loss(X, y, w, b)
    """, "linear_regression:line-search", "yields after the step"),
    "an average of gradients for momentum": ("""
        def momentum(X, y, rate, beta, steps):
            w, b, v, u = np.zeros(X.shape[1]), 0.0, 0.0, 0.0
            for _ in range(steps):
                yield w, b, loss(X, y, w, b)
                dw, db = gradient(X, y, w, b)
                v, u = beta * v + (1 - beta) * dw, beta * u + (1 - beta) * db
                w, b = w - rate * v, b - rate * u
    """, "linear_regression:momentum", "weighted with 1 - beta"),
    "nesterov's gradient is not ahead": ("""
        def nesterov(X, y, rate, beta, steps):
            w, b = np.zeros(X.shape[1]), 0.0
            w0, b0 = w, b
            for _ in range(steps):
                yield w, b, loss(X, y, w, b)
                dw, db = gradient(X, y, w, b)
                w, w0 = w + beta * (w - w0) - rate * dw, w
                b, b0 = b + beta * (b - b0) - rate * db, b
    """, "linear_regression:nesterov", "belongs to the point ahead"),
    "a last batch that is not full is lost": ("""
        def stochastic_gradient_descent(X, y, rate, batch_size, epochs, rng):
            w, b = np.zeros(X.shape[1]), 0.0
            for _ in range(epochs):
                yield w, b, loss(X, y, w, b)
                order = rng.permutation(len(y))
                for k in range(len(y) // batch_size):
                    rows = order[k * batch_size : (k + 1) * batch_size]
                    dw, db = gradient(X[rows], y[rows], w, b)
                    w, b = w - rate * dw, b - rate * db
    """, "linear_regression:sgd", "do not fill a batch"),
    "conjugate gradients upside down": ("""
        def conjugate_gradients(X, y, steps):
            A, n = with_ones(X), len(y)
            v = np.zeros(A.shape[1])
            r = A.T @ y / n
            q = r.copy()
            for _ in range(steps):
                yield v[:-1], v[-1], loss(X, y, v[:-1], v[-1])
                Hq = A.T @ (A @ q) / n
                a = r @ r / (q @ Hq)
                v, new = v + a * q, r - a * Hq
                q = new + (r @ r) / (new @ new) * q
                r = new
    """, "linear_regression:cg", "upside down"),
}  # fmt: skip

ELSEWISE = """
    def predict(X, weights, intercept):
        return np.array([intercept + sum(x * v for x, v in zip(row, weights)) for row in X])

    def loss(X, y, w, b):
        return float(0.5 * np.mean((y - predict(X, w, b)) ** 2))

    def gradient(X, y, w, b):
        n, d = X.shape
        dw, db = np.zeros(d), 0.0
        for i in range(n):
            error = (X[i] @ w + b - y[i]) / n
            dw += error * X[i]
            db += error
        return dw, db

    def with_ones(X):
        return np.hstack([X, np.ones((X.shape[0], 1))])

    def normal_equations(X, y):
        w = np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=None)[0]
        return w, y.mean() - w @ X.mean(axis=0)

    def gap(X, y, w, b):
        return loss(X, y, w, b) - loss(X, y, *normal_equations(X, y))

    def qr_solve(X, y):
        return normal_equations(X, y)

    def shortest_solution(X, y):
        w = np.linalg.pinv(X - X.mean(axis=0)) @ y
        return [w, np.mean(y - X @ w)]

    def conjugate_gradients(X, y, steps):
        A, n = with_ones(X), len(y)
        H, v = A.T @ A / n, np.zeros(A.shape[1])
        r = A.T @ y / n
        q = r
        for _ in range(steps):
            yield v[:-1].copy(), v[-1], float(((A @ v - y) ** 2).sum() / (2 * n))
            a = r @ r / (q @ H @ q)
            v = v + a * q
            r, old = r - a * (H @ q), r
            q = r + (r @ r) / (old @ old) * q
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("linear_regression", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
