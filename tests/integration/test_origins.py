"""Where a row comes from, under which licence, and how an edition is cited."""

import json
import shutil
from types import SimpleNamespace

import pytest

from improvement_reports import sections
from improvement_reports.domain.licences import (
    MIT,
    NONE_STATED,
    OGL,
    SEVERAL,
    common_licence,
    licence_words,
    open_licence,
)
from improvement_reports.domain.markup import plain
from improvement_reports.domain.origins import OFFICIAL, home_of, named_sources, source_name, source_of
from improvement_reports.editions.citing import citation, edition_citation
from improvement_reports.editions.downloads.crate import METADATA
from improvement_reports.editions.downloads.datapackage import datapackage
from improvement_reports.editions.downloads.files import WORKBOOK, edition_facts, table_sources
from improvement_reports.editions.edition import editions_of
from improvement_reports.editions.figure import find_figure, way_back
from improvement_reports.editions.publish import publish
from improvement_reports.pages.edition import frame_of
from improvement_reports.pages.log import feed
from improvement_reports.report import open_report
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.runs.draft import sources_of, write_draft
from improvement_reports.runs.figures_file import read_figures
from improvement_reports.runs.run import run_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import SiteSettings

JOB = ("exampleshire", "2024-03", "board")
FEBRUARY, MARCH = "exampleshire/2024-02", "exampleshire/2024-03"


def row(file: str, source_id: str = "board-paper") -> dict:
    return {"file": file, "source_id": source_id}


# Keys of sources


@pytest.mark.parametrize(
    ("file", "home"),
    [
        (f"{MARCH}/observations.csv", MARCH),
        (f"{MARCH}/return.xlsx#observations", MARCH),
        ("official-statistics/annual-values.csv", OFFICIAL),
    ],
)
def test_the_return_of_a_file(file, home):
    assert home_of(file) == home


def test_one_key_in_two_returns_is_two_sources():
    sources = {"board-paper": "March", **named_sources(FEBRUARY, {"board-paper": "February"}, MARCH)}
    assert source_of(sources, row(f"{MARCH}/targets.csv"), MARCH) == "March"
    assert source_of(sources, row(f"{FEBRUARY}/targets.csv"), MARCH) == "February"
    assert source_of(sources, row(f"{FEBRUARY}/targets.csv")) == "February"


def test_an_edition_that_knows_short_keys_alone_gives_no_wrong_document():
    sources = {"board-paper": "March", "dfe": "Release"}
    assert source_of(sources, row(f"{FEBRUARY}/targets.csv"), MARCH) is None
    assert source_of(sources, row("official-statistics/measures.csv", "dfe"), MARCH) == "Release"
    assert source_name(f"{FEBRUARY}/x.csv", "board-paper", MARCH) == f"{FEBRUARY}/board-paper"
    assert source_name(f"{MARCH}/x.csv", "", "") == ""


@pytest.fixture(scope="module")
def same_key(prepared_once, tmp_path_factory) -> Project:
    """Exampleshire whose two returns both call their document board-paper, with the report of March published."""
    project = Project(shutil.copytree(prepared_once.root, tmp_path_factory.mktemp("same") / "p"))
    for month in ("2024-02", "2024-03"):
        for path in [
            *project.raw_return("exampleshire", month).glob("*.csv"),
            project.raw_return("exampleshire", month) / "return.yml",
        ]:
            path.write_text(path.read_text(encoding="utf-8").replace(f"board-{month}", "board-paper"), encoding="utf-8")
        prepare_return(project, "exampleshire", month)
    outcome = run_report(str(project.root), *JOB)
    assert outcome.state == "done", outcome.message
    write_draft(project, JOB)
    assert publish(project, *JOB).is_new
    return project


def test_a_row_of_another_month_is_said_to_come_from_its_own_document_everywhere(same_key):
    [edition] = editions_of(same_key, *JOB)
    told = way_back(find_figure(same_key, "/".join(JOB) + "#rereferrals_pct.2024-03.change-signed"))
    own, other = told.split("2024-02/observations.csv")
    assert (
        "March 2024" in own.split("2024-03/observations.csv")[1]
        and "February 2024" in other.split("Source:")[1].splitlines()[0]
    )
    named = edition.manifest.sources
    assert named["board-paper"] != named[f"{FEBRUARY}/board-paper"]
    figures = read_figures(edition.folder / "figures.json")
    assert set(figures["sources"]) == set(named)
    report = open_report(*JOB, same_key)
    assert set(sources_of(same_key, report, figures["figures"])) == set(named)
    line = next(
        x
        for x in (edition.folder / "figures.csv").read_text(encoding="utf-8").splitlines()
        if x.startswith("rereferrals_pct.2024-03.change-signed")
    )
    assert f"board-paper; {FEBRUARY}/board-paper" in line
    crate = json.loads((edition.folder / METADATA).read_text(encoding="utf-8"))
    assert {e["identifier"] for e in crate["@graph"] if e["@id"].startswith("#source-")} == set(named)


def test_the_provenance_page_names_each_document(same_key):
    from improvement_reports.pages.provenance import figures_page

    [edition] = editions_of(same_key, *JOB)
    figures = read_figures(edition.folder / "figures.json")["figures"]
    page = figures_page(edition.manifest.report, "Exampleshire", figures, edition.manifest.sources, True)
    entry = page.split("exampleshire/2024-02/observations.csv, from ")[1].split("</")[0]
    assert edition.manifest.sources[f"{FEBRUARY}/board-paper"].title in entry


# Licences


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Open Government Licence v3.0", OGL),
        ("Open Government License 3.0", OGL),
        ("OGL v3.0", OGL),
        ("OGL-UK-3.0", OGL),
        ("MIT", MIT),
        ("MIT licence", MIT),
        ("Published council paper", None),
        ("Made up for demonstration, free to use", None),
        ("Not under the Open Government Licence v3.0", None),
        ("", None),
        ("All rights reserved", None),
    ],
)
def test_open_licences_are_known_by_their_names(text, licence):
    assert open_licence(text) is licence


def test_no_open_licence_is_said_plainly():
    assert licence_words("Published council paper") == f"Published council paper: {NONE_STATED}"
    assert licence_words("OGL v3.0") == "Open Government Licence v3.0"
    assert (
        licence_words("Made up for demonstration, free to use", illustrative=True)
        == "Made up for demonstration, free to use"
    )


@pytest.mark.parametrize(
    ("texts", "illustrative", "expected"),
    [
        (["OGL v3.0"] * 2, False, OGL),
        (["OGL v3.0", "Published council paper"], False, None),
        (["Published council paper"], False, None),
        ([], False, None),
        (["x"], True, MIT),
    ],
)
def test_an_edition_has_a_licence_only_if_all_of_its_sources_have_it(texts, illustrative, expected):
    assert common_licence(texts, illustrative) is expected


def real_facts(manifest, **licences):
    """Facts of an edition whose sources are under these licences."""
    one = next(iter(manifest.sources.values()))
    sources = {key.replace("_", "-"): one.model_copy(update={"licence": text}) for key, text in licences.items()}
    return edition_facts(manifest.model_copy(update={"sources": sources, "illustrative": False}), "improvement-reports")


def test_the_licence_of_a_download_comes_from_each_source(same_key):
    [edition] = editions_of(same_key, *JOB)
    facts = real_facts(edition.manifest, paper="Published council paper", dfe="Open Government Licence v3.0")
    assert (facts.licence_name, facts.licence_url) == (SEVERAL, "")
    figures = [
        {
            "inputs": [
                row("exampleshire/2024-03/observations.csv", "paper"),
                row("official-statistics/annual-values.csv", "dfe"),
            ]
        }
    ]
    known = table_sources(
        MARCH, figures, {"observations": (["source_id"], [["paper"]]), "annual-values": (["status"], [["published"]])}
    )
    assert known == {"figures": ("dfe", "paper"), "annual-values": ("dfe",), "observations": ("paper",)}
    from dataclasses import replace

    described = datapackage(
        replace(facts, table_sources=known), {"observations": ["source_id"], "annual-values": ["status"]}
    )
    assert "licenses" not in described
    assert [s["licence"] for s in described["sources"]] == [f"Published council paper: {NONE_STATED}", OGL.name]
    resources = {r["name"]: r for r in described["resources"]}
    assert [x["name"] for x in resources["annual-values"]["licenses"]] == ["OGL-UK-3.0"]
    assert "licenses" not in resources["observations"] and "licenses" not in resources["figures"]
    assert [s["licence"] for s in resources["observations"]["sources"]] == [f"Published council paper: {NONE_STATED}"]


def test_the_crate_and_the_workbook_say_it_too(same_key, tmp_path):
    from improvement_reports.editions.downloads.crate import crate_metadata, file_facts
    from improvement_reports.editions.downloads.workbook import _cover

    [edition] = editions_of(same_key, *JOB)
    facts = real_facts(edition.manifest, paper="Published council paper", dfe="Open Government Licence v3.0")
    graph = {e["@id"]: e for e in json.loads(crate_metadata(facts, file_facts(edition.folder)))["@graph"]}
    assert graph["./"]["license"] == {"@id": "#licence"} and graph["#licence"]["name"] == SEVERAL
    assert (
        graph["#source-dfe"]["license"] == {"@id": OGL.url}
        and NONE_STATED in graph[graph["#source-paper"]["license"]["@id"]]["name"]
    )
    lines = "\n".join(_cover(facts, [])[1])
    assert NONE_STATED in lines and "Licence: Open Government Licence v3.0" in lines and f"Licence: {SEVERAL}" in lines


def test_a_demonstration_is_under_the_licence_of_the_project(same_key):
    [edition] = editions_of(same_key, *JOB)
    described = json.loads((edition.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [x["name"] for x in described["licenses"]] == ["MIT"]


def test_the_page_says_the_licence_of_each_source(prepared_once):
    report = open_report(*JOB, prepared_once)
    report.info = report.info.model_copy(
        update={
            "illustrative": False,
            "sources": {
                k: s.model_copy(update={"licence": "Published council paper"}) for k, s in report.info.sources.items()
            },
        }
    )
    said = plain(sections.sources(report).text)
    assert NONE_STATED in said and "The words of the report are its publisher’s own" in said


# Citations


def test_an_edition_is_cited_in_one_way(same_key):
    """The page, the workbook, the crate and the command say the same; a file of the edition alone cannot hold the
    fingerprint.
    """
    [edition] = editions_of(same_key, *JOB)
    told = edition_citation(edition)
    inside = told.replace(f", fingerprint {edition.citation_code}", "")
    assert inside != told
    assert told in frame_of(edition, [edition]).bottom
    assert told in way_back(find_figure(same_key, "/".join(JOB) + "#rereferrals_pct.2024-03.change-signed"))
    crate = json.loads((edition.folder / METADATA).read_text(encoding="utf-8"))
    assert next(e for e in crate["@graph"] if e["@id"] == "./")["creditText"] == inside
    import openpyxl

    cover = [
        str(c.value)
        for r in openpyxl.load_workbook(edition.folder / WORKBOOK)["Cover"].iter_rows()
        for c in r
        if c.value
    ]
    assert f"How to cite: {inside}" in cover
    assert inside.startswith(f"improvement-reports ({edition.manifest.published[:4]})")


def test_a_citation():
    said = citation(
        "A publisher", "Exampleshire Council: Progress", "2024-03", "improvement-reports/x/v1", "2026-07-30", "abc"
    )
    assert (
        said == "A publisher (2026). Exampleshire Council: Progress: position at March 2024. Edition"
        " improvement-reports/x/v1, published 30 July 2026, fingerprint abc."
    )


def test_a_citation_ends_with_the_address_where_the_site_has_one(same_key, monkeypatch):
    """The same address in every place: the page, catalogues, the feed, and the files made when it is published."""
    url, [edition] = "https://council.example/x/", editions_of(same_key, *JOB)
    told = edition_citation(edition, url)
    assert told == f"{edition_citation(edition)} {url}reports/{edition.identifier}/"
    assert told in frame_of(edition, [edition], url).bottom and told in feed([edition], "x", url, "x")
    facts = edition_facts(edition.manifest, "improvement-reports", url)
    assert facts.citation == told.replace(f", fingerprint {edition.citation_code}", "")
    monkeypatch.setattr("improvement_reports.editions.figure.load_settings", lambda _: SiteSettings(url=url))
    shown = way_back(find_figure(same_key, "/".join(JOB) + "#rereferrals_pct.2024-03.change-signed"))
    assert told in " ".join(shown.split())


def test_the_publisher_of_an_edition_without_a_description_is_the_project(tmp_path):
    from improvement_reports.editions.citing import publisher_of

    assert publisher_of(SimpleNamespace(folder=tmp_path)) == "improvement-reports"


def test_the_foot_of_every_page_gives_no_licence_to_what_has_none():
    from conftest import ROOT

    foot = (ROOT / "_quarto.yml").read_text(encoding="utf-8").split("page-footer:")[1].split("format:")[0]
    assert "Open Government Licence" not in foot or "no open licence is stated" in foot
