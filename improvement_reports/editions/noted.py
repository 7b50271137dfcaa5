"""Editions of which a good build noted what other pages ask of them: of an edition that is as it was no file is read
for that.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.editions.chain import Link, Named, link_of
from improvement_reports.editions.edition import Edition, editions_of, is_place, published_reports
from improvement_reports.editions.manifest import Manifest, Pointer
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.known import NOTHING, SOURCES, Known
from improvement_reports.workspace.places import Project

# What is noted of a manifest as it stands there.
PLAIN = ("edition_kind", "reason", "published", "title", "short_name", "illustrative", "conclusion_changed")


def noted_of(edition: Edition) -> dict[str, Any]:
    """What is to be noted of an edition, as JSON can hold it."""
    m = edition.manifest
    pointers = {name: list(p.model_dump().values()) if (p := getattr(m, name)) else None for name in POINTERS}
    return {
        "number": edition.number,
        "fingerprint": edition.fingerprint,
        "version": m.software.version,
        **{name: getattr(m, name) for name in PLAIN},
        **pointers,
    }


POINTERS = ("previous", "before")


def link_noted(job: Job, noted: Mapping[str, Any]) -> Link:
    """An edition in the chain of manifests, as it was noted."""
    previous, before = (Named(*noted[name]) if noted[name] else None for name in POINTERS)
    return Link(job, noted["number"], noted["fingerprint"], previous, before)


@dataclass(frozen=True)
class NotedEdition(Edition):
    """An edition with what was noted of it; its manifest is read when more of it is asked for."""

    noted: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def fingerprint(self) -> str:
        return self.noted["fingerprint"]

    @cached_property
    def manifest(self) -> Manifest:
        return cast(Manifest, NotedManifest(self))


def as_published(edition: Edition) -> Edition:
    """An edition as its own files say it, whatever was noted of it."""
    return Edition(edition.folder, edition.authority, edition.month, edition.kind, edition.number)


class NotedManifest:
    """What was noted of a manifest, and whatever else stands in it."""

    _whole: Manifest | None = None

    def __init__(self, edition: NotedEdition):
        self._edition = edition
        noted = edition.noted
        for name in PLAIN:
            setattr(self, name, noted[name])
        self.identifier, self.number = edition.identifier, edition.number
        self.software = SimpleNamespace(version=noted["version"])
        self.report = SimpleNamespace(
            authority=edition.authority, month=edition.month, kind=ReportKind(edition.kind), title=noted["title"]
        )

    def __getattr__(self, name: str) -> Any:
        """What is seldom asked for; of what was not noted, what the file says."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in POINTERS:
            return _pointer(self._edition.noted[name])
        if self._whole is None:
            e = self._edition
            self._whole = Edition(e.folder, e.authority, e.month, e.kind, e.number).manifest
        return getattr(self._whole, name)


def _pointer(said: Sequence[str] | None) -> Pointer | None:
    return Pointer.model_construct(identifier=said[0], manifest_sha256=said[1]) if said else None


class Published:
    """Every report that has an edition, and its editions; what is known of them as they were is not read."""

    def __init__(self, project: Project, known: Known = NOTHING):
        self.project, self.known = project, known
        self._found: dict[Job, list[Edition]] = {}

    @cached_property
    def reports(self) -> list[Job]:
        """All that have an edition, in order."""
        if not self.known.has_same_settings:
            return published_reports(self.project)
        places = {*self.known.folders(SOURCES), *self.known.moved_folders()}
        return [job for place in sorted(places) if is_place(*place) and self._has_edition(job := Job(*place))]

    @cached_property
    def names(self) -> frozenset[Job]:
        """The same, to be looked up."""
        return frozenset(self.reports)

    def of(self, job: Job) -> list[Edition]:
        """The editions of a report, oldest first."""
        if (found := self._found.get(job)) is None:
            noted = told.get("editions") if (told := self.known.told(job)) else None
            found = editions_of(self.project, *job) if noted is None else self._noted(job, noted)
            self._found[job] = found
        return found

    def _has_edition(self, job: Job) -> bool:
        """Whether a report has one: of what is known nothing is made for that."""
        told = self.known.told(job)
        return bool(told["editions"]) if told and "editions" in told else bool(self.of(job))

    def links(self, job: Job) -> Iterator[Link]:
        """The editions of a report in the chain of manifests, without those whose manifests cannot be read: what is
        wrong with them is said where the pages of their report are written.
        """
        if (told := self.known.told(job)) and "editions" in told:
            yield from (link_noted(job, noted) for noted in told["editions"])
            return
        for edition in self.of(job):
            with suppress(UserError):
                yield link_of(edition)

    def _noted(self, job: Job, noted: Sequence[Mapping[str, Any]]) -> list[Edition]:
        reports = self.project.reports
        return [NotedEdition(reports.joinpath(*job, f"v{e['number']}"), *job, e["number"], e) for e in noted]
