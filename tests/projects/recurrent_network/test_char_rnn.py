"""The language model: texts and characters, streams and windows, probabilities, samples."""

import math
import tracemalloc
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import groundup
from groundup import CharRNN
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError, NotFittedError
from groundup.core.storage import FileFormatError
from groundup.projects.recurrent_network.solvers import carrying, characters
from groundup.projects.recurrent_network.solvers.carrying import carry, windows, zeros
from groundup.projects.recurrent_network.solvers.characters import entropy_after_one, numbered, streams

TEXT = "".join(np.random.default_rng(0).choice(["tick ", "tack ", "tock "], 60))
SMALL = {"hidden_layer_sizes": (8,), "embedding_size": 4, "window": 10, "batch_size": 4, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def model():
    """A model of three words."""
    return CharRNN(**SMALL, learning_rate_init=0.03, max_iter=60).fit(TEXT)


# --- the text -------------------------------------------------------------------------------------------------------


def test_characters_are_numbered_in_order():
    # codes of UTF-8 bytes, surrogates that cannot be encoded, a NUL that NumPy drops from the end of a word
    text = "b\0ä☃a\ud800😀a\n"
    found, codes = numbered(text)
    assert found == "".join(sorted(set(text)))
    assert "".join(found[code] for code in codes) == text


def test_streams_share_the_text():
    # characters left out, a stream that predicts its own input, a past that is the end of the text
    codes = np.arange(10) % 3
    read, predict = streams(codes, 3, 9)
    assert predict.lengths.tolist() == [3, 3, 4]
    assert_array_equal(predict.values[:, 0], codes)
    assert read.values.tolist() == [9, 0, 1, 9, 0, 1, 9, 0, 1, 2]


def test_the_entropy_after_one_character():
    # pairs across the beginning of a stream, natural logarithms, the joint entropy
    read, predict = streams(numbered("abacabadabac")[1], 1, 4)
    # after the mark: a; after a: b b b c d c, after b, c and d: a
    expected = -(4 - 1) / 12 * math.log(3 / 6) - 2 / 12 * math.log(2 / 6) - 1 / 12 * math.log(1 / 6)
    assert entropy_after_one(read, predict, 5) == pytest.approx(expected, rel=1e-12)


WRONG = {
    "a list": (["one", "two"], TypeError, r"one text as X, got list; .*'\\n'.join"),
    "bytes": (b"text", TypeError, "one text as X, got bytes"),
    "nothing": ("", ValueError, "at least 2 different characters, got ''"),
    "one character": ("aaa", ValueError, "at least 2 different characters, got 'a'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_texts_that_are_none_are_refused(wrong):
    # a list of texts taken for its first one, an error from inside NumPy, half a model
    text, error, message = WRONG[wrong]
    fresh = CharRNN(**SMALL)
    with pytest.raises(error, match=message):
        fresh.fit(text)
    with pytest.raises(NotFittedError):
        fresh.sample()
    with pytest.raises(ValueError, match="knows no sample_weight"):
        fresh.fit(TEXT, sample_weight=np.ones(len(TEXT)))


def test_unknown_characters_are_named(model):
    # a KeyError, or another character in their place
    for call in (model.perplexity, model.score_samples, model.hidden_states, lambda text: model.sample(prime=text)):
        with pytest.raises(ValueError, match="has characters that the text of the fit has not: 'X', 'z'"):
            call("tizX")
    with pytest.raises(ValueError, match="X is empty"):
        model.perplexity("")
    with pytest.raises(TypeError, match="one text as prime, got int"):
        model.sample(prime=3)


# --- training -------------------------------------------------------------------------------------------------------


def test_it_learns_what_follows(model):
    # an input that is the target, windows that begin without their state: the words' choice alone is left
    assert model.loss_ < math.log(3) / 5 * 1.05
    assert model.perplexity("tack tick tock tock tack tack " * 9) < math.exp(math.log(3) / 5) * 1.1
    assert set(model.sample(length=50, temperature=0.3, random_state=1)[4:].split()) <= {"tick", "tack", "tock"} | {
        word[:k] for word in ("tick", "tack", "tock") for k in range(5)
    }
    assert model.characters_ == " acikot"


def test_a_step_for_each_window():
    # one step an epoch, or one for each stream
    states = list(CharRNN(**SMALL, max_iter=2).steps(TEXT))
    assert [state.steps for state in states] == [8, 16]


def test_the_loss_is_that_of_a_character():
    # a mean over windows, which are of different lengths, or over streams; base 2
    start = CharRNN(**SMALL, max_iter=1, learning_rate_init=1e-9).fit(TEXT)
    read, predict = streams(start._codes(TEXT), 4, 7)
    expected = -characters.log_likelihoods(*start._bound(), read, predict).mean()
    assert start.loss_ == pytest.approx(expected, rel=1e-5)


def test_long_texts_need_memory_for_a_window_only():
    # activations of all characters at once
    tall = {**SMALL, "hidden_layer_sizes": (32,), "max_iter": 1, "batch_size": 32, "window": 50}
    peaks = []
    for times in (20, 100):
        text = TEXT * times
        tracemalloc.start()
        CharRNN(**tall).fit(text).score(text[:3000])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    growth = (peaks[1] - peaks[0]) / (80 * len(TEXT))
    assert (
        growth < 100
    )  # bytes of a character; the states of one step alone are 128, what is kept of it eight times that


def test_a_warm_start_needs_the_same_characters():
    # an embedding of other characters that is gone on with
    first = CharRNN(**SMALL, max_iter=1, warm_start=True).fit(TEXT)
    w = first._learned.w
    begin = next(iter(first.set_params(learning_rate_init=1e-12).steps(TEXT)))
    assert_allclose(begin.w, w, atol=1e-6)
    assert first.fit(TEXT.upper()).characters_ == " ACIKOT"
    assert np.abs(first._learned.w - w).max() > 0.01


def test_a_text_that_is_learned_needs_no_more_epochs():
    # a warning after a fit that did what was asked; none after one that did not
    with pytest.warns(ConvergenceWarning, match="no better than a rule that sees only the character before"):
        short = CharRNN(**SMALL, max_iter=1).fit(TEXT)
    assert not short.certificate_.holds
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        long = CharRNN(**SMALL, learning_rate_init=0.03, max_iter=30).fit(TEXT)
    assert long.certificate_.holds
    assert long.n_iter_ == 30


# --- what the model says --------------------------------------------------------------------------------------------


def test_probabilities_of_the_next_character_sum_to_one(model):
    # a logarithm of another base, scores that are taken for logarithms
    network, p = model._bound()
    read, _ = streams(model._codes("tick tack"), 1, len(model.characters_))
    ((places, logs),) = characters.log_probabilities(network, p, read)
    assert places.tolist() == list(range(9))
    assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-5)
    found = model.score_samples("tick tack")
    assert_allclose(found, logs[np.arange(9), model._codes("tick tack")])
    assert model.perplexity("tick tack") == pytest.approx(math.exp(-found.mean()))
    assert model.score("tick tack") == pytest.approx(found.mean())
    # the beginning does not depend on what comes
    assert_allclose(model.score_samples("tick tock")[:6], found[:6], rtol=1e-4)


def test_a_long_text_is_read_in_pieces(model, monkeypatch):
    # a state that is lost between the pieces
    scores, states = model.score_samples(TEXT), model.hidden_states(TEXT)
    greedy = model.sample(TEXT[:40], 20, temperature=0)
    monkeypatch.setattr(carrying, "WINDOW", 7)
    monkeypatch.setattr(characters, "WINDOW", 7)
    assert_allclose(model.score_samples(TEXT), scores, atol=1e-5)
    assert_allclose(model.hidden_states(TEXT), states, atol=1e-5)
    assert model.sample(TEXT[:40], 20, temperature=0) == greedy


def test_hidden_states_are_after_reading_each_character(model):
    # states before the character, or of the mark
    states = model.hidden_states("tick ")
    network, p = model._bound()
    last = p[str(len(network.layers) - 1)]
    z = states @ last["W"] + last["b"]
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    assert states.shape == (5, 8)
    assert_allclose(logs[np.arange(4), model._codes("tick ")[1:]], model.score_samples("tick ")[1:], atol=1e-5)


def test_samples_are_functions_of_their_arguments(model):
    # a generator that goes on, a prime that is not read, a length that counts it
    one = model.sample("tack ti", 30, 0.8, random_state=3)
    assert one == model.sample("tack ti", 30, 0.8, random_state=3)
    assert one.startswith("tack ti")
    assert len(one) == 37
    assert one != model.sample("tack ti", 30, 0.8, random_state=4)
    assert len(model.sample(length=5, random_state=0)) == 5
    generator = np.random.default_rng(0)
    assert model.sample(length=40, random_state=generator) != model.sample(length=40, random_state=generator)


def test_cold_samples_are_the_most_likely_characters(model):
    # an overflow at small temperatures, and the least likely character
    greedy, text = model.sample("t", 12, temperature=0), "t"
    network, p = model._bound()
    for _ in range(12):
        read, _ = streams(model._reading(model._codes(text)), 1, 7)
        read = type(read)(model._reading(model._codes(text)), np.array([0, len(text) + 1]))
        *_, (_, z) = carry(network, p, read, zeros(network, 1, np.float32), windows(read, 100))
        text += model.characters_[int(z[:, -1].argmax())]
    assert greedy == text
    assert model.sample("t", 12, temperature=1e-300, random_state=5) == greedy
    assert set(model.sample("t", 300, temperature=1e6, random_state=5)) == set(model.characters_)


def test_samples_have_the_frequencies_of_the_model(model):
    # draws that are shifted by one character, or of squared probabilities
    network, p = model._bound()
    read, _ = streams(model._reading(model._codes("tick t")), 1, 7)
    read = type(read)(model._reading(model._codes("tick t")), np.array([0, 7]))
    ((_, logs),) = characters.log_probabilities(network, p, read)
    for temperature in (1.0, 0.5):
        expected = np.exp(logs[-1] / temperature)
        expected /= expected.sum()
        drawn = [model.sample("tick t", 1, temperature, seed)[-1] for seed in range(300)]
        shares = np.array([drawn.count(character) for character in model.characters_]) / 300
        assert np.abs(shares - expected).max() < 4 * math.sqrt(0.25 / 300)


def test_arguments_of_samples_are_looked_at(model):
    # a negative temperature, which prefers unlikely characters
    for wrong in ({"temperature": -1.0}, {"length": 0}, {"temperature": np.inf}, {"random_state": "x"}):
        with pytest.raises(InvalidParameterError, match=f"{next(iter(wrong))}="):
            model.sample(**wrong)


def test_a_forged_alphabet_is_refused(model, tmp_path):
    # characters that are more or fewer than the scores of the network
    model_copy = groundup.load(_saved(model, tmp_path))
    assert model_copy.sample(random_state=0) == model.sample(random_state=0)
    for characters_ in (" acikotz", " acikto", "a"):
        broken = groundup.load(_saved(model, tmp_path))
        broken.characters_ = characters_
        with pytest.raises((ValueError, FileFormatError), match="characters"):
            groundup.save(broken, tmp_path / "broken.npz")


def _saved(model, folder):
    groundup.save(model, folder / "model.npz")
    return folder / "model.npz"
