"""Reports are begun as soon as the returns of their authority are prepared, those of short series first."""

from contextlib import contextmanager

import pytest

from improvement_reports.returns import series
from improvement_reports.runs import run, up_to_date
from improvement_reports.runs.ready import Preparation
from improvement_reports.runs.reports import Job
from improvement_reports.runs.warm import link
from improvement_reports.workspace.known import Known
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import InlineExecutor, Outcome, Summary

LONG = [("ayshire", f"2024-0{n}") for n in (1, 2, 3)]
SHORT = [("beeshire", "2024-01")]
WANTED = [Job(*LONG[0], "board"), Job(*LONG[2], "board"), Job(*SHORT[0], "board"), Job("ceeshire", "2024-01", "board")]


@pytest.fixture
def said(monkeypatch):
    """What happens, in its order: nothing is prepared or run. Of the first return of the long series it is said that it
    failed.
    """
    found: list[str] = []

    def prepare(project, wanted, force):
        found.extend(f"prepared {authority}" for authority in dict.fromkeys(a for a, _ in wanted))
        return [Outcome("/".join(w), "failed" if w == LONG[0] else "done") for w in wanted]

    def work(root, *job_and_force):
        found.append("ran " + "/".join(job_and_force[:2]))
        return Outcome("/".join(job_and_force[:3]), "done")

    monkeypatch.setattr(series, "prepare_wanted", prepare)
    monkeypatch.setattr(up_to_date, "run_with_draft", work)
    return found


def test_each_report_follows_the_returns_of_its_authority(said, tmp_path):
    failed: list[Outcome] = []
    preparation = Preparation(Project(tmp_path), [*LONG, *SHORT], on_failed=failed.append)
    order = [said.append(f"begun {job.authority}/{job.month}") or job for job in preparation.ready(WANTED)]
    assert order == [WANTED[3], WANTED[2], WANTED[1]], "of a return that failed no report is run"
    assert said == [
        *("begun ceeshire/2024-01", "prepared beeshire", "begun beeshire/2024-01"),
        *("prepared ayshire", "begun ayshire/2024-03"),
    ]
    assert [o.subject for o in failed] == [o.subject for o in preparation.failed] == ["ayshire/2024-01"]


@pytest.mark.parametrize("were_run", [False, True])
def test_of_many_new_reports_some_are_run_while_others_are_prepared(said, tmp_path, monkeypatch, were_run):
    """Where they were run before, how many are to be run again is known only once all is prepared."""
    for name, given in {
        "reports": (WANTED, []),
        "returns": [*LONG, *SHORT],
        "was_run": were_run,
        "has_official": False,
        "prepare_official_if_changed": Outcome("", "unchanged"),
        "report_executor": InlineExecutor(),
    }.items():
        monkeypatch.setattr(up_to_date, name, lambda *_, given=given: given)
    monkeypatch.setattr(up_to_date, "_is_current", lambda project, job: job == WANTED[1])
    monkeypatch.setattr(link, "begin", lambda folder: None)
    monkeypatch.setattr(up_to_date, "load_settings", lambda project: type("Settings", (), {"demonstration": True}))
    summary = Summary()
    jobs = up_to_date.prepare_and_run(
        *(Project(tmp_path), (None, None, None), False, lambda outcome: None, summary),
        meanwhile=lambda: said.append("meanwhile"),
    )
    assert jobs == [WANTED[1], WANTED[2], WANTED[3]], "in the order in which they were wanted"
    assert [(o.subject, o.state) for o in summary.outcomes] == [
        ("ayshire/2024-01", "failed"),
        ("ayshire/2024-03/board", "unchanged"),
        ("beeshire/2024-01/board", "done"),
        ("ceeshire/2024-01/board", "done"),
    ]
    assert (said.index("ran beeshire/2024-01") < said.index("prepared ayshire")) is not were_run
    assert said.index("prepared ayshire") < said.index("meanwhile"), "by when every return is prepared"
    assert list(summary.seconds) == ["prepare", "run"]


def test_reports_that_come_one_after_the_other_have_their_outcomes_in_that_order(tmp_path):
    """Whichever is done first."""
    outcomes = run.run_reports(
        Project(tmp_path), iter(WANTED), InlineExecutor(), work=lambda root, *job: Outcome("/".join(job[:3]), "done")
    )
    assert [o.subject for o in outcomes] == ["/".join(job) for job in WANTED]


def test_what_is_forked_is_begun_for_what_changed(tmp_path, monkeypatch):
    """For reports that are to be run; where only what was published is another, for its pages; else not at all."""
    begun: list[tuple | None] = []

    @contextmanager
    def begun_here(folder, job, has_profiles=False):
        begun.append(job)
        yield

    monkeypatch.setattr(link, "begun_here", begun_here)
    edition, job = "source ayrshire/2025-01/board", Job("ayrshire", "2025-02", "board")
    then = {"source": "1", edition: "1"}
    for wanted, now in (([], then), ([], then | {edition: "2"}), ([job], then)):
        with up_to_date.begun_runs(Project(tmp_path), wanted, Known(then, now, {})):
            pass
    assert begun == [None, job]
