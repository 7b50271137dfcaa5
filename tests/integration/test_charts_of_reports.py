"""Every chart of every real report and of the demonstration: what stands in its picture, and how it is told."""

import pytest
from lxml import etree, html

from improvement_reports.domain.alternatives import LONGEST
from improvement_reports.domain.markup import plain
from improvement_reports.facts.blocks import ChartBlock
from improvement_reports.facts.figures import MIME
from improvement_reports.method.judgement import Basis
from improvement_reports.report import open_report
from improvement_reports.sections.measures import named_charts
from improvement_reports.sections.official import referrals_chart
from improvement_reports.sections.profile_trends import trends
from improvement_reports.sections.thread import golden_thread

REPORTS = [
    ("gloucestershire", "2021-04", "board"),
    ("gloucestershire", "2022-11", "scrutiny"),
    ("gloucestershire", "2020-10", "inspection"),
    ("gloucestershire", "2025-03", "profile"),
    ("exampleshire", "2024-08", "board"),
    ("exampleshire", "2025-09", "board"),
]
TEXT = "{http://www.w3.org/2000/svg}text"


def charts_of(report) -> list[ChartBlock]:
    if not report.params.kind.has_return:
        found = [*trends(report), *referrals_chart(report)]
    elif report.params.kind == "inspection":
        shown = golden_thread(report)
        found = shown if isinstance(shown, list) else [shown]
    else:
        found = [block for key in report.params.sections for block in named_charts(report, key)]
    return [block for block in found if isinstance(block, ChartBlock)]


@pytest.fixture(scope="module", params=REPORTS, ids="/".join)
def shown(request, real_once):
    report = open_report(*request.param, real_once)
    return report, charts_of(report)


def test_there_are_charts(shown):
    assert shown[1]


def test_a_saved_picture_says_what_it_shows_and_whose_it_is(shown):
    """Headline, subtitle and source stand in each file itself, and that it is made up where it is."""
    report, charts = shown
    for chart in charts:
        for drawing in (chart.svg, chart.svg_narrow):
            words = " ".join(t.text or "" for t in etree.fromstring(drawing.encode()).findall(TEXT))
            assert " ".join(plain(chart.finding).split()) in words, chart.figure.id
            assert " ".join(plain(chart.subtitle).split()) in words, chart.figure.id
            assert "Source: " in words, chart.figure.id
            assert ("Illustrative" in words) == report.facts.authority.illustrative, chart.figure.id


def test_the_alternative_text_is_short_and_its_values_stand_in_the_table(shown):
    for chart in shown[1]:
        record = chart.bundle()[MIME]
        assert 20 < len(record["alt"]) <= LONGEST < 150, (chart.figure.id, record["alt"])
        rows = html.fragment_fromstring(str(chart.table), create_parent="div").findall(".//tbody/tr")
        assert len(rows) == len(chart.figure.data) - 1 >= 1, chart.figure.id


def test_a_control_chart_is_drawn_where_the_verdict_rests_on_one(real_once):
    """In the demonstration's newest report; and what it says is the verdict of the tables."""
    report = open_report("exampleshire", "2025-09", "board", real_once)
    charted = 0
    for chart in charts_of(report):
        at = next((a for a in report.facts.main_positions() if a.measure_id == chart.figure.measure_id), None)
        is_charted = (
            at is not None and at.judgement.basis in (Basis.CHART, Basis.LANEY) and "by age" not in chart.finding
        )
        if is_charted and chart.figure.id != "chart.ages":
            charted += 1
            words = [t.text for t in etree.fromstring(chart.svg.encode()).iter(TEXT) if t.text]
            assert any(w.startswith("upper limit") for w in words), chart.figure.id
            assert at.direction.value in plain(chart.said).lower(), chart.figure.id
            assert "The limits are the average plus and minus" in plain(chart.table)
    assert charted == 4


def test_no_report_before_the_twelfth_value_has_limits(real_once):
    for chart in charts_of(open_report("exampleshire", "2024-08", "board", real_once)):
        assert "limit" not in "".join(etree.fromstring(chart.svg.encode()).itertext())
