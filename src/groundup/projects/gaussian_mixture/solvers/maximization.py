"""M-step: the parameters that maximise the expected log-likelihood of samples and components together."""

from groundup.core.constants import EPS
from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture
from groundup.projects.gaussian_mixture.solvers.moments import Moments

LEAST = 10 * EPS  # Added to the size of every component, so that an empty one has a mean: the origin.


def maximize(kind: Covariance, moments: Moments, floor: float) -> Mixture:
    """Return the mixture that follows from moments, with `floor` added to every variance.

    eq. gaussian_mixture:weights, gaussian_mixture:means, gaussian_mixture:covariances
    """
    sized = Moments(moments.reference, moments.size + LEAST, moments.total, moments.square)
    return Mixture(sized.size / sized.size.sum(), sized.means(), kind.estimated(sized, floor))
