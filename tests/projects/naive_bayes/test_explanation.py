"""Explanations: contributions that add up to the decision, names, and how they print."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from groundup import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from groundup.projects.naive_bayes.models.explanation import SHOWN

MODELS = (MultinomialNB, ComplementNB, BernoulliNB, CategoricalNB, GaussianNB)
WORDS = ["free", "money", "lunch"]
MESSAGES = pd.DataFrame([[2, 1, 0], [1, 2, 0], [0, 0, 2], [1, 0, 1]], columns=WORDS)
LABELS = ["spam", "spam", "other", "other"]


def counts(n=40, d=30, K=4, seed=0):
    """Counts and classes."""
    rng = np.random.default_rng(seed)
    return rng.poisson(1.5, size=(n, d)).astype(float), np.arange(n) % K


@pytest.mark.parametrize("kind", MODELS)
def test_contributions_add_up_to_the_decision(kind):
    # a prior counted twice, absent words of Bernoulli's model left out, another row explained
    X, y = counts()
    model = kind().fit(X, y)
    for row in X[:5]:
        explanation = model.explain(row)
        joint = model.predict_joint_log_proba([row])[0]
        total = explanation.prior + explanation.contributions.sum(axis=0)
        assert_allclose(total, joint, rtol=1e-13, atol=1e-13)
        assert_array_equal(explanation.joint, joint)
        assert_allclose(explanation.log_posterior, model.predict_log_proba([row])[0])
        assert explanation.predicted == model.predict([row])[0]
        place = np.argsort(-joint)
        assert explanation.rival == model.classes_[place[1]]
        decision = joint[place[0]] - joint[place[1]]
        prior = explanation.prior[place[0]] - explanation.prior[place[1]]
        assert explanation.log_odds().sum() + prior == pytest.approx(decision, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("kind", MODELS[:3])
def test_sparse_rows_have_the_same_explanation(kind):
    # entries taken for columns
    X, y = counts()
    model = kind().fit(X, y)
    dense, sparse = model.explain(X[:1]), model.explain(scipy.sparse.csr_array(X[:1]))
    assert dense.features.tolist() == sparse.features.tolist()
    assert_array_equal(dense.values, sparse.values)
    assert_allclose(dense.contributions, sparse.contributions)


def test_a_message_by_hand():
    # log-odds of the wrong class, features that are not sorted by size
    explanation = MultinomialNB().fit(MESSAGES, LABELS).explain(MESSAGES.iloc[[3]])
    assert explanation.features.tolist() == ["free", "lunch"]
    assert explanation.values.tolist() == [1, 1]
    assert_allclose(explanation.log_odds("spam", "other"), [np.log((4 / 9) / (2 / 7)), np.log((1 / 9) / (4 / 7))])
    assert_allclose(explanation.log_odds(), -explanation.log_odds("spam", "other"))
    assert str(explanation).splitlines() == [
        "predicted: other (probability 0.7678), here against spam",
        "feature                 value     log-odds",
        "lunch                       1      +1.6376",
        "free                        1      -0.4418",
        "before any feature                 +0.0000",
        "sum                                +1.1958",
    ]


def test_a_notebook_shows_the_table():
    # a cell whose HTML a name breaks
    explanation = (
        MultinomialNB().fit(MESSAGES.to_numpy(), LABELS).explain([2, 1, 1], names=["<b>free", "money", "lunch"])
    )
    table = ElementTree.fromstring(explanation._repr_html_())
    told = ["".join(cell.itertext()) for cell in table.iter() if cell.tag in ("caption", "th", "td")]
    assert told[0] == "predicted: spam (probability 0.5941), here against other"
    assert told[1:4] == ["feature", "value", "log-odds"]
    assert told[4:10] == ["lunch", "1", "-1.6376", "money", "1", "+1.1350"]
    assert told[10:12] == ["<b>free", "2"]


def test_long_explanations_are_cut():
    # a table of ten thousand lines, and a sum without the features that are not shown
    X, y = counts(d=100)
    explanation = GaussianNB().fit(X, y).explain(X[0])
    lines = str(explanation).splitlines()
    assert len(lines) == 2 + SHOWN + 1 + 2
    assert lines[2 + SHOWN].startswith("80 other features")
    shown = sum(float(line.split()[-1]) for line in lines[2 : 2 + SHOWN + 1])
    assert shown == pytest.approx(explanation.log_odds().sum(), abs=2e-3)


def test_names_may_be_given():
    # names of a vectorizer put to the wrong columns, or of another vocabulary
    model = MultinomialNB().fit(MESSAGES.to_numpy(), LABELS)
    assert model.explain([0, 0, 1]).features.tolist() == ["column 2"]
    assert model.explain([0, 0, 1], names=np.array(WORDS)).features.tolist() == ["lunch"]
    with pytest.raises(ValueError, match=r"names must have shape \(3,\), one name for each column, got \(2,\)"):
        model.explain([0, 0, 1], names=["free", "money"])


def test_what_cannot_be_explained_is_refused():
    # the first of several rows explained in silence
    model = MultinomialNB().fit(MESSAGES.to_numpy(), LABELS)
    with pytest.raises(ValueError, match="explain takes one row, got 4"):
        model.explain(MESSAGES.to_numpy())
    with pytest.raises(ValueError, match="X has 2 features"):
        model.explain([1.0, 2.0])
    with pytest.raises(ValueError, match=r"'ham' is none of the classes \['other', 'spam'\]"):
        model.explain([1.0, 2.0, 0.0]).log_odds("spam", "ham")


def test_one_class_and_names_with_control_characters():
    # a rival that does not exist; a name that commands the terminal
    one = MultinomialNB().fit(MESSAGES.to_numpy(), ["only"] * 4).explain([1, 0, 0], names=["\x1b[31mred", "a", "b"])
    assert (one.predicted, one.rival) == ("only", "only")
    assert one.log_odds().tolist() == [0.0]
    assert "\x1b" not in str(one)
    assert " [31mred" in str(one)
