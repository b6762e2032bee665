"""What each code of a variational autoencoder stands for."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.projects.autoencoder.figures.drawing import draw_sheet, require_pictures
from groundup.projects.autoencoder.models.variational_autoencoder import VariationalAutoencoder
from groundup.projects.autoencoder.solvers.variational import divergence
from groundup.projects.autoencoder.trainings import again, of_kind, scaling_of
from groundup.projects.common.words import rounded

CODES = 6  # Of the figure's own model, and most that are shown.
ACROSS = 9  # Pictures for each code.
FAR = 2.5  # Standard deviations from zero to which a code is moved.
EPOCHS = 60


@figure(3, 2, size=(10.0, 3.6), raster=True)
def traversals(axes: Any, model: Any, data: Dataset) -> None:
    """One code moved at a time

    Pictures that a variational autoencoder decodes. In each strip one code goes from −2.5 to 2.5, and the others are
    zero; the codes of the rows are about standard normal, so that this is nearly all of their range. The titles tell
    how many nats a picture's code says beyond a standard normal one, the most first. A code of nearly 0 nats is not
    used: every row has the same distribution there, and the decoder does not look at it. What a code changes seldom has
    a name: nothing asks for one.

    The figure is of the run's model if that is variational, else of one with six codes.
    """
    require_pictures(data)
    network = variational(model, data)
    told = information(network, data.X)
    order = np.argsort(-told, kind="stable")[:CODES]
    for panel, code in zip(axes.flat, order, strict=False):
        Z = np.zeros((ACROSS, len(told)))
        Z[:, code] = np.linspace(-FAR, FAR, ACROSS)
        draw_sheet(panel, network.inverse_transform(Z), data, ACROSS, f"code {code + 1}: {rounded(told[code], 2)} nats")
    for panel in axes.flat[len(order) :]:
        panel.remove()


def variational(model: Any, data: Dataset) -> Any:
    """Return the model if it is variational, else one of the same layers."""
    if isinstance(model, VariationalAutoencoder):
        return model
    basis = of_kind(VariationalAutoencoder, model)
    return again(basis, data.X, n_components=CODES, max_iter=EPOCHS, n_iter_no_change=EPOCHS)


def information(model: Any, X: Array) -> Array:
    """Return the mean divergence of each code from a standard normal one, (k,), in nats."""
    network, k = model._network(model._made_of), model._made_of.sizes[-1]
    p = network.bound(model._w, np.zeros(0, model._w.dtype))
    M, V = np.split(network.posterior(p, scaling_of(model).columns(X, model._w.dtype)), 2)
    return np.array([divergence(M[j : j + 1], V[j : j + 1]).mean() for j in range(k)])
