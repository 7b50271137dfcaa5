"""From a raw return to tidy, typed, suppressed Parquet tables: data/raw → check → data/processed."""

from pathlib import Path
from typing import TYPE_CHECKING

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.places import Project

if TYPE_CHECKING:  # it is only loaded when there is something to read
    from improvement_reports.returns.reading import RawReturn


def check_return(project: Project, folder: Path) -> "RawReturn":
    """The raw return in ``folder`` if nothing is wrong with it; `InvalidInput` with every fault otherwise."""
    from improvement_reports.returns.series import before, checked

    return checked(project, folder, before(project, folder.parent.name, folder.name))[0]


def prepare_return(project: Project, authority: str, month: str) -> Path:
    """Check one return and write its processed tables, and those of earlier months that changed; returns their
    folder.
    """
    from improvement_reports.returns.series import prepare_months

    steps = [step for step, _ in prepare_months(project, authority, month, {month}) if step.month == month]
    if not steps:
        raise UserError(
            f"The return {project.relative(project.raw_return(authority, month))} does not exist; put the files of the"
            " return there."
        )
    if (error := steps[0].error) is not None:
        raise error
    return project.processed_return(authority, month)
