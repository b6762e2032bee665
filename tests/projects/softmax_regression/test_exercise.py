"""The exercise: mistakes that learners make are found, and named; solutions that are written differently are right."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "exp overflows in the logarithm": ("""
        def log_sum_exp(Z):
            return np.log(np.sum(np.exp(Z), axis=1))
    """, "softmax_regression:logsumexp", "exp overflows"),
    "the largest score is not added": ("""
        def log_sum_exp(Z):
            return np.log(np.exp(Z - Z.max(axis=1)[:, None]).sum(axis=1))
    """, "softmax_regression:logsumexp", "not added at the end"),
    "inf / inf": ("""
        def softmax(Z):
            e = np.exp(Z)
            return e / np.sum(e, axis=1)[:, None]
    """, "softmax_regression:softmax", "inf / inf is nan"),
    "columns with the sum 1": ("""
        def softmax(Z):
            e = np.exp(Z - np.max(Z, axis=0))
            return e / np.sum(e, axis=0)
    """, "softmax_regression:softmax", "columns have the sum 1"),
    "softmax twice": ("""
        def probabilities(X, W, b):
            P = softmax(np.dot(X, W) + b)
            return softmax(P)
    """, "softmax_regression:softmax", "applied twice"),
    "one against all others": ("""
        def probabilities(X, W, b):
            return 1 / (1 + np.exp(-X @ W - b))
    """, "softmax_regression:softmax", "its own sigmoid"),
    "only classes that occur": ("""
        def one_hot(y, K):
            return np.array([[float(label == k) for k in np.unique(y)] for label in y])
    """, "softmax_regression:loss", "K columns are right"),
    "an array of integers": ("""
        def one_hot(y, K):
            Y = np.zeros((len(y), K), dtype=int)
            Y[np.arange(len(y)), y] = 1
            return Y
    """, "softmax_regression:loss", "holds integers"),
    "log(0)": ("""
        def cross_entropy(Z, Y):
            return -np.log(softmax(Z)[Y == 1])
    """, "softmax_regression:loss", "rounded to 0"),
    "0 log(0)": ("""
        def cross_entropy(Z, Y):
            return -np.sum(Y * np.log(softmax(Z)), axis=1)
    """, "softmax_regression:loss", "0 times the logarithm of 0"),
    "the penalty without its half": ("""
        def loss(X, Y, W, b, C):
            return C * np.sum(cross_entropy(X @ W + b, Y)) + np.sum(W * W)
    """, "softmax_regression:objective", "factor ½ of the penalty"),
    "the intercepts are penalised": ("""
        def gradient(X, Y, W, b, C):
            R = probabilities(X, W, b) - Y
            return W + C * X.T @ R, b + C * R.sum(axis=0)
    """, "softmax_regression:gradient", "intercepts are penalised"),
    "the gradient is a mean": ("""
        def gradient(X, Y, W, b, C):
            R = (probabilities(X, W, b) - Y) * C / len(Y)
            return W + X.T @ R, R.sum(axis=0)
    """, "softmax_regression:gradient", "divided by n"),
    "the jacobian is its diagonal": ("""
        def jacobian(p):
            J = np.zeros((len(p), len(p)))
            for k in range(len(p)):
                J[k, k] = p[k] * (1 - p[k])
            return J
    """, "softmax_regression:jacobian", "only the diagonal"),
    "the order column by column": ("""
        def hessian(X, W, b, C):
            d, K = W.shape
            H = np.zeros((d * K + K, d * K + K))
            H[range(d * K), range(d * K)] = 1.0
            for x, p in zip(X, probabilities(X, W, b)):
                a = np.append(x, 1.0)
                H += C * np.kron(jacobian(p), np.outer(a, a))
            return H
    """, "softmax_regression:hessian", "order column by column"),
    "a quarter": ("""
        def bound(X, C):
            A = with_ones(X)
            return 0.25 * C * A.T @ A + np.diag([1.0] * X.shape[1] + [0.0])
    """, "softmax_regression:bohning", "The factor is ¼"),
    "gradient descent for Böhning's steps": ("""
        def bohning(X, Y, C, steps):
            W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
            for _ in range(steps):
                yield W, b, loss(X, Y, W, b, C)
                dW, db = gradient(X, Y, W, b, C)
                W, b = W - dW, b - db
    """, "softmax_regression:bohning", "bound is missing"),
    "Newton with the Hessian of the start": ("""
        def newton(X, Y, C, steps):
            W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
            inverse = np.linalg.pinv(hessian(X, W, b, C))
            for _ in range(steps):
                yield W, b, loss(X, Y, W, b, C)
                step = (inverse @ np.vstack(gradient(X, Y, W, b, C)).ravel()).reshape(-1, len(b))
                W, b = W - step[:-1], b - step[-1]
    """, "softmax_regression:newton", "that of the start"),
}  # fmt: skip

ELSEWISE = """
    def log_sum_exp(Z):
        return np.logaddexp.reduce(Z, axis=1)

    def softmax(Z):
        return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))

    def one_hot(y, K):
        Y = np.zeros((len(y), K))
        for i, k in enumerate(y):
            Y[i, k] = 1
        return Y

    def cross_entropy(Z, Y):
        own = Z[np.arange(len(Z)), Y.argmax(axis=1)]
        return np.log(np.exp(Z - Z.max(axis=1)[:, None]).sum(axis=1)) + (Z.max(axis=1) - own)

    def gradient(X, Y, W, b, C):
        dW, db = np.array(W), np.zeros_like(b)
        for x, y in zip(X, Y):
            r = softmax((x @ W + b)[None])[0] - y
            dW = dW + C * np.outer(x, r)
            db = db + C * r
        return dW, db

    def jacobian(p):
        return np.array([[p[k] * ((k == l) - p[l]) for l in range(len(p))] for k in range(len(p))])

    def hessian(X, W, b, C):
        d, K = W.shape
        A, P = with_ones(X), probabilities(X, W, b)
        H = C * np.einsum("ni,nj,nkl->ikjl", A, A, np.array([jacobian(p) for p in P]))
        return H.reshape((d + 1) * K, -1) + np.diag([1.0] * (d * K) + [0.0] * K)

    def bohning(X, Y, C, steps):
        W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
        inverse = np.linalg.inv(bound(X, C))
        for _ in range(steps):
            yield W, b, loss(X, Y, W, b, C)
            dW, db = gradient(X, Y, W, b, C)
            V = np.vstack([W, b]) - inverse @ np.vstack([dW, db])
            W, b = V[:-1], V[-1]

    def newton(X, Y, C, steps):
        d, K = X.shape[1], Y.shape[1]
        W, b = np.zeros((d, K)), np.zeros(K)
        for _ in range(steps):
            yield W, b, loss(X, Y, W, b, C)
            g = np.concatenate([part.ravel() for part in gradient(X, Y, W, b, C)])
            v = np.append(W, b) - np.linalg.pinv(hessian(X, W, b, C)) @ g
            W, b = v[: d * K].reshape(d, K), v[d * K :]
"""


@pytest.fixture(scope="module")
def reports():
    names, codes = [*DEFECTS, "elsewise"], [*(code for code, *_ in DEFECTS.values()), ELSEWISE]
    return dict(zip(names, checked("softmax_regression", codes)))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistake_is_found_and_named(defect, reports):
    # would catch: a check on inputs that do not show the mistake, or a cause that another mistake claims
    check_found(reports[defect], *DEFECTS[defect])


def test_other_solutions_are_right(reports):
    # would catch: a tolerance, or inputs, that only the textbook's own order of operations meets
    assert reports["elsewise"].complete, str(reports["elsewise"])
