"""The words of the field are in the glossary, and each status is a symbol, a word and a colour at once."""

import re
from enum import StrEnum

import pytest
from conftest import ROOT

from improvement_reports.domain import vocabulary as v
from improvement_reports.domain.numbers import UNIT_NAMES
from improvement_reports.domain.vocabulary import BETTER_WORDS, KIND_WORDS
from improvement_reports.sections import NOTE_WORDS

ENUMS = [e for e in vars(v).values() if isinstance(e, type) and issubclass(e, StrEnum) and e is not StrEnum]
MARKS = {**v.STATUS_MARKS, **v.TARGET_MARKS, **v.DIRECTION_MARKS, **v.ACTION_MARKS}


def stands_in(text: str, word: str) -> bool:
    """Whether a word stands in a text, its underscores written as spaces or not, in any case."""
    return bool(re.search(rf"(?<!\w){re.escape(word).replace('_', '[_ -]')}(?!\w)", text, re.IGNORECASE))


def test_a_word_is_found_as_a_whole():
    assert stands_in("**On target** ■", "on_target")
    assert stands_in("`on_target`", "on_target")
    assert not stands_in("on targets, reon target", "on_target")


@pytest.mark.parametrize("enum", ENUMS, ids=lambda e: e.__name__)
def test_every_word_is_in_the_glossary(enum):
    glossary = (ROOT / "about" / "glossary.qmd").read_text(encoding="utf-8")
    assert [str(word) for word in enum if not stands_in(glossary, word.value)] == []


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (v.STATUS_MARKS, v.Status),
        (v.TARGET_MARKS, v.TargetResult),
        (v.DIRECTION_MARKS, v.Direction),
        (v.ACTION_MARKS, v.ActionState),
        (v.AREA_NAMES, v.Area),
        (UNIT_NAMES, v.Unit),
        (NOTE_WORDS, v.NoteKind),
        (BETTER_WORDS, v.BetterWhen),
        (KIND_WORDS, v.ReportKind),
        (dict.fromkeys(v.STATUS_ORDER), v.Status),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_every_member_has_its_words(words, enum):
    assert set(words) == set(enum)


def test_every_reason_for_a_missing_value_has_its_words():
    assert set(v.MISSING_WORDS) == set(v.ValueStatus) - {v.ValueStatus.PUBLISHED}


@pytest.mark.parametrize("marks", [v.STATUS_MARKS, v.TARGET_MARKS, v.DIRECTION_MARKS, v.ACTION_MARKS])
def test_marks_are_told_apart_without_colour(marks):
    symbols, words, classes = zip(*marks.values(), strict=True)
    assert len(set(symbols)) == len(set(words)) == len(marks)
    assert all(len(s) == 1 for s in symbols)
    assert all(re.fullmatch("[a-z-]+", c) for c in classes)


def coloured(css: str) -> set[str]:
    """The classes of a style sheet that a rule gives a colour."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    return {
        c
        for selectors, body in rules
        if re.search(r"(^|;)\s*color\s*:", body)
        for c in re.findall(r"\.([\w-]+)", selectors)
    }


def test_a_colour_is_seen_where_there_is_one():
    css = (
        "/* .z { color: red } */ .a, .b { color: red } .c { background-color: red } .d { font: x; color: var(--x) } .e"
        " { border-color: red }"
    )
    assert coloured(css) == {"a", "b", "d"}


@pytest.mark.parametrize("mark", MARKS.values(), ids=lambda mark: mark.css_class)
def test_each_mark_has_a_colour(mark):
    assert f"state-{mark.css_class}" in coloured((ROOT / "theme" / "site.css").read_text(encoding="utf-8"))
