"""An authority's page is its home: it shows what its reports show, with every number leading back to them."""

import json
from pathlib import Path

import lxml.html
import pytest
from markupsafe import Markup

from improvement_reports.pages.home import Listed, home_page, newest_position, verdict
from improvement_reports.pages.report_parts import blocks_under, seen_from, verdict_in
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.parameters import Meeting, ReportParameters
from improvement_reports.workspace.places import Project

AUTHORITY = Authority(name="Testshire Council", short_name="Testshire", la_code="901", region="South West")
FIRST_SCREEN = (
    '<div class="first-screen"><p class="verdict"><strong><a class="n" id="n-a" href="v2/figures-1.html#1">4</a></strong>'
    ' of 6 got better.</p><div class="table-block" id="table.key"><a href="#priority-1">Supervision</a></div></div>'
)
HISTORY = '<table class="history" id="h"><tr><td>At risk</td></tr></table>'
PROFILE = '<div class="glance"><p>Best quarter <a class="n" href="v1/figures.html#r">5</a></p></div>'


def fenced(text: str) -> str:
    return f"\n\n```{{=html}}\n{text}\n```\n\n"


def listed(month: str, kind: str = "board", **others) -> Listed:
    meeting = Meeting(body="Board", date=f"{month}-28")
    params = ReportParameters(
        authority="testshire", month=month, kind=kind, title=f"To {month}", meeting=meeting, summary="x"
    )
    return Listed(params, f"In short, {month}.", **{"is_draft": True, **others})


def page(project: Project, report: Listed, *texts: str) -> None:
    """The source of a report's page: headings in Markdown cells, the rest as outputs."""
    cells = []
    for text in texts:
        if text.startswith("#"):
            cells.append({"cell_type": "markdown", "source": text})
        else:
            cells.append({"cell_type": "code", "source": "", "outputs": [{"data": {"text/markdown": text}}]})
    path = project.page_folder(*report.job) / "index.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")


def dates(project: Project, report: Listed, *rows: str) -> None:
    """The dates of a draft."""
    folder = project.draft_folder(*report.job) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["milestone_id,date,end_date,title,status", *rows])
    (folder / "milestones.csv").write_text(text + "\n", encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def made(project: Project, reports: list[Listed], as_at: str = "2024-04-28") -> lxml.html.HtmlElement:
    """A home's source as a tree: its headings as they are, its HTML as elements."""
    text = home_page(project, AUTHORITY, reports, as_at, has_thread=True, has_log=True)
    return lxml.html.fromstring(f"<div>{text}</div>")


def test_the_newest_position_is_what_the_report_shows_in_brief(project):
    newest, before = listed("2024-03"), listed("2024-02")
    fold = fenced("<details class='fold'><p>words of the narrative</p></details>")
    page(project, newest, "## In brief", fenced(FIRST_SCREEN), "words of the narrative", fold, "## Money", fenced("£"))
    tree = made(project, [newest, before])
    assert "4 of 6 got better." in tree.text_content() and "£" not in tree.text_content()
    assert "words of the narrative" not in tree.text_content()
    # Its numbers lead to their entries, its places to the places of the report; nothing has an id of its own here.
    hrefs = tree.xpath("//div[@class='first-screen']//a/@href")
    assert hrefs == ["2024-03/board/v2/figures-1.html#1", "2024-03/board/index.html#priority-1"]
    assert not tree.xpath("//div[@class='first-screen']//@id")
    # The summary stands where a report has no verdict, and not beside one.
    assert not tree.xpath("//p[@class='position-summary']")
    page(project, newest, "## In brief", fenced("<p>cards</p>"))
    assert made(project, [newest]).xpath("string(//p[@class='position-summary'])") == "In short, 2024-03."


def test_a_letter_is_the_newest_position_only_where_there_is_nothing_else():
    board, letter, profile = listed("2024-01"), listed("2024-02", "inspection"), listed("2025-03", "profile")
    assert newest_position([profile, letter, board]) is board
    assert newest_position([profile, letter]) is letter
    assert newest_position([profile]) is None


def test_the_history_is_that_of_the_newest_report_that_has_one(project):
    scrutiny, board, older = listed("2024-05", "scrutiny"), listed("2024-03"), listed("2024-02")
    for report in (board, older):
        page(project, report, "## How the plan has gone, month by month {#plan-month-by-month}", fenced(HISTORY))
    page(project, scrutiny, "## In brief", fenced("<p>cards</p>"))
    text = home_page(project, AUTHORITY, [scrutiny, board, older], "2024-06-01", False, False)
    assert text.count('class="history"') == 1 and "## How the plan has gone, month by month {#history}" in text
    assert "{#history}" not in home_page(project, AUTHORITY, [scrutiny], "2024-06-01", False, False)


def test_only_what_is_still_ahead_is_ahead(project):
    newest, before = listed("2024-03"), listed("2024-02")
    dates(
        project, newest, "a,2024-04-27,,Over,expected", "b,2024-05,,Still to come,expected", "c,2024-06,,Done,happened"
    )
    dates(project, before, "d,2024-09,,Of an older report,expected")
    tree = made(project, [newest, before])
    shown = [" ".join(li.text_content().split()) for li in tree.xpath("//ul[@class='dates']/li")]
    assert shown == ["May 2024 Still to come named in the Improvement Board report, March 2024"]
    tree = made(project, [newest, before], as_at="2024-05-31")
    assert not tree.xpath("//ul[@class='dates']") and "on 31 May 2024" in tree.text_content()
    dates(project, newest)
    assert "What is ahead" not in home_page(project, AUTHORITY, [newest], "2024-04-28", False, False)


def test_the_official_rank_is_what_the_profile_shows_in_brief(project):
    profile, board = listed("2025-03", "profile"), listed("2024-03")
    page(project, profile, "## In brief", fenced(PROFILE))
    tree = made(project, [profile, board])
    assert tree.xpath("//div[@class='glance']//a/@href") == ["2025-03/profile/v1/figures.html#r"]
    assert "Where it stands" not in home_page(project, AUTHORITY, [board], "2024-04-28", False, False)


def test_all_reports_stand_by_kind_the_newest_first_and_the_others_folded(project):
    reports = [
        listed("2024-03", earlier=("v2", "v1")),
        listed("2024-02", earlier=("v1",)),
        listed("2024-01", "scrutiny"),
    ]
    tree = made(project, reports)
    assert [h.text for h in tree.xpath("//h3")] == ["Improvement Board reports", "Scrutiny reports"]
    assert tree.xpath("//p[@class='newest-report']/a/@href") == [
        "2024-03/board/index.html",
        "2024-01/scrutiny/index.html",
    ]
    assert tree.xpath("//details[1]//a/@href") == ["2024-02/board/index.html"]
    assert [s.text for s in tree.xpath("//summary")] == ["1 earlier", "3 replaced editions"]
    assert tree.xpath("//details[2]//a/@href") == [
        "2024-03/board/v2/index.html",
        "2024-03/board/v1/index.html",
        "2024-02/board/v1/index.html",
    ]


def test_links_of_a_part_lead_where_they_led():
    text = Markup(
        '<a href="figures.html#a">x</a><a href="#b">y</a><a href="https://e.org/">z</a><img src="charts/c.svg">'
    )
    assert seen_from(text, "2024-03/board/") == Markup(
        '<a href="2024-03/board/figures.html#a">x</a><a href="2024-03/board/index.html#b">y</a>'
        '<a href="https://e.org/">z</a><img src="2024-03/board/charts/c.svg">'
    )


def test_a_page_that_is_not_there_has_no_parts(project):
    assert blocks_under(project.root / "none.ipynb", "In brief") == [] and verdict_in([]) == Markup()
    assert verdict(project, listed("2024-03")) == Markup()
