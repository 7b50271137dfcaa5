"""The prepared tables of a month, read back."""

import json
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.workspace.parameters import ReturnInfo
from improvement_reports.workspace.parquet import read_parquet

INFO_FILE = "return.json"


def read_processed(folder: Path) -> tuple[dict[str, pd.DataFrame], dict]:
    """Processed tables of one return and its ``return.json`` (info, narrative, file hashes)."""
    if not (folder / INFO_FILE).is_file():
        raise UserError(
            f"The return {folder.parent.name}/{folder.name} has not been prepared; run python3 make.py prepare."
        )
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in RETURN_TABLES}
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    info["info"] = ReturnInfo.model_validate(info["info"])
    return tables, info
