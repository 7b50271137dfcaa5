"""What the bench counts of a call: the work of all its processes, and of no call that failed."""

import subprocess
import sys

import pytest

from improvement_reports.authoring.bench_cost import cost_of

BUSY = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass\n"


@pytest.mark.skipif(sys.platform == "win32", reason="CPU seconds of children are not counted there")
def test_the_cost_of_a_call_is_that_of_all_its_processes():
    begins = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])\nprint('done')\n{BUSY}"
    cost = cost_of([sys.executable, "-c", begins])
    assert cost.said == "done\n" and 0.8 <= cost.cpu < 8 and cost.wall > 0


def test_a_call_that_fails_is_not_measured():
    with pytest.raises(subprocess.CalledProcessError):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])
