"""The first screen of reports: what a reader knows after it, and that all of it follows from the figures."""

import copy
import re

import pytest
from lxml import html

from improvement_reports.domain.markup import plain
from improvement_reports.domain.rows import empty_table
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.domain.vocabulary import TargetResult
from improvement_reports.facts.facts import Facts
from improvement_reports.report import Report, open_report
from improvement_reports.sections import at_a_glance, brief
from improvement_reports.sections.first_screen import first_screen
from improvement_reports.sections.key_table import key_positions
from improvement_reports.sections.lines import measure_line
from improvement_reports.sections.status import about

# In July 2025 three measures miss their targets, each for another number of months.
REPORTS = [*(("exampleshire", month) for month in ("2025-09", "2025-07", "2024-05")), ("gloucestershire", "2021-04")]


@pytest.fixture(scope="module", params=REPORTS, ids="/".join)
def shown(real_once, request):
    report = open_report(*request.param, "board", real_once)
    block = first_screen(report)
    return report, block, html.fragment_fromstring(str(block.text), create_parent="div")


def texts(root, xpath: str) -> list[str]:
    return [" ".join(e.text_content().split()) for e in root.xpath(xpath)]


def outside_of_links(cell) -> str:
    """The words of a cell but for its figures, the line that is drawn, and the period that a value is of."""
    bare = copy.deepcopy(cell)
    for shown in bare.xpath(".//a | .//svg | .//*[@class = 'when']"):
        shown.drop_tree()
    return bare.text_content()


def test_the_measure_that_misses_its_target_longest_is_first(shown):
    report, _, _ = shown
    positions = key_positions(report)
    missed = [n for n, at in enumerate(positions) if at.result is TargetResult.NOT_MET]
    assert missed and missed == list(range(len(missed)))
    runs = [found[0].length if (found := report.facts.target_run(at)) else 1 for at in positions[: len(missed)]]
    assert runs == sorted(runs, reverse=True)
    assert sorted(at.measure_id for at in positions) == sorted(report.params.headline_measures)


def test_the_verdict_says_the_numbers_that_the_facts_count(shown):
    report, _, root = shown
    (verdict,) = texts(root, './/p[@class="verdict"]')
    met, with_target = (plain(report.facts.count_measures(s)) for s in ("met", "with_target"))
    assert re.search(rf"\b{met} of {with_target} targets (is|are) met", verdict)
    judged = int(plain(report.facts.count_measures("judged")))
    assert ("there are too few values to tell a change from chance" in verdict) == (judged == 0)
    for number in re.findall(r"(\d+) of \d+ measures", verdict):
        assert number in {plain(report.facts.count_measures(s)) for s in ("improving", "worsening")}


def test_the_verdict_is_one_sentence(shown):
    _, _, root = shown
    (verdict,) = texts(root, './/p[@class="verdict"]')
    assert verdict.endswith(".") and ". " not in verdict and len(verdict.split()) <= 45
    assert verdict[0].isupper() or verdict[0].isdigit()


def test_the_verdict_names_the_worst_of_the_key_measures(shown):
    report, _, root = shown
    (verdict,) = texts(root, './/p[@class="verdict"]')
    missed = [at for at in key_positions(report) if at.result is TargetResult.NOT_MET]
    assert missed and f"missed: {report.facts.measures[missed[0].measure_id].label}, " in verdict


def test_every_number_leads_to_where_it_comes_from(shown):
    """No value stands there without a link, and each linked figure goes with the block."""
    _, block, root = shown
    linked = {a.get("data-figure") for a in root.iter("a") if a.get("data-figure")}
    assert linked == {f.id for f in block.figures}
    cells = root.xpath(".//table//td")
    values = [cell for cell in cells if any(c.isdigit() for c in outside_of_links(cell))]
    assert cells and [cell.text_content() for cell in values] == []


def test_a_measure_has_a_line_from_four_values_on(shown):
    report, _, _ = shown
    for at in key_positions(report):
        values = [p for p in at.history.points[-18:] if p.stated is not None]
        assert bool(measure_line(report, at)) == (len(values) >= 4 and not at.is_disputed), at.measure_id


def test_what_is_not_working_is_what_the_plan_says_of_itself(shown):
    report, _, root = shown
    rows = report.facts.rated_priorities()
    bad = set(rows[rows["impact_status"].isin(["compromised", "at_risk"])]["priority_id"])
    shown_ids = [
        a.get("href").removeprefix("#priority-")
        for a in root.xpath('.//div[h3="What is not working"]//a[starts-with(@href, "#priority-")]')
    ]
    assert len(shown_ids) == min(3, len(bad - report.facts.doubted_priorities))
    assert set(shown_ids) <= bad - report.facts.doubted_priorities


def test_a_priority_in_doubt_and_one_that_is_on_target_are_no_trouble(real_once, monkeypatch):
    report = open_report("gloucestershire", "2021-04", "board", real_once)
    rows = report.facts.rated_priorities()
    bad = list(rows[rows["impact_status"].isin(["compromised", "at_risk"])]["priority_id"])
    assert len(bad) > 3 and len(bad) < len(rows)
    monkeypatch.setattr(type(report.facts), "doubted_priorities", set(bad[2:]))
    root = html.fragment_fromstring(str(first_screen(report).text), create_parent="div")
    links = root.xpath('.//div[h3="What is not working"]//a[starts-with(@href, "#priority-")]/@href')
    assert sorted(links) == [f"#priority-{key}" for key in sorted(bad[:2])]


def test_three_questions_are_asked_each_once(shown):
    report, _, root = shown
    asked = texts(root, './/h3[text()="Questions to ask"]/following-sibling::ul/li')
    assert (
        len(asked)
        == len(set(asked))
        == min(3, len({report.facts.measures[at.measure_id].question for at in key_positions(report)}))
    )


def test_the_head_of_a_report_is_a_line_and_names_its_sources(shown):
    report, _, _ = shown
    root = html.fragment_fromstring(str(about(report).text))
    assert [e.text_content() for e in root.iter("cite")] == [s.title for s in report.info.sources.values()]
    assert len(root.findall(".//p")) == 1 + report.info.illustrative


def test_an_eighteen_month_line_says_so(real_once):
    report = open_report("exampleshire", "2025-09", "board", real_once)
    root = html.fragment_fromstring(str(first_screen(report).text), create_parent="div")
    assert texts(root, ".//thead//th") == [
        "Key measure, worst first",
        "18 months",
        "Now",
        "Month before",
        "Year before",
        "Target",
        "In words",
    ]


def test_without_key_measures_those_with_a_target_stand_there(real_once):
    report = open_report("exampleshire", "2025-09", "board", real_once)
    report.params.headline_measures.clear()
    assert {at.target is None for at in key_positions(report)} == {False}


# The other kinds: the same code, for other readers

OTHERS = [
    ("gloucestershire", "2022-11", "scrutiny"),
    ("herefordshire", "2021-08", "cabinet"),
    ("worcestershire", "2018-06", "cabinet"),
    ("gloucestershire", "2020-10", "inspection"),
]
NEEDED = {
    "scrutiny": {"What must improve", "What was found", "What is asked", "Questions to ask"},
    "cabinet": {"What is asked", "What it costs", "What is at risk", "What happens next", "Questions to ask"},
    "inspection": {"What must improve", "What was found", "Questions to ask"},
}


@pytest.fixture(scope="module", params=OTHERS, ids="/".join)
def other(real_once, request):
    report = open_report(*request.param, real_once)
    block = first_screen(report)
    return report, block, html.fragment_fromstring(str(block.text), create_parent="div")


def test_each_kind_answers_what_its_reader_needs(other):
    report, _, root = other
    assert set(texts(root, ".//h3")) >= NEEDED[report.params.kind.value]
    assert not [h for h in root.iter("h3") if not h.getnext().findall("li")]


def test_its_verdict_is_that_of_the_parameters_and_each_number_leads_on(other):
    report, block, root = other
    (verdict,) = root.xpath('.//p[@class="verdict"]')
    stated = html.fragment_fromstring(str(report.fill(report.params.summary)), create_parent="p")
    assert " ".join(stated.text_content().split()) in " ".join(verdict.text_content().split())
    assert len(verdict.findall(".//a")) >= len(stated.findall(".//a")) > 0
    assert {a.get("data-figure") for a in root.iter("a") if a.get("data-figure")} == {f.id for f in block.figures}


WHY_UNJUDGED = {
    ("gloucestershire", "2020-10", "inspection"): "The source gives no earlier values, so its figures cannot say",
    # 56% agency staff in the year 2018, and 16% in the month of the paper.
    ("herefordshire", "2021-08", "cabinet"): "The earlier values that the source gives are of other kinds of period,",
}


@pytest.mark.parametrize("job", WHY_UNJUDGED, ids="/".join)
def test_without_earlier_values_it_is_said_and_nothing_breaks(real_once, job):
    """The brief of a return whose measures have no earlier value once asked for the chance of a sign in none."""
    report = open_report(*job, real_once)
    assert all(at.change is None for at in report.facts.main_positions())
    shown = plain(first_screen(report).text)
    assert WHY_UNJUDGED[job] in shown and "chance" not in shown


def test_what_the_paper_states_of_a_direction_stands_in_figures_too(real_once):
    root = html.fragment_fromstring(
        str(first_screen(open_report("worcestershire", "2018-06", "cabinet", real_once)).text), create_parent="div"
    )
    shown = texts(root, './/h3[text()="In figures"]/following-sibling::ul/li')
    stated = [words.rpartition("as the paper states it: ")[2] for words in shown if "as the paper states it" in words]
    assert len(shown) == 4 and stated == ["better", "rising", "falling", "falling"]


def test_a_first_return_without_targets_has_its_key_measures_as_a_list(real_once):
    """A table would have one column: neither earlier values nor targets are known. The values stand all the same."""
    whole = open_report("exampleshire", "2024-04", "board", real_once)
    own = whole.facts
    now = own.tables["observations"]
    tables = {
        **own.tables,
        "targets": own.tables["targets"].iloc[:0],
        "observations": now[now["period"].str[:7] == "2024-04"],
    }
    facts = Facts(own.authority_id, own.month, own.authority, own.measures, tables)
    report = Report(real_once, whole.params, facts, {"info": whole.info, "narrative": {}}, [(own.month, tables)])
    root = html.fragment_fromstring(str(first_screen(report).text), create_parent="div")
    shown = texts(root, './/h3[text()="In figures"]/following-sibling::ul/li')
    assert not root.findall(".//table") and len(shown) == len(key_positions(report)) > 4
    labels = [report.facts.measures[at.measure_id].label for at in key_positions(report)]
    assert all(words.startswith(label) for words, label in zip(shown, labels, strict=True))


def test_an_almost_empty_return_has_a_first_screen(real_once):
    """No measures, no priorities, no steps: one sentence says so, and no box stands empty."""
    whole = open_report("exampleshire", "2024-04", "board", real_once)
    own = whole.facts
    tables = {name: empty_table(spec) for name, spec in RETURN_TABLES.items()}
    facts = Facts(own.authority_id, own.month, own.authority, own.measures, tables)
    params = whole.params.model_copy(update={"headline_measures": []})
    info = {"info": whole.info, "narrative": {}}
    report = Report(real_once, params, facts, info, [(own.month, tables)])
    root = html.fragment_fromstring(str(first_screen(report).text), create_parent="div")
    (verdict,) = texts(root, './/p[@class="verdict"]')
    assert (
        verdict.startswith("The return states no values") and not root.findall(".//h3") and not root.findall(".//table")
    )


def test_notebooks_of_editions_still_find_their_first_screen():
    assert brief is at_a_glance is first_screen
