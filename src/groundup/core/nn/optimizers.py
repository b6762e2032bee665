"""Optimisers: steps on a flat vector of parameters, in order of increasing complexity.

A step changes parameters and moments in place, and uses up the gradient, which serves as its scratch memory: so no step
but RMSProp's, which needs the gradient twice, allocates anything. The moments are vectors like the parameters, 0 at the
beginning; they are all that an optimiser remembers.

Sources: Robbins and Monro (1951); Polyak (1964) for momentum; Nesterov (1983) in the form of Sutskever et al. (2013);
Tieleman and Hinton (2012) for RMSProp; Kingma and Ba (2015) for Adam; Loshchilov and Hutter (2019) for AdamW.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core.nn.schedules import Schedule
from groundup.core.optimize.objective import Iterate, Objective
from groundup.core.types import Array

Moments = tuple[Array, ...]


def gradient_step(w: Array, g: Array, rate: float) -> None:
    """Step against the gradient.  eq. linear_regression:step"""
    g *= rate
    w -= g


def momentum_step(w: Array, g: Array, v: Array, rate: float, momentum: float) -> None:
    """Keep a part of the last displacement v.  eq. linear_regression:momentum"""
    v *= momentum
    g *= rate
    v -= g
    w += v


def nesterov_step(w: Array, g: Array, v: Array, rate: float, momentum: float) -> None:
    """Step to where the momentum leads from there: w is the point at which the next gradient is taken.

    eq. linear_regression:nesterov
    """
    v *= momentum
    g *= rate
    v -= g
    w -= g
    np.multiply(v, momentum, out=g)
    w += g


def mean_square(v: Array, g: Array, decay: float, factor: float = 1.0) -> None:
    """Update a running mean of the squares of ``factor · gradient``; g is then used up.

    eq. multilayer_perceptron:moments
    """
    v *= decay
    np.square(g, out=g)
    g *= (1 - decay) * factor**2
    v += g


def scaled_step(w: Array, g: Array, m: Array, v: Array, rate: float, epsilon: float) -> None:
    """Step along m, with each coordinate in the unit of ``√v``; g is scratch memory."""
    np.sqrt(v, out=g)
    g += epsilon
    np.divide(m, g, out=g)
    gradient_step(w, g, rate)


def adam_step(
    w: Array, g: Array, m: Array, v: Array, t: int, rate: float, beta_1: float, beta_2: float, epsilon: float
) -> None:
    """Take step t, counted from 1, along the running mean of the gradients.

    The means started at 0; the correction makes up for it.

    eq. multilayer_perceptron:moments, multilayer_perceptron:adam
    """
    m *= beta_1
    g *= 1 - beta_1
    m += g
    mean_square(v, g, beta_2, factor=1 / (1 - beta_1))
    correction = math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    scaled_step(w, g, m, v, rate * correction, epsilon)


class Optimizer:
    """Base class of optimisers."""

    n_moments: ClassVar[int] = 0

    def start(self, w: Array) -> Moments:
        """Return the moments before the first step."""
        return tuple(np.zeros_like(w) for _ in range(self.n_moments))

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change parameters and moments in place.

        Parameters
        ----------
        w : ndarray of shape (p,)
            Parameters.
        g : ndarray of shape (p,)
            Gradient, which is used up.
        moments : tuple of ndarray of shape (p,)
            From `start`.
        t : int
            Number of this step, from 1.
        rate : float
            Step size.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class SGD(Optimizer):
    """Plain steps against the gradient."""

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change the parameters in place."""
        gradient_step(w, g, rate)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Steps with momentum, Polyak's or Nesterov's.

    Parameters
    ----------
    momentum : float, default=0.9
        Part of the last displacement that is kept, from 0 to 1.
    nesterov : bool, default=True
        Whether the gradient is taken where the momentum leads.
    """

    momentum: float = 0.9
    nesterov: bool = True
    n_moments: ClassVar[int] = 1

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change parameters and displacement in place."""
        (v,) = moments
        (nesterov_step if self.nesterov else momentum_step)(w, g, v, rate, self.momentum)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Steps against the gradient, each coordinate in the unit of its root mean square.

    Parameters
    ----------
    decay : float, default=0.9
        Weight of the former squares in the running mean.
    epsilon : float, default=1e-8
        Added to the root, in units of the gradient.
    """

    decay: float = 0.9
    epsilon: float = 1e-8
    n_moments: ClassVar[int] = 1

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change parameters and running mean in place.  eq. multilayer_perceptron:rmsprop"""
        (v,) = moments
        direction = g.copy()
        mean_square(v, g, self.decay)
        scaled_step(w, g, direction, v, rate, self.epsilon)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps along a running mean of gradients, each coordinate in the unit of its root mean square.

    Parameters
    ----------
    beta_1, beta_2 : float, default=0.9, 0.999
        Weights of the past in the running means of the gradient and of its square, below 1.
    epsilon : float, default=1e-8
        Added to the root of the second mean before its correction: the paper's ε̂ of section 2, as in scikit-learn.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_moments: ClassVar[int] = 2

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change parameters and running means in place."""
        m, v = moments
        adam_step(w, g, m, v, t, rate, self.beta_1, self.beta_2, self.epsilon)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with a decay of the weights apart from the gradient, which Adam would scale away.

    Parameters
    ----------
    decay : float or ndarray of shape (p,), default=0.01
        Part of a weight that a step of size one takes away; an array says it for each parameter.
    """

    decay: Any = 0.01

    def step(self, w: Array, g: Array, moments: Moments, t: int, rate: float) -> None:
        """Change parameters and running means in place.  eq. multilayer_perceptron:adamw"""
        w *= 1 - rate * self.decay
        super().step(w, g, moments, t, rate)


def follow(optimizer: Optimizer, objective: Objective, iterate: Iterate, schedule: Schedule) -> Iterator[Iterate]:
    """Yield the iterates of an optimiser on an objective of all data, after a given one.

    The memory of an iterate is ``(t, moments)`` after t steps; None before the first. The time of the schedule is in
    steps.
    """
    while True:
        w, g = iterate.w.copy(), iterate.gradient.copy()
        t, moments = iterate.memory or (0, optimizer.start(w))
        moments = tuple(moment.copy() for moment in moments)
        optimizer.step(w, g, moments, t + 1, schedule(t))
        iterate = Iterate(w, *objective(w), memory=(t + 1, moments))
        yield iterate
