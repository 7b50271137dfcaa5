"""The line of a measure in a cell of a table: its last 18 points with the targets that held then."""

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from improvement_reports.charts.sparkline import FEWEST, Spark, sparkline
from improvement_reports.domain.references import find_target
from improvement_reports.domain.vocabulary import ValueStatus
from improvement_reports.facts.facts import Facts
from improvement_reports.method.progress import Position, one_goal
from improvement_reports.method.standing import Standing
from improvement_reports.official.statistics import OfficialRow, OfficialStatistics
from improvement_reports.report import Report

LINE_POINTS = 18


def has_line(at: Position) -> bool:
    """Whether a measure has values enough for a line; a disputed value has none."""
    if at.history is None or at.is_disputed:
        return False
    return sum(p.stated is not None for p in at.history.points[-LINE_POINTS:]) >= FEWEST


def measure_line(report: Report, at: Position) -> Markup:
    """The line of a measure up to its newest value, with the targets that held then."""
    return line_of(report.facts, at)


def line_of(facts: Facts, at: Position, has_goals: bool = True) -> Markup:
    """The same, for a page that is made of several reports; an area has no targets of its own (``has_goals``)."""
    if at.history is None or not has_line(at):
        return Markup()
    points = at.history.points[-LINE_POINTS:]
    goals = [find_target(facts.targets_by_key, at.measure_id, p.period) if has_goals else None for p in points]
    return sparkline(
        [
            Spark(None if p.stated is None else float(p.stated), None if g is None else float(g))
            for p, g in zip(points, map(one_goal, goals), strict=True)
        ]
    )


def line_rows(positions: Iterable[Position]) -> list[pd.Series]:
    """The rows that the lines of measures are drawn from."""
    return [row for at in positions if has_line(at) for row in at.series[-LINE_POINTS:]]


def official_line(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> Markup:
    """The line of an official measure of an area to a year; a year without a published value is a gap."""
    rows = _official_rows(official, measure_id, year, la_code)
    if not rows:
        return Markup()
    return sparkline([Spark(float(rows[y]["value"]) if y in rows else None) for y in range(min(rows), year + 1)])


def official_line_rows(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> list[OfficialRow]:
    """The published rows that such a line is drawn from, oldest first."""
    return list(_official_rows(official, measure_id, year, la_code).values())


def _official_rows(official: OfficialStatistics, measure_id: str, year: int, la_code: str) -> dict[int, OfficialRow]:
    """The same by year; none where they are too few for a line."""
    years = [y for y in official.years(measure_id, la_code) if year - LINE_POINTS < y <= year]
    rows = {y: official.row(measure_id, y, la_code) for y in years}
    found = {y: r for y, r in rows.items() if r is not None and r["status"] == ValueStatus.PUBLISHED}
    return found if len(found) >= FEWEST else {}


def standing_line(report: Report, s: Standing) -> Markup:
    """The line of the authority of a profile to the year in which it stands somewhere."""
    return official_line(report.official, s.measure_id, s.year, report.facts.authority.la_code)


def standing_line_rows(report: Report, s: Standing) -> list[OfficialRow]:
    """The rows of that line."""
    return official_line_rows(report.official, s.measure_id, s.year, report.facts.authority.la_code)
