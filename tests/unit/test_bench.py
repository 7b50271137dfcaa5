"""What the bench says: each thing of several, sizes, and a series whose dates move on as one."""

import json
import re
import sys
from subprocess import CalledProcessError

import pytest
import yaml

from improvement_reports.authoring import bench
from improvement_reports.authoring.bench import sizes_by_kind
from improvement_reports.authoring.bench_cost import Cost, Row
from improvement_reports.authoring.bench_curves import Curve, drawn, moved_on
from improvement_reports.authoring.bench_editions import FEW_BYTES, cut, places
from improvement_reports.authoring.bench_pieces import PIECES, Bench, chosen_pieces
from improvement_reports.authoring.bench_work import _in_fork, _with_more
from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.places import Project


def test_a_row_is_of_one_thing_and_beside_the_plain_way():
    row = Row("each of 4", Cost(2.0, 4.0, 512.4, ""), Cost(9.0, 24.0, 300.0, ""), 4)
    assert row.line.split() == ["each", "of", "4", "6.00", "1.00", "6.0", "×", "2.0", "512"]
    assert Row("alone", Cost(1.0, 0.5, 0.0, ""), note="so").line.split() == ["alone", "0.50", "1.0", "0", "so"]
    assert row.record()["plain"] == {"wall seconds": 9.0, "cpu seconds": 24.0, "megabytes": 300}


def test_pieces_are_measured_in_one_order_and_unknown_ones_are_named():
    assert chosen_pieces([]) == list(PIECES) and chosen_pieces(["site", "report"]) == ["report", "site"]
    with pytest.raises(UserError, match="no piece “sites”; allowed are prepare, report, profiles"):
        chosen_pieces(["site", "sites"])


@pytest.mark.skipif(sys.platform != "linux", reason="reports are forked on Linux only")
def test_a_run_is_measured_beside_its_cells(monkeypatch, tmp_path):
    said = {"run": 0.75, "kernel": 0.6, "first": 0.55, "cells": 0.5}
    monkeypatch.setattr(Bench, "_work", lambda self, *arguments: Cost(9, 9, 9, json.dumps(said)))
    (row,) = Bench(Project(tmp_path), [])._overhead("profile", "a/2025-03/profile")
    assert row.own.cpu == 0.25 and row.note == "0.75 in all, its cells 0.55, then 0.50"
    assert _in_fork(lambda: (0.5, 1)) == [0.5, 1]


def test_a_piece_that_fails_is_a_line_and_the_others_are_measured(monkeypatch, tmp_path, project, capsys):
    """A call of one that failed, an hour in, was a traceback, and what was measured before it was in no file."""

    def full(self):
        yield Row("first", Cost(1.0, 1.0, 0.0, ""))
        raise CalledProcessError(1, ["x"], "", "Traceback\n  File\nOSError: No space left\n")

    def good(self):
        yield Row("whole", Cost(2.0, 2.0, 0.0, ""))

    monkeypatch.setattr(bench, "PIECES", {**dict.fromkeys(PIECES, good), "report": full})
    monkeypatch.setattr(bench, "copied", lambda project, target: Project(target))
    with pytest.raises(bench.BenchFailed, match="Not measured, for it failed: report;"):
        bench.measure(project, tmp_path / "found.json", ["report", "figure"])
    said = capsys.readouterr().out
    assert "report: not measured, for it failed: OSError: No space left\n" in said and "Traceback" not in said
    rows = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["rows"]
    assert [row["name"] for row in rows] == ["first", "whole"]
    assert bench.why_failed(KeyError("a")) == "KeyError: 'a'"
    silent = CalledProcessError(-9, ["x"], "", "")
    assert bench.why_failed(silent) == "a call of it ended with -9 and said nothing"


def test_sizes_are_of_an_edition(tmp_path):
    assert sizes_by_kind(Project(tmp_path)) == {"all of the site": 0}


@pytest.mark.parametrize(
    ("text", "months", "moved"),
    [
        ("2024-04,2024-04-30", 1, "2024-05,2024-05-28"),
        ("board-2024-12: 2023-12", 1, "board-2025-01: 2024-01"),
        ("2024-25 and 12024-04", 3, "2024-25 and 12024-04"),  # a financial year, and a number
        ("2010-01", -1, "2009-12"),
    ],
)
def test_all_dates_move_on_as_one(text, months, moved):
    assert moved_on(text, months) == moved


def test_what_is_changed_for_a_preview_still_reads_as_before():
    notebook = {
        "cells": [{"cell_type": "code", "source": ["show(a)"]}, {"cell_type": "markdown", "source": ["Words."]}]
    }
    changed = json.loads(_with_more(json.dumps(notebook), ".ipynb", "Twice."))
    assert [cell["source"] for cell in changed["cells"]] == [["show(a)", "\n# Twice."], ["Words."]]
    assert yaml.safe_load(_with_more("a: 1\n", ".yml", "Twice.")) == {"a": 1}
    assert len({_with_more("a,b\n1,2\n", ".csv", "more " * n).rstrip("\n") for n in (1, 2)}) == 1
    assert len({_with_more("a,b\n1,2\n", ".csv", "more " * n) for n in (1, 2)}) == 2


def test_a_curve_is_a_drawing_with_each_point_in_words():
    drawing = drawn([Curve({1: 0.2, 120: 0.3}, "months", "seconds"), Curve({30: 4.5}, "editions", "as well")])
    assert drawing.startswith("<svg")
    assert all(word in drawing for word in ("0.20", "0.30", "months", "4.50", "editions"))


def test_labels_of_points_that_stand_near_each_other_do_not_meet():
    drawing = drawn([Curve({30: 0.31, 300: 0.42, 10_000: 3.95}, "editions", "seconds")])
    styles = {label: style for style, label in re.findall(r'<text style="([^"]*)"[^>]*>(\d\.\d\d)</text>', drawing)}
    assert [label for label, style in styles.items() if "text-anchor: middle" not in style] == ["0.42"]


def test_reports_of_a_large_site_lie_in_places_of_their_own():
    found = list(places(500))
    assert len(set(found)) == 500 and {job.authority for job in found} == {f"made-up-{n:04d}" for n in range(3)}


def test_a_copy_of_a_report_has_its_files_cut(tmp_path):
    (tmp_path / "a/charts").mkdir(parents=True)
    (tmp_path / "a/charts/x.svg").write_bytes(b"x" * 5000)
    cut(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b/charts/x.svg").stat().st_size == FEW_BYTES
