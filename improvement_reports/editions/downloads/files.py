"""The downloads of an edition: those made when it is published and frozen with it, and the archive of all of it."""

import csv
from dataclasses import replace
from pathlib import Path

from improvement_reports.domain.licences import SEVERAL, common_licence
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.origins import OFFICIAL, home_of, source_name
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.downloads.archive import edition_archive
from improvement_reports.editions.downloads.crate import write_crate
from improvement_reports.editions.downloads.datapackage import DESCRIPTOR, FIGURES, datapackage, datapackage_text
from improvement_reports.editions.downloads.facts import EditionFacts
from improvement_reports.editions.manifest import Manifest
from improvement_reports.workspace.files import write_bytes, write_whole

WORKBOOK, ARCHIVE = "tables.xlsx", "edition.zip"


def edition_facts(manifest: Manifest, publisher: str, url: str = "") -> EditionFacts:
    """What the downloads say about an edition, from its manifest."""
    m, report = manifest, manifest.report
    licence = common_licence([s.licence for s in m.sources.values()], m.illustrative)
    sources = [
        {
            "id": key,
            **s.model_dump(mode="json", include={"title", "publisher", "date", "licence", "url"}, exclude_none=True),
        }
        for key, s in m.sources.items()
    ]
    return EditionFacts(
        identifier=f"improvement-reports/{m.identifier}",
        number=m.number,
        title=m.title,
        description=m.summary,
        authority_name=m.authority_name,
        authority_key=report.authority,
        month=report.month,
        report_kind=str(report.kind),
        edition_kind=m.edition_kind,
        reason=m.reason,
        date_published=day_of_stamp(m.published),
        meeting=f"{report.meeting.body}, {format_day(report.meeting.date)}",
        illustrative=m.illustrative,
        licence_name=licence.name if licence else SEVERAL,
        licence_url=licence.url if licence else "",
        publisher=publisher,
        software_version=m.software.version,
        sources=sources,
        previous_identifier=f"improvement-reports/{m.previous.identifier}" if m.previous else "",
        parameters={"authority": report.authority, "month": report.month, "kind": str(report.kind)},
        inputs=[{"path": name, "sha256": record.sha256} for name, record in m.inputs.items()],
        publisher_url=url,
        template=m.template.get("path", ""),
    )


def add_downloads(folder: Path, facts: EditionFacts, figures: list[dict]) -> None:
    """Write the workbook and the descriptions of the data and of the folder beside the frozen files."""
    from improvement_reports.editions.downloads.workbook import workbook_bytes  # is loaded where one is made

    tables = read_tables(folder)
    facts = with_table_sources(facts, figures, tables)
    write_bytes(folder / WORKBOOK, workbook_bytes(facts, figures, tables))
    write_whole(
        folder / DESCRIPTOR,
        datapackage_text(datapackage(facts, {name: header for name, (header, _) in tables.items()})),
    )
    write_crate(folder, facts)


def read_tables(folder: Path) -> dict[str, tuple[list, list]]:
    """The data tables of an edition by name: column names and rows as texts."""
    return {path.stem: _table(path) for path in sorted((folder / "data").glob("*.csv"))}


def with_table_sources(facts: EditionFacts, figures: list[dict], tables: dict[str, tuple[list, list]]) -> EditionFacts:
    """The facts with the sources of each table, which follow from the rows."""
    return replace(facts, table_sources=table_sources(f"{facts.authority_key}/{facts.month}", figures, tables))


def table_sources(own: str, figures: list[dict], tables: dict[str, tuple[list, list]]) -> dict[str, tuple[str, ...]]:
    """The names of the sources behind each table of an edition: of all its rows, and for official statistics of its
    figures' rows.
    """
    found: dict[str, dict[str, None]] = {FIGURES: {}}
    for i in (i for f in figures for i in f["inputs"]):
        name = source_name(i["file"], i["source_id"], own)
        found[FIGURES][name] = None
        if home_of(i["file"]) == OFFICIAL:
            found.setdefault(Path(i["file"]).stem, {})[name] = None
    for table, (header, rows) in tables.items():
        if "source_id" in header:
            found.setdefault(table, {}).update(dict.fromkeys(row[header.index("source_id")] for row in rows))
    return {table: tuple(sorted(n for n in names if n)) for table, names in found.items()}


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    return header, rows


def write_archive(folder: Path, facts: EditionFacts) -> None:
    """``edition.zip`` of a frozen folder, if it is not there: the same bytes whenever it is made."""
    if not (folder / ARCHIVE).is_file():
        edition_archive(folder, folder / ARCHIVE, facts.slug)
