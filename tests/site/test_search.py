"""Search over the whole site from static files: what is indexed, the same bytes twice, and the page that asks and
answers.
"""

import gzip
import json
import os
import re
import shutil
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import lxml.html
import pytest
from browsers import WIDTHS, violations
from site_helpers import REPOSITORY, build, built_project, pages, quarto_site, serve

from improvement_reports.pages.contents import list_of_pages, page_list, plain_title
from improvement_reports.pages.sources import NOT_FOUND, SEARCH_PAGE
from improvement_reports.pages.sources import REPORT as REPORT_ADDRESS
from improvement_reports.site import search, search_parts
from improvement_reports.site.search import FOLDER, PARTS, Earlier, Index, index_site, make_index, search_notice
from improvement_reports.site.search_parts import MOST_PARTS, PAGES_IN_PART, Parts, number_of_parts, part_name, parts_of
from improvement_reports.site.searched_pages import Searched, is_searched, searchable, searched_pages
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

REPORT = "reports/gloucestershire/2021-04/board/index.html"
HOSTILE = '<p>Zebra &lt;img src=x onerror="document.title=1"&gt; &lt;mark&gt;</p>'


def fragments(site: Path) -> dict[str, dict]:
    """What the index holds of each page, by its address."""
    records = map(record_of, (site / FOLDER).rglob("fragment/*"))
    return {record["url"].lstrip("/"): record for record in records}


def fragment_files(site: Path) -> dict[str, Path]:
    """The file of each page in the index, by its address."""
    return {record_of(path)["url"].lstrip("/"): path for path in (site / FOLDER).rglob("fragment/*")}


def record_of(path: Path) -> dict:
    return json.loads(gzip.decompress(path.read_bytes()).decode("utf-8").removeprefix("pagefind_dcd"))


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real project and its site by the built-in renderer."""
    project = built_project(tmp_path_factory)
    return project, project / "_site"


@pytest.fixture(scope="module")
def quarto(tmp_path_factory):
    return quarto_site(tmp_path_factory)


@pytest.fixture(params=["pandoc", pytest.param("quarto", marks=pytest.mark.quarto)])
def site(request, real):
    return real[1] if request.param == "pandoc" else request.getfixturevalue("quarto")


def small_site(folder: Path, body: str = "<p>words</p>") -> Path:
    """A site of three pages, one of them of a report."""
    for address in ("index.html", "reports/avon/2024-03/board/index.html", "reports/avon/2024-03/board/figures.html"):
        page = folder / address
        page.parent.mkdir(parents=True, exist_ok=True)
        text = (
            "<html"
            f' lang="en-GB"><head><title>T</title></head><body><nav>frame</nav><main><h1>Heading</h1>{body}</main></body></html>'
        )
        page.write_text(text, encoding="utf-8")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# What is indexed


def test_the_index_holds_every_page_of_content_and_no_other(site):
    every = {p.relative_to(site).as_posix() for p in pages(site)}
    editions = {a for a in every if re.search(r"/v\d+/", a)}
    assert set(fragments(site)) == {
        a for a in every - editions - {SEARCH_PAGE, NOT_FOUND} if not re.search(r"/figures(-\d+)?\.html$", a)
    }
    assert editions, "they say what the newest page says"
    assert REPORT in fragments(site) and any(a.endswith("figures.html") for a in every)


def test_the_index_holds_no_frame(site):
    for address, record in fragments(site).items():
        for frame in (
            "Skip to main content",
            "Open Government Licence v3.0 or as each",
            "On this page",
            "Rows behind this",
        ):
            assert frame not in record["content"], (address, frame)


def test_a_result_says_what_kind_of_page_it_is(site):
    meta = fragments(site)[REPORT]["meta"]
    assert meta["title"].startswith("Gloucestershire") and meta["position"] == "April 2021"
    assert (meta["kind"], meta["authority"]) == ("Improvement Board report", "Gloucestershire County Council")
    assert fragments(site)["about/glossary.html"]["meta"]["kind"] == "About this site"


def test_results_lead_to_places_that_are_there(site):
    """Each heading that the index knows is an id of the page, sections of a report and words of the glossary among
    them.
    """
    for address, record in fragments(site).items():
        known = set(lxml.html.parse(str(site / address)).xpath("//@id"))
        found = {a["id"] for a in record["anchors"]}
        assert found <= known, (address, found - known)
    anchors = {a["id"]: a for a in fragments(site)["about/glossary.html"]["anchors"]}
    assert anchors["ofsted"]["element"] == "h4" and anchors["ofsted"]["text"] == "Ofsted"
    assert {"in-brief", "money"} <= {a["id"] for a in fragments(site)[REPORT]["anchors"] if a["element"] == "h2"}


@pytest.mark.quarto
def test_both_renderers_index_the_same_words(real, quarto):
    ours, theirs = fragments(real[1]), fragments(quarto)
    assert set(ours) == set(theirs)
    for address in ours:
        words = [re.sub(r"[\W_]+", "", f[address]["content"]) for f in (ours, theirs)]
        assert words[0] == words[1], address
        assert ours[address]["meta"] == theirs[address]["meta"]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("index.html", True),
        ("about/method.html", True),
        ("reports/a/2024-03/board/index.html", True),
        ("search.html", False),
        ("reports/a/2024-03/board/figures.html", False),
        ("reports/a/2024-03/board/v1/index.html", False),
        ("reports/v1-town/index.html", True),
    ],
)
def test_what_is_searched(address, wanted):
    assert is_searched(address) is wanted


def test_which_pages_are_of_the_demonstration(tmp_path):
    site = small_site(tmp_path)
    other = site / "reports/example/2024-03/board/index.html"
    other.parent.mkdir(parents=True)
    other.write_text('<main><h1>x</h1><p class="illustrative">Illustrative.</p></main>', encoding="utf-8")
    (site / "reports/example/index.html").write_text("<main><h1>Example</h1></main>", encoding="utf-8")
    made_up = [page.address for page in searched_pages(site) if page.is_made_up]
    assert made_up == ["reports/example/2024-03/board/index.html", "reports/example/index.html"]
    assert 'data-pagefind-filter="demonstration[content]"' in searchable(other.read_text(), {}, True)
    assert "pagefind-filter" not in searchable(other.read_text(), {})


def test_the_copy_that_is_indexed():
    page = """<html lang="cy"><head><title>x</title></head><body><nav>frame</nav><main class="content" id="main"><h1>One</h1>
<section id="s"><h2>Two</h2><table><tr><th>A</th><th>B</th></tr></table></section><section id="t"><h2 id="own">Three</h2></section>
<dl><dt><span id="term"><strong>Word</strong></span></dt><dd>x</dd></dl><script>bad</script><p hidden>bad</p></main>frame</body></html>"""
    copy = searchable(page, {"kind": 'a "b" <c>'})
    tree = lxml.html.document_fromstring(copy)
    assert tree.get("lang") == "cy" and "frame" not in copy and "bad" not in copy
    assert tree.xpath("//h2/@id") == ["s", "own"] and tree.xpath("string(//h4[@id='term'])") == "Word"
    assert "A B" in " ".join(tree.text_content().split())
    assert tree.xpath("//meta/@content") == ['a "b" <c>'] and len(tree.xpath("//main[@data-pagefind-body]")) == 1


# The same bytes, and no more than is needed


# Three parts of the index are as good as all: pages about the site, lists, and the reports of one council.
ONE_COUNCIL = shutil.ignore_patterns(
    "exampleshire", "herefordshire", "worcestershire", "v[0-9]*", "*.svg", "*.pdf", "*.docx"
)


def test_twelve_indexes_are_the_same_bytes(real, tmp_path):
    """Not two: an order that is left to chance comes out the same now and then."""
    shutil.copytree(real[1], tmp_path / "site", ignore=ONE_COUNCIL)
    found = []
    for _ in range(12):
        assert index_site(tmp_path / "site") == ""
        found.append(files_of(tmp_path / "site" / FOLDER))
    assert all(f == found[0] for f in found) and len(found[0]) > 10


def test_only_what_the_search_page_loads_is_published(site):
    names = {p.name for p in (site / FOLDER).rglob("*") if p.is_file()}
    assert {"pagefind.js", "pagefind-entry.json", "pagefind-worker.js"} <= names
    assert not [n for n in names if "ui" in n or "highlight" in n or n.endswith(".css")]
    assert (site / "theme/search.js").is_file()


def test_an_old_index_leaves_nothing_behind(tmp_path):
    site = small_site(tmp_path)
    (site / FOLDER).mkdir()
    (site / FOLDER / "old.pf_fragment").write_text("x")
    assert index_site(site) == "" and not (site / FOLDER / "old.pf_fragment").exists()
    assert set(fragments(site)) == {"index.html", "reports/avon/2024-03/board/index.html"}


# In parts


def test_every_page_is_in_one_part_and_the_search_page_knows_them_all(site):
    pages_of = {name: {p.address for p in pages} for name, pages in parts_of(searched_pages(site)).items()}
    assert [*pages_of][:4] == ["about", "compared", "lists", "reports-00"]
    known = json.loads((site / FOLDER / PARTS).read_text(encoding="utf-8"))
    assert known["parts"] == [*pages_of][1:]
    series = {
        i: f"reports/{s.replace('/', f'/{m}/')}/index.html" for s, ms in known["reports"].items() for m, i in ms.items()
    }
    held = {path.stem: a for a, path in fragment_files(site).items() if REPORT_ADDRESS.fullmatch(a)}
    assert held and series == held, "results that are months of one report"
    folders = {name: site / FOLDER / name for name in [*pages_of][1:]} | {"about": site / FOLDER}
    for name, folder in folders.items():
        assert len([*folder.glob("fragment/*")]) == len(pages_of[name]), name
        assert [p.name for p in folder.glob("*.js")] == (
            [] if name != "about" else ["pagefind-worker.js", "pagefind.js"]
        )


def test_parts_stay_even_and_few_as_a_site_grows():
    addresses = [
        f"reports/town-{a}/{year}-{month:02d}/board/index.html"
        for a in range(153)
        for year in range(2016, 2026)
        for month in range(1, 13)
    ]
    count = number_of_parts(len(addresses))
    sizes = Counter(part_name(address, count) for address in addresses)
    assert len(sizes) == count == MOST_PARTS and max(sizes.values()) < 2 * PAGES_IN_PART
    assert part_name("reports/audit/index.html", 32) == "lists" and part_name("search.html", 1) == "lists"
    assert part_name("reports/ended/index.html", 1) == "compared", "a new report changes no page of these"


def test_pages_of_authorities_are_apart_from_reports_once_there_are_many(monkeypatch):
    """A new report changes its authority's pages: they are not to bring another part of reports with them."""
    monkeypatch.setattr(search_parts, "number_of_parts", lambda pages, *of: 1 if pages < 4 else 4)
    of_towns = [f"reports/town-{a}/{rest}/index.html" for a in range(3) for rest in ("2024-01/board", "2024-02/board")]
    homes = [f"reports/town-{a}/index.html" for a in range(3)]
    pages = [Searched(Path(), address, "", "", False) for address in ("about/a.html", "index.html", *homes, *of_towns)]
    found = {name: [page.address for page in pages] for name, pages in parts_of(pages).items()}
    assert found.pop("about") == ["about/a.html"] and found.pop("lists") == ["index.html"]
    assert found.pop("authorities-00") == homes
    assert sorted(chain(*found.values())) == of_towns and all(name.startswith("reports-") for name in found)


@pytest.fixture
def made(monkeypatch):
    """The first page of each part that Pagefind makes."""
    found = []
    make = Parts._make
    monkeypatch.setattr(Parts, "_make", lambda self, pages, at: found.append(pages[0].address) or make(self, pages, at))
    return found


def test_only_the_parts_are_made_whose_pages_changed(tmp_path, made):
    site, kept = small_site(tmp_path / "site"), tmp_path / "kept"
    index_site(site, kept)
    before = files_of(site / FOLDER)
    assert sorted(made) == ["index.html", "reports/avon/2024-03/board/index.html"]
    index_site(site, kept)
    assert len(made) == 2 and files_of(site / FOLDER) == before
    page = site / "reports/avon/2024-03/board/index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("words", "zebra"), encoding="utf-8")
    index_site(site, kept)
    assert made[2:] == ["reports/avon/2024-03/board/index.html"] and "zebra" in str(fragments(site))
    kept_files = files_of(site / FOLDER)
    index_site(site)
    assert files_of(site / FOLDER) == kept_files, "as made from nothing"


NOT_SEARCHED = [
    ("<nav>frame</nav>", '<nav><a href="../../2024-04/board/">newer</a></nav>'),
    ("<title>T</title>", "<title>T</title><link rel=next href=x>"),
    ("<h1>Heading</h1>", '<h1>Heading</h1><nav class="ways">on paper</nav>'),
    ("<p>words</p>", '<p>words</p><ul class="on-paper"><li>PDF</ul>'),
    ("<p>words</p>", '<p class="newer-report">Newer</p><p>words</p>'),
]


@pytest.mark.parametrize(("old", "new"), NOT_SEARCHED, ids=["frame", "head", "ways", "paper", "newer"])
def test_no_part_is_made_for_what_is_not_searched(tmp_path, made, old, new):
    site, kept = small_site(tmp_path / "site"), tmp_path / "kept"
    index_site(site, kept)
    before = files_of(site / FOLDER)
    made.clear()
    page = site / AVON / "index.html"
    assert old in page.read_text(encoding="utf-8")
    page.write_text(page.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    index_site(site, kept)
    assert made == [] and files_of(site / FOLDER) == before
    index_site(site)
    assert files_of(site / FOLDER) == before, "as made from nothing"


# What was noted of folders


AVON = "reports/avon/2024-03/board"
DEVON = "reports/devon/2024-03/board"


def site_of_two(folder: Path) -> Path:
    """A small site with a report of two authorities, and their own pages."""
    site = small_site(folder)
    (site / "about").mkdir()  # the part that brings the program
    (site / "about/a.html").write_text("<main><h1>About</h1></main>", encoding="utf-8")
    shutil.copytree(site / "reports/avon", site / "reports/devon")
    for key in ("avon", "devon"):
        home = f'<html lang="en-GB"><main><h1>The <i>County</i> of {key}</h1></main></html>'
        (site / f"reports/{key}/index.html").write_text(home, encoding="utf-8")
    return site


def noted(index: Index) -> Index:
    """What is noted of an index, as it comes back from a file."""
    assert index.problem == ""
    folders, parts = json.loads(json.dumps([index.folders, index.parts]))
    return Index("", folders, parts)


def away(folder: Path) -> Path:
    """No page of it can be read or listed any more."""
    shutil.rmtree(folder)
    folder.mkdir()
    return folder


def test_a_noted_folder_is_not_read(tmp_path, made):
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    before = files_of(site / FOLDER)
    assert sorted(last.folders) == [AVON, DEVON] and sorted(last.parts) == ["about", "lists", "reports-00"]
    made.clear()
    away(site / AVON), away(site / DEVON)
    for copy in kept.glob("*.html"):
        copy.unlink()  # it is not asked for either: its part stands
    again = make_index(site, kept, Earlier(last.folders))
    assert noted(again) == last and files_of(site / FOLDER) == before and made == []
    addresses = [p.relative_to(site).as_posix() for p in site.rglob("*.html")]
    (site / "not-said.html").write_text("<main><h1>Unknown</h1></main>", encoding="utf-8")
    assert noted(make_index(site, kept, Earlier(last.folders, addresses=addresses))) == last
    assert files_of(site / FOLDER) == before


def test_a_part_with_noted_folders_is_made_of_kept_copies(tmp_path, made):
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    page = site / DEVON / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("words", "zebra"), encoding="utf-8")
    whole = Path(shutil.copytree(site, tmp_path / "whole"))
    away(site / AVON)
    made.clear()
    folders = {folder: said for folder, said in last.folders.items() if folder != DEVON}
    again = noted(make_index(site, kept, Earlier(folders, last.parts)))
    assert made == [f"{AVON}/index.html"] and "zebra" in str(fragments(site))
    assert index_site(whole) == "" and files_of(site / FOLDER) == files_of(whole / FOLDER)
    assert again.folders[AVON] == last.folders[AVON] and again.folders[DEVON] != last.folders[DEVON]


@pytest.mark.parametrize("harm", ["gone", "forged"])
def test_a_copy_that_is_no_more_is_made_from_its_page(tmp_path, made, harm):
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    before = files_of(site / FOLDER)
    for path in kept.glob("*.part"):
        shutil.rmtree(path)
    for path in kept.glob("*.html"):
        text = path.read_text(encoding="utf-8").replace("words", "zebra")
        path.write_text(text, encoding="utf-8") if harm == "forged" else path.unlink()
    made.clear()
    assert noted(make_index(site, kept, Earlier(last.folders))) == last
    assert len(made) == 3 and files_of(site / FOLDER) == before


def test_what_is_noted_of_a_page_that_is_another_now_is_not_believed_where_its_copy_is_gone(tmp_path):
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    page = site / AVON / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("words", "zebra"), encoding="utf-8")
    shutil.rmtree(kept)
    again = noted(make_index(site, kept, Earlier(last.folders)))
    assert "zebra" in str(fragments(site)) and again.folders[AVON] != last.folders[AVON]
    assert noted(make_index(site, kept)) == again


def test_a_noted_folder_is_read_where_something_else_of_its_copies_changed(tmp_path):
    """Results name the authority, and reports of one that is made up are found last."""
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    home, other = site / "reports/avon/index.html", site / "reports/devon/2024-04/board/index.html"
    home.write_text(home.read_text(encoding="utf-8").replace("County", "City"), encoding="utf-8")
    other.parent.mkdir(parents=True)
    other.write_text('<html lang="en-GB"><main><h1>x</h1><p class="illustrative">x</p></main>', encoding="utf-8")
    make_index(site, kept, Earlier(last.folders))
    found = fragments(site)
    assert found[f"{AVON}/index.html"]["meta"]["authority"] == "The City of avon"
    assert found[f"{DEVON}/index.html"]["meta"]["demonstration"] == "yes"
    whole = files_of(site / FOLDER)
    assert index_site(site) == "" and files_of(site / FOLDER) == whole
    only = noted(make_index(site, kept))
    away(other.parent)
    assert noted(make_index(site, kept, Earlier(only.folders))) == only, "that it is made up is noted as well"


def test_a_part_is_taken_from_the_earlier_site(tmp_path):
    site, kept = site_of_two(tmp_path / "site"), tmp_path / "kept"
    last = noted(make_index(site, kept))
    before, earlier, taken = files_of(site / FOLDER), Path(shutil.copytree(site, tmp_path / "earlier")), []

    def take(source: Path, target: Path) -> None:
        taken.append(source.name)
        source.rename(target)

    page = site / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("words", "zebra"), encoding="utf-8")
    again = make_index(site, kept, Earlier(last.folders, last.parts, site=earlier, take=take))
    assert taken == ["reports-00"] and not (earlier / FOLDER / "reports-00").exists()
    after = files_of(site / FOLDER)
    of_reports = [name for name in before if name.startswith(("reports-00", PARTS))]
    assert [after[name] for name in of_reports] == [before[name] for name in of_reports]
    assert index_site(site) == "" and files_of(site / FOLDER) == after
    assert again.parts["reports-00"] == last.parts["reports-00"] and again.parts["lists"] != last.parts["lists"]


def test_a_kept_part_that_another_hand_changed_is_made_again(tmp_path):
    site, kept = small_site(tmp_path / "site"), tmp_path / "kept"
    index_site(site, kept)
    before = files_of(site / FOLDER)
    for path in kept.rglob("*.part/*/*"):
        path.write_bytes(b"FORGED")
    index_site(site, kept)
    assert files_of(site / FOLDER) == before


# Without Pagefind


def test_without_the_program_the_site_is_built_and_one_sentence_says_so(built_once, tmp_path, monkeypatch):
    """The reports are run already: it is the site that knows of the program."""
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake/pagefind_bin.py").write_text("raise ImportError('not for this platform')\n", encoding="utf-8")
    root = str(REPOSITORY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "fake"), root]))
    if shutil.which("pagefind"):
        pytest.skip("pagefind is on the PATH")
    project = Project(Path(shutil.copytree(built_once.root, tmp_path / "project")))
    assert (project.site / FOLDER / "pagefind.js").is_file()
    result = build(project.root, "--renderer", "pandoc")
    assert result.stdout.count("Search is left out (the program pagefind is not installed)") == 1
    site = project.root / "_site"
    assert not (site / FOLDER).exists() and "reports/exampleshire" in (site / SEARCH_PAGE).read_text(encoding="utf-8")
    assert "Search is left out" in build(project.root, "--renderer", "pandoc").stdout, "said of an unchanged site too"
    monkeypatch.setenv("PYTHONPATH", root)
    assert "Search is left out" not in build(project.root, "--renderer", "pandoc").stdout
    assert (site / FOLDER / "pagefind.js").is_file(), "a program that is installed later is used"


@pytest.mark.parametrize("program", ["exit 3", "exit 0"], ids=["fails", "makes nothing"])
@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_program_that_does_not_work_leaves_a_site_without_search(tmp_path, monkeypatch, program):
    stand_in = tmp_path / "pagefind"
    stand_in.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setattr(search, "pagefind_path", lambda: str(stand_in))
    site = small_site(tmp_path / "site")
    assert "pagefind" in index_site(site) and not (site / FOLDER).exists()
    assert search_notice(site).startswith("Search is left out (the program pagefind did not work)")


def test_a_site_with_search_needs_no_notice(real):
    assert search_notice(real[1]) == ""


# The list of every page


def test_the_list_names_every_page_of_the_site(site):
    listed = [a.split("#")[0] for a in lxml.html.parse(str(site / SEARCH_PAGE)).xpath("//ul[@class='pages']//a/@href")]
    listed = [a.removeprefix("./") for a in listed]
    every = {p.relative_to(site).as_posix() for p in pages(site)} - {SEARCH_PAGE, NOT_FOUND}
    parts = {a for a in every if re.search(r"/figures-\d+\.html$", a)}  # figures.html beside them lists them
    assert parts and {re.sub(r"-\d+\.html$", ".html", a) for a in parts} <= set(listed)
    assert set(listed) == every - parts and len(listed) == len(every - parts)


def test_the_order_of_the_list():
    titles = {
        "about/b.html": "B",
        "index.html": "Home",
        "about/a.html": "A & <b>",
        "reports/avon/2024-02/board/index.html": "February",
        "reports/avon/index.html": "Avon",
        "reports/index.html": "All",
        "reports/avon/2024-03/board/v1/index.html": "March",
        "reports/avon/2024-03/board/figures.html": "Figures",
        "reports/avon/2024-03/board/v2/index.html": "March",
        "reports/avon/2024-03/board/index.html": "March",
    }
    links = lxml.html.fromstring(f"<div>{page_list(titles)}</div>").xpath("//a")
    assert [link.text_content() for link in links] == [
        "All",
        "Avon",
        "March",
        "Figures",
        "March (v2)",
        "March (v1)",
        "February",
        "Home",
        "A & <b>",
        "B",
    ]


def test_titles_are_plain_text():
    assert plain_title(r"Gloucestershire\: a \*b\* &lt;c&gt; &amp; d") == "Gloucestershire: a *b* <c> & d"


def test_a_page_of_the_render_list_is_listed(project):
    (project.root / "reports").mkdir(exist_ok=True)
    (project.root / "about/new.qmd").write_text('---\ntitle: "A new page"\n---\n\nx\n', encoding="utf-8")
    assert '<a href="about/new.html">A new page</a>' in list_of_pages(Project(project.root))


# The form in the header


def test_every_page_leads_to_the_search_page(site):
    for page in pages(site):
        tree = lxml.html.parse(str(page))
        forms = tree.xpath("//header//form[@role='search']/@action | //header//a/@href | //footer//a/@href")
        # A host shows the page that says so at any address, so its links begin at the root.
        targets = {
            (page.parent / f.split("#")[0].removeprefix("/" * (page.name == NOT_FOUND))).resolve() for f in forms
        }
        assert (site / SEARCH_PAGE).resolve() in targets, page
        labels = tree.xpath("//form[@role='search']//input/@id")
        assert all(tree.xpath("//label[@for=$id]", id=i) for i in labels)


def test_there_is_one_search():
    """Quarto's own has faults that an accessibility check finds once it is open, and single letters as commands."""
    website = load_yaml(REPOSITORY / "_quarto.yml", "_quarto.yml")["website"]
    assert website["search"] is False and website["navbar"]["search"] is False


# In a browser


@pytest.fixture
def address(site):
    server = serve(site)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.faults, page.urls = [], []
    page.on("console", lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: page.faults.append(str(e)))
    page.on("request", lambda r: page.urls.append(r.url))
    yield page
    page.close()


def status(page, text: str) -> None:
    page.locator("#search-status", has_text=text).wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_results_are_accessible(page, axe, address, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}{SEARCH_PAGE}?q=supervision")
    status(page, "pages found for “supervision”")
    holding = [a for a, record in fragments(site).items() if re.search("supervision", record["content"], re.IGNORECASE)]
    assert page.get_by_role("status").inner_text().startswith(f"{len(holding)} pages"), "in a live region"
    said = "Improvement Board report, Gloucestershire County Council, April 2021"
    first = page.locator("#search-list > li", has_text=said)
    assert first.count() == 1, page.locator("#search-list").inner_text()
    assert first.locator("mark").count() and page.title().startswith("supervision – ")
    assert not violations(page, axe, {width: set()})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.faults and all(u.startswith(address) for u in page.urls)


@pytest.mark.browser
def test_the_demonstration_is_found_last_and_marked(page, address):
    """What is made up never stands before what is real, and each such result says so."""
    page.goto(f"{address}{SEARCH_PAGE}?q=supervision")
    status(page, "pages found for “supervision”")
    items = page.locator("#search-list > li")
    while page.locator("#search-more").is_visible():
        before = items.count()
        page.locator("#search-more").click()
        items.nth(before).wait_for()
    said = items.evaluate_all("items => items.map(i => i.textContent)")
    made_up = ["Exampleshire" in text.split(",")[0] for text in said]
    assert any(made_up) and not all(made_up) and made_up == sorted(made_up), said
    assert [("Demonstration: made-up figures" in text) for text in said] == made_up


@pytest.mark.browser
def test_by_keyboard_and_back(page, address):
    page.goto(address + SEARCH_PAGE)
    assert not [u for u in page.urls if FOLDER in u], "nothing is loaded before a search"
    page.locator("#search-words").focus()
    page.keyboard.type("pathway plans")
    page.keyboard.press("Enter")
    status(page, "found for “pathway plans”")
    assert page.url.endswith("?q=pathway+plans")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Search"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/reports/|/about/"))
    page.go_back()
    status(page, "found for “pathway plans”")
    page.go_back()
    page.locator("#search-status", has_text=re.compile(r"^\s*$")).wait_for(state="attached")
    assert page.locator("#search-words").input_value() == "" and not page.locator("#search-results").is_visible()


@pytest.mark.browser
def test_a_result_leads_to_the_place_in_the_page(page, address):
    page.goto(f"{address}{SEARCH_PAGE}?q=Cafcass")
    status(page, "found")
    page.get_by_role("link", name="Cafcass", exact=True).click()
    page.wait_for_url(re.compile(r"about/glossary\.html#cafcass$"))


@pytest.mark.browser
def test_nothing_found(page, address):
    page.goto(f"{address}{SEARCH_PAGE}?q=zzxqy")
    status(page, "Nothing found for “zzxqy”.")
    assert not page.locator("#search-results").is_visible() and page.locator(".pages a").first.is_visible()


@pytest.mark.browser
def test_other_words_of_the_glossary_are_asked_for_and_one_slip_is_forgiven(page, address, site):
    """The slip by Pagefind itself, which takes a word for the nearest that begins like it."""
    for query, words in (
        ("s47", "section 47"),
        ("looked after", "looked.after|children in care"),
        ("re-referals", "re-?referral"),
    ):
        held = {a for a, record in fragments(site).items() if re.search(words, record["content"], re.IGNORECASE)}
        page.goto(f"{address}{SEARCH_PAGE}?q={query}")
        status(page, f"found for “{query}”")
        links = page.locator("#search-list h3 a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
        assert held & {link.lstrip("/") for link in links}, query
        assert re.search(words, page.locator("#search-list").inner_text(), re.IGNORECASE), query
    page.goto(f"{address}{SEARCH_PAGE}?q=%22zzxqy+s47%22")
    status(page, 'Nothing found for “"zzxqy s47"”.')


@pytest.mark.browser
def test_the_form_of_the_header_leads_here(page, real):
    server = serve(real[1])
    page.goto(f"http://127.0.0.1:{server.server_port}/{REPORT}")
    page.get_by_label("Search this site").fill("permanence")
    page.keyboard.press("Enter")
    status(page, "found for “permanence”")
    assert page.url.endswith("/search.html?q=permanence")
    server.shutdown()


@pytest.mark.browser
def test_without_javascript_the_page_says_so_and_lists_every_page(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{SEARCH_PAGE}?q=supervision")
    said = page.locator("noscript p")  # which the browser draws, though it is no part of its text
    assert "Search needs JavaScript" in said.inner_text() and said.bounding_box()["height"] > 15
    assert not page.locator("#search-form").is_visible()
    page.locator(".pages a", has_text="progress to April 2021").first.click()
    page.wait_for_url(f"**/{REPORT.removesuffix('index.html')}**")
    context.close()


@pytest.mark.browser
def test_opened_as_a_file_the_page_says_what_search_needs(page, site):
    page.goto((site / SEARCH_PAGE).as_uri() + "?q=supervision")
    status(page, "python3 make.py preview")
    assert not page.locator("#search-form").is_visible()
    page.locator(".pages a", has_text="Method").click()
    page.wait_for_url("**/about/method.html")


@pytest.mark.browser
def test_without_an_index_the_page_says_so(page, real, tmp_path):
    shutil.copytree(real[1], tmp_path / "site", ignore=shutil.ignore_patterns(FOLDER))
    server = serve(tmp_path / "site")
    page.goto(f"http://127.0.0.1:{server.server_port}/{SEARCH_PAGE}?q=x")
    status(page, "Search does not work in this copy of the site.")
    server.shutdown()


@pytest.mark.browser
def test_hostile_words_stay_text_below_any_folder(page, real, tmp_path):
    """On a site in a folder of its host, as on GitHub Pages; from the index as from the address, nothing comes
    alive.
    """
    site = small_site(tmp_path / "host/some/place", HOSTILE)
    for part in (SEARCH_PAGE, "theme/search.js", "theme/site.css", "theme/builtin.css", "theme/icon.svg"):
        (site / part).parent.mkdir(exist_ok=True)
        shutil.copyfile(real[1] / part, site / part)
    assert index_site(site) == ""
    server = serve(tmp_path / "host")
    page.goto(f"http://127.0.0.1:{server.server_port}/some/place/{SEARCH_PAGE}?q=zebra")
    status(page, "2 pages found")
    assert 'Zebra <img src=x onerror="document.title=1"> <mark>' in page.locator("#search-list").inner_text()
    assert page.locator("#search-list img").count() == 0 and page.title().startswith("zebra – ")
    links = page.locator("#search-list h3 a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert sorted(links) == ["/some/place/index.html", "/some/place/reports/avon/2024-03/board/index.html"]
    page.goto(
        f"http://127.0.0.1:{server.server_port}/some/place/{SEARCH_PAGE}?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    )
    page.locator("#search-status", has_text="<img src=x onerror=alert(1)>").wait_for()
    assert page.locator("main img").count() == 0
    server.shutdown()


@pytest.mark.browser
def test_what_an_index_says_is_shown_as_text(page, address):
    """Whatever the index holds: Pagefind escapes its excerpts, and the page does not rely on it."""
    data = {
        "url": "javascript:document.title=1",
        "meta": {"title": "<b>T</b>", "kind": "<i>K</i>"},
        "sub_results": [],
        "excerpt": (
            "x <mark>y<img src=x onerror=document.title=1></mark> <img src=x onerror=document.title=1><a href=x>z</a>"
        ),
    }
    # An index of one page that is not of the demonstration.
    found = f"[{{data: async () => ({json.dumps(data)})}}]"
    script = (
        "export const options = async () => {}; export const mergeIndex = options;"
        " export const search = async (words, how) => ({results:"
        f" how.filters.not ? {found} : []}});"
    )
    page.route("**/pagefind.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{address}{SEARCH_PAGE}?q=y")
    status(page, "1 page found for “y”.")
    tags = page.locator("#search-list *").evaluate_all("found => found.map(e => e.tagName).join(' ')")
    assert tags == "LI H3 A P P MARK", tags
    assert not page.locator("#search-list a").get_attribute("href").startswith("javascript:")
    assert page.title() == "y – Search – Improvement reports"


def searched(site: Path, real: Path):
    """A small site with its index and the search page of the real one, served."""
    for part in (SEARCH_PAGE, "theme/search.js"):
        (site / part).parent.mkdir(exist_ok=True)
        shutil.copyfile(real / part, site / part)
    assert index_site(site) == ""
    return serve(site)


@pytest.mark.browser
def test_earlier_months_of_a_report_stand_under_the_newest(page, real, tmp_path):
    site = small_site(tmp_path / "site")
    months = [f"2023-{number:02d}" for number in range(1, 13)]
    for authority, kind, among in (
        ("avon", "board", months),
        ("avon", "cabinet", months[:3]),
        ("kent", "board", months[:1]),
    ):
        for month in among:
            page_file = site / f"reports/{authority}/{month}/{kind}/index.html"
            page_file.parent.mkdir(parents=True)
            page_file.write_text(
                f"<html lang='en-GB'><body><main><h1>{kind} {month}</h1><p>Okapi</p></main></body></html>"
            )
    server = searched(site, real[1])
    page.goto(f"http://127.0.0.1:{server.server_port}/{SEARCH_PAGE}?q=okapi")
    status(page, "16 pages found for “okapi”. Earlier months of a report stand under the newest.")
    said = {item.locator("h3").inner_text(): item for item in page.locator("#search-list > li").all()}
    assert sorted(said) == ["board 2023-01", "board 2023-12", "cabinet 2023-03"]
    assert said["cabinet 2023-03"].locator(".earlier").inner_text() == "Also in February 2023, January 2023"
    assert not said["board 2023-01"].locator(".earlier").count()
    fold = said["board 2023-12"].locator("details")
    assert fold.inner_text() == "Also in 11 earlier months" and not fold.get_by_role("link").first.is_visible()
    fold.locator("summary").click()
    fold.get_by_role("link", name="October 2023", exact=True).click()
    page.wait_for_url("**/reports/avon/2023-10/board/")
    assert page.locator("h1").inner_text() == "board 2023-10"
    server.shutdown()


@pytest.mark.browser
def test_many_results_come_ten_at_a_time(page, real, tmp_path):
    site = small_site(tmp_path / "site")
    for number in range(25):
        folder = site / f"about-{number}"
        folder.mkdir()
        (folder / "index.html").write_text(
            f"<html lang='en-GB'><body><main><h1>Page {number}</h1><p>Giraffe</p></main></body></html>",
            encoding="utf-8",
        )
    server = searched(site, real[1])
    page.goto(f"http://127.0.0.1:{server.server_port}/{SEARCH_PAGE}?q=giraffe")
    status(page, "25 pages found for “giraffe”. The first 10 are shown.")
    page.get_by_role("button", name="Show more results").click()
    status(page, "The first 20 are shown.")
    eleventh = page.locator("#search-list > li").nth(10).locator("a").first
    assert eleventh.evaluate("a => a === document.activeElement"), "focus goes to the first new result"
    page.get_by_role("button", name="Show more results").click()
    page.locator("#search-list > li").nth(24).wait_for()  # not for a text of a script, which the policy may not let run
    assert not page.get_by_role("button", name="Show more results").is_visible()
    server.shutdown()
