"""Columns that a density of measurements cannot hold: categories, and columns that others determine.

A density is probability per unit of every column. Categories have no unit, and the indicators of one column add up to
1; where a column is determined by others, the rows fill no volume either. In both cases the likelihood rises without
limit, whatever the number of components. A column that others determine says nothing that these do not, so it can be
left out.
"""

import shlex
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from groundup.core.types import Array
from groundup.data.scale import Scale
from groundup.data.tables.features import Categories, Truths
from groundup.data.tables.kinds import Decision

OWN = 0.002  # Part of a column's spread that the columns before it must leave open.
WIDEST = 1000  # Features up to which their dependence is sought: the time grows with the cube of their number.


def only_measurements(decisions: Mapping[str, Decision], reason: str) -> tuple[dict[str, Decision], tuple[str, ...]]:
    """Return the decisions without columns of categories, and the note that names these.

    Parameters
    ----------
    decisions : mapping of str to Decision
        What becomes of each column.
    reason : str
        Why categories are left out, as a clause.
    """
    found = dict(decisions)
    names = [name for name, one in found.items() if isinstance(one.column, Categories | Truths)]
    for name in names:
        found[name] = Decision(None, replace(found[name].use, used="left out: categories", filled=""))
    return found, (f"left out: {', '.join(names)} (categories; {reason})",) if names else ()


def without_determined(
    decisions: Mapping[str, Decision], X: Array, keep: tuple[str, ...]
) -> tuple[dict[str, Decision], tuple[str, ...]]:
    """Return the decisions without columns that the columns before them determine, and a note for each.

    Parameters
    ----------
    decisions : mapping of str to Decision
        What becomes of each column.
    X : ndarray of shape (n, d)
        Their features; rows that lack an entry (NaN) are left out. Of no more rows than features every column is
        determined by chance, and none is left out; nor is any of more than `WIDEST` features.
    keep : tuple of str
        Columns that stay.
    """
    names = [name for name, one in decisions.items() if one.column for _ in one.column.features]
    complete = X[~np.isnan(X).any(axis=1)]
    if not len(names) + 1 < len(complete) or len(names) > WIDEST:
        return dict(decisions), ()
    found, notes = dict(decisions), []
    for name, others in determined(complete, names).items():
        if name in keep:
            continue
        which = " and ".join(others)
        verb = "determine" if len(others) > 1 else "determines"
        found[name] = Decision(None, replace(found[name].use, used=f"left out: {which} {verb} it"))
        notes.append(
            f"left out: {name} ({which} {verb} it in every row, so that the rows have no spread in one direction, and "
            f"no density); --drop {shlex.quote(others[-1])} leaves out {others[-1]} instead, "
            f"--keep {shlex.quote(name)} leaves out neither"
        )
    return found, tuple(notes)


def determined(X: Array, names: list[str]) -> dict[str, list[str]]:
    """Return the columns that are linear functions of columns before them, and of which, up to `OWN` of their spread.

    The sweep operator takes one feature after the other into a regression of all others on them: what remains on the
    diagonal is the variance that those leave open, and above it stand the slopes.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features.
    names : list of str
        The column that each is from. A column of several features is never left out.
    """
    Z = Scale.of(X).apply(X)
    swept = Z.T @ Z / len(Z)
    free: list[int] = []
    found: dict[str, list[str]] = {}
    for j, name in enumerate(names):
        if swept[j, j] > OWN**2:
            own, pivot = swept[:, j].copy(), swept[j, j]
            swept -= np.outer(own, own) / pivot
            swept[:, j] = swept[j, :] = own / pivot
            swept[j, j] = -1 / pivot
            free.append(j)
        elif names.count(name) == 1:
            found[name] = [names[k] for k in free if abs(swept[k, j]) > OWN]
    return {name: others for name, others in found.items() if others}
