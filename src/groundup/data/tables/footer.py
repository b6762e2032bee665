"""Lines below a table that belong to no row: sums, remarks, the time of the export."""

import re
from typing import TYPE_CHECKING

from groundup.core.text import plural
from groundup.data.tables.entries import brief, labels

if TYPE_CHECKING:
    from pandas import DataFrame

MOST = 5  # Lines of a footer.
FEWEST_COLUMNS, FEWEST_ROWS = 3, 10  # Tables that are smaller are not judged.
SUM = re.compile(
    r"((grand |sub)?(total|sum|average|mean|count)s?|summe|gesamt\w*|mittelwert|durchschnitt)(:.*| of .*| \(.*)?"
    r"|n ?=.*",
    re.IGNORECASE,
)


def without_footer(frame: "DataFrame") -> "tuple[DataFrame, tuple[str, ...]]":
    """Return a table without the lines below it, and what is said of them.

    Such a line has one entry at most, where rows have several, or is named like a sum.
    """
    if len(frame.columns) < FEWEST_COLUMNS or len(frame) < FEWEST_ROWS:
        return frame, ()
    last = frame.iloc[-MOST:]
    entries = last.notna().sum(axis=1)
    usual = frame.iloc[:-MOST].notna().sum(axis=1).median()
    count = 0
    while count < MOST and (
        (usual >= FEWEST_COLUMNS and entries.iloc[-1 - count] <= 1)
        or _is_sum(last.iloc[-1 - count : len(last) - count])
    ):
        count += 1
    if count == 0:
        return frame, ()
    shown = last.iloc[-1].dropna()
    words = f" ({brief(shown.iloc[0])})" if len(shown) else ""
    lines = f"the last line{words} looks" if count == 1 else f"the last {count} lines{words} look"
    left = f"{'is' if count == 1 else 'are'} left out: {plural(len(frame) - count, 'row')} stay"
    return frame.iloc[:-count].reset_index(drop=True), (f"{lines} like what stands below a table, and {left}",)


def _is_sum(line: "DataFrame") -> bool:
    """Whether the first text of a line is that of a sum."""
    for name in line:
        entry = labels(line[name]).iloc[0]
        if entry == entry and isinstance(entry, str) and not entry.replace(".", "").replace(",", "").isdigit():
            return bool(SUM.fullmatch(entry))
    return False
