"""What is seen before Pandoc: signs and bare numbers that stand in no prose."""

import re
import unicodedata
from collections.abc import Callable

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.plain_text import INVISIBLE
from improvement_reports.workspace.prose.ordinary import without_ordinary
from improvement_reports.workspace.prose.refused import SPECIAL
from improvement_reports.workspace.prose.texts import NUMBER, Prose, fault_at, line_of, straight

# Gives the references to the figures that are shown as a word of a text is, for example as “85%”.
Finder = Callable[[str], list[str]]
LONGEST = 50_000  # characters of one section: ten times the longest real one
# Signs that mean something in Markdown or HTML, and symbols that a page may show besides letters, punctuation and
# currency.
MEANT = re.compile(r"[$@\\`|~^]")
SYMBOLS = set("+=±×÷−→←↑↓≥≤≈≠°©®™■◆▲●§¶&*_")


def signs_faults(prose: Prose, names: list[str], finder: Finder | None = None) -> list[Fault]:
    """Signs that stand in no prose, and texts that Pandoc is not to be troubled with."""
    text = prose.blanked
    if len(text) > LONGEST:
        return [Fault(prose.where, f"has {len(text):,} characters, and at most {LONGEST:,} are allowed; shorten it")]
    checks = (
        (re.compile(r"\{[%#]"), "holds a Jinja statement or comment; only {{ … }} references are allowed"),
        (re.compile(r"[{}]"), "holds a brace outside a {{ … }} reference; remove it"),
        (MEANT, SPECIAL),
        (re.compile(r"\[[^\]\n]*(?:\n[^\]\n]+)*\["), "holds square brackets within square brackets; write round ones"),
    )
    faults = [
        fault_at(prose, m.start(), f"{shown(text[m.start() : m.start() + 20])} {problem}")
        for pattern, problem in checks
        if (m := pattern.search(text))
    ]
    unseen = {c for c in set(text) if c not in "\n\t" and is_hidden(c)}
    hidden = next((i for i, c in enumerate(text) if c in unseen), None) if unseen else None
    if hidden is not None:
        faults.insert(
            0,
            fault_at(
                prose,
                hidden,
                f"{shown(text[max(0, hidden - 10) : hidden + 10])} holds control characters"
                f" ({code_point(text[hidden])}); write plain text",
            ),
        )
    return [*faults[:1], *number_faults(text, names, lambda at: line_of(prose, at), finder)] if faults else []


def is_hidden(character: str) -> bool:
    """Whether a reader cannot see the character although it has an effect, or nobody can say how it looks."""
    if character == NUMBER:  # stands for a reference in a tree; one that a person wrote is a sign that no page uses
        return False
    is_odd = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return is_odd or bool(INVISIBLE.match(character))


def code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def number_faults(text: str, names: list[str], line_of, finder: Finder | None = None) -> list[Fault]:
    """Bare numbers of a text; ``line_of`` gives the place of a character of it, ``finder`` the references to figures
    that are shown so.
    """
    for name in names:
        words = r"\s+".join(map(re.escape, straight(name).split()))
        text = re.sub(rf"(?<!\w){words}(?!\w)", lambda m: " " * len(m[0]), text, flags=re.IGNORECASE)
    text = without_ordinary(text)
    return [
        Fault(
            line_of(m.start()),
            f"{shown(m[0].strip(NUMBER))} is a bare number; write {_instead(m[0], finder)}, or add the name that it is"
            " part of to params/names.yml",
        )
        for m in re.finditer(r"\S+", text)
        if any(c.isnumeric() for c in m[0])  # ½ and m² are numbers too
    ]


def _instead(word: str, finder: Finder | None) -> str:
    """The references that give this number, or one for example."""
    found = finder(word) if finder else []
    return " or ".join(found) if found else 'a reference such as {{ value("measure_id") }}'


def sign_problem(character: str) -> str:
    """Why a sign that a reader would see may not stand in prose, or nothing."""
    if character in "<>":
        return "holds HTML; write plain Markdown"
    if character in "{}":
        return "holds a brace outside a {{ … }} reference; remove it"
    if MEANT.match(character):
        return SPECIAL
    if is_hidden(character):
        return f"holds control characters ({code_point(character)}); write plain text"
    if unicodedata.category(character) in ("So", "Sm", "Sk", "Me") and character not in SYMBOLS:
        return f"holds {character} ({code_point(character)}), a sign that pages do not use; write it in words"
    return ""
