"""A forked kernel gives byte for byte what a kernel gives that Jupyter starts, and is as alone and as mortal."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import psutil
import pytest
from inside_runs import executed_inside
from marked_processes import wait_until
from quick_runs import FEBRUARY

from improvement_reports.domain.errors import UserError
from improvement_reports.runs import run
from improvement_reports.runs.warm import calls, link

FORKS = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
pytestmark = FORKS

CELLS = {
    "a value": ["x = 2", "x + 3", "In[2], Out[2], __name__, 'x' in vars(__import__('__main__'))"],
    "text and warnings": [
        "import sys, warnings\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')",
        "warnings.warn('careful')",
        # A cell each: IPython hears a program's two streams with two threads, and either may come first. With a moment
        # at the end: what a kernel of either kind hears after a cell has ended goes to the next one.
        "import os, time; os.system('echo from a program'); time.sleep(1.5)",
        "os.system('echo and its errors >&2'); time.sleep(1.5)",
    ],
    "warnings": [
        "import warnings\ndef f():\n    warnings.warn('once')\nf(); warnings.warn('old', DeprecationWarning)",
        "f()",
        "warnings.simplefilter('ignore'); warnings.warn('not heard')",
        "warnings.warn('nor this')",
        "warnings.simplefilter('error')",
        "warnings.warn('raised')",
    ],
    "what holds for the next cell": [
        "import contextvars, decimal\nv = contextvars.ContextVar('v', default=0); v.set(1)\n"
        "decimal.getcontext().prec = 5",
        "v.get(), decimal.getcontext().prec",
        "import os; os.environ['SAID'] = 'other'; os.chdir('/')",
        "os.getcwd(), os.environ['SAID']",
    ],
    "what is shown and changed": [
        "from IPython.display import display\nd = {'text/plain': 'as shown'}\ndisplay(d, raw=True); d['text/plain'] = 'x'",
        "display({'text/plain': 'half a sign: \\ud800'}, raw=True)",
        "import datetime\ndisplay({'application/json': {'day': datetime.date(2024, 3, 31), 'n': 1.5}}, raw=True)",
        "from markupsafe import Markup\ndisplay({'text/html': Markup('<b>b</b>'), 'application/json': {'1': Markup('x')}}, raw=True)",
        "display({'application/json': {'a': (1, 2), 'b': None}, 'text/plain': 'pairs'}, raw=True, metadata={'k': (1,)})",
    ],
    "threads": [
        "import threading\nt = threading.Thread(target=lambda: print('from a thread')); t.start(); t.join()",
        "import concurrent.futures as c\nwith c.ThreadPoolExecutor(2) as p:\n    print(sum(p.map(len, ['a', 'bb'])))",
        "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p:\n    print(p.map(len, ['a', 'bb']))",
    ],
    "slow text": [
        "import sys, time\nprint('a'); time.sleep(1.5)\nprint('b', file=sys.stderr); time.sleep(1.5)\nprint('c')"
    ],
    "a data frame": ["import pandas as pd\npd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})"],
    "a figure": ["import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);", "plt.get_backend()"],
    "updated": [
        "from IPython.display import display, clear_output\nh = display('a', display_id='h')\nh.update('b')",
        "print('gone')\nclear_output()\nprint('kept')",
    ],
    "an error": ["1 + 1", "def f(n):\n    return 1 / n\nf(0)", "print('never')"],
    "an error with half a sign": ["raise ValueError('\\ud800')"],
    "an end": ["import sys\nprint('before')\nsys.exit(3)"],
    "a question": ["input('your name? ')"],
    "a wait": ["import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')"],
    "where it is": [
        "import os, sys, locale\nos.getcwd(), os.environ['SAID'], locale.getlocale(), sys.flags.hash_randomization",
        "import tempfile, os; [p if p != os.getcwd() else '' for p in sys.path].count('')",
        "sys.stdin.read(), __builtins__.__import__('signal').getsignal(2) is not None",
        "'improvement_reports' in globals(), [n for n in globals() if not n.startswith('_')]",
    ],
    "fonts": [
        "import matplotlib\nfrom matplotlib import font_manager\nfont_manager.findfont('DejaVu Sans')[-16:],"
        " matplotlib.rcParams['font.family'], matplotlib.rcParams['backend']"
    ],
    "magics": ["%%capture said\nprint('caught')", "said.stdout", "%precision 2\n3.14159", "!echo shell"],
}


def run_cells(folder: Path, cells: list[str], way: str, seconds: int = 600) -> tuple[str, str]:
    """The notebook as a run keeps it, or as papermill leaves it where it fails, and what the failure says.

    ``way``: its kernel is the notebook's own process (`INSIDE`), a fork beside it, or one that Jupyter starts.
    """
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c, id=f"c{n}") for n, c in enumerate(cells)])
    template, failed = folder / "template.ipynb", folder / "failed.ipynb"
    nbformat.write(book, template)
    failed.unlink(missing_ok=True)
    run.CELL_TIMEOUT_SECONDS, before = seconds, run.CELL_TIMEOUT_SECONDS
    said = ""
    try:
        if way == INSIDE:
            with pytest.MonkeyPatch.context() as patch:
                made = nbformat.reads(executed_inside(template, failed, folder, patch), as_version=4)
        else:
            made = run.execute(template, failed, {}, folder, way == FORKED)
    except UserError as error:
        said, made = str(error), nbformat.read(failed, as_version=4)
    finally:
        run.CELL_TIMEOUT_SECONDS = before
    assert made.cells[-1].source == cells[-1]
    run.strip_run(made)
    return re.sub(r"ipykernel_[0-9]+", "ipykernel_N", nbformat.writes(made)), said  # the number of the process


INSIDE, FORKED, ORDINARY = "inside", "forked", "ordinary"


@pytest.mark.parametrize("name", CELLS)
def test_a_forked_kernel_shows_what_an_ordinary_one_shows(tmp_path, monkeypatch, name):
    monkeypatch.setenv("SAID", "yes")
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)  # with it no kernel hears what programs say
    inside, forked, ordinary = (run_cells(tmp_path, CELLS[name], way) for way in (INSIDE, FORKED, ORDINARY))
    assert forked == ordinary
    assert inside == ordinary
    assert link._link is not None  # it was forked indeed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["print('begun')", "import time\ntime.sleep(600)"], 5),
        (["print('begun')", "while True: pass"], 5),
        (["print('begun')", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"], 600),
        (["print('begun')", "import os\nos._exit(0)"], 600),
    ],
)
def test_a_kernel_that_never_answers_is_told_alike(tmp_path, cells, seconds):
    inside, forked, ordinary = (run_cells(tmp_path, cells, way, seconds) for way in (INSIDE, FORKED, ORDINARY))
    assert inside == forked == ordinary
    assert forked[1] and "begun" in forked[0]


@pytest.mark.parametrize("job", [FEBRUARY])
def test_a_report_is_the_same_with_either_kernel(prepared, monkeypatch, job):
    kept = []
    for choice in ("", link.ORDINARY):
        monkeypatch.setenv(link.CHOICE, choice)
        assert run.run_report(str(prepared.root), *job, True).state == "done"
        kept.append((prepared.run_folder(*job) / run.EXECUTED).read_bytes())
    assert kept[0] == kept[1]


@pytest.mark.parametrize("way", [INSIDE, FORKED])
def test_each_kernel_has_a_process_and_a_memory_of_its_own(tmp_path, way):
    cells = [
        "import os, random, pandas, improvement_reports\npandas.left = random.random()\nprint(os.getpid(), pandas.left)"
    ]
    first, second = (json.loads(run_cells(tmp_path, cells, way)[0])["cells"][0]["outputs"][0]["text"] for _ in "ab")
    assert all(a != b for a, b in zip("".join(first).split(), "".join(second).split(), strict=True))
    assert run_cells(tmp_path, ["import pandas\nassert not hasattr(pandas, 'left')"], way)[1] == ""
    assert int("".join(first).split()[0]) != os.getpid()


def test_an_auditor_can_have_the_ordinary_kernel(tmp_path, monkeypatch):
    monkeypatch.setenv(link.CHOICE, link.ORDINARY)
    assert link.new_fork(b"k", tmp_path) is None


def test_where_another_package_would_be_loaded_nothing_is_forked(tmp_path):
    (tmp_path / "improvement_reports").mkdir()
    assert link.new_fork(b"k", tmp_path) is None


def test_a_changed_setting_of_python_is_not_answered_with_an_old_process(tmp_path, monkeypatch):
    link.new_fork(b"k", tmp_path).close()
    before = link._link.process.pid
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    link.new_fork(b"k", tmp_path).close()
    assert link._link.process.pid != before


def _all_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended between the two questions
        return True


ASKS = """import contextlib, sys, time
from pathlib import Path
from improvement_reports.runs.warm import link
folder = Path(sys.argv[1])
with link.begun_here(folder, ("a", "2025-01", "board"), False) if sys.argv[2:] else contextlib.nullcontext():
    end = link.new_fork(b"k", folder)
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("here", [(), ("here",)], ids=["begun", "begun here"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_forks_end_with_whoever_asked_for_them(tmp_path, number, here):
    with subprocess.Popen([sys.executable, "-c", ASKS, str(tmp_path), *here], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        forks = _all_of(process.pid)
        assert len(forks) == 2
        process.send_signal(number)
        assert wait_until(lambda: all(map(_is_gone, forks)))


def test_a_kernel_that_is_busy_ends_when_its_run_does(tmp_path):
    before = _all_of(link._link.process.pid) if link._link else []  # forks of other tests may still be at their end
    end = link.new_fork(b"k", tmp_path)
    (fork,) = {*_all_of(link._link.process.pid)} - {*before}
    fork.suspend()  # it can do nothing by itself
    end.close()
    assert wait_until(lambda: _is_gone(fork))


def test_a_kernel_that_is_busy_does_not_outlast_its_report(monkeypatch):
    """The call goes on: its pages, its site."""
    monkeypatch.setattr(calls, "END_SECONDS", 0.1)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as kernel:
        monkeypatch.setattr(link, "forks", [kernel.pid])
        calls.wait_for_kernels()
        assert link.forks == [] and not psutil.pid_exists(kernel.pid)


def test_a_process_that_no_longer_forks_is_begun_anew(tmp_path):
    link.new_fork(b"k", tmp_path).close()
    link._link.process.kill()
    link._link.process.wait()
    assert link.new_fork(b"k", tmp_path) is not None


def test_what_is_begun_early_is_not_waited_for_and_then_forked(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "8")  # so that it is another one than before
    link.begin(tmp_path)
    begun = link._link.process.pid
    assert not link._link.is_ready
    link.begin(tmp_path)
    link.new_fork(b"k", tmp_path).close()
    assert (link._link.process.pid, link._link.is_ready) == (begun, True)


def test_what_is_begun_and_not_needed_ends_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "9")
    link.begin(tmp_path)
    process = link._link.process
    link._forget()
    assert process.returncode == -signal.SIGKILL, "it was loading yet"


def test_where_nothing_is_to_be_forked_nothing_is_begun(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(link, "_start", started.append)
    monkeypatch.setenv(link.CHOICE, link.ORDINARY)
    link.begin(tmp_path)
    monkeypatch.delenv(link.CHOICE)
    (tmp_path / "improvement_reports").mkdir()
    link.begin(tmp_path)
    assert started == []


@pytest.mark.parametrize("way", [INSIDE, FORKED, ORDINARY])
def test_a_kernels_own_log_is_no_message_of_the_command(tmp_path, capfd, way):
    """As where a command is interrupted, and its kernel finds nobody to answer."""
    run_cells(tmp_path, ["get_ipython().parent.log.error('nobody is there')"], way)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("way", [INSIDE, FORKED, ORDINARY])
def test_no_kernel_loads_what_its_user_likes_to_have_loaded(tmp_path, monkeypatch, way):
    """A report would depend on who runs it."""
    startup = tmp_path / "own" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("liked = 1\n", encoding="utf-8")
    (startup.parent / "ipython_config.py").write_text("c.InteractiveShell.ast_node_interactivity = 'all'\n")
    (tmp_path / "python.py").write_text("liked_too = 1\n", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "own"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "python.py"))
    shown, _ = run_cells(tmp_path, ["1\n2\n[name for name in globals() if name.startswith('liked')]"], way)
    outputs = json.loads(shown)["cells"][0]["outputs"]
    assert [o["data"]["text/plain"] for o in outputs] == [["[]"]]


CALL_OF_ONE = """
import sys, threading
from pathlib import Path
from improvement_reports.runs.run import run_reports
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import Here, report_executor
from improvement_reports.workspace.places import Project
project = Project(Path(sys.argv[1]))
executor = report_executor(1, project.root)
outcomes = run_reports(project, [tuple(sys.argv[2].split("/"))], executor, force=True)
print([o.state for o in outcomes], isinstance(executor, Here), link._link, link.forks, link.is_fork)
"""


def test_one_report_is_forked_from_the_call_itself(prepared):
    """To begin another process that loads the same takes longer than the report does."""
    command = [sys.executable, "-c", CALL_OF_ONE, prepared.root, "/".join(FEBRUARY)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=prepared.root, check=False)
    assert said.stdout == "['done'] True None [] False\n", said.stderr
    alone = prepared.run_folder(*FEBRUARY) / run.EXECUTED
    forked = alone.read_bytes()
    monkey = os.environ | {link.CHOICE: link.ORDINARY}
    said = subprocess.run(command, capture_output=True, text=True, cwd=prepared.root, env=monkey, check=False)
    assert said.stdout == "['done'] False None [] False\n", said.stderr
    assert alone.read_bytes() == forked


CALL_BESIDE = """
import sys
from pathlib import Path
from improvement_reports.runs.run import run_reports
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
from improvement_reports.workspace.places import Project
project, job = Project(Path(sys.argv[1])), tuple(sys.argv[2].split("/"))
print("said once", end=" ")
with link.begun_here(project.root, job, False):
    process = link._link.process.pid if link._link else None
    seen = []
    outcomes = run_reports(
        project, [job], report_executor(1, project.root), True, lambda outcome: seen.append("done"),
        meanwhile=lambda: seen.append("meanwhile"),
    )
    same = process is not None and link._link.process.pid == process
print([o.state for o in outcomes], same, seen, link._link)
"""


def test_a_report_whose_process_is_begun_early_is_forked_from_that(prepared):
    """It loads while the call goes on, and what it gives is the same; nothing of the call is said twice."""
    command = [sys.executable, "-c", CALL_BESIDE, prepared.root, "/".join(FEBRUARY)]
    given = []
    for choice, is_forked in (("", True), (link.ORDINARY, False)):
        said = subprocess.run(
            command, capture_output=True, text=True, cwd=prepared.root, env=os.environ | {link.CHOICE: choice}
        )
        assert said.stdout == f"said once ['done'] {is_forked} ['meanwhile', 'done'] None\n", said.stderr
        given.append((prepared.run_folder(*FEBRUARY) / run.EXECUTED).read_bytes())
    assert given[0] == given[1]


CALL_FOR_PAGES = """
import os, sys, time
from pathlib import Path
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
AT_ONCE = ("nbformat", "improvement_reports.editions.agreement", "improvement_reports.pages.report_pages")
LATER = ("typst", "pikepdf", "improvement_reports.sheets.made")
NEVER = ("ipykernel.kernelapp", "improvement_reports.sections")
def loaded(names):
    return executor.submit(eval, f"[name for name in {names} if name in __import__('sys').modules]").result()
with link.begun_here(Path(sys.argv[1]), None), report_executor(1, Path(sys.argv[1])) as executor:
    link._key = None  # a fork of this process has loaded what this one has: the package is not looked at for each
    print(len(loaded(AT_ONCE)), executor.submit(os.getpid).result() != os.getpid())
    until = time.monotonic() + 60 * link.is_begun_here()
    while len(loaded(LATER)) < len(LATER) and time.monotonic() < until:
        time.sleep(0.1)
    print(len(loaded(LATER)), loaded(NEVER))
"""


def test_where_no_report_is_run_what_makes_pages_is_loaded_early(prepared):
    """What writes them at once, and what renders them and makes files for paper while nobody asks, but nothing that
    runs reports; where nothing is forked it is loaded when it is needed.
    """
    command = [sys.executable, "-c", CALL_FOR_PAGES, prepared.root]
    for choice, given in (("", "3 True\n3 []\n"), (link.ORDINARY, "0 False\n0 []\n")):
        said = subprocess.run(
            command, capture_output=True, text=True, cwd=prepared.root, env=os.environ | {link.CHOICE: choice}
        )
        assert said.stdout == given, said.stderr


CALL_TURNED = """
import os, sys, threading
from pathlib import Path
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
FOR_PAGES, FOR_RUNS = "improvement_reports.pages.report_pages", "improvement_reports.sections"
folder, over = Path(sys.argv[1]), threading.Event()
def seen():
    with report_executor(2, folder) as executor:
        found = executor.submit(eval, f"[n in __import__('sys').modules for n in {[FOR_PAGES, FOR_RUNS]}]").result()
        return *found, link._link and link._link.process.pid
link.turn_to_pages(folder)  # nothing was begun
assert link._link is None
link.begin(folder)
first = seen()
former = link._link and link._link.process
if sys.argv[2] == "threads":
    threading.Thread(target=over.wait).start()
link.turn_to_pages(folder)
then = seen()
is_ended = former is None or former.wait() is not None or getattr(former, "is_over", True)
link.turn_to_pages(folder)
same = seen() == then
link.begin(folder)
last = seen()
print(first[:2], then[:2], same, last[:2], len({first[2], then[2], last[2]}), is_ended)
over.set()
"""


@pytest.mark.parametrize("has_threads", [False, True])
def test_once_many_reports_were_run_what_is_forked_holds_what_makes_pages_alone(prepared, has_threads):
    """Whether it can be a fork of the call or is begun anew; and when reports are run again it is as before."""
    command = [sys.executable, "-c", CALL_TURNED, prepared.root, "threads" if has_threads else "none"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=prepared.root, timeout=120)
    assert said.stdout == "(False, True) (True, False) True (False, True) 3 True\n", said.stderr


def test_where_there_are_threads_nothing_is_forked_here(tmp_path):
    """It would have their locks and not them."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        with link.begun_here(tmp_path, ("a", "2025-01", "board"), False):
            assert not link.is_begun_here()
    finally:
        over.set()
        thread.join()


CALL_AFTER_TYPST = """
import sys
from pathlib import Path
from improvement_reports.runs.warm import link
from improvement_reports.runs.warm.executor import report_executor
import typst
typst.compile(b"=")
with link.begun_here(Path(sys.argv[1]), None), report_executor(1, Path(sys.argv[1])) as executor:
    print(link.is_begun_here(), executor.submit(eval, "bool(__import__('typst').compile(b'='))").result())
"""


def test_what_waits_for_threads_of_a_library_is_not_forked_here(prepared):
    """A fork has none of them, and would wait for ever for what they do."""
    command = [sys.executable, "-c", CALL_AFTER_TYPST, prepared.root]
    said = subprocess.run(command, capture_output=True, text=True, cwd=prepared.root, timeout=120)
    assert said.stdout == "False True\n", said.stderr
