"""The exercise: mistakes that learners make are found, and named."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "weights used once": ("""
        def linear_gradient(X, mu, W):
            Z = (X - mu) @ W
            return (mu + Z @ W.T - X).T @ Z / len(X)
    """, "autoencoder:linear-gradient", "encoder uses it too"),
    "clean rows encoded": ("""
        def objective(X, noisy, W1, b1, W2, b2, rho, beta, lam):
            H = encode(X, W1, b1)
            error = np.sum((H @ W2 + b2 - X) ** 2) / len(X) / 2
            return error + beta * sparsity(H, rho) + lam * contraction(H, W1)
    """, "autoencoder:objective", "the network sees the noisy ones"),
    "slopes that do not bend": ("""
        def contraction_slopes(H, W1):
            Q = H * (1 - H)
            return Q * np.sum(W1**2, 0) / len(H), W1 * np.mean(Q**2, 0)
    """, "autoencoder:contraction-slope", "1 - 2 h is missing"),
    "variance for deviation": ("""
        def reparametrize(M, V, E):
            return M + E * np.exp(V)
    """, "autoencoder:reparametrization", "exp(V / 2)"),
    "divergence added": ("""
        def bound(X, E, Wm, bm, Wv, bv, W2, b2, s2):
            M, V = posterior(X, Wm, bm, Wv, bv)
            Y = decode(reparametrize(M, V, E), W2, b2)
            return np.mean(log_likelihood(X, Y, s2) + divergence(M, V))
    """, "autoencoder:bound", "it lowers the bound"),
}  # fmt: skip

ELSEWISE = """
    def linear_gradient(X, mu, W):
        A = X - mu
        C = A.T @ A / len(A)
        return C @ W @ W.T @ W + W @ W.T @ C @ W - 2 * C @ W

    def sigmoid(Z):
        return (1 + np.tanh(Z / 2)) / 2

    def divergence(M, V):
        return 0.5 * np.einsum("nk->n", M * M + np.expm1(V) - V)

    def sparsity_slope(H, rho):
        m = H.mean(0)
        return np.ones((len(H), 1)) * (m - rho) / (m * (1 - m)) / len(H)
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each, and on one that is only written differently."""
    found = checked("autoencoder", [code for code, _, _ in DEFECTS.values()] + [ELSEWISE])
    return dict(zip([*DEFECTS, "elsewise"], found, strict=True))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistakes_are_found_and_named(reports, defect):
    check_found(reports[defect], *DEFECTS[defect])


def test_solutions_that_are_written_differently_are_right(reports):
    # inputs, or a tolerance, that only the textbook's own operations meet
    assert [one.name for one in reports["elsewise"].functions if one.state != "right"] == []
