"""What needs no page is done once while pages are made, by whatever makes them and however many there are; and the work
is shared out evenly.
"""

import itertools
import threading

import pytest

from improvement_reports.pages import side_by_side as module
from improvement_reports.pages.side_by_side import shared_out, side_by_side
from improvement_reports.site import pandoc
from improvement_reports.site.pandoc import FEW_PAGES, Renderer
from improvement_reports.site.quarto_parts import MANY, MOST, QuartoRenderer
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor


def texts(project, pages) -> list[str]:
    return [f"{source} {key}" for source, key in pages]


def renderer_of(kind, project, monkeypatch):
    renderer = object.__new__(kind)
    renderer.project, renderer.output = project, project.root
    monkeypatch.setattr(renderer, "made_here", lambda new, meanwhile: meanwhile() or texts(project, new), raising=False)
    monkeypatch.setattr(renderer, "_part", lambda folder, new: texts(project, new), raising=False)
    monkeypatch.setattr(renderer, "_take_libraries", lambda parts: None, raising=False)
    monkeypatch.setattr(pandoc, "make_pages", texts)
    monkeypatch.setattr(pandoc, "side_by_side", lambda *given, meanwhile: meanwhile() or texts(given[0], given[2]))
    return renderer


@pytest.mark.parametrize("count", [0, 1, 100])
@pytest.mark.parametrize("kind", [Renderer, QuartoRenderer])
def test_it_is_done_once_and_the_pages_come_in_their_order(tmp_path, monkeypatch, kind, count):
    done, new = [], [(f"p{n}", f"k{n}") for n in range(count)]
    made = renderer_of(kind, Project(tmp_path), monkeypatch).make(new, lambda: done.append(1))
    assert (made, done) == (texts(None, new), [1])


@pytest.mark.parametrize(
    ("count", "parts"), [(1, 1), (MANY, 1), (MANY + 1, 2), (2 * MOST, 2), (2 * MOST + 1, 3), (7 * MOST, 7)]
)
def test_quarto_is_never_given_so_many_pages_at_once_that_its_memory_grows_large(tmp_path, monkeypatch, count, parts):
    renderer, sizes = renderer_of(QuartoRenderer, Project(tmp_path), monkeypatch), []
    monkeypatch.setattr(renderer, "_part", lambda folder, new: sizes.append(len(new)) or texts(None, new))
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    new = [(f"p{n}", f"k{n}") for n in range(count)]
    assert renderer.make(new) == texts(None, new)
    assert (len(sizes), sum(sizes)) == (parts, count) and max(sizes) <= MOST


@pytest.mark.parametrize("count", [0, 2])
def test_it_is_done_once_where_few_things_are_made_here(tmp_path, count):
    done, items = [], [(n, n) for n in range(count)]
    assert side_by_side(Project(tmp_path), texts, items, meanwhile=lambda: done.append(1)) == texts(None, items)
    assert done == [1]


@pytest.mark.parametrize("kind", [Renderer, QuartoRenderer])
def test_what_is_wrong_there_ends_the_making(tmp_path, monkeypatch, kind):
    renderer = renderer_of(kind, Project(tmp_path), monkeypatch)
    with pytest.raises(ValueError, match="a dead link"):
        renderer.make([("p", "k")], lambda: (_ for _ in ()).throw(ValueError("a dead link")))


@pytest.mark.parametrize("weights", [[1] * 26, [9, 1, 1, 1, 1, 1, 1, 1, 1, 1], list(range(40)), [0, 0, 0], [5]])
def test_shares_weigh_about_the_same_and_each_thing_is_in_one(weights):
    shares = shared_out(weights, min(6, len(weights)), float)
    assert sorted(n for share in shares for n in share) == list(range(len(weights)))
    loads = [sum(weights[n] for n in share) for share in shares]
    assert max(loads) - min(loads) <= max(weights), loads
    assert all(share == sorted(share, key=lambda n: -weights[n]) for share in shares)
    assert all(shares)


def test_a_heavy_thing_is_alone_in_its_share():
    assert shared_out([1, 1, 6, 1, 1, 1, 1], 2, float) == [[2], [0, 1, 3, 4, 5, 6]]


def test_what_is_made_of_each_thing_comes_in_their_order(tmp_path, monkeypatch):
    """Whichever share it was in."""
    monkeypatch.setattr(module, "report_executor", lambda jobs, folder: InlineExecutor())
    items, asked = [(n, n * 7 % 10) for n in range(10)], []

    def made(project, share):
        asked.append(share)
        return texts(project, share)

    assert side_by_side(Project(tmp_path), made, items, cores=2, weight=lambda i: i[1]) == texts(None, items)
    assert len(asked) == 2 * module.SHARES and asked[0][0] == (7, 9)


@pytest.mark.parametrize(("most", "shares"), [(None, [4, 4, 4, 4, 3, 3]), (2, [2] * 11), (100, [4, 4, 4, 4, 3, 3])])
def test_where_each_takes_memory_there_are_few_in_a_share(tmp_path, monkeypatch, most, shares):
    monkeypatch.setattr(module, "report_executor", lambda jobs, folder: InlineExecutor())
    items, asked = [(n, n) for n in range(22)], []

    def made(project, share):
        asked.append(len(share))
        return texts(project, share)

    assert side_by_side(Project(tmp_path), made, items, cores=2, most=most) == texts(None, items)
    assert asked == shares


@pytest.mark.parametrize("are_there", [True, False])
def test_where_processes_are_there_one_thing_is_made_in_one_of_them(tmp_path, monkeypatch, are_there):
    """Where there are none, a few are made here, for to begin them takes longer."""
    asked = []
    monkeypatch.setattr(module.link, "is_begun_here", lambda: are_there)
    monkeypatch.setattr(module, "report_executor", lambda number, folder: asked.append(number) or InlineExecutor())
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert side_by_side(Project(tmp_path), texts, [(1, 1)]) == texts(None, [(1, 1)])
    assert asked == [2] * are_there


@pytest.mark.parametrize(
    ("number", "at_once", "begun"), [(FEW_PAGES, 2, 1), (FEW_PAGES + 1, 2, 2), (FEW_PAGES + 1, 1, 1)]
)
def test_many_pages_of_a_change_are_made_by_two_pandocs_in_turns(tmp_path, monkeypatch, number, at_once, begun):
    made = []

    class Pandoc:
        def __enter__(self):
            made.append(0)
            self.place = len(made) - 1
            return self

        def __exit__(self, *_):
            pass

        def page(self, asked):
            made[self.place] += 1
            return asked

    begun_first = threading.Event()
    monkeypatch.setattr(pandoc, "PagePandoc", Pandoc)
    renderer = object.__new__(Renderer)
    renderer.at_once, renderer.pandocs, renderer._turns = at_once, [], itertools.count()

    def one(source, key):
        begun_first.set()
        return renderer._made_by_pandoc(source, key)

    monkeypatch.setattr(renderer, "made", one, raising=False)
    new, done = [(n, tmp_path) for n in range(number)], []
    # They are in the making before what is done meanwhile is over.
    assert renderer.made_here(new, lambda: done.append(begun_first.wait(60))) == list(range(number))
    assert done == [True]
    assert sum(made) == number and len(made) == begun and max(made) - min(made) <= 1 and renderer.pandocs == []
