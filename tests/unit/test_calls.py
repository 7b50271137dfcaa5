"""What is asked of another process, and what it gives back."""

import os
import pickle
import socket

import pytest

from improvement_reports.domain.errors import Fault, InvalidInput, UserError
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.calls import answer_to, asked_for, from_inside, given
from improvement_reports.runs.warm.frames import REQUEST, packed


def divided(by: int, *, plus: int = 0) -> float:
    return 6 / by + plus


def wrong() -> None:
    raise UserError("a sentence")


def test_a_function_is_called_by_its_name():
    assert answer_to(asked_for(divided, 3, plus=1)) == (True, 3.0)


def test_a_fault_of_our_own_brings_the_way_to_it_and_a_sentence_does_not():
    is_good, error = answer_to(asked_for(divided, 0))
    assert not is_good and isinstance(error, ZeroDivisionError)
    (note,) = pickle.loads(pickle.dumps(error)).__notes__
    assert "in divided" in note
    is_good, error = answer_to(asked_for(wrong))
    assert (is_good, str(error), hasattr(error, "__notes__")) == (False, "a sentence", False)


def sent(answer) -> socket.socket:
    ours, theirs = socket.socketpair()
    with theirs:
        if answer is not None:
            theirs.sendall(packed(REQUEST, [pickle.dumps(answer)]))
    return ours


def test_what_is_given_is_given_or_raised():
    with sent((True, ["x"])) as end:
        assert given(end) == ["x"]
    with sent((False, InvalidInput("a", [Fault("b", "c")]))) as end, pytest.raises(InvalidInput, match="b: c"):
        given(end)
    with sent(None) as end, pytest.raises(EOFError):
        given(end)


def test_a_process_that_is_no_fork_runs_no_notebook_in_one(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("it was forked"))
    assert not link.is_fork
    assert from_inside(divided, 1, folder=tmp_path) is None
