"""A tiny estimator for tests: every step halves the distance to the target's mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core.certificate import Certificate
from groundup.core.estimator import Regressor
from groundup.core.rules import Boolean, Count, Number, OneOf, RandomState, either
from groundup.core.validation import as_generator, as_matrix, as_target


@dataclass(frozen=True)
class HalvingState:
    iteration: int
    loss: float
    guess: np.ndarray
    converged: bool


class Halving(Regressor):
    """Predicts the mean of y, found by halving the distance to it."""

    _rules: ClassVar = {
        "tol": Number(0),
        "max_iter": Count,
        "mode": OneOf(("auto", "slow")),
        "positive": Boolean(),
        "random_state": RandomState,
        "start": either(OneOf((None,)), Number()),
    }
    _records: ClassVar = (HalvingState,)

    def __init__(self, tol=1e-9, max_iter=100, mode="auto", positive=False, start=None, random_state=None):
        self.tol = tol
        self.max_iter = max_iter
        self.mode = mode
        self.positive = positive
        self.start = start
        self.random_state = random_state

    def _prepare(self, X: Any, y: Any, sample_weight: Any) -> Any:
        X = as_matrix(X, owner="Halving")
        return X, as_target(y, len(X), owner="Halving")

    def _iterate(self, data: Any, start: Any) -> Iterator[HalvingState]:
        goal = data[1].mean(0)
        state = start
        while state is None or not (state.converged or state.iteration >= self.max_iter):
            if state is None:
                first = as_generator(self.random_state).normal() if self.start is None else self.start
                k, guess = 1, np.full(np.shape(goal), float(first))
            else:
                k, guess = state.iteration + 1, (state.guess + goal) / 2
            loss = float(np.sum((guess - goal) ** 2))
            state = HalvingState(k, loss, guess, loss <= self.tol)
            yield state

    def _finish(self, data: Any, state: HalvingState) -> dict[str, Any]:
        return {
            "mean_": state.guess,
            "coef_": np.zeros(data[0].shape[1]),
            "n_iter_": state.iteration,
            "certificate_": Certificate("the guess is the mean", "squared distance", state.loss, 1e-6),
        }

    def predict(self, X):
        X = self._new_rows(X)
        return np.broadcast_to(self.mean_, (len(X), *np.shape(self.mean_))).copy()
