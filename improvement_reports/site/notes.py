"""What a build notes of a site for the next one, in files beside each other in build/: what it said with the states of
all parts, what it found of each report, and the names in folders.

The facts of each report stand in a line, so that of ten thousand, of which two changed, the other lines are written
again as they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from improvement_reports.workspace.collection import without_collection
from improvement_reports.workspace.files import digest, write_bytes
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import sealed_bytes, unsealed_bytes

BEGIN, BETWEEN, END = b"{\n", b",\n", b"\n}"  # JSON breaks no line within a value


def record_of(project: Project, target: Path) -> Path:
    """Where it is noted what a build of the site in ``target`` said, with the states of all parts."""
    return project.build / f"site-{digest(str(target).encode())[:16]}.json"


def names_of_project(record: Path) -> Path:
    """Where the names in the folders of the project are noted."""
    return record.with_suffix(".names")


def names_of_site(record: Path) -> Path:
    return record.with_suffix(".site-names")


def facts_beside(record: Path) -> Path:
    """Where what was noted of each report is kept: a call that has nothing to do does not read it."""
    return record.with_suffix(".reports")


def read_record(record: Path) -> dict[str, Any]:
    """What was noted; nothing where there is nothing, or where another hand wrote it."""
    raw = unsealed_bytes(record)
    return json.loads(raw) if raw is not None else {}


def write_record(record: Path, noted: Mapping[str, Any]) -> None:
    """Note it under the seal of this machine."""
    write_bytes(record, sealed_bytes(json.dumps(noted, sort_keys=True).encode()))


@dataclass(frozen=True)
class NotedFacts:
    """What was noted of each report, by its name, and the bytes that it was read from. The facts are never changed in
    place: of what is equal to them these bytes stay.
    """

    facts: dict[str, dict] = field(default_factory=dict)
    raw: bytes = b""

    @cached_property
    def lines(self) -> dict[str, bytes]:
        """The line of each report as it stands there."""
        lines = self.raw.removeprefix(BEGIN).removesuffix(END).split(BETWEEN)
        return dict(zip(self.facts, lines, strict=True)) if self.facts else {}


def read_facts(record: Path, sha256: str) -> NotedFacts | None:
    """The facts with the digest that stands in the sealed record; None where there are others or none."""
    try:
        raw = facts_beside(record).read_bytes()
    except OSError:
        return None
    if digest(raw) != sha256:
        return None
    with without_collection():
        return NotedFacts(json.loads(raw), raw)


def write_facts(record: Path, facts: Mapping[str, dict], before: NotedFacts) -> str:
    """Write the facts of each report, in order, what is as it was ``before`` as it stood there; their digest."""
    raw = BEGIN + BETWEEN.join(_line(name, own, before) for name, own in sorted(facts.items())) + END
    write_bytes(facts_beside(record), raw)
    return digest(raw)


def _line(name: str, own: dict, before: NotedFacts) -> bytes:
    if name in before.facts and before.facts[name] == own:
        return before.lines[name]
    return f"{json.dumps(name)}: {json.dumps(own, sort_keys=True)}".encode()
