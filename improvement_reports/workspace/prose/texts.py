"""Texts by a person, and places in them."""

import re
from dataclasses import dataclass

from improvement_reports.domain.errors import Fault

REFERENCE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
NUMBER = "\ufffc"  # a reference in the text of a tree


@dataclass(frozen=True)
class Prose:
    """A text by a person, and what it is called in messages. ``is_sentence``: shown as plain text, one sentence."""

    where: str
    text: str
    is_sentence: bool = False

    @property
    def blanked(self) -> str:
        """The text with blanks for its references, every character in its place."""
        return REFERENCE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), self.text)


def line_of(prose: Prose, at: int) -> str:
    return f"{prose.where}, line {prose.text[:at].count(chr(10)) + 1}"


def fault_at(prose: Prose, at: int, problem: str) -> Fault:
    return Fault(line_of(prose, at), problem)


def straight(text: str) -> str:
    """Typographic quotation marks and dashes as Pandoc makes them, one character for one, so that names and places are
    found.
    """
    return text.translate(str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u2013", "''\"\" -"))
