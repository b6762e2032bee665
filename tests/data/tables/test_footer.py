"""What stands below a table is no row of it."""

import numpy as np
import pytest

R = np.random.default_rng(1)
ROWS = [f"case {k},{R.normal(50, 9):.1f},{R.integers(1, 9)},{R.normal():.2f}" for k in range(60)]


@pytest.mark.parametrize(
    ("footer", "count"),
    [
        (["Total,3000,240,1.5"], 1),
        (["Sum of all: 60,3000,240,1.5"], 1),
        (["printed on 3 May 2024,,,"], 1),
        ([",,,", "Patients: 60,,,", "printed on 3 May 2024,,,"], 3),
        (["Mean,50,4,0.1", "confidential,,,"], 2),
    ],
)
def test_lines_below_the_table_are_left_out_and_told(loaded, footer, count):
    # would catch: a cluster of the line "Total", a prediction for the time of the export
    data = loaded("name,age,visits,y\n" + "\n".join([*ROWS, *footer]) + "\n", "y", "regressor")
    assert len(data.X) == 60
    assert data.feature_names == ("age", "visits")
    assert f"the last {'line' if count == 1 else f'{count} lines'}" in data.notes[0]
    assert data.notes[0].endswith(f"{'is' if count == 1 else 'are'} left out: 60 rows stay")


@pytest.mark.parametrize(
    "last", ["case 60,,,1.5", "case 60,50,4,0.1", "Totally other,50,4,0.1", "Count Dracula,50,4,0.1"]
)
def test_a_last_row_is_a_row(loaded, last):
    # would catch: a patient with missing entries taken for a footer
    data = loaded("name,age,visits,y\n" + "\n".join([*ROWS, last]) + "\n", "y", "regressor")
    assert len(data.X) == 61
    assert data.notes == ()
