"""Copies of source documents beside a return: each is the file that a source of return.yml names, byte for byte."""

import hashlib
from collections.abc import Iterator

from improvement_reports.domain.errors import Fault
from improvement_reports.domain.limits import MAX_WORKBOOK_BYTES
from improvement_reports.domain.tables import SOURCES_FOLDER
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.safe_reading import is_left_behind, read_bytes


def copy_faults(given: Given) -> Iterator[Fault]:
    """Copies that no source names, or that are not the document that one names by its sha256."""
    folder, info = given.raw.folder / SOURCES_FOLDER, given.raw.info
    if info is None or not folder.is_dir():
        return
    named = {source.file: source.sha256 for source in info.sources.values() if source.file}
    for path in sorted(p for p in folder.iterdir() if not is_left_behind(p.name)):
        where = f"{SOURCES_FOLDER}/{path.name}"
        if path.is_dir():
            yield Fault(where, "is a folder; put the document itself there")
        elif path.name not in named:
            yield Fault(where, "is named by no source of return.yml; write it there as file, or remove it")
        elif (sha256 := named[path.name]) is None:
            yield Fault(where, "has no sha256 in return.yml; write the sha256 of the file beside its name")
        elif hashlib.sha256(read_bytes(path, where, MAX_WORKBOOK_BYTES)).hexdigest() != sha256:
            yield Fault(
                where,
                "is not the document that return.yml names, for its sha256 is another; put the document back, or import"
                " it again",
            )
