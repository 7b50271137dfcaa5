"""What a new edition would give away of what was withheld in the editions before, of this report and of all others."""

import csv
from pathlib import Path

import pandas as pd

from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.editions.edition import Edition, editions_of, published_reports
from improvement_reports.editions.inputs import find_input
from improvement_reports.method.cells import cell_of
from improvement_reports.method.disclosure import Published, newly_revealed
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.places import Project

KEY = ("measure_id", "area", "period", "period_type", "category")
NUMBERS = ("value", "numerator", "denominator", "change")
OBSERVATIONS = "data/observations.csv"


def revealed_numbers(project: Project, authority: str, month: str, draft: Path) -> list[str]:
    """What the draft of a report shows, or lets follow, although an edition of any of the authority's reports withholds
    it.

    A value that was corrected is another number, so showing it says nothing of the one that was withheld.
    """
    editions = [e for job in published_reports(project) if job[0] == authority for e in editions_of(project, *job)]
    return list(
        dict.fromkeys(
            [*_shown_now(project, editions, authority, month, draft), *_following_now(project, editions, draft)]
        )
    )


def _shown_now(project: Project, editions: list[Edition], authority: str, month: str, draft: Path) -> list[str]:
    """Observations that an edition withholds and the draft shows although the raw value is the same."""
    shown = {
        cell_of(r): r for r in _rows(draft / OBSERVATIONS) if r["value_status"] != ValueStatus.SUPPRESSED and r["value"]
    }
    now, found = _values(project.raw_return(authority, month) / "observations.csv"), []
    for edition in editions:
        then = _raw_values(project, f"data/raw/{edition.authority}/{edition.month}/observations.csv", edition)
        for row in _rows(edition.folder / OBSERVATIONS):
            after = shown.get(cell_of(row))
            if row["value_status"] == ValueStatus.SUPPRESSED and after is not None:
                was, is_ = then.get(row["source_row"]), now.get(after["source_row"])
                if was is None or is_ is None or was == is_:
                    found.append(
                        f"{', '.join(filter(None, (row[c] for c in KEY)))} (withheld in {_name(edition, month)})"
                    )
    return found


def _name(edition: Edition, month: str) -> str:
    return edition.version if edition.month == month else f"{edition.month}/{edition.kind}/{edition.version}"


def _following_now(project: Project, editions: list[Edition], draft: Path) -> list[str]:
    """Withheld numbers that follow once the draft is published beside all editions, and did not before."""
    measures, frames = load_measures(project), [_frame(e.folder) for e in editions]
    now, before = Published(frames, measures, _frame(draft)), Published(frames, measures)
    return [str(found) for found in newly_revealed(now, before)]


def _frame(folder: Path) -> pd.DataFrame:
    """The observations of an edition or a draft as a table with numbers."""
    rows = pd.DataFrame(_rows(folder / OBSERVATIONS), columns=[*KEY, *NUMBERS, "value_status"])
    return rows.assign(**{c: pd.to_numeric(rows[c], errors="coerce") for c in NUMBERS})


def _rows(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _values(path: Path) -> dict[str, tuple[float | None, ...]]:
    """Value, numerator and denominator of each row of a raw table by its number; none of a return in a workbook."""
    columns = ("value", "numerator", "denominator")
    return {
        str(n): tuple(float(r[c]) if r.get(c, "").strip() else None for c in columns)
        for n, r in enumerate(_rows(path), 2)
    }


def _raw_values(project: Project, name: str, edition: Edition) -> dict[str, tuple[float | None, ...]]:
    record = edition.inputs.get(name)
    place = find_input(project, name, record.sha256) if record else None
    return _values(place) if place else {}
