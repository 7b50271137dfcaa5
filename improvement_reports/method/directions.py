"""Directions that documents claim in words: what they say of one series, beside what other documents and the
department's figures say. Pure functions of tables.

A direction is data: a column of the observations, or a claim that compares two years in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.references import OfficialReference, Reference, parse_operands
from improvement_reports.domain.vocabulary import BetterWhen, ClaimMethod, ClaimOutcome, StatedDirection
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.claims import COMPARISONS
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.workspace.measures import Measure

CHECK = "direction in words"
RISING, FALLING, STEADY = StatedDirection.RISING, StatedDirection.FALLING, StatedDirection.STEADY
YEARS_SHOWN = 4


class Said(NamedTuple):
    """A direction as one document states it of a series (a measure, or its official counterpart)."""

    series: str
    month: str
    direction: StatedDirection
    row: pd.Series


def movement(direction: str, better_when: BetterWhen) -> StatedDirection | None:
    """The way a number moves by a stated direction: of “improving” by the side that is better; None where neither is.

    >>> movement("improving", BetterWhen.LOWER)
    <StatedDirection.FALLING: 'falling'>
    """
    told = StatedDirection(direction)
    if told in (RISING, FALLING, STEADY):
        return told
    if better_when is BetterWhen.NEUTRAL:
        return None
    is_up = (told is StatedDirection.IMPROVING) == (better_when is BetterWhen.HIGHER)
    return RISING if is_up else FALLING


def effect(direction: str, better_when: BetterWhen) -> StatedDirection | None:
    """Whether a stated direction is one to the better, to the worse or none; None where neither side is better."""
    told = movement(direction, better_when)
    if told is STEADY or told is None or better_when is BetterWhen.NEUTRAL:
        return told if told is STEADY else None
    is_better = (told is RISING) == (better_when is BetterWhen.HIGHER)
    return StatedDirection.IMPROVING if is_better else StatedDirection.WORSENING


def stated_directions(
    authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]], measures: Mapping[str, Measure]
) -> list[Said]:
    """Every direction that the returns of an authority state of a series of its own, in the order of the months."""
    found = []
    for month, tables in returns:
        rows = Rows(tables["observations"])
        for at in rows.places(area=authority, category=""):
            if direction := rows.cells("stated_direction")[at]:
                measure_id = rows.cells("measure_id")[at]
                if told := movement(direction, measures[measure_id].better_when):
                    found.append(Said(_series(measure_id, measures), month, told, rows.row(at)))
        claims = Rows(tables["claims"])
        compared = [at for at, method in enumerate(claims.cells("method")) if method in COMPARISONS]
        found += [said for at in compared if (said := _claimed(authority, month, claims.row(at), measures))]
    return found


def _series(measure_id: str, measures: Mapping[str, Measure]) -> str:
    """Measures with the same official counterpart are one series."""
    told = measures[measure_id].official
    return measure_id if told is None else told.measure


def _claimed(authority: str, month: str, claim: pd.Series, measures: Mapping[str, Measure]) -> Said | None:
    """The direction of a comparison in words, if it sets one series beside an earlier time of itself."""
    try:
        now, before = parse_operands(claim["operands"])
    except (UserError, ValueError):  # it compares with several, or is no reference at all
        return None
    if isinstance(now, OfficialReference) and isinstance(before, OfficialReference):
        own = (None, authority)
        is_same = now.measure_id == before.measure_id and now.area in own and before.area in own
        series, is_later = now.measure_id, now.year > before.year
    elif isinstance(now, Reference) and isinstance(before, Reference) and now.measure_id in measures:
        is_same = now.measure_id == before.measure_id and now.area == before.area and now.category == before.category
        series, is_later = _series(now.measure_id, measures), (now.period or month) > (before.period or month)
    else:
        return None
    if not is_same or not is_later:
        return None
    return Said(series, month, RISING if claim["method"] == ClaimMethod.HIGHER else FALLING, claim)


def direction_entries(
    authority: str,
    returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]],
    measures: Mapping[str, Measure],
    official: OfficialStatistics | None,
    la_code: str,
) -> list[Entry]:
    """Each direction beside the one that the document before states of the same series, with the official figures of
    those years. Two that contradict each other may both be true of their times; the reader sees the figures.
    """
    found: list[Entry] = []
    last: dict[str, list[Said]] = {}
    for said in stated_directions(authority, returns, measures):
        before = [s for s in last.get(said.series, []) if s.month < said.month]
        if before:
            newest = max(s.month for s in before)
            found += _entries(authority, said, [s for s in before if s.month == newest], measures, official, la_code)
        last.setdefault(said.series, []).append(said)
    return found


def _entries(
    authority: str,
    said: Said,
    before: list[Said],
    measures: Mapping[str, Measure],
    official: OfficialStatistics | None,
    la_code: str,
) -> Iterator[Entry]:
    """One entry against the document before; where that says two things of two times, one that agrees is enough."""
    other = next((s for s in before if s.direction is said.direction), before[0])
    is_same = other.direction is said.direction
    figures, rows = _official_figures(said.series, other.month, said.month, official, la_code)
    title = _title(said.series, measures, official)
    yield Entry(
        CHECK,
        authority,
        said.month,
        f"{title}: the direction that this document states, and the one before",
        said.direction.value,
        f"{other.direction.value} ({nb.format_day(other.month)})",
        ClaimOutcome.AGREES if is_same else ClaimOutcome.DIFFERS,
        "",
        figures,
        (said.row, other.row, *rows),
    )


def _title(series: str, measures: Mapping[str, Measure], official: OfficialStatistics | None) -> str:
    if series in measures:
        return measures[series].title
    return official.measure(series).title if official is not None else series


def _official_figures(
    series: str, first: str, last: str, official: OfficialStatistics | None, la_code: str
) -> tuple[str, tuple]:
    """The department's figures from the year before the earlier document to the year of the later one."""
    if official is None or series not in official.measures:
        return "", ()
    years = [y for y in official.years(series, la_code) if int(first[:4]) - 1 <= y <= int(last[:4])][-YEARS_SHOWN:]
    rows = [r for y in years if (r := official.row(series, y, la_code)) is not None]
    theirs = official.measure(series)
    values = [nb.format_value(nb.to_decimal(r["value_text"]), theirs.unit, theirs.decimals) for r in rows]
    told = [f"{v} ({official.year_words(series, y)})" for y, v in zip(years, values, strict=True)]
    return f"DfE: {', '.join(told)}." if told else "", tuple(rows)
