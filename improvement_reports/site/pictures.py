"""Drawings as pictures: PNG for a preview of a link and for whoever takes a chart along; made by Typst, no browser.

The letters are those of the font that comes with matplotlib, so a picture is the same on every machine. A picture is
kept under the digest of its drawing and made once.
"""

import base64
import hashlib
import importlib.util
import io
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import cast

from lxml import etree

from improvement_reports.charts.canvas import GRID, INK, PAGE_FONTS, QUIET
from improvement_reports.charts.frame import HEADLINE, Lettering, written
from improvement_reports.pages.side_by_side import side_by_side
from improvement_reports.sheets import typeset
from improvement_reports.sheets.typeset import LETTERS_FOLDER, image_of, prepare_letters
from improvement_reports.workspace.files import write_bytes, write_whole
from improvement_reports.workspace.kept_work import mark_used
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import sealed, unsealed

LIBRARIES = ("typst", "PIL", *(package for package, *_ in typeset.LETTERS))
PICTURES_FOLDER = "pictures"  # folder of build/
PIXELS_PER_INCH = 96  # of a drawing, whose sizes are in the pixels of style sheets
CARD_WIDTH, CARD_HEIGHT, MARGIN, BAND = 1200, 630, 40, 70  # pixels of a preview, as its readers want it
# The colours of drawings, and how much of each its edges have on white: with these alone a picture is half of what it
# would be, and its colours are exactly those of the drawing.
COLOURS: dict[str, tuple[float, ...]] = {
    "#ffffff": (1,),
    INK: (1, 0.75, 0.5, 0.25),
    QUIET: (1, 0.6, 0.3),
    GRID: (1,),
    "#12436d": (1, 0.75, 0.5, 0.25),
    "#28a197": (1, 0.5),
    "#801650": (1, 0.5),
    "#f46a25": (1, 0.5),
    "#bfbfbf": (1,),
    "#f5f7f9": (1,),
}
BAND_COLOUR = "#12436d"
FEW = 12  # pictures, each of a twelfth of a second: they are drawn sooner than processes for them are begun
TITLE = Lettering(44, 56, 0.62, "bold", INK)
LEAD = Lettering(28, 40, 0.58, "normal", INK)
# The font of pictures is wider than those of pages, for which the lines of a drawing's frame were cut.
NARROWER = 0.86
SVG = "http://www.w3.org/2000/svg"


@cache
def can_draw() -> bool:
    """Whether pictures can be made here."""
    return all(importlib.util.find_spec(name) for name in LIBRARIES)


def png(svg: str, width: int, letters: Path) -> bytes:
    """A drawing as a PNG of so many pixels across, in a few colours; the same bytes for the same drawing.

    ``letters``: the folder with the fonts (`prepare_letters`).
    """
    from PIL import Image

    root = _unclipped(svg)
    across = float(root.get("viewBox", "").split()[2])
    drawn = image_of(etree.tostring(root), letters, width * PIXELS_PER_INCH / across)
    colours = Image.new("P", (1, 1))
    colours.putpalette(_palette())
    few = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(palette=colours, dither=Image.Dither.NONE)
    written_to = io.BytesIO()
    few.save(written_to, "PNG", compress_level=6)
    return written_to.getvalue()


def _unclipped(svg: str) -> etree._Element:
    """A drawing whose parts are not cut at their own edges: for each such cut the library keeps a picture of the whole,
    which takes it two fifths of its time, and a part that fits needs none.
    """
    root = etree.fromstring(svg.encode())
    for part in root.iterdescendants(f"{{{SVG}}}svg"):
        part.set("overflow", "visible")
    return root


@cache
def _palette() -> list[int]:
    """The colours of pictures as red, green and blue, one after another."""
    found = []
    for colour, shares in COLOURS.items():
        parts = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
        found += [round(255 - (255 - part) * share) for share in shares for part in parts]
    return found + [255] * (768 - len(found))


def write_pictures(project: Project, wanted: dict[Path, tuple[str, int]]) -> None:
    """Write each picture: a drawing and its width in pixels, by the file it belongs into. Those of a drawing that was
    drawn before are taken from where they are kept; the library lets no other thread work while it draws, so the others
    are drawn in processes of their own.
    """
    new = [(path, *drawing) for path, drawing in wanted.items() if not _put(project, path, *drawing)]
    if new:
        prepare_letters(project.build / LETTERS_FOLDER)
    side_by_side(project, draw_pictures, new, few=FEW)


def draw_pictures(project: Project, pictures: Sequence[tuple[Path, str, int]]) -> list[None]:
    """Draw, keep and write some pictures: each the file it belongs into, its drawing and its width in pixels."""
    for path, svg, width in pictures:
        key, content = _key(svg, width), png(svg, width, project.build / LETTERS_FOLDER)
        write_whole(_kept(project, key), sealed(base64.b64encode(content).decode(), key))
        write_bytes(path, content)
    return [None] * len(pictures)


def _put(project: Project, path: Path, svg: str, width: int) -> bool:
    """Write a picture as it was made before from the same drawing, under the seal of this machine; whether it was."""
    key = _key(svg, width)
    if (found := unsealed(_kept(project, key), key)) is None:
        return False
    mark_used(_kept(project, key))
    write_bytes(path, base64.b64decode(found))
    return True


def _kept(project: Project, key: str) -> Path:
    return project.build / PICTURES_FOLDER / f"{key}.txt"


def _key(svg: str, width: int) -> str:
    return hashlib.sha256(f"{_maker()}\n{width}\n{svg}".encode()).hexdigest()


@cache
def _maker() -> str:
    """What makes pictures: this module, the one that calls Typst, and the libraries that they call."""
    code = hashlib.sha256(Path(__file__).read_bytes() + Path(typeset.__file__).read_bytes()).hexdigest()
    return f"{code} {version('typst')} {version('pillow')} {version('matplotlib')}"


def for_the_font(svg: str) -> str:
    """A framed drawing with the lines of its frame a little smaller, so that they fit in the font of pictures."""
    root = etree.fromstring(svg.encode())
    for text in root.findall(f"{{{SVG}}}text"):
        text.set("font-size", f"{float(text.get('font-size', '11')) * NARROWER:g}")
    return etree.tostring(root, encoding="unicode")


# Previews of links


def chart_card(svg: str, below: str) -> str:
    """The drawing of a preview: a framed chart as large as it fits, and a band with the words ``below``."""
    root, height = _card(below), CARD_HEIGHT - BAND - 2 * MARGIN
    chart = etree.fromstring(svg.encode())
    for name, value in zip(
        ("x", "y", "width", "height"), (MARGIN, MARGIN, CARD_WIDTH - 2 * MARGIN, height), strict=True
    ):
        chart.set(name, str(value))
    root.append(chart)
    return etree.tostring(root, encoding="unicode")


def words_card(title: str, lead: str, below: str) -> str:
    """The drawing of a preview of a page without a chart: title and description of the site."""
    root = _card(below)
    top = written(root, TITLE, title, CARD_WIDTH - MARGIN, 120, MARGIN)
    written(root, LEAD, lead, CARD_WIDTH - MARGIN, top + 20, MARGIN)
    return etree.tostring(root, encoding="unicode")


def _card(below: str) -> etree._Element:
    root = etree.Element("svg", nsmap=cast("dict[str, str]", {None: SVG}), viewBox=f"0 0 {CARD_WIDTH} {CARD_HEIGHT}")
    root.set("width", str(CARD_WIDTH))
    root.set("height", str(CARD_HEIGHT))
    root.set("font-family", PAGE_FONTS)
    etree.SubElement(root, "rect", width=str(CARD_WIDTH), height=str(CARD_HEIGHT), fill="white")
    top = CARD_HEIGHT - BAND
    etree.SubElement(root, "rect", y=str(top), width=str(CARD_WIDTH), height=str(BAND), fill=BAND_COLOUR)
    how = HEADLINE._replace(size=24, step=32, letter=0.62, colour="white")
    most = int((CARD_WIDTH - 2 * MARGIN) / (how.size * how.letter))
    line = below if len(below) <= most else f"{below[: most - 1].rstrip()}…"
    written(root, how, line, CARD_WIDTH, top + 12, MARGIN)
    return root
