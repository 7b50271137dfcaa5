"""What was made anew is put into a folder in which the rest stays; neither a kill nor an error leaves half of it."""

from pathlib import Path

import pytest

from improvement_reports.workspace import laying
from improvement_reports.workspace.laying import finish_laying, lay_over

OLD = ("index.html", "about/a.html", "reports/a/1/x/p.html", "reports/a/1/y/p.html", "reports/a/log/p.html", "gone/p")
NEW = ("index.html", "about/b.html", "reports/a/1/y/p.html", "reports/a/2/x/p.html", "reports/b/1/x/p.html", "new")
KEPT = {"reports/a/1/x", "reports/c/1/x"}
AFTER = {name: "new" for name in NEW} | {"reports/a/1/x/p.html": "old"}


def filled(folder: Path, names: tuple[str, ...], words: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    found = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in found}


@pytest.fixture
def both(tmp_path) -> tuple[Path, Path]:
    return filled(tmp_path / ".site-stage", NEW, "new"), filled(tmp_path / "site", OLD, "old")


def others(target: Path) -> list[str]:
    """What lies beside a folder and what was put into it."""
    return sorted(p.name for p in target.parent.iterdir() if p != target and not p.name.endswith("-stage"))


def test_what_is_kept_stays_as_it_is(both):
    aside, target = both
    inode = (target / "reports/a/1/x/p.html").stat().st_ino
    lay_over(aside, target, KEPT)
    assert texts(target) == AFTER and (target / "reports/a/1/x/p.html").stat().st_ino == inode
    assert not (target / "gone").exists() and others(target) == []


def test_with_nothing_kept_all_of_it_is_replaced(both):
    aside, target = both
    lay_over(aside, target, ())
    assert texts(target) == dict.fromkeys(NEW, "new")


class Killed(BaseException):
    """What nothing catches."""


def failing(monkeypatch, nth: int, error: BaseException) -> None:
    count, rename = 0, Path.rename

    def counted(self, to):
        nonlocal count
        count += 1
        if count == nth:
            raise error
        return rename(self, to)

    monkeypatch.setattr(laying.Path, "rename", counted)


STEPS = 11  # renames of the folders above


def test_so_many_renames(both, monkeypatch):
    failing(monkeypatch, STEPS + 1, Killed())
    lay_over(*both, KEPT)


@pytest.mark.parametrize("nth", range(1, STEPS + 1))
def test_an_error_puts_all_back(both, monkeypatch, nth):
    aside, target = both
    with monkeypatch.context() as patch:
        failing(patch, nth, OSError("No space left"))
        with pytest.raises(OSError, match="No space left"):
            lay_over(aside, target, KEPT)
    assert texts(target) == dict.fromkeys(sorted(OLD), "old") and others(target) == []
    assert texts(aside) == dict.fromkeys(sorted(NEW), "new")
    lay_over(aside, target, KEPT)
    assert texts(target) == AFTER


@pytest.mark.parametrize("nth", range(1, STEPS + 1))
def test_after_a_kill_the_next_call_does_the_rest(both, monkeypatch, nth):
    aside, target = both
    with monkeypatch.context() as patch:
        failing(patch, nth, Killed())
        with pytest.raises(Killed):
            lay_over(aside, target, KEPT)
    finish_laying(target)
    assert texts(target) == AFTER and others(target) == [] and not aside.exists()
    finish_laying(target)
    assert texts(target) == AFTER
