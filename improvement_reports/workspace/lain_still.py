"""What was found out of files and folders, kept below build/ for as long as they lie as they did."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from improvement_reports.workspace.files import digest, settled_state, write_whole
from improvement_reports.workspace.stamps import sealed, unsealed


class LainStill:
    """Findings by name, each of some files and folders, and of what else is ``given``.

    As version control does, it goes by size, times and number of a file: what another hand wrote has another time. The
    record is under the seal of this machine, and counts for ``key`` alone.
    """

    def __init__(self, path: Path, key: str):
        self.path, self.key = path, key
        text = unsealed(path, key)
        self._kept: dict[str, list] = json.loads(text) if text is not None else {}
        self._is_changed = False

    def of(self, name: str, places: Sequence[Path], find: Callable[[], Any], given: object = None) -> Any:
        """What ``find`` gives, which JSON can hold, or gave when all was as it is now."""
        lying = settled_state(*places)
        if lying is None:
            return find()
        state = digest(repr((lying, given)).encode(errors="surrogatepass"))
        known = self._kept.get(name)
        if known is None or known[0] != state:
            known = self._kept[name] = [state, find()]
            self._is_changed = True
        return known[1]

    def keep(self) -> None:
        """Keep what was found for the next call; not where nothing can be written."""
        if self._is_changed:
            with suppress(OSError):
                write_whole(self.path, sealed(json.dumps(self._kept), self.key))
