"""Typst: which letters it sets with, and one call of it.

The letters come from packages that are locked with the others, never from the machine, so that the same report gives
the same bytes everywhere.
"""

import json
import shutil
import threading
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from improvement_reports.domain.errors import UserError
from improvement_reports.workspace.files import file_digest, write_bytes

if TYPE_CHECKING:
    import typst

LETTERS_FOLDER = "sheet-letters"  # below build/
HOUSE = Path(__file__).with_name("house.typ")
# A sheet for each picture, of its size.
PICTURES = "#set page(width: auto, height: auto, margin: 0pt)\n"
PDF_STANDARD: Literal["ua-1"] = "ua-1"
# Package, folder in it, files: the letters of the house, and those for signs such as ◆.
LETTERS = (
    (
        "font_source_sans_pro",
        "files",
        tuple(f"SourceSansPro-{face}.ttf" for face in ("Regular", "It", "Bold", "BoldIt")),
    ),
    ("matplotlib", "mpl-data/fonts/ttf", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")),
)
MISSING = "{} is not installed, so no PDF can be made; python3 make.py test --fast installs what is locked."


def versions() -> list[str]:
    """What sheets are made with besides this package; a `UserError` names what is missing."""
    return [f"{name} {_version(name)}" for name in ("typst", "pikepdf", "pillow", "font-source-sans-pro", "matplotlib")]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        raise UserError(MISSING.format(f"The package {name}")) from None


_PREPARING = threading.Lock()  # pictures and files for paper are begun by threads of one process


def prepare_letters(folder: Path) -> None:
    """Fill a folder with the letters and nothing else, for Typst reads whole folders; before work is shared out."""
    with _PREPARING:
        _prepare_letters(folder)


def _prepare_letters(folder: Path) -> None:
    wanted: dict[str, Path] = {}
    for package, within, names in LETTERS:
        found = find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise UserError(MISSING.format(f"The package {package.replace('_', '-')}"))
        wanted |= {name: Path(found.submodule_search_locations[0]) / within / name for name in names}
    folder.mkdir(parents=True, exist_ok=True)
    for other in [path for path in folder.iterdir() if path.name not in wanted]:
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    for name, source in wanted.items():
        if not (folder / name).is_file() or file_digest(folder / name) != file_digest(source):
            write_bytes(folder / name, source.read_bytes())


@cache
def _fonts(folder: Path) -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def typeset(document: str, files: Mapping[str, bytes], fonts: Path, at: datetime, name: str) -> bytes:
    """A document in Typst code as PDF/UA-1.

    ``files``: pictures, by the name that the document gives them; ``fonts``: a folder with the letters
    (`prepare_letters`); ``at``: the moment that the file says it was made; ``name``: what the document is called in a
    message. Raises a `UserError` where Typst is missing, and RuntimeError if the document is not whole.
    """
    (made,) = _compiled(_parts(document, files), fonts, name, format="pdf", pdf_standards=PDF_STANDARD, timestamp=at)
    return made


def told(document: str, files: Mapping[str, bytes], fonts: Path, label: str, name: str) -> Any:
    """What a document says of itself at a label: it is laid out for that, and if it is `typeset` then not once more.
    Parameters and errors as there.
    """
    typst = _typst()
    try:
        found = _compiler(_parts(document, files), fonts).query(f"<{label}>", field="value", one=True)
    except (typst.TypstError, RuntimeError) as error:
        raise RuntimeError(f"Typst, {name}: {error}") from None
    return json.loads(found)


def _parts(document: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {"main.typ": document.encode(), "house.typ": HOUSE.read_bytes(), **files}


def image_of(vector: bytes, fonts: Path, points_per_inch: float) -> bytes:
    """An SVG as a PNG of its own size."""
    return images_of([vector], fonts, points_per_inch)[0]


def images_of(vectors: Sequence[bytes], fonts: Path, points_per_inch: float) -> list[bytes]:
    """SVGs as PNGs, each of its own size. All are sheets of one document: beginning one takes Typst longer than most
    pictures do.
    """
    if not vectors:
        return []
    files = {f"{n}.svg": vector for n, vector in enumerate(vectors)}
    document = PICTURES + "#pagebreak()\n".join(f'#image("{name}")\n' for name in files)
    parts = {"main.typ": document.encode(), **files}
    made = _compiled(parts, fonts, "a picture", format="png", ppi=points_per_inch)
    if len(made) != len(vectors):
        raise RuntimeError(f"Typst, a picture: {len(made)} came of {len(vectors)}")
    return made


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise UserError(MISSING.format("Typst")) from None
    return typst


def _compiler(parts: Any, fonts: Path) -> Any:
    return _typst().Compiler(input=parts, font_paths=_fonts(fonts), ignore_system_fonts=True)


def _compiled(parts: Any, fonts: Path, name: str, **options: Any) -> list[bytes]:
    """What Typst makes of a document: one file, or a picture of each sheet."""
    typst = _typst()
    try:
        compiler = _compiler(parts, fonts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made, said = compiler.compile_with_warnings(**options)
    except typst.TypstError as error:
        raise RuntimeError(f"Typst, {name}: {error.diagnostic or error.message}") from None
    if said:
        raise RuntimeError(f"Typst, {name}: {said[0].message}")
    if not made:
        raise RuntimeError(f"Typst, {name}: nothing came of it")
    return [made] if isinstance(made, bytes) else made
