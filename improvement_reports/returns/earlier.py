"""The processed tables of an authority's earlier returns: each read when it is asked for, and what is asked of all of
them at once, of a long series from one file.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.returns.keys import SEEN
from improvement_reports.workspace.joined_tables import JoinedTables
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.parquet import read_all_once, read_once
from improvement_reports.workspace.places import Project

Tables = Mapping[str, pd.DataFrame]  # the processed tables of one return by name
ASKED_OF_EARLIER = ("observations", "targets")  # of each return before one, whatever that one says
MOST_APART = 12  # months whose tables are read each from its own file


class Prepared(Mapping[str, pd.DataFrame]):
    """The processed tables of one return by name, each read when it is asked for.

    ``digests``: of the files of some, as they were at a moment, ``as_at`` (ns); nothing where nobody looked.
    """

    def __init__(self, folder: Path, digests: Mapping[str, str] | None = None, as_at: int = 0):
        self.folder, self.digests, self.as_at = folder, digests or {}, as_at
        self.beside: _Beside | None = None
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in RETURN_TABLES:
            raise KeyError(name)
        if name not in self._read and self.beside is not None:
            self.beside.read(name)
        if name not in self._read:
            self._read[name] = read_once(self.file(name))
        return self._read[name]

    def take(self, name: str, frame: pd.DataFrame) -> None:
        """One of them, which was read just now."""
        self._read.setdefault(name, frame)

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def __iter__(self) -> Iterator[str]:
        return iter(RETURN_TABLES)

    def __len__(self) -> int:
        return len(RETURN_TABLES)


class _Beside:
    """Returns of one series. Who asks a table of two of them asks it of all, as a history does: then it is read of all
    at once.
    """

    def __init__(self, months: list[Prepared]):
        self.months = months
        self._asked: set[str] = set()

    def read(self, name: str) -> None:
        """Read a table of all months if it is asked for the second time; what cannot be read is left to who asks it."""
        if name not in self._asked:
            self._asked.add(name)
            return
        with suppress(OSError, ValueError):
            for tables, frame in zip(self.months, read_all_once([t.file(name) for t in self.months]), strict=True):
                tables.take(name, frame)


def read_ahead(earlier: Iterable[Tables], joined: Mapping[str, JoinedTables] | None = None) -> None:
    """Read at once what is asked of every earlier return; each is then there when it is asked for. ``joined``: tables
    by name that lie in one file.
    """
    prepared = [tables for tables in earlier if isinstance(tables, Prepared)]
    if not prepared:
        return
    beside = _Beside(prepared)
    for tables in prepared:
        tables.beside = beside
    for name in ASKED_OF_EARLIER:
        given = _given(prepared, name, joined[name].parts()) if joined else {}
        files, as_at = [tables.file(name) for tables in prepared], min(tables.as_at for tables in prepared)
        for tables, frame in zip(prepared, read_all_once(files, given, as_at), strict=True):
            tables.take(name, frame)


def _given(prepared: list[Prepared], name: str, parts: Mapping[str, list[pd.DataFrame]]) -> dict[Path, pd.DataFrame]:
    """What the files of one table hold, of those that are known by their digests; each frame is that of one file."""
    left = {digest: iter(frames) for digest, frames in parts.items()}
    found = {tables.file(name): next(left.get(tables.digests.get(name, ""), iter(())), None) for tables in prepared}
    return {path: frame for path, frame in found.items() if frame is not None}


def joined_tables(project: Project, authority: str) -> dict[str, JoinedTables]:
    """What is asked of every earlier return of an authority, by table: that of all months in one file."""
    return {
        name: JoinedTables(project.build / SEEN / f"{authority}.{name}", package_digest()) for name in ASKED_OF_EARLIER
    }


def join_long_series(project: Project, authority: str, months: Mapping[str, Tables]) -> None:
    """Have the next call find the tables of a long series in one file each, if those of many months are in none.

    ``months``: the tables of each month, which all lie in their folders now.
    """
    as_they_were = [tables for tables in months.values() if isinstance(tables, Prepared)]
    for name, joined in joined_tables(project, authority).items():
        apart = len(months) - len(as_they_were)
        if apart <= MOST_APART < len(months):
            apart += len(as_they_were) - len(_given(as_they_were, name, joined.parts()))
        if apart > MOST_APART:
            joined.write([project.processed_return(authority, month) / f"{name}.parquet" for month in months])
