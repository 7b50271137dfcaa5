"""Editions: what publishing freezes, when there is a new one, what it says that changed, and what a reader sees
of it.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import lxml.html
import pytest
from conftest import call
from damage import edit
from site_helpers import assert_same_content, shown_page
from small_editions import HOME, JOB, NEW, OBSERVATIONS, OLD, rerun

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.chain import chain_faults, edition_faults
from improvement_reports.editions.changes import Change, changes, conclusion_word, counted, is_conclusion
from improvement_reports.editions.edition import editions_of, find_editions, frozen_files, parse_edition_reference
from improvement_reports.editions.inputs import find_input, kept_faults, kept_path
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.publish import publish
from improvement_reports.pages.since import BROKEN, KEPT, OPEN, Promise, monthless, moves, promises
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.runs.report_content import Content, split_sentences
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.places import Project

# A sample for each run of the tests; KILLS=60 tries more moments.
KILLS = int(os.environ.get("KILLS", "4"))


# What is frozen


def test_an_edition_holds_what_the_run_gave_and_says_all_of_it(published):
    (edition,) = editions_of(published, *JOB)
    draft = published.draft_folder(*JOB)
    for name in ("report.ipynb", "figures.json", "figures.csv", "data/observations.csv"):
        assert (edition.folder / name).read_bytes() == (draft / name).read_bytes(), name
    m = edition.manifest
    assert (
        {p.name for p in (edition.folder / "charts").iterdir()}
        == {p.name for p in (draft / "charts").iterdir()}
        != set()
    )
    assert (m.number, m.edition_kind, m.previous, m.changes) == (1, "first", None, ())
    assert m.figures == len(read_figures(edition.folder / "figures.json")["figures"]) > 20
    assert edition_faults(edition) == [] and chain_faults([edition]) == []


# Bytes of the files of a small edition, as reached and a twentieth; see tests/site/test_weight.py for those of a site.
WEIGHTS = {
    "figures.json": 58_000,
    "manifest.json": 11_500,
    "ro-crate-metadata.json": 26_800,
    "datapackage.json": 41_700,
    "charts": 22_500,
}


def test_a_new_edition_weighs_no_more_than_was_reached(published_once):
    (edition,) = editions_of(published_once, *JOB)
    found = dict.fromkeys(WEIGHTS, 0)
    for name in (*edition.manifest.files, MANIFEST):
        if (part := name.split("/")[0]) in found:
            found[part] += (edition.folder / name).stat().st_size
    assert all(found.values()) and {n: s for n, s in found.items() if s > WEIGHTS[n]} == {}


def test_the_manifest_names_every_input_with_its_hash(published):
    (edition,) = editions_of(published, *JOB)
    inputs = edition.inputs
    assert {
        OBSERVATIONS,
        "data/raw/exampleshire/2024-02/observations.csv",
        "params/measures.yml",
        "notebooks/board.ipynb",
    } <= set(inputs)
    assert not [name for name in inputs if name.startswith("/") or ".." in name]
    for name, record in inputs.items():
        assert record.sha256 == file_digest(published.root / name), name
        assert kept_path(published, record.sha256).read_bytes() == (published.root / name).read_bytes(), name
    rows = edition.manifest.rows["exampleshire/2024-03/observations.csv"]
    figures = read_figures(edition.folder / "figures.json")["figures"]
    known = {i["row"] for f in figures for i in f["inputs"] if i["file"] == "exampleshire/2024-03/observations.csv"}
    assert rows.rows == len(known) > 3


def test_the_manifest_names_the_inputs_that_were_used_and_the_record_all(published):
    """A run is given every month before; the manifest and the crate do not grow with them."""
    (edition,) = editions_of(published, *JOB)
    used, given = set(edition.manifest.inputs), set(edition.inputs)
    with_rows = {f"data/raw/{file}" for file in edition.manifest.rows}
    own = {n for n in given if n.startswith("data/raw/exampleshire/2024-03/")}
    assert with_rows | own | {"params/measures.yml", "notebooks/board.ipynb"} <= used < given
    assert "data/raw/exampleshire/2024-02/return.yml" in used  # it says what the sources of those rows are
    assert "data/raw/exampleshire/2024-02/narrative/headline.md" in given - used
    graph = json.loads((edition.folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    assert {e["identifier"] for e in graph if e["@id"].startswith("#input-")} == used


def test_no_public_file_has_the_hash_of_a_file_with_withheld_numbers(published, published_once):
    """Whoever knows the rest of such a file could try every small number until the hash fits."""
    (edition,) = editions_of(published, *JOB)
    secret = edition.inputs[OBSERVATIONS].sha256
    assert edition.manifest.inputs[OBSERVATIONS].sha256 == "" and edition.manifest.inputs[OBSERVATIONS].bytes == 0
    assert edition.manifest.inputs["params/measures.yml"].sha256 == edition.inputs["params/measures.yml"].sha256
    from improvement_reports.editions.downloads.archive import archived_files
    from improvement_reports.editions.edition import INPUTS

    public = archived_files(edition.folder)
    assert INPUTS not in public and MANIFEST in public
    for name in public:
        assert secret.encode() not in (edition.folder / name).read_bytes(), name
    assert (
        secret in (edition.folder / INPUTS).read_text()
        and len(json.loads((edition.folder / INPUTS).read_text())["nonce"]) == 64
    )


def test_nothing_of_the_machine_is_in_an_edition(published):
    (edition,) = editions_of(published, *JOB)
    for path in edition.folder.rglob("*"):
        if path.suffix in (".json", ".ipynb", ".csv", ".svg"):
            assert str(published.root) not in path.read_text(encoding="utf-8"), path.name


# When there is a new edition


def test_the_same_content_makes_no_new_edition(published):
    before = {p: p.stat().st_mtime_ns for p in (published.root / HOME).rglob("*")}
    result = call(published, "publish", *JOB)
    assert result.returncode == 0 and "says the same as the current run; there is no new edition" in result.stdout
    assert before == {p: p.stat().st_mtime_ns for p in (published.root / HOME).rglob("*")}


def test_an_input_that_changes_nothing_makes_no_new_edition(published):
    names = published.params / "names.yml"
    names.write_text((names.read_text() if names.is_file() else "") + "\n# a remark\n", encoding="utf-8")
    assert not publish(published, *JOB).is_new


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "To publish it, say why and how"),
        (("--reason", "A numerator was wrong"), "To publish it, say why and how"),
        (("--correction",), "To publish it, say why and how"),
        (("--correction", "--reason", " \t\n"), "To publish it, say why and how"),
        (("--correction", "--revision", "--reason", "x"), "not both; choose one"),
        (("--correction", "--reason", "x" * 501), "has 501 characters; allowed are 500"),
    ],
)
def test_a_new_edition_says_why(corrected_once, tmp_path, arguments, says):
    shutil.copytree(corrected_once.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    shutil.rmtree(project.root / HOME / "v2")
    result = call(project, "publish", *JOB, *arguments)
    assert result.returncode == 2 and says in result.stderr, result.stderr
    assert "Traceback" not in result.stderr and not (project.root / HOME / "v2").exists()
    if "To publish" in says:
        # It says what differs: 192 of 200 against 156 of 200 is a change, 170 of 200 is not.
        assert "“no significant change” → “improving”" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("exampleshire", "2024-03", "scrutiny"), "There is no report exampleshire/2024-03/scrutiny"),
        (("exampleshire", "2024-13", "board"), "is not a reporting month"),
        (("nowhere", "2024-03", "board"), "is not an authority"),
        (("exampleshire",), "Name the report"),
        (("exampleshire/2024-03/board/v1",), "Name the report"),
    ],
)
def test_a_report_that_is_not_there(published, arguments, says):
    result = call(published, "publish", *arguments)
    assert result.returncode == 2 and says in result.stderr and "Traceback" not in result.stderr, result.stderr


def test_a_first_edition_is_no_correction(published):
    shutil.rmtree(published.root / HOME / "v1")
    with pytest.raises(UserError, match="no edition yet"):
        publish(published, *JOB, "correction", "x")


def test_nothing_is_published_on_top_of_an_edition_that_was_changed(corrected):
    edit(corrected.root / OBSERVATIONS, NEW, ",,97,194,200,")
    rerun(corrected)
    path = corrected.root / HOME / "v2/figures.csv"
    path.write_text(path.read_text(encoding="utf-8") + "x", encoding="utf-8")
    with pytest.raises(UserError, match=r"v2: figures.csv was changed after publication"):
        publish(corrected, *JOB, "correction", "x")


def test_what_an_earlier_edition_withholds_stays_withheld(published):
    """North's 3 is withheld; a threshold that lets it through would give it away, and so the new edition is refused."""
    line = "  label: Children who went missing\n"
    edit(published.params / "measures.yml", line, f"{line}  small_number_threshold: 0\n  small_number_reason: a test\n")
    result = call(published, "publish", *JOB, "--revision", "--reason", "Another threshold")
    assert result.returncode == 2 and "would show what an earlier one withholds" in result.stderr, (
        result.stdout + result.stderr
    )
    assert "missing_children_count, exampleshire, 2024-03, month, North (withheld in v1)" in result.stderr
    assert not (published.root / HOME / "v2").exists()


# What changed


def test_a_correction_lists_what_changed_by_itself(corrected_once):
    one, two = editions_of(corrected_once, *JOB)
    m = two.manifest
    assert (m.edition_kind, m.reason) == ("correction", "The numerator of assessments was typed wrongly")
    assert m.previous.identifier == one.identifier and m.previous.manifest_sha256 == file_digest(one.folder / MANIFEST)
    found = [Change(**c) for c in m.changes]
    numbers = {(c.before, c.after) for c in found if c.kind == "number"}
    assert ("85%", "96%") in numbers
    assert m.conclusion_changed is any(c.conclusion for c in found)
    assert edition_faults(one) == edition_faults(two) == chain_faults([one, two]) == []


def test_the_input_of_the_first_edition_is_kept(corrected_once):
    one, two = editions_of(corrected_once, *JOB)
    was = one.inputs[OBSERVATIONS].sha256
    assert was != two.inputs[OBSERVATIONS].sha256 == file_digest(corrected_once.root / OBSERVATIONS)
    place = find_input(corrected_once, OBSERVATIONS, was)
    assert OLD in place.read_text(encoding="utf-8") and kept_faults(corrected_once, {}) == []


def content(figures=(), sentences=()) -> Content:
    blank = {
        "kind": "number",
        "label": "L",
        "published": "",
        "value": "",
        "unit": "",
        "measure_id": "",
        "area": "",
        "period": "",
        "formula": "",
        "data": [],
        "inputs": [],
    }
    return Content({f["id"]: {**blank, **f} for f in figures}, list(sentences))


def table(*rows) -> dict:
    return {
        "id": "table.t",
        "kind": "table",
        "label": "T",
        "data": [["Row", "Latest", "Against target"], *map(list, rows)],
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (content(), content(), []),
        (
            content([{"id": "a", "published": "5"}]),
            content([{"id": "a", "published": "6"}]),
            [("number", "a", "5", "6", False)],
        ),
        (content([{"id": "a", "published": "5"}]), content(), [("number", "a", "5", "", False)]),
        (content(), content([{"id": "a", "published": "5"}]), [("number", "a", "", "5", False)]),
        (
            content([{"id": "a", "published": "5%", "value": "5.1"}]),
            content([{"id": "a", "published": "5%", "value": "5.2"}]),
            [("number", "a", "5% (unrounded 5.1)", "5% (unrounded 5.2)", False)],
        ),
        (
            content([{"id": "a.result", "published": "met"}]),
            content([{"id": "a.result", "published": "not met"}]),
            [("status", "a.result", "met", "not met", True)],
        ),
        (
            content([{"id": "a.direction", "published": "improving"}]),
            content([{"id": "a.direction", "published": "worsening"}]),
            [("status", "a.direction", "improving", "worsening", True)],
        ),
        (
            content([table(["R", "5", "✓ Met"])]),
            content([table(["R", "5", "✗ Not met by 2"])]),
            [("status", "table.t#R", "✓ Met", "✗ Not met by 2", True)],
        ),
        (
            content([table(["R", "5", "✗ Not met by 2"])]),
            content([table(["R", "5", "✗ Not met by 3"])]),
            [("status", "table.t#R", "✗ Not met by 2", "✗ Not met by 3", False)],
        ),
        (
            content([table(["R", "5, April", "x"]), {"id": "a", "published": "5"}]),
            content([table(["R", "6, April", "x"]), {"id": "a", "published": "6"}]),
            [("number", "a", "5", "6", False)],
        ),
        (
            content([table(["R", "5", "x"], ["R", "7", "x"])]),
            content([table(["R", "5", "x"], ["R", "8", "x"])]),
            [("table cell", "table.t#R", "7", "8", False)],
        ),
        (content([table(["R", "5", "x"])]), content(), [("table cell", "table.t", "the table", "", False)]),
        (
            content(sentences=["One.", "Two."]),
            content(sentences=["One.", "Three.", "Four."]),
            [("sentence", "", "Two.", "Three.", False), ("sentence", "", "", "Four.", False)],
        ),
    ],
)
def test_changes(old, new, expected):
    assert [(c.kind, c.id, c.before, c.after, c.conclusion) for c in changes(old, new)] == expected


def row(number: int, cells: str, locator: str = "Table 1") -> dict:
    return {
        "file": "a/2024-03/observations.csv",
        "row": number,
        "cells": cells,
        "locator": locator,
        "sha256": "x",
        "source_id": "s",
    }


def test_a_row_that_only_moved_is_no_change():
    old, new = (content([{"id": "a", "published": "5", "inputs": [row(n, '["m","a"]')]}]) for n in (2, 3))
    assert changes(old, new) == [] and old.fingerprint == new.fingerprint


@pytest.mark.parametrize("other", [row(2, '["m","b"]'), row(2, '["m","a"]', "Table 2")])
def test_a_row_that_says_something_else_is_a_change(other):
    old, new = (content([{"id": "a", "published": "5", "inputs": [i]}]) for i in (row(2, '["m","a"]'), other))
    assert [(c.kind, c.label) for c in changes(old, new)] == [
        ("row", "a/2024-03/observations.csv, row 2")
    ] and old.fingerprint != new.fingerprint


@pytest.mark.parametrize("field", ["label", "unit", "area", "period", "formula"])
def test_what_is_said_beside_a_value_is_a_change(field):
    old, new = (content([{"id": "a", "published": "5", field: v}]) for v in ("x", "y"))
    assert [(c.kind, c.before, c.after) for c in changes(old, new)] == [("description", "x", "y")]
    assert old.fingerprint != new.fingerprint, "what is a new edition is also listed"


def test_charts_are_compared_by_their_values():
    def chart(v):
        return content([{"id": "chart.c", "kind": "chart", "label": "Rose", "data": [["Month", "Value"], ["May", v]]}])

    assert [(c.kind, c.before, c.after) for c in changes(chart("1"), chart("2"))] == [("chart", "1", "2")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("✗ Not met by 9 percentage points", "not met"),
        ("Met", "met"),
        ("metres", ""),
        ("■ On target", "on target"),
        ("", ""),
        ("up", "up"),
        ("upward", ""),
    ],
)
def test_words_of_conclusions(text, word):
    assert conclusion_word(text) == word


def test_conclusions_of_two_families_are_no_change_of_one():
    assert (
        is_conclusion("■ On target", "▲ Compromised")
        and not is_conclusion("■ On target", "✓ Met")
        and not is_conclusion("", "✓ Met")
    )
    assert is_conclusion("↘ Worsening", "not judged: disputed") and is_conclusion("worsening", "")


def test_sentences():
    text = (
        'It rose to <a href="x">86%</a>. Section 47 enquiries, e.g. these, fell.\n\n- One\\: *two*\n- Three\n\n## Head'
        " {#h}"
    )
    assert split_sentences(text) == [
        "It rose to 86%.",
        "Section 47 enquiries, e.g. these, fell.",
        "One: two",
        "Three",
        "Head",
    ]


def test_changes_in_words():
    found = [
        Change("number", "a", "", "1", "2"),
        Change("number", "b", "", "1", "2"),
        Change("status", "c", "", "met", "not met", True),
    ]
    assert counted(found) == "1 status, 2 numbers" and counted([]) == "nothing"


# References


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a/b/c",
        "../2024-03/board",
        "exampleshire/2024-03/board/v0",
        "exampleshire/2024-03/board/v1/x",
        "exampleshire/2024-3/board",
        "exampleshire//board",
    ],
)
def test_a_reference_that_names_nothing(text):
    with pytest.raises(UserError):
        parse_edition_reference(text)


def test_references(corrected_once):
    assert [e.version for e in find_editions(corrected_once, "exampleshire/2024-03/board")] == ["v1", "v2"]
    assert [e.version for e in find_editions(corrected_once, "improvement-reports/exampleshire/2024-03/board/v2")] == [
        "v2"
    ]
    with pytest.raises(UserError, match=r"it has v1, v2"):
        find_editions(corrected_once, "exampleshire/2024-03/board/v3")


# The site


@pytest.fixture(scope="module")
def site(corrected_once, tmp_path_factory):
    """The public site of the corrected report."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(corrected_once.root, folder, dirs_exist_ok=True)
    (folder / "params/site.yml").write_text(
        "drafts: false\nurl: https://reports.example.org/\ncontact: {email: a@example.org, answer_days: 5}\n",
        encoding="utf-8",
    )
    result = call(Project(folder), "site", "--renderer", "pandoc")
    assert result.returncode == 0, result.stderr
    assert "1 of 2 reports reproduce their newest edition." in result.stdout
    assert "exampleshire/2024-02/board: not published; it is a draft" in result.stdout
    return Project(folder)


@pytest.fixture(scope="module")
def corrected_site_once(corrected_once, tmp_path_factory):
    """The corrected report with a site of it and of its drafts; only to be read."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(corrected_once.root, folder, dirs_exist_ok=True)
    assert call(Project(folder), "site", "--renderer", "pandoc").returncode == 0
    return Project(folder)


@pytest.fixture
def corrected_site(corrected_site_once, tmp_path):
    shutil.copytree(corrected_site_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def tree(project: Project, address: str):
    return lxml.html.parse(str(project.site / address)).getroot()


def words(element) -> str:
    return " ".join(element.text_content().split())


def test_the_address_without_a_version_shows_the_newest(site):
    top, newest, first = (tree(site, f"{HOME}/{name}index.html") for name in ("", "v2/", "v1/"))
    assert "Edition v2, published" in words(top) and "96%" in words(top.xpath("//main")[0])
    assert "85%" in words(first.xpath("//main")[0])
    assert newest.xpath("//head/meta[@http-equiv='refresh']/@content") == ["0; url=../index.html"]
    assert newest.xpath("//main//p/a/@href") == ["../index.html"] and "Edition v2" in words(newest.xpath("//main")[0])


def test_a_replaced_edition_says_so_at_its_top(site):
    (note,) = tree(site, f"{HOME}/v1/index.html").xpath("//div[@class='superseded']")
    assert "It has been replaced" in words(
        note
    ) and "correction: The numerator of assessments was typed wrongly" in words(note)
    assert {"../index.html", "../v2/changes.html"} <= set(note.xpath(".//a/@href"))
    assert not tree(site, f"{HOME}/v2/index.html").xpath("//div[@class='superseded']")


def test_canonical_links(site):
    for name in ("", "v1/", "v2/"):
        (link,) = tree(site, f"{HOME}/{name}index.html").xpath("//link[@rel='canonical']/@href")
        assert link == f"https://reports.example.org/{HOME}/"


def test_the_head_of_every_page_is_whole(site):
    """A paragraph in it would end it, and what follows would be content."""
    for page in site.site.rglob("*.html"):
        head = lxml.html.parse(str(page)).getroot().find("head")
        assert {e.tag for e in head} <= {"meta", "title", "link", "script"}, page
        assert not lxml.html.parse(str(page)).xpath("//body//link | //body//meta"), page
    feed = tree(site, "index.html").xpath("//head/link[@rel='alternate']/@href")
    assert feed == ["reports/feed.xml"] and (site.site / feed[0]).is_file()


@pytest.mark.quarto
def test_quarto_says_the_same_of_editions(site, tmp_path):
    if not shutil.which("quarto"):
        pytest.skip("Quarto is not on the PATH")
    shutil.copytree(site.root, tmp_path, dirs_exist_ok=True)
    result = call(Project(tmp_path), "site", "--renderer", "quarto", "--output", "_quarto-site")
    assert result.returncode == 0, result.stderr
    assert_same_content(site.site, tmp_path / "_quarto-site")
    assert (tmp_path / "_quarto-site" / HOME / "v1/edition.zip").is_file()
    assert not (tmp_path / "_quarto-site/search.json").exists()


def test_what_changed_is_a_page(site):
    page = words(tree(site, f"{HOME}/v2/changes.html").xpath("//main")[0])
    assert "It is a correction: it mends an error" in page and "85%" in page and "96%" in page
    assert "The numerator of assessments was typed wrongly" in page


def test_the_log_lists_corrections_and_every_edition(site):
    for address in ("reports/log/index.html", "reports/exampleshire/log/index.html"):
        page = tree(site, address)
        targets = {link for link in page.xpath("//main//a/@href") if "2024-03" in link}
        assert (
            len({t for t in targets if t.endswith("v1/index.html")})
            == len({t for t in targets if t.endswith("v2/index.html")})
            == 1
        )
        assert "correction: The numerator" in words(page)


def test_the_feed(site):
    root = ET.parse(site.site / "reports/feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert [e.findtext(f"{atom}id") for e in entries] == [
        f"tag:improvement-reports,2026:exampleshire/2024-03/board/v{n}" for n in (2, 1)
    ]
    assert (
        all(root.findtext(f"{atom}{tag}") for tag in ("id", "title", "updated"))
        and root.find(f"{atom}author/{atom}name") is not None
    )
    assert entries[0].find(f"{atom}link").get("href") == f"https://reports.example.org/{HOME}/v2/"
    assert "typed wrongly" in entries[0].findtext(f"{atom}summary") and "Illustrative" in entries[0].findtext(
        f"{atom}title"
    )


def test_a_citation_carries_the_fingerprint(site):
    for e in editions_of(site, *JOB):
        page = shown_page(site.site / HOME / e.version / "index.html").relative_to(site.site).as_posix()
        (citation,) = tree(site, page).xpath("//p[@class='citation']")
        assert f"improvement-reports/{e.identifier}" in words(citation) and file_digest(e.folder / MANIFEST)[
            :12
        ] in words(citation)


def test_from_a_number_to_its_row_in_two_clicks_on_every_address(site):
    for name in ("", "v1/"):
        page = site.site / HOME / name / "index.html"
        link = lxml.html.parse(str(page)).xpath("//main//p//a[@class='n']/@href")[0]
        path, _, figure = link.partition("#")
        target = (page.parent / path).resolve()
        (entry,) = lxml.html.parse(str(target)).xpath("//*[@id=$i]", i=figure)
        published, _, made_from, own_id = entry.xpath("./td")
        row = made_from.xpath("./a/@href")[0]
        assert lxml.html.parse(str(target)).xpath("//*[@id=$i]", i=row.removeprefix("#"))
        assert own_id.text_content().strip() == figure
        command = f"python3 make.py figure exampleshire/2024-03/board/{name.rstrip('/') or 'v2'}#ID"
        assert command in lxml.html.parse(str(target)).xpath("//main/p//code/text()")
        (back,) = published.xpath("./a/@href")
        home, _, place = back.partition("#")
        assert (target.parent / home).resolve() == page.resolve()
        assert len(lxml.html.parse(str(page)).xpath("//*[@id=$i]", i=place)) == 1


def test_drafts_are_not_on_the_public_site(site):
    assert not (site.site / "reports/exampleshire/2024-02").exists()
    assert "2024-02" not in (site.site / "reports/index.html").read_text(encoding="utf-8")
    assert not [p for p in site.site.rglob("*.html") if 'class="draft' in p.read_text(encoding="utf-8")]


def test_drafts_say_so_when_asked_for(site):
    result = call(site, "site", "--renderer", "pandoc", "--drafts", "--output", str(site.root / "drafts"))
    assert result.returncode == 0, result.stderr
    for name in ("index", "figures"):
        page = lxml.html.parse(str(site.root / f"drafts/reports/exampleshire/2024-02/board/{name}.html"))
        assert "DRAFT" in words(page.xpath("//div[@class='draft']")[0]) and page.xpath("//div[@class='draft-mark']")
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert "DRAFT" not in (site.root / f"drafts/{HOME}/index.html").read_text(encoding="utf-8"), (
        "it reproduces its edition"
    )


def test_the_demonstration_is_left_out_by_one_line(corrected):
    (corrected.params / "site.yml").write_text(
        "demonstration: false\ncontact: {email: a@example.org, answer_days: 5}\n", encoding="utf-8"
    )
    result = call(corrected, "site", "--renderer", "pandoc")
    assert result.returncode == 0, result.stderr
    assert not list((corrected.site / "reports").glob("exampleshire/**/*.html"))
    assert not [
        p
        for p in corrected.site.rglob("*.html")
        if p.parent.name != "about" and "exampleshire" in p.read_text(encoding="utf-8")
    ]


def test_pages_of_published_editions_stay_as_they_are(site):
    before = {p: p.read_bytes() for p in (site.site / HOME).rglob("*") if p.is_file()}
    edit(site.root / OBSERVATIONS, NEW, ",,97,194,200,")
    result = call(site, "site", "--renderer", "pandoc")
    assert "exampleshire/2024-03/board: differs from v2; it is a draft until you publish it" in result.stdout
    assert before == {p: p.read_bytes() for p in (site.site / HOME).rglob("*") if p.is_file()}
    edit(site.root / OBSERVATIONS, ",,97,194,200,", NEW)


@pytest.mark.parametrize("built_before", [False, True])
def test_an_edition_that_was_changed_is_not_passed_off_as_the_published_one(request, built_before):
    corrected = request.getfixturevalue("corrected_site" if built_before else "corrected")
    assert (corrected.site / HOME / "v1/index.html").exists() is built_before
    path = corrected.root / HOME / "v1/report.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("85%", "99%"), encoding="utf-8")
    result = call(corrected, "site", "--renderer", "pandoc")
    assert result.returncode == 1
    assert (
        "exampleshire/2024-03/board/v1: report.ipynb was changed after publication; restore it from version control"
        in result.stderr
    )
    assert not (corrected.site / HOME / "v1/index.html").exists()


def test_a_missing_edition_is_named_and_the_site_goes_on(corrected_site):
    shutil.rmtree(corrected_site.site)
    shutil.rmtree(corrected_site.root / HOME / "v1")
    result = call(corrected_site, "site", "--renderer", "pandoc")
    assert result.returncode == 1 and "exampleshire/2024-03/board/v1 is missing: there is a v2" in result.stderr
    assert "Traceback" not in result.stderr and (corrected_site.site / "index.html").is_file()


# Two at once, and kills


def test_two_at_once_publish_one_edition(published):
    shutil.rmtree(published.root / HOME / "v1")
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: call(published, "publish", *JOB), range(2)))
    assert [r.returncode for r in results] == [0, 0], [r.stderr for r in results]
    assert sorted("there is no new edition" in r.stdout for r in results) == [False, True]
    assert [e.version for e in editions_of(published, *JOB)] == ["v1"]


def files_of(manifest) -> dict:
    """The frozen files but for the record of the inputs, which has another nonce each time."""
    return {name: record for name, record in manifest.files.items() if name != "inputs.json"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_kills_at_random_moments_leave_nothing_half_published(published):
    """Kills of publish: an edition is there whole or not at all, and the next call succeeds."""
    shutil.rmtree(published.root / HOME / "v1")
    shutil.rmtree(published.root / "data/archive")
    chance, command = random.Random(4), [sys.executable, "-m", "improvement_reports.cli", "publish", *JOB]
    start = time.monotonic()
    assert call(published, "publish", *JOB).returncode == 0
    whole, seconds = editions_of(published, *JOB)[0].manifest, time.monotonic() - start
    for _ in range(KILLS):
        shutil.rmtree(published.root / HOME / "v1", ignore_errors=True)
        shutil.rmtree(published.root / "data/archive", ignore_errors=True)
        process = subprocess.Popen(command, cwd=published.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(seconds * 0.4, seconds))  # before that it only starts
        process.kill()
        assert process.wait() in (-signal.SIGKILL, 0)
        for e in editions_of(published, *JOB):
            assert edition_faults(e) == [] and files_of(e.manifest) == files_of(whole)
        assert kept_faults(published, {}) == []
    result = call(published, "publish", *JOB)
    assert result.returncode == 0, result.stderr
    assert not list((published.root / HOME).glob(".stage-*"))
    (edition,) = editions_of(published, *JOB)
    assert edition_faults(edition) == [] and edition.manifest.content_sha256 == whole.content_sha256


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_kills_of_the_site_at_random_moments_lose_nothing(corrected_site):
    """Kills of site: every edition is as it was, a whole site is there, and the next call succeeds."""
    chance, command = (
        random.Random(5),
        [sys.executable, "-m", "improvement_reports.cli", "site", "--renderer", "pandoc"],
    )
    pages, home = (
        {p.relative_to(corrected_site.site) for p in corrected_site.site.rglob("*.html")},
        corrected_site.root / "index.qmd",
    )
    frozen = {p: p.read_bytes() for e in editions_of(corrected_site, *JOB) for p in frozen_files(e.folder)}
    text = home.read_text(encoding="utf-8")
    home.write_text(f"{text}\n\nOnce more.\n", encoding="utf-8")
    start = time.monotonic()
    assert call(corrected_site, "site", "--renderer", "pandoc").returncode == 0
    seconds = time.monotonic() - start
    for n in range(KILLS):
        home.write_text(f"{text}\n\nTime {n}.\n", encoding="utf-8")
        process = subprocess.Popen(
            command, cwd=corrected_site.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(seconds * 0.2, seconds))
        process.kill()
        process.wait()
        place = corrected_site.site if corrected_site.site.exists() else corrected_site.site.with_name("._site-old")
        assert {p.relative_to(place) for p in place.rglob("*.html")} == pages
        assert all(p.read_bytes() == content for p, content in frozen.items())
    result = call(corrected_site, "site", "--renderer", "pandoc")
    assert result.returncode == 0 and f"Time {KILLS - 1}." in (corrected_site.site / "index.html").read_text(
        encoding="utf-8"
    ), result.stderr
    assert [p.name for p in corrected_site.root.iterdir() if p.name == "._site-old"] == []


# Between months


def action(id_: str, due: str, status: str, **more) -> dict:
    return {
        "action_id": id_,
        "text": id_,
        "owner": "Head of Service",
        "due": due,
        "done_on": "",
        "status": status,
        **more,
    }


@pytest.mark.parametrize(
    ("old", "new", "outcome", "now"),
    [
        (
            action("a", "2024-05", "in_progress"),
            [action("a", "2024-05", "completed", done_on="2024-05-20")],
            KEPT,
            "completed 20 May 2024",
        ),
        (action("a", "2024-05-31", "planned"), [action("a", "2024-05-31", "completed")], KEPT, "completed"),
        (
            action("a", "2024-05", "in_progress"),
            [action("a", "2024-07", "delayed")],
            BROKEN,
            "delayed, now due July 2024",
        ),
        (action("a", "2024-05", "in_progress"), [action("a", "2024-05", "in_progress")], BROKEN, "in progress"),
        (action("a", "2024-05", "in_progress"), [], OPEN, "the step is not named any more"),
    ],
)
def test_what_was_promised_for_a_period(old, new, outcome, now):
    assert promises([old], new, [], [], "2024-04", "2024-05") == [
        Promise("a", old["due"], "Head of Service", outcome, now)
    ]


def test_a_promise_in_words_is_one_where_its_words_end_in_the_period():
    old = action("a", "", "in_progress", due_words="spring 2024")
    new = action("a", "", "in_progress", due_words="ongoing")
    assert promises([old], [new], [], [], "2024-04", "2024-05") == [
        Promise("a", "2024-05-31", "Head of Service", BROKEN, "in progress, now ongoing", "spring 2024")
    ]
    assert promises([new], [new], [], [], "2024-04", "2024-05") == []


@pytest.mark.parametrize(
    "old",
    [
        action("a", "2024-04", "in_progress"),
        action("a", "2024-06", "planned"),
        action("a", "", "planned"),
        action("a", "2024-05", "completed"),
    ],
)
def test_what_was_not_promised_for_a_period(old):
    assert promises([old], [old], [], [], "2024-04", "2024-05") == []


def test_dates_that_were_promised():
    was = {"milestone_id": "m", "date": "2024-05-10", "end_date": "", "title": "Visit", "status": "expected"}
    for now, outcome, said in (
        ({**was, "status": "happened"}, KEPT, "happened 10 May 2024"),
        ({**was, "date": "2024-06-01"}, BROKEN, "still expected, now 1 June 2024"),
    ):
        assert promises([], [], [was], [now], "2024-04", "2024-05") == [
            Promise("Visit", "2024-05-10", "", outcome, said)
        ]
    assert promises([], [], [was], [], "2024-04", "2024-05")[0].outcome == OPEN


def test_what_moved_between_months():
    old = content(
        [
            {"id": "m_pct.2024-04.result", "published": "not met", "label": "M, April 2024: against target"},
            {"id": "priority.1.impact", "published": "◆ At risk", "label": "Priority 1"},
            {"id": "m_pct.2024-04", "published": "5%"},
        ]
    )
    new = content(
        [
            {"id": "m_pct.2024-05.result", "published": "met", "label": "M, May 2024: against target"},
            {"id": "priority.1.impact", "published": "■ On target", "label": "Priority 1"},
            {"id": "m_pct.2024-05", "published": "6%"},
        ]
    )
    assert [(m.family, m.label, m.before, m.after) for m in moves(old, new, "2024-04", "2024-05")] == [
        ("target", "M", "not met", "met"),
        ("status", "Priority 1", "◆ At risk", "■ On target"),
    ]
    assert monthless("a.2024-04.2024-03", "2024-04") == "a.@.2024-03"
