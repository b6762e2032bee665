"""Texts as sequences of numbers: streams to learn from, probabilities, samples.

Sources: Shannon (1948) for perplexity; Mikolov et al. (2010) for recurrent networks of language.
"""

from collections.abc import Iterator

import numpy as np

from groundup.core.containers.sequences import Sequences
from groundup.core.functions import logsumexp
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import Views
from groundup.core.types import Array
from groundup.projects.recurrent_network.solvers.carrying import WINDOW, States, carry, dtype_of, windows, zeros


def numbered(text: str) -> tuple[str, Array]:
    """Return the characters of a text, sorted, and the number of each of its places."""
    points, codes = np.unique(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"), return_inverse=True)
    return points.tobytes().decode("utf-32-le", "surrogatepass"), codes.astype(np.intp)


def codes_of(text: str, characters: str, name: str) -> Array:
    """Return the numbers of characters.

    Raises
    ------
    ValueError
        For characters that are none of those of the fit.
    """
    number = {character: code for code, character in enumerate(characters)}
    unknown = sorted(set(text) - number.keys())
    if unknown:
        shown = ", ".join(map(repr, unknown[:10])) + (", …" if len(unknown) > 10 else "")
        raise ValueError(f"{name} has characters that the text of the fit has not: {shown}.")
    return np.array([number[character] for character in text], dtype=np.intp)


def streams(codes: Array, count: int, mark: int) -> tuple[Sequences, Sequences]:
    """Return a text cut into streams of about equal length: what the network reads, and what it is to predict.

    Each stream begins with a mark, which stands for a past that is not known.

    Parameters
    ----------
    codes : ndarray of int of shape (n,)
        Numbers of the characters.
    count : int
        Number of streams.
    mark : int
        Number of the mark.

    Returns
    -------
    read, predict : Sequences of whole numbers
    """
    starts = np.linspace(0, len(codes), count + 1).astype(np.intp)
    read = np.roll(codes, 1)
    read[starts[:-1]] = mark
    return Sequences(read, starts), Sequences(codes[:, None], starts)


def log_probabilities(network: Network, p: Views, read: Sequences) -> Iterator[tuple[Array, Array]]:
    """Yield places of a text, and the logarithms of the probabilities of all characters there, (places, K)."""
    states = zeros(network, len(read), dtype_of(p))
    for piece, z in carry(network, p, read, states, windows(read, WINDOW)):
        yield piece.steps, (z - logsumexp(z, axis=0)).T


def log_likelihoods(network: Network, p: Views, read: Sequences, predict: Sequences) -> Array:
    """Return the logarithm of the probability of each character, given those before it in its stream.

    eq. recurrent_network:perplexity
    """
    found = np.empty(len(predict.values))
    for places, logs in log_probabilities(network, p, read):
        found[places] = logs[np.arange(len(places)), predict.values[places, 0]]
    return found


def entropy_after_one(read: Sequences, predict: Sequences, words: int) -> float:
    """Return the smallest mean loss of all rules that see only the character before: the conditional entropy."""
    pairs = read.values * words + predict.values[:, 0]
    of_pairs, of_one = np.unique(pairs, return_counts=True)[1], np.unique(read.values, return_counts=True)[1]
    n = len(pairs)
    return float((of_one @ np.log(of_one) - of_pairs @ np.log(of_pairs)) / n)


def sampled(network: Network, p: Views, prime: Array, temperature: float, draws: Array) -> Array:
    """Return the numbers of characters drawn one after the other.  eq. recurrent_network:temperature

    Parameters
    ----------
    network : Network
        Gives scores of the next character.
    p : mapping
        Parameters, see `Network.bound`.
    prime : ndarray of int of shape (m,)
        What the network reads first: the mark, and characters.
    temperature : float
        Scores are divided by it; 0 takes the most likely character.
    draws : ndarray of shape (n,)
        Uniform random numbers in [0, 1), one for each character.
    """
    states = zeros(network, 1, dtype_of(p))
    last, found = prime, np.empty(len(draws), dtype=np.intp)
    for t, draw in enumerate(draws):
        scores = _next_scores(network, p, last, states)
        found[t] = _drawn(scores - scores.max(), temperature, draw)
        last = found[t : t + 1]
    return found


def _next_scores(network: Network, p: Views, read: Array, states: States) -> Array:
    """Return the scores after reading; the states are carried in place."""
    sequence = Sequences(read, np.array([0, len(read)]))
    *_, (_, z) = carry(network, p, sequence, states, windows(sequence, WINDOW))
    return np.asarray(z[:, -1], dtype=np.float64)


def _drawn(scores: Array, temperature: float, draw: float) -> int:
    """Return a character by its scores, of which the largest is 0."""
    if not temperature:
        return int(scores.argmax())
    with np.errstate(over="ignore", under="ignore"):
        upto = np.cumsum(np.exp(scores / temperature))
    return int(np.searchsorted(upto, draw * upto[-1], side="right"))
