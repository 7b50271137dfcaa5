"""What a section keeps under one line that opens: prose, tables and charts behind its finding, open in print."""

from collections.abc import Iterable, Iterator

from improvement_reports.domain.templates import fill
from improvement_reports.facts.blocks import HEADING, HTML, Block, ChartBlock, FoldClose, FoldOpen

Shown = Block | ChartBlock


def folded(summary: str, *blocks: Shown | Iterable) -> list[Shown]:
    """Blocks under one line; nothing where all of them are empty. A heading within is a `ValueError`: it would begin a
    section inside the fold and end it outside.
    """
    kept = _not_empty(blocks)
    if not kept:
        return []
    if any(isinstance(b, Block) and b.form == HEADING for b in kept):
        raise ValueError(f"a heading cannot stand in the fold “{summary}”")
    opened, closed = fill("fold_open.html", summary=summary), fill("fold_close.html")
    return [FoldOpen(opened, form=HTML, summary=summary), *kept, FoldClose(closed, form=HTML)]


def with_heading(heading: Block, *blocks: Shown | Iterable) -> list[Shown]:
    """Blocks under a heading; nothing where all of them are empty, so that a report without them says nothing of it."""
    kept = _not_empty(blocks)
    return [heading, *kept] if kept else []


def _not_empty(blocks: Iterable) -> list[Shown]:
    """The blocks that show something."""
    return [b for b in _flat(blocks) if isinstance(b, ChartBlock) or b.text.strip()]


def _flat(blocks: Iterable) -> Iterator[Shown]:
    for block in blocks:
        if isinstance(block, Block | ChartBlock):
            yield block
        else:
            yield from _flat(block)
