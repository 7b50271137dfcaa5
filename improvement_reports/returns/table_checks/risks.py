"""The risk register: its scores are whole numbers, and say one thing."""

from collections.abc import Iterator

from improvement_reports.domain.errors import Fault
from improvement_reports.domain.numbers import to_decimal
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_number

STEPS = ("likelihood", "impact")
SCORES = ("score_before", "score_now")
HIGHEST = {**dict.fromkeys(STEPS, 10), **dict.fromkeys(SCORES, 100)}


def risk_faults(given: Given) -> Iterator[Fault]:
    """Likelihood and impact are whole numbers from 1 to 10 and scores from 1 to 100; one alone makes no score."""
    raw = given.raw
    for number, row in raw.tables["risks"].iterrows():
        where = f"{raw.files['risks']}, row {number}"
        for column, highest in HIGHEST.items():
            if is_number(row[column]) and not _is_step(row[column], highest):
                yield Fault(
                    f"{where}, {column}",
                    f"{row[column]} is not a whole number from 1 to {highest}; write the number of the register, and"
                    " words such as high into text",
                )
        stated = [column for column in STEPS if row[column]]
        if len(stated) == 1:
            other = next(column for column in STEPS if column not in stated)
            yield Fault(f"{where}, {other}", f"is empty although {stated[0]} is stated; state both or neither")


def _is_step(text: str, highest: int) -> bool:
    number = to_decimal(text)
    return number == number.to_integral_value() and 1 <= number <= highest
