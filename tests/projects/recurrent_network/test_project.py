"""The declaration: options by data, a training seen again, what is said of sums, classes and texts."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import CharRNN, RNNClassifier, RNNRegressor
from groundup.core.nn.objective import OnAllRows
from groundup.data.dataset import Dataset
from groundup.data.prose import one_text
from groundup.data.series.times import Spacing
from groundup.data.series.windows import forecasting
from groundup.data.tables.errors import TableError
from groundup.data.tables.options import TableOptions
from groundup.plotting.figure import NotApplicable
from groundup.projects.recurrent_network import findings, measures, replay, tuning
from groundup.projects.recurrent_network.figures import learning, text
from groundup.projects.recurrent_network.project import PROJECT, for_text, opened, suits
from groundup.projects.recurrent_network.workloads import WORKLOADS, initial, sums_of_steps
from groundup.workbench.run.validation import cross_validate

RNG = np.random.default_rng(0)
SHORT = RNG.normal(size=(60, 5, 2))
SUMS = Dataset("sums", "Sums.", SHORT, SHORT[:, :, 0].sum(axis=1), ("a", "b"), "sum", kind="sequences").hold_out(
    0.25, 0, stratify=False
)
TEXT = one_text("text", "Text.", "tick tack tock. " * 60)
QUICK = {"hidden_layer_sizes": (4,), "learning_rate": "cosine", "max_iter": 5, "random_state": 0}


@pytest.fixture(scope="module")
def models():
    """Three small models, fitted."""
    numbers = RNNRegressor(**QUICK).fit(SUMS.X, SUMS.y)
    classes = RNNClassifier(**QUICK).fit(SUMS.X, np.where(SUMS.y > 0, "up", "down"))
    characters = CharRNN((6,), window=16, batch_size=4, learning_rate_init=0.03, max_iter=6, random_state=0).fit(TEXT.X)
    return numbers, classes, characters


def classes_of(data):
    """Return the data set with signs in place of sums."""
    from dataclasses import replace

    held = replace(data.held_out, y=np.where(data.held_out.y > 0, "up", "down"))
    return replace(data, y=np.where(data.y > 0, "up", "down"), held_out=held)


SIGNS = classes_of(SUMS)


def test_each_file_finds_its_reader_and_its_model(tmp_path):
    # a text that is read as a table of one column, a series that is learned as characters
    (tmp_path / "t.txt").write_text("Some words. " * 300, encoding="utf-8")
    table = "day,value\n" + "".join(f"2024-{m:02}-01,{m % 5}\n" for m in range(1, 13))
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    assert suits(opened(tmp_path / "t.txt", None, TableOptions()))[0] == "CharRNN"
    with pytest.raises(TableError, match="value has 12 values, too few"):
        opened(tmp_path / "t.csv", None, TableOptions())
    (tmp_path / "s.txt").write_text("value\n" + "".join(f"{k % 7}\n" for k in range(90)), encoding="utf-8")
    data = opened(tmp_path / "s.txt", "value", TableOptions())
    assert suits(data)[0] == "RNNRegressor"
    with pytest.raises(TableError, match="--missing has no effect on a text"):
        opened(tmp_path / "t.txt", None, TableOptions(missing=("?",)))
    with pytest.raises(OSError, match="nothing"):
        opened(Path(tmp_path / "nothing.txt"), None, TableOptions())


def test_a_training_seen_again_ends_at_the_model(models):
    # another seed, a last epoch that is left out, a training done again for every figure
    for model, data in zip(models, (SUMS, SIGNS, TEXT), strict=True):
        taken = replay.snapshots(model, data)
        assert [snapshot.iteration for snapshot in taken] == list(range(1, model.n_iter_ + 1))
        assert_array_equal(taken[-1].model._learned.w, model._learned.w)
        assert taken[-1].loss == model.loss_
        assert replay.snapshots(model, data) is taken
        assert np.any(taken[0].model._learned.w != model._learned.w)


def test_losses_are_those_that_training_lowers(models):
    # a loss without its half, one in other units, the log-loss of the wrong class
    numbers, classes, characters = models
    for model, data in ((numbers, SUMS), (classes, SIGNS)):
        prepared = model._prepare(data.X, data.y, None)
        right = OnAllRows(model._objective(prepared), prepared.samples)(model._learned.w)[0]
        penalty = 1e-3 * np.sum(model._learned.w**2) / len(data.X)
        assert_allclose(measures.training_loss(model, data), right, atol=float(penalty))
    assert_allclose(measures.perplexity(characters, TEXT), math.exp(-characters.score(TEXT.X)))
    counts = Counter(TEXT.X)
    total = len(TEXT.X) + len(counts)
    right = math.exp(-np.mean([math.log((counts[sign] + 1) / total) for sign in TEXT.held_out.X]))
    assert_allclose(measures.perplexity_of_shares(TEXT, TEXT.held_out), right)


def test_the_gradient_that_is_drawn_is_that_of_the_objective(models):
    # the gradient of the last batch, of other rows, or of other weights
    numbers, _, characters = models
    taken = replay.snapshots(numbers, SUMS)
    drawn = learning.gradient_norms(taken, SUMS)
    assert_allclose(drawn[-1], numbers.gradient_norm_, rtol=1e-10)
    assert drawn[0] != drawn[-1]
    assert_allclose(
        learning.gradient_norms(replay.snapshots(characters, TEXT), TEXT)[-1], characters.gradient_norm_, rtol=0.5
    )
    left, right = learning.learning.render(numbers, SUMS).axes
    assert_allclose(left.lines[0].get_ydata()[-1], measures.training_loss(numbers, SUMS))
    assert_allclose(right.lines[0].get_ydata(), drawn)


def test_what_is_predicted_is_drawn_against_what_is_true(models):
    # axes that are exchanged, rows of the fit
    numbers, classes, characters = models
    (axes,) = learning.predicted.render(numbers, SUMS).axes
    dots = axes.lines[-1]
    assert_array_equal(dots.get_xdata(), SUMS.held_out.y)
    assert_allclose(dots.get_ydata(), numbers.predict(SUMS.held_out.X))
    for model, data in ((classes, SIGNS), (characters, TEXT)):
        with pytest.raises(NotApplicable, match="no single numbers"):
            learning.predicted.render(model, data)


def test_samples_are_those_of_the_epochs(models):
    # the same text for each epoch, the perplexity of another text
    characters = models[2]
    (axes,) = text.samples.render(characters, TEXT).axes
    titles, texts = axes.texts[::2], axes.texts[1::2]
    assert [title.get_text().partition(",")[0] for title in titles] == [f"epoch {k}" for k in (1, 2, 3, 4, 5, 6)]
    found = findings.sample(characters, TEXT.X[-20:], text.LENGTH, text.TEMPERATURE)
    assert texts[-1].get_text().replace("\n", "").replace(" ", "") == findings.visible(found).replace(" ", "")
    assert texts[0].get_text() != texts[-1].get_text()
    with pytest.raises(NotApplicable, match="no characters of a text"):
        text.samples.render(models[0], SUMS)
    assert findings.visible("a\nb\tc d") == "a⏎btabulatorc d"


def test_the_answers_have_the_numbers_of_the_run(models):
    # numbers of the rows of the fit, shares in place of per cent, names of other cells
    class Scores(dict):
        training: dict = {}  # noqa: RUF012
        baselines = {"root mean squared error": 2.0, "perplexity": 6.0}  # noqa: RUF012
        validation = None

    numbers, classes, characters = models
    words = findings.answer(numbers, SUMS, Scores({"root mean squared error": 1.0}))
    assert words[0] == (
        "On 15 sequences not used for the fit a typical error of sum is 1 (root mean square), and 2 if the mean is "
        "predicted: 75 % of the variance is explained."
    )
    count = len(numbers._learned.w)
    assert words[-1].startswith(
        f"The network has a layer of 4 LSTM cells, and {count} weights; it was trained for 5 epochs."
    )
    scores = Scores({"perplexity": 4.0})
    scores.training = {"perplexity": 2.0}
    words = findings.answer(characters, TEXT, scores)
    assert words[0].startswith("On 96 characters not used for the fit the next one is as hard to guess as one of 4 ")
    assert "equally probable ones (perplexity), 2 bits;" in words[0]
    assert words[1] == "On the text of the fit it is one of 2: the network knows parts of it by heart."
    assert "6 GRU cells" in words[-1]
    scores = Scores({"accuracy": 0.9, "balanced accuracy": 0.9, "log-loss (nats a row)": 0.1})
    scores.baselines = {"accuracy": 0.5, "balanced accuracy": 0.5, "log-loss (nats a row)": 0.7}
    words = findings.answer(classes, SIGNS, scores)
    assert words[0].startswith("On 15 sequences not used for the fit 90.0 % of the classes are right;")
    assert words[0].endswith("Balanced accuracy is 0.90, and 0.50 for any constant answer.")
    record = dict(findings.training(numbers).rows)
    assert (record["epochs"], record["weights"]) == (5, count)
    assert record["norm of the gradient at the end"] == numbers.gradient_norm_
    assert record["loss in the first epoch"] == numbers.loss_curve_[0]


def test_the_penalty_is_chosen_on_later_time(monkeypatch):
    # a penalty chosen on the windows that are learned from, whose targets the later ones share
    seen = []

    def error(alpha, options, learned, later):
        seen.append((learned, later))
        return abs(np.log10(alpha) - 0.1)

    monkeypatch.setattr(tuning, "later_error", error)
    values = np.random.default_rng(0).normal(size=200)
    data = forecasting("made", "Made.", "level", values, np.arange(200.0), Spacing("number", 1.0), window=6, horizon=4)
    chosen = tuning.for_series(data)
    assert chosen["alpha"] == 1.0
    (X, y), (later, targets) = seen[0]
    assert len(X) + 3 + len(later) == len(data.X)
    assert_array_equal(np.vstack([X[:1], later[-1:]]), data.X[[0, -1]])
    assert y[-1, -1] == later[0, -1]  # The value before the later part is the last one that is learned.
    assert not np.isin(targets[0], y).any()
    assert chosen["max_iter"] == tuning.epochs(len(data.X)) == 40
    assert (tuning.epochs(1000), tuning.epochs(10**6)) == (20, 5)


def test_a_long_text_is_read_less_often():
    # hours of training for a novel, streams of a few characters for a short text
    short, long = (
        for_text(Dataset("t", "T.", "ab" * half, None, ("character",), kind="text")) for half in (1000, 10**6)
    )
    assert (short["batch_size"], short["max_iter"]) == (4, 40)
    assert (long["batch_size"], long["max_iter"]) == (32, 2)


def test_no_cross_validation_shuffles_a_series(models):
    # a score from forecasts of the past by the future
    assert cross_validate(PROJECT.metrics, models[0], SUMS) is None


@pytest.mark.skipif(not WORKLOADS, reason="the peer of the benchmark is not installed")
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_peer_of_the_benchmark_has_our_weights(cell):
    # transposed weights, gates in another order, two biases for one
    workload = WORKLOADS[["rnn", "lstm"].index(cell)]
    X, y = sums_of_steps(128)
    ours, theirs = (fit(X, y).loss(X, y) for fit in workload.fits)
    assert_allclose(ours, theirs, rtol=1e-4)


def test_a_workload_begins_at_the_weights_of_its_model():
    # the weights of another seed
    X, y = sums_of_steps(64)
    found = initial("lstm", X, y)
    assert found["W"].shape == (8, 256)
    assert found["U"].shape == (64, 256)
    assert found["V"].shape == (64, 1)
    assert_allclose(found["v"], y.mean(), rtol=1e-5)
    assert (found["b"][64:128] == 1).all()
