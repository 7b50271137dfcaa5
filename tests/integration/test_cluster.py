"""Reports run on a cluster: scheduler and workers are processes in a folder that holds no project."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clusters import ROOT, Cluster, descendants, environment
from damage import edit
from marked_processes import MARK, ON_POSIX, PATIENCE, wait_until
from quick_runs import FEBRUARY, MARCH

from improvement_reports.domain.errors import UserError
from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.runs.cluster import connection, executor
from improvement_reports.runs.cluster.executor import ClusterExecutor
from improvement_reports.runs.run import run_report, run_reports
from improvement_reports.workspace.places import Project

pytestmark = [pytest.mark.slow, ON_POSIX]
SECONDS = PATIENCE
PROFILE = ("gloucestershire", "2025-03", "profile")
REAL = ("params", "notebooks", "_quarto.yml", "requirements.lock", "data/raw/official-statistics")


def waits_once(project: Project, flags: Path) -> None:
    """The first run of a month's notebook waits in a cell, and says so by a file; any later run goes through."""
    seen = f"pathlib.Path({str(flags)!r}, 'seen-' + month)"
    waiting = f"import pathlib, time; s = {seen}; s.exists() or (s.touch(), time.sleep(600))"
    edit(project.notebook("board"), "1 / (month not in {'2024-01'})", waiting.replace("'", "\\u0027"))


def on_cluster(project: Project, cluster: Cluster, *jobs) -> dict[str, str]:
    """What became of reports that run there: state and message by subject."""
    outcomes = run_reports(project, list(jobs), ClusterExecutor(cluster.address))
    return {o.subject: f"{o.state}: {o.message}".removesuffix(": ") for o in outcomes}


def busy(workers: list[subprocess.Popen]) -> list[subprocess.Popen]:
    """The workers that run a report now."""
    return [w for w in workers if w.poll() is None and descendants(w.pid)]


def run_files(project: Project, job) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in project.run_folder(*job).iterdir()}


@pytest.fixture
def official(tmp_path) -> Project:
    """The official statistics and settings of this repository; what is prepared of them, and no return."""
    for name in REAL:
        source, target = ROOT / name, tmp_path / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    project = Project(tmp_path)
    assert prepare_official_if_changed(project).state == "done"
    return project


def check_same(project: Project, cluster: Cluster, job, here: dict[str, bytes]) -> None:
    """The report as the cluster runs it against the files of its run on this machine; then nothing has changed."""
    subject = "/".join(job)
    assert on_cluster(project, cluster, job) == {subject: "done"}
    assert run_files(project, job) == here and set(here) == {"report.ipynb", "run.json"}
    assert on_cluster(project, cluster, job) == {subject: "unchanged"}
    assert not list(cluster.folder.rglob("report-*")), "a folder of a run was left"


def test_a_report_of_a_cluster_is_that_of_this_machine_byte_for_byte(board, cluster, tmp_path):
    """Of a month that reads the month before it."""
    shutil.copytree(board.project.root, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    shutil.rmtree(project.build)
    check_same(project, cluster, MARCH, run_files(board.project, MARCH))


def test_a_profile_of_a_cluster_is_that_of_this_machine_byte_for_byte(official, cluster):
    """It is made from official statistics, which all reports share."""
    outcome = run_report(str(official.root), *PROFILE)
    assert outcome.state == "done", outcome.message
    here = run_files(official, PROFILE)
    shutil.rmtree(official.build)
    check_same(official, cluster, PROFILE, here)


def test_a_failed_report_says_what_it_says_here_and_the_others_go_on(quick, cluster):
    edit(quick.notebook("board"), "2024-01", "2024-02")
    said = on_cluster(quick, cluster, FEBRUARY, MARCH)
    there = (quick.run_folder(*FEBRUARY) / "failed.ipynb").read_text(encoding="utf-8")
    assert said["/".join(MARCH)] == "done" and "ZeroDivisionError" in there
    here = run_report(str(quick.root), *FEBRUARY)
    assert said["/".join(FEBRUARY)] == f"{here.state}: {here.message}"


def test_the_report_of_a_worker_that_is_killed_goes_to_another(quick, cluster, tmp_path_factory):
    flags = tmp_path_factory.mktemp("flags")
    waits_once(quick, flags)
    workers = cluster.processes[1:]
    with ClusterExecutor(cluster.address) as there:
        future = there.submit(run_report, str(quick.root), *MARCH)
        assert wait_until(lambda: (flags / "seen-2024-03").exists(), SECONDS), future
        [at_work] = busy(workers)
        children = descendants(at_work.pid)
        at_work.kill()
        cluster.start_worker("three")  # two again, for whatever test comes next
        outcome = future.result(SECONDS)
    assert outcome.state == "done", outcome.message
    assert wait_until(lambda: not [c for c in children if c.is_running()]), "the killed worker left a notebook"
    told = cluster.said("scheduler")
    assert "Remove worker" in told, told


@pytest.fixture
def impatient(monkeypatch):
    """Waits for what does not come, shortened; what is there has time to say so, also on a busy machine."""
    monkeypatch.setattr(connection, "PULSE_SECONDS", 0.5)
    monkeypatch.setattr(connection, "PULSE_TIMEOUT", SECONDS)
    monkeypatch.setattr(connection, "NO_WORKER_SECONDS", 3)
    monkeypatch.setattr(connection, "CONNECT_SECONDS", SECONDS)


def other_code(folder: Path) -> Path:
    """The package with a line more in one module: another code of the same release."""
    shutil.copytree(ROOT / "improvement_reports", folder / "improvement_reports")
    with (folder / "improvement_reports" / "report.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    return folder


def test_what_goes_wrong_with_a_cluster_is_one_sentence_each(
    quick, new_cluster, tmp_path_factory, monkeypatch, impatient
):
    """A worker that ends once too often, a stranger, no worker at all, and the loss of the scheduler, in this order."""
    flags, subject = tmp_path_factory.mktemp("flags"), "/".join(MARCH)
    waits_once(quick, flags)
    frail = new_cluster()
    frail.settings["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "0"
    scheduler = frail.start_scheduler()
    with pytest.raises(UserError, match="has had no worker for 3 seconds; start workers"):
        ClusterExecutor(frail.address)
    good = frail.start_worker("good")
    with ClusterExecutor(frail.address) as there:
        run = (run_report, str(quick.root), *MARCH)
        future = there.submit(*run)
        assert wait_until(lambda: (flags / "seen-2024-03").exists(), SECONDS)
        good.kill()
        assert "ended while running it, perhaps because memory" in future.result(SECONDS).message
        stranger = frail.start_worker("stranger", other_code(tmp_path_factory.mktemp("other")))
        with pytest.raises(UserError, match=r"would make other reports .* other code of release .*; install"):
            ClusterExecutor(frail.address)
        outcome = there.submit(*run).result(SECONDS)
        assert outcome.is_refused and "has no other worker" in outcome.message
        stranger.kill()
        assert wait_until(lambda: frail.said("scheduler").count("Remove worker") == 2, SECONDS)
        assert "has had no worker for 3 seconds" in there.submit(*run).result(SECONDS).message
    frail.start_worker("new")
    (flags / "seen-2024-03").unlink()
    with ClusterExecutor(frail.address) as there:
        futures = [there.submit(run_report, str(quick.root), *job) for job in (MARCH, FEBRUARY)]
        assert wait_until(lambda: list(flags.iterdir()), SECONDS)
        scheduler.kill()
        for future in futures:
            assert f"The scheduler at {frail.address} no longer answers" in future.result(SECONDS).message
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 2)
    with pytest.raises(UserError, match=r"No scheduler of Dask answers at .* within 2 seconds"):
        ClusterExecutor(frail.address)
    assert not (quick.run_folder(*MARCH) / "report.ipynb").exists(), subject


def test_ctrl_c_ends_the_call_and_what_runs_for_it(quick, cluster, tmp_path_factory, start):
    """With one sentence at most on the terminal, none of it Dask's, and nothing left of it on the workers."""
    flags = tmp_path_factory.mktemp("flags")
    waits_once(quick, flags)
    process = subprocess.Popen(
        [sys.executable, "-m", "improvement_reports.cli", "run", *cluster.option],
        cwd=quick.root,
        env={**environment(), MARK: start.mark},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert wait_until(lambda: len(list(flags.iterdir())) == 2, SECONDS), process.poll()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 130 and said == b""
    assert wait_until(lambda: not busy(cluster.processes[1:])), "a worker still runs what nobody waits for"
    assert not list(quick.build.rglob("report.ipynb"))


def test_the_command_line_runs_them_and_says_unchanged_the_second_time(quick, cluster):
    command = [sys.executable, "-m", "improvement_reports.cli", "run", "--month", "2024-03", *cluster.option]
    for words in ("Done 1, unchanged 0, failed 0", "Done 0, unchanged 1, failed 0"):
        done = subprocess.run(command, cwd=quick.root, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0 and words in done.stdout, done
        assert done.stderr == ""


@pytest.mark.parametrize("command", ["run", "site"])
def test_a_wrong_place_is_one_sentence(prepared, command):
    wrong = [sys.executable, "-m", "improvement_reports.cli", command, "--executor", "dask:host"]
    done = subprocess.run(wrong, cwd=prepared.root, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("--executor “dask:host” is no place where reports can run; write local, or dask:")


def test_what_the_scheduler_loads_takes_no_time():
    """It loads the modules of a parcel while all its workers wait."""
    script = "import sys; import improvement_reports.runs.cluster.worker; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "pydantic", "yaml", "nbformat", "papermill", "matplotlib"} & set(loaded)


def test_only_so_many_reports_are_under_way(prepared, cluster, monkeypatch):
    """A year of every authority is not packed at once."""
    monkeypatch.setattr(executor, "LEAST_UNDER_WAY", 1)
    monkeypatch.setattr(executor, "MOST_UNDER_WAY", 1)
    at_once: list[int] = []

    def result(self, future, is_ended):
        time.sleep(1)  # others would come; the one before is let go of by a thread of Dask, a moment later
        at_once.append(len(self.client.futures))
        raise UserError("enough")

    monkeypatch.setattr(connection.Connection, "result", result)
    with ClusterExecutor(cluster.address) as there:
        outcomes = [f.result() for f in [there.submit(run_report, str(prepared.root), *MARCH) for _ in range(3)]]
    assert [o.message for o in outcomes] == ["enough"] * 3 and at_once == [2, 2, 2]  # the report, and what is shared
