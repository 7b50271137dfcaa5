"""The processed tables of an authority's earlier returns: each read when it is asked for, and what is asked of all of
them at once, of a long series from one file for each table.
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
    at once. ``joined``: tables that lie in one file, of which each is read at once.
    """

    def __init__(self, months: list[Prepared], joined: Mapping[str, JoinedTables]):
        self.months, self.joined = months, joined
        self._asked: set[str] = set()

    def read(self, name: str) -> None:
        """Read a table of all months if it is asked for the second time; what cannot be read is left to who asks it."""
        joined = self.joined.get(name)
        if name not in self._asked and not (joined and joined.parts()):
            self._asked.add(name)
            return
        with suppress(OSError, ValueError):
            self.read_all(name)

    def read_all(self, name: str) -> None:
        """Read a table of all months."""
        files, joined = [tables.file(name) for tables in self.months], self.joined.get(name)
        found = read_all_once(files, known=joined.by_content()) if joined else read_all_once(files)
        for tables, frame in zip(self.months, found, strict=True):
            tables.take(name, frame)


def read_ahead(earlier: Iterable[Tables], joined: Mapping[str, JoinedTables], current: Tables | None = None) -> None:
    """Read at once what is asked of every earlier return; each is then there when it is asked for. ``joined``: tables
    by name that lie in one file, where the series is long; those of the ``current`` return are looked for there too.
    """
    prepared = [tables for tables in earlier if isinstance(tables, Prepared)]
    if not prepared:
        return
    joined = joined if len(prepared) > MOST_APART else {}
    if isinstance(current, Prepared):
        current.beside = _Beside([current], joined)
    beside = _Beside(prepared, joined)
    for tables in prepared:
        tables.beside = beside
    as_at = min(tables.as_at for tables in prepared)
    for name in ASKED_OF_EARLIER:
        if joined and as_at:
            files = [tables.file(name) for tables in prepared]
            found = read_all_once(files, _given(prepared, name, joined[name].parts()), as_at)
            for tables, frame in zip(prepared, found, strict=True):
                tables.take(name, frame)
        else:
            beside.read_all(name)


def _given(prepared: list[Prepared], name: str, parts: Mapping[str, list[pd.DataFrame]]) -> dict[Path, pd.DataFrame]:
    """What the files of one table hold, of those that are known by their digests; each frame is that of one file."""
    left = {digest: iter(frames) for digest, frames in parts.items()}
    found = {tables.file(name): next(left.get(tables.digests.get(name, ""), iter(())), None) for tables in prepared}
    return {path: frame for path, frame in found.items() if frame is not None}


def joined_tables(project: Project, authority: str) -> dict[str, JoinedTables]:
    """The tables of an authority's returns by name: those of all months in one file."""
    return {
        name: JoinedTables(project.build / SEEN / f"{authority}.{name}", package_digest()) for name in RETURN_TABLES
    }


def join_long_series(project: Project, authority: str, months: Mapping[str, Tables]) -> None:
    """Have the next call find the tables of a long series in one file each, if those of many months are in none.

    ``months``: the tables of each month, which all lie in their folders now.
    """
    joined = joined_tables(project, authority)
    if max(_apart(months, name, joined[name]) for name in ASKED_OF_EARLIER) <= MOST_APART:
        return
    for name, tables in joined.items():
        tables.write([project.processed_return(authority, month) / f"{name}.parquet" for month in months])


def _apart(months: Mapping[str, Tables], name: str, joined: JoinedTables) -> int:
    """Of how many months a table is in no file but its own; a few, where that cannot be told without looking."""
    as_they_were = [tables for tables in months.values() if isinstance(tables, Prepared)]
    apart = len(months) - len(as_they_were)
    if apart <= MOST_APART < len(months):
        apart += len(as_they_were) - len(_given(as_they_were, name, joined.parts()))
    return apart
