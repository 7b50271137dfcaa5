"""A council's own scorecard into a return: both made-up examples cell by cell, the dialogue, a second import, bad input."""

import csv
import datetime as dt
import io
import json
import re
import shutil
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from in_process import say
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from scorecard_files import AUTHORITY, EXPORT, MEASURES, MONTH, WIDE, measure_entry, save_book, with_measures

from improvement_reports.domain.errors import UserError
from improvement_reports.returns.scorecard.mapping import Mapping, load_mapping
from improvement_reports.runs.inputs import input_files
from improvement_reports.workspace.measures import load_measures
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
    def mapping(self) -> Path:
        return self.project.params / AUTHORITY / "import.yml"

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
        "cell V9: 1 comment will stand on the page word for word; look through them for names of people",
        "cell T14: “↓” beside “Children in care”, as the source states it, where it went from 546 to 546",
    ):
        assert words in imports.said
    assert imports.check() == 0, imports.said
    assert imports(WIDE, "--replace", "--all-months") == 0
    assert "cell M9: a remark at the cell: “provisional”" in imports.said
    assert "cell K22: “Return home interviews within 72 hours”: 4 of 7 was worked out as 57.1%" in imports.said


def test_every_rating_arrow_and_comment_of_the_wide_example_is_taken_as_it_stands(imports):
    """Of the newest month alone, which they are about; and none of them is worked out."""
    assert imports(WIDE, "--yes", "--all-months") == 0
    sheet = load_workbook(WIDE)["Scorecard"]
    by_name = {row[1].value: row for row in sheet.iter_rows(min_row=4) if row[1].value}
    found = {r["measure_id"]: r for r in imports.rows() if r["period"] == "2026-03"}
    words = {"R": "red", "A": "amber", "G": "green", "↑": "rising", "↓": "falling", None: ""}
    stated = 0
    for name, row in by_name.items():
        if name not in MEASURES:
            continue
        arrow, rag, comment = (row[column].value for column in (19, 20, 21))
        mine = found[MEASURES[name][0]]
        assert (mine["stated_direction"], mine["stated_rag"]) == (words[arrow], words[rag]), name
        assert mine["comment"] == (comment or "")
        stated += sum(x is not None for x in (arrow, rag, comment))
    assert stated == 16 + 11 + 1
    others = [r for r in imports.rows() if r["period"] != "2026-03"]
    assert not any(r[c] for r in others for c in ("stated_rag", "stated_direction", "comment"))


def test_what_stands_beside_the_months_is_of_the_newest_alone(imports):
    assert imports(WIDE, "--yes", month="2026-02") == 0
    assert not any(r.get("stated_rag") or r.get("comment") for r in imports.rows())
    assert "a RAG rating of “% supervision on time”, of March 2026, which is not imported: G" in imports.said


BESIDE = [*HEAD, "DOT", "RAG", "Comment"]


def test_a_rating_or_an_arrow_that_is_not_certain_is_left_out_and_named(imports):
    rows = [
        BESIDE,
        ["Referrals", 10, 12, "↓", "Y", "- Fewer staff"],
        ["Contacts received", 10, 12, "sideways", "blue", "=1+1 is what we see"],
    ]

    def as_text(book):
        book.active["F3"].data_type = "s"

    assert imports.book(rows, change=as_text) == 0, imports.said
    found = {r["measure_id"]: r for r in imports.rows()}
    assert found["sc_referrals_count"]["comment"] == "Fewer staff"
    assert [r.get("stated_rag", "") for r in found.values()] == ["", "blue"]
    assert not any(r.get("stated_direction") for r in found.values())
    for words in (
        "cell D2: “↓” beside “Referrals”, where the number went up (from 10 to 12); if arrows are of performance",
        "cell E2: “Y” beside “Referrals” is no RAG rating; allowed are red, amber, green, blue, purple",
        "cell D3: “sideways” beside “Contacts received” is no arrow that is known",
        "cell F3: the comment on “Contacts received” begins as a formula does; begin it with a word",
    ):
        assert words in imports.said


def test_arrows_of_performance_and_words_of_the_council(imports):
    place = imports.project.params / "authorities.yml"
    place.write_text(place.read_text() + "  status_words:\n    On course: on_target\n")
    rows = [BESIDE, ["Referrals", 10, 12, "↓", "On course", None]]
    imports.book(rows)
    imports.mapping.write_text(imports.mapping.read_text().replace("arrows: number", "arrows: performance"))
    assert imports.book(rows, "--replace") == 0, imports.said
    (row,) = imports.rows()
    assert (row["stated_rag"], row["stated_direction"]) == ("On course", "worsening")


def test_a_second_import_without_ratings_takes_none_back(imports):
    assert imports.book([BESIDE, ["Referrals", 10, 12, "↑", "G", "Better."]]) == 0
    assert imports.book([BESIDE, ["Referrals", 10, 12, None, None, None]]) == 0, imports.said
    (row,) = imports.rows()
    assert (row["stated_rag"], row["comment"]) == ("green", "Better.")


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


# The dialogue


def test_the_dialogue_asks_for_what_is_not_certain_and_saves_the_answers(imports):
    path = save_book(
        imports.project.root / "card.xlsx",
        [HEAD, ["Referrals", 10, 12], ["Agency workers", ("20%", "@"), ("21%", "@")], ["Audits judged good", 0.5, 0.6]],
    )
    assert imports(path, answers="y\ny\nsc_agency\nsc_agency_pct\n1\nf\n") == 0, imports.said
    for line in (
        "card.xlsx: months side by side, 3 measures.",
        "Sheet Scorecard: headings in row 1, 2 months or other periods: February 2026 (column B) to March 2026 (column C).",
        "  Referrals = sc_referrals_count",
        "“sc_agency” is no measure of params/measures.yml or the library, nor a number up to",
        "Audits judged good: is 0.5 (B4) a share of one, or a percentage?",
    ):
        assert line in imports.said
    assert imports.values() == {
        ("sc_referrals_count", MONTH): "12",
        ("sc_agency_pct", MONTH): "21",
        ("sc_audits_pct", MONTH): "60",
    }
    mapping = load_mapping(imports.mapping, "import.yml", load_measures(imports.project))
    assert [(m.name, m.measure, m.scale) for m in mapping.measures] == [
        ("Referrals", "sc_referrals_count", None),
        ("Agency workers", "sc_agency_pct", None),
        ("Audits judged good", "sc_audits_pct", "fraction"),
    ]


def test_answers_that_end_or_say_no_import_nothing(imports):
    for answers in ("", "n\n", "y\n", "x\n" * 9):
        assert imports(WIDE, answers=answers) == 2
        assert not imports.mapping.exists() and not imports.folder.exists()
    assert "No answer to “Is that right? [Y/n]”" in imports.said or "tries; nothing was imported" in imports.said


def test_every_field_of_the_mapping_has_its_comment(imports):
    imports(WIDE, "--yes")
    text = imports.mapping.read_text(encoding="utf-8")
    for field in Mapping.model_fields:
        before, _, _ = text.partition(f"\n{field}:")
        assert before != text and before.rstrip("\n").rsplit("\n", 1)[-1].startswith("#"), field


def test_a_measure_of_the_library_is_taken_over(imports):
    library = measure_entry("Sibling groups placed together", "siblings_pct", "percent", 1, "higher")
    library += "  source: Made up\n  synonyms:\n    - '% siblings together'\n"
    (imports.project.params / "measure_library.yml").write_text(library, encoding="utf-8")
    assert imports.book([HEAD, ["% siblings together", ("70%", "@"), ("71.5%", "@")]]) == 0, imports.said
    assert "Added to params/measures.yml from the library: siblings_pct." in imports.said
    assert imports.values() == {("siblings_pct", MONTH): "71.5"}
    assert "siblings_pct" in load_measures(imports.project)


# A second import


def test_a_second_import_shows_the_difference_and_asks(imports):
    rows = [HEAD, ["Referrals", 10, 12], ["Contacts received", 30, 31]]
    imports.book(rows)
    rows = [HEAD, ["Referrals", 10, 13], ["Children in care", 5, 6]]
    path = save_book(imports.project.root / "card.xlsx", rows)
    imports.mapping.unlink()
    before = (imports.folder / "observations.csv").read_bytes()
    assert imports(path, "--yes") == 2
    for line in (
        "sc_referrals_count 2026-03: 12, now 13 (sheet Scorecard, cell C2)",
        "sc_contacts_count 2026-03: 31, now not in the scorecard",
        "1 new, 0 filled in, 1 changed, 1 gone, 0 as they were",
        "say --yes (take what is certain) or --replace",
    ):
        assert line in imports.said
    assert (imports.folder / "observations.csv").read_bytes() == before
    assert imports(path, "--yes", answers="y\n") == 0
    assert imports.values() == {("sc_referrals_count", MONTH): "13", ("sc_in_care_count", MONTH): "6"}
    assert imports.check() == 0, imports.said


def test_a_place_kept_for_a_value_is_filled_in_without_a_question(imports):
    """As in a return that init has begun; and the measure that the return has is the one that is meant."""
    with (imports.project.params / "measures.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + measure_entry("Number of referrals", "other_referrals_count", "count", 0, "neutral"))
    rows = [HEAD, ["Referrals", 10, 12], ["Contacts received", 1, "n/a"], ["Children in care", 6, 7]]
    imports.folder.mkdir(parents=True)
    source = 'a:\n    title: T\n    publisher: P\n    licence: L\n    date: "2026-04-01"\n'
    (imports.folder / "return.yml").write_text(
        f'authority: exampleshire\nmonth: "2026-03"\nillustrative: true\nreceived: "2026-04-08"\nsources:\n  {source}',
        encoding="utf-8",
    )
    (imports.folder / "observations.csv").write_text(
        "measure_id,area,period,period_type,value,value_status,source_id,locator\n"
        "other_referrals_count,exampleshire,2026-03,month,,not_available,a,to be filled in\n"
        "sc_in_care_count,exampleshire,2026-03,month,,published,a,to be filled in\n",
        encoding="utf-8",
    )
    assert imports.book(rows) == 0, imports.said
    assert "other_referrals_count 2026-03: not available, now 12 (sheet Scorecard, cell C2)" in imports.said
    assert "sc_in_care_count 2026-03: no value, now 7" in imports.said
    assert imports.values() == {
        ("other_referrals_count", MONTH): "12",
        ("sc_contacts_count", MONTH): "not_available",
        ("sc_in_care_count", MONTH): "7",
    }
    assert imports.check() == 0, imports.said


def test_the_same_again_changes_nothing(imports):
    imports(WIDE, "--yes", "--all-months")
    before = {p.name: p.read_bytes() for p in imports.folder.iterdir() if p.is_file()}
    assert imports(WIDE, "--all-months") == 0
    assert (
        "0 new, 0 filled in, 0 changed, 0 gone, 192 as they were; of targets.csv: 0 new, 0 changed, 0 gone, 11"
        in imports.said
    )
    assert {p.name: p.read_bytes() for p in imports.folder.iterdir() if p.is_file()} == before


def test_what_else_a_return_holds_stays(imports):
    imports.book([HEAD, ["Referrals", 10, 12]])
    info = imports.folder / "return.yml"
    info.write_text(
        info.read_text(encoding="utf-8").replace(
            "sources:",
            '# mine\nsources:\n  paper:\n    title: P\n    publisher: P\n    licence: L\n    date: "2026-04-01"',
        ),
        encoding="utf-8",
    )
    with (imports.folder / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("sc_in_care_count,exampleshire,2026-03-31,snapshot,,7,,,published,paper,page 1\n")
    assert imports.book([HEAD, ["Referrals", 10, 13]], "--replace") == 0
    assert imports.values() == {("sc_referrals_count", MONTH): "13", ("sc_in_care_count", "2026-03-31"): "7"}
    assert "# mine" in info.read_text(encoding="utf-8")
    assert set(yaml.safe_load(info.read_text(encoding="utf-8"))["sources"]) == {
        "paper",
        "exampleshire-scorecard-2026-03",
    }
    assert imports.check() == 0, imports.said


def test_a_history_leaves_to_earlier_returns_what_they_say_and_names_what_they_say_otherwise(imports):
    rows = [
        ["Indicator", "Jan-26", "Feb-26", "Mar-26", "Target"],
        ["Referrals", 9, 10, 12],
        ["% re-referrals within 12 months", ("20%", "@"), ("21%", "@"), ("22%", "@"), "20%"],
    ]
    path = save_book(imports.project.root / "card.xlsx", rows)
    assert imports(path, "--yes", "--all-months", month="2026-02") == 0, imports.said
    rows[1][2] = 11
    save_book(path, rows)
    imports(path, "--all-months")
    assert imports.values() == {
        ("sc_referrals_count", "2026-02"): "11",
        ("sc_referrals_count", "2026-03"): "12",
        ("sc_rereferrals_pct", "2026-03"): "22",
    }
    assert "sc_referrals_count 2026-02: 10 in an earlier return, now 11" in imports.said


def test_a_target_that_holds_from_earlier_months_is_one_target(imports):
    imports(WIDE, "--yes")
    assert imports(WIDE, "--all-months") == 0, imports.said
    assert "sc_visits_pct 2026-03: 95, tolerance 10, now from 2025-04" in imports.said and "Gone" not in imports.said
    assert {r["valid_from"] for r in imports.rows("targets")} == {"2025-04"} and len(imports.rows("targets")) == 11


def test_a_target_that_still_holds_is_not_stated_again(imports):
    rows = [
        ["Indicator", "Feb-26", "Mar-26", "Target"],
        ["% re-referrals within 12 months", ("20%", "@"), ("21%", "@"), "20% or less"],
    ]
    path = save_book(imports.project.root / "card.xlsx", rows)
    assert imports(path, "--yes", month="2026-02") == 0, imports.said
    assert imports(path) == 0, imports.said
    assert [r["valid_from"] for r in imports.rows("targets", "2026-02")] == ["2026-02"]
    assert imports.rows("targets") == []


# Bad input: each is one sentence that says where and what to do


def first(said: str, words: str) -> str:
    return next((line for line in said.splitlines() if words in line), said)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Indicator", "Value"], ["Referrals", 3]], "sheet Scorecard: has no recognisable headings"),
        ([HEAD, ["Referrals", 1, 2], ["Referrals", 3, 4]], "“Referrals” stands 2 times, so none of them is read"),
        ([["Indicator", "Mar-26", "Mar-26"], ["Referrals", 1, 2]], "cells B1, C1: March 2026 stands 2 times"),
        ([["Indicator", (dt.datetime(2026, 3, 26), "d-mmm")], ["Referrals", 1]], "does not show the year"),
        ([HEAD, ["% CP visits in timescale", 0.54, 54]], "mixes shares of one and percentages"),
        ([HEAD, ["% CP visits in timescale", 0.54, 0.55]], "may be 0.55% or 55"),
        ([HEAD, ["% CP visits in timescale", ("54%", "@"), (54, "0%")]], "says 5400%, which is not between 0 and 100"),
        ([HEAD, ["Referrals", 1, "=1+1"]], "holds a formula of which the file has no result"),
        ([HEAD, ["Referrals", 1, "about 20"]], "“about 20” is no number; write one, or say under missing"),
        ([HEAD, ["Referrals", 1, (dt.datetime(2026, 9, 5), "d-mmm")]], "which spreadsheets make of texts such as 5-9"),
        ([HEAD, ["Referrals", 1, 2.5]], "says 2.5, and a count is a whole number"),
        ([HEAD, ["Referrals", 1, (0.5, "0%")]], "“Referrals” is no measure yet (percent)"),
        ([HEAD, ["Referrals", 1, (12000, "0,")]], "shows thousands or millions of it"),
        ([HEAD, ["Referrals", 1, "#DIV/0!"]], "holds the error #DIV/0!"),
        ([HEAD, ["Referrals", 1, "£30"]], "“Referrals” is no measure yet (pounds)"),
        ([[*HEAD, "Target"], ["Referrals", 1, 2, "30"]], "neither better high nor low"),
        (
            [
                [*HEAD, "Red", "Amber", "Green"],
                ["% CP visits in timescale", ("1%", "@"), ("2%", "@"), "<80%", "85%-94%", "95%+"],
            ],
            "does not begin where amber ends",
        ),
        (
            [[*HEAD, "Target"], ["% CP visits in timescale", ("1%", "@"), ("2%", "@"), "as high as can be"]],
            "is no level; write it as in",
        ),
        ([HEAD, ["Referrals\u200b", 1, 2], ["x" * 400, 1, 2]], "is longer than 300 characters"),
        ([HEAD, [None, 1, 2]], "values without a name"),
        ([HEAD, ["Referrals", 1, "1,5"]], "has a comma for the decimal point; write 1.5"),
        ([HEAD, ["Referrals", 1, "between 60 and 70"]], "is from one number to another"),
        ([HEAD, ["Referrals", 1, 1e300]], "says 1.000e+300, which is larger than any figure"),
        ([["Indicator", "02/28/2026", "03/31/2026"], ["Referrals", 1, 2]], "has the month before the day"),
        ([["Indicator", "M11", "M12"], ["Referrals", 1, 2]], "“M11” names a month without its year"),
        ([["Indicator", 202602, 202603], ["Referrals", 1, 2]], "“202602” may be a month; write it as in Feb-26"),
        (
            [["Indicator", "Feb-26", "Mar-26", None], [None, None, "Number", "%"], ["Referrals", 1, 2, 3]],
            "March 2026 stands over “Number”, “%”, and which of them is the value cannot be told",
        ),
    ],
)
def test_bad_input_is_one_sentence_with_its_cell(imports, rows, words):
    assert imports.book(rows) in (1, 2)
    assert words in imports.said, imports.said
    line = first(imports.said, words)
    assert re.search(r"cells? [A-Z]+\d|sheet Scorecard", line) and "Traceback" not in imports.said
    assert all(r["value"] not in ("5400", "2.5", "0.55", "55", "12000") for r in imports.rows())


def test_months_out_of_order_are_read_by_their_headings_and_said(imports):
    assert imports.book([["Indicator", "Mar-26", "Feb-26"], ["Referrals", 12, 10]], "--all-months") == 0
    assert imports.values() == {("sc_referrals_count", "2026-02"): "10", ("sc_referrals_count", MONTH): "12"}
    assert "row 1: the months are not in order (February 2026 after a later one)" in imports.said


def test_hidden_rows_columns_and_sheets_are_not_read_and_named(imports):
    def hide(book):
        sheet = book.active
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        other = book.create_sheet("Children")
        other["A1"] = "names"
        other.sheet_state = "hidden"

    assert imports.book([HEAD, ["Referrals", 10, 12], ["Contacts received", 1, 2]], "--all-months", change=hide) == 0
    assert imports.values() == {("sc_referrals_count", MONTH): "12"}
    for words in (
        "row 3 is hidden: “Contacts received”",
        "cell B1: column “Feb-26” is a hidden column",
        "sheet Children: is a hidden sheet",
    ):
        assert words in imports.said, imports.said


def test_merged_sections_and_bands_of_years_are_understood(imports):
    rows = [
        [None, "2025/26", None, None],
        ["Indicator", "Feb", "Mar", "YTD"],
        ["Front door"],
        ["Referrals", 10, 12, 22],
    ]
    assert imports.book(rows, "--all-months", merged=("B1:C1", "A3:D3")) == 0, imports.said
    assert imports.values() == {("sc_referrals_count", "2026-02"): "10", ("sc_referrals_count", MONTH): "12"}
    assert "cell D2: column “YTD” repeats or compares the months" in imports.said


def test_results_of_formulas_are_read_as_excel_saved_them_and_said(imports):
    path = save_book(imports.project.root / "card.xlsx", [HEAD, ["Referrals", 10, "=B2+2"]])
    saved = path.with_name("saved.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<f>B2\+2</f><v ?/?>(</v>)?", b"<f>B2+2</f><v>12</v>", content)
                assert b"<v>12</v>" in content
            new.writestr(item, content)
    assert imports(saved, "--yes") == 0, imports.said
    assert imports.values() == {("sc_referrals_count", MONTH): "12"}
    assert "“Referrals”: 1 results of formulas, as Excel saved them" in imports.said


def test_dates_of_the_1904_system_are_the_same_months(imports):
    def old(book):
        book.epoch = CALENDAR_MAC_1904

    days = [(dt.datetime(2026, 2, 1), "mmm-yy"), (dt.datetime(2026, 3, 1), "mmm-yy")]
    assert imports.book([["Indicator", *days], ["Referrals", 10, 12]], change=old) == 0, imports.said
    assert imports.values() == {("sc_referrals_count", MONTH): "12"}


def test_thousands_of_empty_formatted_rows_cost_nothing(imports):
    def paint(book):
        for row in range(3, 12_000):
            for column in range(1, 11):
                book.active.cell(row, column).number_format = "0.0%"

    path = save_book(imports.project.root / "card.xlsx", [HEAD, ["Referrals", 10, 12]], change=paint)
    started = time.process_time()
    assert imports(path, "--yes") == 0, imports.said
    assert time.process_time() - started < 60
    assert imports.values() == {("sc_referrals_count", MONTH): "12"}


def test_a_mapping_that_no_longer_fits_says_what_is_missing(imports):
    imports.book([HEAD, ["Referrals", 10, 12]])
    before = (imports.folder / "observations.csv").read_bytes()
    assert imports.book([["Name of KPI", "Feb-26", "Mar-26"], ["Referrals", 10, 13]], "--replace") == 2
    assert "has no column “Indicator”, which the mapping calls name; its columns are “Name of KPI”" in imports.said
    assert imports.book([HEAD, ["Referrals", 10, 12]], change=lambda book: setattr(book.active, "title", "New")) == 2
    assert "has no sheet “Scorecard”, which the mapping names; it has New" in imports.said
    assert imports.book([HEAD, ["Referals", 10, 13]], "--replace") == 1
    assert "has no row “Referrals” any more" in imports.said and "“Referals” is a new row" in imports.said
    assert (imports.folder / "observations.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("values: stored", "values: exact", "“values” is “exact”; allowed are"),
        ('"Indicator": name', '"Indicator": nam', "is not what a column can be; did you mean “name”?"),
        ("measure: sc_referrals_count", "measure: sc_referals_count", "did you mean “sc_referrals_count”"),
        ("keep_copy: true", "keepcopy: true", "“source → keepcopy” is not a known parameter"),
        ("sheets:", "sheet:", "“sheets” is missing"),
        ("\n  level: local", "\n  level: council", "“targets → level” is “council”"),
        (
            '  - name: "Referrals"',
            '  - name: "Referrals"\n    measure: leave_out\n  - name: "Referrals"',
            "stands twice under measures",
        ),
        ("measures:\n", "measures: [\n", "YAML"),
    ],
)
def test_a_mapping_with_a_fault_is_told_in_one_sentence(imports, old, new, words):
    imports.book([HEAD, ["Referrals", 10, 12]])
    text = imports.mapping.read_text(encoding="utf-8")
    assert text.count(old) == 1
    imports.mapping.write_text(text.replace(old, new), encoding="utf-8")
    assert imports.book([HEAD, ["Referrals", 10, 12]]) == 2
    assert words in imports.said and "Traceback" not in imports.said, imports.said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("~$card.xlsx", "is what a program leaves beside a file"),
        ("Thumbs.db", "is what a program leaves beside a file"),
        (".DS_Store", "is what a program leaves beside a file"),
        ("card.xls", "is of the old format .xls; save it as .xlsx or CSV"),
        ("card.pdf", "is no scorecard; save it as .xlsx or CSV"),
        ("card.xlsx", "not an Excel workbook, or damaged"),
        ("card.csv", "has no recognisable headings"),
        ("gone.xlsx", "There is no file"),
        ("folder.xlsx", "is a folder; put the file itself there"),
    ],
)
def test_a_file_that_is_no_scorecard(imports, name, words):
    path = imports.project.root / name
    if name.startswith("folder"):
        path.mkdir()
    elif not name.startswith("gone"):
        path.write_bytes(b"PK\x03\x04 nothing" if name.endswith(".xlsx") else b"nothing")
    assert imports(path, "--yes") == 2
    assert words in imports.said and "Traceback" not in imports.said, imports.said


def test_a_workbook_that_is_open_in_excel(imports):
    path = save_book(imports.project.root / "card.xlsx", [HEAD, ["Referrals", 10, 12]])
    (path.parent / "~$card.xlsx").write_bytes(b"x")
    assert imports(path, "--yes") == 2
    assert "card.xlsx is open in Excel" in imports.said and "save and close it" in imports.said


def test_a_month_that_the_scorecard_does_not_have_and_a_wrong_day(imports):
    assert imports(WIDE, "--yes", "--received", "2026-06-01", month="2026-05") == 2
    assert "has nothing for May 2026; it goes from April 2025 to March 2026" in imports.said
    assert imports(WIDE, "--yes", "--received", "08/04/2026") == 2
    assert "write 2026-04-08" in imports.said
    assert not imports.mapping.exists()


def test_hostile_text_reaches_no_file_as_a_formula_or_as_markup(imports):
    rows = [
        [*HEAD, "Comment"],
        ["=cmd|' /C calc'!A0", 1, 2],
        ["<script>alert(1)</script>", 1, 2],
        ["Referrals", 10, 12, '=HYPERLINK("http://x")'],
        ["Contacts \x1b[31mreceived", 1, 2],
    ]

    def as_text(book):
        for row in book.active.iter_rows():
            for cell in row:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type

    rows[4][0] = "Contacts \u202ereceived"
    assert imports.book(rows, change=as_text) == 1
    assert "\x1b" not in imports.said and "\u202e" not in imports.said
    cells = [cell for row in imports.rows() for cell in row.values()]
    assert not [c for c in cells if c[:1] in "=+-@" and c] and "<script>" not in "".join(cells)
    again = load_mapping(imports.mapping, "import.yml", load_measures(imports.project))
    assert again.measures[0].name == "=cmd|' /C calc'!A0"


def test_a_comment_at_a_cell_and_text_that_is_struck_through(imports):
    def change(book):
        book.active["C2"].comment = Comment("provisional", "A")
        book.active["C3"].font = Font(strike=True)

    assert imports.book([HEAD, ["Referrals", 10, 12], ["Contacts received", 1, 2]], change=change) == 1
    assert "cell C2: a remark at the cell: “provisional”" in imports.said
    assert "cell C3: “Contacts received”: is struck through" in imports.said


# Blocks and exports


def test_blocks_of_numerator_denominator_and_percentage(imports):
    rows = [
        ["Referrals"],
        [None, "Feb-26", "Mar-26"],
        ["Number", 10, 12],
        [None],
        ["% CP visits in timescale"],
        [None, "Feb-26", "Mar-26"],
        ["Numerator", 30, 33],
        ["Denominator", 40, 44],
        ["%", (0.75, "0%"), (0.75, "0%")],
        ["Target", "95%+", "95%+"],
        [None],
        ["Contacts received", "Feb-26", "Mar-26"],
        ["Actual", 5, 6],
    ]
    assert imports.book(rows, "--all-months") == 0, imports.said
    found = {(r["measure_id"], r["period"]): (r["value"], r["numerator"], r["denominator"]) for r in imports.rows()}
    assert found == {
        ("sc_referrals_count", "2026-02"): ("10", "", ""),
        ("sc_referrals_count", "2026-03"): ("12", "", ""),
        ("sc_visits_pct", "2026-02"): ("75", "30", "40"),
        ("sc_visits_pct", "2026-03"): ("75", "33", "44"),
        ("sc_contacts_count", "2026-02"): ("5", "", ""),
        ("sc_contacts_count", "2026-03"): ("6", "", ""),
    }
    assert imports.rows()[-3]["locator"] == "sheet Scorecard, cells C9, C7, C8"
    assert [(r["measure_id"], r["target"]) for r in imports.rows("targets")] == [("sc_visits_pct", "95")]
    assert imports.check() == 0, imports.said


EXPORTED = "Measure;Month;Value;Team\nReferrals;31/03/2026;{a};North\nReferrals;31/03/2026;{b};All teams\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_exports_in_every_encoding_and_with_every_separator(imports, encoding, separator):
    path = imports.project.root / "tool.csv"
    text = EXPORTED.format(a=4, b=12) + "Placement spend – total (£);31/03/2026;£1234567;All teams\n"
    path.write_bytes(text.replace(";", separator).encode(encoding))
    assert imports(path, "--yes") == 0, imports.said
    assert imports.values() == {("sc_referrals_count", MONTH): "12", ("sc_spend_pounds", MONTH): "1234567"}
    assert "a row of “North”, a part of the authority" in imports.said


def test_an_export_of_teams_alone_asks_which_rows_are_the_authority(imports):
    path = imports.project.root / "tool.csv"
    path.write_text(EXPORTED.format(a=4, b=12).replace("All teams", "South"), encoding="utf-8")
    assert imports(path, "--yes") == 2
    assert "column “Team” has “North” or “South”; say under only in the mapping" in imports.said
    assert imports.rows() == []
    imports.mapping.unlink()
    assert imports(path, answers="y\n2\ny\n") == 0, imports.said
    assert imports.values() == {("sc_referrals_count", MONTH): "12"}


def test_a_row_that_stands_twice_or_contradicts_its_counts_is_not_read(imports):
    path = imports.project.root / "tool.csv"
    path.write_text(
        "Measure,Month,Value,Numerator,Denominator\nReferrals,Mar-26,1,,\nReferrals,Mar-26,2,,\n"
        "% CP visits in timescale,Mar-26,80%,30,40\n% supervision on time,Mar-26,,30,40\n",
        encoding="utf-8",
    )
    assert imports(path, "--yes") == 1
    assert "cell C3: a second value of “Referrals” for March 2026, beside C2; neither is read" in imports.said
    assert "says 80%, but 30 of 40 is 75.0%" in imports.said
    assert imports.values() == {("sc_supervision_pct", MONTH): "75"}


# The notebook


def test_the_notebook_shows_what_was_recognised_and_saves_the_same_mapping(imports, monkeypatch):
    monkeypatch.chdir(imports.project.root)
    shutil.copytree(WIDE.parent, imports.project.root / "tests" / "scorecards")
    cells = json.loads((ROOT / "notebooks" / "import.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    names: dict = {}
    for text in code:
        exec(text.replace("# frames.save_mapping", "frames.save_mapping"), names)
    seen, frames = names["seen"], names["frames"]
    assert dict(frames.columns(seen)[["heading", "recognised as"]].to_numpy().tolist())["Good is"] == "better"
    assert list(frames.measures(seen)["measure"]) == [m for m, *_ in list(MEASURES.values())[:16]]
    assert "cell A24" in " ".join(frames.said(seen)["place"])
    saved = imports.mapping.read_bytes()
    with pytest.raises(UserError, match="is there already"):
        frames.save_mapping(seen, AUTHORITY)
    with pytest.raises(UserError, match="did you mean “Referrals”"):
        frames.choose(seen, {"Referals": "x"})
    imports.mapping.unlink()
    assert imports(WIDE, "--yes") == 0
    assert imports.mapping.read_bytes() == saved
