"""What goes to a cluster and what may come back: addresses, names of files, and sentences for what goes wrong."""

import sys
from dataclasses import replace

import pytest

from improvement_reports.domain.errors import UserError
from improvement_reports.runs.cluster import connection, words
from improvement_reports.runs.cluster.address import scheduler_address
from improvement_reports.runs.cluster.packing import keep, packed, shared_files
from improvement_reports.runs.cluster.parcel import Make, Parcel, ParcelAnswer, given_back, inside, write_parcels
from improvement_reports.runs.cluster.worker import own_make, run_parcel
from improvement_reports.runs.keys import report_key
from improvement_reports.runs.run import run_is_current

JOB = ("exampleshire", "2024-03", "board")
OURS = Make("0.3.0", "c0de", {"Python": "3.11", "pandas": "3.1.1"})
DONE = ParcelAnswer("done", 1.0, "", False, "key", "tcp://10.0.0.1:4000", {"report.ipynb": b'{"cells": []}'})


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("local", None),
        ("dask:tcp://host:8786", "tcp://host:8786"),
        ("dask:tls://a-b.example.org:1", "tls://a-b.example.org:1"),
        ("dask:tcp://[::1]:65535", "tcp://[::1]:65535"),
    ],
)
def test_addresses_of_schedulers(text, address):
    assert scheduler_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dask",
        "dask:",
        "dask:host:8786",
        "dask:tcp://host",
        "dask:tcp://host:0",
        "dask:tcp://host:65536",
        "dask:tcp://host:8786/x",
        "dask:tcp://a b:1",
        "dask:inproc://x:1",
        "ray:tcp://host:1",
        "Local",
        "dask:tcp://host:8786\n",
    ],
)
def test_what_is_no_address_is_told_with_what_is_allowed(text):
    with pytest.raises(UserError, match=r"is no place where reports can run; write local, or dask:tcp://HOST:PORT"):
        scheduler_address(text)


def test_an_address_without_its_kind_is_told_what_to_write():
    with pytest.raises(UserError, match=r"; write dask:tcp://host:8786\.$"):
        scheduler_address("tcp://host:8786")


NAMES = ["", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", "a\\b", "C:a", "a\0b", "a\nb", 7, None]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_the_folder_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(UserError, match="no place below the project's folder"):
        write_parcels(tmp_path / "p", {"good": b"1"}, {name: b"2"})
    with pytest.raises(UserError):
        write_parcels(tmp_path / "p", {"good": b"1"}, folders=(name,))
    assert not (tmp_path / "p").exists()


def test_what_travels_is_laid_out_as_it_was(tmp_path):
    write_parcels(tmp_path, {"a/b.csv": b"\xff1"}, {"c": b""}, folders=("d/e",))
    assert (tmp_path / "a/b.csv").read_bytes() == b"\xff1" and (tmp_path / "c").is_file()
    assert (tmp_path / "d/e").is_dir() and inside(tmp_path, "a/b.csv") == tmp_path / "a" / "b.csv"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("done", "is no answer of a run"),
        (replace(DONE, files=[b"1"]), "is no answer of a run"),
        (replace(DONE, state="unchanged"), "says “unchanged”"),
        (replace(DONE, message=7), "says “done”"),
        (replace(DONE, files={**DONE.files, "run.json": b"{}"}), "holds a file “run.json”, which no run gives"),
        (replace(DONE, files={"../../../../.bashrc": b"x"}), "holds a file “../../../../.bashrc”"),
        (replace(DONE, files={"report.ipynb": "text"}), "no text or larger"),
        (replace(DONE, files={}), "does not go with the files"),
        (replace(DONE, state="failed"), "does not go with the files"),
    ],
)
def test_what_no_run_gives_is_refused(answer, said):
    with pytest.raises(UserError, match="nothing of it was written") as refused:
        given_back(answer, "exampleshire/2024-03/board")
    assert said in str(refused.value)


def test_too_large_a_file_is_refused(monkeypatch):
    monkeypatch.setattr("improvement_reports.runs.cluster.parcel.MAX_BYTES", len(DONE.files["report.ipynb"]))
    assert given_back(DONE, "x") is DONE
    monkeypatch.setattr("improvement_reports.runs.cluster.parcel.MAX_BYTES", len(DONE.files["report.ipynb"]) - 1)
    with pytest.raises(UserError, match="larger than"):
        given_back(DONE, "x")


def test_a_run_that_comes_back_stands_as_one_of_this_machine(project):
    folder = project.run_folder(*JOB)
    folder.mkdir(parents=True)
    for left in ("failed.ipynb", "failed.txt"):
        (folder / left).write_text("of the time before")
    outcome = keep(project, JOB, "key", DONE)
    assert (outcome.subject, outcome.state) == ("exampleshire/2024-03/board", "done")
    assert run_is_current(folder, "key") and not run_is_current(folder, "other")
    assert sorted(p.name for p in folder.iterdir()) == ["report.ipynb", "run.json"]


def test_a_failed_run_keeps_the_last_good_one(project):
    keep(project, JOB, "key", DONE)
    outcome = keep(project, JOB, "new", ParcelAnswer("failed", 1.0, "cell 3", False, "", "w", {"failed.ipynb": b"x"}))
    folder = project.run_folder(*JOB)
    assert outcome.state == "failed" and outcome.message == "cell 3"
    assert (folder / "failed.ipynb").read_bytes() == b"x" and run_is_current(folder, "key")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (replace(DONE, key="other"), "one of them was changed while it was sent"),
        (replace(DONE, files={"report.ipynb": b"no"}), "is no notebook"),
        (replace(DONE, files={"report.ipynb": b"[]"}), "is no notebook"),
        (replace(DONE, files={"report.ipynb": b"{}"}), "is no notebook"),
    ],
)
def test_a_run_of_other_inputs_or_no_notebook_is_not_written(project, answer, said):
    with pytest.raises(UserError, match=said):
        keep(project, JOB, "key", answer)
    assert not project.run_folder(*JOB).exists()


def test_a_parcel_gives_the_key_that_the_project_gives(prepared, tmp_path_factory):
    """Also for a month without files, which counts in the key, and one that failed, whose tables are not sent."""
    (prepared.raw / "exampleshire" / "2024-01").mkdir()
    (prepared.processed / "exampleshire" / ".2024-02.failed").touch()
    key = report_key(prepared, *JOB)
    parcel = packed(prepared, JOB, key, OURS)
    there = type(prepared)(tmp_path_factory.mktemp("there"))
    write_parcels(there.root, shared_files(prepared), parcel.files, folders=parcel.folders)
    assert report_key(there, *JOB) == key
    assert {p.name for p in (there.processed / "exampleshire").iterdir()} == {"2024-03"}
    assert not [n for n in parcel.files if n in shared_files(prepared)]


def test_a_machine_with_another_make_does_not_run_it(monkeypatch):
    monkeypatch.setattr("improvement_reports.runs.cluster.worker._run_program", lambda *_: pytest.fail("it ran"))
    answer = run_parcel(Parcel(JOB, "key", replace(own_make(), code="other"), {}), {})
    assert answer.stranger == own_make() and answer.state == "failed"


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (replace(OURS, release="0.2.0", code="x"), "it has release 0.2.0, and here is 0.3.0; install"),
        (replace(OURS, code="x"), "it has other code of release 0.3.0; install"),
        (replace(OURS, libraries={"Python": "3.11", "pandas": "3.0"}), "it has pandas 3.0, and here is 3.1.1; install"),
        (replace(OURS, libraries={"Python": "3.11"}), "it has pandas missing, and here is 3.1.1; install"),
    ],
)
def test_a_stranger_is_told_apart_in_one_sentence(theirs, said):
    sentence = words.stranger("The worker tcp://w:1", theirs, OURS)
    assert said in sentence and sentence.startswith("The worker tcp://w:1 would make other reports than this machine")


def test_workers_that_died_are_counted():
    assert words.died(1, "tcp://w:1").startswith("The worker tcp://w:1 ended while running it")
    assert words.died(4, "tcp://w:1").startswith("4 workers in turn, the last of them tcp://w:1, ended while")


def test_without_the_package_there_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r'install it with pip install "improvement-reports\[cluster\]"\.$'):
        connection.connected("tcp://127.0.0.1:1")


class Looked:
    """A future of Dask whose looks end one after the other as ``ends`` says: in an error, or in what it gives."""

    def __init__(self, status: str, *ends: object):
        self.status, self.ends = status, list(ends)

    def done(self) -> bool:
        return self.status == "error"

    def result(self, timeout: float) -> object:
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end


def test_a_look_that_is_cancelled_as_it_runs_out_of_time_is_repeated(monkeypatch):
    """Dask then speaks of a variable without a value; a report was once given up for that."""
    to_cluster = object.__new__(connection.Connection)
    to_cluster._lost = ""
    monkeypatch.setattr(to_cluster, "_feel_pulse", lambda: None)
    monkeypatch.setattr(to_cluster, "_refused", lambda error: UserError(repr(error)))
    ends = UnboundLocalError("cannot access local variable 'result'"), TimeoutError(), "a report"
    assert to_cluster.result(Looked("pending", *ends), lambda: False) == "a report"
    with pytest.raises(UserError, match="UnboundLocalError"):  # the report's own
        to_cluster.result(Looked("error", UnboundLocalError("cannot access local variable 'x'")), lambda: False)
