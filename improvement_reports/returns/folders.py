"""Which returns there are in data/raw, and what lies there that is none."""

from improvement_reports.domain.errors import Fault
from improvement_reports.workspace.places import KEY, MONTH, Project

# Folders of data/raw that hold something other than monthly returns.
NOT_RETURNS = ("official-statistics", "inspections")


def returns(project: Project, authority: str | None = None, month: str | None = None) -> list[tuple[str, str]]:
    """Every raw return, (authority, month), oldest first within an authority."""
    keys = with_returns(project) if authority is None else [authority]
    folders = (p for key in keys if KEY.fullmatch(key) for p in (project.raw / key).glob("*"))
    found = sorted((p.parent.name, p.name) for p in folders if MONTH.fullmatch(p.name) and p.is_dir())
    return [(a, m) for a, m in found if month in (None, m)]


def with_returns(project: Project) -> list[str]:
    """The authorities that have a folder in data/raw, in order."""
    return sorted(p.name for p in project.raw.glob("*") if KEY.fullmatch(p.name) and p.is_dir())


def stray_folders(project: Project) -> list[Fault]:
    """Folders in data/raw that are no return: they would silently be left out."""
    faults = []
    for home in sorted(p for p in project.raw.iterdir() if p.is_dir() and not p.name.startswith(".")):
        if home.name in NOT_RETURNS:
            continue
        if not KEY.fullmatch(home.name):
            faults.append(
                Fault(
                    project.relative(home), "is not the key of an authority; use lower-case letters, digits and hyphens"
                )
            )
            continue
        for folder in sorted(p for p in home.iterdir() if p.is_dir() and not p.name.startswith(".")):
            if folder.name not in NOT_RETURNS and not MONTH.fullmatch(folder.name):
                faults.append(
                    Fault(
                        project.relative(folder), "is not a reporting month; rename it to year and month as in 2021-04"
                    )
                )
    return faults
