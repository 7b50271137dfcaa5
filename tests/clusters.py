"""A Dask cluster of this machine for tests: a scheduler and workers as processes in a folder that holds no project."""

import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from marked_processes import wait_until

ROOT = Path(__file__).resolve().parent.parent
AT = re.compile(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)\s")
# Nothing of what the user of this machine says to Dask.
SETTINGS = {"DASK_CONFIG": os.devnull}


def packages() -> str:
    """Where the packages of a cluster lie, which this process then finds as well; "" where they are installed with all
    others.
    """
    if importlib.util.find_spec("distributed"):
        return next((p for p in sys.path if p == str(Path(sys.prefix) / "cluster")), "")
    folder = Path(sys.prefix) / "cluster"
    if not (folder / ".lock-key").exists():
        if os.environ.get("CI"):
            pytest.fail("the packages of a cluster are not installed, and here no test may be left out")
        pytest.skip("the packages of a cluster are not installed; python3 make.py test installs them")
    sys.path.append(str(folder))
    return str(folder)


def environment(*paths: Path | str) -> dict[str, str]:
    """Of a program that has the package in one of these folders (else this repository's) and those of a cluster."""
    search = os.pathsep.join(map(str, filter(None, [*(paths or (ROOT,)), packages()])))
    return {**os.environ, **SETTINGS, "PYTHONPATH": search}


@dataclass
class Cluster:
    """A scheduler and its workers, each one process that is known by its number."""

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def option(self) -> tuple[str, str]:
        return "--executor", f"dask:{self.address}"

    def start_scheduler(self) -> subprocess.Popen:
        """On a port that the system chooses."""
        process = self._begin("scheduler", "dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        assert wait_until(lambda: AT.search(self.said("scheduler")) is not None), self.said("scheduler")
        self.address = AT.search(self.said("scheduler"))[1]
        return process

    def start_worker(self, name: str, *paths: Path) -> subprocess.Popen:
        """One process that runs one report at a time; it is there when this returns."""
        more = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(self.folder / name))
        process = self._begin(name, "dask_worker", self.address, *more, paths=paths)
        assert wait_until(lambda: "Registered to" in self.said(name)), self.said(name)
        return process

    def _begin(self, name: str, program: str, *arguments: str, paths: tuple[Path, ...] = ()) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**environment(*paths), **self.settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """End every process of the cluster and what those started."""
        left = [child for p in self.processes if p.poll() is None for child in descendants(p.pid)]
        for process in self.processes:
            process.kill()
            process.wait()
        for child in left:
            if child.is_running():
                child.kill()


def descendants(number: int) -> list[psutil.Process]:
    try:
        return psutil.Process(number).children(recursive=True)
    except psutil.Error:
        return []


@pytest.fixture
def new_cluster(tmp_path_factory):
    """Makes clusters without processes; all that they begin is ended when the test ends, however it ends."""
    made: list[Cluster] = []

    def make() -> Cluster:
        packages()
        made.append(Cluster(tmp_path_factory.mktemp("cluster")))
        return made[-1]

    yield make
    for cluster in made:
        cluster.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, for the tests of a module."""
    packages()
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        found.start_scheduler()
        for name in ("one", "two"):
            found.start_worker(name)
        yield found
    finally:
        found.end()
