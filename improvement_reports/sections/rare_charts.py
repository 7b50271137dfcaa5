"""What is drawn where a control chart would mislead because few are counted: the cases, and the time between them."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from improvement_reports.charts.rare import LEAST, Stretch, rare_svg
from improvement_reports.domain.numbers import counted as counted_words
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.aptness import NotApt, Spell, is_of_the_missing, rare_events, spells
from improvement_reports.method.own_series import Series
from improvement_reports.method.paces_words import NAMES
from improvement_reports.method.progress import Position
from improvement_reports.workspace.measures import Measure

MOST_STRETCHES = 3


class Rare(NamedTuple):
    """The drawing of rare events, what its columns are, its alternative text and a cell of the table for each period."""

    draw: Callable[[int], str]
    columns_are: str
    alt: str
    cells: list[str]


def rare_drawing(at: Position, measure: Measure, labels: list[str]) -> Rare | None:
    """Cases and time between; None where another reason stands against a chart, or none. ``labels``: the month of each
    point.
    """
    found, series = at.judgement, at.history
    if found is None or series is None or found.why_no_chart not in (NotApt.FEW_CASES, NotApt.RARE):
        return None
    events = list(rare_events(series))
    if len(events) != len(labels):
        return None
    long = sorted((s for s in spells(series) if s.periods >= LEAST), key=lambda s: -s.periods)[:MOST_STRETCHES]
    stretches = [
        Stretch(s.start, s.end, _stretch_words(s, series, measure)) for s in sorted(long, key=lambda s: s.start)
    ]
    what = _what(series, measure)
    known = [n for n in events if n is not None]
    alt = f"Columns: {what}, {sum(known)} in {counted_words(len(known), 'period')}. {_since_words(series, labels)}"
    return Rare(
        partial(rare_svg, labels, events, stretches),
        f"columns: {what}",
        alt.strip(),
        ["" if n is None else str(n) for n in events],
    )


def _what(series: Series, measure: Measure) -> str:
    """What a column counts: of a percentage near 100 the cases that are missing from it, near 0 those in it."""
    if series.unit is Unit.COUNT:
        return "the number of each period"
    cases = measure.of or "cases"
    return f"{cases} that it does not count" if is_of_the_missing(series) else f"{cases} that it counts"


def _stretch_words(spell: Spell, series: Series, measure: Measure) -> str:
    """How long there was none: none for 5 months (210 reviews)."""
    name = NAMES.get(series.period_type, "values")
    time = counted_words(spell.periods, name.removesuffix("s"), name)
    return f"none for {time}" + (f" ({spell.cases:,} {measure.of or 'cases'})" if spell.cases else "")


def _since_words(series: Series, labels: list[str]) -> str:
    """When the newest was, if it was not in the newest period."""
    last = next((s for s in reversed(spells(series)) if s.end == len(labels) - 1), None)
    if last is None:
        return ""
    return "None in any period." if last.start == 0 else f"None since {format_day(labels[last.start - 1])}."
