"""Explanation of one prediction: what each feature contributes to the log-odds of the classes."""

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from groundup.core.display import html_table
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.projects.naive_bayes.solvers.probabilities import Joint, log_odds

SHOWN = 20  # A table lists at most this many features one by one.


@dataclass(frozen=True)
class Explanation:
    """What the features of one row contribute to the log-probability of each class.

    Parameters
    ----------
    classes : ndarray of shape (K,)
        The classes.
    features : ndarray of str of shape (m,)
        Names of the features that contribute: of a text, the words that occur in it.
    values : ndarray of shape (m,)
        Their values in the row.
    terms : Joint of shape (m, K)
        What each adds to the log-probability of each class.
    prior : ndarray of shape (K,)
        What the classes have before any feature is seen.
    total : Joint of shape (1, K)
        The sum of prior and terms.
    """

    classes: Array
    features: Array
    values: Array
    terms: Joint
    prior: Array
    total: Joint

    @property
    def contributions(self) -> Array:
        """What each feature adds to the log-probability of each class, (m, K); −∞ for what is impossible."""
        return self.terms.logarithms()

    @property
    def joint(self) -> Array:
        """The sum of prior and contributions, (K,): the row of `predict_joint_log_proba`."""
        return np.asarray(self.total.logarithms()[0])

    @property
    def log_posterior(self) -> Array:
        """Logarithms of the probabilities of the classes, (K,)."""
        return np.asarray(self.total.log_posterior()[0])

    @property
    def predicted(self) -> Any:
        """The most probable class."""
        return self.classes[self.log_posterior.argmax()]

    @property
    def rival(self) -> Any:
        """The second most probable class; the only one, if there is one."""
        return self.classes[np.argsort(-self.log_posterior, kind="stable")[: len(self.classes)][:2][-1]]

    def log_odds(self, one: Any = None, other: Any = None) -> Array:
        """Return what each feature contributes to the log-odds of one class against another.

        Parameters
        ----------
        one, other : object
            Two of the classes; by default the predicted one and its rival.

        Returns
        -------
        ndarray of shape (m,)
            Positive where the feature speaks for the first class. Without smoothing, those of a feature that is
            impossible in one class are infinite, and those of one that is impossible in both are their limit for
            vanishing smoothing.

        Raises
        ------
        ValueError
            For what is none of the classes.
        """
        one, other = self.predicted if one is None else one, self.rival if other is None else other
        return self.terms.log_odds(self._place(one), self._place(other))

    def _place(self, label: Any) -> int:
        found = np.flatnonzero(self.classes == label)
        if not len(found):
            raise ValueError(f"{label!r} is none of the classes {self.classes.tolist()}.")
        return int(found[0])

    def table(self, most: int = SHOWN) -> list[tuple[str, str, float]]:
        """Return names, values and log-odds of the features, the largest first, then of all others, prior and sum.

        Parameters
        ----------
        most : int, default=20
            Most features that are listed one by one.

        Returns
        -------
        list of tuple
            In which all log-odds but the last add up to the last. Where infinite ones of both signs cancel, as of a row
            that is impossible in every class, the last is their limit for vanishing smoothing.
        """
        odds, (a, b) = self.log_odds(), (self._place(self.predicted), self._place(self.rival))
        order = np.argsort(-np.abs(odds), kind="stable")
        rows = [(printable(self.features[j]), f"{self.values[j]:g}", float(odds[j])) for j in order[:most]]
        if len(order) > most:
            others = self.terms.linear(lambda table: table[order[most:]].sum(axis=0, keepdims=True))
            rows.append((plural(len(order) - most, "other feature"), "", float(others.log_odds(a, b)[0])))
        rows.append(("before any feature", "", float(log_odds(self.prior[a], self.prior[b]))))
        rows.append(("sum", "", float(self.total.log_odds(a, b)[0])))
        return rows

    def _told(self) -> str:
        probability = float(np.exp(self.log_posterior.max()))
        one, other = printable(self.predicted), printable(self.rival)
        return f"predicted: {one} (probability {probability:.4g}), here against {other}"

    def __str__(self) -> str:
        rows = self.table()
        width = max(len("feature"), *(len(name) for name, _, _ in rows))
        lines = [f"{name:{width}} {value:>10} {odds:>+12.4f}" for name, value, odds in rows]
        return "\n".join([self._told(), f"{'feature':{width}} {'value':>10} {'log-odds':>12}", *lines])

    def _repr_html_(self) -> str:
        rows = [(escape(name), value, f"{odds:+.4f}") for name, value, odds in self.table()]
        return html_table(rows, head=("feature", "value", "log-odds"), caption=escape(self._told()))


def printable(name: Any) -> str:
    """Return a name without characters that would command a terminal."""
    return "".join(c if c.isprintable() else " " for c in str(name))
