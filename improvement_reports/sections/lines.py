"""The line of a measure in a cell of a table: its last 18 points with the targets that held then."""

from markupsafe import Markup

from improvement_reports.charts.sparkline import FEWEST, Spark, sparkline
from improvement_reports.domain.references import find_target
from improvement_reports.method.progress import Position
from improvement_reports.report import Report

LINE_POINTS = 18


def has_line(at: Position) -> bool:
    """Whether a measure has values enough for a line."""
    return at.history is not None and sum(p.stated is not None for p in at.history.points[-LINE_POINTS:]) >= FEWEST


def measure_line(report: Report, at: Position) -> Markup:
    """The line of a measure up to its newest value, with the targets that held then."""
    if at.history is None or at.is_disputed:
        return Markup()
    points = at.history.points[-LINE_POINTS:]
    goals = [find_target(report.facts.targets_by_key, at.measure_id, p.period) for p in points]
    return sparkline(
        [
            Spark(None if p.stated is None else float(p.stated), None if g is None else float(g["target"]))
            for p, g in zip(points, goals, strict=True)
        ]
    )
