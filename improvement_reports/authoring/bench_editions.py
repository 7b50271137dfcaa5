"""How calls of `site` grow with the editions on the site: one that has nothing to do, and one after a new edition.

A site of thousands is made of one edition: copies of its report, of its sources and of its pages, each file cut to a
few bytes, for ten thousand whole ones would fill a disk, and what a good build would have noted of each. What they hold
is not looked at, for nothing was changed since, which size, times and inode of each file say; only what homes and feeds
are made from is whole. So this is for measuring these calls, and for no other.
"""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from improvement_reports.authoring.bench import copied
from improvement_reports.authoring.bench_cost import Cost, cost_of
from improvement_reports.authoring.bench_pieces import OWN
from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import Edition, all_editions
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.pages.served import LISTS, SERVED, record_path
from improvement_reports.runs.reports import Job
from improvement_reports.site.build import ON_SITE
from improvement_reports.site.searched_pages import made_with
from improvement_reports.site.unchanged import Said, known, note, watch
from improvement_reports.workspace.files import digest, write_whole
from improvement_reports.workspace.places import OF_EVERY_PROJECT, Project

EDITIONS = (30, 300, 3000, 10_000)
PARTS = (*OF_EVERY_PROJECT, "data/archive")
FEW_BYTES = 100
WHOLE = frozenset({MANIFEST, "index.ipynb"})  # which homes of authorities and feeds are made from
OF_AN_AUTHORITY = 240  # reports: twelve months of four kinds, for five years
NAME = "Made-up Council"
OF_ALL_MADE_UP = f"  name: {NAME}\n  short_name: Made-up\n  region: Nowhere\n  illustrative: true\n"
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
        yield Job(key_of(n // OF_AN_AUTHORITY), f"{year}-{month:02d}", KINDS[n % 4])


def key_of(number: int) -> str:
    """The key of a made-up authority."""
    return f"made-up-{number:04d}"


def cut(source: Path, target: Path, whole: Path | None = None) -> None:
    """A folder once more, with files of its own, each of a few bytes; what is there stays.

    ``whole``: a folder like it, of which files that are read stand here too, as the same files.
    """
    for folder, _, names in os.walk(source):
        within = Path(folder).relative_to(source)
        (target / within).mkdir(parents=True, exist_ok=True)
        for name in names:
            if whole and name in WHOLE:
                os.link(whole / within / name, target / within / name)
            elif not (target / within / name).exists():
                (target / within / name).write_bytes(Path(folder, name).read_bytes()[:FEW_BYTES])


def multiply(project: Project, edition: Edition, number: int) -> None:
    """Copies of an edition's report, of its sources and of its pages."""
    home = edition.folder.parent
    whole = shutil.copytree(home, project.build / "whole")  # a file whose other name goes is another one since
    for job in places(number):
        cut(home, project.page_folder(*job), whole)
        cut(project.site / home.relative_to(project.root), project.site / "reports" / "/".join(job))
        if not (beside := project.reports / job.authority / "index.qmd").is_file():
            _add_lists(edition, beside.parent, job)


def _add_lists(edition: Edition, home: Path, job: Job) -> None:
    """The home of an authority, its log and its feed, which name one of its reports."""
    own = edition.job
    for name in ("index.qmd", "feed.xml", "log/index.qmd"):
        text = edition.folder.parents[2].joinpath(name).read_text(encoding="utf-8")
        text = re.sub(r"^title: .*", f"title: {NAME}", text, flags=re.MULTILINE)
        text = text.replace(f"{own.month}/{own.kind}", f"{job.month}/{job.kind}").replace(own.authority, job.authority)
        write_whole(home / name, text)


def noted_as_built(project: Project, there: Sequence[Edition], number: int) -> bool:
    """Note what a build that found everything good would note of so many copies of the last of the editions that are
    there; whether that could be done.
    """
    edition = there[-1]
    noted = dict(known(watch(project, None, ASKED)).facts)
    own = "/".join(edition.job)
    said = json.dumps(noted[own])
    served = json.loads(record_path(project).read_text(encoding="utf-8"))
    listed = (project.page_folder(*edition.job) / SERVED).read_text(encoding="utf-8")
    before: list[str] | None = None
    for job in places(number):
        name = "/".join(job)
        noted[name] = json.loads(said.replace(own, name))
        noted[name]["told"] |= {**job._asdict(), "illustrative": True, "ahead": [], "passed": 0}
        noted[name][ON_SITE]["searched"]["made"] = made_with(NAME, edition.manifest.illustrative)
        noted[name]["told"]["editions"][0]["before"] = before
        before = [f"{name}/{edition.version}", edition.fingerprint]
        text = listed.replace(own, name)
        write_whole(project.page_folder(*job) / SERVED, text)
        served[LISTS][name] = digest(text.encode())
    first = "/".join(there[0].job)
    noted[first]["told"]["editions"][0]["before"] = before  # the chain of all begins with the copies
    write_whole(record_path(project), json.dumps(served, indent=1, sort_keys=True) + "\n")
    time.sleep(0.2)
    return note(watch(project, None, ASKED), Said("", [], 1, noted))


def smallest(editions: Sequence[Edition]) -> int:
    """Which of these editions is the smallest that is the first of its report and has two after it."""
    sizes = {n: (e.folder / "figures.json").stat().st_size for n, e in enumerate(editions[:-2]) if e.number == 1}
    if not sizes:
        raise UserError("There are not three editions in reports/ to make a site from; publish them.")
    return min(sizes, key=sizes.__getitem__)


def of_few_editions(project: Project, folder: Path) -> Project:
    """A project of the editions that were published until the smallest one, without anything to run, and its site."""
    editions = by_publication(project)
    copy = copied(project, folder, PARTS)
    for edition in editions[: smallest(editions) + 1]:
        put(edition, copy)
    for path in (*project.params.glob("*.yml"), *(project.raw / "official-statistics").glob("*")):
        if path.name != "profiles.yml" and path.is_file():
            target = copy.root / path.relative_to(project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    _add_authorities(copy.params / "authorities.yml", 1 + max(EDITIONS) // OF_AN_AUTHORITY)
    cost_of(CALL, cwd=copy.root)
    return copy


def _add_authorities(path: Path, number: int) -> None:
    entries = (f"{key_of(n)}:\n{OF_ALL_MADE_UP}  la_code: '{n:03d}'\n  ons_code: E98{n:06d}\n" for n in range(number))
    write_whole(path, path.read_text(encoding="utf-8") + "".join(entries))


def by_publication(project: Project) -> list[Edition]:
    """Every edition, each after the one that its manifest names as published before it."""
    return sorted(all_editions(project), key=lambda e: (e.manifest.published, e.identifier))


def put(edition: Edition, project: Project) -> None:
    """An edition into another project, as version control brings it."""
    shutil.copytree(edition.folder, project.page_folder(*edition.job) / edition.version)


def measured_editions(project: Project) -> dict[int, tuple[Cost, Cost]]:
    """What a call of `site` costs that has nothing to do, and one after a new edition of a report came, by the editions
    on the site.
    """
    found = {}
    for count in EDITIONS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found[count] = measured_with(project, Path(folder), count)
        for what, cost in zip(("nothing changed", "a new edition"), found[count], strict=True):
            print(f"site, {what:16} {count:6} editions {cost.cpu:6.2f} CPU s {cost.wall:6.2f} s", flush=True)
    return found


def measured_with(project: Project, folder: Path, count: int) -> tuple[Cost, Cost]:
    """The same of so many editions."""
    copy = of_few_editions(project, folder)
    there = by_publication(copy)
    multiply(copy, there[-1], count - len(there))
    if not noted_as_built(copy, there, count - len(there)):
        raise RuntimeError("files were written while they were looked at")
    first, second, *_ = by_publication(project)[len(there) :]
    put(first, copy)
    cost_of(CALL, cwd=copy.root)  # lists that no build has made yet, and pages that search has not read
    nothing = cost_of(CALL, cwd=copy.root)
    put(second, copy)
    return nothing, cost_of(CALL, cwd=copy.root)
