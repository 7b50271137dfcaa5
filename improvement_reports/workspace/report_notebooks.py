"""Which notebooks a report of a project is made from, by its settings, and what their cells are.

Settings with faults are taken as without a layout here: their check says what is wrong with them.
"""

from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.layouts import notebook_text, notebooks_for, used_notebooks
from improvement_reports.workspace.parameters import LayoutPart, ReportParameters
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

Layout = list[LayoutPart] | None


def layout_of(project: Project, authority: str, month: str, kind: str) -> Layout:
    """The layout in the settings of a report; None without one."""
    path = project.report_params(authority, month, kind)
    try:
        content = load_yaml(path, path.name) if path.is_file() else {}
        return ReportParameters.model_validate(content).layout if "layout" in content else None
    except (UserError, ValueError):
        return None


def notebooks_of(project: Project, authority: str, month: str, kind: str) -> list[Path]:
    """The notebooks that a report is made from: that of its kind, and those that its layout takes sections from."""
    return used_notebooks(notebooks_for(project, authority, kind), layout_of(project, authority, month, kind))


def template_text(project: Project, authority: str, month: str, kind: str) -> str:
    """The notebook that is run for a report, as text; an `OSError` or `UserError` if it cannot be read."""
    layout = layout_of(project, authority, month, kind)
    if layout is None:
        return project.notebook(kind, authority).read_text(encoding="utf-8")
    return notebook_text(notebooks_for(project, authority, kind), layout)
