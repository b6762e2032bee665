"""One call of one function."""

import numpy as np

from groundup.projects.common.exercise import Seed
from groundup.workbench.learn.outcome import call


def test_every_call_draws_the_same_numbers():
    # would catch: a generator whose position depends on who was called first
    def draw(rng):
        return rng.random(), np.random.random()  # noqa: NPY002

    assert call(draw, (Seed(0),)).value == call(draw, (Seed(0),)).value
    assert call(draw, (Seed(1),)).value[0] != call(draw, (Seed(0),)).value[0]


def test_arguments_survive_a_call():
    # would catch: the textbook being given what the learner's function has changed
    def spoil(X):
        X[:] = 0
        return X

    X = np.ones(3)
    outcome = call(spoil, (X,))
    assert outcome.changed == (0,)
    assert (X == 1).all()
