"""What a training has done so far, on disk: one small file a fit, so that a killed training goes on where it was."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

SUFFIX = ".progress"  # Of the folder next to the artifact.


class Journal:
    """Results of fits by the hash of all that they follow from.

    Parameters
    ----------
    folder : Path
        Where the files are; it is made with the first of them.
    basis : str
        What all fits of this training follow from: rows, contract, configuration and versions, or their hash.
    """

    def __init__(self, folder: Path, basis: str) -> None:
        self.folder, self.basis = folder, basis

    def key(self, settings: Any, *rows: np.ndarray) -> str:
        """Return the name of a fit.

        Parameters
        ----------
        settings : object
            The candidate, as JSON can hold it.
        rows : array of int
            Places of the rows that are learned from, and of those that are tested.
        """
        found = hashlib.sha256(json.dumps([self.basis, settings], sort_keys=True).encode())
        for places in rows:
            found.update(np.int64(len(places)).tobytes() + np.asarray(places, dtype=np.int64).tobytes())
        return found.hexdigest()[:32]

    def get(self, key: str) -> dict[str, Any] | None:
        """Return a result; None where there is none, or where it was cut short."""
        try:
            found = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def put(self, key: str, result: dict[str, Any]) -> None:
        """Keep a result: its file is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{key}.part"
        part.write_text(json.dumps(result), encoding="utf-8")
        os.replace(part, self.folder / f"{key}.json")

    def remove(self) -> None:
        """Remove all results, once the training is done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def hash_of(frame: Any, *texts: str) -> str:
    """Return a hash of rows and of texts.

    Parameters
    ----------
    frame : DataFrame
        Rows that fulfil the contract.
    texts : str
        All else that matters.
    """
    from pandas.util import hash_pandas_object

    found = hashlib.sha256("\0".join([*texts, *map(str, frame.columns)]).encode())
    found.update(hash_pandas_object(frame, index=True).to_numpy().tobytes())
    return found.hexdigest()
