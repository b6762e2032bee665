"""Contracts about the class as a whole: an entry in the suite, scikit-learn's names and manners, its certificate."""

import inspect
import warnings

import pytest
import sklearn.utils
from sklearn.exceptions import ConvergenceWarning as SklearnConvergenceWarning
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted

from contracts.cases import ALL, FIRST, METHODS, cases, classes
from contracts.examples import CONTRACTS, EXAMPLES, TEXTS, public_estimators
from groundup.core.estimator.training import Training
from groundup.core.exceptions import NotFittedError

TWINS = dict(sklearn.utils.all_estimators())
MACHINERY = {"get_metadata_routing", "param"}  # Besides set_..._request: scikit-learn's own business.
MAY_SKIP = {"check_array_api_input"}  # Only NumPy computes here.
TWINNED = pytest.mark.parametrize(
    "case", [pytest.param(case, id=name) for name, case in FIRST.items() if name in TWINS]
)
SMALL, LARGE = 0.03, 0.3  # Parameters are moved by these parts of their size.
LOOSE = 1e-3  # A certificate with a larger tolerance need not notice the smaller move.


def test_every_public_estimator_has_an_entry():
    """Catches a new class that no contract is tested for."""
    assert sorted(kind.__name__ for kind in public_estimators()) == sorted(EXAMPLES | TEXTS)
    assert all("default" in example.variants for example in (EXAMPLES | TEXTS).values())


def test_every_skip_is_of_a_contract_and_has_a_reason():
    """Catches a skip with a misspelt name, which skips nothing, and one that nobody can judge."""
    for example in (EXAMPLES | TEXTS).values():
        for variant in example.variants.values():
            for contract, reason in {**example.skip, **variant.skip}.items():
                assert contract in CONTRACTS
                assert len(reason.split()) > 3
        assert all(len(reason.split()) > 3 for reason in example.without.values())


# --- scikit-learn ---------------------------------------------------------------------------------------------------


@cases("scikit-learn")
def test_scikit_learn_accepts_the_estimator(case):
    """Catches any departure from the conventions that pipelines and searches rely on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(case.model(**case.example.hurried), on_skip=None, on_fail=None)
    kept = {result["check_name"] for result in results if result["status"] == "passed"}
    failed = {result["check_name"]: result["exception"] for result in results if result["status"] != "passed"}
    assert failed.keys() <= MAY_SKIP, failed
    assert len(kept) >= 45


@TWINNED
def test_every_parameter_of_scikit_learns_class_exists(case):
    """Catches an import line that cannot be changed: a name missing, or one that is no longer positional."""
    ours, theirs = (inspect.signature(kind).parameters for kind in (case.estimator, TWINS[case.name]))
    missing = [name for name in theirs if name not in ours and name not in case.example.without]
    assert missing == []
    for name, argument in theirs.items():
        if name in ours:
            assert ours[name].kind == argument.kind, name
    positional = [[n for n, a in p.items() if a.kind is a.POSITIONAL_OR_KEYWORD] for p in (ours, theirs)]
    assert positional[0] == positional[1]
    other = {
        name: (ours[name].default, argument.default)
        for name, argument in theirs.items()
        if name in ours and name not in case.example.without and ours[name].default != argument.default
    }
    assert other == {}


@TWINNED
def test_every_method_and_fitted_attribute_of_scikit_learns_class_exists(case):
    """Catches code that reads an attribute, or calls a method, that only scikit-learn's model has."""
    X, y = case.data()
    model = case.usual
    parameters = inspect.signature(TWINS[case.name]).parameters
    known = {name: value for name, value in case.variant.parameters.items() if name in parameters}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twin = TWINS[case.name](**known).fit(X, y)
    attributes = {name for name in vars(twin) if name.endswith("_") and not name.startswith("_")}
    public = {name for name in dir(TWINS[case.name]) if not name.startswith("_") and not name.endswith("_request")}
    missing = [name for name in sorted((attributes | public) - MACHINERY) if not hasattr(model, name)]
    assert [name for name in missing if name not in case.example.without] == []
    for name in attributes:
        if hasattr(model, name) and name not in case.example.without:
            ours, theirs = getattr(model, name), getattr(twin, name)
            assert getattr(ours, "shape", ()) == getattr(theirs, "shape", ()), name
            if name in case.example.of_rows:
                assert ours.dtype == theirs.dtype, name


@classes(texts=True)
def test_an_unfitted_model_says_so_in_both_languages(case):
    """Catches an AttributeError from deep inside, and an error that scikit-learn's users cannot catch."""
    X, y = case.data()
    model = case.model()
    with pytest.raises(SklearnNotFittedError):
        check_is_fitted(model)
    for name in (*METHODS, "score"):
        if hasattr(model, name):
            arguments = (X, y) if name == "score" else (X,)
            with pytest.raises(NotFittedError, match=f"This {case.name} instance is not fitted yet") as caught:
                getattr(model, name)(*arguments)
            assert isinstance(caught.value, SklearnNotFittedError)
    check_is_fitted(case.fit(model, X, y))


@classes(texts=True)
def test_tags_follow_from_what_the_class_accepts(case):
    """Catches a model that pipelines and searches take for something else."""
    tags, accepts = get_tags(case.model()), case.estimator.accepts
    assert tags.estimator_type == case.estimator.kind
    assert tags.target_tags.required == (case.data()[1] is not None)
    assert tags.input_tags.sparse == accepts.sparse
    assert (tags.transformer_tags is not None) == hasattr(case.estimator, "transform")


# --- certificates ---------------------------------------------------------------------------------------------------


def trained(case):
    """A training at its end, and its model."""
    X, y = case.data()
    training = Training(case.model(), X, y, case.positive_weights(X))
    _, model = case.train(training)
    return training, model


@cases("certificate", texts=True)
def test_the_certificate_holds_after_convergence(case):
    """Catches a certificate of another objective than that which was minimised."""
    _, model = trained(case)
    certificate = model.certificate_
    assert certificate.holds == case.variant.converges, str(certificate)
    assert 0 <= certificate.tolerance < 0.1
    assert certificate.claim.endswith(".")
    assert certificate.claim in str(certificate)


@cases("certificate", texts=True)
def test_the_certificate_fails_for_a_wrong_answer(case):
    """Catches a certificate that always holds, or does not look at the answer."""
    training, model = trained(case)
    moved = [case.example.misjudge(model, training.data, training.state, by) for by in (SMALL, LARGE)]
    assert moved[0].value < moved[1].value
    if case.variant.converges:
        assert model.certificate_.value < moved[0].value
        assert not moved[1].holds
        assert not moved[0].holds or moved[0].tolerance > LOOSE


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=key) for key, case in ALL.items() if "max_iter" in case.estimator._declared]
)
def test_a_fit_that_stops_short_warns_and_is_not_certified(case):
    """Catches silence about an answer that is none."""
    X, y = case.data()
    states = sum(1 for _ in case.model().steps(X, y))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = case.model(max_iter=1).fit(X, y)
    short = any(issubclass(w.category, SklearnConvergenceWarning) for w in caught)
    assert short or states <= 2 or model.certificate_.holds
