"""Every answer comes with a certificate: how far from optimal can it be?"""

from groundup.core.storage import record


@record
class Certificate:
    """Evidence that a fitted model is what it claims to be.

    Parameters
    ----------
    claim : str
        What is certified, as a sentence.
    measure : str
        What was computed to support the claim.
    value : float
        The measure's value: 0 is perfect.
    tolerance : float
        The largest value at which the claim holds.
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
