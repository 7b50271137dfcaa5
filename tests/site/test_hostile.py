"""Hostile text in every text field of a project: the site holds what the templates made and nothing else, and runs
nothing.

One small project is built twice, with plain words and with hostile ones; HOSTILE_START=n puts each text n fields
further, so that 0 to 24 put every text into every field.
"""

import csv
import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
import yaml
from browsers import patient
from conftest import copy_project
from hostile import (
    ACCEPTED_IN_PROSE,
    MARK,
    NOT_FILLED,
    PAYLOADS,
    PLAINS,
    PROFILED,
    PROSE,
    WORDS,
    Say,
    filled,
    parts_of,
    said_anew,
    texts_of,
)
from site_helpers import chromium, content_of_figures, pages, serve
from warm_calls import called

from improvement_reports.domain.escaping import guarded
from improvement_reports.editions.recompute import recompute_all
from improvement_reports.facts.narrative import text_faults
from improvement_reports.official.definitions import load_definitions, load_sources
from improvement_reports.runs.reports import report_files
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import ReturnInfo, load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings

pytestmark = pytest.mark.slow
QUARTO = pytest.param(
    "quarto",
    marks=[pytest.mark.quarto, pytest.mark.skipif(not shutil.which("quarto"), reason="Quarto is not on the PATH")],
)


def command(root: Path, *arguments: str) -> None:
    done = called(root, *arguments)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


MADE_UP = ("exampleshire", "2024-03")


@pytest.fixture(scope="module", params=["pandoc", QUARTO])
def sites(request, tmp_path_factory) -> tuple[Path, Path, Say]:
    """The project with plain words and with hostile ones, each with editions of its reports, one corrected, and one
    draft; and what was said where.
    """
    found = []
    for texts in (PLAINS, PAYLOADS):
        root = tmp_path_factory.mktemp("hostile")
        copy_project(root)
        say = Say(texts, int(os.environ.get("HOSTILE_START", "0")))
        filled(root, say)
        for kind in ("board", "scrutiny", "cabinet"):
            command(root, "publish", *MADE_UP, kind)
        command(root, "publish", "exampleshire", "2024-02", "board")
        command(root, "publish", PROFILED, "2025-03", "profile")
        command(root, "publish", *MADE_UP, "board", "--correction", f"--reason={said_anew(root, say)}")
        command(root, "site", "--renderer", request.param)
        found.append(root)
    return *found, say


def test_every_field_that_holds_words_was_filled(sites):
    """Of each table's columns and each model's fields: one that is added and not filled fails here."""
    _, hostile, say = sites
    project, said = Project(hostile), set(say.said.values())
    for name, columns in WORDS.items():
        with (project.raw_return(*MADE_UP) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [c for c in columns if not any(row.get(c) in said for row in rows)] == [], name
    info = ReturnInfo.model_validate(
        yaml.safe_load((project.raw_return(*MADE_UP) / "return.yml").read_text(encoding="utf-8"))
    )
    models = [
        info,
        load_settings(project),
        load_authorities(project)[MADE_UP[0]],
        *load_measures(project).values(),
        *load_definitions(project).values(),
    ]
    models += [*load_sources(project).values(), *(load_report(project, p) for p in report_files(project))]
    texts: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for place, words in texts_of(model).items():
            texts.setdefault(place, []).extend(words)
    assert len(texts) > 25
    assert [
        place
        for place, words in texts.items()
        if place not in NOT_FILLED and not any(w in said or MARK in w for w in words)
    ] == []


def test_no_cell_of_a_workbook_is_a_formula_or_leads_elsewhere(sites):
    """Cells are texts or numbers, guarded as in the CSV files, and what is in the archive of an edition is the same."""
    _, hostile, say = sites
    archives = sorted((hostile / "_site/reports").rglob("edition.zip"))
    newest = {path.parent.parent: path for path in archives}  # of each report the last of its editions
    assert len(archives) == 6 and len(newest) < 6
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            (inside,) = (n for n in archive.namelist() if n.endswith("tables.xlsx"))
            raw = archive.read(inside)
        assert (raw == (path.parent / "tables.xlsx").read_bytes()) is (path in newest.values())
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            for name in book.namelist():
                tree = lxml.etree.fromstring(book.read(name))
                assert not tree.findall(".//{*}f"), (path, name)
                assert [t.text for t in tree.iter("{*}t") if guarded(t.text or "") != (t.text or "")] == [], (
                    path,
                    name,
                )
                if name.endswith(".rels"):
                    assert all(
                        r.get("Target").startswith("https://") for r in tree if r.get("TargetMode") == "External"
                    )
    changes = (hostile / "_site/reports/exampleshire/2024-03/board/v2/changes.html").read_bytes()
    shown = " ".join(lxml.html.fromstring(changes).text_content().split())
    assert " ".join(say.said["reason"].split()) in shown and MARK in shown
    assert (hostile / "_site/reports/exampleshire/2024-03/board/since.html").is_file()
    assert (hostile / f"_site/reports/{PROFILED}/2025-03/profile/v1/index.html").is_file()


def test_the_site_holds_nothing_that_the_templates_did_not_make(sites):
    plain, hostile, _ = sites
    allowed = set().union(*(parts_of(p.read_bytes()) for p in pages(plain / "_site")))
    found = {
        part: p.relative_to(hostile).as_posix() for p in pages(hostile / "_site") for part in parts_of(p.read_bytes())
    }
    assert {part: page for part, page in found.items() if part not in allowed} == {}
    # A table of official statistics is named after its subject, a text of the settings: by its letters and digits.
    names = [
        {
            re.sub(r"table\.standing\.[\w-]+", "table.standing", p.relative_to(root / "_site").as_posix())
            for p in (root / "_site").rglob("*")
            if "pagefind" not in p.parts
        }
        for root in (plain, hostile)
    ]
    assert names[0] == names[1]


def test_hostile_words_are_read_as_they_were_written(sites):
    """What came through is shown, not dropped: titles, and a cell of each table that the reports show."""
    _, hostile, say = sites
    site = hostile / "_site"
    board = lxml.html.fromstring((site / "reports/exampleshire/2024-03/board/index.html").read_bytes())
    head = " ".join(board.xpath("//h1")[0].text_content().split())
    assert head == " ".join(f"{say.said['authority short_name']}: {say.said['board title, corrected']}".split())
    everything = "".join(lxml.html.fromstring(p.read_bytes()).text_content() for p in pages(site))
    shown = " ".join(everything.split())
    for field in (
        "notes 0 text",
        "findings 0 text",
        "milestones 2 title",
        "statements 0 text",
        "links 0 reason",
        "judgements 0 area",
    ):
        assert " ".join(say.said[field].split()) in shown, field


def test_feed_drawings_and_data_hold_what_the_templates_made(sites):
    plain, hostile, _ = sites
    for name in (
        ["reports/feed.xml"],
        sorted(p.relative_to(plain / "_site").as_posix() for p in (plain / "_site").rglob("charts/*.svg")),
    ):
        for each in name:
            made, found = (
                {(e.tag, *sorted(e.attrib)) for e in lxml.etree.parse(root / "_site" / each).iter()}
                for root in (plain, hostile)
            )
            assert {e for e in found - made if "glyph" not in str(e)} == set(), each
    for path in (hostile / "_site/reports").rglob("*"):
        if path.suffix in (".json", ".ipynb"):
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert all(guarded(c) == c for c in cells), path.name


def test_hostile_words_are_no_fault_of_the_numbers_beside_them(sites):
    _, hostile, _ = sites
    found = sorted((hostile / "_site/reports/exampleshire/2024-03").rglob("figures.json"))
    assert len(found) == 5  # four editions and a draft
    for path in found:
        content = content_of_figures(path.parent)
        assert content["figures"], path
        assert recompute_all(content["figures"], content["columns"]).faults == {}, path


@pytest.mark.browser
def test_a_browser_runs_nothing_and_asks_nobody(sites):
    playwright = pytest.importorskip("playwright.sync_api")
    if not chromium():
        pytest.skip("no Chromium")
    _, hostile, _ = sites
    server, asked, said = serve(hostile / "_site"), [], []
    home = f"http://127.0.0.1:{server.server_port}/"
    try:
        with playwright.sync_playwright() as started:
            browser = patient(
                started.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            )
            page = browser.new_page()
            page.on("request", lambda r: asked.append(r.url) if not r.url.startswith((home, "data:")) else None)
            page.on("dialog", lambda d: (said.append(d.message), d.dismiss()))
            for path in pages(hostile / "_site"):
                address = home + path.relative_to(hostile / "_site").as_posix()
                page.goto(address)
                # The newest edition's own address leads on to the page that shows it, and nowhere else.
                leads_on = lxml.html.fromstring(path.read_bytes()).xpath("//meta[@http-equiv='refresh']/@content")
                if leads_on:
                    assert leads_on == ["0; url=../index.html"] and re.fullmatch(r"v\d+", path.parent.name), path
                    address = home + (path.parent.parent / path.name).relative_to(hostile / "_site").as_posix()
                    page.wait_for_url(address)
                page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
                ran = page.evaluate(f"document.documentElement.dataset.{MARK}")
                assert (ran, page.url) == (None, address), path.name
            page.goto(f"{home}search.html?q={MARK}")
            page.wait_for_timeout(2000)
            assert page.evaluate(f"document.documentElement.dataset.{MARK}") is None
            browser.close()
    finally:
        server.shutdown()
    assert (asked, said) == ([], [])


def test_hostile_narrative_is_refused_in_a_sentence_or_harmless():
    for text in PROSE:
        found = [str(f) for f in text_faults(text, "a.md", [], {})]
        assert all("\n" not in f and "Traceback" not in f and len(f) < 500 for f in found)
        assert bool(found) != (text in ACCEPTED_IN_PROSE), (text, found)
