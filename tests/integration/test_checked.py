"""What the audit finds against a statement of “In brief” stands under it, and no more than that."""

import re
from dataclasses import replace

import pytest

from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.facts import checked
from improvement_reports.facts.facts import Facts
from improvement_reports.method.audit import _why_not
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.claims import COMPARISONS, is_difference, stated_words
from improvement_reports.pages.all_reports import AllReports
from improvement_reports.pages.audit import audit_entries
from improvement_reports.report import Report, open_report

LINE = "*Checked, and differs.*"
# Of each real report the lines under its “In brief”: what they are about, and what was found.
FOUND = {
    ("gloucestershire", "2020-10", "inspection"): [],
    ("gloucestershire", "2021-04", "board"): [("Children looked after at 31 March", "rising (October 2020)")],
    ("gloucestershire", "2022-11", "scrutiny"): [("Continuous Improvement Plan", "18 + 16 + 22 = 56")],
    ("worcestershire", "2018-06", "cabinet"): [],
    ("herefordshire", "2021-08", "cabinet"): [("The use of agency staff has fallen", "19.2% against 16.3%")],
}


@pytest.fixture(scope="module")
def opened(real_once) -> dict[tuple[str, str, str], Report]:
    return {key: open_report(*key, real_once) for key in FOUND}


def lines(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part.startswith(LINE)]


@pytest.mark.parametrize("key", FOUND)
def test_what_differs_stands_under_the_statement_that_it_is_about(opened, key):
    block = opened[key].narrative("headline")
    found = lines(block.text)
    assert len(found) == len(FOUND[key])
    for line, (about, other) in zip(found, FOUND[key], strict=True):
        assert about in line and f">{other}</a>" in line
        figure_id = re.search(r'data-figure="([^"]+)"', line)[1]
        (figure,) = [f for f in block.figures if f.id == figure_id]
        assert figure.published == other and figure.inputs


def test_a_line_stands_under_its_paragraph_and_not_at_the_end(opened):
    parts = opened["gloucestershire", "2022-11", "scrutiny"].narrative("headline").text.split("\n\n")
    at = next(n for n, part in enumerate(parts) if part.startswith(LINE))
    assert "went backwards" in parts[at - 1] and at + 1 < len(parts)


def test_other_sections_have_no_lines(opened):
    for report in opened.values():
        for section in set(report.narrative_texts) - {"headline"}:
            assert not lines(report.narrative(section).text)


def entry_of(facts: Facts, outcome: ClaimOutcome) -> Entry:
    row = facts.position("casework_supervision_pct").current
    return Entry("stated twice", "gloucestershire", "2021-04", "Supervision", "86%", "80%", outcome, rows=(row,))


@pytest.mark.parametrize(("outcome", "added"), [(ClaimOutcome.DIFFERS, 1), (ClaimOutcome.AGREES, 0)])
def test_only_what_differs_and_what_is_shown_is_said(opened, monkeypatch, outcome, added):
    report = opened["gloucestershire", "2021-04", "board"]
    shown, silent = '{{ value("casework_supervision_pct") }} were seen.', "Nothing is counted here."
    entry = entry_of(report.facts, outcome)
    monkeypatch.setattr(checked, "entries_of_return", lambda *_: [entry])
    for text, wanted in ((shown, added), (silent, 0)):
        monkeypatch.setitem(report.narrative_texts, "headline", text)
        monkeypatch.setattr(report, "params", report.params.model_copy(update={"headline_measures": ()}))
        found = lines(report.narrative("headline").text)
        assert len(found) == wanted
        assert not found or "the document says 86%, elsewhere it is" in found[0]
    monkeypatch.setattr(checked, "entries_of_return", lambda *_: [replace(entry, rows=())])
    monkeypatch.setitem(report.narrative_texts, "headline", shown)
    assert not lines(report.narrative("headline").text)


# Every finding of the audit, as it is written


@pytest.fixture(scope="module")
def entries(opened, real_once) -> list[Entry]:
    return audit_entries(AllReports(real_once, [report.params for report in opened.values()]))


def test_what_cannot_be_recomputed_says_why(entries):
    chosen = [e for e in entries if e.outcome is ClaimOutcome.CANNOT_BE_RECOMPUTED]
    assert len([e for e in chosen if e.check == "official statistics"]) == 17 and len(chosen) == 19
    for entry in chosen:
        assert re.search(r"publishes no figure of a (month|quarter)|does not date|is not held", entry.remark), entry


def test_what_cannot_be_recomputed_has_nothing_to_compare_with(entries):
    """A figure of a day or of whole years has an official one beside it, and agrees, fits or differs."""
    for entry in entries:
        if entry.check == "official statistics" and entry.outcome is ClaimOutcome.CANNOT_BE_RECOMPUTED:
            assert entry.rows[0]["period_type"] in ("month", "quarter", "snapshot", "not_dated"), entry


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"stated_value": None, "numbers": []}, "withheld, because it would give a small number away"),
        ({"stated_value": 5, "numbers": [1, 0]}, "a share of nothing"),
        ({"stated_value": 5, "numbers": []}, "a number that it rests on is not held"),
        ({"method": "higher", "numbers": [], "operands": "a dfe:b[statistical_neighbours]"}, "a list of neighbours"),
    ],
)
def test_each_reason_has_its_words(claim, why):
    assert why in _why_not({"method": "percentage", "operands": "a/b", "stated_value": None, **claim})


def test_percentages_are_apart_by_percentage_points(entries):
    """32 claims printed such a difference as a percentage."""
    gaps = [e.gap for e in entries if e.gap and "%" in e.stated]
    assert len(gaps) > 5 and all(re.fullmatch(r"[\d.]+ percentage points?", gap) for gap in gaps)
    rows = [e.rows[0] for e in entries if e.check == "claim"]
    differences = [r for r in rows if r["unit"] == "percent" and is_difference(r["method"], r["operands"])]
    words = [stated_words(dict(r)) for r in differences if r["method"] not in COMPARISONS]
    assert len(words) == 3 and all("percentage point" in w for w in words)
