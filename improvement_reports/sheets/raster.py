"""Vectors as pictures of points, for programs that show no vectors."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from improvement_reports.sheets.typeset import images_of

COLOURS = 32  # charts have few, and their edges some shades between
POINTS_PER_INCH = 120
# Of zlib: for large even areas this is as small as the tightest level is by itself, in half of the time.
LEVEL, STRATEGY = 8, zlib.Z_FILTERED


def pngs_of(vectors: Sequence[bytes], fonts: Path) -> list[bytes]:
    """PNGs of SVGs on white, light; ``fonts``: the folder with the letters."""
    return [_light(image) for image in images_of(vectors, fonts, POINTS_PER_INCH)]


def _light(image: bytes) -> bytes:
    drawn = Image.open(io.BytesIO(image)).convert("RGB")
    packed = io.BytesIO()
    few = drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(packed, "PNG", compress_level=LEVEL, compress_type=STRATEGY)
    return packed.getvalue()
