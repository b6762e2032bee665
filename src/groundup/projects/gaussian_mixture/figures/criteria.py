"""How many components, and of which kind."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK, DASHES
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.selection import best, candidates
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES


@figure(1, 2, size=(10.4, 4.2))
def criteria(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """How many components, and which covariances?

    Each point is a fitted mixture; the lower, the better. Left: BIC for the four kinds of covariances, with a circle
    around the least. Right: three criteria for the model's own kind. AIC charges 2 for a parameter and tends to choose
    too many components, BIC charges log n, and ICL charges for overlap too, so that it counts groups that can be told
    apart.

    The dotted line is the model of this run. A mixture with a component that has collapsed on a few rows has a
    likelihood without meaning and is left out. At most 1000 rows are used.
    """
    drawing.note_left_out(axes[0], data)
    found = candidates(data.X)
    sound = [one for one in found if not one.collapsed]
    if len({one.K for one in sound}) < 2:
        raise NotApplicable("There are too few different rows for a second component.")
    for place, kind in enumerate(COVARIANCES):
        own = [one for one in sound if one.kind == kind]
        axes[0].plot([one.K for one in own], [one.bic for one in own], marker=marker(place), color=colour(place),
                     linestyle=DASHES[place], label=kind)  # fmt: skip
    least = best(found)
    assert least is not None
    axes[0].plot(least.K, least.bic, "o", color=BLACK, fillstyle="none", markersize=14, markeredgewidth=1.4)
    own = [one for one in sound if one.kind == model.covariance_type]
    for place, name in enumerate(("aic", "bic", "icl")):
        axes[1].plot([one.K for one in own], [getattr(one, name) for one in own], marker=marker(place),
                     color=colour(place), linestyle=DASHES[place], label=name.upper())  # fmt: skip
    axes[0].set(xlabel="number of components K", ylabel="BIC", title="kinds of covariances")
    axes[1].set(xlabel="number of components K", ylabel="criterion", title=f"covariances: {model.covariance_type}")
    most = max(one.K for one in sound)
    for panel in axes:
        panel.axvline(len(model.means_), color=BLACK, linewidth=0.9, linestyle=":")
        panel.set_xticks(np.arange(1, most + 1))
        panel.legend()
