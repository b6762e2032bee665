"""What can be said of a trained recurrent network: its derivatives through time are right, and nothing is near.

The objective has many minima, and no bound tells how far the lowest one is: so nothing is said about it.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.certificate import Certificate
from groundup.core.nn.certificates import weights_and_biases
from groundup.core.nn.losses import SquaredError
from groundup.core.nn.objective import NetworkObjective, targets_of
from groundup.core.nn.parameters import views
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.recurrent_network.solvers.characters import entropy_after_one
from groundup.projects.recurrent_network.solvers.truncation import SequenceObjective

SAMPLE_STEPS = 20_000  # A decrease along the gradient is measured on sequences of about this number of steps.
CHECKED_SEQUENCES, CHECKED_STEPS = 3, 12  # Derivatives are checked on this number of sequences, cut to this length,
DIRECTIONS = 5  # along this number of random directions,
AWAY = 0.05  # at a point that is this far from the parameters, whose own gradient may be too small for differences.
STEP = 1e-4
LARGEST_EXCESS = 0.05  # Nats; a text that such a rule predicts without error leaves no other margin.
LARGEST_ERROR = 1e-5  # Relative error of derivatives that differences of double precision can tell from a mistake.


def gradient_check(objective: NetworkObjective, samples: Samples, w: Array) -> float:
    """Return the relative error of derivatives through time, against central differences.

    It is the median over some random directions, in double precision, on a few short sequences of the data. A mistake
    is seen in all directions; a step that happens to cross the kink of a rectifier only in one.

    eq. recurrent_network:gradient-check

    Parameters
    ----------
    objective : SequenceObjective
        Loss of a network.
    samples : Samples
        Sequences and targets.
    w : ndarray of shape (p,)
        Parameters.
    """
    rng = np.random.default_rng(0)
    few = shortened(samples)
    whole = SequenceObjective(objective.network, objective.loss)
    scale = np.ones(len(w))
    first = views(whole.network.shapes, scale)["0"]
    if few.X.dtype.kind == "f":  # and not numbers of characters
        for part in weights_and_biases(first):
            part["W"][...] /= 1 + np.abs(few.X.values).max(axis=0)[:, None]
    at = w + AWAY * rng.normal(size=len(w)) * scale

    network, none, gradient = whole.network, np.zeros(0), np.zeros(len(w))
    y = targets_of(few.y)
    if isinstance(whole.loss, SquaredError):  # targets near the scores: a level or a distance would cost digits
        views(network.shapes, at)[str(len(network.layers) - 1)]["b"][...] = 0
        z = network.apply(network.bound(at, none), few.X.T)
        y = z + rng.normal(size=z.shape) * (float(z.std()) or 1.0)

    def value(v: Array) -> float:
        return float(whole.loss.forward(network.apply(network.bound(v, none), few.X.T), y)[0].sum())

    with np.errstate(over="ignore", invalid="ignore"):
        p, g = network.bound(at, none), views(network.shapes, gradient)
        scores, memories = network.forward(p, few.X.T)
        network.backward(p, memories, whole.losses(scores, y, None)[1], g)
        errors = []
        for direction in rng.normal(size=(DIRECTIONS, len(w))):
            along = scale * direction / np.linalg.norm(direction)
            coarse, fine = ((value(at + h * along) - value(at - h * along)) / (2 * h) for h in (STEP, STEP / 2))
            errors.append(abs((4 * fine - coarse) / 3 - gradient @ along))  # Richardson's: right to the fourth order
        size = float(np.linalg.norm(gradient * scale)) / np.sqrt(len(w))  # of a slope in a random direction
    return float(np.median(errors)) / size if size else 0.0


def shortened(samples: Samples) -> Samples:
    """Return a few sequences in double precision, cut to a few steps; an answer after the last step stays."""
    n = len(samples)
    X = samples.X[np.unique(np.linspace(0, n - 1, CHECKED_SEQUENCES).astype(int))]
    y = samples.y[np.unique(np.linspace(0, n - 1, CHECKED_SEQUENCES).astype(int))]
    lengths = np.minimum(X.lengths, CHECKED_STEPS)
    cut = X.pieces(X.starts[:-1], lengths)
    answers = y.pieces(y.starts[:-1], lengths) if isinstance(y, Sequences) else y
    return Samples(doubled(cut), doubled(answers))


def doubled(X: Any) -> Any:
    """Return an array or sequences in double precision; whole numbers, of words, stay."""
    if isinstance(X, Sequences):
        return Sequences(doubled(X.values), X.starts)
    return X.astype(np.float64) if X.dtype.kind == "f" else X


def few_steps(samples: Samples) -> Samples:
    """Return sequences, evenly spaced among all, of some thousand steps together."""
    n = len(samples)
    number = int(np.clip(SAMPLE_STEPS * n / len(samples.X.values), 1, n))
    return samples.take(np.unique(np.linspace(0, n - 1, number).astype(int)))


def with_check(certificate: Certificate, error: float) -> Certificate:
    """Return the certificate with the check of derivatives as a further condition.

    eq. recurrent_network:stationary
    """
    claim = f"The derivatives through time agree with differences. {certificate.claim}"
    if error <= LARGEST_ERROR:
        return replace(certificate, claim=claim)
    return Certificate(claim, "relative error of derivatives through time", error, LARGEST_ERROR)


def certify_text(objective: SequenceObjective, samples: Samples, w: Array) -> dict[str, Any]:
    """Return certificate, gradient check and gradient norm of a language model, on its text or on parts of it.

    No bound tells how small the loss could be. But the best of all rules that see only the character before is known:
    its loss is the conditional entropy of the pairs of characters.

    eq. recurrent_network:bigrams

    Parameters
    ----------
    objective : SequenceObjective
        The loss, without a penalty.
    samples : Samples
        Streams of the text.
    w : ndarray of shape (p,)
        Parameters.
    """
    error, part = gradient_check(objective, samples, w), beginnings(samples)
    gradient = np.zeros_like(w)
    p, g = objective.network.bound(w, np.zeros(0, w.dtype)), views(objective.network.shapes, gradient)
    n = len(part.y.values)
    loss = objective.summed(p, g, part.X, part.y, None, None) / n
    claim = Certificate(
        "On the text of the fit, characters are predicted as well as by the best rule that sees only the character "
        "before, or better.",
        "loss of a character beyond that of the best such rule, in nats",
        loss - entropy_after_one(part.X, part.y, int(part.X.values.max()) + 1),
        LARGEST_EXCESS,
    )
    return {
        "certificate_": with_check(claim, error),
        "gradient_check_": error,
        "gradient_norm_": float(np.linalg.norm(gradient)) / n,
    }


def beginnings(samples: Samples) -> Samples:
    """Return the first characters of each stream, some thousand together."""
    X, y = samples.X, samples.y
    lengths = np.minimum(X.lengths, -(-SAMPLE_STEPS // len(X)))
    return Samples(X.pieces(X.starts[:-1], lengths), y.pieces(y.starts[:-1], lengths))
