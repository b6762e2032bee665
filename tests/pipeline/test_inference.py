"""What `init` proposes: kinds, forms and ranges that the rows of the table fulfil."""

import numpy as np
import pandas
import pytest

from groundup.pipeline.errors import PipelineError
from groundup.pipeline.inference import infer
from groundup.pipeline.samples import TARGETS, breast_cancer, customers
from groundup.pipeline.tables import pieces


def proposed(tmp_path, text, target="y"):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return infer(path, target)


def table(**columns):
    n = 40
    made = {"x": range(n), "y": ["no", "yes"] * (n // 2), **columns}
    return pandas.DataFrame(made).to_csv(index=False, sep=";")


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([f"{k},5" for k in range(40)], {"kind": "number", "decimal": ",", "low": 0.0}),
        ([f"€1,{k:03}" for k in range(40)], {"kind": "number", "before": "€", "thousands": ","}),
        ([f"{k} kg" for k in range(1, 41)], {"kind": "number", "after": "kg"}),
        ([f"{k % 28 + 1:02}.{k % 12 + 1:02}.2021" for k in range(40)], {"kind": "date", "format": "%d.%m.%Y"}),
        (["a", "b"] * 20, {"kind": "category", "values": ["a", "b"], "missing": False}),
        (["a", "b"] * 19 + ["c", ""], {"kind": "category", "values": [], "missing": True}),
        ([True, False] * 20, {"kind": "category", "values": ["False", "True"]}),
        ([f"this is note number {k}" for k in range(40)], {"kind": "text"}),
        ([f"K{k}" for k in range(40)], {"kind": "id", "unique": True}),
        (["00123", "01234"] * 20, {"kind": "category"}),
        (["n/a", "3"] * 20, {"kind": "number", "missing": True}),
        ([-3.0, 5.0] * 20, {"kind": "number", "low": -11.0, "high": 13.0}),
    ],
    ids=[
        "decimal comma",
        "euros",
        "kilograms",
        "German dates",
        "closed",
        "open",
        "truths",
        "text",
        "names",
        "codes",
        "words for missing",
        "range",
    ],
)
def test_kinds(tmp_path, entries, said):
    # a price taken for a category, a rare category taken for all there are, a code taken for a number
    found = proposed(tmp_path, table(z=entries)).contract.columns["z"]
    assert {name: getattr(found, name) for name in said} == said


def test_odd_entries_are_told(tmp_path):
    # a column that becomes text for one misprint
    found = proposed(tmp_path, table(z=[*map(str, range(39)), "o9"]))
    assert found.contract.columns["z"].kind == "number"
    assert "'o9' is no number: such rows break the contract; if it means a missing entry" in found.notes[0]


def test_rows_without_a_class_are_told(tmp_path):
    # rows that are rejected later, without a word before
    found = proposed(tmp_path, "x,y\n1,a\n2,b\n3,\n4,a\n")
    assert found.notes == ("y: 1 row without a class will be rejected",)
    assert not found.contract.columns["y"].missing


@pytest.mark.parametrize("make", [breast_cancer, customers])
def test_the_table_fulfils_its_contract(tmp_path, make):
    # a proposal that the very next command refuses
    path = tmp_path / "t.csv"
    make().to_csv(path, index=False)
    target = TARGETS[make.__name__]
    found = infer(path, target)
    rows = [found.contract.check(piece.frame) for piece in pieces(path)]
    assert sum(len(one.violations) for one in rows) == 0
    assert sum(len(one.frame) for one in rows) == len(make())
    assert found.contract.columns[target].values == sorted(make()[target].unique())


def test_the_planted_leak():
    # a sample in which nothing is to be found
    frame = customers()
    assert ((frame["exit_fee"] > 0) == (frame["churned"] == "yes")).all()
    assert 0.2 < (frame["churned"] == "yes").mean() < 0.3
    assert frame["age"].isna().any()
    assert frame["region"].value_counts().min() < 30


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("a,b\n1,2\n", "y", "has no column 'y'"),
        ("a,y\n1,2\n2,2\n", "y", "has 1 different entry"),
        ("y\na\nb\n", "y", "no column to learn from"),
        ("", "y", "empty"),
    ],
)
def test_what_cannot_be_learned(tmp_path, text, target, words):
    with pytest.raises(PipelineError, match=words):
        proposed(tmp_path, text, target)


def test_a_target_of_numbers_is_no_class(tmp_path):
    with pytest.raises(PipelineError, match="from 2 to 50 classes"):
        proposed(tmp_path, pandas.DataFrame({"x": range(60), "y": np.arange(60) / 7}).to_csv(index=False))
