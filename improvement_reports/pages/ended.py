"""A page for each council that ended: when, who took over from it, and what was last published of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import listed
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fenced, front_matter, joined, slug, texts, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.wording import BETTER_WORDS
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.official.definitions import unit_words
from improvement_reports.official.statistics import OfficialRow, OfficialStatistics
from improvement_reports.pages.all_reports import ENDED, AllReports
from improvement_reports.pages.measures_compared import published_value
from improvement_reports.pages.page_of_parts import Page, Part, page_of, write_page
from improvement_reports.sections.lines import official_line, official_line_rows
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.areas import ENGLAND
from improvement_reports.workspace.councils import EndedCouncil, load_ended
from improvement_reports.workspace.files import write_whole

COLUMNS = [
    Column("measure", "Measure", is_row_header=True),
    Column("year", "Last published for"),
    Column("own", "Value", is_number=True),
    Column(ENGLAND, "England then", is_number=True),
]
NONE_HELD = "No official statistics of this council are held."
DESCRIPTION = "Councils that ended, who took over from them, and what was last published of each"


@dataclass(frozen=True)
class Ended:
    """A council that ended, the key of its authority, and the names of its successors with where they are on the site
    ("" where they are not).
    """

    key: str
    code: str
    council: EndedCouncil
    successors: Sequence[tuple[str, str]]


def ended_councils(all_of: AllReports) -> list[Ended]:
    """Those of ``params/areas.yml`` that are known as authorities, the latest to end first."""
    by_code = {a.la_code: key for key, a in all_of.authorities.items()}
    found = [
        Ended(by_code[code], code, council, [_successor(all_of, by_code, c) for c in council.successors])
        for code, council in load_ended(all_of.project).items()
        if code in by_code
    ]
    return sorted(found, key=lambda e: (-int(e.council.ended.replace("-", "")), e.council.name))


def _successor(all_of: AllReports, by_code: Mapping[str, str], code: str) -> tuple[str, str]:
    """The name of a council, and its address from a page of an ended one."""
    key = by_code.get(code)
    if key is None:
        return code, ""
    return all_of.authorities[key].name, f"../../{key}/index.html" if key in all_of.everyone else ""


def write_ended(all_of: AllReports) -> None:
    """Write the list of councils that ended and the page of each."""
    councils = ended_councils(all_of)
    for ended in councils:
        _write_page(all_of, ended)
    items = fill("pages/ended_list.html", councils=[(e, _day(e), _taken_over(e)) for e in councils])
    text = fenced(items) if councils else "No council that ended is named in params/areas.yml."
    page = f"{front_matter({**texts('Councils that ended', DESCRIPTION), 'toc': False})}\n\n{text}\n"
    write_whole(all_of.project.reports / ENDED / "index.qmd", page)


def _write_page(all_of: AllReports, ended: Ended) -> None:
    council, official = ended.council, all_of.official
    page = page_of(ended.key, council.ended[:7])
    head = Block(
        fill(
            "pages/ended_council.html",
            council=council,
            ended=_day(ended),
            successors=ended.successors,
            has_elsewhere=any(not address for _, address in ended.successors),
        ),
        form=HTML,
    )
    parts: list[Part] = [head, *(_last_published(page, official, ended) if official is not None else [NONE_HELD])]
    write_page(
        all_of.project.reports / ENDED / ended.key,
        council.name,
        "A council that ended: who took over from it, and what was last published of it",
        council.ended[:7],
        parts,
        page.facts.take_figures(),
        all_of.official_sources,
        ended.key,
    )


def _day(ended: Ended) -> str:
    return nb.format_day(ended.council.ended)


def _taken_over(ended: Ended) -> str:
    return listed([name for name, _ in ended.successors], "and")


def _last_published(page: Page, official: OfficialStatistics, ended: Ended) -> list[Part]:
    """By subject the last value of each measure of which one was published, with the year that it is of."""
    parts: list[Part] = []
    for subject, measures in official.lists.subjects.items():
        years = {m: held[-1] for m in measures if m in official.measures and (held := official.years(m, ended.code))}
        if years:
            parts += [f"### {markdown_text(subject)}", Block(_table(page, official, subject, years, ended), form=HTML)]
    return ["## What was last published", *parts] if parts else [NONE_HELD]


def _table(page: Page, official: OfficialStatistics, subject: str, years: Mapping[str, int], ended: Ended) -> Markup:
    rows = [_row(official, m, y, ended.code) for m, y in years.items()]
    used = [row for m, y in years.items() for row in _rows_of(official, m, y, ended.code)]
    caption = f"{subject}: last published of {ended.council.name}"
    return figure_table(page, f"last.{slug(subject)}", caption, COLUMNS, rows, used, "official")


def _row(official: OfficialStatistics, measure_id: str, year: int, code: str) -> dict[str, str]:
    measure = official.measure(measure_id)
    note = f"{unit_words(measure)}{BETTER_WORDS[measure.better_when]}"
    return {
        "measure": joined(under(measure.label, note), official_line(official, measure_id, year, code)),
        "year": official.year_words(measure_id, year),
        "own": _cell(official, measure_id, year, code),
        ENGLAND: _cell(official, measure_id, year, ENGLAND),
    }


def _cell(official: OfficialStatistics, measure_id: str, year: int, code: str) -> str:
    """A value as it stands in a row that names its unit."""
    return published_value(official, measure_id, year, code).removesuffix(" per 10,000")


def _rows_of(official: OfficialStatistics, measure_id: str, year: int, code: str) -> list[OfficialRow | None]:
    """The rows that a line of the table shows."""
    own = [official.row(measure_id, year, area) for area in (code, ENGLAND)]
    return [*own, *official_line_rows(official, measure_id, year, code)]
