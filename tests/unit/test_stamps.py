"""What was made is made again only if its key or its files changed, and there is one way of doing so."""

import ast

import pytest
from conftest import ROOT

from improvement_reports.workspace.stamps import Stamp, digests, make_if_changed, read_stamp


@pytest.fixture
def thing(tmp_path, monkeypatch):
    """A folder that is made from a text, and how often that was done; the seal's key is one of the test's own."""
    from improvement_reports.workspace import stamps

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    stamps._secret.cache_clear()
    folder, times = tmp_path / "made", []

    def make(key: str, force: bool = False) -> bool:
        def write() -> None:
            times.append(key)
            folder.mkdir(exist_ok=True)
            (folder / "a.txt").write_text(key, encoding="utf-8")

        return make_if_changed(Stamp(tmp_path / ".made", key, lambda: digests(folder)), write, force)

    yield folder, times, make
    stamps._secret.cache_clear()


def test_it_is_made_once_for_one_key(thing):
    _, times, make = thing
    assert [make("one"), make("one"), make("two"), make("two")] == [True, False, True, False]
    assert times == ["one", "two"]


def test_what_was_made_for_another_key_is_not_read(thing, tmp_path):
    folder, _, make = thing
    make("one")
    read = []

    def made() -> dict[str, str]:
        read.append(True)
        return digests(folder)

    assert not Stamp(tmp_path / ".made", "two", made).holds() and read == []
    assert Stamp(tmp_path / ".made", "one", made).holds() and read == [True]


def test_force_makes_it_anyway(thing):
    assert [thing[2]("one"), thing[2]("one", force=True)] == [True, True]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "a.txt").write_text("edited"),
        lambda folder: (folder / "a.txt").unlink(),
        lambda folder: (folder / "b.txt").write_text("one more"),
        lambda folder: (folder.parent / ".made").write_text('{"key": "one", "files": {}, "seal": ""}'),
        lambda folder: (folder.parent / ".made").unlink(),
    ],
    ids=["edited", "gone", "more", "stamp of another hand", "no stamp"],
)
def test_what_is_not_as_it_was_made_is_made_again(thing, harm):
    folder, _, make = thing
    make("one")
    harm(folder)
    assert make("one") and not make("one")


def test_what_fails_is_not_noted(thing):
    folder, _, make = thing
    make("one")

    def fail() -> None:
        raise ValueError

    stamp = Stamp(folder.parent / ".made", "two", lambda: digests(folder))
    with pytest.raises(ValueError):
        make_if_changed(stamp, fail)
    assert not stamp.holds() and not make("one")


def test_more_may_be_remembered_with_it(thing, tmp_path):
    thing[2]("one")
    Stamp(tmp_path / ".made", "one", lambda: digests(thing[0])).set(fingerprint="f")
    assert read_stamp(tmp_path / ".made")["fingerprint"] == "f" and not thing[2]("one")


def test_nothing_else_of_the_package_writes_a_stamp_of_its_own():
    """Two keep lists of what they have judged, which is of no files that were made: `editions/soundness` of editions,
    `pages/links` of pages whose links lead somewhere.
    """
    found = []
    for path in sorted((ROOT / "improvement_reports").rglob("*.py")):
        nodes = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom))
        names = {a.name for n in nodes if n.module == "improvement_reports.workspace.stamps" for a in n.names}
        if names & {"stamp_text", "holds"}:
            found.append(path.relative_to(ROOT / "improvement_reports").as_posix())
    assert found == ["editions/soundness.py", "pages/links.py"]
