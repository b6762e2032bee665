"""A network of two layers as the chapter derives it: no weights of samples, no options, no tricks.

The library's layers are tested against these functions; read them first.
X holds a sample in each row; W1 has a column of weights for each hidden unit, W2 for each output; b1 and b2 are the
biases, which have no penalty. The parameters are always passed in this order: W1, b1, W2, b2.
"""

import numpy as np


def initialize(d, h, K, rng):
    """Draw weights that keep the scale of what flows through them; biases are 0.  eq. multilayer_perceptron:initial

    There are d inputs, h hidden units and K outputs; rng is a generator of random numbers.
    """
    W1 = rng.normal(size=(d, h)) * np.sqrt(2 / d)
    W2 = rng.normal(size=(h, K)) * np.sqrt(2 / h)
    return W1, np.zeros(h), W2, np.zeros(K)


def relu(Z):
    """Keep what is positive and replace the rest by 0.  eq. multilayer_perceptron:relu"""
    return np.maximum(Z, 0)  # the shape of Z


def relu_slope(Z):
    """Return 1 where a unit is active and 0 where it is not.  eq. multilayer_perceptron:relu-slope"""
    return (Z > 0).astype(float)  # the shape of Z


def forward(X, W1, b1, W2, b2):
    """Return the sums and outputs of the hidden units, and the scores.  eq. multilayer_perceptron:forward"""
    Z1 = X @ W1 + b1  # (n, h)
    A1 = relu(Z1)  # (n, h)
    Z2 = A1 @ W2 + b2  # (n, K)
    return Z1, A1, Z2


def softmax(Z):
    """Turn each row of scores into probabilities, without overflow.  eq. softmax_regression:softmax"""
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))  # at most 1
    return powers / powers.sum(axis=1, keepdims=True)  # (n, K)


def cross_entropy(Z, Y):
    """Return the mean of minus the log-probabilities of the right classes.  eq. softmax_regression:loss

    Y has a single one in each row, in the column of the sample's class.
    """
    Z = Z - Z.max(axis=1, keepdims=True)  # changes nothing on paper, and exp cannot overflow
    return (np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1)).mean()


def cross_entropy_slope(Z, Y):
    """Return the derivatives of the mean cross-entropy by the scores.  eq. multilayer_perceptron:output-slope"""
    return (softmax(Z) - Y) / len(Z)  # (n, K)


def squared_error(Z, Y):
    """Return half of the mean squared error.  eq. multilayer_perceptron:squared-error"""
    return ((Z - Y) ** 2).sum(axis=1).mean() / 2


def squared_error_slope(Z, Y):
    """Return the derivatives of the squared error by the scores.  eq. multilayer_perceptron:output-slope"""
    return (Z - Y) / len(Z)  # (n, K)


def backward(X, Z1, A1, W2, D2):
    """Return the derivatives of the loss by W1, b1, W2 and b2.  eq. multilayer_perceptron:backward

    Z1 and A1 are those of the forward pass; D2, of shape (n, K), holds the derivatives by the scores.
    """
    dW2, db2 = A1.T @ D2, D2.sum(axis=0)  # (h, K), (K,)
    D1 = D2 @ W2.T * relu_slope(Z1)  # (n, h): back through W2, then through the bend
    dW1, db1 = X.T @ D1, D1.sum(axis=0)  # (d, h), (h,)
    return dW1, db1, dW2, db2


def objective(X, Y, W1, b1, W2, b2, lam):
    """Return the cross-entropy plus lam / 2 times the squares of all weights.  eq. multilayer_perceptron:objective"""
    Z2 = forward(X, W1, b1, W2, b2)[-1]
    return cross_entropy(Z2, Y) + lam / 2 * ((W1**2).sum() + (W2**2).sum())


def gradient(X, Y, W1, b1, W2, b2, lam):
    """Return the derivatives of the objective by W1, b1, W2 and b2.  eq. multilayer_perceptron:gradient"""
    Z1, A1, Z2 = forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward(X, Z1, A1, W2, cross_entropy_slope(Z2, Y))
    return dW1 + lam * W1, db1, dW2 + lam * W2, db2


def adam_moments(g, m, v, beta1, beta2):
    """Return the running means of gradient and squared gradient.  eq. multilayer_perceptron:moments"""
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


def adam_step(w, m, v, t, rate, beta1, beta2, eps):
    """Return the parameters after step t, counted from 1.  eq. multilayer_perceptron:adam

    The means started at 0; the correction makes up for it.
    """
    correction = np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * correction * m / (np.sqrt(v) + eps)


def train(X, Y, parameters, lam, rate, steps, size, rng):
    """Take steps of Adam over shuffled batches; yield parameters and objective.  eq. multilayer_perceptron:adam

    A batch has `size` samples; each sample is used once before any is used again.
    """
    beta1, beta2, eps = 0.9, 0.999, 1e-8  # as in the paper
    m = [np.zeros_like(w) for w in parameters]
    v = [np.zeros_like(w) for w in parameters]
    order = []
    for t in range(1, steps + 1):
        order = order if len(order) else rng.permutation(len(X))
        batch, order = order[:size], order[size:]
        moved = []
        for k, g in enumerate(gradient(X[batch], Y[batch], *parameters, lam)):
            m[k], v[k] = adam_moments(g, m[k], v[k], beta1, beta2)
            w = adam_step(parameters[k], m[k], v[k], t, rate, beta1, beta2, eps)
            moved.append(w)
        parameters = moved
        yield parameters, objective(X, Y, *parameters, lam)


if __name__ == "__main__":
    X, Y = np.array([[1.0, 2.0], [2.0, 0.0]]), np.array([[2.0], [1.0]])  # 2 samples of a 2-2-1 network
    W1, b1 = np.array([[0.5, 1.0], [0.5, -1.0]]), np.array([-0.5, 0.0])
    W2, b2 = np.array([[1.0], [0.5]]), np.array([0.0])
    Z1, A1, Z2 = forward(X, W1, b1, W2, b2)
    print(f"forward: hidden sums {Z1.tolist()}, outputs {A1.tolist()}, scores {Z2.ravel()}")
    D2 = squared_error_slope(Z2, Y)
    print(f"loss {squared_error(Z2, Y)}, its derivatives by the scores {D2.ravel()}")
    slopes = backward(X, Z1, A1, W2, D2)
    for name, slope in zip(("W1", "b1", "W2", "b2"), slopes):
        print(f"backward: derivatives by {name} {slope.tolist()}")
    W1, b1, W2, b2 = (w - 0.2 * slope for w, slope in zip((W1, b1, W2, b2), slopes))
    print(f"after one step of 0.2: scores {forward(X, W1, b1, W2, b2)[-1].ravel().round(5)}")
    print(f"loss {squared_error(forward(X, W1, b1, W2, b2)[-1], Y):.6f}")

    rng = np.random.default_rng(0)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    Y = np.eye(2)[[0, 1, 1, 0]]  # exclusive or: no straight line separates the classes
    for t, (parameters, J) in enumerate(train(X, Y, initialize(2, 8, 2, rng), 0.0, 0.05, 100, 2, rng), start=1):
        if t in (1, 10, 100):
            probability = softmax(forward(X, *parameters)[-1])[:, 1]
            print(f"exclusive or, step {t}: objective {J:.4f}, probabilities of class 1 {probability.round(3)}")
