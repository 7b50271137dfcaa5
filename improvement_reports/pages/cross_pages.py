"""Write the pages that are made of all reports together: claims audit, golden threads, comparisons, programmes, and
councils that ended.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from improvement_reports.pages.all_reports import (
    AUDIT,
    COMPARE,
    ENDED,
    PROGRAMMES,
    THREAD,
    AllReports,
    made_from_returns,
    made_from_settings,
    reports_side_by_side,
)
from improvement_reports.pages.prepared_kept import Prepared
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.outlines import Outlined
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed, read_stamp

Write = Callable[[], None]


def write_cross_pages(project: Project, reports: Sequence[Outlined], force: bool, known: Known = NOTHING) -> None:
    """All of them, each group only if what it is made from changed, or what lies there is not what was written.

    A golden thread is made of the returns of one authority, and is a group of its own. A return of a made-up authority
    reaches no page that stands beside real ones. Pages that are ``known`` as they were are not read.
    """
    prepared = Prepared(project, known)
    all_of = cache(lambda: AllReports(project, reports, prepared))
    beside = reports_side_by_side(project, reports)
    stamps = project.reports
    groups: list[Group] = [
        Group(
            stamps / ".compare", [COMPARE], _compare_key(project, reports), lambda: _write_comparison(project, reports)
        ),
        Group(
            stamps / ".ended",
            [ENDED],
            _compare_key(project, reports),
            lambda: _write_ended(AllReports(project, reports)),
        ),
        Group(
            stamps / ".returns",
            [AUDIT, PROGRAMMES],
            made_from_returns(project, beside, prepared),
            lambda: _write_audit(all_of()),
        ),
    ]
    of_each: dict[str, list[Outlined]] = {}
    for r in reports:
        of_each.setdefault(r.authority, []).append(r)
    for key, own in sorted(of_each.items()):
        stamp, made_from = project.build / "threads" / f"{key}.json", made_from_returns(project, own, prepared)
        groups.append(Group(stamp, [f"{key}/{THREAD}"], made_from, partial(_write_thread, all_of, key)))
    prepared.keep()
    for group in groups:
        folders = [project.reports / name for name in group.folders]
        stamp_of_it = Stamp(group.stamp, group.key, partial(_files, project, folders))
        if known.has_same_list() and read_stamp(group.stamp).get("key") == group.key:
            continue
        make_if_changed(stamp_of_it, partial(_write_anew, folders, group.write), force)


@dataclass(frozen=True)
class Group:
    """Pages that are written together: folders of reports/ that hold nothing else, and the key of what makes them."""

    stamp: Path
    folders: list[str]
    key: str
    write: Write


def _write_anew(folders: list[Path], write: Write) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    write()


def _compare_key(project: Project, reports: Sequence[Outlined]) -> str:
    """Comparisons, and what was last published of councils that ended, are made of official statistics alone."""
    return digest([made_from_settings(project), sorted({r.authority for r in reports})])


def _files(project: Project, folders: list[Path]) -> dict[str, str]:
    return {
        f"{project.relative(folder)}/{file}": sha256 for folder in folders for file, sha256 in digests(folder).items()
    }


def write_audit_threads_programmes(project: Project, reports: Sequence[Outlined]) -> None:
    """Write the pages that are made of returns. All are there without reports and without official statistics too, for
    the navigation leads to them.
    """
    all_of = AllReports(project, reports)
    _write_audit(all_of)
    for key in all_of.everyone:
        _write_thread(lambda: all_of, key)


# Of most changes none of these pages shows anything, and what makes them takes longer to load than all else.


def _write_comparison(project: Project, reports: Sequence[Outlined]) -> None:
    from improvement_reports.pages.comparison import write_comparison

    write_comparison(project, reports)


def _write_ended(all_of: AllReports) -> None:
    from improvement_reports.pages.ended import write_ended

    write_ended(all_of)


def _write_audit(all_of: AllReports) -> None:
    from improvement_reports.pages.audit import write_audit
    from improvement_reports.pages.programmes import write_programmes

    write_audit(all_of)
    write_programmes(all_of)


def _write_thread(get: Callable[[], AllReports], key: str) -> None:
    """The golden thread of an authority, if any of its returns names a recommendation."""
    all_of = get()
    if any(len(tables["recommendations"]) for _, tables in all_of.returns[key]):
        from improvement_reports.pages.programmes import write_golden_thread

        write_golden_thread(all_of, key)
