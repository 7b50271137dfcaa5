"""A council's own scorecard into a return: both made-up examples cell by cell, the dialogue, a second import, bad input."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml
from in_process import say
from openpyxl import load_workbook
from scorecard_files import AUTHORITY, EXPORT, MEASURES, MONTH, WIDE, save_book, with_measures

from improvement_reports.runs.inputs import input_files
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.strays import stray_params

HEAD = ["Indicator", "Feb-26", "Mar-26"]
RECEIVED = ("--received", "2026-04-08")


@pytest.fixture
def known(project) -> Project:
    return with_measures(project)


class Import:
    """Imports into one project, in this process."""

    def __init__(self, project: Project, monkeypatch, capsys):
        self.project, self.monkeypatch, self.capsys = project, monkeypatch, capsys
        self.said = ""

    def __call__(self, file: Path, *options: str, month: str = MONTH, answers: str | None = None) -> int:
        stdin = io.StringIO(answers if answers is not None else "")
        self.monkeypatch.setattr("sys.stdin", stdin)
        code = say(self.monkeypatch, self.project, "import", AUTHORITY, month, str(file), *RECEIVED, *options)
        shown = self.capsys.readouterr()
        self.said = shown.out + shown.err
        return code

    def book(self, rows: list[list], *options: str, **settings) -> int:
        """Import a workbook of these rows, taking what is certain."""
        path = save_book(self.project.root / "card.xlsx", rows, **settings)
        return self(path, "--yes", *options)

    def check(self) -> int:
        code = say(self.monkeypatch, self.project, "check", "--authority", AUTHORITY, "--month", MONTH)
        shown = self.capsys.readouterr()
        self.said = shown.out + shown.err
        return code

    @property
    def folder(self) -> Path:
        return self.project.raw_return(AUTHORITY, MONTH)

    def rows(self, table: str = "observations", month: str = MONTH) -> list[dict[str, str]]:
        path = self.project.raw_return(AUTHORITY, month) / f"{table}.csv"
        return list(csv.DictReader(path.open(encoding="utf-8", newline=""))) if path.exists() else []

    def values(self) -> dict[tuple[str, str], str]:
        return {(r["measure_id"], r["period"]): r["value"] or r["value_status"] for r in self.rows()}


@pytest.fixture
def imports(known, monkeypatch, capsys) -> Import:
    return Import(known, monkeypatch, capsys)


# Both examples, of all cells


def test_the_wide_example_is_right_in_every_cell(imports):
    """Beside a reading with pandas: every cell of every month, none more."""
    assert imports(WIDE, "--yes", "--all-months") == 0, imports.said
    sheet = pd.read_excel(WIDE, header=None, keep_default_na=False)
    months = [f"{m:%Y-%m}" for m in sheet.iloc[2, 4:16]]
    expected = {}
    for _, row in sheet.iloc[3:].iterrows():
        if row[1] not in MEASURES:
            continue
        measure, unit, *_ = MEASURES[row[1]]
        for month, cell in zip(months, row[4:16], strict=True):
            marks = {"n/a": "not_available", "-": "not_available", "*": "suppressed", "4 of 7": "57.1"}
            if isinstance(cell, str):
                expected[measure, month] = marks[cell]
            else:
                number = Decimal(str(cell)) * (100 if unit == "percent" else 1)
                expected[measure, month] = f"{number.normalize() + 0:f}"
    assert len(expected) == 16 * 12
    assert imports.values() == expected


def test_every_value_of_the_wide_example_names_its_cell(imports):
    imports(WIDE, "--yes", "--all-months")
    sheet = load_workbook(WIDE)["Scorecard"]
    by_measure = {measure: name for name, (measure, *_) in MEASURES.items()}
    for row in imports.rows():
        place = re.fullmatch(r"sheet Scorecard, cell ([A-Z]+)(\d+)", row["locator"])
        assert sheet[f"B{place[2]}"].value == by_measure[row["measure_id"]]
        assert f"{sheet[f'{place[1]}3'].value:%Y-%m}" == row["period"]


def test_targets_of_the_wide_example(imports):
    imports(WIDE, "--yes", "--all-months")
    found = {r["measure_id"]: (r["target"], r["tolerance"], r["valid_from"]) for r in imports.rows("targets")}
    assert found == {
        "sc_contacts_24h_pct": ("95", "10", "2025-04"),
        "sc_assessments_pct": ("85", "10", "2025-04"),
        "sc_rereferrals_pct": ("20", "10", "2025-04"),
        "sc_icpc_pct": ("90", "10", "2025-04"),
        "sc_visits_pct": ("95", "10", "2025-04"),
        "sc_placements_pct": ("10", "10", "2025-04"),
        "sc_accommodation_pct": ("92", "10", "2025-04"),
        "sc_agency_pct": ("15", "10", "2025-04"),
        "sc_supervision_pct": ("85", "10", "2025-04"),
        "sc_audits_pct": ("60", "10", "2025-04"),
        "sc_interviews_pct": ("80", "10", "2025-04"),
    }


def test_the_wide_example_passes_the_check_and_says_what_it_left_out(imports):
    assert imports(WIDE, "--yes") == 0
    for words in (
        "16 values of 16 measures for March 2026.",
        "cell A24: a text of its own: “* fewer than 6, withheld. n/a: system down in July.”",
        "cell V9: a comment on “% re-referrals within 12 months”: “Dip in Dec due to recording backlog”",
        "cells U7, U8, U9, 8 more: RAG ratings of 11 measures (G, A, R)",
        "directions of travel of 16 measures",
    ):
        assert words in imports.said
    assert imports.check() == 0, imports.said
    assert imports(WIDE, "--replace", "--all-months") == 0
    assert "cell M9: a remark at the cell: “provisional”" in imports.said
    assert "cell K22: “Return home interviews within 72 hours”: 4 of 7 was worked out as 57.1%" in imports.said


def test_the_export_is_right_in_every_row(imports):
    assert imports(EXPORT, "--yes", "--all-months") == 0, imports.said
    table = pd.read_csv(EXPORT, sep=";", encoding="cp1252", dtype=str, keep_default_na=False)
    expected = {}
    for number, row in enumerate(table.to_dict("records"), start=2):
        day = dt.datetime.strptime(row["Period End"], "%d/%m/%Y")
        value = row["Value"].strip("£%").replace(",", "")
        value = value.removesuffix(".0")
        expected[MEASURES[row["Measure Name"]][0], f"{day:%Y-%m}"] = (
            value,
            row["Numerator"],
            row["Denominator"],
            f"C{number}",
        )
    assert len(expected) == 97
    found = {
        (r["measure_id"], r["period"]): (
            r["value"],
            r["numerator"],
            r["denominator"],
            r["locator"].split()[1].rstrip(","),
        )
        for r in imports.rows()
    }
    assert found == expected
    assert imports.check() == 0, imports.said


def test_the_return_names_the_file_and_keeps_a_copy(imports):
    imports(WIDE, "--yes")
    info = yaml.safe_load((imports.folder / "return.yml").read_text(encoding="utf-8"))
    [(source_id, source)] = info["sources"].items()
    assert (source_id, source["title"], source["file"]) == (
        "exampleshire-scorecard-2026-03",
        "Performance scorecard, March 2026",
        "wide-monthly.xlsx",
    )
    assert (info["received"], info["illustrative"]) == ("2026-04-08", True)
    assert (imports.folder / "sources" / "wide-monthly.xlsx").read_bytes() == WIDE.read_bytes()
    assert len(source["sha256"]) == 64


# The copy of the file


def test_a_copy_that_was_changed_or_that_nothing_names_is_a_fault_of_the_return(imports):
    imports(WIDE, "--yes")
    copies = imports.folder / "sources"
    (copies / "wide-monthly.xlsx").write_bytes(b"other")
    (copies / "notes.docx").write_bytes(b"x")
    (copies / "Thumbs.db").write_bytes(b"x")
    assert imports.check() == 2
    assert "sources/wide-monthly.xlsx: is not the document that return.yml names" in imports.said
    assert "sources/notes.docx: is named by no source of return.yml" in imports.said
    assert "Thumbs.db" not in imports.said


def test_a_copy_is_no_input_of_a_report_and_neither_is_what_a_system_left(imports):
    imports(WIDE, "--yes")
    for name in ("Thumbs.db", "desktop.ini", "~$return.xlsx", ".DS_Store"):
        (imports.folder / name).write_bytes(b"x")
    names = {p.name for p in input_files(imports.project, AUTHORITY, MONTH, "board") if MONTH in p.parts}
    assert names == {"observations.csv", "targets.csv", "return.yml"}
    assert imports.check() == 0, imports.said


def test_the_mapping_is_no_stray_file(imports):
    imports(WIDE, "--yes")
    (imports.project.params / AUTHORITY / "import-tool.yml").write_text("x: 1\n", encoding="utf-8")
    (imports.project.params / AUTHORITY / "imports.yml").write_text("x: 1\n", encoding="utf-8")
    assert [s.fault.where for s in stray_params(imports.project)] == [f"params/{AUTHORITY}/imports.yml"]
