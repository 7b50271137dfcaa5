"""The manifest of an edition: what was published, from which inputs, by which software; its form is checked when it is
read.
"""

import json
from datetime import datetime
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

from improvement_reports.domain.json_text import lined
from improvement_reports.editions.input_names import strict_content
from improvement_reports.workspace.fields import Strict
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.parameters import ReportParameters, Source

MANIFEST = "manifest.json"
FIRST, REVISION, CORRECTION = "first", "revision", "correction"
# From this format of the manifest on each fact stands once: figures.json has each row once, the notebook names its
# figures, and the manifest names the inputs that were used; ``inputs.json`` has all that a run is given.
ONCE = 3
# The moment of publication, in UTC.
STAMP = "%Y-%m-%dT%H:%M:%SZ"
EDITION_WORDS = {FIRST: "first edition", REVISION: "revision", CORRECTION: "correction"}


def _as_stamp(text):
    datetime.strptime(text, STAMP)
    return text


Stamp = Annotated[str, AfterValidator(_as_stamp)]


class FileRecord(Strict):
    """A file as it was when the edition was published."""

    sha256: str
    bytes: int


class Pointer(Strict):
    """An edition and the fingerprint of its manifest."""

    identifier: str
    manifest_sha256: str


class InputRecord(Strict):
    """An input as the manifest names it; the sha256 of one that holds withheld numbers stands in ``inputs.json``
    alone.
    """

    sha256: str = ""
    bytes: int = 0


class RowSet(Strict):
    """The rows of one raw file that stand behind the figures of an edition."""

    rows: int
    sha256: str


class Software(Strict):
    version: str
    commit: str
    code_sha256: str


class Environment(Strict):
    python: str
    platform: str
    lock_sha256: str
    libraries: dict[str, str]


class Manifest(Strict):
    """``manifest.json``: what an edition is, what it was made from, with what, and every file in it.

    ``previous`` is the edition of the same report before it, ``before`` the one that was published last in the whole
    project; together they make a chain in which a later change to an edition shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    identifier: str
    number: int
    edition_kind: str
    reason: str
    published: Stamp
    title: str
    summary: str
    authority_name: str
    short_name: str
    illustrative: bool
    report: ReportParameters
    sources: dict[str, Source]
    template: dict[str, str]
    inputs: dict[str, InputRecord]
    rows: dict[str, RowSet]
    software: Software
    environment: Environment
    content_sha256: str
    figures: int
    files: dict[str, FileRecord]
    previous: Pointer | None = None
    before: Pointer | None = None
    changes: tuple[dict, ...] = ()
    conclusion_changed: bool = False

    def text(self) -> str:
        return lined(self.model_dump(mode="json", exclude_none=True))


@lru_cache(maxsize=512)  # one build asks for each several times
def read_manifest(text: str) -> Manifest:
    return Manifest.model_validate_json(json.dumps(strict_content(text)))


def row_sets(figures: list[dict]) -> dict[str, RowSet]:
    """The rows behind figures by file: how many, and one fingerprint of their hashes in the order of the rows."""
    rows: dict[str, dict[int, str]] = {}
    for f in figures:
        for i in f["inputs"]:
            rows.setdefault(i["file"], {})[i["row"]] = i["sha256"]
    return {
        file: RowSet(rows=len(found), sha256=digest([found[n] for n in sorted(found)]))
        for file, found in sorted(rows.items())
    }
