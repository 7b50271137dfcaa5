"""The rows of many small Parquet files in one file: to open a file takes longer than to read the few rows of a month.

Each part is known by the digest of the file that it stands for, and is what that file holds; which files are still
those, who asks knows. The file is under the seal of this machine, and counts for one ``key`` alone.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from improvement_reports.domain.joined_frames import cut
from improvement_reports.workspace.files import digest, write_bytes
from improvement_reports.workspace.parquet import can_be_joined
from improvement_reports.workspace.stamps import sealed_bytes, unsealed_bytes

State = tuple[int, int, int, int]


class JoinedTables:
    """Tables of one kind in one file, each by the digest of its own; nothing of what cannot be read."""

    def __init__(self, path: Path, key: str):
        self.path, self.key = path, key

    def parts(self) -> dict[str, list[pd.DataFrame]]:
        """The tables by the digest of the file of each; of files that hold the same, as many as there were."""
        try:
            found = self.path.stat()
        except OSError:
            return {}
        return _parts(self.path, self.key, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))

    def write(self, files: Sequence[Path]) -> None:
        """The tables of some files, in this order; those of another kind than most are left out. Nothing where a file
        cannot be read, or nothing be written.
        """
        with suppress(OSError):
            self._write([file.read_bytes() for file in files])

    def _write(self, files: Sequence[bytes]) -> None:
        kinds: list[list[tuple[str, pa.Table]]] = []
        for content in files:
            name, table = digest(content), _table(content)
            if not can_be_joined(table):
                continue
            known = next((kind for kind in kinds if kind[0][1].schema.equals(table.schema, check_metadata=True)), None)
            if known is None:
                kinds.append(known := [])
            known.append((name, table))
        alike = max(kinds, key=len, default=[])
        if not alike:
            return
        rows = pa.BufferOutputStream()
        pq.write_table(pa.concat_tables([table for _, table in alike]), rows, compression="snappy")
        said = json.dumps({"key": self.key, "parts": [[name, len(table)] for name, table in alike]})
        write_bytes(self.path, sealed_bytes(f"{said}\n".encode() + rows.getvalue().to_pybytes()))


def _table(content: bytes) -> pa.Table:
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        return file.read(use_threads=False)


@lru_cache(maxsize=8)
def _parts(path: Path, key: str, _state: State) -> dict[str, list[pd.DataFrame]]:
    said, _, rows = (unsealed_bytes(path) or b"").partition(b"\n")
    noted = json.loads(said) if said else {}
    if noted.get("key") != key:
        return {}
    found: dict[str, list[pd.DataFrame]] = {}
    whole = _table(rows).to_pandas(use_threads=False)
    lengths = [length for _, length in noted["parts"]]
    for (name, _), frame in zip(noted["parts"], cut(whole, lengths), strict=True):
        found.setdefault(name, []).append(frame)
    return found
