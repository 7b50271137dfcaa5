"""What a Quarto that was killed leaves beside page sources: never part of an edition, and removed before the next
build.

Quarto renders a page beside its source and then takes it to the site; killed in between, it leaves ``index.html``,
``index_files/`` and ``index.quarto_ipynb`` there, and its libraries (``site_libs/``) at the root of the project.
"""

import re
import shutil
from pathlib import Path, PurePath

SOURCES = ("index", "figures", "changes")
OF_AN_EDITION = re.compile(rf"(?:{'|'.join(SOURCES)})(?:\.html|\.quarto_ipynb|\.rmarkdown|_files)")
ENDINGS = (".quarto_ipynb", ".rmarkdown")
MADE_BY_QUARTO = re.compile(rb'<meta name="generator" content="quarto-', re.IGNORECASE)
HEAD_BYTES = 20_000
LIBRARIES = "site_libs"  # Quarto's own name for them; every render that ends takes the folder away itself


def is_left_in_edition(relative: PurePath) -> bool:
    """Whether a path inside an edition's folder is what Quarto leaves there."""
    return OF_AN_EDITION.fullmatch(relative.parts[0]) is not None


def remove_leftovers(sources: list[Path], root: Path | None = None) -> list[Path]:
    """Remove what Quarto left beside these page sources, and at the root of their project; returns what was removed.

    A page of somebody's own stays.
    """
    found = [path for path in ([root / LIBRARIES] if root else []) if path.is_dir() and not path.is_symlink()]
    for source in sources:
        page, folder = source.with_suffix(".html"), source.with_name(f"{source.stem}_files")
        if page.is_file() and not page.is_symlink() and _is_of_quarto(page):
            found.append(page)
        if folder.is_dir() and not folder.is_symlink():
            found.append(folder)
        found += [p for p in (source.with_suffix(ending) for ending in ENDINGS) if p.is_file()]
    for path in found:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return found


def _is_of_quarto(page: Path) -> bool:
    with page.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return not head or MADE_BY_QUARTO.search(head) is not None
