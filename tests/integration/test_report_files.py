"""Files that nothing reads are named; `check` finds in a report's file what a run would refuse or leave out."""

import nbformat
import pytest
from conftest import call
from damage import edit
from nbformat.v4 import new_code_cell, new_notebook, new_output

from improvement_reports.domain.errors import UserError
from improvement_reports.facts.figures import MIME
from improvement_reports.returns.folders import returns
from improvement_reports.returns.report_files import shown_parts
from improvement_reports.runs.checking import _official, check_all
from improvement_reports.runs.reports import report_files, reports
from improvement_reports.runs.run import check_outputs, foreign_outputs
from improvement_reports.workspace.strays import stray_params, stray_raw

BOARD = "exampleshire/2024-03-board.yml"


def faults(project, *filters) -> list[str]:
    return [f.text for f in check_all(project, *filters) if f.is_fault]


# Files that nothing reads


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exampleshire/2024-03-scrutiny.yaml", "is not read; rename it to 2024-03-scrutiny.yml"),
        ("exampleshire/2024-03-board.YML", "is not read; rename it to 2024-03-board.yml"),
        ("exampleshire/2024-03-Board.yml", "is not the name of a report"),
        ("exampleshire/2024-03-bored.yml", "is not the name of a report"),
        ("exampleshire/2024-03-board (1).yml", "is not the name of a report"),
        ("exampleshire/2024-03-board copy.yml", "is not the name of a report"),
        ("exampleshire/2024-3-board.yml", "is not read; name a report's file by month and kind"),
        ("exampleshire/board-2024-03.yml", "is not read"),
        ("exampleshire/2024-03-board.json", "is not read"),
        ("exampleshire/2024/2024-03-board.yml", "put it into params/exampleshire/ itself"),
        ("2024-03-board.yml", "put a report's file into the folder of its authority"),
        ("measure.yml", "is not read; did you mean “measures.yml”?"),
        ("measures.yaml", "is not read; did you mean “measures.yml”?"),
        ("sites.yml", "did you mean “site.yml”?"),
    ],
)
def test_a_file_that_is_not_read_is_a_fault(project, name, words):
    path = project.params / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x: y\n")
    [stray] = stray_params(project)
    assert stray.is_meant and f"params/{name}" in str(stray) and words in str(stray)
    assert path not in report_files(project) or words == "is not the name of a report"


@pytest.mark.parametrize(
    "name",
    [
        "2024-03-board.yml~",
        "2024-03-board.yml.bak",
        "#2024-03-board.yml#",
        "2024-03-board.yml.swp",
        "~2024-03-board.yml",
        "picture.png",
    ],
)
def test_a_copy_that_an_editor_left_is_said_and_fails_nothing(project, name):
    (project.params / "exampleshire" / name).write_text("x: y\n")
    [stray] = stray_params(project)
    assert not stray.is_meant and name in str(stray)
    assert not [o for o in reports(project)[1] if o.subject == "params"]


def test_hidden_files_and_good_ones_are_no_strays(project):
    (project.params / "exampleshire/.DS_Store").write_text("")
    (project.params / "README.md").write_text("")
    assert stray_params(project) == [] and stray_raw(project) == []


def test_a_stray_file_is_heard_of_by_check_and_run_and_stops_only_its_own_report(project):
    (project.params / BOARD).rename((project.params / BOARD).with_suffix(".yaml"))
    asked = call(project, "check")
    assert (
        asked.returncode == 2
        and "params/exampleshire/2024-03-board.yaml: is not read; rename it to 2024-03-board.yml" in asked.stderr
    )
    jobs, wrong = reports(project)
    assert jobs == [("exampleshire", "2024-02", "board")] and [o.subject for o in wrong] == ["params"]
    assert reports(project, "exampleshire", "2024-02", "board")[1] == []
    assert [o.state for o in reports(project, "exampleshire", "2024-03", "board")[1]] == ["failed"]


def test_files_beside_the_returns_are_named(project):
    for name in ("2024-04.xlsx", "observations.csv"):
        (project.raw / "exampleshire" / name).write_text("")
    (project.raw / "return.xlsx").write_text("")
    assert sorted(str(s).split(":")[0] for s in stray_raw(project)) == [
        "data/raw/exampleshire/2024-04.xlsx",
        "data/raw/exampleshire/observations.csv",
        "data/raw/return.xlsx",
    ]
    assert len(faults(project)) == 3


# The check of a report's file


def test_good_reports_have_no_fault(project):
    assert faults(project) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: board", "kind: bored", "“kind” is “bored”"),
        ("headline_measures", "headline_measure", "did you mean “headline_measures”?"),
        ("measures: [care_proceedings_weeks]", "measures: [care_weeks]", "is not in params/measures.yml"),
        (
            '{{ value(\\"missing_children_count\\") }}',
            '{{ value(\\"missing_children\\") }}',
            "chart districts, finding",
        ),
        ('"2b":', '"indicators":', "sections → indicators: there is no such priority"),
        ("title:", "title: [", "line"),
        (
            "measures: [missing_children_count]",
            "measures: [missing_children_count]\n        category_labels: {Nroth: North}",
            "category_labels names “Nroth”",
        ),
        ('date: "2024-04-24"', 'date: "2024-04-01"', "the return was received on"),
    ],
)
def test_check_finds_what_a_run_would_refuse(project, old, new, words):
    edit(project.params / BOARD, old, new)
    assert any("2024-03-board.yml" in f and words in f for f in faults(project))
    assert faults(project, "exampleshire", "2024-02") == []


def test_a_report_without_its_return_is_a_fault(project):
    text = (project.params / BOARD).read_text().replace("2024-03", "2024-05")
    (project.params / "exampleshire/2024-05-board.yml").write_text(text)
    assert any("there is no return data/raw/exampleshire/2024-05" in f for f in faults(project))


def test_a_report_of_a_faulty_return_is_still_read(project):
    edit(project.raw / "exampleshire/2024-03/observations.csv", ",,85,170,200,", ",,eighty,170,200,")
    edit(project.params / BOARD, "kind: board", "kind: bored")
    said = "\n".join(faults(project))
    assert "eighty" in said and "bored" in said


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("board", {"*": {"charts", "measures"}}),
        ("cabinet", {"indicators": {"charts", "measures"}, "workforce": {"charts", "measures"}}),
        ("scrutiny", {k: {"charts", "measures"} for k in ("plan-measures", "performance", "workforce")}),
        ("inspection", {}),
        ("profile", {}),
    ],
)
def test_what_each_kind_shows_is_read_from_its_notebook(project, kind, parts):
    from improvement_reports.returns.report_files import notebook_code

    assert shown_parts(notebook_code(project, kind)) == parts


def test_a_section_that_another_kind_shows_is_refused(project):
    path = project.params / "exampleshire/2024-03-inspection.yml"
    path.write_text((project.params / BOARD).read_text().replace("kind: board", "kind: inspection"))
    said = "\n".join(faults(project, "exampleshire", "2024-03"))
    assert all(
        f"sections → {key}: an inspection report shows no section of this name" in said
        for key in ("1", "2a", "2b", "3")
    )


def test_returns_still_hold_every_month(project):
    assert returns(project) == [("exampleshire", "2024-02"), ("exampleshire", "2024-03")]


# Outputs that are no block

BLOCK = new_output("display_data", data={"text/markdown": "Good.", MIME: {"form": "prose", "figures": []}})
FOREIGN = {
    "printed text": new_output("stream", name="stdout", text="3 children"),
    "a warning or other text on stderr": new_output("stream", name="stderr", text="FutureWarning"),
    "a figure that is no chart": new_output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure>"}),
    "a data frame or other HTML": new_output(
        "execute_result", data={"text/html": "<table>", "text/plain": "3"}, execution_count=1
    ),
    "Markdown that is no block": new_output("display_data", data={"text/markdown": "3 children", "text/plain": "x"}),
    "the value of an expression": new_output("execute_result", data={"text/plain": "3"}, execution_count=1),
}


@pytest.mark.parametrize("words", FOREIGN)
def test_an_output_that_is_no_block_is_refused_and_its_cell_named(words):
    book = new_notebook(
        cells=[
            new_code_cell("good()", outputs=[BLOCK]),
            new_code_cell("report.facts\n.observations", outputs=[BLOCK, FOREIGN[words]]),
        ]
    )
    with pytest.raises(
        UserError, match=r"code cell 2 of the notebook \(“report\.facts \.observations”\) shows"
    ) as caught:
        check_outputs(book)
    assert words in str(caught.value) and "children" not in str(caught.value)


def test_blocks_and_silent_cells_are_good():
    book = new_notebook(cells=[new_code_cell("x = 1"), new_code_cell("good()", outputs=[BLOCK])])
    assert foreign_outputs(book) == []
    check_outputs(book)


def test_the_notebooks_of_this_project_show_blocks_only(board):
    assert foreign_outputs(board.notebook) == []


def test_a_run_with_a_foreign_output_leaves_no_notebook_to_publish(prepared):
    from improvement_reports.runs.run import EXECUTED, run_report

    path, job = prepared.notebook("board"), ("exampleshire", "2024-03", "board")
    book = nbformat.read(path, as_version=4)
    book.cells.append(
        new_code_cell('print(report.facts.tables["observations"]["row_cells"].to_list())\nreport.facts.observations')
    )
    nbformat.write(book, path)
    outcome = run_report(str(prepared.root), *job)
    assert outcome.state == "failed" and "shows printed text and a data frame or other HTML" in outcome.message
    assert not (prepared.run_folder(*job) / EXECUTED).exists()


def test_publish_refuses_a_notebook_with_a_foreign_output(published):
    from improvement_reports.editions.publish import publish

    job = ("exampleshire", "2024-03", "board")
    path = published.draft_folder(*job) / "report.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells.append(new_code_cell("print(3)", outputs=[FOREIGN["printed text"]]))
    nbformat.write(book, path)
    with pytest.raises(UserError, match="Nothing was published: code cell"):
        publish(published, *job, "correction", "A reason.")


# Rows and names that nothing shows


def test_a_table_that_no_report_of_the_return_shows_is_noted(project):
    folder = project.raw_return("exampleshire", "2024-03")
    (folder / "findings.csv").write_text(
        "finding_id,said_by,assessment,theme,text,source_id,locator\n"
        "a,council,weakness,Costs,Costs rise.,board-2024-03,Page 9\n"
    )
    said = [f.text for f in check_all(project, "exampleshire", "2024-03") if not f.is_fault]
    assert "exampleshire/2024-03: note: findings.csv is not shown by the board report of this return" in said
    assert faults(project) == []


def test_a_list_of_statements_that_the_kind_does_not_show_is_noted(project):
    folder = project.raw_return("exampleshire", "2024-03")
    (folder / "statements.csv").write_text(
        "statement_id,list,title,text,source_id,locator\n"
        "a,ask,Note,Note it.,board-2024-03,Page 9\nb,legal,Law,The law.,board-2024-03,Page 9\n"
    )
    board = project.params / BOARD
    (board.parent / "2024-03-scrutiny.yml").write_text(
        board.read_text().split("sections:")[0].replace("kind: board", "kind: scrutiny")
    )
    said = [f.text for f in check_all(project, "exampleshire", "2024-03") if not f.is_fault]
    assert any(
        "statements of the list legal are not shown by the board and scrutiny report" in s for s in said
    ) and not any("list ask" in s for s in said)


def test_measures_that_no_report_names_are_noted_with_what_to_add(project):
    def notes() -> list:
        return [f for f in check_all(project, "exampleshire", "2024-03") if "in no report" in f.text]

    assert notes() == []
    board = project.params / BOARD
    board.write_text(board.read_text().replace(", missing_children_pct, ", ", "))
    (note,) = notes()
    assert not note.is_fault and "note: 1 measure with a value stands in no report; name it in params/" in note.text
    assert "[in-brief, {heading: More measures, measures: [missing_children_pct]}, the-rest]" in note.text


def test_decisions_are_shown_where_what_is_asked_is(project):
    folder = project.raw_return("exampleshire", "2024-03")
    (folder / "decisions.csv").write_text(
        "decision_id,text,status,source_id,locator\nhub,Open a hub.,asked,board-2024-03,Page 9\n"
    )
    note = "decisions.csv is not shown by the board report of this return"

    def is_noted() -> bool:
        return any(note in f.text for f in check_all(project, "exampleshire", "2024-03") if not f.is_fault)

    assert not is_noted()
    notebook = project.notebooks / "board.ipynb"
    notebook.write_text(notebook.read_text().replace('sections.statements(report, \\"ask\\")', "[]"))
    assert is_noted()


def test_a_risk_register_is_shown_where_its_list_is(project):
    folder = project.raw_return("exampleshire", "2024-03")
    (folder / "risks.csv").write_text("risk_id,text,source_id,locator\nr1,Costs rise.,board-2024-03,Page 9\n")
    note = "risks.csv is not shown by the board report of this return"

    def is_noted() -> bool:
        return any(note in f.text for f in check_all(project, "exampleshire", "2024-03") if not f.is_fault)

    assert not is_noted()
    notebook = project.notebooks / "board.ipynb"
    notebook.write_text(notebook.read_text().replace('sections.statements(report, \\"risk\\")', "[]"))
    assert is_noted()


def test_a_bar_without_a_row_is_a_fault(project):
    measures = project.params / "measures.yml"
    measures.write_text(
        measures.read_text()
        + "court_pct:\n  title: Court\n  label: Court\n  unit: percent\n  of: cases\n  better_when: lower\n "
        " definition: Court.\n  question: Why?\n"
    )
    edit(
        project.params / BOARD,
        "measures: [assessments_in_time_pct, audits_good_pct]",
        "measures: [assessments_in_time_pct, court_pct]",
    )
    assert any(
        "no row of observations.csv is of “court_pct”, so its bar would be missing" in f for f in faults(project)
    )


@pytest.mark.parametrize(
    ("method", "operands", "words"),
    [
        (
            "difference",
            "audits_good_pct; rereferrals_pct; assessments_in_time_pct",
            "difference takes 2 references, not 3",
        ),
        ("value", "audits_good_pct; rereferrals_pct", "value takes 1 reference, not 2"),
    ],
)
def test_operands_that_a_method_would_leave_out_are_refused(project, method, operands, words):
    with (project.raw_return("exampleshire", "2024-03") / "claims.csv").open("a") as file:
        file.write(f"extra,An extra claim.,1,count,0,{method},{operands},board-2024-03,Page 2\n")
    assert any(words in f for f in faults(project))


def test_names_of_official_measures_that_there_are_none_of_are_faults(tmp_path):
    import shutil

    from conftest import ROOT

    from improvement_reports.workspace.places import Project

    for name in ("data/raw/official-statistics", "params"):
        shutil.copytree(ROOT / name, tmp_path / name)
    project = Project(tmp_path)
    assert list(_official(project)) == []
    edit(tmp_path / "params/official.yml", "cpp_rate:", "cpp_rat:")
    path = tmp_path / "params/measures.yml"
    path.write_text(path.read_text().replace("measure: cpp_rate", "measure: cpp_rat"))
    said = [f.text for f in _official(project)]
    assert said[0].startswith(
        "params/official.yml, cpp_rat: is not a measure of measures.csv; did you mean “cpp_rate”?"
    )


def test_profiles_of_every_authority_without_official_statistics_are_refused_in_words(project):
    (project.root / "params/profiles.yml").write_text(
        'month: "2024-03"\nknown_by: "2024-12-31"\nauthorities: [exampleshire]\n', encoding="utf-8"
    )
    with pytest.raises(UserError, match="A profile needs the official statistics"):
        reports(project, "all", None, "profile")
