"""What is generated in the folder of a report: beside its page, and beside the frozen files of its editions."""

import re
import shutil
from pathlib import Path

from improvement_reports.editions.edition import VERSION, Edition, generated_files
from improvement_reports.runs.draft import FORMER_STAMPS, WRITTEN
from improvement_reports.workspace.stamps import digests

# What lies in the folder of a draft's page beside its sources.
BESIDE = ("figures.json", "figures.csv", "report.ipynb", "charts", "data")
SERVED = ".served"  # the list of what may be on the site of a report (see `served`)
PAGES = re.compile(r"index\.ipynb|figures(?:-[1-9]\d{0,2})?\.qmd|since\.qmd")


def page_sources_in(home: Path) -> list[Path]:
    """The page sources in a report's own folder, in order."""
    return sorted(p for p in home.iterdir() if PAGES.fullmatch(p.name)) if home.is_dir() else []


def written_files(home: Path, editions: list[Edition]) -> dict[str, str]:
    """sha256 of everything generated for a report: beside its page and beside the frozen files of its editions.

    A page source that was edited or put there is not what this says, and is made again.
    """
    found = digests(home, [*(p.name for p in page_sources_in(home)), *(n for n in BESIDE if not (home / n).is_dir())])
    for name in (n for n in BESIDE if (home / n).is_dir()):
        found |= {f"{name}/{file}": sha256 for file, sha256 in digests(home / name).items()}
    return found | written_in_editions(editions)


def written_in_editions(editions: list[Edition]) -> dict[str, str]:
    """sha256 of everything generated beside the frozen files of editions."""
    return {
        f"{e.version}/{name}": sha256
        for e in editions
        for name, sha256 in digests(e.folder, generated_files(e.folder)).items()
    }


def remove_pages(home: Path, with_editions: bool = True, with_list: bool = True) -> None:
    """Everything in a report's folder that is generated, in its editions too or only beside its own page, but for the
    list of what may be served if that is written next; the frozen files of its editions are never touched.
    """
    names = (*BESIDE, WRITTEN, *FORMER_STAMPS, *((SERVED,) if with_list else ()))
    for path in (*page_sources_in(home), *(home / name for name in names)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for edition in home.glob("v*") if with_editions else ():
        if not VERSION.fullmatch(edition.name) or edition.is_symlink():
            continue  # not an edition: what lies there is somebody's, and is never served
        for name in generated_files(edition):
            (edition / name).unlink(missing_ok=True)
