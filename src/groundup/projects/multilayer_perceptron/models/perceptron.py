"""What the classifier and the regressor share: options, training, and scores of new rows."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MethodType
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_weight
from groundup.core.checks.parameters import Boolean, Count, Each, Number, OneOf, Positive, RandomState, Verbosity
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.nn.full_batch import FullBatchState, minimize
from groundup.core.nn.losses import Loss
from groundup.core.nn.network import Network
from groundup.core.nn.objective import NetworkObjective, OnAllRows
from groundup.core.nn.parameters import size
from groundup.core.nn.schedules import Constant
from groundup.core.nn.training import Plan, Validate, at_weights, epoch, judged
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import draw_entropy
from groundup.core.statistics.splits import holdout
from groundup.core.text import plural
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.multilayer_perceptron.certificate import certify_record, certify_stationary, constant_loss
from groundup.projects.multilayer_perceptron.models.options import (
    PerceptronData,
    objective_of,
    plan_of,
    schedule_of,
    sizes_of,
)
from groundup.projects.multilayer_perceptron.solvers.mini_batches import EpochState, after, beginning, epochs
from groundup.projects.multilayer_perceptron.solvers.network import Activation, Learned, perceptron

HiddenSizes = Count | Each(Count) | OneOf(((), []))
ActivationName = OneOf(get_args(Activation))
State = EpochState | FullBatchState


class OfBatches:
    """A method that a model lacks whose solver needs all rows, also for `hasattr`."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self.method = method

    def __get__(self, model: Any, kind: type) -> Any:
        if model is None:
            return self.method
        if model.solver == "lbfgs":
            raise AttributeError("partial_fit is only for solvers with batches; solver='lbfgs' needs all rows.")
        return MethodType(self.method, model)


class Perceptron(Incremental):
    """Base of multi-layer perceptrons; a model says which losses there are, and how targets are read."""

    accepts = Accepts(sparse=True)

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
    batch_norm: bool = parameter(Boolean(), default=False)

    hidden_layer_sizes: Any
    activation: Activation

    loss_: float = fitted()
    best_loss_: float | None = fitted(required=False)
    loss_curve_: list[float] = fitted(required=False)
    validation_scores_: list[float] | None = fitted(required=False)
    best_validation_score_: float | None = fitted(required=False)
    t_: int = fitted()
    n_iter_: int = fitted()
    n_layers_: int = fitted()
    n_outputs_: int = fitted()
    out_activation_: str = fitted()
    coefs_: list[Array] = fitted()
    intercepts_: list[Array] = fitted()
    _learned: Learned = fitted()

    watched: ClassVar[str] = "loss"

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, alone or together."""
        super().check_parameters()
        if self.solver == "lbfgs" and (self.dropout or self.batch_norm):
            raise InvalidParameterError(
                f"{type(self).__name__}: dropout and batch_norm need batches: solver='adam' or 'sgd'."
            )

    # --- what a model says ------------------------------------------------------------------------------------------

    def _read(self, y: ArrayLike, rows: Any, weight: Array | None, known: Any) -> PerceptronData:
        """Return the rows of positive weight with targets of the loss."""
        raise NotImplementedError

    def _constant(self, mean: Array, loss: Loss) -> Array:
        """Return the best scores that do not depend on the features, given the mean of the targets."""
        raise NotImplementedError

    def _best_constant(self, data: PerceptronData) -> Array:
        """Return the best scores that do not depend on the features."""
        mean = np.average(data.samples.y, axis=0, weights=data.samples.weight)
        return self._constant(mean, data.loss).astype(data.samples.y.dtype)

    def _first_scores(self, data: PerceptronData) -> Array | float:
        """Return the biases of the scores before training."""
        return 0.0

    def _validation_score(self, scores: Array, y: Array, weight: Array | None, loss: Loss) -> float:
        """Return how good scores of shape (n, t) are; larger is better."""
        raise NotImplementedError

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, known: Any = None) -> PerceptronData:
        rows = self._input(X)
        return self._read(y, rows, as_weight(sample_weight, len(rows)), known)

    def _start(self, network: Network, data: PerceptronData, seed: tuple[int, ...], go_on: bool) -> tuple[Array, Array]:
        """Return parameters and statistics of the fit before, if training goes on from there, or random ones."""
        dtype, learned = data.samples.y.dtype, self._continues(data) if go_on else None
        if learned is not None:
            return learned.w.astype(dtype), learned.s.astype(dtype)
        w, s = network.initial((*seed, 0), dtype)
        network.bound(w, s)[str(len(network.layers) - 1)]["b"][...] = self._first_scores(data)
        return w, s

    def _continues(self, data: PerceptronData) -> Learned | None:
        """Return the network of the fit before, if there is one of the same layers."""
        learned: Learned | None = getattr(self, "_learned", None)
        same = learned is not None and (learned.sizes, learned.batch_norm) == (sizes_of(self, data), self.batch_norm)
        return learned if same else None

    def _iterate(self, data: PerceptronData, start: State | None) -> Iterator[State]:
        if self.solver == "lbfgs" and not isinstance(start, EpochState):
            return self._all_rows(data, start)
        if self.solver != "lbfgs" and not isinstance(start, FullBatchState):
            return self._epochs(data, start)
        raise ValueError(f"the state is not one of solver={self.solver!r}.")

    def _all_rows(self, data: PerceptronData, start: FullBatchState | None) -> Iterator[FullBatchState]:
        objective = objective_of(self, data)
        seed = start.seed if start else draw_entropy(self.random_state)
        w, _ = self._start(objective.network, data, seed, self.warm_start)
        most = min(self.max_iter, self.max_fun)  # a step evaluates the objective at least once
        unit = min(1.0, constant_loss(data.loss, data.samples, self._best_constant(data)))  # small units of the target
        yield from minimize(OnAllRows(objective, data.samples), w, seed, self.tol, most, start, unit=unit)

    def _epochs(self, data: PerceptronData, start: EpochState | None) -> Iterator[EpochState]:
        seed = start.training.seed if start else draw_entropy(self.random_state)
        learned, held = self._split(data, seed)
        plan = plan_of(self, learned, schedule_of(self, len(learned.samples)))
        validate = self._judge(plan.objective, held) if self.early_stopping else None
        start = start or self._beginning(plan, learned, seed, validate)
        yield from epochs(plan, learned.samples, start, self.max_iter, validate)

    def _beginning(
        self, plan: Plan, data: PerceptronData, seed: tuple[int, ...], validate: Validate | None
    ) -> EpochState:
        """Return the state before the first epoch; one that goes on from an earlier fit has its curves."""
        training = at_weights(plan, seed, *self._start(plan.objective.network, data, seed, self.warm_start))
        going_on = self.warm_start and self._continues(data) is not None
        if going_on and validate is not None:  # of this fit's rows: training may end with the weights it began with
            w, s = training.w, training.s
            training = replace(training, best=validate(w, s), best_w=w, best_s=s)
        previous = self._memory() if going_on else None
        state = beginning(training, previous)
        return state if validate is not None else replace(state, scores=np.zeros(0))

    def _split(self, data: PerceptronData, seed: tuple[int, ...]) -> tuple[PerceptronData, Samples]:
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
        network = objective.network

        def validate(w: Array, s: Array) -> float:
            p = network.bound(w, s)
            scores = Rows(held.X).concatenate(lambda X: network.apply(p, X.T).T)
            if not np.isfinite(scores).all():
                return math.nan
            return self._validation_score(scores, held.y, held.weight, objective.loss)

        return validate

    def _finish(self, data: PerceptronData, state: State) -> dict[str, Any]:
        found = self._finish_training(data, state) if isinstance(state, EpochState) else self._finish_all(data, state)
        one: Learned = found["_learned"]
        objective = objective_of(self, data)
        p = objective.network.bound(one.w, one.s)
        dense = [p[str(k)] for k, layer in enumerate(objective.network.layers) if "W" in layer.shapes]
        certificate = self._certify(data, state, OnAllRows(objective, data.samples, one.s), one.w)
        return dict(data.known) | found | {
            "loss_": state.loss,
            "n_iter_": max(1, state.iteration),
            "n_layers_": len(one.sizes),
            "n_outputs_": one.sizes[-1],
            "coefs_": [part["W"] for part in dense],
            "intercepts_": [part["b"] for part in dense],
            "certificate_": certificate,
        }  # fmt: skip

    def _certify(self, data: PerceptronData, state: State, objective: OnAllRows, w: Array) -> Certificate:
        if isinstance(state, EpochState) and self.early_stopping:
            held = self._split(data, state.training.seed)[1]
            return certify_record(self._judge(objective.objective, held)(w, objective.s), state.training.best)
        return certify_stationary(objective, w, self._best_constant(data))

    def _finish_training(self, data: PerceptronData, state: EpochState) -> dict[str, Any]:
        training = state.training
        best = training.best_w is not None and self.early_stopping
        w, s = (training.best_w, training.best_s) if best else (training.w, training.s)
        judged_by_rows = self.early_stopping and len(state.scores) > 0
        return {
            "_learned": Learned(sizes_of(self, data), self.activation, self.batch_norm, np.array(w), np.array(s)),
            "_state": state,
            "loss_curve_": state.curve.tolist(),
            "best_loss_": None if judged_by_rows else float(state.curve.min(initial=math.inf)),
            "validation_scores_": state.scores.tolist() if judged_by_rows else None,
            "best_validation_score_": float(training.best) if judged_by_rows else None,
            "t_": state.seen,
        }

    def _finish_all(self, data: PerceptronData, state: FullBatchState) -> dict[str, Any]:
        w = state.iterate.w.copy()
        return {"_learned": Learned(sizes_of(self, data), self.activation, False, w, np.zeros(0, w.dtype)), "t_": 0}

    def _advice(self, state: State) -> str:
        all_rows = self.solver == "lbfgs"
        begin = "lbfgs failed to converge: " if all_rows else ""
        remedies = "or scale the features" if all_rows else "scale the features, or change learning_rate_init"
        return (
            f"{begin}{type(self).__name__} stopped after {plural(state.iteration, 'iteration')}, while the loss was "
            f"falling: increase max_iter, {remedies}."
        )

    # --- more rows: one epoch over each batch -----------------------------------------------------------------------

    partial_fit = OfBatches(Incremental.partial_fit)

    def _prepare_batch(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool, classes: Any = None
    ) -> PerceptronData:
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        return self._prepare(X, y, sample_weight, classes)

    def _absorb(self, data: PerceptronData, state: EpochState | None) -> EpochState:
        seen = state.seen if state else 0
        rate = schedule_of(self, 1)(seen) if self.learning_rate == "invscaling" else self.learning_rate_init
        plan = plan_of(self, data, Constant(rate))
        state = self._before_batch(plan, data, state)
        training = judged(plan, epoch(plan, data.samples, state.training), None)
        return after(state, training, len(data.samples))

    def _before_batch(self, plan: Plan, data: PerceptronData, state: EpochState | None) -> EpochState:
        """Return the state in which the network of this model, or a new one, meets a batch.

        Its weights are those of predictions, which after early stopping are not the last ones. Moments of another
        optimiser, and the best score on rows that are no longer held out, are left behind.

        Raises
        ------
        ValueError
            Where hyper-parameters or targets ask for other layers than those that are there.
        """
        learned = self._continues(data)
        if learned is None and hasattr(self, "_learned"):
            raise ValueError(
                f"partial_fit goes on with the layers that are there, of {self._learned.sizes} units with "
                f"batch_norm={self._learned.batch_norm}; parameters and rows now ask for {sizes_of(self, data)} with "
                f"batch_norm={self.batch_norm}: that needs a new fit."
            )
        if learned is None or state is None:
            seed = draw_entropy(self.random_state)
            return beginning(at_weights(plan, seed, *self._start(plan.objective.network, data, seed, True)))
        training = replace(state.training, w=learned.w, s=learned.s)
        if len(training.moments) != plan.optimizer.n_moments:
            training = replace(training, moments=plan.optimizer.start(training.w), steps=0)
        if len(state.scores):
            training = replace(training, validation=math.nan, best=-math.inf, idle=0, best_w=None, best_s=None)
        return replace(state, training=training, scores=np.zeros(0))

    def _finish_batch(self, data: PerceptronData, state: EpochState) -> dict[str, Any]:
        found = super()._finish_batch(data, state)
        one: Certificate = found["certificate_"]
        return found | {"certificate_": replace(one, value=math.nan)}  # the earlier rows are not kept: none can hold

    # --- predictions ------------------------------------------------------------------------------------------------

    def _scores(self, X: ArrayLike) -> Array:
        """Return the scores of rows, of shape (n, t)."""
        rows, one = self._new_rows(X), self._learned
        network = perceptron(one.sizes, one.activation, one.batch_norm)
        p = network.bound(one.w, one.s)
        return Rows(rows).concatenate(lambda block: network.apply(p, block.T).T)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        one: Learned = fitted["_learned"]
        network = perceptron(one.sizes, one.activation, one.batch_norm)
        if (one.w.shape, one.s.shape) != ((size(network.shapes),), (size(network.statistics),)):
            raise ValueError(f"has {one.w.size} parameters, which is not the number of a network of {one.sizes}.")
