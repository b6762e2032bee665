"""A language model of characters: a recurrent network that predicts the next one."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Number,
    OneOf,
    Positive,
    RandomState,
    Verbosity,
    check_values,
)
from groundup.core.containers.sequences import Sequences
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.nn.clipping import ByNorm
from groundup.core.nn.losses import CrossEntropyOfCodes
from groundup.core.nn.network import Network
from groundup.core.nn.optimizers import Adam
from groundup.core.nn.parameters import in_matrices, size
from groundup.core.nn.schedules import Constant
from groundup.core.nn.sequence_layers import AllSteps
from groundup.core.nn.training import Plan, TrainingState, at_weights, initial_state, train
from groundup.core.rows import Samples
from groundup.core.seeds import as_generator, draw_entropy
from groundup.core.text import plural
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.recurrent_network.certificate import certify_text
from groundup.projects.recurrent_network.models.recurrent import HiddenSizes, is_network
from groundup.projects.recurrent_network.solvers.carrying import outputs
from groundup.projects.recurrent_network.solvers.characters import (
    codes_of,
    log_likelihoods,
    numbered,
    sampled,
    streams,
)
from groundup.projects.recurrent_network.solvers.network import (
    Activation,
    Architecture,
    CellName,
    Learned,
    recurrent_network,
)
from groundup.projects.recurrent_network.solvers.truncation import SequenceObjective

PRECISION = np.float32  # Of the parameters: twice as fast, and a text says little about their last digits.


@dataclass(frozen=True)
class TextData:
    """A text in streams, and its characters."""

    samples: Samples
    characters: str


class CharRNN(Estimator):
    """A language model that learns from a text which character comes next, given all those before it.

    The text is cut into streams, which are read side by side: a window of characters, a step of training, the next
    window. The state is carried from one window to the next, derivatives go back to the beginning of the window.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(128,)
        Number of units of each recurrent layer.
    cell : {"rnn", "lstm", "gru"}, default="gru"
        Plain cells, long short-term memory, or gated recurrent units.
    activation : {"tanh", "relu", "identity"}, default="tanh"
        Activation of plain cells; the others have their own.
    embedding_size : int, default=32
        Length of the learned vector that stands for a character.
    window : int, default=64
        Number of characters in a window.
    batch_size : int, default=32
        Number of streams.
    alpha : float, default=0
        Strength of the penalty ``alpha/2 · ‖weights‖²``, which has the weight of one character; biases have none.
    learning_rate_init : float, default=0.003
        Step size of Adam.
    clip : float or None, default=1
        Largest norm of a gradient: a longer one is shortened.
    max_iter : int, default=20
        Largest number of epochs: of times that the whole text is read.
    tol : float, default=0.0001
        Smallest improvement of the loss that counts.
    n_iter_no_change : int or inf, default=3
        Training ends after more than this number of epochs in a row without an improvement.
    dropout : float, default=0
        Probability that the output of a hidden unit, at a step, is set to zero in training.
    random_state : int, Generator, RandomState or None, default=None
        Source of initial weights and zeros of dropout.
    warm_start : bool, default=False
        Whether a fit begins with the weights of the one before, if that had the same layers and characters.
    verbose : bool or int, default=False
        Whether to print the epochs.

    Attributes
    ----------
    characters_ : str
        The characters of the text, sorted. Others have no probability.
    loss_ : float
        Mean loss of a character in the last epoch, and the penalty, in nats; each window counts before its step.
    n_iter_ : int
        Number of epochs.
    gradient_check_ : float
        Relative error of the derivatives through time of this network, against differences.
    gradient_norm_ : float
        Norm of the gradient on some thousand characters.

    Notes
    -----
    Parameters are of single precision. The certificate compares the losses on the text of the fit, of long texts on
    parts of it: it says nothing about other texts, which `perplexity` measures.

    Examples
    --------
    >>> text = "tick tack " * 200
    >>> model = CharRNN(hidden_layer_sizes=(16,), window=20, max_iter=40, random_state=0).fit(text)
    >>> model.sample(prime="tick t", length=14, temperature=0)
    'tick tack tick tack '
    >>> round(model.perplexity("tack tick tack "), 1)
    1.1
    """

    accepts = Accepts(kind="text")

    hidden_layer_sizes: Any = parameter(HiddenSizes, default=(128,), kw_only=False)
    cell: CellName = parameter(OneOf(get_args(CellName)), default="gru", kw_only=False)
    activation: Activation = parameter(OneOf(get_args(Activation)), default="tanh")
    embedding_size: int = parameter(Count, default=32)
    window: int = parameter(Count, default=64)
    batch_size: int = parameter(Count, default=32)
    alpha: float = parameter(Number(0), default=0.0)
    learning_rate_init: float = parameter(Positive, default=0.003)
    clip: float | None = parameter(Positive | OneOf((None,)), default=1.0)
    max_iter: int = parameter(Count, default=20)
    tol: float = parameter(Number(0), default=1e-4)
    n_iter_no_change: float = parameter(Count | OneOf((math.inf,)), default=3)
    dropout: float = parameter(Number(0, math.nextafter(1, 0)), default=0.0)
    random_state: Seed = parameter(RandomState, default=None)
    warm_start: bool = parameter(Boolean(), default=False)
    verbose: int = parameter(Verbosity, default=False)

    n_features_in_: int = fitted(required=False)
    characters_: str = fitted()
    loss_: float = fitted()
    n_iter_: int = fitted()
    gradient_check_: float = fitted()
    gradient_norm_: float = fitted()
    _learned: Learned = fitted()

    watched: ClassVar[str] = "loss"
    _proves: ClassVar[bool] = True

    # --- fitting ----------------------------------------------------------------------------------------------------

    def fit(self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None) -> Self:
        """Learn from a text.

        Parameters
        ----------
        X : str
            The text, of at least two different characters.
        y : object, optional
            Ignored.
        sample_weight : None
            Characters have no weights.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            For a hyper-parameter that is not allowed.
        TypeError
            For what is no text.
        ValueError
            For a text of less than two different characters, and for weights. The model is then unchanged.

        Warns
        -----
        ConvergenceWarning
            When training ends at max_iter, and the certificate does not hold.
        """
        return super().fit(X, y, sample_weight)

    def _prepare(self, X: Any, y: ArrayLike, sample_weight: ArrayLike) -> TextData:
        text = self._text(X, "X")
        if sample_weight is not None:
            raise ValueError("CharRNN knows no sample_weight: all characters of a text count alike.")
        characters, codes = numbered(text)
        if len(characters) < 2:
            raise ValueError(f"X must have at least 2 different characters, got {characters!r}.")
        read, predict = streams(codes, min(self.batch_size, len(codes)), len(characters))
        return TextData(Samples(read, predict), characters)

    def _text(self, text: Any, name: str) -> str:
        """Return a text."""
        if not isinstance(text, str):
            raise TypeError(
                f"CharRNN needs one text as {name}, got {type(text).__name__}; put several together, for example "
                r"'\n'.join(texts)."
            )
        return text

    def _made_of(self, data: TextData) -> Architecture:
        hidden = tuple(np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=int)).tolist())
        K = len(data.characters)
        return Architecture(K + 1, hidden, K, self.cell, self.activation, False, True, self.embedding_size)

    def _objective(self, data: TextData) -> SequenceObjective:
        network = recurrent_network(self._made_of(data), self.dropout)
        penalty = (self.alpha * in_matrices(network.shapes)).astype(PRECISION)
        return SequenceObjective(network, CrossEntropyOfCodes(), penalty, self.window)

    def _plan(self, data: TextData) -> Plan:
        return Plan(
            self._objective(data),
            Adam(),
            Constant(self.learning_rate_init),
            batch_size=len(data.samples),  # all streams are read side by side
            shuffle=False,
            clip=None if self.clip is None else ByNorm(self.clip),
            tol=self.tol,
            patience=self.n_iter_no_change,
        )

    def _iterate(self, data: TextData, start: TrainingState | None) -> Iterator[TrainingState]:
        plan = self._plan(data)
        yield from train(plan, data.samples, start or self._beginning(plan, data), self.max_iter)

    def _beginning(self, plan: Plan, data: TextData) -> TrainingState:
        seed = draw_entropy(self.random_state)
        before: Learned | None = getattr(self, "_learned", None) if self.warm_start else None
        if before is not None and (before.made_of, self.characters_) == (self._made_of(data), data.characters):
            return at_weights(plan, seed, before.w, np.zeros(0, PRECISION))
        return initial_state(plan, seed, PRECISION)

    def _finish(self, data: TextData, state: TrainingState) -> dict[str, Any]:
        objective, w = self._objective(data), state.w.copy()
        judged = certify_text(replace(objective, l2=0.0), data.samples, w)
        return judged | {
            "characters_": data.characters,
            "loss_": float(state.loss),
            "n_iter_": max(1, state.iteration),
            "_learned": Learned(self._made_of(data), w),
        }

    def _advice(self, state: TrainingState) -> str:
        return (
            f"CharRNN stopped after {plural(state.iteration, 'epoch')}, and predicts no better than a rule that sees "
            "only the character before: increase max_iter, or change learning_rate_init."
        )

    # --- what the model says of texts -------------------------------------------------------------------------------

    def _bound(self) -> tuple[Network, dict[str, Any]]:
        """Return the network and its parameters."""
        network, w = recurrent_network(self._learned.made_of), self._learned.w
        return network, network.bound(w, np.zeros(0, w.dtype))

    def _codes(self, text: Any, name: str = "X") -> Array:
        """Return the numbers of the characters of a text, of at least one."""
        self._require_fitted()
        codes = codes_of(self._text(text, name), self.characters_, name)
        if not len(codes):
            raise ValueError(f"{name} is empty; it must have at least one character.")
        return codes

    def score_samples(self, X: str) -> Array:
        """Return the logarithm of the probability of each character, given those before it.

        Parameters
        ----------
        X : str
            A text of the characters of the fit.

        Returns
        -------
        ndarray of shape (n,)
            In nats; of the first character, without knowing what was before.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError, ValueError
            For what is no text, and for an empty one or one with other characters.
        """
        read, predict = streams(self._codes(X), 1, len(self.characters_))
        return log_likelihoods(*self._bound(), read, predict)

    def score(self, X: str, y: ArrayLike = None) -> float:
        """Return the mean logarithm of the probability of a character.

        Parameters
        ----------
        X : str
            A text of the characters of the fit.
        y : object, optional
            Ignored.

        Returns
        -------
        float
            In nats; larger is better.

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As `score_samples`.
        """
        return float(self.score_samples(X).mean())

    def perplexity(self, X: str) -> float:
        """Return the perplexity: as uncertain as by chance among this number of characters.

        Parameters
        ----------
        X : str
            A text of the characters of the fit.

        Returns
        -------
        float
            At least 1; smaller is better.

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As `score_samples`.
        """
        return math.exp(-self.score(X))

    def hidden_states(self, X: str) -> Array:
        """Return the state of the last recurrent layer after reading each character.

        Parameters
        ----------
        X : str
            A text of the characters of the fit.

        Returns
        -------
        ndarray of shape (n, units)

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As `score_samples`.
        """
        read = self._reading(self._codes(X))
        network, p = self._bound()
        inner = Network((*network.layers[:-2], AllSteps()))
        return outputs(inner, p, Sequences(read, np.array([0, len(read)])), True)[1:]

    def _reading(self, codes: Array) -> Array:
        """Return what the network reads: the mark of an unknown past, and characters."""
        return np.append(len(self.characters_), codes)

    def sample(self, prime: str = "", length: int = 200, temperature: float = 1.0, random_state: Seed = None) -> str:
        """Return a text in the manner of that of the fit.

        Parameters
        ----------
        prime : str, default=""
            How it begins.
        length : int, default=200
            Number of characters that follow.
        temperature : float, default=1
            Below 1, likely characters become more likely; 0 always takes the most likely one.
        random_state : int, Generator, RandomState or None, default=None
            Source of the draws.

        Returns
        -------
        str
            `prime` and `length` characters.

        Raises
        ------
        NotFittedError
            Before `fit`.
        InvalidParameterError
            For a length that is no integer of at least 1, and a negative or infinite temperature.
        TypeError, ValueError
            For what is no text, and one with characters that are none of the fit.
        """
        self._require_fitted()
        rules = {"length": Count, "temperature": Number(0), "random_state": RandomState}
        check_values("sample", rules, {"length": length, "temperature": temperature, "random_state": random_state})
        codes = codes_of(self._text(prime, "prime"), self.characters_, "prime")
        draws = as_generator(random_state).random(length)
        found = sampled(*self._bound(), self._reading(codes), temperature, draws)
        return prime + "".join(self.characters_[code] for code in found)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        one, K = fitted["_learned"], len(fitted["characters_"])
        made_of = one.made_of
        if fitted["characters_"] != "".join(sorted(set(fitted["characters_"]))) or K < 2:
            raise ValueError("has characters that are not sorted, or are too few.")
        good = is_network(made_of) and made_of.every_step and made_of.embedding and not made_of.bidirectional
        if not good or (made_of.inputs, made_of.outputs) != (K + 1, K):
            raise ValueError(f"has a network that is none of {K} characters.")
        if one.w.shape != (size(recurrent_network(made_of).shapes),):
            raise ValueError(f"has {one.w.size} parameters, which is not the number of its network.")
