"""The exercise file: a textbook whose function bodies are taken out."""

import ast
import io
import textwrap
import tokenize
from collections.abc import Iterator, Mapping

INDENT = "    "
READ = "read them first"  # what a textbook says of itself, and an exercise does not

HEADER = '''"""{title}

{symbols}

An exercise: write the functions in this order. Each one may call those above it; while one function is
checked, the textbook's stand in for the others, so that a mistake is reported once. Then

    groundup check {name} {file}

compares every function that you have written with the textbook's, and

    groundup check {name} {file} --hint {first}

gives the next step for one of them. NumPy and the standard library are all that is needed.
"""'''

DEMONSTRATION = """if __name__ == "__main__":
    try:
{body}
    except NotImplementedError as still_open:
        print(f"{{still_open}} is still open. What is written is checked by: groundup check {name} {file}")
"""


def blank(textbook: str, results: Mapping[str, str], name: str, file: str) -> str:
    """Return the text of the exercise file.

    Parameters
    ----------
    textbook : str
        Source of the textbook.
    results : mapping of str to str
        By function whose body is taken out: what it returns or yields. Other functions stay as they are.
    name, file : str
        The project and the exercise file, for the commands that the file shows.

    Returns
    -------
    str
        Source that runs: an open function raises NotImplementedError with its name.
    """
    lines = textbook.splitlines()
    comments = _comments(textbook)
    tree = ast.parse(textbook)
    first, *more = (ast.get_docstring(tree) or name).splitlines()
    title = first.partition(":")[0].rstrip(".") + "."
    symbols = "\n".join(line for line in more if READ not in line).strip()
    parts = [HEADER.format(title=title, symbols=symbols, name=name, file=file, first=next(iter(results)))]
    end = tree.body[0].end_lineno or 1 if ast.get_docstring(tree) else 0
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in results:
            parts += [*lines[end : node.lineno - 1], *_opened(node, lines, comments, results[node.name])]
            end = node.end_lineno or node.lineno
        elif _is_demonstration(node):
            parts += lines[end : node.lineno - 1]
            body = "\n".join(textwrap.indent(line, INDENT) for line in lines[node.lineno : node.end_lineno])
            parts.append(DEMONSTRATION.format(body=body, name=name, file=file).rstrip("\n"))
            end = node.end_lineno or node.lineno
    return "\n".join([*parts, *lines[end:]]).rstrip("\n") + "\n"


def _opened(node: ast.FunctionDef, lines: list[str], comments: Mapping[int, str], result: str) -> Iterator[str]:
    """Yield the signature, the docstring, what to return, the shapes of intermediate values and an open body."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    head = (node.body[0].end_lineno or node.lineno) if first is not node.body[0] else first.lineno - 1
    yield from lines[node.lineno - 1 : head]
    yield from (f"{INDENT}# {line}" for line in textwrap.wrap(result, 112))
    seen = set()
    for statement in sorted((n for n in ast.walk(node) if isinstance(n, ast.stmt)), key=lambda n: n.lineno):
        comment = comments.get(statement.end_lineno or 0, "")
        if head < statement.lineno and statement.end_lineno not in seen and not _has_body(statement):
            seen.add(statement.end_lineno)
            if comment.startswith("("):
                yield f"{INDENT}# Shape of {_target(statement)}: {comment}"
            elif comment.startswith("eq. "):
                yield f"{INDENT}# Also {comment}"
    yield f'{INDENT}raise NotImplementedError("{node.name}")'


def _target(statement: ast.stmt) -> str:
    """What the statement makes: the names it assigns, or the result."""
    match statement:
        case ast.Assign(targets=[target, *_]) | ast.AugAssign(target=target):
            return ast.unparse(target).strip("()")
        case ast.Expr(value=ast.Yield()):
            return "each state"
    return "the result"


def _has_body(statement: ast.stmt) -> bool:
    return bool(getattr(statement, "body", None))


def _is_demonstration(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).replace('"', "'") == "__name__ == '__main__'"


def _comments(source: str) -> dict[int, str]:
    """Comments by line, without their sign."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def functions(source: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions that a module defines at its top level, by name; of several the last.

    Parameters
    ----------
    source : str
        Python source.

    Returns
    -------
    dict of str to ast.FunctionDef
        In the order of their places.
    """
    body = ast.parse(source).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def is_open(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing is written in a function yet: only its docstring, ``pass``, ``...``, a bare return or yield.

    Parameters
    ----------
    node : ast.FunctionDef
        The function; one that would yield is open by the same rule.

    Returns
    -------
    bool
        True for a body that does nothing, or only raises NotImplementedError.
    """
    return all(_does_nothing(statement) for statement in node.body)


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Expr(value=ast.Yield(value=value)):
            return value is None or (isinstance(value, ast.Constant) and value.value in (None, ...))
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False
