"""M-step: the parameters that maximise the expected log-likelihood of samples and components together."""

from groundup.projects.gaussian_mixture.solvers.covariances import Covariance
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture
from groundup.projects.gaussian_mixture.solvers.moments import Moments


def maximize(kind: Covariance, moments: Moments, floor: float) -> Mixture:
    """Return the mixture that follows from moments, with `floor` added to every variance.

    eq. gaussian_mixture:weights, gaussian_mixture:means, gaussian_mixture:covariances
    """
    return Mixture(moments.size / moments.size.sum(), moments.means(), kind.estimated(moments, floor))
