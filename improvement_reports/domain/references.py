"""References from claims and narrative to observations: ``measure_id[category]@period/period_type:area#part``.

Category, period, area and part are optional: no category, the reporting month, the authority itself, the value. A claim
may also name an amount of money, ``£line_id@period/kind``, and an official statistic, ``dfe:measure_id@year:area``; a
minus before any of them turns its sign.
"""

import re
from dataclasses import dataclass, replace

import pandas as pd

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.money_periods import same_period
from improvement_reports.domain.series import end_of
from improvement_reports.domain.trajectory import level_between
from improvement_reports.domain.vocabulary import TargetPath

PARTS = ("value", "numerator", "denominator", "target")
SYNTAX = re.compile(
    r"(?P<measure>[a-z0-9_]+)(?:\[(?P<category>[^\]]*)\])?(?:@(?P<period>[\d-]+))?(?:/(?P<period_type>[a-z0-9_]+))?(?::(?P<area>[a-z0-9_-]+))?(?:#(?P<part>[a-z]+))?"
)


@dataclass(frozen=True)
class Reference:
    measure_id: str
    category: str = ""
    period: str | None = None
    area: str | None = None
    part: str = "value"
    period_type: str | None = None
    sign: int = 1

    def __str__(self) -> str:
        text = self.measure_id
        text += f"[{self.category}]" if self.category else ""
        text += f"@{self.period}" if self.period else ""
        text += f"/{self.period_type}" if self.period_type else ""
        text += f":{self.area}" if self.area else ""
        text += f"#{self.part}" if self.part != "value" else ""
        return text


@dataclass(frozen=True)
class AmountReference:
    """An amount of money: ``£line_id@period/kind``; period and kind where the line has more than one row."""

    line_id: str
    period: str | None = None
    kind: str | None = None
    sign: int = 1

    def __str__(self) -> str:
        return f"£{self.line_id}" + (f"@{self.period}" if self.period else "") + (f"/{self.kind}" if self.kind else "")


@dataclass(frozen=True)
class OfficialReference:
    """An official statistic: ``dfe:measure_id@year:area``; the year is that in which the reporting year ends."""

    measure_id: str
    year: int
    area: str | None = None
    sign: int = 1

    def __str__(self) -> str:
        return f"dfe:{self.measure_id}@{self.year}" + (f":{self.area}" if self.area else "")


AMOUNT_SYNTAX = re.compile(r"£(?P<line>[a-z0-9_-]+)(?:@(?P<period>[A-Za-z0-9 -]+))?(?:/(?P<kind>[a-z]+))?")
OFFICIAL_SYNTAX = re.compile(r"dfe:(?P<measure>[a-z0-9_]+)@(?P<year>\d{4})(?::(?P<area>[a-z0-9_-]+))?")


def parse_operand(text: str) -> Reference | AmountReference | OfficialReference:
    """One operand of a claim; a `UserError` says what the syntax is."""
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    body = text[1:].strip() if sign < 0 else text
    if match := AMOUNT_SYNTAX.fullmatch(body):
        return AmountReference(match["line"], match["period"], match["kind"], sign)
    if match := OFFICIAL_SYNTAX.fullmatch(body):
        return OfficialReference(match["measure"], int(match["year"]), match["area"], sign)
    if body.startswith(("£", "dfe:")):
        raise UserError(
            f"{shown(text)} is not a reference; write £line_id@period/kind for an amount, dfe:measure_id@year:area for"
            " an official statistic"
        )
    return replace(parse_reference(body), sign=sign)


def parse_reference(text: str) -> Reference:
    """One reference; a `UserError` says what the syntax is."""
    match = SYNTAX.fullmatch(text.strip())
    if not match:
        raise UserError(
            f"{shown(text)} is not a reference; write measure_id[category]@period/period_type:area#part, of which only"
            " measure_id is needed"
        )
    part = match["part"] or "value"
    if part not in PARTS:
        raise UserError(f"{shown(text)} names the part “{part}”; allowed are {', '.join(PARTS)}")
    return Reference(
        match["measure"], match["category"] or "", match["period"], match["area"], part, match["period_type"]
    )


def parse_operands(text: str) -> list[Reference | AmountReference | OfficialReference]:
    """Operands separated by semicolons."""
    return [parse_operand(part) for part in text.split(";") if part.strip()]


def find_amount(finance: pd.DataFrame | Rows, ref: AmountReference) -> pd.Series:
    """The one amount that ``ref`` names; a `UserError` if there is none or more than one."""
    known = Rows.of(finance)
    places = known.places(line_id=ref.line_id)
    if ref.period:
        places = [at for at in places if same_period(known.cells("period")[at], ref.period)]
    if ref.kind:
        places = [at for at in places if known.cells("kind")[at] == ref.kind]
    if len(places) != 1:
        count = f"{len(places)} amounts" if places else "no amount"
        raise UserError(f"“{ref}” names {count}; write the line, its period and its kind as in finance.csv")
    return known.row(places[0])


def find_observation(observations: pd.DataFrame | Rows, ref: Reference, authority: str, month: str) -> pd.Series:
    """The one observation that ``ref`` names; a `UserError` if there is none or more than one.

    Without a period it is the reporting month's, else the only or the newest one up to the return. Of two period types
    for one month (a month and its rolling year) the month is meant unless the reference says otherwise.
    """
    known, area = Rows.of(observations), ref.area or authority
    places = known.in_category(known.places(measure_id=ref.measure_id, area=area), ref.category)
    if not places:
        raise UserError(
            f"there is no observation of “{ref.measure_id}”{_detail(ref, area, authority)}; correct the reference, or"
            " add the row"
        )
    places = _of_one_time(known, places, ref, month)
    if not places:
        raise UserError(
            f"there is no observation of “{ref.measure_id}” for {ref.period or month}{_detail(ref, area, authority)};"
            " correct the reference, or add the row"
        )
    if len(places) > 1:
        named = [known.cells("period_type")[at] for at in places]
        raise UserError(
            f"“{ref}” names {len(places)} observations ({', '.join(sorted(named))}); write which one, as in"
            f" {ref.measure_id}@{ref.period or month}/{named[0]}, or period_type in narrative"
        )
    return known.row(places[0])


def _of_one_time(known: Rows, places: list[int], ref: Reference, month: str) -> list[int]:
    """Of the rows of one series those of the time that is meant: one for each period type, or only the month's."""
    types, periods = known.cells("period_type"), known.cells("period")
    if ref.period_type:
        places = [at for at in places if types[at] == ref.period_type]
    ends = {at: end_of(periods[at]) for at in places}
    if ref.period:
        wanted = _end(ref.period)
    else:
        this = end_of(month)
        wanted = this if this in ends.values() else max(ends.values(), default="")
    # A month and its last day are one time; of two returns that name it differently the newer, which stands first,
    # holds.
    by_type: dict[str, int] = {}
    for at in places:
        if ends[at] == wanted:
            by_type.setdefault(types[at], at)
    return [by_type["month"]] if "month" in by_type else list(by_type.values())


def _end(period: str) -> str:
    try:
        return end_of(period)
    except ValueError:
        raise UserError(f"{shown(period)} is not a period; write a month as in 2021-04, or a day") from None


def _detail(ref: Reference, area: str, authority: str) -> str:
    category = f" in the category “{ref.category}”" if ref.category else ""
    return category + (f" for {area}" if area != authority else "")


def find_target(targets: pd.DataFrame | Rows, measure_id: str, period: str) -> pd.Series | None:
    """The target of a measure that holds in the last month of ``period`` (the newest ``valid_from`` that is not later),
    or None.

    So a target that starts or ends inside a quarter or a year holds for it if it holds in its last month. An end that
    is less precise than a month is its last month. Of a target that leads evenly to the next one, ``target`` is the
    level of the month, and ``next_target`` the row that it leads to.
    """
    month, known = _end(period)[:7], Rows.of(targets)
    starts = known.cells("valid_from")
    places = [at for at in known.places(measure_id=measure_id) if starts[at] <= month]
    if known.has("valid_to"):
        stops = known.cells("valid_to")
        places = [at for at in places if stops[at] == "" or end_of(stops[at])[:7] >= month]
    return _on_the_way(known, max(places, key=lambda at: starts[at]), month) if places else None


def _on_the_way(known: Rows, at: int, month: str) -> pd.Series:
    """The target in a row as it holds in a month: itself, or the level on its even way to the next."""
    row, starts = known.row(at), known.cells("valid_from")
    if not known.has("path") or row["path"] != TargetPath.EVENLY or starts[at] == month:
        return row
    ahead = [n for n in known.places(measure_id=row["measure_id"]) if starts[n] > month]
    if not ahead:
        return row
    then = known.row(min(ahead, key=lambda n: starts[n]))
    points = (starts[at], row["target"]), (then["valid_from"], then["target"])
    return pd.Series({**row.to_dict(), "target": float(level_between(*points, month)), "next_target": then})


def leads_to(target: pd.Series | None) -> pd.Series | None:
    """The target that another one is on the way to, where a month between both is judged; else None."""
    return None if target is None else target.get("next_target")
