"""Softmax regression: cross-entropy of the softmax of K linear scores."""

import numpy as np

from groundup.core.checks.parameters import Number, Positive
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.functions import softmax
from groundup.core.linear.classifier import LinearClassifier
from groundup.core.optimize.losses import Likelihood, Softmax
from groundup.core.types import Array, ArrayLike


class SoftmaxRegression(LinearClassifier):
    """Softmax (multinomial logistic) regression with a score for each class.

    Minimises ``C Σ weight · cross-entropy + (1 − l1_ratio) / 2 · ‖W‖² + l1_ratio · ‖W‖₁``; intercepts are free.
    One number added to all scores of a row changes no probability; with an L2 penalty the solution is the one whose
    columns sum to zero.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty; ``inf`` for none.
    l1_ratio : float, default=0.0
        Share of the L1 norm in the penalty.
    label_smoothing : float, default=0.0
        Share of each row's target that is spread evenly over all classes.
    fit_intercept : bool, default=True
        Whether the scores have constant terms, which are never penalised.
    class_weight : dict, "balanced" or None, default=None
        Weight of the rows of each class; "balanced" gives all classes the same weight in total.
    solver : str, default="auto"
        "lbfgs" (quasi-Newton, from a bound of the Hessian that serves all classes), "newton" (with the whole Hessian
        or, where that is too large, its products with directions), "gd" (gradient descent), "sgd" and "saga"
        (mini-batches) or "prox-newton" (for non-smooth penalties). "auto" takes "prox-newton" with an L1 penalty,
        else "newton" for small data; for large data it begins with "lbfgs" and goes on, where a dozen steps do not
        suffice, with Newton steps from products.
    tol : float, default=1e-4
        The fit ends when the objective is proved to be within ``tol²`` of its minimum, relatively: an error of the
        objective is about the square of that of the parameters.
    max_iter : int, default=200
        Most iterations; passes over the data for "sgd" and "saga".
    warm_start : bool, default=False
        Begin at the coefficients of the last fit.
    learning_rate : float or "auto", default="auto"
        Step of "gd", "sgd" (divided by the root of the epoch) and "saga"; "auto" is safe for the data.
    batch_size : int, default=32
        Rows in a mini-batch of "sgd" and "saga".
    random_state : int, Generator, RandomState or None, default=None
        Seed of their shuffling.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    coef_ : ndarray of shape (K, d)
        Slopes of the scores.
    intercept_ : ndarray of shape (K,)
        Scores where all features are zero; they sum to zero.
    n_iter_ : ndarray of shape (1,)
        Iterations taken.
    certificate_ : Certificate
        How far the objective is from its minimum: a duality gap or, without a penalty, the Newton decrement.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import SoftmaxRegression
    >>> model = SoftmaxRegression().fit([[0.0], [1.0], [2.0]], ["low", "middle", "high"])
    >>> print(model.predict([[-1.0], [3.0]]))
    ['low' 'high']
    """

    label_smoothing: float = parameter(Number(0, 0.999), default=0.0)

    coef_: Array = fitted("K d")
    intercept_: Array = fitted("K")

    def _loss(self, K: int) -> tuple[Likelihood, int]:
        return Softmax(float(self.label_smoothing)), K

    def predict_proba(self, X: ArrayLike, temperature: float = 1.0) -> Array:
        """Return the probabilities of the classes.  eq. softmax_regression:temperature

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        temperature : float, default=1.0
            Divisor of the scores: near zero, the best class has probability one; large values make the probabilities
            nearly equal.

        Returns
        -------
        ndarray of shape (n, K)
            In the order of `classes_`; each row sums to one.

        Raises
        ------
        ValueError
            For a temperature that is not positive.
        """
        if not Positive.allows(temperature):
            raise ValueError(f"temperature={temperature!r} is not allowed; it must be {Positive}.")
        scores = self._scores(X)
        with np.errstate(over="ignore"):  # so cold that a score is infinitely below the best: its share is zero
            return softmax((scores - scores.max(axis=1, keepdims=True)) / temperature)
