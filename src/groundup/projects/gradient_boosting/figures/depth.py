"""What depth can do: the exclusive or, with trees of one cut and with trees of two."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.data.synthetic import classification
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import principal_plane
from groundup.plotting.regions import draw_classes
from groundup.projects.gradient_boosting import textbook
from groundup.projects.gradient_boosting.models.gradient_boosting_classifier import GradientBoostingClassifier


@figure(1, 2, size=(9.6, 4.3))
def xor(axes: Any, model: Any, data: Dataset) -> None:
    """One cut a tree cannot learn the exclusive or, two cuts can

    Four groups, of which those at opposite ends are one class, and the boundary (black) of a hundred trees. Left: each
    tree has one cut, so that the sum is a function of x plus a function of y. No such sum is positive at two opposite
    ends and negative at the others; the first tree gains next to nothing, wherever it cuts. Right: with two cuts, one
    after the other, a tree may cut by y differently on both sides of x, and the sum has what each column does for the
    other. The number is the share of right rows among as many new ones.
    """
    if not hasattr(model, "classes_"):
        raise NotApplicable("The picture is about classes; it belongs to the report of GradientBoostingClassifier.")
    rows, fresh = classification.crossed(0), classification.crossed(1)
    plane, (names, group) = principal_plane(rows), np.unique(np.asarray(rows.y), return_inverse=True)
    r = group - group.mean()
    for panel, depth in zip(axes, (1, 2), strict=True):
        boosted = GradientBoostingClassifier(max_depth=depth).fit(rows.X, rows.y)
        draw_classes(panel, boosted.predict_proba, plane, rows.X, group, names)
        cuts = "one cut a tree" if depth == 1 else "two levels of cuts"
        panel.set_title(f"{cuts}: {100 * boosted.score(fresh.X, fresh.y):.0f} % of new rows right")
    gain = max(textbook.best_split(x, r)[0] for x in rows.X.T) / (r @ r)
    told = f"best first cut: {100 * gain:.1f} % of the error"
    axes[0].text(0.02, 0.02, told, transform=axes[0].transAxes, fontsize=9,
                 bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none", "alpha": 0.85})  # fmt: skip
    axes[1].legend(loc="lower right", frameon=True, framealpha=0.85, edgecolor="none")
