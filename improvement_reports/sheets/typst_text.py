"""Words and what stands among them as Typst code.

Everything is written in Typst's code mode, where a text is a string literal between quotation marks: no mark of the
text (``#``, ``$``, ``@``, ``<…>``, a backtick) can mean anything there.
"""

import re
from collections.abc import Callable

from lxml import etree

from improvement_reports.sheets.leaf import Element, classes, is_unseen

SPACE = re.compile(r"\s+")
# Not to be had in a text of HTML, but a string literal must hold whatever comes.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
STATE = re.compile(r"(?:state|cell)-(?P<name>[a-z-]+)")
# Elements that stand in a line of text.
INLINE = {"a", "span", "strong", "b", "em", "i", "code", "br", "cite", "svg", "abbr", "sub", "sup", "small", "time"}


def literal(text: str) -> str:
    """A text as a string literal of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + UNPRINTABLE.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", escaped) + '"'


def call(function: str, /, *bodies: str, **named: str) -> str:
    """A call of a function of the house's template: ``named`` are Typst expressions."""
    return f"{function}({', '.join([*(f'{key}: {value}' for key, value in named.items()), *bodies])})"


def joined(pieces: list[str]) -> str:
    """Pieces of content one after the other, as one expression."""
    return "{" + "; ".join(pieces) + "}" if pieces else "[]"


class Inline:
    """The words of one element. ``drawing`` puts a small drawing among the files of the document and names it."""

    def __init__(self, drawing: Callable[[Element], str]):
        self.drawing = drawing

    def of(self, element: Element) -> str:
        """The words within an element, as one expression."""
        return joined(trimmed(self.pieces(element)))

    def pieces(self, element: Element) -> list[str]:
        found = [spoken(element.text)]
        for child in element:
            found += self.shown(child)
            found.append(spoken(child.tail))
        return [piece for piece in found if piece]

    def shown(self, element: Element) -> list[str]:
        """One element among words."""
        tag = element.tag if isinstance(element.tag, str) else ""
        tag = etree.QName(element).localname if tag else ""
        if tag == "br":
            return ["linebreak()"]
        if tag == "svg":
            return [call("spark", literal(self.drawing(element)))]
        if not tag:
            return []
        body = self.pieces(element)
        if not body or tag not in INLINE:
            return body
        inner = joined(body)
        if is_unseen(element):
            return [call("unseen", inner)]
        if state := state_of(element):
            inner = call("state", inner, name=literal(state))
        if element.get("aria-hidden") == "true":
            inner = call("only-seen", inner)
        return [self._marked(element, tag, inner)]

    def _marked(self, element: Element, tag: str, inner: str) -> str:
        kind = classes(element)
        href = element.get("href")
        if tag == "a" and href:
            return call("link", literal(href), inner)
        if tag in ("strong", "b"):
            return call("strong", inner)
        if tag in ("em", "i"):
            return call("emph", inner)
        if tag == "code":
            return call("code", inner)
        if "when" in kind or "none" in kind:
            return call("quiet", inner)
        return call("tag", inner) if "tag" in kind else inner


def state_of(element: Element) -> str:
    """The status that an element is coloured by; "" if by none."""
    return next((found["name"] for name in classes(element) if (found := STATE.fullmatch(name))), "")


def spoken(text: str | None) -> str:
    """A run of text as an expression; "" for none."""
    return literal(SPACE.sub(" ", text)) if text else ""


def trimmed(pieces: list[str]) -> list[str]:
    """Without white space at either end."""
    while pieces and pieces[0] == '" "':
        pieces = pieces[1:]
    while pieces and pieces[-1] in ('" "', "linebreak()"):
        pieces = pieces[:-1]
    if pieces and pieces[0].startswith('" '):
        pieces = ['"' + pieces[0][2:], *pieces[1:]]
    if pieces and pieces[-1].endswith(' "') and pieces[-1].startswith('"'):
        pieces = [*pieces[:-1], pieces[-1][:-2] + '"']
    return pieces
