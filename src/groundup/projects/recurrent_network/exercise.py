"""The exercise of the recurrent network: inputs, typical mistakes and hints for the textbook's functions."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.common.exercise import Case, Exercise, Mistake, Task, case, numbers

RAIN, LEVEL = np.array([1.0, 0.0, 2.0]), np.array([0.5, 0.4, 1.0])  # The chapter's three hours.
STATES = np.array([0.0, 0.4621, 0.2270, 0.8053])  # Its states, to the digits that a pencil has,
DIRECT = np.array([-0.0126, -0.0577, -0.0649])  # and what comes back from the answers alone.


def cell(rng: np.random.Generator, d: int, h: int) -> tuple[Array, Array, Array]:
    """Return W, U and b of a plain cell, with few digits."""
    return numbers(rng, d, h), numbers(rng, h, h), numbers(rng, h)


def answers(rng: np.random.Generator, h: int, K: int) -> tuple[Array, Array]:
    """Return V and v."""
    return numbers(rng, h, K), numbers(rng, K)


def bounded(rng: np.random.Generator, *shape: int) -> Array:
    """Return numbers between -1 and 1, as states are."""
    return np.tanh(numbers(rng, *shape)).round(2) + 0.0


# --- inputs ---------------------------------------------------------------------------------------------------------


def series(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x, w, u and b."""
    yield case("the worked example", RAIN, 0.5, 0.5, 0.0)
    yield case("one step", np.array([1.0]), 2.0, 5.0, -1.0)
    yield case("no input, only a bias", np.zeros(4), 1.0, 0.5, 1.0)
    yield case("large sums", np.array([30.0, -30.0, 0.0]), 1.0, 1.0, 0.0)
    yield case("six steps", numbers(rng, 6), 0.7, -1.2, 0.3)


def returned(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x, h, u and d."""
    yield case("the worked example", RAIN, STATES, 0.5, DIRECT)
    yield case("one step", np.array([2.0]), np.array([0.0, 0.5]), 3.0, np.array([1.0]))
    yield case("only the last step answers", numbers(rng, 4), np.append(0.0, bounded(rng, 4)), 1.5, np.eye(4)[3])
    yield case("only the first step answers", numbers(rng, 4), np.append(0.0, bounded(rng, 4)), 1.5, np.eye(4)[0])
    yield case("six steps", numbers(rng, 6), np.append(0.0, bounded(rng, 6)), -0.8, numbers(rng, 6))


def sequences(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, h, W, U and b."""
    yield case("one unit, one input", RAIN[:, None], np.zeros(1), np.eye(1) / 2, np.eye(1) / 2, np.zeros(1))
    yield case("one step", numbers(rng, 1, 2), np.zeros(3), *cell(rng, 2, 3))
    yield case("a state that is carried in", numbers(rng, 3, 2), bounded(rng, 2), *cell(rng, 2, 2))
    yield case("five steps, more units than inputs", numbers(rng, 5, 2), bounded(rng, 4), *cell(rng, 2, 4))
    yield case("a swap of two units", np.zeros((3, 1)), np.array([0.5, -0.1]), np.zeros((1, 2)), np.eye(2)[::-1],
               np.array([0.0, 1.0]))  # fmt: skip


def passes(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, H, U and D."""
    yield case("one unit, one input", RAIN[:, None], STATES[:, None], np.eye(1) / 2, DIRECT[:, None])
    yield case("one step", numbers(rng, 1, 2), bounded(rng, 2, 3), numbers(rng, 3, 3), numbers(rng, 1, 3))
    yield case("two units, two steps", numbers(rng, 2, 2), bounded(rng, 3, 2), numbers(rng, 2, 2), numbers(rng, 2, 2))
    last = np.vstack([np.zeros((4, 3)), np.ones((1, 3))])
    yield case("only the last step answers", numbers(rng, 5, 2), bounded(rng, 6, 3), numbers(rng, 3, 3), last)
    yield case("six steps", numbers(rng, 6, 3), bounded(rng, 7, 4), numbers(rng, 4, 4), numbers(rng, 6, 4))


def states(rng: np.random.Generator) -> Iterator[Case]:
    """Yield H, V and v."""
    yield case("one state, one unit", np.array([[0.5]]), np.array([[2.0]]), np.array([1.0]))
    yield case("one state, two answers", bounded(rng, 1, 3), *answers(rng, 3, 2))
    yield case("a state of zeros", np.zeros((2, 2)), *answers(rng, 2, 2))
    yield case("four states", bounded(rng, 4, 3), *answers(rng, 3, 2))


def targets(rng: np.random.Generator) -> Iterator[Case]:
    """Yield X, Y, h, W, U, b, V and v."""
    yield case("the worked example", RAIN[:, None], LEVEL[:, None], np.zeros(1), np.eye(1) / 2, np.eye(1) / 2,
               np.zeros(1), np.eye(1), np.zeros(1))  # fmt: skip
    yield case("one step", numbers(rng, 1, 2), numbers(rng, 1, 1), np.zeros(2), *cell(rng, 2, 2), *answers(rng, 2, 1))
    yield case("the last step answers", numbers(rng, 4, 2), numbers(rng, 1, 2), np.zeros(3), *cell(rng, 2, 3),
               *answers(rng, 3, 2))  # fmt: skip
    yield case("every step answers", numbers(rng, 4, 2), numbers(rng, 4, 2), np.zeros(3), *cell(rng, 2, 3),
               *answers(rng, 3, 2))  # fmt: skip
    yield case("a state that is carried in", numbers(rng, 3, 1), numbers(rng, 3, 1), bounded(rng, 2), *cell(rng, 1, 2),
               *answers(rng, 2, 1))  # fmt: skip


def lengths(rng: np.random.Generator) -> Iterator[Case]:
    """Yield g and most."""
    yield case("longer than the limit", np.array([3.0, 4.0]), 1.0)
    yield case("shorter than the limit", np.array([0.3, 0.4]), 1.0)
    yield case("zero", np.zeros(3), 0.5)
    yield case("one large entry", np.array([100.0, 1.0, -1.0]), 2.0)
    yield case("six entries", 10 * numbers(rng, 6), 0.7)


def sums(rng: np.random.Generator) -> Iterator[Case]:
    """Yield sums of gates."""
    yield case("zero", np.zeros(1))
    yield case("positive and negative", np.array([1.0, -1.0, 3.0]))
    yield case("sums whose exponential overflows", np.array([-1000.0, 1000.0]))
    yield case("five sums", numbers(rng, 5))


def gated(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x, h, c, W, U and b."""
    none = np.zeros((1, 4))
    yield case("one unit, biases only", np.zeros(1), np.zeros(1), np.array([2.0]), none, none,
               np.array([0.0, 1.0, 0.5, -1.0]))  # fmt: skip
    yield case("nothing to remember", np.ones(2), np.zeros(2), np.zeros(2), *quarters(rng, 2, 2))
    yield case("a closed forget gate", numbers(rng, 1), bounded(rng, 1), np.array([3.0]), numbers(rng, 1, 4),
               numbers(rng, 1, 4), np.array([0.0, -50.0, 0.0, 0.0]))  # fmt: skip
    yield case("three units", numbers(rng, 2), bounded(rng, 3), numbers(rng, 3), *quarters(rng, 2, 3))


def quarters(rng: np.random.Generator, d: int, h: int) -> tuple[Array, Array, Array]:
    """Return W, U and b of an LSTM."""
    return numbers(rng, d, 4 * h), numbers(rng, h, 4 * h), numbers(rng, 4 * h)


def steps_back(rng: np.random.Generator) -> Iterator[Case]:
    """Yield x, h, c, U, c_new, gates, dh and dc."""
    about = (
        "one unit, one input",
        "nothing comes back to the memory",
        "nothing comes back to the state",
        "three units",
    )
    for k, (what, d, h) in enumerate(zip(about, (1, 2, 2, 2), (1, 2, 2, 3), strict=True)):
        gates = tuple(rng.uniform(0.1, 0.9, h).round(1) for _ in range(4))
        c = numbers(rng, h)
        c_new = gates[1] * c + gates[0] * gates[2]
        dh, dc = numbers(rng, h) * (k != 2), numbers(rng, h) * (k != 1)
        yield case(what, numbers(rng, d), bounded(rng, h), c, numbers(rng, h, 4 * h), c_new, gates, dh, dc)


# --- tasks ----------------------------------------------------------------------------------------------------------

AT_THE_STATE = "The slope of tanh is taken at the state; with h = tanh(z) it is 1 - h**2."

EXERCISE = Exercise(
    {
        "scalar_forward": Task(
            "Returns the states, (T + 1,); the first one is 0.",
            series,
            ("Begin with 0, and go through the inputs.", "The new state is tanh of w * x + u * (the last state) + b."),
            (
                Mistake("The last state is not used: + u * h[-1].", {" + u * h[-1]": ""}),
                Mistake("The bias is missing: + b.", {"u * h[-1] + b": "u * h[-1]"}),
                Mistake("The bend is missing: tanh of the sum.", {"np.tanh(w * x_t + u * h[-1] + b)":
                                                                  "w * x_t + u * h[-1] + b"}),
                Mistake("The state before the first step belongs to the result.", {"np.array(h)": "np.array(h[1:])"}),
            ),
        ),
        "scalar_backward": Task(
            "Returns three numbers: the derivatives by w, u and b.",
            returned,
            ("Go from the last step to the first. What comes back to a state is d of its step plus u times delta of "
             "the step after.",
             "delta is that times 1 - h**2 of the same step.",
             "Each weight adds delta times what it was multiplied with: x, the state before, 1."),
            (
                Mistake(AT_THE_STATE, {"(1 - h[t] ** 2)": "(1 - np.tanh(h[t]) ** 2)"}),
                Mistake("Nothing comes back from later steps: add u times the delta of the step after.",
                        {"later = u * delta": "later = 0.0"}),
                Mistake("u was multiplied by the state before, h[t - 1].", {"delta * h[t - 1]": "delta * h[t]"}),
                Mistake("It gives the derivatives of the first step alone; the same weights act in all of them: add.",
                        {"dw + delta * x[t - 1], du + delta * h[t - 1], db + delta":
                         "delta * x[t - 1], delta * h[t - 1], delta"}),
                Mistake("It does not go back through tanh: times 1 - h**2.", {" * (1 - h[t] ** 2)": ""}),
                Mistake("On the way to the state before, delta is multiplied by u.", {"u * delta": "delta"}),
            ),
        ),
        "forward": Task(
            "Returns the states, (T + 1, h), the given one first.",
            sequences,
            ("As for one unit, with x @ W and h @ U.", "Start with the state that is given, not with zeros."),
            (
                Mistake("It starts at zero; the state that is given comes first.", {"H = [h]": "H = [0 * h]"}),
                Mistake("U is transposed: the state is multiplied as h @ U.", {"H[-1] @ U": "H[-1] @ U.T"}),
                Mistake("The last state is not used: + H[-1] @ U.", {" + H[-1] @ U": ""}),
                Mistake("The biases are missing.", {" @ U + b": " @ U"}),
            ),
        ),
        "backward": Task(
            "Returns the derivatives by W, (d, h), by U, (h, h), and by b, (h,).",
            passes,
            ("Go from the last step to the first: delta is (D of the step + U @ delta of the step after) times "
             "1 - h**2.",
             "W was multiplied with the inputs, U with the states before, H[:-1].",
             "The shares of all steps add up, which one product of matrices does: X.T @ deltas."),
            (
                Mistake(AT_THE_STATE, {"(1 - H[t] ** 2)": "(1 - np.tanh(H[t]) ** 2)"}),
                Mistake("U has to be transposed on the way back: forward it was h @ U, backward it is U @ delta.",
                        {"U @ deltas[t - 1]": "deltas[t - 1] @ U"}),
                Mistake("U was multiplied by the states before: H[:-1], not H[1:].", {"H[:-1].T": "H[1:].T"}),
                Mistake("Nothing comes back from later steps: add U @ delta of the step after.",
                        {"later = U @ deltas[t - 1]": "later = np.zeros_like(D[0])"}),
                Mistake("It does not go back through tanh: times 1 - H[t] ** 2.", {" * (1 - H[t] ** 2)": ""}),
                Mistake("The biases' derivatives are means over the steps; they add up.",
                        {"deltas.sum(axis=0)": "deltas.mean(axis=0)"}),
            ),
        ),
        "scores": Task(
            "Returns the answers, (number of states, K).",
            states,
            ("Each row of H is a state.", "A product with V, and v is added to each row."),
            (
                Mistake("The biases v are missing.", {" + v": ""}),
                Mistake("Answers are not bent; they may have any size.", {"H @ V + v": "np.tanh(H @ V + v)"}),
                Mistake("The biases are subtracted.", {" + v": " - v"}),
            ),
        ),
        "loss": Task(
            "Returns one number.",
            targets,
            ("forward, then scores of the last len(Y) states.", "Half of the squares' sum, divided by len(Y)."),
            (
                Mistake("The half is missing.", {"(2 * len(Y))": "len(Y)"}),
                Mistake("It sums over the answers; the chapter takes the mean.", {"(2 * len(Y))": "2"}),
                Mistake("It takes the first states; the answers are those of the last len(Y).",
                        {"[-len(Y) :]": "[: len(Y)]"}),
                Mistake("It divides by the number of all steps; only len(Y) of them answer.",
                        {"(2 * len(Y))": "(2 * len(X))"}),
            ),
        ),
        "gradient": Task(
            "Returns derivatives of the loss, in the shapes of W, U, b, V and v.",
            targets,
            ("The derivatives by the answers are the errors, divided by len(Y).",
             "By the states that answer they are E @ V.T, by the others 0; then backward.",
             "V was multiplied with the states that answer."),
            (
                Mistake("The loss is a mean: divide the errors by len(Y).", {" / len(Y)": ""}),
                Mistake("The sign is the wrong one: answers less targets.",
                        {"(scores(answering, V, v) - Y)": "(Y - scores(answering, V, v))"}),
                Mistake("A factor 2 is too many: the loss has a half.", {" / len(Y)": " * 2 / len(Y)"}),
                Mistake("The derivatives reach the first states; the last len(Y) states answer.",
                        {"D[-len(Y) :]": "D[: len(Y)]"}),
            ),
        ),
        "clip": Task(
            "Returns an array of the shape of g.",
            lengths,
            ("Compare the length of g with the limit.", "If it is longer, multiply all of it by most / norm."),
            (
                Mistake("It limits each entry, which turns the gradient; shorten all of it by one factor.",
                        {"g * (most / norm) if norm > most else g": "np.clip(g, -most, most)"}),
                Mistake("A short gradient is made longer; leave it as it is.",
                        {"g * (most / norm) if norm > most else g": "g * (most / (norm or 1.0))"}),
                Mistake("The length is the root of the sum of squares.",
                        {"np.sqrt((g**2).sum())": "(g**2).sum()"}),
                Mistake("The length is the root of the sum of squares, not the sum of sizes.",
                        {"np.sqrt((g**2).sum())": "np.abs(g).sum()"}),
            ),
        ),
        "sigmoid": Task(
            "Returns an array of the shape of z.",
            sums,
            ("1 / (1 + exp(-z)) is right, and overflows.", "The same number is half of 1 + tanh(z / 2)."),
            (
                Mistake("It is tanh, between -1 and 1; a gate lies between 0 and 1.", {"(1 + np.tanh(z / 2)) / 2":
                                                                                       "np.tanh(z)"}),
                Mistake("Inside tanh stands z / 2.", {"np.tanh(z / 2)": "np.tanh(z)"}),
                Mistake("The sign is the wrong one: large sums open a gate.", {"1 + np.tanh": "1 - np.tanh"}),
            ),
        ),
        "lstm_step": Task(
            "Returns the state, (h,), the memory, (h,), and the gates (i, f, g, o), each (h,).",
            gated,
            ("The four blocks of the sums are input gate, forget gate, candidate, output gate, in this order.",
             "Gates are sigmoids, the candidate is a tanh.",
             "The memory is f * c + i * g, and the state o * tanh of the new memory."),
            (
                Mistake("The forget gate is missing: f * c.", {"c_new = f * c": "c_new = c"}),
                Mistake("The candidate is a tanh, not a sigmoid.", {"np.tanh(g)": "sigmoid(g)"}),
                Mistake("The state shows tanh of the memory.", {"o * np.tanh(c_new)": "o * c_new"}),
                Mistake("The state is made of the old memory; take the new one.", {"np.tanh(c_new)": "np.tanh(c)"}),
                Mistake("The blocks are input, forget, candidate, output; here candidate and output are exchanged.",
                        {"i, f, g, o = np.split": "i, f, o, g = np.split"}),
                Mistake("The old memory is gated by the input gate, and the candidate by the forget gate.",
                        {"f * c + i * g": "i * c + f * g"}),
            ),
        ),
        "lstm_backward": Task(
            "Returns the derivatives by W, (d, 4h), U, (h, 4h), b, (4h,), and by h and c before the step.",
            steps_back,
            ("The memory is reached in two ways: dc, and dh through o * tanh(c_new).",
             "Each gate gets what it was multiplied with, times its slope: s * (1 - s), or 1 - g**2 for tanh.",
             "Back to the state goes U @ dz, back to the memory dc * f."),
            (
                Mistake("The forget gate is missing on the way back to the memory: dc * f.", {"dz, dc * f": "dz, dc"}),
                Mistake("The state depends on the memory: dh * o * (1 - tanh(c_new)**2) is to be added to dc.",
                        {"dc = dc + dh * o * (1 - bent**2)": "dc = dc + 0 * dh"}),
                Mistake("The slope of tanh is taken at the new memory's tanh once more: 1 - bent**2.",
                        {"(1 - bent**2)": "(1 - np.tanh(bent) ** 2)"}),
                Mistake("The forget gate was multiplied with the memory before the step, c.",
                        {"dc * c * f": "dc * c_new * f"}),
                Mistake("The slopes of the gates are missing: times s * (1 - s).",
                        {"dc * g * i * (1 - i), dc * c * f * (1 - f)": "dc * g, dc * c",
                         "dh * bent * o * (1 - o)": "dh * bent"}),
                Mistake("The candidate is a tanh: its slope is 1 - g**2.", {"(1 - g**2)": "g * (1 - g)"}),
            ),
        ),
    }
)  # fmt: skip
