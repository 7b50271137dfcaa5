"""A vector as a picture of points, for programs that show no vectors."""

import io
import zlib
from pathlib import Path

from PIL import Image

from improvement_reports.sheets.typeset import image_of

COLOURS = 32  # charts have few, and their edges some shades between
POINTS_PER_INCH = 120
# Of zlib: for large even areas this is as small as the tightest level is by itself, in half of the time.
LEVEL, STRATEGY = 8, zlib.Z_FILTERED


def png_of(vector: bytes, fonts: Path) -> bytes:
    """A PNG of an SVG on white, light; ``fonts``: the folder with the letters."""
    drawn = Image.open(io.BytesIO(image_of(vector, fonts, POINTS_PER_INCH))).convert("RGB")
    packed = io.BytesIO()
    few = drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(packed, "PNG", compress_level=LEVEL, compress_type=STRATEGY)
    return packed.getvalue()
