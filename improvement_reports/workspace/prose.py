"""What prose may hold, decided on Pandoc's own syntax tree: a short list of what is allowed, and everything else is a
fault.

A tree shows what a reader will see, whatever stood in the text: `&half;` is ½ there, and `> [x]: javascript:alert()` is
a quotation that holds nothing. What leaves no trace in a tree (definitions of links and footnotes, settings) is found
by the square brackets that no link accounts for, and by the tree's ``meta``.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.plain_text import INVISIBLE
from improvement_reports.workspace.pandoc import TooSlow, tree_of

REFERENCE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
# What Pandoc reads in place of a reference: the HTML that a reference becomes, marked so that no text can imitate it.
MARK = "\ue0f5"
STAND_IN = f'<a class="n" href="#{MARK}">{MARK}</a>'
NUMBER = "\ufffc"  # a reference in the text of a tree
BETWEEN = f"{MARK}{{}}{MARK}"

LONGEST = 50_000  # characters of one section: ten times the longest real one
TREE_LIMIT = 4  # seconds for all sections of a return; the longest real return takes 0.1
ALONE_LIMITS = 2, 0.5  # seconds for one section, where they do not come through together; once one was too slow
DEEPEST = 6  # lists and quotations within each other

BLOCKS = {"Para", "Plain", "BulletList", "OrderedList", "BlockQuote"}
INLINES = {"Str", "Space", "SoftBreak", "LineBreak", "Emph", "Strong", "Quoted", "Link"}
SENTENCE_INLINES = {"Str", "Space", "SoftBreak", "Quoted"}
LETTERED = {"LowerAlpha", "UpperAlpha"}

PLAIN = "holds HTML; write plain Markdown"
HEADING = "holds a heading, a rule or a fenced block; remove it, for the notebook gives the headings"
LINK = "holds an image or a link that is neither https:// nor inside the site"
SPECIAL = "holds one of $ @ \\ ` | ~ ^, which have a special meaning in Markdown; write it in words"
LIST = (
    "begins a list directly under a line of text, so that it would be one running line; leave an empty line before the"
    " first item"
)
TOO_SLOW = (
    "keeps Pandoc busy for seconds, for quotation marks, brackets, emphasis or lists nest too deeply in it; write"
    " shorter and simpler paragraphs"
)
UNREADABLE = "cannot be read by Pandoc; write plain paragraphs"
BRACKETS = (
    "holds square brackets that are no link to https:// or inside the site; write round brackets, or the whole link as"
    " [words](https://…)"
)
ENDLESS = (
    "holds settings, or something that does not end within the text and would take in what follows; write plain"
    " paragraphs"
)
REFUSED = {
    "RawInline": PLAIN,
    "RawBlock": PLAIN,
    "Header": HEADING,
    "HorizontalRule": HEADING,
    "Div": HEADING,
    "Image": LINK,
    "Figure": LINK,
    "CodeBlock": "begins with four spaces, which makes it code; remove the spaces",
    "Code": SPECIAL,
    "Math": SPECIAL,
    "Strikeout": SPECIAL,
    "Superscript": SPECIAL,
    "Subscript": SPECIAL,
    "LineBlock": SPECIAL,
    "Cite": SPECIAL,
    "Table": "holds a table; put its rows into a table of the return",
    "Note": "holds a footnote; write it as a sentence",
    "Endless": ENDLESS,
    "DefinitionList": "begins with a colon, which makes the paragraph above a term to be defined; begin with a word",
    "Span": "holds attributes; write plain Markdown",
    "OrderedList": "holds a numbered list; write a list with hyphens",
}
ALLOWED = "allowed are paragraphs, lists with hyphens, quotations, emphasis, strong words and links"
SENTENCE = "is more than a sentence: it is shown as plain text, without lists, emphasis or links; write one sentence"

BULLETS = "•·▪◦‣●○■"
# Signs that mean something in Markdown or HTML, and symbols that a page may show besides letters, punctuation and
# currency.
MEANT = re.compile(r"[$@\\`|~^]")
SYMBOLS = set("+=±×÷−→←↑↓≥≤≈≠°©®™■◆▲●§¶&*_")
HOSTS = r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][a-z0-9._~:/?#!$&'()*+,;=%-]*)?"
TARGET = re.compile(rf"(?i:{HOSTS})|/(?!/)[\w./%#?=&-]*|#[\w.-]+|(?:\.\./)+[\w./%#?=&-]*", re.ASCII)


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


def markup_faults(texts: list[Prose], names: list[str]) -> list[Fault]:
    """Everything in these texts that is not allowed, each with its line; one call of Pandoc for all of them."""
    before = {t: signs_faults(t, names) for t in texts}
    sound = [t for t in texts if not before[t]]
    trees = _trees(tuple(REFERENCE.sub(STAND_IN, t.text.strip()) for t in sound))
    found = {t: Walk(t, names).faults_of(tree) for t, tree in zip(sound, trees, strict=True)}
    return [f for t in texts for f in before[t] or found[t]]


# What is seen before Pandoc


def signs_faults(prose: Prose, names: list[str]) -> list[Fault]:
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
        _at(prose, m.start(), f"{shown(text[m.start() : m.start() + 20])} {problem}")
        for pattern, problem in checks
        if (m := pattern.search(text))
    ]
    unseen = {c for c in set(text) if c not in "\n\t" and is_hidden(c)}
    hidden = next((i for i, c in enumerate(text) if c in unseen), None) if unseen else None
    if hidden is not None:
        faults.insert(
            0,
            _at(
                prose,
                hidden,
                f"{shown(text[max(0, hidden - 10) : hidden + 10])} holds control characters"
                f" ({code_point(text[hidden])}); write plain text",
            ),
        )
    return [*faults[:1], *number_faults(text, names, lambda at: _line(prose, at))] if faults else []


def is_hidden(character: str) -> bool:
    """Whether a reader cannot see the character although it has an effect, or nobody can say how it looks."""
    if character == NUMBER:  # stands for a reference in a tree; one that a person wrote is a sign that no page uses
        return False
    is_odd = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return is_odd or bool(INVISIBLE.match(character))


def code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _line(prose: Prose, at: int) -> str:
    return f"{prose.where}, line {prose.text[:at].count(chr(10)) + 1}"


def _at(prose: Prose, at: int, problem: str) -> Fault:
    return Fault(_line(prose, at), problem)


def number_faults(text: str, names: list[str], line_of) -> list[Fault]:
    """Bare numbers of a text; ``line_of`` gives the place of a character of it."""
    for name in names:
        words = r"\s+".join(map(re.escape, _straight(name).split()))
        text = re.sub(rf"(?<!\w){words}(?!\w)", lambda m: " " * len(m[0]), text, flags=re.IGNORECASE)
    return [
        Fault(
            line_of(m.start()),
            f'{shown(m[0].strip(NUMBER))} is a bare number; write a reference such as {{{{ value("measure_id") }}}}, or'
            " add the name that it is part of to params/names.yml",
        )
        for m in re.finditer(r"\S+", text)
        if any(c.isnumeric() for c in m[0])  # ½ and m² are numbers too
    ]


# The trees


@lru_cache(maxsize=512)
def _trees(texts: tuple[str, ...]) -> list:
    """The tree of each text: all in one call, each below a paragraph of its own, as texts stand on a page. A `Fault`'s
    words if there is none.
    """
    if not texts:
        return []
    together = (
        "\n\n".join(f"{BETWEEN.format(n)}\n\n{text}" for n, text in enumerate(texts))
        + f"\n\n{BETWEEN.format(len(texts))}\n"
    )
    try:
        tree = tree_of(together, "the narrative", TREE_LIMIT)
        parts = _parted(tree, len(texts))
    except (TooSlow, RecursionError, RuntimeError):
        parts = None
    if parts is not None:
        return parts
    parts = []
    for text in texts:
        parts.append(_alone(text, ALONE_LIMITS[TOO_SLOW in parts]))
    return parts


def _alone(text: str, limit: float):
    """The tree of one text, or the words of a fault."""
    try:
        tree = tree_of(f"{BETWEEN.format(0)}\n\n{text}\n\n{BETWEEN.format(1)}\n", "the narrative", limit)
    except (TooSlow, RecursionError):
        return TOO_SLOW
    except RuntimeError:
        return UNREADABLE
    parts = _parted({**tree, "warnings": ""}, 1)
    # What does not end took the mark after the text with it: its blocks say what that is.
    blocks = [b for b in tree["blocks"] if b != {"t": "Para", "c": [{"t": "Str", "c": BETWEEN.format(0)}]}]
    return parts[0] if parts else ENDLESS if tree["meta"] else [*blocks, {"t": "Endless", "c": []}]


def _parted(tree: dict, count: int) -> list[list[dict]] | None:
    """The blocks of each text; None if the texts run into each other, leave something outside of them, or make Pandoc
    warn.
    """
    if tree["meta"] or tree["warnings"]:
        return None
    marks = [{"t": "Para", "c": [{"t": "Str", "c": BETWEEN.format(n)}]} for n in range(count + 1)]
    places = [[i for i, block in enumerate(tree["blocks"]) if block == mark] for mark in marks]
    if any(len(p) != 1 for p in places) or (flat := [p[0] for p in places]) != sorted(flat):
        return None
    return [tree["blocks"][a + 1 : b] for a, b in pairwise(flat)]


# Over one tree


@dataclass
class Walk:
    """One text's tree, from its first word to its last; ``cursor`` is the place in the text that was reached."""

    prose: Prose
    names: list[str]
    straight: str = ""
    cursor: int = 0
    links: int = 0
    found: list[Fault] = field(default_factory=list)
    numbers: list[Fault] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def faults_of(self, tree) -> list[Fault]:
        """Faults of what the tree holds, or of there being none (then ``tree`` is the reason)."""
        self.straight = _straight(self.prose.blanked)
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
            self.found.append(
                _at(self.prose, self.cursor if at is None else at, f"{shown(words)} {problem}" if words else problem)
            )

    def _refuse(self, node: dict) -> None:
        """A node that is not allowed, with the words it begins with."""
        if node["t"] == "Endless" and self.found:
            return
        words = re.sub(f"{MARK}[0-9]*{MARK}|{MARK}", "", _words(node)).strip()
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
        words = _words(block).split()
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
        self.numbers += number_faults(_straight(text), self.names, lambda i: _line(self.prose, starts[i]))
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
        at = self.straight.find(_straight(word), self.cursor)
        if at < 0:
            rest = re.compile(r"\S").search(self.straight, self.cursor)
            return rest.start() if rest else self.cursor
        self.cursor = at + len(word)
        return at


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


def _straight(text: str) -> str:
    """Typographic quotation marks and dashes as Pandoc makes them, one character for one, so that names and places are
    found.
    """
    return text.translate(str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u2013", "''\"\" -"))


def _words(node) -> str:
    """The words of a node of any kind, however deep."""
    if isinstance(node, dict):
        if node["t"] in ("Space", "SoftBreak", "LineBreak"):
            return " "
        content: Any = node.get("c")  # a text or a list, as the kind has it
        if node["t"] in ("RawInline", "RawBlock"):
            return content[1]
        words = content if node["t"] == "Str" else _words(content)
        return f"{words} " if node["t"] in ("Para", "Plain") else words
    return "".join(_words(part) for part in node if isinstance(part, (dict, list))) if isinstance(node, list) else ""
