"""The table specifications as pandera schemas over text tables, and their failures as sentences."""

from collections.abc import Callable
from functools import cache
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.hints import date_problem, number_problem, suggestion
from improvement_reports.domain.plain_text import text_problem
from improvement_reports.domain.sameness import normal_keys
from improvement_reports.domain.status_words import VOCABULARIES, StatusWords, unknown_word
from improvement_reports.domain.tables import ColumnSpec, TableSpec
from improvement_reports.workspace.cell_types import MAX_ID, TYPE_TESTS, is_made_date

# Columns whose texts are keys: they stand on one line, and a band such as 5-9 is not a date.
KEYS = frozenset({"category", "area", "period", "line", "theme", "group", "level"})


TYPE_WORDS = {
    "id": lambda text: (
        f"is not an id; use lower-case letters, digits, hyphens and underscores, at most {MAX_ID} in all"
    ),
    "text": lambda text: text_problem(text) or "is not plain text; write it again",
    "number": number_problem,
    "date": date_problem,
    "yes_no": lambda text: "is neither yes nor no; write one of them in small letters",
}


def _allowed(column: ColumnSpec) -> list[str]:
    return [str(member.value) for member in column.choices] if column.choices else []


def _column(column: ColumnSpec) -> pa.Column:
    if column.type == "choice":
        allowed = frozenset(_allowed(column))
        typed = pa.Check(lambda text: not text or text in allowed, element_wise=True, name="choice")
    else:
        test = TYPE_TESTS[column.type]
        typed = pa.Check(lambda text: not text or test(text), element_wise=True, name=column.type)
    checks = [typed]
    if column.type == "text" and column.name in KEYS:
        checks.append(pa.Check(lambda text: "\n" not in text and "\r" not in text, element_wise=True, name="one_line"))
    if column.type == "text" and column.name == "category":
        checks.append(pa.Check(lambda text: not is_made_date(text), element_wise=True, name="made_date"))
    if column.required:
        checks.append(pa.Check(lambda text: text != "", element_wise=True, name="required"))
    return pa.Column(object, checks, nullable=False, description=column.description)


@cache
def schema(table: TableSpec) -> pa.DataFrameSchema:
    """The pandera schema of a raw table as text; strict: no column more, none less."""
    return pa.DataFrameSchema({c.name: _column(c) for c in table.columns}, name=table.name, strict=True)


@cache
def _tests(table: TableSpec) -> dict[str, tuple[Callable[[str], bool], ...]]:
    """The same tests by column."""
    return {name: tuple(c._check_fn for c in column.checks) for name, column in schema(table).columns.items()}


def _is_sound(table: TableSpec, frame: pd.DataFrame) -> bool:
    """Whether a table has just its columns and all its cells pass their tests, each text tested once."""
    if len(frame.columns) != len(table.columns) or set(frame.columns) != set(table.column_names):
        return False
    if not all(map(pd.api.types.is_object_dtype, frame.dtypes)):
        return False
    cells = {name: set(frame[name].tolist()) for name in table.column_names}
    return all(
        type(text) is str and all(test(text) for test in tests)
        for name, tests in _tests(table).items()
        for text in cells[name]
    )


def table_faults(
    table: TableSpec, frame: pd.DataFrame, name: str, own: StatusWords = MappingProxyType({})
) -> list[Fault]:
    """Every fault of one table on its own: columns, required cells, types, allowed words, duplicate rows.

    ``frame`` holds text and is indexed by the row number in the file; it is not changed. ``own``: the council's words
    for statuses, which a message names beside ours.
    """
    try:
        if not _is_sound(table, frame):  # pandera says what is wrong; that nothing is costs less to find out
            schema(table).validate(frame, lazy=True)
        faults = []
    except SchemaErrors as error:
        faults = [_sentence(table, case, name, own) for case in error.failure_cases.to_dict("records")]
    return list(dict.fromkeys(faults)) + _duplicates(table, frame, name)


def _sentence(table: TableSpec, case: dict, name: str, own: StatusWords) -> Fault:
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
    if check == "choice" and column.choices in VOCABULARIES:
        return Fault(where, f"{shown(value)} {unknown_word(value, own, column.choices)}")
    if check == "choice":
        return Fault(
            where,
            f"{shown(value)} is not allowed{suggestion(value, _allowed(column))}; allowed are"
            f" {', '.join(_allowed(column))}",
        )
    if check == "one_line":
        return Fault(where, f"{shown(value)} holds a line break; write it on one line")
    if check == "made_date":
        return Fault(
            where, f"{shown(value)} looks like a date that a spreadsheet made of a band such as 5-9; write 5 to 9"
        )
    return Fault(where, f"{shown(value)} {TYPE_WORDS[column.type](value)}{_other_column(table, column)}")


def _other_column(table: TableSpec, column: ColumnSpec) -> str:
    """Where words go that stand in a column of dates: due_words is for what due cannot say."""
    words = f"{column.name}_words"
    return f"; other words for a time go into {words}" if words in table.column_names else ""


def _duplicates(table: TableSpec, frame: pd.DataFrame, name: str) -> list[Fault]:
    keys = [k for k in table.key if k in frame]
    if len(keys) != len(table.key):
        return []
    faults: list[Fault] = []
    rows_by_key = normal_keys(frame, table.key)
    if len(set(rows_by_key)) == len(rows_by_key):
        return faults
    for _, group in frame.groupby(pd.Series(rows_by_key, index=frame.index, dtype=object), sort=False):
        if len(group) > 1:
            said = ", ".join(
                f"{k} {' and '.join(dict.fromkeys(map(shown, group[k])))}" for k in keys if group.iloc[0][k]
            )
            rows = " and ".join(str(r) for r in group.index[:3])
            faults.append(Fault(f"{name}, rows {rows}", f"say the same thing twice ({said}); keep one row"))
    return faults
