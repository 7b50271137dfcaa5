"""What an edition says it was made from, read without trust: ``inputs.json`` of a stranger's repository may say
anything.

A name in it becomes a file of a rebuilt project, so only the names that a report can be made from are let through: no
absolute ones, none that climb, nothing that Python, pytest or Jupyter would read as code or settings. One bad name and
nothing of the edition is written or run.
"""

import json
import os
import re
import stat
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.workspace.places import MONTH

# No return, table or template is larger (`limits` says what a check accepts).
MAX_INPUT_BYTES = 100_000_000
MAX_RECORD_BYTES = 20_000_000
SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_TOTAL_BYTES = 2_000_000_000
WORD = r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
# The kinds of file that a report is made from; {authority} and {kind} are those of the edition.
KINDS = (
    rf"notebooks/(?:{{authority}}/)?{WORD}\.ipynb",
    rf"params/{WORD}\.ya?ml",
    rf"params/{{authority}}/{MONTH.pattern}-{WORD}\.ya?ml",
    rf"data/raw/{{authority}}/{MONTH.pattern}/(?:return\.ya?ml|return\.xlsx|{WORD}\.csv|narrative/{WORD}\.md)",
    rf"data/raw/official-statistics/(?:{WORD}\.(?:csv|ya?ml)|[A-Z]+\.md)",
)
ALLOWED = (
    "notebooks/KIND.ipynb, notebooks/AUTHORITY/KIND.ipynb, params/*.yml, params/AUTHORITY/MONTH-KIND.yml,"
    " data/raw/AUTHORITY/MONTH/ (return, tables, narrative) and data/raw/official-statistics/"
)


def is_input_name(name: object, authority: str) -> bool:
    """Whether a report of an authority can be made from a file of this name.

    >>> [is_input_name(n, "a") for n in ("params/measures.yml", "data/raw/a/2024-03/targets.csv", "../x",
    "conftest.py")] [True, True, False, False]
    """
    return isinstance(name, str) and any(
        re.fullmatch(k.replace("{authority}", re.escape(authority)), name) for k in KINDS
    )


def plain_file(path: Path, home: Path) -> bool:
    """Whether ``path`` is a file of its own below ``home``: no link to it or on the way, no pipe, no device."""
    at, above, top = "", str(path), str(home)
    try:
        while above not in (top, at, ""):  # at the top of all, what is above is the same once more
            at, above = above, os.path.dirname(above)
            if stat.S_ISLNK(os.lstat(at).st_mode):
                return False
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def strict_json(path: Path, limit: int = MAX_RECORD_BYTES) -> object:
    """The content of a JSON file; a ValueError if a key stands twice, or if it is too large, too deep or no plain file.

    Of two equal keys one reader takes the first and another the last, so that one file could say two things.
    """
    return strict_content(plain_text(path, limit))


def plain_text(path: Path, limit: int = MAX_RECORD_BYTES) -> str:
    """The text of a file; a ValueError if it is too large or no plain file."""
    if not plain_file(path, path.parent):
        raise ValueError("it is not a plain file")
    if path.stat().st_size > limit:
        raise ValueError(f"it is larger than {limit:,} bytes")
    return path.read_text(encoding="utf-8")


def strict_content(text: str) -> object:
    """What a text of JSON says; a ValueError if a key stands twice or if it is too deep."""

    def once(pairs: list[tuple[str, object]]) -> dict:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(k for n, (k, _) in enumerate(pairs) if k in dict(pairs[:n]))
            raise ValueError(f"it has {shown(twice)} twice")
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def checked_record(
    content: object, authority: str, listed: set[str], identifier: str, lists_used: bool = False
) -> dict[str, dict]:
    """The inputs of ``inputs.json``: by name, with their sha256 and size; a `UserError` names the first bad one.

    ``listed``: the names in the manifest, which are public and must be the same; with ``lists_used`` it need not name
    every file of data/raw.
    """
    refused = f"The record of the inputs of {identifier} (inputs.json) is refused, and nothing was written or run:"
    inputs = content.get("inputs") if isinstance(content, dict) else None
    if not isinstance(inputs, dict):
        raise UserError(f"{refused} it holds no list of inputs; restore it from version control.")
    for name, record in inputs.items():
        if not is_input_name(name, authority):
            raise UserError(f"{refused} {shown(name)} is not a file that a report is made from; allowed are {ALLOWED}.")
        if not _is_record(record):
            raise UserError(f"{refused} the sha256 or size of {name} is not one; restore it from version control.")
    if sum(r["bytes"] for r in inputs.values()) > MAX_TOTAL_BYTES:
        raise UserError(
            f"{refused} its inputs are larger than {MAX_TOTAL_BYTES:,} bytes together; restore it from version control."
        )
    if len({name.casefold() for name in inputs}) != len(inputs):
        raise UserError(f"{refused} two names differ only in upper and lower case; restore it from version control.")
    unlisted = {n for n in set(inputs) - listed if not (lists_used and n.startswith("data/raw/"))}
    if other := sorted((listed - set(inputs)) | unlisted):
        where = "the manifest does not list it" if other[0] in inputs else "only the manifest lists it"
        raise UserError(f"{refused} {shown(other[0])}: {where}; restore both from version control.")
    return inputs


def _is_record(record: object) -> bool:
    if not isinstance(record, dict) or set(record) != {"sha256", "bytes"}:
        return False
    size, sha256 = record["bytes"], record["sha256"]
    return (
        isinstance(sha256, str)
        and bool(SHA256.fullmatch(sha256))
        and type(size) is int
        and 0 <= size <= MAX_INPUT_BYTES
    )


def public_hashes(edition) -> list[str]:
    """Inputs of which the manifest names another sha256 or size than the record that is kept beside it."""
    return [
        f"{edition.identifier}: the manifest names another sha256 of {name} than inputs.json"
        for name, public in edition.manifest.inputs.items()
        if public.sha256 and (public.sha256, public.bytes) != (edition.inputs[name].sha256, edition.inputs[name].bytes)
    ]
