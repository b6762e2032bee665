"""The log-likelihood, and the lower bound that touches it."""

from typing import Any

import numpy as np

from groundup.core.functions import logsumexp_and_softmax
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.gaussian_mixture.demonstration import (
    complete,
    half_steps,
    log_joint,
    lower_bound,
    plain_start,
    rows_shown,
)
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture
from groundup.projects.gaussian_mixture.solvers.squarem import coordinates, mixture_at

ROWS = 600  # Most rows for which the bound is drawn.
LINE = np.linspace(-1.0, 3.4, 111)  # Places along the line of a step, of which the step itself leads from 0 to 1.
STEPS = 30  # Iterations on the right.
CLEAR = 0.3  # Part of the largest gap between log-density and bound that is large enough to be drawn.
SEEN = 1e-6  # Nats a row between log-density and bound below which they are one line.


@figure(1, 2, size=(10.4, 4.2))
def bound(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """The log-likelihood, and the lower bound that touches it

    Left: the mean log-density along the line through the parameters before and after one M-step. The bound of the
    E-step touches it at 0, with the same slope, and is nowhere above it; it is highest at 1, where the M-step goes,
    and there the log-density is higher still. The next E-step gives the bound that touches at 1. Right: an E-step
    (filled) lifts the bound to the log-density, an M-step (open) lifts the bound by its choice of parameters, so that
    no step goes down. The run starts with wide components at rows drawn at random; the step on the left is one with
    a large gap.
    """
    drawing.note_left_out(axes[0], data)
    X = rows_shown(complete(data).X, len(model.means_))[:ROWS]
    if len(X) < len(model.means_):
        raise NotApplicable("Fewer rows without a missing entry than components.")
    steps = list(half_steps(plain_start(model, X), X))
    expects = [step for step in steps if step.step == "E"]
    level = np.array([step.bound for step in expects])
    slack = level[1:] - [step.bound for step in steps[1:-1:2]]
    if len(slack) == 0 or slack.max() <= SEEN:
        raise NotApplicable("After its first M-step EM gains nothing: the bound and the log-density are the same.")
    part = np.where(slack > CLEAR * slack.max(), slack / np.maximum(np.diff(level), SEEN), 0.0)
    t = int(part.argmax())
    try:
        draw_touching(axes[0], model, X, expects[t].mixture, expects[t + 1].mixture)
    except np.linalg.LinAlgError as error:
        raise NotApplicable("A covariance is so nearly singular that no line leads through it.") from error
    axes[0].set_title(f"iteration {expects[t].iteration}")
    shown = steps[: 2 * STEPS]
    when = np.array([step.iteration + (0.0 if step.step == "E" else 0.5) for step in shown])
    value = np.array([step.bound for step in shown])
    is_e = np.array([step.step == "E" for step in shown])
    axes[1].plot(when, value, "-", color=BLACK, linewidth=0.9)
    axes[1].plot(when[is_e], value[is_e], "o", color=BLUE, label="after the E-step: the log-density")
    axes[1].plot(when[~is_e], value[~is_e], "o", color="white", markeredgecolor=BLUE, label="after the M-step: bound")
    axes[1].set(xlabel="iteration", ylabel="lower bound (nats a row)", title="E-step and M-step in turn")
    axes[1].xaxis.get_major_locator().set_params(integer=True)
    axes[1].legend(loc="lower right")


def draw_touching(axes: Any, model: GaussianMixture, X: Array, before: Mixture, after: Mixture) -> None:
    """Draw the mean log-density along the line of a step, with the bounds of the E-steps at both ends."""
    kind = COVARIANCES[model.covariance_type]
    unit = np.sqrt(np.diagonal(kind.matrices(after.covariances, *after.means.shape), axis1=1, axis2=2))
    start, end = (coordinates(kind, mixture, unit, 0.0) for mixture in (before, after))
    shares = [logsumexp_and_softmax(log_joint(kind, mixture, X))[1] for mixture in (before, after)]
    places = [mixture_at(kind, start + s * (end - start), unit, 0.0, before) for s in LINE]
    joints = [log_joint(kind, mixture, X) for mixture in places]
    level = np.array([logsumexp_and_softmax(joint)[0].mean() for joint in joints])
    low, high = (np.array([lower_bound(joint, share) for joint in joints]) for share in shares)
    axes.plot(LINE, level, color=BLACK, label="mean log-density")
    axes.plot(LINE, low, "--", color=BLUE, label="bound of the E-step at 0")
    axes.plot(LINE, high, "-.", color=VERMILION, label="bound of the E-step at 1")
    at = [int(np.abs(LINE - s).argmin()) for s in (0.0, 1.0)]
    axes.plot(LINE[at], level[at], "o", color=BLACK)
    axes.plot(1.0, low[at[1]], "o", color="white", markeredgecolor=BLUE)
    axes.annotate("", (1.0, low[at[1]]), (1.0, level[at[1]]), arrowprops={"arrowstyle": "<->", "color": ORANGE})
    span = level[at[1]] - level[at[0]]
    axes.set_ylim(level[at[0]] - 2.5 * span, max(level.max(), level[at[1]]) + 1.8 * span)
    axes.set(xlabel="place along the M-step (0 before, 1 after)", ylabel="nats a row")
    axes.legend(loc="upper left")
