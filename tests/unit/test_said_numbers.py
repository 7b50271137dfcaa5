"""Numbers that a manifest says in words are those of the figures, whatever release made the edition."""

import json
from pathlib import Path

import pytest
from conftest import ROOT

from improvement_reports.editions.said_numbers import change_numbers, summary_numbers
from improvement_reports.runs.figures_file import read_figures

TEMPLATE = 'Assessments stood at {{ value("in_time_pct") }} of {{ target("in_time_pct") }}, 45 days; {{ name() }}.'


def number(published: str) -> dict:
    return {"kind": "number", "published": published}


FIGURES = {
    "in_time_pct.2024-04": number("63%"),
    "in_time_pct.target.2024-04": number("80%"),
    "other_pct.2024-04": number("99%"),
}


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("Assessments stood at 63% of 80%, 45 days; Exampleshire.", []),
        ("Assessments stood at 63% (April 2024) of 80%, 45 days; Exampleshire.", []),
        ("Assessments stood at 64% of 80%, 45 days; Exampleshire.", ["64%"]),
        ("Assessments stood at 99% of 80%, 45 days; Exampleshire.", ["99%"]),  # another measure has it
        ("Assessments stood  at 63% of 80%, 45 days; Exampleshire.", []),
        (
            "Assessments stood  at 64% of 80%, 45 days; Exampleshire.",
            ["Assessments stood  at 64% of 80%, 45 days; Exampleshire."],
        ),
    ],
)
def test_numbers_of_a_summary(summary, said):
    assert [words for _, words, _ in summary_numbers(TEMPLATE, summary, FIGURES, "2024-04")] == said


@pytest.mark.parametrize(
    "reference",
    ["period('in_time_pct')", "value('in_time_pct', category='North')", "value('none_pct')", "date('x')", "name()"],
)
def test_what_no_figure_of_the_edition_must_have_is_not_judged(reference):
    assert summary_numbers(f"In {{{{ {reference} }}}}.", "In April 2024.", FIGURES, "2024-04") == []


def change(before: str, after: str, id_: str = "a", kind: str = "number") -> dict:
    return {"kind": kind, "id": id_, "label": "L", "before": before, "after": after, "conclusion": False}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([change("1", "2")], []),
        ([change("1 (unrounded 1.2)", "2 (unrounded 1.6)")], []),
        ([change("1", "2"), change("x", "y", "table.a#b"), change("x", "y", "a", "sentence")], []),
        ([change("1", "3")], ["3"]),
        ([change("0", "2")], ["0"]),
        ([], ["left out"]),
        ([change("1", "2"), change("", "5", "new")], ["5"]),
    ],
)
def test_numbers_of_a_list_of_changes(changes, said):
    found = change_numbers(
        tuple(changes), {"a": number("2"), "same": number("7")}, {"a": number("1"), "same": number("7")}
    )
    assert [words for _, words, _ in found] == said


def figures_of(folder: Path) -> dict[str, dict]:
    return {f["id"]: f for f in read_figures(folder / "figures.json")["figures"]}


def test_every_published_edition_says_its_numbers():
    manifests = sorted((ROOT / "reports").glob("*/*/*/v*/manifest.json"))
    assert len(manifests) > 50
    for path in manifests:
        m, figures = json.loads(path.read_text(encoding="utf-8")), figures_of(path.parent)
        assert summary_numbers(m["report"]["summary"], m["summary"], figures, path.parts[-4]) == [], path
        if m["number"] > 1:
            before = figures_of(path.parent.with_name(f"v{m['number'] - 1}"))
            assert change_numbers(tuple(m["changes"]), figures, before) == [], path
