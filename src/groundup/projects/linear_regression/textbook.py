"""Linear regression as the chapter derives it: no weights, no blocks, no tricks.

The library's solvers are tested against these functions; read them first.
X holds a sample in each row, y the targets; w are the weights and b is the intercept.
"""

import numpy as np


def predict(X, w, b):
    """Return the model's prediction for every sample.  eq. linear_regression:prediction"""
    return X @ w + b  # (n,)


def loss(X, y, w, b):
    """Return half the mean of the squared residuals.  eq. linear_regression:objective"""
    r = predict(X, w, b) - y  # (n,)
    return r @ r / (2 * len(y))


def gradient(X, y, w, b):
    """Return the derivatives of the loss by w and by b.  eq. linear_regression:gradient"""
    r = predict(X, w, b) - y
    return X.T @ r / len(y), r.mean()  # (d,), ()


def with_ones(X):
    """Append a column of ones, whose weight is the intercept.  eq. linear_regression:ones"""
    return np.column_stack([X, np.ones(len(X))])  # (n, d + 1)


def normal_equations(X, y):
    """Solve for the weights and the intercept at once.  eq. linear_regression:normal"""
    A = with_ones(X)
    *w, b = np.linalg.solve(A.T @ A, A.T @ y)
    return np.array(w), b


def gap(X, y, w, b):
    """Return how far the loss is above its minimum, without knowing the minimum.  eq. linear_regression:gap"""
    A = with_ones(X)
    slope = A.T @ (y - predict(X, w, b))  # (d + 1,)
    return slope @ np.linalg.solve(A.T @ A, slope) / (2 * len(y))


def qr_solve(X, y):
    """Project y on the columns by X = QR, then solve a triangle from its last row.  eq. linear_regression:qr"""
    Q, R = np.linalg.qr(with_ones(X))  # (n, d + 1), (d + 1, d + 1)
    c, w = Q.T @ y, np.zeros(len(R))
    for j in reversed(range(len(R))):
        w[j] = (c[j] - R[j, j + 1 :] @ w[j + 1 :]) / R[j, j]
    return w[:-1], w[-1]


def shortest_solution(X, y):
    """Return the shortest of all best weights where columns depend on each other.  eq. linear_regression:min-norm"""
    x_mean, y_mean = X.mean(axis=0), y.mean()  # centred, so that the intercept does not count as length
    U, sigma, Vt = np.linalg.svd(X - x_mean, full_matrices=False)
    large = sigma > 1e-12 * sigma[0]
    w = Vt[large].T @ (U[:, large].T @ (y - y_mean) / sigma[large])
    return w, y_mean - x_mean @ w  # eq. linear_regression:intercept


def gradient_descent(X, y, rate, steps):
    """Walk against the gradient, the same multiple of it each time.  eq. linear_regression:step"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        yield w, b, loss(X, y, w, b)
        dw, db = gradient(X, y, w, b)
        w, b = w - rate * dw, b - rate * db


def steepest_descent(X, y, steps):
    """Walk against the gradient to the lowest point of that line.  eq. linear_regression:line-search"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        yield w, b, loss(X, y, w, b)
        dw, db = gradient(X, y, w, b)
        change = predict(X, dw, db)  # (n,), how the predictions change along the gradient
        if not change.any():  # this is the minimum
            return
        rate = len(y) * (dw @ dw + db * db) / (change @ change)
        w, b = w - rate * dw, b - rate * db


def momentum(X, y, rate, beta, steps):
    """Walk like a heavy ball, which keeps the part beta of its last move.  eq. linear_regression:momentum"""
    w, b = np.zeros(X.shape[1]), 0.0
    move_w, move_b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        yield w, b, loss(X, y, w, b)
        dw, db = gradient(X, y, w, b)
        move_w, move_b = beta * move_w - rate * dw, beta * move_b - rate * db
        w, b = w + move_w, b + move_b


def nesterov(X, y, rate, beta, steps):
    """Move on by momentum first and take the gradient there.  eq. linear_regression:nesterov"""
    w, b = np.zeros(X.shape[1]), 0.0
    last_w, last_b = w, b
    for _ in range(steps):
        yield w, b, loss(X, y, w, b)
        ahead_w, ahead_b = w + beta * (w - last_w), b + beta * (b - last_b)
        dw, db = gradient(X, y, ahead_w, ahead_b)
        last_w, last_b = w, b
        w, b = ahead_w - rate * dw, ahead_b - rate * db


def stochastic_gradient_descent(X, y, rate, batch_size, epochs, rng):
    """Step against the gradient of a few random samples; yield after each epoch.  eq. linear_regression:sgd"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        yield w, b, loss(X, y, w, b)
        order = rng.permutation(len(y))
        for start in range(0, len(y), batch_size):
            batch = order[start : start + batch_size]
            dw, db = gradient(X[batch], y[batch], w, b)
            w, b = w - rate * dw, b - rate * db


def conjugate_gradients(X, y, steps):
    """Walk along directions that never undo one another's work.  eq. linear_regression:cg"""
    A, n = with_ones(X), len(y)
    w = np.zeros(A.shape[1])  # (d + 1,), the last one is the intercept
    g = -A.T @ y / n
    q = -g
    for _ in range(steps):
        yield w[:-1], w[-1], loss(X, y, w[:-1], w[-1])
        if not g.any():  # this is the minimum
            return
        Hq = A.T @ (A @ q) / n
        alpha = -(g @ q) / (q @ Hq)
        w = w + alpha * q
        g_next = g + alpha * Hq
        q = -g_next + (g_next @ g_next) / (g @ g) * q
        g = g_next


if __name__ == "__main__":
    X, y = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    print("normal equations: w = {}, b = {:.4f}".format(*normal_equations(X, y)))
    for t, (w, b, J) in enumerate(gradient_descent(X, y, rate=0.1, steps=8)):
        print(f"gradient descent, step {t}: w = {w.round(4)}, b = {b:.4f}, loss = {J:.6f}, gap = {gap(X, y, w, b):.2e}")
