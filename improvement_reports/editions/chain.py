"""Editions one after the other: each names the one before, and none is missing."""

from collections.abc import Sequence
from typing import NamedTuple

from improvement_reports.editions.edition import Edition, file_records
from improvement_reports.editions.folder_audit import edition_oddities
from improvement_reports.editions.manifest import MANIFEST


class Named(NamedTuple):
    """An edition as the manifest of another one names it."""

    identifier: str
    fingerprint: str


class Link(NamedTuple):
    """What the chain asks of an edition: the report (authority, month, kind) and number, the fingerprint of its
    manifest, and which that names as the one before it of the report, and as the last one published before it.
    """

    job: tuple[str, ...]
    number: int
    fingerprint: str
    previous: Named | None
    before: Named | None

    @property
    def version(self) -> str:
        return f"v{self.number}"

    @property
    def identifier(self) -> str:
        return f"{'/'.join(self.job)}/{self.version}"


def link_of(edition: Edition) -> Link:
    """An edition in the chain; a `UserError` if its manifest cannot be read."""
    previous, before = (
        Named(p.identifier, p.manifest_sha256) if p else None
        for p in (edition.manifest.previous, edition.manifest.before)
    )
    return Link(edition.job, edition.number, edition.fingerprint, previous, before)


def edition_faults(edition: Edition) -> list[str]:
    """Each way in which an edition's folder is not as it was published: changed, missing and added files."""
    if odd := edition_oddities(
        edition.folder
    ):  # nothing is read where a name may lead elsewhere or keep a reader waiting
        return [f"{edition.identifier}: {words}" for words in odd]
    recorded, faults = edition.manifest.files, []
    found = file_records(edition.folder)
    for name in sorted({*recorded, *found}):
        if name not in found:
            faults.append(f"{edition.identifier}: {name} is missing")
        elif name not in recorded:
            faults.append(f"{edition.identifier}: {name} was added after publication")
        elif found[name].sha256 != recorded[name].sha256:
            faults.append(f"{edition.identifier}: {name} was changed after publication")
    m = edition.manifest
    if (
        m.identifier != edition.identifier
        or m.number != edition.number
        or (m.report.authority, m.report.month, str(m.report.kind)) != edition.job
    ):
        faults.append(f"{edition.identifier}: its manifest is that of {m.identifier}")
    return faults


def gaps(editions: Sequence[Edition | Link]) -> list[str]:
    """Editions of one report that are not there although later ones are."""
    there = {e.number for e in editions}
    return [
        f"{'/'.join(editions[0].job)}/v{n} is missing: there is a {editions[-1].version}"
        for n in range(1, max(there, default=0))
        if n not in there
    ]


def chain_faults(editions: list[Edition]) -> list[str]:
    """Each break in the chain of manifests: an edition that was changed, taken away or put in between later."""
    return list(dict.fromkeys(fault for _, fault in chain_breaks([link_of(e) for e in editions])))


def _job_of(identifier: str) -> tuple[str, ...]:
    return tuple(identifier.split("/")[:3])


Break = tuple[tuple[str, ...], str]  # the report (authority, month, kind) that it is about, and the words


def chain_breaks(editions: Sequence[Link]) -> list[Break]:
    """The breaks in the chain of manifests, each with the report (authority, month, kind) that it is about."""
    return [*_pointer_breaks(editions), *_order_breaks(editions), *_ends(editions)]


def _pointer_breaks(editions: Sequence[Link]) -> list[Break]:
    """What a manifest names as published before it, and is not there or not as it was then."""
    prints = {e.identifier: e.fingerprint for e in editions}
    faults: list[Break] = []
    for e in editions:
        for pointer in {p.identifier: p for p in (e.previous, e.before) if p}.values():
            name = pointer.identifier
            if name not in prints:
                faults.append((_job_of(name), f"{name} is missing: {e.identifier} was published after it"))
            elif prints[name] != pointer.fingerprint:
                words = f"{name}: its {MANIFEST} was changed after {e.identifier} was published"
                faults.append((_job_of(name), words))
    return faults


def _order_breaks(editions: Sequence[Link]) -> list[Break]:
    """Editions of one report of which one is missing, or that name another than the one before them."""
    by_report: dict[tuple, list[Link]] = {}
    for e in editions:
        by_report.setdefault(e.job, []).append(e)
    faults: list[Break] = []
    for found in by_report.values():
        faults += [(found[0].job, gap) for gap in gaps(found)]
        for e in found:
            expected = f"{'/'.join(e.job)}/v{e.number - 1}" if e.number > 1 else None
            named = e.previous.identifier if e.previous else None
            if named != expected:
                words = (
                    f"{e.identifier}: its manifest names {named or 'no edition'} as the one before it, not"
                    f" {expected or 'none'}"
                )
                faults.append((e.job, words))
    return faults


MOST_NAMED = 10  # editions in one sentence


def _some_of(names: Sequence[str]) -> str:
    """These names; of very many the first and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:MOST_NAMED])} and {more:,} more"


def _ends(editions: Sequence[Link]) -> list[Break]:
    """A chain has one end: of several that name the same one before them, one was put in later."""
    after: dict[str, list[str]] = {}
    for e in editions:
        after.setdefault(e.before.identifier if e.before else "", []).append(e.identifier)
    faults: list[Break] = []
    for before, several in after.items():
        if len(several) > 1:
            says = f"say that {before} was the last one published" if before else "say that none was published before"
            words = (
                f"{_some_of(several)} all {says}; one of them was put in later, or two copies of the project published"
                " at the same time"
            )
            faults += [(_job_of(name), words) for name in several]
    return faults
