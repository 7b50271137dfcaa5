"""The figures of a profile: a value, its rank and its direction, each with the rows that it is made from."""

from collections.abc import Iterable

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.markup import slug
from improvement_reports.facts.figures import Figure, SomeRow, inputs_of
from improvement_reports.method.standing import Standing
from improvement_reports.official.cases import rows_of_cases, rows_of_cases_of_two
from improvement_reports.report import Report


def own_figure(report: Report, s: Standing, year: int | None = None) -> Figure:
    """The authority's value of the year of the standing, or of another one."""
    return report.facts.dfe_figure(s.measure_id, None, s.year if year is None else year)


def _derived(
    report: Report,
    s: Standing,
    part: str,
    label: str,
    published: str,
    value: str,
    formula: str,
    rows: Iterable[SomeRow | None],
) -> Figure:
    measure = report.official.measure(s.measure_id)
    return Figure(
        slug("dfe", s.measure_id, s.year, part),
        "number",
        f"{measure.label}, {report.official.year_words(s.measure_id, s.year)}: {label}",
        published,
        value,
        str(measure.unit),
        s.measure_id,
        report.params.authority,
        str(s.year),
        formula,
        inputs_of(rows),
    )


def rank_figure(report: Report, s: Standing) -> Figure:
    """The place among all authorities, with the rows of its number of cases."""
    formula = (
        f"place among the {s.of} authorities with a published value for {s.year} in annual-values.csv; equal values"
        " share a place"
    )
    rows = [s.row]
    if s.cases is not None:
        formula += f"; limits of chance are those of {nb.counted(round(s.cases), 'case')}"
        rows += rows_of_cases(report.official, s.measure_id, s.year, report.facts.authority.la_code)
    return _derived(report, s, "rank", "rank", f"{s.rank} of {s.of}", str(s.rank), formula, rows)


def direction_figure(report: Report, s: Standing) -> Figure:
    """Which way the value went, with the rows of both years and of their numbers of cases."""
    value = "" if s.change is None else f"{s.change:f}"
    rows = [s.row, s.before]
    if s.before is not None:
        rows += rows_of_cases_of_two(report.official, s.measure_id, s.year, report.facts.authority.la_code)
    formula = "change since the year before; a direction where chance does not explain it"
    return _derived(report, s, "direction", "direction of travel", s.direction.value, value, formula, rows)
