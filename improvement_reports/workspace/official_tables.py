"""The raw tables of official statistics as text, read by the same rules as a return and within limits of their own.

Nothing is converted here. What is no plain table, or holds what nobody sees, is named with its row.
"""

from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.limits import MAX_OFFICIAL_BYTES, MAX_OFFICIAL_ROWS
from improvement_reports.domain.plain_text import text_problem
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.workspace.csv_reading import Rows, read_csv
from improvement_reports.workspace.safe_reading import read_bytes

FOLDER = "official-statistics"
DEFINITIONS_FILE, LISTS_FILE = "official.yml", "official_lists.yml"  # in params/
LARGE = "keep only the measures and years that are shown"
# Faults of one kind of one table that are named row by row.
MOST_NAMED = 5


def read_table(path: Path) -> Rows:
    """The rows of one raw table, by their numbers in the file; `InvalidInput` with everything that is wrong with its
    form.
    """
    where = f"data/raw/{FOLDER}/{path.name}"
    try:
        content = read_bytes(path, where, MAX_OFFICIAL_BYTES, LARGE)
    except FileNotFoundError:
        raise InvalidInput(where, [Fault(where, "the table is missing; add it as SOURCE.md describes")]) from None
    found = read_csv(content, where, COLUMNS[path.stem], MAX_OFFICIAL_ROWS, LARGE, exact=True)
    if faults := _text_faults(path.name, found):
        raise InvalidInput(where, faults)
    return found


def _problem(text: str) -> str:
    return text_problem(text) or (
        "holds a line break or a tab; write it on one line" if "\n" in text or "\t" in text else ""
    )


def _text_faults(name: str, found: Rows) -> list[Fault]:
    """Cells whose text nobody could see, write or read on one line; each text is looked at once, however often it
    stands.
    """
    bad: dict[tuple[str, str], list[tuple[int, str]]] = {}
    faults: list[Fault] = []
    for column, texts in zip(found.header, zip(*found.rows.values(), strict=True), strict=False):
        problems = {text: problem for text in set(texts) if (problem := _problem(text))}
        for row, text in zip(found.rows, texts, strict=True) if problems else ():
            if text in problems:
                bad.setdefault((column, problems[text]), []).append((row, text))
    for (column, problem), rows in bad.items():
        faults += [
            Fault(f"{FOLDER}/{name}, row {row}, {column}", f"{shown(text)} {problem}")
            for row, text in rows[:MOST_NAMED]
        ]
        if (more := len(rows) - MOST_NAMED) > 0:
            faults.append(
                Fault(
                    f"{FOLDER}/{name}, {column}",
                    f"{more} more {'row' if more == 1 else 'rows'} of the same kind: {problem}",
                )
            )
    return faults
