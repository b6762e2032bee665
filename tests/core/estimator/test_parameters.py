"""A hyper-parameter is declared once: constructor, check, aliases and what scikit-learn reads follow."""

import inspect

import numpy as np
import pytest

from groundup.core.checks.parameters import Count, Number, OneOf
from groundup.core.estimator.parameters import Parameters, fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError


class Model(Parameters):
    alpha: float = parameter(Number(0), default=1.0, kw_only=False)
    solver: str = parameter(OneOf(("auto", "newton")), default="auto", aliases={"newton-cg": "newton"})
    n_jobs: int | None = ignored(Count | OneOf((None,)), "there is one process", default=None)

    coef_: np.ndarray = fitted()


class Fixed(Model):
    alpha = 2.0
    steps: int = parameter(Count, default=3)


def test_the_signature_is_what_was_declared():
    # would catch: parameters in another order, positional ones by name only, a default that is lost
    assert str(inspect.signature(Model)) == "(alpha=1.0, *, solver='auto', n_jobs=None)"
    model = Model(2.0, solver="newton")
    assert (model.alpha, model.solver, model.n_jobs) == (2.0, "newton", None)
    with pytest.raises(TypeError, match="too many positional arguments"):
        Model(1.0, "newton")
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        Model(colour=1)


def test_what_a_subclass_fixes_is_no_parameter_there():
    # would catch: clone and grids that set what the class has fixed
    assert Fixed.parameter_names() == ["n_jobs", "solver", "steps"]
    assert Fixed().alpha == 2.0
    with pytest.raises(TypeError, match="alpha"):
        Fixed(alpha=1.0)
    assert Model.parameter_names() == ["alpha", "n_jobs", "solver"]


def test_a_fitted_attribute_is_not_there_before_the_fit():
    # would catch: hasattr that is true for every model
    assert not hasattr(Model(), "coef_")
    assert Fixed._fitted == {"coef_"}


def test_an_alias_is_allowed_and_stands_for_its_target():
    # would catch: an alias that is refused, changed on the model, or passed on to a solver that does not know it
    model = Model(solver="newton-cg")
    model.check_parameters()
    assert model.solver == "newton-cg"
    assert model.canonical("solver") == "newton"
    assert Model(solver="auto").canonical("solver") == "auto"
    with pytest.raises(
        InvalidParameterError, match=r"solver='cg' is not allowed.*'newton', or .*scikit-learn.*'newton-cg'"
    ):
        Model(solver="cg").check_parameters()


def test_an_ignored_parameter_is_still_checked():
    # would catch: nonsense that is accepted because nothing reads it
    Model(n_jobs=2).check_parameters()
    with pytest.raises(InvalidParameterError, match="Model: n_jobs='many' is not allowed"):
        Model(n_jobs="many").check_parameters()


def test_a_constructor_of_ones_own_is_respected():
    # would catch: a user's subclass whose __init__ is replaced
    class Own(Model):
        def __init__(self, alpha=5.0):
            super().__init__(alpha)

    assert Own().get_params() == {"alpha": 5.0}
    assert Own().solver == "auto"
