"""Publish: freeze the current run of a report as an edition. One rename makes it public; nothing before that is
seen.
"""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from improvement_reports.domain.errors import UserError, listed, shown
from improvement_reports.editions.chain import edition_faults
from improvement_reports.editions.changes import Change, changes, conclusion_changed, counted
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.editions.freeze import STAGE, Becoming, freeze
from improvement_reports.editions.manifest import CORRECTION, FIRST, REVISION
from improvement_reports.editions.withheld import revealed_numbers
from improvement_reports.returns.prepared import INFO_FILE, return_info
from improvement_reports.runs.published_notebook import read_notebook
from improvement_reports.runs.report_content import Content, content_of, read_content
from improvement_reports.runs.run import check_outputs
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import Project

LONGEST_REASON = 500


@dataclass(frozen=True)
class Published:
    """What became of a call: the edition (new or unchanged) and what it changed."""

    edition: Edition
    is_new: bool
    changes: list[Change] = field(default_factory=list)


def publish(
    project: Project,
    authority: str,
    month: str,
    kind: str,
    edition_kind: str = "",
    reason: str = "",
    now: datetime | None = None,
) -> Published:
    """Freeze the draft of a report (see `runs.draft`) as its next edition.

    Same content as the newest edition: no new one. A first edition needs no reason; any other needs one, and says
    whether it is a revision or a correction. Raises a `UserError` that says what is missing.
    """
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise UserError(
            f"The reason has {len(reason)} characters; allowed are {LONGEST_REASON}. Say the rest in the data notes."
        )
    with at_work(project):
        _clear(project.page_folder(authority, month, kind))
        before = editions_of(project, authority, month, kind)
        newest = before[-1] if before else None
        content = _checked_content(project.draft_folder(authority, month, kind))
        if newest and _is_unchanged(newest, content):
            return Published(newest, False)
        _check_everything_is_read(project, authority, month)
        _check_nothing_is_revealed(project, authority, month, kind)
        found = _checked_changes(f"{authority}/{month}/{kind}", newest, content, edition_kind, reason)
        number = newest.number + 1 if newest else 1
        edition = Edition(project.page_folder(authority, month, kind) / f"v{number}", authority, month, kind, number)
        becoming = Becoming(edition, content, newest, edition_kind if newest else FIRST, reason, found)
        freeze(project, becoming, now or datetime.now(UTC))
        return Published(edition, True, found)


def _is_unchanged(newest: Edition, content: Content) -> bool:
    """Whether the newest edition says the same; a `UserError` if it is not as it was published."""
    if faults := edition_faults(newest):
        raise UserError(f"Nothing was published: {'; '.join(faults)}. Restore the edition from version control first.")
    return newest.manifest.content_sha256 == content.fingerprint


def _check_everything_is_read(project: Project, authority: str, month: str) -> None:
    """A `UserError` if the narrative holds sections of last month that nobody has read since they were copied."""
    folder = project.processed_return(authority, month)
    unread = return_info(folder).not_yet_read if (folder / INFO_FILE).is_file() else ()  # a profile has no return
    if unread:
        raise UserError(
            f"Nothing was published: {listed(unread, 'and')} of the narrative of {authority}/{month} were copied from"
            " the month before and are not yet read. Read them, and take their names out of not_yet_read in return.yml."
        )


def _check_nothing_is_revealed(project: Project, authority: str, month: str, kind: str) -> None:
    """A `UserError` if the draft shows a number that an earlier edition withholds."""
    if revealed := revealed_numbers(project, authority, month, project.draft_folder(authority, month, kind)):
        raise UserError(
            "Nothing was published: the new edition would show what an earlier one withholds because it is small:"
            f" {'; '.join(revealed[:5])}. Withhold it again (small_number_threshold in params/measures.yml), or"
            " correct the number if it was wrong."
        )


def _checked_changes(
    job: str, newest: Edition | None, content: Content, edition_kind: str, reason: str
) -> list[Change]:
    """What the new edition changes; a `UserError` if it is not said how and why, or said where nothing is changed."""
    if newest:
        found = changes(read_content(newest.folder), content)
        if not reason or edition_kind not in (REVISION, CORRECTION):
            raise UserError(_what_is_missing(newest, found))
        return found
    if edition_kind in (REVISION, CORRECTION):
        raise UserError(
            f"{job} has no edition yet, so there is nothing to revise or correct; leave out --{edition_kind}."
        )
    return []


def _checked_content(draft: Path) -> Content:
    """The content of a draft; a `UserError` if its notebook shows what no page would have, and an edition would
    publish.
    """
    notebook = read_notebook(draft)
    try:
        check_outputs(notebook)
    except UserError as error:
        raise UserError(f"Nothing was published: {error}") from None
    return content_of(notebook)


def _what_is_missing(newest: Edition, found: list[Change]) -> str:
    first = "; ".join(
        f"{shown(c.label or 'sentence')}: {shown(c.before, 80)} → {shown(c.after, 80)}" for c in found[:3]
    )
    conclusion = " A conclusion changes." if conclusion_changed(found) else ""
    return (
        f"{'/'.join(newest.job)} differs from its edition {newest.version} ({counted(found)}; {first}).{conclusion} "
        "To publish it, say why and how: --reason “…” with --revision (better data) or --correction (an error mended)."
    )


def _clear(home: Path) -> None:
    """What a killed publish left behind; nothing of it was public."""
    for left in home.glob(f"{STAGE}*"):
        shutil.rmtree(left, ignore_errors=True)
