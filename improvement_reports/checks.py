"""Checks of a whole return: what one table alone cannot tell, and the facts of the field."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from improvement_reports.claims import FEWEST_OPERANDS, operand_number
from improvement_reports.errors import Fault, UserError, listed, shown
from improvement_reports.numbers import decimals_of, format_number, last_day, parse_date, round_half_up, to_decimal
from improvement_reports.parameters import Authority, Measure, suggestion
from improvement_reports.project import Project
from improvement_reports.reading import RawReturn
from improvement_reports.references import parse_operands
from improvement_reports.schemas import is_date, is_number, table_faults
from improvement_reports.tables import RETURN_TABLES
from improvement_reports.vocabulary import Area, NoteKind, Unit, ValueStatus

# More decimals than any source states.
MOST_DECIMALS = 6


def return_faults(
    raw: RawReturn, measures: dict[str, Measure], authorities: dict[str, Authority], project: Project
) -> list[Fault]:
    """Everything that is wrong with a return, in one go: reading, each table, and how the tables fit together.

    Checks that need sound cells are made on the rows whose cells are sound, so that one bad row hides no other.
    """
    faults = list(raw.faults)
    if raw.is_unread:
        return faults
    for name, spec in RETURN_TABLES.items():
        if name in raw.tables:
            faults += table_faults(spec, raw.tables[name], raw.files[name])
        elif not spec.optional and not any(name in fault.where for fault in faults):
            faults.append(
                Fault(f"{name}.csv", f"the table is missing; add it with the columns {', '.join(spec.column_names)}")
            )
    if raw.info is not None:
        faults += _identity(raw, authorities, project)
    faults += _references(raw, measures, authorities)
    if _has(raw, "observations"):
        for number, row in raw.tables["observations"].iterrows():
            faults += _observation(row, number, raw, measures)
    if _has(raw, "targets"):
        faults += _targets(raw, measures)
    if _has(raw, "priorities"):
        faults += _priorities(raw)
    if _has(raw, "actions"):
        faults += _actions(raw)
    if _has(raw, "milestones"):
        faults += _milestones(raw)
    if _has(raw, "claims"):
        # What an operand names can only be looked up in tables that are sound; how it is written is seen anyway.
        faults += _operands(raw, look_up=not faults)
    return faults


def _unread(raw: RawReturn) -> set[str]:
    """Tables that are there but could not be read: others must not be blamed for what they would hold."""
    return {name for name in RETURN_TABLES if not _has(raw, name) and (raw.folder / f"{name}.csv").exists()}


def _has(raw: RawReturn, table: str) -> bool:
    """Whether the table is there with just the columns it must have."""
    return table in raw.tables and sorted(raw.tables[table].columns) == sorted(RETURN_TABLES[table].column_names)


def _identity(raw: RawReturn, authorities, project: Project) -> Iterator[Fault]:
    info, folder = raw.info, raw.folder
    if (info.authority, info.month) != (folder.parent.name, folder.name):
        yield Fault(
            "return.yml",
            f"says {info.authority}/{info.month}, but the return lies in {folder.parent.name}/{folder.name}; correct one of them",
        )
    if info.authority not in authorities:
        yield Fault(
            "return.yml, authority",
            f"{shown(info.authority)} is not in params/authorities.yml{suggestion(info.authority, authorities)}; add it there",
        )
    elif info.illustrative != authorities[info.authority].illustrative:
        yield Fault(
            "return.yml, illustrative",
            "must be true for a made-up authority and false for a real one, as in params/authorities.yml",
        )


def _references(raw: RawReturn, measures, authorities) -> Iterator[Fault]:
    """Ids that must stand somewhere else: measures, areas, sources, priorities."""
    priorities = set(raw.tables["priorities"]["priority_id"]) if _has(raw, "priorities") else set()
    known = {
        "measures": (measures, "params/measures.yml"),
        "areas": ([raw.folder.parent.name, *(a.value for a in Area)], "this return"),
        "sources": (raw.info.sources if raw.info else None, "return.yml"),
        "priorities": (priorities if "priorities" not in _unread(raw) else None, "priorities.csv"),
    }
    for name, spec in RETURN_TABLES.items():
        if not _has(raw, name):
            continue
        for column in (c for c in spec.columns if c.refers_to):
            allowed, place = known[column.refers_to]
            if allowed is None:  # what it refers to could not be read, which is a fault of its own
                continue
            for number, value in raw.tables[name][column.name].items():
                if value and value not in allowed:
                    hint = suggestion(value, allowed) or (
                        f"; allowed are {listed(sorted(allowed)[:12])}" if allowed else ""
                    )
                    yield Fault(
                        f"{raw.files[name]}, row {number}, {column.name}", f"{shown(value)} is not in {place}{hint}"
                    )


def _observation(row: pd.Series, number: int, raw: RawReturn, measures) -> Iterator[Fault]:
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
            f"is {shown(row['value'])} although value_status is {shown(row['value_status'])}; leave it empty or correct the status",
        )
    if is_date(row["period"]):
        if row["period_type"] not in ("snapshot", "to_date") and len(row["period"]) != 7:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is not a month; write the last month of the period as in 2021-04",
            )
        elif raw.info and row["period"][:7] > raw.info.received[:7]:
            yield Fault(
                f"{where}, period",
                f"{shown(row['period'])} is later than the return itself ({raw.info.received}); correct it, or leave the row for a later return",
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
            f"{row['value']} has more decimals than the {measure.decimals} of this measure; round it or change decimals in params/measures.yml",
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
                f"is {row['value']}, but {row['numerator']} of {row['denominator']} is {format_number(expected, decimals_of(row['value']))}; correct it, "
                f"or, if the source itself says so, add a note of kind contradiction for {row['measure_id']} to notes.csv",
            )


def _contradiction_is_noted(raw: RawReturn, measure_id: str) -> bool:
    if not _has(raw, "notes"):
        return "notes" in _unread(raw)
    notes = raw.tables["notes"]
    return bool(((notes["measure_id"] == measure_id) & (notes["kind"] == NoteKind.CONTRADICTION)).any())


def _targets(raw: RawReturn, measures) -> Iterator[Fault]:
    for number, row in raw.tables["targets"].iterrows():
        where = f"{raw.files['targets']}, row {number}"
        if row["level"] not in ("national", "local", ""):
            yield Fault(f"{where}, level", f"{shown(row['level'])} is not allowed; write national or local")
        if len(row["valid_from"]) != 7 and is_date(row["valid_from"]):
            yield Fault(
                f"{where}, valid_from",
                f"{shown(row['valid_from'])} is not a month; write the first month as in 2021-04",
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
        if is_number(row["tolerance"]) and to_decimal(row["tolerance"]) < 0:
            yield Fault(f"{where}, tolerance", f"{row['tolerance']} is below 0; write the distance without a sign")


def _priorities(raw: RawReturn) -> Iterator[Fault]:
    table = raw.tables["priorities"]
    parents = set(table["parent_id"]) - {""}
    up = dict(zip(table["priority_id"], table["parent_id"], strict=True))
    for number, row in table.iterrows():
        where = f"{raw.files['priorities']}, row {number}"
        stated = [bool(row["action_status"]), bool(row["impact_status"])]
        if any(stated) and not all(stated):
            yield Fault(where, "has only one of action_status and impact_status; state both: doing is not achieving")
        if not any(stated) and row["priority_id"] not in parents:
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
    received = last_day(raw.info.received) if raw.info else date.max
    for number, row in raw.tables["actions"].iterrows():
        where = f"{raw.files['actions']}, row {number}"
        if row["done_on"] and row["status"] != "completed":
            yield Fault(
                f"{where}, done_on",
                f"is {shown(row['done_on'])} although the status is {shown(row['status'])}; correct one of them, for an action that was done is completed",
            )
        elif is_date(row["done_on"]) and parse_date(row["done_on"]) > received:
            yield Fault(
                f"{where}, done_on",
                f"{shown(row['done_on'])} is later than the return itself ({raw.info.received}); correct it",
            )


def _milestones(raw: RawReturn) -> Iterator[Fault]:
    for number, row in raw.tables["milestones"].iterrows():
        if is_date(row["date"]) and is_date(row["end_date"]) and last_day(row["end_date"]) < parse_date(row["date"]):
            yield Fault(
                f"{raw.files['milestones']}, row {number}, end_date",
                f"{shown(row['end_date'])} is before the date {shown(row['date'])}; correct one of them",
            )


def _operands(raw: RawReturn, look_up: bool) -> Iterator[Fault]:
    targets = raw.tables.get("targets", pd.DataFrame(columns=RETURN_TABLES["targets"].column_names))
    for number, row in raw.tables["claims"].iterrows():
        decimals = row["decimals"]
        if is_number(decimals) and not (decimals.isdigit() and int(decimals) <= MOST_DECIMALS):
            yield Fault(
                f"{raw.files['claims']}, row {number}, decimals",
                f"{decimals} is not a whole number from 0 to {MOST_DECIMALS}; correct it",
            )
        where = f"{raw.files['claims']}, row {number}, operands"
        try:
            refs = parse_operands(row["operands"])
            fewest = FEWEST_OPERANDS.get(row["method"], 1)
            if len(refs) < fewest:
                raise UserError(
                    f"{row['method']} needs at least {fewest} references; add what is missing, separated by semicolons"
                )
            for ref in refs if look_up else []:
                operand_number(ref, raw.tables["observations"], targets, raw.info.authority, raw.info.month)
        except UserError as error:
            yield Fault(where, str(error))
