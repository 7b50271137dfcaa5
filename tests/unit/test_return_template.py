"""The empty workbook of a return: a sheet a table, each column explained, and what Excel lets a person enter in it."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import WORKBOOK_TABLES, ColumnSpec
from improvement_reports.domain.vocabulary import Status
from improvement_reports.returns.template import (
    LAST_ROW,
    OWN_WORDS,
    Listed,
    ListedArea,
    explanation,
    template_workbook,
    write_template,
)

MEASURES = [
    Listed("one_count", "=One", "count", "higher", "How many."),
    Listed("two_pct", "Two", "percent", "lower", "Which part."),
]
AREAS = [ListedArea("north", "The north", "exampleshire, locality")]


@pytest.fixture(scope="module")
def book():
    return template_workbook(MEASURES, {("observations", "value"): "86"}, AREAS)


def rule_of(sheet, head: str):
    """What Excel allows in the column of a heading, or None."""
    (cell,) = (c for c in sheet[1] if c.value == head)
    found = [r for r in sheet.data_validations.dataValidation if f"{cell.column_letter}2" in r.sqref]
    return found[0] if found else None


def test_each_table_of_a_workbook_has_a_sheet_with_its_columns_and_no_rows(book):
    assert book.sheetnames == ["read me", *(t.name for t in WORKBOOK_TABLES.values()), "measures", "areas"]
    for table in WORKBOOK_TABLES.values():
        sheet = book[table.name]
        assert [c.value for c in sheet[1]] == list(table.column_names)
        assert sheet.max_row == 1
        assert all(
            ("Required." in c.comment.text) is col.required for c, col in zip(sheet[1], table.columns, strict=True)
        )


def test_what_may_be_empty_looks_other_than_what_must_be_filled_in(book):
    fills = {True: set(), False: set()}
    for table in WORKBOOK_TABLES.values():
        for cell, column in zip(book[table.name][1], table.columns, strict=True):
            fills[column.required].add(cell.fill.fgColor.rgb)
    assert len(fills[True]) == len(fills[False]) == 1 and fills[True] != fills[False]


def test_a_month_stays_text_and_a_number_keeps_its_sign(book):
    """Excel would make a day of 2021-04, and 0.86 of 86%, which the check could not see."""
    for table in WORKBOOK_TABLES.values():
        sheet = book[table.name]
        for cell, column in zip(sheet[1], table.columns, strict=True):
            form = sheet.column_dimensions[cell.column_letter].number_format
            assert form == ("General" if column.type == "number" else "@"), (table.name, column.name)


def test_a_choice_is_a_dropdown_to_the_last_row_and_strict_unless_a_council_may_have_words_of_its_own(book):
    rule = rule_of(book["observations"], "period_type")
    assert (rule.type, rule.errorStyle) == ("list", None) and '"month,' in rule.formula1
    assert str(rule.sqref).endswith(f"2:{str(rule.sqref).split(':')[0][:-1]}{LAST_ROW}")
    status = rule_of(book["priorities"], "action_status")
    assert status.errorStyle == "warning" and status.error.endswith(OWN_WORDS)
    assert set(status.formula1.strip('"').split(",")) == {s.value for s in Status}


def test_a_measure_and_an_area_are_offered_from_their_sheets_and_a_new_one_is_let_stand(book):
    """Who lists two measures is offered rows 2 and 3."""
    for head, cells in (("measure_id", "measures!$A$2:$A$3"), ("area", "areas!$A$2:$A$2")):
        rule = rule_of(book["observations"], head)
        assert (rule.formula1, rule.errorStyle) == (cells, "warning")
    without = template_workbook()
    assert without.sheetnames[-1] not in ("measures", "areas")
    assert rule_of(without["observations"], "measure_id") is None


def test_a_number_and_the_length_of_a_day_are_checked_as_they_are_typed(book):
    assert rule_of(book["observations"], "value").type == "decimal"
    day = rule_of(book["milestones"], "date")
    assert (day.type, day.formula1, day.formula2) == ("textLength", "4", "10")
    assert rule_of(book["milestones"], "title") is None


def test_no_word_of_a_measure_is_a_formula(book):
    cell = book["measures"]["B2"]
    assert (cell.value, cell.data_type) == ("=One", "s")


def test_the_first_sheet_says_each_column_with_its_example_and_leads_to_each_sheet(book):
    rows = list(book["read me"].iter_rows(values_only=True))
    said = {(r[0], r[2]): r for r in rows if r[1] in ("yes", "no") and r[2]}
    for table in WORKBOOK_TABLES.values():
        assert (table.name, "no" if table.optional else "yes", table.row) in {r[:3] for r in rows}
        for column in table.columns:
            assert said[table.name, column.name][1] == ("yes" if column.required else "no")
    assert said["observations", "value"][4] == "86"
    links = {c.hyperlink.location for (c, *_) in book["read me"].iter_rows(max_col=1) if c.hyperlink}
    assert links == {f"'{t.name}'!A1" for t in WORKBOOK_TABLES.values()}


def column(**given) -> ColumnSpec:
    return ColumnSpec(**{"name": "x", "type": "text", "description": "what it is"} | given)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (column(), "What it is."),
        (column(description="what it is."), "What it is."),
        (column(type="id"), "What it is. Lower-case letters, digits, hyphens and underscores."),
        (column(type="date"), "What it is. YYYY-MM-DD, YYYY-MM or YYYY."),
        (column(type="date", description="the month, YYYY-MM"), "The month, YYYY-MM."),
        (column(refers_to="priorities"), "What it is. It must be in the sheet priorities."),
    ],
)
def test_a_column_is_explained_in_sentences(spec, said):
    assert explanation(spec) == said


def test_the_same_workbook_has_the_same_bytes_and_says_no_time(tmp_path):
    write_template(tmp_path / "one.xlsx", MEASURES)
    write_template(tmp_path / "two.xlsx", MEASURES)
    content = (tmp_path / "one.xlsx").read_bytes()
    assert content == (tmp_path / "two.xlsx").read_bytes()
    assert load_workbook(io.BytesIO(content))["measures"]["A2"].value == "one_count"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"dcterms:created" not in parts.read("docProps/core.xml")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.xlsx", "two.xlsx"], "nothing is left beside it"


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.xls", "does not end in .xlsx"), ("there.xlsx", "exists already"), ("nowhere/a.xlsx", "There is no folder")],
)
def test_a_place_where_no_workbook_can_stand_is_refused(tmp_path, name, said):
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    with pytest.raises(UserError, match=said):
        write_template(tmp_path / name)
    assert (tmp_path / "there.xlsx").read_bytes() == b"mine"
