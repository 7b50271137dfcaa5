"""A drawing that was made from the same is taken again, and only that one, and only where drawings are kept."""

import pytest

from improvement_reports.authoring.preview_worker import Drawings
from improvement_reports.charts import bars as module
from improvement_reports.charts import drawn_before
from improvement_reports.charts.bars import Bar, bars
from improvement_reports.domain.vocabulary import Unit


@pytest.fixture
def kept(tmp_path):
    place = Drawings(tmp_path / "drawings")
    drawn_before.keep_in(place)
    yield place
    drawn_before.keep_in(None)


def test_the_same_is_drawn_once_and_is_the_same(kept, monkeypatch):
    items = [Bar("a", 50.0), Bar("b", None, 60.0, "not known")]
    first = bars(items, Unit.PERCENT)
    assert list(kept) and len(kept) == 1
    drawn_before.keep_in(None)
    assert bars(items, Unit.PERCENT) == first
    drawn_before.keep_in(kept)
    monkeypatch.setattr(module, "new_axes", lambda *_: 1 / 0)
    assert bars([Bar("a", 50.0), Bar("b", None, 60.0, "not known")], Unit.PERCENT) == first
    for other in ([Bar("a", 50.1)], [Bar("a", 50.0, is_context=True)]):
        with pytest.raises(ZeroDivisionError):
            bars(other, Unit.PERCENT)


def test_what_words_do_not_tell_apart_is_drawn_each_time(kept):
    calls = []

    @drawn_before.drawn_once
    def draw(value) -> str:
        calls.append(value)
        return "drawn"

    for value in (object(), {1: {2}}, [[1, object()]]):
        assert draw(value) == draw(value) == "drawn"
    assert len(calls) == 6 and len(kept) == 0


def test_drawings_of_an_earlier_preview_are_not_taken(tmp_path, kept):
    kept["a"] = "drawn"
    assert kept["a"] == "drawn" and "b" not in kept
    assert "a" not in Drawings(kept.folder)
