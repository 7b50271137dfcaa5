"""A return as one Excel workbook: the same tables, and the faults that only a workbook can have."""

import random
import zipfile
from datetime import date

import pytest
from damage import RETURN
from goldens import assert_message
from workbooks import OBSERVATIONS, on, put, to_workbook

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.domain.rows import typed_tables
from improvement_reports.returns.prepare import check_return
from improvement_reports.returns.reading import read_return
from improvement_reports.workspace.places import Project


@pytest.fixture
def workbook(prepared) -> Project:
    to_workbook(prepared)
    return prepared


def content(data: bytes):
    return lambda project: (project.root / RETURN / "return.xlsx").write_bytes(data)


CASES = {
    "workbook that is a text": content(b"measure_id,area\n"),
    "workbook that is an old one": content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "workbook that is empty": content(b""),
    "workbook with a formula": on(OBSERVATIONS, put("F2", "=G2/H2*100")),
    "workbook with merged cells": on(OBSERVATIONS, lambda sheet: sheet.merge_cells("A2:A3")),
    "workbook with a cell formatted as a percentage": on(OBSERVATIONS, put("F2", 0.85, "0%")),
    "workbook with an error": on(OBSERVATIONS, put("F2", "#DIV/0!")),
    "workbook with a date where a month is meant": on(OBSERVATIONS, put("C2", date(2024, 3, 1), "dd/mm/yyyy")),
    "workbook with an unknown sheet": on("Sheet1", put("A1", "x")),
    "workbook with an empty sheet": on(OBSERVATIONS, lambda sheet: sheet.delete_rows(1, 99)),
    "workbook with a wrong cell": on(OBSERVATIONS, put("F2", "85%")),
    "workbook without its sheet return": on("return", lambda sheet: sheet.parent.remove(sheet)),
    "workbook with an unknown authority": on("return", put("A2", "../..")),
    "workbook with a date that does not exist": on("return", put("D2", "2024-04-31")),
    "workbook and a table as CSV": lambda project: (project.root / RETURN / "notes.csv").write_text("note_id\n1\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_of_a_workbook_is_told(workbook, name):
    CASES[name](workbook)
    with pytest.raises(InvalidInput) as caught:
        check_return(workbook, workbook.root / RETURN)
    assert_message(name, str(caught.value))


def test_a_workbook_says_the_same_as_the_files(prepared):
    folder = prepared.root / RETURN
    from_files = check_return(prepared, folder)
    expected = typed_tables(from_files)
    to_workbook(prepared)
    raw = check_return(prepared, folder)
    assert raw.info == from_files.info
    for name, table in typed_tables(raw).items():
        same = [
            c
            for c in table.columns
            if c not in ("source_file", "row_cells", "row_sha256", "row_lacks", "value_decimals")
        ]
        assert table[same].equals(expected[name][same])
    assert set(typed_tables(raw)[OBSERVATIONS]["source_file"]) == {"exampleshire/2024-03/return.xlsx#observations"}


def test_a_broken_workbook_is_a_fault_wherever_it_is_broken(workbook):
    """Bytes are overwritten at random places: the return is good or has faults, and never ends in another exception."""
    path = workbook.root / RETURN / "return.xlsx"
    whole, chance = path.read_bytes(), random.Random(7)
    for _ in range(25):
        at = chance.randrange(len(whole) - 40)
        path.write_bytes(whole[:at] + chance.randbytes(40) + whole[at + 40 :])
        try:
            check_return(workbook, workbook.root / RETURN)
        except InvalidInput as error:
            assert error.faults


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet3.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_workbook_with_a_broken_part_is_a_fault(workbook, part):
    path = workbook.root / RETURN / "return.xlsx"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = parts[part][: len(parts[part]) // 2]
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    with pytest.raises(InvalidInput) as caught:
        check_return(workbook, workbook.root / RETURN)
    assert "save the return as “Excel workbook (.xlsx)”" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "stated"),
    [(85, "85"), (85.0, "85"), (21.5, "21.5"), (0.1, "0.1"), (21.499999999999996, "21.5"), ("007", "007"), (None, "")],
)
def test_a_cell_is_the_text_that_stands_for_it(workbook, value, stated):
    on(OBSERVATIONS, put("E2", value))(workbook)
    assert read_return(workbook.root / RETURN).tables[OBSERVATIONS].at[2, "category"] == stated


def test_rows_are_numbered_as_the_spreadsheet_shows_them(workbook):
    on(OBSERVATIONS, lambda sheet: sheet.insert_rows(3))(workbook)
    table = read_return(workbook.root / RETURN).tables[OBSERVATIONS]
    assert list(table.index)[:3] == [2, 4, 5]
