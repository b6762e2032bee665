"""What smoothing does, and what counting every word twice does."""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.naive_bayes.evidence import unseen
from groundup.projects.naive_bayes.models.discrete import DiscreteNB

ALPHAS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
NEAR_ZERO = 1e-3  # Where the axis of alpha becomes linear, to reach zero.
SCATTERED = 400  # Rows in a scatter plot.
COPIES = (1, 2, 4)


@figure(1, 2, size=(9.4, 3.2))
def smoothing(axes: Any, model: Any, data: Dataset) -> None:
    """Smoothing: from a word never seen to no difference at all

    The model fitted again for each alpha, and judged by rows that it has not seen. Left: the mean of −log of the
    probability of the true class. Without smoothing (alpha = 0) it is infinite as soon as one row has a word that its
    class has never had: a single zero count decides against everything else. With a large alpha all classes have
    nearly the same probabilities of the words. Right: the share of rows whose class is right, and at alpha = 0 the
    share of rows that are impossible in their own class, and in every class.
    """
    if not isinstance(model, DiscreteNB):
        raise NotApplicable(f"{type(model).__name__} counts nothing that could be smoothed")
    rows = unseen(data)
    known = np.isin(np.asarray(rows.y), model.classes_)
    if not known.any():
        raise NotApplicable("there are no rows of a known class")
    X, code = rows.X[np.flatnonzero(known)], codes(model, np.asarray(rows.y)[known])
    losses, right, impossible = [], [], np.zeros(2)
    for alpha in ALPHAS:
        fitted = type(model)(**model.get_params() | {"alpha": alpha, "force_alpha": True}).fit(data.X, data.y)
        log_p = fitted.predict_log_proba(X)
        losses.append(-log_p[np.arange(len(code)), code].mean())
        right.append((log_p.argmax(axis=1) == code).mean())
        if alpha == 0:
            infinite = np.isneginf(fitted.predict_joint_log_proba(X))
            impossible = np.array([infinite[np.arange(len(code)), code].mean(), infinite.all(axis=1).mean()])
    curve, shares = axes
    loss = np.array(losses)
    finite = np.isfinite(loss)
    curve.plot(np.array(ALPHAS)[finite], loss[finite], "o-", color=BLUE, label="held-out log-loss")
    top = loss[finite].max() if finite.any() else 1.0
    for alpha in np.array(ALPHAS)[~finite]:
        curve.annotate("∞", (alpha, top), fontsize=18, ha="center", va="center", color=VERMILION)
    if finite.any():
        best = int(np.where(finite, loss, np.inf).argmin())
        curve.annotate(f"least at alpha = {ALPHAS[best]:g}", (ALPHAS[best], loss[best]), xytext=(6, -16),
                       textcoords="offset points", ha="right", fontsize=9)  # fmt: skip
        curve.margins(y=0.14)
    curve.set(ylabel="log-loss (nats a row)")
    shares.plot(ALPHAS, right, "s-", color=BLUE, label="class is right")
    for value, mark, shade, words in zip(impossible, "Xv", (VERMILION, ORANGE), (
        "alpha = 0: impossible in its own class", "alpha = 0: impossible in every class",
    ), strict=True):  # fmt: skip
        shares.plot([0], [value], mark, color=shade, markeredgecolor=BLACK, markersize=10, linestyle="", label=words)
    shares.set(ylabel="share of the rows", ylim=(-0.04, 1.04))
    shares.legend(loc="center")
    for panel in axes:
        panel.set_xscale("symlog", linthresh=NEAR_ZERO, linscale=0.4)
        panel.set_xlim(-0.0003, 14)
        panel.axvline(1, color=BLACK, linewidth=0.8, linestyle=":")
        panel.set_xticks([0, 0.001, 0.01, 0.1, 1, 10], ["0", "0.001", "0.01", "0.1", "1", "10"])
        panel.minorticks_off()
        panel.set_xlabel("alpha (added to every count)")


@figure(1, 2, size=(9.4, 3.2))
def doubling(axes: Any, model: Any, data: Dataset) -> None:
    """Every word counted twice: what independence costs

    Each column of the data stands there twice, and the model is fitted again. Nothing new is known, but to naive Bayes
    the copies are new evidence. Left: the log-odds of the predicted class against the second one, less those of the
    prior, double exactly. Right: how sure the model is of its answers, with one, two and four copies. The probabilities
    go to 0 and 1, and the share of right answers hardly changes: the legend has both. Rows that are impossible in one
    of the two classes, which happens without smoothing, are left out on the left.
    """
    rows = unseen(data)
    if len(model.classes_) < 2:
        raise NotApplicable("there is a single class")
    scatter, bars = axes
    joint = model.predict_joint_log_proba(rows.X)
    order = np.argsort(-model.predict_log_proba(rows.X), axis=1, kind="stable")[:, :2]
    bins = np.linspace(1 / len(model.classes_), 1, 9)
    middles, width = (bins[:-1] + bins[1:]) / 2, (bins[1] - bins[0]) / 3.6
    code = codes(model, rows.y)
    prior = model.explain(rows.X[:1]).prior
    for k, (copies, hatch) in enumerate(zip(COPIES, ("", "//", ".."), strict=True)):
        fitted = model if copies == 1 else type(model)(**widened(model, copies)).fit(repeated(data.X, copies), data.y)
        X = repeated(rows.X, copies)
        P = fitted.predict_proba(X)
        share = np.histogram(P.max(axis=1), bins)[0] / len(P)
        sure, right = (100 * np.mean(part) for part in (P.max(axis=1), P.argmax(axis=1) == code))
        bars.bar(middles + (k - 1) * width, share, width, color=colour(k), hatch=hatch, edgecolor=BLACK, linewidth=0.5,
                 label=f"{copies} × : sure {sure:.1f} %, right {right:.1f} %")  # fmt: skip
        if copies == 2:
            both = [odds(j, order) - odds(prior[None], order) for j in (joint, fitted.predict_joint_log_proba(X))]
            once, twice = np.array(both)[:, np.isfinite(both).all(axis=0)]
            some = slice(0, SCATTERED)
            scatter.plot(once[some], twice[some], "o", color=BLUE, alpha=0.5, markersize=4, linestyle="")
            reach = np.array([once.min(initial=0.0), once.max(initial=1e-9)])
            scatter.plot(reach, 2 * reach, "-", color=BLACK, linewidth=1, label="exactly twice")
    scatter.set(xlabel="log-odds without the prior, columns once (nats)", ylabel="columns twice (nats)")
    scatter.legend(loc="upper left")
    bars.set(xlabel="probability of the predicted class", ylabel="share of the rows")
    bars.legend(loc="upper left", title="copies of each column")


def odds(joint: Array, order: Array) -> Array:
    """Return the log-odds of the class in the first column of `order` against that in the second, NaN for −∞ + ∞."""
    one, other = np.broadcast_to(joint, (len(order), joint.shape[1]))[np.arange(len(order)), order.T]
    with np.errstate(invalid="ignore"):
        return np.asarray(one - other)


def widened(model: Any, copies: int) -> dict[str, Any]:
    """Return the parameters of a model for copies of the columns: what is given for each column is repeated, too."""
    of_columns = {"alpha", "min_categories"}
    return {
        name: np.tile(value, copies) if name in of_columns and np.size(value) > 1 else value
        for name, value in model.get_params().items()
    }


def repeated(X: Any, copies: int) -> Any:
    """Return rows with all their columns several times."""
    if not isinstance(X, Csr):
        return np.tile(X, copies)
    d = X.shape[1]
    row = np.tile(X.row_of_entry, copies)
    order = np.argsort(row, kind="stable")
    columns = np.concatenate([X.indices + k * d for k in range(copies)])
    return replace(
        X,
        data=np.tile(X.data, copies)[order],
        indices=columns[order],
        indptr=X.indptr * copies,
        shape=(len(X), d * copies),
    )
