"""A site that was kept up to date through a series of changes is, byte for byte, the site that is built from nothing."""

import random
import shutil
import time
from pathlib import Path

import pytest
from damage import edit
from in_process import say
from small_editions import HOME, OBSERVATIONS

from improvement_reports.editions.edition import all_editions, is_generated
from improvement_reports.pages import report_pages
from improvement_reports.site.build import build_site
from improvement_reports.workspace.places import Project

SEED = 20240331
FILTERS = ("exampleshire", None, "board")


def site_of(project: Project) -> dict[str, bytes]:
    return {
        p.relative_to(project.site).as_posix(): p.read_bytes()
        for p in sorted(project.site.rglob("*"))
        if p.is_file() and p.name != ".improvement-reports.json"
    }


def build(project: Project) -> dict[str, bytes]:
    summary = build_site(project, "pandoc", filters=FILTERS, drafts=True)
    assert summary.failed == [], summary.failed
    return site_of(project)


def from_nothing(project: Project, folder: Path) -> Project:
    """The sources of a project and its frozen editions in another folder, without anything that was made of them."""
    made = shutil.ignore_patterns("build", "_site", "processed", ".written", ".served", ".together", ".compare")
    other = Project(Path(shutil.copytree(project.root, folder, ignore=made)))
    kept = {
        p for e in all_editions(other) for p in e.folder.rglob("*") if p.parent != e.folder or not is_generated(p.name)
    }
    for path in sorted(other.reports.rglob("*"), reverse=True):
        if path.is_file() and path not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return other


# The changes, each a function of the project


def words(project):
    edit(project.root / "about/method.qmd", "This page states", "This page says")


def glossary(project):
    """The first page speaks of the Improvement Board and links it."""
    edit(project.root / "about/glossary.qmd", "[**Improvement Board**]", "[**Body that watches**]")


def theme(project):
    style = project.theme / "site.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    edit(project.theme / "page.html", "</body>", "<!-- another frame --></body>")  # a page shows it


def title_of_the_site(project):
    edit(
        project.root / "_quarto.yml",
        "title: Improvement reports\n  description",
        "title: Reports of progress\n  description",
    )


def name_of_the_authority(project):
    edit(project.params / "authorities.yml", "short_name: Exampleshire", "short_name: Sampleshire")


def publisher(project):
    path = project.params / "site.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\npublisher: Another council\n", encoding="utf-8")


def added_page(project):
    text = "---\ntitle: New\n---\n\nSee the [method](method.qmd).\n"
    (project.root / "about/new.qmd").write_text(text, encoding="utf-8")


def removed_page(project):
    (project.root / "about/new.qmd").unlink(missing_ok=True)


def deleted_edition(project):
    shutil.rmtree(project.root / HOME / "v2", ignore_errors=True)


def tampered_site(project):
    page = project.site / "about/method.html"
    page.write_text(page.read_text(encoding="utf-8") + "FORGED", encoding="utf-8")
    (project.site / "forged.html").write_text("FORGED", encoding="utf-8")


def tampered_source(project):
    page = project.root / HOME / "v1/index.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("85%", "99%"), encoding="utf-8")


def tampered_cache(project):
    for page in (project.build / "pages").glob("*.html"):
        page.write_text(page.read_text(encoding="utf-8") + "FORGED", encoding="utf-8")
    (project.site / "about/method.html").unlink()  # so that the site is put together again from what is kept


def interrupted(project):
    """What a killed build may leave: a staging folder, and the last good site out of its place."""
    (project.root / "._site-stage-x").mkdir(exist_ok=True)
    project.site.rename(project.root / "._site-old")


CHANGES = [
    *(words, glossary, theme, title_of_the_site, name_of_the_authority, publisher, added_page, removed_page),
    *(deleted_edition, tampered_site, tampered_source, tampered_cache, interrupted),
]


def call(project: Project) -> dict[str, bytes]:
    """The same as a user's call, which knows what the last one noted."""
    time.sleep(0.1)  # or what was written last may be written once more, and nothing is noted
    with pytest.MonkeyPatch.context() as patch:
        assert say(patch, project, "site", "--renderer", "pandoc", "--drafts", "--kind", "board") == 0
    return site_of(project)


@pytest.mark.slow
@pytest.mark.parametrize("build", [build, call])
def test_a_series_of_changes_gives_what_a_build_from_nothing_gives(corrected_once, tmp_path, build):
    project = Project(Path(shutil.copytree(corrected_once.root, tmp_path / "project")))
    build(project)
    order = random.Random(SEED).sample(CHANGES, len(CHANGES))
    if order.index(removed_page) < order.index(added_page):
        order.remove(removed_page)
    for change in order:
        change(project)
        site = build(project)
        assert b"FORGED" not in b"".join(site.values()), change.__name__
    expected = build(from_nothing(project, tmp_path / "anew"))
    assert [name for name in sorted({*site, *expected}) if site.get(name) != expected.get(name)] == []


def test_a_return_that_changed_is_on_the_site_and_nothing_else_is_rendered(corrected_once, tmp_path, monkeypatch):
    """Of a change of one number: the pages of its own report and those that list or compare, and no text about the
    site.
    """
    from improvement_reports.site.pandoc import Renderer

    project = Project(Path(shutil.copytree(corrected_once.root, tmp_path / "project")))
    before = build(project)
    rendered: list[str] = []
    made = Renderer.made
    monkeypatch.setattr(
        Renderer, "made", lambda self, page, key: rendered.append(project.relative(page)) or made(self, page, key)
    )
    edit(project.root / OBSERVATIONS, ",,96,192,200,", ",,97,194,200,")
    after = build(project)
    assert before[f"{HOME}/index.html"] != after[f"{HOME}/index.html"]
    assert [name for name in rendered if name.startswith("about/")] == []
    changed = {name for name in after if before.get(name) != after[name] and name.endswith(".html")}
    assert {Path(name).with_suffix(".html").as_posix() for name in rendered} >= changed
    rendered.clear()
    assert build(project) == after and rendered == []
    monkeypatch.setattr(
        report_pages, "write_edition_page", lambda e, *rest: pytest.fail(f"{e.identifier} is as it was")
    )
    edit(project.root / OBSERVATIONS, ",,97,194,200,", ",,95,190,200,")
    assert build(project) != after, "a draft that is another one changes no page of an edition"
