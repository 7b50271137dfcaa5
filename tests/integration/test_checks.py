"""What a return says of inspections, recommendations and money is checked against what it and the other returns say."""

import shutil

import pytest
from damage import Damage, add, edit, replace, together, write

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.prepare import check_return, prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.workspace.places import Project

SOURCE = "board-2024-03,Page 2"
EARLIER = "data/raw/exampleshire/2024-02"


def rows(table: str, *lines: str, without: str = "", source: str = SOURCE, home: str | None = None) -> Damage:
    """Write a table of these rows; each gets its source at the end."""
    header = [c for c in RETURN_TABLES[table].column_names if c != without]
    text = "\n".join([",".join(header), *(f"{line},{source}" for line in lines), ""])
    return write(f"{table}.csv", text, *([home] if home else []))


INSPECTION = rows("inspections", "visit,focused_visit,A focused visit,2024-03-05,2024-03-06,2024-04-02,happened,")
RECOMMENDATION = rows("recommendations", "r1,visit,area_to_improve,1,See children in time,See children,")
ASKED = together(INSPECTION, RECOMMENDATION)


def links(line: str) -> Damage:
    return together(ASKED, rows("links", line))


def inspection(days: str) -> Damage:
    return rows("inspections", f"visit,focused_visit,A focused visit,{days},happened,")


def condition(notice: str) -> Damage:
    """A condition of a notice; the milestones have one notice, whose event is notice-1."""
    return together(
        lambda project: edit_milestones(project),
        rows("conditions", f"c1,{notice},Appoint a director,completed,2024-03,"),
    )


def edit_milestones(project: Project) -> None:
    """Give the milestones their column event_id, and the first one an event."""
    path = project.root / "data/raw/exampleshire/2024-03/milestones.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{'event_id' if n == 0 else 'notice-1' if n == 1 else ''}" for n, line in enumerate(lines)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def claim(stated: str, unit: str, decimals: str, method: str, operands: str) -> Damage:
    return add("claims.csv", f"extra,An extra claim.,{stated},{unit},{decimals},{method},{operands},{SOURCE}")


TWO = "assessments_in_time_pct; rereferrals_pct"
# Each as it was broken, with the place and the beginning of what is said; None: no fault.
CASES = {
    "link to a priority": (links("l1,r1,1,,stated,The plan says so"), None),
    "link to a measure": (links("l1,r1,,rereferrals_pct,judged,It counts who comes back"), None),
    "link that names nothing": (
        links("l1,r1,,,stated,The plan says so"),
        ("links.csv, row 2", "names neither a priority nor a measure"),
    ),
    "link to an unknown priority": (
        links("l1,r1,9,,stated,The plan says so"),
        ("links.csv, row 2, priority_id", "“9” is not in priorities.csv"),
    ),
    "link to an unknown measure": (
        links("l1,r1,,rereferral_pct,stated,The plan says so"),
        ("links.csv, row 2, measure_id", "“rereferral_pct” is not in params/measures.yml"),
    ),
    "link from an unknown recommendation": (
        links("l1,r2,1,,stated,The plan says so"),
        ("links.csv, row 2, recommendation_id", "“r2” is not in recommendations.csv of this or another return"),
    ),
    "condition of a notice": (condition("notice-1"), None),
    "condition of no notice": (condition(""), ("conditions.csv, row 2, notice_id", "is empty; fill it in")),
    "condition of an unknown notice": (
        condition("notice-2"),
        ("conditions.csv, row 2, notice_id", "“notice-2” is not an event_id of milestones.csv"),
    ),
    "inspection of one day": (inspection("2024-03-05,,"), None),
    "inspection that ends on its day": (inspection("2024-03-05,2024-03-05,2024-03-05"), None),
    "inspection that ends the day before": (
        inspection("2024-03-05,2024-03-04,"),
        ("inspections.csv, row 2, end_date", "“2024-03-04” is before the date “2024-03-05”"),
    ),
    "inspection published the day before": (
        inspection("2024-03-05,,2024-03-04"),
        ("inspections.csv, row 2, published", "“2024-03-04” is before the date “2024-03-05”"),
    ),
    "inspection published in its month": (inspection("2024-03-05,2024-03,2024-03"), None),
    "recommendation of an unknown inspection": (
        RECOMMENDATION,
        ("recommendations.csv, row 2, inspection_id", "“visit” is not in inspections.csv"),
    ),
    "judgement": (together(INSPECTION, rows("judgements", "visit,Overall,good")), None),
    "unknown grade": (
        together(INSPECTION, rows("judgements", "visit,Overall,excellent")),
        ("judgements.csv, row 2, grade", "“excellent” is not allowed; allowed are outstanding"),
    ),
    "finding of an unknown recommendation": (
        together(ASKED, rows("findings", "f1,visit,inspectorate,weakness,Visits,r9,Visits are late")),
        ("findings.csv, row 2, recommendation_id", "“r9” is not in recommendations.csv"),
    ),
    "higher with a stated value": (
        claim("5", "percent", "0", "higher", TWO),
        ("claims.csv, row 8, stated_value", "“5” stands there although higher compares in words; leave it empty"),
    ),
    "lower with a stated value": (
        claim("5", "percent", "0", "lower", TWO),
        ("claims.csv, row 8, stated_value", "“5” stands there although lower compares in words; leave it empty"),
    ),
    "higher without a stated value": (claim("", "percent", "0", "higher", TWO), None),
    "sum without a stated value": (
        claim("", "percent", "0", "sum", TWO),
        ("claims.csv, row 8, stated_value", "is empty; fill it in"),
    ),
    "comparison with nothing": (
        claim("", "percent", "0", "higher", "rereferrals_pct"),
        ("claims.csv, row 8, operands", "higher needs at least 2 references"),
    ),
    "pounds to the hundred thousand": (claim("2900000", "pounds", "-5", "value", "£grant"), None),
    "weeks to the ten": (
        claim("30", "weeks", "-1", "value", "care_proceedings_weeks"),
        ("claims.csv, row 8, decimals", "-1 is not a whole number from 0 to"),
    ),
    "half a decimal of pounds": (
        claim("2900000", "pounds", "-0.5", "value", "£grant"),
        ("claims.csv, row 8, decimals", "-0.5 is not a whole number from -"),
    ),
    "unknown amount": (
        claim("1", "pounds", "0", "value", "£grants"),
        ("claims.csv, row 8, operands", "“£grants” names no amount"),
    ),
    "official statistic that is not held": (
        claim("1", "rate", "0", "value", "dfe:cpp_rate@2020"),
        ("claims.csv, row 8, operands", "“dfe:cpp_rate@2020” names an official statistic, but"),
    ),
}


def faults(project: Project) -> list[tuple[str, str]]:
    try:
        check_return(project, project.raw_return("exampleshire", "2024-03"))
    except InvalidInput as error:
        return [(f.where, f.what) for f in error.faults]
    return []


@pytest.mark.parametrize("name", CASES)
def test_what_hangs_together_is_checked(project, name):
    damage, expected = CASES[name]
    damage(project)
    found = faults(project)
    if expected is None:
        assert found == []
    else:
        assert [where for where, _ in found] == [expected[0]]
        assert found[0][1].startswith(expected[1])


def most_decimals() -> int:
    from improvement_reports.returns.table_checks.claims import MOST_DECIMALS

    return MOST_DECIMALS


@pytest.mark.parametrize(("more", "good"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_decimals_of_pounds_have_an_end_on_both_sides(project, more, good, sign):
    claim("2900000", "pounds", str(sign * (most_decimals() + more)), "value", "£grant")(project)
    assert [where for where, _ in faults(project)] == ([] if good else ["claims.csv, row 8, decimals"])


# Over several returns


def in_february(*damages) -> Damage:
    """The inspection and its recommendation in the return of the month before."""
    return together(
        rows(
            "inspections",
            "visit,focused_visit,A focused visit,2024-02-05,,,happened,",
            source="board-2024-02,Page 2",
            home=EARLIER,
        ),
        rows(
            "recommendations",
            "r1,visit,area_to_improve,1,See children in time,See children,",
            source="board-2024-02,Page 2",
            home=EARLIER,
        ),
        *damages,
    )


@pytest.mark.parametrize(("answered", "good"), [("r1", True), ("r2", False)])
def test_a_recommendation_may_be_of_another_return(project, answered, good):
    in_february(rows("links", f"l1,{answered},1,,stated,The plan says so"))(project)
    assert [where for where, _ in faults(project)] == ([] if good else ["links.csv, row 2, recommendation_id"])


def test_a_recommendation_of_another_authority_is_none_of_this_one(project):
    in_february(rows("links", "l1,r1,1,,stated,The plan says so"))(project)
    (project.raw / "otherplace").mkdir()
    shutil.move(project.raw_return("exampleshire", "2024-02"), project.raw / "otherplace" / "2024-02")
    assert "links.csv, row 2, recommendation_id" in [where for where, _ in faults(project)]


def test_recommendations_of_another_return_that_cannot_be_read_are_no_traceback(project):
    together(
        rows("links", "l1,r1,1,,stated,The plan says so"),
        write("recommendations.csv", b"recommendation_id\ncaf\xe9\n", EARLIER),
    )(project)
    assert [where for where, _ in faults(project)] == ["links.csv, row 2, recommendation_id"]


# A plan without statuses


def clear_statuses(project: Project) -> None:
    path = project.root / "data/raw/exampleshire/2024-03/priorities.csv"
    for old in (
        "completed,on_target",
        "compromised,compromised",
        "on_target,at_risk,on_target,compromised",
        "on_target,on_target",
    ):
        edit(path, old, "," * old.count(","))


def test_a_plan_that_gives_no_status_is_accepted(project):
    """Its narrative may not speak of one either."""
    clear_statuses(project)
    (project.root / "data/raw/exampleshire/2024-03/narrative/priority-1.md").unlink()
    assert faults(project) == []


def test_a_plan_that_leaves_one_out_is_not(project):
    replace("priorities.csv", "completed,on_target,,,", ",,,,")(project)
    assert [(where, what.split(",")[0]) for where, what in faults(project)] == [
        ("priorities.csv, row 2", "has no status")
    ]


# Columns that may be left out


@pytest.mark.parametrize(
    ("column", "good"), [("published", True), ("headline", True), ("status", False), ("title", False)]
)
def test_a_column_may_be_left_out_only_where_it_is_optional(project, column, good):
    cells = dict(
        zip(
            RETURN_TABLES["inspections"].column_names,
            ["visit", "full", "A visit", "2024-03-05", "", "", "happened", ""],
            strict=False,
        )
    )
    line = ",".join(v for c, v in cells.items() if c != column)
    rows("inspections", line, without=column)(project)
    found = faults(project)
    assert found == [] if good else f"the column “{column}” is missing" in found[0][1]
    if good:
        tables, _ = read_processed(prepare_return(project, "exampleshire", "2024-03"))
        assert list(tables["inspections"][column]) == [""]
