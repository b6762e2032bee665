"""Predictions of a saved model for the rows of a table, or the new columns of one that transforms."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.exceptions import warn
from groundup.core.storage import FileFormatError, conforms, hints
from groundup.data.columns import ColumnUse
from groundup.data.tables.documents import DocumentEncoder
from groundup.data.tables.encoding import TableEncoder
from groundup.data.tables.features import Column
from groundup.data.tables.reading import read_table
from groundup.saving import load, read_about
from groundup.workbench.run.errors import RunError, message_of
from groundup.workbench.run.forecast import forecast, reading

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMN = hints(Column)
GROUPS = {"clusterer": "cluster", "density_estimator": "component"}  # What is predicted, where there is no target.


@dataclass(frozen=True)
class Predictions:
    """What a model says about the rows of a table.

    Parameters
    ----------
    frame : DataFrame
        One row for every row of the table; columns are named after what is predicted, and after a class there is the
        probability of each, if the model has probabilities. Of a detector, 1 for inliers, −1 for outliers, and a score
        that is negative for outliers; of a model that only transforms, the new columns.
    columns : tuple of ColumnUse
        What became of the columns of the table; () for a model that was saved without names of columns.
    thing : str
        What a row of `frame` is called.
    """

    frame: "DataFrame"
    columns: tuple[ColumnUse, ...]
    thing: str = "prediction"


def predict(model_file: Path, table: Path, skip_rows: int = 0) -> Predictions:
    """Predict every row of a table, or transform it where the model does not predict.

    Parameters
    ----------
    model_file : Path
        As ``groundup run`` writes it, with the columns of its data; or as `groundup.save` does, and then the table
        must hold the features as numbers, in the order of the fit.
    table : Path
        A file of the same kinds as for a run. Columns that the model does not know are ignored.
    skip_rows : int
        Lines above the names of its columns.

    Returns
    -------
    Predictions

    Raises
    ------
    RunError
        For files that cannot be read or do not fit together.

    Warns
    -----
    UserWarning
        For entries that are missing, and categories that the model never saw.
    """
    try:
        model, about = load(model_file), read_about(model_file)
        if not any(hasattr(model, name) for name in ("predict", "transform", "perplexity")):
            raise RunError(f"{model_file}: {type(model).__name__} does not predict, nor does it transform.")
        if about.get("kind") == "text":
            return Predictions(reading(model, table, skip_rows), (), "text")
        if about.get("kind") == "sequences":
            raise RunError(
                f"{model_file}: {type(model).__name__} was fitted to sequences, which a table does not hold. Use it in "
                "Python, with groundup.load."
            )
        if isinstance(about.get("encoding"), dict) and "series" in about["encoding"]:
            return Predictions(*forecast(model, about["encoding"], table, skip_rows), "forecast")
        X, columns = _rows(about, table, skip_rows)
        if not hasattr(model, "predict"):
            return Predictions(_transformed(model, X), columns, "transformed row")
        group = GROUPS.get(model.kind)
        if model.kind == "outlier_detector":
            frame = _frame(model.predict(X), "inlier (1) or outlier (-1)")
            frame["score"] = model.decision_function(X)
            return Predictions(frame, columns)
        frame = _frame(model.predict(X), group or about.get("target"))
        if hasattr(model, "predict_proba"):
            P = model.predict_proba(X)
            labels = [f"{group} {k}" for k in range(P.shape[1])] if group else model.classes_
            for label, probability in zip(labels, P.T, strict=True):
                frame[f"probability of {label}"] = probability
    except (ValueError, OSError) as error:
        raise RunError(message_of(error)) from error
    return Predictions(frame, columns)


def _rows(about: dict[str, Any], table: Path, skip_rows: int) -> tuple[Any, tuple[ColumnUse, ...]]:
    """Return the rows of the table with the columns of the fit, and what became of its columns."""
    encoder = _encoder(about)
    if encoder is None:
        return read_table(table, (), skip_rows).frame, ()
    raw = read_table(table, encoder.text, skip_rows)
    for note in raw.notes:
        warn(note, UserWarning)
    frame = raw.frame
    X = encoder.apply(frame)
    if guesses := list(encoder.guesses(frame)):
        warn("; ".join(guesses), UserWarning)
    return X, encoder.uses(frame)


def _encoder(about: dict[str, Any]) -> TableEncoder | DocumentEncoder | None:
    """Return how the columns of a table become features; None for a model that does not say it.

    Raises
    ------
    FileFormatError
        When what the file says is nothing of the kind.
    """
    if not conforms(about.get("target"), str | None):
        raise FileFormatError("the model file is damaged: its target has no name.")
    features: Any = about.get("features")
    encoding: Any = about.get("encoding")
    if encoding is None and features is None:
        return None
    if encoding is None and conforms(features, list[str]):
        return TableEncoder.of_numbers(features)
    try:
        if "text" in encoding:
            return DocumentEncoder.from_json(encoding)
        encoder = TableEncoder.from_json(encoding)
        if all(conforms(getattr(column, name), hint) for column in encoder.columns for name, hint in COLUMN.items()):
            return encoder
    except (TypeError, LookupError, AttributeError, ValueError):
        pass
    raise FileFormatError("the model file is damaged: what it says about the columns cannot be read.")


def _transformed(model: Any, X: Any) -> "DataFrame":
    import pandas

    return pandas.DataFrame(np.asarray(model.transform(X)), columns=list(model.get_feature_names_out()))


def _frame(predicted: Any, target: str | None) -> "DataFrame":
    import pandas

    columns = np.asarray(predicted)
    columns = columns[:, None] if columns.ndim == 1 else columns
    names = (target or "prediction").split(",")
    if len(names) != columns.shape[1]:
        names = (
            [target or "prediction"]
            if columns.shape[1] == 1
            else [f"prediction {k + 1}" for k in range(columns.shape[1])]
        )
    return pandas.DataFrame(columns, columns=names)
