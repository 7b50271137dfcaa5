"""The files for paper of every report on a rendered site, made from its page once and kept, and the links to them.

They are those of the newest edition, at the address of the report, or of its draft where the site shows that.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from improvement_reports import HOME
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import format_day
from improvement_reports.domain.templates import fill
from improvement_reports.editions.citing import CITED_AS, publisher_of
from improvement_reports.editions.days import day_of_stamp
from improvement_reports.editions.edition import newest_edition
from improvement_reports.editions.manifest import STAMP
from improvement_reports.pages.side_by_side import side_by_side
from improvement_reports.pages.sources import REPORT
from improvement_reports.sheets.imprint import Imprint
from improvement_reports.sheets.leaf import DRAFT, Leaf, read_leaf
from improvement_reports.sheets.typeset import LETTERS_FOLDER, prepare_letters, versions
from improvement_reports.workspace.files import digest, file_digest, write_bytes, write_whole
from improvement_reports.workspace.kept_work import mark_used, prune
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings
from improvement_reports.workspace.stamps import Stamp, digests

if TYPE_CHECKING:
    from improvement_reports.sheets.slim import Slim

FOLDER = "sheets"  # below build/
COUNTS = "sheets.json"  # how many sheets each file has
FILES = {
    "brief.pdf": "This report on one sheet (PDF)",
    "report.pdf": "This report as PDF",
    "report.docx": "This report as a Word file",
}
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# What a page says of other reports may change while this one stays as it is.
OF_OTHERS = re.compile(r'<nav class="ways".*?</nav>|<p class="newer-report">.*?</p>', re.DOTALL)
CHART = re.compile(r'<img\b[^>]*\bsrc="([^"#?:]+\.svg)')
DOWNLOADS = re.compile(r'<ul\b[^>]*\bclass="downloads"[^>]*>')
WAYS = re.compile(r'<nav class="ways"[^>]*>.*?(?=</nav>)', re.DOTALL)
LINKS = re.compile(r'<(li|ul) class="on-paper">.*?</\1>', re.DOTALL)
# Typst keeps what it made for whoever sets the same again: after ten reports it holds a quarter of a gigabyte.
MOST_AT_ONCE = 6
DRAFT_MARK = f'class="{DRAFT}-mark"'


class Paper(NamedTuple):
    """A report whose files are to be there: the address of its page on the site, and the key of what they are made
    from.
    """

    address: str
    key: str


def write_sheets(project: Project, output: Path, prunes: bool = True) -> list[str]:
    """The files of every report whose page lies in ``output``, beside it, and the links to them on the page.
    ``prunes``: whether kept files that nobody used for long are thrown away.

    Returns what could not be made, report by report; of such a report the page has no links.
    """
    pages = {a: path for path in sorted(output.glob("reports/*/*/*/index.html")) if (a := _report_at(path, output))}
    if not pages:
        return []
    try:
        common = digest([versions(), _code()])
        prepare_letters(project.build / LETTERS_FOLDER)
    except UserError as error:
        return [str(error)]
    papers = [Paper(address, paper_key(project, path, address, common)) for address, path in pages.items()]
    kept = [_stamp(project, paper.key).holds() for paper in papers]
    new = [paper for paper, is_kept in zip(papers, kept, strict=True) if not is_kept]
    said = dict(zip(new, _made_side_by_side(project, new, output), strict=True))
    for paper in papers:
        if not said.get(paper):
            _put(project, paper, pages[paper.address])
    if prunes:
        prune(project.build / FOLDER)
    return [fault for fault in said.values() if fault]


def _report_at(page: Path, output: Path) -> str:
    """The address of a report's page; "" for another page."""
    address = page.relative_to(output).as_posix()
    return address if REPORT.fullmatch(address) else ""


def paper_key(project: Project, page: Path, address: str, common: str) -> str:
    """All that the files of a report are made from: its page, its charts, what stands on every sheet, and with what
    they are made.
    """
    text = page.read_text(encoding="utf-8")
    main = LINKS.sub("", OF_OTHERS.sub("", "".join(MAIN.findall(text))))
    charts = {name: file_digest(page.parent / name) for name in CHART.findall(main) if (page.parent / name).is_file()}
    return digest([common, address, main, charts, str(imprint_of(project, address, DRAFT_MARK in main))])


@cache
def _code() -> dict[str, str]:
    """The modules and templates that files are made with."""
    homes = (HOME / "sheets", HOME / "templates" / "sheets")
    return {path.name: file_digest(path) for home in homes for path in sorted(home.iterdir()) if path.is_file()}


def imprint_of(project: Project, address: str, is_draft: bool) -> Imprint:
    """What stands on every sheet of a report."""
    _, authority, month, kind, _ = address.split("/")
    settings = load_settings(project)
    edition = None if is_draft else newest_edition(project, authority, month, kind)
    short = address.removesuffix("index.html")
    if edition is None:
        reference = CITED_AS.format(f"{authority}/{month}/{kind}")
        return Imprint("Draft, not published", f"{settings.url}{short}" if settings.url else reference, "", None)
    day = format_day(day_of_stamp(edition.manifest.published))
    place = f"{settings.url}{short}{edition.version}/" if settings.url else CITED_AS.format(edition.identifier)
    moment = datetime.strptime(edition.manifest.published, STAMP).replace(tzinfo=UTC)
    return Imprint(f"Edition {edition.version}, published {day}", place, publisher_of(edition), moment)


def _made_side_by_side(project: Project, new: list[Paper], output: Path) -> list[str]:
    """`make_papers`; a long page takes longer to set."""
    return side_by_side(
        project, make_papers, new, output, weight=lambda p: (output / p.address).stat().st_size, most=MOST_AT_ONCE
    )


def make_papers(project: Project, papers: Sequence[Paper], output: Path) -> list[str]:
    """Make the files of some reports and keep them; for each what went wrong, or nothing."""
    said = []
    for paper in papers:
        try:
            _make(project, paper, output / paper.address)
            said.append("")
        except (UserError, RuntimeError) as error:
            said.append(f"{paper.address}: {error}")
    return said


def _make(project: Project, paper: Paper, page: Path) -> None:
    settings = load_settings(project)
    full = f"{settings.url}{paper.address}" if settings.url else ""
    leaf: Leaf = read_leaf(LINKS.sub("", page.read_text(encoding="utf-8")), paper.address, full)
    imprint = imprint_of(project, paper.address, DRAFT in leaf.marks)
    letters, folder = project.build / LETTERS_FOLDER, _kept(project, paper.key)
    counts = {}
    for name, make in _makers().items():
        made = make(leaf, imprint, lambda chart: _beside(page, chart), letters, paper.address)
        write_bytes(folder / name, made.content)
        counts[name] = made.sheets
    write_whole(folder / COUNTS, json.dumps(counts))
    _stamp(project, paper.key).set()


def _makers() -> "dict[str, Callable[..., Slim]]":
    """What makes each of the files, loaded where one is to be made: most are kept from before."""
    from improvement_reports.sheets.brief import brief_pdf
    from improvement_reports.sheets.report_pdf import report_pdf
    from improvement_reports.sheets.word import report_docx

    return dict(zip(FILES, (brief_pdf, report_pdf, report_docx), strict=True))


def _beside(page: Path, name: str) -> bytes:
    """A file that a page shows; a `UserError` if it is not there."""
    path = page.parent / name
    if not path.resolve().is_relative_to(page.parent.resolve()) or not path.is_file():
        raise UserError(f"the page shows {name}, which is not beside it; PDF and Word cannot be made of it.")
    return path.read_bytes()


def _put(project: Project, paper: Paper, page: Path) -> None:
    """The kept files of a report beside its page, and the links to them among its downloads."""
    folder = _kept(project, paper.key)
    mark_used(folder)
    mark_used(_stamp(project, paper.key).path)
    counts = json.loads((folder / COUNTS).read_text(encoding="utf-8"))
    links = []
    for name, words in FILES.items():
        content = (folder / name).read_bytes()
        write_bytes(page.parent / name, content)
        links.append({"name": name, "words": words, "sheets": counts.get(name, 0), "bytes": len(content)})
    text = page.read_text(encoding="utf-8")
    in_short = fill("sheets/on_paper_in_short.html", names=list(FILES))
    write_whole(page, with_links(text, fill("sheets/on_paper.html", links=links), in_short))


def with_links(page: str, links: str, in_short: str) -> str:
    """A page with links to its files at the head of its first list of downloads, and in short beside the ways on."""
    page = LINKS.sub("", page)  # of a call before
    for place, what in ((WAYS, in_short), (DOWNLOADS, links)):
        if found := place.search(page):
            page = "".join([page[: found.end()], what, page[found.end() :]])
    return page


def _kept(project: Project, key: str) -> Path:
    return project.build / FOLDER / key


def _stamp(project: Project, key: str) -> Stamp:
    folder = _kept(project, key)
    return Stamp(folder.with_suffix(".json"), key, lambda: digests(folder) if folder.is_dir() else {})
