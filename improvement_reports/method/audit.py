"""What the documents say together: claims, parts and changes, events, totals, and official statistics. Pure functions
of tables.

Every check gives `Entry` rows, also where all is well, so that a reader sees what was looked at and not only what was
found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.vocabulary import ClaimOutcome, PeriodType, Unit, ValueStatus
from improvement_reports.domain.wording import period_words
from improvement_reports.method.claims import COMPARISONS, Known, audit, claim_words, compared_decimals, stated_words
from improvement_reports.method.money import totals
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.workspace.measures import Measure

AGREES, ROUNDED, DIFFERS, CANNOT = (
    ClaimOutcome.AGREES,
    ClaimOutcome.AGREES_AFTER_ROUNDING,
    ClaimOutcome.DIFFERS,
    ClaimOutcome.CANNOT_BE_RECOMPUTED,
)
# A value stated for part of a year is not explained by its shorter period when it is this many times its share of the
# year.
TOO_LARGE_A_SHARE = 2
# Official values of this many years before and after say what is near; a part of a year may be some points further off.
NEAR_YEARS = 2
PART_OF_A_YEAR = Decimal(10)


@dataclass(frozen=True)
class Entry:
    """One thing that was checked. ``stated`` and ``found`` are texts for the page, ``gap`` how far they are apart."""

    check: str
    authority: str
    month: str
    text: str
    stated: str
    found: str
    outcome: ClaimOutcome
    gap: str = ""
    remark: str = ""
    rows: tuple = ()


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
        remark = (
            "a list of neighbours of that time is not held"
            if claim["outcome"] == CANNOT and "statistical_neighbours" in claim["operands"]
            else ""
        )
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
                tuple(r for _, r in group.iterrows()),
            )
        )
    return found


def restated_entries(
    authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]], measures: dict[str, Measure]
) -> list[Entry]:
    """A value of one period that several returns state: each later one beside the first."""
    key = ["measure_id", "area", "period", "period_type", "category"]
    found: list[Entry] = []
    seen: dict[tuple, pd.Series] = {}
    for month, tables in returns:
        for _, row in tables["observations"].iterrows():
            if pd.isna(row["value"]):
                continue
            known = seen.get(tuple(row[key]))
            if known is not None:
                measure = measures[row["measure_id"]]
                a, b = (nb.format_value(r["value"], measure.unit, int(r["value_decimals"])) for r in (known, row))
                text = f"{measure.title}, {period_words(row['period'], row['period_type'])}, in two reports"
                found.append(
                    Entry(
                        "stated twice",
                        authority,
                        month,
                        text,
                        b,
                        a,
                        AGREES if known["value"] == row["value"] else DIFFERS,
                        rows=(known, row),
                    )
                )
            seen.setdefault(tuple(row[key]), row)
    return found


def _compatible(a: str, b: str) -> bool:
    """November 2020 and 20 November 2020 do not contradict each other."""
    return a.startswith(b) or b.startswith(a)


def event_entries(authority: str, returns: Sequence[tuple[str, Mapping[str, pd.DataFrame]]]) -> list[Entry]:
    """Events that are dated in more than one place: every later date beside the first one."""
    dated: dict[str, list] = {}
    for month, tables in returns:
        for _, row in tables["inspections"].iterrows():
            dated.setdefault(row["inspection_id"], []).append((month, row))
        for _, row in tables["milestones"].iterrows():
            if row["event_id"]:
                dated.setdefault(row["event_id"], []).append((month, row))
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


MONTHS = {PeriodType.MONTH: 1, PeriodType.QUARTER: 3}


def official_entries(
    authority: str,
    month: str,
    observations: pd.DataFrame,
    measures: dict[str, Measure],
    official: OfficialStatistics,
    la_code: str,
) -> list[Entry]:
    """A stated value beside the official one of its date, with how the two differ; a gap that nothing explains is
    named.

    Unexplained: further from everything published for the authority within two years than these values vary, and for a
    part of a year ten points more; or a count of part of a year that is more than twice its share of the year.
    """
    found = []
    mine = observations[
        (observations["area"] == authority) & (observations["category"] == "") & observations["value"].notna()
    ]
    for _, row in mine.iterrows():
        measure = measures[row["measure_id"]]
        if measure.official is None:
            continue
        other, year = measure.official.measure, official.lists.year(measure.official.measure).holding(row["period"])
        published = official.row(other, year, la_code)
        if published is None or published["status"] != ValueStatus.PUBLISHED:
            continue
        theirs, stated = official.measure(other), nb.to_decimal(row["value"])
        value = Decimal(published["value_text"])
        outcome, remark = _against_official(stated, value, row, theirs, official, other, la_code, year)
        text = (
            f"{measure.title}, {period_words(row['period'], row['period_type'])}; DfE: {theirs.title},"
            f" {official.year_words(other, year)}"
        )
        gap = (
            ""
            if outcome in (AGREES, ROUNDED)
            else nb.format_distance(stated - value, measure.unit, max(int(row["value_decimals"]), theirs.decimals))
        )
        found.append(
            Entry(
                "official statistics",
                authority,
                month,
                text,
                nb.format_value(stated, measure.unit, int(row["value_decimals"])),
                nb.format_value(value, theirs.unit, theirs.decimals),
                outcome,
                gap,
                f"{remark} {measure.official.difference}".strip(),
                (row, published),
            )
        )
    return found


def _against_official(
    stated: Decimal,
    value: Decimal,
    row: pd.Series,
    theirs: Measure,
    official: OfficialStatistics,
    other: str,
    la_code: str,
    year: int,
) -> tuple[ClaimOutcome, str]:
    if stated == value:
        return AGREES, ""
    if stated == nb.round_half_up(value, int(row["value_decimals"])):
        return ROUNDED, ""
    months = MONTHS.get(PeriodType(row["period_type"]))
    if theirs.unit is Unit.COUNT and months and not official.lists.year(other).is_stock:
        share = stated / value if value else Decimal(0)
        if share > TOO_LARGE_A_SHARE * Decimal(months) / 12:
            return (
                DIFFERS,
                (
                    f"Not explained: {nb.counted(months, 'month')} would hold {nb.format_number(100 * share, 0)}% of"
                    " the whole year."
                ),
            )
        return CANNOT, "Periods differ."
    near = [
        Decimal(known["value_text"])
        for y in official.years(other, la_code)
        if abs(y - year) <= NEAR_YEARS and (known := official.row(other, y, la_code)) is not None
    ]
    reach = nb.to_decimal(theirs.change_threshold) + (max(near) - min(near)) / 2
    if (
        months and not official.lists.year(other).is_stock
    ):  # a month or a quarter goes further up and down than a whole year
        reach += (max(near) - min(near)) + PART_OF_A_YEAR
    if not min(near) - reach <= stated <= max(near) + reach:
        return (
            DIFFERS,
            f"Not explained: no figure published for this authority within {NEAR_YEARS} years comes near it.",
        )
    return (
        CANNOT,
        "Definitions or periods differ, within the range of this authority’s published values of those years.",
    )
