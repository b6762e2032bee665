"""What estimators share whose network is trained in epochs: options, states, rows held out, certificates."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, Positive, RandomState, Verbosity
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import warn
from groundup.core.nn.certificates import certify_record, certify_stationary, constant_loss
from groundup.core.nn.clipping import Clip
from groundup.core.nn.epochs import EpochState, beginning, epochs
from groundup.core.nn.full_batch import FullBatchState, minimize
from groundup.core.nn.losses import Loss
from groundup.core.nn.network import Network
from groundup.core.nn.objective import NetworkObjective, OnAllRows, targets_of, weights_of
from groundup.core.nn.optimizers import Adam, Momentum, Optimizer
from groundup.core.nn.schedules import Constant, Cosine, InverseScaling, OneCycle, Schedule, Step
from groundup.core.nn.training import Plan, Validate, at_weights
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import draw_entropy
from groundup.core.statistics.splits import holdout
from groundup.core.text import plural
from groundup.core.types import Array, Seed

ENDING = ("cosine", "one-cycle")  # Schedules that end at the last epoch: training is then done as asked.
PLATEAUS = 3  # Step sizes of "step", each a tenth of the one before.
ADAPTIVE_DIVISOR = 5.0  # The step size is divided by this where the loss does not fall; scikit-learn's value.

State = EpochState | FullBatchState


@dataclass(frozen=True)
class TrainingData:
    """Rows with targets of the loss, (n, t), classes to hold out equal shares of, and what is known before a fit.

    The targets of sequences with an answer at every step are `Sequences`.
    """

    samples: Samples
    strata: Array | None
    known: Mapping[str, Any]
    loss: Loss


class TrainedNetwork(Estimator):
    """Base of estimators whose network is trained by backpropagation.

    A model says what its network, its losses and its targets are.
    """

    solver: Literal["adam", "sgd", "lbfgs"] = parameter(OneOf(("adam", "sgd", "lbfgs")), default="adam")
    alpha: float = parameter(Number(0), default=0.0001)
    batch_size: int | Literal["auto"] = parameter(Count | OneOf(("auto",)), default="auto")
    learning_rate: Literal["constant", "invscaling", "adaptive", "step", "cosine", "one-cycle"] = parameter(
        OneOf(("constant", "invscaling", "adaptive", "step", "cosine", "one-cycle")), default="constant"
    )
    learning_rate_init: float = parameter(Positive, default=0.001)
    power_t: float = parameter(Number(0), default=0.5)
    max_iter: int = parameter(Count, default=200)
    shuffle: bool = parameter(Boolean(), default=True)
    random_state: Seed = parameter(RandomState, default=None)
    tol: float = parameter(Number(0), default=1e-4)
    verbose: int = parameter(Verbosity, default=False)
    warm_start: bool = parameter(Boolean(), default=False)
    momentum: float = parameter(Number(0, 1), default=0.9)
    nesterovs_momentum: bool = parameter(Boolean(), default=True)
    early_stopping: bool = parameter(Boolean(), default=False)
    validation_fraction: float = parameter(Number(0, math.nextafter(1, 0)), default=0.1)
    beta_1: float = parameter(Number(0, math.nextafter(1, 0)), default=0.9)
    beta_2: float = parameter(Number(0, math.nextafter(1, 0)), default=0.999)
    epsilon: float = parameter(Positive, default=1e-8)
    n_iter_no_change: float = parameter(Count | OneOf((math.inf,)), default=10)
    max_fun: int = parameter(Count, default=15000)
    dropout: float = parameter(Number(0, math.nextafter(1, 0)), default=0.0)

    loss_: float = fitted()
    best_loss_: float | None = fitted(required=False)
    loss_curve_: list[float] = fitted(required=False)
    validation_scores_: list[float] | None = fitted(required=False)
    best_validation_score_: float | None = fitted(required=False)
    t_: int = fitted()
    n_iter_: int = fitted()
    n_outputs_: int = fitted()
    _state: Any = fitted(required=False)

    watched: ClassVar[str] = "loss"
    _auto_batch: ClassVar[int] = 200  # Largest number of rows of a batch of size "auto".

    # --- what a model says ------------------------------------------------------------------------------------------

    def _objective(self, data: TrainingData) -> NetworkObjective:
        """Return what is minimised: the loss of a network, and a penalty on its weights."""
        raise NotImplementedError

    def _constant(self, mean: Array, loss: Loss) -> Array:
        """Return the best scores that do not depend on the features, given the mean of the targets."""
        raise NotImplementedError

    def _best_constant(self, data: TrainingData) -> Array:
        """Return the best scores that do not depend on the features."""
        y = data.samples.y
        mean = np.average(targets_of(y), axis=1, weights=weights_of(y, data.samples.weight))
        return self._constant(mean, data.loss).astype(y.dtype)

    def _first_scores(self, data: TrainingData) -> Array | float:
        """Return the biases of the scores before training."""
        return 0.0

    def _first_unit(self, data: TrainingData) -> Array | float:
        """Return what the weights of the scores are multiplied by before training."""
        return 1.0

    def _validation_score(self, scores: Array, y: Array, weight: Array | None, loss: Loss) -> float:
        """Return how good scores of shape (n, t) are; larger is better."""
        raise NotImplementedError

    def _weights_before(self, data: TrainingData) -> tuple[Array, Array] | None:
        """Return parameters and statistics of the fit before, if it had a network of the same layers."""
        raise NotImplementedError

    def _network_found(self, data: TrainingData, w: Array, s: Array) -> dict[str, Any]:
        """Return the fitted attributes that hold the network, given its parameters and statistics."""
        raise NotImplementedError

    def _clip(self) -> Clip | None:
        """Return what limits the gradients."""
        return None

    # --- options ----------------------------------------------------------------------------------------------------

    def _schedule(self, n: int) -> Schedule:
        """Return the step size over epochs of n rows; "invscaling" is only for descent, as in scikit-learn."""
        rate = self.learning_rate_init
        if self.learning_rate == "step":
            return Step(rate, self.max_iter / PLATEAUS)
        if self.learning_rate == "cosine":
            return Cosine(rate, self.max_iter)
        if self.learning_rate == "one-cycle":
            return OneCycle(rate, self.max_iter)
        if self.learning_rate == "invscaling" and self.solver == "sgd":
            scaling = InverseScaling(rate, self.power_t)
            return lambda t: scaling(n * math.floor(t))
        return Constant(rate)

    def _plan(self, data: TrainingData, schedule: Schedule) -> Plan:
        """Return how the network is trained on mini-batches."""
        n, adam = len(data.samples), self.solver == "adam"
        if self.batch_size != "auto" and self.batch_size > n:
            warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", UserWarning)
        optimizer: Optimizer = (
            Adam(self.beta_1, self.beta_2, self.epsilon) if adam else Momentum(self.momentum, self.nesterovs_momentum)
        )
        return Plan(
            self._objective(data),
            optimizer,
            schedule,
            batch_size=self._auto_batch if self.batch_size == "auto" else self.batch_size,
            shuffle=self.shuffle,
            clip=self._clip(),
            tol=self.tol,
            patience=self.n_iter_no_change,
            divisor=ADAPTIVE_DIVISOR if self.learning_rate == "adaptive" and not adam else None,
        )

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _start(self, network: Network, data: TrainingData, seed: tuple[int, ...], go_on: bool) -> tuple[Array, Array]:
        """Return parameters and statistics of the fit before, if training goes on from there, or random ones."""
        dtype, before = data.samples.y.dtype, self._weights_before(data) if go_on else None
        if before is not None:
            return before[0].astype(dtype), before[1].astype(dtype)
        w, s = network.initial((*seed, 0), dtype)
        last = network.bound(w, s)[str(len(network.layers) - 1)]
        last["W"] *= self._first_unit(data)
        last["b"][...] = self._first_scores(data)
        return w, s

    def _iterate(self, data: TrainingData, start: State | None) -> Iterator[State]:
        if self.solver == "lbfgs" and not isinstance(start, EpochState):
            return self._all_rows(data, start)
        if self.solver != "lbfgs" and not isinstance(start, FullBatchState):
            return self._epochs(data, start)
        raise ValueError(f"the state is not one of solver={self.solver!r}.")

    def _all_rows(self, data: TrainingData, start: FullBatchState | None) -> Iterator[FullBatchState]:
        objective = self._objective(data)
        seed = start.seed if start else draw_entropy(self.random_state)
        w, _ = self._start(objective.network, data, seed, self.warm_start)
        most = min(self.max_iter, self.max_fun)  # a step evaluates the objective at least once
        unit = min(1.0, constant_loss(data.loss, data.samples, self._best_constant(data)))  # small units of the target
        yield from minimize(OnAllRows(objective, data.samples), w, seed, self.tol, most, start, unit=unit)

    def _epochs(self, data: TrainingData, start: EpochState | None) -> Iterator[EpochState]:
        seed = start.training.seed if start else draw_entropy(self.random_state)
        learned, held = self._split(data, seed)
        plan = self._plan(learned, self._schedule(len(learned.samples)))
        validate = self._judge(plan.objective, held) if self.early_stopping else None
        start = start or self._beginning(plan, learned, seed, validate)
        for state in epochs(plan, learned.samples, start, self.max_iter, validate):
            done = self.learning_rate in ENDING and state.iteration >= self.max_iter
            yield replace(state, converged=True) if done else state

    def _beginning(
        self, plan: Plan, data: TrainingData, seed: tuple[int, ...], validate: Validate | None
    ) -> EpochState:
        """Return the state before the first epoch; one that goes on from an earlier fit has its curves."""
        training = at_weights(plan, seed, *self._start(plan.objective.network, data, seed, self.warm_start))
        going_on = self.warm_start and self._weights_before(data) is not None
        if going_on and validate is not None:  # of this fit's rows: training may end with the weights it began with
            w, s = training.w, training.s
            training = replace(training, best=validate(w, s), best_w=w, best_s=s)
        state = beginning(training, getattr(self, "_state", None) if going_on else None)
        return state if validate is not None else replace(state, scores=np.zeros(0))

    def _split(self, data: TrainingData, seed: tuple[int, ...]) -> tuple[TrainingData, Samples]:
        """Return the rows to learn from, and those that early stopping looks at; without it all of them."""
        if not self.early_stopping:
            return data, data.samples
        learned, held = holdout(len(data.samples), self.validation_fraction, seed[0] % 2**32, data.strata)
        if len(held) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return replace(data, samples=data.samples.part(learned)), data.samples.part(held)

    def _judge(self, objective: NetworkObjective, held: Samples) -> Validate:
        """Return the score on the rows held out, as a function of parameters and statistics."""
        network, y, weight = objective.network, targets_of(held.y).T, weights_of(held.y, held.weight)

        def validate(w: Array, s: Array) -> float:
            p = network.bound(w, s)
            scores = self._blocks(held.X).concatenate(lambda X: network.apply(p, X.T).T)
            if not np.isfinite(scores).all():
                return math.nan
            return self._validation_score(scores, y, weight, objective.loss)

        return validate

    def _blocks(self, X: Any) -> Rows:
        """Return rows in the blocks in which the network is applied."""
        return Rows(X)

    def _finish(self, data: TrainingData, state: State) -> dict[str, Any]:
        w, s = self._weights_of(state)
        objective = OnAllRows(self._objective(data), data.samples, s)
        found = dict(data.known) | self._curves(state) | self._network_found(data, w, s)
        found |= self._judged(data, state, objective, w)
        return found | {
            "loss_": state.loss,
            "n_iter_": max(1, state.iteration),
            "n_outputs_": targets_of(data.samples.y).shape[0],
        }

    def _weights_of(self, state: State) -> tuple[Array, Array]:
        """Return copies of parameters and statistics of the network that a state stands for."""
        if isinstance(state, FullBatchState):
            return state.iterate.w.copy(), np.zeros(0, state.iterate.w.dtype)
        training = state.training
        if self.early_stopping and training.best_w is not None and training.best_s is not None:
            return training.best_w.copy(), training.best_s.copy()
        return training.w.copy(), training.s.copy()

    def _judged(self, data: TrainingData, state: State, objective: OnAllRows, w: Array) -> dict[str, Any]:
        """Return the fitted attributes that judge the network: its certificate."""
        recorded = self._recorded(data, state, objective, w)
        return {"certificate_": recorded or certify_stationary(objective, w, self._best_constant(data))}

    def _recorded(self, data: TrainingData, state: State, objective: OnAllRows, w: Array) -> Certificate | None:
        """Return whether the weights are those that early stopping recorded; None without it."""
        if not isinstance(state, EpochState) or not self.early_stopping:
            return None
        held = self._split(data, state.training.seed)[1]
        return certify_record(self._judge(objective.objective, held)(w, objective.s), state.training.best)

    def _curves(self, state: State) -> dict[str, Any]:
        """Return the fitted attributes that tell of the course of training."""
        if isinstance(state, FullBatchState):
            return {"t_": 0}
        judged_by_rows = self.early_stopping and len(state.scores) > 0
        return {
            "_state": state,
            "loss_curve_": state.curve.tolist(),
            "best_loss_": None if judged_by_rows else float(state.curve.min(initial=math.inf)),
            "validation_scores_": state.scores.tolist() if judged_by_rows else None,
            "best_validation_score_": float(state.training.best) if judged_by_rows else None,
            "t_": state.seen,
        }

    def _advice(self, state: State) -> str:
        all_rows = self.solver == "lbfgs"
        begin = "lbfgs failed to converge: " if all_rows else ""
        remedies = "or scale the features" if all_rows else "scale the features, or change learning_rate_init"
        return (
            f"{begin}{type(self).__name__} stopped after {plural(state.iteration, 'iteration')}, while the loss was "
            f"falling: increase max_iter, {remedies}."
        )
