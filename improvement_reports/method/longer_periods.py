"""What goes because one period lies within another: no number of a shorter one can be larger than that of the longer
one.

That alone narrows, whether or not the periods in between are stated, and in tables it does so across the parts: the
districts of a quarter that is public bound what its months can be. So a total over a period in which something is
withheld gives way (`around_hidden`). Where the total was public first, it cannot: from the first number on that is
withheld in its period, all that is new of that period goes, every part and the whole (`under_public`). Of a total that
is withheld, so are its new parts (`beneath_hidden`). None of this looks at a number, so that nobody can turn it round.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from improvement_reports.method.spans import LENGTHS, MONTH, TO_DATE, Cell, series_of, shift

FINANCIAL_YEAR = 4  # running totals begin in April where nothing else tells

Months = tuple[str, str]


def months_of(cell: Cell) -> Months | None:
    """The first and the last month that a cell is about; None for a position or a day."""
    period, kind = cell.period, cell.period_type
    if len(period) != 7:
        return None
    if kind == MONTH:
        return period, period
    length = (int(period[5:7]) - FINANCIAL_YEAR) % 12 + 1 if kind == TO_DATE else LENGTHS.get(kind)
    return None if length is None else (shift(period, 1 - length), period)


def around_hidden(new: Iterable[Cell], hidden: set[Cell], even_hidden: bool = False) -> set[Cell]:
    """The cells of ``new`` whose period has a shorter one in it that is withheld."""
    new = list(new)
    inside = _by_series(hidden, new)
    return {c for c in new if (even_hidden or c not in hidden) and _holds(months_of(c), inside[series_of(c)])}


def beneath_hidden(new: Iterable[Cell], hidden: Iterable[Cell]) -> set[Cell]:
    """The cells of ``new`` whose period lies in that of a total that an earlier return withholds."""
    new = list(new)
    outside = _by_series(hidden, [*new, *(c._replace(category="") for c in new)])
    return {
        c
        for c in new
        if (months := months_of(c))
        and any(
            o != months and _within(months, o)
            for o in outside[series_of(c)] | outside[series_of(c._replace(category=""))]
        )
    }


def under_public(
    new: Iterable[Cell], hidden: set[Cell], public: Iterable[Cell], table: Callable[[Cell], tuple]
) -> set[Cell]:
    """The cells of ``new`` in the period of a total that is public, if something of that total is withheld.

    ``table``: what all cells of one table have in common, whatever their part and period.
    """
    new = list(new)
    tables, first = {table(c) for c in new}, min((c.period for c in new if months_of(c)), default="")
    about = [c for c in public if c.period >= first and table(c) in tables]  # what ends before is around nothing new
    inside, touched = _by_series(hidden, about), defaultdict(set)
    for total in about:
        if total not in hidden and _holds(months_of(total), inside[series_of(total)]):
            touched[table(total)].add(months_of(total))
    return {c for c in new if c not in hidden and any(_within(months_of(c), months) for months in touched[table(c)])}


def _by_series(cells: Iterable[Cell], like: Iterable[Cell]) -> dict[tuple, set[Months]]:
    """The months of some cells by their series, of those series that other cells are of."""
    found, wanted = defaultdict(set), {series_of(c) for c in like}
    for cell in cells:
        if (series := series_of(cell)) in wanted and (months := months_of(cell)) is not None:
            found[series].add(months)
    return found


def _holds(months: Months | None, others: set[Months]) -> bool:
    """Whether a period is longer than one of some others that lies within it."""
    return any(other != months and _within(other, months) for other in others)


def _within(inner: Months | None, outer: Months | None) -> bool:
    return inner is not None and outer is not None and outer[0] <= inner[0] and inner[1] <= outer[1]
