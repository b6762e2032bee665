"""What autoencoders share: options, training, codes and reconstructions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_matrix, as_weight
from groundup.core.checks.parameters import Boolean, Count, Each, Number, OneOf, Positive, RandomState, Verbosity
from groundup.core.containers.view import rows_of
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.transformer import Transformer
from groundup.core.nn.optimizers import Adam, Momentum
from groundup.core.nn.parameters import size
from groundup.core.nn.schedules import Constant
from groundup.core.nn.training import Plan, initial_state, train
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.autoencoder.solvers.network import Architecture, Coder
from groundup.projects.autoencoder.solvers.objective import CodingObjective
from groundup.projects.autoencoder.solvers.scaling import Scaling, scaling_of
from groundup.projects.autoencoder.solvers.units import UNITS, Activation

LARGEST_AUTO_BATCH = 200  # Rows, as in multi-layer perceptrons.
HiddenSizes = Count | Each(Count) | OneOf(((), []))
ActivationName = OneOf(get_args(Activation))


@dataclass(frozen=True)
class CodingData:
    """Rows of positive weight, with targets of no columns, since a row is its own target; their origin and unit."""

    samples: Samples
    scaling: Scaling


class Coding(Transformer):
    """Base of autoencoders; a model says what its network and its objective are."""

    accepts = Accepts()

    n_components: int = parameter(Count, default=2, kw_only=False)
    hidden_layer_sizes: Any = parameter(HiddenSizes, default=(64,), kw_only=False)
    activation: Activation = parameter(ActivationName, default="tanh")
    alpha: float = parameter(Number(0), default=0.0)
    batch_size: int | Literal["auto"] = parameter(Count | OneOf(("auto",)), default="auto")
    learning_rate_init: float = parameter(Positive, default=0.001)
    max_iter: int = parameter(Count, default=200)
    shuffle: bool = parameter(Boolean(), default=True)
    random_state: Seed = parameter(RandomState, default=None)
    tol: float = parameter(Number(0), default=1e-4)
    n_iter_no_change: int = parameter(Count, default=10)
    verbose: int = parameter(Verbosity, default=False)

    solver: Any

    mean_: Array = fitted("d")
    scale_: float = fitted()
    loss_: float = fitted()
    n_iter_: int = fitted()
    coefs_: list[Array] = fitted()
    intercepts_: list[Array] = fitted()
    _made_of: Architecture = fitted()
    _seed: tuple[int, ...] = fitted()
    _w: Array = fitted("*")

    watched: ClassVar[str] = "loss"

    # --- what a model says ------------------------------------------------------------------------------------------

    @staticmethod
    def _network(made_of: Architecture) -> Coder:
        """Return the network that codes and decodes."""
        raise NotImplementedError

    def _training_network(self, made_of: Architecture) -> Coder:
        """Return the network that is trained."""
        return self._network(made_of)

    def _architecture(self, sizes: tuple[int, ...]) -> Architecture:
        """Return what the network is made of, by the hyper-parameters."""
        return Architecture(sizes, self.activation)

    def _objective(self, network: Coder, scaling: Scaling) -> CodingObjective:
        """Return what is minimised."""
        raise NotImplementedError

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> CodingData:
        rows = self._input(X)
        weight = as_weight(sample_weight, len(rows))
        samples = Samples(rows, np.zeros((len(rows), 0), rows.dtype), weight).present()
        return CodingData(samples, scaling_of(samples))

    def _made_for(self, data: CodingData) -> Architecture:
        hidden = np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=int)).tolist()
        return self._architecture((int(data.samples.X.shape[1]), *hidden, self.n_components))

    def _objective_of(self, data: CodingData) -> CodingObjective:
        return self._objective(self._training_network(self._made_for(data)), data.scaling)

    def _plan(self, data: CodingData) -> Plan:
        return Plan(
            self._objective_of(data),
            Momentum() if self.solver == "sgd" else Adam(),
            Constant(self.learning_rate_init),
            batch_size=LARGEST_AUTO_BATCH if self.batch_size == "auto" else self.batch_size,
            shuffle=self.shuffle,
            tol=self.tol,
            patience=self.n_iter_no_change,
        )

    def _iterate(self, data: CodingData, start: Any) -> Iterator[Any]:
        plan = self._plan(data)
        start = start or initial_state(plan, draw_entropy(self.random_state), data.samples.y.dtype)
        yield from train(plan, data.samples, start, self.max_iter)

    def _attributes(self, data: CodingData, state: Any, w: Array) -> dict[str, Any]:
        """Return the fitted attributes, without the certificate."""
        made_of = self._made_for(data)
        network = self._network(made_of)
        w = w.copy()
        p = network.bound(w, np.zeros(0, w.dtype))
        dense = [p[str(k)] for k in range(1, 1 + 4 * network.depth, 2)]
        return {
            "mean_": data.scaling.mean,
            "scale_": data.scaling.scale,
            "loss_": float(state.loss),
            "n_iter_": state.iteration,
            "coefs_": [part["W"] for part in dense],
            "intercepts_": [part["b"] for part in dense],
            "_made_of": made_of,
            "_seed": state.seed,
            "_w": w,
        }

    def _advice(self, state: Any) -> str:
        return (
            f"{type(self).__name__} stopped after {state.iteration} iterations, while the loss was falling: increase "
            f"max_iter or change learning_rate_init."
        )

    # --- codes and reconstructions ----------------------------------------------------------------------------------

    def _bound(self) -> tuple[Coder, dict[str, Any], Scaling]:
        """Return the network, its parameters, and origin and unit."""
        network = self._network(self._made_of)
        return network, network.bound(self._w, np.zeros(0, self._w.dtype)), Scaling(self.mean_, self.scale_)

    def _n_features_out(self) -> int:
        return self._made_of.sizes[-1]

    def _transform(self, X: ArrayLike) -> Array:
        """Return the codes of the rows.  eq. autoencoder:code"""
        rows = self._new_rows(X)
        network, p, scaling = self._bound()
        return Rows(rows).concatenate(lambda block: network.encode(p, scaling.columns(block, self._w.dtype)).T)

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return the rows that the decoder makes of codes.  eq. autoencoder:reconstruction

        Parameters
        ----------
        X : array-like of shape (n, k)
            Codes.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For another number of columns than a code has entries, and for missing or infinite entries.
        """
        self._require_fitted()
        codes, k = as_matrix(X, owner=type(self).__name__), self._made_of.sizes[-1]
        if codes.shape[1] != k:
            raise ValueError(f"X has {codes.shape[1]} columns, but {type(self).__name__} has {k} components.")
        network, p, scaling = self._bound()
        dtype = self._w.dtype
        return Rows(codes).concatenate(lambda block: self._decoded(network, p, scaling, block.T.astype(dtype)))

    def _decoded(self, network: Coder, p: Any, scaling: Scaling, z: Array) -> Array:
        """Return rows in the unit of the data, (n, d), of codes in columns, (k, n)."""
        columns = network.decode(p, z)[: len(self.mean_)]
        return scaling.rows(columns).astype(columns.dtype, copy=False)

    def reconstruction_errors(self, X: ArrayLike) -> Array:
        """Return the squared distance of each row to its reconstruction.

        Rows unlike those of the fit have large ones.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)
            In squared units of X, summed over the columns.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        with np.errstate(over="ignore"):
            return self._errors(self._new_rows(X)).astype(self._w.dtype, copy=False)

    def _errors(self, rows: Any) -> Array:
        """Return the squared distances in double precision, where squares of single precision do not overflow."""
        network, p, scaling = self._bound()

        def squares(block: Array) -> Array:
            x = scaling.columns(block, self._w.dtype)
            difference = network.decode(p, network.encode(p, x))[: len(x)] - x
            with np.errstate(over="ignore", under="ignore"):
                return np.square(difference * np.float64(scaling.scale)).sum(axis=0)

        return Rows(rows).concatenate(squares)

    def score(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> float:
        """Return minus the mean of the squared distances of rows to their reconstructions.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : object, optional
            Ignored.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
            In squared units of X; larger is better.

        Raises
        ------
        NotFittedError, ValueError
            As `reconstruction_errors`.
        """
        return -self._mean_of(self._errors, X, sample_weight)

    def _mean_of(self, function: Callable[[Any], Array], X: ArrayLike, sample_weight: ArrayLike) -> float:
        """Return the weighted mean of a function of rows; those of weight zero are not evaluated."""
        rows = self._new_rows(X)
        weight = as_weight(sample_weight, len(rows))
        if weight is None:
            return float(function(rows).mean(dtype=np.float64))
        present = np.flatnonzero(weight)
        return float(np.average(function(rows_of(rows, present)), weights=weight[present]))

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        one: Architecture = fitted["_made_of"]
        if len(one.sizes) < 2 or min(one.sizes) < 1 or {one.activation, one.code_activation} - set(UNITS):
            raise ValueError(f"has a network that is none: {one}.")
        if fitted["_w"].shape != (size(cls._network(one).shapes),) or len(fitted["mean_"]) != one.sizes[0]:
            raise ValueError(f"has {fitted['_w'].size} parameters, which is not the number of its network.")
