"""Autoencoders as the chapter derives them: linear, with one layer of hidden units, and variational.

The library's models are tested against these functions; read them first.
X (n, d) holds a sample in each row, Z or H (n, k) its code; weights lead from the columns of one to those of the next.
"""

import numpy as np


def encode_linear(X, mu, W):
    """Return the codes: weighted sums of the centred columns.  eq. autoencoder:linear-code"""
    return (X - mu) @ W  # (n, k)


def decode_linear(Z, mu, W):
    """Return the reconstructions, with the same weights.  eq. autoencoder:linear-reconstruction"""
    return mu + Z @ W.T  # (n, d)


def linear_error(X, mu, W):
    """Return half of the mean squared distance to the reconstructions.  eq. autoencoder:linear-objective"""
    return ((decode_linear(encode_linear(X, mu, W), mu, W) - X) ** 2).sum(axis=1).mean() / 2


def linear_gradient(X, mu, W):
    """Return the derivatives of the error by W, which is used twice.  eq. autoencoder:linear-gradient"""
    Z = encode_linear(X, mu, W)
    R = (decode_linear(Z, mu, W) - X) / len(X)  # (n, d)
    return R.T @ Z + (X - mu).T @ (R @ W)  # (d, k): both places of W


def linear_descent(X, W, rate, steps):
    """Walk against the gradient; yield weights and error after each step.  eq. autoencoder:linear-step"""
    for _ in range(steps):
        W = W - rate * linear_gradient(X, X.mean(axis=0), W)
        yield W, linear_error(X, X.mean(axis=0), W)


def sigmoid(Z):
    """Bend each number into the range from 0 to 1.  eq. logistic_regression:probability"""
    return 1 / (1 + np.exp(-Z))


def encode(X, W1, b1):
    """Return the codes: bent weighted sums.  eq. autoencoder:code"""
    return sigmoid(X @ W1 + b1)  # (n, k)


def decode(H, W2, b2):
    """Return the reconstructions.  eq. autoencoder:reconstruction"""
    return H @ W2 + b2  # (n, d)


def corrupt(X, noise, rng):
    """Add normal noise, which a denoising autoencoder has to take away.  eq. autoencoder:denoising"""
    return X + noise * rng.normal(size=X.shape)  # (n, d)


def sparsity(H, rho):
    """Return how far the units' mean activities are from rho, as a divergence.  eq. autoencoder:sparsity"""
    mean = H.mean(axis=0)
    return (rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))).sum()


def sparsity_slope(H, rho):
    """Return the derivatives of the divergence by the codes, equal in all rows.  eq. autoencoder:sparsity-slope"""
    mean = np.tile(H.mean(axis=0), (len(H), 1))
    return ((1 - rho) / (1 - mean) - rho / mean) / len(H)  # (n, k)


def contraction(H, W1):
    """Return half of the mean squared norm of the codes' Jacobian.  eq. autoencoder:contraction"""
    return ((H * (1 - H)) ** 2 @ (W1**2).sum(axis=0)).mean() / 2


def contraction_slopes(H, W1):
    """Return the derivatives of the contraction by codes and weights.  eq. autoencoder:contraction-slope"""
    Q = H * (1 - H)  # (n, k), the slopes of the units
    return Q * (1 - 2 * H) * (W1**2).sum(axis=0) / len(H), W1 * (Q**2).mean(axis=0)  # (n, k), (d, k)


def objective(X, noisy, W1, b1, W2, b2, rho, beta, lam):
    """Return the error from noisy rows to clean ones, and both penalties.  eq. autoencoder:objective"""
    H = encode(noisy, W1, b1)
    error = ((decode(H, W2, b2) - X) ** 2).sum(axis=1).mean() / 2
    return error + beta * sparsity(H, rho) + lam * contraction(H, W1)


def gradient(X, noisy, W1, b1, W2, b2, rho, beta, lam):
    """Return the derivatives of the objective by W1, b1, W2 and b2.  eq. autoencoder:gradient"""
    H = encode(noisy, W1, b1)
    R = (decode(H, W2, b2) - X) / len(X)  # (n, d)
    by_code, by_weights = contraction_slopes(H, W1)
    dH = R @ W2.T + beta * sparsity_slope(H, rho) + lam * by_code  # (n, k)
    D = dH * H * (1 - H)
    return noisy.T @ D + lam * by_weights, D.sum(axis=0), H.T @ R, R.sum(axis=0)


def posterior(X, Wm, bm, Wv, bv):
    """Return means and logarithms of variances of each sample's code.  eq. autoencoder:posterior"""
    return X @ Wm + bm, X @ Wv + bv  # (n, k), (n, k)


def reparametrize(M, V, E):
    """Return codes made of standard normal draws E, so that M and V have slopes.  eq. autoencoder:reparametrization"""
    return M + np.exp(V / 2) * E  # (n, k)


def divergence(M, V):
    """Return how far each sample's codes are from standard normal ones.  eq. autoencoder:divergence"""
    return (M**2 + np.exp(V) - V - 1).sum(axis=1) / 2  # (n,)


def log_likelihood(X, Y, s2):
    """Return the log-density of each sample around its reconstruction.  eq. autoencoder:likelihood"""
    return -(((X - Y) ** 2).sum(axis=1) / s2 + X.shape[1] * np.log(2 * np.pi * s2)) / 2  # (n,)


def bound(X, E, Wm, bm, Wv, bv, W2, b2, s2):
    """Return the mean lower bound of the log-densities, with codes of draws E.  eq. autoencoder:bound"""
    M, V = posterior(X, Wm, bm, Wv, bv)
    return (log_likelihood(X, decode(reparametrize(M, V, E), W2, b2), s2) - divergence(M, V)).mean()


def bound_gradient(X, E, Wm, bm, Wv, bv, W2, b2, s2):
    """Return the derivatives of the bound by Wm, bm, Wv, bv, W2 and b2.  eq. autoencoder:bound-gradient"""
    M, V = posterior(X, Wm, bm, Wv, bv)
    Z = reparametrize(M, V, E)
    R = (X - decode(Z, W2, b2)) / s2 / len(X)  # (n, d)
    dZ = R @ W2.T
    dM = dZ - M / len(X)
    dV = dZ * E * np.exp(V / 2) / 2 - (np.exp(V) - 1) / 2 / len(X)
    return X.T @ dM, dM.sum(axis=0), X.T @ dV, dV.sum(axis=0), Z.T @ R, R.sum(axis=0)


if __name__ == "__main__":
    X, mu, W = np.array([[3.0, 1], [1, 3], [-3, -1], [-1, -3]]), np.zeros(2), np.array([[1.0], [0.0]])
    print(f"linear, 2 to 1: codes {encode_linear(X, mu, W).ravel()}, error {linear_error(X, mu, W)}")
    print(f"derivatives by the two weights {linear_gradient(X, mu, W).ravel()}")
    for t, (V, error) in enumerate(linear_descent(X, W, rate=0.05, steps=20), start=1):
        if t in (1, 2, 20):
            print(f"step {t}: weights {V.ravel().round(4)}, error {error:.4f}; that of the first principal axis is 1")
    rng = np.random.default_rng(0)
    W1, b1, W2, b2 = rng.normal(size=(2, 1)), np.zeros(1), rng.normal(size=(1, 2)), np.zeros(2)
    for _ in range(2000):
        slopes = gradient(X, corrupt(X, 0.1, rng), W1, b1, W2, b2, 0.5, 0.0, 0.01)
        W1, b1, W2, b2 = (w - 0.1 * slope for w, slope in zip((W1, b1, W2, b2), slopes))
    print(f"denoising and contractive: codes {encode(X, W1, b1).ravel().round(3)}")
    M, V = encode_linear(X, mu, W) / 2, np.full((4, 1), -1.0)
    print(f"variational: means {M.ravel().round(3)}, divergences {divergence(M, V).round(3)}")
