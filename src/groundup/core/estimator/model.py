"""Base class of all that users configure and fit: hyper-parameters, scikit-learn's protocol, notebooks."""

from collections.abc import Mapping
from html import escape
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.display import brief, html_table, html_verdict
from groundup.core.estimator.parameters import Parameters
from groundup.core.estimator.routing import Routed
from groundup.core.estimator.tags import tags_of
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.types import ArrayLike

MOST_NAMED = 12  # Coefficients that a notebook shows by name.


class Model(Parameters, Routed):
    """Base class of estimators, and of transformers that learn in one pass over documents or counts."""

    kind: ClassVar[str | None] = None  # scikit-learn's type of estimator.
    accepts: ClassVar[Accepts] = Accepts()
    _stateless: ClassVar[bool] = False  # Whether the model works without a fit, which then only checks parameters.

    def __sklearn_is_fitted__(self) -> bool:
        return any(name.endswith("_") and not name.startswith("_") for name in vars(self))

    def _require_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise recognized(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
                "using this estimator."
            )

    def accepted_data(self) -> Accepts:
        """Return the data that the model accepts: what its class declares, where no hyper-parameter changes it."""
        return self.accepts

    def _input(self, X: ArrayLike, min_rows: int = 1) -> Any:
        """Return the data, validated by the model's declaration."""
        return self.accepted_data().validated(X, type(self).__name__, min_rows=min_rows)

    def _columns(self, X: Any) -> dict[str, Any]:
        """Return number and names of the columns as fitted attributes."""
        if self.accepts.kind == "text":
            return {}
        if self.accepts.kind == "sequences":
            return {"n_features_in_": self._input(X).shape[2]}
        names = inputs.feature_names(X)
        shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
        columns: dict[str, Any] = {"n_features_in_": int(shape[1])}
        return columns if names is None else columns | {"feature_names_in_": names}

    def _new_rows(self, X: ArrayLike) -> Any:
        """Return validated rows with the columns of the fit."""
        self._require_fitted()
        rows = self._input(X)
        if self.accepts.kind != "text":
            inputs.check_features(self, X, rows.shape[-1])
        return rows

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        """Raise ValueError where fitted attributes, each as declared, contradict one another."""

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags of this estimator."""
        return tags_of(self)

    def _repr_html_(self) -> str:
        """Return what was changed, and what was found, as a table for notebooks."""
        state = "fitted" if self.__sklearn_is_fitted__() else "not fitted"
        rows = [(escape(name), escape(brief(value))) for name, value in self._changed().items()]
        rows = rows or [("parameters", "all at their defaults")]
        certificate = getattr(self, "certificate_", None)
        if certificate is not None:
            verdict = html_verdict(certificate.holds, certificate.verdict)
            rows.append(("certificate", f"{verdict} {escape(certificate.claim)}"))
        rows += [(escape(name), escape(words)) for name, words in self._found().items()]
        return html_table(rows, caption=f"<b>{escape(type(self).__name__)}</b> ({state})")

    def _found(self) -> dict[str, str]:
        """Return the fitted attributes in brief, the coefficients by the names of their features."""
        apart = ("certificate_", "history_", "n_features_in_", "feature_names_in_")
        fitted = {name: value for name, value in vars(self).items() if name.endswith("_") and name[0] != "_"}
        found = {name: brief(value) for name, value in fitted.items() if name not in apart}
        names, coef = fitted.get("feature_names_in_", ()), fitted.get("coef_")
        if isinstance(coef, np.ndarray) and coef.size == len(names) <= MOST_NAMED:
            found["coef_"] = ", ".join(f"{name}: {w:.6g}" for name, w in zip(names, coef.ravel(), strict=True))
        return found
