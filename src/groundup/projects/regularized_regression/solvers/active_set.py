"""Active sets along a path: the support, its signs, and the inverse of its equations.

At fixed signs s the minimum solves ``(G + l2 I) w = c − l1 s`` on the support. A coefficient that would change its sign
leaves, a column whose slope exceeds l1 joins, and the solution is the minimum as soon as nothing changes. From one
penalty of a path to the next a column or two come or go, for which the inverse is updated instead of computed again.

Source: Hintermüller, Ito and Kunisch, The primal-dual active set strategy as a semismooth Newton method, SIAM J. Optim.
13 (2003).
"""

from dataclasses import replace

import numpy as np

from groundup.core.constants import EPS
from groundup.core.optimize import coordinate
from groundup.core.optimize.penalties import Penalty
from groundup.core.types import Array

MOST_ROUNDS = 20  # Changes of the set and corrections for one penalty.
MOST_HALVINGS = 6  # Halvings of the step from one penalty to the next, after which coordinate descent takes over.
ROUGH = 1e-2  # Part of the residual that a step leaves while the set may still change.
MOST_CORRECTIONS = 6  # After this number of steps for one penalty, the inverse is computed again.
STALE_RATIO = 2.0  # An inverse for an l2 that is larger by more than this ratio is computed again.
TINY = np.finfo(np.float64).tiny  # Stands for zero in a denominator.
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
        self.penalty: Penalty | None = None  # of the last solution
        self._start(w)

    def extend(self, G: Array, c: Array) -> None:
        """Go on with further columns, which come after the earlier ones."""
        self.G, self.c, self.size = G, c, np.sqrt(np.diag(G))
        self._take_rows()

    def minimize(self, penalty: Penalty, tolerance: float) -> Array:
        """Return the minimum of shape (d,) for a penalty whose weights are numbers.

        No optimality condition is violated by more than the tolerance, up to rounding.
        """
        if not (penalty.l1 > 0 and self._approach(penalty, tolerance, MOST_HALVINGS)):
            self._start(coordinate.minimize(self.G, self.c, penalty, self.solution(), tolerance))
        self.penalty = penalty
        return self.solution()

    def solution(self) -> Array:
        """Return the last solution, of shape (d,)."""
        w = np.zeros(len(self.c))
        w[self.index] = self.w
        return w

    def _start(self, w: Array) -> None:
        self.index = np.flatnonzero(w)
        self.w, self.sign = w[self.index], np.sign(w[self.index])
        self.square, self.l2 = np.empty((0, 0)), np.full(len(self.index), np.inf)  # computed when it is needed
        self._take_rows()

    def _take_rows(self) -> None:
        self.long = self.G[self.index]
        self.slope = self.c - self.w @ self.rows

    # Both matrices are the first rows of larger ones, in which columns come and go without a copy of all others.

    @property
    def rows(self) -> Array:
        """Rows of G of the columns in the set, (k, d)."""
        return self.long[: len(self.index)]

    @property
    def inverse(self) -> Array:
        """Inverse of the equations' matrix, (k, k), for the weights `l2` at which its columns came."""
        k = len(self.index)
        return self.square[:k, :k]

    def _approach(self, penalty: Penalty, tolerance: float, halvings: int) -> bool:
        """Go from the last penalty to this one, in two steps where one changes the set by too much to succeed."""
        last, before = self.solution(), self.penalty
        if self._solve(penalty, tolerance):
            self.penalty = penalty
            return True
        self._start(last)
        if before is None or not halvings:
            return False
        middle = replace(penalty, l1=(before.l1 + penalty.l1) / 2, l2=(before.l2 + penalty.l2) / 2)
        return all(self._approach(step, tolerance, halvings - 1) for step in (middle, penalty))

    def _solve(self, penalty: Penalty, tolerance: float) -> bool:
        """Change the set until it is that of the minimum; False if that takes too long, or columns are dependent."""
        stale = (self.l2 < penalty.l2) | (self.l2 > STALE_RATIO * penalty.l2)
        if stale.any() and not self._invert(penalty.l2):
            return False
        limit, settled = self._limit(penalty, tolerance), False
        for rounds in range(1, MOST_ROUNDS + 1):
            residual = self.slope[self.index] - penalty.l1 * self.sign - penalty.l2 * self.w
            if settled and (np.abs(residual) <= limit[self.index] - penalty.l1).all():
                return True
            if rounds % MOST_CORRECTIONS == 0 and not self._invert(penalty.l2):
                return False
            self.w = self.w + self._step(residual, penalty.l2, tolerance, 0.0 if settled else ROUGH)
            self.slope = self.c - self.w @ self.rows
            size, stays = penalty.slope_size(self.slope), self.w * self.sign > 0
            exceeds = size > limit
            exceeds[self.index] = False
            new = np.flatnonzero(exceeds)
            settled = not len(new) and bool(stays.all())
            if not stays.all():
                self._remove(stays)
            if len(new) and not self._add(self._strongest(new, size), penalty.l2):
                return False
        return False

    def _limit(self, penalty: Penalty, tolerance: float) -> Array:
        """Sizes of slopes above which columns join, (d,): the rounding error of a slope is below the last term."""
        rounding = self.size * (self.size[self.index] @ np.abs(self.w)) + np.abs(self.c)
        return np.asarray(penalty.l1 + tolerance + 4 * EPS * rounding)

    def _step(self, residual: Array, l2: float, tolerance: float, least: float) -> Array:
        """The step to the solution of the equations, from the inverse for other weights than l2.

        With their differences E, the step is the fixed point of ``x = P (residual + E x)``. What is left of the
        residual is below the tolerance, or the part `least` of it.
        """
        P, E = self.inverse, self.l2 - l2
        step, ratio = P @ residual, float(np.abs(E).max(initial=0) / self.l2.max(initial=TINY))
        if ratio:
            goal = max(least, EPS, tolerance / max(float(np.abs(residual).max()), tolerance, TINY))
            for _ in range(int(np.ceil(np.log(goal) / np.log(ratio)))):
                step = P @ (residual + E * step)
        return np.asarray(step)

    def _matrix(self, l2: float) -> Array:
        H = self.rows[:, self.index]
        H.flat[:: len(H) + 1] += l2
        return H

    def _strongest(self, new: Array, size: Array) -> Array:
        """The violators that join now: all, unless they are many."""
        most = max(MOST_JOINING, len(self.index))
        return new if len(new) <= most else new[np.argpartition(-size[new], most)[:most]]

    def _invert(self, l2: float) -> bool:
        """Compute the inverse; False if the columns are dependent."""
        H = self._matrix(l2)
        try:
            self.square, self.l2 = np.linalg.inv(H), np.full(len(H), l2)
        except np.linalg.LinAlgError:
            return False
        return _independent(self.inverse, H)

    def _remove(self, stays: Array) -> None:
        """Take columns out of the set and, by a Schur complement, out of the inverse."""
        left = int(stays.sum())
        holes, tail = np.flatnonzero(~stays[:left]), left + np.flatnonzero(stays[left:])
        order = np.arange(left)
        order[holes] = tail  # the last ones fill the gaps
        goes, P = np.flatnonzero(~stays), self.inverse
        self.slope = self.slope + self.w[goes] @ self.long[goes]
        across, schur = P[np.ix_(order, goes)], P[np.ix_(goes, goes)]
        P[holes], self.long[holes] = P[tail], self.long[tail]
        P[:, holes] = P[:, tail]
        P[:left, :left] -= across @ np.linalg.solve(schur, across.T)
        self.index, self.w, self.sign, self.l2 = (a[order] for a in (self.index, self.w, self.sign, self.l2))

    def _add(self, new: Array, l2: float) -> bool:
        """Put columns into the set and the inverse; False if they depend on those in it."""
        k, rows = len(self.index), self.G[new]
        H = rows[:, new]
        H.flat[:: len(H) + 1] += l2
        across = self.inverse @ rows[:, self.index].T
        try:
            schur = np.linalg.inv(H - rows[:, self.index] @ across)
        except np.linalg.LinAlgError:
            return False
        if not _independent(schur, H):
            return False
        both = k + len(new)
        self.long, self.square = _with_room(self.long, k, both, False), _with_room(self.square, k, both, True)
        self.long[k:both] = rows
        coupling = across @ schur
        P = self.square
        P[:k, :k] += coupling @ across.T
        P[:k, k:both], P[k:both, :k], P[k:both, k:both] = -coupling, -coupling.T, schur
        self.index = np.concatenate([self.index, new])
        self.l2 = np.append(self.l2, np.full(len(new), l2))
        self.w, self.sign = np.append(self.w, np.zeros(len(new))), np.append(self.sign, np.sign(self.slope[new]))
        return True


def _independent(inverse: Array, H: Array) -> bool:
    """Whether no column depends on the others: the parts of their squares outside the others' span are 1/diagonal."""
    outside = np.diag(inverse) * np.diag(H)
    return bool((outside > 0).all() and (outside < 1 / INDEPENDENT_SHARE).all())


def _with_room(A: Array, used: int, rows: int, square: bool) -> Array:
    """A matrix with room for a number of rows (and columns, if it is square), whose first `used` are those of A."""
    if rows <= len(A):
        return A
    more = rows + rows // 4 + MOST_JOINING
    B = np.empty((more, more if square else A.shape[1]))
    B[:used, : used if square else None] = A[:used, : used if square else None]
    return B
