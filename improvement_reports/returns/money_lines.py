"""Lines of money that are called as before and have another id: said by `check`, in the month in which that changed."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from improvement_reports.domain.errors import some
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.rows import rows_of

SENTENCES, IN_ONE = 5, 12  # so many lines have a sentence each; so many are named in one
Tables = Mapping[str, pd.DataFrame]


def lines_with_other_ids(tables: Tables, earlier: Sequence[Tables]) -> Iterator[str]:
    """Sentences on lines of which the last return that names them has no id of this one; ``earlier``: oldest first.

    Two ids under one name in one return are two lines, for a line can be a part of several.
    """
    found: list[tuple[pd.Series, pd.Series]] = []
    for name, rows in _by_name(tables["finance"]).items():
        before = next((mine for t in reversed(earlier) if (mine := _by_name(t["finance"]).get(name))), [])
        if before and not {r["line_id"] for r in rows} & {r["line_id"] for r in before}:
            found.append((rows[0], before[0]))
    if len(found) > SENTENCES:
        pairs = [f"{row['line_id']} (was {last['line_id']})" for row, last in found]
        yield (
            f"finance.csv: {len(found)} lines are called as before and have another line_id: {some(pairs, IN_ONE)}; a"
            " line keeps its id, or nothing is compared with the month before"
        )
        return
    for row, last in found:
        month = format_day(str(last["source_file"]).split("/")[1])
        yield (
            f"finance.csv: “{row['line']}” has the line_id {row['line_id']} and had {last['line_id']} in {month}, which"
            f" looks like one line; write {last['line_id']}, so that it is compared with the months before, or give it"
            " another name if it is another line"
        )


def _by_name(table: pd.DataFrame) -> dict[str, list[pd.Series]]:
    """The rows of each line by its name, however that is spaced and written."""
    found: dict[str, list[pd.Series]] = {}
    for row in rows_of(table):
        found.setdefault(" ".join(str(row["line"]).casefold().split()), []).append(row)
    return found
