"""What a look at the table finds before the fit."""

import numpy as np
import pytest

from groundup.data.tables.options import TableOptions

R = np.random.default_rng(5)
T = R.normal(20, 5, 200).round(2)
Y = (3 * T + R.normal(size=200)).round(3)


def text(**columns):
    rows = zip(*columns.values(), strict=True)
    return ",".join(columns) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def with_entries(values, **at):
    changed = np.array(values)
    for row, value in at.items():
        changed[int(row[1:])] = value
    return changed


@pytest.fixture
def told(loaded):
    def notes(content, target="y", kind="regressor", **more):
        return list(loaded(content, target, kind, **more).notes)

    return notes


def test_an_ordinary_table_gives_no_notes(told):
    # would catch: a warning that cries wolf
    skewed = np.exp(R.normal(size=200)).round(4)
    assert told(text(t=T, s=skewed, c=R.choice(["a", "b"], 200), k=R.integers(0, 5, 200), y=Y)) == []


@pytest.mark.parametrize("value", [-999, 9999, -1, 99])
def test_a_number_that_stands_for_none(told, value):
    # would catch: -999 degrees in a fit, without a word
    t = with_entries(T, _3=value, _50=value, _170=value)
    (note,) = told(text(t=t, y=Y))
    assert note.startswith(f"t: 3 rows (4, 51, 171) hold {value}, all others lie between {T.min():g}")
    assert told(text(t=t, y=Y), options=TableOptions(missing=(f"t={value}",))) == []


def test_rows_that_decide(told):
    # would catch: R² of 0.001 for three broken targets, without a word
    (note,) = told(text(t=T, y=with_entries(Y, _100=4312.0, _101=-3900.5, _150=4100.0)))
    assert note.startswith("y: rows 101, 102, 151 (4312, -3900.5, 4100) have 99.")
    assert note.endswith("% of its spread, and decide the fit")
    (note,) = told(text(t=T, y=with_entries(Y, _7=1e6)))
    assert note.startswith("y: row 8 (1e+06) has ")


def test_rows_have_the_numbers_of_the_table(loaded):
    # would catch: rows counted among those of the fit, which nobody can look up
    y = [str(value) if k % 10 else "" for k, value in enumerate(with_entries(Y, _7=1e6))]
    data = loaded(text(t=T, y=y), "y", "regressor")
    assert data.notes[0].startswith("y: row 8 (1e+06) has ")
    assert list(data.row_numbers[:10]) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    held = data.hold_out(0.2, 0, stratify=False)
    both = np.concatenate([held.row_numbers, held.held_out.row_numbers])
    assert np.array_equal(np.sort(both), data.row_numbers)
    place = int(np.flatnonzero(np.concatenate([held.y, held.held_out.y]) == 1e6)[0])
    assert both[place] == 8


def test_the_unit_that_decides(loaded, told):
    # would catch: clusters that are slices of one column
    content = text(age=R.integers(18, 80, 200), score=R.integers(1, 6, 200), income=R.integers(20000, 90000, 200))
    (note,) = told(content, None, "clusterer", standardize=False)
    assert note.startswith("income has 99.9 % of the total variance")
    assert told(content, None, "clusterer", standardize=False, options=TableOptions(standardize=True)) == []
    assert told(content, None, "clusterer", standardize=None) == []
    columns = {f"s{k}": R.integers(1, 6, 200) for k in range(4)}
    (note,) = told(
        text(**columns, a=R.normal(0, 500, 200), b=R.normal(0, 700, 200)), None, "clusterer", standardize=False
    )
    assert note.startswith("b, a have 99.9 % of the total variance")
    data = loaded(content, None, "clusterer", TableOptions(standardize=True))
    assert np.allclose(data.X.mean(axis=0), 0, atol=1e-12)
    assert np.allclose(data.X.std(axis=0), 1, atol=1e-12)


def test_columns_that_say_what_the_target_says(told):
    # would catch: a perfect score that is worth nothing
    assert told(text(t=T, copy=Y, y=Y)) == [
        "copy: tells the target y in every row; --drop copy if it is not known before the target is"
    ]
    y = R.choice(["no", "yes"], 200)
    grade = np.where(y == "yes", "D", R.choice(["A", "B", "C"], 200))
    assert told(text(t=T, grade=grade, y=y), "y", "classifier") == [
        "grade: tells the target y in every row; --drop grade if it is not known before the target is"
    ]


def test_rare_classes(told):
    # would catch: an accuracy of 0.94 that "always no" has too
    y = np.where(np.arange(200) % 16 == 0, "yes", "no")
    assert told(text(t=T, y=y), "y", "classifier") == [
        "y: 6.5 % of the rows are 'yes'; to say 'no' always would be right in 93.5 % of them"
    ]


def test_copies_of_rows(told):
    # would catch: a table that was exported twice
    assert told(text(t=[*T, *T[:20]], y=[*Y, *Y[:20]])) == [
        "20 of 220 rows are copies of others: is each meant to count?"
    ]
    assert told(text(k=R.integers(0, 3, 200), c=R.choice(["a", "b"], 200), y=R.integers(0, 9, 200))) == []


def test_a_target_without_spread_is_told(told):
    # would catch: R² of a constant without a word
    assert told(text(t=T, y=[7] * 200)) == ["y: is 7 in every row; there is nothing to explain"]


def test_copies_are_seen_by_their_identifiers(loaded, uses):
    # would catch: four rows exported twice that nobody hears of, and an order number that becomes a measurement by them
    rows = [f"{5000 + k},{T[k]},{Y[k]}" for k in range(200)]
    data = loaded("order no,t,y\n" + "\n".join([*rows[:100], *rows[40:44], *rows[100:]]) + "\n", "y", "regressor")
    assert data.notes == ("4 of 204 rows are copies of others: is each meant to count?",)
    assert uses(data)["order no"][1] == "left out: numbers the rows"


def test_rows_of_a_few_values_are_no_copies(told):
    # would catch: a warning that cries wolf about a single number with two decimals
    assert told(text(t=R.integers(0, 150, 300) / 100, y=R.choice(["a", "b"], 300)), "y", "classifier") == []


def test_the_same_up_to_units_is_told(told):
    # would catch: a price in another currency among the columns
    assert told(text(t=T, gross=(1.19 * Y).round(3), y=Y))[0].startswith("gross: tells the target y in every row")
    refund = np.where(np.arange(200) % 3 == 0, R.uniform(5, 50, 200).round(2), 0)
    y = np.where(np.arange(200) % 3 == 0, "returned", "kept")
    assert told(text(t=T, refund=refund, y=y), "y", "classifier")[-1].startswith("refund: tells the target y")


def test_a_zero_far_from_all_others_is_told(told):
    # would catch: a score of 0 for "no score", which costs a third of the signal
    score = R.normal(640, 70, 200).round(3)
    assert told(text(s=with_entries(score, _3=0, _50=0), y=score))[0].startswith("s: 2 rows (4, 51) hold 0, all others")
    assert told(text(s=R.poisson(2, 200), y=Y)) == []


def test_columns_that_hardly_count_are_told(told):
    # would catch: two groups in a column of small numbers that no cluster sees
    c = np.where(np.arange(200) % 2 == 0, 0, 1) + R.normal(0, 0.05, 200)
    (note,) = told(text(a=R.normal(0, 10, 200), b=R.normal(0, 11, 200), c=c), None, "clusterer", standardize=False)
    assert note.startswith("b, a have 99.")
    assert "and c hardly counts" in note
