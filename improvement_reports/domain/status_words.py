"""A council's own words for statuses (Amber, “complete, awaiting sign-off”, paused), and which of ours each means.

A word may mean one status of priorities, one of steps and one of conditions: which is meant follows from the column in
which it stands. What stands in the row stays the word of the council; only what is reckoned with is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from improvement_reports.domain.errors import shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.plain_text import one_line
from improvement_reports.domain.row_records import named_cells
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.vocabulary import RAG, ActionState, ConditionState, Status

if TYPE_CHECKING:
    import pandas as pd

# Whose statuses may be said in own words.
VOCABULARIES: tuple[type[StrEnum], ...] = (Status, ActionState, ConditionState)
OURS = tuple(dict.fromkeys(str(member.value) for words in VOCABULARIES for member in words))
FILE = "params/authorities.yml"
StatusWords = Mapping[str, tuple[str, ...]]  # by the council's word the statuses that it means


def word_problem(words: StatusWords) -> str:
    """Why a list of own words cannot be used, as the end of a sentence about it; "" where it can."""
    seen: dict[str, str] = {}
    for word, statuses in words.items():
        if other := seen.get(normal_key(word)):
            return f"{shown(other)} and {shown(word)} are one word; keep one of them"
        seen[normal_key(word)] = word
        if problem := next((p for s in statuses if (p := _unknown(s))), ""):
            return f"{shown(word)}: {problem}"
        if normal_key(word) in OURS and set(statuses) != {normal_key(word)}:
            return f"{shown(word)} is a status itself and can mean no other; take it out"
        for vocabulary in VOCABULARIES:
            meant = [s for s in dict.fromkeys(statuses) if s in set(vocabulary)]
            if len(meant) > 1:
                return f"{shown(word)} cannot mean both {meant[0]} and {meant[1]}; keep one of them"
    return ""


def _unknown(status: str) -> str:
    return (
        "" if status in OURS else f"{shown(status)} is no status{suggestion(status, OURS)}; allowed are {_list(OURS)}"
    )


def meaning(word: str, words: StatusWords, choices: type[StrEnum]) -> str:
    """The status of a vocabulary that a council's word means; "" where it means none of it.

    >>> meaning("amber", {"Amber": ("at_risk", "delayed")}, ActionState)
    'delayed'
    """
    key, allowed = normal_key(word), {str(member.value) for member in choices}
    statuses = next((s for known, s in words.items() if normal_key(known) == key), ())
    return next((s for s in statuses if s in allowed), "")


def allowed_words(words: StatusWords, choices: type[StrEnum]) -> list[str]:
    """The council's words that mean a status of a vocabulary, as its settings write them."""
    return [word for word in words if meaning(word, words, choices)]


def unknown_word(word: str, words: StatusWords, choices: type[StrEnum]) -> str:
    """What to say of a word that stands where a status does and means none: the end of a sentence about it."""
    ours = [str(member.value) for member in choices]
    own = allowed_words(words, choices)
    said = f"is not allowed{suggestion(word, [*ours, *own])}; allowed are {_list(ours)}"
    if own:
        said += f", and in the council's own words {_list(own)}"
    if normal_key(word) in {normal_key(w) for w in words}:
        return f"{said}; status_words in {FILE} gives it a meaning, but none of these: add one of them there"
    if normal_key(word) in RAG:
        return f"{said}; to use a council's own words, say in status_words of {FILE} what each means"
    return said


def rag_problem(word: str, words: StatusWords) -> str:
    """Why a word cannot be a RAG rating as a council states it, as the end of a sentence; "" where it can."""
    known = [*RAG, *words]
    if normal_key(word) in {normal_key(w) for w in known}:
        return ""
    return (
        f"is no RAG rating{suggestion(word, known)}; allowed are {_list(known)}"
        f"{'' if words else f', and the words that status_words of {FILE} names'}"
    )


def own_word(row: pd.Series, column: str) -> str:
    """The word that the council itself wrote for a status of a processed row; "" where it wrote ours."""
    record = {"file": row["source_file"], "cells": row["row_cells"], "lacks": row.get("row_lacks", "") or ""}
    said = one_line(named_cells(record).get(column, ""))
    return "" if said == row[column] else said


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
