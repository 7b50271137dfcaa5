"""Every file of an edition made again from its notebook, inputs and manifest, for `verify`, in the code of the edition.

`remake` starts it in a process that has no other code than the edition's. So the name and the arguments of `make_again`
stay as they are in every release; before 0.3.0 `remake` did this itself.
"""

import json
import shutil
from pathlib import Path

import nbformat

from improvement_reports.editions.changes import changes, conclusion_changed
from improvement_reports.editions.downloads.files import add_downloads, edition_facts
from improvement_reports.editions.manifest import Manifest, row_sets
from improvement_reports.report import open_report
from improvement_reports.runs.draft import plain_summary, sources_of, write_draft_of
from improvement_reports.runs.published_notebook import read_notebook
from improvement_reports.runs.report_content import content_of, read_content
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.places import Project

MADE = "made.json"


def make_again(root: str, folder: str, before: str, out: str, publisher: str, url: str) -> None:
    """Write the files of the edition in ``folder`` into ``out``, and ``made.json`` with what its manifest would say.

    ``root``: the project that was rebuilt from its inputs. ``before``: the edition before it, or "". ``publisher`` and
    ``url``: as its downloads name them.
    """
    project, edition, target = Project(Path(root)), Path(folder), Path(out)
    published = Manifest.model_validate_json((edition / "manifest.json").read_text(encoding="utf-8"))
    job = published.report.authority, published.report.month, str(published.report.kind)
    run = project.run_folder(*job)
    run.mkdir(parents=True, exist_ok=True)
    notebook = read_notebook(edition)
    nbformat.write(notebook, run / "report.ipynb")
    content = content_of(notebook)
    figures = list(content.figures.values())
    draft = write_draft_of(project, *job)
    for name in ("report.ipynb", "figures.json", "figures.csv", "charts", "data"):
        if (draft / name).is_dir():
            shutil.copytree(draft / name, target / name)
        elif (draft / name).is_file():
            shutil.copyfile(draft / name, target / name)
    shutil.copyfile(edition / "inputs.json", target / "inputs.json")
    report, template = open_report(*job, project), project.notebook(job[2], job[0])
    found = changes(read_content(Path(before)), content) if before else []
    made = published.model_copy(
        update={
            "title": report.params.title,
            "summary": plain_summary(report),
            "authority_name": report.facts.authority.name,
            "short_name": report.facts.authority.short_name,
            "illustrative": report.info.illustrative,
            "report": report.params,
            "sources": sources_of(project, report, figures),
            "template": {"path": template.relative_to(project.root).as_posix(), "sha256": file_digest(template)},
            "rows": row_sets(figures),
            "content_sha256": content.fingerprint,
            "figures": len(figures),
            "changes": tuple(change.record() for change in found),
            "conclusion_changed": conclusion_changed(found),
        }
    )
    add_downloads(target, edition_facts(made, publisher, url), figures)
    (target / MADE).write_text(json.dumps(made.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
