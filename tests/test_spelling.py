"""British spelling in prose, American spelling in identifiers: ``tests/support/british.txt`` holds both, word by word.

The words of Markdown and LaTeX are codespell's (``make lint``); here are the comments, docstrings and names of Python.
"""

import ast
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
PAIRS = dict(line.split("->") for line in (ROOT / "tests/support/british.txt").read_text("utf-8").split())
BRITISH = set(PAIRS.values()) - set(PAIRS)
# These await renaming. None is added.
WAITING = {
    "COLOURS", "Centred", "_centred", "centre", "centred", "colour",
    "colours", "penalised",
    "recognised", "standardised", "studentised", "uncentred", "x_centred", "y_centred",
}  # fmt: skip

PYTHONS = {"CancelledError"}  # Names that Python itself spells so.


def words(text):
    """Lower-case words of a text or of a name with underscores or capitals."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)]


def names(source):
    """Identifiers of a file; a test's name is a sentence, hence prose."""
    tokens = tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__)
    return {token.string for token in tokens if token.type == tokenize.NAME and not token.string.startswith("test_")}


def prose(source):
    """Comments and docstrings of a file, without code, names of equations, quotes, and what numpydoc lists."""
    tokens = tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__)
    texts = [token.string for token in tokens if token.type == tokenize.COMMENT]
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    texts += [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    code = r"`[^`]*`|eq\. \w+:[\w-]+|\"\w+\"|^[\w, *]+ : .*$|^ *(>>>|\.\.\.) .*$|\w+[._=(]\w*|\w*[_.]\w+"
    return [re.sub(code, " ", text, flags=re.MULTILINE) for text in texts]


def test_prose_is_british():
    """Bug caught: `center` in a comment."""
    suspect = {path: source for path in FILES if set(PAIRS) & set(words(source := path.read_text("utf-8")))}
    found = {path: {w for text in prose(source) for w in words(text)} & set(PAIRS) for path, source in suspect.items()}
    assert {path: [f"{word}: {PAIRS[word]}" for word in wrong] for path, wrong in found.items() if wrong} == {}


def test_identifiers_are_american():
    """Bug caught: `centre` in a name, while scikit-learn's names beside it say `center`."""
    suspect = {path: source for path in FILES if BRITISH & set(words(source := path.read_text("utf-8")))}
    found = {path: {n for n in names(source) if BRITISH & set(words(n))} for path, source in suspect.items()}
    allowed = WAITING | PYTHONS
    assert {path: wrong - allowed for path, wrong in found.items() if wrong - allowed} == {}


def test_both_spellings_are_seen():
    """Bug caught: a list of words that is empty, or words cut in the wrong place."""
    source = 'def f(clusterCentre, n_colours):\n    """The center of `center`."""  # gray\n'
    assert {word for text in prose(source) for word in words(text)} & set(PAIRS) == {"center", "gray"}
    assert {name for name in names(source) if BRITISH & set(words(name))} == {"clusterCentre", "n_colours"}
