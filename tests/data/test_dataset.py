"""A data set: which rows no fit sees, and what is said about the columns."""

from dataclasses import replace

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification, regression, text
from groundup.workbench.run.validation import together


def test_held_out_rows_belong_to_the_same_set():
    """Catches targets that stay behind, rows in both parts, names and images lost on the way."""
    whole = bundled.digits(0)
    data = whole.hold_out(0.25, 3, stratify=True)
    unseen = data.held_out
    assert len(data.X) + len(unseen.X) == len(whole.X)
    assert abs(len(unseen.X) - len(whole.X) / 4) < 5
    together = np.vstack([np.column_stack([d.X, d.y]) for d in (data, unseen)])
    original = np.column_stack([whole.X, whole.y])
    assert np.array_equal(np.sort(together.view("V520"), axis=0), np.sort(original.view("V520"), axis=0))
    assert unseen.image == data.image == (8, 8)
    assert unseen.feature_names == whole.feature_names
    assert unseen.held_out is None
    share = [(d.y == 3).mean() for d in (data, unseen)]
    assert abs(share[0] - share[1]) < 0.003


def test_of_few_rows_none_is_held_out():
    """Catches a table of a dozen rows that is fitted without a part of them."""
    few = regression.line(0).take(np.arange(19))
    assert few.hold_out(0.2, 0, stratify=False) is few
    assert regression.line(0).take(np.arange(20)).hold_out(0.2, 0, stratify=False).held_out is not None


def test_a_description_says_what_there_is():
    """Catches classes averaged like numbers, a target left out, held-out rows kept secret."""
    data = classification.gaussians(0).hold_out(0.25, 0, stratify=True)
    table = data.describe("classifier")
    assert [row[0] for row in table.rows] == list(data.feature_names)
    assert table.rows[0][1] == data.X[:, 0].mean()
    assert table.note == (
        "300 rows × 2 columns. Classes of kind: finch (150), sparrow (150). "
        "Another 100 rows are held out: no fit sees them."
    )
    line = regression.line(0).describe("regressor")
    assert [row[0] for row in line.rows] == ["load (N)", "length (cm) (target)"]
    assert line.note == "60 rows × 1 column."
    melts = regression.melts(0).describe("regressor")
    assert [row[0] for row in melts.rows[-3:]] == [
        "strength (MPa) (target)", "hardness (HB) (target)", "elongation (%) (target)",
    ]  # fmt: skip
    unnamed = replace(regression.melts(0), target_name=None)
    assert unnamed.target_names == ("y 1", "y 2", "y 3")


def test_a_wide_set_is_summed_up_by_its_first_columns():
    """Catches ten thousand medians for a table that shows twenty."""
    wide = Dataset("wide", "", np.ones((3, 75)), None, tuple(f"c{j}" for j in range(75)))
    assert [row[0] for row in wide.describe(None).rows] == [f"c{j}" for j in range(20)]
    assert (
        replace(wide, y=np.array([0, 1, 1]))
        .describe("clusterer")
        .note.endswith("The 2 true groups (y) are known, and used for scores only.")
    )
    place = replace(wide, y=np.array([0.5, 1.0, 1.5]), target_name="place")
    words = "A number of each row that no fit sees (place) is known, and shown in figures only."
    assert place.describe("transformer").note.endswith(words)


def test_a_data_set_is_shown_in_brief():
    # would catch: a notebook's cell with all the rows
    data = Dataset("made up", "", np.zeros((500, 3)), np.arange(500.0), ("a", "b", "c"), "y")
    assert "X=float64 array of shape (500, 3), from 0 to 0" in repr(data)
    assert len(repr(data)) < 1000
    assert "(500, 3)" in data._repr_html_()


def test_sparse_rows_are_summed_up_by_their_most_frequent_columns():
    """Catches sparse rows made dense, sums of stored entries instead of columns, and texts left behind."""
    X = Csr(np.array([1.0, 4.0, 2.0, 3.0]), np.array([0, 2, 2, 1]), np.array([0, 2, 3, 4]), (3, 3))
    data = Dataset("words", "", X, np.array(["a", "b", "b"]), ("x", "y", "z"), "kind", texts=("one", "two", "three"))
    table = data.describe("classifier")
    assert table.head == ("column", "sum", "rows that have it", "largest entry")
    assert table.rows == (("z", 6.0, 2.0, 4.0), ("y", 3.0, 1.0, 3.0), ("x", 1.0, 1.0, 1.0))
    assert "3 rows × 3 columns. Classes of kind: a (1), b (2)." in table.note
    some = data.take(np.array([2, 0]))
    assert some.texts == ("three", "one")
    assert some.X[0].tolist() == [0, 3, 0]


def test_both_parts_of_sparse_rows_go_together():
    """Catches pointers that begin at zero twice, and texts in another order than their rows."""
    data = text.messages(0).hold_out(0.25, 0, stratify=True)
    whole = together(data)
    n = len(data.X)
    assert whole.X.shape == (n + len(data.held_out.X), data.X.shape[1])
    assert np.array_equal(whole.X[n + 3], data.held_out.X[3])
    assert np.array_equal(whole.X[n - 1], data.X[n - 1])
    assert whole.texts[n + 3] == data.held_out.texts[3]
    assert whole.held_out is None


def test_axes_in_standard_units_say_so_once():
    """Catches two brackets after each other, "eruption (minutes) (standard units)", which name two units."""
    assert bundled.standard_faithful(0).axis_names[0] == "eruption (minutes), in standard units"
    assert classification.moons(0).axis_names == classification.moons(0).feature_names
