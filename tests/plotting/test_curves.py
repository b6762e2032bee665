"""Learning curves: one panel for a quantity, the watched one first."""

import numpy as np

from groundup.plotting.curves import learning_curves

FALLING = np.array([4.0, 2.0, 1.0])


def test_training_and_validation_share_a_panel():
    """Catches two curves to be compared that are drawn on different axes."""
    history = {"rate": FALLING, "loss": FALLING, "validation_loss": FALLING + 1, "iteration": np.arange(3)}
    fig = learning_curves(history).render(None, None)
    assert [axes.get_ylabel() for axes in fig.axes] == ["loss", "rate"]
    assert [line.get_label() for line in fig.axes[0].lines] == ["loss", "validation loss"]
    assert fig.axes[0].get_legend() is not None
    assert fig.axes[1].get_legend() is None


def test_the_watched_field_comes_first():
    """Catches an objective that stands behind step sizes, or that four other curves push off the page."""
    history = dict.fromkeys(("a", "b", "c", "d", "inertia"), FALLING)
    fig = learning_curves(history, "inertia").render(None, None)
    assert [axes.get_ylabel() for axes in fig.axes] == ["inertia", "a", "b", "c"]
