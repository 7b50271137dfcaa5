"""Publish: freeze the current run of a report as an edition. One rename makes it public; nothing before that is
seen.
"""

import json
import os
import platform
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.chain import edition_faults
from improvement_reports.editions.changes import Change, changes, conclusion_changed, counted
from improvement_reports.editions.days import checked_moment, stamp
from improvement_reports.editions.edition import (
    CORRECTION,
    FIRST,
    INPUTS,
    MANIFEST,
    REVISION,
    Edition,
    Environment,
    FileRecord,
    InputRecord,
    Manifest,
    Software,
    all_editions,
    editions_of,
    file_records,
    newest_of_all,
    row_sets,
)
from improvement_reports.editions.inputs import keep
from improvement_reports.editions.kept_code import code_sha256, keep_current
from improvement_reports.editions.withheld import revealed_numbers
from improvement_reports.returns.prepared import read_processed
from improvement_reports.runs.inputs import input_files
from improvement_reports.runs.report_content import Content, content_of, read_content
from improvement_reports.runs.run import EXECUTED, check_outputs
from improvement_reports.workspace.files import file_digest, write_whole
from improvement_reports.workspace.libraries import library_versions
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.releases import release
from improvement_reports.workspace.settings import load_settings

# 2: `software.code_sha256` is that of the kept archive of the code (see `kept_code`).
FORMAT = 2
# Of the page of the current run: what an edition keeps. The page itself is made from these.
COPIED = (EXECUTED, "figures.json", "figures.csv", "charts", "data")
STAGE = ".stage-"
LOCK = "requirements.lock"
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
    """Freeze the laid page of a report (see `pages.write_draft_of`) as its next edition.

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
        content, found = _checked_content(project.draft_folder(authority, month, kind)), []
        if before:
            if faults := edition_faults(before[-1]):
                raise UserError(
                    f"Nothing was published: {'; '.join(faults)}. Restore the edition from version control first."
                )
            if before[-1].manifest.content_sha256 == content.fingerprint:
                return Published(before[-1], False)
        if revealed := revealed_numbers(project, authority, month, project.draft_folder(authority, month, kind)):
            raise UserError(
                "Nothing was published: the new edition would show what an earlier one withholds because it is small:"
                f" {'; '.join(revealed[:5])}. Withhold it again (small_number_threshold in params/measures.yml), or"
                " correct the number if it was wrong."
            )
        if before:
            found = changes(read_content(before[-1].folder), content)
            if not reason or edition_kind not in (REVISION, CORRECTION):
                raise UserError(_what_is_missing(before[-1], found))
        elif edition_kind in (REVISION, CORRECTION):
            raise UserError(
                f"{authority}/{month}/{kind} has no edition yet, so there is nothing to revise or correct; leave out"
                f" --{edition_kind}."
            )
        number = before[-1].number + 1 if before else 1
        edition = Edition(project.page_folder(authority, month, kind) / f"v{number}", authority, month, kind, number)
        _freeze(
            project,
            edition,
            content,
            before[-1] if before else None,
            edition_kind if before else FIRST,
            reason,
            found,
            now or datetime.now(UTC),
        )
        return Published(edition, True, found)


def _checked_content(draft: Path) -> Content:
    """The content of a laid page; a `UserError` if its notebook shows what no page would have, and an edition would
    publish.
    """
    import nbformat

    notebook = nbformat.read(draft / "report.ipynb", as_version=4)
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


def _freeze(
    project: Project,
    edition: Edition,
    content: Content,
    previous: Edition | None,
    kind: str,
    reason: str,
    found: list[Change],
    now: datetime,
) -> None:
    """Everything into a folder aside, the inputs and the code into the archive, the manifest last; then one rename."""
    from improvement_reports.editions.downloads.files import add_downloads, edition_facts
    from improvement_reports.report import open_report
    from improvement_reports.runs.draft import plain_summary, sources_of

    draft = project.draft_folder(*edition.job)
    inputs = input_files(project, *edition.job)
    hashes = {project.relative(p): FileRecord(sha256=file_digest(p), bytes=p.stat().st_size) for p in inputs}
    report = open_report(*edition.job, project)
    figures = list(content.figures.values())
    last = newest_of_all(all_editions(project))
    now = checked_moment(now, report.info.received, last)
    edition.folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=edition.folder.parent))
    try:
        stage.chmod(0o755)
        for name in COPIED:
            source = draft / name
            if source.is_dir():
                shutil.copytree(source, stage / name)
            elif source.is_file():
                shutil.copyfile(source, stage / name)
        manifest = Manifest(
            format=FORMAT,
            identifier=edition.identifier,
            number=edition.number,
            edition_kind=kind,
            reason=reason,
            published=stamp(now),
            title=report.params.title,
            summary=plain_summary(report),
            authority_name=report.facts.authority.name,
            short_name=report.facts.authority.short_name,
            illustrative=report.info.illustrative,
            report=report.params,
            sources=sources_of(project, report, figures),
            template={
                "path": project.relative(project.notebook(edition.kind)),
                "sha256": file_digest(project.notebook(edition.kind)),
            },
            inputs=_public(hashes, _with_withheld_rows(project, inputs)),
            rows=row_sets(figures),
            software=software(),
            environment=environment(project),
            content_sha256=content.fingerprint,
            figures=len(figures),
            files={},
            previous=previous.pointer if previous else None,
            before=last.pointer if last else None,
            changes=tuple(c.record() for c in found),
            conclusion_changed=conclusion_changed(found),
        )
        settings = load_settings(project)
        write_whole(stage / INPUTS, _record_of_inputs(hashes))
        add_downloads(stage, edition_facts(manifest, settings.publisher, settings.url), figures)
        manifest = manifest.model_copy(update={"files": file_records(stage)})
        for path in inputs:
            keep(project, path, hashes[project.relative(path)].sha256)
        keep_current(project)
        if manifest.environment.lock_sha256:
            keep(project, project.root / LOCK, manifest.environment.lock_sha256)
        write_whole(stage / MANIFEST, manifest.text())
        _sync(stage)
        stage.rename(edition.folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _record_of_inputs(hashes: dict[str, FileRecord]) -> str:
    """``inputs.json``. The nonce keeps its own hash, which is public, from being searched for as well."""
    content = {"nonce": secrets.token_hex(32), "inputs": {name: r.model_dump() for name, r in hashes.items()}}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def _public(hashes: dict[str, FileRecord], withheld: set[str]) -> dict[str, InputRecord]:
    """The inputs as the manifest names them: without size and hash where a file holds numbers that are withheld."""
    return {name: InputRecord() if name in withheld else InputRecord(**r.model_dump()) for name, r in hashes.items()}


def _with_withheld_rows(project: Project, inputs: list[Path]) -> set[str]:
    """The raw files, by their path in the project, of which a row is not published because it holds a small number."""
    found = set()
    for folder in sorted(
        {p.parent for p in inputs if MONTH.fullmatch(p.parent.name) and p.is_relative_to(project.raw)}
    ):
        tables, _ = read_processed(project.processed_return(folder.parent.name, folder.name))
        for table in tables.values():
            withheld = table[table["row_cells"].fillna("") == ""]
            found |= {f"data/raw/{file.split('#')[0]}" for file in withheld["source_file"].unique()}
    return found


def _sync(folder: Path) -> None:
    """On the disk before the rename that makes it public, so that a power cut leaves all of it or none."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def software() -> Software:
    """The package that made it: its release, its commit where it is a git work tree, and the sha256 of its kept
    code.
    """
    return Software(version=release(), commit=_commit(), code_sha256=code_sha256())


def _commit() -> str:
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=HOME, capture_output=True, text=True, timeout=20, check=True
        )
        return result.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def environment(project: Project) -> Environment:
    """What it was made on: Python, system, the lock, and the libraries that shape a report."""
    return Environment(
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        lock_sha256=file_digest(project.root / LOCK),
        libraries=library_versions(),
    )
