"""What the machine can refuse (space, permission, a file that is in use), as one sentence: what, where, what to do.

Only what no code of ours can help is put into words here; any other exception is a bug and keeps its traceback.
"""

import errno
import os
import re
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

FULL = "The disk is full", "free some space, then do the same again"
NO_RIGHT = (
    "There is no permission for it, or another program has it open",
    "let your user read and write it, or close that program, then do the same again",
)
READ_ONLY = "The disk can only be read", "work in a copy of the project on a disk that can be written to"
TOO_LONG = "Its name or path is too long", "move the project to a folder with a shorter path, or shorten the name"
BUSY = "Another program has it open", "close that program, then do the same again"
TOO_MANY = "Too many files are open", "end other programs, or raise the limit (ulimit -n), then do the same again"
TOO_LARGE = (
    "The file would be larger than is allowed here",
    "raise the limit (ulimit -f), or use another disk, then do the same again",
)
NOT_A_FOLDER = "A file stands where a folder is needed", "move that file away"
NOT_A_FILE = "A folder stands where a file is needed", "move that folder away"
BROKEN = (
    "The disk, or the network behind it, does not answer as it should",
    "see that it is there, then do the same again",
)
NO_MEMORY = "Memory ran out", "close other programs, then do the same again"
LOOP = "A link leads to itself", "remove that link"
SENTENCES = {
    "ENOSPC": FULL,
    "EDQUOT": FULL,
    "EACCES": NO_RIGHT,
    "EPERM": NO_RIGHT,
    "EROFS": READ_ONLY,
    "ENAMETOOLONG": TOO_LONG,
    "EBUSY": BUSY,
    "ETXTBSY": BUSY,
    "EMFILE": TOO_MANY,
    "ENFILE": TOO_MANY,
    "EFBIG": TOO_LARGE,
    "ENOTDIR": NOT_A_FOLDER,
    "EISDIR": NOT_A_FILE,
    "EIO": BROKEN,
    "ESTALE": BROKEN,
    "EHOSTDOWN": BROKEN,
    "ENODEV": BROKEN,
    "ENXIO": BROKEN,
    "ENOMEM": NO_MEMORY,
    "ELOOP": LOOP,
}
WINDOWS_IN_USE = (32, 33)
# Names under which a notebook's kernel reports such an error.
OF_THE_SYSTEM = (
    "OSError",
    "PermissionError",
    "FileExistsError",
    "NotADirectoryError",
    "IsADirectoryError",
    "BlockingIOError",
    "ArrowIOError",
)
# .NAME.PROCESS: a file is written under this name, then renamed.
ASIDE = re.compile(r"\.(.+)\.\d+")
UNHARMED = "What was there before is as it was."


def in_words(error: BaseException, root: Path | None = None) -> str | None:
    """One sentence for an exception that says what the machine refused; None if it is another one."""
    if isinstance(error, BrokenProcessPool):
        return (
            "A process that ran notebooks was ended from outside, perhaps because memory ran out; close other programs,"
            " then do the same again."
        )
    if isinstance(error, MemoryError):
        return _sentence(*NO_MEMORY, "")
    if not isinstance(error, OSError):
        return None
    if (
        error.errno is None and error.args and isinstance(error.args[0], list)
    ):  # shutil.Error: a list of (from, to, why)
        return trouble_of("OSError", str(error.args[0][0][-1]), _place(error.args[0][0][1], root))
    if getattr(error, "winerror", None) in WINDOWS_IN_USE:
        return _sentence(*BUSY, _place(error.filename, root))
    return _by_number(error.errno, _place(error.filename2 or error.filename, root), str(error))


def trouble_of(name: str, text: str, place: str = "") -> str | None:
    """The same of an error of which only its name and its text have come through, as from a notebook's kernel."""
    if name == "MemoryError":
        return _sentence(*NO_MEMORY, place)
    if name not in OF_THE_SYSTEM or not (number := re.search(r"\[(?:Errno|errno|WinError) (\d+)\]", text)):
        return None
    named = re.search(r"'([^']+)'$", text)
    return _by_number(int(number[1]), place or (Path(named[1]).name if named else ""), text)


def _by_number(number: int | None, place: str, text: str) -> str | None:
    if number == errno.ENOENT and "usable temporary directory" in text:
        return (
            "No folder for temporary files can be written to; free some space, or name one in the variable TMPDIR (TEMP"
            " on Windows), then do the same again."
        )
    found = next(
        (words for name, words in SENTENCES.items() if getattr(errno, name, None) == number and number is not None),
        None,
    )
    return _sentence(*found, place) if found else None


def _place(filename, root: Path | None) -> str:
    """The file as a person looks for it: from the project's folder, or else whole, and not by the name under which it
    is written aside.
    """
    if not isinstance(filename, str | bytes | os.PathLike):
        return ""
    path = os.fsdecode(filename)
    folder, name = os.path.split(path)
    path = os.path.join(folder, ASIDE.sub(r"\1", name))
    if root and Path(path).is_absolute() and Path(path).is_relative_to(root):
        path = Path(path).relative_to(root).as_posix()
    return path if len(path) <= 120 else f"…{path[-100:]}"


def _sentence(what: str, do: str, place: str) -> str:
    shown = "".join(c if c.isprintable() else "�" for c in place)
    return f"{what}{f' ({shown})' if shown else ''}; {do}. {UNHARMED}"
