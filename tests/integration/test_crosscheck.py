"""What the documents say together: each contradiction of the real sources is found, and goes away when its row is
mended.
"""

import csv
import shutil
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from damage import edit

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import ClaimOutcome, Unit
from improvement_reports.method.audit import (
    balance_entries,
    claim_entries,
    event_entries,
    restated_entries,
    total_entries,
)
from improvement_reports.method.claims import Known
from improvement_reports.pages.all_reports import AllReports
from improvement_reports.pages.audit import audit_entries
from improvement_reports.pages.programmes import summary_frame
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

GLOUCESTERSHIRE, WORCESTERSHIRE, HEREFORDSHIRE = "gloucestershire", "worcestershire", "herefordshire"


def entries_of(project: Project, authority: str = "*"):
    reports = [load_report(project, p) for p in sorted(project.params.glob(f"{authority}/*.yml"))]
    return audit_entries(AllReports(project, reports))


def differing(entries) -> set[tuple[str, str, str, str]]:
    return {(e.check, e.month, e.stated, e.found) for e in entries if e.outcome is ClaimOutcome.DIFFERS}


@pytest.fixture(scope="module")
def found(real_once):
    return entries_of(real_once)


def raw_rows(project: Project, home: str, table: str) -> list[dict]:
    with (project.raw / home / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def share(numerator: int, denominator: int) -> str:
    """A whole percentage, half-up, in whole numbers alone."""
    return f"{(200 * numerator + denominator) // (2 * denominator)}%"


# The contradictions of the real sources

AIP, SCRUTINY = f"{GLOUCESTERSHIRE}/2021-04", f"{GLOUCESTERSHIRE}/2022-11"
# Each: what the page says of it (check, month, stated, found), the raw row that says it, and the row mended.
CONTRADICTIONS = {
    "55 measures now, 56 before": (
        ("parts and changes", "2022-11", "21 + 13 + 21 = 55", "18 + 16 + 22 = 56"),
        SCRUTINY,
        "observations",
        "quarter,regressing,21,,,-1,",
        "quarter,regressing,21,,,0,",
    ),
    "405 of 1,250": (
        ("claim", "2021-04", "41%", share(405, 1250)),
        AIP,
        "claims",
        'ended without further action.",41,',
        'ended without further action.",32,',
    ),
    "27 of 34": (
        ("claim", "2021-04", "80%", share(27, 34)),
        AIP,
        "claims",
        'working for endorsement.",80,',
        'working for endorsement.",79,',
    ),
    "24 of 39": (
        ("claim", "2021-04", "61%", share(24, 39)),
        AIP,
        "claims",
        '61%, are rated amber.",61,',
        '61%, are rated amber.",62,',
    ),
    "807 of 405": (
        ("claim", "2021-04", "65%", share(807, 405)),
        AIP,
        "claims",
        "contacts_advice_pct@2021-03#numerator; contacts_no_further_action_pct@2021-03#numerator,",
        "contacts_advice_pct@2021-03#numerator; contacts_no_further_action_pct@2021-03#denominator,",
    ),
    "letter of 2020, cited as 2021": (
        ("date of an event", "2021-04", "20 November 2021", "20 November 2020"),
        AIP,
        "milestones",
        "focused-visit-letter-3c,2021-11-20,",
        "focused-visit-letter-3c,2020-11-20,",
    ),
    "two years of one security incident": (
        ("date of an event", "2021-04", "October 2021", "October 2020"),
        AIP,
        "milestones",
        "ict-security-breach-3e,2021-10,",
        "ict-security-breach-3e,2020-10,",
    ),
    "one monitoring visit in two months": (
        ("date of an event", "2018-06", "October 2017", "September 2017"),
        f"{WORCESTERSHIRE}/2018-06",
        "milestones",
        "monitoring-visit-october-2017,2017-10,",
        "monitoring-visit-october-2017,2017-09,",
    ),
    "turnover, slightly reduced in words": (
        ("claim", "2022-11", "lower", "18.0% against 11.1%"),
        SCRUTINY,
        "claims",
        "dfe:sw_turnover_pct@2021:gloucestershire; dfe:sw_turnover_pct@2020:gloucestershire",
        "dfe:sw_turnover_pct@2020:gloucestershire; dfe:sw_turnover_pct@2018:gloucestershire",
    ),
    "vacancies, slightly reduced in words": (
        ("claim", "2022-11", "lower", "15.8% against 15.7%"),
        SCRUTINY,
        "claims",
        "dfe:sw_vacancy_pct@2021:gloucestershire; dfe:sw_vacancy_pct@2020:gloucestershire",
        "dfe:sw_vacancy_pct@2021:gloucestershire; dfe:sw_vacancy_pct@2019:gloucestershire",
    ),
    "children in care, level and growing year on year": (
        ("direction in words", "2021-04", "steady", "rising (October 2020)"),
        AIP,
        "observations",
        "children_in_care_previous_level_count,gloucestershire,2021-04,not_dated,,750,,,published,steady,",
        "children_in_care_previous_level_count,gloucestershire,2021-04,not_dated,,750,,,published,rising,",
    ),
    "agency staff, fallen in words": (
        ("claim", "2021-08", "lower", "19.2% against 16.3%"),
        f"{HEREFORDSHIRE}/2021-08",
        "claims",
        "dfe:sw_agency_pct@2020:herefordshire; dfe:sw_agency_pct@2018:herefordshire",
        "dfe:sw_agency_pct@2018:herefordshire; dfe:sw_agency_pct@2020:herefordshire",
    ),
}
# Gaps to the official statistics that neither rounding nor the definitions explain.
BESIDE_OFFICIAL = {
    ("official statistics", "2021-04", "59.9%", "69%"),
    ("official statistics", "2021-08", "56%", "16.3%"),
    ("official statistics", "2021-08", "16%", "32.5%"),
    ("official statistics", "2021-04", "75.2%", "92.6%"),
    ("official statistics", "2018-06", "269", "281"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_of_the_sources_is_found_once(found, name):
    wanted, home, *_ = CONTRADICTIONS[name]
    (entry,) = [
        e for e in found if (e.check, e.month, e.stated, e.found) == wanted and e.outcome is ClaimOutcome.DIFFERS
    ]
    assert entry.authority == home.split("/")[0]
    assert entry.rows and {r["source_file"].split("/")[0] for r in entry.rows} <= {
        entry.authority,
        "official-statistics",
    }


def test_nothing_else_differs(found):
    assert differing(found) == {case[0] for case in CONTRADICTIONS.values()} | BESIDE_OFFICIAL


def test_each_contradiction_leads_to_the_raw_rows_that_make_it(found, real_once):
    """The row numbers of an entry are those of the file: header is row 1."""
    for wanted, home, table, old, _ in CONTRADICTIONS.values():
        (entry,) = [e for e in found if (e.check, e.month, e.stated, e.found) == wanted]
        lines = (real_once.raw / home / f"{table}.csv").read_text(encoding="utf-8").splitlines()
        (number,) = [n for n, line in enumerate(lines, start=1) if old in line]
        assert (f"{home}/{table}.csv", number) in {(r["source_file"], r["source_row"]) for r in entry.rows}


@pytest.fixture(scope="module")
def copied(real_once, tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("mended")
    shutil.copytree(real_once.root, folder, dirs_exist_ok=True)
    return Project(folder)


@pytest.fixture
def mended(copied, request) -> Project:
    """The real project with one raw row mended, and as it was again afterwards."""
    _, home, table, old, new = CONTRADICTIONS[request.param]
    path, processed = copied.raw / home / f"{table}.csv", copied.processed / home
    before, aside = path.read_bytes(), processed.with_name("aside")
    shutil.copytree(processed, aside)
    edit(path, old, new)
    prepare_return(copied, *home.split("/"))
    yield copied
    path.write_bytes(before)
    shutil.rmtree(processed)
    aside.rename(processed)


@pytest.mark.parametrize(
    ("mended", "name"), [(n, n) for n in CONTRADICTIONS], indirect=["mended"], ids=list(CONTRADICTIONS)
)
def test_a_mended_row_is_no_contradiction_any_more(mended, found, name):
    wanted, home, *_ = CONTRADICTIONS[name]
    authority = home.split("/")[0]
    before, again = [e for e in found if e.authority == authority], entries_of(mended, authority)
    assert differing(again) == differing(before) - {wanted}
    assert len(again) == len(before)  # it is still listed among what was checked


def test_the_measures_of_the_plan_by_hand(real_once, found):
    rows = [r for r in raw_rows(real_once, SCRUTINY, "observations") if r["change"]]
    now, before = [int(r["value"]) for r in rows], [int(r["value"]) - int(r["change"]) for r in rows]
    assert (now, sum(now), before, sum(before)) == ([21, 13, 21], 55, [18, 16, 22], 56)
    (entry,) = [e for e in found if e.check == "parts and changes"]
    assert (entry.gap, len(entry.rows)) == ("1", 3)


# Each check by itself


def frame(table: str, *rows: dict) -> pd.DataFrame:
    """Processed rows of a table; cells that are not given are empty, numbers None."""
    spec = RETURN_TABLES[table]
    blank = {c.name: None if c.type == "number" else False if c.type == "yes_no" else "" for c in spec.columns}
    full = [
        {**blank, "source_file": "x.csv", "source_row": n, "value_decimals": 0, **row}
        for n, row in enumerate(rows, start=2)
    ]
    result = pd.DataFrame(full, columns=[*blank, "source_file", "source_row", "value_decimals"])
    numbers = {c.name: float for c in spec.columns if c.type == "number"}
    return result.astype(numbers)


def measure(title="Measures", unit=Unit.COUNT, official=None, decimals=0):
    return SimpleNamespace(
        title=title, unit=unit, official=official, decimals=decimals, change_threshold=Decimal("0.1")
    )


def observation(value, period="2024-03", period_type="month", category="", **more) -> dict:
    return {
        "measure_id": "m",
        "area": "here",
        "period": period,
        "period_type": period_type,
        "category": category,
        "value": value,
        **more,
    }


def balance(*rows):
    return balance_entries("here", "2024-03", frame("observations", *rows), {"m": measure(), "other": measure()})


def test_parts_whose_changes_sum_to_nothing_agree():
    (entry,) = balance(observation(5, category="a", change=2), observation(7, category="b", change=-2))
    assert (entry.stated, entry.found, entry.outcome, entry.gap, entry.remark) == (
        "5 + 7 = 12",
        "3 + 9 = 12",
        ClaimOutcome.AGREES,
        "",
        "",
    )


@pytest.mark.parametrize(("change", "gap"), [(-1, "1"), (-3, "1"), (0, "2")])
def test_parts_whose_changes_do_not_are_apart_by_what_is_left(change, gap):
    (entry,) = balance(observation(5, category="a", change=2), observation(7, category="b", change=change))
    assert (entry.outcome, entry.gap) == (ClaimOutcome.DIFFERS, gap)
    assert "does not say" in entry.remark


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [observation(5, category="a", change=2)],  # one part is no whole
        [observation(5, category="a", change=2), observation(7, category="b")],  # a change that is not stated
        [observation(5, category="a", change=2), observation(None, category="b", change=-1)],  # a value that is missing
        [observation(5, change=2), observation(7, change=-1)],  # wholes, not parts
        [observation(5, category="a", change=2), observation(7, category="b", change=-1, area="england")],  # two areas
        [observation(5, category="a", change=2), observation(7, "2024-02", category="b", change=-1)],  # two periods
        [
            observation(5, category="a", change=2),
            observation(7, category="b", change=-1, measure_id="other"),
        ],  # two measures
    ],
)
def test_what_is_no_whole_of_parts_is_not_balanced(rows):
    assert balance(*rows) == []


def restated(first: dict, second: dict):
    returns = [
        (m, {"observations": frame("observations", row)}) for m, row in (("2024-02", first), ("2024-03", second))
    ]
    return restated_entries("here", returns, {"m": measure()})


@pytest.mark.parametrize(("again", "outcome"), [(5, ClaimOutcome.AGREES), (6, ClaimOutcome.DIFFERS)])
def test_a_value_in_two_returns_is_compared(again, outcome):
    (entry,) = restated(observation(5), observation(again))
    assert (entry.check, entry.month, entry.stated, entry.found, entry.outcome) == (
        "stated twice",
        "2024-03",
        str(again),
        "5",
        outcome,
    )


@pytest.mark.parametrize(
    "second",
    [
        observation(6, "2024-02"),
        observation(6, period_type="quarter"),
        observation(6, category="a"),
        observation(6, area="england"),
        observation(None),
    ],
)
def test_another_period_type_part_area_or_no_value_is_not_the_same_value(second):
    assert restated(observation(5), second) == []


def test_of_three_returns_the_later_two_are_set_beside_the_first():
    returns = [
        (f"2024-0{n}", {"observations": frame("observations", observation(v, "2023"))})
        for n, v in ((1, 5), (2, 6), (3, 5))
    ]
    found = restated_entries("here", returns, {"m": measure()})
    assert [(e.month, e.stated, e.found, str(e.outcome)) for e in found] == [
        ("2024-02", "6", "5", "differs"),
        ("2024-03", "5", "5", "agrees"),
    ]


def milestone(date, status="happened", event="e", **more) -> dict:
    return {"event_id": event, "date": date, "status": status, "title": f"Dated {date}", **more}


def events(*milestones: dict, inspections=()):
    tables = {"milestones": frame("milestones", *milestones), "inspections": frame("inspections", *inspections)}
    return [(e.stated, e.found, e.outcome.value, e.text) for e in event_entries("here", [("2024-03", tables)])]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2020-11-20", "2020-11-20", True),
        ("2020-11-20", "2020-11", True),
        ("2020-11", "2020-11-20", True),
        ("2020", "2020-11-20", True),
        ("2020-11-20", "2021-11-20", False),
        ("2020-11-20", "2020-11-21", False),
        ("2020-11", "2020-12-01", False),
        ("2020", "2021", False),
    ],
)
@pytest.mark.parametrize("status", ["happened", "stated_otherwise"])
def test_a_month_agrees_with_its_days_and_with_no_other(one, other, agree, status):
    ((*_, outcome, _),) = events(milestone(one), milestone(other, status))
    assert outcome == ("agrees" if agree else "differs")


def test_a_date_that_is_stated_otherwise_is_never_the_one_to_compare_with():
    found = events(milestone("2021-11", "stated_otherwise"), milestone("2020-11"), milestone("2020-11-20"))
    assert found == [
        ("November 2021", "November 2020", "differs", "Dated 2020-11"),
        ("20 November 2020", "November 2020", "agrees", "Dated 2020-11"),
    ]


def test_an_inspection_and_a_milestone_of_the_same_event_are_compared_in_the_days_of_the_visit():
    visit = {
        "inspection_id": "e",
        "date": "2021-07-07",
        "end_date": "2021-07-08",
        "status": "happened",
        "title": "Visit",
    }
    tables = {
        "milestones": frame("milestones", milestone("2021-07-07", "stated_otherwise")),
        "inspections": frame("inspections", visit),
    }
    (entry,) = event_entries("here", [("2021-08", tables)])
    assert (entry.found, entry.outcome, entry.remark) == (
        "7 to 8 July 2021",
        ClaimOutcome.AGREES,
        "one gives the first day of the visit only",
    )


def test_events_of_different_names_or_none_are_not_compared():
    assert (
        events(
            milestone("2020"), milestone("2021", event="f"), milestone("2022", event=""), milestone("2023", event="")
        )
        == []
    )


def amount(pounds, line="line", period="2021-22", is_total=False, kind="budget") -> dict:
    return {
        "line_id": line,
        "line": line.title(),
        "kind": kind,
        "period": period,
        "amount_gbp": pounds,
        "is_total": is_total,
    }


@pytest.mark.parametrize(
    ("total", "outcome", "gap"), [(300, "agrees", ""), (299, "differs", "£1"), (301, "differs", "£1")]
)
def test_a_total_is_the_sum_of_its_lines(total, outcome, gap):
    finance = frame("finance", amount(100, "a"), amount(200, "b"), amount(total, "all", is_total=True))
    (entry,) = total_entries("here", "2024-03", finance)
    assert (entry.stated, entry.found, entry.outcome.value, entry.gap, len(entry.rows)) == (
        f"£{total}",
        "£300",
        outcome,
        gap,
        3,
    )


def test_a_total_said_again_in_round_numbers_agrees_after_rounding():
    finance = frame(
        "finance",
        amount(1_234_000, "a"),
        amount(1_000_000, "b"),
        amount(2_234_000, "t", is_total=True),
        amount(2_200_000, "r", is_total=True),
    )
    assert [e.outcome.value for e in total_entries("here", "2024-03", finance)] == ["agrees", "agrees after rounding"]


# Claims


def claims(*rows) -> pd.DataFrame:
    blank = {"unit": "percent", "decimals": 0.0, "source_id": "s", "locator": "p", "stated_value": None}
    given = frame("claims", *({**blank, "claim_id": f"c{n}", **row} for n, row in enumerate(rows)))
    return given


def claimed(**row):
    known = Known(
        frame("observations", observation(41, numerator=405, denominator=1250)), frame("targets"), "here", "2024-03"
    )
    return claim_entries(
        "here", "2024-03", known, claims({"text": "A claim.", "operands": "m#numerator; m#denominator", **row})
    )[0]


@pytest.mark.parametrize(
    ("stated", "decimals", "outcome", "gap"),
    [
        (41, 0, "differs", "9 percentage points"),
        (33, 0, "differs", "1 percentage point"),
        (32, 0, "agrees after rounding", ""),
        (32.4, 1, "agrees", ""),
        (32.3, 1, "differs", "0.1 percentage points"),
    ],
)
def test_a_share_is_recomputed_from_its_counts(stated, decimals, outcome, gap):
    """405 of 1,250 is 32.4."""
    entry = claimed(method="percentage", stated_value=stated, decimals=decimals)
    assert (entry.outcome.value, entry.gap) == (outcome, gap)
    assert entry.found == ("32.4%" if decimals else "32%")
    assert len(entry.rows) == 3  # the claim itself and the row of each operand


@pytest.mark.parametrize(("method", "outcome"), [("lower", "agrees"), ("higher", "differs")])
def test_a_comparison_in_words_shows_both_numbers(method, outcome):
    entry = claimed(method=method, unit="count")
    assert (entry.stated, entry.found, entry.outcome.value, entry.gap) == (method, "405 against 1,250", outcome, "")


def test_a_claim_that_cannot_be_recomputed_is_kept():
    entry = claimed(method="value", stated_value=5, operands="m@2020-01")
    assert (entry.stated, entry.found, entry.outcome) == ("5%", "", ClaimOutcome.CANNOT_BE_RECOMPUTED)


def test_a_withheld_number_is_not_given_away():
    entry = claimed(method="percentage")
    assert (entry.stated, entry.found, entry.outcome) == ("withheld", "", ClaimOutcome.CANNOT_BE_RECOMPUTED)


def test_the_summary_counts_every_entry(found):
    frame_of = summary_frame(found)
    assert frame_of["count"].sum() == len(found)
    assert {(r["check"], r["outcome"]): r["count"] for r in frame_of.to_dict("records")}["claim", "differs"] == 7
