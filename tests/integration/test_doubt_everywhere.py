"""What is disputed, in doubt or not dated says so wherever it stands: every section of every real return is walked."""

import inspect
import re
from collections.abc import Iterator

import pytest
from lxml import html

from improvement_reports import sections
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.markup import plain
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.facts.blocks import Block, ChartBlock
from improvement_reports.method.progress import is_disputed
from improvement_reports.report import Report, open_report
from improvement_reports.sections.measures import named_charts, named_measures, other_measures_table

REPORTS = [
    ("gloucestershire", "2020-10", "inspection"),
    ("gloucestershire", "2021-04", "board"),
    ("gloucestershire", "2022-11", "scrutiny"),
    ("herefordshire", "2021-08", "cabinet"),
    ("worcestershire", "2018-06", "cabinet"),
    ("exampleshire", "2025-09", "board"),
]
COLOURS = {"state-improving", "state-worsening", "state-met", "state-not-met", "state-within-tolerance"}
PLACES = ("td", "li", "p", "dd", "span.cell")  # the smallest thing that is read as one


@pytest.fixture(scope="module", params=REPORTS, ids="/".join)
def walked(request, real_once) -> tuple[Report, list]:
    report = open_report(*request.param, real_once)
    return report, [html.fragment_fromstring(text, create_parent="div") for text in texts(report)]


def texts(report: Report) -> Iterator[str]:
    """The markup of every section that takes the report alone, of its measures and charts, and of its narrative."""
    found: list[object] = []
    for name in sections.__all__:
        section = getattr(sections, name)
        if callable(section) and list(inspect.signature(section).parameters) == ["report"]:
            try:
                found.append(section(report))
            except (UserError, AttributeError, KeyError):  # a section of another kind of report
                report.facts.take_figures()
    for key in report.params.sections:
        found += [named_measures(report, key), *named_charts(report, key)]
    found.append(Block(other_measures_table(report), form="html"))
    found += [report.narrative(key) for key in report.narrative_texts]
    for block in found:
        for part in block if isinstance(block, list) else [block]:
            if isinstance(part, ChartBlock):
                yield f"<figure><p>{part.finding}</p><p>{part.subtitle}</p>{part.said}{part.table}</figure>"
            elif isinstance(part, Block):
                yield str(part.text)


def places(roots: list, figure_ids: set[str]) -> Iterator[tuple[str, object]]:
    """Each link to one of these figures with the smallest thing that is read as one around it."""
    for root in roots:
        for link in root.iter("a"):
            if (found := link.get("data-figure")) in figure_ids:
                around = [e for e in link.iterancestors() if e.tag in ("td", "li", "p", "dd", "th")]
                yield found, around[0] if around else root


def row_of(place) -> object:
    return next((e for e in place.iterancestors() if e.tag == "tr"), place)


def test_a_disputed_value_says_so_and_has_no_colour(walked):
    report, roots = walked
    facts = report.facts
    ids = {facts.row_id(r) for r in rows_of(facts.observations) if is_disputed(r, facts.measures[r["measure_id"]])}
    for figure, place in places(roots, ids):
        # A sentence about the contradiction itself says it in its own words.
        said = place.text_content()
        assert "disputed" in said or "contradict" in said, (figure, said)
        cell = {c for e in place.iter() for c in (e.get("class") or "").split()}
        assert not COLOURS & cell, (figure, place.text_content())


def test_what_is_said_of_a_disputed_newest_value_has_no_verdict(walked):
    report, roots = walked
    facts = report.facts
    newest = {
        facts.row_id(r)
        for r in rows_of(facts.tables["observations"])
        if is_disputed(r, facts.measures[r["measure_id"]])
    }
    for part in ("direction", "result", "run", "target-run", "assurance", "crossing", "year-change", "distance"):
        assert not list(places(roots, {f"{key}.{part}" for key in newest}))


def test_a_value_that_is_not_dated_says_so(walked):
    report, roots = walked
    facts = report.facts
    rows = [r for r in rows_of(facts.observations) if r["period_type"] == PeriodType.NOT_DATED]
    ids = {facts.row_id(r) for r in rows}
    for figure, place in places(roots, ids):
        assert "not dated" in row_of(place).text_content(), (figure, row_of(place).text_content())
    for row in rows:
        figure = facts.value_figure(row)
        assert (figure.period, "not dated" in figure.label) == ("not dated", True)


DATED = re.compile(
    r"\b(?:taken as|recorded (?:as|for)|entered (?:as|for)) (?:the |that of )?(?:\w+ )?(?:month|quarter|year|20\d\d)"
)


def test_no_note_dates_a_value_that_stands_as_not_dated(walked):
    report, _ = walked
    rows = report.facts.tables["observations"]
    undated = set(rows[rows["period_type"] == PeriodType.NOT_DATED]["measure_id"])
    notes = [r for r in rows_of(report.facts.tables["notes"]) if r["measure_id"] in undated]
    assert [r["text"] for r in notes if DATED.search(r["text"])] == []


def test_a_note_that_dates_one_is_found():
    assert DATED.search("The 770 is taken as the quarter that ends with the reporting month.")
    assert DATED.search("It is recorded as November 2022, the reporting month.") and not DATED.search("as not dated")


def test_a_status_in_doubt_says_so(walked):
    report, roots = walked
    doubted = report.facts.doubted_priorities
    ids = {f"priority.{key.lower()}.{which}" for key in doubted for which in ("impact", "action")}
    for figure, place in places(roots, ids):
        assert "in doubt" in row_of(place).text_content(), (figure, row_of(place).text_content())


def test_a_number_of_statuses_says_how_many_of_them_are_in_doubt(real_once):
    facts = open_report("gloucestershire", "2021-04", "board", real_once).facts
    (doubted,) = facts.doubted_priorities
    for which in ("action", "impact"):
        status = facts.priority(doubted)[f"{which}_status"]
        assert plain(facts.count_priorities(which, status)).endswith(" (1 in doubt)")
    assert "doubt" not in facts.count_priorities("action", "on_target") + facts.count_priorities()


def test_the_walk_meets_each_of_them(real_once):
    """Or the tests above would prove nothing."""
    report = open_report("gloucestershire", "2021-04", "board", real_once)
    roots = [html.fragment_fromstring(text, create_parent="div") for text in texts(report)]
    facts = report.facts
    assert facts.doubted_priorities
    rows = rows_of(facts.observations)
    disputed = {facts.row_id(r) for r in rows if is_disputed(r, facts.measures[r["measure_id"]])}
    undated = {facts.row_id(r) for r in rows if r["period_type"] == PeriodType.NOT_DATED}
    doubted = {f"priority.{k.lower()}.{w}" for k in facts.doubted_priorities for w in ("impact", "action")}
    for ids in (disputed, undated, doubted):
        assert list(places(roots, ids))
