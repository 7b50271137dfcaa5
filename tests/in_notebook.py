"""The page of a report made in this process: its notebook's cells are executed here, which takes a second or two."""

import ast
import copy
import os
from unittest import mock

import nbformat
from nbformat.v4 import new_output

from improvement_reports.facts.blocks import Block
from improvement_reports.pages.report import page_notebook
from improvement_reports.workspace.places import ROOT_VARIABLE, Project


def page_texts(project: Project, job: tuple[str, str, str]) -> list[str]:
    """What stands on the page of a report, in its order: Markdown, and HTML in fences."""
    page = page_notebook(executed(project, job), {"title": "A title"})
    found = []
    for cell in page.cells[1:]:
        if cell.cell_type == "markdown":
            found.append(cell.source)
        found += [o["data"]["text/markdown"] for o in cell.get("outputs", [])]
    return found


def executed(project: Project, job: tuple[str, str, str]):
    """A kind's notebook with what its cells show for a report."""
    notebook = copy.deepcopy(nbformat.read(project.notebook(job[2]), as_version=4))
    names: dict[str, object] = {}
    with mock.patch.dict(os.environ, {ROOT_VARIABLE: str(project.root)}):
        for cell in (c for c in notebook.cells if c.cell_type == "code"):
            cell.outputs = _outputs(cell, names)
            names |= dict(zip(("authority", "month", "kind"), job, strict=True))
    return notebook


def _outputs(cell, names: dict[str, object]) -> list:
    """What one cell shows: by `display`, and the value of its last line."""
    shown: list[dict] = []

    def display(thing, raw: bool = False) -> None:
        if hasattr(thing, "_ipython_display_"):
            thing._ipython_display_()
        else:
            shown.append(thing if raw else thing._repr_mimebundle_())

    tree = ast.parse(cell.source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with mock.patch("IPython.display.display", display):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
        if isinstance(value, Block):
            display(value)
    return [new_output("display_data", data=data) for data in shown]
