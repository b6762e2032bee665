"""What the classifier and the regressor share: options, layers, and scores of new sequences."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, get_args

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts, are_sequences
from groundup.core.checks.inputs import as_weight
from groundup.core.checks.parameters import Boolean, Count, Each, OneOf, Positive
from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.nn.certificates import certify_stationary
from groundup.core.nn.clipping import ByNorm, Clip
from groundup.core.nn.estimator import TrainedNetwork, TrainingData
from groundup.core.nn.network import Network
from groundup.core.nn.objective import NetworkObjective, OnAllRows
from groundup.core.nn.parameters import size
from groundup.core.nn.sequence_layers import AllSteps
from groundup.core.rows import Rows, Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.recurrent_network.certificate import few_steps, gradient_check, with_check
from groundup.projects.recurrent_network.models.options import architecture_of, objective_of
from groundup.projects.recurrent_network.models.targets import Form
from groundup.projects.recurrent_network.solvers.carrying import BLOCK_NUMBERS, outputs
from groundup.projects.recurrent_network.solvers.network import (
    Activation,
    Architecture,
    CellName,
    Learned,
    recurrent_network,
)

HiddenSizes = Count | Each(Count)


class RecurrentModel(TrainedNetwork):
    """Base of recurrent networks; a model says which losses there are, and how targets are read."""

    accepts = Accepts(sequences=True)

    hidden_layer_sizes: Any = parameter(HiddenSizes, default=(32,), kw_only=False)
    cell: CellName = parameter(OneOf(get_args(CellName)), default="lstm", kw_only=False)
    activation: Activation = parameter(OneOf(get_args(Activation)), default="tanh")
    bidirectional: bool = parameter(Boolean(), default=False)
    truncation: int | None = parameter(Count | OneOf((None,)), default=None)
    clip: float | None = parameter(Positive | OneOf((None,)), default=1.0)
    learning_rate_init: float = parameter(Positive, default=0.005)

    gradient_norm_: float = fitted()
    gradient_check_: float = fitted()
    _learned: Learned = fitted()
    _form: Form = fitted()

    _auto_batch: ClassVar[int] = 64  # Sequences: each has many steps to learn from.

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, alone or together."""
        super().check_parameters()
        name = type(self).__name__
        if self.truncation is not None and self.bidirectional:
            raise InvalidParameterError(
                f"{name}: bidirectional=True needs each sequence as a whole, so that truncation must be None."
            )
        if self.solver == "lbfgs" and (self.dropout or self.truncation is not None):
            raise InvalidParameterError(f"{name}: dropout and truncation need batches: solver='adam' or 'sgd'.")

    # --- data -------------------------------------------------------------------------------------------------------

    def _columns(self, X: Any) -> dict[str, Any]:
        """Return number and names of the columns of a table; of sequences, the number of features of a step."""
        return {"n_features_in_": self._input(X).shape[2]} if are_sequences(X) else super()._columns(X)

    def _new_rows(self, X: ArrayLike) -> Sequences:
        """Return validated sequences with the features of the fit.

        Sequences of numbers may have any length, unless both the fit and these are tables, whose columns must agree.
        """
        self._require_fitted()
        rows: Sequences = self._input(X)
        width = self._learned.made_of.inputs
        if not are_sequences(X) and (self.n_features_in_ != width or hasattr(self, "feature_names_in_")):
            inputs.check_features(self, X, rows.shape[1])
        elif rows.shape[2] != width:
            raise ValueError(
                f"X has {rows.shape[2]} features, but {type(self).__name__} is expecting {width} features at each step "
                "as input."
            )
        return rows

    def _read(self, y: ArrayLike, rows: Sequences, weight: Array | None) -> TrainingData:
        """Return the sequences of positive weight with targets of the loss."""
        raise NotImplementedError

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> TrainingData:
        rows = self._input(X)
        data = self._read(y, rows, as_weight(sample_weight, len(rows)))
        samples, units = data.samples, int(np.sum(self.hidden_layer_sizes))
        blocks = blocks_of(samples.X, units).block_rows
        return replace(data, samples=Samples(samples.X, samples.y, samples.weight, block_rows=blocks))

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _objective(self, data: TrainingData) -> NetworkObjective:
        return objective_of(self, data)

    def _clip(self) -> Clip | None:
        return None if self.clip is None else ByNorm(self.clip)

    def _weights_before(self, data: TrainingData) -> tuple[Array, Array] | None:
        learned: Learned | None = getattr(self, "_learned", None)
        if learned is None or learned.made_of != architecture_of(self, data):
            return None
        return learned.w, np.zeros(0, learned.w.dtype)

    def _network_found(self, data: TrainingData, w: Array, s: Array) -> dict[str, Any]:
        return {"_learned": Learned(architecture_of(self, data), w)}

    def _judged(self, data: TrainingData, state: Any, objective: OnAllRows, w: Array) -> dict[str, Any]:
        gradient = objective(w)[1]
        error = gradient_check(objective.objective, data.samples, w)
        best = self._recorded(data, state, objective, w)
        if best is None:
            part = few_steps(data.samples)
            best = certify_stationary(objective, w, self._best_constant(data), part=part, gradient=gradient)
        return {
            "certificate_": with_check(best, error),
            "gradient_check_": error,
            "gradient_norm_": float(np.linalg.norm(gradient)),
        }

    def _require_form(self, form: Form) -> None:
        """Raise ValueError for true answers of another form than the predictions."""
        if form.every_step != self._form.every_step:
            asked = "at every step" if self._form.every_step else "after the last step of each sequence"
            raise ValueError(f"y must have an answer {asked}, as in the fit.")

    # --- predictions ------------------------------------------------------------------------------------------------

    def _blocks(self, X: Sequences) -> Rows:
        return blocks_of(X, int(np.sum(self.hidden_layer_sizes)))

    def _bound(self) -> tuple[Network, dict[str, Any]]:
        """Return the network and its parameters."""
        network, w = recurrent_network(self._learned.made_of), self._learned.w
        return network, network.bound(w, np.zeros(0, w.dtype))

    def _scores(self, X: ArrayLike) -> tuple[Array, Sequences]:
        """Return the scores, a row for each sequence or for each step, and the sequences."""
        rows = self._new_rows(X)
        network, p = self._bound()
        every = self._form.every_step
        blocks = blocks_of(rows, sum(self._learned.made_of.hidden))
        return blocks.concatenate(lambda block: outputs(network, p, block, every)), rows

    def hidden_states(self, X: ArrayLike) -> Sequences:
        """Return the states of the last recurrent layer at every step.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.

        Returns
        -------
        Sequences
            Of vectors with an entry for each unit; of a layer for each direction, those that read forwards come first.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other features than in the fit, and for missing or infinite entries.
        """
        rows = self._new_rows(X)
        made_of = self._learned.made_of
        network, p = self._bound()
        inner = Network((*network.layers[:-2], AllSteps()))
        blocks = blocks_of(rows, sum(made_of.hidden))
        return Sequences(blocks.concatenate(lambda block: outputs(inner, p, block, True)), rows.starts)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        one, made_of = fitted["_learned"], fitted["_learned"].made_of
        if not is_network(made_of) or one.w.shape != (size(recurrent_network(made_of).shapes),):
            raise ValueError(f"has {one.w.size} parameters, which is not the number of its network.")
        if made_of.every_step != fitted["_form"].every_step or fitted["n_outputs_"] != made_of.outputs:
            raise ValueError("has answers that are not those of its network.")


def is_network(made_of: Architecture) -> bool:
    """Whether numbers and names are those of a network."""
    return (
        min((made_of.inputs, made_of.outputs, *made_of.hidden)) >= 1
        and bool(made_of.hidden)
        and made_of.embedding >= 0
        and not (made_of.embedding and made_of.bidirectional)
    )


def blocks_of(X: Sequences, units: int) -> Rows:
    """Return sequences in blocks whose hidden states are not too many."""
    steps = len(X.values) / len(X)
    return Rows(X, block_rows=max(1, int(BLOCK_NUMBERS / (steps * units))))
