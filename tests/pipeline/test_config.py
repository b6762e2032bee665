"""The configuration: what is written is read again, and every wrong key is named."""

import tomllib
from dataclasses import replace

import pytest

from groundup.pipeline import config
from groundup.pipeline.config import Config, Data
from groundup.pipeline.errors import PipelineError

ODD = Data(
    file='a "quoted"\\ file\twith tabs é.csv',
    target="y # no comment",
    drop=["a", "b"],
    ordered={"size of it": ["S", "M"]},
)


@pytest.mark.parametrize("data", [Data(file="a.csv", target="y"), ODD], ids=["plain", "odd names"])
def test_what_is_written_is_read_again(tmp_path, data):
    # quotation marks and number signs that end a string, a key that is lost
    made = Config(data=data, seed=7, evaluation=config.Evaluation(costs={"yes": {"no": 5.0}}))
    (tmp_path / "c.toml").write_text(config.write(made), encoding="utf-8")
    assert config.read(tmp_path / "c.toml") == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data]\nfile = 'a'", "data.target is missing"),
        ("[data]\nfile = 'a'\ntarget = 3", "data.target must be a string, but is 3"),
        ("[data]\nfile = 'a'\ntarget = 'y'\ntime = true", "data.time must be a string, but is True"),
        ("[data]\nfile = 'a'\ntarget = 'y'\ndrop = 'x'", "data.drop must be a list of strings"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[selection]\nfold = 3", "Do you mean selection.folds?"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[selection]\nfolds = 1", "selection.folds must be at least 2, but is 1"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[selection]\nouter_folds = 1", "0, or from 2 to 20, but is 1"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[selection]\nfolds = 2.5", "must be a whole number"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[selection]\nmetric = 'auc'", "one of 'neg_log_loss', 'roc_auc'"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[evaluation]\nheld_out = 1", "from 0.05 to 0.5, but is 1.0"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[evaluation]\nheld_out = nan", "must be a number"),
        ("[data]\nfile = 'a'\ntarget = 'y'\n[monitor]\npsi = 1", "monitor is not a key. Do you mean monitoring?"),
        ("data = 3", "[data] must be a table, but is 3"),
        ("[data", "is not a TOML file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, words):
    # a misspelt key that is silently the default
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(PipelineError) as caught:
        config.read(tmp_path / "c.toml")
    assert words in str(caught.value)
    assert "c.toml" in str(caught.value)


def test_every_key_has_a_comment_and_an_allowed_default():
    # a default that the check itself refuses
    text = config.write(Config(data=Data(file="a", target="y")))
    written = tomllib.loads(text)
    assert written.keys() == {"seed", "data", "preparation", "selection", "evaluation", "serving", "monitoring"}
    assert all("  # " in line for line in text.splitlines() if " = " in line)


def test_configurations_do_not_share_lists():
    # a default list that one configuration changes for all
    one, other = Data(file="a", target="y"), Data(file="a", target="y")
    one.drop.append("x")
    assert other.drop == []
    assert replace(other).drop == []
