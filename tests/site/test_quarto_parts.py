"""Quarto renders only the pages that changed, and the site is byte for byte what it makes of all of them at once."""

import shutil
from pathlib import Path

import pytest
import yaml
from damage import edit

from improvement_reports.site.quarto_parts import QuartoRenderer
from improvement_reports.workspace.kept_work import KEPT_SECONDS
from improvement_reports.workspace.places import Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.quarto,
    pytest.mark.skipif(not shutil.which("quarto"), reason="Quarto is not on the PATH"),
]
BOARD = "reports/exampleshire/2024-03/board/index.ipynb"
PAGES = ("about/method.qmd", "about/revisions.qmd", "search.qmd", BOARD)


@pytest.fixture
def project(built_once, tmp_path, monkeypatch) -> Project:
    """A project of a few pages: texts, one that takes another text in, and a report."""
    # Its pages link to those that are left out.
    monkeypatch.setattr("improvement_reports.site.rendering.check_links", lambda project, *_: {})
    project = Project(Path(shutil.copytree(built_once.root, tmp_path / "project")))
    path = project.root / "_quarto.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["project"]["render"] = list(PAGES)
    config["project"]["resources"] = ["reports/*/*/*/charts/*.svg"]
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return project


def rendered(project: Project, name: str) -> tuple[QuartoRenderer, dict[str, bytes]]:
    renderer = QuartoRenderer(project, project.root / name)
    renderer.render()
    found = sorted(p for p in renderer.output.rglob("*") if p.is_file())
    return renderer, {p.relative_to(renderer.output).as_posix(): p.read_bytes() for p in found}


def test_only_changed_pages_are_rendered_and_all_are_as_from_nothing(project):
    first, before = rendered(project, "_first")
    assert (first.rendered, first.reused) == (len(PAGES), 0)
    assert {Path(p).with_suffix(".html").as_posix() for p in PAGES} <= set(before)
    again, same = rendered(project, "_again")
    assert (again.rendered, again.reused) == (0, len(PAGES)) and same == before
    edit(project.root / "about/method.qmd", "This page states", "This page says")
    third, after = rendered(project, "_third")
    assert (third.rendered, third.reused) == (1, len(PAGES) - 1)
    different = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert "about/method.html" in different
    assert all(name.startswith(("about/method", "pagefind/")) for name in different), different
    for kept in (third.cache, *third.kept_beside()):
        shutil.rmtree(kept)
    anew, expected = rendered(project, "_anew")
    assert anew.rendered == len(PAGES)
    assert [name for name in sorted({*after, *expected}) if after.get(name) != expected.get(name)] == []


def test_a_kept_page_or_library_that_another_hand_changed_is_made_again(project):
    import os

    first, before = rendered(project, "_first")
    page = next(iter(first.cache.glob("*.html")))
    page.write_text(page.read_text(encoding="utf-8") + "FORGED", encoding="utf-8")
    second, same = rendered(project, "_second")
    assert second.rendered == 1 and same == before
    library = next(p for p in first._libraries.rglob("*.js") if p.is_file())
    library.write_bytes(library.read_bytes() + b"// FORGED")
    third, same = rendered(project, "_third")
    assert third.rendered == len(PAGES) and same == before
    other = first._libraries.parent / "of-another-release"
    other.mkdir()
    os.utime(other, (other.stat().st_mtime - KEPT_SECONDS - 60,) * 2)
    rendered(project, "_fourth")
    assert not other.exists() and first._libraries.is_dir()
