"""The table specifications as pandera schemas over text tables, and their failures as sentences."""

import re
from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from improvement_reports.errors import Fault, shown
from improvement_reports.numbers import parse_date, to_decimal
from improvement_reports.parameters import ID, suggestion
from improvement_reports.tables import ColumnSpec, TableSpec

MAX_TEXT = 2000
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)  # what a float holds exactly enough


def is_number(text: str) -> bool:
    """A plain decimal number: no thousands separator, no unit, no exponent, finite."""
    return bool(NUMBER.fullmatch(text)) and bool(to_decimal(text).is_finite())


def is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def is_plain_text(text: str) -> bool:
    """Text that can stand on a page: printable, of a sane length, without control or direction-changing characters."""
    return len(text) <= MAX_TEXT and not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


TYPE_TESTS = {
    "id": lambda text: bool(ID.fullmatch(text)),
    "text": is_plain_text,
    "number": is_number,
    "date": is_date,
    "yes_no": lambda text: text in ("yes", "no"),
}

TYPE_WORDS = {
    "id": "is not an id; use lower-case letters, digits, hyphens and underscores",
    "text": f"holds control characters or is longer than {MAX_TEXT} characters; write plain text",
    "number": "is not a number; write digits with an optional decimal point, without %, £ or thousands separators",
    "date": "is not a date that exists; write YYYY-MM-DD, YYYY-MM or YYYY",
    "yes_no": "is neither yes nor no",
}


def _allowed(column: ColumnSpec) -> list[str]:
    return [str(member.value) for member in column.choices]


def _column(column: ColumnSpec) -> pa.Column:
    if column.type == "choice":
        allowed = frozenset(_allowed(column))
        typed = pa.Check(lambda text: not text or text in allowed, element_wise=True, name="choice")
    else:
        test = TYPE_TESTS[column.type]
        typed = pa.Check(lambda text: not text or test(text), element_wise=True, name=column.type)
    checks = [typed]
    if column.required:
        checks.append(pa.Check(lambda text: text != "", element_wise=True, name="required"))
    return pa.Column(object, checks, nullable=False, description=column.description)


@cache
def schema(table: TableSpec) -> pa.DataFrameSchema:
    """The pandera schema of a raw table as text; strict: no column more, none less."""
    return pa.DataFrameSchema({c.name: _column(c) for c in table.columns}, name=table.name, strict=True)


def table_faults(table: TableSpec, frame: pd.DataFrame, name: str) -> list[Fault]:
    """Every fault of one table on its own: columns, required cells, types, allowed words, duplicate rows.

    ``frame`` holds text and is indexed by the row number in the file; it is not changed.
    """
    try:
        schema(table).validate(frame, lazy=True)
        faults = []
    except SchemaErrors as error:
        faults = [_sentence(table, case, name) for case in error.failure_cases.to_dict("records")]
    return list(dict.fromkeys(faults)) + _duplicates(table, frame, name)


def _sentence(table: TableSpec, case: dict, name: str) -> Fault:
    check, value = case["check"], case["failure_case"]
    if check == "column_in_dataframe":
        return Fault(
            name, f"the column “{value}” is missing; add it to the first row (columns: {', '.join(table.column_names)})"
        )
    if check == "column_in_schema":
        hint = suggestion(value, table.column_names) or f"; allowed are {', '.join(table.column_names)}"
        return Fault(name, f"{shown(value)} is not a column of {table.name}{hint}")
    column = table.column(case["column"])
    where = f"{name}, row {int(case['index'])}, {column.name}"
    if check == "required":
        return Fault(where, f"is empty; fill it in ({column.description[0].lower() + column.description[1:]})")
    if check == "choice":
        return Fault(
            where,
            f"{shown(value)} is not allowed{suggestion(value, _allowed(column))}; allowed are {', '.join(_allowed(column))}",
        )
    return Fault(where, f"{shown(value)} {TYPE_WORDS[column.type]}")


def _duplicates(table: TableSpec, frame: pd.DataFrame, name: str) -> list[Fault]:
    keys = [k for k in table.key if k in frame]
    if len(keys) != len(table.key):
        return []
    faults = []
    for _, group in frame.groupby(keys, sort=False):
        if len(group) > 1:
            said = ", ".join(f"{k} {shown(group.iloc[0][k])}" for k in keys if group.iloc[0][k])
            rows = " and ".join(str(r) for r in group.index[:3])
            faults.append(Fault(f"{name}, rows {rows}", f"say the same thing twice ({said}); keep one row"))
    return faults
