"""The text of a report's page without a kernel: the cells of its template run here, one after the other."""

import ast
import html
import json
import re

from improvement_reports import sections
from improvement_reports.facts.blocks import ChartBlock


def page_texts(project, authority: str, month: str, kind: str, monkeypatch) -> list[str]:
    """What each cell shows, as plain text with a line for each row, and alternative texts."""
    shown: list[str] = []

    def show(*blocks):
        for block in blocks:
            if isinstance(block, list):
                show(*block)
            elif isinstance(block, ChartBlock):
                shown.append("\n".join(map(flat, (block.finding, block.subtitle, block.alt, block.table))))
            elif block is not None:
                shown.append(flat(block.text))

    monkeypatch.setattr(sections, "show", show)
    monkeypatch.chdir(project.root)
    known: dict = {}
    for cell in json.loads(project.notebook(kind).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            _run("".join(cell["source"]), known, show)
            if "parameters" in cell["metadata"].get("tags", []):
                known.update(authority=authority, month=month, kind=kind)
    return shown


def _run(source: str, known: dict, show) -> None:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), known)
    if last is not None:
        show(eval(compile(ast.Expression(last.value), "cell", "eval"), known))


def flat(text: str) -> str:
    text = re.sub(r"<tr\b.*?</tr>", lambda row: re.sub(r"\s*\n\s*", "", row[0]), text, flags=re.DOTALL)
    rows = re.sub(r"<(?:/tr|/li|/p|/h\d|/caption|br|/dd|/dt|/summary)[^>]*>", "\n", text)
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</t[dh]>", " | ", rows)))
