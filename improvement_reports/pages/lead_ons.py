"""Small files that stand at the addresses of files which lie in the archive of an edition alone.

Each is of the kind that whoever asks for it expects, and names the archive, the file in it, its size and its sha256.
"""

import csv
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.licences import common_licence
from improvement_reports.domain.wording import titled
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.downloads.crate import METADATA
from improvement_reports.editions.downloads.datapackage import DESCRIPTOR
from improvement_reports.editions.downloads.files import ARCHIVE, edition_facts
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.manifest import MANIFEST

PAGE = "index.html"  # beside the files of an edition
CRATE_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CRATE_PROFILE = "https://w3id.org/ro/crate/1.1"


class Elsewhere(NamedTuple):
    """A file of an edition, and where it lies in the archive."""

    edition: Edition
    name: str
    inside: str
    size: int
    sha256: str

    @property
    def archive(self) -> str:
        """The address of the archive from that of the file."""
        return "../" * self.name.count("/") + ARCHIVE


def lead_on(edition: Edition, name: str) -> bytes:
    """What stands at the address of a file of an edition, which lies in its archive."""
    size, sha256 = _size_and_sha256(edition, name)
    # What all say of an edition is gathered only where it is wanted: a site may have ten thousand.
    inside = f"{edition.identifier.replace('/', '-')}/{name}"
    found = Elsewhere(edition, name, inside, size, sha256)
    return (OF_NAME.get(name) or OF_KIND[PurePosixPath(name).suffix])(found)


def _size_and_sha256(edition: Edition, name: str) -> tuple[int, str]:
    if name == MANIFEST:  # it names all files but itself
        return (edition.folder / name).stat().st_size, edition.fingerprint
    record = edition.manifest.files[name]
    return record.bytes, record.sha256


def _words(found: Elsewhere) -> str:
    """One sentence, which holds of a file of any kind."""
    return (
        f"{found.name} of edition {found.edition.identifier} lies in the archive of the edition, {ARCHIVE} beside this"
        f" file, as {found.inside}: {found.size:,} bytes, sha256 {found.sha256}."
    )


def _notebook(found: Elsewhere) -> bytes:
    m = found.edition.manifest
    words = (
        f"# {markdown_text(titled(m.short_name, m.title))}\n\n"
        f"The executed notebook of edition {found.edition.identifier} lies in the archive of the edition,"
        f" [{ARCHIVE}]({ARCHIVE}) beside this file, as `{found.inside}`: {found.size:,} bytes, sha256"
        f" `{found.sha256}`. Its page is [here]({PAGE})."
    )
    cell = {"cell_type": "markdown", "id": "elsewhere", "metadata": {}, "source": words.splitlines(keepends=True)}
    return _json({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _plain_json(found: Elsewhere) -> bytes:
    return _json(
        {
            "lies_in": found.archive,
            "as": found.inside,
            "bytes": found.size,
            "sha256": found.sha256,
            "edition": found.edition.identifier,
            "page": PAGE,
            "words": _words(found),
        }
    )


def _comma_separated(found: Elsewhere) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("lies_in", "as", "bytes", "sha256"), (found.archive, found.inside, found.size, found.sha256)])
    return text.getvalue().encode()


def _data_package(found: Elsewhere) -> bytes:
    """A Frictionless Data Package of the one file that holds the tables with their own description."""
    m = found.edition.manifest
    return _json(
        {
            "name": found.edition.identifier.replace("/", "-"),
            "title": titled(m.short_name, m.title),
            "description": _words(found),
            "resources": [{"name": "edition", "path": ARCHIVE, "format": "zip", "mediatype": "application/zip"}],
        }
    )


def _crate(found: Elsewhere) -> bytes:
    """An RO-Crate of the one file that holds the edition with its own."""
    m = found.edition.manifest
    licence = common_licence([s.licence for s in m.sources.values()], m.illustrative)
    licence_id = licence.url if licence and licence.url else "#licence"
    facts = edition_facts(m, "")
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": CRATE_PROFILE}, "about": {"@id": "./"}},
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{facts.name}, version {m.number}",
            "description": _words(found),
            "datePublished": day_of_stamp(m.published),
            "license": {"@id": licence_id},
            "hasPart": [{"@id": ARCHIVE}],
        },
        {"@id": ARCHIVE, "@type": "File", "name": "Everything of this edition", "encodingFormat": "application/zip"},
        {"@id": licence_id, "@type": "CreativeWork", "name": facts.licence_name},
    ]
    return _json({"@context": CRATE_CONTEXT, "@graph": graph})


@cache
def _workbook(words: str) -> bytes:
    """A workbook of one cell. Nothing in it is of one edition, for making it costs as much as a page."""
    from datetime import datetime

    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": words, "created": datetime(1980, 1, 1)})
        sheet = book.add_worksheet("Where the tables are")
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, words, book.add_format({"text_wrap": True, "valign": "top"}))
    return buffer.getvalue()


def _json(content: dict) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _same_workbook(found: Elsewhere) -> bytes:
    """Its size and sha256 stand in the manifest, which lies in the archive too."""
    return _workbook(
        f"A newer edition has replaced this one. Its workbook, {found.name}, lies in the archive of the edition,"
        f" {ARCHIVE}, beside this file; the manifest in there says its size and sha256."
    )


OF_NAME: dict[str, Callable[[Elsewhere], bytes]] = {DESCRIPTOR: _data_package, METADATA: _crate}
OF_KIND: dict[str, Callable[[Elsewhere], bytes]] = {
    ".ipynb": _notebook,
    ".json": _plain_json,
    ".csv": _comma_separated,
    ".xlsx": _same_workbook,
}
