"""What to predict: numbers or classes, spelled as in the file, or a question where neither fits."""

import numpy as np
import pandas as pd
import pytest

from groundup.data.tables.errors import Ambiguous, TableError
from groundup.data.tables.options import NoSuchColumn, TableOptions


def test_one_numeric_target(loaded, uses):
    # would catch: the target left among the features, rows without it imputed
    data = loaded("x,price,y\n1,10,5\n2,,6\n3,30,8\n", "price", "regressor")
    assert np.array_equal(data.X, [[1, 5], [3, 8]])
    assert list(data.y) == [10, 30]
    assert data.y.shape == (2,)
    assert data.target_name == "price"
    assert uses(data)["price"] == ("number", "target", "1 row without it left out")


def test_a_target_with_a_unit(loaded, uses):
    # would catch: money to be predicted taken for names
    data = loaded('x,price\n1,"$1,200"\n2,"$2,500"\n4,$30\n', "price", "regressor")
    assert list(data.y) == [1200, 2500, 30]
    assert uses(data)["price"][0] == "number, with thousands separators, in $"


def test_several_targets_are_wide(loaded):
    # would catch: targets in another order than asked for
    data = loaded("x,a,b\n1,10,5\n2,20,6\n3,30,\n", "b, a", "regressor")
    assert np.array_equal(data.y, [[5, 10], [6, 20]])
    assert data.feature_names == ("x",)


def test_a_column_whose_name_has_a_comma_or_a_colon(loaded):
    # would catch: a name split that is a column's own
    assert list(loaded('x,"a,b",c:d\n1,2,3\n2,3,5\n', "a,b", "regressor").y) == [2, 3]
    assert list(loaded('x,"a,b",c:d\n1,2,3\n2,3,5\n', "c:d", "regressor").y) == [3, 5]


def test_long_targets_become_wide(loaded, uses):
    # would catch: measurements matched to the wrong sample, missing ones filled, samples with missing features lost
    text = "site,x,quantity,value\nA,1,mass,10\nB,,size,4\nA,1,size,3\nB,,mass,20\nC,7,mass,5\nD,8,size,1\nD,8,mass,2\n"
    data = loaded(text, "quantity:value", "regressor")
    assert data.feature_names == ("x",)  # The sites are all different.
    assert np.array_equal(data.y, [[10, 3], [20, 4], [2, 1]])
    assert np.array_equal(data.X[:, 0], [1, 4.5, 8])
    assert uses(data)["quantity"] == ("number", "target in long form: mass, size", "1 row without it left out")


def test_a_long_target_given_twice_is_told(loaded):
    # would catch: the second measurement written over the first
    with pytest.raises(TableError, match="'mass' is given twice for the same sample, the second time in row 3"):
        loaded("x,q,v\n1,mass,10\n2,mass,11\n1,mass,12\n", "q:v", "regressor")


CLASSES = {
    "text": ("x,c\n1,b\n2,a\n4,b\n5,\n", "c", ["b", "a", "b"]),
    "numbers": ("x,c\n1,3\n2,1\n4,3\n5,\n", "c", [3, 1, 3]),
    "truth": ("x,c\n1,True\n2,FALSE\n4,True\n5,\n", "c", ["True", "FALSE", "True"]),
    "codes": ("x,c\n1,07\n2,10\n4,07\n5,\n", "c", ["07", "10", "07"]),
    "decimals": ("x,c\n1,1.50\n2,2.0\n4,1.50\n5,\n", "c", ["1.50", "2.0", "1.50"]),
    "None": ("x,c\n1,None\n2,NA\n4,None\n5,\n", "c", ["None", "NA", "None"]),
    "indicators": ("x,a,b\n1,0,1\n2,1,0\n4,0,1\n5,,\n", "a,b", ["b", "a", "b"]),
    "long": (
        "x,c\n1,479386071891505153\n2,479386071891505152\n4,479386071891505153\n5,\n", "c",
        [479386071891505153, 479386071891505152, 479386071891505153],
    ),
    "longer": (
        "x,c\n1,14160410518916347259\n2,479386071891505152\n4,14160410518916347259\n5,\n", "c",
        ["14160410518916347259", "479386071891505152", "14160410518916347259"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "target", "expected"), CLASSES.values(), ids=CLASSES)
def test_classes_keep_their_spelling(loaded, text, target, expected):
    # would catch: indicator columns read off by one, labels that pass through floating point, "None" taken as missing
    data = loaded(text, target, "classifier")
    assert data.y.tolist() == expected
    assert len(data.X) == 3
    groups = loaded(text, target, "clusterer").y
    assert groups[0] == groups[2] != groups[1]


def test_classes_of_typed_tables(tmp_path, loaded):
    # would catch: truth values and whole numbers of Parquet that become floats
    from groundup.data.tables.load import load_table

    frame = pd.DataFrame({"x": [1.0, 2, 4, 7], "b": [True, False, True, True], "i": [3, 1, 3, 1], "f": [1.0, 2, 1, 2]})
    frame.to_parquet(tmp_path / "t.parquet")
    labels = [load_table(tmp_path / "t.parquet", name, "classifier").y.tolist() for name in "bif"]
    assert labels == [[True, False, True, True], [3, 1, 3, 1], [1, 2, 1, 2]]


def test_words_for_nothing_among_the_classes(loaded, uses):
    # would catch: a class "None" that is kept, or dropped, without a word
    text = "x,c\n" + "".join(f"{k * k},{('None', 'mild')[k % 2]}\n" for k in range(20))
    assert any("c: 'None' (10 rows) is taken for a class like the others" in note
               for note in loaded(text, "c", "classifier").notes)  # fmt: skip
    data = loaded(text.replace("mild", "mild\n0,severe"), "c", "classifier", TableOptions(missing=("c=None",)))
    assert set(data.y) == {"mild", "severe"}
    assert uses(data)["c"] == ("2 classes", "target", "10 rows without it left out")


MANY = "x,c\n" + "".join(f"{k * k % 13},{k % 25}\n" for k in range(100))
PAIRS = "x,c\n" + "".join(f"{k * k % 13},name {k // 2}\n" for k in range(100))
BINARY = "x,c\n" + "".join(f"{k * k % 13},{k % 2}\n" for k in range(100))


@pytest.mark.parametrize(
    ("text", "kind", "question"),
    [
        (MANY, "classifier", "c has 25 different numbers in 100 rows: that is a quantity, not classes. Use linear_reg"),
        (PAIRS, "classifier", "most of the 50 classes of c have one or two rows"),
        (BINARY, "regressor", r"c has two different values \(0, 1\) in 100 rows: those are classes"),
        (
            "x,c\n1,a\n2,b\n4,a\n",
            "regressor",
            "'c' holds text, but numbers are wanted here: its 2 .*logistic_regression",
        ),
        ("x,c\n1,5\n2,?\n4,7\n5,8\n", "regressor", r"'c' holds numbers, and also '\?': say --missing c=\?"),
    ],
)
def test_a_target_that_does_not_fit_is_asked_back(loaded, text, kind, question):
    # would catch: a hundred classes of a few rows fitted for minutes
    with pytest.raises(Ambiguous, match=question):
        loaded(text, "c", kind)


def test_the_answers(loaded):
    # would catch: a question whose answer does nothing
    assert len(set(loaded(MANY, "c", "classifier", TableOptions(classes=True)).y)) == 25
    assert len(set(loaded(PAIRS, "c", "classifier", TableOptions(classes=True)).y)) == 50
    assert set(loaded(BINARY, "c", "regressor", TableOptions(kinds={"c": "number"})).y) == {0, 1}


@pytest.mark.parametrize(
    ("text", "target", "kind", "error", "message"),
    [
        ("x,price\n1,2\n2,3\n", "Pirce", "regressor", NoSuchColumn, "no column 'Pirce'.*Did you mean 'price'"),
        ("x,price\n1,2\n2,3\n", "q:v", "regressor", NoSuchColumn, "no column 'q:v'"),
        ("x,c\n1,\n2,\n", "c", "regressor", TableError, "'c' has no entries"),
        ("x,a,b\n1,1,1\n2,0,1\n", "a,b", "classifier", TableError, "one 1 in every row"),
        ("x,a,b\n1,u,v\n2,u,w\n", "a,b", "classifier", TableError, "one 1 in every row"),
        ("c\n1\n2\n", "c", "regressor", TableError, "no column is left to learn from"),
        ("q,v\na,1\nb,2\n", "q:v", "regressor", TableError, "no columns besides"),
    ],
)
def test_impossible_targets_are_told(loaded, text, target, kind, error, message):
    # would catch: KeyErrors, classes regressed on their codes
    with pytest.raises(error, match=message):
        loaded(text, target, kind)


def test_without_a_target_there_is_none(loaded):
    # would catch: the last column taken as the target
    data = loaded("a,b\n1,2\n3,5\n", None, "clusterer")
    assert data.y is None
    assert data.X.shape == (2, 2)
    assert data.X.flags.c_contiguous
