"""How many codes: the error on rows not seen, next to that of PCA; and rows that no code fits."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE
from groundup.projects.autoencoder import measures
from groundup.projects.autoencoder.trainings import again, narrow, parts
from groundup.projects.common.words import percent

SIZES = (1, 2, 4, 8, 16)  # Numbers of codes.
BINS = 40


@figure(size=(7.0, 3.8))
def bottleneck(axes: Any, model: Any, data: Dataset) -> None:
    """How much gets through the bottleneck

    Mean squared distance of rows held out to their reconstructions, over the number of codes: PCA (dashed) and networks
    with the options of the model (solid; dotted on the rows that they learn from), on many rows after some epochs. With
    few codes, bent ones can tell much more. Both errors fall as the bottleneck widens, and PCA's reaches zero where it
    has as many axes as there are columns. As far as the dotted line is below the solid one, networks know rows by
    heart.
    """
    from groundup import PCA

    split = parts(data)
    d = data.X.shape[1]
    if d < 3:
        raise NotApplicable(
            f"A bottleneck is narrower than the rows: these have {d} {'column' if d == 1 else 'columns'}."
        )
    sizes = sorted(k for k in {*SIZES, model._made_of.sizes[-1]} if k < d)
    axis_counts = np.arange(1, min(d, len(split.inside) - 1, max(sizes) + 1) + 1)
    networks = [narrow(model, split.inside, k) for k in sizes]
    linear = [PCA(int(k), svd_solver="full").fit(split.inside) for k in axis_counts]
    of_pca = [measures.errors(fit, split.outside).mean() for fit in linear]
    axes.plot(axis_counts, of_pca, "--", marker="^", markersize=4, color=ORANGE, label="PCA, rows held out")
    for rows, dashes, mark, label in (
        (split.outside, "-", "o", "autoencoder, rows held out"),
        (split.inside, ":", "s", "autoencoder, rows of the fit"),
    ):
        found = [measures.errors(network, rows).mean() for network in networks]
        axes.plot(sizes, found, dashes, marker=mark, color=BLUE, label=label)
    nothing = float(np.square(split.outside - split.inside.mean(axis=0)).sum(axis=1).mean())
    axes.axhline(nothing, color=BLACK, linewidth=0.8, linestyle="-.", label="no code: the mean")
    axes.set(xlabel="number of codes", ylabel="mean squared distance", ylim=(0, 1.35 * nothing))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right", ncols=2)


@figure(1, 2, size=(10.4, 3.8))
def anomalies(axes: Any, model: Any, data: Dataset) -> None:
    """Rows that do not fit

    Distances to the reconstructions, of rows held out (blue) and of made-up anomalies (orange): the same rows
    with each column shuffled on its own, so that every entry is usual and only their combination is not. Left by the
    autoencoder, right by PCA with the same number of codes. Above the dotted line lie five in a hundred of the rows
    held out; the titles tell how many anomalies lie there. A network that reproduces everything, with too many codes,
    would find none.
    """
    from groundup import PCA

    split = parts(data)
    if data.X.shape[1] < 2:
        raise NotApplicable("A single column has no unusual combinations.")
    network, k = again(model, split.inside), model._made_of.sizes[-1]
    linear = PCA(min(k, *split.inside.shape), svd_solver="full").fit(split.inside)
    shuffled = np.random.default_rng(0).permuted(split.outside, axis=0)
    for panel, name, fit in ((axes[0], "autoencoder", network), (axes[1], "PCA", linear)):
        usual, odd = (np.sqrt(measures.errors(fit, rows)) for rows in (split.outside, shuffled))
        limit = float(np.quantile(usual, 0.95))
        edges = np.linspace(0, max(float(np.quantile(odd, 0.99)), limit, 1e-12), BINS + 1)
        for values, shade, hatch, label in (
            (usual, BLUE, "", "rows held out"),
            (odd, ORANGE, "//", "anomalies"),
        ):
            panel.hist(np.minimum(values, edges[-1]), edges, color=shade, alpha=0.6, hatch=hatch, label=label)
        panel.axvline(limit, color=GREEN, linestyle=":", linewidth=1.8)
        panel.set(xlabel="distance to the reconstruction", ylabel="rows")
        panel.yaxis.get_major_locator().set_params(integer=True)
        panel.set_ylim(0, 1.25 * panel.get_ylim()[1])  # Room for the legend above the bars.
        panel.set_title(f"{name}: {percent(float((odd > limit).mean()))} of the anomalies found")
    axes[0].legend(loc="upper right", ncols=2, frameon=True, edgecolor="none", framealpha=1)
