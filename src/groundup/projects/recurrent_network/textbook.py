"""Recurrent networks as the chapter derives them: one sequence at a time, no padding, no batches, no tricks.

The library's cells are tested against these functions; read them first. X holds the input of a step in each row. States
are counted from 0, the one before the first step, so H has a row more than X. W, U and b lead from the input, from the
last state and from 1 to the new state; V and v lead from a state to an answer. The d or D of shape (T,) or (T, h) holds
derivatives of the loss by the states as the answers have them: those of each step alone.
"""

import numpy as np


def scalar_forward(x, w, u, b):
    """Return the states h_0 = 0, h_1, ..., h_T of a network of one unit.  eq. recurrent_network:forward"""
    h = [0.0]
    for x_t in x:
        h.append(np.tanh(w * x_t + u * h[-1] + b))
    return np.array(h)  # (T + 1,)


def scalar_backward(x, h, u, d):
    """Return the derivatives of the loss by w, u and b, for one unit.  eq. recurrent_network:backward"""
    dw = du = db = later = 0.0  # nothing comes back from beyond the last step
    for t in range(len(x), 0, -1):
        delta = (d[t - 1] + later) * (1 - h[t] ** 2)  # h[t] is tanh already
        dw, du, db = dw + delta * x[t - 1], du + delta * h[t - 1], db + delta
        later = u * delta  # by the state before
    return dw, du, db


def forward(X, h, W, U, b):
    """Return all states, the given one first.  eq. recurrent_network:forward"""
    H = [h]
    for x in X:
        H.append(np.tanh(x @ W + H[-1] @ U + b))  # (h,)
    return np.array(H)  # (T + 1, h)


def backward(X, H, U, D):
    """Return the derivatives of the loss by W, U and b.  eq. recurrent_network:backward, recurrent_network:gradient"""
    deltas, later = np.zeros_like(D), np.zeros_like(D[0])
    for t in range(len(X), 0, -1):
        deltas[t - 1] = (D[t - 1] + later) * (1 - H[t] ** 2)  # back through tanh
        later = U @ deltas[t - 1]  # by the state before
    return X.T @ deltas, H[:-1].T @ deltas, deltas.sum(axis=0)  # (d,h), (h,h), (h,)


def scores(H, V, v):
    """Return the answers that states give.  eq. recurrent_network:scores"""
    return H @ V + v  # (number of states, K)


def loss(X, Y, h, W, U, b, V, v):
    """Return half of the mean squared error of the last len(Y) answers.  eq. recurrent_network:loss

    Y has a row for each step where every step is to answer, and a single row where only the last one is.
    """
    F = scores(forward(X, h, W, U, b)[-len(Y) :], V, v)
    return ((F - Y) ** 2).sum() / (2 * len(Y))


def gradient(X, Y, h, W, U, b, V, v):
    """Return the derivatives of the loss by W, U, b, V and v.  eq. recurrent_network:gradient

    For a window of a longer sequence h is the state that is carried into it, a constant.
    """
    H = forward(X, h, W, U, b)
    answering = H[-len(Y) :]
    E = (scores(answering, V, v) - Y) / len(Y)  # derivatives by the answers
    D = np.zeros_like(H[1:])
    D[-len(Y) :] = E @ V.T  # by the states that answer; 0 for the others
    return *backward(X, H, U, D), answering.T @ E, E.sum(axis=0)


def clip(g, most):
    """Return the gradient, shortened to the length `most` if it is longer.  eq. recurrent_network:clip"""
    norm = np.sqrt((g**2).sum())
    return g * (most / norm) if norm > most else g


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) in a form that cannot overflow.  eq. logistic_regression:probability"""
    return (1 + np.tanh(z / 2)) / 2


def lstm_step(x, h, c, W, U, b):
    """Return the new state, the new memory and the gates of one LSTM step.  eq. recurrent_network:lstm

    h and c, both of shape (h,), are state and memory before the step; W is (d, 4h), U (h, 4h) and b (4h,).
    """
    i, f, g, o = np.split(x @ W + h @ U + b, 4)  # input, forget, candidate, output
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c_new = f * c + i * g
    return o * np.tanh(c_new), c_new, (i, f, g, o)


def lstm_backward(x, h, c, U, c_new, gates, dh, dc):
    """Return the derivatives by W, U, b and by h and c before the step.  eq. recurrent_network:lstm-backward

    dh and dc are those by the state and by the memory after the step.
    """
    (i, f, g, o), bent = gates, np.tanh(c_new)
    dc = dc + dh * o * (1 - bent**2)  # the state depends on the memory, too
    di, df = dc * g * i * (1 - i), dc * c * f * (1 - f)
    dg, do = dc * i * (1 - g**2), dh * bent * o * (1 - o)
    dz = np.concatenate([di, df, dg, do])  # (4h,)
    return np.outer(x, dz), np.outer(h, dz), dz, U @ dz, dc * f


if __name__ == "__main__":
    x, y, w, u, b = np.array([1.0, 0.0, 2.0]), np.array([0.5, 0.4, 1.0]), 0.5, 0.5, 0.0  # the worked example
    h = scalar_forward(x, w, u, b)
    print(f"states {h.round(4)}, errors {(h[1:] - y).round(4)}")
    print(f"derivatives by w, u, b: {np.round(scalar_backward(x, h, u, (h[1:] - y) / 3), 5)}")
    start, one = np.zeros(1), (np.array([[w]]), np.array([[u]]), np.zeros(1), np.ones((1, 1)), np.zeros(1))
    print(f"loss {loss(x[:, None], y[:, None], start, *one):.6f}")
    parts = gradient(x[:, None], y[:, None], start, *one)
    print(f"derivatives by W, U, b, V, v: {np.concatenate([part.ravel() for part in parts]).round(5)}")
    h, c, gates = lstm_step(start, start, np.ones(1), np.zeros((1, 4)), np.zeros((1, 4)), 3.0 * np.eye(4)[1])
    print(f"LSTM with the bias 3 of its forget gate: {c[0]:.3f} of the memory is left after a step")
