"""Words of the glossary on the pages of a site: links and nothing else are added, by the renderer itself."""

import re
import shutil

from improvement_reports.pages.glossary import GLOSSARY, load_terms
from improvement_reports.pages.report import page_notebook
from improvement_reports.site.glossary_links import with_glossary_links
from improvement_reports.site.pandoc import Renderer
from improvement_reports.workspace.pandoc import run_pandoc
from improvement_reports.workspace.places import Project

LINK = re.compile(r'<a class="term" href="(?:\.\./)*about/glossary\.html#([\w-]+)">([^<]*)</a>')
NUMBER = re.compile(r'<a class="n[^>]*>.*?</a>')


def rendered(project: Project, name: str) -> dict[str, str]:
    """Every page of a project's site, by its address."""
    output = project.root / name
    Renderer(project, output).render()
    return {p.relative_to(output).as_posix(): p.read_text(encoding="utf-8") for p in output.rglob("*.html")}


def test_the_links_are_all_that_the_glossary_adds_to_a_page(built_once, tmp_path):
    shutil.copytree(built_once.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    pages = rendered(project, "with")
    glossary = tmp_path / GLOSSARY
    glossary.write_text(re.sub(r"^\[\*\*.*$", "", glossary.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    without = rendered(project, "without")
    del pages["about/glossary.html"], without["about/glossary.html"]
    found = {address: [m[1] for m in LINK.finditer(page)] for address, page in pages.items()}
    assert {address: LINK.sub(r"\2", page) for address, page in pages.items()} == without
    assert {a: ids for a, ids in found.items() if len(ids) != len(set(ids))} == {}
    assert found["index.html"]


def test_a_report_has_its_words_linked_and_its_numbers_as_they_were(board):
    notebook = page_notebook(board.notebook, {"title": "T"})
    texts = [c.source if c.cell_type == "markdown" else shown(c) for c in notebook.cells if c.cell_type != "raw"]
    text = run_pandoc("\n\n".join(texts), ["--to", "html5", "--wrap", "none"])
    page = f"<html><body><main>\n{text}</main></body></html>"
    found = with_glossary_links(page, "reports/exampleshire/2024-03/board/index.html", load_terms(board.project))
    links = [(m[1], m[2]) for m in LINK.finditer(found)]
    assert ("improvement-board", "Improvement Board") in links
    assert len(links) == len({id_ for id_, _ in links}) > 3
    assert LINK.sub(r"\2", found) == page and NUMBER.findall(found) == NUMBER.findall(page) != []


def shown(cell) -> str:
    return "".join(output.data["text/markdown"] for output in cell.get("outputs", []))
