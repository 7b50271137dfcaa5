"""What a section keeps under one line, and the sentence that opens it."""

import re

import pytest
from lxml import html
from markupsafe import Markup

from improvement_reports import sections
from improvement_reports.domain.markup import plain
from improvement_reports.facts.blocks import HTML, LAB, Block, heading
from improvement_reports.facts.in_lab import in_order
from improvement_reports.report import IN_BRIEF, open_report
from improvement_reports.sections.priority_finding import priority_positions

LINE = re.compile(r'<svg class="spark".*?</svg>', re.DOTALL)


def texts(blocks) -> str:
    return "".join(str(b.text) for b in blocks if isinstance(b, Block))


def test_a_fold_holds_what_is_there_and_nothing_where_nothing_is():
    assert sections.folded("More", Block(""), [[Block(" ")]]) == []
    title = heading("A section", 2, "a")
    assert sections.with_heading(title, Block(""), [[Block(" ")]]) == []
    words = Block("Words.")
    assert sections.with_heading(title, Block(""), [words]) == [title, words]
    shown = texts(sections.folded("More < less", Block("Words."), [Block("")]))
    assert shown.startswith('<details class="fold"><summary>More &lt; less</summary>') and shown.endswith("</details>")
    assert shown.count("Words.") == 1


def test_a_heading_within_a_fold_is_refused():
    with pytest.raises(ValueError, match="cannot stand in the fold"):
        sections.folded("More", [Block("Words."), heading("A section", 3, "a")])


@pytest.fixture(scope="module")
def board(real_once):
    return open_report("gloucestershire", "2021-04", "board", real_once)


def test_the_first_paragraph_and_the_rest_are_the_whole_narrative(board):
    for key in set(board.narrative_texts) - {IN_BRIEF}:  # under a statement of which stands what the audit finds
        first, rest = (b.text for b in (board.narrative(key, "opening"), board.narrative(key, "rest")))
        assert f"{first}\n\n{rest}".split() == board.narrative(key).text.split()
        assert "\n\n" not in first.strip()


def test_a_priority_opens_with_what_it_comes_to(board):
    """The numbers of the sentence are those that the positions of its measures give."""
    for priority in sections.priorities(board):
        positions = [at for at in priority_positions(board, priority) if not at.current["category"]]
        block = sections.priority_finding(board, priority)
        words = plain(block.text)
        judged = [at for at in positions if at.result is not None]
        missed = [at for at in judged if at.result.value != "met"]
        if not positions:
            assert words == ""
        elif missed:
            met = len(judged) - len(missed) or "None"
            expected = f"{met} of {len(judged)} targets" if len(judged) > 1 else "The one target is missed"
            assert words.startswith(expected)
            assert board.facts.measures[missed[0].measure_id].label in words
        elif judged:
            assert "met." in words and "missed" not in words
        if block.text:
            root = html.fragment_fromstring(str(block.text))
            assert {a.get("data-figure") for a in root.iter("a")} == {f.id for f in block.figures}


def test_nothing_of_a_priority_is_lost_in_its_fold(board):
    """All its measures, charts, notes and steps are there, in the fold or before it; the line of a measure may be left to
    its chart.
    """
    for priority in sections.priorities(board):
        blocks = sections.behind_priority(board, priority)
        shown = LINE.sub("", texts(blocks))
        for part in (sections.measures_table, sections.priority_notes, sections.actions):
            assert LINE.sub("", str(part(board, priority).text)) in shown
        charts = [b for b in blocks if not isinstance(b, Block)]
        section = board.params.sections.get(priority["priority_id"])
        assert len(charts) <= len(section.charts if section else [])
        assert all(b.form == HTML for b in blocks if isinstance(b, Block) and b.text.startswith("<"))


def test_jupyterlab_shows_a_fold_with_all_that_is_in_it_as_one_output(monkeypatch):
    """There each output stands by itself: what is within would lie open beneath the line that is to open it."""
    drawing = Block(Markup("<p>A table.</p>"), form=HTML)
    blocks = [
        Block("Before."),
        sections.folded("In words", Block("**Bold** words."), drawing),
        Block(""),
        Block("After."),
    ]
    in_a_run = list(in_order(blocks))
    assert [b.text for b in in_a_run] == ["Before.", *(b.text for b in blocks[1]), "After."]
    monkeypatch.setenv(LAB, "1")
    before, fold, after = in_order(blocks)
    bundle = fold._repr_mimebundle_()
    assert (before.text, after.text) == ("Before.", "After.")
    shown = " ".join(bundle["text/html"].split())
    assert shown.startswith('<details class="fold"> <summary>In words</summary>') and shown.endswith("</details>")
    assert "<strong>Bold</strong> words." in shown and "<p>A table.</p>" in shown
