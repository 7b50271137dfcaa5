"""What has changed since last time: hashes of contents, never of times."""

import sys
from functools import cache
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.workspace.files import digest

# Files of the package that no report and no page depends on: changing them makes nothing anew.
WITHOUT_EFFECT = (
    "cli.py",
    "authoring/bench.py",
    "authoring/bench_cost.py",
    "authoring/bench_curves.py",
    "authoring/bench_editions.py",
    "authoring/bench_pieces.py",
    "authoring/bench_work.py",
    "authoring/lab.py",
    "authoring/preview.py",
    "authoring/preview_changes.py",
    "authoring/preview_server.py",
    "authoring/preview_turn.py",
    "authoring/preview_worker.py",
    "returns/template.py",
)
ROOMS_WITHOUT_EFFECT = ("commands/",)


def package_files(home: Path) -> dict[str, bytes]:
    """Every file of the package in ``home`` by its path there: modules, sub-packages, templates, tables.

    What Python compiles and hidden files do not count, nor do links.
    """
    found = (p for p in sorted(home.rglob("*")) if p.is_file() and not p.is_symlink() and p.suffix != ".pyc")
    names = ((p.relative_to(home), p) for p in found)
    return {
        n.as_posix(): p.read_bytes()
        for n, p in names
        if not any(part.startswith((".", "__pycache__")) for part in n.parts)
    }


def effect_digest(files: dict[str, bytes]) -> str:
    """Equal for two packages that make the same reports and pages: of all their files but those `WITHOUT_EFFECT`."""
    left_out = {name for name in files if name in WITHOUT_EFFECT or name.startswith(ROOMS_WITHOUT_EFFECT)}
    return digest({name: digest(content) for name, content in files.items() if name not in left_out})


@cache
def running_effect_digest() -> str:
    """`effect_digest` of the package that is running, as a process first finds it."""
    return effect_digest(package_files(HOME))


@cache
def package_digest() -> str:
    """The code that makes reports and pages, and the Python it runs on: the key of everything that is made from
    them.
    """
    return digest({"files": running_effect_digest(), "python": sys.version_info[:2]})


def named_entries(entries: dict, texts: list[bytes]) -> dict:
    """The entries by their id whose id occurs in one of the texts, so that others can change without effect."""
    text = b"\0".join(texts)  # no id has this letter
    return {key: value for key, value in entries.items() if str(key).encode() in text}
