"""The prepared tables of a month, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.workspace.parameters import ReturnInfo

if TYPE_CHECKING:
    import pandas as pd

INFO_FILE = "return.json"


def read_processed(folder: Path) -> tuple[dict[str, pd.DataFrame], dict]:
    """Processed tables of one return and its ``return.json`` (info, narrative, file hashes)."""
    from improvement_reports.workspace.parquet import read_parquet

    _require_prepared(folder)
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in RETURN_TABLES}
    return tables, _read_info(folder)


def _read_info(folder: Path) -> dict:
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    return {**info, "info": ReturnInfo.model_validate(info["info"])}


def return_info(folder: Path) -> ReturnInfo:
    """What a prepared return says of itself, without its tables; a `UserError` where it has not been prepared."""
    _require_prepared(folder)
    return _read_info(folder)["info"]


def _require_prepared(folder: Path) -> None:
    if not (folder / INFO_FILE).is_file():
        raise UserError(
            f"The return {folder.parent.name}/{folder.name} has not been prepared; run python3 make.py prepare."
        )
