"""An edition's folder is a valid RO-Crate, by the official validator, without a network."""

import hashlib
import json
from pathlib import Path

import pytest
from downloads_helpers import crate_issues, facts_of, later

from improvement_reports.editions.downloads.crate import METADATA, FileFacts, crate_metadata, file_facts, write_crate
from improvement_reports.editions.manifest import MANIFEST

NAMES = (
    "report.ipynb",
    "figures.json",
    "figures.csv",
    "tables.xlsx",
    "datapackage.json",
    "charts/visits.svg",
    "charts/visits-narrow.svg",
    "data/observations.csv",
)


@pytest.fixture
def edition(tmp_path) -> Path:
    folder = tmp_path / "v1"
    for name in (*NAMES, MANIFEST, "index.ipynb", "figures.qmd", ".written", "edition.zip"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return folder


def graph(text: str) -> dict[str, dict]:
    return {entity["@id"]: entity for entity in json.loads(text)["@graph"]}


def test_crate_is_valid_and_as_recommended(edition):
    write_crate(edition, facts_of(number=2, edition_kind="revision", previous_identifier="improvement-reports/x/v1"))
    assert crate_issues(edition, "RECOMMENDED") == []


def test_crate_of_bare_facts_is_valid(edition):
    bare = facts_of(
        reason="", meeting="", sources=[], parameters={}, inputs=[], licence_url="", publisher_url="", illustrative=True
    )
    write_crate(edition, bare)
    assert crate_issues(edition) == []


@pytest.mark.parametrize(
    ("breaking", "word"),
    [
        (lambda root, graph: root.pop("license"), "license"),
        (lambda root, graph: root.pop("datePublished"), "datePublished"),
        (lambda root, graph: graph.remove(root), "MUST"),
        (lambda root, graph: root.update(publisher="a text"), "publisher"),
    ],
)
def test_a_broken_crate_is_seen(edition, breaking, word):
    path = write_crate(edition, facts_of())
    content = json.loads(path.read_text(encoding="utf-8"))
    [root] = [e for e in content["@graph"] if e["@id"] == "./"]
    breaking(root, content["@graph"])
    path.write_text(json.dumps(content), encoding="utf-8")
    found = crate_issues(edition)
    assert found and any(word in i["message"] for i in found), found


def test_every_file_with_size_hash_and_format(edition):
    entities = graph(write_crate(edition, facts_of()).read_text(encoding="utf-8"))
    assert [part["@id"] for part in entities["./"]["hasPart"]] == sorted([*NAMES, MANIFEST])
    for name in NAMES:
        content = (edition / name).read_bytes()
        assert entities[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert entities[name]["contentSize"] == str(len(content)) and entities[name]["encodingFormat"]
    assert "sha256" not in entities[MANIFEST] and METADATA not in file_facts(edition)


def test_manifest_is_listed_before_it_is_written(edition):
    (edition / MANIFEST).unlink()
    before = write_crate(edition, facts_of()).read_bytes()
    (edition / MANIFEST).write_text("later")
    assert write_crate(edition, facts_of()).read_bytes() == before
    assert MANIFEST in graph(before.decode())


def test_the_run_names_what_went_in_and_what_came_out():
    files = {name: FileFacts(1, "0" * 64) for name in ("report.ipynb", "figures.json")}
    facts = facts_of(
        number=2, edition_kind="correction", reason="A target was wrong", previous_identifier="improvement-reports/x/v1"
    )
    entities = graph(crate_metadata(facts, files))
    run, root = entities["#run"], entities["./"]
    assert run["@type"] == "CreateAction"
    assert [i["@id"] for i in run["instrument"]] == ["#template", "#software"]
    assert [o["@id"] for o in run["object"]] == [
        "#input-exampleshire/2024-03/observations.csv",
        "#parameter-authority",
        "#parameter-month",
    ]
    assert [r["@id"] for r in run["result"]] == ["figures.json", "report.ipynb"]
    assert entities["#software"]["softwareVersion"] == "0.1.0" and entities["report.ipynb"]["@type"] == [
        "File",
        "SoftwareSourceCode",
    ]
    assert root["isBasedOn"] == {"@id": "#source-paper"} and entities["#source-paper"]["name"] == "A paper"
    assert root["version"] == "2" and root["identifier"] == facts.identifier and root["datePublished"] == "2024-04-30"
    assert entities[root["previousVersion"]["@id"]]["identifier"] == "improvement-reports/x/v1"
    assert entities["#reason"]["text"] == "A target was wrong" and root["creativeWorkStatus"] == "Correction"


def test_illustrative_is_said_first():
    text = crate_metadata(facts_of(illustrative=True), {"report.ipynb": FileFacts()})
    assert graph(text)["./"]["description"].startswith("Illustrative")


def test_crate_is_the_same_on_any_day(edition, monkeypatch):
    first = write_crate(edition, facts_of()).read_bytes()
    later(monkeypatch)
    (edition / "data" / "observations.csv").touch()
    assert write_crate(edition, facts_of()).read_bytes() == first
    assert b"2031" not in first and not [p for p in edition.iterdir() if p.name.startswith(f".{METADATA}")]


def test_hostile_names_stay_within_the_crate():
    files = {"data/a b#c.csv": FileFacts(1, "0" * 64)}
    odd = facts_of(
        title='<script>"',
        sources=[{"id": 'x" y', "title": "\n=1", "publisher": "", "date": ""}],
        parameters={"a b": {"deep": [1]}},
    )
    entities = graph(crate_metadata(odd, files))
    assert "data/a%20b%23c.csv" in entities and entities["#parameter-a%20b"]["value"] == '{"deep": [1]}'


def test_the_library_reads_it_back(edition):
    from rocrate.rocrate import ROCrate

    write_crate(edition, facts_of())
    crate = ROCrate(edition)
    assert crate.name == f"{facts_of().name}, version 1" and crate.mainEntity.id == "report.ipynb"
