"""The built site: addresses, content, links, valid HTML, the same bytes twice, and the same words from both
renderers.
"""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import lxml.html
import pytest
from browsers import one_of_each_shape
from conftest import copy_project as copy_exampleshire
from damage import edit
from rows_read import rows_on
from site_helpers import (
    assert_same_content,
    build,
    built_project,
    copy_editions,
    copy_project,
    figure_links,
    figure_of,
    figures_of_edition,
    pages,
    quarto_site,
    shown_page,
)
from small_editions import HOME, JOB, NEW, OBSERVATIONS

from improvement_reports.sheets.made import FOLDER as PAPERS

REPORT = "reports/gloucestershire/2021-04/board"
FOREIGN = re.compile(r"^(?:https?:)?//")


def _tree(path: Path):
    return lxml.html.fromstring(path.read_bytes())


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """The real project and its site by the built-in renderer, as (project, site)."""
    project = built_project(tmp_path_factory)
    return project, project / "_site"


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    """The site of Exampleshire."""
    project = copy_exampleshire(tmp_path_factory.mktemp("made-up"))
    build(project.root, "--renderer", "pandoc")
    return project.root / "_site"


@pytest.fixture(scope="session")
def quarto(tmp_path_factory):
    """The same project's site by Quarto."""
    return quarto_site(tmp_path_factory)


@pytest.fixture(params=["pandoc", pytest.param("quarto", marks=pytest.mark.quarto), "exampleshire"])
def site(request):
    """Each built site in turn."""
    if request.param == "pandoc":
        return request.getfixturevalue("real")[1]
    return request.getfixturevalue("quarto" if request.param == "quarto" else "made_up")


def test_addresses(real):
    _, site = real
    for address in ("index.html", "reports/index.html", "reports/gloucestershire/index.html", f"{REPORT}/index.html"):
        assert (site / address).is_file(), address
    assert (site / REPORT / "v1/index.html").is_file()
    files = "figures.html", "figures.json", "figures.csv", "report.ipynb", "data/observations.csv"
    downloads = "tables.xlsx", "datapackage.json", "ro-crate-metadata.json", "manifest.json", "edition.zip"
    for name in (*files, *downloads):
        assert (site / REPORT / "v1" / name).is_file(), name
    assert (site / "reports/feed.xml").is_file()


def test_the_first_page_leads_to_every_authority_and_its_home_to_all_its_reports(site):
    """Of the first page one click is a home, where the newest position stands."""
    first = set(_tree(site / "index.html").xpath("//main//a/@href"))
    homes = sorted(site.glob("reports/*/[0-9]*-[0-9]*"))
    for home in {folder.parent for folder in homes}:
        address = f"reports/{home.name}/index.html"
        assert address in first, address
        tree = _tree(site / address)
        linked = set(tree.xpath("//main//a/@href"))
        own = {
            p.parent.relative_to(home).as_posix()
            for p in home.glob("*/*/index.html")
            if p.parent.parent.name[:2] == "20"
        }
        assert {f"{name}/index.html" for name in own} <= linked, (home, own)
        if any(not name.endswith("profile") for name in own):
            assert tree.xpath("//main//*[@id='position']"), home


def test_every_page_leads_up_and_reports_lead_to_those_beside_them(site):
    """The report after one that is before another is that other one; what is older says which is the next."""
    beside: dict[tuple[str, str], Path] = {}
    for page in pages(site):
        address, tree = page.relative_to(site).as_posix(), _tree(page)
        if address.count("/") > 2 or re.fullmatch(r"reports/[^/]+/index.html", address):
            ways = tree.xpath("//main/*[1][self::nav]")
            up = [(page.parent / a).resolve() for a in ways[0].xpath(".//ul[@class='trail']//a/@href")] if ways else []
            is_of_all = re.fullmatch(r"reports/(compare|audit|programmes)/index.html", address)
            assert is_of_all or (up and all(p.is_file() for p in up)), address
        for rel in ("prev", "next"):
            links = tree.xpath(f"//main//a[@rel='{rel}']/@href")
            assert links == tree.xpath(f"//head/link[@rel='{rel}']/@href") * 2, address
            if links:
                beside[address, rel] = (page.parent / links[0]).resolve().relative_to(site.resolve()).as_posix()
    assert beside
    for (address, rel), other in beside.items():
        assert beside[other, "next" if rel == "prev" else "prev"] == address
    for address in {address for address, rel in beside if rel == "next"}:
        (note,) = _tree(site / address).xpath("//p[@class='newer-report']")
        assert note.text_content().startswith("A newer report exists: "), address
        found = [(site / address).parent.joinpath(a.get("href")).resolve() for a in note.iter("a")]
        home = "/".join(address.split("/")[:2])
        wanted = [beside[address, "next"], f"{home}/index.html"]
        assert [p.relative_to(site.resolve()).as_posix() for p in found] == wanted, address


def _reports(site: Path) -> list[Path]:
    """The pages of reports that have their figures beside them: of editions, and of drafts."""
    return [p for p in sorted(site.glob("reports/*/*/*/**/index.html")) if (p.parent / "figures.json").is_file()]


def test_every_page_is_valid_html(site):
    for page in pages(site):
        parser = html5lib.HTMLParser()
        parser.parse(page.read_text(encoding="utf-8"))
        # Quarto's own <head> is not ours to judge; what it holds is.
        assert not parser.errors or "quarto" in site.name, (page.name, parser.errors[:3])


def test_every_id_is_unique(site):
    for page in pages(site):
        ids = _tree(page).xpath("//@id")
        assert len(ids) == len(set(ids)), (page.name, sorted({i for i in ids if ids.count(i) > 1})[:5])


def test_one_h1_and_no_skipped_level(site):
    for page in pages(site):
        levels = [int(h.tag[1]) for h in _tree(page).xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert levels.count(1) == 1 and levels[0] == 1, (page, levels[:5])
        assert all(b - a <= 1 for a, b in pairwise(levels)), page


def test_links_lead_somewhere(site):
    targets, top = {page: set(_tree(page).xpath("//@id")) for page in pages(site)}, site.resolve()

    @cache
    def led_to(home: Path, where: str) -> Path:
        path = (home / unquote(where)).resolve()
        path = path / "index.html" if path.is_dir() else path
        assert path.is_file() and path.is_relative_to(top), (home, where)
        return path

    for page, tree in ((p, _tree(p)) for p in targets):
        for attribute in ("href", "src", "srcset"):
            for link in dict.fromkeys(tree.xpath(f"//body//@{attribute}")):
                parts = urlsplit(link)
                if parts.scheme or FOREIGN.match(link):
                    assert parts.scheme in ("https", "mailto") and attribute == "href", (page.name, link)
                    continue
                # A page for addresses that do not exist is shown at any of them, so it leads from the top of the host.
                home, where = (site, parts.path.lstrip("/")) if page.name == "404.html" else (page.parent, parts.path)
                path = led_to(home, where) if parts.path else page
                if parts.fragment and path in targets:
                    assert unquote(parts.fragment) in targets[path], (page.name, link)


def test_nothing_is_loaded_from_another_host(site):
    for path in [*pages(site), *site.rglob("*.css")]:
        text = path.read_text(encoding="utf-8", errors="replace")
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc(?:set)?=[\"'](?:https?:)?//[^\"']+", text)
        loaded += re.findall(r"<link\b[^>]*\bhref=[\"'](?:https?:)?//[^\"']+", text)
        loaded += re.findall(r"(?:url\(|@import\s+)[\"']?(?:https?:)?//[^)\"']+", text)
        assert not loaded, (path.name, loaded[:3])


def test_every_chart_has_words_and_a_table(site):
    charts = 0
    for page in pages(site):
        for chart in _tree(page).xpath("//figure[contains(@class, 'chart')]"):
            charts += 1
            (image,) = chart.xpath(".//img")
            assert len(image.get("alt")) > 20 and image.get("alt").endswith(".")
            assert chart.xpath(".//figcaption")[0].text_content().strip()
            table = chart.xpath(".//details//table")[0]
            assert table.xpath("./caption") and table.xpath(".//th[@role='rowheader']") and table.xpath(".//td")
    assert charts


def test_every_table_has_a_caption_and_says_what_each_header_heads(site):
    for page in pages(site):
        for table in _tree(page).xpath("//main//table[contains(@class, 'data')]"):
            assert table.xpath("./caption")[0].text_content().strip()
            assert all(th.get("role") in ("rowheader", "columnheader") for th in table.xpath(".//th"))
            assert not table.xpath(".//tr[count(*) > 16]"), (page, "theme/site.css names sixteen columns")


def _by_id(page):
    """The elements of a page by their id, of which each is there once."""
    found = _tree(page).xpath("//*[@id]")
    by_id = {element.get("id"): element for element in found}
    assert len(by_id) == len(found), page
    return by_id


def test_a_number_leads_to_its_row_in_two_clicks(site):
    """From every number on a report's page to its entry, and from there to the row, its file and its place in the
    source.
    """
    checked, pages_of, places_of, split = 0, {}, {}, 0
    for page in sorted(site.glob("reports/*/*/*/**/index.html")):
        pages_of.clear()
        places_of.clear()
        for link in figure_links(_tree(page)):
            path, _, anchor = link.get("href").partition("#")
            target = (page.parent / path).resolve()
            entry = _entry(pages_of, target, anchor)
            back, made_from, figure = entry.xpath("./td")[0], entry.xpath("./td")[2], _id_in(entry)
            assert anchor == figure or target.name != "figures.html"
            rows = [a.get("href").partition("#") for a in made_from.xpath("./a")]
            assert rows or back.xpath("./a")[0].text_content() == "0", figure
            for there, _, row in rows[:2]:
                row_page = (target.parent / there).resolve() if there else target
                assert _entry(pages_of, row_page, row).tag in ("tr", "li")
                if row_page not in places_of:
                    places_of[row_page] = {read.id: read.place for read in rows_on(_main(row_page))}
                assert places_of[row_page][row]
            checked, split = checked + 1, split + (target.name != "figures.html")
    assert checked > 50
    assert split or "gloucestershire" not in {p.name for p in (site / "reports").iterdir()}


def _main(page: Path):
    (section,) = _tree(page).xpath("//main/section[@id='rows-of-data'] | //main//section[h2='Rows of data']")
    return section


def _id_in(entry) -> str:
    """The id of a figure as its entry shows it."""
    return entry.xpath("./td")[-1].text_content().strip()


def _entry(pages_of: dict, page: Path, anchor: str):
    if page not in pages_of:
        pages_of[page] = _by_id(page)
    return pages_of[page][anchor]


def test_an_address_with_the_id_of_a_figure_leads_to_its_entry(site):
    """Whether its provenance is one page or several: figures.html#ID is what was published and is cited."""
    lists = 0
    for page in sorted(site.glob("reports/*/*/*/v*/figures.html")):
        records = figures_of_edition(page.parent)
        there, parts = _by_id(page), {}
        for f in records:
            entry = there[f["id"]]
            if entry.tag == "a":
                lists += 1
                name, _, anchor = entry.get("href").partition("#")
                entry = _entry(parts, page.parent / name, anchor)
            assert _id_in(entry) == f["id"]
    assert lists or "gloucestershire" not in {p.name for p in (site / "reports").iterdir()}


def test_the_newest_edition_is_one_page_and_its_own_address_leads_there(site):
    """Without JavaScript too: at once, and with a link for whoever stops that."""
    newest = 0
    for home in sorted(site.glob("reports/*/*/*/index.html")):
        editions = sorted(home.parent.glob("v*/index.html"), key=lambda p: int(p.parent.name[1:]))
        if not editions or _tree(home).xpath("//head/meta[@name='robots']"):  # a draft stands there
            continue
        for page in editions:
            refresh = _tree(page).xpath("//head/meta[@http-equiv='refresh']/@content")
            assert refresh == (["0; url=../index.html"] if page == editions[-1] else []), page
        assert _tree(editions[-1]).xpath("//main//a[@href='../index.html']")
        newest += 1
    assert newest or not list(site.glob("reports/*/*/*/v*"))


IN_WORDS = {
    "None": "0",
    "none": "0",
    "No priority": "0",
    "The one target": "1",
}  # what findings call these numbers of targets and of priorities


def test_figures_match_the_page(site):
    """The page shows each number of figures.json as published."""
    assert _reports(site)
    for home in _reports(site):
        page = shown_page(home)
        records = {f["id"]: f for f in figures_of_edition(home.parent)}
        order = list(records)
        shown = {figure_of(link, order) for link in figure_links(_tree(page))}
        assert shown <= set(records) and len(shown) > 40
        assert {f for f in records if records[f]["kind"] == "number"} <= shown
        for link in (a for a in figure_links(_tree(page)) if a.get("class") == "n"):
            published = records[figure_of(link, order)]["published"]
            words = " ".join(link.text_content().split())
            # In a table of official statistics the row names the unit, in a finding the words do ("5 months").
            counted = re.sub(r"^(\d+) months?$", r"\1", words)
            said = (published, published.removesuffix(" per 10,000"))
            assert IN_WORDS.get(counted, counted) in said, (home, words, published)


# Renders only the pages that the first argument names; the sources of all are written.
SOME_PAGES = """
import json, sys; from pathlib import Path; from improvement_reports.pages.sources import page_address
from improvement_reports.site import build, pandoc; from improvement_reports.workspace.places import Project
project, chosen, render = Project(Path.cwd()), set(json.loads(sys.argv[1])), pandoc.Renderer.render_pages
pandoc.Renderer.render_pages = lambda self, pages, meanwhile: render(
    self, [p for p in pages if page_address(project, p) in chosen], meanwhile
)
summary = build.build_site(project, "pandoc")
assert summary.failed == [], summary.failed
"""
MADE_OF_PAGES = ("pagefind/", "sitemap.xml", ".improvement-reports.json")  # they tell of the pages that are there


def _sources(project: Path) -> dict[str, bytes]:
    """What pages are rendered from, and what lies beside them."""
    found = [p for folder in ("reports", "build/pages-parts") for p in (project / folder).rglob("*") if p.is_file()]
    return {p.relative_to(project).as_posix(): p.read_bytes() for p in found if not p.name.startswith(".")}


def _make_again(kept: Path, rendered: list[Path]) -> None:
    """Forget the files for paper of the two reports that have the shortest, of those whose page is rendered again."""
    papers = sorted(
        (p for page in rendered if (p := page.parent / "report.pdf").is_file()), key=lambda p: p.stat().st_size
    )
    shortest = {p.read_bytes() for p in papers[:2]}
    found = [f.parent for f in kept.glob("*/report.pdf") if f.read_bytes() in shortest]
    assert len(found) == 2
    for folder in found:
        shutil.rmtree(folder)


def test_two_builds_are_the_same_bytes(real, tmp_path):
    """In another folder and with another order of sets: every source of a page and every file beside it, and of the
    pages those that hold all that any page holds, and the files for paper of two reports. That two runs of a notebook
    give the same, `verify` says.
    """
    first, site = real
    made = shutil.ignore_patterns("_site", "reports", "pages", "searched-pages", "pages-parts")
    again = Path(shutil.copytree(first, tmp_path / "again", ignore=made))
    copy_editions(again)
    rendered = sorted(one_of_each_shape(site))
    _make_again(again / "build" / PAPERS, rendered)
    chosen = [p.relative_to(site).as_posix() for p in rendered]
    done = subprocess.run(
        [sys.executable, "-c", SOME_PAGES, json.dumps(chosen)],
        cwd=again,
        env={**os.environ, "PYTHONHASHSEED": "20240331"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    was, now = _sources(first), _sources(again)
    assert [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)] == []
    files = {p.relative_to(again / "_site").as_posix() for p in (again / "_site").rglob("*") if p.is_file()}
    files = {name for name in files if not name.startswith(MADE_OF_PAGES)}
    assert set(chosen) <= files
    assert [n for n in sorted(files) if not filecmp.cmp(site / n, again / "_site" / n, shallow=False)] == []


@pytest.mark.quarto
def test_two_quarto_builds_are_the_same_bytes(quarto):
    project = quarto.parent
    build(project, "--renderer", "quarto", "--output", str(project / "quarto-again"), "--force")
    _same_folders(quarto, project / "quarto-again")


def _same_folders(one: Path, other: Path) -> None:
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(other) for p in other.rglob("*") if p.is_file())
    different = [str(f) for f in files if not filecmp.cmp(one / f, other / f, shallow=False)]
    assert not [f for f in different if f != ".improvement-reports.json"], different


def test_a_second_build_does_nothing(real):
    project, site = real
    before = {p: p.stat().st_mtime_ns for p in site.rglob("*")}
    result = build(project, "--renderer", "pandoc")
    assert "Done 0, unchanged 9, failed 0" in result.stdout
    assert before == {p: p.stat().st_mtime_ns for p in site.rglob("*")}


@pytest.mark.quarto
def test_both_renderers_say_the_same(real, quarto):
    assert_same_content(real[1], quarto)


def test_illustrative_is_said_on_every_page_it_reaches(made_up):
    reached = [p for p in pages(made_up) if "reports/exampleshire" in p.as_posix()]
    assert reached
    for page in [*reached, made_up / "index.html", made_up / "reports/index.html"]:
        assert "Illustrative" in _tree(page).text_content(), page


def test_hostile_text_stays_text(made_up):
    """Exampleshire's returns hold markup, formulas and templates in their cells; none of it comes alive."""
    for page in pages(made_up):
        tree = _tree(page)
        assert not tree.xpath("//main//script") and not tree.xpath("//main//@*[starts-with(name(), 'on')]"), page
        assert "49" not in tree.xpath("string(//title)")
    text = "".join(p.read_text(encoding="utf-8") for p in pages(made_up))
    assert "&lt;script&gt;" in text
    for path in made_up.rglob("*.csv"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.match(r'(^|.*,)"?[=@]', line), (path.name, line)


def test_a_faulty_return_changes_nothing_and_a_good_one_waits_as_a_draft(corrected):
    edit(corrected.params / "site.yml", "drafts: true", "drafts: false")
    build(corrected.root, "--renderer", "pandoc")
    page = corrected.site / HOME / "index.html"
    before = page.read_bytes()
    observations = corrected.root / OBSERVATIONS
    edit(observations, NEW, ",,196,192,200,")
    result = build(corrected.root, "--renderer", "pandoc", code=1)
    assert "196 is not between 0 and 100" in result.stderr
    assert page.read_bytes() == before
    edit(observations, ",,196,192,200,", ",,97,194,200,")
    result = build(corrected.root, "--renderer", "pandoc", "--authority", "exampleshire", "--month", "2024-03")
    assert f"{'/'.join(JOB)}: differs from v2; it is a draft until you publish it" in result.stdout
    assert page.read_bytes() == before, "what is published stays until it is published anew"


def test_an_output_folder_with_other_files_is_refused(tmp_path):
    project = copy_project(tmp_path / "project")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me", encoding="utf-8")
    result = build(project, "--renderer", "pandoc", "--output", str(mine), code=2)
    assert "holds other files" in result.stderr and "Traceback" not in result.stderr
    assert (mine / "letter.txt").read_text(encoding="utf-8") == "keep me"


def test_alternative_texts_are_short(site):
    """Some screen readers cut an alternative text at 150 characters; what is left out stands in the table beneath."""
    texts = [(p, alt) for p in pages(site) for alt in lxml.html.parse(str(p)).xpath("//main//img/@alt")]
    assert texts and all(alt.strip() for _, alt in texts)
    assert not [(p, alt) for p, alt in texts if len(alt) >= 150]


def test_every_heading_is_followed_by_something(site):
    """No page announces a section that it does not have."""
    for path in pages(site):
        for section in lxml.html.parse(str(path)).xpath("//main//section"):
            heading, *rest = section
            shown = section.xpath(".//img | .//input") or any(" ".join(e.text_content().split()) for e in rest)
            assert shown or not heading.tag.startswith("h"), (path, heading.text_content())
