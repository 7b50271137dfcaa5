"""Every table of measures draws the way of each measure that has values enough, and names the rows it is drawn from."""

import pytest
from lxml import html

from improvement_reports.charts.sparkline import FEWEST
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.method.among_others import among_others
from improvement_reports.pages.measures_compared import measures_compared, places_of
from improvement_reports.pages.page_of_parts import page_of
from improvement_reports.report import open_report
from improvement_reports.sections.lines import (
    has_line,
    line_rows,
    official_line,
    official_line_rows,
    standing_line_rows,
)
from improvement_reports.sections.measures import measures_table, off_target, section_positions
from improvement_reports.sections.official import beside_others, official_measures
from improvement_reports.sections.profile import standing_tables
from improvement_reports.sections.profile_unusual import unusual_and_changed
from improvement_reports.sections.status import priorities
from improvement_reports.sections.thread import answering_facts, golden_thread, report_threads
from improvement_reports.workspace.areas import ENGLAND

GLOUCESTERSHIRE = "916"


def table_of(figures: list[Figure], table_id: str) -> Figure:
    return next(f for f in figures if f.id == table_id)


def rows_with_line(text: str) -> list[bool]:
    """Of each row of a table, whether it has a line."""
    root = html.fragment_fromstring(str(text), create_parent="div")
    return [bool(row.xpath(".//*[contains(@class, 'spark')]")) for row in root.xpath(".//tbody/tr")]


@pytest.mark.parametrize(
    "home", [("exampleshire", "2025-09"), ("exampleshire", "2024-06"), ("gloucestershire", "2021-04")]
)
def test_a_row_of_measures_has_a_line_where_there_are_four_values(real_once, home):
    report = open_report(*home, "board", real_once)
    drawn = []
    for priority in priorities(report):
        section = report.params.sections.get(priority["priority_id"])
        block = measures_table(report, priority)
        if not section or not block.text:
            continue
        positions = section_positions(report, section.measures)
        assert rows_with_line(block.text) == [has_line(at) for at in positions]
        drawn += [at for at in positions if has_line(at)]
        table = table_of(block.figures, f"table.measures.{priority['priority_id']}")
        assert set(inputs_of(line_rows(positions))) <= set(table.inputs)
    assert drawn or home != ("exampleshire", "2025-09")
    assert any(rows_with_line(off_target(report).text)) is any(
        has_line(at) for at in report.facts.main_positions() if at.result is not None and at.result.value != "met"
    )


def test_a_golden_thread_has_a_line_for_each_measure_with_four_values(real_once):
    report = open_report("exampleshire", "2025-09", "board", real_once)
    facts = answering_facts(report)
    expected = sum(has_line(facts.position(m)) for t in report_threads(report) for m in t.measures)
    block = golden_thread(report)[1]
    assert expected and str(block.text).count('class="spark"') == expected


@pytest.mark.parametrize(("month", "kind"), [("2021-04", "board"), ("2022-11", "scrutiny")])
def test_official_measures_have_lines_of_what_was_known_by_the_meeting(real_once, month, kind):
    report = open_report("gloucestershire", month, kind, real_once)
    block = beside_others(report)
    official, measures = report.official, official_measures(report)
    expected = [len(official.years(m, GLOUCESTERSHIRE)) >= FEWEST for m in measures]
    assert rows_with_line(block.text) == expected and sum(expected) > 5
    inputs = set(table_of(block.figures, "table.official").inputs)
    for measure_id in measures:
        year = official.years(measure_id, GLOUCESTERSHIRE)[-1]
        assert set(inputs_of(official_line_rows(official, measure_id, year, GLOUCESTERSHIRE))) <= inputs


def test_a_year_without_a_value_is_a_gap_of_an_official_line(real_once):
    official = open_report("gloucestershire", "2025-03", "profile", real_once).official
    measure_id, code = "referral_rate", "884"
    years = official.years(measure_id, code)
    assert years != list(range(years[0], years[-1] + 1)), "Herefordshire has years without a value"
    line = html.fragment_fromstring(str(official_line(official, measure_id, years[-1], code)))
    assert len(line.xpath(".//*[local-name()='polyline']")) + len(line.xpath(".//*[@r='1.2']")) > 1
    assert official_line(official, measure_id, years[2], code) == "" and not official_line_rows(
        official, measure_id, years[2], code
    )


def test_the_index_of_comparisons_has_values_places_and_lines(real_once):
    official = open_report("gloucestershire", "2025-03", "profile", real_once).official
    measure_id = "sw_agency_pct"
    year = official.years(measure_id, GLOUCESTERSHIRE)[-1]
    page = page_of("", "2025-03")
    root = html.fragment_fromstring(
        str(measures_compared(page, official, {measure_id: year}, {GLOUCESTERSHIRE: "Gloucestershire"})[1].text),
        create_parent="div",
    )
    (row,) = root.xpath(".//tbody/tr")
    england, own = (cell.text_content() for cell in row.xpath("./td"))
    published = official.published(measure_id, year)
    mine = published[published["la_code"] == GLOUCESTERSHIRE].iloc[0]
    better = int((published["value"] < mine["value"]).sum())
    assert own.startswith(mine["value_text"]) and f"place {better + 1} of {len(published)}" in own
    assert england.startswith(official.row(measure_id, year, ENGLAND)["value_text"])
    assert len(row.xpath(".//*[contains(@class, 'spark')]")) == 2
    (figure,) = page.facts.take_figures()
    assert len(figure.inputs) == len(
        {r["source_row"] for c in (ENGLAND, GLOUCESTERSHIRE) for r in official_line_rows(official, measure_id, year, c)}
    )


def test_a_place_stands_only_where_the_rule_of_ranks_gives_one(real_once):
    official = open_report("gloucestershire", "2025-03", "profile", real_once).official
    seen = set()
    for measure_id in (m for m in official.measures if official.years(m)):
        others = among_others(official, measure_id, official.years(measure_id)[-1])
        places, why = places_of(others)
        assert set(places) == set(others.values)
        for code, place in places.items():
            assert (place == "") is bool(others.why_unranked(code)) and place in ("", str(others.rank(code)))
        assert bool(why) is ("" in places.values())
        seen |= {bool(place) for place in places.values()}
    assert seen == {True, False}


def test_a_profile_has_lines_in_its_tables_of_measures(real_once):
    report = open_report("gloucestershire", "2025-03", "profile", real_once)
    blocks = [b for b in standing_tables(report) if "<table" in b.text]
    drawn = [is_drawn for block in blocks for is_drawn in rows_with_line(block.text)]
    expected = [bool(standing_line_rows(report, s)) for s in report.facts.standings]
    assert sorted(drawn) == sorted(expected) and sum(drawn) > 20
    inputs = {i for block in blocks for f in block.figures for i in f.inputs}
    assert set(inputs_of(r for s in report.facts.standings for r in standing_line_rows(report, s))) <= inputs
    assert any(rows_with_line(unusual_and_changed(report).text))
