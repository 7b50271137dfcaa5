"""Styles and scripts that stand within a page, in files beside it: the policy of the site allows none within.

A page is kept with them within, so that it is one text; they are parted from it when it is written (`parted`). Styles
of elements may stand anywhere, but only what can do nothing but style; scripts and sheets only in the frame that a
renderer draws around the content, which `quarto_frame` marks. A script in the content stays where it is, and no browser
runs it.
"""

import hashlib
import html
import posixpath
import re
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from improvement_reports.domain.templates import fill
from improvement_reports.workspace.files import write_whole

OF_FRAME = "data-of-frame"
FRAME_FILES = "site_libs/frame"
STYLED = re.compile(r"""(<[a-z][^<>]*?)\sstyle="([^"]*)\"""")
# Property and value, the value a string in single quotes, or words, numbers, colours and functions.
DECLARATION = re.compile(
    r"\s*-{0,2}[a-z][\w-]*\s*:\s*(?:'(?:[^'\\\n<>]|\\[0-9a-f]{6} )*'|[\w\s.,#%()+-])+", re.IGNORECASE
)
PAGE_SHEET = re.compile(r"<style data-of-page>(.*?)</style>", re.DOTALL)
IN_FRAME = re.compile(
    rf'<(?P<tag>script|style)(?P<attributes>[^<>]*?) {OF_FRAME}="">(?P<content>.*?)</(?P=tag)>', re.DOTALL
)


class Parted(NamedTuple):
    """A page as it is written, and the files that were parted from it, by their addresses from the site's root."""

    page: str
    files: dict[str, str]


def with_styles_in_head(page: str) -> str:
    """The page with the styles of its elements as rules of one sheet in its head; one without any as it is.

    A style that is more than declarations is left out.
    """
    if ' style="' not in page:
        return page
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        said = html.unescape(match[2]).strip().rstrip(";")
        if not all(DECLARATION.fullmatch(part) for part in _declarations(said)):
            return match[1]
        return f'{match[1]} data-s="{numbers.setdefault(said, len(numbers) + 1)}"'

    styled = STYLED.sub(numbered, page)
    if not numbers:
        return styled
    rules = "".join(f'[data-s="{n}"]{{{said}}}\n' for said, n in numbers.items())
    head, end, body = styled.partition("</head>")
    return f"{head}{fill('site/page_sheet.html', rules=Markup(rules))}\n{end}{body}"


def _declarations(said: str) -> list[str]:
    """The declarations of a style: parted at semicolons, but for those within strings."""
    return re.findall(r"(?:'(?:[^'\\]|\\.)*'|[^;'])+|'", said)


def parted(page: str, address: str) -> Parted:
    """A page with what stands in its head and frame in files of their own. ``address``: from the site's root."""
    files: dict[str, str] = {}
    root = "../" * address.count("/")

    def sheet(match: re.Match[str]) -> str:
        name = f"{posixpath.splitext(address)[0]}.css"
        files[name] = match[1]
        return fill("site/sheet_link.html", address=posixpath.basename(name))

    def of_frame(match: re.Match[str]) -> str:
        is_script = match["tag"] == "script"
        digest = hashlib.sha256(match["content"].encode()).hexdigest()[:12]
        name = f"{FRAME_FILES}/{digest}.{'js' if is_script else 'css'}"
        files[name] = match["content"]
        template = "site/script_link.html" if is_script else "site/sheet_link.html"
        return fill(template, address=f"{root}{name}", attributes=Markup(match["attributes"]))

    head, end, body = page.partition("</head>")
    begin, stop = _content(body)
    parts = [PAGE_SHEET.sub(sheet, head), body[:begin], body[stop:]]
    head, before, after = (IN_FRAME.sub(of_frame, part) for part in parts)
    return Parted("".join([head, end, before, body[begin:stop], after]), files)


def _content(body: str) -> tuple[int, int]:
    """From where to where the content goes, which no renderer wrote; all of a page that has no such part."""
    begin, stop = body.find("<main"), body.rfind("</main>")
    return (begin, stop) if 0 <= begin < stop else (0, len(body))


def write_page(output: Path, address: str, page: str) -> str:
    """Write a page of the site and the files that are parted from it; the page as it was written."""
    found = parted(page, address)
    for name, content in {**found.files, address: found.page}.items():
        write_whole(output / name, content)
    return found.page
