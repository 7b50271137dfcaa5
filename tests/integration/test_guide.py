"""The guide “Your first report” says what the code does: it is written from it, and each example shows what it says."""

import json
import re

import pytest
from conftest import ROOT

from improvement_reports import sections
from improvement_reports.authoring.guide import page
from improvement_reports.authoring.guide.feeds import CALL, FEEDS, NO_SECTION
from improvement_reports.authoring.guide.functions import examples
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.facts.facts import NARRATIVE_FUNCTIONS
from improvement_reports.returns.report_files import SHOWN_BY
from improvement_reports.workspace.places import Project


@pytest.fixture(scope="module")
def body():
    return page.text(Project(ROOT))


def test_the_guide_is_the_one_that_the_code_writes(body):
    """After a change: python3 make.py guide."""
    docs, site = page.written(ROOT)
    assert site == f"{page.HEAD}\n{page.with_braces(body)}"
    assert docs == f"# {page.TITLE}\n\n{page.without_anchors(body)}"


def test_every_function_of_narrative_has_an_example(body):
    assert list(examples()) == list(NARRATIVE_FUNCTIONS)
    for name, (call, _) in examples().items():
        assert call.startswith(f"{name}(") and f"`{{{{ {call} }}}}` |" in body


def test_every_section_that_a_notebook_shows_says_what_feeds_it():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        code = "\n".join(
            "".join(c["source"]) for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"
        )
        assert {n for n in CALL.findall(code) if n not in NO_SECTION} <= set(FEEDS), path.name
    assert set(FEEDS) <= set(sections.__all__)
    for table, shown_by in SHOWN_BY.items():
        assert all(table in FEEDS[name] for name in shown_by), table


def test_a_text_that_stands_in_two_parts_is_one_text(body):
    """A notebook shows the opening of a text, then the rest of it."""
    assert "`data-notes.md` |" in body and "`priority-ID.md` |" in body
    assert not re.search(r'`[^`|]*"[^`|]*\.md`', body)


def test_every_table_and_column_is_explained(body):
    for table in RETURN_TABLES.values():
        part = body.split(f"### {table.name}.csv")[1].split("###")[0]
        assert all(re.search(rf"\| \**{c.name}\** \|", part) for c in table.columns), table.name


def test_every_command_of_the_guide_exists(body):
    import make

    named = set(re.findall(r"make\.py ([a-z-]+)", body))
    assert len(named) >= 9 and named <= set(make.COMMANDS)
