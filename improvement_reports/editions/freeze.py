"""Freeze: what a report is now into the folder of an edition, whole before anybody sees it."""

import json
import os
import platform
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.editions.changes import Change, conclusion_changed
from improvement_reports.editions.days import checked_moment, stamp
from improvement_reports.editions.edition import INPUTS, Edition, all_editions, file_records, newest_of_all
from improvement_reports.editions.inputs import keep
from improvement_reports.editions.kept_code import code_sha256, keep_current
from improvement_reports.editions.manifest import (
    MANIFEST,
    Environment,
    FileRecord,
    InputRecord,
    Manifest,
    Software,
    row_sets,
)
from improvement_reports.returns.prepared import INFO_FILE, read_processed
from improvement_reports.runs.inputs import input_files, used_inputs
from improvement_reports.runs.report_content import Content
from improvement_reports.runs.run import EXECUTED
from improvement_reports.workspace.files import file_digest, write_whole
from improvement_reports.workspace.libraries import library_versions
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.releases import release
from improvement_reports.workspace.settings import load_settings

# 2: `software.code_sha256` is that of the kept archive of the code (see `kept_code`); 3: each fact once (see `ONCE`).
FORMAT = 3
# Of the page of the current run: what an edition keeps. The page itself is made from these.
COPIED = (EXECUTED, "figures.json", "figures.csv", "charts", "data")
STAGE = ".stage-"
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Becoming:
    """An edition that is about to be: what it says, what it follows, why it is there and what it changes."""

    edition: Edition
    content: Content
    previous: Edition | None
    kind: str
    reason: str
    changes: list[Change]


def freeze(project: Project, becoming: Becoming, now: datetime) -> None:
    """Everything into a folder aside, the inputs and the code into the archive, the manifest last; then one rename."""
    edition = becoming.edition
    inputs = input_files(project, *edition.job)
    hashes = {project.relative(p): FileRecord(sha256=file_digest(p), bytes=p.stat().st_size) for p in inputs}
    figures, carried = becoming.content.figures.values(), _carried(project, edition)
    names = used_inputs(hashes, edition.authority, edition.month, figures, carried)
    used = {name: hashes[name] for name in names}
    manifest = _manifest(project, becoming, now, _public(used, _with_withheld_rows(project, inputs)))
    edition.folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=edition.folder.parent))
    try:
        stage.chmod(0o755)
        _copy_draft(project.draft_folder(*edition.job), stage)
        manifest = _with_files(project, stage, becoming.content, hashes, manifest)
        _keep_what_it_was_made_from(project, inputs, hashes, manifest)
        write_whole(stage / MANIFEST, manifest.text())
        _sync(stage)
        stage.rename(edition.folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _carried(project: Project, edition: Edition) -> set[str]:
    """The files, inside data/raw, of tables that the return calls unchanged; none for a kind without a return."""
    folder = project.processed_return(edition.authority, edition.month)
    if not (folder / INFO_FILE).is_file():
        return set()
    tables, info = read_processed(folder)
    return {file for name in info["info"].unchanged for file in tables[name]["source_file"]}


def _manifest(project: Project, becoming: Becoming, now: datetime, inputs: dict[str, InputRecord]) -> Manifest:
    """The manifest without the files, which are not there yet."""
    from improvement_reports.report import open_report
    from improvement_reports.runs.draft import plain_summary, sources_of

    edition, content, found = becoming.edition, becoming.content, becoming.changes
    report, figures = open_report(*edition.job, project), list(content.figures.values())
    last, template = newest_of_all(all_editions(project)), project.notebook(edition.kind, edition.authority)
    return Manifest(
        format=FORMAT,
        identifier=edition.identifier,
        number=edition.number,
        edition_kind=becoming.kind,
        reason=becoming.reason,
        published=stamp(checked_moment(now, report.info.received, last)),
        title=report.params.title,
        summary=plain_summary(report),
        authority_name=report.facts.authority.name,
        short_name=report.facts.authority.short_name,
        illustrative=report.info.illustrative,
        report=report.params,
        sources=sources_of(project, report, figures),
        template={"path": project.relative(template), "sha256": file_digest(template)},
        inputs=inputs,
        rows=row_sets(figures),
        software=software(),
        environment=environment(project),
        content_sha256=content.fingerprint,
        figures=len(figures),
        files={},
        previous=becoming.previous.pointer if becoming.previous else None,
        before=last.pointer if last else None,
        changes=tuple(c.record() for c in found),
        conclusion_changed=conclusion_changed(found),
    )


def _copy_draft(draft: Path, stage: Path) -> None:
    for name in COPIED:
        source = draft / name
        if source.is_dir():
            shutil.copytree(source, stage / name)
        elif source.is_file():
            shutil.copyfile(source, stage / name)


def _with_files(
    project: Project, stage: Path, content: Content, hashes: dict[str, FileRecord], manifest: Manifest
) -> Manifest:
    """The manifest with the files of the stage, once the downloads and the list of inputs are there too."""
    from improvement_reports.editions.downloads.files import add_downloads, edition_facts

    settings = load_settings(project)
    write_whole(stage / INPUTS, _record_of_inputs(hashes))
    facts = edition_facts(manifest, settings.publisher, settings.url)
    add_downloads(stage, facts, list(content.figures.values()))
    return manifest.model_copy(update={"files": file_records(stage)})


def _keep_what_it_was_made_from(
    project: Project, inputs: list[Path], hashes: dict[str, FileRecord], manifest: Manifest
) -> None:
    """Inputs, code and lock into the archive."""
    for path in inputs:
        keep(project, path, hashes[project.relative(path)].sha256)
    keep_current(project)
    if manifest.environment.lock_sha256:
        keep(project, project.root / LOCK, manifest.environment.lock_sha256)


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
