"""One report can hold it all: its settings list sections of any kind and of the council's own, and a council may have a
notebook of its own.
"""

import json
import re
import shutil

import pytest
import yaml
from conftest import ROOT
from damage import edit
from in_process import say

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.editions.edition import newest_edition
from improvement_reports.editions.input_names import is_input_name
from improvement_reports.editions.verify import verify_edition
from improvement_reports.editions.what_runs import what_runs
from improvement_reports.runs.checking import check_all
from improvement_reports.runs.inputs import input_files
from improvement_reports.runs.keys import report_key
from improvement_reports.workspace.layouts import (
    arranged,
    expanded,
    layout_faults,
    library,
    notebooks_for,
    own_cells,
    parts_of,
    source,
)
from improvement_reports.workspace.notebook_files import read_own_notebook
from improvement_reports.workspace.notebooks import asked_sections
from improvement_reports.workspace.parameters import OwnSection, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.prose.trees import trees_of
from improvement_reports.workspace.strays import stray_notebooks

JOB = ("exampleshire", "2024-03", "board")
CHART = {"id": "voice", "chart": "trend", "measures": ["rereferrals_pct"], "finding": "They moved"}
MIXED = {**CHART, "id": "mixed", "chart": "bars", "measures": ["rereferrals_pct", "children_in_care_count"]}
VOICE = {"heading": "Voice of children", "narrative": "voice", "measures": ["audits_good_pct"], "charts": [CHART]}
# Of the Board's report, of the Cabinet's and of its own, in an order of its own.
ALL = [
    "in-brief",
    VOICE,
    "dashboard-of-priorities",
    "priorities",
    "off-target-and-so-on",
    "money",
    "what-happens-next",
    "inspections-and-visits",
    "how-the-plan-will-be-measured",
    "how-reliable-the-figures-are",
    "sources-and-downloads",
]
LAYOUT = [p if p != "off-target-and-so-on" else "what-is-off-target-and-what-is-being-done" for p in ALL]


def lay(project: Project, layout: list, kind: str = "board", **settings) -> None:
    path = project.report_params("exampleshire", "2024-03", kind)
    content = {**yaml.safe_load(path.read_text(encoding="utf-8")), "layout": layout, **settings}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def write_voice(project: Project) -> None:
    path = project.raw / "exampleshire/2024-03/narrative/voice.md"
    path.write_text("Children said they want fewer changes of worker.\n", encoding="utf-8")


def faults(project: Project) -> list[str]:
    return [f.text for f in check_all(project, "exampleshire", "2024-03") if f.is_fault]


def headings(project: Project, job=JOB) -> list[str]:
    book = read_own_notebook(project.run_folder(*job) / "report.ipynb")
    return [c.source.removeprefix("## ") for c in book.cells if c.cell_type == "markdown"]


# What a kind is


@pytest.mark.parametrize("kind", ReportKind)
def test_a_kind_is_the_list_of_the_sections_of_its_notebook(kind):
    """All of them in their order give the notebook again, cell by cell; so nothing is in it that no layout can name."""
    path = ROOT / f"notebooks/{kind}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    head, parts = parts_of(cells, kind)
    assert [source(c) for c in arranged([path], [p.name for p in parts])] == [source(c) for c in cells]
    names = [p.name for p in parts]
    assert len(set(names)) == len(names) and names[0] == "in-brief" and names[-1] == "sources-and-downloads"
    assert len(head) == 2 and "parameters" in head[0]["metadata"]["tags"]


@pytest.mark.parametrize("kind", ReportKind)
def test_a_section_needs_nothing_that_another_section_made(kind):
    import ast

    cells = json.loads((ROOT / f"notebooks/{kind}.ipynb").read_text(encoding="utf-8"))["cells"]
    parts = parts_of(cells, kind)[1]
    given = {"sections", "report", "authority", "month", "kind", *dir(__builtins__), *__builtins__}
    for part in parts:
        nodes = list(ast.walk(ast.parse(part.code)))
        names = [n for n in nodes if isinstance(n, ast.Name)]
        made = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        assert {n.id for n in names} <= given | made, part.name


# A report with a layout


def test_sections_stand_in_the_order_of_the_layout_with_those_of_other_kinds_and_ones_own(project, monkeypatch):
    write_voice(project)
    lay(project, LAYOUT)
    assert faults(project) == []
    assert say(monkeypatch, project, "run", "--authority", "exampleshire", "--month", "2024-03") == 0
    found = [text.partition("\n")[0] for text in headings(project)]
    assert found[:3] == ["In brief", "Voice of children", "Dashboard of priorities"]
    assert found.index("Money") < found.index("What happens next") < found.index("Inspections and visits")
    assert "Questions to ask" not in found
    page = (project.page_folder(*JOB) / "index.ipynb").read_text(encoding="utf-8")
    assert "fewer changes of worker" in page and "They moved" in page and "Voice of children" in page


def links_and_places(project: Project) -> tuple[set[str], set[str]]:
    """Where the page's links within itself lead, and the places that it has."""
    book = read_own_notebook(project.page_folder(*JOB) / "index.ipynb")
    outputs = [o["data"].get("text/markdown", "") for c in book.cells for o in c.get("outputs", [])]
    text = "\n".join([*(c.source for c in book.cells), *outputs])
    places = {a or b for a, b in re.findall(r'\bid="([^"]+)"|\{#([\w.-]+)', text)}
    places |= {slug(heading) for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)}
    return set(re.findall(r'href="#([^"]+)"', text)), places


@pytest.mark.parametrize("has_priorities", [True, False])
def test_no_link_leads_to_a_section_that_is_left_out(project, monkeypatch, has_priorities):
    layout = [p for p in GOOD if has_priorities or p != "priorities"]
    if not has_priorities:
        (project.raw / "exampleshire/2024-03/narrative/priority-1.md").unlink()
    lay(project, layout, **({} if has_priorities else {"sections": {}}))
    assert say(monkeypatch, project, "run", "--authority", "exampleshire", "--month", "2024-03") == 0
    links, places = links_and_places(project)
    assert links - {"editions"} <= places
    assert ("priority-1" in links) == has_priorities


def test_without_a_layout_the_notebook_of_the_kind_itself_is_run(project):
    assert [project.relative(p) for p in input_files(project, *JOB) if p.suffix == ".ipynb"] == [
        "notebooks/board.ipynb"
    ]
    assert "layout" not in load_report(project, project.report_params(*JOB)).model_dump(exclude_none=True)


def test_what_a_layout_takes_sections_from_is_an_input_and_changes_the_key(project):
    write_voice(project)
    lay(project, LAYOUT)
    names = [project.relative(p) for p in input_files(project, *JOB) if p.suffix == ".ipynb"]
    assert names == ["notebooks/board.ipynb", "notebooks/cabinet.ipynb"]
    key = report_key(project, *JOB)
    edit(project.notebook("scrutiny"), "Workforce", "The workforce")
    assert report_key(project, *JOB) == key
    edit(project.notebook("cabinet"), "Risks and implications", "Risks")
    assert report_key(project, *JOB) != key


def test_the_texts_of_a_layout_are_those_that_its_sections_ask_for(project):
    lay(project, LAYOUT)
    asked = asked_sections(project, "exampleshire", "2024-03")
    assert "voice" in asked and "recommendations" not in asked and "background" in asked
    lay(project, [p for p in LAYOUT if p != "what-happens-next"])
    [said] = [f for f in faults(project) if "next.md" in f]
    assert "no report of this return shows a section of this name" in said


def test_a_name_with_the_kind_before_it_is_that_of_the_kind(project):
    paths = notebooks_for(project, "exampleshire", "board")
    known = library(paths)
    assert known["workforce"].home == "scrutiny" and known["cabinet/workforce"].home == "cabinet"
    assert known["in-brief"].home == "board"
    assert notebooks_for(project, "exampleshire", "profile") == [project.notebook("profile")]


# Bad layouts: one sentence each

GOOD = [
    "in-brief",
    "dashboard-of-priorities",
    "priorities",
    "what-is-off-target-and-what-is-being-done",
    "what-happens-next",
    "how-reliable-the-figures-are",
    "sources-and-downloads",
]
BAD = {
    "unknown": (
        [*GOOD, "dashbord-of-priorities"],
        "entry 8: there is no section “dashbord-of-priorities”; did you mean",
    ),
    "nothing near": ([*GOOD, "zzz"], "there is no section “zzz”; allowed are in-brief, dashboard-of-priorities"),
    "twice": ([*GOOD, "priorities"], "the section “priorities” stands 2 times"),
    "own as another": ([*GOOD, {**VOICE, "heading": "Priorities"}], "the section “priorities” stands 2 times"),
    "not first": (GOOD[::-1], "a report begins with in-brief"),
    "no sources": (GOOD[:-1], "sources-and-downloads is left out"),
    "the same of two kinds": (
        [*GOOD, "inspections-and-visits", "inspection-activity"],
        "inspection-activity both show sections.inspections(report); leave one",
    ),
    "empty": ([], "add at least 1 entry"),
    "no list": ("in-brief", "write a list"),
    "a number": ([*GOOD, 4], "write a text"),
    "own with a wrong field": (
        [*GOOD, {"heading": "Voice", "narative": "voice"}],
        "“layout → 7 → narative” is not a known parameter; did you mean “narrative”?",
    ),
    "own without a heading": ([*GOOD, {"narrative": "voice"}], "“layout → 7 → heading” is missing"),
    "own that shows nothing": ([*GOOD, {"heading": "Voice"}], "“Voice” shows nothing; give it narrative, measures or"),
    "own with a reference": (
        [*GOOD, {"heading": "Voice {{ value() }}", "narrative": "next"}],
        "holds a reference or two lines",
    ),
    "own with signs alone": ([*GOOD, {"heading": "***", "narrative": "next"}], "has no letters"),
    "own with a figure": ([*GOOD, {"heading": "All 47 children", "narrative": "next"}], "47"),
    "no such text": ([*GOOD, {"heading": "Voice", "narrative": "nxt"}], "the return has no narrative/nxt.md; did you"),
    "no such measure": ([*GOOD, {"heading": "Voice", "measures": ["nothing"]}], "“nothing” is not in params/measures"),
    "a chart of two units": ([*GOOD, {"heading": "Voice", "charts": [MIXED]}], "layout → Voice, chart mixed: mixes"),
    "a chart twice": (
        [*GOOD, {"heading": "Voice", "charts": [{**CHART, "id": "assessments"}]}],
        "the chart id assessments is used twice",
    ),
    "a figure in a finding": ([*GOOD, {"heading": "Voice", "charts": [{**CHART, "finding": "It fell to 14%"}]}], "14"),
    "a section of the settings that is not shown": (
        [name for name in GOOD if name != "priorities"],
        "a board report of this layout shows no",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_layout_is_one_sentence(project, name):
    layout, says = BAD[name]
    lay(project, layout)
    if "priorities" not in layout:
        (project.raw / "exampleshire/2024-03/narrative/priority-1.md").unlink()
    said = [line for text in faults(project) for line in text.splitlines() if "2024-03-board.yml" in line]
    assert any(says in line for line in said), said
    assert not [line for line in said if "Traceback" in line or "pydantic" in line]


def test_a_layout_with_markup_in_a_heading_shows_it_as_words(project):
    lay(project, [*GOOD[:-1], {"heading": "Voice *of* <b>children</b>", "narrative": "next"}, GOOD[-1]])
    cells = arranged(notebooks_for(project, *JOB[::2]), load_report(project, project.report_params(*JOB)).layout)
    [heading] = [source(c) for c in cells if "Voice" in source(c)]
    assert "<b>" not in heading and "\\*of\\*" in heading


def test_a_wrong_layout_stops_the_run_and_nothing_is_written(project, monkeypatch, capsys):
    lay(project, [*GOOD, "zzz"])
    assert say(monkeypatch, project, "run", "--authority", "exampleshire", "--month", "2024-03") == 1
    assert "there is no section “zzz”; allowed are" in capsys.readouterr().err
    assert not (project.run_folder(*JOB) / "report.ipynb").exists()


# A notebook of a council's own


def own_notebook_of(project: Project, old: str = "## Money", new: str = "## What it costs"):
    path = project.notebooks / "exampleshire" / "board.ipynb"
    path.parent.mkdir()
    shutil.copyfile(project.notebook("board"), path)
    edit(path, old, new)
    return path


def test_a_council_may_have_a_notebook_of_its_own_for_a_kind(project, monkeypatch):
    key = report_key(project, *JOB)
    path = own_notebook_of(project)
    assert report_key(project, *JOB) != key and path in input_files(project, *JOB)
    assert project.notebook("board") not in input_files(project, *JOB)
    assert project.notebook("board", "exampleshire") == path != project.notebook("board", "gloucestershire")
    assert say(monkeypatch, project, "run", "--authority", "exampleshire", "--month", "2024-03") == 0
    assert "What it costs" in headings(project) and "Money" not in headings(project)


def test_the_check_reads_the_notebook_of_the_council(project):
    own_notebook_of(project, 'report.narrative(\\"next\\")', 'report.narrative(\\"later\\")')
    [said] = [f for f in faults(project) if "next.md" in f]
    assert "later.md" in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exampleshire/bored.ipynb", "is named by a kind; did you mean “board”?"),
        ("exampelshire/board.ipynb", "no authority has the key “exampelshire”; did you mean “exampleshire”?"),
    ],
)
def test_a_notebook_that_no_report_is_made_with_is_named(project, name, words):
    path = project.notebooks / name
    path.parent.mkdir()
    shutil.copyfile(project.notebook("board"), path)
    assert [words in str(s) and name in str(s) for s in stray_notebooks(project)] == [True]
    assert any(words in f.text for f in check_all(project) if f.is_fault)


def test_of_the_notebooks_of_councils_only_ones_own_can_be_an_input():
    assert is_input_name("notebooks/exampleshire/board.ipynb", "exampleshire")
    assert not is_input_name("notebooks/gloucestershire/board.ipynb", "exampleshire")
    assert not is_input_name("notebooks/exampleshire/more/board.ipynb", "exampleshire")


# Editions


@pytest.mark.slow
@pytest.mark.parametrize("way", ["layout", "own notebook"])
def test_an_edition_is_published_known_and_made_again(project, monkeypatch, way):
    write_voice(project)
    if way == "layout":
        lay(project, LAYOUT)
    else:
        own_notebook_of(project, 'report.narrative(\\"next\\")', 'report.narrative(\\"voice\\")')
        (project.raw / "exampleshire/2024-03/narrative/next.md").unlink()
    assert say(monkeypatch, project, "publish", *JOB) == 0
    edition = newest_edition(project, *JOB)
    runs = what_runs(project, edition)
    assert runs.not_template == ()
    own = {name for name in edition.manifest.inputs if name.endswith(".ipynb")}
    if way == "layout":
        assert own == {"notebooks/board.ipynb", "notebooks/cabinet.ipynb"} and runs.is_known_template
        lay(project, GOOD)  # what comes later is no matter of an edition
    else:
        assert own == {runs.template} == {"notebooks/exampleshire/board.ipynb"} and not runs.is_known_template
    result = verify_edition(str(project.root), edition.identifier)
    assert result.is_good, (result.state, result.faults, result.differences[:3])


def test_a_layout_is_refused_in_a_sentence_where_there_is_one_of_a_profile(project):
    """A profile has no return, so it may take no section that needs one."""
    assert "off-target" not in " ".join(library(notebooks_for(project, "exampleshire", "profile")))
    with pytest.raises(InvalidInput, match="layout"):
        lay(project, [{"heading": "Voice"}])
        load_report(project, project.report_params(*JOB))


def test_a_heading_of_ones_own_is_words_and_nothing_else():
    """What would be a link, a script or code in Markdown stands on the page as the signs that it is."""
    words = "Voice <script>alert(1)</script> *b* [x](javascript:alert(1)) `c` $d$"
    cell = own_cells(OwnSection(heading=words, narrative="voice"))[0]
    (blocks,) = trees_of((cell["source"],))
    assert [block["t"] for block in blocks] == ["Header"]
    assert {node["t"] for node in blocks[0]["c"][2]} <= {"Str", "Space"}


def test_the_rest_stands_for_what_a_layout_does_not_name(project):
    paths = notebooks_for(project, "exampleshire", "board")
    own = [p.name for p in parts_of(json.loads(paths[0].read_text())["cells"], "board")[1]]
    voice = OwnSection.model_validate(VOICE)
    found = expanded(paths, ["in-brief", "money", voice, "the-rest", "cabinet/workforce"])
    rest = [name for name in own if name not in ("in-brief", "money")]
    assert found == ["in-brief", "money", voice, *rest, "cabinet/workforce"]
    assert list(layout_faults(paths, ["in-brief", "the-rest"])) == []
    assert any("stands 2 times" in said for said in layout_faults(paths, ["in-brief", "the-rest", "the-rest"]))
    cells = [cell["source"] for cell in arranged(paths, ["in-brief", "the-rest"])]
    assert cells == [cell["source"] for cell in json.loads(paths[0].read_text())["cells"]]
