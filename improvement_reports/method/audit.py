"""What the documents say together: claims, parts and changes, quarters and their months, events and totals. Pure
functions of tables. What official statistics say is in `beside_official`.

Every check gives `Entry` rows, also where all is well, so that a reader sees what was looked at and not only what was
found.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.series import month_number, month_text
from improvement_reports.domain.tables import OBSERVATIONS
from improvement_reports.domain.vocabulary import Area, ClaimOutcome, PeriodType, Unit
from improvement_reports.domain.wording import period_words
from improvement_reports.method.audit_entry import Entry
from improvement_reports.method.claims import COMPARISONS, Known, audit, claim_words, compared_decimals, stated_words
from improvement_reports.method.money import totals
from improvement_reports.workspace.measures import Measure

AGREES, ROUNDED, DIFFERS, CANNOT = (
    ClaimOutcome.AGREES,
    ClaimOutcome.AGREES_AFTER_ROUNDING,
    ClaimOutcome.DIFFERS,
    ClaimOutcome.CANNOT_BE_RECOMPUTED,
)


def claim_entries(authority: str, month: str, known: Known, claims: pd.DataFrame) -> list[Entry]:
    """Every claim of one document, recomputed."""
    found = []
    for claim in audit(claims, known).to_dict("records"):
        unit = Unit(claim["unit"])
        if claim["method"] in COMPARISONS:
            stated = str(claim["method"])
            numbers = [nb.format_value(n, unit, compared_decimals(n)) for n in claim["numbers"]]
            result = f"{numbers[0]} against {', '.join(numbers[1:])}" if numbers else ""
        else:
            stated = stated_words(claim) or "withheld"
            result = "" if claim["recomputed"] is None else claim_words(claim, claim["recomputed"])
        gap = (
            ""
            if not claim["difference"]
            else (
                nb.format_money(abs(claim["difference"]), claim["in_full"])
                if unit is Unit.POUNDS
                else nb.format_distance(claim["difference"], unit)
            )
        )
        remark = _why_not(claim) if claim["outcome"] == CANNOT else ""
        row = pd.Series({k: v for k, v in claim.items() if k not in ("input_rows", "numbers")})
        found.append(
            Entry(
                "claim",
                authority,
                month,
                claim["text"],
                stated,
                result,
                ClaimOutcome(claim["outcome"]),
                gap,
                remark,
                (row, *claim["input_rows"]),
            )
        )
    return found


def _why_not(claim: Mapping[Hashable, Any]) -> str:
    """Why a claim cannot be recomputed: there is nothing that it could be compared with."""
    if claim["method"] not in COMPARISONS and pd.isna(claim["stated_value"]):
        return "the number is withheld, because it would give a small number away"
    if Area.STATISTICAL_NEIGHBOURS in claim["operands"] and not claim["numbers"]:
        return "a list of neighbours of that time is not held"
    if claim["numbers"]:
        return "a share of nothing cannot be worked out"
    return "a number that it rests on is not held, or is withheld"


def balance_entries(
    authority: str, month: str, observations: pd.DataFrame, measures: dict[str, Measure]
) -> list[Entry]:
    """Parts of a whole with the changes that the source states: now and before must be the same number of things."""
    rows = observations[
        observations["change"].notna() & (observations["category"] != "") & observations["value"].notna()
    ]
    found = []
    for (measure_id, *_), group in rows.groupby(["measure_id", "area", "period", "period_type"], sort=False):
        if len(group) < 2:
            continue
        now = [nb.to_decimal(v) for v in group["value"]]
        before = [nb.to_decimal(v) - nb.to_decimal(c) for v, c in zip(group["value"], group["change"], strict=True)]
        same = sum(now) == sum(before)

        def adds(parts: list[Decimal]) -> str:
            return f"{' + '.join(nb.format_number(p) for p in parts)} = {nb.format_number(sum(parts, Decimal(0)))}"

        remark = (
            ""
            if same
            else "the stated changes do not sum to nothing, and the source does not say that the number changed"
        )
        found.append(
            Entry(
                "parts and changes",
                authority,
                month,
                f"{measures[str(measure_id)].title}: now, and before by the stated changes",
                adds(now),
                adds(before),
                AGREES if same else DIFFERS,
                "" if same else nb.format_number(abs(sum(now, Decimal(0)) - sum(before, Decimal(0)))),
                remark,
                tuple(rows_of(group)),
            )
        )
    return found


def restated_entries(
    authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]], measures: dict[str, Measure]
) -> list[Entry]:
    """A value of one period that several returns state: each later one beside the first."""
    found: list[Entry] = []
    seen: dict[tuple, tuple[Rows, int]] = {}  # by what is stated: the table and the place of the first row of it
    for month, tables in returns:
        rows = Rows(tables["observations"])
        keys = zip(*map(rows.cells, OBSERVATIONS.key), strict=True)
        for at, (key, value) in enumerate(zip(keys, rows.cells("value"), strict=True)):
            if pd.isna(value):
                continue
            first, place = seen.setdefault(key, (rows, at))
            if (first, place) != (rows, at):
                found.append(_restated(authority, month, first.row(place), rows.row(at), measures))
    return found


def _restated(authority: str, month: str, known: pd.Series, row: pd.Series, measures: dict[str, Measure]) -> Entry:
    measure = measures[row["measure_id"]]
    a, b = (nb.format_value(r["value"], measure.unit, int(r["value_decimals"])) for r in (known, row))
    text = f"{measure.title}, {period_words(row['period'], row['period_type'])}, in two reports"
    outcome = AGREES if known["value"] == row["value"] else DIFFERS
    return Entry("stated twice", authority, month, text, b, a, outcome, rows=(known, row))


def quarter_entries(
    authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]], measures: dict[str, Measure]
) -> list[Entry]:
    """A count of a quarter, or a percentage of which the parts are stated, beside its three months, where all of them
    are held; in the month of the return that states the quarter. A count that is its last month's is one of a day.
    """
    months: dict[tuple, tuple[Rows, int]] = {}  # by what is stated: the table and the place of the first row of it
    quarters: list[tuple[str, pd.Series]] = []
    for month, tables in returns:
        rows = Rows(tables["observations"])
        keys = zip(*map(rows.cells, ("measure_id", "area", "category", "period")), strict=True)
        kinds, values = rows.cells("period_type"), rows.cells("value")
        for at, key in enumerate(keys):
            if pd.isna(values[at]):
                continue
            if kinds[at] == PeriodType.QUARTER:
                quarters.append((month, rows.row(at)))
            elif kinds[at] == PeriodType.MONTH:
                months.setdefault(key, (rows, at))
    found: list[Entry] = []
    for month, row in quarters:
        last = month_number(row["period"])
        wanted = [(row["measure_id"], row["area"], row["category"], month_text(last - back)) for back in (2, 1, 0)]
        held = [months[key] for key in wanted if key in months]
        if len(held) == len(wanted):
            found += _quarter(authority, month, row, [table.row(at) for table, at in held], measures)
    return found


def _quarter(
    authority: str, month: str, row: pd.Series, parts: list[pd.Series], measures: dict[str, Measure]
) -> Iterator[Entry]:
    measure, decimals = measures[row["measure_id"]], int(row["value_decimals"])
    stated = nb.to_decimal(row["value"])
    if measure.unit is Unit.COUNT:
        together = sum((nb.to_decimal(p["value"]) for p in parts), Decimal(0))
        if together != stated == nb.to_decimal(parts[-1]["value"]):
            return
    elif measure.unit is Unit.PERCENT and all(pd.notna(p["numerator"]) and p["denominator"] for p in parts):
        above, below = (sum((nb.to_decimal(p[c]) for p in parts), Decimal(0)) for c in ("numerator", "denominator"))
        together = 100 * above / below
    else:
        return
    rounded = nb.round_half_up(together, decimals)
    outcome = AGREES if together == stated else ROUNDED if rounded == stated else DIFFERS
    yield Entry(
        "quarter and its months",
        authority,
        month,
        f"{measure.title}, {period_words(row['period'], row['period_type'])}",
        nb.format_value(stated, measure.unit, decimals),
        nb.format_value(rounded, measure.unit, decimals),
        outcome,
        "" if outcome is not DIFFERS else nb.format_distance(stated - rounded, measure.unit, decimals),
        "",
        (row, *parts),
    )


def _compatible(a: str, b: str) -> bool:
    """November 2020 and 20 November 2020 do not contradict each other."""
    return a.startswith(b) or b.startswith(a)


def event_entries(authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]]) -> list[Entry]:
    """Events that are dated in more than one place: every later date beside the first one."""
    dated: dict[str, list] = {}
    for month, tables in returns:
        for row in rows_of(tables["inspections"]):
            dated.setdefault(row["inspection_id"], []).append((month, row))
        milestones = Rows(tables["milestones"])
        for at, event_id in enumerate(milestones.cells("event_id")):
            if event_id:
                dated.setdefault(event_id, []).append((month, milestones.row(at)))
    found = []
    for places in dated.values():
        first = next(((m, r) for m, r in places if r["status"] != "stated_otherwise"), places[0])
        for month, row in places:
            if row is first[1]:
                continue
            same = _compatible(first[1]["date"], row["date"])  # a span and its first day agree
            outcome = AGREES if same else DIFFERS
            remark = (
                "one gives the first day of the visit only"
                if same and first[1]["end_date"] and row["status"] == "stated_otherwise"
                else ""
            )
            days = (
                nb.format_days(first[1]["date"], first[1]["end_date"])
                if first[1]["end_date"]
                else nb.format_day(first[1]["date"])
            )
            found.append(
                Entry(
                    "date of an event",
                    authority,
                    month,
                    first[1]["title"],
                    nb.format_day(row["date"]),
                    days,
                    outcome,
                    "",
                    remark,
                    (row, first[1]),
                )
            )
    return found


def total_entries(authority: str, month: str, finance: pd.DataFrame) -> list[Entry]:
    """Stated totals of money and what their lines make."""
    stated = totals(finance)
    found, in_full = [], nb.mixes_units(a for t in stated for a in (t.stated, t.summed, t.difference))
    for t in stated:
        gap = t.difference
        outcome = DIFFERS if gap else ROUNDED if t.stated != t.summed else AGREES
        found.append(
            Entry(
                "total of money",
                authority,
                month,
                t.label,
                nb.format_money(t.stated, in_full),
                nb.format_money(t.summed, in_full),
                outcome,
                nb.format_money(abs(gap), in_full) if gap else "",
                "",
                (t.row, *t.lines),
            )
        )
    return found
