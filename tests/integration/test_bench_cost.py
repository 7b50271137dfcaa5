"""What the bench counts of a call: the work of all its processes, and of no call that failed; and what it does."""

import json
import subprocess
import sys

import pytest
from quick_runs import MARCH

from improvement_reports.authoring.bench_cost import cost_of
from improvement_reports.authoring.bench_work import own_reports

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
