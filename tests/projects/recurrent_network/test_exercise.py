"""The exercise: mistakes that learners make are found, and named."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "slope at the state": ("""
        def scalar_backward(x, h, u, d):
            dw = du = db = later = 0.0
            for t in range(len(x), 0, -1):
                delta = (d[t - 1] + later) * (1 - np.tanh(h[t]) ** 2)
                dw, du, db = dw + delta * x[t - 1], du + delta * h[t - 1], db + delta
                later = u * delta
            return dw, du, db
    """, "recurrent_network:backward", "taken at the state"),
    "a transpose": ("""
        def backward(X, H, U, D):
            deltas, later = np.zeros_like(D), 0
            for t in reversed(range(len(X))):
                deltas[t] = (D[t] + later) * (1 - H[t + 1] ** 2)
                later = U.T @ deltas[t]
            return X.T @ deltas, H[:-1].T @ deltas, deltas.sum(0)
    """, "recurrent_network:backward", "has to be transposed"),
    "states of the wrong time": ("""
        def backward(X, H, U, D):
            deltas, later = np.zeros_like(D), 0
            for t in reversed(range(len(X))):
                deltas[t] = (D[t] + later) * (1 - H[t + 1] ** 2)
                later = U @ deltas[t]
            return X.T @ deltas, sum(np.outer(H[t + 1], deltas[t]) for t in range(len(X))), deltas.sum(0)
    """, "recurrent_network:backward", "by the states before"),
    "entry by entry": ("""
        def clip(g, most):
            return np.minimum(np.maximum(g, -most), most)
    """, "recurrent_network:clip", "turns the gradient"),
    "no forgetting on the way back": ("""
        def lstm_backward(x, h, c, U, c_new, gates, dh, dc):
            i, f, g, o = gates
            dc = dc + dh * o * (1 - np.tanh(c_new) ** 2)
            dz = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g**2),
                                 dh * np.tanh(c_new) * o * (1 - o)])
            return np.outer(x, dz), np.outer(h, dz), dz, U @ dz, dc
    """, "recurrent_network:lstm-backward", "forget gate is missing"),
    "no forgetting": ("""
        def lstm_step(x, h, c, W, U, b):
            i, f, g, o = np.split(x @ W + h @ U + b, 4)
            i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            new = c + i * g
            return o * np.tanh(new), new, (i, f, g, o)
    """, "recurrent_network:lstm", "forget gate is missing"),
    "answers of the first steps": ("""
        def loss(X, Y, h, W, U, b, V, v):
            F = scores(forward(X, h, W, U, b)[: len(Y)], V, v)
            return np.mean(np.sum((F - Y) ** 2, axis=1)) / 2
    """, "recurrent_network:loss", "those of the last"),
}  # fmt: skip

ELSEWISE = """
    def scalar_backward(x, h, u, d):
        deltas = np.zeros(len(x) + 1)
        for t in reversed(range(len(x))):
            deltas[t] = (d[t] + u * deltas[t + 1]) * (1 - h[t + 1]) * (1 + h[t + 1])
        return deltas[:-1] @ x, deltas[:-1] @ h[:-1], deltas.sum()

    def backward(X, H, U, D):
        dW, dU, db, back = np.zeros((X.shape[1], len(U))), np.zeros_like(U), np.zeros(len(U)), np.zeros(len(U))
        for x, before, after, d in zip(X[::-1], H[-2::-1], H[:0:-1], D[::-1]):
            delta = (d + back) / np.cosh(np.arctanh(after)) ** 2
            dW += np.outer(x, delta)
            dU += np.outer(before, delta)
            db += delta
            back = U.dot(delta)
        return dW, dU, db

    def sigmoid(z):
        small = np.exp(-abs(z))
        return np.where(z >= 0, 1, small) / (1 + small)

    def clip(g, most):
        return g / max(1.0, np.linalg.norm(g) / most)
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each; one subprocess for all of them."""
    found = checked("recurrent_network", [code for code, _, _ in DEFECTS.values()])
    return dict(zip(DEFECTS, found, strict=True))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistakes_are_found_and_named(reports, defect):
    check_found(reports[defect], *DEFECTS[defect])


def test_solutions_that_are_written_differently_are_right():
    # inputs, or a tolerance, that only the textbook's own operations meet
    (report,) = checked("recurrent_network", [ELSEWISE])
    assert [one.name for one in report.functions if one.state != "right"] == []
