"""Red, amber and green levels as a target and its tolerance, in the unit of the measure."""

from decimal import Decimal
from typing import NamedTuple

from improvement_reports.domain.errors import shown
from improvement_reports.domain.vocabulary import BetterWhen, Unit
from improvement_reports.returns.scorecard.amounts import Level, read_level
from improvement_reports.returns.scorecard.grid import Cell

STEP = Decimal(1)  # 85%-94.9% ends a tenth below 95%: what is apart by more than this leaves a gap


class Target(NamedTuple):
    """A target and how far from it is still tolerated, in the measure's unit; ``cells``: where they are stated.

    ``upper``: the upper end of a range of which ``target`` is the lower one.
    """

    target: Decimal
    tolerance: Decimal | None
    cells: tuple[Cell, ...]
    upper: Decimal | None = None


class NotATarget(ValueError):
    """Levels that make no target; the message is the end of a sentence, ``cell`` where it stands."""

    def __init__(self, cell: Cell, problem: str):
        self.cell = cell
        super().__init__(problem)


def level_of(cell: Cell, unit: Unit) -> Level:
    """What a cell says as a level, in the measure's unit; `NotATarget` says what is wrong with it."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        scale = 100 if "%" in cell.number_format else 1
        number = (Decimal(format(cell.value, ".15g")) * scale).normalize() + 0
        return _fitting(Level(number, number, "%" in cell.number_format), cell, unit)
    level = read_level(cell.text)
    if level is None:
        raise NotATarget(cell, f"{shown(cell.words)} is no level; write it as in <50%, 60%+, 50%-59.9% or 85%")
    return _fitting(level, cell, unit)


def _fitting(level: Level, cell: Cell, unit: Unit) -> Level:
    if level.is_percent and unit is not Unit.PERCENT:
        raise NotATarget(cell, f"{shown(cell.words)} is a percentage, and the measure is a {unit}; correct one of them")
    bare = unit is Unit.PERCENT and not level.is_percent
    if bare and all(n is None or n <= 1 for n in (level.low, level.high)) and (level.low or level.high):
        raise NotATarget(cell, f"{shown(cell.words)} may be a share of one or a percentage; write it with its %")
    return level


def target_of(levels: dict[str, Cell], unit: Unit, better: BetterWhen) -> Target | None:
    """The target by the cells of green, amber and red (by these names); None where no green or target is stated.

    Green begins at the target; amber goes on to the edge of what is tolerated, and red must begin there. A target alone
    that goes from one number to another is a range, met inside it.
    """
    if "green" not in levels:
        return None
    cell = levels["green"]
    if (ends := level_of(cell, unit)) and _is_range(ends, levels, unit):
        return Target(ends.low or Decimal(0), None, (cell,), ends.high)
    if better is BetterWhen.NEUTRAL:
        raise NotATarget(
            cell, "is a target of a measure that is neither better high nor low; say better_when in measures.yml"
        )
    green = level_of(cell, unit)
    near = green.low if better is BetterWhen.HIGHER else green.high
    if near is None:
        side = "from a number up" if better is BetterWhen.HIGHER else "from a number down"
        raise NotATarget(cell, f"{shown(cell.words)} does not go {side}, and the measure is better {better}")
    edge = _edge(levels, unit, better, near)
    tolerance = None if edge is None else abs(near - edge)
    if tolerance is not None and tolerance > near:  # the check of a return refuses it too
        raise NotATarget(cell, f"{shown(cell.words)} is nearer to 0 than to what is still tolerated; write the target")
    return Target(near, tolerance, tuple(levels[k] for k in ("red", "amber", "green") if k in levels))


def _is_range(ends: Level, levels: dict[str, Cell], unit: Unit) -> bool:
    """Whether a target is met between two numbers alone: neither goes on to the end, and no colour says which side."""
    if ends.low is None or ends.high is None or ends.is_point or len(levels) > 1:
        return False
    return ends.low > 0 and not (unit is Unit.PERCENT and ends.high >= 100)


def _edge(levels: dict[str, Cell], unit: Unit, better: BetterWhen, target: Decimal) -> Decimal | None:
    """The number up to which amber goes, or red begins; None where neither is stated."""
    is_high = better is BetterWhen.HIGHER
    edges: dict[str, Decimal] = {}
    for name in ("amber", "red"):
        if name in levels:
            level = level_of(levels[name], unit)
            far, other = (level.low, level.high) if is_high else (level.high, level.low)
            found = far if name == "amber" else other
            if found is None:
                raise NotATarget(levels[name], f"{shown(levels[name].words)} does not say where {name} ends")
            if name == "amber" and other is not None and abs(other - target) > STEP:
                raise NotATarget(levels[name], f"{shown(levels[name].words)} does not end where green begins")
            edges[name] = found
    if len(edges) == 2 and abs(edges["red"] - edges["amber"]) > STEP:
        raise NotATarget(levels["red"], f"{shown(levels['red'].words)} does not begin where amber ends")
    edge = edges.get("amber", edges.get("red"))
    if edge is not None and (edge > target if is_high else edge < target):
        name = "amber" if "amber" in edges else "red"
        raise NotATarget(levels[name], f"{shown(levels[name].words)} lies on the wrong side of the target")
    return edge
