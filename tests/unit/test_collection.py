"""When Python looks for what could be thrown away: not at the end of a process that does one thing."""

import gc

import pytest

from improvement_reports.workspace import processes


@pytest.mark.parametrize("is_one_call", [True, False])
def test_at_the_end_of_a_call_nothing_is_looked_through_where_the_process_ends_with_it(monkeypatch, is_one_call):
    """What goes on, as a preview does, throws away what it no longer needs."""
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    monkeypatch.setattr(processes, "_is_one_call", is_one_call)
    processes.collect_no_more()
    assert frozen == [True] * is_one_call
