"""SMO step by step: which pair is chosen, where its multipliers go, what is left of the gap."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Animation, NotApplicable, Target
from groundup.plotting.plane import bounds, colour, draw_rows, marker, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.common.words import rounded
from groundup.projects.support_vector_machine.demonstration import Run, shown_steps
from groundup.projects.support_vector_machine.figures.drawing import draw_sides
from groundup.projects.support_vector_machine.figures.smo import watched
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine
from groundup.projects.support_vector_machine.solvers.dual.problem import DualState

FRAMES, OTHER_FRAMES = 11, 3  # Most states that are shown, and of another recording.
STEPS = 2000  # Most steps of another recording.
CHEAP = 0.01  # Part of the price C in another recording.
PLACES = 401  # Points of a line at which its crossing of the boundary is looked for.
LONG = 60  # Steps from which the axis of the steps becomes logarithmic.


@dataclass(frozen=True)
class Frame:
    """What is seen after a step.

    Parameters
    ----------
    run : Run
        The whole fit.
    step : int
        Number of the state.
    title, words : str
        What it is; what happened, and what to ask before the next frame.
    gaps : tuple of (int, float, float)
        Step, dual and primal objective of the frames so far.
    data : Dataset
        The rows.
    across : ndarray of shape (2, d) or None
        Ends of the line between the means of two classes, on which the boundary is looked for.
    decide : object
        The machine whose decisions are drawn: the reported one in the last frame, else None for that of the state.
    """

    run: Run
    step: int
    title: str
    words: str
    gaps: tuple[tuple[int, float, float], ...]
    data: Dataset
    across: Array | None
    decide: Any = None

    @property
    def state(self) -> DualState:
        """The state that is shown."""
        return self.run.states[self.step]


def frames(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield the start, some steps of SMO, and the reported model."""
    run, rows = watched(model, data)
    frame = None
    for frame in recorded(run, rows, FRAMES):
        if frame.step < len(run.states) - 1:
            yield frame
    assert frame is not None
    last = f"No pair violates the conditions by more than {run.tol:.2g}. What does the reported model say?"
    yield replace(frame, words=f"{frame.words} {last}")
    pair = isinstance(model, PairwiseMachine) and len(model.classes_) > 2
    words = ending(run, model, rows, pair, len(rows.X) < len(data.X))
    yield replace(frame, title="the reported model", words=words, across=None, decide=None if pair else model)


def with_a_low_price(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield steps of a fit in which rows on the wrong side cost little.

    Raises
    ------
    NotApplicable
        For a machine that has a share ν in place of a price C.
    """
    if "C" not in model.get_params():
        raise NotApplicable("The machine has no price C.")
    yield from with_its_end(*watched(model, data, C=CHEAP * model.C, max_iter=STEPS))


def with_another_kernel(model: Any, data: Dataset) -> Iterator[Frame]:
    """Yield steps of a fit with the radial kernel, or with the linear one where the model has the radial one."""
    other = {"kernel": "rbf", "gamma": "scale"} if model.kernel != "rbf" else {"kernel": "linear"}
    yield from with_its_end(*watched(model, data, max_iter=STEPS, **other))


def with_its_end(run: Run, rows: Dataset) -> Iterator[Frame]:
    """Yield a few frames of another recording, of which the last says how it has ended."""
    *before, last = recorded(run, rows, OTHER_FRAMES)
    yield from before
    yield replace(last, words=f"{last.words} {counted(run)}")


def recorded(run: Run, rows: Dataset, most: int) -> Iterator[Frame]:
    """Yield frames of a run: the start, the first steps, some later ones, and the last.

    Raises
    ------
    NotApplicable
        Where the start is optimal.
    """
    if len(run.states) < 2:
        raise NotApplicable("SMO has nothing to do here: the start is optimal.")
    shown, across = shown_steps(len(run.states), most), line_between(run, rows)
    gaps: tuple[tuple[int, float, float], ...] = ()
    for place, k in enumerate(shown):
        gaps = (*gaps, (k, *run.gap(run.states[k])))
        following = shown[place + 1] if place + 1 < len(shown) else None
        title = "start: which multipliers will move?" if k == 0 else f"step {k} of {len(run.states) - 1}"
        before = shown[place - 1] if place else 0
        words = f"{happened(run, k, before, gaps[-1])} {question(run, k, following)}".strip()
        yield Frame(run, k, title, words, gaps, rows, across)


def line_between(run: Run, rows: Dataset) -> Array | None:
    """Return the ends of a line through the means of two classes, as long as the rows reach along it; None without."""
    group = groups(run, rows)
    if rows.X.shape[1] < 2 or not isinstance(rows.X, np.ndarray) or len(np.unique(group)) < 2:
        return None
    first, second = (rows.X[group == k].mean(axis=0) for k in (0, 1))
    along = second - first
    if not along.any():
        return None
    t = (rows.X - first) @ along / (along @ along)
    return np.stack([first + t.min() * along, first + t.max() * along])


def crossing(frame: Frame) -> Array | None:
    """Return where the boundary crosses the line between the classes, (d,).

    Of several places that nearest to the middle of the line is taken; None where there is none, as before a step.
    """
    if frame.across is None:
        return None
    t = np.linspace(0, 1, PLACES)
    f = frame.run.decide(frame.state, frame.across[0] + t[:, None] * (frame.across[1] - frame.across[0]))
    change = np.flatnonzero(np.sign(f[:-1]) * np.sign(f[1:]) < 0)
    if not len(change):
        return None
    k = int(change[np.abs(t[change] - 0.5).argmin()])
    place = t[k] + (t[k + 1] - t[k]) * f[k] / (f[k] - f[k + 1])
    return np.asarray(frame.across[0] + place * (frame.across[1] - frame.across[0]))


def crossed(frame: Frame, data: Dataset) -> Target | None:
    """Where the boundary crosses the grey line in the picture, while steps lead on."""
    place = crossing(frame)
    if place is None:
        return None
    x, y = principal_plane(frame.data)(place[None])[0]
    return Target(0, float(x), float(y))


def happened(run: Run, k: int, shown: int, gap: tuple[int, float, float]) -> str:
    """Return what a step did, and how many multipliers are free where some steps are left out since the last frame."""
    left = f"The duality gap is {rounded(gap[2] - gap[1], 2)}, the violation {rounded(run.states[k].violation, 2)}."
    if k == 0:
        return f"{plural(len(run.states[0].alpha), 'multiplier')}, {start_of(run)}. {left}"
    before, after = run.states[k - 1], run.states[k]
    i, j = after.pair
    moves = " and ".join(move(run, m, before, after) for m in (i, j))
    free = int(((after.alpha > 0) & (after.alpha < run.problem.upper)).sum())
    since = f"After {k - shown} more steps {plural(free, 'multiplier')} {'is' if free == 1 else 'are'} free. "
    return f"{since if k > shown + 1 else ''}Chosen: {moves}. {left}"


def start_of(run: Run) -> str:
    """Return where the multipliers begin."""
    begun = int((run.states[0].alpha > 0).sum())
    return f"of which {begun} begin above 0 so that they have the sum that ν asks for" if begun else "all 0"


def move(run: Run, m: int, before: DualState, after: DualState) -> str:
    """Return how one multiplier moved, and whether it is at a bound now."""
    old, new, upper = before.alpha[m], after.alpha[m], run.problem.upper[m]
    at = " (now at its bound)" if new >= upper else " (now 0)" if new <= 0 else " (free)"
    turn = "rises" if new > old else "falls"
    return f"row {run.row[m]}, whose α {turn} by {rounded(abs(new - old), 2)} to {rounded(new, 3)}{at}"


def question(run: Run, k: int, following: int | None) -> str:
    """Return what to ask before the next frame."""
    if following is None:
        return ""
    if following > k + 1:
        return f"Before the next frame, {following - k} steps later: how many multipliers will be free then?"
    chosen = "which ▲ and which ▼ will be chosen, and will one of them reach a bound?"
    return f"{step_length(run, k)}Before the next step: {chosen}"


def step_length(run: Run, k: int) -> str:
    """Return how far the next pair moves as a fraction, without its rows.  eq. support_vector_machine:two-variables"""
    pair, rows = list(run.states[k + 1].pair), run.problem.kernel.X
    if len(pair) < 2 or not isinstance(rows, np.ndarray):
        return ""
    score = run.seen(run.states[k]).score[pair]
    own = rows[pair if run.problem.row is None else run.problem.row[pair]]
    K = run.problem.kernel.kernel.table(own, own)
    bend = float(K[0, 0] + K[1, 1] - 2 * K[0, 1])
    if bend <= 0:
        return ""
    return (
        f"The pair will move by the difference of its scores over k(i,i) + k(j,j) − 2 k(i,j), "
        f"{rounded(abs(float(score[0] - score[1])))} / {rounded(bend)}, or to a bound that is nearer. "
    )


def ending(run: Run, model: Any, rows: Dataset, pair: bool, some: bool) -> str:
    """Return how the end of the run compares with the reported model."""
    last, lead = run.states[-1], counted(run)
    if pair:
        return f"{lead} This is the machine of two classes; the reported model has one for each pair, which vote."
    apart = float(np.abs(run.decide(last, rows.X) - decisions(model, rows.X)).max())
    why = ", which was fitted to all rows," if some else ""
    return (
        f"{lead} On these rows its decisions and those of the reported model{why} differ by up to {rounded(apart, 2)}."
    )


def counted(run: Run) -> str:
    """Return how many multipliers are above 0 at the end of a run."""
    last = run.states[-1]
    free = int(((last.alpha > 0) & (last.alpha < run.problem.upper)).sum())
    held, steps = int((last.alpha > 0).sum()), len(run.states) - 1
    return f"{plural(held, 'multiplier')} above 0, {free} of them free, after {plural(steps, 'step')}."


def decisions(model: Any, X: Array) -> Array:
    """Return the decision function of a model of any kind."""
    return np.asarray(model.decision_function(X) if hasattr(model, "decision_function") else model.predict(X))


def draw_frame(axes: Any, frame: Frame, data: Dataset) -> str:
    """Draw the rows, the multipliers against their scores, and how much is left."""
    draw_picture(axes[0], frame)
    draw_scores(axes[1], frame)
    draw_rest(axes[2], frame)
    axes[0].set_title(frame.title)
    return frame.words


def draw_picture(axes: Any, frame: Frame) -> None:
    """Draw the rows, rings around those with a multiplier, and a star on those of the pair."""
    run, state, rows = frame.run, frame.state, frame.data
    alpha = np.bincount(run.row, state.alpha, len(rows.X))
    group = groups(run, rows)

    def decide(X: Array) -> Array:
        return run.decide(state, X) if frame.decide is None else decisions(frame.decide, X)

    if rows.X.shape[1] == 1:
        points = np.column_stack([rows.X[:, 0], decide(rows.X) if rows.y is None or run.flip < 0 else rows.y])
        order = np.argsort(points[:, 0])
        axes.plot(points[order, 0], decide(rows.X)[order], "-", color=ORANGE)
        axes.set(xlabel=rows.axis_names[0], ylabel="decision f(x)" if run.flip < 0 else rows.target_name or "decision")
        draw_rows(axes, points, group, size=22)
    else:
        plane = principal_plane(rows)
        points = plane(rows.X)
        if plane.exact and run.problem.row is None:
            levels = (0.0,) if isinstance(run.machine, OneClassSVM) else (-1.0, 0.0, 1.0)
            draw_sides(axes, decide, *bounds(points), plane, levels)
        draw_rows(axes, points, group, size=22)
        set_frame(axes, plane, points)
    if frame.across is not None:
        axes.plot(*principal_plane(rows)(frame.across).T, "-", color="#777777", linewidth=1.2)
        place = crossed(frame, rows)
        if place is not None:
            axes.plot(place.x, place.y, "X", color=VERMILION, markeredgecolor="white", markersize=12, zorder=7)
    most = max(float(run.states[-1].alpha.max()), 1e-300)
    held = alpha > 0
    area = 40 + 180 * np.minimum(alpha[held] / most, 1.0)
    axes.scatter(*points[held].T, s=area, facecolors="none", edgecolors=BLACK, linewidths=0.9, zorder=4)
    if state.pair and frame.title != "the reported model":
        pair = run.row[list(state.pair)]
        axes.plot(*points[pair].T, "*", color=VERMILION, markeredgecolor="white", markersize=15, zorder=6)


def groups(run: Run, rows: Dataset) -> Array:
    """Return the colour of each row: that of its class, or one for all."""
    if run.flip > 0:
        return np.zeros(len(rows.X), dtype=int)
    sign = np.zeros(len(rows.X))
    sign[run.row] = run.flip * run.problem.sign
    return (sign > 0).astype(int)


def draw_scores(axes: Any, frame: Frame) -> None:
    """Draw each multiplier against the score of its row, as a triangle that points where it may move."""
    run, state = frame.run, frame.state
    seen = run.seen(state)
    x = state.alpha
    for may, form, shade, words in (
        (seen.up & ~seen.down, "^", colour(1), "may rise"),
        (seen.down & ~seen.up, "v", colour(0), "may fall"),
        (seen.up & seen.down, "D", "#555555", "both"),
    ):
        axes.plot(x[may], seen.score[may], form, color=shade, markersize=5, alpha=0.6, linestyle="none", label=words)
    if not run.problem.separate and seen.up.any() and seen.down.any():
        high, low = float(seen.score[seen.up].max()), float(seen.score[seen.down].min())
        shade = "#f3d9c9" if high > low else "#dddddd"
        axes.axhspan(min(low, high), max(low, high), color=shade, zorder=0, linewidth=0)
    if state.pair and frame.title != "the reported model":
        pair = list(state.pair)
        axes.plot(x[pair], seen.score[pair], "*", color=VERMILION, markeredgecolor="white", markersize=14, zorder=5)
    widest = max(float(run.states[-1].alpha.max()), 1e-300)
    axes.set(xlabel="multiplier α", ylabel="score: what f lacks at the row", xlim=(-0.07 * widest, 1.1 * widest))
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.15 * (high - low))
    axes.legend(loc="upper right", ncols=3, columnspacing=0.8, handletextpad=0.1)
    axes.set_title(f"violation {rounded(max(state.violation, 0.0), 2)}")


def draw_rest(axes: Any, frame: Frame) -> None:
    """Draw the duality gap and the violation of the frames so far."""
    step, dual, primal = np.array(frame.gaps).T
    tol, states = frame.run.tol, frame.run.states
    gap, violation = primal - dual, np.array([states[k].violation for k in step.astype(int)])
    for values, k, shade, words in ((gap, 1, ORANGE, "duality gap"), (violation, 0, BLUE, "violation")):
        axes.semilogy(step, np.maximum(values, tol / 5), marker(k), color=shade, markersize=4, label=words)
        axes.semilogy(step, np.maximum(values, tol / 5), "-", color=shade)
    axes.axhline(tol, color=BLACK, linestyle=":", linewidth=1, label="tolerance")
    axes.set(xlabel="step", ylabel="what is left", xlim=(-0.5, len(states) - 0.5))
    axes.set_ylim(tol / 10, 50 * float(max(gap.max(), violation.max(), tol)))
    if len(states) > LONG:
        axes.set_xscale("symlog", linthresh=10)
    else:
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right")
    axes.set_title(f"duality gap {rounded(primal[-1] - dual[-1], 2)}")


smo_steps = Animation(
    title="SMO, a pair a step",
    caption="Left: the rows, ringed by the size of their multipliers, and the boundary and margins that these stand "
    "for; stars are the pair of the last step. The grey line goes through the means of two classes: predict where "
    "the boundary will cross it (×). Middle: each multiplier against its score, the amount by which the "
    "decision function falls short at its row. A ▲ may move so that the decisions rise, a ▼ so that they fall. At the "
    "optimum no ▲ lies above a ▼; the shaded band between the highest ▲ and the lowest ▼ is the violation. A step "
    "takes the one that violates most and the partner that gains most with it. Right: the duality gap, by which the "
    "objective can differ from the best one at most, and the violation. Write down your answer to the question before "
    "you go on. Of a long run some steps are left out; the last frame shows the reported model.",
    rows=1,
    columns=3,
    size=(13.2, 4.4),
    frames=frames,
    draw=draw_frame,
    target=crossed,
    question="Where will the boundary cross the grey line in the next frame?",
    perturbed={f"{CHEAP:g} of the price C": with_a_low_price, "another kernel": with_another_kernel},
)
