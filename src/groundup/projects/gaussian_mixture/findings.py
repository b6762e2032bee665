"""What a mixture says about the data: components, how sure they are, how many there should be, rare rows."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.metrics import adjusted_rand_score
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.common.answers import unseen
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import joined, listed, percent, quoted, rounded, with_spread
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture
from groundup.projects.gaussian_mixture.selection import ROWS, Candidate, best, candidates, collapsed, without_spread
from groundup.projects.gaussian_mixture.solvers.covariances import COVARIANCES

LOSS = "minus log-density (nats a row)"
FAR = 1.0  # Distance of a mean from that of all rows, in standard deviations of all rows, that is typical.
SURE = 0.95  # Responsibility from which a row's component is called sure.
STRONG = 0.5  # Correlation within a component from which it is spoken of.
HARDLY = 0.05  # Gain in nats a row below which several components are hardly better than one.
EQUAL = 2.0  # Difference of two values of BIC below which neither mixture is to be preferred.
MOST_DESCRIBED = 8  # Components that the answer describes.
MOST_MARKS = 3  # Columns that describe a component.
MOST_COLUMNS = 8  # Columns of the table of components.
MOST_CANDIDATES = 8  # Mixtures of the table of criteria.
RARE = 10  # Rows of the table of least density.
UNUSUAL = 2.0  # Standard deviations from a component's mean below which an entry of a row is not unusual.
WORDS = {
    "full": "a covariance matrix each",
    "tied": "one covariance matrix for all",
    "diag": "a variance for each column",
    "spherical": "one variance each",
}


def answer(model: GaussianMixture, data: Dataset, scores: Scores) -> tuple[str, ...]:
    """Return how large the components are, how well they hold for rows not seen, what each is like, and doubts."""
    size = sizes(model, data)
    K, n = len(size), len(data.X)
    first = (
        f"{plural(n, 'row')} in {plural(K, 'component')} with {WORDS[model.covariance_type]}; the largest is the most "
        f"probable one for {plural(int(size.max()), 'row')}, the smallest for {size.min():,}."
        if K > 1
        else f"One component: a single normal distribution describes the {plural(n, 'row')}."
    )
    parts = [
        first,
        quality(data, scores) if K > 1 else "",
        described(model, data, size),
        sureness(model, data) if K > 1 else "",
        *doubts(model, data),
        chosen(model, data),
        agreement(data, scores),
    ]
    return tuple(part for part in parts if part)


def summary(model: GaussianMixture, data: Dataset) -> tuple[Table, ...]:
    """Return the components, their shapes, the mixtures compared, and the rows of least density."""
    return profile(model, data), *shapes(model, data), *compared(model, data), *rarest(model, data)


def sizes(model: GaussianMixture, data: Dataset) -> Array:
    """Return the number of rows of which each component is the most probable, (K,)."""
    return np.bincount(model.predict(data.X), minlength=len(model.means_))


def matrices(model: GaussianMixture) -> Array:
    """Return the covariance matrices of the components, (K, d, d)."""
    return COVARIANCES[model.covariance_type].matrices(model.covariances_, *model.means_.shape)


def in_users_units(model: GaussianMixture, data: Dataset) -> tuple[Array, Array]:
    """Return means and standard deviations of the components as the user measures them, (K, d) each."""
    spread = np.sqrt(np.diagonal(matrices(model), axis1=1, axis2=2))
    return (data.scale.undo(model.means_), spread * data.scale.std) if data.scale else (model.means_, spread)


def deviations(model: GaussianMixture, data: Dataset) -> Array:
    """Return how far each mean is from that of all rows, in standard deviations of all rows, (K, d)."""
    spread = np.nanstd(data.X, axis=0)
    return np.asarray((model.means_ - np.nanmean(data.X, axis=0)) / np.where(spread > 0, spread, 1))


# --- sentences ------------------------------------------------------------------------------------------------------


def quality(data: Dataset, scores: Scores) -> str:
    """Return how much more probable the mixture makes rows not seen than one normal distribution does."""
    found = unseen(scores, data, LOSS)
    gain = found.baseline - found.value
    if not math.isfinite(gain):
        return ""
    where = found.where[:1].upper() + found.where[1:]
    told = (
        f"{where} the mean log-density is {with_spread(-found.value, found.std)} nats a row, that of one normal "
        f"distribution {rounded(-found.baseline)}"
    )
    if gain <= HARDLY:
        how = "hardly" if gain > 0 else "no"
        return f"{told}: several components describe new rows {how} better than one."
    return f"{told}: a typical row is {rounded(math.exp(min(gain, 50.0)))} times as probable under the mixture."


def described(model: GaussianMixture, data: Dataset, size: Array) -> str:
    """Return what is typical of each component, where there are few."""
    if not 1 < len(size) <= MOST_DESCRIBED:
        return ""
    far, (mean, spread) = deviations(model, data), in_users_units(model, data)
    found = []
    for k, (own, rows) in enumerate(zip(far, size, strict=True)):
        order = np.argsort(-np.abs(own), kind="stable")[:MOST_MARKS]
        largest = [j for j in order if abs(own[j]) >= FAR] or list(order[:1])
        words = [
            f"{'high' if own[j] > 0 else 'low'} {quoted(data.feature_names[j])} "
            f"({with_spread(mean[k, j], spread[k, j])})"
            for j in largest
        ]
        found.append(f"component {k}, {plural(int(rows), 'row')}, has {joined(words)}")
    return f"What is typical of each component (mean ± standard deviation): {'; '.join(found)}."


def sureness(model: GaussianMixture, data: Dataset) -> str:
    """Return how many rows surely belong to one component, and which two components share most of the others."""
    share = model.predict_proba(data.X)
    sure = share.max(axis=1) >= SURE
    if sure.all():
        return f"Every row belongs to one component with a probability of at least {SURE:g}."
    two = np.sort(np.argsort(-share[~sure], axis=1)[:, :2], axis=1)
    pairs, count = np.unique(two, axis=0, return_counts=True)
    a, b = pairs[count.argmax()]
    others, between = int((~sure).sum()), int(count.max())
    which = "the other row has" if others == 1 else f"all of the other {others:,} have"
    which = which if between == others else f"of the other {others:,}, {between:,} have"
    return (
        f"{percent(float(sure.mean()))} of the rows belong to one component with a probability of at least {SURE:g}; "
        f"{which} components {a} and {b} as the two most probable."
    )


def doubts(model: GaussianMixture, data: Dataset) -> list[str]:
    """Return warnings about a run that ended too early, columns of two values, and components that have collapsed."""
    found = [] if model.converged_ else ["EM was stopped before it converged: --set max_iter=… lets it run longer."]
    two = [name for name, x in zip(data.feature_names, data.X.T, strict=True) if len(np.unique(x[~np.isnan(x)])) == 2]
    if two:
        found.append(
            f"In doubt: {listed(two)} {'has' if len(two) == 1 else 'have'} two values only, which no normal "
            "distribution describes; components tend to be no more than these values. --drop leaves columns of a "
            "table out."
        )
    which, flat = collapsed(model), [data.feature_names[j] for j in without_spread(model, data.X)]
    if len(which) and flat:
        found.append(
            f"In doubt: the rows have no spread in a direction of {listed(flat)}, so that the floor (reg_covar) "
            "decides how probable they are, and BIC says nothing about these components. --drop leaves a column of a "
            f"table out{'' if data.scale else ', --standardize puts columns of small numbers into standard units'}."
        )
    elif len(which):
        names = listed([str(k) for k in which])
        found.append(
            f"In doubt: component{'s' * (len(which) > 1)} {names} {'have' if len(which) > 1 else 'has'} no spread in "
            "some direction, where the floor reg_covar alone is the variance. Such a component describes rows that are "
            "equal in this direction, and makes the likelihood as high as the floor allows; fewer components or a "
            "larger --set reg_covar=… avoid it."
        )
    return found


def chosen(model: GaussianMixture, data: Dataset) -> str:
    """Return what BIC says about the number and the kind of the components."""
    found = candidates(data.X)
    least = best(found)
    if least is None or len(found) < 2:
        return ""
    own = [one for one in found if (one.K, one.kind) == (len(model.means_), model.covariance_type)]
    name = f"{plural(least.K, 'component')} with {WORDS[least.kind]}"
    if own and own[0] == least:
        tried = plural(max(one.K for one in found), "component")
        return f"Of mixtures of up to {tried} with four kinds of covariances, this one has the least BIC."
    if not own or own[0].collapsed:
        return f"A mixture of {name} has the least BIC of those without a collapsed component."
    more = own[0].bic - least.bic
    if more < EQUAL:
        return f"The BIC of a mixture of {name} is less, but only by {rounded(more, 2)}: neither is to be preferred."
    return f"A mixture of {name} has the least BIC, {rounded(more)} less than this one."


def agreement(data: Dataset, scores: Scores) -> str:
    """Return how far the components agree with known groups."""
    if data.y is None:
        return ""
    groups = len(np.unique(data.y))
    index = scores["adjusted Rand index"]
    return f"Agreement with the {plural(groups, 'known group')} (adjusted Rand index): {index:.2f} of 1."


# --- tables ---------------------------------------------------------------------------------------------------------


def profile(model: GaussianMixture, data: Dataset) -> Table:
    """Return a row for each component: its weight, its rows, and its means and standard deviations."""
    size, far, (mean, spread) = sizes(model, data), deviations(model, data), in_users_units(model, data)
    shown = np.sort(np.argsort(-(model.weights_ @ far**2), kind="stable")[:MOST_COLUMNS])
    rows: tuple[tuple[str | float, ...], ...] = tuple(
        (f"component {k}", f"{model.weights_[k]:.3f}", int(size[k]),
         *(with_spread(mean[k, j], spread[k, j]) for j in shown))
        for k in range(len(size))
    )  # fmt: skip
    note = "Mean ± standard deviation of each column; a row counts for the component that is most probable for it."
    if len(shown) < mean.shape[1]:
        note += f" Shown are the {MOST_COLUMNS} columns in which the means lie farthest apart."
    head = ("", "weight", "rows", *(data.feature_names[j] for j in shown))
    return Table("The components", head, rows, note)


def shapes(model: GaussianMixture, data: Dataset) -> tuple[Table, ...]:
    """Return how long each component is, and which columns go together in it; nothing for a single column."""
    if model.means_.shape[1] < 2 or model.covariance_type == "spherical":
        return ()
    rows: list[tuple[str | float, ...]] = []
    unit = np.nanstd(data.X, axis=0)
    unit = np.where(unit > 0, unit, 1.0)
    for k, covariance in enumerate(matrices(model) / np.outer(unit, unit)):
        axis = np.sqrt(np.maximum(np.linalg.eigvalsh(covariance), 0.0))
        root = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(root, root) - np.eye(len(root))
        i, j = np.unravel_index(np.abs(correlation).argmax(), correlation.shape)
        together = f"{data.feature_names[i]} and {data.feature_names[j]}: {correlation[i, j]:+.2f}".replace("-", "−")
        strong = together if abs(correlation[i, j]) >= STRONG else "none"
        rows.append((f"component {k}", f"{rounded(axis[-1] / max(axis[0], 1e-300))} : 1", strong))
        if model.covariance_type == "tied":
            rows = [("all components", *rows[0][1:])]
            break
    note = (
        "Longest axis of the ellipsoid over its shortest, in standard deviations of all rows; the pair of columns with "
        f"the largest correlation, where it is at least {STRONG:g}."
    )
    return (Table("Shapes of the components", ("", "longest : shortest", "go together"), tuple(rows), note),)


def compared(model: GaussianMixture, data: Dataset) -> tuple[Table, ...]:
    """Return the mixtures with the least BIC; nothing where one alone could be fitted."""
    found = sorted((one for one in candidates(data.X) if not one.collapsed), key=lambda one: one.bic)
    if len(found) < 2:
        return ()
    rows = tuple(line(one, model) for one in found[:MOST_CANDIDATES])
    note = "Of each criterion the least is best; ICL charges for overlap too. The model of this run is marked (*)."
    if np.isnan(data.X).any():
        note += " Rows that lack an entry were left out."
    if len(data.X) > ROWS:
        note += f" They were fitted to {ROWS:,} rows or fewer."
    return (Table("Mixtures compared", ("components", "covariances", "BIC", "AIC", "ICL"), rows, note),)


def line(one: Candidate, model: GaussianMixture) -> tuple[str | float, ...]:
    """Return a mixture as a row of the table."""
    own = (one.K, one.kind) == (len(model.means_), model.covariance_type)
    return (f"{one.K}{' *' if own else ''}", one.kind, *(rounded(value, 5) for value in (one.bic, one.aic, one.icl)))


def rarest(model: GaussianMixture, data: Dataset) -> tuple[Table, ...]:
    """Return the rows of least density, which the mixture describes worst; those that lack an entry do not count."""
    present = np.flatnonzero(~np.isnan(data.X).any(axis=1))
    if not len(present):
        return ()
    if len(present) < len(data.X):
        numbers = np.arange(len(data.X)) if data.row_numbers is None else data.row_numbers
        data = replace(data.take(present), row_numbers=numbers[present])
    value, component = model.score_samples(data.X), model.predict(data.X)
    order = np.argsort(value, kind="stable")[: min(RARE, len(value))]
    half = float(np.median(value))
    rows: list[tuple[str | float, ...]] = [
        (data.row_name(int(i)), rounded(value[i]), f"{component[i]}", farthest(model, data, int(i))) for i in order
    ]
    note = (
        f"Half of the rows have a log-density below {rounded(half)} nats. The last column of this table names the one "
        "of the data in which the row is farthest from its component's mean, in standard deviations of the component. "
        f"{data.row_names_told()}"
    )
    head = ("row", "log-density (nats)", "component", "farthest in")
    return (Table("Rows of least density", head, tuple(rows), note),)


def farthest(model: GaussianMixture, data: Dataset, i: int) -> str:
    """Return the column in which a row is farthest from its component's mean, in its standard deviations, if far."""
    k = int(model.predict(data.X[i : i + 1])[0])
    away = (data.X[i] - model.means_[k]) / np.sqrt(np.diag(matrices(model)[k]))
    j = int(np.abs(away).argmax())
    if abs(away[j]) < UNUSUAL:
        return "no column alone, but their combination"
    return f"{data.feature_names[j]} ({rounded(float(away[j]), 2, sign=True)} standard deviations)"


def adjusted_rand(model: Any, data: Dataset) -> float:
    """Return the agreement of the most probable components with the true groups; NaN where they are not known."""
    return float("nan") if data.y is None else adjusted_rand_score(data.y, model.predict(data.X))
