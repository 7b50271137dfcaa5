"""A project with as many editions as one likes, and a site that was just built of them: copies of one small edition.

What each copy holds is not looked at; that nothing was changed since is what its size, times and inode say. So this is
for measuring a call that has nothing to do, and for no other.

``python tests/many_editions.py FOLDER NUMBER``: FOLDER holds a project with one edition and its site.
"""

import os
import sys
import time
from pathlib import Path

from improvement_reports.editions.edition import all_editions
from improvement_reports.site.unchanged import Said, note, watch
from improvement_reports.workspace.places import Project

FEW_BYTES = 100
KINDS = ("board", "scrutiny", "cabinet", "inspection")
ASKED = ("pandoc", False, None, None, None)  # as `site --renderer pandoc` asks


def places(number: int):
    """Authority, month and kind of so many reports."""
    for n in range(number):
        year, month = 2021 + n // 48 % 5, 1 + n // 4 % 12
        yield f"made-up-{n // 240:04d}", f"{year}-{month:02d}", KINDS[n % 4]


def copied(source: Path, target: Path) -> None:
    """A folder once more, with files of its own, each of a few bytes: ten thousand whole ones would fill a disk."""
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            (there / name).write_bytes(Path(folder, name).read_bytes()[:FEW_BYTES])


def multiply(project: Project, number: int) -> None:
    """Copies of the first edition's report, of its sources and of its pages."""
    home = all_editions(project)[0].folder.parent
    for job in places(number):
        copied(home, project.page_folder(*job))
        copied(project.site / home.relative_to(project.root), project.site / "reports" / "/".join(job))


def note_as_built(project: Project) -> bool:
    """What a build that found everything good would note."""
    time.sleep(0.2)
    return note(watch(project, None, ASKED), Said("", [], 1))


def main(folder: str, number: str) -> None:
    os.chdir(folder)
    project = Project.find()
    multiply(project, int(number))
    assert note_as_built(project)


if __name__ == "__main__":
    main(*sys.argv[1:])
