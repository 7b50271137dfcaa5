"""What a killed Quarto leaves beside page sources, and a killed build beside the site: never part of an edition, and
removed before the next build.

Quarto renders a page beside its source and then takes it to the site; killed in between, it leaves ``index.html``,
``index_files/`` and ``index.quarto_ipynb`` there, and its libraries (``site_libs/``) at the root of the project.
"""

import re
import shutil
import time
from pathlib import Path, PurePath

from improvement_reports.workspace.files import STALE_SECONDS

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


def remove_stages(target: Path) -> None:
    """Remove the folders in which builds that were killed made a site for ``target``; only for who holds the project.

    Every build makes its folder (named by `tempfile.mkdtemp`) while it holds the project, so none of them has an owner
    now. Only one that plain Quarto fills may be in use, until it is old.
    """
    of_a_build = re.compile(rf"\.{re.escape(target.name)}-stage-\w{{8}}")
    for left in target.parent.glob(f".{target.name}-stage-*"):
        try:
            if of_a_build.fullmatch(left.name) or time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        except FileNotFoundError:
            continue  # its owner took it away


def _is_of_quarto(page: Path) -> bool:
    with page.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return not head or MADE_BY_QUARTO.search(head) is not None
