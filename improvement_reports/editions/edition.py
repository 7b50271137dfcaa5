"""Editions: published versions of reports that never change, each in a folder of its own with a manifest of all it
holds.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.input_names import checked_record, plain_text, strict_json
from improvement_reports.editions.manifest import MANIFEST, ONCE, FileRecord, Manifest, Pointer, read_manifest
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.leftovers import is_left_in_edition
from improvement_reports.workspace.places import KEY, MONTH, Project, checked_key, checked_month

# What an edition was made from, with every sha256: kept beside it and never published, for the hash of a file that
# holds a small number would give that number away to whoever tries them all.
INPUTS = "inputs.json"
VERSION = re.compile(r"v([1-9]\d{0,3})")
REFERENCE = re.compile(
    r"(?P<authority>[^/#]+)/(?P<month>[^/#]+)/(?P<kind>[^/#]+?)(?:/(?P<version>v[^/#]*))?(?:#(?P<figure>.+))?"
)
# What is made anew from the frozen files when the site is built; everything else in an edition's folder is frozen.
GENERATED = re.compile(r"index\.ipynb|figures(?:-[1-9]\d{0,2})?\.qmd|changes\.qmd|edition\.zip")


@dataclass(frozen=True)
class Edition:
    """A published edition: its folder and its manifest."""

    folder: Path
    authority: str
    month: str
    kind: str
    number: int

    @property
    def job(self) -> Job:
        return Job(self.authority, self.month, self.kind)

    @property
    def version(self) -> str:
        return f"v{self.number}"

    @property
    def identifier(self) -> str:
        return f"{self.authority}/{self.month}/{self.kind}/{self.version}"

    @cached_property
    def manifest(self) -> Manifest:
        """Raises a `UserError` if the manifest is missing or cannot be read."""
        from pydantic import ValidationError

        path = self.folder / MANIFEST
        try:
            return read_manifest(plain_text(path))
        except OSError:
            raise UserError(
                f"The edition {self.identifier} has no {MANIFEST}; restore the folder from version control."
            ) from None
        except (ValidationError, ValueError) as error:
            first = str(error).splitlines()[0]
            raise UserError(
                f"The manifest of {self.identifier} cannot be read ({first}); restore it from version control."
            ) from None

    @cached_property
    def inputs(self) -> dict[str, FileRecord]:
        """Every input by its path with its sha256.

        A `UserError` if the record of them is missing, cannot be read, or names what no report is made from: a name in
        it becomes a file, so this is the one way to it.
        """
        try:
            content = strict_json(self.folder / INPUTS)
        except (OSError, ValueError) as error:
            why = "is missing" if isinstance(error, OSError) else f"cannot be read ({str(error).splitlines()[0]})"
            raise UserError(
                f"The record of the inputs of {self.identifier} ({INPUTS}) {why}; restore it from version control."
            ) from None
        m = self.manifest
        known = checked_record(content, self.authority, set(m.inputs), self.identifier, m.format >= ONCE)
        return {name: FileRecord(**record) for name, record in known.items()}

    @property
    def fingerprint(self) -> str:
        """sha256 of the manifest, which holds the sha256 of everything else."""
        return file_digest(self.folder / MANIFEST)

    @property
    def pointer(self) -> Pointer:
        return Pointer(identifier=self.identifier, manifest_sha256=self.fingerprint)

    @property
    def citation_code(self) -> str:
        """The beginning of the fingerprint, which a citation carries."""
        return self.fingerprint[:12]


def editions_of(project: Project, authority: str, month: str, kind: str) -> list[Edition]:
    """The editions of a report, oldest first."""
    home = project.page_folder(authority, month, kind)
    found = [(int(m[1]), p) for p in home.glob("v*") if p.is_dir() and (m := VERSION.fullmatch(p.name))]
    return [Edition(folder, authority, month, kind, number) for number, folder in sorted(found)]


def newest_edition(project: Project, authority: str, month: str, kind: str) -> Edition | None:
    found = editions_of(project, authority, month, kind)
    return found[-1] if found else None


def published_reports(project: Project) -> list[Job]:
    """Every report that has an edition, in order."""
    found = {
        Job(p.parts[-4], p.parts[-3], p.parts[-2])
        for p in project.reports.glob("*/*/*/v*")
        if p.is_dir() and VERSION.fullmatch(p.name) and is_place(*p.parts[-4:-1])
    }
    return sorted(found)


def is_place(authority: str, month: str, kind: str) -> bool:
    """Whether a folder below reports/ can be that of a report."""
    return all((KEY.fullmatch(authority), MONTH.fullmatch(month), KEY.fullmatch(kind)))


def all_editions(project: Project) -> list[Edition]:
    """Every edition of a project, by report, oldest first."""
    return [e for job in published_reports(project) for e in editions_of(project, *job)]


def newest_of_all(editions: list[Edition]) -> Edition | None:
    """The edition that was published last: the end of the chain, whatever the clocks said."""
    named = {e.manifest.before.identifier for e in editions if e.manifest.before}
    ends = [e for e in editions if e.identifier not in named]
    return max(ends, key=lambda e: (e.manifest.published, e.identifier), default=None)


def is_generated(name: str) -> bool:
    """Whether a file of this name in an edition's own folder is made anew for the site, and is no part of it.

    >>> [is_generated(n) for n in ("figures.qmd", "figures-12.qmd", "figures.json", "data/figures.qmd")]
    [True, True, False, False]
    """
    return GENERATED.fullmatch(name) is not None


def generated_files(folder: Path) -> list[str]:
    """The names of the generated files that lie in an edition's folder, in order."""
    return sorted(p.name for p in folder.iterdir() if is_generated(p.name)) if folder.is_dir() else []


def frozen_files(folder: Path) -> list[Path]:
    """The files of an edition but for its manifest and what is generated when the site is built."""
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file()
        and not (p.parent == folder and (is_generated(p.name) or p.name == MANIFEST or p.name.startswith(".")))
        and not is_left_in_edition(p.relative_to(folder))
    )


def file_records(folder: Path) -> dict[str, FileRecord]:
    return {
        p.relative_to(folder).as_posix(): FileRecord(sha256=file_digest(p), bytes=p.stat().st_size)
        for p in frozen_files(folder)
    }


# References


@dataclass(frozen=True)
class EditionReference:
    """What a person names: a report, perhaps one edition of it, perhaps one figure in it."""

    authority: str
    month: str
    kind: str
    version: str = ""
    figure: str = ""


def parse_edition_reference(text: str) -> EditionReference:
    """``gloucestershire/2021-04/board/v1#casework_supervision_pct.2021-04``; version and figure may be left out."""
    match = REFERENCE.fullmatch(text.strip().removeprefix("improvement-reports/"))
    if not match:
        raise UserError(
            f"{shown(text)} names no report; write AUTHORITY/MONTH/KIND, then perhaps /vN and #FIGURE, as in"
            " gloucestershire/2021-04/board/v1."
        )
    version = match["version"] or ""
    if version and not VERSION.fullmatch(version):
        raise UserError(f"{shown(version)} is no edition; editions are v1, v2 and so on.")
    return EditionReference(
        checked_key(match["authority"], "authority"),
        checked_month(match["month"]),
        checked_key(match["kind"], "kind"),
        version,
        match["figure"] or "",
    )


def find_editions(project: Project, text: str) -> list[Edition]:
    """The editions that a reference names: all of a report, or the one with the version; a `UserError` if there is
    none.
    """
    wanted = parse_edition_reference(text)
    found = editions_of(project, wanted.authority, wanted.month, wanted.kind)
    chosen = [e for e in found if wanted.version in ("", e.version)]
    if not chosen:
        has = f"it has {', '.join(e.version for e in found)}" if found else "none of its editions is published"
        name = "/".join(filter(None, (wanted.authority, wanted.month, wanted.kind, wanted.version)))
        raise UserError(f"There is no edition {shown(name)}; {has}.")
    return chosen


# Integrity


FINGERPRINT = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")


def checked_fingerprint(text: str) -> str:
    """A fingerprint as a citation or a minute holds it: 12 digits, or all 64; else a `UserError`."""
    said = text.strip().lower()
    if not FINGERPRINT.fullmatch(said):
        raise UserError(
            f"{shown(text)} is no fingerprint; give the 12 digits of a citation, or all 64, of 0 to 9 and a to f."
        )
    return said


def fingerprint_fault(edition: Edition, said: str) -> str:
    """What is wrong if an edition is not the one whose fingerprint somebody holds; "" if it is."""
    own = edition.fingerprint
    if own.startswith(said):
        return ""
    return (
        f"{edition.identifier} is not the edition with the fingerprint {said}: its own is {own[: len(said)]}. It was"
        " changed or replaced after that fingerprint was taken down, or the fingerprint is of another edition."
    )
