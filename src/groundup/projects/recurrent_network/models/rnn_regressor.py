"""Regression of sequences by a recurrent network, and forecasts."""

from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_weight
from groundup.core.checks.parameters import Count, check_values
from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.regressor import Regressor
from groundup.core.metrics import r2_score
from groundup.core.nn.certificates import spread_of_targets
from groundup.core.nn.estimator import TrainingData
from groundup.core.nn.losses import Loss, SquaredError
from groundup.core.nn.objective import targets_of, weights_of
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.recurrent_network.models.recurrent import RecurrentModel
from groundup.projects.recurrent_network.models.targets import numbers
from groundup.projects.recurrent_network.solvers.forecasting import forecast


class RNNRegressor(RecurrentModel, Regressor):
    """Regression of sequences by recurrent cells, trained by back-propagation through time.

    A sequence has an answer after its last step, of one or several numbers, or an answer at every step. Of a table,
    each row is a sequence of numbers.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(32,)
        Number of units of each recurrent layer, of each direction.
    cell : {"rnn", "lstm", "gru"}, default="lstm"
        Plain cells, long short-term memory, or gated recurrent units.
    activation : {"tanh", "relu", "identity"}, default="tanh"
        Activation of plain cells; the others have their own.
    bidirectional : bool, default=False
        Whether each layer reads the sequences in both directions.
    truncation : int or None, default=None
        Number of steps that derivatives go back; None goes back to the beginning. With an answer at every step, the
        state is carried from one piece of this length to the next, and training makes a step for each piece; with an
        answer after the last step, only the last steps are differentiated. Predictions are those of whole sequences.
    clip : float or None, default=1
        Largest norm of a gradient: a longer one is shortened. Not for L-BFGS.
    solver : {"adam", "sgd", "lbfgs"}, default="adam"
        Adam or gradient descent with momentum on batches of sequences, or L-BFGS on all of them.
    alpha : float, default=0.0001
        Strength of the penalty ``alpha/2 · ‖weights‖²``, which has the weight of one answer; biases have none.
    batch_size : int or "auto", default="auto"
        Sequences in a batch; "auto" takes 64, or all of fewer.
    learning_rate : {"constant", "invscaling", "adaptive", "step", "cosine", "one-cycle"}, default="constant"
        How the step size changes over the epochs, as in `MLPRegressor`.
    learning_rate_init : float, default=0.005
        Step size at the beginning; with "one-cycle" the largest one.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Largest number of epochs, or of steps of L-BFGS.
    shuffle : bool, default=True
        Whether each epoch takes the sequences in an order of its own.
    random_state : int, Generator, RandomState or None, default=None
        Source of initial weights, orders, zeros of dropout and the sequences held out.
    tol : float, default=0.0001
        Smallest improvement of the loss, or of the validation score, that counts; largest derivative where L-BFGS ends.
    verbose : bool or int, default=False
        Whether to print the epochs.
    warm_start : bool, default=False
        Whether a fit begins with the weights of the one before, if that had the same layers.
    momentum : float, default=0.9
        Part of the last displacement that gradient descent keeps.
    nesterovs_momentum : bool, default=True
        Whether the gradient is taken where the momentum leads.
    early_stopping : bool, default=False
        Whether some sequences are held out, training ends when the score on them does not improve, and the weights of
        the best score are kept; without effect on L-BFGS.
    validation_fraction : float, default=0.1
        Fraction of the sequences that early stopping holds out.
    beta_1, beta_2 : float, default=0.9, 0.999
        Weights of the past in Adam's running means.
    epsilon : float, default=1e-8
        Added to the root of Adam's second mean.
    n_iter_no_change : int or inf, default=10
        Training ends after more than this number of epochs in a row without an improvement; not L-BFGS.
    max_fun : int, default=15000
        Largest number of steps of L-BFGS, next to `max_iter`.
    dropout : float, default=0
        Probability that the output of a hidden unit, at a step, is set to zero in training.

    Attributes
    ----------
    n_features_in_ : int
        Number of features of a step; of a table its number of columns.
    n_outputs_ : int
        Number of targets of an answer.
    loss_ : float
        Mean objective of the last epoch: half of the squared error of an answer, averaged over the sequences, or over
        all their steps if each has an answer.
    best_loss_ : float or None
        Smallest one; None with early stopping.
    loss_curve_ : list of float
        The objectives of all epochs; not with L-BFGS.
    validation_scores_, best_validation_score_ : list of float, float, or None
        R² on the sequences held out after each epoch, and the best of this fit; None without early stopping.
    t_ : int
        Sequences seen in training, each as often as it was seen.
    n_iter_ : int
        Number of epochs, or of steps of L-BFGS.
    gradient_check_ : float
        Relative error of the derivatives through time of this network, against differences.
    gradient_norm_ : float
        Norm of the gradient of the objective on all sequences.

    Notes
    -----
    The biases of the outputs begin at the means of the targets, and the weights before them in their unit. Features
    should have a size of about one, as for every network: scale the others. A weight is that of a sequence, or of each
    of its steps.

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(0.5 * np.arange(60))
    >>> model = RNNRegressor(hidden_layer_sizes=(8,), cell="gru", solver="lbfgs", random_state=0)
    >>> model = model.fit(wave[None, :-1, None], wave[None, 1:, None])
    >>> bool(np.abs(model.forecast(wave[None, :, None], 5)[0, :, 0] - np.sin(0.5 * np.arange(60, 65))).max() < 0.1)
    True
    """

    def _read(self, y: ArrayLike, rows: Sequences, weight: Array | None) -> TrainingData:
        target, form = numbers(y, rows, type(self).__name__)
        samples = Samples(rows, target, weight).present()
        return TrainingData(samples, None, {"_form": form}, SquaredError())

    def _constant(self, mean: Array, loss: Loss) -> Array:
        return mean

    def _first_scores(self, data: TrainingData) -> Array | float:
        return self._best_constant(data)  # from 0, targets far from 0 drive the units into saturation

    def _first_unit(self, data: TrainingData) -> Array | float:
        return spread_of_targets(data.samples).astype(data.samples.y.dtype)  # hidden units are not above 1

    def _validation_score(self, scores: Array, y: Array, weight: Array | None, loss: Loss) -> float:
        return r2_score(y, scores, weight)

    def predict(self, X: ArrayLike) -> Any:
        """Return the predicted answers, in the form that `y` had in the fit.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, n_targets), or of shape (n, T, n_targets), list of ndarray, or Sequences
            In the unit of y: of each sequence, or of each step. Where the fit had an array of answers of all steps,
            sequences of different lengths give a list.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other features than in the fit, and for missing or infinite entries.
        """
        scores, rows = self._scores(X)
        return self._form.shaped(scores, rows)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return R² of all answers, averaged over targets.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.
        y : array-like, Sequences, or list of array-likes
            Their true answers, after the last step or at every step as in the fit.
        sample_weight : array-like of shape (n,), optional
            Weights of the sequences.

        Returns
        -------
        float
            1 is perfect, 0 no better than the mean of `y`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other features than in the fit, a `y` of another shape than the predictions, and for missing or infinite
            entries.
        """
        scores, rows = self._scores(X)
        target, form = numbers(y, rows, type(self).__name__)
        self._require_form(form)
        weight = weights_of(target, as_weight(sample_weight, len(rows)))
        return r2_score(targets_of(target).T, scores, weight)

    def forecast(self, X: ArrayLike, steps: int) -> Array:
        """Return the values that follow sequences, each predicted from those before it, its predictions included.

        For models of the next step: whose answer, at every step or after the last one, is the next vector of features.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.
        steps : int
            Number of values, at least 1.

        Returns
        -------
        ndarray of shape (n, steps, d)
            In the unit of the features.

        Raises
        ------
        NotFittedError
            Before `fit`.
        InvalidParameterError
            If `steps` is no integer of at least 1.
        ValueError
            For a model whose answers have another number of entries than a step has features, or that reads in both
            directions; and as `predict`.
        """
        rows = self._new_rows(X)
        check_values("forecast", {"steps": Count}, {"steps": steps})
        made_of = self._learned.made_of
        if made_of.outputs != made_of.inputs:
            raise ValueError(
                f"forecast needs answers that are the next step, of as many numbers as a step has features: "
                f"{made_of.inputs}. The answers of this model have {made_of.outputs}."
            )
        if made_of.bidirectional:
            raise ValueError("forecast needs a model that reads forwards only: fit it with bidirectional=False.")
        network, p = self._bound()
        X_ = Sequences(rows.values.astype(self._learned.w.dtype, copy=False), rows.starts)
        return np.asarray(forecast(network, p, X_, steps, made_of.every_step))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
