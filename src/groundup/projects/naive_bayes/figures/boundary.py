"""The decision boundaries of the normal model."""

from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, principal_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.thinning import some_rows
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.naive_bayes.evidence import separations
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB


@figure(1, 2, size=(9.4, 3.4))
def gaussian_boundary(axes: Any, model: Any, data: Dataset) -> None:
    """The boundaries of normal densities, with variances of their own and with shared ones

    The two columns in which the classes lie farthest apart, and a model of these alone. Left: each class has variances
    of its own, and the boundaries are curves of second degree. Right: all classes share the variances, whose squares
    cancel in the log-odds: the boundaries are straight, as in logistic regression. Dotted lines join places of equal
    probability.
    """
    if not isinstance(model, GaussianNB):
        raise NotApplicable(f"{type(model).__name__} has no normal densities")
    if data.X.shape[1] < 2:
        raise NotApplicable("a boundary in the plane needs two columns")
    pair = np.sort(np.argsort(-separations(model), kind="stable")[:2])
    names = tuple(data.axis_names[j] for j in pair)
    two = Dataset(data.name, "", data.X[:, pair], data.y, names, data.target_name)
    own = GaussianNB(var_smoothing=max(model.var_smoothing, 1e-9), priors=model.priors).fit(two.X, two.y)
    if not (own.var_ > 0).all():
        raise NotApplicable("the columns do not vary")
    shared = copy(own)
    within = own._state.scatter.sum(axis=0) / own._state.weight.sum()
    shared._state = replace(own._state, scatter=own._state.weight[:, None] * within)
    plane = principal_plane(two)
    some = some_rows(len(two.X), DRAWN)
    points, code = plane(two.X[some]), codes(own, np.asarray(two.y)[some])
    for panel, fitted, title in zip(axes, (own, shared), ("own variances", "shared variances"), strict=True):
        draw_classes(panel, fitted.predict_proba, plane, points, code, own.classes_)
        wrong = float((codes(own, fitted.predict(two.X)) != codes(own, two.y)).mean())
        panel.set_title(f"{title}: {100 * wrong:.1f} % wrong")
    axes[1].legend(title=data.target_name or "class", loc="best")
