"""What a cell of a workbook says: what a person sees there, or a sentence why that cannot be told."""

import datetime as dt
import zipfile

import pytest
from damage import RETURN
from goldens import assert_message
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from workbooks import OBSERVATIONS, on, put, to_workbook

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.limits import MAX_ROWS
from improvement_reports.returns.cell_reading import Unclear, cell_text
from improvement_reports.returns.prepare import check_return
from improvement_reports.returns.reading import read_return, recommendation_ids
from improvement_reports.workspace.places import Project

DAY = dt.datetime(2024, 3, 1)


def said(value, number_format="General", column="number", font=None) -> str:
    kind = (
        "d"
        if isinstance(value, dt.datetime | dt.time | dt.timedelta)
        else "b"
        if isinstance(value, bool)
        else "s"
        if isinstance(value, str)
        else "n"
    )
    try:
        return cell_text(value, kind, number_format, font, column)
    except Unclear as error:
        return f"refused: {error}"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (21.499999999999996, "General", "21.5"),
        (0.1 + 0.2, "General", "0.3"),
        (318, "0", "318"),
        (318.0, "#,##0", "318"),
        (21.5, "0.00", "21.5"),
        (1250.5, "#,##0.0", "1250.5"),
        (-5, "0", "-5"),
        (-5, "#,##0_);(#,##0)", "-5"),
        (-5, "0;-0", "-5"),
        (86, '0"%"', "86"),
        (86, r"0\%", "86"),
        (1250, '"£"#,##0', "1250"),
        (1250, "[$£-809]#,##0", "1250"),
        (0, "0;-0;0", "0"),
        (5, "[Red]0", "5"),
        (85, "@", "85"),
        (12, 'General" km"', "12"),
        (0, "General", "0"),
        (1e14, "General", "100000000000000"),
    ],
)
def test_a_number_that_is_shown_as_it_is(value, number_format, text):
    assert said(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "why"),
    [
        (21.46, "0.0", "shows 21.5"),
        (21.46, "#,##0", "shows 21"),
        (0.85, "0%", "percentage"),
        (0.855, "0.0%", "percentage"),
        (1250000, "#,##0,", "thousands"),
        (1250000, '0.0,,"m"', "thousands"),
        (318, '"c"', "no number"),
        (3, '[<5]"c";0', "something else"),
        (318, ";;;", "no number"),
        (31, r"0\8", "other digits"),
        (31, '0" of 40"', "other digits"),
        (0.5, "# ?/?", "fraction"),
        (1000, "0.00E+00", "power of ten"),
        (-5, "0;0", "no minus"),
        (-5, "0;[Red]0", "no minus"),
        (0, '0;-0;"–"', "no number"),
        (1e15, "General", "more than 15 digits"),
        (12345678901234567890, "General", "more than 15 digits"),
        (float("inf"), "General", "too large"),
        (float("nan"), "General", "too large"),
    ],
)
def test_a_number_that_is_shown_as_another(value, number_format, why):
    assert why in said(value, number_format)
    assert said(value, number_format).startswith("refused")


@pytest.mark.parametrize(
    ("value", "number_format", "column", "text"),
    [
        (DAY, "mmm-yy", "date", "2024-03"),
        (DAY, "mmm yyyy", "date", "2024-03"),
        (DAY, "yyyy", "date", "2024"),
        (DAY, "dd/mm/yyyy", "date", "2024-03-01"),
        (DAY, "[$-809]d mmmm yyyy;@", "date", "2024-03-01"),
        (DAY, "mm-dd-yy", "date", "2024-03-01"),
        (DAY, "yyyy-mm", "date", "2024-03"),
    ],
)
def test_a_date_is_as_precise_as_it_is_shown(value, number_format, column, text):
    assert said(value, number_format, column) == text


@pytest.mark.parametrize(
    ("value", "number_format", "column", "why"),
    [
        (DAY, "d-mmm", "date", "does not show all of it"),
        (DAY, "d-mmm", "text", "spreadsheets make of texts such as 5-9"),
        (DAY, "dd/mm/yyyy", "number", "holds the date"),
        (DAY, "dd/mm/yyyy", "id", "holds the date"),
        (dt.datetime(2024, 3, 1, 9, 30), "dd/mm/yyyy hh:mm", "date", "time of day"),
        (dt.time(9, 30), "hh:mm", "text", "time of day"),
        (dt.timedelta(1), "[h]:mm", "number", "time of day"),
        (True, "General", "text", "TRUE"),
        (True, "General", "number", "TRUE"),
        (False, "General", "id", "FALSE"),
        (7, "000", "text", "in the format 000"),
        (7, "000", "id", "in the format 000"),
        (0.12, "0%", "text", "percentage"),
        (1200, '"£"#,##0', "text", "in the format"),
    ],
)
def test_what_does_not_belong_into_a_column(value, number_format, column, why):
    assert why in said(value, number_format, column)
    assert said(value, number_format, column).startswith("refused")


def test_a_truth_value_is_yes_or_no_only_where_that_is_asked():
    assert (said(True, column="yes_no"), said(False, column="yes_no")) == ("yes", "no")


def test_a_line_break_of_excel_is_a_line_break():
    assert said("one_x000D_\ntwo", column="text") == "one\ntwo"
    assert said("one\ntwo", column="text") == "one\ntwo"


def footnote(value: str, mark: str, **font):
    return lambda sheet: setattr(sheet["F4"], "value", CellRichText(value, TextBlock(InlineFont(**font), mark)))


def hide_column(sheet) -> None:
    sheet.column_dimensions["F"].hidden = True


def hide_row(sheet) -> None:
    sheet.row_dimensions[5].hidden = True


def flatten_row(sheet) -> None:
    sheet.row_dimensions[5].height = 0.1


def title_above(sheet) -> None:
    sheet.insert_rows(1)
    sheet["A1"].value = "Return of March"


def second_source(sheet) -> None:
    sheet.append([c.value for c in sheet[2]])
    sheet["B3"].value = "Another paper"


CASES = {
    "workbook with a footnote mark": on(OBSERVATIONS, footnote("31", "8", vertAlign="superscript")),
    "workbook with a number struck through": on(OBSERVATIONS, footnote("31", "8", strike=True)),
    "workbook with a cell struck through": on(
        OBSERVATIONS, lambda sheet: setattr(sheet["F4"], "font", Font(strike=True))
    ),
    "workbook with a hidden row": on(OBSERVATIONS, hide_row),
    "workbook with a row without height": on(OBSERVATIONS, flatten_row),
    "workbook with a hidden column": on(OBSERVATIONS, hide_column),
    "workbook with a hidden sheet": on(OBSERVATIONS, lambda sheet: setattr(sheet, "sheet_state", "veryHidden")),
    "workbook with an age band that became a date": on(OBSERVATIONS, put("E4", dt.datetime(2024, 9, 5), "d-mmm")),
    "workbook with a rounded number": on(OBSERVATIONS, put("F4", 317.6, "0")),
    "workbook with a truth value in a text": on(OBSERVATIONS, put("E4", True)),
    "workbook with a time": on(OBSERVATIONS, put("C4", dt.datetime(2024, 3, 31, 12, 30), "dd/mm/yyyy hh:mm")),
    "workbook with a title above the names": on(OBSERVATIONS, title_above),
    "workbook with a second source of one id": on("sources", second_source),
    "workbook with a second row of the return": on("return", lambda sheet: sheet.append([c.value for c in sheet[2]])),
    "workbook with half a meeting": on("sources", lambda sheet: setattr(sheet["I2"], "value", None)),
    "workbook with a text that is neither true nor false": on("return", put("C2", "TRUE")),
    "workbook and a return.yml": (
        lambda project: (project.root / RETURN / "return.yml").write_text("authority: exampleshire\n")
    ),
    "workbook with too many rows": on(
        OBSERVATIONS, lambda sheet: [sheet.cell(n, 1, "x") for n in range(30, MAX_ROWS + 60)]
    ),
    "workbook with cells to the right": on(OBSERVATIONS, put("P4", "see below")),
}


@pytest.fixture
def workbook(project) -> Project:
    to_workbook(project)
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_fault_of_a_workbook_is_told(workbook, name):
    CASES[name](workbook)
    with pytest.raises(InvalidInput) as caught:
        check_return(workbook, workbook.root / RETURN)
    assert_message(name, str(caught.value))


def test_a_month_cell_is_a_month(workbook):
    on(OBSERVATIONS, put("C2", dt.datetime(2024, 3, 1), "mmm-yy"))(workbook)
    assert read_return(workbook.root / RETURN).tables[OBSERVATIONS].at[2, "period"] == "2024-03"


def test_dates_count_from_1904_where_the_workbook_says_so(workbook):
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    path = workbook.root / RETURN / "return.xlsx"
    book = load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    put("C2", dt.datetime(2024, 3, 1), "dd/mm/yyyy")(book[OBSERVATIONS])
    book.save(path)
    assert read_return(path.parent).tables[OBSERVATIONS].at[2, "period"] == "2024-03-01"


@pytest.mark.slow
def test_colours_below_the_last_row_cost_nothing(workbook):
    def colour(sheet) -> None:
        sheet.cell(1_048_576, 1).fill = PatternFill("solid", fgColor="FFFFFF00")

    on(OBSERVATIONS, colour)(workbook)
    check_return(workbook, workbook.root / RETURN)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(workbook):
    path = workbook.root / RETURN / "return.xlsx"
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet99.xml", "w") as part,
    ):
        for _ in range(40):
            part.write(b" " * 1_000_000)
    with pytest.raises(InvalidInput, match="when it is unpacked"):
        check_return(workbook, workbook.root / RETURN)


def test_a_workbook_with_entities_is_not_read(workbook):
    path = workbook.root / RETURN / "return.xlsx"
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    parts["xl/workbook.xml"] = laughs + parts["xl/workbook.xml"]
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    with pytest.raises(InvalidInput, match="not an Excel workbook, or damaged"):
        check_return(workbook, workbook.root / RETURN)


def test_recommendations_of_a_workbook_are_known_to_other_months(workbook):
    """An inspection in one month's workbook is answered in another month's return."""

    def recommend(sheet) -> None:
        sheet.append(["recommendation_id", "inspection_id", "kind", "number", "title", "name", "source_id", "locator"])
        sheet.append(["rec-1", "visit", "recommendation", 1, "Supervise", "Supervise", "board-2024-03", "Page 1"])

    on("recommendations", recommend)(workbook)
    home = workbook.raw / "exampleshire"
    assert recommendation_ids(home) == {home / "2024-03" / "return.xlsx": {"rec-1"}}
    actions = home / "2024-02" / "actions.csv"
    row = "answer,,rec-1,Supervise every month.,,,,planned,board-2024-02,Page 1"
    actions.write_text(
        f"action_id,priority_id,recommendation_id,text,owner,due,done_on,status,source_id,locator\n{row}\n"
    )
    check_return(workbook, home / "2024-02")
    actions.write_text(actions.read_text().replace("rec-1", "rec-2"))
    with pytest.raises(InvalidInput, match="did you mean “rec-1”"):
        check_return(workbook, home / "2024-02")
