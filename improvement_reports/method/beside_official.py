"""A council's own figures, and those that it gives for others, beside the official statistics of the same day or
year. Pure functions of tables.

Three questions are kept apart: is there an official figure to compare with; is it the same; and if not, is the
council's figure of another day or year between two official ones. A part of a year has no official figure of its own,
unless the department publishes months.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.series import month_number, month_text
from improvement_reports.domain.vocabulary import Area, ClaimOutcome, PeriodType, Unit, ValueStatus
from improvement_reports.domain.wording import period_words
from improvement_reports.method.audit_entry import Entry
from improvement_reports.official.lists import Year
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.workspace.measures import Measure

CHECK = "official statistics"
MONTHS = {PeriodType.MONTH: 1, PeriodType.SNAPSHOT: 1, PeriodType.QUARTER: 3, PeriodType.SIX_MONTHS: 6}
# A count of a month or a quarter is not explained by its shorter period when it is this many times its share of the
# year.
TOO_LARGE_A_SHARE = 2
OTHERS = (Area.ENGLAND, Area.REGION, Area.STATISTICAL_NEIGHBOURS)


@dataclass(frozen=True)
class Verdict:
    """How a stated figure stands to official ones: the outcome, why, and the official rows besides the first."""

    outcome: ClaimOutcome
    why: str = ""
    rows: tuple = ()


@dataclass(frozen=True)
class Beside:
    """A stated row with its measure, and the official figures that it can be set beside.

    ``area``: whose figure it is by the statement; ``la_code``: of the authority that states it.
    """

    row: pd.Series
    measure: Measure
    official: OfficialStatistics
    area: str
    la_code: str

    @property
    def other(self) -> str:
        assert self.measure.official is not None  # only such measures are set beside official ones
        return self.measure.official.measure

    @property
    def theirs(self) -> Measure:
        return self.official.measure(self.other)

    @property
    def stated(self) -> Decimal:
        return nb.to_decimal(self.row["value"])

    @property
    def decimals(self) -> int:
        return int(self.row["value_decimals"])

    @property
    def kind(self) -> PeriodType:
        return PeriodType(self.row["period_type"])

    @property
    def covers(self) -> Year:
        return self.official.lists.year(self.other)

    @property
    def months(self) -> int | None:
        """The months of a part of a year, for what happens during a year; None for whole years and for stocks."""
        return None if self.covers.is_on_a_day else MONTHS.get(self.kind)

    def value(self, year: int) -> tuple[Decimal | None, tuple]:
        """The published figure of the area and the year, with its rows; None where there is none."""
        if self.area not in OTHERS:
            row = self.official.row(self.other, year, self.la_code)
            if row is None or row["status"] != ValueStatus.PUBLISHED:
                return None, ()
            return Decimal(row["value_text"]), (row,)
        found = self.official.comparator(self.other, year, self.area, self.la_code)
        return (None, ()) if found is None or found.value is None else (found.value, found.rows)

    def agrees(self, value: Decimal) -> ClaimOutcome | None:
        """Whether an official figure says the same; None if it does not."""
        if self.stated == value:
            return ClaimOutcome.AGREES
        return ClaimOutcome.AGREES_AFTER_ROUNDING if self.stated == nb.round_half_up(value, self.decimals) else None


def official_entries(
    authority: str,
    month: str,
    observations: pd.DataFrame,
    measures: dict[str, Measure],
    official: OfficialStatistics,
    la_code: str,
) -> list[Entry]:
    """Every stated figure of the authority, and every one that it gives for England, its region or its statistical
    neighbours, beside the official one of the same day or year; what has no official counterpart is left out.
    """
    told = observations[(observations["category"] == "") & observations["value"].notna()]
    found: list[Entry] = []
    for row in rows_of(told):
        measure = measures[row["measure_id"]]
        if measure.official is None or row["area"] not in (authority, *OTHERS):
            continue
        found += _entry(authority, month, Beside(row, measure, official, row["area"], la_code))
    return found


def _entry(authority: str, month: str, at: Beside) -> Iterator[Entry]:
    year = at.covers.nearest(at.row["period"], at.kind)
    value, rows = at.value(year)
    if value is None:
        return
    verdict = _verdict(at, year, value)
    agrees = verdict.outcome in (ClaimOutcome.AGREES, ClaimOutcome.AGREES_AFTER_ROUNDING)
    # Without a figure to compare with there is no distance either.
    gap = "" if agrees or verdict.outcome is ClaimOutcome.CANNOT_BE_RECOMPUTED else _distance(at, value)
    told = at.measure.official.difference if at.measure.official and at.area not in OTHERS else ""
    yield Entry(
        CHECK,
        authority,
        month,
        f"{_stated_title(at)}; DfE: {at.theirs.title}, {at.official.year_words(at.other, year)}",
        nb.format_value(at.stated, at.measure.unit, at.decimals),
        nb.format_value(nb.round_half_up(value, at.theirs.decimals), at.theirs.unit, at.theirs.decimals),
        verdict.outcome,
        gap,
        " ".join(filter(None, (verdict.why, told))),
        (at.row, *rows, *verdict.rows),
    )


def _stated_title(at: Beside) -> str:
    whose = f" of {OTHER_WORDS[Area(at.area)]}" if at.area in OTHERS else ""
    return f"{at.measure.title}{whose}, {period_words(at.row['period'], at.kind)}"


OTHER_WORDS = {
    Area.ENGLAND: "England",
    Area.REGION: "the region",
    Area.STATISTICAL_NEIGHBOURS: "statistical neighbours",
}


def _distance(at: Beside, value: Decimal) -> str:
    decimals = max(at.decimals, at.theirs.decimals)
    return nb.format_distance(at.stated - nb.round_half_up(value, decimals), at.measure.unit, decimals)


def _verdict(at: Beside, year: int, value: Decimal) -> Verdict:
    if at.kind is PeriodType.NOT_DATED:
        return _not_dated(at)
    if at.months:
        return _part_of_a_year(at, value)
    if outcome := at.agrees(value):
        return Verdict(outcome)
    low, high, rows = _between(at, year, value)
    if low <= at.stated <= high:
        return Verdict(ClaimOutcome.FITS, _between_words(at, low, high), rows)
    return Verdict(ClaimOutcome.DIFFERS, f"Not explained. {_found_elsewhere(at)}".strip(), rows)


def _not_dated(at: Beside) -> Verdict:
    """What the authority gives for others without a date was published before its document, or is no such figure; its
    own undated figure may be of any day.
    """
    if at.area not in OTHERS:
        return Verdict(
            ClaimOutcome.CANNOT_BE_RECOMPUTED, "The document does not date its figure, which may be of any day."
        )
    newest = at.covers.nearest(at.row["period"], at.kind)
    known = {y: v for y in at.official.years(at.other) if y <= newest and (v := at.value(y)[0]) is not None}
    for year in sorted(known, reverse=True):
        if outcome := at.agrees(known[year]):
            return Verdict(outcome, f"The figure of {at.official.year_words(at.other, year)}.", at.value(year)[1])
    room = nb.to_decimal(at.theirs.change_threshold)
    if known and min(known.values()) - room <= at.stated <= max(known.values()) + room:
        return Verdict(
            ClaimOutcome.FITS, "The document does not date it; it lies between the figures of the years published."
        )
    none_of = f"No year published by then has this figure of {OTHER_WORDS[Area(at.area)]}."
    return Verdict(ClaimOutcome.DIFFERS, f"{none_of} {_found_elsewhere(at)}".strip())


def _part_of_a_year(at: Beside, value: Decimal) -> Verdict:
    """A month or a quarter of what happens during a year."""
    months = at.months or 0
    if at.official.lists.has_months(at.other) and (known := _months_known(at, months)) is not None:
        total, rows = known
        if outcome := at.agrees(total):
            return Verdict(outcome, "The sum of the months that the department publishes.", rows)
        said = nb.format_value(total, at.theirs.unit, at.theirs.decimals)
        return Verdict(ClaimOutcome.DIFFERS, f"The department’s months of that time make {said}.", rows)
    if at.theirs.unit is Unit.COUNT:
        share = at.stated / value if value else Decimal(0)
        if share > TOO_LARGE_A_SHARE * Decimal(months) / 12:
            held = f"{nb.counted(months, 'month')} would hold {nb.format_number(100 * share, 0)}% of the whole year."
            return Verdict(ClaimOutcome.DIFFERS, f"Not explained: {held}")
    elif at.theirs.unit is Unit.PERCENT and not 0 <= (rest := (12 * value - months * at.stated) / (12 - months)) <= 100:
        needed = nb.format_value(rest, Unit.PERCENT, 0)
        return Verdict(ClaimOutcome.DIFFERS, f"Not explained: the other months would have to be at {needed}.")
    return Verdict(
        ClaimOutcome.CANNOT_BE_RECOMPUTED,
        f"The department publishes no figure of a {'quarter' if months == 3 else 'month'}; the year stands beside it.",
    )


def _months_known(at: Beside, months: int) -> tuple[Decimal, tuple] | None:
    """The sum of the official months that a stated count is of, with their rows; None unless all are published."""
    last = month_number(at.row["period"][:7])
    wanted = {month_text(n) for n in range(last - months + 1, last + 1)}
    held = at.official.referrals
    held = held[(held["la_code"] == at.la_code) & held["month"].isin(wanted) & held["referrals"].notna()]
    if at.area in OTHERS or set(held["month"]) != wanted:
        return None
    rows = tuple(rows_of(held))
    return sum((nb.to_decimal(r["referrals"]) for r in rows), Decimal(0)), rows


def _between(at: Beside, year: int, value: Decimal) -> tuple[Decimal, Decimal, tuple]:
    """The least and the most that fits: from the official figure to the one on the other side of the stated day, if
    that is another day, each with the change that is no change.
    """
    room = nb.to_decimal(at.theirs.change_threshold)
    step = at.covers.side(at.row["period"], at.kind)
    other, rows = at.value(year + step) if step else (None, ())
    ends = (value, value if other is None else other)
    return min(ends) - room, max(ends) + room, rows


def _between_words(at: Beside, low: Decimal, high: Decimal) -> str:
    if at.covers.side(at.row["period"], at.kind) == 0:
        return "As far apart as is no change."
    what = "of another day" if at.covers.is_on_a_day else "of other twelve months"
    return f"The stated figure is {what}, and fits the official ones before and after."


def _found_elsewhere(at: Beside) -> str:
    """Where a figure that differs does stand: as another area's, or of another year. Whole numbers are found anywhere,
    so only figures with decimals, or counts from a hundred, are looked for.
    """
    if at.decimals == 0 and not (at.theirs.unit is Unit.COUNT and at.stated >= 100):
        return ""
    for area in dict.fromkeys((at.area, "", *OTHERS)):
        there = Beside(at.row, at.measure, at.official, area, at.la_code)
        for year in at.official.years(at.other):
            value, _ = there.value(year)
            if value is not None and at.agrees(value):
                whose = f"of {OTHER_WORDS[Area(area)]}" if area in OTHERS else "of this authority itself"
                return f"It is the figure {whose}, {at.official.year_words(at.other, year)}."
    return ""
