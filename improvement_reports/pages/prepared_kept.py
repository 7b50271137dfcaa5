"""What the prepared returns of an authority are, as one digest, kept as long as none of their files changes."""

import json
from pathlib import Path

from improvement_reports.returns.prepared import INFO_FILE, return_info
from improvement_reports.workspace.files import digest, write_whole
from improvement_reports.workspace.known import NOTHING, Known
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import read_stamp, sealed, unsealed

RECORD = "prepared.json"  # below build/


class Prepared:
    """The digests of authorities' returns. Of an authority that is ``known`` as prepared the kept one stands, if it was
    taken when all of its files were in the state that they are in now.
    """

    def __init__(self, project: Project, known: Known = NOTHING):
        self.project, self.known = project, known
        text = unsealed(project.build / RECORD, RECORD)
        self.kept: dict[str, list[str]] = json.loads(text) if text is not None else {}
        self.found: dict[str, str] = {}
        self.is_changed = False

    def of(self, authority: str) -> str:
        """One digest of the tables of an authority's returns, and of what is said of each return as a whole. A text of
        a return is not in it.
        """
        if authority not in self.found:
            self.found[authority] = self._of(authority)
        return self.found[authority]

    def _of(self, authority: str) -> str:
        if not self.known.is_prepared(authority):
            return self._read(authority)
        state, kept = self.known.state_of_returns(authority), self.kept.get(authority)
        if kept is None or kept[0] != state:
            self.kept[authority] = kept = [state, self._read(authority)]
            self.is_changed = True
        return kept[1]

    def _read(self, authority: str) -> str:
        return digest([_of_return(self.project, stamp) for stamp in self._stamps(authority)])

    def _stamps(self, authority: str) -> list[Path]:
        return sorted((self.project.processed / authority).glob(".*.key"))

    def keep(self) -> None:
        """Keep what was found for the next build."""
        if self.is_changed:
            write_whole(self.project.build / RECORD, sealed(json.dumps(self.kept), RECORD))


def _of_return(project: Project, stamp: Path) -> list:
    """The name of a stamp, the sha256 of the tables that stand beside it, and what is said of the return as a whole."""
    folder = stamp.with_name(stamp.name.removeprefix(".").removesuffix(".key"))
    tables = {name: sha256 for name, sha256 in read_stamp(stamp).get("files", {}).items() if name != INFO_FILE}
    said = return_info(folder).model_dump(mode="json") if (folder / INFO_FILE).is_file() else {}
    return [project.relative(stamp), tables, said]
