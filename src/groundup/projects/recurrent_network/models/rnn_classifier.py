"""Classification of sequences, or of their steps, by a recurrent network."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_weight
from groundup.core.checks.labels import require_classes
from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.functions import log1pexp, logsumexp
from groundup.core.metrics import accuracy_score
from groundup.core.nn.classes import require_same_classes, scores_of_shares
from groundup.core.nn.estimator import TrainingData
from groundup.core.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from groundup.core.nn.objective import weights_of
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.recurrent_network.models.recurrent import RecurrentModel
from groundup.projects.recurrent_network.models.targets import labels


class RNNClassifier(RecurrentModel, ProbabilisticClassifier):
    """Classification of sequences, or of each of their steps, by recurrent cells.

    Two classes have one score, the log-odds of the second; K classes have K, of which the softmax gives probabilities.
    Of a table, each row is a sequence of numbers.

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
        How the step size changes over the epochs, as in `MLPClassifier`.
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
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    n_outputs_ : int
        Number of scores: one for two classes.
    loss_ : float
        Mean objective of the last epoch: the cross-entropy of an answer, averaged over the sequences, or over
        all their steps if each has an answer.
    best_loss_ : float or None
        Smallest one; None with early stopping.
    loss_curve_ : list of float
        The objectives of all epochs; not with L-BFGS.
    validation_scores_, best_validation_score_ : list of float, float, or None
        Accuracies on the sequences held out after each epoch, and the best of this fit; None without early stopping.
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
    Features should have a size of about one, as for every network: scale the others. A weight is that of a sequence,
    or of each of its steps.

    Examples
    --------
    >>> X, y = [[0, 1, 0, 1], [1, 0, 1, 1], [1, 1, 1, 0], [0, 0, 1, 0]], ["even", "odd", "odd", "odd"]
    >>> model = RNNClassifier(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0).fit(X, y)
    >>> model.predict([[0, 1, 0, 1], [1, 0, 1, 1]])
    array(['even', 'odd'], dtype='<U4')
    """

    def _read(self, y: ArrayLike, rows: Sequences, weight: Array | None) -> TrainingData:
        given, form = labels(y, rows, type(self).__name__)
        present = Samples(rows, given, weight).present()
        every = isinstance(given, Sequences)
        flat = present.y.values[:, 0] if every else present.y
        classes, codes = np.unique(flat, return_inverse=True)
        require_classes(classes, type(self).__name__)
        require_same_classes(self, classes)
        two = len(classes) == 2
        target = (codes[:, None] == ([1] if two else np.arange(len(classes)))).astype(rows.dtype)
        samples = Samples(present.X, Sequences(target, present.y.starts) if every else target, present.weight)
        loss = BinaryCrossEntropy() if two else CrossEntropy()
        return TrainingData(samples, None if every else codes, {"classes_": classes, "_form": form}, loss)

    def _constant(self, mean: Array, loss: Loss) -> Array:
        return scores_of_shares(mean, loss)

    def _validation_score(self, scores: Array, y: Array, weight: Array | None, loss: Loss) -> float:
        one = scores.shape[1] == 1
        right = ((scores > 0) == (y > 0))[:, 0] if one else scores.argmax(axis=1) == y.argmax(axis=1)
        return float(np.average(right, weights=weight))

    # --- predictions ------------------------------------------------------------------------------------------------

    def _log_probabilities(self, X: ArrayLike) -> tuple[Array, Sequences]:
        """Return the logarithms of the probabilities, a row for each sequence or step, and the sequences."""
        scores, rows = self._scores(X)
        if scores.shape[1] == 1:
            return -log1pexp(np.hstack([scores, -scores])), rows
        return scores - logsumexp(scores, axis=1)[:, None], rows

    def predict(self, X: ArrayLike) -> Any:
        """Return the class with the largest probability, in the form that `y` had in the fit.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.

        Returns
        -------
        ndarray of shape (n,), or of shape (n, T), list of ndarray, or Sequences
            Entries of `classes_`: of each sequence, or of each step.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other features than in the fit, and for missing or infinite entries.
        """
        found, rows = self._log_probabilities(X)
        return self._form.shaped(self.classes_[found.argmax(axis=1)], rows)

    def predict_log_proba(self, X: ArrayLike) -> Any:
        """Return the logarithms of the probabilities, accurate even if these underflow.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.

        Returns
        -------
        ndarray of shape (n, K), or of shape (n, T, K), list of ndarray, or Sequences
            In the order of `classes_`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other features than in the fit, and for missing or infinite entries.
        """
        found, rows = self._log_probabilities(X)
        return self._form.without_columns().shaped(found, rows)

    def predict_proba(self, X: ArrayLike) -> Any:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.

        Returns
        -------
        ndarray of shape (n, K), or of shape (n, T, K), list of ndarray, or Sequences
            In the order of `classes_`; they sum to one.

        Raises
        ------
        NotFittedError, ValueError
            As `predict_log_proba`.
        """
        found, rows = self._log_probabilities(X)
        return self._form.without_columns().shaped(np.exp(found), rows)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return the accuracy: the weighted fraction of sequences, or of steps, with the right class.

        Parameters
        ----------
        X : array-like of shape (n, T, d) or (n, T), Sequences, or list of array-likes
            Sequences, with the features of the fit.
        y : array-like of shape (n,) or (n, T), Sequences, or list of array-likes
            Their true classes, or those of their steps as in the fit.
        sample_weight : array-like of shape (n,), optional
            Weights of the sequences.

        Returns
        -------
        float
            Between 0 and 1.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`, and for a `y` of another form.
        """
        found, rows = self._log_probabilities(X)
        given, form = labels(y, rows, type(self).__name__)
        self._require_form(form)
        weight = weights_of(given, as_weight(sample_weight, len(rows)))
        flat = given.values[:, 0] if isinstance(given, Sequences) else given
        return accuracy_score(flat, self.classes_[found.argmax(axis=1)], weight)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        number, scores = len(fitted["classes_"]), fitted["_learned"].made_of.outputs
        if number != (2 if scores == 1 else scores):
            raise ValueError(f"has {scores} scores for {number} classes.")
