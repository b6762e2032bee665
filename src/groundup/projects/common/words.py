"""Words of answers: percentages and lists."""

from collections.abc import Sequence


def percent(share: float) -> str:
    """Return a share in per cent: to three digits where it is close to 0 or 1, without decimals otherwise."""
    value = 100 * share
    if 0 < value < 1 or 99 <= value < 100:
        return f"{value:.3g} %"
    return f"{value:.0f} %"


def joined(words: Sequence[str]) -> str:
    """Return words as a list: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
