"""A first mapping for a scorecard: what of it is certain, and what a person has to say."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

import pandas as pd

from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.vocabulary import PeriodType, Unit, ValueStatus
from improvement_reports.returns.scorecard.amounts import read_amount
from improvement_reports.returns.scorecard.export import filters_of, undecided_filters, words_in
from improvement_reports.returns.scorecard.lines import Line
from improvement_reports.returns.scorecard.mapping import UNDECIDED, MeasureMapping, SheetMapping
from improvement_reports.returns.scorecard.matching import Proposal, proposals
from improvement_reports.returns.scorecard.recognise import Found
from improvement_reports.returns.scorecard.roles import LEAVE_OUT, plain
from improvement_reports.returns.scorecard.values import UNSURE, mark_of, scale_of
from improvement_reports.workspace.measures import Measure

PERCENT_WORDS = frozenset({"%", "percentage", "percent", "pct", "% percentage"})
POUND_WORDS = frozenset({"pounds", "gbp", "money", "currency"})
NUMBER_WORDS = frozenset({"number", "no", "count", "num", "numeric"})
OTHER_WORDS = {
    "fte": Unit.FTE,
    "wte": Unit.FTE,
    "rate": Unit.RATE,
    "per 10 000": Unit.RATE,
    "rate per 10 000": Unit.RATE,
}


@dataclass
class Choice:
    """One row of the scorecard: what it may be, what is chosen so far, and whether its scale has to be asked."""

    line: Line
    options: list[Proposal]
    chosen: str = UNDECIDED
    scale: str | None = None
    needs_section: bool = False

    def is_unsure(self, measures: Mapping[str, Measure]) -> bool:
        """Whether its numbers may be shares of one or percentages, and its measure is a percentage."""
        is_percent = self.chosen in measures and measures[self.chosen].unit is Unit.PERCENT
        return is_percent and self.scale is None and scale_of(list(self.line.values.values())) == UNSURE

    def entry(self, period_types: dict[str, PeriodType]) -> MeasureMapping:
        """The choice as an entry of the mapping."""
        section = self.line.section if self.needs_section else ""
        kind = period_types.get(self.chosen)
        return MeasureMapping.model_validate(
            {
                "name": self.line.name,
                "section": section,
                "measure": self.chosen,
                "period_type": kind,
                "scale": self.scale,
            }
        )


@dataclass
class Draft:
    """What a mapping would say: sheets, roles of headings, marks for missing values, filters, and a choice a row."""

    sheets: list[SheetMapping]
    columns: dict[str, str]
    missing: dict[str, ValueStatus]
    only: dict[str, str]
    choices: list[Choice]
    areas: dict[str, str] = field(default_factory=dict)
    to_filter: dict[str, list[str]] = field(default_factory=dict)  # headings whose word has to be chosen


def draft_of(
    found: Found, known: pd.DataFrame, used: Container[str] = (), areas: Mapping[str, str] | None = None
) -> Draft:
    """The mapping that is certain, with what is likely beside it.

    ``known``: how measures are called; ``used``: those that the council's returns have; ``areas``: those it declares.
    """
    rows = list({line.row: line for line in reversed(found.lines)}.values())[::-1]  # a row of each area is one row
    names = [normal_key(line.name) for line in rows]
    choices = [choice_of(line, known, names.count(normal_key(line.name)) > 1, used) for line in rows]
    taken = [c.chosen for c in choices if c.chosen != UNDECIDED]
    for choice in choices:  # two rows cannot both be one measure
        if taken.count(choice.chosen) > 1:
            choice.chosen = UNDECIDED
    only, to_filter = _filters(found)
    sheets = [SheetMapping(name=n, area=found.areas.get(n)) for n in (g.title or "-" for g, _ in found.sheets)]
    there = {line.area for line in found.lines}
    used_areas = {word: key for word, key in (areas or {}).items() if key in there}
    return Draft(sheets, _columns(found), marks_in(found.lines), only, choices, used_areas, to_filter)


def choice_of(line: Line, known: pd.DataFrame, needs_section: bool, used: Container[str] = ()) -> Choice:
    """What a row may be; chosen is only what has the same words."""
    options = proposals(line.name, unit_of(line), known, used)
    chosen = options[0].measure_id if options and options[0].is_same else UNDECIDED
    return Choice(line, options, chosen, needs_section=needs_section)


def unit_of(line: Line) -> Unit | None:
    """The unit that a row shows, or None: by its column of units, its name, or the signs in its cells."""
    words = plain(line.beside["unit"].words) if "unit" in line.beside else ""
    sign = line.beside["unit"].words.strip() if "unit" in line.beside else ""
    cells = list(line.values.values())
    if words in PERCENT_WORDS or line.name.lstrip().startswith("%"):
        return Unit.PERCENT
    if words in POUND_WORDS or sign == "£" or any((a := read_amount(c.text)) and a.is_pounds for c in cells):
        return Unit.POUNDS
    if any("%" in c.number_format or ((a := read_amount(c.text)) and a.is_percent) for c in cells):
        return Unit.PERCENT
    return Unit.COUNT if words in NUMBER_WORDS else OTHER_WORDS.get(words)


def marks_in(lines: list[Line]) -> dict[str, ValueStatus]:
    """The marks for missing values that stand in a scorecard, as it writes them, with what they mean."""
    found: dict[str, ValueStatus] = {}
    for line in lines:
        for cell in line.values.values():
            if (status := mark_of(cell.words)) and normal_key(cell.words) not in map(normal_key, found):
                found[cell.words] = status
    return found


def _columns(found: Found) -> dict[str, str]:
    columns: dict[str, str] = {}
    for grid, rows in found.sheets:
        for row in rows:
            named = {c: r for c, r in row.roles.items()} | {c: LEAVE_OUT for c in row.others if row.roles}
            for column, role in sorted(named.items()):
                columns.setdefault(row.cells(grid)[column].words, role)
    return columns


def _filters(found: Found) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Headings of an export with the word whose rows are read, and those of which a person has to choose it."""
    only: dict[str, str] = {}
    ask: dict[str, list[str]] = {}
    for grid, rows in found.sheets:
        head = rows[0]
        if not head.is_long:
            continue
        for column in filters_of(grid, head, {}):
            only[head.others[column]] = next(
                w for w in words_in(grid, head, column) if normal_key(w) == filters_of(grid, head, {})[column]
            )
        if undecided_filters(grid, head, {}):
            for column, words in head.others.items():
                if words not in only and 1 < len(words_in(grid, head, column)) <= 30:
                    ask[words] = words_in(grid, head, column)
    return only, ask
