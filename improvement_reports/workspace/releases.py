"""Releases: semantic versions of the software and its method, and what the changelog says about each.

The number stands in one place, pyproject.toml: of the folder that the code is in, or of the installed package.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache

from improvement_reports import HOME

CHANGELOG = "CHANGELOG.md"
NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
# What a reader of a report notices, before what only a user of the software notices.
SUBJECTS = ("Data", "Method", "Code")


@dataclass(frozen=True)
class Entry:
    """One thing that a release changed, under a subject of the changelog."""

    release: str
    subject: str
    text: str


@cache
def release() -> str:
    """The number of the release that is running, as in pyproject.toml."""
    from importlib.metadata import PackageNotFoundError, version

    beside = HOME.parent / "pyproject.toml"
    if beside.is_file():
        project = tomllib.loads(beside.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "improvement-reports":
            return project["version"]
    try:
        return version("improvement-reports")
    except PackageNotFoundError:
        return "unknown"


@cache
def known_releases() -> dict[str, dict]:
    """What this software knows of releases by itself, by number: ``archive`` of their code, ``templates`` by kind of
    report.

    The code of the release that is running is not among them: its sha256 cannot stand in itself.
    """
    return json.loads((HOME / "known_releases.json").read_text(encoding="utf-8"))


def order(number: str) -> tuple[int, int, int]:
    """A release's place among others; what is no semantic number comes before all."""
    match = NUMBER.fullmatch(number)
    if match is None:
        return -1, -1, -1
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def sections(text: str) -> dict[str, str]:
    """The text of the changelog under each heading of the second level, newest first."""
    parts = SECTION.split(text)
    return dict(zip((p.strip() for p in parts[1::2]), parts[2::2], strict=True))


def entries(text: str, after: str, up_to: str) -> list[Entry]:
    """What the releases after one and up to another changed, newest release first, in the order of the changelog."""
    found = []
    for name, section in sections(text).items():
        if order(after) < order(name) <= order(up_to):
            subject = ""
            for line in section.splitlines():
                if line.startswith("### "):
                    subject = line[4:].strip()
                elif line.startswith("- "):
                    found.append(Entry(name, subject, line[2:].strip()))
    return found


def changelog() -> str:
    """The changelog beside the code that is running; "" where the package is installed without it."""
    path = HOME.parent / CHANGELOG
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def said_of(after: str, up_to: str, most: int = 3) -> str:
    """The releases between two and what they changed, in a few words: for the reason of a difference."""
    found = sorted(
        entries(changelog(), after, up_to),
        key=lambda e: SUBJECTS.index(e.subject) if e.subject in SUBJECTS else len(SUBJECTS),
    )
    if not found:
        return f"release {up_to}, whose changelog is empty"
    releases = list(dict.fromkeys(e.release for e in found))
    first = "; ".join(f"{e.subject}: {_first_sentence(e.text)}" for e in found[:most])
    more = f"; and {len(found) - most} more in {CHANGELOG}" if len(found) > most else f" ({CHANGELOG})"
    return f"{'release' if len(releases) == 1 else 'releases'} {', '.join(releases)}: {first}{more}"


def _first_sentence(text: str, most: int = 110) -> str:
    """The beginning of an entry, up to its first full stop or colon, without marks of Markdown."""
    plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", text)
    first = re.split(r"(?<=\w)[.:](?=\s|$)", plain, maxsplit=1)[0]
    return first if len(first) <= most else f"{first[:most].rsplit(' ', 1)[0]}…"
