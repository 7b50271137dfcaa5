"""The rows of many small Parquet files in one file, as Arrow has them in memory: to open a file takes longer than to
read the few rows of a month, and to unpack one as long as to make a frame of it.

Each part is known by the digest of the file that it stands for, and is what that file holds; which files are still
those, who asks knows. The file is under the seal of this machine, and counts for one ``key`` alone.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from improvement_reports.domain.joined_frames import cut
from improvement_reports.workspace.files import digest, write_bytes
from improvement_reports.workspace.parquet import by_kind, can_be_joined, file_state, frame_of, table_in
from improvement_reports.workspace.stamps import sealed_bytes, unsealed_bytes


class JoinedTables:
    """Tables of one kind in one file, each by the digest of its own; nothing of what cannot be read."""

    def __init__(self, path: Path, key: str):
        self.path, self.key = path, key

    def parts(self) -> dict[str, list[pd.DataFrame]]:
        """The tables by the digest of the file of each; of files that hold the same, as many as there were."""
        try:
            return _parts(self.path, self.key, file_state(self.path))
        except OSError:
            return {}

    def by_content(self) -> Callable[[bytes], pd.DataFrame | None]:
        """What tells the tables by the bytes of their files, of each file one; None of others."""
        left = {name: iter(frames) for name, frames in self.parts().items()}
        return lambda content: next(left.get(digest(content), iter(())), None)

    def write(self, files: Sequence[Path]) -> None:
        """The tables of some files, in this order; those of another kind than most are left out. Nothing where a file
        cannot be read, or nothing be written.
        """
        with suppress(OSError):
            self._write([file.read_bytes() for file in files])

    def _write(self, files: Sequence[bytes]) -> None:
        # Files that hold the same are told apart by their places.
        tables = {(n, digest(content)): table_in(content) for n, content in enumerate(files)}
        alike = max(by_kind({k: t for k, t in tables.items() if can_be_joined(t)}), key=len, default={})
        if not alike:
            return
        said = json.dumps({"key": self.key, "parts": [[name, len(table)] for (_, name), table in alike.items()]})
        whole, rows = pa.concat_tables(list(alike.values())).combine_chunks(), pa.BufferOutputStream()
        with pa.ipc.new_file(rows, whole.schema) as file:
            file.write_table(whole)
        write_bytes(self.path, sealed_bytes(f"{said}\n".encode() + rows.getvalue().to_pybytes()))


@lru_cache(maxsize=32)
def _parts(path: Path, key: str, _state: tuple[int, ...]) -> dict[str, list[pd.DataFrame]]:
    said, _, rows = (unsealed_bytes(path) or b"").partition(b"\n")
    noted = json.loads(said) if said else {}
    if noted.get("key") != key:
        return {}
    found: dict[str, list[pd.DataFrame]] = {}
    whole = frame_of(pa.ipc.open_file(pa.BufferReader(rows)).read_all())
    lengths = [length for _, length in noted["parts"]]
    for (name, _), frame in zip(noted["parts"], cut(whole, lengths), strict=True):
        found.setdefault(name, []).append(frame)
    return found
