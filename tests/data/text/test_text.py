"""Text as tables: hostile input, files, hashes, memory, pipelines."""

import re
import subprocess
import sys
import tracemalloc
from io import BytesIO, StringIO
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction import text as reference
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import murmurhash3_32

import groundup
from groundup.core.containers.csr import Csr
from groundup.core.exceptions import InvalidParameterError, NotFittedError
from groundup.data.text.murmur import murmur3

VECTORIZERS = [groundup.CountVectorizer, groundup.HashingVectorizer, groundup.TfidfVectorizer]
every = pytest.mark.parametrize("kind", VECTORIZERS, ids=lambda kind: kind.__name__)
DOCUMENTS = ["the cat and the dog", "a cat, a bird!", "bird bird bird and Dog", "the end"]

# --- hostile input --------------------------------------------------------------------------------------------------

NO_LISTS = {
    "a text": ("one text", ValueError, "Iterable over raw text documents expected, string object received"),
    "bytes": (b"one text", ValueError, "string object received"),
    "none": (None, TypeError, "needs a list of documents, got None"),
    "a number": (3, TypeError, "needs a list of documents, got 3"),
    "a table": (pd.DataFrame({"text": DOCUMENTS}), ValueError, r"got a table; choose one: table\['name'\]"),
}
NO_DOCUMENTS = {
    "none": (None, TypeError, r"a document must be text or bytes, got None \(NoneType\)"),
    "a number": (7, TypeError, r"a document must be text or bytes, got 7 \(int\)"),
    "missing": (np.nan, ValueError, "np.nan is an invalid document, expected byte or unicode string"),
    "not available": (pd.NA, TypeError, "got <NA>"),
    "tokens": (["the", "cat"], TypeError, r"got \['the', 'cat'\] \(list\)"),
    "a row": (np.array(["the cat"]), TypeError, "got array"),
    "latin bytes": ("é".encode("latin-1"), UnicodeDecodeError, "can't decode byte 0xe9"),
}


@every
@pytest.mark.parametrize("wrong", NO_LISTS)
def test_what_is_no_list_of_documents_is_refused(kind, wrong):
    # would catch: a text read letter by letter, a table read as the names of its columns
    documents, error, message = NO_LISTS[wrong]
    for method in (kind().fit, kind().fit_transform, kind().fit(DOCUMENTS).transform):
        with pytest.raises(error, match=message):
            method(documents)


@every
@pytest.mark.parametrize("wrong", NO_DOCUMENTS)
def test_what_is_no_document_is_refused_with_its_place(kind, wrong):
    # would catch: an AttributeError about None, and a corpus of a million documents to search
    document, error, message = NO_DOCUMENTS[wrong]
    for method in (kind().fit_transform, kind().fit(DOCUMENTS).transform):
        with pytest.raises(error, match=message) as caught:
            method([*DOCUMENTS, document])
        assert "This is about document 4 (counted from 0)." in caught.value.__notes__
    if wrong == "latin bytes":
        assert "encoding='utf-8' may be another one, or set decode_error='replace'." in caught.value.__notes__


@every
def test_bytes_in_another_encoding(kind):
    # would catch: an encoding that is not passed on
    named, replaced = kind(encoding="latin-1"), kind(decode_error="replace", token_pattern=r"\S+")
    encoded, text = ["noël blanc".encode("latin-1")], ["noël blanc"]
    assert (named.fit_transform(encoded) != kind().fit_transform(text)).nnz == 0
    expected = kind(token_pattern=r"\S+").fit_transform(["no\ufffdl blanc"])
    assert (replaced.fit_transform(encoded) != expected).nnz == 0


@every
def test_files_and_names_of_files(kind, tmp_path):
    # would catch: a file that is read as its name, or as text in the system's encoding
    expected = kind().fit_transform(DOCUMENTS)
    paths = [tmp_path / f"{number}.txt" for number in range(len(DOCUMENTS))]
    for path, text in zip(paths, DOCUMENTS, strict=True):
        path.write_text(text, encoding="utf-8")
    assert (kind(input="filename").fit_transform(paths) != expected).nnz == 0
    for opened in (StringIO, lambda text: BytesIO(text.encode())):
        assert (kind(input="file").fit_transform(map(opened, DOCUMENTS)) != expected).nnz == 0
    with pytest.raises(FileNotFoundError):
        kind(input="filename").fit_transform([tmp_path / "none.txt"])


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("CountVectorizer", {"encoding": "utf-9"}),
        ("CountVectorizer", {"encoding": 8}),
        ("CountVectorizer", {"ngram_range": (1,)}),
        ("CountVectorizer", {"ngram_range": (0, 2)}),
        ("CountVectorizer", {"ngram_range": 2}),
        ("CountVectorizer", {"dtype": None}),
        ("CountVectorizer", {"dtype": complex}),
        ("CountVectorizer", {"max_df": 1.5}),
        ("CountVectorizer", {"min_df": -0.5}),
        ("CountVectorizer", {"min_df": 0}),
        ("CountVectorizer", {"vocabulary": "the cat"}),
        ("CountVectorizer", {"vocabulary": 3}),
        ("HashingVectorizer", {"n_features": 2.5}),
        ("HashingVectorizer", {"n_features": 2**31}),
        ("TfidfTransformer", {"norm": "l3"}),
    ],
    ids=str,
)
def test_wrong_parameters_are_refused(kind, wrong):
    # would catch: an error from inside, or none: a text as vocabulary is one of letters
    ((name, value),) = wrong.items()
    data = [[1, 2]] if kind == "TfidfTransformer" else DOCUMENTS
    with pytest.raises(InvalidParameterError, match=f"{kind}: {name}={re.escape(repr(value))} is not allowed"):
        getattr(groundup, kind)(**wrong).fit(data)


@pytest.mark.parametrize(
    ("unused", "reason"),
    [
        ({"tokenizer": str.split}, "'token_pattern' will not be used since 'tokenizer' is not None"),
        (
            {"analyzer": str.split, "preprocessor": str.lower},
            "'preprocessor' will not be used since 'analyzer' is call",
        ),
        ({"analyzer": "char", "stop_words": ["a"]}, "'stop_words' will not be used since 'analyzer' != 'word'"),
    ],
)
def test_parameters_without_effect_are_told_of(unused, reason):
    # would catch: stop words, or a pattern, that silently stop nothing
    with pytest.warns(UserWarning, match=f"The parameter {reason}"):
        groundup.CountVectorizer(**unused).fit(DOCUMENTS)


VOCABULARIES = {
    "empty": ([], "empty vocabulary passed to fit"),
    "empty mapping": ({}, "empty vocabulary passed to fit"),
    "twice": (["a", "b", "a"], "Duplicate term in vocabulary: 'a'"),
    "repeated": ({"a": 0, "b": 0}, "Vocabulary contains repeated indices"),
    "gap": ({"a": 0, "b": 2}, "Vocabulary of size 2 doesn't contain index 1"),
    "not from zero": ({"a": 1, "b": 2}, "Vocabulary of size 2 doesn't contain index 0"),
}


@pytest.mark.parametrize("wrong", VOCABULARIES)
def test_vocabularies_that_are_none_are_refused(wrong):
    # would catch: columns that two terms share, or that no term has
    vocabulary, message = VOCABULARIES[wrong]
    for call in (lambda model: model.fit(DOCUMENTS), lambda model: model.transform(DOCUMENTS)):
        with pytest.raises(ValueError, match=message):
            call(groundup.CountVectorizer(vocabulary=vocabulary))


def test_a_given_vocabulary_in_no_order():
    # would catch: columns sorted where the user numbered them, and entries of a row in the order of the text
    model = groundup.CountVectorizer(vocabulary={"the": 2, "cat": 0, "bird": 1})
    X = model.transform(DOCUMENTS)  # without a fit
    np.testing.assert_array_equal(X.toarray(), [[1, 0, 2], [1, 1, 0], [0, 3, 0], [0, 0, 1]])
    np.testing.assert_array_equal(X.indices, [0, 2, 0, 1, 1, 2])
    assert model.get_feature_names_out().tolist() == ["cat", "bird", "the"]
    assert groundup.CountVectorizer(vocabulary=iter(["b", "a"])).fit([""]).vocabulary_ == {"b": 0, "a": 1}


def test_an_iterator_as_vocabulary_is_kept():
    # would catch: an empty vocabulary in the second fit, and in a model that only transforms
    for kind in (groundup.CountVectorizer, groundup.TfidfVectorizer):
        model = kind(vocabulary=iter(["cat", "the"]))
        for _ in range(2):
            assert model.fit(DOCUMENTS).vocabulary_ == {"cat": 0, "the": 1}
        assert clone(model).fit(DOCUMENTS).vocabulary_ == {"cat": 0, "the": 1}
    unfitted = groundup.CountVectorizer(vocabulary=(word for word in ["cat", "the"]))
    assert unfitted.transform(DOCUMENTS).toarray()[0].tolist() == [1, 2]
    assert unfitted.fit_transform(DOCUMENTS).toarray()[0].tolist() == [1, 2]


def test_columns_that_are_no_integers_are_refused():
    # would catch: floats that equal integers, of which the documents are then accused
    with pytest.raises(TypeError, match=r"must map terms to integers, got 1\.0 for 'the'"):
        groundup.CountVectorizer(vocabulary={"cat": 0, "the": 1.0}).fit(DOCUMENTS)
    numbers = {"cat": np.int32(0), "the": np.uint8(1)}
    assert groundup.CountVectorizer(vocabulary=numbers).fit_transform(DOCUMENTS).toarray()[0].tolist() == [1, 2]


def test_terms_without_an_order_are_refused():
    # would catch: '<' not supported, without a word about the terms
    with pytest.raises(TypeError, match=r"terms of types int and str have no order.*give the vocabulary as a mapping"):
        groundup.CountVectorizer(analyzer=lambda text: [text, 1]).fit(DOCUMENTS)
    with pytest.raises(TypeError, match="terms of types int and str have no order"):
        groundup.CountVectorizer(vocabulary={"cat", 1}).fit(DOCUMENTS)
    mapped = groundup.CountVectorizer(analyzer=lambda text: [text, 1], vocabulary={"the end": 0, 1: 1})
    assert mapped.fit_transform(DOCUMENTS).toarray().tolist() == [[0, 1], [0, 1], [0, 1], [1, 1]]


@pytest.mark.parametrize("documents", [[], ["", " "], ["a b c", "!"], ["the and"]])
def test_documents_without_terms_are_refused(documents):
    # would catch: a matrix without columns
    with pytest.raises(ValueError, match="empty vocabulary; perhaps the documents only contain stop words"):
        groundup.CountVectorizer(stop_words="english").fit(documents)
    given = groundup.CountVectorizer(vocabulary=["cat"])
    assert given.fit_transform(documents).shape == (len(documents), 1)


def test_limits_that_leave_nothing_are_refused():
    # would catch: a matrix without columns, and limits in the wrong order taken for it
    with pytest.raises(ValueError, match=r"no terms remain\. Try a lower min_df or a higher max_df"):
        groundup.CountVectorizer(min_df=4).fit(DOCUMENTS)
    with pytest.raises(ValueError, match="max_df corresponds to < documents than min_df: 1 and 2 of 4 documents"):
        groundup.CountVectorizer(max_df=0.25, min_df=2).fit(DOCUMENTS)


def test_patterns_and_ranges_that_find_nothing_are_refused():
    # would catch: words of two groups as tuples, and an error about None from inside `re`
    with pytest.raises(ValueError, match="More than 1 capturing group in token pattern"):
        groundup.CountVectorizer(token_pattern=r"(\w)(\w)").fit(DOCUMENTS)
    for call in (
        groundup.CountVectorizer(token_pattern="(").fit,
        groundup.HashingVectorizer(token_pattern="(").transform,
    ):
        with pytest.raises(ValueError, match=r"token_pattern='\(' is no regular expression: missing \)"):
            call(DOCUMENTS)
    with pytest.raises(ValueError, match="token_pattern=None leaves nothing that finds words"):
        groundup.CountVectorizer(token_pattern=None).fit(DOCUMENTS)
    for kind in VECTORIZERS:
        with pytest.raises(ValueError, match=r"ngram_range=\(2, 1\) lower boundary larger than the upper boundary"):
            kind(ngram_range=(2, 1)).fit(DOCUMENTS)


def test_functions_of_the_user_may_take_what_they_like():
    # would catch: documents refused that are lists of tokens, or records
    tokens = groundup.CountVectorizer(tokenizer=list, lowercase=False, token_pattern=None)
    assert tokens.fit([["New York", "a"], ["a"]]).vocabulary_ == {"New York": 0, "a": 1}
    records = groundup.CountVectorizer(preprocessor=lambda record: record["text"])
    assert records.fit([{"text": "cat dog"}]).vocabulary_ == {"cat": 0, "dog": 1}
    pairs = groundup.CountVectorizer(analyzer=pairwise)
    names = pairs.fit(["abb"]).get_feature_names_out()
    assert names.tolist() == [("a", "b"), ("b", "b")]
    assert pairs.inverse_transform([[1, 0]])[0].tolist() == [("a", "b")]


def test_inverse_of_another_width_is_refused():
    # would catch: terms of other columns
    model = groundup.CountVectorizer().fit(DOCUMENTS)
    with pytest.raises(ValueError, match="X has 3 columns, but the vocabulary has 6 terms"):
        model.inverse_transform(np.ones((1, 3)))
    stored = sparse.csr_array((np.array([0, 2]), np.array([0, 3]), np.array([0, 2])), shape=(1, 6))
    assert model.inverse_transform(stored)[0].tolist() == ["dog"]  # an entry of zero that is stored is none


@every
def test_stop_words_that_no_token_equals_are_told_of(kind):
    # would catch: stop words with apostrophes or capitals that silently stop nothing
    with pytest.warns(UserWarning, match=r"generated tokens \['and', 'll', 've'\] not in stop_words"):
        kind(stop_words=["you've", "you", "you'll", "AND"]).fit(DOCUMENTS)


def test_capital_letters_in_a_given_vocabulary_are_told_of():
    # would catch: columns that stay empty without a word
    with pytest.warns(UserWarning, match="Upper case characters found in vocabulary"):
        groundup.CountVectorizer(vocabulary=["Cat"]).fit(DOCUMENTS)


# --- weights --------------------------------------------------------------------------------------------------------


def test_weights_by_hand():
    # would catch: a wrong number of documents, a forgotten one, a norm taken too early
    idf = np.log([(1 + 2) / (1 + 2), (1 + 2) / (1 + 1)]) + 1
    model = groundup.TfidfTransformer(sublinear_tf=True, norm="l1").fit([[3, 1], [2, 0]])
    np.testing.assert_allclose(model.idf_, idf, rtol=1e-15)
    raw = np.array([(1 + np.log(3)) * idf[0], idf[1]])
    np.testing.assert_allclose(model.transform([[3, 1]]).toarray()[0], raw / raw.sum(), rtol=1e-15)


def test_zeros_that_are_stored_are_zeros():
    # would catch: log(0), and a document counted for a term that it does not have
    stored = sparse.csr_array((np.array([2.0, 0.0, 1.0]), np.array([0, 1, 1]), np.array([0, 2, 3])), shape=(2, 2))
    for parameters in ({}, {"sublinear_tf": True}):
        ours = groundup.TfidfTransformer(**parameters).fit(stored)
        np.testing.assert_array_equal(ours.idf_, groundup.TfidfTransformer().fit(stored.toarray()).idf_)
        np.testing.assert_array_equal(ours.transform(stored).toarray(), np.eye(2))


def test_logarithms_of_negative_counts_are_refused():
    # would catch: NaN in silence
    hashed = groundup.HashingVectorizer(norm=None).transform(DOCUMENTS)
    assert hashed.min() < 0
    model = groundup.TfidfTransformer(sublinear_tf=True).fit(abs(hashed))
    for call in (
        model.transform,
        lambda X: model.transform(X, copy=False),
        groundup.TfidfTransformer(sublinear_tf=True).fit,
    ):
        with pytest.raises(ValueError, match="takes logarithms of counts, but the least entry is -3"):
            call(hashed)
    assert np.isfinite(groundup.TfidfTransformer().fit_transform(hashed).data).all()


def test_a_last_term_that_no_document_has():
    # would catch: a column fewer than the table has
    model = groundup.TfidfTransformer().fit([[1, 0], [2, 0]])
    np.testing.assert_allclose(model.idf_, [1, 1 + np.log(3)], rtol=1e-15)


def test_rows_of_zeros_stay_zero():
    # would catch: a division by the norm of nothing
    assert groundup.TfidfVectorizer().fit(DOCUMENTS).transform(["", "unknown"]).nnz == 0
    assert groundup.HashingVectorizer().transform(["", "!"]).nnz == 0


def test_in_place_is_in_place_and_else_nothing_is_modified():
    # would catch: the user's counts overwritten, and memory for a copy that was not wanted
    X = groundup.CountVectorizer(dtype=np.float64).fit_transform(DOCUMENTS)
    before, model = X.copy(), groundup.TfidfTransformer().fit(X)
    copied = model.transform(X)
    assert (before != X).nnz == 0
    assert model.transform(X, copy=False) is X
    assert (copied != X).nnz == 0
    read_only = before.copy()
    read_only.data.flags.writeable = False
    assert (model.fit(read_only).transform(read_only) != copied).nnz == 0


def test_frequencies_may_be_set():
    # would catch: frequencies of other terms, and a vectoriser that still wants a fit
    fitted = groundup.TfidfVectorizer().fit(DOCUMENTS)
    other = groundup.TfidfVectorizer(vocabulary=fitted.vocabulary_)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        other.transform(DOCUMENTS)
    other.idf_ = list(fitted.idf_)
    assert (other.transform(DOCUMENTS) != fitted.transform(DOCUMENTS)).nnz == 0
    for wrong in (fitted.idf_[1:], fitted.idf_[:, None], np.where(np.arange(6) == 4, np.nan, fitted.idf_)):
        with pytest.raises(ValueError, match="idf"):
            other.idf_ = wrong
    with pytest.raises(ValueError, match="cannot be set"):
        groundup.TfidfVectorizer(use_idf=False).idf_ = fitted.idf_
    unfitted = groundup.TfidfTransformer()
    unfitted.idf_ = fitted.idf_
    with pytest.raises(ValueError, match="X has 2 features, but idf_ has 6 entries"):
        unfitted.transform([[1, 2]])


def test_names_of_weighted_columns():
    # would catch: names lost between counts and weights
    frame = pd.DataFrame({"cat": [1, 0], "dog": [2, 1]})
    model = groundup.TfidfTransformer().fit(frame)
    assert model.get_feature_names_out().tolist() == ["cat", "dog"]
    assert groundup.TfidfTransformer().fit(frame.to_numpy()).get_feature_names_out().tolist() == ["x0", "x1"]
    assert groundup.TfidfTransformer().fit([[1, 2]]).get_feature_names_out(["a", "b"]).tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="input_features is not equal to feature_names_in_"):
        model.get_feature_names_out(["dog", "cat"])
    with pytest.raises(ValueError, match="should have length equal to number of features"):
        groundup.TfidfTransformer().fit([[1, 2]]).get_feature_names_out(["a"])
    with pytest.raises(ValueError, match="X has 3 features, but TfidfTransformer is expecting 2"):
        groundup.TfidfTransformer().fit([[1, 2]]).transform([[1, 2, 3]])


# --- hashes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_hashes_of_any_length(seed):
    # would catch: a tail of one, two or three bytes, signed bytes, or the length mixed in wrongly
    rng = np.random.default_rng(seed)
    keys = [rng.bytes(length) for length in (0, 1, 2, 3, 4, 5, 7, 8, 11, 16, 33, 1000) for _ in range(20)]
    rng.shuffle(keys)
    found = murmur3(keys, seed)
    assert found.dtype == np.int32
    assert found.tolist() == [murmurhash3_32(key, seed=seed) for key in keys]
    assert murmur3([]).shape == (0,)


def test_tokens_that_cannot_be_hashed_are_refused():
    # would catch: the hash of an object's address
    with pytest.raises(TypeError, match=r"feature names must be strings, got 1 \(int\)"):
        groundup.HashingVectorizer(analyzer=lambda text: [1]).transform(["a"])
    assert groundup.HashingVectorizer(analyzer=lambda text: [b"cat"]).transform(["a"]).indices.tolist() == (
        groundup.HashingVectorizer().transform(["cat"]).indices.tolist()
    )
    with pytest.raises(ValueError, match="Cannot vectorize empty sequence"):
        groundup.HashingVectorizer().transform([])
    with pytest.raises(InvalidParameterError, match="n_features=0 is not allowed"):
        groundup.HashingVectorizer(n_features=0).transform(["cat"])


# --- memory and containers ------------------------------------------------------------------------------------------


@every
def test_memory_grows_with_the_tokens(kind):
    # would catch: a table of documents and terms, and documents that are kept
    rng = np.random.default_rng(0)
    words = np.array([f"word{k}" for k in range(5_000)])
    tracemalloc.start()
    X = kind().fit_transform(" ".join(rng.choice(words, size=100)) for _ in range(3_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * X.nnz  # bytes; the table would be 400 a token, the text itself 1,000 for each dense column


def test_without_scipy_the_rows_are_ours():
    # would catch: an import of SciPy that is needed
    code = """
import sys
sys.modules.update({name: None for name in ("scipy", "sklearn", "pandas", "matplotlib")})
import groundup
X = groundup.CountVectorizer().fit_transform(["cat dog cat", "dog"])
assert type(X).__name__ == "Csr" and X.data.tolist() == [2, 1, 1] and X.indices.tolist() == [0, 1, 1]
Y = groundup.TfidfTransformer(norm=None).fit_transform(X)
assert Y.data[1] == 1.0
assert groundup.CountVectorizer().fit(["cat dog"]).inverse_transform(X)[0].tolist() == ["cat", "dog"]
labels = groundup.LogisticRegression().fit(groundup.TfidfVectorizer().fit_transform(["cat", "dog"] * 5), [0, 1] * 5)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_container_is_the_one_that_scikit_learn_is_set_to():
    # would catch: arrays where users multiply matrices by *, or the other way round
    vectorizer = groundup.CountVectorizer()
    assert isinstance(vectorizer.fit_transform(DOCUMENTS), sparse.csr_matrix)
    with config_context(sparse_interface="sparray"):
        assert isinstance(vectorizer.transform(DOCUMENTS), sparse.csr_array)
        assert isinstance(groundup.HashingVectorizer().transform(DOCUMENTS), sparse.csr_array)
    X = vectorizer.transform(DOCUMENTS)
    ours = Csr(X.data, X.indices, X.indptr, X.shape)
    weights = groundup.TfidfTransformer()
    assert (weights.fit_transform(ours) != weights.fit_transform(X)).nnz == 0


# --- pipelines ------------------------------------------------------------------------------------------------------

REVIEWS = 3 * [
    "good film",
    "bad film",
    "very good",
    "very bad",
    "good good story",
    "bad bad story",
    "so good",
    "so bad",
]
LIKED = np.array([1, 0] * 12)


@pytest.mark.parametrize("classifier", [groundup.LogisticRegression, LogisticRegression, groundup.RidgeClassifier])
@pytest.mark.parametrize(
    "steps",
    [
        [groundup.CountVectorizer()],
        [groundup.CountVectorizer(), groundup.TfidfTransformer()],
        [groundup.TfidfVectorizer()],
        [groundup.HashingVectorizer(n_features=64)],
    ],
    ids=["counts", "weights", "tfidf", "hashes"],
)
def test_pipelines(steps, classifier):
    # would catch: a transformer that a pipeline, a clone or a search cannot use
    pipeline = make_pipeline(*steps, classifier())
    assert cross_val_score(pipeline, REVIEWS, LIKED, cv=3).tolist() == [1.0, 1.0, 1.0]
    name = pipeline.steps[0][0]
    search = GridSearchCV(pipeline, {f"{name}__ngram_range": [(1, 1), (1, 2)], f"{name}__binary": [True]}, cv=2)
    assert search.fit(REVIEWS, LIKED).best_score_ == 1.0
    assert search.predict(["a good one", "bad"]).tolist() == [1, 0]
    with config_context(enable_metadata_routing=True):
        assert pipeline.fit(REVIEWS, LIKED).score(REVIEWS, LIKED) == 1.0


def test_what_is_asked_for_is_what_scikit_learn_asks_for():
    # would catch: a request that cannot be set, so that `copy` never reaches a transformer within a pipeline
    for kind in (*VECTORIZERS, groundup.TfidfTransformer):
        theirs = getattr(reference, kind.__name__)()
        assert str(kind().get_metadata_routing()) == str(theirs.get_metadata_routing())
    X = sparse.csr_matrix(np.array([[1.0, 2.0], [3.0, 0.0]]))
    weights = groundup.TfidfTransformer(norm=None, use_idf=False, sublinear_tf=True)
    with pytest.raises(RuntimeError, match="metadata routing is enabled"):
        weights.set_transform_request(copy=True)
    with config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(weights.set_transform_request(copy=True).set_fit_request()).fit(X)
        assert pipeline.transform(X, copy=False) is X
        with pytest.raises(TypeError, match=r"Unexpected args: \{'other'\} in transform"):
            weights.set_transform_request(other=True)
    assert X[1, 0] == 1 + np.log(3)


def test_a_column_of_a_table():
    # would catch: names or rows that a ColumnTransformer does not find
    frame = pd.DataFrame({"text": REVIEWS, "stars": LIKED})
    columns = ColumnTransformer([("words", groundup.TfidfVectorizer(), "text"), ("rest", "passthrough", ["stars"])])
    X = columns.fit_transform(frame)
    assert X.shape == (24, 7)
    assert columns.get_feature_names_out().tolist()[:2] == ["words__bad", "words__film"]


def test_subclasses_that_change_a_step():
    # would catch: a transform that does not call the functions which users override
    class Halved(groundup.CountVectorizer):
        def build_tokenizer(self):
            tokenize = super().build_tokenizer()
            return lambda text: [word[:3] for word in tokenize(text)]

    assert Halved().fit(["kittens kitten"]).vocabulary_ == {"kit": 0}
    assert Halved().fit(["kittens"]).transform(["kitten kit"]).toarray().tolist() == [[2]]
