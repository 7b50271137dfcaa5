"""RAG ratings as a source states them: colours, or words that the settings of the council name."""

from collections.abc import Iterator

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.status_words import rag_problem
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.table_checks.given import Given

RATED = tuple(name for name, spec in RETURN_TABLES.items() if "stated_rag" in spec.column_names)


def rag_faults(given: Given) -> Iterator[Fault]:
    """Every rating that is neither a colour nor a word of the council's settings."""
    for name in (n for n in RATED if given.has(n)):
        for number, word in given.raw.tables[name]["stated_rag"].items():
            if word and (problem := rag_problem(word, given.raw.status_words)):
                where = f"{given.raw.files[name]}, row {number}, stated_rag"
                yield Fault(where, f"{shown(word)} {problem}")
