"""What still stands as last month, and what does not fit this month any more: said by `check`, to be read again.

None of it is a fault: a text may be right for a second month. Each is one sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from improvement_reports.domain.due_words import due_by
from improvement_reports.domain.errors import some
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import DecisionState
from improvement_reports.workspace.prose.texts import REFERENCE

UP = re.compile(r"\b(?:rose|risen|rising|more|higher|increased?|increasing|up|grew|grown|climbed)\b", re.IGNORECASE)
DOWN = re.compile(
    r"\b(?:fell|fallen|falling|fewer|less|lower|decreased?|decreasing|down|dropped|shrank|reduced)\b", re.IGNORECASE
)
NAMED = re.compile(r"""\b(?:value|numerator|sentence)\(\s*["']([a-z0-9_]+)["']([^)]*)\)""")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z{])")
SENTENCES, IN_ONE = 5, 12  # so many measures have a sentence each; so many are named in one
Tables = Mapping[str, pd.DataFrame]


def left_from_last_month(raw, tables: Tables, earlier: list[Tables], before: str) -> Iterator[str]:
    """Sentences on a return that follows another; ``before`` is the month of that one, ``earlier`` all before, oldest
    first.
    """
    for section in raw.info.not_yet_read:
        yield (
            f"narrative/{section}.md was copied from {format_day(before)} and is not yet read; read it, and take its"
            " name out of not_yet_read in return.yml"
            if section in raw.narrative
            else f"not_yet_read in return.yml names {section}, and there is no narrative/{section}.md; take it out"
        )
    for name in raw.info.unchanged:
        stated = str(tables[name]["source_file"].iloc[0]).split("/")[1] if len(tables[name]) else before
        yield f"{name} stand as they were last stated in {format_day(stated)}"
    if "priorities" in raw.tables and "priorities" not in raw.info.unchanged:
        yield from _same_statuses(tables["priorities"], earlier[-1]["priorities"], before)
    if "decisions" in raw.tables:
        yield from _overdue_decisions(raw, tables["decisions"])
    gone = missing_measures(tables["observations"], earlier[-1]["observations"], raw.info, before)
    if len(gone) > SENTENCES:
        said = f"{len(gone)} measures had a value in {format_day(before)} and have none now: {some(gone, IN_ONE)}"
        yield f"{said}; add their rows to observations.csv"
        return
    for measure in gone:
        yield f"{measure} had a value in {format_day(before)} and has none now; add its row to observations.csv"


def _same_statuses(now: pd.DataFrame, last: pd.DataFrame, before: str) -> Iterator[str]:
    columns = ["priority_id", "action_status", "impact_status"]
    same = now[columns].merge(last[columns], on=columns)
    if len(now) and len(same) == len(now):
        yield f"priorities.csv: every status is as it was in {format_day(before)}"


def _overdue_decisions(raw, table: pd.DataFrame) -> Iterator[str]:
    """Decisions that were due before the figures came and are still asked for."""
    for row in rows_of(table[table["status"] == DecisionState.ASKED]):
        if (end := due_by(row)) and end < str(raw.info.received):
            yield (
                f"decisions.csv: {row['decision_id']} was to be made by {format_day(end)} and is still asked for; say"
                " what was decided (status decided, taken or outcome), or deferred"
            )


def missing_measures(now: pd.DataFrame, last: pd.DataFrame, info, before: str) -> list[str]:
    """Measures of the authority that had a value of last month, and of this month have none: not even why it is
    missing.
    """
    had = last[(last["area"] == info.authority) & (last["period"].str[:7] == before) & last["value"].notna()]
    has = set(now.loc[now["area"] == info.authority, "measure_id"])
    return [m for m in dict.fromkeys(had["measure_id"]) if m not in has]


def stale_words(texts: Iterable[tuple[str, str]], tables: Tables, authority: str, month: str, before: str) -> list[str]:
    """Of texts, (where, template): those that name last month in words, and those that say the contrary of the values.

    A sentence is judged where it names one measure and says one direction: then the value of the month is compared with
    the one that the sentence names, else with last month's.
    """
    found = []
    for where, text in texts:
        words = REFERENCE.sub(" ", text)
        if format_day(before) in words:
            found.append(f"{where} names {format_day(before)}, the month before; read it again")
        for sentence in SENTENCE.split(text):
            if said := _contradicted(sentence, tables["observations"], authority, month, before):
                found.append(f"{where} says {said}; read it again")
    return found


def _contradicted(sentence: str, table: pd.DataFrame, authority: str, month: str, before: str) -> str:
    """The word of a sentence that its own measure contradicts, or nothing."""
    calls, words = NAMED.findall(sentence), REFERENCE.sub(" ", sentence)
    up, down = UP.findall(words), DOWN.findall(words)
    if len({measure for measure, _ in calls}) != 1 or bool(up) == bool(down):
        return ""
    measure, periods = calls[0][0], re.findall(r"period=[\"'](\d{4}-\d\d)", " ".join(options for _, options in calls))
    earlier = next((p for p in periods if p != month), before)
    now, then = _value(table, measure, authority, month), _value(table, measure, authority, earlier)
    if now is None or then is None or (now > then if up else now < then):
        return ""
    return f"“{(up or down)[0]}”, and {measure} went from {then:g} to {now:g}"


def _value(table: pd.DataFrame, measure: str, authority: str, period: str) -> float | None:
    rows = table[
        (table["measure_id"] == measure)
        & (table["area"] == authority)
        & (table["period"].str[:7] == period)
        & (table["category"] == "")
        & table["value"].notna()
    ]
    return float(rows["value"].iloc[0]) if len(rows) == 1 else None
