"""The tree of each text, as Pandoc reads it among others, or why there is none."""

from functools import lru_cache
from itertools import pairwise
from typing import Any

from improvement_reports.workspace.pandoc import TooSlow, tree_of
from improvement_reports.workspace.prose.refused import ENDLESS, TOO_SLOW, UNREADABLE

# What Pandoc reads in place of a reference: the HTML that a reference becomes, marked so that no text can imitate it.
MARK = "\ue0f5"
STAND_IN = f'<a class="n" href="#{MARK}">{MARK}</a>'
BETWEEN = f"{MARK}{{}}{MARK}"

TREE_LIMIT = 4  # seconds of work for all sections of a return; the longest real return takes 0.1
ALONE_LIMITS = 2, 0.5  # for one section, where they do not come through together; once one was too slow


@lru_cache(maxsize=512)
def trees_of(texts: tuple[str, ...]) -> list:
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


def words_of(node) -> str:
    """The words of a node of any kind, however deep."""
    if isinstance(node, dict):
        if node["t"] in ("Space", "SoftBreak", "LineBreak"):
            return " "
        content: Any = node.get("c")  # a text or a list, as the kind has it
        if node["t"] in ("RawInline", "RawBlock"):
            return content[1]
        words = content if node["t"] == "Str" else words_of(content)
        return f"{words} " if node["t"] in ("Para", "Plain") else words
    return "".join(words_of(part) for part in node if isinstance(part, (dict, list))) if isinstance(node, list) else ""
