"""An edition's folder as one zip: the same files give the same bytes on any day and machine."""

import os
import zipfile
from pathlib import Path

from improvement_reports.editions.edition import INPUTS, is_generated
from improvement_reports.workspace.leftovers import is_left_in_edition

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
MODE = 0o100644 << 16


def archived_files(folder: Path) -> list[str]:
    """The files of an edition as sorted paths below its folder, with forward slashes.

    Hidden files, what the site generates, archives and links are left out, and so is the record of the inputs, which is
    not public; the manifest is in.
    """
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        generated = is_generated(relative.as_posix()) or relative.suffix == ".zip" or is_left_in_edition(relative)
        private = relative.as_posix() == INPUTS
        if not (hidden or generated or private) and path.is_file() and not path.is_symlink():
            found.append(relative.as_posix())
    return sorted(found)


def edition_archive(folder: Path, target: Path, inside: str = "") -> None:
    """Write the files of an edition as a zip, which may lie in the edition itself.

    Unpacked, they lie in one folder: ``inside``, or else named like ``target``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(aside, "w") as archive:
            for name in archived_files(folder):
                entry = zipfile.ZipInfo(f"{inside or target.stem}/{name}", EPOCH)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, MODE, 3
                archive.writestr(entry, (folder / name).read_bytes())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
