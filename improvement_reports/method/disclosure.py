"""What a reader could work out: all numbers that were published of an authority, and every sum that they stand in.

The rules of `suppression` withhold; this looks at what is left with other eyes, as someone who only has what was
published. Sums: categories of a whole, measures that are parts of another, months of a total over several periods, the
value before a stated change, the same counts in a measure that follows another (within the rounding of a share). A
number is found if only one value fits everything, and narrowed if it may be small but not every small number fits.
"""

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from improvement_reports.domain.fold import Fold
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.method.cells import (
    MONTHS_OF_CHANGE,
    CellRows,
    all_cell_rows,
    cell_of,
    cell_rows,
    leaders,
    records_of,
    without,
)
from improvement_reports.method.spans import Cell, shift, spans_of
from improvement_reports.workspace.measures import Measure

# How many steps a search may take; what is not settled by then counts as possible.
MOST_STEPS = 2000
# From where an unknown number that nothing bounds is tried upwards.
FREE_VALUES = 12


@dataclass(frozen=True)
class Equation:
    """Sum of factor × cell = total."""

    factors: tuple[tuple[Cell, int], ...]
    total: int


@dataclass(frozen=True)
class Question:
    """What is known of a withheld number: the sums that it stands in, and between which numbers their cells lie."""

    cell: Cell
    threshold: int
    equations: tuple[Equation, ...]
    bounds: tuple[tuple[Cell, tuple[float, float]], ...]


@dataclass(frozen=True)
class Revealed:
    """A withheld number that follows: the values up to its threshold that it could still have."""

    cell: Cell
    could_be: tuple[int, ...]
    found: bool

    def __str__(self) -> str:
        cell = self.cell
        name = ", ".join(filter(None, (cell.measure_id, cell.area, cell.period, cell.period_type, cell.category)))
        if self.found:
            return f"{name} (follows exactly)"
        if self.could_be:
            return f"{name} (can only be {' or '.join(map(str, self.could_be))})"
        return f"{name} (is known to be no small number)"


@dataclass(frozen=True)
class Said:
    """What returns have said of each cell, one after the other, and what they withhold."""

    values: dict[Cell, frozenset[float]]
    bounds: dict[Cell, tuple[float, float]]
    changes: tuple[tuple[Cell, float], ...]
    hidden: frozenset[Cell]


def _with_said(said: Said, frame: pd.DataFrame, measures: object) -> Said:
    """The same with one return more; ``measures``: by id."""
    return _with_rows(said, cell_rows(frame), measures)


def _all_said(frames: Sequence[pd.DataFrame], measures: object) -> Said:
    return _with_rows(NOTHING_SAID, all_cell_rows(frames), measures)


def _with_rows(said: Said, rows: CellRows, measures: object) -> Said:
    assert isinstance(measures, dict)
    values, bounds, changes, hidden = dict(said.values), dict(said.bounds), list(said.changes), set(said.hidden)
    for cell, row in rows:
        if cell.measure_id not in measures:
            continue
        if row["value_status"] == ValueStatus.SUPPRESSED:
            hidden.add(cell)
        elif pd.notna(row["value"]):
            values[cell] = values.get(cell, frozenset()) | {row["value"]}
            bounds |= _bounds(cell, row, measures)
            if measures[cell.measure_id].unit is Unit.COUNT and pd.notna(row.get("change")):
                changes.append((cell, row["value"] - row["change"]))
    return Said(values, bounds, tuple(changes), frozenset(hidden))


NOTHING_SAID = Said({}, {}, (), frozenset())
_SAID: Fold[Said] = Fold(NOTHING_SAID, _with_said, _all_said)


def _bounds(cell: Cell, row: dict, measures: dict[str, Measure]) -> dict[Cell, tuple[float, float]]:
    """Between which numbers a count lies by the share that was made of it, for each measure that the share follows."""
    if measures[cell.measure_id].unit is not Unit.PERCENT or pd.isna(row.get("denominator", float("nan"))):
        return {}
    low = math.ceil((row["value"] - 0.5) * row["denominator"] / 100)
    high = math.floor((row["value"] + 0.5) * row["denominator"] / 100)
    if pd.notna(row.get("numerator")):
        low = high = int(row["numerator"])
    followed = (leader for leader in leaders(cell.measure_id, measures) if measures[leader].unit is Unit.COUNT)
    return {cell._replace(measure_id=leader): (max(low, 0), high) for leader in followed}


class Published:
    """All that was published: each cell as it was said, and what is withheld. ``earlier``: observations, oldest first;
    ``newest``: what comes after them, if anything does.
    """

    def __init__(
        self, earlier: Sequence[pd.DataFrame], measures: dict[str, Measure], newest: pd.DataFrame | None = None
    ):
        self.measures = measures
        said = _SAID(earlier, measures)
        if newest is not None:
            said = _with_said(said, newest, measures)
        self.bounds, self.changes = said.bounds, said.changes
        # A number that was revised is not one number: no sum is built on it.
        self.shown: dict[Cell, float] = {
            c: value
            for c, v in said.values.items()
            if len(v) == 1 and self._is_count(c) and (value := next(iter(v))) == int(value)
        }
        self.revised = {c for c, v in said.values.items() if len(v) > 1}
        self.hidden = said.hidden - said.values.keys()

    def _is_count(self, cell: Cell) -> bool:
        return self.measures[cell.measure_id].unit is Unit.COUNT

    def equations(self) -> list[Equation]:
        """What is known of the withheld numbers, with everything that is shown taken to the other side."""
        known = self._known()
        return [e for factors in self._sums() if (e := self._reduced(factors, 0)) is not None] + self._from_changes(
            known
        )

    def _known(self) -> set[Cell]:
        return {*self.shown, *(c for c in self.hidden if self._is_count(c))} - self.revised

    def _sums(self) -> list[tuple]:
        """Every sum that is 0, as (cell, factor) pairs: a whole less its parts."""
        known = self._known()
        found: dict[tuple, None] = {}
        groups: dict[tuple, set[Cell]] = {}
        for cell in known:
            if cell.category:
                groups.setdefault((cell._replace(category=""),), set()).add(cell)
            if whole := self.measures[cell.measure_id].part_of:
                groups.setdefault((cell._replace(measure_id=whole), "measures"), set()).add(cell)
            for span in spans_of(cell):
                if known.issuperset(span.parts) or (
                    not span.is_whole and span.less is None and known & set(span.parts)
                ):
                    signs = [-1, 1] if span.differs else [-1] * len(span.parts)
                    less = [(span.less, -1)] if span.less else []
                    if span.less is None or span.less in known:
                        found[((cell, 1), *less, *zip(span.parts, signs, strict=True))] = None
        for (whole, *_), parts in groups.items():
            if whole in known and self.revised.isdisjoint({whole, *parts}):
                found[((whole, 1), *((p, -1) for p in sorted(parts)))] = None
        return list(found)

    def beside(self, cell: Cell) -> set[Cell]:
        """The cells that are shown and stand in one sum with a cell."""
        return {
            c for factors in self._sums() if any(c == cell for c, _ in factors) for c, _ in factors if c in self.shown
        }

    def _from_changes(self, known: set[Cell]) -> list[Equation]:
        """The cell before, where it is withheld, is what its successor's change says."""
        found = []
        for cell, before in self.changes:
            same = [
                c
                for c in known
                if c._replace(period="") == cell._replace(period="")
                and shift(cell.period, -MONTHS_OF_CHANGE) <= c.period < cell.period
            ]
            if same and (last := max(same, key=lambda c: c.period)) in self.hidden:
                found.append(Equation(((last, 1),), int(before)))
        return found

    def _reduced(self, factors: tuple, total: int) -> Equation | None:
        """The equation with what is shown taken to the other side; None if nothing is left, or if it does not hold."""
        left = tuple((c, f) for c, f in factors if c not in self.shown)
        total -= sum(int(self.shown[c]) * f for c, f in factors if c in self.shown)
        return Equation(left, total) if any(c in self.hidden for c, _ in left) else None

    @cached_property
    def by_cell(self) -> dict[Cell, list[Equation]]:
        """The equations that each cell stands in."""
        found: dict[Cell, list[Equation]] = {}
        for e in self.equations():
            for cell, _ in e.factors:
                found.setdefault(cell, []).append(e)
        return found

    def questions(self, cells: Set[Cell] | None = None) -> dict[Cell, Question]:
        """What is to be found out of each withheld count, or of some of them, that anything is known of."""
        asked = self.hidden if cells is None else self.hidden & cells
        return {cell: self._question(cell, self.by_cell) for cell in sorted(asked & {*self.by_cell, *self.bounds})}

    def touched_since(self, before: "Published") -> set[Cell]:
        """The cells of which something else is known now: that they are withheld, what bounds them, or any sum that
        they stand in, directly or through others.
        """
        sums = [{e for equations in p.by_cell.values() for e in equations} for p in (self, before)]
        found = {cell for e in sums[0] ^ sums[1] for cell, _ in e.factors} | (self.hidden ^ before.hidden)
        found |= {cell for cell, _ in self.bounds.items() ^ before.bounds.items()}
        waiting = list(found)
        while waiting:
            for e in self.by_cell.get(waiting.pop(), ()):
                new = [cell for cell, _ in e.factors if cell not in found]
                found.update(new)
                waiting += new
        return found

    def _question(self, cell: Cell, by_cell: dict[Cell, list[Equation]]) -> Question:
        own = _connected(cell, by_cell)
        about = dict.fromkeys([cell, *(c for e in own for c, _ in e.factors)])
        bounds = tuple((c, self.bounds[c]) for c in about if c in self.bounds)
        return Question(cell, self.measures[cell.measure_id].suppress_up_to, own, bounds)


def revealed(frames: Iterable[pd.DataFrame], measures: dict[str, Measure]) -> list[Revealed]:
    """What follows of the withheld numbers from all that was published of an authority (its observations, oldest
    first): every withheld count that can be found, or narrowed to fewer small numbers than there are.
    """
    questions = Published(list(frames), measures).questions().values()
    return [found for question in questions if (found := _answer(question)) is not None]


def newly_revealed(public: Published, before: Published) -> list[Revealed]:
    """The same of what is public now, without what followed before as well.

    Of ten years' withheld numbers a month touches a few: of the others what followed before follows now.
    """
    touched, found = public.touched_since(before), []
    asked = before.questions(touched)
    for cell, question in public.questions(touched).items():
        then = asked.get(cell)
        if question == then or (answer := _answer(question)) is None:
            continue
        known = None if then is None else _answer(then)
        if known is None or known.could_be != answer.could_be:
            found.append(answer)
    return found


def withhold_more(
    observations: pd.DataFrame, earlier: list[pd.DataFrame], measures: dict[str, Measure]
) -> pd.DataFrame:
    """A new frame in which nothing follows beside the earlier returns; the same numbers where nothing did.

    Each number of the return that stands in a sum with one that would be given away goes, until none is. What earlier
    returns gave away cannot be mended.
    """
    before = Published(earlier, measures)
    while True:
        public = Published(earlier, measures, observations)
        found = newly_revealed(public, before)
        near = {c for g in found for c in public.beside(g.cell)}
        if not near:
            return observations
        gone = pd.Series([cell_of(r) in near for r in records_of(observations)], index=observations.index, dtype=bool)
        gone &= observations["value_status"] == ValueStatus.PUBLISHED
        if not gone.any():
            return observations
        observations = without(observations, gone)


def _answer(question: Question) -> Revealed | None:
    """What follows of a withheld number; None if nothing does."""
    fits, larger, zero = _left(question)
    if not fits or len(fits) >= question.threshold:
        return None
    return Revealed(question.cell, fits, len(fits) == 1 and not larger and not zero)


@lru_cache(maxsize=50_000)  # what earlier months said of each other is asked for every later month again
def _left(question: Question) -> tuple[tuple[int, ...], bool, bool]:
    """Which small numbers a cell can be, and whether it can be larger, or 0."""
    own, within, cell = list(question.equations), dict(question.bounds), question.cell
    fits = tuple(v for v in range(1, question.threshold + 1) if _is_possible(own, within, {cell: (v, v)}))
    larger = _is_possible(own, within, {cell: (question.threshold + 1, math.inf)})
    return fits, larger, _is_possible(own, within, {cell: (0, 0)})


def _connected(cell: Cell, by_cell: dict[Cell, list[Equation]]) -> tuple[Equation, ...]:
    """The equations that have to do with a cell, directly or through others, in an order that follows from them."""
    equations, cells = dict.fromkeys(by_cell.get(cell, ())), [cell]
    seen = {cell}
    while cells:
        for e in by_cell.get(cells.pop(), ()):
            equations[e] = None
            new = [c for c, _ in e.factors if c not in seen]
            seen.update(new)
            cells += new
    return tuple(sorted(equations, key=lambda e: (e.factors, e.total)))


def _is_possible(equations: list[Equation], bounds: dict, given: dict) -> bool:
    """Whether numbers of 0 or more fit all equations with some cells held to (lowest, highest)."""
    ranges = {c: bounds.get(c, (0, math.inf)) for e in equations for c, _ in e.factors}
    for cell, (low, high) in given.items():
        before = ranges.get(cell, bounds.get(cell, (0, math.inf)))
        ranges[cell] = max(low, before[0]), min(high, before[1])
    if any(low > high for low, high in ranges.values()):
        return False
    return _search(equations, ranges, [MOST_STEPS])


def _search(equations: list[Equation], ranges: dict, steps: list[int]) -> bool:
    left = _narrowed(equations, dict(ranges))
    if left is None:
        return False
    open_cells = [
        c for c, (low, high) in left.items() if low < high and any(c == f for e in equations for f, _ in e.factors)
    ]
    if not open_cells:
        return True
    cell = min(open_cells, key=lambda c: left[c][1] - left[c][0])
    low, high = left[cell]
    for value in (
        range(int(low), int(min(high, low + FREE_VALUES)) + 1) if high == math.inf else range(int(low), int(high) + 1)
    ):
        steps[0] -= 1
        if steps[0] < 0 or _search(equations, {**left, cell: (value, value)}, steps):
            return True
    return high == math.inf


def _narrowed(equations: list[Equation], ranges: dict) -> dict | None:
    """The ranges that are left when each equation is solved for each of its cells, again and again; None if one is
    empty.
    """
    changed = True
    while changed:
        changed = False
        for e in equations:
            for cell, factor in e.factors:
                others = [sorted(-f * r for r in ranges[c]) for c, f in e.factors if c != cell]
                low, high = (e.total + sum(o[i] for o in others) for i in (0, 1))
                low, high = sorted((low / factor, high / factor))
                low = low if low == -math.inf else math.ceil(low - 1e-9)
                high = high if high == math.inf else math.floor(high + 1e-9)
                new = max(low, ranges[cell][0]), min(high, ranges[cell][1])
                if new[0] > new[1]:
                    return None
                if new != ranges[cell]:
                    ranges[cell], changed = new, True
    return ranges
