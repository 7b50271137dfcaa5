"""What is made ahead of the rendering is what the build looks for, and whatever goes wrong with it leaves no trace."""

import shutil
import threading
import time
from types import SimpleNamespace

import pytest
from full_builds import CALL, STAMP, built_again, change_a_return, is_as_in_full, site_of
from in_process import say
from small_editions import JOB, rerun
from two_authorities import with_two_authorities

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.publish import publish
from improvement_reports.runs.reports import Job
from improvement_reports.sheets import made as papers
from improvement_reports.site import ahead, pandoc, pictures
from improvement_reports.site.pandoc import Renderer
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor

REPORT = Job(*JOB)


@pytest.fixture(scope="module")
def made(corrected_once, tmp_path_factory) -> Project:
    return with_two_authorities(corrected_once, tmp_path_factory.mktemp("ahead"))


@pytest.fixture
def published(made, tmp_path, monkeypatch) -> Project:
    """A project with one more edition than its site shows."""
    project = built_again(monkeypatch, made, tmp_path)
    change_a_return(project)
    rerun(project)
    assert publish(project, *JOB, "correction", "Typed wrongly once more").is_new
    time.sleep(0.1)
    return project


@pytest.fixture
def here(monkeypatch) -> list[str]:
    """What is made ahead is made in this process; which of it was."""
    done: list[str] = []

    def told(do):
        def call(*given):
            done.append(do.__name__)
            try:
                return do(*given)
            finally:
                done.append("over")

        return call

    monkeypatch.setattr(ahead, "link", SimpleNamespace(is_begun_here=lambda: True))
    monkeypatch.setattr(ahead, "os", SimpleNamespace(cpu_count=lambda: 2))
    monkeypatch.setattr(ahead, "report_executor", lambda number, root: InlineExecutor())
    for name in ("render_ahead", "pictures_ahead", "papers_ahead"):
        monkeypatch.setattr(ahead, name, told(getattr(ahead, name)))
    return done


def when_made(monkeypatch, done: list[str]) -> dict[str, list[bool]]:
    """Of each page of the report and of its files for paper: whether they were made ahead, each time they were."""
    found: dict[str, list[bool]] = {}
    convert, make, draw = Renderer._convert, papers._make, pictures.draw_pictures

    def converted(self, source, text, address):
        found.setdefault(address, []).append(done[-1:] == ["render_ahead"])
        return convert(self, source, text, address)

    def paper(project, asked, page):
        found.setdefault("paper", []).append(done[-1:] == ["papers_ahead"])
        return make(project, asked, page)

    def drawn(project, asked):
        found.setdefault("picture", []).extend([done[-1:] == ["pictures_ahead"]] * len(asked))
        return draw(project, asked)

    monkeypatch.setattr(pictures, "draw_pictures", drawn)
    monkeypatch.setattr(Renderer, "_convert", converted)
    monkeypatch.setattr(papers, "_make", paper)
    return found


def test_pages_and_papers_of_a_new_edition_are_made_once(published, here, monkeypatch):
    with monkeypatch.context() as patch:
        found = when_made(patch, here)
        time.sleep(0.1)
        assert say(patch, published, *CALL) == 0
    home = f"reports/{'/'.join(JOB)}/"
    own = {address: made for address, made in found.items() if address.startswith(home)}
    assert f"{home}index.html" in own and set(map(tuple, own.values())) == {(True,)}
    assert found["paper"] == [True] and set(found["picture"]) == {True}
    assert found["index.html"] == [False]  # of no report
    assert not (published.build / ahead.FOLDER).exists()


def test_the_build_looks_for_pictures_when_they_are_drawn_and_throws_away_what_is_kept_itself(
    published, here, monkeypatch
):
    draw, pruned = ahead.pictures_ahead, []

    def late(*given):
        time.sleep(1.5)
        draw(*given)

    with monkeypatch.context() as patch:
        found = when_made(patch, here)
        patch.setattr(ahead, "pictures_ahead", late)
        patch.setattr(papers, "prune", lambda folder: pruned.append(here[-1:]))
        assert say(patch, published, *CALL) == 0
    assert found["picture"] and set(found["picture"]) == {True}
    assert pruned == [["over"]]  # papers that the rendering has not asked for yet are in use all the same


def test_a_site_is_the_same_with_what_was_made_ahead(published, here, monkeypatch):
    """As one of which every page and file is made anew, and nothing ahead."""
    assert say(monkeypatch, published, *CALL) == 0
    assert [here.count(f"{name}_ahead") for name in ("render", "pictures", "papers")] == [1, 1, 1]
    quick = site_of(published)
    monkeypatch.setattr(ahead, "MOST", 0)
    for kept in (Renderer.FOLDER, papers.FOLDER, "searched-pages"):
        shutil.rmtree(published.build / kept)
    (published.site / STAMP).unlink()
    found = when_made(monkeypatch, here)
    assert say(monkeypatch, published, *CALL, "--full") == 0
    assert found and not any(map(any, found.values()))
    assert site_of(published) == quick


@pytest.mark.parametrize("name", ["render_ahead", "pictures_ahead", "papers_ahead"])
def test_what_goes_wrong_ahead_is_made_by_the_build(published, here, monkeypatch, name):
    def broken(*_):
        raise RuntimeError("no")

    broken.__name__ = name
    monkeypatch.setattr(ahead, name, broken)
    assert is_as_in_full(monkeypatch, published)
    assert not (published.build / ahead.FOLDER).exists()


def test_all_pages_made_ahead_are_made_by_one_renderer(published, here, monkeypatch):
    """Another one would read the list of what is served while the build writes it."""
    with monkeypatch.context() as patch:
        found = when_made(patch, here)
        shutil.rmtree(published.build / Renderer.FOLDER)
        patch.setattr(pandoc, "MANY", 0)
        patch.setattr(pandoc, "make_pages", lambda *_: pytest.fail("by another one"))
        with ahead.made_ahead(published, "pandoc") as making:
            making.begin([(REPORT, False)])
            making.wait_for_files()
    assert here[:2] == ["render_ahead", "over"] and found[f"reports/{'/'.join(JOB)}/index.html"] == [True]


def test_after_a_failure_nothing_more_is_begun(tmp_path, here, monkeypatch):
    began = threading.Event()

    def wait(*_):
        began.wait(60)

    wait.__name__ = "pictures_ahead"
    monkeypatch.setattr(ahead, "render_ahead", lambda *_: None)
    monkeypatch.setattr(ahead, "pictures_ahead", wait)
    with pytest.raises(UserError), ahead.made_ahead(Project(tmp_path), "pandoc") as making:
        making.begin([(REPORT, False)])
        making._stack.callback(began.set)  # once the build has failed
        raise UserError("a link leads nowhere")
    assert "papers_ahead" not in here


def test_what_a_killed_build_left_goes(tmp_path):
    left = tmp_path / "build" / ahead.FOLDER / "reports"
    left.mkdir(parents=True)
    with ahead.made_ahead(Project(tmp_path), "quarto"):
        assert not left.parent.exists()


NOWHERE = [
    ("quarto", 1, True, 2),
    ("pandoc", 0, True, 2),
    ("pandoc", 7, True, 2),
    ("pandoc", 1, False, 2),
    ("pandoc", 1, True, 1),
]


@pytest.mark.parametrize("renderer, reports, is_begun, processors", NOWHERE)
def test_nothing_is_made_ahead_where_it_gains_nothing(
    tmp_path, here, monkeypatch, renderer, reports, is_begun, processors
):
    monkeypatch.setattr(ahead, "link", SimpleNamespace(is_begun_here=lambda: is_begun))
    monkeypatch.setattr(ahead, "os", SimpleNamespace(cpu_count=lambda: processors))
    with ahead.made_ahead(Project(tmp_path), renderer) as making:
        making.begin([(REPORT, False)] * reports)
        making.wait_for_pages()
        making.wait_for_files()
    assert here == []
