"""scikit-learn's routing of sample weights: what an estimator asks Pipeline, GridSearchCV and others to pass on.

Only scikit-learn reads the requests, so it is imported only here, and only when somebody asks.
"""

import sys
from inspect import signature
from typing import Any, Self

METHODS = ("fit", "partial_fit", "predict", "score", "transform")
DATA = ("X", "y", "raw_documents")  # What every method gets without being asked.


class Routed:
    """Mixed into estimators, whose methods may ask for sample weights."""

    def get_metadata_routing(self) -> Any:
        """Return what each method asks for, in scikit-learn's form.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRequest
        """
        return self._own_requests()

    def _own_requests(self) -> Any:
        from sklearn.utils.metadata_routing import MetadataRequest, get_routing_for_object

        if hasattr(self, "_metadata_request"):  # scikit-learn's clone copies the attribute of this name
            return get_routing_for_object(self._metadata_request)
        requests = MetadataRequest(owner=self)
        for method in METHODS:
            for name in self._requestable(method):
                getattr(requests, method).add_request(param=name, alias=None)
        return requests

    def set_fit_request(self, **requests: bool | str | None) -> Self:
        """Say whether `fit` asks for sample weights, where scikit-learn passes them on.

        Parameters
        ----------
        **requests : bool, str or None
            By name, such as ``sample_weight=True``: True asks, False does not, None makes it an error to pass them, and
            a string asks for them under another name.

        Returns
        -------
        self

        Raises
        ------
        RuntimeError
            Unless scikit-learn's ``enable_metadata_routing`` is set.
        TypeError
            For what `fit` does not take.
        """
        return self._request("fit", requests)

    def set_partial_fit_request(self, **requests: bool | str | None) -> Self:
        """Say whether `partial_fit` asks for sample weights; see `set_fit_request`.

        Parameters
        ----------
        **requests : bool, str or None
            As of `set_fit_request`.

        Returns
        -------
        self

        Raises
        ------
        RuntimeError, TypeError
            As `set_fit_request`.
        """
        return self._request("partial_fit", requests)

    def set_score_request(self, **requests: bool | str | None) -> Self:
        """Say whether `score` asks for sample weights; see `set_fit_request`.

        Parameters
        ----------
        **requests : bool, str or None
            As of `set_fit_request`.

        Returns
        -------
        self

        Raises
        ------
        RuntimeError, TypeError
            As `set_fit_request`.
        """
        return self._request("score", requests)

    def _request(self, method: str, requests: dict[str, bool | str | None]) -> Self:
        if not routing_enabled():
            raise RuntimeError(
                "This method is only available when metadata routing is enabled. You can enable it using "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        allowed, routing = self._requestable(method), self._own_requests()
        for name, alias in requests.items():
            if name not in allowed:
                raise TypeError(f"Unexpected args: {{{name!r}}} in {method}. Accepted arguments are: {set(allowed)}.")
            getattr(routing, method).add_request(param=name, alias=alias)
        vars(self)["_metadata_request"] = routing
        return self

    def _requestable(self, method: str) -> list[str]:
        """Return the names of what a method takes besides the data, one by one."""
        function = getattr(self, method, None)
        parameters = () if function is None else signature(function).parameters.values()
        return [one.name for one in parameters if one.name not in DATA and one.kind is not one.VAR_KEYWORD]


def routing_enabled() -> bool:
    """Return whether scikit-learn is in use, and passes on only what is asked for."""
    sklearn = sys.modules.get("sklearn")
    return sklearn is not None and bool(sklearn.get_config()["enable_metadata_routing"])
