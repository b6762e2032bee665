"""What the book takes from the program: ``python -m groundup.publish.book OUTDIR``.

Writes the chapters, their long proofs and solutions as appendices, ``numbers.tex`` (every number of the worked
examples, and those that a benchmark has measured), ``index.tex`` (where in the code each equation lives), the functions
of the textbooks that the chapters print, and the figures that they and the appendix on tools include.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from groundup.core.files import write_whole
from groundup.projects import FINISHED, load
from groundup.publish import listings, toolbox
from groundup.publish.captions import with_docstrings
from groundup.workbench.run.request import Asked, build_model, open_data

SOURCE = Path(__file__).parents[1]
MEASURED = SOURCE.parents[1] / "benchmarks" / "results.json"  # there in a checkout, absent from a wheel

NAME = r"[a-z_]+:[a-z0-9-]+"
CITATION = re.compile(rf"eq\. ({NAME}(?:, {NAME})*)")
LABEL = re.compile(rf"\\label\{{eq:({NAME})\}}")
PICTURE = re.compile(r"\\includegraphics(?:\[[^]]*\])?\{([a-z_]+)-([a-z0-9_]+)-([a-z0-9_]+)\}")  # project-data-figure
PROOF = re.compile(r"\\begin\{longproof\}\{([^}]*)\}\n(.*?)\\end\{longproof\}\n", re.S)
SOLUTION = re.compile(r"\\begin\{solution\}.*?\\end\{solution\}\n", re.S)
SEED = 0  # Seed of data and models, so that every build draws the same pictures.
ON_PAPER = 0.85  # Size relative to the screen; drawn smaller, the letters come out larger on the page.


@dataclass(frozen=True)
class Citation:
    """A place in the code that names an equation: file relative to the package, definition it is in, equation."""

    file: str
    definition: str
    equation: str


def chapters(source: Path = SOURCE) -> dict[str, str]:
    """Text of each finished chapter by project, in book order."""
    return {name: (source / "projects" / name / "theory.tex").read_text("utf-8") for name in FINISHED}


def citations(source: Path = SOURCE) -> Iterator[Citation]:
    """Yield every ``eq. project:name`` in the package's Python files."""
    for path in sorted(source.rglob("*.py")):
        text = path.read_text("utf-8")
        if path == Path(__file__) or not CITATION.search(text):
            continue
        definitions = [
            (node.lineno, node.end_lineno or node.lineno, node.name)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        for number, line in enumerate(text.splitlines(), start=1):
            enclosing = sorted((first, name) for first, last, name in definitions if first <= number <= last)
            definition = ".".join(name for _, name in enclosing)
            for found in CITATION.findall(line):
                for equation in found.split(", "):
                    yield Citation(path.relative_to(source).as_posix(), definition, equation)


def number(value: Any) -> str:
    r"""Value as TeX: integers whole, other numbers to four figures, text as it stands.

    Examples
    --------
    >>> number(7), number(0.25), number(1e-05), number(r"\tfrac12")
    ('\\ensuremath{7}', '\\ensuremath{0.25}', '\\ensuremath{10^{-5}}', '\\tfrac12')
    """
    if isinstance(value, str):
        return value
    digits = f"{value:d}" if isinstance(value, int) else f"{float(value):.4g}"
    mantissa, has_exponent, exponent = digits.partition("e")
    if has_exponent:
        power = f"10^{{{int(exponent)}}}"
        digits = power if mantissa == "1" else f"{mantissa}\\cdot {power}"
    return f"\\ensuremath{{{digits}}}"


def numbers(worked: Mapping[str, Mapping[str, Any]], measured: Mapping[str, str]) -> str:
    r"""TeX that gives the book its numbers: ``\worked{project:key}`` and ``\measured{key}``."""
    lines = [
        f"\\setworked{{{project}:{key}}}{{{number(value)}}}"
        for project, values in worked.items()
        for key, value in values.items()
    ]
    lines += [f"\\setmeasured{{{key}}}{{\\ensuremath{{{value}}}}}" for key, value in measured.items()]
    return "\n".join(lines) + "\n"


def reading_order(citation: Citation) -> tuple[bool, str, str]:
    """Key that sorts the plain textbook before the solvers."""
    return not citation.file.endswith("/textbook.py"), citation.file, citation.definition


def index(texts: Mapping[str, str], cited: list[Citation]) -> str:
    """TeX of the appendix: each equation with its name, and the functions that carry it out."""
    rows = []
    for project, text in texts.items():
        rows.append(rf"\multicolumn{{3}}{{@{{}}l}}{{\Cref{{ch:{project}}}, \path{{{project}}}}}\\*")
        for equation in LABEL.findall(text):
            places = sorted({c for c in cited if c.equation == equation}, key=reading_order)
            where = r"\newline ".join(rf"\path{{{c.file}}}, \path{{{c.definition}}}" for c in places)
            rows.append(rf"\eqref{{eq:{equation}}} & \path{{{equation.partition(':')[2]}}} & {where}\\")
    return INDEX.replace("ROWS", "\n".join(rows))


INDEX = r"""\chapter{From equation to code}
\label{ch:index}

Every named equation of this book, and where the library carries it out: files relative to \path{src/groundup}, and the
function or class. Where \path{textbook.py} is named, read it first: the rest does the same, faster. The name in the
code has the chapter's before it, as in \path{kmeans:assignment}.

\begingroup\footnotesize
\begin{longtable}{@{}ll>{\raggedright\arraybackslash}p{0.6\linewidth}@{}}
\toprule
Equation & Name & Carried out in\\
\midrule
\endhead
\bottomrule
\endfoot
ROWS
\end{longtable}
\endgroup
"""


def without_solutions(text: str) -> tuple[str, str]:
    """Return a chapter without the solutions of its exercises, which a reader should not see too soon, and these."""
    solutions = "".join(SOLUTION.findall(text))
    return SOLUTION.sub("", text).replace("\\subsection*{Solutions}\n", ""), solutions


def without_long_proofs(text: str) -> tuple[str, str]:
    """Return a chapter that names the pages of its long proofs, which can wait for a second reading, and these."""
    proofs = "".join(
        f"\\begin{{laterproof}}{{{label}}}\n{proof}\\end{{laterproof}}\n" for label, proof in PROOF.findall(text)
    )
    return PROOF.sub(lambda found: f"\\prooflater{{{found[1]}}}\n", text), proofs


def appendix(parts: Mapping[str, str]) -> str:
    """TeX with a section for each chapter that has something to set apart."""
    return "".join(f"\\section*{{\\Cref{{ch:{name}}}}}\n{part}" for name, part in parts.items() if part)


PROOFS = r"""\chapter{Long proofs}
\label{ch:proofs}

Proofs that can wait for a second reading. Each statement stands in its chapter, with the page of its proof.

"""

SOLUTIONS = r"""\chapter{Solutions}
\label{ch:solutions}

"""


def draw(texts: Mapping[str, str], out: Path) -> None:
    """Save the figures that the chapters include, ``project-data-figure``, fitted as by ``groundup run``.

    Raises
    ------
    KeyError
        When a chapter includes a figure, or a data set, that its project does not have.
    ValueError
        When a text runs over the edge of the paper.
    """
    for text in texts.values():
        for name, data_name, figure_name in PICTURE.findall(text):
            project = load(name)
            run = Asked(project, data=data_name, seed=SEED).settle()
            data = open_data(run)
            model = build_model(run, data).fit(data.X, data.y if run.model.supervised else None)
            figure = {figure.name: figure for figure in project.figures}[figure_name]
            width, height = figure.size
            canvas = replace(figure, size=(ON_PAPER * width, ON_PAPER * height)).render(model, data)
            suffix, file = "png" if figure.raster else "pdf", BytesIO()
            canvas.savefig(file, format=suffix, dpi=200)
            if cut := cut_texts(canvas):
                raise ValueError(f"{name}: the figure {figure_name} cuts {cut[0]!r} off; make it larger, or say less")
            write_whole(out / f"{name}-{data_name}-{figure_name}.{suffix}", file.getvalue())


def cut_texts(canvas: Any) -> list[str]:
    """Titles, labels of axes and other texts that run over the edge of a figure."""
    from matplotlib.text import Text

    canvas.draw_without_rendering()
    edge = canvas.bbox.padded(1)
    texts = [text for axes in canvas.axes for text in (*axes.get_children(), axes.xaxis.label, axes.yaxis.label)]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if isinstance(text, Text)]
    return [said for said, box in boxes if said.strip() and not (edge.contains(*box.min) and edge.contains(*box.max))]


def caption(picture: str) -> str:
    """Return what the docstring of a figure, ``project-data-figure``, says about how to read it."""
    name, _, figure_name = picture.split("-")
    return {figure.name: figure for figure in load(name).figures}[figure_name].book_caption


def measured_figures(path: Path = MEASURED) -> dict[str, str]:
    """Measured growth, times and crossovers by name, as many digits as they deserve; empty without a benchmark."""
    if not path.exists():
        return {}
    figures: dict[str, float] = json.loads(path.read_text("utf-8"))["measured"]
    return {
        key: f"{value:.2f}" if key.endswith(":exponent") else f"{float(f'{value:.2g}'):,.12g}".replace(",", r"\,")
        for key, value in figures.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Write everything that the book includes into a folder."""
    parser = argparse.ArgumentParser(prog="python -m groundup.publish.book", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the generated TeX and figures")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    texts = chapters()
    proofs, solutions = {}, {}
    for name, text in texts.items():
        chapter, proofs[name] = without_long_proofs(text)
        chapter, solutions[name] = without_solutions(chapter)
        write_whole(out / f"chapter-{name}.tex", with_docstrings(chapter, caption))
    write_whole(out / "chapters.tex", "".join(f"\\input{{generated/chapter-{name}}}\n" for name in texts))
    write_whole(out / "proofs.tex", PROOFS + appendix(proofs))
    write_whole(out / "solutions.tex", SOLUTIONS + appendix(solutions))
    worked = {name: load(name).worked_example() for name in texts}
    write_whole(out / "numbers.tex", numbers(worked, measured_figures()))
    write_whole(out / "index.tex", index(texts, list(citations())))
    for text in texts.values():
        listings.write(text, SOURCE / "projects", out)
    draw(texts, out)
    toolbox.draw(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
