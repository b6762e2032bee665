"""Small projects of the pipeline: a table, its contract and a configuration whose training takes a second."""

import numpy as np
import pandas

from groundup.pipeline import config, contract
from groundup.pipeline.inference import infer
from groundup.pipeline.samples import customers

SMALL = {
    "families": '["logistic_regression", "groundup.naive_bayes"]',
    "candidates": "2",
    "folds": "3",
    "outer_folds": "2",
    "resamples": "50",
    "processes": "1",
    "words": "5",
}


def write_project(folder, frame, target, **changes):
    """Write a table, the contract and configuration that are proposed for it, with some keys changed."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_csv(folder / "data.csv", index=False)
    found = infer(folder / "data.csv", target, "contract.toml", "data.csv")
    (folder / "contract.toml").write_text(contract.write(found.contract), encoding="utf-8")
    text = config.write(found.config)
    for key, value in {**SMALL, **changes}.items():
        lines = text.splitlines()
        places = [k for k, line in enumerate(lines) if line.startswith(f"{key} = ")]
        assert len(places) == 1, key
        lines[places[0]] = f"{key} = {value}"
        text = "\n".join(lines) + "\n"
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder / "config.toml"


def buyers(n=240, seed=0):
    """Return rows of two numbers and a category, and whether somebody buys, which follows from two of them."""
    rng = np.random.default_rng(seed)
    visits, age, town = rng.poisson(3, n), rng.normal(40, 10, n).round(1), rng.choice(["Bern", "Oslo", "Rome"], n)
    buys = rng.random(n) < 1 / (1 + np.exp(-(visits - 4 + 1.5 * (town == "Oslo"))))
    return pandas.DataFrame({"visits": visits, "age": age, "town": town, "buys": np.where(buys, "yes", "no")})


def write_spoiled(path):
    """Write a table of 121 customers, five of whom break the contract, and return its path."""
    frame = customers(120, seed=3).drop(columns=["churned", "exit_fee"]).astype(object)
    frame.loc[4, ["age", "plan"]] = ["old", "gold"]  # row 5
    frame.loc[49, "monthly_bill"] = -1  # row 50
    frame.loc[99, "customer_id"] = frame.loc[0, "customer_id"]  # row 100
    frame.loc[109, "monthly_bill"] = "=HYPERLINK(1)"  # row 110
    frame.to_csv(path, index=False)
    with path.open("a") as file:
        file.write("one,field,too,few\n")  # row 121
    return path
