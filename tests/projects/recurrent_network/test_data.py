"""The data sets: what they are made of is what they say."""

import numpy as np
from numpy.testing import assert_allclose

from groundup.core.metrics import accuracy_score
from groundup.data import bundled
from groundup.data.synthetic import sequences


def test_the_sines_have_their_period_and_their_noise():
    # a period of one of the waves alone; noise in other units
    for seed in range(4):
        data = sequences.sines(seed)
        assert data.series.period == 24
        rest = data.series.values - data.truth["exact"]
        assert_allclose(rest.std(), data.truth["noise"], rtol=0.1)
        assert_allclose(data.truth["exact"][24:], data.truth["exact"][:-24], atol=1e-12)
    assert not np.array_equal(sequences.sines(0).X, sequences.sines(1).X)
    assert np.array_equal(sequences.sines(0).X, sequences.sines(0).X)


def test_the_adding_problem_adds_two_values_far_apart():
    # a sum of other steps; both marks at the end, which needs no memory
    data = sequences.adding(0)
    value, marker = data.X[:, :, 0], data.X[:, :, 1]
    assert (marker.sum(axis=1) == 2).all()
    assert (marker[:, :15].sum(axis=1) == 1).all()
    assert_allclose((value * marker).sum(axis=1), data.y)
    assert_allclose(np.var(data.y), data.truth["guess"], rtol=0.1)
    assert abs(np.corrcoef(value.mean(axis=1), data.y)[0, 1]) < 0.4  # The marks are needed.


def test_shapes_differ_in_nothing_but_their_shape():
    # classes that the length, the mean or the spread of a curve tells
    data = sequences.shapes(0)
    assert (data.X.lengths.min(), data.X.lengths.max()) == (20, 50)
    simple = np.array([[len(c), c.mean(), c[0], c[-1]] for c in np.split(data.X.values[:, 0], data.X.starts[1:-1])])
    X = np.column_stack([(simple - simple.mean(axis=0)) / simple.std(axis=0), np.ones(len(simple))])
    _, code = np.unique(data.y, return_inverse=True)
    weights = np.linalg.lstsq(X, np.eye(3)[code], rcond=None)[0]
    assert accuracy_score(code, (X @ weights).argmax(axis=1)) < 0.5
    assert data.size == "300 sequences of 20 to 50 steps × 1 number"


def test_the_sunspots_are_those_of_the_observatories():
    # a year that is shifted; the rows of the file in another order
    series = bundled.sunspots(0).series
    assert len(series.values) == 309
    known = dict(zip(series.times.tolist(), series.values.tolist(), strict=True))
    assert (known[1700], known[1957], known[2008]) == (5, 190.2, 2.9)
    assert (series.period, series.horizon, series.spacing.name) == (11, 6, "year")
    assert bundled.sunspots(0).encoder.time == "year"
