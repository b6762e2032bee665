"""Recurrent layers: a state that each step of a sequence changes, and the way back through time.

A cell knows one step and, directly below it, the derivatives of that step; `Recurrent` goes through time with it, in
both directions. The weighted sums of all inputs are one product of matrices before the loop, and so are the derivatives
by the inputs after it.

Sources: Elman (1990); Werbos (1990) for back-propagation through time; Hochreiter and Schmidhuber (1997) and Gers,
Schmidhuber and Cummins (2000) for LSTM; Cho et al. (2014) for GRU.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.containers.steps import Steps
from groundup.core.nn.initializers import glorot_uniform, orthogonal
from groundup.core.nn.layer import Layer, Place
from groundup.core.nn.parameters import Shapes, Views
from groundup.core.types import Array

State = tuple[Array, ...]  # Arrays (units, n); the first one is what the layer gives out.


@dataclass(frozen=True)
class Cell:
    """Base of cells: sizes, parameters, one step forward and back.

    Parameters
    ----------
    inputs, units : int
        Number of features of a step, and of hidden units.
    """

    inputs: int
    units: int

    blocks: ClassVar[tuple[str, ...]] = ("state",)  # Names of the blocks of weighted sums, as they follow each other.
    n_states: ClassVar[int] = 1  # Number of arrays in a state.

    @property
    def shapes(self) -> Shapes:
        """Weights ``W`` of the input and ``U`` of the last state, and biases ``b``, block by block."""
        width = len(self.blocks) * self.units
        return {"W": (self.inputs, width), "U": (self.units, width), "b": (width,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Draw weights: of the input as for tanh, of the state orthogonal, so that it keeps its length at first."""
        rng = np.random.default_rng(place)
        for k in range(len(self.blocks)):
            block = slice(k * self.units, (k + 1) * self.units)
            p["W"][:, block] = glorot_uniform(rng, self.inputs, self.units)
            p["U"][:, block] = orthogonal(rng, self.units, self.units)
        p["b"][...] = 0

    def step(self, p: Views, z: Array, state: State) -> tuple[State, Any]:
        """Return the next state, and what the way back needs.

        Parameters
        ----------
        p : mapping of str to ndarray
            Parameters.
        z : ndarray of shape (blocks · units, n)
            Weighted sums of the input, with biases.
        state : tuple of ndarray of shape (units, n)
            State before the step.
        """
        raise NotImplementedError

    def step_back(self, p: Views, memory: Any, slopes: State, g: Views) -> tuple[Array, State]:
        """Return the derivatives by the sums of the input and by the state before the step.

        Parameters
        ----------
        p : mapping of str to ndarray
            Parameters.
        memory : object
            From the step.
        slopes : tuple of ndarray of shape (units, n)
            Derivatives by the state after the step.
        g : mapping of str to ndarray
            The derivatives by the weights of the state are added to what it holds.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class RNNCell(Cell):
    """A hidden state that is an activation of weighted sums of input and last state.

    Parameters
    ----------
    inputs, units : int
        Number of features of a step, and of hidden units.
    activation : {"tanh", "relu", "identity"}, default="tanh"
        What bends the sums.
    """

    activation: Literal["tanh", "relu", "identity"] = "tanh"

    def step(self, p: Views, z: Array, state: State) -> tuple[State, Any]:
        """Return ``h' = φ(Wᵀ x + Uᵀ h + b)``.  eq. recurrent_network:forward"""
        (h,) = state
        a = p["U"].T @ h
        a += z
        if self.activation == "tanh":
            _tanh(a)
        elif self.activation == "relu":
            np.maximum(a, 0, out=a)
        return (a,), (h, a)

    def step_back(self, p: Views, memory: Any, slopes: State, g: Views) -> tuple[Array, State]:
        """Return ``dz = φ'(z) dh'`` and ``dh = U dz``.  eq. recurrent_network:backward"""
        (h, a), (da,) = memory, slopes
        if self.activation == "tanh":
            dz = a * a
            np.subtract(1, dz, out=dz)
            dz *= da
        else:
            dz = da * (a > 0) if self.activation == "relu" else da
        g["U"][...] += h @ dz.T
        return dz, (p["U"] @ dz,)


@dataclass(frozen=True)
class LSTMCell(Cell):
    """Long short-term memory: a cell that is written, kept and read through gates.

    The blocks follow each other as in PyTorch. The biases of the forget gate begin at 1, so that the cell keeps what it
    holds until it has learned to forget.

    Parameters
    ----------
    inputs, units : int
        Number of features of a step, and of hidden units.
    """

    blocks: ClassVar[tuple[str, ...]] = ("input", "forget", "candidate", "output")
    n_states: ClassVar[int] = 2

    def initialize(self, p: Views, place: Place) -> None:
        """Draw the weights, and open the forget gate."""
        super().initialize(p, place)
        p["b"][self.units : 2 * self.units] = 1

    def step(self, p: Views, z: Array, state: State) -> tuple[State, Any]:
        """Return ``h' = o tanh(c')`` and ``c' = f c + i k`` with gates i, f, o and the candidate k.

        eq. recurrent_network:lstm
        """
        h, c = state
        u = self.units
        a = p["U"].T @ h
        a += z
        i, f, k, o = a[:u], a[u : 2 * u], a[2 * u : 3 * u], a[3 * u :]
        k *= 2
        _sigmoid(a)  # of all blocks at once: the candidate's tanh is 2 σ(2z) − 1
        k *= 2
        k -= 1
        new = f * c
        new += i * k
        bent = new.copy()
        _tanh(bent)
        return (o * bent, new), (h, c, a, bent)

    def step_back(self, p: Views, memory: Any, slopes: State, g: Views) -> tuple[Array, State]:
        """Return derivatives by the gates' sums, and by h and c.  eq. recurrent_network:lstm-backward"""
        (h, c, a, bent), (dh, dc) = memory, slopes
        u = self.units
        i, f, k, o = a[:u], a[u : 2 * u], a[2 * u : 3 * u], a[3 * u :]
        through = bent * bent
        np.subtract(1, through, out=through)
        through *= o
        through *= dh
        through += dc  # all that reaches the new cell: through the output, and from the next step
        dz = np.subtract(1, a)
        dz *= a  # slopes of the gates; the candidate's are put right below
        np.multiply(k, k, out=dz[2 * u : 3 * u])
        np.subtract(1, dz[2 * u : 3 * u], out=dz[2 * u : 3 * u])
        dz[:u] *= k
        dz[u : 2 * u] *= c
        dz[2 * u : 3 * u] *= i
        dz[: 3 * u].reshape(3, u, -1)[...] *= through
        dz[3 * u :] *= bent
        dz[3 * u :] *= dh
        through *= f
        g["U"][...] += h @ dz.T
        return dz, (p["U"] @ dz, through)


@dataclass(frozen=True)
class GRUCell(Cell):
    """Gated recurrent unit: one gate mixes the last state with a candidate, another one shields the candidate.

    As in PyTorch, the second gate multiplies the weighted sums of the state, which have biases ``c`` of their own.

    Parameters
    ----------
    inputs, units : int
        Number of features of a step, and of hidden units.
    """

    blocks: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate")

    @property
    def shapes(self) -> Shapes:
        """Those of the base, and the candidate's biases ``c``."""
        return {**super().shapes, "c": (self.units,)}

    def initialize(self, p: Views, place: Place) -> None:
        """Draw the weights."""
        super().initialize(p, place)
        p["c"][...] = 0

    def step(self, p: Views, z: Array, state: State) -> tuple[State, Any]:
        """Return ``h' = u h + (1 − u) k`` with ``k = tanh(z + r (Uᵀ h + c))``.  eq. recurrent_network:gru"""
        (h,) = state
        n = self.units
        a = p["U"].T @ h
        a[: 2 * n] += z[: 2 * n]
        _sigmoid(a[: 2 * n])
        r, u, s = a[:n], a[n : 2 * n], a[2 * n :]
        s += p["c"][:, None]
        k = r * s
        k += z[2 * n :]
        _tanh(k)
        new = h - k
        new *= u
        new += k
        return (new,), (h, a, k)

    def step_back(self, p: Views, memory: Any, slopes: State, g: Views) -> tuple[Array, State]:
        """Return derivatives by the sums of the input and by h.  eq. recurrent_network:gru-backward"""
        (h, a, k), (dh,) = memory, slopes
        n = self.units
        r, u, s = a[:n], a[n : 2 * n], a[2 * n :]
        dz = np.empty_like(a)
        candidate = dz[2 * n :]
        np.multiply(k, k, out=candidate)
        np.subtract(1, candidate, out=candidate)
        candidate *= dh
        candidate *= 1 - u
        gates = a[: 2 * n]
        np.multiply(gates, 1 - gates, out=dz[: 2 * n])
        dz[:n] *= s
        dz[:n] *= candidate
        dz[n : 2 * n] *= h - k
        dz[n : 2 * n] *= dh
        by_state = dz.copy()
        by_state[2 * n :] *= r
        g["U"][...] += h @ by_state.T
        g["c"][...] += by_state[2 * n :].sum(axis=1)
        before = p["U"] @ by_state
        before += u * dh
        return dz, (before,)


@dataclass(frozen=True)
class Recurrent(Layer):
    """A cell that goes through each sequence, from `Steps` of features to `Steps` of hidden states.

    Parameters
    ----------
    cell : Cell
        What a step does.
    reverse : bool, default=False
        Whether it goes from the end of each sequence to its beginning.
    first : bool, default=False
        Whether this is the first layer of a network, whose backward pass leaves out the derivatives by the input.
    """

    cell: Cell
    reverse: bool = False
    first: bool = False

    @property
    def shapes(self) -> Shapes:
        """Those of the cell."""
        return self.cell.shapes

    def initialize(self, p: Views, place: Place) -> None:
        """Initialise the cell."""
        self.cell.initialize(p, place)

    def forward(self, p: Views, x: Any, place: Place | None = None) -> tuple[Any, Any]:
        """Return the hidden states of all steps; each sequence begins with a state of zeros."""
        y, memory, _ = self.run(p, x)
        return y, memory

    def run(self, p: Views, x: Steps, state: State | None = None) -> tuple[Steps, Any, State]:
        """Return hidden states, memory, and the state after each sequence's last step.

        Parameters
        ----------
        p : mapping of str to ndarray
            Parameters.
        x : Steps of d features
            Sequences.
        state : tuple of ndarray of shape (units, n), optional
            State before each sequence, in their own order; by default zeros.
        """
        time, values = x.timeline, x.values[:, x.timeline.reversal] if self.reverse else x.values
        z = p["W"].T @ values
        z += p["b"][:, None]
        n, units = len(time.order), self.cell.units
        if state is None:
            state = (np.zeros((units, n), z.dtype),) * self.cell.n_states
        else:
            state = tuple(part[:, time.order] for part in state)
        final = tuple(np.empty((units, n), z.dtype) for _ in state)
        y, memories = np.empty((units, z.shape[1]), z.dtype), []
        with np.errstate(over="ignore"):  # of exponentials, whose reciprocal is then 0
            for columns, count in zip(time.slices, time.counts.tolist()):
                state = _running(state, final, count)
                state, memory = self.cell.step(p, z[:, columns], state)
                y[:, columns] = state[0]
                memories.append(memory)
        _running(state, final, 0)
        if self.reverse:
            y = y[:, time.reversal]
        return x.with_values(y), (values, memories, time), tuple(part[:, time.ranks] for part in final)

    def backward(self, p: Views, memory: Any, dy: Any, g: Views) -> Any:
        """Go back through time.  eq. recurrent_network:backward, recurrent_network:gradient"""
        (values, memories, time), slopes = memory, dy.values
        if self.reverse:
            slopes = slopes[:, time.reversal]
        for part in g.values():
            part[...] = 0
        dz = np.empty((p["W"].shape[1], values.shape[1]), slopes.dtype)
        later: State | None = None
        for columns, one in zip(reversed(time.slices), reversed(memories)):
            dh, *others = _widened(later, slopes[:, columns], self.cell.n_states)
            dz[:, columns], later = self.cell.step_back(p, one, (dh, *others), g)
        np.matmul(values, dz.T, out=g["W"])
        dz.sum(axis=1, out=g["b"])
        if self.first:
            return None
        dx = p["W"] @ dz
        return dy.with_values(dx[:, time.reversal] if self.reverse else dx)


def _sigmoid(z: Array) -> None:
    """Put the logistic function ``1 / (1 + exp(−z))`` in the place of its argument."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)


def _tanh(z: Array) -> None:
    """Put tanh, as ``1 − 2 / (exp(2z) + 1)``, in the place of its argument.

    In double precision it takes half the time of NumPy's. The absolute error is no larger than that of the weighted
    sums; tiny values lose relative precision.
    """
    z *= 2
    np.exp(z, out=z)
    z += 1
    np.divide(-2, z, out=z)
    z += 1


def _running(state: State, final: State, count: int) -> State:
    """Return the state of the sequences that go on, and keep that of those that are over."""
    if count == state[0].shape[1]:
        return state
    for end, part in zip(final, state):
        end[:, count : part.shape[1]] = part[:, count:]
    return tuple(part[:, :count] for part in state)


def _widened(later: State | None, dy: Array, n_states: int) -> list[Array]:
    """Return the derivatives by the states of one time: from the output, and from the next step of those that go on."""
    if later is not None and later[0].shape == dy.shape:
        later[0][...] += dy
        return list(later)
    slopes = [dy.copy(), *(np.zeros_like(dy) for _ in range(n_states - 1))]
    for part, more in zip(slopes, later or ()):
        part[:, : more.shape[1]] += more
    return slopes
