"""The editions of Exampleshire's board report: where they lie, what a correction changes, and how one is forged."""

import json
from pathlib import Path
from types import SimpleNamespace

import nbformat

from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.runs.draft import write_draft
from improvement_reports.runs.figures_file import figures_json, read_figures
from improvement_reports.runs.published_notebook import read_notebook, records_of, without_figures
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import Project

JOB = ("exampleshire", "2024-03", "board")
HOME = "reports/exampleshire/2024-03/board"
OBSERVATIONS = "data/raw/exampleshire/2024-03/observations.csv"
OLD, NEW = ",,85,170,200,", ",,96,192,200,"


def rerun(project: Project) -> None:
    """Run the report again after a change of its inputs and lay what it gives."""
    from improvement_reports.returns.series import prepare_if_changed
    from improvement_reports.runs.run import run_report

    assert prepare_if_changed(project, *JOB[:2]).state == "done"
    outcome = run_report(str(project.root), *JOB)
    assert outcome.state == "done", outcome.message
    write_draft(project, JOB)


def rewrite(path: Path, change) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def change_figures(folder: Path, change, in_notebook: bool = True) -> None:
    """Each figure of an edition changed in figures.json, and as somebody would have it who covers that up in its
    notebook too.
    """
    book, content = read_notebook(folder), read_figures(folder / "figures.json")
    for record in records_of(book):
        for f in record["figures"]:
            change(f)
    for f in content["figures"]:
        change(f)
    sources = {key: Source(**s) for key, s in content["sources"].items()}
    text = figures_json(SimpleNamespace(**content["report"]), content["figures"], sources)
    (folder / "figures.json").write_text(text, encoding="utf-8")
    if in_notebook:
        nbformat.write(without_figures(book), folder / "report.ipynb")


def make_fit(project: Project, version: str = "v1") -> None:
    """The manifest says what the files are now, as somebody would have it who covers up a change."""
    folder = project.root / HOME / version
    found = {
        n: {"sha256": file_digest(folder / n), "bytes": (folder / n).stat().st_size}
        for n in json.loads((folder / MANIFEST).read_text())["files"]
    }
    rewrite(folder / MANIFEST, lambda m: m.update(files=found))
