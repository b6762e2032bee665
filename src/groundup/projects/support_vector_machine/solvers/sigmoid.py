"""Probabilities from decision values: Platt's sigmoid, and one probability a class from those of pairs.

Sources: J. C. Platt, Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers (2000);
H.-T. Lin, C.-J. Lin and R. C. Weng, A note on Platt's probabilistic outputs for support vector machines, Machine
Learning 68 (2007); T.-F. Wu, C.-J. Lin and R. C. Weng, Probability estimates for multi-class classification by pairwise
coupling, JMLR 5 (2004).
"""

import numpy as np

from groundup.core.types import Array

MOST_STEPS, MOST_HALVINGS = 100, 34  # Of Newton's method; 2^-34 is about the rounding of a loss.
HESSIAN_RIDGE = 1e-12  # Added to the diagonal of the Hessian, which is singular where all decision values are equal.
SMALL_GRADIENT = 1e-10  # Largest component of the gradient, as a share of the number of rows, at the end.
LEAST_PROBABILITY = 1e-7  # Of a class in a pair: nothing is impossible.


def fit_sigmoid(decision: Array, positive: Array) -> tuple[float, float]:
    """Return A and B of the probabilities ``1 / (1 + exp(A f + B))`` that fit best.

    Newton's method with a step that is halved until the loss falls.  eq. support_vector_machine:sigmoid-step

    Parameters
    ----------
    decision : ndarray of shape (n,)
        Decision values f.
    positive : ndarray of bool of shape (n,)
        Whether a row is of the class whose probability it is.
    """
    above = int(positive.sum())
    below = len(positive) - above
    target = np.where(positive, (above + 1) / (above + 2), 1 / (below + 2))  # eq. support_vector_machine:sigmoid-target
    size = float(np.abs(decision).max(initial=0.0)) or 1.0  # in its unit the Hessian has entries of similar size
    Z = np.column_stack([decision / size, np.ones(len(decision))])
    theta = np.array([0.0, np.log((below + 1) / (above + 1))])
    loss = sigmoid_loss(Z @ theta, target)
    for _ in range(MOST_STEPS):
        p = np.exp(-np.logaddexp(0, Z @ theta))
        gradient = Z.T @ (target - p)
        if np.abs(gradient).max() <= SMALL_GRADIENT * len(Z):
            break
        step = np.linalg.solve((Z.T * (p * (1 - p))) @ Z + HESSIAN_RIDGE * np.eye(2), gradient)
        for _ in range(MOST_HALVINGS):
            reached = sigmoid_loss(Z @ (theta - step), target)
            if reached < loss:
                break
            step /= 2
        else:
            break  # the loss is as small as rounding allows
        theta, loss = theta - step, reached
    return float(theta[0] / size), float(theta[1])


def sigmoid_loss(z: Array, target: Array) -> float:
    """Return the cross-entropy of probabilities ``1 / (1 + exp(z))``.  eq. support_vector_machine:sigmoid-loss"""
    return float((target * z + np.logaddexp(0, -z)).sum())


def pair_probabilities(decision: Array, A: Array, B: Array) -> Array:
    """Return the probability of the first class of each pair, (n, pairs), away from 0 and 1."""
    p = np.exp(-np.logaddexp(0, decision * A + B))
    return np.clip(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)


def couple(p: Array, K: int) -> Array:
    """Return the probabilities of K classes that agree best with those of all pairs, (n, K).

    They minimise ``Σ_{i≠j} (r_ji p_i − r_ij p_j)²`` with sum one, where ``r_ij`` is the probability of class i if it
    is i or j: a linear system a row.  eq. support_vector_machine:coupling

    Parameters
    ----------
    p : ndarray of shape (n, K (K − 1) / 2)
        Probabilities of the first class of each pair.
    K : int
        Number of classes.
    """
    n = len(p)
    r = np.zeros((n, K, K))
    first, second = np.triu_indices(K, 1)
    r[:, first, second], r[:, second, first] = p, 1 - p
    system = np.zeros((n, K + 1, K + 1))
    system[:, :K, :K] = -r * r.transpose(0, 2, 1)
    every = np.arange(K)
    system[:, every, every] = np.square(r).sum(axis=1)
    system[:, :K, K] = system[:, K, :K] = 1.0
    right = np.zeros((n, K + 1, 1))
    right[:, K] = 1.0
    found = np.maximum(np.linalg.solve(system, right)[:, :K, 0], 0.0)  # rounding may leave −1e-17
    return np.asarray(found / found.sum(axis=1, keepdims=True))
