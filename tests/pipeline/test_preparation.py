"""From columns to features: unknown, rare and missing entries, and nothing learned from rows that are tested."""

from dataclasses import replace

import numpy as np
import pandas
import pytest

from groundup.pipeline.config import Config, Data, Preparation
from groundup.pipeline.contract import Column, Contract
from groundup.pipeline.preparation import preparation

COLUMNS = {
    "age": Column(kind="number", missing=True),
    "plan": Column(kind="category", missing=True),
    "size": Column(kind="category"),
    "town": Column(kind="category"),
    "since": Column(kind="date", missing=True),
    "note": Column(kind="text", missing=True),
    "id": Column(kind="id"),
    "house": Column(kind="category"),
    "y": Column(kind="category"),
}
CONFIG = Config(
    data=Data(file="t.csv", target="y", group="house", ordered={"size": ["S", "M", "L"]}),
    preparation=Preparation(rare=0.1, many=10, words=5),
)


def rows(n=40):
    rng = np.random.default_rng(0)
    return pandas.DataFrame(
        {
            "age": np.where(np.arange(n) % 8 == 0, np.nan, rng.normal(40, 10, n)),
            "plan": [None, "basic", "plus", "basic"] * (n // 4 - 1) + ["rare", "odd", "basic", "plus"],
            "size": ["S", "M", "L", "M"] * (n // 4),
            "town": [f"t{k % 20}" for k in range(n)],
            "since": pandas.to_datetime(["2020-01-31", None] * (n // 2)).astype("datetime64[us]"),
            "note": ["good price", None, "bad price", "price"] * (n // 4),
            "id": [str(k) for k in range(n)],
            "house": [str(k // 2) for k in range(n)],
            "y": ["a", "b"] * (n // 2),
        },
        index=range(1, n + 1),
    )


def fitted(config=CONFIG):
    frame = rows()
    return preparation(config, Contract(COLUMNS), frame).fit(frame, frame["y"]), frame


def column(steps, frame, name):
    names = list(steps.get_feature_names_out())
    return steps.transform(frame)[:, names.index(name)]


def test_features_are_named_and_finite():
    # the target, the group or the name of a row among the features
    steps, frame = fitted()
    names = list(steps.get_feature_names_out())
    assert {"age", "missingindicator_age", "plan_basic", "plan_missing", "plan_infrequent_sklearn", "town"} <= set(
        names
    )
    assert {"since month", "price", "size"} <= set(names)
    assert not [name for name in names if name.startswith(("id", "house", "y_"))]
    assert np.isfinite(steps.transform(frame)).all()


def test_unknown_and_missing_entries():
    # a new category that stops the service, a missing number that becomes NaN
    steps, frame = fitted()
    new = frame.head(2).assign(
        plan=["never seen", None], town="new", size="XXL", age=np.nan, since=pandas.NaT, note=None
    )
    assert np.isfinite(steps.transform(new)).all()
    assert column(steps, new, "plan_infrequent_sklearn").tolist() == [1, 0]
    assert column(steps, new, "plan_missing").tolist() == [0, 1]
    assert column(steps, frame, "plan_infrequent_sklearn").sum() == 2  # rare and odd


def test_orders_and_standard_units():
    # places in the order of the alphabet, means of the test rows
    steps, frame = fitted()
    small, middle, large = (column(steps, frame[frame["size"] == one], "size")[0] for one in "SML")
    assert small < middle < large
    assert abs(middle - (small + large) / 2) < 1e-12
    shifted = frame.assign(age=frame["age"] + 1)
    difference = column(steps, shifted, "age") - column(steps, frame, "age")
    np.testing.assert_allclose(
        difference[frame["age"].notna()], 1 / frame["age"].fillna(frame["age"].median()).std(ddof=0)
    )


@pytest.mark.parametrize(("scale", "indicators"), [(False, True), (True, False)])
def test_options(scale, indicators):
    # an option without an effect
    config = replace(
        CONFIG, preparation=replace(CONFIG.preparation, scale=scale, indicators=indicators, numbers="mean")
    )
    steps, frame = fitted(config)
    assert ("missingindicator_age" in steps.get_feature_names_out()) == indicators
    wanted = frame["age"].mean() if not scale else 0
    np.testing.assert_allclose(column(steps, frame[frame["age"].isna()], "age"), wanted, atol=1e-12)


def test_a_columns_kind_alone():
    # a table that has no numbers, or only text
    frame = rows()
    for name in ("age", "plan", "since", "note"):
        contract = Contract({name: COLUMNS[name], "y": COLUMNS["y"]})
        found = preparation(Config(data=Data(file="t", target="y")), contract, frame).fit_transform(frame, frame["y"])
        assert np.isfinite(found).all()
        assert found.shape[1] >= 2
