"""Hold-out and folds: groups and times stay apart, classes keep their shares, and every row is used as it should be."""

from dataclasses import replace

import numpy as np
import pandas
import pytest

from groundup.pipeline.config import Config, Data
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.families import FAMILIES, family
from groundup.pipeline.splits import folds, hold_out

PLAIN = Config(data=Data(file="t", target="y"))
GROUPED = replace(PLAIN, data=replace(PLAIN.data, group="house"))
TIMED = replace(PLAIN, data=replace(PLAIN.data, time="day"))
BOTH = replace(PLAIN, data=replace(PLAIN.data, time="day", group="house"))


def rows(n=200, seed=0):
    rng = np.random.default_rng(seed)
    days = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(rng.permutation(n), unit="D")
    return pandas.DataFrame(
        {"y": np.where(rng.random(n) < 0.3, "b", "a"), "house": [f"h{k}" for k in rng.integers(0, 60, n)], "day": days}
    )


@pytest.mark.parametrize("config", [PLAIN, GROUPED, TIMED, BOTH], ids=["plain", "groups", "time", "both"])
def test_both_sides_stay_apart(config):
    # a household in both, a test that is earlier than what was learned, a row that is on both sides
    frame = rows()
    pairs = [hold_out(config, frame), *folds(config, frame, 4)]
    for learned, tested in pairs:
        assert not set(learned) & set(tested)
        if config.data.group:
            assert not set(frame["house"].iloc[learned]) & set(frame["house"].iloc[tested])
        if config.data.time:
            assert frame["day"].iloc[learned].max() < frame["day"].iloc[tested].min()
    assert 0.1 < len(pairs[0][1]) / len(frame) < 0.3


@pytest.mark.parametrize("config", [PLAIN, GROUPED], ids=["plain", "groups"])
def test_each_row_is_tested_once_in_each_repeat(config):
    # folds of the next repeat that are those of the first
    tested = [test for _, test in folds(config, rows(), 5, 2)]
    for turn in (tested[:5], tested[5:]):
        assert sorted(np.concatenate(turn)) == list(range(200))
    assert any(set(a) != set(b) for a, b in zip(tested[:5], tested[5:]))


def test_classes_keep_their_shares():
    frame = rows()
    share = (frame["y"] == "b").mean()
    for _, tested in [hold_out(PLAIN, frame), *folds(PLAIN, frame, 5)]:
        assert abs((frame["y"].iloc[tested] == "b").mean() - share) < 0.03


def test_splits_are_a_function_of_the_seed():
    one, same, other = (hold_out(replace(PLAIN, seed=seed), rows())[1] for seed in (1, 1, 2))
    assert list(one) == list(same) != list(other)


def test_too_few_rows_are_named():
    # scikit-learn's warning, and a fold without the class
    frame = rows().assign(y=["b", "b", "b", *["a"] * 197])
    with pytest.raises(PipelineError, match="class 'b' of the target has 3 rows; 5 folds need at least 5"):
        list(folds(PLAIN, frame, 5))
    with pytest.raises(PipelineError, match="no row of class 'b'"):
        hold_out(TIMED, frame.sort_values("day").assign(y=["a"] * 150 + ["a"] * 47 + ["b"] * 3).iloc[:197]
                 .assign(y=lambda one: ["b"] * 3 + ["a"] * 194))  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_families_give_probabilities(name):
    # a hyper-parameter that the model has not, a model without probabilities, a weight that is ignored
    one = family(name)
    X, y = np.random.default_rng(0).normal(size=(60, 3)), np.array(["a", "b", "c"] * 20)
    drawn = {
        key: space[0] if isinstance(space, list) else float(space.rvs(random_state=0))
        for key, space in one.space.items()
    }
    model = one.make(0).set_params(**drawn, **({one.balanced: "balanced"} if one.balanced else {}))
    P = model.fit(X, y).predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-6)


def test_an_unknown_family_is_named():
    with pytest.raises(PipelineError, match=r"'logistic_regresion' is none of .* Do you mean 'logistic_regression'\?"):
        family("logistic_regresion")
