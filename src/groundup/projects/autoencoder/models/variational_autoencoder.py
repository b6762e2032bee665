"""The variational autoencoder: random codes, and a lower bound of the density of the rows."""

from typing import Any, Literal

import numpy as np

from groundup.core.checks.parameters import Count, Number, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.nn.parameters import Views, in_matrices
from groundup.core.nn.training import TrainingState
from groundup.core.rows import Rows
from groundup.core.seeds import as_generator
from groundup.core.types import Array, ArrayLike
from groundup.projects.autoencoder.certificate import certify_stationary
from groundup.projects.autoencoder.models.coding import Coding, CodingData
from groundup.projects.autoencoder.solvers.network import Architecture, Coder
from groundup.projects.autoencoder.solvers.objective import CodingObjective
from groundup.projects.autoencoder.solvers.scaling import Scaling
from groundup.projects.autoencoder.solvers.variational import (
    NormalDensity,
    VariationalCoding,
    divergence,
    variational_coder,
)

DRAWS = 32  # Smallest number of pairs of codes, a draw and its mirror image, of which a bound is the mean.


class VariationalAutoencoder(Coding):
    """A density of rows: a normal code, and a normal distribution around what the decoder makes of it.

    The encoder gives a normal distribution of codes for each row. Training raises a lower bound of the density: the
    mean logarithm of the density around the reconstructions less the divergence of the codes from standard normal ones.

    Parameters
    ----------
    n_components : int, default=2
        Number of entries of a code.
    hidden_layer_sizes : int or sequence of int, default=(64,)
        Number of units of each hidden layer of the encoder, and of the decoder in the opposite order.
    activation : {"identity", "logistic", "tanh", "relu", "elu", "softplus"}, default="tanh"
        Activation of the hidden layers.
    beta : float, default=1
        Weight of the divergence; with other values than 1 the objective is not the bound.
    solver : {"adam", "sgd"}, default="adam"
        Adam or gradient descent with momentum on mini-batches.
    alpha : float, default=0
        Strength of the penalty ``alpha/2 · ‖weights‖²``, which has the weight of one row; biases have none.
    batch_size : int or "auto", default="auto"
        Rows in a batch; "auto" takes 200, or all of fewer.
    learning_rate_init : float, default=0.001
        Step size.
    max_iter : int, default=200
        Largest number of epochs.
    shuffle : bool, default=True
        Whether each epoch takes the rows in an order of its own.
    random_state : int, Generator, RandomState or None, default=None
        Source of initial weights, orders and codes, and of `sample`.
    tol : float, default=0.0001
        Smallest decrease of the loss that counts.
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
    noise_variance_ : float
        Variance of each column around the reconstruction, in squared units of X.
    loss_ : float
        Objective of the last epoch, for rows in units of `scale_`.
    coefs_, intercepts_ : list of ndarray
        Weights (inputs, outputs) and biases of the layers; the last of the encoder has twice the entries of a code.
    n_iter_ : int
        Number of epochs.
    certificate_ : Certificate
        Whether the parameters are nearly stationary, for one draw of codes.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    The mean of the codes is `transform`. A linear one has probabilistic PCA as its best density, where the bound is
    exact.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 3)) * [3.0, 1.0, 0.5]
    >>> model = VariationalAutoencoder(1, (), learning_rate_init=0.01, max_iter=1000, random_state=0).fit(X)
    >>> model.sample(5).shape
    (5, 3)
    """

    beta: float = parameter(Number(0), default=1.0)
    solver: Literal["adam", "sgd"] = parameter(OneOf(("adam", "sgd")), default="adam")

    noise_variance_: float = fitted()

    @staticmethod
    def _network(made_of: Architecture) -> Coder:
        return variational_coder(made_of)

    def _objective(self, network: Coder, scaling: Scaling) -> CodingObjective:
        penalty = self.alpha * in_matrices(network.shapes)
        return VariationalCoding(network, NormalDensity(), penalty, scaling=scaling, beta=self.beta)

    def _finish(self, data: CodingData, state: TrainingState) -> dict[str, Any]:
        objective = self._objective_of(data)
        p = objective.network.bound(state.w, state.s)
        with np.errstate(over="ignore"):
            variance = np.square(_noise(objective.network, p, self.n_components) * data.scaling.scale)
        return self._attributes(data, state, state.w) | {
            "noise_variance_": float(variance),
            "certificate_": certify_stationary(objective, data.samples, state.w, (*state.seed, state.iteration, 0)),
        }

    def score_samples(self, X: ArrayLike) -> Array:
        """Return an estimate of the lower bound of each row's log-density.  eq. autoencoder:bound

        The mean over codes is that of 32 pairs of draws, or of more for long codes, the same for all rows; it is exact
        for a linear decoder.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,)
            In nats.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        return self._bounds(self._new_rows(X))

    def _bounds(self, rows: Any) -> Array:
        network, p, scaling = self._bound()
        k = self._made_of.sizes[-1]
        draws = np.random.default_rng((*self._seed, 0)).standard_normal((max(DRAWS, k), k))
        draws = np.linalg.qr(draws)[0] * np.sqrt(len(draws))  # of variance one: the mean of squares has no error
        pairs = np.concatenate([draws, -draws])[:, :, None].astype(self._w.dtype)
        unit = float(len(self.mean_) * np.log(scaling.scale))

        def bound(block: Array) -> Array:
            x = scaling.columns(block, self._w.dtype)
            M, V = np.split(network.posterior(p, x), 2)
            losses = [NormalDensity().forward(network.decode(p, M + np.exp(V / 2) * e), x)[0] for e in pairs]
            return -np.mean(losses, axis=0) - divergence(M, V) - unit

        return Rows(rows).concatenate(bound)

    def score(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> float:
        """Return the mean lower bound of the log-densities of rows.

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
            In nats; larger is better.

        Raises
        ------
        NotFittedError, ValueError
            As `score_samples`.
        """
        return self._mean_of(self._bounds, X, sample_weight)

    def sample(self, n_samples: int = 1) -> Array:
        """Draw rows from the density.

        Parameters
        ----------
        n_samples : int, default=1
            Number of rows.

        Returns
        -------
        ndarray of shape (n_samples, d)
            With noise; without it they are ``inverse_transform`` of standard normal codes.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For a number of rows below 1.
        """
        self._require_fitted()
        if not Count.allows(n_samples):
            raise ValueError(f"Invalid value for 'n_samples': {n_samples!r}. It must be {Count}.")
        generator = as_generator(self.random_state)
        k = self._made_of.sizes[-1]
        rows = self.inverse_transform(generator.standard_normal((n_samples, k)))
        network, p, scaling = self._bound()
        noise = _noise(network, p, k) * scaling.scale * generator.standard_normal(rows.shape)
        return (rows + noise).astype(rows.dtype)


def _noise(network: Coder, p: Views, k: int) -> np.float64:
    """Return the standard deviation of a column around the reconstruction, in the unit of the scaling."""
    return np.float64(np.exp(network.decode(p, np.zeros((k, 1)))[-1, 0] / 2))
