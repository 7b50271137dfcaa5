"""Read a file that somebody else put there: an ordinary file, of a sane size, and nothing else."""

import os
import re
import stat
from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.limits import MB

# Left by editors and systems: .DS_Store, ._name, ~$return.xlsx, .~lock.x#, Thumbs.db, desktop.ini, __MACOSX.
LEFT_BEHIND = re.compile(r"[.~].*|thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx|icon\r", re.IGNORECASE | re.DOTALL)

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def is_left_behind(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work and is not read."""
    return bool(LEFT_BEHIND.fullmatch(name))


TOO_LARGE = "send only what belongs to this return"


def read_bytes(path: Path, name: str, limit: int, too_large: str = TOO_LARGE) -> bytes:
    """The bytes of an ordinary file; `InvalidInput` if it is another thing, larger than ``limit``, or cannot be read.

    ``too_large``: what to do with one that is.
    A file that is not there raises FileNotFoundError: what that means is for the caller to say.
    """
    # Without O_NONBLOCK the opening of a pipe waits for somebody to write into it.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            found = next((words for test, words in KINDS if test(kind)), "no ordinary file")
            raise InvalidInput(name, [Fault(name, f"is {found}; put the file itself there")])
        with os.fdopen(os.open(path, flags), "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise
    except PermissionError:
        raise InvalidInput(name, [Fault(name, "may not be read by you; change its permissions")]) from None
    except (OSError, ValueError):
        raise InvalidInput(name, [Fault(name, "cannot be read; copy it there again")]) from None
    if len(content) > limit:
        raise InvalidInput(name, [Fault(name, f"is larger than {size(limit)}; {too_large}")])
    return content


def size(limit: int) -> str:
    """A limit as messages say it: 10 MB, 50 kB."""
    return f"{limit // MB} MB" if limit >= MB else f"{limit // 1000} kB"
