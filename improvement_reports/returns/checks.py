"""Checks of a whole return: what one table alone cannot tell, and the facts of the field."""

from collections.abc import Collection, Hashable, Iterator
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import Fault, UserError, listed, merged, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.money_periods import FORMS, money_period
from improvement_reports.domain.numbers import (
    decimals_of,
    format_number,
    last_day,
    parse_date,
    round_half_up,
    to_decimal,
)
from improvement_reports.domain.references import parse_operands
from improvement_reports.domain.sameness import mixed_word
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import Area, BetterWhen, MilestoneState, NoteKind, Unit, ValueStatus
from improvement_reports.method.claims import (
    COMPARISONS,
    FEWEST_OPERANDS,
    MOST_OPERANDS,
    Known,
    NotKnownThen,
    operand_number,
)
from improvement_reports.returns.cells import table_faults
from improvement_reports.returns.reading import RawReturn, recommendation_ids
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.cell_types import is_date, is_number
from improvement_reports.workspace.councils import ended_sentence
from improvement_reports.workspace.measures import Measure
from improvement_reports.workspace.parameters import ReturnInfo
from improvement_reports.workspace.places import Project

# More decimals than any source states.
MOST_DECIMALS = 6
# Unknown words of one column that are told with the nearest allowed ones.
MOST_HINTS = 20


def return_faults(
    raw: RawReturn, measures: dict[str, Measure], authorities: dict[str, Authority], project: Project
) -> list[Fault]:
    """Everything that is wrong with a return, in one go: reading, each table, and how the tables fit together.

    Checks that need sound cells are made on the rows whose cells are sound, so that one bad row hides no other. What is
    wrong with several rows in one way is said once.
    """
    return merged(_every_fault(raw, measures, authorities, project), raw.lines)


def _every_fault(
    raw: RawReturn, measures: dict[str, Measure], authorities: dict[str, Authority], project: Project
) -> list[Fault]:
    faults = list(raw.faults)
    if raw.is_unread:
        return faults
    for name, spec in RETURN_TABLES.items():
        if name in raw.tables:
            faults += table_faults(spec, raw.tables[name], raw.files[name])
        elif not spec.optional and name not in raw.unread:
            faults.append(
                Fault(f"{name}.csv", f"the table is missing; add it with the columns {', '.join(spec.column_names)}")
            )
    if raw.info is not None:
        faults += _identity(raw.info, raw.folder, authorities, project)
    faults += _references(raw, measures)
    if _has(raw, "observations"):
        for number, row in raw.tables["observations"].iterrows():
            faults += _observation(row, number, raw, measures)
    if _has(raw, "targets"):
        faults += _targets(raw, measures)
        faults += _target_spans(raw)
    if _has(raw, "priorities"):
        faults += _priorities(raw)
    if _has(raw, "actions"):
        faults += _actions(raw)
    if _has(raw, "finance"):
        faults += _finance(raw)
    if _has(raw, "milestones"):
        faults += _milestones(raw)
    if _has(raw, "inspections") or _has(raw, "conditions"):
        faults += _inspections(raw)
    if _has(raw, "claims"):
        # What an operand names can only be looked up in tables that are sound; how it is written is seen anyway.
        faults += _operands(raw, authorities, project, look_up=not faults)
    return faults


def _unread(raw: RawReturn) -> set[str]:
    """Tables that are there but could not be read: others must not be blamed for what they would hold."""
    return {name for name in RETURN_TABLES if name in raw.unread or (name in raw.tables and not _has(raw, name))}


def _has(raw: RawReturn, table: str) -> bool:
    """Whether the table is there with just the columns it must have."""
    return table in raw.tables and sorted(raw.tables[table].columns) == sorted(RETURN_TABLES[table].column_names)


def _identity(info: ReturnInfo, folder: Path, authorities: dict[str, Authority], project: Project) -> Iterator[Fault]:
    if (info.authority, info.month) != (folder.parent.name, folder.name):
        yield Fault(
            "return.yml",
            f"says {info.authority}/{info.month}, but the return lies in {folder.parent.name}/{folder.name}; correct"
            " one of them",
        )
    if info.authority not in authorities:
        yield Fault(
            "return.yml, authority",
            f"{shown(info.authority)} is not in params/authorities.yml{suggestion(info.authority, authorities)}; add it"
            " there",
        )
    elif said := ended_sentence(project, info.authority, info.month):
        yield Fault("return.yml, month", said)
    elif info.illustrative != authorities[info.authority].illustrative:
        yield Fault(
            "return.yml, illustrative",
            "must be true for a made-up authority and false for a real one, as in params/authorities.yml",
        )


def _references(raw: RawReturn, measures: dict[str, Measure]) -> Iterator[Fault]:
    """Ids that must stand somewhere else: measures, areas, sources, priorities."""
    priorities = set(raw.tables["priorities"]["priority_id"]) if _has(raw, "priorities") else set()
    inspections = set(raw.tables["inspections"]["inspection_id"]) if _has(raw, "inspections") else set()
    recommendations, unread = _recommendations(raw)
    known: dict[str, tuple[Collection[str] | None, str]] = {
        "measures": (measures, "params/measures.yml"),
        "areas": ([raw.folder.parent.name, *(a.value for a in Area)], "this return"),
        "sources": (
            raw.info.sources if raw.info else None,
            "return.yml" if (raw.folder / "return.yml").exists() else "the sheet sources",
        ),
        "priorities": (priorities if "priorities" not in _unread(raw) else None, "priorities.csv"),
        "inspections": (inspections if "inspections" not in _unread(raw) else None, "inspections.csv"),
        "recommendations": (recommendations, f"recommendations.csv of this or another return{unread}"),
    }
    for name, spec in RETURN_TABLES.items():
        if not _has(raw, name):
            continue
        for column, other in ((c, c.refers_to) for c in spec.columns if c.refers_to):
            allowed, place = known[other]
            if allowed is None:  # what it refers to could not be read, which is a fault of its own
                continue
            values = raw.tables[name][column.name]
            unknown = list(dict.fromkeys(v for v in values if v and v not in allowed))
            hints = {v: _hint(v, allowed) for v in unknown[:MOST_HINTS]}
            for number, value in values.items():
                if value and value not in allowed:
                    yield Fault(
                        f"{raw.files[name]}, row {number}, {column.name}",
                        f"{shown(value)} is not in {place}{hints.get(value, '')}",
                    )


def _hint(value: str, allowed: Collection[str]) -> str:
    """The nearest three of the allowed words, else the first of them."""
    return suggestion(value, allowed, 3) or (f"; allowed are {listed(sorted(allowed)[:12])}" if allowed else "")


def _recommendations(raw: RawReturn) -> tuple[set[str] | None, str]:
    """Ids of the recommendations of this return and of the authority's others: one report answers another's inspection.

    With them a remark on returns that cannot be read, and so name none.
    """
    if "recommendations" in _unread(raw):
        return None, ""
    found = set(raw.tables["recommendations"]["recommendation_id"]) if _has(raw, "recommendations") else set()
    others = {path: ids for path, ids in recommendation_ids(raw.folder.parent).items() if path.parent != raw.folder}
    unread = [f"{path.parent.name}/{path.name}" for path, ids in others.items() if ids is None]
    return found.union(*(ids for ids in others.values() if ids)), (
        f" ({listed(unread)} cannot be read)" if unread else ""
    )


def _observation(row: pd.Series, number: Hashable, raw: RawReturn, measures: dict[str, Measure]) -> Iterator[Fault]:
    where = f"{raw.files['observations']}, row {number}"
    published = row["value_status"] == ValueStatus.PUBLISHED
    if published and row["value"] == "":
        yield Fault(
            f"{where}, value",
            "is empty although value_status is published; write the value, or say in value_status why it is missing",
        )
    if not published and row["value"] != "":
        yield Fault(
            f"{where}, value",
            f"is {shown(row['value'])} although value_status is {shown(row['value_status'])}; leave it empty or correct"
            " the status",
        )
    if is_date(row["period"]):
        if row["period_type"] not in ("snapshot", "to_date") and len(row["period"]) != 7:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is not a month; write the last month of the period as in 2021-04",
            )
        elif len(row["period"]) == 4:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is a year; write the day or the month of the {row['period_type']}, as in"
                f" {row['period']}-03-31",
            )
        elif raw.info and row["period"][:7] > raw.info.received[:7]:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is later than the return itself ({raw.info.received}); correct it, or leave"
                " the row for a later return",
            )
    if word := mixed_word(row["category"]):
        yield Fault(
            f"{where}, category", f"{shown(word)} mixes letters of two alphabets that look alike; type the word again"
        )
    measure = measures.get(row["measure_id"])
    if measure and all(row[c] == "" or is_number(row[c]) for c in ("value", "numerator", "denominator")):
        yield from _amounts(row, where, measure, raw)


def _amounts(row: pd.Series, where: str, measure: Measure, raw: RawReturn) -> Iterator[Fault]:
    value, top, bottom = (to_decimal(row[c]) if row[c] else None for c in ("value", "numerator", "denominator"))
    if value is not None and measure.unit is Unit.PERCENT and not 0 <= value <= 100:
        yield Fault(f"{where}, value", f"{row['value']} is not between 0 and 100, as a percentage must be; correct it")
    elif value is not None and value < 0:
        yield Fault(f"{where}, value", f"{row['value']} is below 0, which a {measure.unit} cannot be; correct it")
    if value is not None and measure.unit is Unit.COUNT and value != value.to_integral_value():
        yield Fault(f"{where}, value", f"{row['value']} is not a whole number, as a count must be; correct it")
    if value is not None and decimals_of(row["value"]) > measure.decimals:
        yield Fault(
            f"{where}, value",
            f"{row['value']} has more decimals than the {measure.decimals} of this measure; round it or change decimals"
            " in params/measures.yml",
        )
    if bottom is not None and bottom <= 0:
        yield Fault(f"{where}, denominator", f"{row['denominator']} is not above 0; correct it or leave it empty")
        return
    if measure.unit is not Unit.PERCENT or top is None or bottom is None:
        return
    if top < 0 or top > bottom:
        yield Fault(
            f"{where}, numerator",
            f"{row['numerator']} is not between 0 and the denominator {row['denominator']}; correct one of them",
        )
    elif value is not None and value != (expected := round_half_up(100 * top / bottom, decimals_of(row["value"]))):
        if not _contradiction_is_noted(raw, row["measure_id"]):
            yield Fault(
                f"{where}, value",
                f"is {row['value']}, but {row['numerator']} of {row['denominator']} is"
                f" {format_number(expected, decimals_of(row['value']))}; correct it, or, if the source itself says so,"
                f" add a note of kind contradiction for {row['measure_id']} to notes.csv",
            )


def _contradiction_is_noted(raw: RawReturn, measure_id: str) -> bool:
    if not _has(raw, "notes"):
        return "notes" in _unread(raw)
    notes = raw.tables["notes"]
    return bool(((notes["measure_id"] == measure_id) & (notes["kind"] == NoteKind.CONTRADICTION)).any())


def _targets(raw: RawReturn, measures: dict[str, Measure]) -> Iterator[Fault]:
    for number, row in raw.tables["targets"].iterrows():
        where = f"{raw.files['targets']}, row {number}"
        if row["level"] not in ("national", "local", ""):
            yield Fault(f"{where}, level", f"{shown(row['level'])} is not allowed; write national or local")
        if len(row["valid_from"]) != 7 and is_date(row["valid_from"]):
            yield Fault(
                f"{where}, valid_from",
                f"{shown(row['valid_from'])} is not a month; write the first month as in 2021-04",
            )
        if row["valid_to"] and is_date(row["valid_to"]) and len(row["valid_to"]) != 7:
            yield Fault(
                f"{where}, valid_to",
                f"{shown(row['valid_to'])} is not a month; write the last month, as in"
                f" {last_day(row['valid_to']).isoformat()[:7]}",
            )
        measure = measures.get(row["measure_id"])
        for column in ("target", "floor"):
            if (
                measure
                and measure.unit is Unit.PERCENT
                and is_number(row[column])
                and not 0 <= to_decimal(row[column]) <= 100
            ):
                yield Fault(
                    f"{where}, {column}", f"{row[column]} is not between 0 and 100, as a percentage must be; correct it"
                )
        if is_number(row["tolerance"]):
            yield from _tolerance(row, f"{where}, tolerance", measure)


def _tolerance(row: pd.Series, where: str, measure: Measure | None) -> Iterator[Fault]:
    """A tolerance is a distance from the target, and smaller than it: with a larger one next to nothing would miss the
    target.
    """
    tolerance, target = to_decimal(row["tolerance"]), to_decimal(row["target"]) if is_number(row["target"]) else None
    if tolerance < 0:
        yield Fault(where, f"{row['tolerance']} is below 0; write the distance without a sign")
    elif target and tolerance > target:
        yield Fault(
            where,
            f"{row['tolerance']} is larger than the target {row['target']} itself; write the distance from the target,"
            " not the value that is still tolerated",
        )
    elif target is not None and measure and measure.unit is Unit.PERCENT:
        edge = target - tolerance if measure.better_when is BetterWhen.HIGHER else target + tolerance
        if not 0 <= edge <= 100:
            yield Fault(
                where,
                f"{row['tolerance']} from the target {row['target']} is {format_number(edge)}, which no percentage can"
                " be; write a smaller distance",
            )


def _target_spans(raw: RawReturn) -> Iterator[Fault]:
    """Targets of one measure that say when they end: an end before the start, and two that hold at one time."""
    table = raw.tables["targets"]
    months = table[
        [
            len(a) == 7 and is_date(a) and (not b or (len(b) == 7 and is_date(b)))
            for a, b in zip(table["valid_from"], table["valid_to"], strict=True)
        ]
    ]
    for number, row in months.iterrows():
        where = f"{raw.files['targets']}, row {number}, valid_to"
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield Fault(
                where, f"{shown(row['valid_to'])} is before valid_from {shown(row['valid_from'])}; correct one of them"
            )
            continue
        later = months[
            (months["measure_id"] == row["measure_id"])
            & (months["valid_from"] > row["valid_from"])
            & (months["valid_from"] <= row["valid_to"])
        ]
        for other, next_one in later.iterrows():
            yield Fault(
                where,
                f"{shown(row['valid_to'])} is after the start of the target in row {other} ({next_one['valid_from']}),"
                " so two targets would hold; end this one the month before, or leave valid_to empty",
            )


def _priorities(raw: RawReturn) -> Iterator[Fault]:
    table = raw.tables["priorities"]
    parents = set(table["parent_id"]) - {""}
    rates = (table[["action_status", "impact_status"]] != "").to_numpy().any()
    up = dict(zip(table["priority_id"], table["parent_id"], strict=True))
    for number, row in table.iterrows():
        where = f"{raw.files['priorities']}, row {number}"
        stated = [bool(row["action_status"]), bool(row["impact_status"])]
        if any(stated) and not all(stated):
            yield Fault(where, "has only one of action_status and impact_status; state both: doing is not achieving")
        # A plan that gives no status to anything is legitimate; one that leaves some out is a gap.
        if not any(stated) and rates and row["priority_id"] not in parents:
            yield Fault(where, "has no status, and no parts that have one; state action_status and impact_status")
        seen, at = set(), row["priority_id"]
        while at and at not in seen:
            seen.add(at)
            at = up.get(at, "")
        if at == row["priority_id"]:
            yield Fault(
                f"{where}, parent_id", f"{shown(row['parent_id'])} makes the priority a part of itself; correct it"
            )


def _actions(raw: RawReturn) -> Iterator[Fault]:
    info = raw.info
    for number, row in raw.tables["actions"].iterrows():
        where = f"{raw.files['actions']}, row {number}"
        if row["done_on"] and row["status"] != "completed":
            yield Fault(
                f"{where}, done_on",
                f"is {shown(row['done_on'])} although the status is {shown(row['status'])}; correct one of them, for an"
                " action that was done is completed",
            )
        elif info and is_date(row["done_on"]) and parse_date(row["done_on"]) > last_day(info.received):
            yield Fault(
                f"{where}, done_on",
                f"{shown(row['done_on'])} is later than the return itself ({info.received}); correct it",
            )


def _finance(raw: RawReturn) -> Iterator[Fault]:
    """Periods of money: each is one, is written one way, and has one amount for each line and kind."""
    spelt: dict[str, tuple[str, Hashable]] = {}
    said: dict[tuple, Hashable] = {}
    for number, row in raw.tables["finance"].iterrows():
        where = f"{raw.files['finance']}, row {number}"
        if not row["period"]:
            continue
        try:
            period = money_period(row["period"])
        except ValueError as error:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} {error}" + ("" if "; write" in str(error) else f"; write {FORMS}"),
            )
            continue
        text, first = spelt.setdefault(period, (row["period"], number))
        if text != row["period"]:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is the period that row {first} writes {shown(text)}; write it one way",
            )
            other = said.setdefault((row["line_id"], row["kind"], period), number)
            if other != number:
                yield Fault(
                    f"{raw.files['finance']}, rows {other} and {number}",
                    f"say the same thing twice (line_id {shown(row['line_id'])}, period {shown(text)}); keep one row",
                )
        said.setdefault((row["line_id"], row["kind"], period), number)


def _milestones(raw: RawReturn) -> Iterator[Fault]:
    for number, row in raw.tables["milestones"].iterrows():
        if is_date(row["date"]) and is_date(row["end_date"]) and last_day(row["end_date"]) < parse_date(row["date"]):
            yield Fault(
                f"{raw.files['milestones']}, row {number}, end_date",
                f"{shown(row['end_date'])} is before the date {shown(row['date'])}; correct one of them",
            )
        if (
            row["status"] == MilestoneState.HAPPENED
            and is_date(row["date"])
            and raw.info
            and parse_date(row["date"]) > last_day(raw.info.received)
        ):
            yield Fault(
                f"{raw.files['milestones']}, row {number}, date",
                f"{shown(row['date'])} is later than the return itself ({raw.info.received}), but the status is"
                " happened; correct one of them",
            )


def _inspections(raw: RawReturn) -> Iterator[Fault]:
    """Days of inspections, and links and conditions that say what they belong to."""
    if _has(raw, "inspections"):
        for number, row in raw.tables["inspections"].iterrows():
            where = f"{raw.files['inspections']}, row {number}"
            if (
                is_date(row["date"])
                and is_date(row["end_date"])
                and last_day(row["end_date"]) < parse_date(row["date"])
            ):
                yield Fault(
                    f"{where}, end_date",
                    f"{shown(row['end_date'])} is before the date {shown(row['date'])}; correct one of them",
                )
            if (
                is_date(row["date"])
                and is_date(row["published"])
                and last_day(row["published"]) < parse_date(row["date"])
            ):
                yield Fault(
                    f"{where}, published",
                    f"{shown(row['published'])} is before the date {shown(row['date'])}; correct one of them",
                )
    if _has(raw, "links"):
        for number, row in raw.tables["links"].iterrows():
            if not row["priority_id"] and not row["measure_id"]:
                yield Fault(
                    f"{raw.files['links']}, row {number}",
                    "names neither a priority nor a measure; name what answers the recommendation",
                )
    if _has(raw, "conditions"):
        events = set(raw.tables["milestones"]["event_id"]) if _has(raw, "milestones") else set()
        for number, row in raw.tables["conditions"].iterrows():
            if row["notice_id"] and row["notice_id"] not in events:
                yield Fault(
                    f"{raw.files['conditions']}, row {number}, notice_id",
                    f"{shown(row['notice_id'])} is not an event_id of"
                    f" milestones.csv{suggestion(row['notice_id'], events - {''})}; add the notice there",
                )


def _operands(raw: RawReturn, authorities: dict[str, Authority], project: Project, look_up: bool) -> Iterator[Fault]:
    known = _known(raw, authorities, project) if look_up else None
    for number, row in raw.tables["claims"].iterrows():
        decimals = row["decimals"]
        # Money is stated in thousands or millions: −5 says that £5.2 million is exact to a hundred thousand.
        least = -MOST_DECIMALS if row["unit"] == Unit.POUNDS else 0
        if is_number(decimals) and not (decimals.lstrip("-").isdigit() and least <= int(decimals) <= MOST_DECIMALS):
            yield Fault(
                f"{raw.files['claims']}, row {number}, decimals",
                f"{decimals} is not a whole number from {least} to {MOST_DECIMALS}; correct it",
            )
        if row["method"] in COMPARISONS and row["stated_value"]:
            yield Fault(
                f"{raw.files['claims']}, row {number}, stated_value",
                f"{shown(row['stated_value'])} stands there although {row['method']} compares in words; leave it empty",
            )
        if row["method"] not in COMPARISONS and not row["stated_value"]:
            yield Fault(
                f"{raw.files['claims']}, row {number}, stated_value",
                "is empty; fill it in (the number as the source states it)",
            )
        where = f"{raw.files['claims']}, row {number}, operands"
        try:
            refs = parse_operands(row["operands"])
            fewest = FEWEST_OPERANDS.get(row["method"], 1)
            if len(refs) < fewest:
                raise UserError(
                    f"{row['method']} needs at least {fewest} references; add what is missing, separated by semicolons"
                )
            if len(refs) > (most := MOST_OPERANDS.get(row["method"], len(refs))):
                raise UserError(
                    f"{row['method']} takes {most} {'reference' if most == 1 else 'references'}, not {len(refs)}; take"
                    " out what is not part of it"
                )
            if known is not None:
                for ref in refs:
                    operand_number(ref, known)
        except NotKnownThen:
            pass
        except UserError as error:
            yield Fault(where, str(error))


def _known(raw: RawReturn, authorities: dict[str, Authority], project: Project) -> Known:
    """Where the operands of claims are looked up: the tables as text, and the statistics known when the return came."""
    from improvement_reports.official.statistics import open_official

    info = raw.known_info

    def table(name: str) -> pd.DataFrame:
        return raw.tables.get(name, pd.DataFrame(columns=RETURN_TABLES[name].column_names))

    uses_official = raw.tables["claims"]["operands"].str.contains("dfe:").any()
    official = open_official(project, last_day(info.received).isoformat()) if uses_official else None
    home = authorities[info.authority]
    return Known(
        table("observations"), table("targets"), info.authority, info.month, table("finance"), official, home.la_code
    )
