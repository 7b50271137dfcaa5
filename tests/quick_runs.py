"""A notebook that takes no longer than its kernel, and a run of everything in this process."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from improvement_reports.pages.every_page import write_every_page
from improvement_reports.runs.reports import every_report
from improvement_reports.runs.up_to_date import prepare_and_run, written_before
from improvement_reports.workspace.notebooks import KERNEL
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor, Summary

FEBRUARY, MARCH = ("exampleshire", "2024-02", "board"), ("exampleshire", "2024-03", "board")
PARAMETERS = 'authority = ""\nmonth = ""\nkind = ""'


def parameters_cell(source: str = PARAMETERS):
    return new_code_cell(source, metadata={"tags": ["parameters"]})


def template(project: Project, *cells) -> None:
    """A notebook of a few cells in the place of the board report's."""
    book = new_notebook(
        cells=list(cells), metadata={"kernelspec": {"name": KERNEL, "display_name": "Python 3", "language": "python"}}
    )
    nbformat.write(book, project.notebook("board"))


def make_quick(project: Project) -> Project:
    """A notebook that takes no longer than its kernel, and fails for the months that `failing_in` names."""
    calls = (
        "# calls of the real one: key_measures(report), sections.charts(report, priority), measures_table(report,"
        " priority)"
    )
    template(
        project,
        parameters_cell(),
        new_markdown_cell("Words"),
        new_code_cell("1 / (month not in {'2024-01'});"),
        new_code_cell(calls),
    )
    return project


def everything(project: Project) -> Summary:
    """What `run` does, one report after the other in this process."""
    summary = Summary()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("improvement_reports.runs.up_to_date.report_executor", lambda jobs, folder: InlineExecutor())
        jobs = prepare_and_run(project, (None, None, None), False, lambda outcome: None, summary)
    write_every_page(project, jobs, False, written_before(project, every_report(project)))
    return summary
