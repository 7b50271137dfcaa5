"""Over one tree, from the first word of a text to its last: what of it is not allowed, with its place."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.workspace.prose.refused import (
    ALLOWED,
    BLOCKS,
    BRACKETS,
    INLINES,
    LETTERED,
    LINK,
    LIST,
    PLAIN,
    REFUSED,
    SENTENCE,
    SENTENCE_INLINES,
    TOO_SLOW,
)
from improvement_reports.workspace.prose.signs import Finder, number_faults, sign_problem
from improvement_reports.workspace.prose.texts import NUMBER, Prose, fault_at, line_of, straight
from improvement_reports.workspace.prose.trees import MARK, STAND_IN, words_of

DEEPEST = 6  # lists and quotations within each other

BULLETS = "•·▪◦‣●○■"
HOSTS = r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][a-z0-9._~:/?#!$&'()*+,;=%-]*)?"
TARGET = re.compile(rf"(?i:{HOSTS})|/(?!/)[\w./%#?=&-]*|#[\w.-]+|(?:\.\./)+[\w./%#?=&-]*", re.ASCII)


@dataclass
class Walk:
    """One text's tree, from its first word to its last; ``cursor`` is the place in the text that was reached."""

    prose: Prose
    names: list[str]
    finder: Finder | None = None
    straight: str = ""
    cursor: int = 0
    links: int = 0
    found: list[Fault] = field(default_factory=list)
    numbers: list[Fault] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def faults_of(self, tree) -> list[Fault]:
        """Faults of what the tree holds, or of there being none (then ``tree`` is the reason)."""
        self.straight = straight(self.prose.blanked)
        if isinstance(tree, str):
            return [Fault(self.prose.where, tree)]
        if self.prose.is_sentence and (len(tree) > 1 or any(b["t"] != "Para" for b in tree)):
            return [Fault(self.prose.where, SENTENCE)]
        try:
            self._blocks(tree, 0)
        except RecursionError:
            return [Fault(self.prose.where, TOO_SLOW)]
        if not self.found and self.prose.blanked.count("[") != self.links:
            at = self.prose.blanked.index("[")
            self._fault(self.prose.text[at : at + 20], BRACKETS, at)
        return list(dict.fromkeys([*self.found, *self.numbers]))

    def _fault(self, words: str, problem: str, at: int | None = None) -> None:
        """One fault of each kind: the first of a text shows the person what is meant."""
        if problem not in self.said:
            self.said.add(problem)
            said = f"{shown(words)} {problem}" if words else problem
            self.found.append(fault_at(self.prose, self.cursor if at is None else at, said))

    def _refuse(self, node: dict) -> None:
        """A node that is not allowed, with the words it begins with."""
        if node["t"] == "Endless" and self.found:
            return
        words = re.sub(f"{MARK}[0-9]*{MARK}|{MARK}", "", words_of(node)).strip()
        at = self._place(words.split()[0]) if words else self.cursor
        self._fault(words[:20], REFUSED.get(node["t"], f"holds what prose may not hold ({node['t']}); {ALLOWED}"), at)

    def _blocks(self, blocks: list[dict], depth: int) -> None:
        for block in blocks:
            kind = block["t"]
            if depth > DEEPEST:
                self._fault("", f"nests lists or quotations more than {DEEPEST} deep; write simpler paragraphs")
                return
            if kind == "OrderedList" and not (block["c"][0][1]["t"] in LETTERED and block["c"][0][0] == 1):
                self._ordered(block)
            elif kind not in BLOCKS:
                self._refuse(block)
            elif kind in ("Para", "Plain"):
                self._paragraph(block["c"])
            elif kind == "BlockQuote":
                self._blocks(block["c"], depth + 1)
            else:
                for item in block["c"] if kind == "BulletList" else block["c"][1]:
                    self._blocks(item, depth + 1)

    def _ordered(self, block: dict) -> None:
        """A numbered list: the numbers that a reader would see are no references."""
        words = words_of(block).split()
        at = self._place(words[0]) if words else self.cursor
        marker = self.prose.text[self.prose.text.rfind("\n", 0, at) + 1 : at].strip() or "1."
        if any(c.isnumeric() for c in marker):
            self._fault(
                marker,
                'is a bare number; write a reference such as {{ value("measure_id") }}, or a list with hyphens',
                at,
            )
        else:
            self._fault(marker, REFUSED["OrderedList"], at)

    def _paragraph(self, inlines: list[dict]) -> None:
        """A paragraph: its nodes, and then the numbers of its text as a reader sees it."""
        pieces: list[tuple[str, int]] = []
        self._inlines(inlines, pieces, in_link=False)
        text = "".join(words for words, _ in pieces)
        starts = [at for words, at in pieces for _ in words]
        self.numbers += number_faults(straight(text), self.names, lambda i: line_of(self.prose, starts[i]), self.finder)
        first = text.lstrip()[:1]
        if first and first in BULLETS:
            self._fault("", f"begins a line with {first}, which makes no list; write a list with hyphens", pieces[0][1])
        for before, here in pairwise(pieces):
            if before[0] == "\n" and (here[0] in ("-", "*", "+") or here[0][:1] in BULLETS):
                self._fault(self.prose.text[here[1] : here[1] + 20], LIST, here[1])

    def _inlines(self, inlines: list[dict], pieces: list, in_link: bool) -> None:
        nodes = iter(inlines)
        for node in nodes:
            kind = node["t"]
            content: Any = node.get("c")  # what Pandoc has for the kind: a text, a list, or nothing
            if kind == "RawInline" and content == ["html", STAND_IN.split(">")[0] + ">"]:
                next(nodes), next(nodes)  # the mark, and the end of the link
                pieces.append((NUMBER, self.cursor))
                if in_link:
                    self._fault(
                        "", "holds a reference within a link, and a number is a link itself; put it beside the link"
                    )
            elif kind not in INLINES or (self.prose.is_sentence and kind not in SENTENCE_INLINES):
                if self.prose.is_sentence and kind in INLINES:
                    self._fault("", SENTENCE)
                else:
                    self._refuse(node)
            elif kind == "Str":
                self._word(content, pieces)
            elif kind in ("Space", "SoftBreak", "LineBreak"):
                pieces.append((" " if kind == "Space" else "\n", self.cursor))
            elif kind == "Quoted":
                pieces.append(("'" if content[0]["t"] == "SingleQuote" else '"', self.cursor))
                self._inlines(content[1], pieces, in_link)
                pieces.append(("'" if content[0]["t"] == "SingleQuote" else '"', self.cursor))
            elif kind == "Link":
                self._link(content, pieces)
            else:
                self._inlines(content, pieces, in_link)

    def _word(self, word: str, pieces: list) -> None:
        at = self._place(word)
        pieces.append((word, at))
        for character in word:
            if problem := sign_problem(character):
                self._fault(word, problem, at)
                return

    def _link(self, content: list, pieces: list) -> None:
        attributes, words, (target, title) = content
        self.links += 1
        start = len(pieces)
        self._inlines(words, pieces, in_link=True)
        if attributes[1] in (["uri"], ["email"]):
            self._fault(f"<{target}>", PLAIN)
        elif attributes != ["", [], []] or title:
            self._fault(target, "holds attributes or a title; write the link as [words](https://…)")
        elif not TARGET.fullmatch(target):
            self._fault(target, LINK)
        elif not "".join(w for w, _ in pieces[start:]).strip():
            self._fault(target, "is a link without words; write [words](https://…)")

    def _place(self, word: str) -> int:
        """Where in the text a word stands, from the cursor on; where the cursor is, if it was written in another
        way.
        """
        at = self.straight.find(straight(word), self.cursor)
        if at < 0:
            rest = re.compile(r"\S").search(self.straight, self.cursor)
            return rest.start() if rest else self.cursor
        self.cursor = at + len(word)
        return at
