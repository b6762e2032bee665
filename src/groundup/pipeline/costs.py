"""What decisions cost, and which one costs least on average.  eq. classification_pipeline:decision"""

from collections.abc import Sequence

import numpy as np

from groundup.pipeline.config import Config
from groundup.pipeline.errors import PipelineError


def matrix(config: Config, classes: Sequence[str]) -> np.ndarray:
    """Return the costs of shape (K, K), truth by decision; what the configuration leaves out costs 1, the truth 0.

    Parameters
    ----------
    config : Config
        Whose `evaluation.costs` names classes.
    classes : sequence of str
        In the order of the rows and columns.

    Raises
    ------
    PipelineError
        For a class that there is not, and for costs by which an error is better than the truth.
    """
    costs = 1.0 - np.eye(len(classes))
    for truth, row in config.evaluation.costs.items():
        for decision, cost in row.items():
            for name in (truth, decision):
                if name not in classes:
                    raise PipelineError(f"evaluation.costs: {name!r} is no class; there are "
                                        f"{', '.join(map(repr, classes))}.")  # fmt: skip
            costs[list(classes).index(truth), list(classes).index(decision)] = cost
    for k, truth in enumerate(classes):
        if (costs[k] < costs[k, k]).any():
            wrong = classes[int(costs[k].argmin())]
            raise PipelineError(f"evaluation.costs: for a row of class {truth!r}, the decision {wrong!r} costs "
                                f"{costs[k].min():g}, less than the true class, {costs[k, k]:g}.")  # fmt: skip
    return costs


def threshold(costs: np.ndarray) -> float | None:
    """Return the probability of class 1 from which it is decided, for two classes.

    eq. classification_pipeline:threshold
    """
    alarm, miss = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    return float(alarm / (alarm + miss)) if len(costs) == 2 and alarm + miss > 0 else None
