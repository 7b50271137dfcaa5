"""Running notebooks: what is refused before a kernel starts, what a failing cell leaves, and what goes on."""

import shutil

import nbformat
import pytest
from damage import edit
from goldens import assert_message
from nbformat.v4 import new_code_cell
from quick_runs import FEBRUARY, MARCH, PARAMETERS, everything, parameters_cell, template

from improvement_reports.domain.errors import UserError
from improvement_reports.returns.series import prepare_if_changed
from improvement_reports.runs import draft
from improvement_reports.runs.report_content import read_content
from improvement_reports.runs.reports import Job
from improvement_reports.runs.run import EXECUTED, FAILED, run_report, run_reports
from improvement_reports.runs.up_to_date import prepare_and_run
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.notebooks import check_template
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import read_stamp
from improvement_reports.workspace.work import InlineExecutor, Outcome, Summary

GIVEN = {"authority": "exampleshire", "month": "2024-03", "kind": "board"}


CASES = {
    "notebook without a parameters cell": lambda project: template(project, new_code_cell(PARAMETERS)),
    "notebook with two parameters cells": lambda project: template(project, parameters_cell(), parameters_cell()),
    "notebook that lacks a parameter": lambda project: template(project, parameters_cell('authority = ""\nmonth = ""')),
    "notebook with a parameter too many": lambda project: template(
        project, parameters_cell(PARAMETERS + "\ncolour = 1")
    ),
    "notebook that is a text": lambda project: project.notebook("board").write_text("# not a notebook"),
    "notebook of another format": lambda project: project.notebook("board").write_text('{"cells": [], "nbformat": 2}'),
    "notebook that is empty": lambda project: project.notebook("board").write_text(""),
    "notebook missing": lambda project: project.notebook("board").unlink(),
}


@pytest.mark.parametrize("name", CASES)
def test_a_template_is_refused_before_it_runs(project, name):
    CASES[name](project)
    with pytest.raises(UserError) as caught:
        check_template(project, "board", GIVEN)
    assert_message(name, str(caught.value))


def test_the_template_of_the_repository_is_good(project):
    check_template(project, "board", GIVEN)


def test_a_kind_cannot_be_a_path(project):
    with pytest.raises(UserError, match=r"“\.\./x” is not a key"):
        check_template(project, "../x", GIVEN)


# A failing cell


def failing_in(project: Project, months: str) -> None:
    edit(project.notebook("board"), "{'2024-01'}", months)


def test_a_failing_cell_fails_its_report_and_no_other(quick):
    failing_in(quick, "{'2024-02'}")
    told: list[Outcome] = []
    outcomes = run_reports(quick, [FEBRUARY, MARCH], InlineExecutor(), on_done=told.append)
    assert [o.state for o in outcomes] == ["failed", "done"]
    assert sorted(o.subject for o in told) == [o.subject for o in outcomes]
    assert (
        outcomes[0].message == "cell 3 of the notebook failed: ZeroDivisionError: division by zero"
        " The notebook with the error: build/runs/exampleshire/2024-02/board/failed.ipynb."
    )
    kept = nbformat.read(quick.run_folder(*FEBRUARY) / FAILED, as_version=4)
    assert any(o.output_type == "error" for c in kept.cells for o in c.get("outputs", []))
    assert not (quick.run_folder(*FEBRUARY) / EXECUTED).exists()
    assert (quick.run_folder(*MARCH) / EXECUTED).exists()


def test_a_run_gives_what_it_gives_in_the_same_process(quick, monkeypatch):
    """What pages are made of is there then; where it cannot be written, whoever writes the pages says why."""
    outcomes = run_reports(quick, [MARCH], InlineExecutor(), work=draft.run_with_draft)
    assert [o.state for o in outcomes] == ["done"] and draft.draft_is_current(quick, Job(*MARCH))
    failing_in(quick, "{'2024-02'}")
    assert draft.run_with_draft(str(quick.root), *FEBRUARY).state == "failed"
    assert not quick.draft_folder(*FEBRUARY).exists()
    edit(quick.notebook("board"), "{'2024-02'}", "{'2024-01'}")

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(draft, "figures_json", full)
    assert draft.run_with_draft(str(quick.root), *FEBRUARY).state == "done"
    assert not draft.draft_is_current(quick, Job(*FEBRUARY))


def test_what_a_run_says_is_what_is_read_of_its_files(published_once):
    folder = published_once.draft_folder(*MARCH)
    assert read_stamp(folder / draft.WRITTEN)["fingerprint"] == read_content(folder).fingerprint


def test_the_last_good_report_stays_until_the_next_good_one(quick):
    folder = quick.run_folder(*MARCH)
    assert run_report(str(quick.root), *MARCH).state == "done"
    good = (folder / EXECUTED).read_bytes()
    failing_in(quick, "{'2024-03'}")
    assert run_report(str(quick.root), *MARCH).state == "failed"
    assert (folder / EXECUTED).read_bytes() == good
    edit(quick.notebook("board"), "{'2024-03'}", "{'2024-01'}")
    assert run_report(str(quick.root), *MARCH).state == "unchanged"
    assert run_report(str(quick.root), *MARCH, force=True).state == "done"
    assert sorted(p.name for p in folder.iterdir()) == [EXECUTED, "run.json"]


def test_a_later_mistake_is_not_blamed_on_an_earlier_notebook(quick):
    folder = quick.run_folder(*MARCH)
    folder.mkdir(parents=True)
    (folder / FAILED).write_text("{}")
    edit(quick.report_params(*MARCH), "headline_measures", "headline_measure")
    assert FAILED not in run_report(str(quick.root), *MARCH).message


def test_a_report_that_runs_again_leaves_no_trace_of_a_bug(quick):
    folder = quick.run_folder(*MARCH)
    folder.mkdir(parents=True)
    (folder / "failed.txt").write_text("Traceback")
    assert run_report(str(quick.root), *MARCH).state == "done"
    assert not (folder / "failed.txt").exists()


def test_what_has_not_changed_is_not_done_again(quick):
    assert [run_report(str(quick.root), *MARCH).state for _ in range(2)] == ["done", "unchanged"]
    edit(quick.params / "measures.yml", "label: Turnover of social workers", "label: Turnover")
    assert run_report(str(quick.root), *MARCH).state == "done"
    edit(quick.report_params(*FEBRUARY), "progress to February", "to February")
    assert run_report(str(quick.root), *MARCH).state == "unchanged"


def test_two_kernels_that_start_at_once_do_not_hear_each_other(tmp_path):
    """Reports run side by side in one folder, so no two kernels may be given the same place to talk."""
    from jupyter_client.manager import KernelManager

    from improvement_reports.runs.kernels import kernel_options

    places = []
    for _ in range(2):
        with kernel_options() as options:
            manager = KernelManager(config=options["config"])
            manager.write_connection_file()
            info = manager.get_connection_info()
            places.append({(info["ip"], info[key]) for key in info if key.endswith("_port")})
            manager.cleanup_connection_file()
    assert not places[0] & places[1]


# What a failure does to the others and to the pages


@pytest.fixture(scope="module")
def laid_once(quick_once, tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("laid")
    shutil.copytree(quick_once.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    assert everything(project).failed == []
    return project


@pytest.fixture
def laid(laid_once, tmp_path) -> Project:
    """Both reports have run and their pages are laid."""
    shutil.copytree(laid_once.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def pages(project: Project) -> dict:
    return {p.relative_to(project.reports): p.read_bytes() for p in project.reports.rglob("*") if p.is_file()}


BREAK = {
    "a fault in its return": lambda project: edit(
        project.raw_return(*MARCH[:2]) / "observations.csv", ",,85,170,200,", ",,185,170,200,"
    ),
    "a fault in its parameters": lambda project: edit(
        project.report_params(*MARCH), "headline_measures", "headline_measure"
    ),
    "a failing cell": lambda project: failing_in(project, "{'2024-03'}"),
    "an unreadable return.yml": lambda project: (project.raw_return(*MARCH[:2]) / "return.yml").write_text("["),
}


@pytest.mark.parametrize("name", BREAK)
def test_the_last_good_page_of_a_report_that_fails_stays(laid, name):
    before = pages(laid)
    BREAK[name](laid)
    summary = everything(laid)
    assert len(summary.failed) == 1
    assert "2024-03" in summary.failed[0].subject
    same = {p: b for p, b in pages(laid).items() if "2024-03" in p.parts}
    assert same == {p: b for p, b in before.items() if "2024-03" in p.parts}


def test_what_is_asked_of_one_report_touches_no_page_of_another(laid):
    from improvement_reports.pages.every_page import write_pages_of

    def state(path) -> tuple[int, int] | None:
        """The number of a file that went may be given to the next one, so its time is looked at too."""
        return (path.stat().st_ino, path.stat().st_ctime_ns) if path.is_file() else None

    before = {p: state(p) for p in laid.reports.rglob("*") if p.is_file()}
    states, faults = write_pages_of(laid, [Job(*MARCH)], force=True, drafts=True)
    assert ([s.job for s in states], faults) == ([MARCH], [])
    own = laid.page_folder(*MARCH)
    changed = {p for p, was in before.items() if state(p) != was}
    assert own / "index.ipynb" in changed
    assert all(p.is_relative_to(own) for p in changed)


def test_the_page_of_a_report_that_is_no_more_goes(laid):
    laid.report_params(*MARCH).unlink()
    everything(laid)
    assert not laid.page_folder(*MARCH).exists() or not list(laid.page_folder(*MARCH).iterdir())
    assert (laid.page_folder(*FEBRUARY) / "index.ipynb").exists()


def test_a_bad_return_does_not_stop_another(project):
    edit(project.raw_return(*FEBRUARY[:2]) / "observations.csv", ",,310,,,", ",,-1,,,")
    edit(project.raw_return(*MARCH[:2]) / "narrative" / "headline.md", ', period="2024-02"', "")
    edit(
        project.raw_return(*MARCH[:2]) / "narrative" / "priority-1.md",
        '{{ change("assessments_in_time_pct") }} more',
        "more",
    )
    assert [prepare_if_changed(project, *job[:2]).state for job in (FEBRUARY, MARCH)] == ["failed", "done"]


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    write_whole(tmp_path / "new" / "a.txt", "one\n")
    write_whole(tmp_path / "new" / "a.txt", "zwei\n")
    assert [(p.name, p.read_text()) for p in (tmp_path / "new").iterdir()] == [("a.txt", "zwei\n")]


def test_a_report_that_reads_later_returns_has_them_prepared(project, monkeypatch):
    """One on an inspection shows what answered it: published alone, in a fresh copy, it needs the months after it."""
    (project.params / "exampleshire" / "2024-02-inspection.yml").write_text(
        'authority: exampleshire\nmonth: "2024-02"\nkind: inspection\ntitle: Visit\nsummary: A visit.\n'
        'meeting: {body: Board, date: "2024-06-01"}\n'
    )
    monkeypatch.setattr("improvement_reports.runs.up_to_date.report_executor", lambda jobs, folder: InlineExecutor())
    prepare_and_run(project, ("exampleshire", "2024-02", "inspection"), False, lambda outcome: None, Summary())
    assert (project.processed_return("exampleshire", "2024-03") / "return.json").is_file()
