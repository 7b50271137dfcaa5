"""The program that makes the search index: where it is and which it is.

Apart from its use (`search`): a call of `site` that has nothing to do asks this too, and loads nothing that pages need.
"""

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def pagefind_path() -> str:
    """The program of the package pagefind_bin, else the one on the PATH, else nothing."""
    try:
        from pagefind_bin import get_executable

        found = Path(get_executable())
        if found.is_file():
            return str(found)
    except (ImportError, OSError):
        pass
    return shutil.which("pagefind") or ""


def pagefind_version() -> str:
    """What the index of a site depends on besides its pages."""
    if not pagefind_path():
        return ""
    try:
        return version("pagefind_bin")
    except PackageNotFoundError:
        return pagefind_path()
