"""The words of scorecards: periods, amounts, levels, headings, names of measures; and what a grid is read as."""

import datetime as dt
from decimal import Decimal

import pytest
from scorecard_files import grid_of

from improvement_reports.domain.measure_names import bare
from improvement_reports.domain.vocabulary import BetterWhen, Unit, ValueStatus
from improvement_reports.returns.scorecard.amounts import read_amount, read_level
from improvement_reports.returns.scorecard.export import export_lines
from improvement_reports.returns.scorecard.grid import Cell, letter, number_of
from improvement_reports.returns.scorecard.headings import Told
from improvement_reports.returns.scorecard.layout import faults_of, headings_of, no_headings
from improvement_reports.returns.scorecard.lines import lines_of
from improvement_reports.returns.scorecard.mapping import Mapping
from improvement_reports.returns.scorecard.marks import unmarked
from improvement_reports.returns.scorecard.open_text import separator_of
from improvement_reports.returns.scorecard.periods import NoYear, read_period
from improvement_reports.returns.scorecard.propose import unit_of
from improvement_reports.returns.scorecard.return_info import with_source
from improvement_reports.returns.scorecard.roles import part_of, role_of
from improvement_reports.returns.scorecard.same_names import twice
from improvement_reports.returns.scorecard.table import Rows, Wanted, rows_of
from improvement_reports.returns.scorecard.thresholds import NotATarget, target_of
from improvement_reports.returns.scorecard.unread_columns import left_columns
from improvement_reports.returns.scorecard.values import (
    NotUnderstood,
    Reading,
    completed,
    mark_of,
    read_value,
    scale_of,
)
from improvement_reports.workspace.measures import Measure


@pytest.mark.parametrize(
    ("heading", "band", "period"),
    [
        ("Apr-25", "", "2025-04 month"),
        ("Apr25", "", "2025-04 month"),
        ("Apr ’25", "", "2025-04 month"),
        ("April 2025", "", "2025-04 month"),
        ("30/04/2025", "", "2025-04 month"),
        ("01.04.2025", "", "2025-04 month"),
        ("2025-04", "", "2025-04 month"),
        ("2011-12", "", "2011-12 month"),
        ("Apr", "2025/26", "2025-04 month"),
        ("March", "2025/26", "2026-03 month"),
        ("Q1 2025/26", "", "2025-06 quarter"),
        ("2025-26 Q4", "", "2026-03 quarter"),
        ("Quarter 3 (2025/26)", "", "2025-12 quarter"),
        ("Q2", "FY 2025/26", "2025-09 quarter"),
        ("2025/26", "", "2026-03 year"),
        ("2025 to 2026", "", "2026-03 year"),
        ("FY25/26", "", "2026-03 year"),
        ("2011/12", "", "2012-03 year"),
        ("15/04/2025", "", None),  # a day in the middle of a month stands for no month
        ("Apr", "", None),
        ("2025/27", "", None),
        ("2025", "", None),
        ("42947", "", None),
        ("YTD", "2025/26", None),
        ("Target 2025/26", "", None),
        ("Apr 25 (prov)", "", "2025-04 month"),
        ("Apr-25*", "", "2025-04 month"),
        ("% Apr-25", "", "2025-04 month"),
        ("Apr-25 (%)", "", "2025-04 month"),
        ("M1", "2025/26", "2025-04 month"),
        ("Period 12", "2025/26", "2026-03 month"),
        ("M12 2025/26", "", "2026-03 month"),
        ("M12", "", None),
        ("M13", "2025/26", None),
        ("%", "2025/26", None),
    ],
)
def test_headings_of_periods(heading, band, period):
    found = read_period(heading, "General", band)
    assert (f"{found.end} {found.kind}" if found else None) == period


def test_dates_as_headings():
    day = dt.datetime(2025, 4, 1)
    assert read_period(day, "mmm-yy").end == "2025-04"
    assert read_period(dt.datetime(2025, 4, 15), "mmm-yy").end == "2025-04"
    assert read_period(dt.datetime(2025, 4, 15), "dd/mm/yyyy") is None
    with pytest.raises(NoYear, match="perhaps meant as Apr 2025"):
        read_period(dt.datetime(2026, 4, 25), "d-mmm")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("£1,234,567", (Decimal(1234567), False, True)),
        ("£1.2m", (Decimal("1200000.0"), False, True)),
        ("54%", (Decimal(54), True, False)),
        ("54.1 %", (Decimal("54.1"), True, False)),
        ("−3", (Decimal(-3), False, False)),
        ("1 234 567", (Decimal(1234567), False, False)),
        ("£1\u00a0234", (Decimal(1234), False, True)),
        ("12 34", None),
        ("(1,234)", (Decimal(-1234), False, False)),
        ("(prov)", None),
        ("1,5", None),
        ("5m", None),
        ("1e3", None),
        ("about 5", None),
        ("9" * 16, None),
    ],
)
def test_amounts(text, found):
    amount = read_amount(text)
    assert (amount and (amount.number, amount.is_percent, amount.is_pounds)) == found


def test_counts_behind_a_share():
    assert read_amount("4 of 7")[3:5] == (4, 7)
    assert read_amount("57% (4/7)") == (Decimal(57), True, False, 4, 7, "") == read_amount("4/7 (57%)")
    assert read_amount("22% ▲") == read_amount("22 per cent") == read_amount("22percent ↓") == read_amount("22%")
    assert [read_amount(t) for t in ("▲", "4/7 (57)", "▲ 2 22%", "22% ▲ 3", "per cent")] == [None] * 5
    assert read_amount("4/7") is None  # it may be a date


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("18% (n=40)", ("18", None, 40, "")),  # 7.2 of 40: which number it was is not guessed
        ("20% (n=40)", ("20", 8, 40, "")),
        ("20% (base: 400)", ("20", None, 400, "")),  # 78 to 82 of 400
        ("90% (+/-5%)", ("90", None, None, "(+/-5%)")),
        ("90% ± 5", ("90", None, None, "± 5")),
        ("90.5% (95% CI 85-95)", ("90.5", None, None, "(95% CI 85-95)")),
    ],
)
def test_what_stands_behind_a_share(text, found):
    reading = read_value(Cell(1, 1, text), Unit.PERCENT, "percent", {}, False)
    value, top, bottom, beside = found
    assert (reading.value, reading.top, reading.bottom, reading.beside) == (Decimal(value), top, bottom, beside)


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("18% (n=0)", Unit.PERCENT, "a number of none"),
        ("18 (n=40)", Unit.COUNT, "says of how many"),
        ("90% (85-95)", Unit.PERCENT, "is no number"),  # an interval, or a target
        ("90% (n=40) (+/-5%)", Unit.PERCENT, "is no number"),
        ("19%*", Unit.PERCENT, r"has the mark “\*”, and no note of the sheet"),
        ("19†", Unit.PERCENT, "has the mark “†”"),
    ],
)
def test_what_stands_behind_a_number_and_is_not_understood(text, unit, problem):
    with pytest.raises(NotUnderstood, match=problem):
        read_value(Cell(1, 1, text), unit, "percent", {}, False)


@pytest.mark.parametrize(
    ("note", "is_read"),
    [
        ("* Provisional figures", True),
        ("*: these figures are provisional and may still change", True),
        ("** provisional", False),
        ("* without agency staff", False),
        ("* provisional, without agency staff", False),
        ("* no longer provisional", False),
        (None, False),
    ],
)
def test_a_mark_that_the_sheet_says_is_provisional(note, is_read):
    _, _, sheet = read([["KPI", "Apr-25", "May-25"], ["Agency", "18%", "19%*"], [note], ["* provisional"][:is_read]])
    line, said = unmarked(sheet.lines[0])
    assert [c.value for c in line.values.values()] == ["18%", "19%" if is_read else "19%*"]
    assert [str(f).split(": ")[0] for f in said] == ["sheet Sheet1, cell C2"] * is_read
    (itself,) = read([["KPI", "Apr-25", "May-25"], ["Agency", "0.18 (prov)", 0.2]])[2].lines
    assert [c.value for c in unmarked(itself)[0].values.values()] == ["0.18", 0.2]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("<50%", None, "50"),
        ("20% or less", None, "20"),
        ("up to 20%", None, "20"),
        ("60%+", "60", None),
        (">= 60%", "60", None),
        ("at least 85", "85", None),
        ("85% and above", "85", None),
        ("50-59.9%", "50", "59.9"),
        ("30%-20.1%", "20.1", "30"),
        ("between 50% and 59%", "50", "59"),
        ("85%", "85", "85"),
    ],
)
def test_levels(text, low, high):
    level = read_level(text)
    assert (level.low, level.high) == tuple(None if n is None else Decimal(n) for n in (low, high))


def test_no_level():
    assert [read_level(t) for t in ("improve", "4 of 7", "", "<", "1-2-3")] == [None] * 5


def levels(**words: str) -> dict[str, Cell]:
    return {name: Cell(1, n, text) for n, (name, text) in enumerate(words.items(), start=1)}


def test_targets_from_levels():
    higher = target_of(levels(red="<85%", amber="85%-94.9%", green="95%+"), Unit.PERCENT, BetterWhen.HIGHER)
    lower = target_of(levels(red=">30%", amber="30%-20.1%", green="20% or less"), Unit.PERCENT, BetterWhen.LOWER)
    assert [(t.target, t.tolerance) for t in (higher, lower)] == [(95, 10), (20, 10)]
    assert target_of(levels(green="95%"), Unit.PERCENT, BetterWhen.HIGHER)[:2] == (95, None)
    assert target_of({}, Unit.PERCENT, BetterWhen.HIGHER) is None
    share = target_of({"green": Cell(1, 1, 0.85, "0%")}, Unit.PERCENT, BetterWhen.HIGHER)
    assert share.target == 85


@pytest.mark.parametrize(
    ("words", "better", "found"),
    [
        ({"green": "60-70%"}, BetterWhen.HIGHER, (60, 70)),
        ({"green": "between 18% and 22%"}, BetterWhen.LOWER, (18, 22)),
        ({"green": "60%-70%"}, BetterWhen.NEUTRAL, (60, 70)),
        ({"green": "95%-100%"}, BetterWhen.HIGHER, (95, None)),  # goes on to the end: no range
        ({"green": "0%-5%"}, BetterWhen.LOWER, (5, None)),
        ({"green": "85%-94.9%", "red": "<75%", "amber": "75%-84.9%"}, BetterWhen.HIGHER, (85, None)),
    ],
)
def test_a_target_from_one_number_to_another_is_a_range(words, better, found):
    target = target_of(levels(**words), Unit.PERCENT, better)
    assert (target.target, target.upper) == found


@pytest.mark.parametrize(
    ("words", "better", "problem"),
    [
        ({"green": "95%+"}, BetterWhen.LOWER, "does not go from a number down"),
        ({"green": "95%+", "amber": "70%-80%"}, BetterWhen.HIGHER, "does not end where green begins"),
        ({"green": "95%+", "amber": "85%-94%", "red": "<80%"}, BetterWhen.HIGHER, "does not begin where amber ends"),
        ({"green": "95%+"}, BetterWhen.NEUTRAL, "neither better high nor low"),
        ({"green": "0.95"}, BetterWhen.HIGHER, "may be a share of one or a percentage"),
        ({"green": "high"}, BetterWhen.HIGHER, "is no level"),
        ({"green": "5% or less", "amber": "5%-20%"}, BetterWhen.LOWER, "is nearer to 0"),
    ],
)
def test_levels_that_make_no_target(words, better, problem):
    with pytest.raises(NotATarget, match=problem):
        target_of(levels(**words), Unit.PERCENT, better)


def test_scales_of_percentages():
    def cells(*values, form="General"):
        return [Cell(1, n, v, form) for n, v in enumerate(values, start=1)]

    assert scale_of(cells(54, 55.5, 0)) == "percent"
    assert scale_of(cells(0.54, 1)) == "unsure"
    assert scale_of(cells(0.54, 54)) == "mixed"
    assert scale_of([*cells(0.54, form="0%"), *cells(54)]) == "percent"
    assert scale_of([*cells("54%"), *cells(0.54)]) == "unsure"


def test_values_as_stored_and_as_shown():
    cell = Cell(1, 1, 0.7194, "0%")
    assert read_value(cell, Unit.PERCENT, "percent", {}, False)[:1] == (Decimal("71.94"),)
    assert read_value(cell, Unit.PERCENT, "percent", {}, True).value == 72
    assert read_value(Cell(1, 1, 0.1 + 0.2, "General"), Unit.RATE, "percent", {}, False).value == Decimal("0.3")
    assert (
        read_value(Cell(1, 1, " N/A"), Unit.COUNT, "", {"n/a": ValueStatus.NOT_AVAILABLE}, False).status
        == "not_available"
    )


def test_values_with_the_counts_behind_them():
    seven, four = Decimal(7), Decimal(4)
    assert completed(Reading(None), Unit.PERCENT, 1, four, seven)[:1] == (Decimal("57.1"),)
    # 86.46 was shown as 86.5; in whole numbers it is 86, and not the 87 that rounding twice would make of it
    assert completed(Reading(Decimal("86.5"), decimals=1), Unit.PERCENT, 0, Decimal(8646), Decimal(10000)).value == 86
    with pytest.raises(NotUnderstood, match=r"but 4 of 7 is 57\.1%"):
        completed(Reading(Decimal(60)), Unit.PERCENT, 0, four, seven)
    with pytest.raises(NotUnderstood, match="which is no share"):
        completed(Reading(None), Unit.PERCENT, 0, seven, four)
    with pytest.raises(NotUnderstood, match="states no value"):
        completed(Reading(None), Unit.PERCENT, 0, four, None)


def test_headings_and_parts():
    assert [role_of(h) for h in ("No.", "Indicator", "Target (green)", "Target 2025/26", "RAG", "Lead")] == [
        "number",
        "name",
        "green",
        "green",
        "rag",
        "",
    ]
    assert {role_of(h) for h in ("Target 25-26", "25/26 Target", "Target (2025-2026)")} == {"green"}
    assert {role_of(h) for h in ("Exception commentary", "Story behind the data")} == {"comment"}
    assert role_of("Indicator", {}) == "" and role_of("KPI!", {"kpi": "name"}) == "name"
    assert [part_of(t) for t in ("Numerator", "%", "Actual:", "Referrals")] == ["numerator", "value", "value", ""]
    assert [letter(n) for n in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"] and number_of("AAA") == 703


def test_names_that_are_the_same():
    same = [
        ("% ICPCs within 15 working days", "Initial child protection conferences within 15 working days"),
        ("Children subject of a child protection plan", "Number of children subject to a child protection plan"),
        ("Children looked after", "Number of children in care"),
        ("Looked After Children (snapshot)", "Children in care at the end of the month"),
        ("Number of contacts in month", "Contacts"),
        ("3. CLA visits in time¹", "KPI 12: Looked after children visits in time*"),
    ]
    for one, other in same:
        assert sorted(set(bare(one).split())) == sorted(set(bare(other).split())), (bare(one), bare(other))
    assert bare("Children seen within the month") != bare("Children seen"), "a time limit is a part of the measure"
    assert bare("assessments in 45 days") != bare("assessments in 35 days")


def read(rows, **settings):
    grid = grid_of(rows, **settings)
    heads = headings_of(grid, Told())
    return grid, heads, lines_of(grid, heads, {}) if heads else None


def test_a_wide_table_with_sections_totals_and_a_footnote():
    rows = [["Ref", "KPI", "Apr-25", "May-25", "YTD"], ["Front door"], ["1.1", "Referrals", 3, 4, 7], ["* note"]]
    grid, heads, sheet = read(rows, merged=("A2:E2",))
    assert [(line.name, line.section, [c.value for c in line.values.values()]) for line in sheet.lines] == [
        ("Referrals", "Front door", [3, 4])
    ]
    assert [f.where for f in (*sheet.left, *left_columns(grid, heads[0]))] == [
        "sheet Sheet1, cell A4",
        "sheet Sheet1, cell E1",
    ]


def test_a_month_that_stands_twice_is_taken_out_and_said():
    grid, heads, _ = read([["KPI", "Apr-25", "May-25", "Apr-25"], ["Referrals", 1, 2, 3]])
    wrong, _ = faults_of(grid, heads[0])
    assert "April 2025 stands 2 times" in wrong[0].what and [p.end for p in heads[0].periods.values()] == ["2025-05"]


def test_what_has_no_heading_or_says_nothing_is_named():
    grid, heads, _ = read([["KPI", "Apr-25", "May-25", None], ["Referrals", 1, 2, 7], ["Contacts", 1, 2, 8]])
    assert [str(f) for f in left_columns(grid, heads[0])] == [
        "sheet Sheet1, cell D2: column D has no heading, so 2 cells of it are not read"
    ]
    grid, heads, _ = read([["KPI", "Apr-25", "May-25", *(f"x{n}" for n in range(40))], ["Referrals", 1, 2]])
    assert [str(f) for f in left_columns(grid, heads[0])] == [
        "sheet Sheet1, cells D1, AQ1: 40 columns from “x0” on announce nothing that a return has"
    ]


def test_a_second_row_of_headings_says_which_column_is_the_value():
    rows = [
        ["KPI", "Apr-25", None, None, "May-25", None, None],
        [None, "Num", "Den", "%", "Num", "Den", "Target"],
        ["Assessments", 3, 4, 75, 1, 2, 90],
    ]
    grid, heads, sheet = read(rows, merged=("B1:D1", "E1:G1"))
    (line,) = sheet.lines
    cells = [{p.end: c.value for p, c in part.items()} for part in (line.values, line.tops, line.bottoms)]
    assert cells == [{"2025-04": 75}, {"2025-04": 3}, {"2025-04": 4}]
    assert "May 2025 stands over “Num”, “Den”, “Target”" in faults_of(grid, heads[0])[0][0].what


def test_what_a_column_is_may_stand_in_the_second_row():
    """As where months stand over Actual and Target; the arrow of Good is was once read as the name."""
    rows = [
        [None, None, None, "Apr-25", None, "May-25", None],
        ["Area of focus", "Indicator", "Good is", "Actual", "Target", "Actual", "Target"],
        ["Front door", "Contacts", "↑", 3, 4, 5, 6],
    ]
    for these, merged in ((rows, ("D1:E1", "F1:G1")), ([[*r[:3], r[3], r[5]] for r in rows], ())):
        these = [these[0], [w if w not in ("Actual", "Target") or merged else None for w in these[1]], these[2]]
        grid, heads, sheet = read(these, merged=merged)
        (line,) = sheet.lines
        assert (line.name, [c.value for c in line.values.values()]) == ("Contacts", [3, 5])
        assert {r: c.value for r, c in line.beside.items()} == {"section": "Front door", "better": "↑"}
        assert [c.text for c in heads[0].cells(grid).values()][:3] == rows[1][:3]


def test_a_column_of_numbers_is_not_that_of_names():
    rows = [["KPI", "KPI Name", "Period", "Result"], ["1", "Referrals", "Apr-25", 3], [2, "Contacts", "Apr-25", 4]]
    (head,) = headings_of(grid_of(rows), Told())
    assert head.roles == {1: "number", 2: "name", 3: "period", 4: "value"}
    wide = [["KPI", "Title", "Ref", "Apr-25", "May-25"], ["1.1", "Referrals", "a", 3, 4]]
    assert [line.name for line in read(wide)[2].lines] == ["Referrals"]
    (head,) = read([["KPI", "Description", "Apr-25", "May-25"], ["Referrals", "All of them", 3, 4]])[1]
    assert head.roles == {1: "name"}


def test_each_row_may_be_of_a_year_of_its_own():
    rows = [
        ["Measure", "Year", "Apr", "May", "Jun", "Target"],
        ["Referrals", "2024/25", 3, 4, 5, 10],
        [None, "2025/26", 6, 7, None, 9],
        ["Contacts", "2024/25", 1, 1, 1],
        ["Contacts", "2025/26", 2, None, None],
        [None, "2025/26", 9, None, None],
        [None, "so far", 9, None, None],
    ]
    _, _, sheet = read(rows[:-1])
    assert {line.name: {p.end: c.value for p, c in line.values.items()} for line in sheet.lines} == {
        "Referrals": {"2024-04": 3, "2024-05": 4, "2024-06": 5, "2025-04": 6, "2025-05": 7},
        "Contacts": {"2024-04": 1, "2024-05": 1, "2024-06": 1, "2025-04": 2},
    }
    assert sheet.lines[0].beside["green"].value == 9
    assert ["a second value of “Contacts” for April 2025" in f.what for f in sheet.unclear] == [True]
    assert read(rows)[1] == [], "a column that names anything but years says no year"


def test_a_heading_may_say_month_and_part():
    rows = [
        [
            "KPI",
            "Apr-25 Num",
            "Den. Apr-25",
            "Apr-25 (%)",
            "Apr-25 RAG",
            "May-25 Actual",
            "May-25 Target",
            "May-25 Num",
        ],
        ["Assessments", 3, 4, 75, "A", 80, 85, 8],
    ]
    grid, heads, sheet = read(rows)
    (line,) = sheet.lines
    cells = [{p.end: c.value for p, c in part.items()} for part in (line.values, line.tops, line.bottoms)]
    assert cells == [{"2025-04": 75, "2025-05": 80}, {"2025-04": 3, "2025-05": 8}, {"2025-04": 4}]
    said = [f"{f.where.split()[-1]} {f.what}" for f in left_columns(grid, heads[0])]
    assert {p.end: c.value for p, c in line.targets.items()} == {"2025-05": 85}
    assert [s.split()[0] for s in said] == ["E1"] and all("neither its value nor a count" in s for s in said)


@pytest.mark.parametrize("words", ["Q1 25/26 Target", "M2 2025/26 RAG", "Q1 25/26 change", "Q4 24/25 v Q1 25/26"])
def test_another_column_of_a_quarter_is_not_its_value(words):
    assert read_period(words) is None
    grid, heads, sheet = read([["KPI", "Jul-25", "Aug-25", words], ["Referrals", 3, 4, 9]])
    assert [c.value for line in sheet.lines for c in line.values.values()] == [3, 4]
    assert words in left_columns(grid, heads[0])[0].what


@pytest.mark.parametrize("words", ["Q1 25/26", "Q1 (Apr-Jun) 25/26", "Quarter 1, FY 2025/26", "2025/26 Q1"])
def test_a_quarter_by_its_financial_year(words):
    assert read_period(words) == ("2025-06", "quarter")


def test_months_below_each_other_are_told():
    grid = grid_of([["Month", "Referrals"], ["Apr-25", 3], ["May-25", 4]])
    fault = no_headings(grid, Told())
    assert "A2" in fault.where and "A3" in fault.where and "Transpose" in fault.what


def test_the_name_of_a_block_may_stand_beside_its_first_row():
    rows = [
        ["A title of the pack"],
        ["Measure", None, "Apr-25", "May-25", "Direction"],
        ["Assessments", "Numerator", 3, 4, "↓"],
        [None, "Denominator", 4, 8],
        [None, "%", 75, 50],
        [None, "RAG", "A", "R"],
        ["Reviews", "Numerator", 1, 1],
        [None, "Denominator", 2, 4],
        ["Contacts", "Number", 9, 8],
        ["Section"],
        ["Visits"],
        [None, "%", 60, 70],
    ]
    _, _, sheet = read(rows)
    found = {
        line.name: [[c.value for c in part.values()] for part in (line.values, line.tops, line.bottoms)]
        for line in sheet.lines
    }
    assert found == {
        "Assessments": [[75, 50], [3, 4], [4, 8]],
        "Reviews": [[], [1, 1], [2, 4]],
        "Contacts": [[9, 8], [], []],
        "Visits": [[60, 70], [], []],
    }
    assert {r: c.value for r, c in sheet.lines[0].beside.items()} == {"direction": "↓", "rag": "R"}
    assert sheet.unclear == []


def test_a_row_of_a_block_that_is_no_known_part_gives_no_value():
    """Agency staff in FTE above their percentage: the first row was once read as the percentage."""
    rows = [
        ["A title of the pack"],
        ["Measure", None, "Apr-25", "May-25"],
        ["Re-referrals", "%", 20, 19],
        [None, "Cases", 3, 4],
        ["Agency staff", "FTE", 55, 53],
        [None, "%", 28, 27],
        ["Vacancies", "FTE", 12, 13],
        ["Spend", "£", 10, 11],
        [None, None, 1, 2],
    ]
    _, _, sheet = read(rows)
    found = {line.name: ([c.value for c in line.values.values()], unit_of(line)) for line in sheet.lines}
    assert found == {
        "Re-referrals": ([20, 19], None),
        "Agency staff": ([28, 27], None),
        "Vacancies": ([12, 13], Unit.FTE),
        "Spend": ([10, 11], Unit.POUNDS),
    }
    said = {fault.where.split()[-1]: fault.what for fault in sheet.unclear}
    assert said.keys() == {"B4", "B5", "D9"} and "“FTE” of “Agency staff” is no part" in said["B5"]


def test_rows_of_others_are_no_numbers_of_the_council():
    rows = [
        ["Measure", "Area", "Apr-25", "May-25"],
        ["Re-referrals", "England", 22, 22],
        ["", "Stat. neighbours", 23, 23],
        ["Re-referrals", "Our council", 20, 19],
        ["National average", None, 17, 17],
        ["Regional adoption plans", None, 4, 5],
    ]
    _, _, sheet = read(rows)
    assert {line.name: [c.value for c in line.values.values()] for line in sheet.lines} == {
        "Re-referrals": [20, 19],
        "Regional adoption plans": [4, 5],
    }
    assert [f.where.split()[-1] for f in sheet.left] == ["B2", "B3", "A5"] and sheet.unclear == []


def test_one_measure_on_two_sheets_names_both():
    one, other = (read([["KPI", "Apr-25", "May-25"], ["Referrals", 1, 2]], title=t)[2].lines for t in ("A", "B"))
    (fault,) = twice(both := [*one, *other])
    assert fault.where == "sheet A, cell A2 and sheet B, cell A2" and "hide or remove the sheet" in fault.what
    assert both == []


@pytest.mark.parametrize(
    ("text", "status"),
    [("<5", "suppressed"), ("fewer than 6", "suppressed"), ("<50", None), ("<5%", None), ("n/a", "not_available")],
)
def test_marks_for_what_is_missing(text, status):
    assert mark_of(text) == status


def test_a_sheet_without_months_has_no_headings():
    assert read([["KPI", "Value"], ["Referrals", 3]])[1] == []


def test_a_source_in_the_text_of_a_return():
    text = (
        "authority: a\nsources: # all\n    paper:\n        title: P\n    old:\n        title: O\n\nillustrative: true\n"
    )
    fields = {"title": 'New: "x"'}
    added = with_source(text, "card", fields)
    assert added == text.replace("# all\n", '# all\n    card:\n        title: "New: \\"x\\""\n')
    assert with_source(added, "card", fields) == added
    changed = with_source(text, "old", {"title": "N"})
    assert "title: O" not in changed and 'title: "N"' in changed and changed.endswith("illustrative: true\n")


YEARS = {
    "calendar": ("Year", [("2025", "November"), ("2025", "Dec"), (2026, "January")], ["2025-11", "2025-12", "2026-01"]),
    "backwards": ("Year", [("2026", "January"), ("2025", "December")], ["2026-01", "2025-12"]),
    "financial": ("Financial year", [("2025/26", "M1"), ("2025/26", "March")], ["2025-04", "2026-03"]),
    "quarters": ("Year", [("2025/26", "Q1")], ["2025-06"]),
    "own": ("Year", [("2025", "Apr-25"), ("2025", "May")], ["2025-04", "2025-05"]),
    "March after December of one number": ("Year", [("2025", m) for m in ("May", "December", "March")], []),
    "no months before April": ("Year", [("2024", "June"), ("2025", "May")], []),
    "financial, one number": ("FY", [("2025", "April"), ("2025", "May")], []),
    "a number of a month": ("Year", [("2025", "M1"), ("2025", "4")], []),
}


@pytest.mark.parametrize("case", YEARS)
def test_year_and_month_in_two_columns_of_an_export(case):
    heading, cells, months = YEARS[case]
    rows = [["Measure", heading, "Month", "Value"], *(["Referrals", y, m, n] for n, (y, m) in enumerate(cells))]
    grid = grid_of(rows)
    (head,) = headings_of(grid, Told())
    sheet = export_lines(grid, head, {}, {})
    assert [p.end for line in sheet.lines for p in line.values] == months
    assert len(sheet.unclear) == len(cells) - len(months)
    assert all("may be of two years; write the year as in 2025/26" in f.what for f in sheet.unclear)


def targets_of(rows: list[list], all_months: bool = True) -> tuple[list[tuple[str, str, str]], Rows]:
    """(from, to, target) of each target that a scorecard of one measure gives for the months to June 2025."""
    source = {"id": "a", "title": "T", "publisher": "P", "licence": "L"}
    entry = {"name": "Visits", "measure": "visits_pct"}
    mapping = Mapping.model_validate({"sheets": [{"name": "S"}], "source": source, "measures": [entry]})
    visits = Measure(
        title="Visits",
        label="Visits",
        unit="percent",
        decimals=0,
        better_when="higher",
        definition="Made up.",
        question="Why?",
        of="cases",
    )
    found = rows_of(read(rows)[2].lines, mapping, {"visits_pct": visits}, Wanted("x", "2025-06", "s", all_months))
    return [(t["valid_from"], t.get("valid_to", ""), t["target"]) for t in found.targets], found


def test_targets_of_single_months():
    rows = [["KPI", *(f"{m}-25{w}" for m in ("Apr", "May", "Jun", "Jul") for w in ("", " Target"))]]
    steps = [*rows, ["Visits", "80%", "85%", "81%", "85%", "82%", "90%", "83%", "95%"]]
    assert targets_of(steps)[0] == [("2025-04", "", "85"), ("2025-06", "", "90")]
    assert targets_of(steps, all_months=False)[0] == [("2025-06", "", "90")]
    gap = [*rows, ["Visits", "80%", "85%", "81%", None, "82%", "85%"]]
    assert targets_of(gap)[0] == [("2025-04", "2025-04", "85"), ("2025-06", "", "85")]
    assert targets_of([*rows, ["Visits", "80%", "85%", "81%"]])[0] == [("2025-04", "2025-04", "85")]
    quarters = [["KPI", "Q4 2024/25", "Q1 2025/26", "Q1 2025/26 Target"], ["Visits", "80%", "81%", "85%"]]
    assert targets_of(quarters)[0] == [("2025-04", "", "85")]


def test_targets_of_months_beside_one_of_the_measure_are_named():
    rows = [["KPI", "Target", "May-25", "Jun-25", "Jun-25 Target"], ["Visits", "85%", "80%", "81%", "90%"]]
    found, said = targets_of(rows)
    assert found == [("2025-05", "", "85")]
    assert ["targets of single months of “Visits”" in f.what for f in said.left] == [True]


def test_the_sign_between_cells():
    assert separator_of("a;b;c\n1,5;2;3\n4,5;6;7\n") == ";"
    assert separator_of("a\tb\n1,000\t2\n") == "\t"
    assert separator_of("a,b,c\nx;y,1,2\n") == ","


@pytest.mark.parametrize(
    ("cell", "unit", "problem"),
    [
        (Cell(1, 1, 0.5, "0%"), Unit.COUNT, "is formatted as a percentage, and the measure is a count"),
        (Cell(1, 1, "50%"), Unit.COUNT, "is a percentage, and the measure is a count"),
        (Cell(1, 1, "£30"), Unit.COUNT, "is money, and the measure is a count"),
        (Cell(1, 1, -3), Unit.COUNT, "and count cannot be below 0"),
        (Cell(1, 1, True), Unit.COUNT, "write the number that is meant"),
        (Cell(1, 1, 12000, "0,"), Unit.COUNT, "shows thousands or millions of it"),
    ],
)
def test_cells_that_do_not_fit_their_measure(cell, unit, problem):
    with pytest.raises(NotUnderstood, match=problem):
        read_value(cell, unit, "percent", {}, False)


def test_a_mapping_that_an_older_release_wrote_is_taken_as_it_is():
    """Fields that came later have what they did before there was a choice."""
    source = {"id": "a", "title": "T", "publisher": "P", "licence": "L"}
    old = {"sheets": [{"name": "S"}], "source": source, "measures": [{"name": "Contacts", "measure": "contacts_count"}]}
    mapping = Mapping.model_validate(old)
    assert (mapping.arrows, mapping.values, mapping.targets.read, mapping.roles) == ("number", "stored", True, None)
    assert mapping.of("contacts", "").measure == "contacts_count"
