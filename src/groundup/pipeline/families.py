"""Kinds of models that compete in one search, those of groundup among them, each with what is searched over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from groundup.pipeline.errors import PipelineError


@dataclass(frozen=True)
class Family:
    """A kind of model.

    Parameters
    ----------
    make : callable
        ``make(seed)`` returns a model that gives probabilities.
    space : mapping of str to distribution or list
        What each hyper-parameter is drawn from.
    balanced : str, optional
        The hyper-parameter that makes rare classes weigh as much as frequent ones, where it is set to "balanced".
    """

    make: Callable[[int], Any]
    space: Mapping[str, Any]
    balanced: str = ""


def _logarithmic(low: float, high: float) -> Any:
    from scipy.stats import loguniform

    return loguniform(low, high)


def _logistic_regression() -> Family:
    from sklearn.linear_model import LogisticRegression

    return Family(lambda seed: LogisticRegression(max_iter=1000), {"C": _logarithmic(1e-3, 1e2)}, "class_weight")


def _random_forest() -> Family:
    from sklearn.ensemble import RandomForestClassifier

    space = {"min_samples_leaf": [1, 2, 5, 10, 20], "max_features": ["sqrt", 0.3, 0.6]}
    return Family(lambda seed: RandomForestClassifier(200, random_state=seed), space, "class_weight")


def _hist_gradient_boosting() -> Family:
    from sklearn.ensemble import HistGradientBoostingClassifier

    space = {"learning_rate": _logarithmic(0.02, 0.3), "max_leaf_nodes": [7, 15, 31], "min_samples_leaf": [5, 20, 50],
             "l2_regularization": _logarithmic(1e-3, 10)}  # fmt: skip
    return Family(lambda seed: HistGradientBoostingClassifier(random_state=seed, early_stopping=False), space,
                  "class_weight")  # fmt: skip


def _own_logistic_regression() -> Family:
    from groundup import LogisticRegression

    return Family(lambda seed: LogisticRegression(), {"C": _logarithmic(1e-3, 1e2)}, "class_weight")


def _own_softmax_regression() -> Family:
    from groundup import SoftmaxRegression

    return Family(lambda seed: SoftmaxRegression(), {"C": _logarithmic(1e-3, 1e2)}, "class_weight")


def _own_naive_bayes() -> Family:
    from groundup import GaussianNB

    return Family(lambda seed: GaussianNB(), {"var_smoothing": _logarithmic(1e-9, 1e-1)})


def _own_gradient_boosting() -> Family:
    from groundup import HistGradientBoostingClassifier

    space = {"learning_rate": _logarithmic(0.02, 0.3), "max_leaf_nodes": [7, 15, 31], "min_samples_leaf": [5, 20, 50]}
    return Family(lambda seed: HistGradientBoostingClassifier(random_state=seed, early_stopping=False), space,
                  "class_weight")  # fmt: skip


def _own_svm() -> Family:
    from groundup import SVC

    return Family(lambda seed: SVC(probability=True, random_state=seed),
                  {"C": _logarithmic(1e-1, 1e2), "gamma": _logarithmic(1e-3, 1)}, "class_weight")  # fmt: skip


def _own_mlp() -> Family:
    from groundup import MLPClassifier

    space = {"hidden_layer_sizes": [(32,), (64,), (64, 32)], "alpha": _logarithmic(1e-4, 10),
             "learning_rate_init": _logarithmic(5e-4, 1e-2)}  # fmt: skip
    return Family(lambda seed: MLPClassifier(early_stopping=True, random_state=seed), space)


FAMILIES: dict[str, Callable[[], Family]] = {
    "logistic_regression": _logistic_regression,
    "random_forest": _random_forest,
    "hist_gradient_boosting": _hist_gradient_boosting,
    "groundup.logistic_regression": _own_logistic_regression,
    "groundup.softmax_regression": _own_softmax_regression,
    "groundup.naive_bayes": _own_naive_bayes,
    "groundup.gradient_boosting": _own_gradient_boosting,
    "groundup.svm": _own_svm,
    "groundup.mlp": _own_mlp,
}


def family(name: str) -> Family:
    """Return a kind of model by its name in the configuration.

    Raises
    ------
    PipelineError
        For a name that is none.
    """
    if name not in FAMILIES:
        near = get_close_matches(name, FAMILIES, 1)
        meant = f" Do you mean {near[0]!r}?" if near else ""
        raise PipelineError(f"selection.families: {name!r} is none of {', '.join(FAMILIES)}.{meant}")
    return FAMILIES[name]()
