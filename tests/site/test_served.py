"""What may be on the site: nothing stray, nothing changed, no page source or cache that another hand wrote."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import lxml.html
import pytest
from conftest import call
from lxml import etree
from PIL import Image
from small_editions import HOME

from improvement_reports.domain.escaping import guarded
from improvement_reports.editions.folder_audit import edition_oddities, strays
from improvement_reports.pages.served import read_served, remove_not_served
from improvement_reports.pages.taking import ON_PAPER
from improvement_reports.runs.run import EXECUTED
from improvement_reports.sheets.made import FILES as PAPERS
from improvement_reports.site.pictures import can_draw
from improvement_reports.workspace import stamps
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests, is_sealed, read_stamp, seal, stamp_text

PAGE = "_site/reports/exampleshire/2024-03/board"


@pytest.fixture(scope="module")
def site_once(corrected_once, tmp_path_factory) -> Project:
    """Two editions and their site, by the built-in renderer; only to be read."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(corrected_once.root, folder, dirs_exist_ok=True)
    result = call(Project(folder), "site", "--renderer", "pandoc", "--month", "2024-03", "--kind", "board")
    assert result.returncode == 0, result.stdout + result.stderr
    return Project(folder)


@pytest.fixture
def built(site_once, tmp_path) -> Project:
    shutil.copytree(site_once.root, tmp_path / "project")
    return Project(tmp_path / "project")


def site(project: Project, code: int = 0):
    result = call(project, "site", "--renderer", "pandoc", "--month", "2024-03", "--kind", "board")
    assert result.returncode == code and "Traceback" not in result.stderr, result.stdout + result.stderr
    return result.stdout + result.stderr


def test_a_reader_takes_charts_and_tables_of_the_newest_edition_along(site_once):
    """Every file that the page offers is there; values are those of the figures, a picture says what it is of."""
    home = site_once.root / PAGE
    page = lxml.html.fromstring((home / "index.html").read_bytes())
    offered = [a.get("href") for a in page.xpath("//main//a[@download]") if re.search("charts/|tables/", a.get("href"))]
    made = [name for name in offered if can_draw() or not name.endswith(".png")]
    assert offered and [name for name in made if not (home / name).is_file()] == []
    assert {name.split("/")[0] for name in offered} == {"v2"} and not (home / "v1/tables").exists()
    figures = {f["id"]: f for f in json.loads((home / "v2/figures.json").read_text(encoding="utf-8"))["figures"]}
    (cited,) = (p.text_content() for p in page.xpath("//p[@class='citation']"))
    for name in (Path(name) for name in made):
        if name.suffix == ".csv":
            id_ = name.stem if name.parent.name == "tables" else f"chart.{name.stem}"
            with (home / name).open(encoding="utf-8", newline="") as file:
                head, *rows = figures[id_]["data"]
                assert list(csv.reader(file)) == [head, *([guarded(cell) for cell in row] for row in rows)], name
        elif name.suffix == ".svg":
            words = " ".join(etree.parse(home / name).xpath("//*[local-name()='text']/text()"))
            assert cited in words and "made up" in words, name
            drawn = home / "v2/charts" / name.name.replace(".picture", "")
            assert words.startswith(" ".join(etree.parse(drawn).xpath("/*/*[local-name()='text'][1]/text()")))
        else:
            picture = Image.open(home / name)
            assert picture.width == 1440 and picture.getpixel((1439, 0)) is not None
            assert (home / name).stat().st_size < 50_000, name
    assert 'class="take"' not in (home / "v1/index.html").read_text(encoding="utf-8")


def everything(project: Project) -> dict[str, bytes]:
    return {
        p.relative_to(project.site).as_posix(): p.read_bytes()
        for p in sorted(project.site.rglob("*"))
        if p.is_file() and not p.name.startswith(".")
    }


GENERATED = [
    f"{HOME}/index.ipynb",
    f"{HOME}/v1/index.ipynb",
    f"{HOME}/v1/figures.qmd",
    f"{HOME}/v2/changes.qmd",
    f"{HOME}/v1/edition.zip",
    f"{HOME}/v2/edition.zip",
    "reports/index.qmd",
    "reports/exampleshire/index.qmd",
    "reports/log/index.qmd",
    "reports/exampleshire/log/index.qmd",
    "reports/audit/index.qmd",
    "reports/programmes/index.qmd",
    "reports/feed.xml",
    "_site/index.html",
    f"{PAGE}/index.html",
    f"{PAGE}/v1/tables.xlsx",
    f"{PAGE}/v1/figures.json",
    "_site/pagefind/pagefind.js",
    "build/runs/exampleshire/2024-03/board/report.ipynb",
    "build/drafts/exampleshire/2024-03/board/report.ipynb",
    "build/drafts/exampleshire/2024-03/board/figures.json",
]


@pytest.mark.slow
def test_an_edited_page_source_archive_page_or_cache_never_reaches_the_site(built):
    """All at once, for each build costs seconds: every one is as if nobody had touched it."""
    before = everything(built)
    for name in GENERATED:
        path = built.root / name
        content = path.read_bytes()
        changed = content.replace(b"85%", b"99%").replace(b"2024", b"2077")
        path.write_bytes(changed if changed != content else content + b"FORGED")
    for page in (built.build / "pages").glob("*.html"):
        page.write_text(page.read_text(encoding="utf-8").replace("</main>", "FORGED</main>"), encoding="utf-8")
    (built.reports / "audit/evil").mkdir()
    (built.reports / "audit/evil/index.qmd").write_text("FORGED\n", encoding="utf-8")
    site(built)
    after = everything(built)
    assert [n for n in {*before, *after} if before.get(n) != after.get(n)] == []
    assert b"FORGED" not in b"".join(after.values())
    assert "unchanged" in site(built) or everything(built) == before


@pytest.mark.slow
def test_stamps_that_came_with_a_strangers_folder_are_not_believed(built, monkeypatch, tmp_path):
    before = everything(built)
    page = built.root / HOME / "v1/index.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("85%", "99%"), encoding="utf-8")
    stamp = built.root / HOME / ".written"
    content = json.loads(stamp.read_text(encoding="utf-8"))
    content["files"]["v1/index.ipynb"] = stamps.file_digest(page)
    stamp.write_text(json.dumps(content), encoding="utf-8")
    site(built)
    assert everything(built) == before
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other-user"))
    site(built)
    assert everything(built) == before


def test_a_seal_is_this_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a"))
    stamps._secret.cache_clear()
    try:
        path = tmp_path / "stamp"
        path.write_text(stamp_text("k", {"a": "1"}, more="x"), encoding="utf-8")
        assert (
            Stamp(path, "k", lambda: {"a": "1"}).holds()
            and read_stamp(path)["more"] == "x"
            and not Stamp(path, "k", lambda: {"a": "2"}).holds()
            and not Stamp(path, "j", lambda: {"a": "1"}).holds()
        )
        own = seal("text")
        assert (
            is_sealed("text", own)
            and not is_sealed("other", own)
            and not is_sealed("text", "")
            and not is_sealed("text", None)
        )
        if os.name != "nt":
            assert (tmp_path / "a/improvement-reports/seal.key").stat().st_mode & 0o077 == 0
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "b"))
        stamps._secret.cache_clear()
        assert read_stamp(path) == {} and seal("text") != own
        (tmp_path / "file").write_text("", encoding="utf-8")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        stamps._secret.cache_clear()
        assert seal("text") == "" and not is_sealed("text", "") and not Stamp(path, "k", lambda: {"a": "1"}).holds()
    finally:
        stamps._secret.cache_clear()


STRAYS = ["v2-old", "v02", "V3", " v2", "v2 ", "v0", "v", "v1.bak", "vv1", "v-1", ".v3", "v1000000", "vⅡ", "old"]


# By how many folders above the report they lie: of a report, of an authority, of all reports.
STRAYS_OF = (STRAYS, ["2024-13", "2024-3", "alt"], ["Exampleshire", "example shire", ".hidden"])


def put_strays(project: Project, deep: int) -> list[str]:
    """Copies of what is sound there, under names that are nothing; their paths in the project."""
    home = project.root / HOME
    place, sound = ((home, home / "v1"), (home.parents[1], home.parent), (home.parents[2], home.parents[1]))[deep]
    for name in STRAYS_OF[deep]:
        shutil.copytree(sound, place / name)
    return [(place / name).relative_to(project.root).as_posix() for name in STRAYS_OF[deep]]


@pytest.mark.parametrize("deep", [0, 1, 2])
def test_stray_folders_of_one_depth_alone_are_named(corrected, deep):
    names = put_strays(corrected, deep)
    said = "\n".join(strays(corrected))
    assert [name for name in names if f"“{name}”" not in said] == []


@pytest.mark.slow
def test_stray_folders_are_named_and_not_on_the_site(built):
    """All at once, for a build and a verification cost seconds; the outer ones first, so that none holds another."""
    before = everything(built)
    names = [name for deep in (2, 1, 0) for name in put_strays(built, deep)]
    (built.reports / "notes.txt").write_text("x", encoding="utf-8")
    said = site(built, 1)
    assert [name for name in names if f"“{name}”" not in said] == []
    assert "“reports/notes.txt” belongs to no edition" in said
    assert [n for n in {*before, *everything(built)} if n not in before] == []
    assert call(built, "verify", "exampleshire/2024-03/board/v2").returncode == 1


@pytest.mark.slow
def test_of_a_report_that_is_named_nothing_is_served(built):
    chart = next((built.root / HOME / "v1/charts").glob("*.svg"))
    chart.write_text(chart.read_text(encoding="utf-8") + "<!-- x -->", encoding="utf-8")
    assert "was changed after publication" in site(built, 1)
    served = [n for n in everything(built) if n.startswith("reports/exampleshire/2024-03/")]
    assert served == [], served
    assert not [n for n in read_served(built) if n.startswith(HOME)]


@pytest.mark.slow
def test_a_manifest_that_a_later_one_does_not_know_is_not_served(built):
    path = built.root / HOME / "v1/manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"title": "', '"title": "Not '), encoding="utf-8")
    assert "its manifest.json was changed after" in site(built, 1)
    assert [n for n in everything(built) if n.startswith("reports/exampleshire/2024-03/")] == []


def test_a_rendered_site_loses_what_may_not_be_on_it(built):
    """As after `quarto render`, which copies by patterns."""
    assert remove_not_served(built, built.site) == 0
    assert {p.name for p in (built.root / PAGE).iterdir()} >= ON_PAPER == set(PAPERS)
    (built.site / "reports/exampleshire/report.pdf").write_bytes(b"of no report")
    assert remove_not_served(built, built.site) == 1
    other = built.site / "reports/exampleshire/2024-03/board/v2-old"
    shutil.copytree(other.with_name("v2"), other)
    (built.root / PAGE / "v1/figures.json").write_text("{}", encoding="utf-8")
    assert remove_not_served(built, built.site) > 5
    assert (
        not other.exists()
        and not (built.root / PAGE / "v1/figures.json").exists()
        and (built.root / PAGE / "v1/index.html").is_file()
    )


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
def test_what_is_odd_in_an_edition_is_named(corrected_once, tmp_path):
    folder = tmp_path / "a/b/c/v1"
    shutil.copytree(corrected_once.root / HOME / "v1", folder)
    assert edition_oddities(folder) == []
    (folder / "link.csv").symlink_to(folder / "figures.csv")
    os.link(folder / "figures.csv", tmp_path / "second")
    os.mkfifo(folder / "pipe")
    (folder / "empty").mkdir()
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (folder / "Figures.json").write_text("x", encoding="utf-8")
    said = "\n".join(edition_oddities(folder))
    for words in (
        "“link.csv” is a link",
        "“figures.csv” is a file with a second name",
        "“pipe” is a pipe",
        "“empty” is an empty folder",
        "“.hidden” is hidden",
        "differs from “Figures.json” only in",
    ):
        assert words in said, said
    (tmp_path / "d").symlink_to(tmp_path / "a")
    assert edition_oddities(tmp_path / "d/b/c/v1") == ["the folder “d” is a link; put the folder itself there"]


def test_nothing_of_this_repository_is_stray():
    from conftest import ROOT

    assert strays(Project(ROOT)) == []


def test_a_run_that_was_edited_is_run_again(board, tmp_path):
    from improvement_reports.runs.run import run_report

    shutil.copytree(board.project.root, tmp_path / "p")
    path = Project(tmp_path / "p").run_folder("exampleshire", "2024-03", "board") / EXECUTED
    good = path.read_bytes()
    path.write_bytes(good.replace(b"85%", b"99%"))
    assert run_report(str(tmp_path / "p"), "exampleshire", "2024-03", "board").state == "done"
    assert path.read_bytes() == good
    assert run_report(str(tmp_path / "p"), "exampleshire", "2024-03", "board").state == "unchanged"
    assert digests(path.parent, [EXECUTED])
