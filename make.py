#!/usr/bin/env python3
"""Make the project's Python environment once, then run a command of the project in it.

The first call installs requirements.lock into .venv; later calls find that nothing has changed and start at once.
An active conda environment that satisfies pyproject.toml is used instead.
Only the standard library is needed: Python 3.11 or newer on Linux, macOS or Windows.
"""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (an older Python should say so, not fail)
    print("make.py: Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ".", file=sys.stderr)
    sys.exit(2)

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / "environment.yml"
QUARTO_LOCK = ROOT / "quarto.lock"
CLUSTER_LOCK = ROOT / "cluster.lock"
VALIDATORS = ROOT / "tests" / "validators" / "requirements.lock"
VENV = ROOT / ".venv"
KEY = VENV / ".lock-key"  # written last: an environment without it is not ready
UV = "uv==0.13.8"  # resolves the lock
QUARTO_SECONDS = 600
FAST = ("-m", "not slow", "tests/unit")  # what `test --fast` runs

COMMANDS = {
    "template": "write an empty workbook for a return",
    "init": "begin: the first return and report of an authority",
    "new-month": "begin the next month of an authority",
    "import": "read a council's own scorecard into a return",
    "check": "check the returns in data/raw",
    "prepare": "check the returns and write their tidy tables",
    "run": "run the notebooks",
    "publish": "freeze reports as a new edition",
    "site": "build the website",
    "pack": "make the built website ready for a host",
    "verify": "recompute published figures",
    "keep": "keep the code of editions from before code was kept",
    "figure": "print a figure's way back, and compute it again",
    "add-measure": "add a measure, from the library of measures or your own",
    "lab": "open JupyterLab",
    "preview": "build the website and show it while you edit",
    "bench": "measure how long each stage takes",
    "guide": "write the guide “Your first report” anew from the code",
    "proof": "simulate how often the rules of the method are wrong",
    "test": "run the tests (--fast: the pure part; --coverage: that part, and how much of each room it runs)",
    "lint": "check form, floors and types of the code (--fix: mend the form)",
    "quarto": "install Quarto, which is downloaded from its makers",
    "lock": "remake requirements.lock and the versions in environment.yml (--upgrade: take newer ones)",
}
USAGE = "usage: python3 make.py COMMAND [ARGUMENT ...]\n\n{}\n\nArguments are passed on: python3 make.py site --help"


class MakeError(Exception):
    """What stops make.py, as one sentence for the person who called it."""


def say(sentence: str) -> None:
    print(f"make.py: {sentence}", file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Show text on the last line of a terminal; say nothing in a log."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


# Choosing an environment


def bin_folder(prefix: Path) -> Path:
    return prefix / ("Scripts" if os.name == "nt" else "bin")


def program(prefix: Path, name: str) -> Path:
    return bin_folder(prefix) / (f"{name}.exe" if os.name == "nt" else name)


def python_of(prefix: Path) -> Path:
    at_top = prefix / "python.exe"  # conda on Windows
    return at_top if at_top.exists() else program(prefix, "python")


def site_packages(prefix: Path) -> list[Path]:
    return [*prefix.glob("Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages")]


def plain(name: str) -> str:
    """One spelling for a package's name: pypandoc_binary, pypandoc-binary."""
    return name.lower().replace("_", "-")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def requirements(pyproject: str) -> dict[str, str]:
    """Lowest accepted version of each package that the project or its tests need."""
    import tomllib

    project = tomllib.loads(pyproject)["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    found = [re.fullmatch(r"([\w-]+)(?:\[.+\])?>=([\d.]+)", line) for line in lines]
    return {plain(match[1]): match[2] for match in found}


def installed(prefix: Path) -> dict[str, str]:
    """Version of each package in an environment, from folder names alone: reading the metadata takes far longer."""
    folders = [path.stem for site in site_packages(prefix) for path in site.glob("*-info")]
    found = [re.fullmatch(r"(.+?)-(\d[^-]*)(?:-py[\d.]+)?", folder) for folder in folders]
    return {plain(match[1]): match[2] for match in found if match}


def unsatisfied(required: dict[str, str], present: dict[str, str]) -> list[str]:
    return [
        name for name, lowest in required.items() if name not in present or numbers(present[name]) < numbers(lowest)
    ]


def conda_prefix() -> Path | None:
    """The active conda environment, if the project can run in it."""
    if not os.environ.get("CONDA_PREFIX"):
        return None
    prefix = Path(os.environ["CONDA_PREFIX"])
    required = requirements(PYPROJECT.read_text(encoding="utf-8")) | {"improvement-reports": "0"}
    missing = unsatisfied(required, installed(prefix))
    if not missing:
        return prefix
    if prefix.name == "improvement-reports":  # any other environment, such as base, was not meant for the project
        say(f"the conda environment lacks {', '.join(missing)}, so .venv is used: update it from environment.yml.")
    return None


# Making .venv


def wanted_key() -> str:
    """Two words: what an environment cannot outlive (Python, platform, place), and what it holds."""
    place = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    content = hashlib.sha256(LOCK.read_bytes() + PYPROJECT.read_bytes()).hexdigest()
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-{sysconfig.get_platform()}-{place} {content}"


def recorded_key() -> str:
    try:
        return KEY.read_text(encoding="utf-8") if python_of(VENV).exists() else ""
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def only_one():
    """Let one make.py at a time change .venv. The system frees the lock when its holder dies, however it dies."""
    with open(ROOT / ".venv.lock", "w") as handle:
        waiting = False
        while not try_lock(handle):
            if not waiting:
                say("another make.py is preparing .venv; waiting for it.")
            waiting = True
            time.sleep(0.5)
        yield


def try_lock(handle) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def prepare() -> None:
    """Bring .venv to the state that requirements.lock and pyproject.toml describe."""
    wanted = wanted_key()
    if recorded_key() == wanted:
        return
    with only_one():
        recorded = recorded_key()
        if recorded == wanted:  # the make.py that we waited for has done it
            return
        if VENV.is_symlink():  # it may be the environment of another project, which must lose nothing
            raise MakeError(".venv is a link to another folder; remove the link, then run the same command again.")
        KEY.unlink(missing_ok=True)
        if recorded.split(" ")[0] != wanted.split(" ")[0]:
            create(VENV)
        install()
        KEY.write_text(wanted, encoding="utf-8")


def create(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    python = sys._base_executable  # sys.executable itself may lie in the folder just removed
    done = subprocess.run([python, "-m", "venv", folder], capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = done.stdout + done.stderr
        why = "install the system's package python3-venv" if "ensurepip" in said else reason(said)
        raise MakeError(f"{python} cannot make a virtual environment: {why}.")


def install() -> None:
    total = len(re.findall(r"^\S+==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"bringing .venv up to date with {total} packages; the first time takes a minute or two.")
    started, collected = time.monotonic(), 0

    def show(line: str) -> None:
        nonlocal collected
        if line.startswith("Collecting "):
            collected += 1
            progress(f"{collected} of at most {total}: {line.split()[1]}")
        elif line.startswith("Installing collected packages"):
            progress("unpacking")

    try:
        pip("install", "--require-hashes", "-r", str(LOCK), each_line=show)
        # Setuptools is in the lock: nothing unlocked is fetched to build the project itself.
        pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    except MakeError as error:
        raise MakeError(
            f"the packages could not be installed ({error}): "
            "check the network or pip's settings, then run the same command again."
        ) from None
    progress("")
    say(f"installed in {time.monotonic() - started:.0f} s.")


def pip(*arguments: str, python: Path | None = None, seconds: float = 3600, each_line=lambda line: None) -> None:
    """Run pip; a MakeError gives its own words for what went wrong."""
    command = [python or python_of(VENV), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    late, lines = threading.Event(), []

    def expire() -> None:
        late.set()
        end(process)

    alarm = threading.Timer(seconds, expire)
    alarm.start()
    try:
        for line in process.stdout:
            lines.append(line)
            each_line(line)
        process.wait()
    except BaseException:
        end(process)
        raise
    finally:
        alarm.cancel()
    if process.returncode:
        progress("")
        raise MakeError(f"it took longer than {seconds} seconds" if late.is_set() else reason("".join(lines)))


def end(process: subprocess.Popen) -> None:
    """End a process and all that it has started: pip leaves a build's download running behind it."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def reason(output: str) -> str:
    """The line of a failed program's output, of pip's above all, that says why."""
    for pattern in (r"Error downloading Quarto: (.+)", r"^\s*ERROR: (.+)", r"(\S.*)\s*\Z"):
        found = re.search(pattern, output, re.MULTILINE)
        if found:
            return re.sub(r"^<urlopen error (?:\[[^\]]*\] )?(.*)>$", r"\1", found[1].strip()).rstrip(".")
    return "it said nothing"


# Quarto


def add_quarto() -> None:
    """Put Quarto into .venv, because a person asked for it: no hash covers the release that its package downloads."""
    with only_one():
        say(
            f"installing Quarto: its package, as {QUARTO_LOCK.name} has it, downloads the official release from GitHub,"
            " which no hash covers."
        )
        progress(f"downloading, at most {QUARTO_SECONDS} s")
        remove_quarto()
        is_good = False
        try:
            # Its dependencies are for executing notebooks, which Papermill does here.
            arguments = ["--no-deps", "--no-build-isolation", "--require-hashes", "-r", str(QUARTO_LOCK)]
            pip("install", *arguments, seconds=QUARTO_SECONDS)
            if subprocess.run([program(VENV, "quarto"), "--version"], capture_output=True).returncode:
                raise MakeError("it does not start on this machine")
            is_good = True
        except MakeError as error:
            say(f"Quarto could not be installed ({error}); the built-in renderer is used, which makes the same pages.")
        finally:  # also when interrupted
            progress("")
            if not is_good:
                remove_quarto()


def remove_quarto() -> None:
    """Take away whatever an interrupted or failed installation has left, before a broken `quarto` can be called."""
    leftovers = [program(VENV, "quarto")] + [path for site in site_packages(VENV) for path in site.glob("quarto_cli*")]
    for path in leftovers:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def install_quarto(prefix: Path) -> int:
    """Install Quarto unless there is one, and say where it is."""
    if prefix == VENV and not shutil.which("quarto", path=environment_of(prefix)["PATH"]):
        add_quarto()
    found = shutil.which("quarto", path=environment_of(prefix)["PATH"])
    if found:
        say(f"Quarto is {found}.")
    elif prefix != VENV:
        say("this conda environment has no Quarto: conda install --channel conda-forge quarto adds it.")
    return 0 if found else 1


# What only tests use


def add_validators(prefix: Path) -> None:
    """Put the programs that judge the downloads from outside into a folder of their own: their pins differ from
    ours.
    """
    add_beside(
        prefix / "validators", VALIDATORS, prefix, "what judges the downloads", "the validators of the downloads"
    )


def add_cluster(prefix: Path) -> None:
    """Put what runs reports on a cluster into a folder of its own: who has no cluster has none of it."""
    add_beside(prefix / "cluster", CLUSTER_LOCK, prefix, "what runs a cluster", "the packages of a cluster")


def add_beside(folder: Path, lock: Path, prefix: Path, purpose: str, what: str) -> None:
    """Install a lock into a folder that no other command looks into; without it its tests are left out."""
    key, wanted = folder / ".lock-key", hashlib.sha256(lock.read_bytes()).hexdigest()
    with only_one():
        if key.exists() and key.read_text(encoding="utf-8") == wanted:
            return
        shutil.rmtree(folder, ignore_errors=True)
        progress(f"installing {purpose}, once")
        arguments = ["--no-deps", "--require-hashes", "--target", str(folder), "-r", str(lock)]
        try:
            pip("install", *arguments, python=python_of(prefix))
        except MakeError as error:
            say(f"{what} could not be installed ({error}); their tests are left out.")
        else:
            folder.mkdir(exist_ok=True)
            key.write_text(wanted, encoding="utf-8")
        progress("")


# The lock


def remake_lock(arguments: list[str]) -> None:
    """Resolve pyproject.toml, the validators and what a cluster needs for all platforms, then bring the versions in
    environment.yml into line.
    """
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder))
        pip("install", UV, python=python_of(Path(folder)))
        options = "--universal --generate-hashes --python-version 3.11 --fork-strategy fewest --no-config"
        command = [program(Path(folder), "uv"), "pip", "compile", "--quiet", *options.split(), *arguments]
        environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "python3 make.py lock"}
        named = VALIDATORS.with_suffix(".in")
        for lock, *sources in [(LOCK, PYPROJECT, "--extra", "test"), (VALIDATORS, named)]:
            files = [f.relative_to(ROOT).as_posix() if isinstance(f, Path) else f for f in (lock, *sources)]
            if subprocess.run([*command, "--output-file", *files], cwd=ROOT, env=environment).returncode:
                raise MakeError(f"uv could not resolve {files[1]}; its message is above.")
        # In the versions of the lock, for it is installed over that.
        extra = [*command, "--no-annotate", "--constraints", LOCK.name, "--output-file", CLUSTER_LOCK.name, "-"]
        wanted = "\n".join(cluster_packages(PYPROJECT.read_text(encoding="utf-8")))
        if subprocess.run(extra, cwd=ROOT, env=environment, input=wanted, text=True).returncode:
            raise MakeError("uv could not resolve the extra “cluster” of pyproject.toml; its message is above.")
    lock = LOCK.read_text(encoding="utf-8")
    environment = ENVIRONMENT.read_text(encoding="utf-8")
    ENVIRONMENT.write_text(with_locked_versions(environment, lock), encoding="utf-8", newline="\n")


def cluster_packages(pyproject: str) -> list[str]:
    """What pyproject.toml wants for reports on a cluster."""
    import tomllib

    return tomllib.loads(pyproject)["project"]["optional-dependencies"]["cluster"]


def with_locked_versions(environment: str, lock: str) -> str:
    """The text of environment.yml with each `name=version` as the lock has it."""
    versions = dict(re.findall(r"^([\w-]+)==([^\s;]+)", lock, re.MULTILINE))

    def pin(found: re.Match) -> str:
        return found[1] + versions.get(plain(found[2]), found[3])

    return re.sub(r"^( +- ([\w-]+)==?)(\S+)$", pin, environment, flags=re.MULTILINE)


# Running a command


def command_line(prefix: Path, command: str, arguments: list[str]) -> list[str | Path]:
    if command == "test":
        # One worker more than cores (tests/conftest.py); a file stays with one worker, so that its site is built once,
        # and the longest come first, so that the workers end together (tests/longest.py). nbval is tested in processes
        # of its own.
        chosen = [word for argument in arguments for word in (FAST if argument == "--fast" else (argument,))]
        spread = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "-p", "no:nbval"]
        return [python_of(prefix), "-m", "pytest", "-q", "-rs", *spread, *chosen]
    return [program(prefix, "improvement-reports"), command, *arguments]


def coverage_commands(prefix: Path, arguments: list[str]) -> list[list[str | Path]]:
    """The fast tests under coverage.py, in one process, and then what they run of each room beside its floor."""
    python, chosen = python_of(prefix), [a for a in arguments if a not in ("--coverage", "--fast")]
    measured = [python, "-m", "coverage", "run", "-m", "pytest", "-q", "-rs", *FAST, *chosen]
    return [measured, [python, ROOT / "tests" / "coverage_of_rooms.py"]]


def lint_commands(prefix: Path, fix: bool) -> list[list[str | Path]]:
    """What judges the code: its form, what is wrong in it, which room imports which, and its types."""
    ruff, mypy = program(prefix, "ruff"), [python_of(prefix), "-m", "mypy"]
    form = [[ruff, "check", "--fix"], [ruff, "format"]] if fix else [[ruff, "check"], [ruff, "format", "--check"]]
    return [*form, [program(prefix, "lint-imports"), "--no-logo"], mypy]


def environment_of(prefix: Path) -> dict[str, str]:
    """What the command sees: this environment's programs first, and this copy of the package in every kernel."""
    path = f"{bin_folder(prefix)}{os.pathsep}{os.environ.get('PATH', '')}"
    packages = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    found = os.environ | {"PATH": path, "PYTHONPATH": packages, "QUARTO_PYTHON": str(python_of(prefix))}
    # The quickest way to count lines that this Python has; coverage.py asks for it by this name.
    return {"COVERAGE_CORE": "sysmon", **found} if sys.version_info >= (3, 12) else found


def run(command: list[str | Path], environment: dict[str, str]) -> int:
    """Run a command to its end; its exit code, or 130 when it was interrupted and did not end well."""
    interrupted, told_to_end = threading.Event(), threading.Event()
    started: list[subprocess.Popen] = []

    def pass_on(*_) -> None:
        told_to_end.set()
        for process in started:
            process.terminate()

    # Ctrl-C reaches the command itself, which may ask back, as JupyterLab does: wait for its answer.
    signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    signal.signal(signal.SIGTERM, pass_on)
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    started.append(process)
    if told_to_end.is_set():  # before anybody knew of the command
        process.terminate()
    code = process.wait()
    if code and interrupted.is_set():
        return 130
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    listing = "\n".join(f"  {name:<11} {purpose}" for name, purpose in COMMANDS.items())
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE.format(listing), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    command, *rest = arguments
    if command not in COMMANDS:
        say(f"there is no command {command!r}; the commands are {', '.join(COMMANDS)}.")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if command == "lock":
            remake_lock(rest)
            return 0
        prefix = conda_prefix()
        if prefix is None:
            prefix = VENV
            prepare()
        if command == "test" and "--coverage" in rest:
            lines = coverage_commands(prefix, rest)
            return next((code for line in lines if (code := run(line, environment_of(prefix)))), 0)
        if command == "test":
            add_validators(prefix)
            add_cluster(prefix)
        if command == "quarto":
            return install_quarto(prefix)
        if command == "lint":
            return max(run(line, environment_of(prefix)) for line in lint_commands(prefix, "--fix" in rest))
        return run(command_line(prefix, command, rest), environment_of(prefix))
    except MakeError as error:
        say(str(error))
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename or 'while preparing the environment'}.")
    except KeyboardInterrupt:
        progress("")
        say("interrupted; run the same command again.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
