"""Words of answers: percentages, numbers and lists."""

from collections.abc import Sequence
from math import floor, isfinite, log10

NAMED = 6  # Names of a list; more of them are counted.
WHOLE = 1 - 1e-12  # Share from which nothing but rounding is left.
LEAST = 0.01  # Per cent below which no digits are given.
SMALLEST, LARGEST = 1e-4, 1e9  # Numbers in between are written without an exponent.


def percent(share: float) -> str:
    """Return a share in per cent: to three digits where it is close to 0 or 1, without decimals otherwise."""
    value = 100 * share
    if 99 <= value < 100 * WHOLE:
        return f"{min(float(f'{value:.3g}'), 99.9):g} %"  # Never 100 % of what is not all.
    if 0 < value < LEAST:
        return f"< {LEAST:g} %"
    return f"{value:.3g} %" if 0 < value < 1 else f"{value:.0f} %"


def rounded(value: float, digits: int = 3, *, sign: bool = False) -> str:
    """Return a number rounded to `digits`, as people write it: 23,400 and 0.00123, −5 and 2.1e+12."""
    if not isfinite(value):
        return f"{value:g}".replace("-", "−")
    short = float(f"{value:.{digits}g}")
    if short != 0 and not SMALLEST <= abs(short) < LARGEST:
        text = f"{short:{'+' if sign else ''}.{digits}g}"
    else:
        decimals = max(digits - 1 - floor(log10(abs(short))), 0) if short else 0
        text = f"{short:{'+' if sign else ''},.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def with_spread(mean: float, std: float) -> str:
    """Return a mean with its standard deviation, both to the second digit of the deviation: 1,000,000,000.1 ± 2.3.

    Without a deviation, or with one of zero, the mean has its usual digits.
    """
    if not (isfinite(mean) and isfinite(std)) or std <= 0:
        return rounded(mean) + (" ± 0" if std == 0 else "")
    decimals = 1 - floor(log10(std))
    if SMALLEST <= std < LARGEST and abs(mean) < LARGEST**2:
        pair = (f"{round(value, decimals) + 0.0:,.{max(decimals, 0)}f}" for value in (mean, std))
        return " ± ".join(pair).replace("-", "−")
    digits = floor(log10(max(abs(mean), std))) + decimals + 1
    return f"{rounded(mean, digits)} ± {rounded(std, 2)}"


def joined(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list: a, b and c."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def quoted(name: str) -> str:
    """Return a name as it stands in a list: in quotation marks where it has a comma of its own."""
    return f"“{name}”" if "," in name else name


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """Return names as a list, the first of them where there are many: a, b and 12 more."""
    shown = [quoted(name) for name in names[:most]]
    return joined([*shown, f"{len(names) - most:,} more"] if len(names) > most else shown)


def leaves(count: int) -> str:
    """Return a number of leaves of a tree."""
    return "1 leaf" if count == 1 else f"{count:,} leaves"
