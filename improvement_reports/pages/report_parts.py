"""Parts of a report's page for another page: what stands under a heading, with its numbers and links leading back.

They are taken as the report shows them, so that no page says of a report what its edition does not say.
"""

import json
import re
from pathlib import Path

from markupsafe import Markup

SECTION = re.compile(r"\A\s*## (?P<title>.+?)(?:\s*\{#[^}]*\})?\s*(?:\n|\Z)")
# HTML as `domain.markup.fenced` hands it to Pandoc.
HTML = re.compile(r"\A\s*(?P<fence>`{3,})\{=html\}\n(?P<html>.*)\n(?P=fence)\s*\Z", re.DOTALL)
ID = re.compile(r'(<[a-z][^<>]*?) id="[^"]*"')
ON_THE_PAGE = re.compile(r'((?:href|src)=")#')
BESIDE_IT = re.compile(r'((?:href|src|srcset)=")(?![a-z][a-z0-9+.-]*:|[/#])')
FIRST_SCREEN = re.compile(r'<div class="first-screen\b')
VERDICT = re.compile(r'<p class="verdict">(?P<words>.*?)</p>', re.DOTALL)


def blocks_under(page: Path, *headings: str) -> list[Markup]:
    """The HTML that the source of a report's page has under the first of these headings that it has."""
    found: dict[str, list[Markup]] = {}
    title = ""
    for text in _texts(page):
        if match := SECTION.match(text):
            title = match["title"].replace("\\", "")
        elif match := HTML.match(text):
            found.setdefault(title, []).append(Markup(match["html"]))
    return next((found[heading] for heading in headings if heading in found), [])


def _texts(page: Path) -> list[str]:
    """What the source of a page shows, piece by piece; nothing where there is none."""
    if not page.is_file():
        return []
    found = []
    for cell in json.loads(page.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            found.append("".join(cell["source"]))
        found += ["".join(output["data"]["text/markdown"]) for output in cell.get("outputs", [])]
    return found


def seen_from(block: str, folder: str) -> Markup:
    """A part of a page in another page: without its places, its links leading to the page's folder from there."""
    placeless = ID.sub(r"\1", str(block))
    leading_back = BESIDE_IT.sub(lambda m: f"{m[1]}{folder}", placeless)
    return Markup(ON_THE_PAGE.sub(lambda m: f"{m[1]}{folder}index.html#", leading_back))


def first_screen_of(blocks: list[Markup]) -> list[Markup]:
    """Of what a report shows in brief its first screen, where it has one; else all of it."""
    return [block for block in blocks if FIRST_SCREEN.search(block)] or blocks


def verdict_in(blocks: list[Markup]) -> Markup:
    """The verdict of a first screen, with its numbers; nothing where it has none."""
    for block in blocks:
        if match := VERDICT.search(block):
            return Markup(match["words"])
    return Markup()
