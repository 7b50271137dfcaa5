"""The profile of an authority: every number is the published one, every measure has its place, odd authorities
included.
"""

import csv
import re
from types import SimpleNamespace

import lxml.html
import pytest
from conftest import ROOT

from improvement_reports.charts.trend import Point, trend
from improvement_reports.domain.markup import plain
from improvement_reports.domain.vocabulary import Area, BetterWhen, Direction, Mark, Unit
from improvement_reports.facts.blocks import ChartBlock
from improvement_reports.method.standing import FEWEST_RANKED
from improvement_reports.official.lists import load_lists
from improvement_reports.report import Report, open_report
from improvement_reports.sections import (
    profile,
    profile_key_table,
    profile_neighbours,
    profile_screen,
    profile_trends,
    profile_unusual,
)
from improvement_reports.workspace.places import Project

MONTH = "2025-03"
# A county; the City and Scilly, with hardly a child; one that began in 2023; one with a joint workforce.
ODD = ["gloucestershire", "city-of-london", "isles-of-scilly", "westmorland-and-furness", "kingston-upon-thames"]


@pytest.fixture(scope="module")
def opened(real_once) -> dict[str, Report]:
    return {key: open_report(key, MONTH, "profile", real_once) for key in ODD}


@pytest.fixture(scope="module")
def raw(real_once) -> dict[tuple[str, str, str], dict]:
    with (real_once.raw / "official-statistics" / "annual-values.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(r["measure_id"], r["reporting_year"], r["la_code"]): r for r in csv.DictReader(file)}


@pytest.fixture(params=ODD)
def report(request, opened) -> Report:
    return opened[request.param]


def parts(report: Report) -> list:
    found = [
        profile_screen.profile_brief(report),
        *profile.standing_tables(report),
        *profile_trends.trends(report),
        profile_unusual.unusual_and_changed(report),
    ]
    return [
        *found,
        profile_neighbours.neighbours_table(report),
        profile_neighbours.missing_measures(report),
        profile_unusual.profile_questions(report),
    ]


def figures(shown) -> list:
    found = []
    for part in shown:
        found += [part.figure, *part.figures] if isinstance(part, ChartBlock) else part.figures
    return found


def text_of(part) -> str:
    return part.table if isinstance(part, ChartBlock) else part.text


def test_every_linked_figure_is_recorded_and_no_id_says_two_things(report):
    shown = parts(report)
    found = {f.id: f for f in figures(shown)}
    assert all(found[f.id] == f for f in figures(shown))
    linked = {x for part in shown for x in re.findall(r'data-figure="([^"]+)"', text_of(part))}
    assert linked and linked <= set(found)


def test_every_value_of_the_authority_is_the_published_one(report, raw):
    own = [
        f
        for f in figures(parts(report))
        if f.formula.startswith("as published") and f.kind == "number" and f.area == report.facts.authority_id
    ]
    assert own
    code = report.facts.authority.la_code
    for f in own:
        row = raw[f.measure_id, f.period, code]
        assert row["status"] == "published" and float(f.value) == float(row["value"])
        assert float(re.sub(r"[^\d.]", "", f.published.split(" per ")[0])) == float(row["value"])


def test_every_standing_is_in_the_table_of_one_subject(report):
    labels = []
    for part in profile.standing_tables(report):
        if part.text.startswith("<div"):
            labels += [str(t).strip() for t in lxml.html.fromstring(part.text).xpath("//tbody//th/text()[1]")]
    wanted = [report.facts.official.measure(s.measure_id).label for s in report.facts.standings]
    assert sorted(labels) == sorted(wanted) and wanted


def test_a_heading_stands_before_each_table_and_none_without(report):
    forms = [p.form for p in profile.standing_tables(report)]
    assert forms[::2] == ["heading"] * (len(forms) // 2) and "heading" not in forms[1::2]


def test_ranks_are_of_those_with_a_value_and_counts_have_none(report):
    official = report.facts.official
    text = "".join(p.text for p in profile.standing_tables(report))
    for s in report.facts.standings:
        shown = f'data-figure="dfe.{s.measure_id}.{s.year}.rank"' in text
        is_a_size = official.measure(s.measure_id).unit in ("count", "fte", "pounds")
        assert shown == (not s.why_unranked and not is_a_size)
        assert s.of >= FEWEST_RANKED or s.why_unranked
        if shown:
            assert f">{s.rank} of {s.of}</a>" in text


def standing(quarter, better, unit="percent", could_be_chance=False) -> tuple:
    measure = SimpleNamespace(better_when=better, unit=unit)
    report = SimpleNamespace(official=SimpleNamespace(measure=lambda _: measure))
    return report, SimpleNamespace(quarter=quarter, measure_id="m", could_be_chance=could_be_chance)


@pytest.mark.parametrize(
    ("quarter", "better", "word"),
    [
        (1, BetterWhen.LOWER, "Best quarter"),
        (4, BetterWhen.HIGHER, "Worst quarter"),
        (2, BetterWhen.HIGHER, "Second quarter"),
        (1, BetterWhen.NEUTRAL, "Highest quarter"),
        (4, BetterWhen.NEUTRAL, "Lowest quarter"),
        (3, BetterWhen.NEUTRAL, "Second lowest quarter"),
    ],
)
def test_a_quarter_has_a_word_and_is_coloured_only_where_a_side_is_better(quarter, better, word):
    mark = profile.quarter_mark(*standing(quarter, better))
    assert isinstance(mark, Mark) and mark.word == word and mark.symbol
    assert mark.css_class == (
        "neutral"
        if better is BetterWhen.NEUTRAL or quarter in (2, 3)
        else "on-target"
        if quarter == 1
        else "compromised"
    )


@pytest.mark.parametrize("better", [BetterWhen.LOWER, BetterWhen.NEUTRAL])
def test_an_outer_quarter_that_chance_explains_is_not_named(better):
    mark = profile.quarter_mark(*standing(1, better, could_be_chance=True))
    assert (mark.word, mark.css_class) == ("Could be chance", "neutral")


def test_without_a_rank_there_is_no_mark():
    assert profile.quarter_mark(*standing(None, BetterWhen.LOWER)) is None


def test_what_changed_most_is_large_and_largest_first(report):
    found = profile_unusual.most_changed(report)
    official = report.facts.official
    every = [
        s
        for s in report.facts.recent_standings
        if s.shift is not None
        and abs(s.shift) >= 1
        and s.stands_out
        and official.measure(s.measure_id).unit in ("percent", "rate", "score", "cases")
    ]
    assert [abs(s.shift) for s in found] == sorted((abs(s.shift) for s in every), reverse=True)[:5]


def test_what_is_unusual_is_no_count(report):
    chosen = {s.measure_id for s in profile_unusual.unusual_standings(report)}
    beyond = {s.measure_id for s in report.facts.standings if s.fence}
    assert chosen == {m for m in beyond if not m.endswith(("_count", "_fte", "_gbp"))}


def test_neighbours_stand_nearest_first_with_a_word_for_each_missing_value(opened, real_once, raw):
    for report in opened.values():
        near = report.facts.official.neighbours(report.facts.authority.la_code)
        text = profile_neighbours.neighbours_table(report).text
        if near is None:
            assert text == "No statistical neighbours are held for this authority."
            continue
        table = lxml.html.fromstring(text)
        assert table.xpath("//tbody//th/text()") == [report.facts.official.area_names[c] for c in near.codes]
        shown = [s for s in report.facts.standings if s.measure_id in report.official.lists.trends]
        for code, row in zip(near.codes, table.xpath("//tbody/tr"), strict=True):
            cells = row.xpath("./td")[1:]
            for s, cell in zip(shown, cells, strict=True):
                given = raw.get((s.measure_id, str(s.year), code))
                if given is None or given["status"] != "published":
                    assert not re.search(r"\d", "".join(cell.itertext()))
                else:
                    assert float(re.search(r"[\d.]+", "".join(cell.itertext()))[0]) == float(given["value"])


def drawn_trends(report) -> list[ChartBlock]:
    """The lines of a profile; after them stands one sentence where a measure has too few values for a line."""
    blocks = profile_trends.trends(report)
    charts = [block for block in blocks if isinstance(block, ChartBlock)]
    assert blocks[: len(charts)] == charts and len(blocks) - len(charts) <= 1
    return charts


def test_a_trend_has_a_row_for_every_year_and_leaves_gaps_as_gaps(report, raw):
    code = report.facts.authority.la_code
    for chart in drawn_trends(report):
        measure_id = chart.figure.measure_id
        for year, own, _ in chart.figure.data[1:]:
            given = raw.get((measure_id, year, code))
            has = given is not None and given["status"] == "published"
            assert own == "not available" if not has else float(re.match(r"[\d.]+", own)[0]) == float(given["value"])
        years = [int(row[0]) for row in chart.figure.data[1:]]
        assert years == list(range(years[0], years[-1] + 1)) and len(years) > 2


def test_a_year_without_a_value_is_drawn_as_a_gap_and_never_as_nought(opened, raw, monkeypatch):
    drawn: list[list[Point]] = []
    monkeypatch.setattr(
        profile_trends, "trend", lambda points, *more, **named: drawn.append(points) or '<svg width="9" height="9"/>'
    )
    gaps = 0
    for report in opened.values():
        drawn.clear()
        charts = drawn_trends(report)
        for chart, points in zip(charts, drawn[::2], strict=True):  # each is drawn for two widths
            for p in points:
                given = raw.get((chart.figure.measure_id, p.period[:4], report.facts.authority.la_code))
                assert p.value == (float(given["value"]) if given and given["status"] == "published" else None)
                gaps += p.value is None
    assert gaps > 0


def test_england_is_drawn_where_the_words_compare_with_it(opened, raw, monkeypatch):
    drawn: list[tuple[list[Point], dict]] = []
    monkeypatch.setattr(
        profile_trends,
        "trend",
        lambda points, *more, **named: drawn.append((points, named)) or '<svg width="9" height="9"/>',
    )
    for report in opened.values():
        drawn.clear()
        for chart, (points, named) in zip(drawn_trends(report), drawn[::2], strict=True):
            assert named == {"beside": "England"}
            for p in points:
                given = raw.get((chart.figure.measure_id, p.period[:4], "970"))
                assert p.beside == (float(given["value"]) if given and given["status"] == "published" else None)


def test_a_line_of_another_area_has_its_name_and_room_on_the_axis():
    points = [
        Point("2023-03", 10.0, beside=80.0),
        Point("2024-03", 12.0, beside=None),
        Point("2025-03", 9.0, beside=90.0),
    ]
    with_it, without = trend(points, Unit.RATE, 1, beside="England"), trend(points, Unit.RATE, 1)
    assert with_it != without and ">England<" in with_it and ">England<" not in without


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("unit", [Unit.RATE, Unit.PERCENT, Unit.COUNT])
def test_a_trend_of_noughts_is_drawn_without_a_warning(unit):
    assert "<svg" in trend([Point("2023-03", 0.0), Point("2024-03", 0.0)], unit, 1)


def test_the_finding_of_a_trend_says_which_way_and_on_which_side_of_england(opened, raw):
    for chart in profile_trends.trends(opened["gloucestershire"]):
        first, *_, last = [row for row in chart.figure.data[1:] if row[1] != "not available"]
        a, b = (float(re.match(r"[\d.]+", row[1])[0]) for row in (first, last))
        england = float(raw[chart.figure.measure_id, last[0], "970"]["value"])
        assert f" {'rose' if b > a else 'fell' if b < a else 'stood still'} from " in chart.figure.label + chart.finding
        assert f", {'above' if b > england else 'below' if b < england else 'level with'} England" in chart.finding


def test_what_is_missing_is_named_with_the_reason(report):
    text = profile_neighbours.missing_measures(report).text
    have = {s.measure_id: s.year for s in report.facts.standings}
    items = [" ".join(i.itertext()) for i in lxml.html.fromstring(f"<div>{text}</div>").xpath("//li")]
    missing = [m for m in report.facts.official.measures if have.get(m) != 2025]
    assert len(items) == len(missing)
    for measure_id in missing:
        label = report.facts.official.measure(measure_id).label
        (item,) = [i for i in items if i.startswith(f"{label}:")]
        assert ("no value in any year held" in item) == (measure_id not in have)


def test_an_authority_that_began_later_says_so(opened):
    said = {key: "not joined to its own" in profile_neighbours.missing_measures(r).text for key, r in opened.items()}
    assert said == {key: key == "westmorland-and-furness" for key in ODD}
    first = {key: "first year held" in profile_screen.profile_brief(r).text for key, r in opened.items()}
    assert first == said
    assert (
        "it took over from Cumbria County Council when that council ended on 31 March 2023"
        in profile_neighbours.missing_measures(opened["westmorland-and-furness"]).text
    )


def test_questions_are_of_the_worst_quarter_and_what_worsens(opened):
    report = opened["gloucestershire"]
    text = profile_unusual.profile_questions(report).text
    official = report.facts.official
    for s in report.facts.standings:
        better = official.measure(s.measure_id).better_when
        worse = s.direction is Direction.WORSENING
        worst = s.quarter == 4 and not s.could_be_chance and better is not BetterWhen.NEUTRAL
        asked = f'dfe.{s.measure_id}.{s.year}"' in text
        assert asked == (worst or worse), s.measure_id
    assert report.facts.standings[0].others.keys() <= {a.value for a in Area}


# Joint workforce returns

JOINT = {
    "kingston-upon-thames": "Richmond upon Thames",
    "richmond-upon-thames": "Kingston upon Thames",
    "north-northamptonshire": "West Northamptonshire",
    "west-northamptonshire": "North Northamptonshire",
}


def test_the_joint_returns_are_those_whose_workforce_figures_are_all_the_same(raw):
    of: dict[str, dict] = {}
    for (measure_id, year, code), row in raw.items():
        if measure_id.startswith("sw_") and row["status"] == "published" and not 970 <= int(code) <= 990:
            of.setdefault(code, {})[measure_id, year] = row["value"]
    found = {
        a: b
        for a in of
        for b in of
        if a != b and len(both := of[a].keys() & of[b].keys()) > 5 and all(of[a][k] == of[b][k] for k in both)
    }
    joint = load_lists(Project(ROOT)).joint_returns
    assert found == {a: b for pair in joint.authorities for a, b in (pair, pair[::-1])}
    assert set(joint.measures) == {measure_id for values in of.values() for measure_id, _ in values}


@pytest.mark.parametrize("key", JOINT)
def test_a_joint_workforce_return_is_said_beside_every_figure_of_it(real_once, key):
    report, other = open_report(key, MONTH, "profile", real_once), JOINT[key]
    blocks = profile.standing_tables(report)
    for title, block in zip(blocks[::2], blocks[1::2], strict=True):
        rows = [" ".join(h.itertext()) for h in lxml.html.fromstring(f"<div>{block.text}</div>").xpath("//tbody//th")]
        said = [f"joint return with {other}" in row for row in rows]
        is_workforce = title.anchor == "workforce"
        assert said == [is_workforce] * len(rows) and rows
        assert ("a rank counts them twice" in block.text) == is_workforce
        if is_workforce:
            note = lxml.html.fromstring(f"<div>{block.text}</div>").xpath("string(//div[@role='note'])")
            assert other in note and report.facts.authority.short_name in note
    for chart in profile_trends.trends(report):
        assert ("(joint return)" in chart.subtitle) == chart.figure.measure_id.startswith("sw_")


@pytest.mark.parametrize("key", ["swindon", "kingston-upon-thames"])
def test_the_mean_of_neighbours_has_a_joint_return_once_and_says_so(real_once, key):
    """Both Northamptonshires are neighbours of Swindon; Kingston's own return is that of a neighbour of its."""
    report = open_report(key, MONTH, "profile", real_once)
    for title, block in zip(*[iter(profile.standing_tables(report))] * 2, strict=True):
        said = "a joint return once" in block.text
        assert said == (title.anchor == "workforce")


@pytest.mark.parametrize(
    "state", ["ranked", "best", "worst", "judged", "improving", "worsening", "no_significant_change"]
)
def test_a_joint_return_is_in_no_number_of_measures(opened, state):
    facts = opened["kingston-upon-thames"].facts
    facts.take_figures()
    facts.count_standings(state)
    (figure,) = facts.take_figures()
    assert not [i for i in figure.inputs if '"sw_' in i.cells]


def test_no_other_authority_says_so(opened):
    for key in set(ODD) - set(JOINT):
        assert "joint return" not in "".join(text_of(p) for p in parts(opened[key])).lower()


# The first screen


def shown_screen(report: Report):
    block = profile_screen.profile_brief(report)
    return block, lxml.html.fragment_fromstring(str(block.text), create_parent="div")


def words_of(element) -> str:
    return " ".join(element.text_content().split())


def test_the_verdict_of_a_profile_is_one_sentence_of_counted_numbers(report):
    _, root = shown_screen(report)
    (verdict,) = root.xpath('.//p[@class="verdict"]')
    count, said = report.facts.count_standings, words_of(verdict)
    numbers = {s: plain(count(s)) for s in ("best", "ranked", "worst", "judged", "improving", "worsening")}
    if numbers["ranked"] != "0":
        assert said.startswith(f"{numbers['best']} of {numbers['ranked']} measure")
        assert f"and {numbers['worst']} in the worst, by more than chance" in said
    if numbers["judged"] != "0":
        assert f"of {numbers['judged']} that can be judged {numbers['improving']} got better" in said
    assert said.endswith(".") and ". " not in said and len(said.split()) <= 60
    bare = re.sub(r"within 12 months|45 working days|3 or more|2 years or more", "", said)
    assert sorted(re.findall(r"[\d.]*\d", bare)) == sorted(
        re.findall(r"[\d.]*\d", " ".join(a.text_content() for a in verdict.iter("a")))
    )


def test_key_measures_are_of_now_and_the_worst_is_first(report):
    chosen = profile_key_table.key_standings(report)
    worst = [profile_key_table.is_worst(s) for s in chosen]
    assert worst == sorted(worst, reverse=True) and len(chosen) <= profile_key_table.MOST_MEASURES
    assert all(s.year >= int(MONTH[:4]) - 1 for s in chosen)
    _, root = shown_screen(report)
    labels = [str(t).strip() for t in root.xpath(".//tbody/tr/th/text()[1]")]
    assert labels == [report.official.measure(s.measure_id).label for s in chosen]


def test_the_first_screen_names_no_place_and_no_direction_that_chance_explains(report):
    _, root = shown_screen(report)
    for s, row in zip(profile_key_table.key_standings(report), root.xpath(".//tbody/tr"), strict=True):
        said = words_of(row[-1])
        assert ("Worst quarter" in said or "Best quarter" in said) == (s.quarter in (1, 4) and s.is_apart)
        assert ("Improving" in said or "Worsening" in said) == (
            s.direction in (Direction.IMPROVING, Direction.WORSENING)
        )


def test_an_old_value_says_nothing_of_where_an_authority_stands_now(opened):
    """Of Scilly most percentages were last published years ago; they stand in their tables, each with its year."""
    report = opened["isles-of-scilly"]
    old = [s for s in report.facts.standings if s.year < int(MONTH[:4]) - 1]
    labels = {report.official.measure(s.measure_id).label for s in old}
    assert len(old) > 5
    _, root = shown_screen(report)
    listed = " ".join(words_of(box) for box in root.xpath(".//div[@class='follows']/div[position() < 3]"))
    assert not [label for label in labels if label in listed]
    assert not {s.measure_id for s in old} & {s.measure_id for s in profile_unusual.needing_answers(report)}


def test_how_many_changes_chance_alone_would_show_is_said(opened):
    report = opened["gloucestershire"]
    judged = int(plain(report.facts.count_standings("judged")))
    (figure,) = [f for f in profile_screen.profile_brief(report).figures if f.id.endswith("by_chance")]
    assert int(figure.published) == max(1, int(judged * 0.05 + 0.5)) and f"of {judged} changes" in figure.formula


def test_a_joint_workforce_return_is_named_on_the_first_screen(opened):
    """The worst figure of Kingston is of two councils' staff: that must not stand there as Kingston's alone."""
    _, root = shown_screen(opened["kingston-upon-thames"])
    (verdict,) = root.xpath('.//p[@class="verdict"]')
    assert "Social workers who left" not in words_of(verdict)
    (head,) = [words_of(th) for th in root.xpath(".//tbody/tr/th") if "who left" in th.text_content()]
    assert head == "Social workers who left in the year joint return with Richmond upon Thames"
    (unusual,) = [words_of(li) for li in root.xpath(".//div[h3='What is unusual']//li")]
    assert unusual.endswith("(joint return with Richmond upon Thames)")
