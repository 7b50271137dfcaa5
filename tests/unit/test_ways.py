"""The ways on from a page: up, to the reports beside it, and to a newer one; dates that are over are not ahead."""

from pathlib import Path

import lxml.html
import pytest

from improvement_reports.pages.around import Around, Beside, around, around_head, as_at, newer_note
from improvement_reports.pages.dates_ahead import dates_named, still_ahead
from improvement_reports.pages.report import in_the_past
from improvement_reports.sections.formal_boxes import AHEAD
from improvement_reports.site.ways import trail, with_ways
from improvement_reports.workspace.parameters import Meeting, ReportParameters

NAMES = {"exampleshire": "Exampleshire"}
REPORT = "reports/exampleshire/2024-03/board"


def report(month: str, kind: str = "board", authority: str = "exampleshire", day: str = "") -> ReportParameters:
    meeting = Meeting(body="Board", date=day or f"{month}-28")
    return ReportParameters(authority=authority, month=month, kind=kind, title="Progress", meeting=meeting, summary="x")


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("index.html", []),
        ("about/method.html", []),
        ("reports/index.html", []),
        ("reports/compare/index.html", []),
        ("reports/compare/children-in-need/index.html", ["Compare"]),
        ("reports/audit/figures-2.html", ["Claims audit"]),
        ("reports/log/index.html", ["Reports"]),
        ("reports/exampleshire/index.html", ["Reports"]),
        ("reports/exampleshire/thread/index.html", ["Reports", "Exampleshire"]),
        ("reports/exampleshire/thread/figures.html", ["Reports", "Exampleshire", "Golden thread"]),
        (f"{REPORT}/index.html", ["Reports", "Exampleshire"]),
        (f"{REPORT}/since.html", ["Reports", "Exampleshire", "Improvement Board report, March 2024"]),
        (f"{REPORT}/v1/index.html", ["Reports", "Exampleshire", "Improvement Board report, March 2024"]),
        (
            f"{REPORT}/v1/figures-2.html",
            ["Reports", "Exampleshire", "Improvement Board report, March 2024", "Edition v1"],
        ),
        ("reports/unknown/2024-03/other/since.html", ["Reports", "unknown", "other, March 2024"]),
    ],
)
def test_every_page_leads_up_to_what_it_belongs_to(address, wanted):
    assert [step.words for step in trail(address, NAMES)] == wanted
    assert address not in [step.address for step in trail(address, NAMES)]


def page_of(head: str = "", body: str = "<h1>Title</h1>") -> str:
    return f"<html><head>{head}</head><body><nav>list</nav><main id='main'>{body}</main></body></html>"


def test_the_reports_beside_a_report_stand_first_and_last_in_its_text():
    shown = [report("2024-01"), report("2024-02"), report("2024-03"), report("2024-04")]
    page = with_ways(page_of("".join(around_head(around(shown[1], shown)))), f"{REPORT}/index.html", NAMES)
    (main,) = lxml.html.fromstring(page).xpath("//main")
    first, last = main[0], main[-1]
    assert (first.tag, last.tag, main[1].tag) == ("nav", "nav", "h1")
    for nav in (first, last):
        found = {a.get("rel"): (a.get("href"), a.text_content().strip(" ←→")) for a in nav.xpath(".//a[@rel]")}
        assert found == {
            "prev": ("../../2024-01/board/index.html", "Report before: January 2024"),
            "next": ("../../2024-03/board/index.html", "Report after: March 2024"),
        }
    assert first.get("aria-label") != last.get("aria-label")
    assert [a.get("href") for a in first.xpath(".//ul[@class='trail']//a")] == [
        "../../../../reports/index.html",
        "../../../../reports/exampleshire/index.html",
    ]
    assert with_ways(page, f"{REPORT}/index.html", NAMES) == page


def test_a_page_without_ways_on_stays_as_it_is():
    assert with_ways(page_of(), "index.html", NAMES) == page_of()


def test_what_is_beside_is_of_the_same_kind_and_authority():
    shown = [
        report("2024-01"),
        report("2024-02", "scrutiny"),
        report("2024-03"),
        report("2024-02", authority="othershire"),
    ]
    found = around(shown[2], shown)
    assert found.before == Beside("../../2024-01/board/index.html", "January 2024")
    assert found.after is None and not found.has_newer
    # The next of its own kind is what is newer, though another kind is nearer.
    assert around(shown[0], shown).after == Beside("../../2024-03/board/index.html", "March 2024")
    assert not around(shown[0], shown).is_newer_of_another_kind
    assert around(shown[1], shown) == Around(is_newer_of_another_kind=True)


@pytest.mark.parametrize("kind", ["board", "scrutiny"])
def test_a_new_month_changes_only_what_the_month_before_says(kind):
    shown = [report("2024-01"), report("2024-02"), report("2024-02", "scrutiny"), report("2024-03", "cabinet")]
    shown += [report("2024-03"), report("2024-03", "scrutiny")]
    now = [*shown, report("2024-04", kind)]
    changed = [r for r in shown if around(r, shown) != around(r, now)]
    assert [(r.month, str(r.kind)) for r in changed if str(r.kind) == kind] == [("2024-03", kind)]
    assert all(r.month == "2024-03" for r in changed), "of other kinds what was the newest until now"


def test_a_profile_is_no_newer_report_of_a_programme():
    shown = [report("2024-01"), report("2025-03", "profile")]
    assert around(shown[0], shown) == Around()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Around(), ""),
        (Around(named=3), ""),
        (
            Around(after=Beside("../../2024-10/board/index.html", "October 2024")),
            "A newer report exists: October 2024; the newest is on the authority’s page.",
        ),
        (
            Around(after=Beside("x", "October 2024"), named=3, passed=1),
            "A newer report exists: October 2024; the newest is on the authority’s page."
            " 1 of the 3 dates that this one names as ahead has passed.",
        ),
        (
            Around(is_newer_of_another_kind=True, named=1, passed=1),
            "A newer report of another kind exists: it is on the authority’s page."
            " The date that this one names as ahead has passed.",
        ),
        (Around(named=3, passed=3), "The 3 dates that this one names as ahead have passed."),
        (Around(named=1, passed=1), "The date that this one names as ahead has passed."),
    ],
)
def test_what_is_newer_and_what_is_over_is_said(found, words):
    note = newer_note(found, "../")
    assert (lxml.html.fromstring(note).text_content() if note else "") == words
    links = lxml.html.fromstring(note).xpath("//a/@href") if note else []
    wanted = ["../" + found.after.address] if found.after else []
    assert links == [*wanted, *(["../../../index.html"] if found.has_newer else [])], "from a page of an edition"
    assert found.is_past is (found.named > 0 and found.passed == found.named)


def test_what_is_over_is_not_what_happens_next():
    text = "## What happens next\n\nA date.\n\n<h3>What happens next?</h3>"
    assert in_the_past(text) == (
        "## What was to happen next {#what-happens-next}\n\nA date.\n\n<h3>What was to happen next?</h3>"
    )
    assert in_the_past("It is what happens next") == "It is what happens next"
    assert in_the_past(f"<h3>{AHEAD}</h3>") == "<h3>What was to happen next</h3>"  # the box of a first screen


def test_dates_that_are_over_by_a_day_are_told_from_those_ahead(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/milestones.csv").write_text(
        "milestone_id,date,end_date,title,status\n"
        "a,2024-05,,In May,expected\n"
        "b,2024-04-01,2024-06-30,Until June,expected\n"
        "c,2024-04-01,,Was,happened\n"
    )
    (tmp_path / "data/inspections.csv").write_text(
        "inspection_id,date,end_date,title,status\nd,2024-05-30,,A visit,expected\n"
    )
    named = dates_named(tmp_path)
    assert [a.title for a in named] == ["A visit", "In May", "Until June"]
    assert [a.title for a in still_ahead(named, "2024-05-29")] == ["A visit", "In May", "Until June"]
    assert [a.title for a in still_ahead(named, "2024-05-30")] == ["In May", "Until June"]
    assert [a.title for a in still_ahead(named, "2024-05-31")] == ["Until June"]
    assert dates_named(tmp_path / "none") == []


def test_the_day_of_the_site_is_that_of_its_newest_report():
    assert as_at([report("2024-01", day="2024-02-10"), report("2023-12", day="2024-03-01")]) == "2024-03-01"
    assert as_at([]) == ""
