"""The names in folders that are as they were noted are not listed again, and the states are those of a fresh look."""

import os
from pathlib import Path

import pytest

from improvement_reports.workspace import tree_state as tree
from improvement_reports.workspace.folder_names import COARSE_NS, HAS_HANDLES, FolderNames, read_names

pytestmark = pytest.mark.skipif(not HAS_HANDLES, reason="folders have no handles there")
LATER = 1 << 62


def state(root: Path, names: FolderNames | None = None) -> tree.TreeState:
    return tree.tree_state(root, lambda folder: True, lambda folder: "/".join(folder) or "root", names)


@pytest.fixture
def noted(tmp_path) -> tuple[Path, Path]:
    """A tree of two folders and where its names are noted."""
    root, note = tmp_path / "tree", tmp_path / "tree.names"
    for name in ("a.txt", "b/c.txt", "b/d.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    names = read_names(note).to_note()
    state(root, names)
    names.write(note, LATER)
    return root, note


def listed(monkeypatch) -> list[object]:
    """Every folder that is listed from here on."""
    found, scandir = [], os.scandir
    monkeypatch.setattr(tree.os, "scandir", lambda folder: found.append(folder) or scandir(folder))
    return found


def test_folders_that_are_as_they_were_are_not_listed(noted, monkeypatch):
    root, note = noted
    fresh, found = state(root), listed(monkeypatch)
    assert state(root, read_names(note)) == fresh
    assert found == []


CHANGES = {
    "added": (lambda root: (root / "b/e.txt").write_text("e"), 1),
    "missing": (lambda root: (root / "b/c.txt").unlink(), 1),
    "another file": (lambda root: (root / "a.txt").replace(root / "b/c.txt"), 2),
    "renamed": (lambda root: (root / "b/c.txt").rename(root / "b/x.txt"), 1),
    "a folder": (lambda root: (root / "b/f").mkdir(), 2),
    "a link": (lambda root: (root / "b/l").symlink_to("c.txt"), 1),
    "in its place": (lambda root: (root / "b/c.txt").write_text("other"), 0),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_and_only_its_folder_listed(noted, monkeypatch, what):
    root, note = noted
    before = state(root)
    change, folders = CHANGES[what]
    change(root)
    fresh, found = state(root), listed(monkeypatch)
    now = state(root, read_names(note))
    assert now == fresh and now.parts != before.parts
    assert len(found) == folders


def test_a_note_of_another_hand_is_not_believed(noted):
    root, note = noted
    raw = note.read_bytes()
    note.write_bytes(raw.replace(b"d.txt", b"c.txt"))
    assert raw != note.read_bytes() and not read_names(note).noted
    assert state(root, read_names(note)) == state(root)


def test_folders_that_changed_a_moment_ago_are_not_noted(noted):
    root, note = noted
    names = read_names(note).to_note()
    state(root, names)
    names.write(note, max(os.stat(root).st_ctime_ns, os.stat(root / "b").st_ctime_ns))
    assert len(read_names(note).noted) < 2


def test_on_a_disk_with_whole_seconds_nothing_is_noted(noted):
    root, note = noted
    names = read_names(note).to_note()
    names.found = {str(root): ((1, 5 * COARSE_NS, 5 * COARSE_NS), (("a.txt",), ()))}
    names.write(note, LATER)
    assert not read_names(note).noted


def test_what_was_not_looked_into_stands_on_whatever_became_of_the_rest(noted):
    root, note = noted
    (root / "a.txt").rename(root / "z.txt")
    names = read_names(note).to_note()
    tree.tree_state(root, lambda folder: False, lambda folder: "", names)
    names.write(note, LATER, lambda folder: True)
    then, now = names.of(str(root / "b"), os.stat(root / "b")), read_names(note)
    assert then and now.of(str(root / "b"), os.stat(root / "b")) == then
    assert now.of(str(root), os.stat(root)) == (("z.txt",), ("b",)) and len(now.lists) == 2


def test_a_link_is_asked_where_it_leads(noted, tmp_path):
    root, note = noted
    (tmp_path / "elsewhere").write_text("1")
    (root / "b/l").symlink_to(tmp_path / "elsewhere")
    names = read_names(note).to_note()
    before = state(root, names)
    names.write(note, LATER)
    (tmp_path / "elsewhere").write_text("22")
    assert state(root, read_names(note)) == state(root) != before
