"""Dead links are named before anything is rendered; what a killed Quarto left is removed and is no part of an
edition.
"""

import os
import subprocess

import pytest
from conftest import ROOT, call
from damage import edit
from quick_runs import MARCH

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.chain import edition_faults
from improvement_reports.editions.downloads.archive import archived_files
from improvement_reports.editions.edition import newest_edition
from improvement_reports.pages import links
from improvement_reports.pages.links import check_links, dead_links, links_in, target_of, targets_of
from improvement_reports.site.build import build_site, page_sources
from improvement_reports.workspace.leftovers import remove_leftovers, remove_stages
from improvement_reports.workspace.places import Project


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a](b.qmd) and [c](d.html#e)", ["b.qmd", "d.html#e"]),
        ('[a](b.qmd "a title") [c](<d e.qmd>)', ["b.qmd"]),
        ("[a](b_(c).html)", ["b_(c).html"]),
        ("See [a].\n\n[a]: b.qmd\n", ["b.qmd"]),
        ('<p><a class="x" href="b.html?c&amp;d">x</a><img src="c.svg"></p>', ["b.html?c&d", "c.svg"]),
        ('```{=html}\n<a href="b.html">x</a>\n```\n', ["b.html"]),
        ('`[a](b.qmd)` and\n\n```\n[c](d.qmd)\n<a href="e.html">\n```\n', []),
        ("<!-- [a](b.qmd) -->", []),
        ("---\ntitle: '[a](b.qmd)'\n---\n\n[c](d.qmd)", ["d.qmd"]),
        ("![a drawing](charts/a.svg)", ["charts/a.svg"]),
    ],
)
def test_links_of_a_text(text, links):
    assert links_in(text) == links


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("b.qmd", "about/b.qmd"),
        ("../index.html#x", "index.html"),
        ("/about/method.qmd", "about/method.qmd"),
        ("/", "index.html"),
        ("../", "index.html"),
        ("..", "index.html"),
        ("sub/", "about/sub/index.html"),
        ("a%20b.html?c", "about/a b.html"),
        ("#there", None),
        ("", None),
        ("https://example.org", None),
        ("mailto:a@example.org", None),
        ("//example.org", None),
        ("data:image/png;base64,x", None),
        ("?a=b", None),
        ("../../secret.qmd", "../secret.qmd"),
    ],
)
def test_where_a_link_leads(link, target):
    assert target_of("about/method.qmd", link) == target


@pytest.fixture
def built(built_once, tmp_path) -> Project:
    import shutil

    shutil.copytree(built_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def test_the_pages_of_a_whole_site_have_no_dead_link(built):
    assert dead_links(built) == []


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("about/method.qmd", "nowhere.qmd"),
        ("index.qmd", "reports/exampleshire/2024-04/board/index.html"),
        ("about/method.qmd", "/about/Glossary.qmd"),
        ("index.qmd", "theme/../secret.txt"),
        ("index.qmd", "charts/none.svg"),
        ("index.qmd", "../outside.html"),
        ("index.qmd", "params/measures.yml"),
    ],
)
def test_a_dead_link_is_named_with_its_page(built, page, link):
    path = built.root / page
    path.write_text(path.read_text(encoding="utf-8") + f"\n\nSee [this page]({link}).\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        check_links(built)
    assert (
        str(caught.value)
        == f"{page} links to “{link}”: there is no such page or file on the site. Correct the link; the site is as it"
        " was."
    )


def test_only_pages_that_changed_are_read_again_and_those_that_led_to_what_is_gone(built, monkeypatch):
    read = []
    text_of = links.text_of
    monkeypatch.setattr(links, "text_of", lambda project, page: read.append(page.name) or text_of(project, page))
    (built.build / links.RECORD).unlink(missing_ok=True)
    check_links(built)
    assert len(read) == len(page_sources(built)) and not read.clear()
    check_links(built)
    assert read == []
    edit(built.root / "about/method.qmd", "This page states", "This page says")
    taken_in = built.build / "pages-parts/every-page.md"
    taken_in.write_text(taken_in.read_text(encoding="utf-8") + "\n[a](about/method.qmd)\n", encoding="utf-8")
    check_links(built)
    assert sorted(read) == ["method.qmd", "search.qmd"], "a page is read for what it takes in as well"
    read.clear()
    gone = built.root / "about/revisions.qmd"
    text = gone.read_text(encoding="utf-8")
    gone.unlink()
    names = {"about/revisions.qmd", "about/revisions.html"}
    leads_there = {p.name for p in page_sources(built) if names & set(targets_of(built, p).values())}
    read.clear()
    with pytest.raises(UserError, match=r"links to .*revisions"):
        check_links(built)
    assert set(read) == leads_there and 0 < len(leads_there) < len(page_sources(built)) / 2
    gone.write_text(text, encoding="utf-8")
    check_links(built)
    gone.unlink()
    (built.build / links.RECORD).write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"links to .*revisions"):
        check_links(built)


def test_pages_of_a_report_that_is_as_it_was_are_read_only_if_what_they_lead_to_is_gone(built, monkeypatch):
    """What comes back of every other report is what is to be given in the next call."""
    read, report = [], "/".join(MARCH)
    text_of = links.text_of
    monkeypatch.setattr(links, "text_of", lambda project, page: read.append(str(page)) or text_of(project, page))

    def check(besides=None):
        read.clear()
        (built.build / links.RECORD).unlink(missing_ok=True)
        return check_links(built, besides)

    leads_to = check()
    assert leads_to[report] == sorted({*leads_to[report]}) and "about/reproduce.qmd" in leads_to[report]
    assert not [address for address in leads_to[report] if address.startswith(f"reports/{report}/")]
    assert any(report in page for page in read)
    assert check({report: leads_to[report]}) == {name: own for name, own in leads_to.items() if name != report}
    assert read and not any(report in page for page in read)
    (built.root / "about/reproduce.qmd").unlink()
    with pytest.raises(UserError, match=r"links to .*reproduce"):
        check(leads_to)
    assert any(report in page for page in read)


def test_many_dead_links_are_counted(built):
    path = built.root / "index.qmd"
    path.write_text(
        path.read_text(encoding="utf-8") + "".join(f"\n\n[x](none-{n}.qmd)" for n in range(7)), encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"“none-4\.qmd”; and 2 more: there is no such page"):
        check_links(built)


def test_the_command_says_so_and_renders_nothing(built):
    before = (built.site / "index.html").read_bytes()
    edit(built.root / "index.qmd", "## Newest reports", "## Newest [of all](nowhere.qmd) reports")
    done = call(built, "site", "--renderer", "pandoc")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("index.qmd links to “nowhere.qmd”: there is no such page")
    assert (built.site / "index.html").read_bytes() == before


# What a killed Quarto leaves

OF_QUARTO = (
    b'<!DOCTYPE html>\n<html><head>\n<meta charset="utf-8">\n<meta name="generator"'
    b' content="quarto-1.10.18">\n</head></html>\n'
)


def leave(folder, stem: str) -> list:
    page, files = folder / f"{stem}.html", folder / f"{stem}_files"
    (files / "figure-html").mkdir(parents=True)
    (files / "figure-html" / "a.png").write_bytes(b"png")
    page.write_bytes(OF_QUARTO)
    (folder / f"{stem}.quarto_ipynb").write_bytes(b"{}")
    return [page, files, folder / f"{stem}.quarto_ipynb"]


def test_leftovers_are_no_part_of_an_edition(published):
    edition = newest_edition(published, *MARCH)
    before = archived_files(edition.folder)
    for stem in ("index", "figures", "changes"):
        leave(edition.folder, stem)
    assert edition_faults(edition) == [] and archived_files(edition.folder) == before
    for name in ("other.html", "charts/index.html", "index_files.txt", "other_files/a.png"):  # these are none
        (edition.folder / name).parent.mkdir(exist_ok=True)
        (edition.folder / name).write_bytes(OF_QUARTO)
        assert f"{edition.identifier}: {name} was added after publication" in edition_faults(edition)
        (edition.folder / name).unlink()


def test_the_next_site_removes_leftovers_and_calls_nothing_tampered_with(published):
    build_site(published, "pandoc")
    folder = newest_edition(published, *MARCH).folder
    left = [
        *leave(folder, "index"),
        *leave(folder, "figures"),
        *leave(published.root, "index"),
        *leave(published.root / "about", "method"),
    ]
    libraries = published.root / "site_libs" / "bootstrap"
    libraries.mkdir(parents=True)
    left.append(libraries.parent)
    own = published.root / "about" / "own.html"
    own.write_bytes(OF_QUARTO)
    summary = build_site(published, "pandoc")
    assert summary.failed == [] and [p for p in left if p.exists()] == [] and own.exists()


def test_a_page_of_somebodys_own_stays(tmp_path):
    (tmp_path / "a.qmd").write_text("# A", encoding="utf-8")
    (tmp_path / "a.html").write_text("<h1>Mine</h1>", encoding="utf-8")
    assert remove_leftovers([tmp_path / "a.qmd"]) == [] and (tmp_path / "a.html").exists()


def test_sources_of_pages_are_those_of_the_render_list(published):
    assert published.root / "index.qmd" in page_sources(published)


def test_stages_of_killed_builds_are_removed_at_once_and_that_of_plain_quarto_when_it_is_old(tmp_path):
    names = [
        "._site-stage-mj8xhnsz",
        "._site-stage-plain-mj8xhnsz",
        "._site-stage-plain-a8xhns_z",
        "._other-stage-mj8xhnsz",
    ]
    for name in names:
        (tmp_path / name / "reports").mkdir(parents=True)
    os.utime(tmp_path / names[2], (1, 1))
    remove_stages(tmp_path / "_site")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([names[1], names[3]])


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "about/method.html",
        "reports/x/2024-01/board/index.html",
        "reports/x/2024-01/board/v1/index.html",
        "reports/x/2024-01/board/v1/figures.html",
        "reports/x/2024-01/board/v1/index_files/figure-html/a.png",
        "reports/x/2024-01/board/v1/index.quarto_ipynb",
        ".quarto/cache",
        "site_libs/bootstrap/bootstrap.min.js",
        "._site-stage-k1/index.html",
        "._site-old/index.html",
    ],
)
def test_version_control_ignores_leftovers(path):
    assert subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    "path",
    [
        "theme/page.html",
        "reports/x/2024-01/board/v1/report.ipynb",
        "reports/x/2024-01/board/v1/manifest.json",
        "about/method.qmd",
    ],
)
def test_version_control_keeps_what_is_ours(path):
    assert subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT).returncode == 1
