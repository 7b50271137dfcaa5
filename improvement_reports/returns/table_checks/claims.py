"""Claims: how the numbers that a source states are recomputed."""

from collections.abc import Iterator

import pandas as pd

from improvement_reports.domain.errors import Fault, UserError, shown
from improvement_reports.domain.numbers import last_day
from improvement_reports.domain.references import parse_operands
from improvement_reports.domain.vocabulary import Unit
from improvement_reports.method.claims import (
    COMPARISONS,
    FEWEST_OPERANDS,
    MOST_OPERANDS,
    Known,
    NotKnownThen,
    names_official,
    operand_number,
)
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.cell_types import is_number

# More decimals than any source states.
MOST_DECIMALS = 6


def claim_faults(given: Given) -> Iterator[Fault]:
    """How the claims of a source are written, and whether what they name is there."""
    raw = given.raw
    known = _known(given) if given.is_sound else None
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
        yield from _operands(row, f"{raw.files['claims']}, row {number}, operands", known)


def _operands(row: pd.Series, where: str, known: Known | None) -> Iterator[Fault]:
    """As many references as the method takes, each of which leads to a number."""
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


def _known(given: Given) -> Known:
    """Where the operands of claims are looked up: the tables as text, and the statistics known when the return came."""
    from improvement_reports.official.statistics import open_official

    info, claims = given.raw.known_info, given.table("claims")
    known_by = last_day(info.received).isoformat()
    official = open_official(given.project, known_by) if names_official(claims) else None
    return Known(
        given.table("observations"),
        given.table("targets"),
        info.authority,
        info.month,
        given.table("finance"),
        official,
        given.authorities[info.authority].la_code,
    )
