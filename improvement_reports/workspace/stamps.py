"""Stamps: what was made, from which key, with the sha256 of each file, under a seal that only this user's machine can
set.

A page source, a table or a rendered page is not taken for good because it is there: one that was edited, or that came
with a stranger's folder together with its stamp, is made again. The seal is a keyed hash; its key lies outside every
project.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from improvement_reports.workspace.files import digest, file_digest, write_whole

KEY_NAME = "seal.key"
KEY_BYTES = 32


def _home() -> Path:
    """Where programs of this user keep what is of this machine alone."""
    if local := os.environ.get("LOCALAPPDATA"):
        return Path(local) / "improvement-reports"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "improvement-reports"


@cache
def _secret() -> bytes:
    """This user's key, made when it is first needed; nothing where it can be neither read nor made."""
    try:
        path = _home() / KEY_NAME
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            aside = path.with_name(f".{KEY_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
            if not path.exists():
                try:
                    os.link(aside, path)  # of two that start at once the first one's key stays
                except FileExistsError:
                    pass
                except OSError:  # a disk without links
                    aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        content = path.read_bytes()
        return content if len(content) == KEY_BYTES else b""
    except (OSError, RuntimeError):
        return b""


def seal(content: object) -> str:
    """The seal of anything that JSON can write; "" where there is no key, which no check takes for a seal."""
    raw = content.encode() if isinstance(content, str) else digest(content).encode()
    return hmac.new(_secret(), raw, hashlib.sha256).hexdigest() if _secret() else ""


def is_sealed(content: object, said: object) -> bool:
    """Whether this machine set the seal."""
    own = seal(content)
    return bool(own) and isinstance(said, str) and hmac.compare_digest(own, said)


def sealed(text: str, key: str) -> str:
    """A text that was made from what a key stands for, as it is kept: below its seal."""
    return f"{seal(key + text)}\n{text}"


def unsealed(path: Path, key: str) -> str | None:
    """A text that this machine made from just this and kept; None if there is none, or if another hand changed it."""
    try:
        said, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return text if is_sealed(key + text, said) else None


def sealed_bytes(raw: bytes) -> bytes:
    """Bytes as they are kept: below their seal."""
    return f"{seal(hashlib.sha256(raw).hexdigest())}\n".encode() + raw


def unsealed_bytes(path: Path) -> bytes | None:
    """Bytes that this machine kept; None if there are none, or if another hand changed them."""
    try:
        said, _, raw = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return raw if is_sealed(hashlib.sha256(raw).hexdigest(), said.decode("ascii", "replace")) else None


def digests(folder: Path, names=None) -> dict[str, str]:
    """sha256 of the named files of a folder, or of all, by their path below it; what is not there is left out."""
    paths = [folder / n for n in names] if names is not None else [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {p.relative_to(folder).as_posix(): file_digest(p) for p in paths if p.is_file()}


def stamp_text(key: object, files: Mapping[str, object], **more) -> str:
    """What stands in a stamp."""
    content = {"key": key, "files": files, **more}
    return json.dumps({**content, "seal": seal(content)}, indent=1, sort_keys=True) + "\n"


def read_stamp(path: Path) -> dict:
    """A stamp of this machine without its seal; nothing where there is none, or where another hand wrote it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        said = content.pop("seal", "")
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return content if is_sealed(content, said) else {}


@dataclass(frozen=True)
class Stamp:
    """Where it is noted what something was made from. ``made`` gives the digests of its files as they are now."""

    path: Path
    key: object
    made: Callable[[], Mapping[str, object]]

    def holds(self) -> bool:
        """Whether just this was made from just this key, and is as it was made."""
        noted = read_stamp(self.path)
        # What was made is read only where the key fits: of a site that is read file by file.
        return bool(noted) and noted.get("key") == self.key and noted.get("files") == self.made()

    def as_made(self) -> dict | None:
        """What was noted, whatever it was made from, if it is as it was made; None otherwise."""
        noted = read_stamp(self.path)
        return noted if noted and noted.get("files") == self.made() else None

    def set(self, **more) -> None:
        """Note that it was made now; ``more`` is remembered with it."""
        write_whole(self.path, stamp_text(self.key, self.made(), **more))


def make_if_changed(stamp: Stamp, make: Callable[[], object], force: bool = False) -> bool:
    """Make it if its key or its files are others than its stamp says; whether it was made."""
    if not force and stamp.holds():
        return False
    make()
    stamp.set()
    return True
