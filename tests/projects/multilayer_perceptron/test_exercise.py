"""The exercise: mistakes that learners make are found, and named."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "no way back through the bend": ("""
        def backward(X, Z1, A1, W2, D2):
            D1 = D2 @ W2.T
            return X.T @ D1, D1.sum(0), A1.T @ D2, D2.sum(0)
    """, "multilayer_perceptron:backward", "back through the bend"),
    "sums for outputs": ("""
        def backward(X, Z1, A1, W2, D2):
            D1 = (D2 @ W2.T) * (Z1 > 0)
            return X.T @ D1, np.sum(D1, 0), Z1.T @ D2, np.sum(D2, 0)
    """, "multilayer_perceptron:backward", "took the outputs A1"),
    "no correction": ("""
        def adam_step(w, m, v, t, rate, beta1, beta2, eps):
            return w - rate * m / (np.sqrt(v) + eps)
    """, "multilayer_perceptron:adam", "start at 0 is missing"),
    "bent scores": ("""
        def forward(X, W1, b1, W2, b2):
            Z1 = X @ W1 + b1
            A1 = np.maximum(Z1, 0)
            return Z1, A1, np.maximum(A1 @ W2 + b2, 0)
    """, "multilayer_perceptron:forward", "scores are bent too"),
    "penalised biases": ("""
        def objective(X, Y, W1, b1, W2, b2, lam):
            return cross_entropy(forward(X, W1, b1, W2, b2)[-1], Y) + lam / 2 * sum(
                (w**2).sum() for w in (W1, b1, W2, b2))
    """, "multilayer_perceptron:objective", "biases are penalised"),
}  # fmt: skip

ELSEWISE = """
    def relu(Z):
        return np.where(Z > 0, Z, 0.0)

    def backward(X, Z1, A1, W2, D2):
        D1 = np.einsum("nk,hk->nh", D2, W2)
        D1[Z1 <= 0] = 0.0
        ones = np.ones(len(X))
        return np.einsum("nd,nh->dh", X, D1), ones @ D1, np.einsum("nh,nk->hk", A1, D2), ones @ D2

    def adam_step(w, m, v, t, rate, beta1, beta2, eps):
        m_hat, root = m / (1 - beta1**t), np.sqrt(1 - beta2**t)
        return w - rate * m_hat / ((np.sqrt(v) + eps) / root)
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each; one subprocess for all of them."""
    found = checked("multilayer_perceptron", [code for code, _, _ in DEFECTS.values()])
    return dict(zip(DEFECTS, found, strict=True))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistakes_are_found_and_named(reports, defect):
    check_found(reports[defect], *DEFECTS[defect])


def test_solutions_that_are_written_differently_are_right():
    # inputs, or a tolerance, that only the textbook's own operations meet
    (report,) = checked("multilayer_perceptron", [ELSEWISE])
    assert [one.name for one in report.functions if one.state != "right"] == []
