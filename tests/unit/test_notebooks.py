"""The templates in notebooks/ read as a page: words, then a few lines of calls. No code that belongs in the package."""

import ast
import re

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.workspace.layouts import HEADING_IN_CODE

TEMPLATES = [p for p in sorted((ROOT / "notebooks").glob("*.ipynb")) if p.stem in set(ReportKind)]
MOST_LINES = 8
MOST_IN_A_ROW = 2  # code cells without words between them
A_PATH = re.compile(r"[\\/]|\.(csv|md|ya?ml|json|parquet|ipynb|xlsx|html|svg)$|^~|^\.\.?$")


def is_parameters(cell) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def code_problems(source: str) -> list[str]:
    """What the code of one cell holds that a template may not."""
    if re.search(r"^\s*[%!]", source, re.MULTILINE):
        return ["holds a magic or a shell command"]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            found.append("defines a function")
        if isinstance(node, ast.ClassDef):
            found.append("defines a class")
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
            found.append("imports *")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and A_PATH.search(node.value):
            found.append(f"names the path {node.value}")
        if isinstance(node, ast.Name) and node.id in ("open", "Path", "exec", "eval", "__import__"):
            found.append(f"calls {node.id}")
    return found


def problems(book) -> list[str]:
    """What keeps a notebook from being a template, a few words each."""
    found = []
    try:
        nbformat.validate(book)
    except nbformat.ValidationError:
        found.append("is not valid")
    if sum(map(is_parameters, book.cells)) != 1:
        found.append("has not just one parameters cell")
    in_a_row = 0
    for number, cell in enumerate(book.cells):
        has_heading = cell.cell_type != "code" or HEADING_IN_CODE.search(cell.source)
        in_a_row = in_a_row + 1 if not has_heading else int(cell.cell_type == "code")
        if cell.cell_type != "code":
            continue
        if in_a_row > MOST_IN_A_ROW:
            found.append(f"cell {number}: too many code cells without words")
        if cell.outputs or cell.execution_count is not None:
            found.append(f"cell {number}: has been run")
        if len(cell.source.splitlines()) > MOST_LINES:
            found.append(f"cell {number}: is too long")
        if not cell.source.strip():
            found.append(f"cell {number}: is empty")
        found += [f"cell {number}: {problem}" for problem in code_problems(cell.source)]
    return found


def book(*sources: str, tag: int | None = 0):
    """A notebook of code cells (Markdown where the source begins with ##)."""
    cells = [new_markdown_cell(s) if s.startswith("##") else new_code_cell(s) for s in sources]
    if tag is not None:
        cells[tag].metadata["tags"] = ["parameters"]
    return new_notebook(cells=cells)


def with_run(notebook, **fields):
    notebook.cells[0].update(fields)
    return notebook


@pytest.mark.parametrize(
    ("notebook", "problem"),
    [
        (book("a = 1", tag=None), "has not just one parameters cell"),
        (with_run(book("a = 1", "b = 2"), metadata={}), "has not just one parameters cell"),
        (
            with_run(book("a = 1", "## B", "b = 2", tag=2), metadata={"tags": ["parameters"]}),
            "has not just one parameters cell",
        ),
        (with_run(book("a = 1"), outputs=[new_output("stream", text="x")]), "cell 0: has been run"),
        (with_run(book("a = 1"), execution_count=1), "cell 0: has been run"),
        (with_run(book("a = 1"), cell_type="nonsense"), "is not valid"),
        (book("a = 1", "def f():\n    pass"), "cell 1: defines a function"),
        (book("a = 1", "f = lambda: 1"), "cell 1: defines a function"),
        (book("a = 1", "class A:\n    pass"), "cell 1: defines a class"),
        (book("a = 1", "from math import *"), "cell 1: imports *"),
        (book("a = 1", 'x = "data/raw"'), "cell 1: names the path data/raw"),
        (book("a = 1", 'x = "figures.csv"'), "cell 1: names the path figures.csv"),
        (book("a = 1", "x = open(a)"), "cell 1: calls open"),
        (book("a = 1", "!ls"), "cell 1: holds a magic or a shell command"),
        (book("a = 1", "%matplotlib inline"), "cell 1: holds a magic or a shell command"),
        (book("a = 1", "a\n" * 9), "cell 1: is too long"),
        (book("a = 1", ""), "cell 1: is empty"),
        (book("a = 1", "b = 2", "c = 3"), "cell 2: too many code cells without words"),
        (book('sections.heading("A", 2, "a")', "b = 2", "c = 3"), "cell 2: too many code cells without words"),
    ],
)
def test_what_a_template_may_not_be_is_seen(notebook, problem):
    assert problems(notebook) == [problem]


@pytest.mark.parametrize(
    "notebook", [book("a = 1"), book("a = 1", "a\n" * 8), book("a = 1", "b = 2", "## C", "c = 3", "d = 4")]
)
def test_what_a_template_may_be_is_seen(notebook):
    assert problems(notebook) == []


def test_there_are_templates():
    assert "board" in [path.stem for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_each_template(path):
    assert problems(nbformat.read(path, as_version=4)) == []
