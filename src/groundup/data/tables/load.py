"""The user's own table as a data set."""

from pathlib import Path

import numpy as np

from groundup.data.dataset import ColumnUse, Dataset
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.reading import TableError, read_table
from groundup.data.tables.target import split_target

MOST_NAMES = 20  # Columns that the message about a missing target lists.


class NoTarget(TableError):
    """What to predict was not said."""


def load_table(path: Path, target: str | None, kind: str | None) -> Dataset:
    """Read, encode and impute a table.

    Parameters
    ----------
    path : Path
        Of a .csv, .tsv or .parquet file.
    target : str or None
        What to predict: a column, several separated by commas, or ``"name:value"`` in a long table. Clustering takes
        it as the true groups.
    kind : str or None
        The estimator's type, as scikit-learn calls it: a "regressor" wants numbers, the others classes.

    Returns
    -------
    Dataset
        Its `columns` say what became of each column; its `encoder` turns new tables into the same features.

    Raises
    ------
    NoTarget
        For a supervised model without a target; the message lists the columns.
    TableError
        For a table that cannot be used; the message names the column and what to do.
    """
    frame, y, name, treatment = read_table(path), None, None, {}
    if target is None and kind in ("regressor", "classifier"):
        raise NoTarget(f"The columns of {path}: {', '.join(map(str, frame.columns[:MOST_NAMES]))}.")
    if target is not None:
        split = split_target(frame, target, classes=kind != "regressor")
        frame, y, name, treatment = split.rest, split.y, split.name, split.treatment
        if kind == "clusterer":
            y = np.unique(y, return_inverse=True)[1]
    encoder, treated = TableEncoder.fit(frame)
    X = encoder.apply(frame)
    return Dataset(
        name=str(path),
        description=f"{len(X):,} rows of the table {path.name}.",
        X=X,
        y=y,
        feature_names=encoder.features,
        target_name=name,
        columns=tuple(ColumnUse(name, words, "") for name, words in (treated | treatment).items()),
        encoder=encoder,
    )
