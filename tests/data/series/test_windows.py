"""A series as rows: its period, windows, what is held out, forecasts without a model."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup.data.series.baselines import naive, seasonal_naive
from groundup.data.series.period import autocorrelation, seasonal_period
from groundup.data.series.times import Spacing
from groundup.data.series.windows import FEWEST, forecasting, sizes, windows
from groundup.data.tables.errors import TableError

HOURLY = Spacing("number", 1.0)


def made(values, **options):
    """Return the data set of a series."""
    return forecasting("made", "Made.", "level", values, np.arange(float(len(values))), HOURLY, **options)


def test_the_autocorrelation_is_that_of_its_definition():
    # products that run around the end, a line that stays in
    values = np.random.default_rng(0).normal(size=40) + 0.3 * np.arange(40)
    time = np.arange(40)
    rest = values - np.polyval(np.polyfit(time, values, 1), time)
    right = [rest[k:] @ rest[: 40 - k] / (rest @ rest) for k in range(40)]
    assert_allclose(autocorrelation(values), right, atol=1e-12)
    assert_allclose(autocorrelation(1e9 * values), right, atol=1e-10)
    assert_array_equal(autocorrelation(np.ones(5)), np.zeros(5))


def test_the_period_is_found():
    # a multiple of the period, the period of an overtone, one that the trend hides, one of noise
    rng, time = np.random.default_rng(0), np.arange(240)
    assert seasonal_period(np.sin(2 * np.pi * time / 12) + rng.normal(0, 0.3, 240)) == 12
    assert seasonal_period(2 * np.sin(2 * np.pi * time / 24) + np.sin(2 * np.pi * time / 8)) == 24
    assert seasonal_period(0.5 * time + 3 * np.sin(2 * np.pi * time / 7) + rng.normal(0, 1, 240)) == 7
    assert [seasonal_period(rng.normal(size=240)) for _ in range(20)] == [0] * 20
    assert seasonal_period(np.ones(240)) == seasonal_period(np.arange(3.0)) == seasonal_period(1.5 * time) == 0


def test_windows_are_the_values_before_and_those_from_there_on():
    # a window that holds the value which it is to forecast
    X, Y = windows(np.arange(10), np.array([3, 7]), 3, 2)
    assert X.tolist() == [[0, 1, 2], [4, 5, 6]]
    assert Y.tolist() == [[3, 4], [7, 8]]


def test_nothing_that_is_learned_from_reaches_into_the_held_out_time():
    # targets of the training that are inputs of the test, standard units of the whole series, shuffled rows
    values = np.concatenate([np.random.default_rng(0).normal(size=160), np.full(40, 100.0)])
    data = made(values, window=6, horizon=4)
    series = data.series
    assert series.split == 160
    assert_allclose([series.mean, series.std], [values[:160].mean(), values[:160].std()])
    assert max(np.abs(data.X).max(), np.abs(data.y).max()) < 5
    assert_array_equal(np.asarray(data.row_numbers) - 1, np.arange(6, 157))
    assert_array_equal(np.asarray(data.held_out.row_numbers) - 1, np.arange(160, 197))
    assert_allclose(data.held_out.X[0], (values[154:160] - series.mean) / series.std)
    assert_allclose(data.held_out.y, (100 - series.mean) / series.std)


def test_a_missing_value_is_no_target_that_anything_is_compared_with():
    # errors of a forecast against a straight line that somebody drew
    values, known = np.sin(np.arange(200.0)), np.ones(200, bool)
    known[[30, 170]] = False
    data = made(values, known=known, window=6, horizon=2)
    assert np.isfinite(data.y).all()
    row, column = np.nonzero(np.isnan(data.held_out.y))
    assert sorted((np.asarray(data.held_out.row_numbers)[row] - 1 + column).tolist()) == [170, 170]
    one = made(values, known=known, window=6, horizon=1)
    assert one.y.ndim == one.held_out.y.ndim == 1
    assert np.isnan(one.held_out.y).sum() == 1


def test_a_trend_is_taken_out_of_each_window_and_put_back():
    # a network that is asked for values which it has never seen; a level from the values to be forecast
    time = np.arange(120.0)
    data = made(5 * time + np.sin(time), window=8, horizon=3)
    series = data.series
    assert series.centred
    assert_allclose(data.X.mean(axis=1), 0, atol=1e-12)
    assert np.abs(data.held_out.y).max() < 1.05 * np.abs(data.y).max()
    places = np.asarray(data.held_out.row_numbers) - 1
    assert_allclose(series.measured(data.held_out.y, places), windows(series.values, places, 8, 3)[1])
    assert_allclose(series.last() * series.std + series.values[-8:].mean(), series.values[None, -8:])
    assert not made(np.sin(time), window=8, horizon=3).series.centred


def test_what_is_left_open_follows_the_period_and_the_length():
    # a horizon longer than what is held out, windows that leave nothing to learn from
    assert sizes(720, None, None, 24, "level") == (48, 24, 576)
    assert sizes(720, None, 6, 0, "level") == (6, 6, 576)
    assert sizes(60, None, None, 12, "level") == (23, 6, 48)
    assert sizes(60, None, 14, 12, "level") == (13, 14, 46)
    for length in range(32, 80):
        back, ahead, split = sizes(length, None, None, 0, "level")
        assert split + ahead <= length
        assert split - ahead - back + 1 >= FEWEST


def test_a_series_that_is_too_short_is_told_how_long_it_must_be():
    # a traceback for an empty array; a length that is still too short
    with pytest.raises(TableError, match=r"level has 46 values, too few: .* need at least 47,") as told:
        sizes(46, None, 12, 0, "level")
    assert "--horizon or --window" in str(told.value)
    assert sizes(47, None, 12, 0, "level")[0] == 4
    with pytest.raises(TableError, match="level is 3 at each of the first 80 times"):
        made(np.append(np.full(80, 3.0), np.arange(20)))


def test_forecasts_without_a_model_use_known_values_only():
    # the value of the same season that is not known yet: for lead times longer than a period
    values, origins = np.arange(100.0), np.array([50, 60])
    assert naive(values, origins, 3).tolist() == [[49, 49, 49], [59, 59, 59]]
    assert seasonal_naive(values, origins, 5, 4).tolist() == [[46, 47, 48, 49, 46], [56, 57, 58, 59, 56]]
    assert seasonal_naive(values, origins, 2, 0).tolist() == naive(values, origins, 2).tolist()
    assert seasonal_naive(values, np.array([3]), 2, 7).tolist() == [[2, 2]]  # Less than a period is known.


def test_values_that_cannot_be_squared_are_refused():
    # a page of NaN, since the spread of the values is infinite
    values = 1e200 * np.sin(np.arange(120.0))
    with pytest.raises(TableError, match=r"level has values up to .*e\+\d+, beyond 1e\+100: give them in another unit"):
        forecasting("made", "Made.", "level", values, np.arange(120.0), Spacing("number", 1.0))
