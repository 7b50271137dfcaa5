"""Ways to damage a project: each takes the project and changes one thing in it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from improvement_reports.workspace.places import Project

Damage = Callable[[Project], object]
RETURN = "data/raw/exampleshire/2024-03"


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in the file just once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} holds {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def replace(file: str, old: str, new: str, home: str = RETURN) -> Damage:
    return lambda project: edit(project.root / home / file, old, new)


def add(file: str, text: str, home: str = RETURN) -> Damage:
    """Add a line at the end."""
    return lambda project: (project.root / home / file).open("a", encoding="utf-8").write(text + "\n")


def write(file: str, content: str | bytes, home: str = RETURN) -> Damage:
    content = content.encode() if isinstance(content, str) else content
    return lambda project: (project.root / home / file).write_bytes(content)


def remove(file: str, home: str = RETURN) -> Damage:
    return lambda project: (project.root / home / file).unlink()


def link(file: str, target: str, home: str = RETURN) -> Damage:
    """A symbolic link in the place of the file."""

    def damage(project: Project) -> None:
        path = project.root / home / file
        path.unlink(missing_ok=True)
        try:
            path.symlink_to(target)
        except OSError:
            pytest.skip("no symbolic links here")

    return damage


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.open(encoding="utf-8", newline="")))


def columns(file: str, change: Callable[[list[str]], list[str]]) -> Damage:
    """Change each row, the header as well."""

    def damage(project: Project) -> None:
        path = project.root / RETURN / file
        rows = [change(row) for row in rows_of(path)]
        csv.writer(path.open("w", encoding="utf-8", newline="")).writerows(rows)

    return damage


def together(*damages: Damage) -> Damage:
    return lambda project: [damage(project) for damage in damages]
