"""How a call of `site` that has nothing to do grows with the editions on the site.

A site of thousands is made of one edition: copies of its report, of its sources and of its pages, each file cut to a
few bytes, for ten thousand whole ones would fill a disk. What they hold is not looked at: that nothing was changed
since is what size, times and inode of each file say. So this is for measuring that call, and for no other.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from improvement_reports.authoring.bench import copied
from improvement_reports.authoring.bench_cost import Cost, cost_of
from improvement_reports.authoring.bench_pieces import OWN
from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import Edition, all_editions
from improvement_reports.runs.reports import Job
from improvement_reports.site.unchanged import Said, note, watch
from improvement_reports.workspace.places import OF_EVERY_PROJECT, Project

EDITIONS = (30, 300, 3000, 10_000)
PARTS = (*OF_EVERY_PROJECT, "data/archive")
FEW_BYTES = 100
KINDS = ("board", "scrutiny", "cabinet", "inspection")
ASKED = ("pandoc", False, None, None, None)  # as `site --renderer pandoc` asks
CALL = [*OWN, "site", "--renderer", "pandoc"]


def places(number: int) -> Iterator[Job]:
    """Authority, month and kind of so many reports: twelve months of four kinds, for five years, of each authority.

    >>> list(places(2))[1]
    Job(authority='made-up-0000', month='2021-01', kind='scrutiny')
    """
    for n in range(number):
        year, month = 2021 + n // 48 % 5, 1 + n // 4 % 12
        yield Job(f"made-up-{n // 240:04d}", f"{year}-{month:02d}", KINDS[n % 4])


def cut(source: Path, target: Path) -> None:
    """A folder once more, with files of its own, each of a few bytes; what is there stays."""
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            if not (there / name).exists():
                (there / name).write_bytes(Path(folder, name).read_bytes()[:FEW_BYTES])


def multiply(project: Project, edition: Edition, number: int) -> None:
    """Copies of an edition's report, of its sources and of its pages."""
    home = edition.folder.parent
    for job in places(number):
        cut(home, project.page_folder(*job))
        cut(project.site / home.relative_to(project.root), project.site / "reports" / "/".join(job))


def noted_as_built(project: Project) -> bool:
    """Note what a build that found everything good would note; whether that could be done."""
    time.sleep(0.2)
    return note(watch(project, None, ASKED), Said("", [], 1))


def of_one_edition(project: Project, folder: Path) -> Project:
    """A project of one edition, without anything to run, and its site."""
    editions = all_editions(project)
    if not editions:
        raise UserError("There is no edition in reports/ to make a site from; publish one.")
    copy, first = copied(project, folder, PARTS), editions[0]
    shutil.copytree(first.folder, copy.page_folder(*first.job) / first.version)
    for path in (*project.params.glob("*.yml"), *(project.raw / "official-statistics").glob("*")):
        if path.name != "profiles.yml" and path.is_file():
            target = copy.root / path.relative_to(project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    cost_of(CALL, cwd=copy.root)
    return copy


def measured_editions(project: Project) -> dict[int, Cost]:
    """What a call of `site` costs that has nothing to do, by the editions on the site."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        copy = of_one_edition(project, Path(folder))
        (edition,) = all_editions(copy)
        for count in EDITIONS:
            multiply(copy, edition, count - 1)
            if not noted_as_built(copy):
                raise RuntimeError("files were written while they were looked at")
            found[count] = cost_of(CALL, cwd=copy.root)
            print(f"site, nothing changed, {count:6} editions {found[count].cpu:6.2f} CPU s", flush=True)
    return found
