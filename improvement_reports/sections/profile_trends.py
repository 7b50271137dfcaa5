"""Lines of a profile: a few official measures over the years, with England beside them."""

from functools import partial

from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import listed
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import slug
from improvement_reports.domain.vocabulary import AREA_NAMES, MISSING_WORDS, Area, ValueStatus
from improvement_reports.facts.blocks import Block, ChartBlock
from improvement_reports.method.standing import Standing
from improvement_reports.official.statistics import Comparator, OfficialRow
from improvement_reports.report import Report
from improvement_reports.sections.figure_charts import Basis, ChartWords, figure_chart
from improvement_reports.sections.tables import cell_words
from improvement_reports.workspace.measures import Measure

# A line is drawn of no fewer years.
FEWEST_YEARS = 3


def trends(report: Report) -> list[ChartBlock | Block]:
    """A line over the years for each of a few measures, with England's beside it."""
    chosen = [(s, _years(report, s)) for s in report.facts.standings if s.measure_id in report.official.lists.trends]
    drawn = [_trend(report, s) for s, years in chosen if len(years) >= FEWEST_YEARS]
    short = [report.official.measure(s.measure_id).label for s, years in chosen if len(years) < FEWEST_YEARS]
    if short:
        said = (
            f"No line is drawn of {listed([f'“{w}”' for w in short], 'and')}, because fewer than {FEWEST_YEARS} years"
            " are held for this authority."
        )
        return [*drawn, Block(markdown_text(said))]
    return [*drawn] or [Block("No measure of which lines are drawn has a value for this authority.")]


def _years(report: Report, s: Standing) -> list[int]:
    """The years in which the authority has a value, up to that of the standing."""
    return [y for y in report.official.years(s.measure_id, report.facts.authority.la_code) if y <= s.year]


TREND_COLUMNS = [
    Column("year", "Year", is_row_header=True),
    Column("own", "This authority", is_number=True),
    Column("england", "England", is_number=True),
]


def _trend(report: Report, s: Standing) -> ChartBlock:
    facts, official = report.facts, report.official
    measure, code = official.measure(s.measure_id), facts.authority.la_code
    years = _years(report, s)
    points, cells, used = [], [], []
    for year in range(years[0], years[-1] + 1):
        row, england = (
            official.row(s.measure_id, year, code),
            official.comparator(s.measure_id, year, Area.ENGLAND, code),
        )
        own = row if row is not None and row["status"] == ValueStatus.PUBLISHED else None
        other = None if england is None or england.value is None else float(england.value)
        points.append(_point(measure, year, own, other))
        cells.append(_trend_row(report, s, year, row, england))
        used += [own, *(england.rows if england else ())]
    said = [" ".join((c["year"], cell_words(c["own"]))) for c in cells]
    joint = official.joint_with(s.measure_id, code)
    place_words = f"{facts.authority.short_name} and {joint} (joint return)" if joint else facts.authority.short_name
    words = ChartWords(
        _trend_finding(measure, s, years, [p.value for p in points if p.value is not None]),
        f"{measure.title}, {place_words}, {years[0]} to {years[-1]}",
        f"Line chart: {'; '.join(said)}.",
        facts.official_picture_source,
    )
    formula = "as published by the Department for Education"
    basis = Basis(used, formula, s.measure_id, facts.authority_id, str(s.year))
    draw = partial(trend, points, measure.unit, measure.decimals, beside=AREA_NAMES[Area.ENGLAND])
    return figure_chart(facts, slug("chart", "trend", s.measure_id), words, basis, TREND_COLUMNS, cells, draw)


def _point(measure: Measure, year: int, own: OfficialRow | None, england: float | None) -> Point:
    """A year of a trend; its label leaves the unit to the words above the drawing."""
    if own is None:
        return Point(f"{year}-03", None, beside=england)
    text = nb.format_value(own["value_text"], measure.unit, measure.decimals).removesuffix(" per 10,000")
    return Point(f"{year}-03", float(own["value"]), text=text, beside=england)


def _trend_row(
    report: Report, s: Standing, year: int, row: OfficialRow | None, england: Comparator | None
) -> dict[str, str]:
    """A year of a trend as a row of its table."""
    status = ValueStatus.NOT_AVAILABLE if row is None else ValueStatus(row["status"])
    own = (
        report.facts.show(report.facts.dfe_figure(s.measure_id, None, year))
        if status is ValueStatus.PUBLISHED
        else MISSING_WORDS[status]
    )
    is_known = england is not None and england.value is not None
    other = report.facts.show(report.facts.dfe_figure(s.measure_id, Area.ENGLAND, year)) if is_known else ""
    return {"year": str(year), "own": own, "england": other}


def _trend_finding(measure: Measure, s: Standing, years: list[int], values: list[float]) -> str:
    """Which way a measure went over the years, and whether it stands above England."""
    way = "rose" if values[-1] > values[0] else "fell" if values[-1] < values[0] else "stood still"
    first, last = (nb.format_value(v, measure.unit, measure.decimals) for v in (values[0], values[-1]))
    england, place = s.others.get(Area.ENGLAND), ""
    if england is not None and england.value is not None:
        above = "above" if s.value > england.value else "below" if s.value < england.value else "level with"
        place = f", {above} England"
    return f"{measure.label} {way} from {first} in {years[0]} to {last} in {years[-1]}{place}"
