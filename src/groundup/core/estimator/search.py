"""Searches by cross-validation: what `fit` and `score` pass on to the splitter and the scorer, as scikit-learn does.

Without scikit-learn's routing, the scorer gets the sample weights, and nothing else can be passed on. With it, the
splitter and the scorer get what they ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from groundup.core.estimator.base import Estimator
from groundup.core.estimator.routing import routing_enabled
from groundup.core.estimator.training import Training
from groundup.core.types import Array, ArrayLike


@dataclass(frozen=True)
class Passed:
    """Keyword arguments of the splitter's ``split`` and of the scorer.

    Parameters
    ----------
    split, score : mapping of str to object
        Entries of rows, or single values.
    """

    split: Mapping[str, Any] = field(default_factory=dict)
    score: Mapping[str, Any] = field(default_factory=dict)

    def present(self, weight: Array | None) -> "Passed":
        """Return the entries of rows of positive weight only."""
        if weight is None or weight.all():
            return self
        rows, n = np.flatnonzero(weight), len(weight)
        return Passed(at_rows(self.split, rows, n), at_rows(self.score, rows, n))


def at_rows(arguments: Mapping[str, Any], rows: Array, n: int) -> dict[str, Any]:
    """Return the arguments for some of n rows: of those that have n entries, the entries of these rows."""
    arrays = {name: np.asarray(value) for name, value in arguments.items()}
    return {name: array[rows] if array.ndim and len(array) == n else arguments[name] for name, array in arrays.items()}


class Search(Estimator):
    """Base class of models with cross-validated hyper-parameters, whose `cv` may be a splitter."""

    cv: Any
    _scored_in: ClassVar[tuple[str, ...]] = ("fit", "score")  # methods that call the scorer

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None, **params: Any) -> Self:
        """Fit the model: compare the hyper-parameters, and fit all rows with the best.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As of every estimator.
        **params : object
            For the splitter, such as ``groups``, and the scorer, where scikit-learn's routing is enabled.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As every estimator, and for `params` without routing.

        Warns
        -----
        ConvergenceWarning
            As `Training.finish`.
        """
        training = Training(self, X, y, sample_weight, passed=self._passed("fit", sample_weight, params))
        return self._trained(training, X, y, sample_weight)

    def _passed(self, method: str, sample_weight: ArrayLike, params: Mapping[str, Any]) -> Passed:
        """Return what a method passes on."""
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        if not routing_enabled():
            if params:
                raise ValueError(
                    f"Passing extra keyword arguments to {type(self).__name__}.{method} is only supported if "
                    "enable_metadata_routing=True, which you can set using `sklearn.set_config`. Extra parameters "
                    f"passed are: {set(params)}."
                )
            return Passed(score=weights)
        from sklearn.utils.metadata_routing import process_routing

        routed = process_routing(self, method, **weights, **params)
        scores = {} if self._scorer_to_route() is None else routed["scorer"]["score"]
        return Passed(routed["splitter"]["split"] if method == "fit" else {}, scores)

    def _scorer_to_route(self) -> Any:
        """Return the scorer, or scikit-learn's name of it, that may ask for weights and more; None if none may."""
        return None

    def get_metadata_routing(self) -> Any:
        """Return what the model asks for, and what its splitter and scorer do, in scikit-learn's form.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRouter
        """
        from sklearn.metrics import get_scorer
        from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

        router = MetadataRouter(owner=self).add_self_request(self._own_requests())
        router.add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
        scorer = self._scorer_to_route()
        if isinstance(scorer, str):  # it asks for what scikit-learn's scorer of this name does
            scorer = get_scorer(scorer)
        if scorer is not None:
            called = MethodMapping()
            for method in self._scored_in:
                called.add(caller=method, callee="score")
            router.add(scorer=scorer, method_mapping=called)
        return router
