"""Links to sections that the layout of a report leaves out: their words stay, and lead nowhere."""

import re
from collections.abc import Iterable

from improvement_reports.domain.markup import slug

WITHIN = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
HEADING = re.compile(r"^#{2,3} ([^{\n]+?)\s*$", re.MULTILINE)
ANCHOR = re.compile(r'\bid="([^"]+)"|\{#([\w.-]+)')
# The editions of a report stand beneath it in every page, whatever its layout.
OF_EVERY_PAGE = frozenset({"editions"})


def without_links_to_what_is_left_out(cells: list) -> list:
    """The cells of a page, changed in place, without links to places that the page does not have."""
    there = set(OF_EVERY_PAGE)
    for text in _texts(cells):
        there |= {a or b for a, b in ANCHOR.findall(text)} | {slug(heading) for heading in HEADING.findall(text)}

    def kept(match: re.Match) -> str:
        return match[0] if match[1] in there else match[2]

    for cell in cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:
                data["text/markdown"] = WITHIN.sub(kept, data["text/markdown"])
    return cells


def _texts(cells: list) -> Iterable[str]:
    for cell in cells:
        yield cell.source
        yield from (o["data"].get("text/markdown", "") for o in cell.get("outputs", []) if "data" in o)
