"""EM step by step: the E-step changes colours, the M-step moves ellipses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable
from groundup.plotting.plane import principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE
from groundup.plotting.thinning import some_rows
from groundup.projects.gaussian_mixture.demonstration import HalfStep, complete, half_steps, plain_start, rows_shown
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, CovarianceType
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

MOST_ITERATIONS = 9  # Iterations shown, with two frames each: those in which most changes.
POINTS = 600  # Most rows in a frame.
MOVED = 0.01  # Standard deviations of a component below which it is said to stay.
CLOSE = 1e-3  # Difference of two mean log-densities, in nats a row, that counts as none.


@dataclass(frozen=True)
class Frame:
    """What is seen after a step.

    Parameters
    ----------
    title : str
        Which step it was.
    kind : {"full", "tied", "diag", "spherical"}
        Kind of the covariances.
    mixture : Mixture
        The ellipses.
    share : ndarray of shape (n, K) or None
        The colours of the rows; None before the first E-step.
    curve : tuple of (float, float)
        Iteration and lower bound after each step so far; after an E-step the iteration is a whole number.
    last : int
        Number of iterations of the run.
    reported : float
        Mean log-density of the reported model on the same rows.
    words : str
        What happened, and what to ask before the next frame.
    """

    title: str
    kind: CovarianceType
    mixture: Mixture
    share: Array | None
    curve: tuple[tuple[float, float], ...]
    last: int
    reported: float
    words: str


def frames(model: GaussianMixture, data: Dataset) -> Iterator[Frame]:
    """Yield the start, two frames for each iteration that is shown, and the reported model."""
    data, K = complete(data), len(model.means_)
    X = rows_shown(data.X, K)
    if data.X.shape[1] == 1 or len(X) < max(K, 2):
        raise NotApplicable("A picture in the plane needs at least two columns, and as many rows as components.")
    run = list(half_steps(plain_start(model, X), X))
    reported = float(model.score(X))
    count = run[-1].iteration + 1
    shown = eventful(run)
    start = Frame(
        "start: wide components, no row belongs to any", model.covariance_type, run[0].mixture, None, (), count,
        reported, f"{plural(K, 'component')}, each at a row drawn at random and as wide as all rows. "
        "Before the E-step: which rows will take the colour of which component?",
    )  # fmt: skip
    yield start
    before: HalfStep | None = None
    told: HalfStep | None = None  # the last E-step that was shown
    curve: tuple[tuple[float, float], ...] = ()
    for step in run:
        curve = (*curve, (step.iteration + (0.0 if step.step == "E" else 0.5), step.bound))
        if step.iteration in shown:
            title = f"iteration {step.iteration + 1}, {step.step}-step: " + (
                "responsibilities of the rows" if step.step == "E" else "new weights, means and covariances"
            )
            words = after_e(step, told) if step.step == "E" else after_m(model.covariance_type, step, before)
            yield replace(start, title=title, mixture=step.mixture, share=step.share, curve=curve, words=words)
            told = step if step.step == "E" else told
        before = step
    ended = f"This run has ended at a mean log-density of {four(curve[-1][1])}"
    lead = (
        f"{ended}; the reported model, from a better start, has {four(reported)}."
        if curve[-1][1] < reported - CLOSE
        else f"{ended}, and the reported model's is {four(reported)}."
    )
    share = model.predict_proba(X)
    if ((run[-1].share.T @ share).argmax(axis=1) != np.arange(K)).any():
        lead += " Nothing fixes the numbers of the components, so colours have changed places."
    yield replace(
        start, title="the reported model", mixture=drawing.fitted_mixture(model), share=share, curve=curve, words=lead
    )


def eventful(run: Sequence[HalfStep]) -> set[int]:
    """Return the iterations that are shown: the first, the last, and those that change the responsibilities most."""
    expects = [step for step in run if step.step == "E"]
    changed = [np.abs(b.share - a.share).mean() for a, b in pairwise(expects)]
    most = 1 + np.argsort(-np.array(changed[:-1]), kind="stable")[: MOST_ITERATIONS - 2]
    return {0, len(expects) - 1, *most.tolist()}


def four(value: float) -> str:
    """Return a number with four digits after the point."""
    return f"{value:.4f}".replace("-", "−")


def after_e(step: HalfStep, told: HalfStep | None) -> str:
    """Return what an E-step changed, and the question before the M-step."""
    sure = 100 * float((step.share.max(axis=1) > 0.9).mean())
    changed = "" if told is None else plural(int((step.share.argmax(1) != told.share.argmax(1)).sum()), "row")
    since = f"{changed} changed colour since the last E-step shown; " if changed else ""
    return (
        f"{since}{sure:.0f} % of the rows are more than 90 % sure. The mean log-density is {four(step.bound)}. "
        "Before the M-step: which ellipse will move farthest, and which will shrink?"
    )


def after_m(kind: CovarianceType, step: HalfStep, before: HalfStep | None) -> str:
    """Return how an M-step moved the components, and the question before the E-step."""
    assert before is not None
    old, new = before.mixture, step.mixture
    moved = [distance(kind, old, k, new.means[k] - old.means[k]) for k in range(len(new.means))]
    k = int(np.argmax(moved))
    weights = " and ".join([", ".join(f"{w:.2f}" for w in new.weights[:-1]), f"{new.weights[-1]:.2f}"])
    told = weights if len(new.weights) > 1 else f"{new.weights[0]:.2f}"
    first = (
        f"Component {k} moved farthest, by {moved[k]:.2f} of its standard deviations"
        if moved[k] >= MOVED
        else f"No component moved by {MOVED:g} of its standard deviations"
    )
    return f"{first}; the weights are {told}. Before the E-step: which rows will change colour?"


def distance(kind: CovarianceType, mixture: Mixture, k: int, step: Array) -> float:
    """Return the length of a step in standard deviations of a component."""
    covariance = COVARIANCES[kind]
    white = covariance.whitened(covariance.whitener(mixture.covariances), k, step[:, None])
    return float(np.linalg.norm(white))


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw rows and ellipses on the left, the lower bound so far on the right."""
    picture, panel = axes
    data = complete(data)
    plane = principal_plane(data)
    X = rows_shown(data.X, len(frame.mixture.means))
    rows = some_rows(len(X), POINTS)
    points = plane(X[rows])
    drawing.draw_shared_rows(picture, points, None if frame.share is None else frame.share[rows])
    drawing.draw_ellipses(picture, drawing.projected(frame.kind, frame.mixture, plane))
    set_frame(picture, plane, points)
    picture.set_title(frame.title)
    panel.axhline(frame.reported, color=BLACK, linestyle=":", linewidth=1, label="reported model")
    if frame.curve:
        when, value = np.array(frame.curve).T
        half = when % 1 != 0
        panel.plot(when, value, "-", color=BLUE, linewidth=1.2)
        panel.plot(when[~half], value[~half], "o", color=BLUE, label="after the E-step: the log-density")
        panel.plot(when[half], value[half], "o", color="white", markeredgecolor=BLUE, label="after the M-step: bound")
        panel.set_title(f"lower bound {four(value[-1])}")
    panel.set(xlabel="iteration", ylabel="lower bound (nats a row)", xlim=(-0.5, frame.last + 0.5))
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.legend(loc="lower right")
    return frame.words


em_steps = Animation(
    title="E-step and M-step",
    caption="From wide components at rows drawn at random. The E-step leaves the ellipses where they are and gives "
    "each row the colours of the components by their responsibilities; the M-step leaves the colours and moves the "
    "ellipses (solid one, dashed two standard deviations) to the rows of their colour. Write down your answer to the "
    "question below the picture before you go on. Neither step lowers the bound on the right. The last frame shows the "
    "reported model, which may have found a higher maximum from its own start. Of very many rows some are fitted.",
    rows=1,
    columns=2,
    size=(11.0, 4.6),
    frames=frames,
    draw=draw_frame,
)
