"""What is said of many reports: each is named, and of very many the others are counted."""

import threading

import pytest
from rich.console import Console

from improvement_reports.commands import telling
from improvement_reports.commands.telling import ProgressBar, run_state_lines
from improvement_reports.editions.state import DIFFERS, NOT_RUN, REPRODUCES, UNPUBLISHED, RunState
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.work import Outcome


def reports(*states: str) -> list[RunState]:
    return [RunState(Job("avon", f"2024-{n:02d}", "board"), state, None) for n, state in enumerate(states, 1)]


@pytest.mark.parametrize(
    ("states", "last"),
    [
        ([NOT_RUN] * 2, "avon/2024-02/board: shown as no edition; there is no current run to compare it with"),
        ([NOT_RUN] * 3, "And 1 more report is shown as published, with no current run to compare."),
        ([UNPUBLISHED] * 4, "And 2 more reports are not published."),
        ([DIFFERS, NOT_RUN] * 4, "And 2 more reports are shown as published, with no current run to compare."),
    ],
)
def test_of_many_reports_in_one_state_some_are_named(monkeypatch, states, last):
    monkeypatch.setattr(telling, "MOST_NAMED", 2)
    lines = run_state_lines(reports(*states))
    assert lines[-1] == last
    for state in set(states):
        assert sum(s.sentence in lines for s in reports(*states) if s.state == state) == 2


def test_those_that_reproduce_their_edition_are_counted():
    lines = run_state_lines(reports(REPRODUCES, NOT_RUN, REPRODUCES))
    assert lines[0] == "2 of 3 reports reproduce their newest edition." and len(lines) == 2


@pytest.mark.parametrize(("is_terminal", "total", "is_drawn"), [(True, 2, True), (True, 1, False), (False, 2, False)])
def test_a_bar_is_drawn_of_several_things_on_a_terminal(monkeypatch, capsys, is_terminal, total, is_drawn):
    """By a thread; without one nothing stands in the way of a fork. What failed is named in any case."""
    monkeypatch.setattr(Console, "is_terminal", is_terminal)
    before = {*threading.enumerate()}
    with ProgressBar("Running reports", total) as progress:
        drawing = {*threading.enumerate()} - before
        assert bool(drawing) == is_drawn
        progress.done(Outcome("avon/2024-01/board", "done"))
        progress.step(None)
        progress.done(Outcome("avon/2024-02/board", "failed", 0.0, "no [value]"))
    for thread in drawing:
        thread.join(10)
        assert not thread.is_alive()
    said = capsys.readouterr().err
    assert "FAILED avon/2024-02/board: no [value]" in said and ("Running reports" in said) == is_drawn
