"""NIST's certified linear least-squares sets: exact decimals from files, float64 for the solvers.

The Statistical Reference Datasets (https://www.itl.nist.gov/div898/strd/) certify 15 digits of each answer,
computed in multiple precision from the decimals as printed.
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "nist"
NAMES = (
    "norris",
    "pontius",
    "noint1",
    "noint2",
    "filip",
    "longley",
    "wampler1",
    "wampler2",
    "wampler3",
    "wampler4",
    "wampler5",
)


@dataclass(frozen=True)
class Dataset:
    """One certified set, d columns and n rows, rounded once to float64."""

    X: NDArray[np.float64]  # (n, d): predictors or powers, without the constant
    y: NDArray[np.float64]  # (n,)
    intercept: bool
    coef: NDArray[np.float64]  # (d,), or (d + 1,) with the intercept first
    sd: NDArray[np.float64]  # standard deviations of coef
    residual_sd: float
    r_squared: float  # about zero where there is no intercept


def read(name: str) -> dict[str, Any]:
    """Content of one file, with data as exact numbers and certified values as strings."""
    data: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(), parse_float=Fraction)
    return data


def powers(data: dict[str, Any]) -> list[list[Fraction]]:
    """Rows of the design without the constant, exact: the predictors, or the powers of the only one."""
    exponents = range(1, (data["degree"] or 1) + 1)
    return [[Fraction(value) ** k for value in row for k in exponents] for row in data["x"]]


def load(name: str) -> Dataset:
    """One set as float64, each number rounded once from its exact value."""
    data = read(name)
    certified = data["certified"]
    return Dataset(
        X=np.array([[float(value) for value in row] for row in powers(data)]),
        y=np.array([float(value) for value in data["y"]]),
        intercept=data["intercept"],
        coef=np.array([float(value) for value in certified["coef"]]),
        sd=np.array([float(value) for value in certified["sd"]]),
        residual_sd=float(certified["residual_sd"]),
        r_squared=float(certified["r_squared"]),
    )
