"""Equality with scikit-learn on a corpus, to the last entry."""

import warnings

import numpy as np
import pytest
import sklearn.feature_extraction.text as reference
from scipy import sparse

import groundup

WORDS = np.array([f"w{k}" for k in range(400)])
ODD = [
    "J'ai mangé du Kangourou  ce midi, c'était très bon.",
    "The QUICK brown fox; the lazy dog 42 007 3.14!",
    "",
    "   ",
    "Машинное обучение — обширный подраздел",
    "naïve café CAFÉ cafe\tand\n\nmore  spaces o\u0308",
    "ﬁne ligature Å Ω µ ß İstanbul",
    "中文 分词 测试",
    "a b c I",
    "!!! ??? ...",
    "don't can't won't snake_case CamelCase",
    "x" * 50 + " y" * 10,
    "emoji 😀 test 😀😀",
    "the the the and of to in " * 5,
    b"bytes are text, too: \xc3\xa9t\xc3\xa9",
]


def corpus():
    """Odd documents, and 60 of words whose frequencies follow Zipf's law."""
    rng = np.random.default_rng(0)
    share = 1 / np.arange(1, len(WORDS) + 1)
    sizes = rng.integers(1, 60, size=60)
    return [*ODD, *(" ".join(rng.choice(WORDS, size=n, p=share / share.sum())) for n in sizes)]


DOCUMENTS = corpus()
OTHERS = [*DOCUMENTS[:8], "unseen words café", "w1 w2 w399", "w399 w3 w3 w1"]
ANALYZED = {
    "words": {},
    "word pairs": {"ngram_range": (1, 2)},
    "word sequences": {"ngram_range": (2, 3)},
    "characters": {"analyzer": "char", "ngram_range": (1, 3)},
    "long characters": {"analyzer": "char", "ngram_range": (3, 6)},
    "within words": {"analyzer": "char_wb", "ngram_range": (2, 4)},
    "single within words": {"analyzer": "char_wb"},
    "ascii": {"strip_accents": "ascii"},
    "unicode": {"strip_accents": "unicode", "lowercase": False},
    "own accents": {"strip_accents": lambda text: text.replace("é", "e")},
    "english": {"stop_words": "english", "ngram_range": (1, 2)},
    "own stop words": {"stop_words": ["the", "and", "w1"], "token_pattern": r"\w+"},
    "group": {"token_pattern": r"(\w)\w+"},
    "tokenizer": {"tokenizer": str.split, "token_pattern": None},
    "preprocessor": {"preprocessor": str.upper},
    "analyzer": {"analyzer": str.split},
    "latin": {"encoding": "latin-1"},
    "ignored": {"encoding": "ascii", "decode_error": "ignore"},
}
COUNTS = {
    "all": {},
    "two": {"min_df": 2},
    "shares": {"max_df": 0.1, "min_df": 0.01},
    "frequent": {"max_features": 20},
    "frequent, binary": {"max_features": 7, "min_df": 2, "binary": True},
    "frequent floats": {"dtype": np.float64, "max_features": 33},
    "frequent small": {"dtype": np.float32, "max_features": 33},
    "frequent unsigned": {"dtype": np.uint8, "max_features": 33},
    "binary": {"binary": True, "dtype": np.float32},
    "narrow": {"dtype": np.int32},
    "list": {"vocabulary": ["w3", "w1", "the", "kangourou", "A"]},
    "mapping": {"vocabulary": {"w3": 1, "w1": 0}},
    "set": {"vocabulary": {"b", "a", "the"}},
}
WEIGHTS = {
    "default": {},
    "l1": {"norm": "l1"},
    "logarithms": {"norm": None, "sublinear_tf": True},
    "no frequencies": {"use_idf": False},
    "single": {"dtype": np.float32},
    "single, l1": {"smooth_idf": False, "dtype": np.float32, "norm": "l1", "sublinear_tf": True},
    "whole numbers": {"dtype": np.int32, "max_features": 50},
}
HASHES = {
    "default": {},
    "few": {"n_features": 7},
    "unsigned": {"n_features": 16, "alternate_sign": False, "norm": None},
    "binary": {"n_features": 100, "binary": True, "norm": "l1"},
    "single": {"dtype": np.float32, "n_features": 31},
    "whole": {"n_features": 5, "norm": None, "dtype": np.int32},
    "whole with norm": {"n_features": 5, "norm": "l1", "dtype": np.int64},
    "most": {"n_features": 2**31 - 2, "norm": None},
}


def assert_equal(theirs, ours, exact=True):
    """Compare matrices in canonical order; scikit-learn leaves the columns of a row in another one.

    Its sums over a row then have another last digit than those that it gets from `transform`.
    """
    ordered = type(theirs)((theirs.data, theirs.indices, theirs.indptr), shape=theirs.shape)
    ordered.sort_indices()
    assert type(ours) is type(theirs)
    assert ours.shape == theirs.shape
    assert ours.has_canonical_format
    for name in ("indptr", "indices", "data"):
        one, other = getattr(ordered, name), getattr(ours, name)
        assert one.dtype == other.dtype, name
        if exact or name != "data":
            np.testing.assert_array_equal(other, one, err_msg=name)
        else:
            np.testing.assert_allclose(other, one, rtol=16 * np.finfo(one.dtype).eps, err_msg=name)


def both(name, parameters):
    """Fit scikit-learn's class and ours, and hold them to the same matrices and the same categories of warnings."""
    found = []
    for home in (reference, groundup):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = getattr(home, name)(**parameters)
            matrices = model.fit_transform(DOCUMENTS), model.transform(OTHERS)
        found.append((model, matrices, sorted({str(w.category) for w in caught})))
    (theirs, expected, told), (ours, matrices, said) = found
    assert said == told
    assert_equal(expected[0], matrices[0], exact=name != "TfidfVectorizer")
    assert_equal(expected[1], matrices[1])
    return theirs, ours, matrices[1]


def assert_same_terms(theirs, ours, X):
    assert list(ours.vocabulary_.items()) == list(theirs.vocabulary_.items())
    assert {type(column) for column in ours.vocabulary_.values()} == {int}
    assert ours.fixed_vocabulary_ == theirs.fixed_vocabulary_
    np.testing.assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())
    assert ours.get_feature_names_out().dtype == object
    for form in (X, X.tocsc(), X.toarray()):
        for one, other in zip(theirs.inverse_transform(form), ours.inverse_transform(form), strict=True):
            np.testing.assert_array_equal(other, one)
            assert other.dtype == one.dtype


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("analysis", ANALYZED)
def test_counts(analysis, counts):
    # would catch: a term, a count, an order of columns or of the vocabulary that differs anywhere
    assert_same_terms(*both("CountVectorizer", {**ANALYZED[analysis], **COUNTS[counts]}))


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("analysis", ["words", "word pairs", "within words", "english"])
def test_weighted_counts(analysis, weights):
    # would catch: another logarithm, norm, precision or frequency; `transform` is equal to the bit
    theirs, ours, X = both("TfidfVectorizer", {**ANALYZED[analysis], **WEIGHTS[weights]})
    assert_same_terms(theirs, ours, X)
    assert hasattr(ours, "idf_") == hasattr(theirs, "idf_")
    if hasattr(theirs, "idf_"):
        assert ours.idf_.dtype == theirs.idf_.dtype
        np.testing.assert_array_equal(ours.idf_, theirs.idf_)


@pytest.mark.parametrize("hashes", HASHES)
@pytest.mark.parametrize("analysis", ["words", "word pairs", "within words", "english", "unicode", "analyzer"])
def test_hashed_counts(analysis, hashes):
    # would catch: a hash, a sign or a sum of colliding tokens that differs
    both("HashingVectorizer", {**ANALYZED[analysis], **HASHES[hashes]})


@pytest.mark.parametrize("weights", ["default", "l1", "logarithms", "no frequencies"])
@pytest.mark.parametrize("form", ["csr_matrix", "csr_array", "csc_matrix", "coo_array", "dense", "list"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_weights_of_given_counts(form, weights, dtype):
    # would catch: a format that is read wrongly, a precision that changes, zeros that are stored
    rng = np.random.default_rng(1)
    dense = (rng.poisson(0.7, size=(30, 12)) * (np.arange(12) != 3)).astype(dtype)
    dense[4] = 0
    X = dense if form == "dense" else dense.tolist() if form == "list" else getattr(sparse, form)(dense)
    theirs, ours = (home.TfidfTransformer(**WEIGHTS[weights]) for home in (reference, groundup))
    assert_equal(theirs.fit(X).transform(X), ours.fit(X).transform(X))
    assert hasattr(ours, "idf_") == hasattr(theirs, "idf_")
    if hasattr(theirs, "idf_"):
        np.testing.assert_array_equal(ours.idf_, theirs.idf_)
        assert ours.idf_.dtype == theirs.idf_.dtype


def test_the_english_words_are_those_of_scikit_learn():
    # would catch: a word more or less, and with it other columns after a change of the import line
    assert groundup.CountVectorizer(stop_words="english").get_stop_words() == reference.ENGLISH_STOP_WORDS


@pytest.mark.parametrize("parameters", ANALYZED.values(), ids=ANALYZED)
def test_the_functions_that_users_build(parameters):
    # would catch: a preprocessor or a tokenizer that differs where no count shows it
    theirs, ours = (home.CountVectorizer(**parameters) for home in (reference, groundup))
    for text in [*ODD[:-1], "A  b\t\tc\r\n d ", "tail ", "ab"]:
        assert ours.build_analyzer()(text) == theirs.build_analyzer()(text)
        assert ours.build_preprocessor()(text) == theirs.build_preprocessor()(text)
        if parameters.get("analyzer") is None:
            assert ours.build_tokenizer()(text) == theirs.build_tokenizer()(text)
        assert ours.decode(text) == theirs.decode(text)
