"""Write the pages that are made of all reports together: claims audit, golden threads, comparisons, programmes."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from improvement_reports.pages.all_reports import AllReports
from improvement_reports.pages.audit import write_audit
from improvement_reports.pages.comparison import write_comparison
from improvement_reports.pages.programmes import write_golden_thread, write_programmes
from improvement_reports.returns.keys import official_digest
from improvement_reports.workspace.files import digest, file_digest
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.parameters import ReportParameters
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed

Write = Callable[[Project, list[ReportParameters]], None]


def write_cross_pages(project: Project, reports: list[ReportParameters], force: bool) -> None:
    """All of them, each group only if what it is made from changed, or what lies there is not what was written."""
    keys = _keys(project, reports)
    for name, write in (("compare", write_comparison), ("returns", write_audit_threads_programmes)):
        stamp = Stamp(project.reports / f".{name}", keys[name], partial(_files, project, name))
        make_if_changed(stamp, partial(_write_anew, project, reports, name, write), force)


def _write_anew(project: Project, reports: list[ReportParameters], name: str, write: Write) -> None:
    for folder in _folders(project, name):
        shutil.rmtree(folder, ignore_errors=True)
    write(project, reports)


def _keys(project: Project, reports: list[ReportParameters]) -> dict[str, str]:
    """What each group is made from: comparisons of official statistics alone, the others of the returns too."""
    official, code = official_digest(project), package_digest()
    prepared = {project.relative(p): file_digest(p) for p in sorted(project.processed.glob("*/.*.key"))}
    params = [file_digest(project.params / n) for n in ("authorities.yml", "measures.yml", "profiles.yml")]
    return {
        "compare": digest([official, params, sorted({r.authority for r in reports}), code]),
        "returns": digest([official, params, prepared, [r.model_dump(mode="json") for r in reports], code]),
    }


def _folders(project: Project, name: str) -> list[Path]:
    """The folders that hold nothing but the pages made of all reports together."""
    if name == "compare":
        return [project.reports / "compare"]
    return [project.reports / "audit", project.reports / "programmes", *sorted(project.reports.glob("*/thread"))]


def _files(project: Project, name: str) -> dict[str, str]:
    folders = _folders(project, name)
    return {
        f"{project.relative(folder)}/{file}": sha256 for folder in folders for file, sha256 in digests(folder).items()
    }


def write_audit_threads_programmes(project: Project, reports: list[ReportParameters]) -> None:
    """Write the pages that are made of returns. All are there without reports and without official statistics too, for the navigation
    leads to them.
    """
    all_of = AllReports(project, reports)
    write_audit(all_of)
    for key in all_of.returns:
        if any(len(t["recommendations"]) for _, t in all_of.returns[key]):
            write_golden_thread(all_of, key)
    write_programmes(all_of)
