"""EM step by step: the E-step changes colours, the M-step moves ellipses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import Plane, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE
from groundup.plotting.thinning import some_rows
from groundup.projects.common.words import joined, percent, rounded
from groundup.projects.gaussian_mixture.demonstration import (
    HalfStep,
    complete,
    half_steps,
    narrow_start,
    plain_start,
    round_start,
    rows_shown,
)
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES, CovarianceType
from groundup.projects.gaussian_mixture.solvers.expectation import Mixture

MOST_ITERATIONS = 8  # Iterations shown, with two frames each, and one for those between: those in which most changes.
COLLAPSED = 1e-4  # Variance of a component in that of the widest, below which it has shrunk to a row.
POINTS = 600  # Most rows in a frame.
MOVED = 0.01  # Standard deviations of a component below which it is said to stay.
SHRUNK = 0.99  # Part of its area above which an ellipse is said not to shrink.
SEEN = 1e-3  # Mean change of the responsibilities below which an iteration shows nothing new.
CLOSE = 1e-3  # Difference of two mean log-densities, in nats a row, that counts as none.
BEFORE_E = "Before the E-step: which rows will change colour?"
BEFORE_M = "Before the M-step: which ellipse will move farthest, and which will shrink most?"
BEFORE_LAST = "Before the last frame: has the reported model, from a start of its own, a higher log-density?"

Start = Callable[[GaussianMixture, Array], GaussianMixture]


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
    changed : ndarray of bool of shape (n,) or None
        Rows whose most probable component the step has changed, which are ringed.
    curve : tuple of (float, float)
        Iteration and lower bound after each step so far; after an E-step the iteration is a whole number.
    last : int
        Number of iterations of the run.
    reported : float
        Mean log-density of the reported model on the same rows.
    words : str
        What happened, and what to ask before the next frame.
    marked : int or None
        Component whose next mean is asked for, which is ringed.
    """

    title: str
    kind: CovarianceType
    mixture: Mixture
    share: Array | None
    changed: Array | None
    curve: tuple[tuple[float, float], ...]
    last: int
    reported: float
    words: str
    marked: int | None


def frames(model: GaussianMixture, data: Dataset) -> Iterator[Frame]:
    """Yield the start, two frames for each iteration shown, one for those between, and the reported model."""
    frame = None
    for frame in recorded(model, data, plain_start, MOST_ITERATIONS):
        yield frame
    assert frame is not None
    X = rows_shown(complete(data).X, len(model.means_))
    share, bound = model.predict_proba(X), frame.curve[-1][1]
    assert frame.share is not None
    words = at_the_end(share, frame.share, bound, frame.reported)
    yield replace(
        frame, title="the reported model", mixture=drawing.fitted_mixture(model), share=share, changed=None,
        words=words, marked=None,
    )  # fmt: skip


def others(model: GaussianMixture, data: Dataset, start: Start) -> Iterator[Frame]:
    """Yield a few frames of a run from another start."""
    yield from recorded(model, data, start, 0)


def recorded(model: GaussianMixture, data: Dataset, start: Start, most: int) -> Iterator[Frame]:
    """Yield the frames of a run.

    Parameters
    ----------
    model : GaussianMixture
        The reported model, with which the run is compared.
    data : Dataset
        Rows.
    start : callable
        ``start(model, rows)`` returns the unfitted mixture that is run.
    most : int
        Largest number of iterations with two frames each; 0 for the first one, and a frame of the end.
    """
    data, K = complete(data), len(model.means_)
    if K == 1:
        raise NotApplicable("One component has every row to itself, so that EM ends with its first M-step.")
    X = rows_shown(data.X, K)
    if data.X.shape[1] == 1 or len(X) < K:
        raise NotApplicable("A picture in the plane needs at least two columns, and as many rows as components.")
    begun = start(model, X)
    run = list(half_steps(begun, X))
    plane, shown = principal_plane(data), eventful(run, most) if most else {1, run[-1].iteration + 1}
    marked = longest_path([step.mixture.means @ plane.axes for step in run])
    reported = float(model.score(X))
    frame = Frame(
        "start: wide components, no row belongs to any", begun.covariance_type, run[0].mixture, None, None, (),
        run[-1].iteration, reported, f"{K} components, each at a row drawn at random and {widths(run[0].mixture)}. "
        "Before the E-step: which rows will take the colour of which component?", marked,
    )  # fmt: skip
    yield frame
    curve: tuple[tuple[float, float], ...] = ()
    for step, following in zip(run, [*run[1:], None], strict=True):
        curve = (*curve, (place(step), step.bound))
        skipped = step.iteration not in shown
        if skipped and (step.step == "E" or step.iteration + 1 not in shown):
            continue
        frame = after_e(frame, step) if step.step == "E" else after_m(frame, step, plane, skipped=skipped)
        question = f"{BEFORE_M} {next_mean(step, marked, X, plane)}"
        if step.step == "M":
            question = before_e(step.iteration, shown) if following else BEFORE_LAST if most else ended(step, reported)
        frame = replace(frame, curve=curve, words=f"{frame.words} {question}")
        yield frame


def longest_path(means: Sequence[Array]) -> int:
    """Return the number of the component whose mean goes farthest in the picture."""
    moves = np.linalg.norm(np.diff(means, axis=0), axis=2)
    return int(moves.sum(axis=0).argmax())


def place(step: HalfStep) -> float:
    """Return where a step is on an axis of iterations: an E-step at its iteration, the M-step half an iteration on."""
    return step.iteration + (0.0 if step.step == "E" else 0.5)


def eventful(run: Sequence[HalfStep], most: int) -> set[int]:
    """Return the iterations that are shown: the first, the last, and those that change the responsibilities most."""
    expects = [step for step in run if step.step == "E"]
    changed = [np.abs(b.share - a.share).mean() for a, b in pairwise(expects)]
    order = np.argsort(-np.array(changed[:-1]), kind="stable")[: most - 2].tolist()
    large = [k + 1 for k in order if changed[k] > SEEN]
    return {expects[k].iteration for k in (0, len(expects) - 1, *large)}


def four(value: float) -> str:
    """Return a number with four digits after the point."""
    return f"{value:.4f}".replace("-", "−")


# --- sentences: each answers the question of the frame before -------------------------------------------------------


def widths(mixture: Mixture) -> str:
    """Return how wide the components of a start are."""
    size = [float(np.linalg.norm(covariance)) for covariance in mixture.covariances]
    return "as wide as all rows" if size[0] > 0.5 * size[-1] else "as wide as all rows, but 0, which is hardly wider"


def next_mean(step: HalfStep, k: int, X: Array, plane: Plane) -> str:
    """Return what the M-step will do with the ringed mean: the formula with its numbers.  eq. gaussian_mixture:means"""
    size = float(step.share[:, k].sum())
    if size < 1e-12:
        return f"The ringed component {k} has no part in any row."
    x, y = step.share[:, k] @ plane(X)
    return (
        f"The mean of the ringed component {k} will be the sum of the rows times their responsibilities over the sum "
        f"of these: ({rounded(float(x), 4)}, {rounded(float(y), 4)}) / {rounded(size, 4)}."
    )


def ended(step: HalfStep, reported: float) -> str:
    """Return how another run has ended: at a maximum, or where a component has shrunk to a row and there is none."""
    size = np.array([float(np.abs(covariance).max()) for covariance in step.mixture.covariances])
    end = f"The end: the mean log-density is {four(step.bound)}, that of the reported model {four(reported)}."
    if len(size) > 1 and size.min() < COLLAPSED * size.max() and step.mixture.covariances.ndim != 2:
        k = int(size.argmin())
        return (
            f"{end} Component {k} has shrunk to a row, where its density grows as its width falls: only the floor of "
            "the variances bounds the likelihood, which says nothing of the rows."
        )
    return end


def before_e(iteration: int, shown: set[int]) -> str:
    """Return the question before the next E-step, or before the iterations that are not shown."""
    if iteration + 1 in shown:
        return BEFORE_E
    count = min(t for t in shown if t > iteration) - iteration - 1
    return (
        f"The next frame is {plural(count, 'iteration')} later: which ellipse will have moved farthest by then, and "
        "which will have shrunk most?"
    )


def after_e(seen: Frame, step: HalfStep) -> Frame:
    """Return the frame of an E-step: which rows have changed colour since the frame before."""
    label = step.share.argmax(axis=1)
    surely = int((step.share.max(axis=1) > 0.9).sum())
    sure = f"{surely:,} of {plural(len(label), 'row')} {'is' if surely == 1 else 'are'} more than 90 % sure"
    if seen.share is None:
        changed = None
        size = np.bincount(label, minlength=step.share.shape[1])
        counts = joined([f"{rows:,} of {k}" for k, rows in enumerate(size.tolist())])
        told = f"Each row has taken most colour of the component that is most probable for it, {counts}; "
    else:
        changed = label != seen.share.argmax(axis=1)
        count, most = int(changed.sum()), float(np.abs(step.share - seen.share).max())
        told = f"{plural(count, 'row')} ({'ringed' if count > 1 else 'with a ring'}) changed colour; "
        if not count:
            told = f"No row changed colour, and no responsibility by more than {max(most, 0.01):.2g}; "
    return replace(
        seen, title=f"iteration {step.iteration}, E-step: responsibilities of the rows", share=step.share,
        changed=changed, words=f"{told}{sure}. The mean log-density is {four(step.bound)}.",
    )  # fmt: skip


def after_m(seen: Frame, step: HalfStep, plane: Plane, *, skipped: bool) -> Frame:
    """Return the frame of an M-step: how the components have moved, and shrunk, since the frame before."""
    old, new = seen.mixture, step.mixture
    moved = [distance(seen.kind, old, k, new.means[k] - old.means[k]) for k in range(len(new.means))]
    k = int(np.argmax(moved))
    first = (
        f"Component {k} moved farthest, by {moved[k]:.2f} of its standard deviations"
        if moved[k] >= MOVED
        else f"No component moved by {MOVED:g} of its standard deviations"
    )
    weights = joined([f"{weight:.2f}" for weight in new.weights])
    words = f"{first}; {shrinking(seen.kind, old, new, plane)}; the weights are {weights}."
    title = f"iteration {step.iteration}, M-step: new weights, means and covariances"
    if skipped:
        count = step.iteration - int(seen.curve[-1][0])
        title = f"{plural(count, 'iteration')} later: after the M-step of iteration {step.iteration}"
        assert seen.share is not None
        changed = int((step.share.argmax(axis=1) != seen.share.argmax(axis=1)).sum())
        words = f"{words} {plural(changed, 'row') if changed else 'No row'} changed colour in between."
    return replace(seen, title=title, mixture=new, share=step.share, changed=None, words=words)


def shrinking(kind: CovarianceType, old: Mixture, new: Mixture, plane: Plane) -> str:
    """Return which ellipse has shrunk most in the picture, as a clause."""
    before, after = (
        np.sqrt(np.maximum(np.linalg.det(drawing.projected(kind, mixture, plane).covariances), 0.0))
        for mixture in (old, new)
    )
    part = after / np.maximum(before, 1e-300)
    k = int(part.argmin())
    if part[k] > SHRUNK:
        return "no ellipse shrank"
    if kind == "tied":
        return f"all ellipses shrank, to {percent(float(part[k]))} of their area"
    return f"{k} shrank most, to {percent(float(part[k]))} of its area"


def at_the_end(share: Array, last: Array, bound: float, reported: float) -> str:
    """Return how the reported model, with its responsibilities, compares with the end of this run, with its own."""
    ended = f"This run has ended at a mean log-density of {four(bound)}"
    lead = (
        f"Yes: {ended[0].lower()}{ended[1:]}; the reported model, from a better start, has {four(reported)}."
        if bound < reported - CLOSE
        else f"No: {ended[0].lower()}{ended[1:]}, and the reported model has {four(reported)}."
    )
    if ((last.T @ share).argmax(axis=1) != np.arange(share.shape[1])).any():
        lead += " Nothing fixes the numbers of the components, so that numbers and colours have changed places."
    return lead


def distance(kind: CovarianceType, mixture: Mixture, k: int, step: Array) -> float:
    """Return the length of a step in standard deviations of a component."""
    covariance = COVARIANCES[kind]
    white = covariance.whitened(covariance.whitener(mixture.covariances), k, step[:, None])
    return float(np.linalg.norm(white))


def ringed_mean(frame: Frame, data: Dataset) -> Target | None:
    """Where the ringed mean is in the picture; nothing in the last frame."""
    if frame.marked is None:
        return None
    x, y = principal_plane(complete(data))(frame.mixture.means[[frame.marked]])[0]
    return Target(0, float(x), float(y))


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw rows and ellipses on the left, the lower bound so far on the right."""
    picture, panel = axes
    drawing.note_left_out(picture, data)
    data = complete(data)
    plane = principal_plane(data)
    X = rows_shown(data.X, len(frame.mixture.means))
    rows = some_rows(len(X), POINTS)
    points = plane(X[rows])
    drawing.draw_shared_rows(picture, points, None if frame.share is None else frame.share[rows])
    if frame.changed is not None:
        ringed = points[frame.changed[rows]]
        picture.scatter(*ringed.T, s=55, facecolors="none", edgecolors=BLACK, linewidths=0.9, zorder=2)
    drawing.draw_ellipses(picture, drawing.projected(frame.kind, frame.mixture, plane))
    set_frame(picture, plane, points)
    if frame.marked is not None:
        mean = plane(frame.mixture.means[[frame.marked]])
        picture.plot(*mean.T, "o", markersize=22, markerfacecolor="none", markeredgecolor=BLACK, markeredgewidth=1.4)
    picture.set_title(frame.title)
    panel.axhline(frame.reported, color=BLACK, linestyle=":", linewidth=1, label="reported model")
    if frame.curve:
        when, value = np.array(frame.curve).T
        half = when % 1 != 0
        panel.plot(when, value, "-", color=BLUE, linewidth=1.2)
        panel.plot(when[~half], value[~half], "o", color=BLUE, label="after the E-step: the log-density")
        panel.plot(when[half], value[half], "o", color="white", markeredgecolor=BLUE, label="after the M-step: bound")
        panel.set_title(f"lower bound {four(value[-1])}")
    panel.set(xlabel="iteration", ylabel="lower bound (nats a row)", xlim=(0.5, frame.last + 1))
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.legend(loc="lower right")
    return frame.words


em_steps = Animation(
    title="E-step and M-step",
    caption="From wide components at rows drawn at random. The E-step leaves the ellipses where they are and gives "
    "each row the colours of the components by their responsibilities; the M-step leaves the colours and moves the "
    "ellipses (solid one, dashed two standard deviations; the number at the mean is the component's) to the rows of "
    "their colour. Predict where the M-step will move the ringed mean, and answer the question below the picture, "
    "before you go on: the next frame has it. "
    "Neither step lowers the bound on the right, where an E-step stands at its iteration and an M-step half an "
    "iteration on. The last frame shows the reported model, which may have found a higher maximum from its own start. "
    "Of very many rows some are fitted.",
    rows=1,
    columns=2,
    size=(11.0, 4.6),
    frames=frames,
    draw=draw_frame,
    target=ringed_mean,
    question="Where will the ringed mean be in the next frame?",
    perturbed={
        "round components": partial(others, start=round_start),
        "a component begins narrow, at one row": partial(others, start=narrow_start),
    },
)
