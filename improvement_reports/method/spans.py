"""Totals over several periods: which of them would give a withheld month away, less the months that are shown.

A quarter is its three months, a year or a rolling year its twelve, a running total (to date) the one before and this
month, and of two years that end a month apart the difference is two months. A total gives way before its months do;
where the total is public already, what is new of its months does. What goes depends on which numbers are withheld and
on what is left of the total for them, which must be no small number itself.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from improvement_reports.domain.vocabulary import PeriodType

MONTH, QUARTER = str(PeriodType.MONTH), str(PeriodType.QUARTER)
YEAR, ROLLING, TO_DATE = str(PeriodType.YEAR), str(PeriodType.ROLLING_12M), str(PeriodType.TO_DATE)
SIX = str(PeriodType.SIX_MONTHS)
LENGTHS = {QUARTER: 3, SIX: 6, YEAR: 12, ROLLING: 12}
# Running totals begin with the financial year, or with the calendar year.
FIRST_MONTHS = (4, 1)


class Cell(NamedTuple):
    """What an observation is about, in the normal form of its keys."""

    measure_id: str
    area: str
    period_type: str
    period: str
    category: str


def series_of(cell: Cell) -> tuple[str, str, str]:
    """What the cells of one series have in common, whatever their period."""
    return cell.measure_id, cell.area, cell.category


class Span(NamedTuple):
    """A total, less another one, is the sum of its parts.

    ``is_whole``: this holds only if all of them are known. ``differs``: of the parts, the second is taken off.
    """

    total: Cell
    parts: tuple[Cell, ...]
    less: Cell | None = None
    is_whole: bool = False
    differs: bool = False

    @property
    def totals(self) -> set[Cell]:
        return {self.total} if self.less is None else {self.total, self.less}


@lru_cache(maxsize=20_000)  # each is asked for many times
def shift(month: str, by: int) -> str:
    """A month so many months later: 2024-03 and −3 give 2023-12."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{number // 12:04}-{number % 12 + 1:02}"


def spans_of(total: Cell) -> tuple[Span, ...]:
    """The ways in which a total over several periods is made up."""
    lengths = tuple(sorted(LENGTHS.items()))
    return _spans_of(total, lengths) if len(total.period) == 7 and total.period_type != MONTH else ()


@lru_cache(maxsize=20_000)  # and for every return of a series again
def _spans_of(total: Cell, lengths: tuple[tuple[str, int], ...]) -> tuple[Span, ...]:

    def cells(period_type: str, *back: int) -> tuple[Cell, ...]:
        return tuple(total._replace(period_type=period_type, period=shift(total.period, -b)) for b in back)

    found: list[Span] = []
    if (length := dict(lengths).get(total.period_type)) is not None:
        found.append(Span(total, cells(MONTH, *range(length))))
        if length == 6:
            found.append(Span(total, cells(QUARTER, 0, 3)))
            if total.period.endswith(("-09", "-06")):  # since April, or since January
                found.append(Span(total, cells(TO_DATE, 0), is_whole=True))
        if length == 12:
            found.append(Span(total, cells(SIX, 0, 6)))
            found.append(Span(total, cells(QUARTER, 0, 3, 6, 9)))
            found.append(Span(total, cells(YEAR if total.period_type == ROLLING else ROLLING, 0)))
            if total.period.endswith(("-03", "-12")):
                found.append(Span(total, cells(TO_DATE, 0), is_whole=True))
        if total.period_type in (YEAR, ROLLING):
            before = (cells(other, 1)[0] for other in (YEAR, ROLLING))
            found += [Span(total, cells(MONTH, 0, length), less, is_whole=True, differs=True) for less in before]
    if total.period_type == TO_DATE:
        for first in FIRST_MONTHS:
            length = (int(total.period[5:7]) - first) % 12 + 1
            found.append(Span(total, cells(MONTH, *range(length))))
            if length % 3 == 0:
                found.append(Span(total, cells(QUARTER, *range(0, length, 3))))
            if length > 1:
                found.append(Span(total, cells(MONTH, 0), cells(TO_DATE, 1)[0]))
            if length > 6:
                found.append(Span(total, cells(SIX, 0), cells(TO_DATE, 6)[0]))
            if length > 3:
                found.append(Span(total, cells(QUARTER, 0), cells(TO_DATE, 3)[0]))
    return tuple(dict.fromkeys(found))


def spans_to_hide(
    known: set[Cell],
    hidden: set[Cell],
    new: set[Cell],
    number: Callable[[Cell], float],
    threshold: Callable[[Cell], int],
) -> set[Cell]:
    """The cells of ``new`` that have to go as well.

    ``known``: every cell that was ever stated. ``hidden``: those that are withheld. Cells that are not in ``new`` are
    public.
    ``number`` and ``threshold`` of a cell that is shown: its value, and up to which number its measure withholds.
    """
    gone, all_hidden = set[Cell](), set(hidden)
    first: dict[tuple, str] = {}  # of each series the earliest period that is new: no earlier total has a part of it
    for cell in new:
        if len(cell.period) == 7:
            first[series_of(cell)] = min(cell.period, first.get(series_of(cell), cell.period))
    for total in sorted(c for c in known if (start := first.get(series_of(c))) and c.period >= start):
        for span in spans_of(total):
            gone |= (more := _give_way(span, known, all_hidden, new, number, threshold))
            all_hidden |= more
    return gone


def _give_way(
    span: Span,
    known: set[Cell],
    hidden: set[Cell],
    new: set[Cell],
    number: Callable[[Cell], float],
    threshold: Callable[[Cell], int],
) -> set[Cell]:
    cells, parts = {*span.totals, *span.parts}, set(span.parts)
    shown = (cells & known) - hidden
    secret, movable = cells & hidden, shown & new
    if span.differs and movable and (gone := _give_way_between(span, shown, secret, new, number, threshold)):
        return gone
    if not movable or (not cells <= known and span.is_whole):
        return set()
    if parts & secret and span.total in movable:
        return {span.total}  # whatever its size: a total that is withheld must not be known to be small
    if span.totals <= shown and parts - shown and not span.differs:
        # What is left for the parts that are not shown must be no small number itself.
        rest = number(span.total) - (number(span.less) if span.less else 0) - sum(number(c) for c in parts & shown)
        if 0 < rest <= threshold(span.total):
            return {span.total} if span.total in movable else movable
    if not secret:
        return set()
    if secret & span.totals - new:
        return parts & movable  # a total that was withheld by itself is small; that a part of it is 0 would say more
    if cells <= known and span.total in movable:
        return {span.total}
    if span.totals <= shown or (cells <= known and len(secret) == 1):
        return parts & movable or span.totals & movable if parts & secret or len(secret) == 1 else set()
    return set()


def _give_way_between(
    span: Span,
    shown: set[Cell],
    secret: set[Cell],
    new: set[Cell],
    number: Callable[[Cell], float],
    threshold: Callable[[Cell], int],
) -> set[Cell]:
    """What has to go of two totals that differ by two months, even if only one of the months was ever stated."""
    if not span.totals <= shown:
        # The total that is withheld is small: what it can be would bound the months of the other one.
        return shown & new & set(span.parts) if span.totals & secret and not span.totals & new else set()
    first = {span.total} & new or span.totals & new
    if first and secret.intersection(span.parts):
        return first  # together the totals would bind the month that is withheld to one that is still to come
    return (first or shown & new) if _leaves_a_small_month(span, shown, number, threshold) else set()


def _leaves_a_small_month(
    span: Span, shown: set[Cell], number: Callable[[Cell], float], threshold: Callable[[Cell], int]
) -> bool:
    """Whether two totals and the one of their two months that is shown say that the other, stated or not, is small."""
    added, taken = span.parts
    if (added in shown) == (taken in shown):
        return False
    assert span.less is not None  # of two totals that differ
    between = number(span.total) - number(span.less)
    other = number(taken) + between if taken in shown else number(added) - between
    return 0 < other <= threshold(span.total)


def follows_from_parts(cell: Cell, known: set[Cell], hidden: set[Cell], number: Callable[[Cell], float]) -> bool:
    """Whether a total says nothing new, because everything that it is made up of is shown."""
    sums = (
        s.parts
        for s in spans_of(cell)
        if s.less is None and known.issuperset(s.parts) and not hidden.intersection(s.parts)
    )
    return any(sum(map(number, parts)) == number(cell) for parts in sums)
