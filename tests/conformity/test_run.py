"""The list of scikit-learn's tests that fail on our classes."""

import tomllib

from conformity.run import FILES, LIST, UNEXPLAINED, as_toml, listed_under, updated


def test_updated_list_keeps_reasons_and_lets_go_of_what_passes():
    """Bug caught: a new failure that takes over some reason, and a mended test that stays listed."""
    reasons = {"colour": ["test_red", "test_blue"], "taste": ["test_salt"]}
    assert updated(reasons, {"test_blue", "test_new"}) == {"colour": ["test_blue"], UNEXPLAINED: ["test_new"]}


def test_list_is_read_as_it_was_written():
    """Bug caught: names whose quotes and backslashes mean something else in TOML."""
    listed = {"a/test_b.py": {'a reason: "x"': ["test_c['d'-\\x00]", "test_e[1.0-None]"]}}
    assert tomllib.loads(as_toml(listed)) == listed


def test_every_listed_failure_has_one_reason():
    """Bug caught: a test under two reasons, one without any, or a file that is never run."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    assert set(listed) <= set(FILES)
    for reasons in listed.values():
        assert UNEXPLAINED not in reasons
        assert len(listed_under(reasons)) == sum(map(len, reasons.values()))
