"""The downloads of an edition: those made when it is published and frozen with it, and the archive of all of it."""

import csv
from pathlib import Path

from improvement_reports.archive import edition_archive, write_bytes
from improvement_reports.crate import write_crate
from improvement_reports.days import day_of_stamp
from improvement_reports.edition_facts import EditionFacts
from improvement_reports.editions import Manifest
from improvement_reports.numbers import format_day
from improvement_reports.run import write_whole
from improvement_reports.table_schema import DESCRIPTOR, datapackage, datapackage_text
from improvement_reports.workbook import workbook_bytes

WORKBOOK, ARCHIVE = "tables.xlsx", "edition.zip"
LICENCE = "Open Government Licence v3.0", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def edition_facts(manifest: Manifest, publisher: str, url: str = "") -> EditionFacts:
    """What the downloads say about an edition, from its manifest."""
    m, report = manifest, manifest.report
    sources = [{"id": key, **s.model_dump(mode="json", include={"title", "publisher", "date", "url"}, exclude_none=True)} for key, s in m.sources.items()]
    return EditionFacts(
        identifier=f"improvement-reports/{m.identifier}", number=m.number, title=m.title, description=m.summary, authority_name=m.authority_name,
        authority_key=report.authority, month=report.month, report_kind=str(report.kind), edition_kind=m.edition_kind, reason=m.reason,
        date_published=day_of_stamp(m.published), meeting=f"{report.meeting.body}, {format_day(report.meeting.date)}", illustrative=m.illustrative,
        licence_name=LICENCE[0], licence_url=LICENCE[1], publisher=publisher, software_version=m.software.version, sources=sources,
        previous_identifier=f"improvement-reports/{m.previous.identifier}" if m.previous else "",
        parameters={"authority": report.authority, "month": report.month, "kind": str(report.kind)},
        inputs=[{"path": name, "sha256": record.sha256} for name, record in m.inputs.items()], publisher_url=url,
    )  # fmt: skip


def add_downloads(folder: Path, facts: EditionFacts, figures: list[dict]) -> None:
    """Write the workbook and the descriptions of the data and of the folder beside the frozen files."""
    tables = {path.stem: _table(path) for path in sorted((folder / "data").glob("*.csv"))}
    write_bytes(folder / WORKBOOK, workbook_bytes(facts, figures, tables))
    write_whole(folder / DESCRIPTOR, datapackage_text(datapackage(facts, {name: header for name, (header, _) in tables.items()})))
    write_crate(folder, facts)


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    return header, rows


def lay_archive(folder: Path, facts: EditionFacts) -> None:
    """``edition.zip`` of a frozen folder, if it is not there: the same bytes whenever it is made."""
    if not (folder / ARCHIVE).is_file():
        edition_archive(folder, folder / ARCHIVE, facts.slug)
