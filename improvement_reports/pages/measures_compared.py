"""All official measures by subject: England's newest value and line, and the authorities of the site beside it."""

from collections.abc import Mapping

from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import joined, slug, under
from improvement_reports.domain.vocabulary import SIZES, BetterWhen, ValueStatus
from improvement_reports.facts.blocks import HTML, Block
from improvement_reports.method.among_others import AmongOthers, among_others
from improvement_reports.official.definitions import unit_words
from improvement_reports.official.statistics import OfficialRow, OfficialStatistics
from improvement_reports.pages.page_link import page_link
from improvement_reports.pages.page_of_parts import Page, Part
from improvement_reports.sections.lines import official_line, official_line_rows
from improvement_reports.sections.tables import figure_table
from improvement_reports.workspace.areas import ENGLAND

NO_SUBJECT = "Other measures"


def measures_compared(
    page: Page, official: OfficialStatistics, years: Mapping[str, int], marked: Mapping[str, str]
) -> list[Part]:
    """By subject a row for each measure in its newest year with enough values. ``years``: those by measure;
    ``marked``: the names of authorities by code.
    """
    subjects = {subject: [m for m in years if m in of_it] for subject, of_it in official.lists.subjects.items()}
    named = {m for of_it in subjects.values() for m in of_it}
    subjects[NO_SUBJECT] = [m for m in years if m not in named]
    parts: list[Part] = []
    for subject, measures in subjects.items():
        if measures:
            table = _table(page, official, subject, {m: years[m] for m in measures}, marked)
            parts += [f"## {markdown_text(subject)}", Block(table, form=HTML)]
    return parts


def _table(
    page: Page, official: OfficialStatistics, subject: str, years: Mapping[str, int], marked: Mapping[str, str]
) -> Markup:
    columns = [
        Column("measure", "Measure", is_row_header=True),
        Column(ENGLAND, "England", is_number=True),
        *(Column(code, name, is_number=True) for code, name in marked.items()),
    ]
    rows, used = [], []
    for measure_id, year in years.items():
        rows.append(_row(official, measure_id, year, marked))
        used += _inputs(official, measure_id, year, marked)
    return figure_table(page, f"compared.{slug(subject)}", subject, columns, rows, used, "compared")


def _row(official: OfficialStatistics, measure_id: str, year: int, marked: Mapping[str, str]) -> dict[str, str]:
    measure = official.measure(measure_id)
    name = page_link(f"{measure_id.replace('_', '-')}/index.html", measure.label)
    note = f"{unit_words(measure)}{official.year_words(measure_id, year)}"
    england = "" if measure.unit in SIZES else published_value(official, measure_id, year, ENGLAND)
    return {
        "measure": under(name, note),
        ENGLAND: joined(england, official_line(official, measure_id, year, ENGLAND)) if england else "",
        **{code: _beside(official, measure_id, year, code) for code in marked},
    }


def published_value(official: OfficialStatistics, measure_id: str, year: int, code: str) -> str:
    """The value of an area as it was published, with its unit; nothing where none was."""
    row, measure = official.row(measure_id, year, code), official.measure(measure_id)
    if row is None or row["status"] != ValueStatus.PUBLISHED:
        return ""
    return nb.format_value(row["value_text"], measure.unit, measure.decimals)


def _beside(official: OfficialStatistics, measure_id: str, year: int, code: str) -> str:
    """The value of an authority with its place and its line; the place of a size means nothing."""
    value = published_value(official, measure_id, year, code)
    if not value:
        return ""
    measure, others = official.measure(measure_id), among_others(official, measure_id, year)
    is_ranked = measure.unit not in SIZES and measure.better_when is not BetterWhen.NEUTRAL
    if is_ranked and not others.why_unranked(code):
        value = under(value, f"place {others.rank(code)} of {len(others.values)}")
    return joined(value, official_line(official, measure_id, year, code))


def _inputs(
    official: OfficialStatistics, measure_id: str, year: int, marked: Mapping[str, str]
) -> list[OfficialRow | None]:
    """The rows that a line of the table shows; those of all authorities stand on the measure's own page."""
    codes = [ENGLAND, *marked]
    own = [official.row(measure_id, year, code) for code in codes]
    return [*own, *(row for code in codes for row in official_line_rows(official, measure_id, year, code))]


def places_of(others: AmongOthers) -> tuple[dict[str, str], list[str]]:
    """The place of each authority with a value, "" where it has none, and why some have none."""
    why = {code: others.why_unranked(code) for code in others.values}
    places = {code: "" if why[code] else str(others.rank(code)) for code in others.values}
    return places, sorted({words for words in why.values() if words})
