"""What a renderer does with the pages that Quarto made, without Quarto: a stand-in writes pages that load libraries."""

import json
import re
from pathlib import Path

import pytest

from improvement_reports.site import quarto_parts
from improvement_reports.site.quarto import Quarto
from improvement_reports.site.quarto_parts import QuartoRenderer

NAMES = [f"about/own-{n:02}.qmd" for n in range(15)]  # more than are made in one project
LIBRARY = "bootstrap"


@pytest.fixture
def made(project, monkeypatch) -> list[list[str]]:
    """The pages that are made at once, of each call of Quarto."""
    found: list[list[str]] = []

    def run(folder: Path) -> None:
        names = json.loads((folder / "_quarto.yml").read_text(encoding="utf-8"))["project"]["render"]
        found.append(names)
        for name in names:
            number = int(re.findall(r"\d+", name)[-1])
            loads = f'<script src="../site_libs/{LIBRARY}/{number % 2}.js"></script>' if number else ""
            page = (folder / "out" / name).with_suffix(".html")
            page.parent.mkdir(parents=True, exist_ok=True)
            text = (folder / name).read_text(encoding="utf-8")
            page.write_text(
                f'<!DOCTYPE html><html lang="en"><head><title>x</title>{loads}</head><body><main><p>{text}</p></main>'
                "</body></html>",
                encoding="utf-8",
            )
        for number in (0, 1):
            library = folder / "out" / "site_libs" / LIBRARY / f"{number}.js"
            library.parent.mkdir(parents=True, exist_ok=True)
            library.write_text(f"// {number}", encoding="utf-8")

    monkeypatch.setattr(quarto_parts, "run_quarto", run)
    monkeypatch.setattr(quarto_parts, "find_quarto", lambda: Quarto("quarto", "1.9.0"))
    for name in NAMES:
        (project.root / name).write_text(f"Words of {name}", encoding="utf-8")
    return found


def rendered(project, name: str) -> tuple[QuartoRenderer, dict[str, bytes]]:
    renderer = QuartoRenderer(project, project.root / name)
    renderer.render_pages([project.root / page for page in NAMES])
    files = [p for p in renderer.output.rglob("*") if p.is_file()]
    return renderer, {p.relative_to(renderer.output).as_posix(): p.read_bytes() for p in files}


def test_each_page_lies_at_its_address_beside_the_libraries_that_pages_load(project, made):
    renderer, site = rendered(project, "_first")
    assert sorted(name for names in made for name in names) == NAMES and len(made) == 2
    assert set(site) == {f"{n[:-4]}.html" for n in NAMES} | {f"site_libs/{LIBRARY}/{n}.js" for n in (0, 1)}
    assert all(f"Words of {name}" in site[f"{name[:-4]}.html"].decode() for name in NAMES)
    assert renderer._loaded == {"": {f"site_libs/{LIBRARY}"}}
    again, same = rendered(project, "_again")
    assert (again.rendered, again.reused, same) == (0, len(NAMES), site) and len(made) == 2
    assert again._loaded == renderer._loaded


def test_only_a_page_that_changed_is_made_again(project, made):
    _, before = rendered(project, "_first")
    del made[:]
    (project.root / NAMES[0]).write_text("Other words 00", encoding="utf-8")
    renderer, after = rendered(project, "_second")
    assert made == [NAMES[:1]] and renderer.rendered == 1
    assert {name for name in after if after[name] != before[name]} == {f"{NAMES[0][:-4]}.html"}


def test_where_a_library_is_another_all_pages_are_made_anew(project, made):
    renderer, before = rendered(project, "_first")
    del made[:]
    (renderer._libraries / LIBRARY / "1.js").write_text("// FORGED", encoding="utf-8")
    again, site = rendered(project, "_second")
    assert sorted(name for names in made for name in names) == NAMES and again.rendered == len(NAMES)
    assert site == before
