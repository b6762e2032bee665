"""The findings: what codes keep, next to PCA; columns, odd rows and codes that are not used."""

from dataclasses import replace

import numpy as np
import pytest

from groundup import Autoencoder, VariationalAutoencoder
from groundup.data.dataset import Dataset
from groundup.data.scale import Scale
from groundup.projects.autoencoder import findings, measures
from groundup.projects.autoencoder.project import PROJECT
from groundup.workbench.run.measures import Measures, measure

pytestmark = pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")


def arc(n=80):
    """Points of an arc, and a column of noise; the last row is off the arc."""
    rng = np.random.default_rng(0)
    t = np.linspace(0, 3, n)
    X = np.column_stack([np.cos(t), np.sin(t), 0.05 * rng.normal(size=n)])
    X[-1] = [1.0, -1.0, 0.0]
    return Dataset("arc", "", X, None, ("east (km)", "north (km)", "error, random"))


ARC = arc()


@pytest.fixture(scope="module")
def model():
    """A network that has found the arc."""
    return Autoencoder(1, (8,), solver="lbfgs", max_iter=300, random_state=0).fit(ARC.X[:-1])


def told(model, data):
    """Return the answer, without a cross-validation."""
    metrics = PROJECT.metrics_of(PROJECT.model(type(model).__name__))
    found = measure(metrics, model, data, validate=False)
    return " ".join(findings.answer(model, data, found))


def test_the_answer_sets_the_codes_against_pca(model):
    # shares of another total, errors exchanged
    words = told(model, ARC)
    total = measures.distance_to_the_mean(ARC, ARC)
    ours = 100 * (1 - measures.reconstruction_error(model, ARC) / total)
    theirs = 100 * (1 - measures.reconstruction_error(findings.axes_of(model, ARC), ARC) / total)
    assert f"1 code in place of 3 columns keeps {ours:.0f} % of the variance; " in words
    assert f"PCA with one axis keeps {theirs:.0f} % on the rows of its fit: bending helps." in words
    assert "The layers have 3–8–1–8–3 units, with 84 weights and biases" in words


def test_an_error_that_is_no_lower_is_not_praised(model):
    # a difference within the spread of the folds, a bend of a network that has none
    expected = ["bending helps", "there is no clear difference", "PCA, which is simpler, is to be preferred here"]
    assert [findings.verdict(model, value, 1.0, 0.0) for value in (0.9, 1.0, 1.2)] == expected
    assert findings.verdict(model, 0.7, 1.0, 0.4) == "there is no clear difference"
    straight = Autoencoder(1, (), code_activation="tanh", alpha=1.0, max_iter=1, random_state=0).fit(ARC.X)
    assert findings.verdict(straight, 0.9, 1.0, 0.0) == "the decoder is linear, and can at best equal PCA"
    assert [findings.denser(value, 1.0, 0.2) for value in (0.7, 0.9, 1.3)] == expected
    assert findings.denser(0.95, 1.0, 0.0) == "there is no clear difference"


def test_a_density_is_judged_by_nats():
    # a verdict on reconstructions, which are not what is learned; rows of the fit without a word
    variational = VariationalAutoencoder(1, (4,), max_iter=3, random_state=0).fit(ARC.X)
    words = told(variational, ARC)
    nats = -measures.minus_log_density(findings.axes_of(variational, ARC), ARC)
    ours = variational.score(ARC.X)
    assert (
        f"The log-density of the same rows is at least {findings.rounded(ours)} nats on "
        f"average, that of PCA {findings.rounded(nats)} on the rows of its fit: PCA, which is simpler"
    ) in words
    assert "% on the rows of its fit. The log-density" in words


def test_numbers_of_a_pair_differ_where_they_are_printed():
    # three digits of two incomes
    assert findings.told_apart(1e6 + 12, 1e6 + 35) == ("1,000,012", "1,000,035")
    assert findings.told_apart(15.0, 1.583) == ("15", "1.58")
    assert findings.told_apart(0.0, 0.0) == ("0", "0")


def test_codes_that_shorten_nothing():
    column = Dataset("one", "", ARC.X[:, :1], None, ("east (km)",))
    words = told(Autoencoder(1, (4,), max_iter=3, random_state=0).fit(column.X), column)
    assert "% on the rows of its fit. 1 code for 1 column: nothing is shortened." in words


def test_rows_known_by_heart_are_spoken_of(model):
    # a comparison with the wrong side
    class Seen:
        words, std, baselines = "in a test", {findings.ERROR: 0.0}, {}

        def __init__(self, value):
            self.mean = {findings.ERROR: value}

    for value, spoken in ((0.2, True), (0.11, False)):
        scores = Measures({findings.ERROR: 0.1}, validation=Seen(value))
        assert ("2 times that on the rows of the fit" in findings.by_heart(ARC, scores)) == spoken


def test_odd_rows_and_badly_told_columns_are_named(model):
    # a row number of another count, a column's share of all columns
    words = told(model, ARC)
    assert "Row 79 is farthest from its reconstruction" in words
    assert "On the rows of the fit, least is kept of “error, random”" in words
    assert "than by PCA is kept of north (" in words
    numbered = replace(ARC, row_numbers=np.arange(101, 181))
    assert "Row 180 is farthest" in told(model, numbered)


def test_tables_are_in_the_units_of_the_columns():
    # errors in standard units
    plain = ARC.take(np.arange(79))
    scale = Scale.of(100 * plain.X + 7)
    data = replace(plain, X=scale.apply(100 * plain.X + 7), scale=scale)
    model = Autoencoder(1, (8,), solver="lbfgs", max_iter=100, random_state=0).fit(data.X)
    columns, rows = findings.summary(model, data)
    away = measures.residual(model, data.X)
    for name, kept, _, error, _ in columns.rows:
        j = data.feature_names.index(name)
        typical = 100 * np.sqrt(np.square(away[:, j]).mean()) * plain.X[:, j].std()
        assert float(error.replace(",", "")) == pytest.approx(typical, rel=6e-3)
        share = 100 * (1 - np.square(away[:, j]).mean())
        assert float(kept.removesuffix(" %")) == pytest.approx(max(share, 0), abs=0.6)
    worst = int(np.square(away).sum(axis=1).argmax())
    first = rows.rows[0]
    j = data.feature_names.index(first[2])
    assert first[0] == f"row {worst}"
    assert float(first[3].replace("−", "-").replace(",", "")) == pytest.approx(100 * plain.X[worst, j] + 7, rel=6e-3)


def test_equal_rows_have_no_codes():
    flat = replace(ARC, X=np.ones((20, 3)))
    model = Autoencoder(1, (3,), max_iter=1, random_state=0).fit(flat.X)
    assert told(model, flat) == "All rows are equal: there is nothing to code."
    columns, rows = findings.summary(model, flat)
    assert (columns.rows, rows.rows) == ((), ())


def test_codes_that_are_not_used_are_counted():
    # nats of all codes together, an unused code that is praised
    line = np.outer(np.linspace(-2, 2, 60), [1.0, 2.0, -1.0]) + 0.05 * np.random.default_rng(0).normal(size=(60, 3))
    data = Dataset("line", "", line, None, ("a", "b", "c"))
    model = VariationalAutoencoder(
        3, (), learning_rate_init=0.03, max_iter=800, tol=0, n_iter_no_change=800, random_state=0
    ).fit(line)
    assert "2 of 3 are not used" in findings.used_codes(model, data)
    table = findings.summary(model, data)[-1]
    assert [row[3] for row in table.rows] == ["", "not used", "not used"]
    assert float(table.rows[0][1]) > 1
