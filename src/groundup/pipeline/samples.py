"""Tables to try the pipeline on: breast cancer, and customers made up with all that a real table has."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

TARGETS = {"breast_cancer": "diagnosis", "customers": "churned"}
CUSTOMERS, SEED = 3000, 0


def breast_cancer() -> "DataFrame":
    """Return 569 tumours with 30 measurements of their cells' nuclei and a diagnosis; it comes with scikit-learn."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer(as_frame=True)
    return bunch.data.assign(diagnosis=bunch.target.map(dict(enumerate(bunch.target_names))))


def customers(n: int = CUSTOMERS, seed: int = SEED) -> "DataFrame":
    """Return customers of a telephone company, made up, of whom about a quarter leave.

    It has numbers with gaps, categories with rare ones, an ordered category, dates, free text, households whose members
    are alike, and one column that betrays the answer: the fee for leaving early, which nobody pays who stays.

    Parameters
    ----------
    n : int, default=3000
        Number of rows.
    seed : int, default=0
        Of the random numbers.
    """
    import pandas

    rng = np.random.default_rng(seed)
    household = np.sort(rng.integers(0, max(1, n // 2), n))
    mood = rng.normal(size=household.max() + 1)[household]
    age = rng.integers(18, 90, n)
    months = rng.integers(1, 73, n)
    bill = np.round(rng.gamma(4, 12, n) + 10, 2)
    calls = rng.poisson(1.2, n)
    plan = rng.choice(["basic", "plus", "premium"], n, p=[0.5, 0.35, 0.15])
    region = rng.choice(["north", "south", "east", "west", "island"], n, p=[0.34, 0.3, 0.2, 0.155, 0.005])
    note = np.where(rng.random(n) < 0.3, "asked for a better price last week", "no complaint since the contract began")
    since = pandas.Timestamp("2019-01-01") + pandas.to_timedelta(30 * (72 - months) + rng.integers(0, 30, n), unit="D")
    score = (
        -1.2 + 0.7 * mood + 0.5 * calls - 0.03 * months + 0.012 * (bill - 58) - 0.6 * (plan == "premium")
        + 1.0 * np.char.startswith(note, "asked") + 0.5 * (region == "south")
    )  # fmt: skip
    leaves = rng.random(n) < 1 / (1 + np.exp(-score))
    fee = np.where(leaves, np.round(rng.gamma(3, 20, n), 2), 0.0)
    frame = pandas.DataFrame(
        {
            "customer_id": [f"C{k:05}" for k in range(n)],
            "household": [f"H{k:05}" for k in household],
            "age": np.where(rng.random(n) < 0.06, np.nan, age),
            "months": months,
            "monthly_bill": np.where(rng.random(n) < 0.04, np.nan, bill),
            "service_calls": calls,
            "plan": plan,
            "region": pandas.Series(region).mask(rng.random(n) < 0.02),
            "customer_since": since.strftime("%Y-%m-%d"),
            "last_note": note,
            "exit_fee": fee,
            "churned": np.where(leaves, "yes", "no"),
        }
    )
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


SAMPLES = {"breast_cancer": breast_cancer, "customers": customers}
