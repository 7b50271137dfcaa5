"""What a run gives beside its notebook: figures, tables and charts as files, laid out as a draft."""

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.origins import OFFICIAL, home_of, named_sources
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES
from improvement_reports.domain.wording import titled
from improvement_reports.facts.figures import MIME
from improvement_reports.official.definitions import has_official, load_sources
from improvement_reports.returns.prepared import return_info
from improvement_reports.runs.downloads import csv_text, data_csv, figures_csv, official_rows
from improvement_reports.runs.figures_file import figures_json, read_sources
from improvement_reports.runs.outputs import figures_of
from improvement_reports.runs.published_notebook import without_figures
from improvement_reports.runs.report_content import Content, content_with
from improvement_reports.runs.reports import Job
from improvement_reports.runs.run import EXECUTED, KEY_FILE, run_report
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.notebook_files import own_notebook, own_notebook_text
from improvement_reports.workspace.parameters import ReportParameters, Source
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import Stamp, digests
from improvement_reports.workspace.work import Outcome

# The stamp of what was written into a folder that is generated, and what it was called until release 0.3.
WRITTEN = ".written"
FORMER_STAMPS = (".laid",)


def write_draft(project: Project, job: Job, force: bool = False) -> None:
    """What the newest run gives, into the draft folder, if the run is another one than last time."""
    folder, stamp = project.draft_folder(*job), _draft_stamp(project, job)
    if force or not stamp.holds():
        shutil.rmtree(folder, ignore_errors=True)
        content = _written(project, *job)
        stamp.set(fingerprint=content.fingerprint)  # what is read back of the files is just this


def run_with_draft(root: str, authority: str, month: str, kind: str, force: bool = False) -> Outcome:
    """`run_report`, and what a run that was done gives: this process has read all that it is made from.

    A draft that cannot be written here is left to whoever writes the pages, who says why.
    """
    outcome = run_report(root, authority, month, kind, force)
    if outcome.state == "done":
        with suppress(Exception):
            write_draft(Project(Path(root)), Job(authority, month, kind))
    return outcome


def draft_is_current(project: Project, job: Job) -> bool:
    """Whether the draft is what the newest run gives."""
    return _draft_stamp(project, job).holds()


def _draft_stamp(project: Project, job: Job) -> Stamp:
    folder = project.draft_folder(*job)
    key = digest([file_digest(project.run_folder(*job) / KEY_FILE), package_digest()])
    return Stamp(folder / WRITTEN, key, lambda: _draft_files(folder))


def _draft_files(folder: Path) -> dict[str, str]:
    return {name: sha256 for name, sha256 in digests(folder).items() if name != WRITTEN}


def has_draft(project: Project, job: Job) -> bool:
    return (project.draft_folder(*job) / WRITTEN).is_file()


FACTS_FILE = "facts.json"


@dataclass(frozen=True)
class PageFacts:
    """What a page needs besides its notebook and figures: of a run, or of the manifest of an edition."""

    params: ReportParameters
    short_name: str
    summary: str
    illustrative: bool
    sources: dict

    @property
    def title(self) -> str:
        return titled(self.short_name, self.params.title)


def write_draft_of(project, authority: str, month: str, kind: str) -> Path:
    """Write what a run gives beside its page: figures, charts, data, notebook; returns their folder. Same notebook,
    same bytes.
    """
    _written(project, authority, month, kind)
    return project.draft_folder(authority, month, kind)


def _written(project: Project, authority: str, month: str, kind: str) -> Content:
    """What a run says, what it gives being written."""
    from improvement_reports.report import open_report

    report = open_report(authority, month, kind, project)
    executed = (project.run_folder(authority, month, kind) / EXECUTED).read_text(encoding="utf-8")
    notebook = own_notebook(executed)
    figures = figures_of(notebook)
    folder = project.draft_folder(authority, month, kind)
    write_whole(folder / "figures.json", figures_json(report.params, figures, sources_of(project, report, figures)))
    write_whole(folder / "figures.csv", figures_csv(figures, f"{authority}/{month}"))
    write_whole(folder / EXECUTED, own_notebook_text(without_figures(notebook)) + "\n")
    _lay_charts(folder / "charts", notebook)
    shutil.rmtree(folder / "data", ignore_errors=True)
    for name, rows in official_rows(figures).items():
        write_whole(folder / "data" / f"{name}.csv", csv_text([*COLUMNS[name], "source_row"], rows))
    for name, table in RETURN_TABLES.items() if report.params.kind.has_return else ():
        write_whole(folder / "data" / f"{name}.csv", data_csv(report.facts.tables[name], table.column_names))
    facts = PageFacts(
        report.params, report.facts.authority.short_name, plain_summary(report), report.info.illustrative, {}
    )
    stored = {
        "params": facts.params.model_dump(mode="json"),
        "short_name": facts.short_name,
        "summary": facts.summary,
        "illustrative": facts.illustrative,
    }
    write_whole(folder / FACTS_FILE, json.dumps(stored, ensure_ascii=False, indent=1) + "\n")
    return content_with(figures, notebook)


def draft_facts(folder: Path) -> PageFacts:
    """The facts that `write_draft_of` left in a folder."""
    stored = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    sources = read_sources(folder / "figures.json")
    return PageFacts(
        ReportParameters(**stored["params"]),
        stored["short_name"],
        stored["summary"],
        stored["illustrative"],
        {key: Source(**s) for key, s in sources.items()},
    )


def sources_of(project, report, figures: list[dict]) -> dict:
    """The documents of a report's return, and those of other returns and the official releases that its figures use.

    By the names that `origins.source_name` gives: a short key is one of the report's own return, or of a release.
    """
    used = {(home_of(i["file"]), i["source_id"]) for f in figures for i in f["inputs"]}
    official = load_sources(project) if has_official(project) else {}
    found = dict(report.info.sources)
    for key, s in official.items():
        if (OFFICIAL, key) in used:
            found[f"{OFFICIAL}/{key}" if key in report.info.sources else key] = Source(
                **s.model_dump(exclude={"release"})
            )
    own = f"{report.params.authority}/{report.params.month}"
    for home in sorted({home for home, _ in used} - {own, OFFICIAL}):
        theirs = return_info(project.processed_return(*home.split("/"))).sources
        found |= named_sources(home, {key: s for key, s in theirs.items() if (home, key) in used}, own)
    return found


def plain_summary(report) -> str:
    """The report's summary with its numbers, as plain text."""
    from improvement_reports.domain.markup import plain

    text = plain(report.fill(report.params.summary))
    report.facts.take_figures()
    return text


def _lay_charts(folder: Path, notebook) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(MIME, {})
            if record.get("form") == "chart":
                name = record["id"].split(".", 1)[1]
                svg = output["data"]["image/svg+xml"]
                write_whole(folder / f"{name}.svg", svg if isinstance(svg, str) else "".join(svg))
                write_whole(folder / f"{name}-narrow.svg", record["svg_narrow"])
