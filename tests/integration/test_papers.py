"""What real papers hold beside dates and numbers, each with its place on the page."""

from damage import write
from lxml import html

from improvement_reports import sections
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import prepare_return


def opened(project, *damages, kind: str = "board"):
    """The report of a return with more in it than the small one has."""
    for damage in damages:
        damage(project)
    prepare_return(project, "exampleshire", "2024-02")
    prepare_return(project, "exampleshire", "2024-03")
    return open_report("exampleshire", "2024-03", kind, project)


def cells(block) -> list[list[str]]:
    """The texts of the cells of a block's first table, row by row."""
    root = html.fragment_fromstring(str(block.text), create_parent="div")
    return [[" ".join(c.text_content().split()) for c in r.iter("th", "td")] for r in root.iter("tr")]


STEPS = """action_id,priority_id,text,owner,due,due_words,status,source_id,locator
visits,,Visit each team.,Head of service,,ongoing,in_progress,board-2024-03,Page 2
audit,,Audit the files.,Head of service,,Q1 2024/25,in_progress,board-2024-03,Page 2
plan,,Write the plan.,Head of service,2024-05,,in_progress,board-2024-03,Page 2
"""


def test_steps_are_due_in_the_words_of_the_plan(project):
    report = opened(project, write("actions.csv", STEPS))
    assert [row[-1] for row in cells(sections.actions(report))] == ["When", "ongoing", "due Q1 2024/25", "due May 2024"]
    from improvement_reports.sections.boxes import being_done

    shown = [str(item) for item in being_done(report, []).items]
    assert [s.rsplit(", ", 1)[1] for s in shown] == ["due May 2024", "due Q1 2024/25", "ongoing"]


RISKS = """risk_id,priority_id,text,likelihood,impact,score_before,score_now,owner,movement,mitigation,source_id,locator
r1,1,Too few social workers.,3,4,20,12,Head of service,down,Two recruitment rounds.,board-2024-03,Page 9
r2,,The old case system fails.,4,5,20,20,Head of systems,up,A replacement is bought.,board-2024-03,Page 9
r3,,A provider closes.,5,5,,25,,closed,,board-2024-03,Page 9
r4,,Costs are not known.,,,,,,,,board-2024-03,Page 9
"""
VOICE = """statement_id,list,title,text,source_id,locator
v1,voice,Care leavers,They want one worker who stays.,board-2024-03,Page 8
"""


def test_the_risk_register_stands_with_the_risks_highest_first(project):
    """In the notebooks of papers that name the list of risks, which has no statement here."""
    report = opened(project, write("risks.csv", RISKS))
    heading, block = sections.statements(report, "legal", "risk")
    assert heading.text == "### Risks"
    rows = cells(block)
    assert rows[0] == [
        "Risk",
        "Likelihood",
        "Impact",
        "Score before",
        "Score now",
        "Movement",
        "Who",
        "What is done about it",
    ]
    assert [row[:6] for row in rows[1:]] == [
        ["The old case system fails.", "4", "5", "20", "20", "↑ Risk up"],
        ["Too few social workers.priority 1", "3", "4", "20", "12", "↓ Risk down"],
        ["Costs are not known.", "not stated"],
        ["A provider closes.", "5", "5", "–", "25", "● Closed"],
    ]
    numbers = [f for f in block.figures if f.kind == "number"]
    assert len(numbers) == 11 and all(f.inputs[0].file.endswith("risks.csv") for f in numbers)
    assert sections.risks(report).text == block.text


def test_a_number_of_the_register_is_computed_again_from_its_row(project):
    from improvement_reports.domain.tables import RISKS as SPEC
    from improvement_reports.editions.recompute import recompute_all

    report = opened(project, write("risks.csv", RISKS))
    figures = [{**f.record(), "cell": 0} for f in sections.risks(report).figures if f.kind == "number"]
    figures = [{**f, "inputs": [i if isinstance(i, dict) else dict(i) for i in f["inputs"]]} for f in figures]
    columns = {"risks": list(SPEC.column_names)}
    assert recompute_all(figures, columns) == type(recompute_all([], {}))(len(figures), {})
    changed = [f | {"published": "19", "value": "19"} for f in figures if f["id"] == "risks.r2.risk.score-now"]
    assert list(recompute_all(changed, columns).faults) == ["risks.r2.risk.score-now"]


def test_a_return_without_a_register_shows_nothing_of_it(prepared):
    prepare_return(prepared, "exampleshire", "2024-03")
    report = open_report("exampleshire", "2024-03", "board", prepared)
    assert sections.risks(report).text == "" and sections.statements(report, "legal", "risk") == []


def test_what_children_say_stands_after_who_was_consulted(project):
    report = opened(project, write("statements.csv", VOICE))
    heading, block = sections.statements(report, "legal", "consultation")
    assert heading.text == "### What children and families say" and "one worker who stays" in block.text
    assert [b.text for b in sections.statements(report, "voice")] == [block.text]


TARGETS = """measure_id,valid_from,target,amber,red,stretch,level,source_id,locator
assessments_in_time_pct,2023-04,90,85,70,95,local,board-2024-03,Page 2
rereferrals_pct,2023-04,20,,,,local,board-2024-03,Page 2
care_proceedings_weeks,2023-04,26,,,,national,board-2024-03,Page 2
"""


def test_the_levels_of_a_target_stand_under_it(project):
    from improvement_reports.sections.measures import measure_row, section_positions

    report = opened(project, write("targets.csv", TARGETS))
    (at,) = section_positions(report, ["assessments_in_time_pct"])
    cell = html.fragment_fromstring(str(measure_row(report, at)["target"]), create_parent="div")
    assert [e.text_content() for e in cell.iter("span") if "when" in (e.get("class") or "")] == [
        "local",
        "amber from 85%",
        "red from 70%",
        "stretch target 95%",
    ]
    figures = {f.id: f for f in report.facts.take_figures()}
    ends = ("amber-level", "red-level", "stretch-target")
    assert [figures[f"assessments_in_time_pct.target.2023-04.{end}"].value for end in ends] == ["85", "70", "95"]
