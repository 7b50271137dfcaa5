"""What the bench counts of a call: the work of all its processes, and of no call that failed; and what it does."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT
from quick_runs import MARCH

from improvement_reports.authoring import bench_curves
from improvement_reports.authoring.bench_cost import cost_of
from improvement_reports.authoring.bench_work import own_reports
from improvement_reports.workspace.places import Project

BUSY = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass\n"


@pytest.mark.skipif(sys.platform == "win32", reason="CPU seconds of children are not counted there")
def test_the_cost_of_a_call_is_that_of_all_its_processes():
    begins = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])\nprint('done')\n{BUSY}"
    cost = cost_of([sys.executable, "-c", begins])
    assert cost.said == "done\n" and 0.8 <= cost.cpu < 8 and cost.wall > 0


def test_a_call_that_fails_is_not_measured():
    with pytest.raises(subprocess.CalledProcessError):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_report_is_measured_to_its_last_page(quick, capsys):
    own_reports(quick, "/".join(MARCH))
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"failed": [], "pages": 2}
    made = sorted(path.name for path in (quick.build / "bench" / "reports").rglob("*.html"))
    assert made == ["figures.html", "index.html"]


def test_the_last_month_of_a_series_is_measured_where_the_others_lie_as_they_were_seen(monkeypatch):
    monkeypatch.setattr(bench_curves, "MONTHS", (2,))
    commands, run = [], bench_curves.cost_of
    monkeypatch.setattr(
        bench_curves, "cost_of", lambda command, **more: commands.append(command[-2]) or run(command, **more)
    )
    found = bench_curves.measured_months(Project(ROOT), "exampleshire")
    assert list(found) == [2] and 0 < found[2] < 30
    assert commands == ["series", "series", "last-month"]  # made, seen, and then measured
