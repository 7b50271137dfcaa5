"""What the site weighs, and that every address of an edition still answers."""

import json
import os

import lxml.html
import pytest
from site_helpers import built_project, pages

from improvement_reports.editions.edition import INPUTS, all_editions
from improvement_reports.editions.manifest import MANIFEST as MANIFEST_FILE
from improvement_reports.pages.in_archive import lead_ons, lie_in_archive
from improvement_reports.pages.lead_ons import lead_on
from improvement_reports.pages.served import read_served
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.places import Project

MOST = 295_000  # bytes of a page
# Of the page of a board's report. Gloucestershire's has 97,000 letters, 1,567 cells and 751 links to entries.
BOARD, LONG_BOARD = 165_000, "gloucestershire/2021-04/board"
# In the mean, with its pages, and of that its pages alone: of the councils' editions and three months of the
# demonstration, whose files are frozen as they were published. What a new one weighs is bounded where it is made, in
# tests/integration/test_editions.py.
EDITION, PAGES = 2_450_000, 650_000


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = built_project(tmp_path_factory)
    return Project(root), root / "_site"


def test_no_page_is_heavy(built):
    _, site = built
    heavy = {p.relative_to(site).as_posix(): p.stat().st_size for p in pages(site) if p.stat().st_size > MOST}
    assert heavy == {}
    boards = {
        p.relative_to(site / "reports").as_posix(): p.stat().st_size
        for p in site.glob("reports/*/*/board/**/index.html")
    }
    assert boards and not {n: s for n, s in boards.items() if s > BOARD and not n.startswith(LONG_BOARD)}


def test_an_edition_weighs_little_in_the_mean(built):
    _, site = built
    homes = {p.parent.parent for p in site.glob("reports/*/*/*/v*/index.html")}
    editions = [p for home in homes for p in home.glob("v*")]
    files = [p for home in homes for p in home.rglob("*") if p.is_file()]
    assert editions and sum(p.stat().st_size for p in files) / len(editions) < EDITION
    assert sum(p.stat().st_size for p in files if p.suffix == ".html") / len(editions) < PAGES


def test_every_file_of_an_edition_answers_at_its_address(built):
    """As it was published, to the last byte; in place of what lies in its archive alone stands what leads there."""
    project, site = built
    editions = all_editions(project)
    newest = {e.job: e.number for e in editions}  # of each report, for its editions are listed oldest first
    assert editions and len(newest) < len(editions)
    for edition in editions:
        folder = site / "reports" / edition.identifier
        for name, record in edition.manifest.files.items():
            if name == INPUTS:
                assert not (folder / name).exists()
            elif name not in lie_in_archive(edition, newest[edition.job] != edition.number):
                assert file_digest(folder / name) == record.sha256, (edition.identifier, name)
            else:
                assert (folder / name).read_bytes() == lead_on(edition, name)
        if newest[edition.job] == edition.number:
            assert file_digest(folder / MANIFEST_FILE) == edition.fingerprint
        assert (folder / "edition.zip").is_file()


def test_pages_lead_to_the_archive_and_not_to_what_leads_there(built):
    project, site = built
    led = {(site / name).as_posix() for name in lead_ons(project, read_served(project))}
    assert led and all((site / name).is_file() for name in led)
    for page in site.glob("reports/*/*/*/**/*.html"):
        links = lxml.html.parse(str(page)).xpath("//a/@href")
        assert not led & {os.path.normpath(page.parent / link.partition("#")[0]) for link in links}, page
    for page in site.glob("reports/*/*/*/index.html"):
        links = lxml.html.parse(str(page)).xpath("//ul[@class='downloads']//a/@href")
        if list(page.parent.glob("v*")) and not (page.parent / "report.ipynb").is_file():
            assert sum(link.endswith("edition.zip") for link in links) == 2


def test_figures_json_of_the_pages_that_are_no_reports_has_each_row_once(built):
    _, site = built
    found = [p for p in site.glob("reports/*/**/figures.json") if "format" in json.loads(p.read_text(encoding="utf-8"))]
    assert found
    for path in found:
        rows = [json.dumps(r, sort_keys=True) for r in json.loads(path.read_text(encoding="utf-8"))["rows"]]
        assert len(rows) == len(set(rows)), path
