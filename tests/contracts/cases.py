"""One class with one set of parameters: how the contract tests build, fit and compare models."""

import warnings
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest

import groundup
from contracts.examples import EXAMPLES, TEXTS, Example, Variant
from groundup.core.estimator.training import Training
from groundup.core.exceptions import ConvergenceWarning

SAME_FOR_ALL_DATA = {  # Figures that do not read the run's data, or only where its rows are pictures.
    "violations", "projection", "lost_digits", "failures", "colours", "overflow", "underflow", "slow",
    "rectangle", "scaling", "kernel_circles", "reconstruction", "eigen_digits", "uncentred", "randomized_error",
    "kernels", "lifting", "cancellation", "xor", "outliers", "misleading",
    "race", "graph", "width", "check", "speed", "arrows", "plane",
    "gradient_norms", "non_normal", "clipping",
    "leakage", "drift", "spread",
    "parabolas", "naive_losses",
}  # fmt: skip
METHODS = ("predict", "decision_function", "predict_proba", "predict_log_proba", "transform", "score_samples")


def draw(fig: Any, *, laid_out: bool) -> None:
    """Draw a figure without writing it; to find places for its axes takes two thirds of the time."""
    if not laid_out:
        fig.set_layout_engine("none")
    fig.draw_without_rendering()


@dataclass(frozen=True)
class Case:
    """A class and a variant of its parameters."""

    name: str
    example: Example
    variant: Variant

    @property
    def estimator(self) -> Any:
        """The class."""
        return getattr(groundup, self.name)

    def model(self, **changes: Any) -> Any:
        """Return an unfitted model; one that draws random numbers has a seed."""
        model = self.estimator(**{**self.variant.parameters, **changes})
        if getattr(model, "random_state", 0) is None:
            model.random_state = 0
        return model

    def data(self, **shape: int) -> Any:
        """Return X and y; other rows, columns or seed than the usual ones by name."""
        return (self.variant.data or self.example.data)(**shape)

    @property
    def of_text(self) -> bool:
        """Whether the data are a text, which has no rows, columns and weights."""
        return self.name in TEXTS

    def weights(self, n: int) -> Any:
        """Return whole weights from 0 to 3."""
        return (np.arange(n) * 5 % 7 % 4).astype(float)

    def positive_weights(self, X: Any) -> Any:
        """Return weights of the rows without a zero; None for a text."""
        return None if self.of_text else self.weights(len(X)) + 0.5

    def named(self, X: Any) -> Any:
        """Return a table whose columns have names; a text as it is."""
        return X if self.of_text else pd.DataFrame(X, columns=list("abcd"))

    def for_rows(self, index: Any) -> dict[str, Any]:
        """Return the parameters that must change where row k of the data is row ``index[k]`` of the usual ones."""
        pairs = self.variant.parameters.get("cv")
        if not isinstance(pairs, list):
            return {}
        return {"cv": [tuple(np.flatnonzero(np.isin(index, part)) for part in pair) for pair in pairs]}

    def fit(self, model: Any, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Fit, and fail for any warning but the one that the variant expects."""
        return quietly(self, model.fit, X, y, sample_weight)

    @cached_property
    def usual(self) -> Any:
        """The model fitted to the usual data, which several tests read and none changes."""
        return self.fit(self.model(), *self.data())

    def train(self, training: Training) -> Any:
        """Take all states of a training; return them and the model."""
        return list(training), quietly(self, training.finish)


def first_output(model: Any, X: Any) -> Any:
    """Call the first of the methods that the model has."""
    return getattr(model, next(name for name in METHODS if hasattr(model, name)))(X)


def quietly(case: Case, function: Any, *arguments: Any) -> Any:
    """Call a function; a ConvergenceWarning is ignored where the variant does not converge, else an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if not case.variant.converges:
            warnings.simplefilter("ignore", ConvergenceWarning)
        return function(*arguments)


def _cases(examples: dict[str, Example]) -> dict[str, Case]:
    return {
        f"{name}-{variant_name.replace(' ', '_')}": Case(name, example, variant)
        for name, example in examples.items()
        for variant_name, variant in example.variants.items()
    }


CASES, CASES_OF_TEXT = _cases(EXAMPLES), _cases(TEXTS)
ALL = CASES | CASES_OF_TEXT
FIRST = {name: next(case for case in CASES.values() if case.name == name) for name in EXAMPLES}
FIRST_OF_ALL = FIRST | {name: next(case for case in CASES_OF_TEXT.values() if case.name == name) for name in TEXTS}


def cases(contract: str | None = None, *, texts: bool = False) -> Any:
    """Parametrise a test over all variants; those that skip the contract are skipped with their reason."""
    chosen = ALL if texts else CASES
    return pytest.mark.parametrize("case", [_param(key, case, contract) for key, case in chosen.items()])


def classes(contract: str | None = None, *, texts: bool = False) -> Any:
    """Parametrise a test over all classes, each with its first variant."""
    chosen = FIRST_OF_ALL if texts else FIRST
    return pytest.mark.parametrize("case", [_param(key, case, contract) for key, case in chosen.items()])


def _param(key: str, case: Case, contract: str | None) -> Any:
    skips = {**case.example.skip, **case.variant.skip}
    marks = [pytest.mark.skip(reason=skips[contract])] if contract in skips else []
    return pytest.param(case, id=key, marks=marks)


# --- what a fitted model is -----------------------------------------------------------------------------------------


def attributes(model: Any) -> dict[str, Any]:
    """Return all that was fitted, private attributes included."""
    parameters = model.get_params()
    return {name: value for name, value in vars(model).items() if name not in parameters}


def outputs(model: Any, X: Any) -> dict[str, Any]:
    """Return what each method makes of X."""
    return {name: getattr(model, name)(X) for name in METHODS if hasattr(model, name)}


def answers(case: Case, model: Any, X: Any) -> dict[str, Any]:
    """Return outputs, attributes that do not depend on the number of rows, and the final objective, as arrays."""
    found = {name: value for name, value in outputs(model, X).items() if name not in case.example.by_rounding}
    for name, value in vars(model).items():
        if name.endswith("_") and name not in ("n_features_in_", "history_", *case.example.of_rows):
            array = flat(value)
            if array.dtype.kind == "f":
                found[name] = array
    found[case.estimator.watched] = model.history_[case.estimator.watched][-1]
    return found


def flat(value: Any) -> np.ndarray:
    """Return an attribute as an array; arrays of a list, such as the weights of layers, one after the other."""
    arrays = isinstance(value, list) and all(isinstance(item, np.ndarray) for item in value) and value
    return np.concatenate([item.ravel() for item in value]) if arrays else np.asarray(value)


def assert_close(one: dict[str, Any], other: dict[str, Any], rtol: float, place: str = "") -> None:
    """Compare answers number by number, relative to the largest of an array; words and classes must be equal."""
    assert one.keys() == other.keys(), place
    for key, expected in one.items():
        name, found = f"{place} {key}", other[key]
        expected = np.asarray(expected)
        if expected.dtype.kind != "f":
            np.testing.assert_array_equal(found, expected, err_msg=name)
            continue
        size = max(1.0, float(np.abs(expected).max(initial=0, where=np.isfinite(expected))))
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * size, err_msg=name)


def assert_finite(found: Any, name: str) -> None:
    """Assert that what a method returns has no infinite numbers, except that of a probability of zero."""
    if found.dtype.kind == "f":
        zero = (found == -np.inf) & (name == "predict_log_proba")
        assert (np.isfinite(found) | zero).all(), name


def assert_same(one: Any, other: Any, place: str = "", rtol: float = 0.0) -> None:
    """Compare two things bit by bit: arrays with their dtypes, dataclasses, dictionaries and sequences of these.

    With `rtol`, floats need only be close.
    """
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray), place
        assert one.dtype == other.dtype, place
        if rtol and one.dtype.kind == "f":
            assert_close({place: one}, {place: other}, rtol)
        else:
            np.testing.assert_array_equal(other, one, err_msg=place)
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for name, value in one.items():
            assert_same(value, other[name], f"{place}.{name}", rtol)
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other), place
        for k, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{place}[{k}]", rtol)
    elif is_dataclass(one):
        assert type(one) is type(other), place
        for part in fields(one):
            assert_same(getattr(one, part.name), getattr(other, part.name), f"{place}.{part.name}", rtol)
    elif isinstance(one, (float, np.floating)) and (rtol or np.isnan(one)):
        assert_close({place: one}, {place: other}, rtol)
    else:
        assert one == other, f"{place}: {one!r} and {other!r}"
