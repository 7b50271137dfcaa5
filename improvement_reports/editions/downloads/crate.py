"""An edition's folder as an RO-Crate 1.1: ``ro-crate-metadata.json`` says what each file is and how it was made.

The library's own times and random ids are replaced by facts of the edition, so the same edition gives the same bytes.
https://www.researchobject.org/ro-crate/specification/1.1
"""

import hashlib
import json
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from improvement_reports.domain.json_text import lined
from improvement_reports.domain.licences import OWN_WORDS, open_licence
from improvement_reports.editions.downloads.archive import archived_files
from improvement_reports.editions.downloads.facts import ILLUSTRATIVE, EditionFacts
from improvement_reports.editions.manifest import EDITION_WORDS, MANIFEST
from improvement_reports.workspace.files import write_bytes

VERSION = "1.1"
METADATA = "ro-crate-metadata.json"
# Terms that RO-Crate 1.1 does not have itself.
TERMS = {
    "sha256": "http://schema.org/sha256",
    "creditText": "http://schema.org/creditText",
    "previousVersion": "http://purl.org/pav/previousVersion",
}
PYTHON = "https://www.python.org/"
PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"


class FileFacts(NamedTuple):
    """Size in bytes and sha256 of a file; None where they are not known yet."""

    size: int | None = None
    sha256: str | None = None


class Format(NamedTuple):
    """A media type, and the page that defines the format."""

    media_type: str
    page: str
    name: str


FORMATS = {
    ".csv": Format("text/csv", f"{PRONOM}x-fmt/18", "Comma separated values"),
    ".ipynb": Format(
        "application/x-ipynb+json", "https://nbformat.readthedocs.io/en/latest/", "Jupyter notebook format"
    ),
    ".json": Format("application/json", f"{PRONOM}fmt/817", "JSON data interchange format"),
    ".svg": Format("image/svg+xml", f"{PRONOM}fmt/92", "Scalable vector graphics 1.1"),
    ".xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        f"{PRONOM}fmt/214",
        "Microsoft Excel for Windows",
    ),
}

DESCRIPTIONS = {
    "report.ipynb": "The executed notebook: text, charts and tables of the report with the provenance of every figure",
    "figures.json": "Every published number, chart and table with its formula, its rows of data and their sources",
    "figures.csv": "Every published figure, one row each",
    "tables.xlsx": "The tables of the report and its data as an accessible workbook",
    "datapackage.json": "What each column of the CSV files holds, as a Frictionless Data Package",
    MANIFEST: "The sha256 of every other file of the edition",
}


def crate_metadata(facts: EditionFacts, files: dict[str, FileFacts]) -> str:
    """The text of ``ro-crate-metadata.json``; ``files`` are paths below the edition's folder, with forward slashes."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    crate.metadata.extra_terms.update(TERMS)
    add = partial(_add, crate)
    sources = {s["id"]: _add_source(add, facts, s) for s in sorted(facts.sources, key=lambda s: s["id"])}
    entities = [_add_file(crate, add, name, files[name], facts, sources) for name in sorted(files) if name != METADATA]
    publisher = add("#publisher", "Organization", name=facts.publisher, url=facts.publisher_url)
    _describe_root(crate.root_dataset, add, facts, publisher, list(sources.values()))
    _describe_run(add, facts, publisher, entities)
    if notebook := [e for e in entities if e.id == "report.ipynb"]:
        crate.root_dataset["mainEntity"] = notebook[0]
        notebook[0]["programmingLanguage"] = {"@id": PYTHON}
    return _as_text(crate.metadata.generate(), crate.root_dataset.id)


def _add(crate, entity_id: str, kind: str, /, **properties):
    """A contextual entity with those of its properties that say something."""
    from rocrate.model import ContextEntity

    given = {name: value for name, value in properties.items() if value not in (None, "")}
    return crate.add(ContextEntity(crate, entity_id, properties={"@type": kind, **given}))


def _describe_root(root, add, facts: EditionFacts, publisher, sources: list) -> None:
    """The edition itself: what it is, whose, under which licence, and what it was made from."""
    area = add("#authority", "AdministrativeArea", name=facts.authority_name, identifier=facts.authority_key)
    licence = add(
        facts.licence_url or "#licence",
        "CreativeWork",
        name=facts.licence_name,
        url=facts.licence_url,
        description=f"{facts.licence_name}. {OWN_WORDS}",
    )
    described = {
        "name": f"{facts.name}, version {facts.number}",
        "description": f"{ILLUSTRATIVE} {facts.description}" if facts.illustrative else facts.description,
        "datePublished": facts.date_published,
        "identifier": facts.identifier,
        "version": str(facts.number),
        "license": licence,
        "publisher": publisher,
        "author": publisher,
        "inLanguage": "en-GB",
        "temporalCoverage": facts.month,
        "spatialCoverage": area,
        "about": [area, add("#meeting", "Event", name=facts.meeting)] if facts.meeting else area,
        "creditText": facts.citation,
        "keywords": ["children's services", "improvement", facts.report_kind],
        "creativeWorkStatus": EDITION_WORDS[facts.edition_kind].capitalize(),
        "isBasedOn": sources,
    }
    if facts.reason:
        described["comment"] = add("#reason", "Comment", name="Why there is this edition", text=facts.reason)
    if before := facts.previous_identifier:
        described["previousVersion"] = add(f"#{quote(before)}", "Dataset", name="The edition before", identifier=before)
    for name, value in described.items():
        root[name] = value


def _describe_run(add, facts: EditionFacts, publisher, entities: list) -> None:
    """How it was made: the template and the software, the inputs and parameters, and the files that came out."""
    language = add(PYTHON, "ComputerLanguage", name="Python", url=PYTHON)
    software = add(
        "#software",
        "SoftwareApplication",
        name="improvement-reports",
        softwareVersion=facts.software_version,
        description="Turns monthly improvement returns into traceable reports",
    )
    template = add(
        "#template",
        "SoftwareSourceCode",
        name=facts.template or f"notebooks/{facts.report_kind}.ipynb",
        isPartOf=software,
        programmingLanguage=language,
        description="The notebook template that was run with the parameters of the report",
    )
    parameters = [
        add(f"#parameter-{quote(name)}", "PropertyValue", name=name, value=_text(value))
        for name, value in sorted(facts.parameters.items())
    ]
    inputs = [
        add(
            f"#input-{quote(i['path'])}",
            "CreativeWork",
            name=i["path"],
            identifier=i["path"],
            sha256=i.get("sha256") or None,
        )
        for i in sorted(facts.inputs, key=lambda i: i["path"])
    ]
    add(
        "#run",
        "CreateAction",
        name=f"The run that made version {facts.number}",
        agent=publisher,
        instrument=[template, software],
        object=[*inputs, *parameters],
        result=[e for e in entities if e.id != MANIFEST],
    )


def _add_file(crate, add, name: str, known: FileFacts, facts: EditionFacts, sources: dict):
    """A file with its format and, of a table, the sources of its rows and their licence where they have one in
    common.
    """
    path = PurePosixPath(name)
    properties = {"@type": ["File", "SoftwareSourceCode"] if path.suffix == ".ipynb" else "File", "name": path.name}
    properties["description"] = DESCRIPTIONS.get(name) or _description(path)
    if known_format := FORMATS.get(path.suffix):
        page = add(known_format.page, "WebSite", name=known_format.name, url=known_format.page)
        properties["encodingFormat"] = [known_format.media_type, page]
    else:
        properties["encodingFormat"] = "application/octet-stream"
    if path.suffix == ".csv" and (
        based := [sources[key] for key in facts.table_sources.get(path.stem, ()) if key in sources]
    ):
        properties["isBasedOn"] = based
        if licence := facts.table_licence(path.stem):
            properties["license"] = add(licence.url, "CreativeWork", name=licence.name, url=licence.url)
    if known.size is not None:
        properties["contentSize"] = str(known.size)
    if known.sha256 is not None:
        properties["sha256"] = known.sha256
    return crate.add_file(dest_path=name, properties=properties)


def _description(path: PurePosixPath) -> str:
    match path.parts[0], path.suffix:
        case "charts", _:
            narrow = path.stem.endswith("-narrow")
            return f"Chart {path.stem.removesuffix('-narrow')}{', for narrow screens' if narrow else ''}"
        case "data", ".csv":
            return f"The rows of the table {path.stem} that the report was made from, without small numbers"
    return f"The file {path.name} of the edition"


def _add_licence(add, facts: EditionFacts, source: dict):
    """The licence of a source: an open one by its address, any other in the words that are said of it."""
    found = open_licence(source.get("licence") or "")
    if found:
        return add(found.url, "CreativeWork", name=found.name, url=found.url)
    return add(f"#licence-{quote(source['id'], safe='')}", "CreativeWork", name=facts.licence_of(source))


def _add_source(add, facts: EditionFacts, source: dict):
    # Not by its address: the same page may be the source of two datasets.
    return add(
        f"#source-{quote(source['id'], safe='')}",
        "CreativeWork",
        name=source["title"],
        identifier=source["id"],
        datePublished=source.get("date"),
        creditText=f"{source['title']}. {source['publisher']}, {source.get('date', '')}",
        url=source.get("url"),
        license=_add_licence(add, facts, source),
    )


def _text(value) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _as_text(content: dict, root: str) -> str:
    """The graph in a fixed order: the metadata file, the root, then by id; parts of the root by id as well."""
    order = {METADATA: 0, root: 1}
    content["@graph"].sort(key=lambda entity: (order.get(entity["@id"], 2), entity["@id"]))
    content["@graph"] = [{name: _compact(name, v) for name, v in e.items() if v != []} for e in content["@graph"]]
    return lined(content)


def _compact(name: str, value):
    """One value stands alone, as the specification recommends."""
    if name == "hasPart" and isinstance(value, list):
        value = sorted(value, key=lambda part: part["@id"])
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def file_facts(folder: Path) -> dict[str, FileFacts]:
    """Every file of an edition with size and sha256.

    The manifest has neither: it lists the hash of the crate's metadata among others, so it is written later.
    """
    found = {MANIFEST: FileFacts()}
    for name in archived_files(folder):
        if name not in (MANIFEST, METADATA):
            content = (folder / name).read_bytes()
            found[name] = FileFacts(len(content), hashlib.sha256(content).hexdigest())
    return found


def write_crate(folder: Path, facts: EditionFacts) -> Path:
    """Write ``ro-crate-metadata.json`` for the files that lie in the edition's folder; returns its path."""
    path = folder / METADATA
    write_bytes(path, crate_metadata(facts, file_facts(folder)).encode("utf-8"))
    return path
