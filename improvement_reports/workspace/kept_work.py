"""Work that is kept between builds, each piece in a file or folder named by what it was made from: taken again while
it is used, thrown away when no build has asked for it for a month.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

DAY_SECONDS = 86_400
# A branch that is looked at again after a holiday still finds its pages; what twenty releases made does not pile up.
KEPT_SECONDS = 30 * DAY_SECONDS


def mark_used(path: Path) -> bool:
    """Note that a build used this today: its time is set, once a day; whether it was set now."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY_SECONDS:
            os.utime(path)
            return True
    return False


def prune(folder: Path) -> int:
    """Throw away what lies in a folder and was neither made nor used for a month; how many files and folders."""
    if not folder.is_dir():
        return 0
    before, count = time.time() - KEPT_SECONDS, 0
    for entry in list(os.scandir(folder)):
        with suppress(OSError):  # another call threw it away, or the disk does not let go of it: it is only kept longer
            if entry.stat(follow_symlinks=False).st_mtime >= before:
                continue
            shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
            count += 1
    return count
