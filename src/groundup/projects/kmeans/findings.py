"""What a clustering says about the data: the clusters, what separates them, and how much lower the inertia could be."""

import math
from typing import Any

import numpy as np

from groundup.core.metrics import silhouette_score
from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.plotting.thinning import some_rows
from groundup.projects.common.declaration import Scores
from groundup.projects.common.words import joined, percent, quoted, rounded
from groundup.projects.kmeans.models.centers import Centers
from groundup.projects.kmeans.models.kmeans import KMeans

FAR = 1.0  # Distance of a centre from the mean of all rows, in standard deviations of all rows, that is marked.
DOMINANT = 0.9  # Share of the total variance from which a single column decides about the clusters.
MOST_COLUMNS = 8  # Columns of the table of clusters: those that separate them most.
MOST_DESCRIBED = 8  # Clusters that the answer describes.
MOST_MARKS = 3  # Columns that describe a cluster.
TRIED = range(2, 11)  # Numbers of clusters whose silhouettes are compared.
SILHOUETTE_ROWS = 500  # Most rows of a silhouette, whose cost is quadratic in their number.


def answer(model: Centers, data: Dataset, measures: Scores) -> tuple[str, ...]:
    """Return how large the clusters are, what is typical of each, and whether their number was chosen."""
    sizes = cluster_sizes(model)
    n, K = len(data.X), len(sizes)
    distance, alone = (math.sqrt(value / n) for value in (model.inertia_, measures.baselines["inertia"]))
    unit = " standard units" if data.scale else ""
    first = (
        f"{plural(K, 'cluster')} of {plural(n, 'row')}, the largest with {sizes.max():,}, the smallest with "
        f"{sizes.min():,}; a row is typically {rounded(distance)}{unit} from its centre (root mean square), and "
        f"{rounded(alone)} from the mean of all rows."
    )
    agreement = measures["adjusted Rand index"]
    groups = 0 if data.y is None else len(np.unique(data.y))
    known = f"Agreement with the {plural(groups, 'known group')} (adjusted Rand index): {agreement:.2f} of 1."
    parts = [first, *described(model, data), number_of_clusters(model, data), dominance(data)]
    return tuple(part for part in (*parts, known if groups else "") if part)


def clusters(model: Centers, data: Dataset) -> tuple[Table, ...]:
    """Return the clusters with their sizes and centres, the columns that separate them, and what the bound says."""
    tables = (profile(model, data), separation(model, data))
    return (*tables, room_for_improvement(model)) if model.inertia_lower_bound_ > 0 else tables


def cluster_sizes(model: Centers) -> Array:
    """Return the rows of each cluster, (K,)."""
    return np.bincount(model.labels_, minlength=len(model.cluster_centers_))


def in_users_units(data: Dataset, rows: Array) -> Array:
    """Return rows as the user measured them."""
    return data.scale.undo(rows) if data.scale else rows


def deviations(model: Centers, data: Dataset) -> Array:
    """Return how far each centre is from the mean of all rows, in standard deviations of all rows, (K, d)."""
    spread = data.X.std(axis=0)
    return np.asarray((model.cluster_centers_ - data.X.mean(axis=0)) / np.where(spread > 0, spread, 1))


def separated(model: Centers, data: Dataset) -> Array:
    """Return for each column the share of its variance that lies between the clusters, (d,)."""
    sizes = cluster_sizes(model)
    between = sizes @ (model.cluster_centers_ - data.X.mean(axis=0)) ** 2 / len(data.X)
    total = data.X.var(axis=0)
    return np.asarray(np.minimum(between / np.where(total > 0, total, 1), 1.0))


def profile(model: Centers, data: Dataset) -> Table:
    """Return a row for each cluster: its size, and its centre in the user's units."""
    sizes, far = cluster_sizes(model), deviations(model, data)
    centers, mean = in_users_units(data, model.cluster_centers_), in_users_units(data, data.X.mean(axis=0))
    shown = np.sort(np.argsort(-separated(model, data), kind="stable")[:MOST_COLUMNS])
    rows: list[tuple[str | float, ...]] = [("all rows", len(data.X), "100 %", *(rounded(mean[j], 4) for j in shown))]
    for k in range(len(sizes)):
        marked = (f"{rounded(centers[k, j], 4)}{mark(far[k, j])}" for j in shown)
        rows.append((f"cluster {k}", int(sizes[k]), percent(sizes[k] / len(data.X)), *marked))
    hidden = len(mean) - len(shown)
    note = f"Means of the columns. ↑ and ↓: at least {FAR:g} standard deviation of all rows above or below their mean."
    if hidden:
        note += f" Shown are the {MOST_COLUMNS} columns that separate the clusters most; {hidden} more are not."
    head = ("", "rows", "share", *(data.feature_names[j] for j in shown))
    return Table("The clusters", head, tuple(rows), note)


def mark(deviation: float) -> str:
    """Return an arrow for a mean far from that of all rows."""
    return " ↑" if deviation >= FAR else " ↓" if deviation <= -FAR else ""


def separation(model: Centers, data: Dataset) -> Table:
    """Return the columns by how much they separate the clusters, with their shares of the total variance."""
    share, variance = separated(model, data), data.X.var(axis=0)
    part = variance / (variance.sum() or 1.0)
    order = np.argsort(-share, kind="stable")
    rows = tuple((data.feature_names[j], percent(share[j]), percent(part[j])) for j in order)
    head = ("column", "of its variance, between the clusters", "of the variance of all columns")
    note = "100 %: the clusters tell the column's value exactly; 0 %: its mean is the same in all of them."
    return Table("What separates the clusters", head, rows, f"{note} {dominance(data)}".strip())


def dominance(data: Dataset) -> str:
    """Return a warning where one column decides about all distances; nothing where none does."""
    variance = data.X.var(axis=0)
    j, total = int(variance.argmax()), float(variance.sum())
    if len(variance) < 2 or total == 0 or variance[j] < DOMINANT * total:
        return ""
    return (
        f"{data.feature_names[j]} has {percent(variance[j] / total)} of the total variance: the clusters are slices of "
        "it. --standardize gives each column the same weight."
    )


def described(model: Centers, data: Dataset) -> list[str]:
    """Return a sentence with what is typical of each cluster, where there are few."""
    far, sizes = deviations(model, data), cluster_sizes(model)
    if not 1 < len(sizes) <= MOST_DESCRIBED:
        return []
    centers = in_users_units(data, model.cluster_centers_)
    found = []
    for k, (own, size) in enumerate(zip(far, sizes, strict=True)):
        order = np.argsort(-np.abs(own), kind="stable")[:MOST_MARKS]
        largest = [j for j in order if abs(own[j]) >= FAR] or list(order[:1])
        words = (
            f"{'high' if own[j] > 0 else 'low'} {quoted(data.feature_names[j])} ({rounded(centers[k, j])})"
            for j in largest
        )
        found.append(f"{k} ({plural(int(size), 'row')}): {joined(tuple(words))}")
    return [f"What is typical of each cluster: {'; '.join(found)}."]


def number_of_clusters(model: Centers, data: Dataset) -> str:
    """Return where the number of clusters is from, and the silhouettes of others."""
    silhouettes = compared(data)
    if not silhouettes:
        return ""
    best = max(silhouettes, key=lambda K: silhouettes[K])
    listed = ", ".join(f"{value:.2f} for {K}" for K, value in silhouettes.items())
    default = KMeans().n_clusters
    chosen = f"K = {model.n_clusters} is the default, not a choice: " if not_chosen(model, data, default) else ""
    words = f"{chosen}the mean silhouette is {listed}; it is highest for K = {best}."
    return words[0].upper() + words[1:]


def not_chosen(model: Centers, data: Dataset, default: int) -> bool:
    """Whether the number of clusters is neither that of known groups nor other than the default."""
    return model.n_clusters == default and data.y is None


def compared(data: Dataset) -> dict[int, float]:
    """Return the mean silhouette for several numbers of clusters, on some of the rows."""
    X = data.X[some_rows(len(data.X), SILHOUETTE_ROWS)]
    most = len(np.unique(X, axis=0)) - 1
    fits: dict[int, Any] = {K: KMeans(K, n_init=4, random_state=0).fit(X) for K in TRIED if most >= K}
    return {K: silhouette_score(X, fit.labels_) for K, fit in fits.items()}


def room_for_improvement(model: Centers) -> Table:
    """Return the inertia and a lower bound for every clustering into as many groups."""
    rows = (
        ("of this clustering", model.inertia_),
        ("lower bound of any clustering", model.inertia_lower_bound_),
    )
    most = math.ceil(1000 * model.optimality_gap_) / 10  # rounded up, so that it stays a bound
    note = f"At most {most:g} % of the inertia could be saved by the best clustering." if most < 100 else ""
    return Table("How good the best clustering could be", ("inertia", "value"), rows, note)
