"""What the classifier and the regressor share: layers, and scores of new rows."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MethodType
from typing import Any, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_weight
from groundup.core.checks.parameters import Boolean, Count, Each, OneOf
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.nn.epochs import EpochState, after, beginning
from groundup.core.nn.estimator import TrainedNetwork, TrainingData
from groundup.core.nn.objective import NetworkObjective
from groundup.core.nn.parameters import size
from groundup.core.nn.schedules import Constant
from groundup.core.nn.training import Plan, at_weights, epoch, judged
from groundup.core.rows import Rows
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array, ArrayLike
from groundup.projects.multilayer_perceptron.models.options import objective_of, sizes_of
from groundup.projects.multilayer_perceptron.solvers.network import Activation, Learned, perceptron

HiddenSizes = Count | Each(Count) | OneOf(((), []))
ActivationName = OneOf(get_args(Activation))


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


class Perceptron(TrainedNetwork, Incremental):
    """Base of multi-layer perceptrons; a model says which losses there are, and how targets are read."""

    accepts = Accepts(sparse=True)

    batch_norm: bool = parameter(Boolean(), default=False)

    hidden_layer_sizes: Any
    activation: Activation

    n_layers_: int = fitted()
    out_activation_: str = fitted()
    coefs_: list[Array] = fitted()
    intercepts_: list[Array] = fitted()
    _learned: Learned = fitted()

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, alone or together."""
        super().check_parameters()
        if self.solver == "lbfgs" and (self.dropout or self.batch_norm):
            raise InvalidParameterError(
                f"{type(self).__name__}: dropout and batch_norm need batches: solver='adam' or 'sgd'."
            )

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _read(self, y: ArrayLike, rows: Any, weight: Array | None, known: Any) -> TrainingData:
        """Return the rows of positive weight with targets of the loss."""
        raise NotImplementedError

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, known: Any = None) -> TrainingData:
        rows = self._input(X)
        return self._read(y, rows, as_weight(sample_weight, len(rows)), known)

    def _objective(self, data: TrainingData) -> NetworkObjective:
        return objective_of(self, data)

    def _continues(self, data: TrainingData) -> Learned | None:
        """Return the network of the fit before, if there is one of the same layers."""
        learned: Learned | None = getattr(self, "_learned", None)
        same = learned is not None and (learned.sizes, learned.batch_norm) == (sizes_of(self, data), self.batch_norm)
        return learned if same else None

    def _weights_before(self, data: TrainingData) -> tuple[Array, Array] | None:
        learned = self._continues(data)
        return None if learned is None else (learned.w, learned.s)

    def _network_found(self, data: TrainingData, w: Array, s: Array) -> dict[str, Any]:
        sizes = sizes_of(self, data)
        network = perceptron(sizes, self.activation, self.batch_norm)
        p = network.bound(w, s)
        dense = [p[str(k)] for k, layer in enumerate(network.layers) if "W" in layer.shapes]
        return {
            "_learned": Learned(sizes, self.activation, self.batch_norm, w, s),
            "n_layers_": len(sizes),
            "coefs_": [part["W"] for part in dense],
            "intercepts_": [part["b"] for part in dense],
        }

    # --- more rows: one epoch over each batch -----------------------------------------------------------------------

    partial_fit = OfBatches(Incremental.partial_fit)

    def _prepare_batch(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool, classes: Any = None
    ) -> TrainingData:
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        return self._prepare(X, y, sample_weight, classes)

    def _absorb(self, data: TrainingData, state: EpochState | None) -> EpochState:
        seen = state.seen if state else 0
        rate = self._schedule(1)(seen) if self.learning_rate == "invscaling" else self.learning_rate_init
        plan = self._plan(data, Constant(rate))
        state = self._before_batch(plan, data, state)
        training = judged(plan, epoch(plan, data.samples, state.training), None)
        return after(state, training, len(data.samples))

    def _before_batch(self, plan: Plan, data: TrainingData, state: EpochState | None) -> EpochState:
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

    def _finish_batch(self, data: TrainingData, state: EpochState) -> dict[str, Any]:
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
