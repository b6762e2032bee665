"""Contracts about hyper-parameters: which values are refused, what is copied and printed, what changes nothing."""

import copy
import dataclasses
import inspect
import re
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.base import clone

import groundup
from contracts.cases import ALL, FIRST_OF_ALL, assert_same, attributes, cases, classes, outputs, quietly
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from support.notebook import rows_of

NOT_IN_THE_TABLE = {"certificate_", "history_", "n_features_in_", "feature_names_in_"}  # of a notebook's cell
NEVER = (object(), "no such word", 1j)
REFUSED = {  # By the type of the default, besides these.
    bool: (1, 0, None, "True"),
    int: (-1, 1.5, True, np.nan, np.inf, None, "1", [1]),
    float: (-1.0, True, np.nan, -np.inf, None, "1.0"),
    str: (None, 7.5, -1, True, b"auto"),
    type(None): (1.5, [1], "none"),
    tuple: (None, -1.0, (), "0.1", (None,)),
}
ACCEPTED = {  # Among these, because of what the parameter is.
    "Cs": ([1],),
    "alphas": ([1],),
    "binarize": (None,),
    "categorical_features": (None,),
    "class_prior": ([1],),
    "clip": (None,),
    "coef0": (-1, 1.5),
    "degree": (1.5,),
    "cache_size": (1.5,),
    "early_stopping": (True,),
    "gamma": (1.5, 7.5),
    "interaction_cst": ([1],),
    "max_depth": (None,),
    "monotonic_cst": ([1],),
    "cv": ([1],),  # Pairs of rows are looked at when the data are there.
    "dual": (True,),
    "hidden_layer_sizes": ((),),
    "intercept_scaling": (1.5,),
    "l1_ratio": (None,),
    "l1_ratios": (None,),
    "learning_rate": (7.5,),
    "max_leaf_nodes": (None,),
    "max_no_improvement": (None,),
    "means_init": ([1],),
    "n_iter_no_change": (np.inf,),
    "min_categories": ([1],),
    "penalty": (None,),
    "precompute": (True,),
    "precisions_init": ([1],),
    "priors": ([1],),
    "scoring": (None,),
    "use_legacy_attributes": (True,),
    "validation_fraction": (None,),
    "verbose": (True, 0),
    "weights_init": ([1],),
}
ANOTHER = (True, False, 3, 2.5, 7, "cyclic", "random", None)


def parameters_of(select):
    """Pairs of a class and one of its parameters."""
    return [
        pytest.param(case, name, id=f"{key}-{name}")
        for key, case in FIRST_OF_ALL.items()
        for name, declared in case.estimator._declared.items()
        if select(declared)
    ]


@pytest.mark.parametrize(("case", "name"), parameters_of(lambda declared: True))
def test_wrong_values_are_refused(case, name):
    """Catches a rule that is too wide, a parameter without one, and an error that does not say what is allowed."""
    X, y = case.data()
    declared = case.estimator._declared[name]
    values = [*NEVER, *REFUSED[type(declared.default)]]
    for value in values:
        if value in ACCEPTED.get(name, ()) or value == declared.default:
            continue
        model = case.model(**{name: value})
        with pytest.raises(InvalidParameterError) as caught:
            model.fit(X, y)
        message = str(caught.value)
        whole, entry = re.escape(f"={value!r} is not allowed"), r"\[\d+\] [^;]+"  # of a sequence, what is wrong in it
        said = f"{whole}|{entry}" if isinstance(value, (list, tuple)) else whole
        assert re.match(f"{case.name}: {name}({said}); it must be ", message), message
        assert str(declared.rule) in message
        assert not attributes(model)


@classes(texts=True)
def test_parameters_are_stored_untouched_and_read_back(case):
    """Catches conversion in __init__ or fit, which breaks clone and search."""
    signature = inspect.signature(case.estimator).parameters
    marks = {name: object() for name in signature}
    model = case.estimator(**marks)
    assert all(value is marks[name] for name, value in model.get_params().items())
    assert case.estimator().get_params() == {name: argument.default for name, argument in signature.items()}
    assert case.estimator().set_params(**marks).get_params() == marks
    with pytest.raises(ValueError, match="Invalid parameter 'colour'"):
        model.set_params(colour=1)


@cases(texts=True)
def test_clones_and_copies(case):
    """Catches parameters or attributes that a copy shares or lacks."""
    X, _ = case.data()
    model = case.usual
    cloned = clone(model)
    assert not attributes(cloned)
    assert_same(model.get_params(), cloned.get_params())
    twin = copy.deepcopy(model)
    assert_same(attributes(model), attributes(twin))
    assert_same(outputs(model, X), outputs(twin, X))


@cases(texts=True)
def test_what_is_printed_makes_the_model_again(case):
    """Catches defaults printed, changes not printed, and a name that is not the class's."""
    model = case.model()
    names = {**vars(groundup), case.name: case.estimator, "array": np.array, "inf": np.inf}
    again = eval(repr(model), names)
    assert type(again) is case.estimator
    assert_same(model.get_params(), again.get_params())
    assert repr(case.estimator()) == f"{case.name}()"


@cases(texts=True)
def test_a_notebook_shows_the_model_its_states_and_its_history(case):
    """Catches a cell without what was found, and one whose HTML is not well-formed."""
    X, y = case.data()
    model = case.usual
    found = dict(rows_of(model._repr_html_()))
    assert f"{case.name} (fitted)" in "".join(ElementTree.fromstring(model._repr_html_())[0].itertext())
    public = {name for name in attributes(model) if name.endswith("_") and not name.startswith("_")}
    assert public - set(found) <= NOT_IN_THE_TABLE
    if hasattr(model, "certificate_"):
        assert found["certificate"].split()[1] == ("holds" if model.certificate_.holds else "FAILS")
    state = next(iter(case.model().steps(X, y)))
    assert len(rows_of(state._repr_html_())) == len(dataclasses.fields(state))
    assert [name for name, *_ in rows_of(model.history_._repr_html_())] == ["field", *model.history_]


@pytest.mark.parametrize(("case", "name"), parameters_of(lambda declared: declared.ignored))
def test_ignored_parameters_change_nothing(case, name):
    """Catches a parameter that is said to be ignored and is not."""
    X, y = case.data()
    declared = case.estimator._declared[name]
    others = [value for value in ANOTHER if declared.rule.allows(value) and value != declared.default]
    for value in others:
        model = case.model(**{name: value})
        with warnings.catch_warnings():
            for told in (ConvergenceWarning, FutureWarning):  # some are told of, as in scikit-learn
                warnings.simplefilter("ignore", told)
            model.fit(X, y)
        assert_same(attributes(case.usual), attributes(model))


@pytest.mark.parametrize(("case", "name"), parameters_of(lambda declared: declared.aliases))
def test_another_name_of_a_value_gives_the_same_answer(case, name):
    """Catches an alias that is compared under its own name somewhere, and takes another branch."""
    X, y = case.data()
    for alias, target in case.estimator._declared[name].aliases.items():
        one, other = (fitted_as_far_as_it_goes(case, {name: value}, X, y) for value in (target, alias))
        named = {"solver_"}  # says which name was asked for, as scikit-learn's does
        first, second = ({k: v for k, v in attributes(m).items() if k not in named} for m in (one, other))
        assert_same(first, second)


def fitted_as_far_as_it_goes(case, changes, X, y):
    """Fit; the solver of an alias may need more iterations than the variant allows."""
    model = case.model(**changes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=key) for key, case in ALL.items() if hasattr(case.model(), "verbose")]
)
def test_verbose_prints_the_iterations_and_changes_nothing(case, capsys):
    """Catches silence, prints at other times, and a fit that takes another path when it is watched."""
    X, y = case.data()
    quiet = case.fit(case.model(), X, y)
    assert capsys.readouterr().out == ""
    states = quietly(case, lambda: list(case.model().steps(X, y)))
    watched = case.fit(case.model(verbose=1), X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(states)
    assert all(line.startswith(f"{case.name}: ") and case.estimator.watched in line for line in lines)
    assert_same(attributes(quiet), attributes(watched))
