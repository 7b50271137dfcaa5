"""What a new edition would give away: numbers that an earlier edition of the report withholds because they are small."""

import csv
from pathlib import Path

from improvement_reports.editions import Edition
from improvement_reports.kept import find_input
from improvement_reports.project import Project
from improvement_reports.vocabulary import ValueStatus

KEY = ("measure_id", "area", "period", "period_type", "category")


def given_away(project: Project, editions: list[Edition], draft: Path) -> list[str]:
    """Observations that an earlier edition withholds and ``draft`` shows although the raw value is the same.

    A value that was corrected is another number, so showing it says nothing of the one that was withheld.
    """
    shown = {_key(r): r for r in _rows(draft / "data/observations.csv") if r["value_status"] != ValueStatus.SUPPRESSED and r["value"]}
    found = []
    for edition in editions:
        name = f"data/raw/{edition.authority}/{edition.month}/observations.csv"
        then = _raw_values(project, name, edition)
        now = _values(project.root / name)
        for row in _rows(edition.folder / "data/observations.csv"):
            after = shown.get(_key(row))
            if row["value_status"] == ValueStatus.SUPPRESSED and after is not None:
                was, is_ = then.get(row["source_row"]), now.get(after["source_row"])
                if was is None or is_ is None or was == is_:
                    found.append(f"{', '.join(filter(None, _key(row)))} (withheld in {edition.version})")
    return list(dict.fromkeys(found))


def _key(row: dict) -> tuple[str, ...]:
    return tuple(row[c] for c in KEY)


def _rows(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _values(path: Path) -> dict[str, tuple[str, ...]]:
    """Value, numerator and denominator of each row of a raw table by its number; none of a return in a workbook."""
    columns = ("value", "numerator", "denominator")
    return {str(n): tuple(float(r[c]) if r.get(c, "").strip() else None for c in columns) for n, r in enumerate(_rows(path), 2)}


def _raw_values(project: Project, name: str, edition: Edition) -> dict[str, tuple]:
    record = edition.inputs.get(name)
    place = find_input(project, name, record.sha256) if record else None
    return _values(place) if place else {}
