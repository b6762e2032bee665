"""Distributions of the training rows: what is counted, and that new rows are counted in the same bins."""

import json

import numpy as np
import pandas
import pytest

from groundup.pipeline import fingerprint
from groundup.pipeline.config import Config, Data
from groundup.pipeline.contract import Column, Contract

CONTRACT = Contract(
    {
        "id": Column(kind="id"),
        "size": Column(kind="number", missing=True),
        "plan": Column(kind="category", missing=True),
        "since": Column(kind="date", missing=True),
        "note": Column(kind="text", missing=True),
        "when": Column(kind="date"),
        "unused": Column(kind="number"),
        "label": Column(kind="category"),
    }
)
CONFIG = Config(data=Data(file="x.csv", target="label", drop=["unused"], time="when"))


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    days = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(rng.integers(0, 300, n), unit="D")
    size = rng.normal(size=n)
    size[0] = np.nan
    frame = pandas.DataFrame(
        {
            "id": [str(k) for k in range(n)],
            "size": size,
            "plan": pandas.Series(rng.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]), dtype=object),
            "since": pandas.Series(days).astype("datetime64[us]"),
            "note": ["one two three"] * n,
            "when": days,
            "unused": 1.0,
            "label": rng.choice(["no", "yes"], n),
        }
    )
    frame.loc[1, ["plan", "note"]] = None
    frame.loc[2, "since"] = pandas.NaT
    p = rng.random(n)
    return frame, np.column_stack([1 - p, p])


def test_every_row_is_counted_once():
    # an edge that counts in two bins, the largest number in the bin above all, missing ones among the numbers
    frame, P = rows(1000)
    found = fingerprint.of(frame, P, CONFIG, CONTRACT)
    assert json.loads(json.dumps(found)) == found
    assert list(found["columns"]) == ["size", "plan", "since", "note", "label"]
    assert list(found["scores"]) == ["1"]
    assert found["rows"] == 1000
    for one in found["columns"].values():
        assert sum(one["counts"]) + one["missing"] == 1000
        assert one["counts"][-1] == 0
    size = found["columns"]["size"]
    assert size["missing"] == 1
    assert size["counts"][0] == 1  # the smallest number
    assert set(size["counts"][1:-1]) <= {9, 10, 11}
    assert size["edges"][0] == frame["size"].min()
    assert size["edges"][-1] == frame["size"].max()
    plan = found["columns"]["plan"]
    assert plan["values"] == ["a", "b", "c"]
    assert plan["counts"][:3] == frame["plan"].value_counts()[["a", "b", "c"]].tolist()
    assert found["columns"]["note"]["edges"] == [3.0]
    assert found["columns"]["since"]["edges"][0] == (frame["since"].min() - pandas.Timestamp("2000-01-01")).days


def test_new_rows_in_pieces_are_counted_in_the_same_bins():
    # edges that are drawn from the new rows, a piece that is counted twice
    frame, P = rows(500)
    found = fingerprint.of(frame, P, CONFIG, CONTRACT)
    assert fingerprint.tally(found, frame, P) == found
    half = fingerprint.tally(found, frame[:200], P[:200])
    assert fingerprint.added(half, fingerprint.tally(found, frame[200:], P[200:])) == found
    none = fingerprint.tally(found, frame[:0], P[:0])
    assert fingerprint.added(half, none) == half
    strange = frame[:3].assign(size=[-99.0, 99.0, np.nan], plan=["d", "a", None])
    new = fingerprint.tally(found, strange.drop(columns="label"), P[:3])
    assert "label" not in new["columns"]
    assert new["columns"]["size"]["counts"][0] == new["columns"]["size"]["counts"][-1] == 1
    assert new["columns"]["plan"]["counts"] == [1, 0, 0, 1]
    assert new["columns"]["plan"]["missing"] == 1


def test_few_different_numbers_have_a_bin_each():
    # quantiles that are equal, of which bins of no width come
    frame, P = rows(300)
    found = fingerprint.of(frame.assign(size=np.arange(300) % 3), P, CONFIG, CONTRACT)
    assert found["columns"]["size"] == {"kind": "number", "edges": [0, 1, 2], "counts": [100, 100, 100, 0],
                                        "missing": 0}  # fmt: skip
    empty = fingerprint.of(frame.assign(size=np.nan), P, CONFIG, CONTRACT)["columns"]["size"]
    assert empty == {"kind": "number", "edges": [], "counts": [0], "missing": 300}


@pytest.mark.parametrize("classes", [3, 4])
def test_several_classes_have_a_score_each(classes):
    frame, _ = rows(50)
    P = np.full((20, classes), 1 / classes)  # scores of fewer rows, those held out
    found = fingerprint.of(frame, P, CONFIG, CONTRACT)
    assert list(found["scores"]) == [str(k) for k in range(classes)]
    assert sum(found["scores"]["0"]["counts"]) == 20
