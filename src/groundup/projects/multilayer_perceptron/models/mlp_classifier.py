"""Classification by a multi-layer perceptron."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import numpy as np

from groundup.core.checks.labels import as_labels, class_weighted
from groundup.core.checks.parameters import Instance, OneOf
from groundup.core.estimator.classifier import ProbabilisticClassifier
from groundup.core.estimator.incremental import IncrementalClassifier, codes_among
from groundup.core.estimator.parameters import parameter
from groundup.core.functions import log1pexp, logsumexp
from groundup.core.metrics import accuracy_score
from groundup.core.nn.classes import require_same_classes, scores_of_shares
from groundup.core.nn.estimator import TrainingData
from groundup.core.nn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.multilayer_perceptron.models.perceptron import ActivationName, HiddenSizes, OfBatches, Perceptron
from groundup.projects.multilayer_perceptron.solvers.network import Activation


def indicators(y: Any) -> Array | None:
    """Return y as an array; the zeros and ones of several labels may be sparse."""
    several = getattr(y, "ndim", 0) == 2 and y.shape[1] > 1 and hasattr(y, "toarray")
    return None if y is None else np.asarray(y.toarray() if several else y)


class MLPClassifier(Perceptron, IncrementalClassifier, ProbabilisticClassifier):
    """Classification by layers of weighted sums, each bent by an activation, and trained by backpropagation.

    Two classes have one score, the log-odds of the second; K classes have K, of which the softmax gives probabilities.
    If y has a column of zeros and ones for each of several labels, each label has its own log-odds. A single class is
    predicted for every row.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Number of units of each hidden layer.
    activation : {"identity", "logistic", "tanh", "relu", "leaky_relu", "elu", "gelu", "softplus"}, default="relu"
        Activation of the hidden layers.
    solver : {"adam", "sgd", "lbfgs"}, default="adam"
        Adam or gradient descent with momentum on mini-batches, or L-BFGS on all rows, which suits few of them.
    alpha : float, default=0.0001
        Strength of the penalty ``alpha/2 · ‖weights‖²``, which has the weight of one row; biases have none.
    batch_size : int or "auto", default="auto"
        Rows in a batch; "auto" takes 200, or all of fewer.
    learning_rate : {"constant", "invscaling", "adaptive", "step", "cosine", "one-cycle"}, default="constant"
        How the step size changes over the epochs. The second and the third are only for gradient descent: it falls with
        a power of the rows seen, or is divided by 5 whenever training would end. "step" divides it by 10 after each
        third of max_iter; like the last two it is for `fit` alone, since `partial_fit` knows no last epoch.
    learning_rate_init : float, default=0.001
        Step size at the beginning; with "one-cycle" the largest one.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Largest number of epochs, or of steps of L-BFGS.
    shuffle : bool, default=True
        Whether each epoch takes the rows in an order of its own.
    random_state : int, Generator, RandomState or None, default=None
        Source of initial weights, orders, zeros of dropout and the rows held out.
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
        Whether some rows are held out, training ends when the score on them does not improve, and the weights of the
        best score are kept; without effect on L-BFGS.
    validation_fraction : float, default=0.1
        Fraction of the rows that early stopping holds out.
    beta_1, beta_2 : float, default=0.9, 0.999
        Weights of the past in Adam's running means.
    epsilon : float, default=1e-8
        Added to the root of Adam's second mean.
    n_iter_no_change : int or inf, default=10
        Training ends after more than this number of epochs in a row without an improvement; not L-BFGS.
    max_fun : int, default=15000
        Largest number of steps of L-BFGS, next to `max_iter`; each evaluates the objective at least once.
    dropout : float, default=0
        Probability that the output of a hidden unit is set to zero in a training step.
    batch_norm : bool, default=False
        Whether the sums of the hidden units are normalised over each batch.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" gives all the same total weight.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted; the numbers of the columns for several labels.
    loss_ : float
        Mean objective of the last epoch.
    best_loss_ : float or None
        Smallest one; None with early stopping.
    loss_curve_ : list of float
        The objectives of all epochs; not with L-BFGS.
    validation_scores_, best_validation_score_ : list of float, float, or None
        Accuracies on the rows held out after each epoch, and the best of this fit; None without early stopping.
    t_ : int
        Rows seen in training, each as often as it was seen.
    coefs_, intercepts_ : list of ndarray
        Weights (inputs, outputs) and biases of the layers.
    n_iter_ : int
        Number of epochs, or of steps of L-BFGS.
    n_layers_, n_outputs_ : int
        Numbers of layers, that of the features included, and of scores.
    out_activation_ : str
        What makes probabilities of scores.

    Notes
    -----
    From the same weights and batches it takes the same steps as scikit-learn's class. The certificate says whether the
    parameters are nearly stationary, not that there are no better ones.

    Examples
    --------
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["equal", "different", "different", "equal"]
    >>> model = MLPClassifier(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> model.predict(X)
    array(['equal', 'different', 'different', 'equal'], dtype='<U9')
    """

    hidden_layer_sizes: Any = parameter(HiddenSizes, default=(100,), kw_only=False)
    activation: Activation = parameter(ActivationName, default="relu", kw_only=False)
    _fewest_classes: ClassVar[int] = 1

    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )

    def _read(self, y: ArrayLike, rows: Any, weight: Array | None, known: Any) -> TrainingData:
        labels = indicators(y)
        if labels is not None and labels.ndim == 2 and labels.shape[1] > 1:
            return self._read_several(labels, rows, weight)
        labels = as_labels(y, len(rows), owner=type(self).__name__)
        present = Samples(rows, labels, weight).present()
        classes = np.unique(present.y) if known is None else known
        require_same_classes(self, classes)
        codes = codes_among(present.y, classes)
        weighted = class_weighted(self.class_weight, classes, codes, present.weight)
        two = len(classes) == 2
        target = codes[:, None] == ([1] if two else np.arange(len(classes)))
        samples = Samples(present.X, target.astype(rows.dtype), weighted).present()
        about = {"classes_": classes, "out_activation_": "logistic" if two else "softmax"}
        return TrainingData(samples, samples.y @ np.arange(1, samples.y.shape[1] + 1), about,
                              BinaryCrossEntropy() if two else CrossEntropy())  # fmt: skip

    def _read_several(self, labels: Array, rows: Any, weight: Array | None) -> TrainingData:
        """Rows with several labels each, of which none excludes another."""
        if len(labels) != len(rows):
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: [{len(rows)}, {len(labels)}]. X and y "
                "must have as many rows as each other."
            )
        if not np.isin(labels, (0, 1)).all():
            raise ValueError("Multioutput target data is not supported: several columns of y must hold zeros and ones.")
        if self.class_weight is not None:
            raise ValueError("class_weight is for one class a row; y has several labels a row.")
        classes = np.arange(labels.shape[1])
        require_same_classes(self, classes)
        samples = Samples(rows, labels.astype(rows.dtype), weight).present()
        return TrainingData(samples, None, {"classes_": classes, "out_activation_": "logistic"}, BinaryCrossEntropy())

    def _constant(self, mean: Array, loss: Loss) -> Array:
        return scores_of_shares(mean, loss)

    def _validation_score(self, scores: Array, y: Array, weight: Array | None, loss: Loss) -> float:
        if isinstance(loss, CrossEntropy):
            right = scores.argmax(axis=1) == y.argmax(axis=1)
        else:
            right = ((scores > 0) == (y > 0)).all(axis=1)
        return float(np.average(right, weights=weight))

    @OfBatches
    def partial_fit(  # scikit-learn has sample_weight before classes here
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None, classes: ArrayLike = None
    ) -> Self:
        """Update the model with one epoch over one more batch.

        Parameters
        ----------
        X : array-like of shape (m, d)
            The batch, with the columns of the earlier ones.
        y : array-like of shape (m,) or (m, n_labels)
            Classes of its rows.
        sample_weight : array-like of shape (m,), optional
            Weights of the rows.
        classes : array-like of shape (K,), optional
            All classes of all batches; required in the first call, and constant after it.

        Returns
        -------
        self

        Raises
        ------
        AttributeError
            With solver="lbfgs", which needs all rows.
        ValueError
            Without `classes` in the first call, if they change later, and for a `y` that is not one of them.
        """
        return IncrementalClassifier.partial_fit(self, X, y, classes, sample_weight)

    # --- predictions ------------------------------------------------------------------------------------------------

    @property
    def _several(self) -> bool:
        """Whether a row has several labels."""
        return self.out_activation_ == "logistic" and self.n_outputs_ > 1

    @property
    def _two(self) -> bool:
        """Whether there are two classes, which share a score."""
        return self.out_activation_ == "logistic" and self.n_outputs_ == 1

    def predict(self, X: ArrayLike) -> Array:
        """Return the class with the largest probability for each row, or whether it has each of several labels.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,) or (n, n_labels)
            Entries of `classes_`, or ones and zeros.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._scores(X)
        if self._several:
            return (scores > 0).astype(np.int64)
        return self.classes_[(scores[:, 0] > 0).astype(np.intp) if self._two else scores.argmax(axis=1)]

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores: log-odds, or for three or more classes the logarithms of probabilities and a constant.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n,), (n, K) or (n, n_labels)
            A column for each class or label; of two classes the log-odds of the second.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._scores(X)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithms of the probabilities, accurate even if these underflow.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of shape (n, K) or (n, n_labels)
            In the order of `classes_`; of several labels, each has a probability of its own.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for missing or infinite entries.
        """
        scores = self._scores(X)
        if self._several:
            return -log1pexp(-scores)
        if self._two:
            return -log1pexp(np.hstack([scores, -scores]))
        return scores - logsumexp(scores, axis=1)[:, None]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> float:
        """Return the accuracy: the weighted fraction of rows with the right class, or with all labels right.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : array-like of shape (n,) or (n, n_labels)
            Their true classes or labels; several labels may be sparse.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float
            Between 0 and 1.

        Raises
        ------
        NotFittedError, ValueError
            As `predict`, and for a `y` of another length.
        """
        predicted = self.predict(X)
        if not self._several:
            return super().score(X, y, sample_weight)
        right = (predicted == indicators(y)).all(axis=1)
        return accuracy_score(np.ones(len(right), dtype=bool), right, sample_weight)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        super()._check_agreement(fitted)
        number, scores = len(fitted["classes_"]), fitted["_learned"].sizes[-1]
        two = scores == 1 and fitted["out_activation_"] == "logistic"
        if fitted["n_outputs_"] != scores or number != (2 if two else scores):
            raise ValueError(f"has {scores} scores for {number} classes.")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
