"""Certificates: bounds of the suboptimality of fitted models."""

from html import escape

from groundup.core.display import html_table, html_verdict
from groundup.core.storage import record


@record
class Certificate:
    """Claim about a fitted model, with a measure that supports it.

    Parameters
    ----------
    claim : str
        The claim as a sentence.
    measure : str
        Name of the computed quantity.
    value : float
        Its value; 0 is perfect.
    tolerance : float
        Largest value for which the claim holds.
    """

    claim: str
    measure: str
    value: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the value is within the tolerance (a NaN is not)."""
        return bool(self.value <= self.tolerance)

    @property
    def verdict(self) -> str:
        """The answer of `holds` as a word."""
        return "holds" if self.holds else "FAILS"

    def __str__(self) -> str:
        return f"{self.claim} [{self.verdict}: {self.measure} = {self.value:.3g}, tolerance {self.tolerance:.3g}]"

    def __repr__(self) -> str:
        numbers = f"value={self.value!r}, tolerance={self.tolerance!r}"
        return f"Certificate({self.verdict}, claim={self.claim!r}, measure={self.measure!r}, {numbers})"

    def _repr_html_(self) -> str:
        rows = [
            ("claim", escape(self.claim)),
            ("measure", escape(self.measure)),
            ("value", f"{self.value:.3g}"),
            ("tolerance", f"{self.tolerance:.3g}"),
        ]
        return html_table(rows, caption=f"{html_verdict(self.holds, self.verdict)} (certificate)")
