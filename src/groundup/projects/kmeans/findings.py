"""What a clustering says about the data: how much lower the least inertia could be."""

import math

from groundup.data.dataset import Dataset, Table
from groundup.projects.kmeans.models.centers import Centers


def room_for_improvement(model: Centers, data: Dataset) -> tuple[Table]:
    """Return the inertia and a lower bound for every clustering into as many groups."""
    rows = (
        ("of this clustering", model.inertia_),
        ("lower bound of any clustering", model.inertia_lower_bound_),
    )
    return (Table("How good the best clustering could be", ("inertia", "value"), rows, saving(model)),)


def saving(model: Centers) -> str:
    """Return what the bound says, in words; the percentage is rounded up, so that it stays a bound."""
    if model.inertia_lower_bound_ > 0 or model.inertia_ == 0:
        most = math.ceil(1000 * model.optimality_gap_) / 10
        return f"At most {most:g} % of the inertia could be saved by the best clustering."
    more = model.n_clusters > model.cluster_centers_.shape[1]
    why = "more clusters than columns" if more else "the rows differ in fewer directions than there are clusters"
    return f"The bound says nothing: {why}."
