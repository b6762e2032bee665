"""One directory that holds a trained model and all that belongs to it.

It is written as a whole or not at all, names the versions it was made with, and holds the hash of each of its files.
The model is a skops file: loading it executes nothing, and holds classes of a list only.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundup.core.files import replacing_folder
from groundup.pipeline import config as configuration
from groundup.pipeline import contract as contracts
from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract
from groundup.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pandas import DataFrame

FORMAT = 2  # Of the directory; a reader refuses another one.
MANIFEST, MODEL, CONFIG, CONTRACT = "manifest.json", "model.skops", "config.toml", "contract.toml"
METRICS, FINGERPRINT, ENVIRONMENT, CARD = "metrics.json", "fingerprint.json", "environment.txt", "MODEL_CARD.md"
MEASURED = ("scikit-learn", "numpy", "groundup", "skops")  # Packages whose versions a model depends on.
TRUSTED = (  # Classes besides those of scikit-learn's estimators that a model may hold, and all of this package.
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.tree._tree.Tree",
)


@dataclass(frozen=True)
class Artifact:
    """A trained model with its contract.

    Parameters
    ----------
    path : Path
        Of the directory.
    model : object
        Pipeline of scikit-learn from columns to probabilities.
    config : Config
        How it was made.
    contract : Contract
        What rows must fulfil, the target included.
    metrics, fingerprint, manifest : mapping
        Scores on rows that no step has seen; the distributions of the training rows; versions, hashes and times.
    """

    path: Path
    model: Any
    config: Config
    contract: Contract
    metrics: Mapping[str, Any]
    fingerprint: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @cached_property
    def classes(self) -> list[str]:
        """The classes, in the order of the probabilities."""
        return [str(name) for name in self.model.classes_]

    @cached_property
    def version(self) -> str:
        """A name of the model that no other one has: twelve digits of the hash of its manifest."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode()).hexdigest()[:12]

    @cached_property
    def features(self) -> Contract:
        """The contract of rows to predict: without the target, and without what the model does not use."""
        data = self.config.data
        return self.contract.without(data.target, data.group, *data.drop)

    def probabilities(self, frame: "DataFrame") -> np.ndarray:
        """Return the probabilities of the classes for rows that fulfil the contract, of shape (n, K)."""
        return np.asarray(self.model.predict_proba(frame), dtype=np.float64)

    def decisions(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the class of least expected cost for each row.  eq. classification_pipeline:decision"""
        costs = np.array(self.manifest["costs"], dtype=np.float64)  # (truth, decision)
        return np.array(self.classes, dtype=object)[(probabilities @ costs).argmin(axis=1)]


def write(path: Path, model: Any, files: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    """Write an artifact, which takes the place of an earlier one as a whole.

    Parameters
    ----------
    path : Path
        Of the directory. A directory that holds anything else than an artifact is refused.
    model : object
        Pipeline of scikit-learn.
    files : mapping of str to str
        Contents of the other files by name: configuration, contract, metrics, fingerprint, model card.
    manifest : mapping
        What is told of the model besides versions and hashes, the costs among them.

    Raises
    ------
    PipelineError
        For a directory that holds something else, and for a model that holds classes which are not trusted.
    OSError
        Where nothing can be written; an earlier artifact is left as it was.
    """
    import skops.io

    refuse_others(path)
    stored = skops.io.dumps(model)
    trusted = _trusted(stored, "the model")
    contents = {name: text.encode() for name, text in files.items()} | {
        MODEL: stored,
        ENVIRONMENT: _environment().encode(),
    }
    known = {
        "format": FORMAT,
        **manifest,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in MEASURED},
        "trusted": trusted,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    known["own_sha256"] = _own_hash(known)
    with replacing_folder(path, lambda file: True) as part:
        for name, content in {**contents, MANIFEST: json.dumps(known, indent=2).encode()}.items():
            (part / name).write_bytes(content)


def refuse_others(path: Path) -> None:
    """Refuse a path that holds anything else than an artifact.

    Raises
    ------
    PipelineError
        So that nothing is lost there.
    """
    if path.exists() and not (path / MANIFEST).is_file() and (not path.is_dir() or any(path.iterdir())):
        raise PipelineError(f"{path}: exists and is no artifact; choose another --out.")


def load(path: Path) -> Artifact:
    """Read an artifact, after all hashes and versions were checked.

    Raises
    ------
    PipelineError
        For a directory that is no artifact, of another format or of other versions of scikit-learn, for files that are
        missing, truncated or changed, and for a model that holds classes which are not trusted.
    """
    import skops.io

    manifest = _manifest(path)
    contents = {}
    for name, wanted in manifest["sha256"].items():
        try:
            contents[name] = (path / name).read_bytes()
        except OSError as error:
            raise PipelineError(f"{path}: {name} is missing or cannot be read ({error.strerror}).") from error
        if hashlib.sha256(contents[name]).hexdigest() != wanted:
            raise PipelineError(
                f"{path}: {name} was changed or cut short: it has not the hash that the manifest names."
            )
    _check_versions(path, manifest["versions"])
    model = skops.io.loads(contents[MODEL], trusted=_trusted(contents[MODEL], f"{path}: the model"))
    return Artifact(
        path, model, configuration.read(path / CONFIG), contracts.read(path / CONTRACT),
        json.loads(contents[METRICS]), json.loads(contents[FINGERPRINT]), manifest,
    )  # fmt: skip


def _trusted(stored: bytes, what: str) -> list[str]:
    """Return the classes of a model that skops does not know by itself, all of which must be trusted."""
    import skops.io

    found = sorted(skops.io.get_untrusted_types(data=stored))
    strange = [name for name in found if name not in TRUSTED and not name.startswith("groundup.")]
    if strange:
        raise PipelineError(f"{what} holds {', '.join(strange)}, which is not among the trusted classes.")
    return found


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise PipelineError(f"{path}: is no artifact: it has no {MANIFEST}.") from error
    except ValueError as error:
        raise PipelineError(f"{path}: {MANIFEST} was changed or cut short ({error}).") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise PipelineError(f"{path}: {MANIFEST} is not of format {FORMAT}, which this version reads; train it again.")
    hashes, needed = found.get("sha256"), {MODEL, CONFIG, CONTRACT, METRICS, FINGERPRINT}
    if not isinstance(hashes, dict) or not needed <= hashes.keys() or any(Path(name).name != name for name in hashes):
        raise PipelineError(f"{path}: {MANIFEST} does not name the files of an artifact.")
    if not isinstance(found.get("versions"), dict) or not isinstance(found.get("costs"), list):
        raise PipelineError(f"{path}: {MANIFEST} has no versions or no costs.")
    if found.get("own_sha256") != _own_hash(found):
        raise PipelineError(f"{path}: {MANIFEST} was changed: it has not the hash that it names itself.")
    return found


def _own_hash(manifest: Mapping[str, Any]) -> str:
    """Return the hash of a manifest without this entry: costs that are edited would change every decision."""
    rest = {name: value for name, value in manifest.items() if name != "own_sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _check_versions(path: Path, versions: Mapping[str, str]) -> None:
    """Refuse a model of another version of scikit-learn, up to the last number, whose insides may differ."""
    for name in ("scikit-learn",):
        here, there = version(name), versions.get(name, "")
        if here.split(".")[:2] != str(there).split(".")[:2]:
            raise PipelineError(f"{path}: was made with {name} {there}, but {here} is installed; "
                                f"install what {ENVIRONMENT} lists, or train again.")  # fmt: skip


@cache
def _environment() -> str:
    """Return the installed packages as pip's requirements."""
    found = {f"{one.metadata['Name']}=={one.version}" for one in distributions() if one.metadata["Name"]}
    return "\n".join(sorted(found, key=str.lower)) + "\n"
