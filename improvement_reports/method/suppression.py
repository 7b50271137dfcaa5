"""Small numbers: what must not be published, and what would give it away.

Primary: a count of people from 1 to the measure's threshold, a share or a rate of so few, or of all but so few. Then
whatever would let one of them be worked out: parts of the same whole (`partners`), measures that follow each other,
totals over several periods (`spans`), the change since last time. A number that an earlier return withholds stays
withheld, and what an earlier return has shown is reckoned with: only the new return can give way. There is no well-kept
Python library for this; the rules follow the Government Statistical Service's guidance on tables from administrative
sources.
"""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from improvement_reports.domain.fold import Fold
from improvement_reports.domain.vocabulary import Unit, ValueStatus
from improvement_reports.method.cells import (
    MONTHS_OF_CHANGE,
    NUMBERS,
    CellRows,
    all_cell_rows,
    blanked,
    cell_of,
    cell_rows,
    leaders,
    records_of,
    without,
)
from improvement_reports.method.longer_periods import around_hidden, beneath_hidden, under_public
from improvement_reports.method.narrowing import narrowing
from improvement_reports.method.partners import hidden_parts
from improvement_reports.method.spans import LENGTHS, Cell, follows_from_parts, series_of, spans_of, spans_to_hide
from improvement_reports.workspace.measures import Measure


def is_small(number: float, threshold: float) -> bool:
    """Whether a number of people is one that must not be published."""
    return bool(pd.notna(number) and 0 < number <= threshold)


def is_primary(row: Mapping[Hashable, Any] | pd.Series, measure: Measure) -> bool:
    """Whether a row itself is too small to publish: its count, its numerator, the rest of its denominator, or an
    average's base.

    A share or a rate whose numerator is not stated stands for value × denominator ÷ 100 (or ÷ the base of the rate)
    people.
    """
    threshold = measure.suppress_up_to
    if threshold == 0 or row["value_status"] != ValueStatus.PUBLISHED:
        return False
    return any(is_small(number, threshold + slack(measure)) for number in of_people(row, measure))


def of_people(row: Mapping[Hashable, Any] | pd.Series, measure: Measure) -> tuple[float, ...]:
    """The numbers of people that a row tells: a count; those of a share or a rate and the others; the base of an
    average. Not a number where the row does not say it.
    """
    if measure.unit is Unit.COUNT:
        return (row["value"],)
    numerator, denominator = row["numerator"], row["denominator"]
    if measure.unit not in (Unit.PERCENT, Unit.RATE):
        return (denominator,)
    if pd.isna(numerator):
        numerator = row["value"] * denominator / (100 if measure.unit is Unit.PERCENT else measure.per)
    return numerator, denominator - numerator


def slack(measure: Measure) -> float:
    """Half a person either way, where a number of people may be worked out from a share that is rounded."""
    return 0.5 if measure.unit in (Unit.PERCENT, Unit.RATE) else 0


def turn(cell: Cell) -> str:
    """When a part of a distribution becomes a partner: by a hash of its name, so that neither numbers nor choice decide
    it.

    The same in every month, so that the other parts keep a series without gaps.
    """
    return hashlib.sha256((cell.category or cell.measure_id).encode()).hexdigest()


Shown = tuple[dict[Cell, dict], frozenset[Cell]]  # the row of each cell that was shown last, and what was withheld


def _with_shown(shown: Shown, frame: pd.DataFrame, _: object) -> Shown:
    """What returns have shown and withheld, with one return more."""
    return _with_rows(shown, cell_rows(frame))


def _all_shown(frames: Sequence[pd.DataFrame], _: object) -> Shown:
    return _with_rows(NOTHING_SHOWN, all_cell_rows(frames))


def _with_rows(shown: Shown, rows: CellRows) -> Shown:
    public, hidden = dict(shown[0]), set(shown[1])
    for cell, row in rows:
        if row["value_status"] == ValueStatus.SUPPRESSED:
            hidden.add(cell)
        elif pd.notna(row["value"]):
            public[cell] = row
    return public, frozenset(hidden)


NOTHING_SHOWN: Shown = ({}, frozenset())
_SHOWN: Fold[Shown] = Fold(NOTHING_SHOWN, _with_shown, _all_shown)


def so_far(earlier: Sequence[pd.DataFrame]) -> Shown:
    """The row of each cell that earlier returns have shown last, and the cells that one of them withholds."""
    return _SHOWN(earlier)


class _Withholding:
    """One return's observations beside all that earlier ones have shown or withheld; `hidden` grows until nothing
    follows.
    """

    def __init__(self, observations: pd.DataFrame, measures: dict[str, Measure], earlier: list[pd.DataFrame]):
        self.measures, self.records = measures, records_of(observations)
        self.small = {i: m.suppress_up_to for i, m in measures.items()}
        self.kin: dict[str, set[str]] = {}
        for follower in measures:
            for leader in leaders(follower, measures):
                self.kin.setdefault(follower, set()).add(leader)
                self.kin.setdefault(leader, set()).add(follower)
        self.cells = [cell_of(row) for row in self.records]
        self.partners: dict[tuple, set[Cell]] = {}  # what each distribution withheld beyond what had to go
        public, hidden = _SHOWN(earlier)
        # What earlier returns have shown: it cannot be taken back.
        self.public = {cell: row for cell, row in public.items() if cell not in hidden}
        self.hidden: set[Cell] = set(hidden)
        self.rows: dict[Cell, dict] = {}  # this return's rows; the cells that say something new can still be withheld
        for cell, row in zip(self.cells, self.records, strict=True):
            self.rows.setdefault(cell, row)
        self.new = {c for c, r in self.rows.items() if c not in self.public or r["value"] != self.public[c]["value"]}
        self.hidden |= {
            c
            for c, row in zip(self.cells, self.records, strict=True)
            if row["value_status"] == ValueStatus.SUPPRESSED or is_primary(row, measures[c.measure_id])
        }
        self._unstated_wholes()
        # What goes whatever its number is, because of earlier returns.
        self.blindly = self._longer_periods(self.hidden - self.new)
        self.hidden |= self.blindly

    def number(self, cell: Cell) -> dict | None:
        """The row that says a cell's numbers: this return's, else what an earlier one has shown."""
        return self.rows.get(cell) or self.public.get(cell)

    def settle(self) -> set[Cell]:
        before = -1
        self.hidden |= self._whole_tables(self._small_rests())
        while before != len(self.hidden):
            before = len(self.hidden)
            self._families()
            self._distributions()
            known = {c for c in self._known() if self._is_protected(c)}
            gone = spans_to_hide(known, self.hidden, self.new, self._value, self._small_count) | self._longer_periods(
                self.hidden
            )
            self.hidden |= gone | self._whole_tables(gone)
            if before == len(self.hidden):
                self.hidden |= self._around(self._narrowing())
        return self.hidden

    def _narrowing(self) -> set[Cell]:
        """What is new and would say more about months that are not shown than all that is public does already."""
        ours = {series_of(c) for c in self.new}
        counts = {c for c in self._known() - self.hidden if series_of(c) in ours and self._is_small_count(c)}
        numbers = {c: value for c in counts if not pd.isna(value := self._value(c))}
        added = self.new - self.public.keys()  # one that is revised is not one number: no sum is built on it
        new = {c: v for c, v in numbers.items() if c in added}
        public = {c: v for c, v in numbers.items() if c not in self.new}
        return narrowing(new, public, self.hidden, self._small_count)

    def _around(self, gone: set[Cell]) -> set[Cell]:
        """The new cells of the same tables and periods: which parts of one went would say how large they are."""
        tables = {(self._table(c), c.period_type, c.period) for c in gone}
        return {c for c in self.new if self._is_small_count(c) and (self._table(c), c.period_type, c.period) in tables}

    def _small_rests(self) -> set[Cell]:
        """The new totals that leave a small number for months which are still to come; some of the others are shown."""
        known, found = self._known(), set()
        for total in (c for c in self.new if c.period_type in LENGTHS and self._is_small_count(c)):
            for span in (s for s in spans_of(total) if s.less is None and not s.is_whole):
                stated = known.intersection(span.parts)
                if stated and len(stated) < len(span.parts) and not stated & self.hidden:
                    rest = self._value(total) - sum(map(self._value, stated))
                    found |= {total} if is_small(rest, self._small_count(total)) else set()
        return found

    def _whole_tables(self, gone: set[Cell]) -> set[Cell]:
        """The tables of counts that go whole: beneath a whole that goes, and around a total that goes for the small
        rest it leaves.

        Which parts of these went would say which are 0, or how the rest is made up.
        """
        if not gone:
            return set()
        inner = around_hidden(gone, self.hidden | gone, even_hidden=True)
        wholes = {
            c._replace(category="")
            for c in gone
            if self._is_small_count(c) and (not c.category or (c.period_type in LENGTHS and c not in inner))
        }
        return {c for c in self.new if c._replace(category="") in wholes}

    def _longer_periods(self, because: set[Cell]) -> set[Cell]:
        """Of counts: totals around what is withheld, what is new beneath totals that are public, and parts of those
        that are withheld.
        """
        hidden, new, public = (
            {c for c in cells if self._is_small_count(c)} for cells in (because, self.new, self.public)
        )
        return (
            around_hidden(new, hidden)
            | under_public(new, hidden, public, self._table)
            | beneath_hidden(new, hidden - new)
        )

    def _unstated_wholes(self) -> None:
        """The sum of the parts of each table of counts whose whole nobody states: a total over a longer period knows it
        too.
        """
        tables: dict[Cell, set[Cell]] = {}
        known = self._known()
        for cell in known:
            if cell.category and self._is_small_count(cell):
                tables.setdefault(cell._replace(category=""), set()).add(cell)
        for whole, parts in tables.items():
            if whole in known:
                continue
            rows = [row for p in parts if (row := self.number(p)) is not None and pd.notna(row["value"])]
            if len(rows) == len(parts):
                stated = self.rows if parts & self.new else self.public
                stated[whole] = {
                    **rows[0],
                    **dict.fromkeys(NUMBERS, float("nan")),
                    "value": sum(row["value"] for row in rows),
                }
                self.new |= {whole} if parts & self.new else set()
            is_few = len(rows) == len(parts) and is_small(self._value(whole), self._small_count(whole))
            if is_few or parts <= self.hidden:
                self.hidden.add(whole)

    def _is_small_count(self, cell: Cell) -> bool:
        return cell.measure_id in self.measures and self._small_count(cell) > 0

    def _table(self, cell: Cell) -> tuple[str, str]:
        """What the cells of one table have in common: the measure that theirs is a part of, and the area."""
        measure_id, seen = cell.measure_id, set()
        while measure_id not in seen and (whole := self.measures[measure_id].part_of) in self.measures:
            seen.add(measure_id)
            measure_id = whole
        return measure_id, cell.area

    def _value(self, cell: Cell) -> float:
        """The value of a cell that is shown; nothing is left of one without a value."""
        row = self.number(cell)
        return float("nan") if row is None else row["value"]

    def _small_count(self, cell: Cell) -> int:
        """Up to which number a count is small; 0 for what cannot be added up, such as a share."""
        measure = self.measures[cell.measure_id]
        return self.small[cell.measure_id] if measure.unit is Unit.COUNT else 0

    def _known(self) -> set[Cell]:
        return {*self.rows, *self.public, *self.hidden}

    def _is_protected(self, cell: Cell) -> bool:
        """Whether a cell is a number of people, or hidden whatever it counts."""
        return cell in self.hidden or self.small.get(cell.measure_id, 0) > 0

    def _families(self) -> None:
        """A cell goes with the same cell of a measure that its own follows, and of one that follows its own."""
        for cell in [c for c in self.rows if c not in self.hidden]:
            # A measure that shows its small numbers goes only with one that it follows.
            small = self.measures[cell.measure_id].suppress_up_to
            kin = self.kin.get(cell.measure_id, ()) if small else leaders(cell.measure_id, self.measures)
            if any(cell._replace(measure_id=m) in self.hidden for m in kin):
                self.hidden.add(cell)

    def _distributions(self) -> None:
        """The parts of a whole: categories of one measure, and measures that are parts of another one."""
        groups: dict[tuple, set[Cell]] = {}
        known = self._known()
        times = {(c.area, c.period_type, c.period) for c in self.new}  # only what is new can go, beside its like
        for cell in known:
            if (cell.area, cell.period_type, cell.period) not in times:
                continue
            if cell.category:
                groups.setdefault((cell._replace(category=""),), set()).add(cell)
            if cell.measure_id in self.measures and (whole := self.measures[cell.measure_id].part_of):
                groups.setdefault((cell._replace(measure_id=whole), "measures"), set()).add(cell)
        for group, parts in sorted(groups.items()):
            cells = {group[0], *parts} & self.new
            telling = {c for c in cells if not follows_from_parts(c, known, self.hidden, self._value)}
            if parts & self.hidden and telling - self.hidden:
                self._distribution(group, sorted(parts, key=turn, reverse=True), telling)

    def _distribution(self, group: tuple, parts: list[Cell], telling: set[Cell]) -> None:
        """Withhold of one whole and its parts what must go; only ``telling`` cells can: new ones that nothing else
        shows.
        """
        whole, ours = group[0], self.partners.setdefault(group, set())
        measure = self.measures[parts[0].measure_id]
        if self.blindly.issuperset(parts):
            return  # nobody knows of any of them whether it is small
        if measure.unit is not Unit.COUNT:
            if not leaders(measure_id := parts[0].measure_id, self.measures) or not any(
                p._replace(measure_id=m) in self.rows for p in parts for m in leaders(measure_id, self.measures)
            ):
                self._shares(whole, parts)
            return
        rows = [self.number(p) for p in parts]
        values = [None if row is None or pd.isna(row["value"]) else row["value"] for row in rows]
        total = self.number(whole)
        total = total["value"] if total is not None and pd.notna(total["value"]) else None
        if whole in self.hidden - ours and not (total is not None and 0 < total <= measure.suppress_up_to):
            total = None
        threshold = max(measure.suppress_up_to, 2)
        gone, whole_too = hidden_parts(
            values,
            threshold,
            total,
            movable=[p in telling for p in parts],
            hidden={i for i, p in enumerate(parts) if p in self.hidden - ours},
            is_known=whole not in self.hidden - ours,
        )
        more = {parts[i] for i in gone}
        if whole_too and (whole in telling or whole not in self._known()):
            more.add(whole)
        ours |= more - self.hidden
        self.hidden |= more

    def _shares(self, whole: Cell, parts: list[Cell]) -> None:
        """Shares with different bases: all parts go; the whole too where a part is public or there is no second one."""
        gone = {p for p in parts if p in self.new}
        self.hidden |= gone
        if len(parts) < 2 or any(p not in self.hidden for p in parts):
            self.hidden |= {whole} & self.new

    def change_tells(self, cell: Cell, row: dict) -> bool:
        """Whether the change that a source states beside a value tells a number that is withheld, or would be."""
        if pd.isna(row["change"]):
            return False
        measure = self.measures[cell.measure_id]
        if (
            measure.unit is Unit.COUNT
            and pd.notna(row["value"])
            and is_small(row["value"] - row["change"], measure.suppress_up_to)
        ):
            return True
        same = (
            c for c in self.hidden if (c.measure_id, c.area, c.category) == (cell.measure_id, cell.area, cell.category)
        )
        return any(0 < _months_between(c.period, cell.period) <= MONTHS_OF_CHANGE for c in same)


def _months_between(earlier: str, later: str) -> int:
    a, b = ((int(p[:4]) * 12 + int(p[5:7] or 1)) if len(p) >= 7 else int(p[:4]) * 12 for p in (earlier, later))
    return b - a if b != a else int(later > earlier)


def suppress(
    observations: pd.DataFrame, measures: dict[str, Measure], earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """A new frame without the numbers that may not be published; their value_status says so.

    ``earlier``: the observations of the authority's earlier returns as they were published, oldest first. Value,
    numerator and denominator go together: two of them give the third. So does the record of the raw row: its cells hold
    the number, and a hash over so few possible numbers gives it away.
    """
    work = _Withholding(
        observations.assign(**{c: observations.get(c, float("nan")) for c in NUMBERS}), measures, list(earlier)
    )
    hidden = work.settle()
    gone = pd.Series([c in hidden for c in work.cells], index=observations.index, dtype=bool)
    result = without(observations, gone)
    tells = pd.Series(
        [work.change_tells(c, r) for c, r in zip(work.cells, work.records, strict=True)],
        index=observations.index,
        dtype=bool,
    )
    result = blanked(result, tells, ["change"])
    # A value that is missing for another reason does not leave its numerator behind.
    missing = result["value"].isna() & (result[[c for c in NUMBERS if c in result]].notna().any(axis=1))
    return blanked(result, missing, NUMBERS)
