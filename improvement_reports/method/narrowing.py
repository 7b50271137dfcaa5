"""What goes because, with everything that is public, it would say more about a month that is not shown.

Unlike `longer_periods` this looks at numbers, and unlike `spans` at all totals of a series together, whatever their
periods are: years that end some months apart, three-month totals that overlap, running totals. Totals hang together
where they share a month that is not shown. In such a stretch everything new goes from the first number on that is
withheld. Before that, a new total goes if it says that a month that is still to come is small, and a new month if it
takes from the small numbers that another one can be (`bounds`). Who knows these rules could turn them round; so a month
also goes if only that leaves the others all their small numbers, whatever its own number is.

Totals alone can narrow a month: two years tell by how much their months differ. No rule about months can undo that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from improvement_reports.method.bounds import Line, Months, can_be
from improvement_reports.method.longer_periods import months_of
from improvement_reports.method.spans import Cell, series_of, shift

Numbers = Mapping[Months, float]
# As many numbers from either end of what a month can be are tried; those in between leave the others as much room.
TRIED = 100


def narrowing(
    new: Mapping[Cell, float], public: Mapping[Cell, float], hidden: set[Cell], threshold: Callable[[Cell], int]
) -> set[Cell]:
    """The cells of ``new`` that have to go.

    ``new`` and ``public``: counts with their numbers, all of them shown so far. ``hidden``: all that is withheld.
    """
    ours: dict[tuple, dict[Cell, Months]] = defaultdict(dict)
    for cell in new:
        if (months := months_of(cell)) is not None:
            ours[series_of(cell)][cell] = months
    before: dict[tuple, dict[Months, float]] = defaultdict(dict)
    secret: dict[tuple, set[str]] = defaultdict(set)
    for cell in public:
        if (key := series_of(cell)) in ours and (months := months_of(cell)) is not None:
            before[key][months] = public[cell]
    for cell in hidden:
        if (key := series_of(cell)) in ours and (months := months_of(cell)) is not None and months[0] == months[1]:
            secret[key].add(months[0])
    gone: set[Cell] = set()
    for key, cells in ours.items():
        told = {months: new[c] for c, months in cells.items()}
        going = _of_series(told, before[key], secret[key], threshold(next(iter(cells))))
        gone |= {c for c, months in cells.items() if months in going}
    return gone


def _of_series(new: Numbers, public: Numbers, secret: set[str], threshold: int) -> set[Months]:
    """The same of one series, by period; ``secret``: its months that are withheld."""
    months, totals = ({p: v for p, v in new.items() if _is_month(p) is kind} for kind in (True, False))
    gone: set[Months] = set()
    for stretch in stretches({**public, **new}, {p[0] for p in public if _is_month(p)}):
        if stretch.isdisjoint(totals) and not _any_within(months, stretch):
            continue  # nothing of it is new
        first, last = min(p[0] for p in stretch), max(p[1] for p in stretch)
        inside = {p for p in (*public, *months) if first <= p[0] and p[1] <= last and _is_month(p)} | stretch
        lines = [
            Line(first, last, {p: v for p, v in known.items() if p in inside})
            for known in ({**public, **months}, {**public, **new}, {**public, **totals})
        ]
        alone = Line(first, last, {p: v for p, v in {**public, **totals}.items() if p in stretch})
        if not all(line.is_sound for line in lines):
            continue  # numbers that contradict each other
        without_totals, everything, without_months = lines
        ours, theirs = stretch & totals.keys(), inside & months.keys()
        if ours < stretch and secret.intersection(everything.unknown):
            gone |= ours | theirs
        elif ours and _totals_tell(without_totals, everything, alone, secret, threshold):
            gone |= ours
        elif theirs and (
            secret.intersection(without_months.unknown)
            or _months_tell(without_months, everything, [p[0] for p in theirs], threshold)
        ):
            gone |= theirs
    return gone


def _any_within(months: Iterable[Months], stretch: set[Months]) -> bool:
    first, last = min(p[0] for p in stretch), max(p[1] for p in stretch)
    return any(first <= m[0] and m[1] <= last for m in months)


def _is_month(months: Months) -> bool:
    return months[0] == months[1]


def stretches(periods: Iterable[Months], shown: set[str]) -> list[set[Months]]:
    """Totals that hang together: each shares a month with another one that is not among those that are shown."""
    open_months: dict[Months, set[str]] = {}
    for period in sorted(p for p in periods if not _is_month(p)):
        month, found = period[0], set()
        while month <= period[1]:
            found |= {month} - shown
            month = shift(month, 1)
        if found:
            open_months[period] = found
    groups: list[tuple[set[Months], set[str]]] = []
    for period, unknown in open_months.items():
        near = [g for g in groups if g[1] & unknown]
        groups = [g for g in groups if not g[1] & unknown]
        groups.append(({period}.union(*(g[0] for g in near)), unknown.union(*(g[1] for g in near))))
    return [totals for totals, _ in groups]


def _totals_tell(before: Line, after: Line, alone: Line, secret: set[str], threshold: int) -> bool:
    """Whether new totals say of a month that it is small, or narrow one that is withheld, or say more of one that is
    not shown than all totals alone.
    """
    (least, most), (least_now, most_now) = before.bounds(), after.bounds()
    is_small = (most_now > 0) & (most_now <= threshold) & (most > threshold)
    at = [alone.unknown.index(m) for m in after.unknown]
    least_alone, most_alone = (b[at] for b in alone.bounds())
    is_secret = np.array([m in secret for m in after.unknown], dtype=bool)
    least = np.where(is_secret, least, np.maximum(least, least_alone))
    most = np.where(is_secret, most, np.minimum(most, most_alone))
    return bool((is_small | is_narrowed(least, most, least_now, most_now, threshold)).any())


def is_narrowed(
    least: np.ndarray, most: np.ndarray, least_now: np.ndarray, most_now: np.ndarray, threshold: int
) -> np.ndarray:
    """Of each month whether fewer small numbers are left than before, and not none, or only one number at all."""
    was, now = can_be(least, most, threshold), can_be(least_now, most_now, threshold)
    is_exact = (least_now == most_now) & (least < most)
    return now.any(axis=-1) & ((was & ~now).any(axis=-1) | is_exact)


def _months_tell(before: Line, after: Line, new: list[str], threshold: int) -> bool:
    """Whether new months take from the small numbers of another one, by their numbers or by the rule turned round."""
    least, most = before.bounds()
    others = np.array([m not in new for m in before.unknown], dtype=bool)
    if not others.any():
        return False
    if is_narrowed(least[others], most[others], *after.bounds(), threshold).any():
        return True
    left = np.zeros((int(others.sum()), threshold), dtype=bool)
    for month in new:
        at = before.unknown.index(month)
        values = _tried(least[at], most[at])
        lower, upper = (b[:, others] for b in before.bounds_if(month, values))
        goes = ((values > 0) & (values <= threshold)) | is_narrowed(
            least[others], most[others], lower, upper, threshold
        ).any(axis=-1)
        if not goes.any():
            return False
        left |= can_be(lower[goes], upper[goes], threshold).any(axis=0)
    return bool((can_be(least[others], most[others], threshold) & ~left).any())


def _tried(least: float, most: float) -> np.ndarray:
    if most - least <= 2 * TRIED:
        return np.arange(least, most + 1)
    return np.concatenate([np.arange(least, least + TRIED), np.arange(most - TRIED, most + 1)])
