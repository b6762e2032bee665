"""Active sets along a path: the support, its signs, and the inverse of its equations.

At fixed signs s the minimum solves ``(G + l2 I) w = c − l1 s`` on the support. A coefficient that would change its sign
leaves, a column whose slope exceeds l1 joins, and the solution is the minimum as soon as nothing changes. From one
penalty of a path to the next a column or two come or go, for which the inverse is updated instead of computed again.

Source: Hintermüller, Ito and Kunisch, The primal-dual active set strategy as a semismooth Newton method, SIAM J. Optim.
13 (2003).
"""

import numpy as np

from groundup.core.constants import EPS
from groundup.core.optimize import coordinate
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

MOST_ROUNDS = 50  # Changes of the set and corrections for one penalty, after which coordinate descent takes over.
MOST_CORRECTIONS = 6  # After so many corrections, the inverse is computed anew.
MOST_JOINING = 8  # Columns that join at once, or as many as there are in the set.
INDEPENDENT_SHARE = 1e-10  # A column joins only if this part of its square lies outside the span of the active ones.


class ActiveSet:
    """Minimiser of ``½ wᵀGw − cᵀw + penalty(w)`` for one penalty after another.

    Parameters
    ----------
    G : ndarray of shape (d, d)
        Symmetric and positive semi-definite.
    c : ndarray of shape (d,)
        Linear term.
    w : ndarray of shape (d,)
        Starting point.
    """

    def __init__(self, G: Array, c: Array, w: Array) -> None:
        self.G, self.c, self.size = G, c, np.sqrt(np.diag(G))
        self._start(w)

    def extend(self, G: Array, c: Array) -> None:
        """Go on with further columns, which come after the earlier ones."""
        self.G, self.c, self.size = G, c, np.sqrt(np.diag(G))
        self.rows = G[self.index]
        self.slope = c - self.w @ self.rows

    def minimize(self, penalty: Penalty, tolerance: float) -> Array:
        """Return the minimum of shape (d,) for a penalty whose weights are numbers.

        No optimality condition is violated by more than the tolerance, besides rounding.
        """
        if not (penalty.l1 > 0 and self._solve(penalty, tolerance)):
            self._start(coordinate.minimize(self.G, self.c, penalty, self.solution(), tolerance))
        return self.solution()

    def solution(self) -> Array:
        """Return the last solution, of shape (d,)."""
        w = np.zeros(len(self.c))
        w[self.index] = self.w
        return w

    def _start(self, w: Array) -> None:
        self.index = np.flatnonzero(w)
        self.w, self.sign, self.rows = w[self.index], np.sign(w[self.index]), self.G[self.index]
        self.slope = self.c - self.w @ self.rows
        self.inverse = np.empty((0, 0))  # computed when it is needed

    def _solve(self, penalty: Penalty, tolerance: float) -> bool:
        """Change the set until it is that of the minimum; False if that takes too long, or columns are dependent."""
        if len(self.inverse) != len(self.index) and not self._invert(penalty.l2):
            return False
        corrections, limit, residual = 0, self._limit(penalty, tolerance), self._residual(penalty)
        for _ in range(MOST_ROUNDS):
            self.w = self.w + self.inverse @ residual
            self.slope = self.c - self.w @ self.rows
            size = penalty.slope_size(self.slope)
            stays, exceeds = self.w * self.sign > 0, size > limit
            exceeds[self.index] = False
            new = np.flatnonzero(exceeds)
            residual = self._residual(penalty)
            if stays.all() and not len(new):
                if (np.abs(residual) <= limit[self.index] - penalty.l1).all():
                    return True
                corrections += 1
                if corrections % MOST_CORRECTIONS == 0 and not self._invert(penalty.l2):
                    return False
                continue
            if not stays.all():
                self._remove(stays)
            if len(new) and not self._add(self._strongest(new, size), penalty.l2):
                return False
            self.slope = self.c - self.w @ self.rows
            limit, residual = self._limit(penalty, tolerance), self._residual(penalty)
        return False

    def _limit(self, penalty: Penalty, tolerance: float) -> Array:
        """Sizes of slopes above which columns join, (d,): the rounding error of a slope is below the last term."""
        rounding = self.size * (self.size[self.index] @ np.abs(self.w)) + np.abs(self.c)
        return np.asarray(penalty.l1 + tolerance + 4 * EPS * rounding)

    def _residual(self, penalty: Penalty) -> Array:
        return np.asarray(self.slope[self.index] - penalty.l1 * self.sign - penalty.l2 * self.w)

    def _strongest(self, new: Array, size: Array) -> Array:
        """The violators that join now: all, unless they are many."""
        most = max(MOST_JOINING, len(self.index))
        return new if len(new) <= most else new[np.argpartition(-size[new], most)[:most]]

    def _invert(self, l2: float) -> bool:
        """Compute the inverse; False if the columns are dependent."""
        H = self.rows[:, self.index]
        H.flat[:: len(H) + 1] += l2
        try:
            self.inverse = np.linalg.inv(H)
        except np.linalg.LinAlgError:
            return False
        return _independent(self.inverse, H)

    def _remove(self, stays: Array) -> None:
        """Take columns out of the set and, by a Schur complement, out of the inverse."""
        P, goes = self.inverse, ~stays
        across = P[np.ix_(stays, goes)]
        self.inverse = P[np.ix_(stays, stays)] - across @ np.linalg.solve(P[np.ix_(goes, goes)], across.T)
        self.index, self.w, self.sign, self.rows = (a[stays] for a in (self.index, self.w, self.sign, self.rows))

    def _add(self, new: Array, l2: float) -> bool:
        """Put columns into the set and the inverse; False if they depend on those in it."""
        k, rows = len(self.index), self.G[new]
        H = rows[:, new]
        H.flat[:: len(H) + 1] += l2
        across = self.inverse @ rows[:, self.index].T
        try:
            corner = np.linalg.inv(H - rows[:, self.index] @ across)
        except np.linalg.LinAlgError:
            return False
        if not _independent(corner, H):
            return False
        inverse = np.empty((k + len(new), k + len(new)))
        inverse[:k, k:] = -across @ corner
        inverse[:k, :k] = self.inverse - inverse[:k, k:] @ across.T
        inverse[k:, :k], inverse[k:, k:] = inverse[:k, k:].T, corner
        self.inverse, self.index = inverse, np.concatenate([self.index, new])
        self.w, self.sign = np.append(self.w, np.zeros(len(new))), np.append(self.sign, np.sign(self.slope[new]))
        self.rows = np.concatenate([self.rows, rows])
        return True


def _independent(inverse: Array, H: Array) -> bool:
    """Whether no column depends on the others: the parts of their squares outside the others' span are 1/diagonal."""
    outside = np.diag(inverse) * np.diag(H)
    return bool((outside > 0).all() and (outside < 1 / INDEPENDENT_SHARE).all())
