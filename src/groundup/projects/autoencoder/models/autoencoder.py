"""The autoencoder: plain, with tied weights, denoising, sparse or contractive."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from groundup.core.checks.parameters import Boolean, Number, OneOf, Share
from groundup.core.estimator.parameters import parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.nn.full_batch import FullBatchState, minimize
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.objective import OnAllRows
from groundup.core.nn.parameters import in_matrices
from groundup.core.nn.training import TrainingState
from groundup.core.seeds import draw_entropy
from groundup.projects.autoencoder.certificate import certify_principal, certify_stationary
from groundup.projects.autoencoder.models.coding import ActivationName, Coding, CodingData
from groundup.projects.autoencoder.solvers.network import Architecture, Coder, coder
from groundup.projects.autoencoder.solvers.objective import CodingObjective, PenalizedCoding
from groundup.projects.autoencoder.solvers.scaling import Scaling
from groundup.projects.autoencoder.solvers.units import UNITS, Activation

SMALLEST_DECREASE = 1e-14  # Part of the objective; a subspace is known to the root of it.
MOST_COLUMNS = 2000  # Of a covariance matrix whose eigenvalues certify a linear autoencoder.

State = TrainingState | FullBatchState


class Autoencoder(Coding):
    """A network that reproduces its input through a code with few entries.

    The encoder's layers lead from the columns to the code, the decoder's, of the same sizes in the opposite order, from
    the code to a reconstruction, which training brings near to the row. Rows are centred, and divided by one spread for
    all columns.

    Parameters
    ----------
    n_components : int, default=2
        Number of entries of a code.
    hidden_layer_sizes : int or sequence of int, default=(64,)
        Number of units of each hidden layer of the encoder; with ``()`` the code is a weighted sum of the columns.
    activation : {"identity", "logistic", "tanh", "relu", "elu", "softplus"}, default="tanh"
        Activation of the hidden layers.
    code_activation : {"identity", "logistic", "tanh", "relu", "elu", "softplus"}, default="identity"
        Activation of the code.
    tied : bool, default=False
        Whether the decoder has the transposed weights of the encoder.
    noise : float, default=0
        Standard deviation of the normal noise that is added to the rows in training, in units of `scale_`; the
        reconstruction is brought near to the row without it.
    sparse : float, default=0
        Strength of a penalty on codes whose mean activities differ from `activity`; with code_activation="logistic".
    activity : float, default=0.05
        Mean activity of an entry of the code that costs nothing, between 0 and 1.
    contractive : float, default=0
        Strength of the penalty on half of the squared norm of the code's derivatives by the row.
    solver : {"adam", "sgd", "lbfgs"}, default="adam"
        Adam or gradient descent with momentum on mini-batches, or L-BFGS on all rows, without noise and `sparse`.
    alpha : float, default=0
        Strength of the penalty ``alpha/2 · ‖weights‖²``, which has the weight of one row; biases have none.
    batch_size : int or "auto", default="auto"
        Rows in a batch; "auto" takes 200, or all of fewer.
    learning_rate_init : float, default=0.001
        Step size.
    max_iter : int, default=200
        Largest number of epochs, or of steps of L-BFGS.
    shuffle : bool, default=True
        Whether each epoch takes the rows in an order of its own.
    random_state : int, Generator, RandomState or None, default=None
        Source of initial weights, orders and noise.
    tol : float, default=0.0001
        Smallest decrease of the loss that counts; largest derivative where L-BFGS ends.
    n_iter_no_change : int, default=10
        Epochs without such a decrease after which training ends.
    verbose : bool or int, default=False
        Whether to print the epochs.

    Attributes
    ----------
    mean_ : ndarray of shape (d,)
        Means of the columns.
    scale_ : float
        Root of the mean variance of the columns.
    loss_ : float
        Objective of the last epoch, in squared units of `scale_`.
    coefs_, intercepts_ : list of ndarray
        Weights (inputs, outputs) and biases of the layers, those of the encoder first.
    n_iter_ : int
        Number of epochs.
    certificate_ : Certificate
        Of a linear autoencoder without penalties: by how much its error exceeds PCA's. Otherwise whether the parameters
        are nearly stationary.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    A linear autoencoder spans the subspace of the first principal components; its code need not be their scores.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.linspace(0, 3, 60)
    >>> X = np.column_stack([np.cos(t), np.sin(t)])
    >>> model = Autoencoder(1, (8,), solver="lbfgs", max_iter=2000, random_state=0).fit(X)
    >>> model.transform(X).shape
    (60, 1)
    >>> bool(model.score(X) > -1e-3)
    True
    """

    code_activation: Activation = parameter(ActivationName, default="identity")
    tied: bool = parameter(Boolean(), default=False)
    noise: float = parameter(Number(0), default=0.0)
    sparse: float = parameter(Number(0), default=0.0)
    activity: float = parameter(Share(below=True), default=0.05)
    contractive: float = parameter(Number(0), default=0.0)
    solver: Literal["adam", "sgd", "lbfgs"] = parameter(OneOf(("adam", "sgd", "lbfgs")), default="adam")

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, alone or together."""
        super().check_parameters()
        if self.sparse and self.code_activation != "logistic":
            raise InvalidParameterError("Autoencoder: sparse needs codes between 0 and 1: code_activation='logistic'.")
        if self.solver == "lbfgs" and (self.noise or self.sparse):
            raise InvalidParameterError("Autoencoder: noise and sparse need batches: solver='adam'.")

    @staticmethod
    def _network(made_of: Architecture) -> Coder:
        return coder(made_of)

    def _training_network(self, made_of: Architecture) -> Coder:
        return coder(made_of, float(self.noise))

    def _architecture(self, sizes: tuple[int, ...]) -> Architecture:
        return Architecture(sizes, self.activation, self.code_activation, self.tied)

    def _objective(self, network: Coder, scaling: Scaling) -> CodingObjective:
        units = tuple(UNITS[name] for name in [self.activation] * (network.depth - 1) + [self.code_activation])
        return PenalizedCoding(
            network,
            SquaredError(),
            self.alpha * in_matrices(network.shapes),
            scaling=scaling,
            units=units,
            sparse=self.sparse,
            activity=self.activity,
            contractive=self.contractive,
        )

    def _iterate(self, data: CodingData, start: State | None) -> Iterator[State]:
        if self.solver == "lbfgs" and not isinstance(start, TrainingState):
            objective, dtype = self._objective_of(data), data.samples.y.dtype
            seed = start.seed if start else draw_entropy(self.random_state)
            w = objective.network.initial((*seed, 0), dtype)[0]
            on_all = OnAllRows(objective, data.samples, np.zeros(0, dtype))
            return minimize(on_all, w, seed, self.tol, self.max_iter, start, SMALLEST_DECREASE)
        if self.solver != "lbfgs" and not isinstance(start, FullBatchState):
            return super()._iterate(data, start)
        raise ValueError(f"the state is not one of solver={self.solver!r}.")

    def _finish(self, data: CodingData, state: State) -> dict[str, Any]:
        w = state.iterate.w if isinstance(state, FullBatchState) else state.w
        found, objective = self._attributes(data, state, w), self._objective_of(data)
        if self._is_linear() and len(data.scaling.mean) <= MOST_COLUMNS:
            error = 2 * float(OnAllRows(objective, data.samples, np.zeros(0, w.dtype))(w)[0])
            certificate = certify_principal(data.samples, data.scaling, error, min(self._made_for(data).sizes))
        else:
            place = (*state.seed, state.iteration, 0) if self.noise else None
            certificate = certify_stationary(objective, data.samples, w, place)
        return found | {"certificate_": certificate}

    def _is_linear(self) -> bool:
        """Whether PCA is the best that this network can reach."""
        hidden = np.size(self.hidden_layer_sizes) > 0
        bent = self.code_activation != "identity" or (hidden and self.activation != "identity")
        return not (bent or self.noise or self.sparse or self.contractive or self.alpha)
