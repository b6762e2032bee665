"""Contracts of the transformers of text and counts, which learn in one pass, without states and certificates."""

import copy
import inspect
import json
import pickle
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import sklearn.feature_extraction.text as reference
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted

import groundup
from contracts.cases import assert_same, attributes
from contracts.test_saving import forged, impostors, manifest_of
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.model import Model
from groundup.core.exceptions import InvalidParameterError, NotFittedError
from groundup.core.storage import FileFormatError

DOCUMENTS = ["the cat and the dog", "A cat, a bird!", "", "bird bird bird and Dog", "une idée: 2 chats", "the end"]
OTHERS = ["no known word", "bird cat", "the the the"]
COUNTS = np.array([[3, 0, 1], [2, 0, 0], [0, 1, 0], [4, 1, 1]])
TEXT = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer")
MAY_SKIP = {"check_array_api_input"}  # Only NumPy computes here.


@dataclass(frozen=True)
class Case:
    """A class with one set of parameters."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        return DOCUMENTS if self.name in TEXT else COUNTS

    @property
    def others(self) -> Any:
        return OTHERS if self.name in TEXT else COUNTS[::-1]

    def model(self, **changes: Any) -> Any:
        return getattr(groundup, self.name)(**{**self.parameters, **changes})

    def fitted(self) -> Any:
        return self.model().fit(self.data)


CASES = {
    "counts": Case("CountVectorizer"),
    "sequences": Case("CountVectorizer", {"ngram_range": (1, 2), "stop_words": ["the"], "max_features": 5}),
    "given": Case("CountVectorizer", {"vocabulary": {"cat": 1, "dog": 0}, "dtype": np.float32, "binary": True}),
    "hashes": Case("HashingVectorizer", {"n_features": 16}),
    "unsigned": Case("HashingVectorizer", {"n_features": 16, "alternate_sign": False, "norm": None, "dtype": "int32"}),
    "weights": Case("TfidfTransformer"),
    "logarithms": Case("TfidfTransformer", {"sublinear_tf": True, "norm": "l1", "use_idf": False}),
    "tfidf": Case("TfidfVectorizer"),
    "frequencies": Case("TfidfVectorizer", {"use_idf": False, "analyzer": "char_wb", "ngram_range": (2, 3)}),
}
FIRST = [Case("CountVectorizer"), Case("HashingVectorizer"), Case("TfidfTransformer"), Case("TfidfVectorizer")]
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
classes = pytest.mark.parametrize("case", FIRST, ids=lambda case: case.name)
learning = pytest.mark.parametrize("case", [case for case in FIRST if case.name != "HashingVectorizer"], ids=repr)


def entries(X: Any) -> tuple[np.ndarray, ...]:
    """The three arrays of a sparse matrix, and its shape."""
    return X.data, X.indices, X.indptr, np.array(X.shape)


def test_every_public_transformer_of_this_kind_is_here():
    """Catches a new class that no contract is tested for."""
    public = [getattr(groundup, name) for name in groundup.__all__]
    plain = {kind.__name__ for kind in public if isinstance(kind, type) and issubclass(kind, Model)}
    states = {kind.__name__ for kind in public if isinstance(kind, type) and issubclass(kind, Estimator)}
    assert plain - states == {case.name for case in FIRST}


# --- scikit-learn ---------------------------------------------------------------------------------------------------


@cases
def test_scikit_learn_accepts_the_transformer(case):
    """Catches a departure from the conventions of pipelines and searches; of text, scikit-learn checks little."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(case.model(), on_skip=None, on_fail=None)
    failed = {result["check_name"]: result["exception"] for result in results if result["status"] != "passed"}
    assert failed.keys() <= MAY_SKIP, failed
    assert len(results) > (30 if case.name == "TfidfTransformer" else 0)


@classes
def test_every_parameter_and_method_of_scikit_learns_class_exists(case):
    """Catches an import line that cannot be changed."""
    ours, theirs = (inspect.signature(getattr(home, case.name)).parameters for home in (groundup, reference))
    assert {name: (p.kind, p.default) for name, p in ours.items()} == {
        name: (p.kind, p.default) for name, p in theirs.items()
    }
    twin = getattr(reference, case.name)().fit(case.data)
    names = {name for name in dir(twin) if not name.startswith("_")}
    assert sorted(name for name in names if not hasattr(case.fitted(), name)) == []
    for name in ("fit", "transform", "fit_transform", "inverse_transform", "get_feature_names_out"):
        if hasattr(twin, name):
            ours, theirs = (list(inspect.signature(getattr(m, name)).parameters) for m in (case.fitted(), twin))
            assert ours == [argument for argument in theirs if argument != "fit_params"], name


@classes
def test_tags_follow_from_what_the_class_accepts(case):
    """Catches a transformer of text that scikit-learn tests with numbers, and one that it wants fitted needlessly."""
    tags = get_tags(case.model())
    assert tags.input_tags.string == (case.name in TEXT)
    assert tags.input_tags.two_d_array == (case.name not in TEXT)
    assert tags.requires_fit == (case.name != "HashingVectorizer")
    assert not hasattr(case.model(), "set_output")  # a data frame cannot hold sparse rows


@learning
def test_an_unfitted_model_says_so_in_both_languages(case):
    """Catches an AttributeError from deep inside, and an error that scikit-learn's users cannot catch."""
    with pytest.raises(SklearnNotFittedError):
        check_is_fitted(case.model())
    for name in ("transform", "get_feature_names_out", "inverse_transform"):
        if hasattr(case.model(), name):
            arguments = () if name == "get_feature_names_out" else (case.data if name == "transform" else COUNTS,)
            with pytest.raises(NotFittedError, match=f"This {case.name} instance is not fitted yet") as caught:
                getattr(case.model(), name)(*arguments)
            assert isinstance(caught.value, SklearnNotFittedError)
    check_is_fitted(case.fitted())


# --- parameters -----------------------------------------------------------------------------------------------------

REFUSED = {  # What no parameter of the name takes; what is allowed is tested by parity.
    "input": (None, "url", 1),
    "encoding": (None, "no such encoding", b"utf-8", "utf\0"),
    "decode_error": (None, "xml", True),
    "strip_accents": ("latin", True, 1),
    "lowercase": (None, 1, "true"),
    "preprocessor": ("lower", 1),
    "tokenizer": ("split", ["a"]),
    "stop_words": ("french", 1, True),
    "token_pattern": (1, b"\\w"),
    "ngram_range": (None, 1, (1,), (0, 1), (1.0, 2), "12", (True, 2), (1, 2, 3)),
    "analyzer": (None, "sentence", 1),
    "max_df": (None, -1, 0, 1.5, np.nan, True, "1.0"),
    "min_df": (None, -1, 0, 1.5, np.inf, True, "1"),
    "max_features": (0, 1.5, True, "5"),
    "vocabulary": ("abc", b"abc", 3),
    "binary": (None, 1, "no"),
    "dtype": (None, "no such type", "U5", object, complex),
    "n_features": (None, 0, 1.5, 2**31, True),
    "norm": ("max", 1, True),
    "alternate_sign": (None, 1, "yes"),
    "use_idf": (None, 1, "yes"),
    "smooth_idf": (None, 1, "yes"),
    "sublinear_tf": (None, 1, "yes"),
}


@classes
def test_wrong_values_are_refused(case):
    """Catches a rule that is too wide, a parameter without one, and an error that does not say what is allowed."""
    for name in case.model().get_params():
        for value in (*REFUSED[name], object()):
            model = case.model(**{name: value})
            with pytest.raises(InvalidParameterError, match=f"{case.name}: {name}.* is not allowed; it must be "):
                model.fit(case.data)
            assert not attributes(model)


@cases
def test_parameters_are_stored_untouched_and_copied(case):
    """Catches conversion in __init__ or fit, and a clone or a copy that shares or lacks something."""
    model = case.model()
    given = model.get_params()
    model.fit(case.data)
    assert all(value is given[name] for name, value in model.get_params().items())
    cloned, twin = clone(model), copy.deepcopy(model)
    assert not attributes(cloned)
    assert_same(given, cloned.get_params())
    assert_same(entries(model.transform(case.others)), entries(twin.transform(case.others)))
    marks = {name: object() for name in given}
    assert case.model().set_params(**marks).get_params() == marks


# --- fits -----------------------------------------------------------------------------------------------------------


@cases
def test_a_fit_and_its_rows_are_those_of_a_fit_and_a_transform(case):
    """Catches rows in another order of columns, or weighted by other frequencies; the sums are equal to the bit."""
    X = case.model().fit_transform(case.data)
    assert X.format == "csr"
    assert X.has_canonical_format
    assert_same(entries(X), entries(case.fitted().transform(case.data)))


@cases
def test_documents_are_transformed_alone_as_in_a_batch(case):
    """Catches rows that depend on their neighbours."""
    model = case.fitted()
    batch = model.transform(case.data)
    for row in range(len(case.data)):
        one = model.transform(case.data[row : row + 1])
        assert_same(entries(batch[row : row + 1]), entries(one))


@cases
def test_a_second_fit_leaves_nothing_stale_and_a_failed_one_changes_nothing(case):
    """Catches terms or frequencies of earlier documents, and a model that is half fitted."""
    model = case.model().fit(case.others)
    fresh = case.fitted()
    assert_same(attributes(fresh), attributes(model.fit(case.data)))
    before = attributes(model)
    spoilt = ["good", 7] if case.name in TEXT else [["a", "b", "c"]]
    with pytest.raises((TypeError, ValueError)):
        model.fit_transform(spoilt)
    assert_same(before, attributes(model))


def test_a_fit_without_frequencies_forgets_those_of_an_earlier_one():
    """Catches idf_ that stays, and goes on weighing."""
    model = groundup.TfidfTransformer(norm=None).fit(COUNTS)
    model.set_params(use_idf=False).fit(COUNTS)
    assert not hasattr(model, "idf_")
    np.testing.assert_array_equal(model.transform(COUNTS).toarray(), COUNTS)


# --- files ----------------------------------------------------------------------------------------------------------


@cases
def test_a_saved_or_pickled_model_comes_back(case, tmp_path):
    """Catches attributes, dtypes or parameters lost on the way."""
    model = case.fitted()
    groundup.save(model, tmp_path / "model.npz")
    for again in (groundup.load(tmp_path / "model.npz"), pickle.loads(pickle.dumps(model))):
        assert_same(model.get_params(), again.get_params())
        assert_same(attributes(model), attributes(again))
        assert_same(entries(model.transform(case.others)), entries(again.transform(case.others)))
    groundup.save(case.model(), tmp_path / "unfitted.npz")
    assert not attributes(groundup.load(tmp_path / "unfitted.npz"))


def test_a_function_among_the_parameters_is_not_saved(tmp_path):
    """Catches a file that would have to hold code."""
    with pytest.raises(TypeError, match="cannot save a CountVectorizer: its tokenizer is a function"):
        groundup.save(groundup.CountVectorizer(tokenizer=str.split), tmp_path / "model.npz")


@cases
def test_a_file_with_another_content_is_refused_or_answers(case, tmp_path):
    """Catches a vocabulary or frequencies that are believed, and broken in `transform`."""
    path = tmp_path / "model.npz"
    groundup.save(case.fitted(), path)
    members, manifest = manifest_of(path)
    for name, entry in manifest["fitted"].items():
        for value, array in impostors(entry, members):
            changed = manifest | {"fitted": manifest["fitted"] | {name: value}}
            forged(members, changed, path, {} if array is None else {"forged": array})
            refused_or_finite(path, case)
        forged(members, manifest | {"fitted": {k: v for k, v in manifest["fitted"].items() if k != name}}, path)
        refused_or_finite(path, case)


def refused_or_finite(path, case):
    """Load a file, which is refused or gives rows of numbers."""
    try:
        model = groundup.load(path)
    except FileFormatError:
        return
    if attributes(model) and np.isfinite(getattr(model, "idf_", 0.0)).all():  # infinite: a term of no document
        X = model.transform(case.data)
        assert X.shape[0] == len(case.data)
        assert X.indices.max(initial=0) < X.shape[1]
        assert np.isfinite(X.data).all()


@pytest.mark.parametrize(
    "columns", [{"a": 1, "b": 2}, {"a": 0, "b": 0}, {"a": -1, "b": 0}, {"a": 0, "b": True}, {"a": 0.0, "b": 1}, ["a"]]
)
@pytest.mark.parametrize("name", ["CountVectorizer", "TfidfVectorizer"])
def test_a_vocabulary_that_numbers_no_columns_is_refused(columns, name, tmp_path):
    """Catches entries outside the matrix."""
    path = tmp_path / "model.npz"
    groundup.save(getattr(groundup, name)().fit(["aa bb"]), path)
    members, manifest = manifest_of(path)
    forged(members, manifest | {"fitted": manifest["fitted"] | {"vocabulary_": columns}}, path)
    with pytest.raises(FileFormatError):
        groundup.load(path)


def test_frequencies_of_another_number_of_terms_are_refused(tmp_path):
    """Catches an IndexError in `transform`, or weights of other terms."""
    path = tmp_path / "model.npz"
    groundup.save(groundup.TfidfVectorizer().fit(DOCUMENTS), path)
    members, manifest = manifest_of(path)
    kind, fields = manifest["fitted"]["_tfidf"]["$record"]
    for array in (np.ones(3), np.ones((8, 1)), np.full(8, np.nan), np.ones(8, int)):
        changed = {"$record": [kind, fields | {"idf_": {"$array": "forged"}}]}
        forged(members, manifest | {"fitted": manifest["fitted"] | {"_tfidf": changed}}, path, {"forged": array})
        with pytest.raises(FileFormatError, match="idf"):
            groundup.load(path)
    for other in ({"norm": "max"}, {"use_idf": False}, {"sublinear_tf": 1}):
        changed = {"$record": [kind, fields | other]}
        forged(members, manifest | {"fitted": manifest["fitted"] | {"_tfidf": changed}}, path)
        with pytest.raises(FileFormatError):
            groundup.load(path)


def test_a_large_vocabulary_is_saved_as_arrays(tmp_path):
    """Catches a vocabulary that the JSON's limit of size keeps from being saved, and words that come back changed."""
    words = [f"wörd\n{number}\ud800" for number in range(3000)]
    model = groundup.CountVectorizer(analyzer=None, vocabulary=None)
    model.vocabulary_ = {word: 2999 - column for column, word in enumerate(words)}
    model.set_params(analyzer="word")
    groundup.save(model, tmp_path / "model.npz")
    assert groundup.load(tmp_path / "model.npz").vocabulary_ == model.vocabulary_
    members, manifest = manifest_of(tmp_path / "model.npz")
    assert len(json.dumps(manifest["fitted"])) < 200
    text, lengths, numbers = manifest["fitted"]["vocabulary_"]["$numbers"]
    for place, array in (
        (lengths, np.full(3000, -1)),
        (lengths, np.full(3000, 2**62)),
        (lengths, np.ones(2999, int)),
        (lengths, np.ones(3000)),
        (numbers, np.zeros(3000)),
        (numbers, np.zeros((3000, 1), int)),
        (numbers, np.zeros(3000, int)),
        (text, np.zeros(10, np.uint8)),
        (text, np.zeros(40_000)),
    ):
        other = [f"{name}x" if name == place else name for name in (text, lengths, numbers)]
        changed = manifest | {"fitted": manifest["fitted"] | {"vocabulary_": {"$numbers": other}}}
        forged(members, changed, tmp_path / "forged.npz", {f"{place}x": array})
        with pytest.raises(FileFormatError):
            groundup.load(tmp_path / "forged.npz")


def test_what_a_notebook_shows_is_short():
    """Catches a vocabulary printed word by word."""
    shown = groundup.CountVectorizer().fit([" ".join(f"word{k}" for k in range(500))])._repr_html_()
    assert "{500 entries}" in shown
    assert len(shown) < 1000
