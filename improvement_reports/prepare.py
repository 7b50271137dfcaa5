"""From a raw return to tidy, typed, suppressed Parquet tables: data/raw → check → data/processed."""

import json
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.workspace.parameters import ReturnInfo
from improvement_reports.workspace.places import Project

INFO_FILE = "return.json"








def check_return(project: Project, folder: Path):
    """The raw return in ``folder`` if nothing is wrong with it; `InvalidInput` with every fault otherwise."""
    from improvement_reports.return_series import before, checked

    return checked(project, folder, before(project, folder.parent.name, folder.name))[0]




def prepare_return(project: Project, authority: str, month: str) -> Path:
    """Check one return and write its processed tables, and those of earlier months that changed; returns their folder."""
    from improvement_reports.return_series import prepare_months

    steps = [step for step, _ in prepare_months(project, authority, month, {month}) if step.month == month]
    if not steps:
        raise UserError(f"The return {project.relative(project.raw_return(authority, month))} does not exist; put the files of the return there.")
    if (error := steps[0].error) is not None:
        raise error
    return project.processed_return(authority, month)














def read_processed(folder: Path) -> tuple[dict[str, pd.DataFrame], dict]:
    """Processed tables of one return and its ``return.json`` (info, narrative, file hashes)."""
    if not (folder / INFO_FILE).is_file():
        raise UserError(
            f"The return {folder.parent.name}/{folder.name} has not been prepared; run python3 make.py prepare."
        )
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in RETURN_TABLES}
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    info["info"] = ReturnInfo.model_validate(info["info"])
    return tables, info
