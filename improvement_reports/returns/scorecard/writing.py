"""A return with the rows of a scorecard: its tables, its source and a copy of the file, whole or not at all."""

import shutil
import tempfile
from pathlib import Path

from improvement_reports.domain.tables import RETURN_FILE, SOURCES_FOLDER
from improvement_reports.returns.scorecard.existing import Difference
from improvement_reports.returns.scorecard.periods import month_words
from improvement_reports.returns.scorecard.planning import Import, Request
from improvement_reports.returns.scorecard.return_info import new_info, source_text, with_source
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import swap_in
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml


def write(project: Project, request: Request, made: Import, place: Authority) -> Path:
    """The return with the scorecard's rows, its source and a copy of the file, swapped in as a whole; its folder."""
    folder = project.raw_return(request.authority, request.month)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{request.month}-", dir=folder.parent))
    aside.chmod(0o755)
    try:
        if folder.is_dir():
            shutil.copytree(folder, aside, dirs_exist_ok=True)
        for name, table in made.tables.items():
            if not table.is_empty or not (aside / f"{name}.csv").exists():
                _write_table(aside / f"{name}.csv", table)
        _write_source(aside, request, made, place)
        swap_in(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _write_table(path: Path, table: Difference) -> None:
    if len(table.frame):
        path.write_text(table.frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="")
    else:
        path.unlink(missing_ok=True)


def _write_source(aside: Path, request: Request, made: Import, place: Authority) -> None:
    """return.yml with the source, and the copy of the file that it names, in the place of an older one."""
    source, info, name = made.mapping.source, aside / RETURN_FILE, copy_name(request.file.name)
    fields = {
        "title": source.title.replace("{month}", month_words(request.month)),
        "publisher": source.publisher,
        "licence": source.licence,
        "date": request.received,
        "file": name,
        "sha256": made.seen.sha256,
    }
    copies = aside / SOURCES_FOLDER
    if info.exists():
        before = load_yaml(info, RETURN_FILE).get("sources", {}).get(made.wanted.source_id, {})
        if before.get("file"):
            (copies / copy_name(str(before["file"]))).unlink(missing_ok=True)
        text = with_source(info.read_text(encoding="utf-8-sig"), made.wanted.source_id, fields)
    else:
        entry = source_text(made.wanted.source_id, fields)
        text = new_info(request.authority, request.month, place.illustrative, request.received, entry)
    info.write_text(text, encoding="utf-8", newline="\n")
    if source.keep_copy:
        copies.mkdir(exist_ok=True)
        (copies / name).write_bytes(made.seen.content)


def copy_name(name: str) -> str:
    """The name of a file as it can stand in any folder: letters, digits, dots, hyphens, underscores and spaces."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "-" for c in name).strip(". ")
    return plain[-120:].lstrip(". -") or "scorecard"
