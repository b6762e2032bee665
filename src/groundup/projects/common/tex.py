"""Numbers of worked examples as TeX."""

from groundup.core.types import Array


def row(values: Array, zero: float = 0.0) -> str:
    """Return numbers in brackets, to four digits; sizes below `zero` are printed as 0."""
    shown = (0.0 if abs(value) < zero else value for value in values)
    return "\\ensuremath{(" + r",\allowbreak\ ".join(f"{value:.4g}" for value in shown) + ")}"


def number(value: float) -> str:
    """Return a number to four digits, small and large ones with a power of ten."""
    mantissa, _, power = f"{value:.4g}".partition("e")
    return f"\\ensuremath{{{mantissa}\\cdot10^{{{int(power)}}}}}" if power else f"\\ensuremath{{{mantissa}}}"
