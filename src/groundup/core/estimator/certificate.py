"""Certificates: bounds of the suboptimality of fitted models."""

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

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "FAILS"
        return f"{self.claim} [{verdict}: {self.measure} = {self.value:.3g}, tolerance {self.tolerance:.3g}]"
