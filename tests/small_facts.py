"""A made-up return of a few rows, as received and as prepared, and its facts: all in memory, and no file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from improvement_reports.domain.rows import typed
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.facts.facts import Facts
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.returns.reading import RawReturn
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ReturnInfo

HOME, MONTH = "exampleshire", "2024-02"
AUTHORITY = Authority(name="Exampleshire Council", short_name="Exampleshire", la_code="999", region="Nowhere")
OF_EVERY_ROW = {
    "observations": {"area": HOME, "period_type": "month", "value_status": "published"},
    "targets": {"level": "local"},
}
SOURCE = {"title": "Scorecard", "publisher": "Exampleshire Council", "licence": "None", "date": "2024-03-20"}
Row = Mapping[str, str]


def measure(**given) -> Measure:
    words = {"title": "Visits in time", "label": "Visits in time", "unit": "percent", "of": "cases"}
    words |= {"better_when": "higher", "definition": "Made up.", "question": "Why?"}
    return Measure.model_validate(words | {"small_numbers_shown_because": "made up"} | given)


def _as_text(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of a table as text, numbered as a file has them."""
    full = [OF_EVERY_ROW.get(name, {}) | dict(row) for row in rows]
    index = pd.Index(range(2, len(full) + 2))
    return pd.DataFrame(full, columns=list(RETURN_TABLES[name].column_names), index=index, dtype=object).fillna("")


def tables_of(month: str = MONTH, **rows: Sequence[Row]) -> dict[str, pd.DataFrame]:
    """Every table of a return, with these rows in some of them; what a row does not say is empty or as usual."""
    found = {}
    for name, spec in RETURN_TABLES.items():
        found[name] = typed(spec, _as_text(name, rows.get(name, ())), f"{HOME}/{month}/{name}.csv")
    return found


def facts_of(measures: dict[str, Measure], official: OfficialStatistics | None = None, **rows: Sequence[Row]) -> Facts:
    """The facts of the month of these rows by table."""
    return Facts(HOME, MONTH, AUTHORITY, measures, tables_of(**rows), [], official)


def months_of(measure_id: str, values: Sequence[object], last: str = MONTH, **given: str) -> list[Row]:
    """Observations of as many months as there are values, up to the last one."""
    months = pd.period_range(end=last, periods=len(values), freq="M").strftime("%Y-%m")
    return [
        {"measure_id": measure_id, "period": m, "value": str(v)} | given for m, v in zip(months, values, strict=True)
    ]


def raw_of(tables: dict[str, list[dict]] | None = None, narrative: dict[str, str] | None = None, **told) -> RawReturn:
    """A return as received on 20 March 2024 with rows of some tables; ``told`` as return.yml says it."""
    frames = {name: _as_text(name, rows) for name, rows in (tables or {}).items()}
    info = ReturnInfo.model_validate(
        {"authority": HOME, "month": MONTH, "received": "2024-03-20", "sources": {"board": SOURCE}} | told
    )
    files = {name: f"{name}.csv" for name in frames}
    return RawReturn(Path("raw") / HOME / MONTH, info, frames, files, narrative=narrative or {})
