"""A return in which statuses stand in the council's own words, with what each means in their place."""

from dataclasses import replace

import pandas as pd

from improvement_reports.domain.status_words import VOCABULARIES, StatusWords, meaning
from improvement_reports.domain.tables import RETURN_TABLES, ColumnSpec
from improvement_reports.returns.reading import RawReturn

# The columns of each table in which a status stands.
STATUS_COLUMNS = {
    name: found
    for name, spec in RETURN_TABLES.items()
    if (found := tuple(c for c in spec.columns if c.choices in VOCABULARIES))
}


def in_our_words(raw: RawReturn, words: StatusWords) -> RawReturn:
    """The return with statuses in place of the council's words for them; ``said`` keeps the words themselves.

    A word that means nothing stays as it is, so that the check names it. A return in our words alone is not changed.
    """
    if not words:
        return raw
    tables, said = dict(raw.tables), dict(raw.said)
    for name, columns in STATUS_COLUMNS.items():
        frame = tables.get(name)
        for column in (c for c in columns if frame is not None and c.name in frame):
            theirs = tables[name][column.name].tolist()
            ours = [_meant(text, words, column) for text in theirs]
            if ours != theirs:
                said[name] = {**said.get(name, {}), column.name: theirs}
                replaced = pd.Series(ours, index=tables[name].index, dtype=object)
                tables[name] = tables[name].assign(**{column.name: replaced})
    return replace(raw, tables=tables, said=said, status_words=words)


def _meant(text: str, words: StatusWords, column: ColumnSpec) -> str:
    if not text or column.choices is None or text in set(column.choices):
        return text
    return meaning(text, words, column.choices) or text
