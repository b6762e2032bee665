"""Made-up data on a curved surface: where each row is on the surface is known."""

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset

INNER, OUTER = 1.5 * np.pi, 3.5 * np.pi  # Angles at the two ends of the roll; the radius grows with the angle,
PITCH = 10.0  # by this number of centimetres for each radian.
WIDTH, NOISE, ROWS = 200.0, 2.5, 600


def swiss_roll(seed: int) -> Dataset:
    """Knots of a carpet that is rolled up: three columns, but two numbers say where each is."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(INNER, OUTER, 2000)
    place = rng.uniform(length(INNER), length(OUTER), ROWS)
    across = rng.uniform(0, WIDTH, ROWS)
    angle = np.interp(place, length(angles), angles)
    exact = np.column_stack([PITCH * angle * np.cos(angle), across, PITCH * angle * np.sin(angle)])
    position = place - length(INNER)
    return Dataset(
        "swiss_roll",
        f"{ROWS} knots of a carpet {WIDTH:.0f} cm wide that is rolled up, each measured with errors of {NOISE} cm. How "
        "far a knot is along the carpet is not told to the model.",
        exact + rng.normal(0, NOISE, (ROWS, 3)),
        position,
        ("x (cm)", "along the axis (cm)", "height (cm)"),
        "along the carpet (cm)",
        truth={"position": position, "across": across, "exact": exact, "noise": NOISE},
    )


def length(angle: Array | float) -> Array:
    """Return the length of the spiral from its centre to an angle."""
    return np.asarray(PITCH * (angle * np.sqrt(1 + np.square(angle)) + np.arcsinh(angle)) / 2)
