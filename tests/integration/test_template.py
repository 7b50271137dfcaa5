"""The empty workbook: what it holds, what it refuses, and that a filled-in one says the same as the CSV files."""

import csv
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from openpyxl import load_workbook

from improvement_reports.authoring.listed import examples_of, listed_measures
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import RETURN_FILE, RETURN_TABLES, WORKBOOK_TABLES
from improvement_reports.returns.prepare import check_return, prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.returns.reading import WORKBOOK
from improvement_reports.returns.template import LAST_ROW, Listed, write_template
from improvement_reports.returns.workbook_reading import read_workbook
from improvement_reports.workspace.measure_library import load_library
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project

AUTHORITY, MONTH = "gloucestershire", "2021-04"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "return.xlsx"
    write_template(path)
    return load_workbook(path)


def rules(sheet) -> dict:
    """The data validation of each column, by its letter."""
    return {
        str(area).split(":")[0].rstrip("0123456789"): rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
    }


def test_has_a_sheet_for_each_table_after_the_instructions(book):
    assert book.sheetnames == ["read me", *WORKBOOK_TABLES]
    assert not any(sheet.merged_cells.ranges for sheet in book)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize("name", WORKBOOK_TABLES)
def test_each_heading_is_named_frozen_bold_and_explained(book, name):
    sheet, table = book[name], WORKBOOK_TABLES[name]
    assert tuple(cell.value for cell in sheet[1]) == table.column_names
    assert (sheet.freeze_panes, sheet.max_row) == ("A2", 1)
    for cell, column in zip(sheet[1], table.columns, strict=True):
        assert cell.font.b
        assert column.description[1:] in cell.comment.text
        assert cell.comment.text.startswith("Required." if column.required else "May be empty.")
        assert sheet.column_dimensions[cell.column_letter].width > len(column.name)


@pytest.mark.parametrize("name", WORKBOOK_TABLES)
def test_only_numbers_are_not_text_so_that_a_month_stays_a_month(book, name):
    sheet, table = book[name], WORKBOOK_TABLES[name]
    for cell, column in zip(sheet[1], table.columns, strict=True):
        wanted = "General" if column.type == "number" else "@"
        assert sheet.column_dimensions[cell.column_letter].number_format == wanted, column.name


@pytest.mark.parametrize("name", WORKBOOK_TABLES)
def test_choices_and_yes_no_are_dropdowns_with_a_message(book, name):
    sheet, table = book[name], WORKBOOK_TABLES[name]
    found = rules(sheet)
    for cell, column in zip(sheet[1], table.columns, strict=True):
        if column.type not in ("choice", "yes_no"):
            continue
        words = ["yes", "no"] if column.type == "yes_no" else [m.value for m in column.choices]
        rule = found[cell.column_letter]
        assert (rule.type, rule.formula1) == ("list", f'"{",".join(words)}"')
        assert rule.showErrorMessage and all(word in rule.error for word in words) and len(rule.error) < 225
        assert str(rule.sqref) == f"{cell.column_letter}2:{cell.column_letter}{LAST_ROW}"


def test_instructions_name_every_table_and_column(book):
    said = [[cell.value for cell in row if cell.value] for row in book["read me"]]
    for table in WORKBOOK_TABLES.values():
        assert [table.name, "no" if table.optional else "yes", table.row] in said
        for column in table.columns:
            assert any(row[:3] == [table.name, "yes" if column.required else "no", column.name] for row in said)


def test_two_writes_give_the_same_bytes_and_leave_nothing_aside(tmp_path):
    write_template(tmp_path / "a.xlsx")
    write_template(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in archive.read("docProps/core.xml").replace(b"purl.org/dc/terms", b"")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("there.xlsx", "exists already and is not overwritten; choose another name or remove it."),
        ("missing/return.xlsx", "There is no folder"),
        ("return.xls", "does not end in .xlsx; name the workbook as in return.xlsx."),
        ("return", "does not end in .xlsx"),
    ],
)
def test_refuses_in_one_sentence(tmp_path, name, message):
    (tmp_path / "there.xlsx").write_bytes(b"someone's work")
    with pytest.raises(UserError, match=message) as caught:
        write_template(tmp_path / name)
    assert str(caught.value).count("\n") == 0
    assert [p.name for p in tmp_path.iterdir()] == ["there.xlsx"]
    assert (tmp_path / "there.xlsx").read_bytes() == b"someone's work"


# A filled-in workbook


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rows_of_info(info: dict) -> dict[str, list[dict]]:
    """return.yml as the rows of the sheets ``return`` and ``sources``."""
    head = {**info, "illustrative": "yes" if info["illustrative"] else "no"}
    sources = [
        {**source, "source_id": key, "meeting_body": meeting.get("body"), "meeting_date": meeting.get("date")}
        for key, source in info["sources"].items()
        for meeting in [source.get("meeting", {})]
    ]
    return {"return": [head], "sources": sources}


def fill_in(template: Path, source: Path, target: Path) -> None:
    """What an analyst does: numbers as numbers, everything else as text, into the rows below the headings."""
    book = load_workbook(template)
    contents = rows_of_info(yaml.safe_load((source / RETURN_FILE).read_text(encoding="utf-8")))
    contents |= {path.stem: csv_rows(path) for path in source.glob("*.csv")}
    for name, rows in contents.items():
        for number, row in enumerate(rows, start=2):
            for place, column in enumerate(WORKBOOK_TABLES[name].columns, start=1):
                if text := row.get(column.name):
                    book[name].cell(number, place, float(text) if column.type == "number" else text)
    book.save(target)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same return in two projects: as CSV files, and as a filled-in workbook."""
    folder = tmp_path_factory.mktemp("returns")
    source = ROOT / "data" / "raw" / AUTHORITY / MONTH
    projects = []
    for name in ("csv", "workbook"):
        project = Project(folder / name)
        shutil.copytree(ROOT / "params", project.params)
        home = project.raw_return(AUTHORITY, MONTH)
        for other in sorted(source.parent.glob("*-*")):  # its steps answer recommendations of another return
            if other != source:
                shutil.copytree(other, project.raw_return(AUTHORITY, other.name))
        if name == "csv":
            shutil.copytree(source, home)
        else:
            shutil.copytree(source / "narrative", home / "narrative")
            write_template(folder / "empty.xlsx")
            fill_in(folder / "empty.xlsx", source, home / WORKBOOK)
        projects.append(project)
    return projects


def test_a_filled_in_workbook_gives_the_same_tables_as_csv_files(both):
    processed = [read_processed(prepare_return(project, AUTHORITY, MONTH)) for project in both]
    (tables, info), (from_workbook, info_of_workbook) = processed
    assert info["info"] == info_of_workbook["info"]
    for name in RETURN_TABLES:
        # A workbook made from the template has every column, also those that a CSV file may leave out: its rows have
        # more cells.
        of_the_file = ["source_file", "row_cells", "row_sha256", "row_lacks"]
        expected, found = (t[name].drop(columns=of_the_file) for t in (tables, from_workbook))
        pd.testing.assert_frame_equal(found, expected)
        expected_files = {f"{AUTHORITY}/{MONTH}/{WORKBOOK}#{name}"} if len(expected) else set()
        assert set(from_workbook[name]["source_file"]) == expected_files


def test_an_empty_workbook_has_faults_and_no_traceback(both, tmp_path):
    project = Project(tmp_path)
    shutil.copytree(both[0].params, project.params)
    home = project.raw_return(AUTHORITY, MONTH)
    home.mkdir(parents=True)
    write_template(home / WORKBOOK)
    with pytest.raises(UserError, match="sheet observations: has no rows below the first"):
        check_return(project, home)


def test_the_command_offers_the_measures_and_shows_examples_in_grey(tmp_path, monkeypatch):
    path = tmp_path / "return.xlsx"
    project = Project(ROOT)
    write_template(path, listed_measures(project), examples_of(project))
    book = load_workbook(path)
    listed = [row[0].value for row in book["measures"].iter_rows(min_row=2)]
    assert {*load_measures(project), *load_library(project)} == set(listed) and len(listed) == len(set(listed))
    rule = rules(book["observations"])["A"]
    assert (rule.type, rule.formula1) == ("list", f"measures!$A$2:$A${len(listed) + 1}")
    lines = {(r[0].value, r[2].value): r[4] for r in book["read me"].iter_rows(max_col=5) if r[2].value}
    example = lines["observations", "measure_id"]
    assert example.value in load_measures(project) and example.font.i and example.font.color.rgb == "FF505A5F"


def test_the_list_of_measures_is_no_table_of_the_return(tmp_path):
    path = tmp_path / "return.xlsx"
    write_template(path, [Listed("a_count", "A", "count", "higher", "=A")])
    found = read_workbook(path.read_bytes(), path.name)
    assert not any("measures" in f.where for f in found.faults) and "measures" not in found.tables
    assert load_workbook(path)["measures"]["E2"].data_type == "s"
