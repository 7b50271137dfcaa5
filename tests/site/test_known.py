"""A build after a change reads no frozen edition that nobody touched, and gives just what `site --full` gives."""

import os
import shutil
import time
from pathlib import Path

import pytest
from damage import edit
from full_builds import CALL, built_again, is_as_in_full
from in_process import say
from small_editions import HOME, JOB, OBSERVATIONS, rerun

from improvement_reports.editions.publish import publish
from improvement_reports.pages import wanted
from improvement_reports.site import build, unchanged
from improvement_reports.workspace import laying
from improvement_reports.workspace.known import ARCHIVE, NOTHING, TEXTS, Known
from improvement_reports.workspace.places import Project


@pytest.fixture(scope="module")
def made(corrected_once, tmp_path_factory) -> Project:
    """Reports of which one has two editions, all run, and their site; only to be copied."""
    project = Project(Path(shutil.copytree(corrected_once.root, tmp_path_factory.mktemp("known") / "project")))
    with pytest.MonkeyPatch.context() as patch:
        assert say(patch, project, *CALL) == 0
    return project


@pytest.fixture
def built(made, tmp_path, monkeypatch) -> Project:
    """The same at a place of its own, built and noted a moment ago: something was rendered."""
    project = built_again(monkeypatch, made, tmp_path, more_of_revisions)
    assert list(project.build.glob("site-*.json"))
    return project


def more_of_revisions(project):
    edit(project.root / "about/revisions.qmd", "## Editions {#editions}", "More.\n\n## Editions {#editions}")


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The editions whose files are looked into, by their identifier."""
    found: list[str] = []
    faults = wanted.edition_faults
    monkeypatch.setattr(wanted, "edition_faults", lambda e: found.append(e.identifier) or faults(e))
    return found


# The changes, each a function of the project


def words(project):
    edit(project.root / "about/method.qmd", "This page states", "This page says")


def a_return(project):
    edit(project.root / OBSERVATIONS, ",,96,192,200,", ",,97,194,200,")


def a_return_within_the_same_second_and_size(project):
    """Another content of the same length, with the old times put back."""
    path = project.root / OBSERVATIONS
    then = path.stat()
    edit(path, ",,96,192,200,", ",,97,194,200,")
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))


def touched(project):
    os.utime(project.root / HOME / "v1/figures.json")


def parameters(project):
    path = project.report_params(*JOB)
    path.write_text(path.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")


def measures(project):
    path = project.params / "measures.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")


def deleted_run(project):
    shutil.rmtree(project.run_folder(*JOB))


def deleted_draft(project):
    shutil.rmtree(project.draft_folder(*JOB))


def withdrawn(project):
    shutil.rmtree(project.root / HOME / "v2")


def damaged_edition(project):
    path = project.root / HOME / "v1/figures.csv"
    path.write_bytes(path.read_bytes() + b"\n")


def damaged_quietly(project):
    """One byte of an edition, with the old times put back."""
    path = project.root / HOME / "v1/figures.csv"
    then, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))


def edited_page(project):
    path = project.root / HOME / "index.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Editions", "EDITED"), encoding="utf-8")


def edited_site(project):
    """A touched file, which no page shows, and a word of a page of the site, with the old times put back."""
    touched(project)
    path = project.site / "index.html"
    then, content = path.stat(), path.read_bytes()
    path.write_bytes(content.replace(b"</main>", b"</mein>"))
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))


def lost_page(project):
    touched(project)
    (project.site / "index.html").unlink()


def stray_file(project):
    touched(project)
    (project.site / "stray.html").write_text("<p>Mine", encoding="utf-8")


def lost_archive(project):
    for path in sorted((project.root / "data/archive").rglob("*")):
        if path.is_file() and b"measure_id" in path.read_bytes()[:200]:
            path.unlink()


def lost_list(project):
    (project.build / "served.json").unlink()


def published(project):
    a_return(project)
    rerun(project)
    assert publish(project, *JOB, "correction", "A numerator was typed wrongly once more").is_new


def month_before_published(project):
    """The page of the month after it leads to it, and is written again from files of which others know the notes."""
    assert publish(project, JOB[0], "2024-02", JOB[2]).is_new


def new_month(project):
    """A return and the parameters of a month that there was not."""
    raw, params = project.raw / JOB[0], project.params / JOB[0]
    shutil.copytree(raw / "2024-02", raw / "2024-01")
    shutil.copyfile(params / "2024-02-board.yml", params / "2024-01-board.yml")
    for path in (*(raw / "2024-01").rglob("*.*"), params / "2024-01-board.yml"):
        text = path.read_text(encoding="utf-8").replace("2024-02-29", "2024-01-31")
        path.write_text(text.replace("2024-02", "2024-01"), encoding="utf-8")


def no_parameters(project):
    project.report_params(*JOB).unlink()


def stray_parameters(project):
    (project.params / JOB[0] / "2024-4-board.yml").write_text("{}", encoding="utf-8")


def wrong_parameters(project):
    edit(project.report_params(*JOB), "kind: board", "kind: bored")


def other_settings(project):
    path = project.params / "site.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\npublisher: Another\n", encoding="utf-8")


def stray_folder(project):
    (project.root / HOME / "old").mkdir()


CHANGES = [
    *(new_month, no_parameters, stray_parameters, wrong_parameters, other_settings, stray_folder),
    *(words, a_return, a_return_within_the_same_second_and_size, touched, parameters, measures),
    *(deleted_run, deleted_draft, withdrawn, damaged_edition, damaged_quietly, edited_page, lost_archive, lost_list),
    *(edited_site, lost_page, stray_file),
    published,
    month_before_published,
]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_build_after_a_change_gives_what_a_full_one_gives(built, monkeypatch, change):
    change(built)
    assert is_as_in_full(monkeypatch, built)


@pytest.mark.slow
@pytest.mark.parametrize("change", [words, a_return, published, month_before_published])
def test_what_a_build_after_a_change_noted_is_believed(built, monkeypatch, change):
    for _ in range(2):
        change(built)
        time.sleep(0.1)
        assert say(monkeypatch, built, *CALL) == 0
        watched = unchanged.watch(built, None, ("pandoc", False, None, None, None))
        assert unchanged.said_before(watched) and unchanged.known(watched).has_same_site()
        assert unchanged.known(watched).prepared() == [JOB[0]]
        change = touched


@pytest.mark.slow
@pytest.mark.parametrize("more", [("--drafts",), ("--kind", "board")], ids=" ".join)
def test_another_call_in_between_leaves_nothing_behind(built, monkeypatch, more):
    assert say(monkeypatch, built, *CALL, *more) == 0
    words(built)
    assert is_as_in_full(monkeypatch, built)


class Killed(BaseException):
    """What nothing catches."""


def test_after_a_kill_while_pages_are_put_in_place_the_site_is_whole(built, monkeypatch):
    lay = laying._lay

    def killed(aside, target, steps):
        lay(aside, target, steps[:3])
        raise Killed

    a_return(built)
    time.sleep(0.1)
    with monkeypatch.context() as patch:
        patch.setattr(laying, "_lay", killed)
        with pytest.raises(Killed):
            say(patch, built, *CALL)
    assert is_as_in_full(monkeypatch, built)
    assert [p.name for p in built.root.iterdir() if p.name.startswith("._site")] == []


def test_a_text_of_the_site_that_changed_has_no_edition_read(built, monkeypatch, read):
    """But for `site --full`, which reads all of them."""
    words(built)
    time.sleep(0.1)
    assert say(monkeypatch, built, *CALL) == 0 and read == []
    assert say(monkeypatch, built, *CALL, "--full") == 0 and sorted(read) == [f"{'/'.join(JOB)}/v{n}" for n in (1, 2)]


def test_a_site_in_the_state_that_was_noted_is_not_read(built, monkeypatch):
    """But for `site --full`, which reads every file."""
    read, files = [], build._files_of
    monkeypatch.setattr(build, "_files_of", lambda output: read.append(output) or files(output))
    touched(built)
    time.sleep(0.1)
    assert say(monkeypatch, built, *CALL) == 0 and read == []
    assert say(monkeypatch, built, *CALL, "--full") == 0 and set(read) == {built.site}


def test_a_touched_edition_is_read(built, monkeypatch, read):
    touched(built)
    assert say(monkeypatch, built, *CALL) == 0
    assert f"{'/'.join(JOB)}/v1" in read


def test_a_damaged_edition_is_seen(built, monkeypatch, capsys):
    damaged_quietly(built)
    assert say(monkeypatch, built, *CALL) == 1
    assert "figures.csv was changed after publication" in capsys.readouterr().err


@pytest.mark.slow
def test_no_page_leads_to_a_month_whose_edition_is_damaged(built, monkeypatch, capsys):
    """It is the fault that is told, and the other reports stay on the site, without what moved since that month."""
    month_before_published(built)
    assert say(monkeypatch, built, *CALL) == 0
    since, path = built.site / HOME / "since.html", built.page_folder(JOB[0], "2024-02", JOB[2]) / "v1/figures.csv"
    assert since.is_file()
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    assert is_as_in_full(monkeypatch, built)
    assert "2024-02/board/v1: figures.csv was changed after publication" in capsys.readouterr().err
    assert not since.exists() and (built.site / HOME / "index.html").is_file()
    path.write_bytes(content)
    assert is_as_in_full(monkeypatch, built) and since.is_file()


def test_what_another_call_wrote_meanwhile_is_not_taken_for_known(built, monkeypatch, read):
    """Between the look at the project and the lock somebody else may have written pages."""
    words(built)
    watch = unchanged.watch

    def interrupted(project, *rest):
        seen = watch(project, *rest)
        (project.build / ".at-work.txt").write_text("site 1\n", encoding="utf-8")
        return seen

    monkeypatch.setattr(unchanged, "watch", interrupted)
    assert say(monkeypatch, built, *CALL) == 0 and read


@pytest.mark.parametrize("suffix", [".json", ".reports"])
def test_nothing_is_known_of_another_note(built, monkeypatch, suffix):
    asked = ("pandoc", False, None, None, None)
    watched = unchanged.watch(built, None, asked)
    note = watched.record.with_suffix(suffix)
    assert unchanged.known(watched).of(JOB)
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace("published", "unpublished", 1) if ".reports" in suffix else text.replace("1", "2", 1))
    assert note.read_text(encoding="utf-8") != text
    assert unchanged.known(unchanged.watch(built, None, asked)).of(JOB) is None
    assert NOTHING.of(JOB) is None and not NOTHING.is_prepared("exampleshire")


def test_notes_of_two_builds_are_not_believed_together(built):
    watched = unchanged.watch(built, None, ("pandoc", False, None, None, None))
    path = watched.record.with_suffix(".reports")
    path.write_bytes(path.read_bytes() + b" ")
    assert unchanged.known(watched).of(JOB) is None


PARTS = {"source": "1", "source a": "1", "source a/2024-03": "1", "source a/2024-04": "1", ARCHIVE: "1"}
PARTS |= {"source a/2024-03/board": "1", "made a/2024-03/board": "1", "made a/2024-03": "1", "source b": "1"}


@pytest.mark.parametrize(
    ("changed", "board", "inspection", "prepared"),
    [
        ("source", False, False, False),
        (TEXTS, True, True, True),
        ("source a", False, False, False),
        ("source b", True, True, True),
        ("source a/2024-03", False, False, False),
        ("source a/2024-04", True, False, False),
        ("source a/2023-01", False, False, False),
        (ARCHIVE, True, False, True),
        ("source a/2024-03/board", False, True, True),
        ("made a/2024-03", True, True, False),
        ("made a/2024-03/board", False, True, True),
        ("made", True, True, True),
    ],
)
def test_what_a_report_depends_on(changed, board, inspection, prepared):
    """A board report on its own and earlier returns, an inspection report on later ones too; only one that differs
    from its edition on the archive.
    """
    facts = {
        "a/2024-03/board": {"months": "2024-03", "reads_archive": False},
        "a/2024-03/inspection": {"months": "9999-12", "reads_archive": True},
    }
    known = Known(PARTS, {**PARTS, changed: "2"}, facts)
    found = [known.of(("a", "2024-03", kind)) is not None for kind in ("board", "inspection")]
    assert [*found, known.is_prepared("a")] == [board, inspection, prepared]
