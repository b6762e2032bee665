"""The artifact: whole or not there, and refused with the reason when anything in it was changed."""

import hashlib
import json
import os

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from groundup.pipeline import artifact
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.tables import pieces


def test_what_was_written_is_loaded(made, table):
    # costs with truth and decision exchanged, classes in another order than the probabilities
    found = artifact.load(made)
    rows = found.features.check(next(pieces(table)).frame).frame
    P = found.probabilities(rows)
    assert found.classes == ["no", "yes"]
    np.testing.assert_allclose(P.sum(axis=1), 1)
    assert (found.decisions(P) == np.where(5 * P[:, 1] > P[:, 0], "yes", "no")).all()
    assert "exit_fee" not in found.features.columns
    assert "churned" not in found.features.columns
    assert (made / artifact.ENVIRONMENT).read_text().count("scikit-learn==") == 1


FILES = (artifact.MODEL, artifact.CONFIG, artifact.CONTRACT, artifact.METRICS, artifact.FINGERPRINT, artifact.CARD)


def write_manifest(folder, change):
    """Change a manifest, and give it its right hash."""
    manifest = json.loads((folder / artifact.MANIFEST).read_text()) | change
    del manifest["own_sha256"]
    own = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    (folder / artifact.MANIFEST).write_text(json.dumps({**manifest, "own_sha256": own}))


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(copy, name):
    # a threshold that somebody edits in the artifact
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(PipelineError, match=f"{name} was changed or cut short"):
        artifact.load(copy)


@pytest.mark.parametrize("name", [*FILES, artifact.MANIFEST])
def test_a_file_cut_short_is_refused(copy, name):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(PipelineError, match=f"{name} was changed or cut short"):
        artifact.load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(copy, name):
    (copy / name).unlink()
    with pytest.raises(PipelineError, match=f"{name} is missing"):
        artifact.load(copy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 1}, "not of format 2"),
        ({"sha256": {}}, "does not name the files"),
        ({"sha256": {"../../etc/passwd": "0"}}, "does not name the files"),
        ({"sha256": dict.fromkeys((*FILES, "../outside"), "0")}, "does not name the files"),
        ({"versions": None}, "no versions"),
        ({"costs": None}, "no versions or no costs"),
        ({"versions": {"scikit-learn": "0.24.1"}}, "made with scikit-learn 0.24.1"),
        ({"versions": {"scikit-learn": "1.99.1"}}, "made with scikit-learn 1.99.1"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(copy, change, words):
    # a path that leads out of the folder; a model of an old version that gives other numbers
    write_manifest(copy, change)
    with pytest.raises(PipelineError, match=words):
        artifact.load(copy)


def test_costs_that_were_edited_are_refused(copy):
    # other decisions than those that were judged
    manifest = json.loads((copy / artifact.MANIFEST).read_text())
    (copy / artifact.MANIFEST).write_text(json.dumps(manifest | {"costs": [[0, 1], [50, 0]]}))
    with pytest.raises(PipelineError, match=r"manifest\.json was changed"):
        artifact.load(copy)


def with_model(folder, model):
    """Put another model into an artifact, with its right hash."""
    content = skops.io.dumps(model)
    known = json.loads((folder / artifact.MANIFEST).read_text())["sha256"]
    (folder / artifact.MODEL).write_bytes(content)
    write_manifest(folder, {"sha256": known | {artifact.MODEL: hashlib.sha256(content).hexdigest()}})


def test_a_model_that_would_execute_something_is_refused(copy):
    # a function of the system as a step of the model
    with_model(copy, FunctionTransformer(os.system))
    with pytest.raises(PipelineError, match=r"posix\.system, which is not among the trusted classes"):
        artifact.load(copy)
    with pytest.raises(PipelineError, match="not among the trusted classes"):
        artifact.write(copy.with_name("other"), FunctionTransformer(os.system), {}, {})
    assert not copy.with_name("other").exists()


def test_classes_are_trusted_by_their_whole_package(made, monkeypatch):
    # a package whose name begins like ours
    monkeypatch.setattr(skops.io, "get_untrusted_types", lambda data: ["groundup_too.Model"])
    with pytest.raises(PipelineError, match=r"groundup_too\.Model, which is not among the trusted"):
        artifact.load(made)


def test_a_folder_of_something_else_is_kept(tmp_path):
    # somebody's documents in the place of the artifact
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.tex").write_text("years")
    with pytest.raises(PipelineError, match="exists and is no artifact"):
        artifact.write(tmp_path / "work", LogisticRegression(), {}, {})
    assert (tmp_path / "work" / "thesis.tex").read_text() == "years"
    with pytest.raises(PipelineError, match=r"is no artifact: it has no manifest\.json"):
        artifact.load(tmp_path / "work")
    with pytest.raises(PipelineError, match="exists and is no artifact"):
        artifact.write(tmp_path / "work" / "thesis.tex", LogisticRegression(), {}, {})


def test_a_full_disk_leaves_the_old_artifact(copy, monkeypatch):
    # half an artifact
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    written = type(copy).write_bytes

    def full(path, content):
        if path.name == artifact.METRICS:
            raise OSError(28, "No space left on device")
        return written(path, content)

    monkeypatch.setattr(type(copy), "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        artifact.write(copy, LogisticRegression(), {artifact.METRICS: "{}"}, {"costs": []})
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before
    assert [path.name for path in copy.parent.iterdir()] == ["model"]
