"""What real papers hold beside dates and numbers, each with its place on the page."""

import json

from damage import write
from lxml import html

from improvement_reports import sections
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.editions.recompute import recompute_all
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
        ["Too few social workers. priority 1", "3", "4", "20", "12", "↓ Risk down"],
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


DECISIONS = """decision_id,priority_id,text,decided_by,due,recommended,recommended_by,status,decided_on,taken,outcome,source_id,locator
hub,1,Open a second hub.,Cabinet,2024-06-04,b,Director,asked,,,,board-2024-03,Page 7
pay,,Pay a market supplement.,Council,2024-04,,,deferred,,,,board-2024-03,Page 7
lead,,Name a lead for practice.,Board,,,,decided,2024-03-20,,The head of practice leads.,board-2024-03,Page 7
old,,Buy a new system.,Cabinet,,a,Director,decided,2024-03-01,b,,board-2024-03,Page 7
"""
OPTIONS = """decision_id,option_id,text,consequence,source_id,locator
hub,a,Stay with one hub.,Families in the north travel further.,board-2024-03,Page 7
hub,b,Open it in the north.,It costs more than is set aside.,board-2024-03,Page 7
old,a,Buy it now.,,board-2024-03,Page 7
old,b,Wait a year.,,board-2024-03,Page 7
"""


def test_decisions_stand_with_what_is_asked_open_ones_first(project):
    from improvement_reports.sections.formal_boxes import asked

    report = opened(project, write("decisions.csv", DECISIONS), write("options.csv", OPTIONS))
    (block,) = sections.statements(report, "ask")
    rows = cells(block)
    assert rows == [
        ["Decision", "Who decides, by when", "Options, and what follows from each", "State", "What came of it"],
        ["Pay a market supplement.", "Council due April 2024", "–", "◆ Deferred", "–"],
        [
            "Open a second hub. priority 1",
            "Cabinet due 4 June 2024",
            "Stay with one hub. Families in the north travel further. Open it in the north. recommended by Director"
            " It costs more than is set aside.",
            "○ To be decided",
            "–",
        ],
        ["Name a lead for practice.", "Board", "–", "● Decided on 20 March 2024", "The head of practice leads."],
        [
            "Buy a new system.",
            "Cabinet",
            "Buy it now. recommended by Director Wait a year. decided on",
            "● Decided on 1 March 2024",
            "–",
        ],
    ]
    (table,) = block.figures
    assert len(table.inputs) == 8 and {i.file.rsplit("/", 1)[1] for i in table.inputs} == {
        "decisions.csv",
        "options.csv",
    }
    assert [str(item) for item in asked(report, []).items] == [
        "Decide: Pay a market supplement, due April 2024",
        "Decide: Open a second hub, due 4 June 2024",
    ]
    assert sections.decisions(report).text == block.text


def test_a_return_without_a_register_shows_nothing_of_it(prepared):
    prepare_return(prepared, "exampleshire", "2024-03")
    report = open_report("exampleshire", "2024-03", "board", prepared)
    assert sections.risks(report).text == "" and sections.statements(report, "legal", "risk") == []
    assert sections.decisions(report).text == "" and sections.statements(report, "ask") == []


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


RANGES = """measure_id,valid_from,valid_to,target,target_upper,tolerance,floor,level,source_id,locator
assessments_in_time_pct,2023-04,,86,90,2,70,local,board-2024-03,Page 2
rereferrals_pct,2023-04,2024-03,20,25,,,local,board-2024-03,Page 2
rereferrals_pct,2024-04,2024-06,19,,,,local,board-2024-03,Page 2
rereferrals_pct,2024-07,2024-09,18,,,,local,board-2024-03,Page 2
rereferrals_pct,2024-10,,17,,,,local,board-2024-03,Page 2
children_in_care_count,2023-04,,300,310,,,local,board-2024-03,Page 2
care_proceedings_weeks,2023-04,,26,,,,national,board-2024-03,Page 2
"""


def target_cells(report, measure_id: str) -> tuple[list[str], str]:
    from improvement_reports.sections.measures import measure_row, section_positions

    (at, *_) = section_positions(report, [measure_id])
    row = measure_row(report, at)
    target, result = (html.fragment_fromstring(str(row[c]), create_parent="div") for c in ("target", "result"))
    lines = [" ".join("".join(part.itertext()).split()) for part in target.iter("span") if part.get("class") == "when"]
    whole = " ".join(target.text_content().split())
    return [whole.removesuffix("".join(lines)), *lines], " ".join(result.text_content().split())


def test_a_range_is_met_inside_and_judged_at_its_nearer_end(project):
    report = opened(project, write("targets.csv", RANGES))
    goal, result = target_cells(report, "assessments_in_time_pct")  # 85 of 86 to 90, with a tolerance of 2
    assert goal[0].startswith("86% to 90%") and "floor 70%" in goal
    assert result.startswith("≈ Within tolerance") and "1 percentage point" in result
    goal, result = target_cells(report, "rereferrals_pct")  # 21.5 of 20 to 25: lower would be better, and is not met
    assert goal[0].startswith("20% to 25%") and result.startswith("✓ Met")
    goal, result = target_cells(report, "children_in_care_count")  # 318 of 300 to 310; no side of it is better
    assert goal[0].startswith("300 to 310") and result.startswith("✗ Not met") and "by 8" in result


def test_targets_by_quarter_say_the_next_step_and_the_last(project):
    report = opened(project, write("targets.csv", RANGES))
    goal, _ = target_cells(report, "rereferrals_pct")
    assert goal[-2:] == ["from April 2024 19%", "from October 2024 17%"]


def test_numbers_of_a_range_are_computed_again_from_its_row(project):
    report = opened(project, write("targets.csv", RANGES))
    facts = report.facts
    for measure in ("assessments_in_time_pct", "rereferrals_pct", "children_in_care_count"):
        target_cells(report, measure)
    columns = {name: list(RETURN_TABLES[name].column_names) for name in ("observations", "targets")}
    records = json.loads(json.dumps([f.record() for f in facts.noted_figures().values()]))
    better = {"assessments_in_time_pct": "higher", "rereferrals_pct": "lower", "children_in_care_count": "neutral"}
    found = recompute_all(records, columns, better=better)
    assert found.faults == {}
    results = [r for r in records if r["id"].endswith(".result")]
    assert len(results) == 3
    forged = [r | {"published": "not met" if r["published"][1:] == "et" else "met"} for r in results]
    assert len(recompute_all(forged, columns, better=better).faults) == 3
    ends = [r for r in records if r["id"].endswith(".upper-end")]
    assert [r["published"] for r in ends] == ["90%", "25%", "310"]
    wrong = [ends[0] | {"published": "91%", "value": "91"}]
    assert list(recompute_all(wrong, columns).faults) == [ends[0]["id"]]


def test_both_ends_of_a_range_are_drawn(project):
    from improvement_reports.sections.charts import chart_block
    from improvement_reports.workspace.parameters import ChartParameters

    report = opened(project, write("targets.csv", RANGES))
    line, bar = (
        chart_block(
            report, ChartParameters(id=kind, chart=kind, measures=["assessments_in_time_pct"], finding="A range")
        )
        for kind in ("trend", "against_target")
    )
    assert "86% to 90%" in str(line.table) and "(target 86% to 90%)" in bar.alt
    assert "target 86% to 90%" in line.svg, "the words stand once, so that they do not lie on each other"


PHASED = """action_id,priority_id,text,owner,due,status,phase,success_measure,outcome,source_id,locator
visits,,Visit each team.,Head of service,2024-06,in_progress,Phase 2,9 in 10 teams seen,Half of the teams seen.,board-2024-03,Page 2
plan,,Write the plan.,Head of service,2024-05,completed,,,,board-2024-03,Page 2
"""


def test_phase_success_and_outcome_stand_with_their_step(project):
    report = opened(project, write("actions.csv", PHASED))
    rows = cells(sections.actions(report))
    assert rows[0] == ["Step", "State", "Who", "When", "What came of it"]
    assert rows[1][0] == "Visit each team. Phase 2; success: 9 in 10 teams seen"
    assert rows[1][-1] == "Half of the teams seen." and rows[2][0] == "Write the plan."


def test_steps_without_an_outcome_have_no_column_for_it(project):
    report = opened(project, write("actions.csv", STEPS))
    assert cells(sections.actions(report))[0][-1] == "When"
