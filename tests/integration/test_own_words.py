"""Statuses and ratings in a council's own words: its word stands in the row and on the page, ours is reckoned with."""

import json

import pytest
from damage import edit, replace, write
from lxml import html

from improvement_reports import sections
from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.editions.recompute import recompute_all
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import check_return, prepare_return

WORDS = """illustrative: true
  status_words:
    Green: on_target, in_progress
    Amber: [at_risk, delayed]
    "Complete, awaiting sign-off": in_progress
    Not started: planned
"""
STEPS = """action_id,priority_id,text,owner,due,status,source_id,locator
visits,,Visit each team.,Head of service,2024-06,amber,board-2024-03,Page 2
audit,,Audit the files.,Head of service,2024-05,"Complete, awaiting sign-off",board-2024-03,Page 2
plan,,Write the plan.,Head of service,2024-05,completed,board-2024-03,Page 2
"""


SOURCE = """  plan:
    title: The plan
    publisher: Exampleshire Council
    date: 2024-01
    licence: Made up
"""


def with_words(project):
    edit(project.params / "authorities.yml", "illustrative: true\n", WORDS)


def opened(project, *damages):
    with_words(project)
    for damage in damages:
        damage(project)
    prepare_return(project, "exampleshire", "2024-02")
    prepare_return(project, "exampleshire", "2024-03")
    return open_report("exampleshire", "2024-03", "board", project)


def texts(block) -> list[str]:
    root = html.fragment_fromstring(str(block.text), create_parent="div")
    return [" ".join(c.text_content().split()) for c in root.iter("td")]


IN_GREEN = replace(
    "priorities.csv", "2b,2,Children before the court,on_target,at_risk", "2b,2,Children before the court,GREEN,Amber"
)


def test_a_status_in_the_councils_word_stands_with_ours(project):
    report = opened(project, IN_GREEN)
    (row,) = [r for r in sections.priorities(report) if r["priority_id"] == "2b"]
    assert (row["action_status"], row["impact_status"]) == ("on_target", "at_risk")
    assert '"GREEN","Amber"' in row["row_cells"], "the record is of the row as it was received"
    shown = sections.priority_status(report, row)
    root = html.fragment_fromstring(str(shown.text), create_parent="div")
    assert [" ".join(e.text_content().split()) for e in root.iter("span") if e.get("class") == "when"] == [
        "“GREEN” in the council’s words",
        "“Amber” in the council’s words",
    ]
    figure = report.facts.status_figure(row, "impact")
    assert (figure.published, figure.formula) == ("◆ At risk", "as marked in the source, where “Amber” means at risk")


def test_a_status_in_the_councils_word_is_computed_again(project):
    report = opened(project, IN_GREEN)
    row = next(r for r in sections.priorities(report) if r["priority_id"] == "2b")
    record = json.loads(json.dumps(report.facts.status_figure(row, "impact").record()))
    columns = {"priorities": list(RETURN_TABLES["priorities"].column_names)}
    words = {"Amber": ("at_risk",)}
    assert recompute_all([record], columns, own=words).faults == {}
    assert recompute_all([record], columns, own={"Amber": ("compromised",)}).faults, "settings say otherwise"
    assert recompute_all([record | {"published": "▲ Compromised"}], columns, own=words).faults
    other = record["formula"].replace("Amber", "Blue")
    assert recompute_all([record | {"formula": other}], columns, own=words).faults, "no such word in the row"


def test_steps_in_the_councils_words(project):
    report = opened(project, write("actions.csv", STEPS))
    assert [t for t in texts(sections.actions(report)) if "words" in t or "Completed" in t] == [
        "◆ Delayed “amber” in the council’s words",
        "◐ In progress “Complete, awaiting sign-off” in the council’s words",
        "● Completed",
    ]


def test_what_stands_unchanged_stands_in_the_councils_words(project):
    with_words(project)
    before, now = (project.raw / "exampleshire" / month for month in ("2024-02", "2024-03"))
    (before / "actions.csv").write_text(STEPS.replace("board-2024-03", "plan"))
    (now / "actions.csv").unlink()
    for folder in (before, now):
        info = folder / "return.yml"
        head, entries = info.read_text().split("sources:\n")
        info.write_text(f"{head}sources:\n{SOURCE}{entries}")
    (now / "return.yml").write_text((now / "return.yml").read_text() + "unchanged: [actions]\n")
    prepare_return(project, "exampleshire", "2024-02")
    prepare_return(project, "exampleshire", "2024-03")
    report = open_report("exampleshire", "2024-03", "board", project)
    assert "◆ Delayed “amber” in the council’s words" in texts(sections.actions(report))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            replace("priorities.csv", "compromised,compromised,,", "compromised,Ambre,,"),
            "priorities.csv, row 4, impact_status: “Ambre” is not allowed; did you mean “Amber”?; allowed are on_target,"
            " at_risk, compromised, completed, and in the council's own words Green, Amber",
        ),
        (
            write("actions.csv", STEPS.replace(",amber,", ",paused,")),
            "actions.csv, row 2, status: “paused” is not allowed; did you mean “planned”?; allowed are completed, in_progress, planned, delayed,"
            " and in the council's own words Green, Amber, Complete, awaiting sign-off, Not started",
        ),
    ],
)
def test_an_unknown_word_is_named_with_the_allowed_ones(project, damage, said):
    with_words(project)
    damage(project)
    with pytest.raises(InvalidInput) as error:
        check_return(project, project.raw / "exampleshire/2024-03")
    assert [str(f) for f in error.value.faults] == [said]


RATED = """measure_id,area,period,period_type,value,numerator,denominator,value_status,stated_rag,comment,source_id,locator
assessments_in_time_pct,exampleshire,2024-03,month,85,170,200,published,amber,Better than it *was*.,board-2024-03,Page 2
rereferrals_pct,exampleshire,2024-03,month,21.5,43,200,published,,,board-2024-03,Page 2
missing_children_count,exampleshire,2024-03,month,3,,,published,Not started,Three of one family.,board-2024-03,Page 2
"""


def rated(project):
    for name in ("claims.csv", "notes.csv"):
        (project.raw / "exampleshire/2024-03" / name).unlink()
    write("observations.csv", RATED)(project)
    for path in (project.raw / "exampleshire/2024-03/narrative").glob("*.md"):
        path.write_text("Nothing.\n")


def test_a_rating_of_a_measure_stands_as_the_councils_beside_ours(project):
    from improvement_reports.sections.measures import positions_table, section_positions

    report = opened(project, rated)
    positions = section_positions(report, ["assessments_in_time_pct", "missing_children_count"])
    table = positions_table(report, "measures.x", "Measures", positions)
    root = html.fragment_fromstring(str(table), create_parent="div")
    assert "as the paper rates it: Amber" in " ".join(root.text_content().split())
    assert "✓ Met" in root.text_content(), "our verdict is what it was"
    said = [" ".join(e.text_content().split()) for e in root.iter("li")]
    assert len(said) == 1 and said[0].endswith("“Better than it *was*.”")
    figure = report.facts.stated_rag(positions[0])
    assert figure.inputs[0].file.endswith("observations.csv") and figure.published == "Amber"


def test_a_rating_and_a_comment_go_with_a_number_that_is_withheld(project):
    """Where the levels of a rating are known it narrows the number down, and a comment may say it."""
    report = opened(project, rated)
    row = next(r for _, r in report.facts.tables["observations"].iterrows() if r["measure_id"].startswith("missing"))
    assert (row["value_status"], row["stated_rag"], row["comment"], row["row_cells"]) == ("suppressed", "", "", "")
