"""What is wrong with a return is told in sentences, all at once, and nothing of it is published."""

import re
from pathlib import Path

import pandas as pd
import pytest
from damage import RETURN, add, columns, edit, link, remove, replace, rows_of, together, write
from goldens import assert_message

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.rows import typed_tables
from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.returns.prepare import check_return, prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.reading import RawReturn
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project

OBSERVATIONS, TARGETS, ACTIONS, CLAIMS = "observations.csv", "targets.csv", "actions.csv", "claims.csv"
PRIORITIES, MILESTONES, HEADLINE = "priorities.csv", "milestones.csv", "narrative/headline.md"


def observation(
    measure: str,
    value="",
    numerator="",
    denominator="",
    period="2024-01",
    area="exampleshire",
    status="published",
    category="",
):
    """Add a row for a month of its own."""
    kind = "month" if len(period) == 7 else "snapshot"
    return add(
        OBSERVATIONS,
        f"{measure},{area},{period},{kind},{category},{value},{numerator},{denominator},{status},board-2024-03,Page 2",
    )


def narrative(text: str):
    return write(HEADLINE, text)


def claim(method: str, operands: str):
    return add(CLAIMS, f"extra,An extra claim.,1,count,0,{method},{operands},board-2024-03,Page 2")


def targets(*rows: str):
    """A table of targets of one measure: (valid_from, valid_to) of each."""
    head = "measure_id,valid_from,valid_to,target,tolerance,floor,level,source_id,locator"
    lines = [f"assessments_in_time_pct,{row},{80 + n},,,local,board-2024-03,Page 2" for n, row in enumerate(rows)]
    return write(TARGETS, "\n".join([head, *lines]) + "\n")


def money(*periods: str):
    """Amounts of one line, one for each period."""
    head = "line_id,line,kind,period,amount_gbp,is_total,source_id,locator"
    lines = [f"grant,Grant,funding,{period},{n},no,board-2024-03,Page 9" for n, period in enumerate(periods, start=1)]
    return write("finance.csv", "\n".join([head, *lines]) + "\n")


def due(day: str, words: str):
    """A step with a date and words for when it is due."""
    head = "action_id,text,due,due_words,status,source_id,locator"
    return write(ACTIONS, f"{head}\nvisits,Visit each team.,{day},{words},planned,board-2024-03,Page 2\n")


def risk(numbers: str):
    """A risk with its likelihood, impact and scores."""
    head = "risk_id,text,likelihood,impact,score_before,score_now,source_id,locator"
    return write("risks.csv", f"{head}\nstaff,Too few staff.,{numbers},board-2024-03,Page 2\n")


def decision(cells: str, options: str = "a"):
    """A decision: due, due_words, recommended, recommended_by, status, decided_on, taken, outcome; with its options."""
    head = "decision_id,text,due,due_words,recommended,recommended_by,status,decided_on,taken,outcome,source_id,locator"
    rows = "".join(f"hub,{option},An option.,board-2024-03,Page 2\n" for option in options)

    def damage(project) -> None:
        write("decisions.csv", f"{head}\nhub,Open a second hub.,{cells},board-2024-03,Page 2\n")(project)
        write("options.csv", f"decision_id,option_id,text,source_id,locator\n{rows}")(project)

    return damage


def levels(measure: str, target: str, amber: str, red: str, stretch: str = ""):
    """A target with the levels beside it."""
    head = "measure_id,valid_from,target,amber,red,stretch,level,source_id,locator"
    return write(TARGETS, f"{head}\n{measure},2023-04,{target},{amber},{red},{stretch},local,board-2024-03,Page 2\n")


def target_range(*columns: str):
    """A target from 80 on that is a range: upper end, tolerance, amber."""
    head = "measure_id,valid_from,target,target_upper,tolerance,amber,level,source_id,locator"
    row = f"assessments_in_time_pct,2023-04,80,{','.join(columns)},local,board-2024-03,Page 2"
    return write(TARGETS, f"{head}\n{row}\n")


CASES = {
    "academic year that ends in March": replace(
        OBSERVATIONS,
        "care_proceedings_weeks,exampleshire,2024-03,month",
        "care_proceedings_weeks,exampleshire,2024-03,academic_year",
    ),
    "range that ends where it begins": target_range("80", "", ""),
    "range beyond 100%": target_range("120", "", ""),
    "range with the level of one side": target_range("90", "", "75"),
    "range that is no number": target_range("to 90", "", ""),
    "rating that is no colour": write(
        OBSERVATIONS,
        "measure_id,area,period,period_type,value,value_status,stated_rag,source_id,locator\n"
        "care_proceedings_weeks,exampleshire,2024-03,month,31,published,ambr,board-2024-03,Page 7\n",
    ),
    "status as a colour without its meaning": replace(
        PRIORITIES, "2a,2,Children who go missing,compromised,", "2a,2,Children who go missing,Red,"
    ),
    "amber level that is a distance, higher is better": levels("assessments_in_time_pct", "80", "75", "85"),
    "amber level that is a distance, lower is better": levels("rereferrals_pct", "20", "5", ""),
    "stretch target short of the target": levels("assessments_in_time_pct", "80", "", "", "70"),
    "red level over 100%": levels("rereferrals_pct", "20", "25", "130"),
    "risk whose likelihood is no step": risk("0.5,4,,"),
    "risk whose score is beyond any register": risk("5,5,250,25"),
    "risk without its impact": risk("3,,,"),
    "decision that is made and does not say what": decision(",,,,decided,2024-03,,"),
    "decision that is still asked for and was made": decision(",,,,asked,2024-03-02,a,"),
    "decision of an option that is not there": decision(",,c,Board,decided,,d,", "ab"),
    "decision that somebody recommends nothing for": decision(",,,Board,asked,,,"),
    "decision made after the return": decision(",,,,decided,2024-12,a,"),
    "decision due in a part that no year has": decision(",Q5 2024/25,,,asked,,,"),
    "option of a decision that is not there": write(
        "options.csv", "decision_id,option_id,text,source_id,locator\nhub,a,An option.,board-2024-03,Page 2\n"
    ),
    # times
    "step that is due in words among the dates": due("Q2 2024/25", ""),
    "step that is due on a date among the words": due("", "31 May 2024"),
    "step that is due in a part that no year has": due("", "Q5 2024/25"),
    "step that is due after what its words say": due("2024-11", "Q2 2024/25"),
    "money for a time that is none": money("banana"),
    "money for years that do not follow each other": money("2021-23"),
    "money for a month or a year": money("2011-12"),
    "money for one year spelt in two ways": money("2023-24", "2023 to 2024"),
    "money from later to earlier": money("2023-24 to 2021-22"),
    "target that ends in a year": targets("2023-04,2024"),
    "target that ends on a day": targets("2023-04,2024-03-31"),
    "target that begins in a year": targets("2024,"),
    "target that ends before it begins": targets("2023-04,2023-03"),
    "targets that overlap": targets("2023-04,2024-06", "2024-01,"),
    "received in a year": replace("return.yml", 'received: "2024-04-17"', 'received: "2024"'),
    "snapshot of a year": add(
        OBSERVATIONS, "children_in_care_count,exampleshire,2024,snapshot,,318,,,published,board-2024-03,Page 2"
    ),
    "snapshot of a month and of its last day": add(
        OBSERVATIONS, "children_in_care_count,exampleshire,2024-03,snapshot,,319,,,published,board-2024-03,Page 2"
    ),
    "milestone that happened after the return": add(
        MILESTONES, "late,2024-12-01,,meeting,A meeting.,happened,board-2024-03,Page 2"
    ),
    "leap day of another year": add(
        OBSERVATIONS, "children_in_care_count,exampleshire,2023-02-29,snapshot,,319,,,published,board-2024-03,Page 2"
    ),
    # columns
    "column missing": columns(OBSERVATIONS, lambda row: row[:-1]),
    "column too many": columns(OBSERVATIONS, lambda row: [*row, "colour"]),
    "column misspelt": replace(OBSERVATIONS, "numerator,", "numeratr,"),
    "column twice": replace(OBSERVATIONS, "numerator,", "value,"),
    # types
    "number with a percent sign": replace(OBSERVATIONS, ",,85,170,200,", ",,85%,170,200,"),
    "number with a thousands separator": replace(OBSERVATIONS, ",,318,,,", ',,"1,318",,,'),
    "number that is a word": replace(TARGETS, ",20,2,", ",twenty,2,"),
    "number of forty digits": observation("children_in_care_count", "1" + "0" * 39),
    "date that does not exist": replace(MILESTONES, "2024-03-12,", "2024-02-30,"),
    "date in words": replace(MILESTONES, "2024-03-12,", "12 March 2024,"),
    "id with capitals": replace(MILESTONES, "board-may,", "Board May,"),
    "neither yes nor no": replace("finance.csv", "2850000,no", "2850000,maybe"),
    "control characters": replace(ACTIONS, "Track every", "Track\x07every"),
    "text too long": replace(ACTIONS, "Track every", "Track " + "x" * 2000),
    "required cell empty": replace(ACTIONS, "Track every assessment by the day.", ""),
    # words
    "unknown measure": observation("assessment_in_time_pct", 85),
    "unknown area": observation("assessments_in_time_pct", 85, area="wales"),
    "unknown period type": add(
        OBSERVATIONS, "rereferrals_pct,exampleshire,2024-01,monthly,,20,,,published,board-2024-03,Page 2"
    ),
    "unknown value status": observation("assessments_in_time_pct", status="supressed"),
    "unknown status of a priority": replace(PRIORITIES, "completed,on_target,,,", "green,on_target,,,"),
    "unknown status of an action": replace(ACTIONS, "in_progress", "started"),
    "unknown source": replace(ACTIONS, "2024-02-28,,delayed,board-2024-03", "2024-02-28,,delayed,bord-2024-03"),
    "unknown priority": replace(ACTIONS, "2a-interviews,2a,", "2a-interviews,2c,"),
    "unknown level of a target": replace(TARGETS, "4,,national", "4,,European"),
    # amounts
    "percentage over 100": observation("assessments_in_time_pct", 101, area="england"),
    "percentage below 0": observation("assessments_in_time_pct", -1, area="england"),
    "numerator over denominator": observation("assessments_in_time_pct", 100, 201, 200),
    "value that disagrees with its own numbers": observation("assessments_in_time_pct", 84, 170, 200),
    "denominator of zero": observation("assessments_in_time_pct", 0, 0, 0),
    "count with decimals": observation("children_in_care_count", 318.5),
    "count below 0": observation("children_in_care_count", -1),
    "more decimals than the measure has": observation("assessments_in_time_pct", 85.5),
    "published without a value": observation("assessments_in_time_pct"),
    "missing with a value": observation("assessments_in_time_pct", 85, status="not_available"),
    "target over 100": replace(TARGETS, "2023-04,80,,70", "2023-04,101,,70"),
    "tolerance below 0": replace(TARGETS, ",20,2,", ",20,-2,"),
    "tolerance larger than the target": replace(TARGETS, ",20,2,", ",20,40,"),
    "tolerance beyond 100%": replace(TARGETS, ",20,2,", ",60,50,"),
    # dates
    "period that is no date": observation("assessments_in_time_pct", 85, period="2024-14"),
    "period later than the return": observation("assessments_in_time_pct", 85, period="2024-05"),
    "period that is no month": add(
        OBSERVATIONS, "rereferrals_pct,exampleshire,2024-01-31,month,,20,,,published,board-2024-03,Page 2"
    ),
    "target from a day": replace(TARGETS, "care_proceedings_weeks,2023-04,", "care_proceedings_weeks,2023-04-01,"),
    "action done after the return": replace(ACTIONS, "2024-03-04,completed", "2024-05-01,completed"),
    "action done and not completed": replace(ACTIONS, "2024-03-04,completed", "2024-03-04,planned"),
    "milestone that ends before it begins": replace(MILESTONES, "2024-03-12,2024-03-13", "2024-03-13,2024-03-12"),
    # rows
    "duplicate row": add(
        OBSERVATIONS, "rereferrals_pct,exampleshire,2024-03,month,,21.5,43,200,published,board-2024-03,Page 2"
    ),
    "two targets for one date": add(TARGETS, "rereferrals_pct,2023-04,21,2,,local,board-2024-03,Page 2"),
    "priority with half a status": replace(PRIORITIES, "completed,on_target,,,", "completed,,,,"),
    "priority without a status": replace(PRIORITIES, "completed,on_target,,,", ",,,,"),
    "priority that is part of itself": replace(PRIORITIES, "\n2,,", "\n2,2a,"),
    "claim on what is not there": claim("value", "care_proceedings_weeks@2023-12"),
    "claim that cannot be read": claim("value", "care proceedings"),
    "claim with an unknown part": claim("value", "care_proceedings_weeks#total"),
    "claim with too few numbers": claim("percentage", "care_proceedings_weeks"),
    "claim with half a decimal": add(
        CLAIMS, "extra,An extra claim.,31,weeks,0.5,value,care_proceedings_weeks,board-2024-03,Page 2"
    ),
    "claim with less than no decimals": add(
        CLAIMS, "extra,An extra claim.,31,weeks,-1,value,care_proceedings_weeks,board-2024-03,Page 2"
    ),
    "claim on one of two": together(
        add(OBSERVATIONS, "staff_turnover_pct,exampleshire,2024-03,quarter,,4.1,,,published,board-2024-03,Page 2"),
        claim("value", "staff_turnover_pct"),
    ),
    "claim with an unknown method": claim("ratio", "care_proceedings_weeks"),
    # files
    "empty file": write(OBSERVATIONS, ""),
    "header only": columns(ACTIONS, lambda row: row if row[0] == "action_id" else [""]),
    "table missing": remove(OBSERVATIONS),
    "cp1252": write(ACTIONS, "action_id,text\na,caf\xe9\n".encode("cp1252")),
    "UTF-16": write(ACTIONS, "action_id,text\n".encode("utf-16")),
    "UTF-16 without its mark": write(ACTIONS, "action_id,text\n".encode("utf-16-le")),
    "row too long": add(
        OBSERVATIONS, "rereferrals_pct,exampleshire,2024-01,month,,20,,,published,board-2024-03,Page 2,table 1"
    ),
    "row too short": add(OBSERVATIONS, "rereferrals_pct,exampleshire,2024-01"),
    "open quotation mark": add(OBSERVATIONS, 'rereferrals_pct,"exampleshire'),
    "not a table": write("observation.csv", "a\n1\n"),
    "not a part of a return": write("notes.docx", "PK"),
    "folder in the place of a table": together(
        remove("notes.csv"), lambda project: (project.root / RETURN / "notes.csv").mkdir()
    ),
    # return.yml
    "return.yml missing": remove("return.yml"),
    "return.yml with a date that does not exist": replace(
        "return.yml", 'received: "2024-04-17"', 'received: "2024-04-31"'
    ),
    "return.yml with an unquoted date that does not exist": replace(
        "return.yml", 'received: "2024-04-17"', "received: 2024-04-31"
    ),
    "return.yml of an unknown authority": replace("return.yml", "authority: exampleshire", "authority: exampelshire"),
    "return.yml with a path for an authority": replace("return.yml", "authority: exampleshire", "authority: ../.."),
    "return.yml of another month": replace("return.yml", 'month: "2024-03"', 'month: "2024-02"'),
    "return.yml that denies to be illustrative": replace("return.yml", "illustrative: true", "illustrative: false"),
    "return.yml with a parameter misspelt": replace("return.yml", "received:", "recieved:"),
    "return.yml without sources": replace("return.yml", "sources:", "sources: {}\nothers:"),
    "return.yml that is no YAML": write("return.yml", "authority: [\n"),
    "return.yml that is a list": write("return.yml", "- authority\n"),
    # narrative
    "narrative with an unknown figure": narrative('{{ value("assessment_in_time_pct") }} were in time.'),
    "narrative with an unknown month": narrative(
        '{{ value("assessments_in_time_pct", period="2020-01") }} were in time.'
    ),
    "narrative with an unknown function": narrative('{{ valeu("assessments_in_time_pct") }} were in time.'),
    "narrative with an unknown argument": narrative(
        '{{ value("assessments_in_time_pct", month="2024-02") }} were in time.'
    ),
    "narrative with a bare number": narrative("85% were in time."),
    "narrative with a constant": narrative('{{ "85%" }} were in time.'),
    "narrative with HTML": narrative("All <b>well</b>."),
    "narrative with a script": narrative("<script>alert(1)</script>"),
    "narrative with a statement": narrative("{% for x in y %}x{% endfor %}"),
    "narrative with a shortcode": narrative("{{< include secret.qmd >}}"),
    "narrative with a heading": narrative("# All well"),
    "narrative with a script in a link": narrative("[All well](javascript:alert())"),
    "narrative misspelt": write("narrative/headlin.md", "All well."),
    "narrative of a priority that is not there": write("narrative/priority-9.md", "All well."),
    "narrative of another kind of report": write("narrative/governance.md", "All well."),
    "narrative that is no Markdown": write("narrative/headline.txt", "All well."),
    "narrative that is no UTF-8": write(HEADLINE, b"caf\xe9"),
    "narrative that compares a hidden number": narrative(
        '{{ change("missing_children_count", category="North") }} more.'
    ),
    # ways out
    "link to a file outside": link("notes.csv", "/etc/passwd"),
    "link up and out": link("notes.csv", "../../../../params/names.yml"),
    "link to a folder outside": link("extra", "/etc"),
    "link to nothing": link("notes.csv", "nothing.csv"),
    "link to itself": link("notes.csv", "notes.csv"),
}


def check(project: Project) -> RawReturn:
    return check_return(project, project.raw_return("exampleshire", "2024-03"))


def faults_of(project: Project) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        check(project)
    return caught.value.faults


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told(prepared, name):
    CASES[name](prepared)
    with pytest.raises(InvalidInput) as caught:
        check(prepared)
    assert_message(name, str(caught.value))


def test_a_good_return_has_no_fault(prepared):
    raw = check(prepared)
    assert (len(raw.tables), len(raw.narrative)) == (9, 5)


def test_a_return_is_good_or_bad_whatever_was_prepared_before(project):
    """The narrative of March names a value of February: `check` has to find it in the raw return."""
    assert check(project).narrative["headline"].startswith("Assessments in time rose from {{ value(")


# Just below, at and above


@pytest.mark.parametrize(
    ("numbers", "good"),
    [
        (("rereferrals_pct", "-0.1"), False),
        (("rereferrals_pct", "0"), True),
        (("rereferrals_pct", "0.1"), True),
        (("rereferrals_pct", "99.9"), True),
        (("rereferrals_pct", "100"), True),
        (("rereferrals_pct", "100.1"), False),
        (("children_in_care_count", "-1"), False),
        (("children_in_care_count", "0"), True),
        (("children_in_care_count", "101"), True),
        (("rereferrals_pct", "0", "-1", "200"), False),
        (("rereferrals_pct", "0", "0", "200"), True),
        (("rereferrals_pct", "0.5", "1", "200"), True),
        (("rereferrals_pct", "99.5", "199", "200"), True),
        (("rereferrals_pct", "100", "200", "200"), True),
        (("rereferrals_pct", "100", "201", "200"), False),
        (("rereferrals_pct", "", "", "-1"), False),
        (("rereferrals_pct", "20", "", "0"), False),
        (("rereferrals_pct", "20", "", "1"), True),
        (("assessments_in_time_pct", "37", "15", "40"), False),
        (("assessments_in_time_pct", "38", "15", "40"), True),
        (("assessments_in_time_pct", "39", "15", "40"), False),
        (("rereferrals_pct", "37.4", "15", "40"), False),
        (("rereferrals_pct", "37.5", "15", "40"), True),
        (("rereferrals_pct", "37.6", "15", "40"), False),
        (("rereferrals_pct", "38", "15", "40"), True),
        (("rereferrals_pct", "37.50", "15", "40"), False),
        (("children_in_need_rate", "10001"), True),
        (("children_in_need_rate", "-0.1"), False),
    ],
)
def test_amounts(prepared, numbers, good):
    observation(*numbers)(prepared)
    if good:
        check(prepared)
    else:
        assert {f.where.rsplit(",", 1)[0] for f in faults_of(prepared)} == {"observations.csv, row 20"}


@pytest.mark.parametrize(("month", "good"), [("2024-03", True), ("2024-04", True), ("2024-05", False)])
def test_a_period_up_to_the_month_in_which_the_return_was_received(prepared, month, good):
    observation("staff_turnover_pct", 14, period=f"{month}-01")(prepared)
    if good:
        check(prepared)
    else:
        assert "is later than the return itself (2024-04-17)" in faults_of(prepared)[0].what


@pytest.mark.parametrize(
    ("day", "good"),
    [
        ("2024-04-17", True),
        ("2024-04-18", False),
        ("2024-04", True),
        ("2024-05", False),
        ("2024", True),
        ("2025", False),
    ],
)
def test_an_action_is_done_up_to_the_day_on_which_the_return_was_received(prepared, day, good):
    replace(ACTIONS, "2024-03-04,completed", f"{day},completed")(prepared)
    if good:
        check(prepared)
    else:
        assert [f.where for f in faults_of(prepared)] == ["actions.csv, row 2, done_on"]


def test_a_contradiction_of_the_source_is_kept_where_a_note_says_so(prepared):
    observation("audits_good_pct", 39, 15, 40)(prepared)
    check(prepared)
    edit(prepared.root / RETURN / "notes.csv", "audits-contradiction,contradiction", "audits-contradiction,slip")
    wheres = ["observations.csv, row 18, value", "observations.csv, row 20, value"]
    assert [f.where for f in faults_of(prepared)] == wheres


@pytest.mark.parametrize("status", [s for s in ValueStatus if s is not ValueStatus.PUBLISHED])
def test_each_reason_for_a_missing_value(prepared, status):
    observation("staff_turnover_pct", status=status)(prepared)
    check(prepared)


# What is not a fault


def test_a_byte_order_mark_windows_lines_and_empty_rows_are_no_fault(prepared):
    home = prepared.root / RETURN
    before = {name: t.drop(columns="source_row") for name, t in typed_tables(check(prepared)).items()}
    for path in home.glob("*.csv"):
        text = path.read_text().replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b",,,\r\n\r\n")
    for name, table in typed_tables(check(prepared)).items():
        assert table.drop(columns="source_row").equals(before[name])


def test_optional_tables_may_be_left_out(prepared):
    home = prepared.root / RETURN
    for path in [*home.glob("*.csv"), *home.glob("narrative/*.md")]:
        if path.name != OBSERVATIONS:
            path.unlink()
    edit(home / OBSERVATIONS, ",41,15,40,", ",38,15,40,")
    check(prepared)


def test_notes_of_the_editor_and_the_system_are_not_read(prepared):
    home = prepared.root / RETURN
    for name in (".DS_Store", "~$return.xlsx", ".~lock.observations.csv#", "narrative/.headline.md"):
        (home / name).write_text("41 <script>")
    assert sorted(check(prepared).narrative) == ["data-notes", "headline", "next", "off-target", "priority-1"]


# All in one go, and nothing of it published


def test_all_faults_of_a_return_are_told_in_one_go(prepared):
    names = [
        "unknown measure",
        "percentage over 100",
        "target over 100",
        "unknown source",
        "unknown priority",
        "cp1252",
        "priority with half a status",
        "date that does not exist",
    ]
    alone = set()
    for name in names:
        fresh = {p: p.read_bytes() for p in (prepared.root / RETURN).glob("*") if p.is_file()}
        CASES[name](prepared)
        alone |= {f.where.split(",")[0] for f in faults_of(prepared)}
        for path, content in fresh.items():
            path.write_bytes(content)
    together(*(CASES[name] for name in names))(prepared)
    assert {f.where.split(",")[0] for f in faults_of(prepared)} == alone


@pytest.mark.parametrize(
    ("one", "other", "wheres"),
    [
        ("percentage over 100", "narrative with a bare number", {"observations.csv", "narrative/headline.md"}),
        ("date that does not exist", "claim that cannot be read", {"milestones.csv", "claims.csv"}),
        ("return.yml with a parameter misspelt", "unknown measure", {"return.yml", "observations.csv"}),
        ("return.yml with a parameter misspelt", "percentage over 100", {"return.yml", "observations.csv"}),
    ],
)
def test_a_fault_in_one_place_hides_none_in_another(prepared, one, other, wheres):
    together(CASES[one], CASES[other])(prepared)
    assert {f.where.split(",")[0] for f in faults_of(prepared)} == wheres


def test_a_table_that_cannot_be_read_is_not_blamed_on_another(prepared):
    """The note that allows a contradiction is in the table that cannot be read."""
    write("notes.csv", b"note_id,text\na,caf\xe9\n")(prepared)
    assert [f.where for f in faults_of(prepared)] == ["notes.csv, line 2"]


def test_a_bad_row_hides_no_other(prepared):
    together(
        CASES["number that is a word"],
        replace(TARGETS, "audits_good_pct,2023-04,50,,", "audits_good_pct,2023-04,50,-1,"),
    )(prepared)
    assert [f.where for f in faults_of(prepared)] == ["targets.csv, row 3, target", "targets.csv, row 4, tolerance"]


def test_a_bad_return_changes_nothing_that_was_prepared(prepared):
    folder = prepared.processed_return("exampleshire", "2024-03")
    before = {p.relative_to(folder.parent): p.read_bytes() for p in folder.parent.rglob("*") if p.is_file()}
    CASES["percentage over 100"](prepared)
    with pytest.raises(InvalidInput):
        prepare_return(prepared, "exampleshire", "2024-03")
    failed = Path(".2024-03.failed")  # so that no other month's report reads the tables of a return that is now faulty
    after = {p.relative_to(folder.parent): p.read_bytes() for p in folder.parent.rglob("*") if p.is_file()}
    assert after == {**before, failed: b""}


def test_hostile_cells_stay_text_through_the_tables(prepared):
    tables, _ = read_processed(prepare_return(prepared, "exampleshire", "2024-03"))
    raw = prepared.root / RETURN
    for name in ("actions", "finance", "milestones", "notes", "priorities"):
        header, *rows = rows_of(raw / f"{name}.csv")
        column = "line" if name == "finance" else "title" if "title" in header else "text"
        assert list(tables[name][column]) == [row[header.index(column)] for row in rows]


def test_a_measure_that_follows_no_measure_is_refused(prepared):
    """A misspelt `follows` would publish what it was meant to hide."""
    edit(prepared.params / "measures.yml", "follows: missing_children_count", "follows: missing_children_cuont")
    with pytest.raises(InvalidInput, match="missing_children_cuont"):
        load_measures(prepared)


def test_a_bare_number_is_told_with_the_reference_to_paste(project):
    """A person who writes a figure into a sentence pastes what the message says, and the check is content."""
    folder = project.raw / "exampleshire" / "2024-03"
    table = pd.read_csv(folder / "observations.csv", dtype=str, keep_default_na=False)
    row = next(r for r in table.to_dict("records") if r["value"].isdigit() and r["period"] == "2024-03")
    path = folder / "narrative" / "headline.md"
    path.write_text(f"There were {row['value']}.\n")
    with pytest.raises(InvalidInput) as said:
        check_return(project, folder)
    reference = re.search(r"bare number; write (\{\{.*?\}\})", str(said.value))[1]
    path.write_text(f"There were {reference}.\n")
    check_return(project, folder)
