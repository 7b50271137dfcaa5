"""What was found out of files is taken again as long as they lie as they did, and never otherwise."""

import os

import pytest
from clocks import next_tick

from improvement_reports.workspace import files
from improvement_reports.workspace.files import settled_state
from improvement_reports.workspace.lain_still import LainStill


class Found:
    """A record of earlier calls, and how often something had to be found out."""

    def __init__(self, path, key="key"):
        self.path, self.key, self.times = path, key, 0

    def of(self, *places, given=None, key=None):
        """What a call finds, which then keeps it."""
        seen = LainStill(self.path, key or self.key)
        said = seen.of("name", places, self._find, given)
        seen.keep()
        return said

    def _find(self):
        self.times += 1
        return {"times": self.times}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SETTLED_NS", 0)
    folder = tmp_path / "folder" / "below"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("one")
    return folder.parent


@pytest.fixture
def found(tmp_path):
    return Found(tmp_path / "kept" / "record.json")


def test_what_lies_still_is_looked_into_once(found, folder):
    assert found.of(folder) == found.of(folder) == {"times": 1}
    file = folder / "below" / "a.csv"
    assert found.of(file) == found.of(file) == {"times": 2}  # of other places it is another finding
    assert found.of(folder, file) == found.of(folder, file) == {"times": 3}


@pytest.mark.parametrize("change", ["words", "a file more", "a file less", "another file as old", "what is given"])
def test_after_a_change_it_is_looked_into_again(found, folder, tmp_path, change):
    assert found.of(folder) == {"times": 1}
    file, given = folder / "below" / "a.csv", None
    before = file.stat()
    next_tick(tmp_path)
    if change == "words":  # of the same length, at the same time
        file.write_text("two")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif change == "a file more":
        (folder / "b.csv").write_text("")
    elif change == "a file less":
        file.unlink()
    elif change == "another file as old":
        (folder.parent / "aside").write_text("two")
        os.utime(folder.parent / "aside", ns=(before.st_atime_ns, before.st_mtime_ns))
        os.replace(folder.parent / "aside", file)
    else:
        given = "another"
    assert found.of(folder, given=given) == {"times": 2}


def test_what_was_written_a_moment_ago_or_is_not_there_is_not_kept(found, folder, monkeypatch):
    assert found.of(folder / "none") == {"times": 1} and found.of(folder / "none") == {"times": 2}
    monkeypatch.setattr(files, "SETTLED_NS", 3600 * 10**9)
    assert settled_state(folder) is None
    assert found.of(folder) == {"times": 3} and found.of(folder) == {"times": 4}
    assert not found.path.exists()


def test_another_hand_s_record_and_one_of_another_key_do_not_count(found, folder):
    assert found.of(folder) == {"times": 1}
    assert found.of(folder, key="other") == {"times": 2}
    found.path.write_text(found.path.read_text().replace('"times": 2', '"times": 9'))
    assert found.of(folder, key="other") == {"times": 3}


def test_a_record_that_cannot_be_written_is_no_fault(found, folder):
    found.path.parent.write_text("a file where the folder should be")
    assert found.of(folder) == {"times": 1} and found.of(folder) == {"times": 2}


def test_a_name_that_is_no_text_is_looked_at_like_any_other(found, folder):
    try:
        (folder / os.fsdecode(b"x\xff")).write_text("")
    except OSError:
        pytest.skip("this disk takes no such name")
    assert found.of(folder) == found.of(folder) == {"times": 1}
