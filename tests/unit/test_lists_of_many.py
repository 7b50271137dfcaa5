"""Pages that list what a site holds stay short: of many reports they show the newest, and lead to all others."""

from types import SimpleNamespace

import lxml.html
import pytest

from improvement_reports.pages import contents, lists, log, sources
from improvement_reports.pages.contents import list_of_pages, listed_pages
from improvement_reports.pages.lists import _reports_page
from improvement_reports.pages.log import Logged, log_page, write_logs_of
from improvement_reports.workspace.parameters import Meeting, ReportParameters
from improvement_reports.workspace.places import Project

AUTHORITIES = {
    key: SimpleNamespace(short_name=name, illustrative=key == "example")
    for key, name in (("avon", "Avon"), ("devon", "Devon & Co"), ("example", "Example"))
}


def report(authority: str, month: str) -> ReportParameters:
    meeting = Meeting(body="Board", date=f"{month}-28")
    return ReportParameters(
        authority=authority, month=month, kind="board", title=f"Progress {month}", meeting=meeting, summary="x"
    )


def months(authority: str, number: int) -> list[ReportParameters]:
    """So many reports, newest first."""
    return [report(authority, f"2024-{n:02d}") for n in range(number, 0, -1)]


def tables(page: str) -> list[list[list[str]]]:
    """The words of the cells of each table on a page."""
    found = lxml.html.fromstring(f"<div>{page}</div>").xpath("//table")
    return [[[c.text_content().strip() for c in row.xpath("th|td")] for row in t.xpath(".//tr")[1:]] for t in found]


def links(page: str) -> list[str]:
    return lxml.html.fromstring(f"<div>{page}</div>").xpath("//a/@href")


def test_the_page_of_reports_shows_the_newest_of_many_and_leads_to_all(monkeypatch):
    monkeypatch.setattr(lists, "MOST_REPORTS", 4)
    real = sorted([*months("devon", 3), *months("avon", 2)], key=lambda r: r.month, reverse=True)
    page = _reports_page(real, months("example", 4), AUTHORITIES)
    by_authority, newest, made_up = tables(page)
    assert by_authority == [["Avon", "2", "February 2024"], ["Devon & Co", "3", "March 2024"]]
    assert [row[:2] for row in newest] == [
        ["Progress 2024-03", "Devon & Co"],
        ["Progress 2024-02", "Devon & Co"],
        ["Progress 2024-02", "Avon"],
        ["Progress 2024-01", "Devon & Co"],
    ]
    assert "There are 5 reports." in page and {"avon/index.html", "devon/index.html"} <= set(links(page))
    assert len(made_up) == 4


def test_the_page_of_few_reports_shows_all(monkeypatch):
    monkeypatch.setattr(lists, "MOST_REPORTS", 4)
    page = _reports_page(months("devon", 4), months("example", 5), AUTHORITIES)
    all_reports, by_authority, newest = tables(page)
    assert len(all_reports) == 4 and by_authority == [["Example Illustrative", "5", "May 2024"]] and len(newest) == 4
    assert page.index("Demonstration") < page.index("There are 5 reports.")


def entry(number: int, authority: str = "avon", **more) -> Logged:
    """An edition that was published on a day of its own."""
    identifier = f"{authority}/2024-{number:02d}/board/{'v2' if more.get('is_change') else 'v1'}"
    found = Logged(
        identifier, f"Report {number}", authority.title(), f"2024-{number:02d}", "", "why", False, False, False
    )
    return found._replace(published=f"2025-01-{number:02d}T00:00:00Z", **more)


def test_the_log_of_the_site_shows_the_newest_of_many_and_leads_to_each_log():
    entries = [*(entry(n) for n in range(1, 5)), *(entry(n, "devon", is_change=True) for n in range(1, 4))]
    page = log_page("Log", entries, "../", "Intro.", [entry(n, "example", is_made_up=True) for n in (1, 2, 3)], most=2)
    logs, changes, newest, made_up_logs, made_up = tables(page)
    assert logs == [["Avon", "4", "4 January 2025"], ["Devon", "3", "3 January 2025"]]
    assert [row[0] for row in changes] == ["Report 3, v2", "Report 2, v2"]
    assert [row[0] for row in newest] == ["Report 4, v1", "Report 3, v2"]
    assert len(made_up_logs) == 1 and len(made_up) == 2
    assert {"../avon/log/index.html", "../devon/log/index.html", "../example/log/index.html"} <= set(links(page))
    assert "There are 7 editions." in page and "Every edition" not in page.replace("Every published edition", "")


@pytest.mark.parametrize("most", [0, 4], ids=["of an authority", "as many as there may be"])
def test_a_log_of_few_editions_shows_all(most):
    page = log_page("Log", [entry(n) for n in range(1, 5)], "../", "Intro.", most=most)
    (every,) = tables(page)
    assert [row[0] for row in every] == [f"Report {n}, v1" for n in (4, 3, 2, 1)]
    assert "## Every edition" in page and "None so far." in page


def test_of_logs_only_those_that_are_asked_for_are_written(tmp_path, monkeypatch):
    """An edition is looked up for a feed alone."""
    asked = []
    (tmp_path / "_quarto.yml").write_text("website: {title: Site}\n", encoding="utf-8")
    monkeypatch.setattr(log, "FEED_LENGTH", 1)
    monkeypatch.setattr(log, "feed", lambda editions, *_: " ".join(editions))
    settings = SimpleNamespace(url="", publisher="")
    entries = [entry(1), entry(2), entry(1, "devon"), entry(3, "devon")]
    project = Project(tmp_path)
    write_logs_of(project, entries, lambda name: asked.append(name) or name, AUTHORITIES, settings, only=["avon", "x"])
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} - {"_quarto.yml"}
    assert written == {
        "reports/log/index.qmd",
        "reports/feed.xml",
        "reports/avon/log/index.qmd",
        "reports/avon/feed.xml",
    }
    assert asked == ["avon/2024-02/board/v1", "devon/2024-03/board/v1"]


REPORT = "reports/avon/2024-03/board"
FEW = [
    "index.html",
    "about/a.html",
    "reports/avon/index.html",
    "reports/avon/log/index.html",
    "reports/audit/index.html",
]
OF_A_REPORT = [f"{REPORT}/index.html", f"{REPORT}/since.html", f"{REPORT}/v1/index.html"]
NEVER_LISTED = ["search.html", "404.html", f"{REPORT}/figures-2.html"]


def test_the_list_of_pages_leaves_out_single_reports_where_there_are_many(monkeypatch):
    every = [*FEW, *OF_A_REPORT, *NEVER_LISTED]
    assert listed_pages(every) == [*FEW, *OF_A_REPORT]
    monkeypatch.setattr(contents, "MOST_PAGES", len(FEW) + len(OF_A_REPORT))
    assert listed_pages(every) == [*FEW, *OF_A_REPORT]
    monkeypatch.setattr(contents, "MOST_PAGES", len(FEW) + len(OF_A_REPORT) - 1)
    assert listed_pages(every) == FEW


@pytest.mark.parametrize("most", [1, 2])
def test_the_list_of_pages_says_where_reports_are_where_it_leaves_them_out(tmp_path, monkeypatch, most):
    monkeypatch.setattr(contents, "MOST_PAGES", most)
    (tmp_path / "_quarto.yml").write_text("project: {render: [index.qmd, reports/**/*.qmd]}\n", encoding="utf-8")
    for name in ("index.qmd", f"{REPORT}/index.qmd"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"---\ntitle: {name}\n---\n", encoding="utf-8")
    monkeypatch.setattr(sources, "matches", lambda project, *_: sorted(project.root.rglob("*.qmd")))
    read = []
    front_matter_of = contents.front_matter_of
    monkeypatch.setattr(contents, "front_matter_of", lambda path: read.append(path.name) or front_matter_of(path))
    page = list_of_pages(Project(tmp_path))
    is_cut = most == 1
    assert ("stands on the page of its authority" in page) is is_cut and (f"{REPORT}/index.html" in page) is not is_cut
    assert len(read) == most, "no front matter of a page that is not listed is read"
