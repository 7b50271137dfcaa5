"""Numbers as they are shown: with their own decimals and units, dated, and without a verdict where they are
disputed.
"""

import csv
import re
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from markupsafe import Markup

from improvement_reports import sections
from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.lookup import Rows
from improvement_reports.domain.markup import linked_count, plain
from improvement_reports.domain.vocabulary import BetterWhen, Direction, TargetResult, Unit
from improvement_reports.domain.wording import ONE_OF_MANY, all_of, priorities_in_doubt
from improvement_reports.editions.changes import conclusion_word
from improvement_reports.facts.figures import Figure, link
from improvement_reports.facts.sentences import finished
from improvement_reports.method.progress import assess
from improvement_reports.report import open_report
from improvement_reports.returns.narrative import template_faults
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.runs.outputs import page_outputs
from improvement_reports.sections.measures import measure_row, other_measures, section_positions
from improvement_reports.workspace.parameters import ChartParameters

MARCH = "data/raw/exampleshire/2024-03"


def edit(project, name: str, old: str, new: str) -> None:
    path = project.root / MARCH / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_row(project, name: str, row: list[str]) -> None:
    with (project.root / MARCH / name).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(row)


def plainly(project) -> None:
    """Without narrative and claims, which name the numbers that a test changes."""
    for path in (project.root / MARCH / "narrative").glob("*.md"):
        path.write_text("Words.\n", encoding="utf-8")
    (project.root / MARCH / "claims.csv").unlink()


def opened(project, kind: str = "board"):
    prepare_return(project, "exampleshire", "2024-03")
    return open_report("exampleshire", "2024-03", kind, project)


@pytest.fixture
def march(prepared_once):
    return open_report("exampleshire", "2024-03", "board", prepared_once)


def texts(block) -> str:
    return plain(block.text)


# Decimals


def test_a_target_keeps_its_half_in_text_chart_table_and_alternative_text(prepared):
    edit(prepared, "targets.csv", "assessments_in_time_pct,2023-04,80,", "assessments_in_time_pct,2023-04,85.5,")
    plainly(prepared)
    report = opened(prepared)
    assert "85.5%" in report.facts.target(
        "assessments_in_time_pct"
    ) and "0.5 percentage points" in report.facts.distance("assessments_in_time_pct")
    for kind in ("trend", "against_target"):
        from improvement_reports.sections.charts import chart_block

        made = chart_block(
            report, ChartParameters(id="x", chart=kind, measures=["assessments_in_time_pct"], finding="Words")
        )
        shown = made.alt + made.table + made.svg + made.svg_narrow
        assert "85.5%" in made.table and "86%" not in shown and ("85.5%" in made.svg or kind != "trend")


def test_a_numerator_in_full_time_equivalents_keeps_its_decimals(prepared):
    edit(
        prepared,
        "observations.csv",
        "exampleshire,2024-03,month,,85,170,200",
        "exampleshire,2024-03,month,,85,170.25,200.5",
    )
    plainly(prepared)
    facts = opened(prepared).facts
    assert "170.25" in facts.numerator("assessments_in_time_pct") and "200.5" in facts.denominator(
        "assessments_in_time_pct"
    )


@pytest.mark.parametrize(
    ("unit", "change", "expected"),
    [
        (Unit.PERCENT, "-0.4", "0.4 percentage points lower than last reported"),
        (Unit.PERCENT, "1", "1 percentage point higher than last reported"),
        (Unit.COUNT, "-3", "3 fewer than last reported"),
        (Unit.COUNT, "1", "1 more than last reported"),
        (Unit.FTE, "-0.4", "0.4 full-time equivalents fewer than last reported"),
        (Unit.DAYS, "1", "1 day more than last reported"),
        (Unit.COUNT, "0", "as last reported"),
        (Unit.POUNDS, "-2500", "£2,500 lower than last reported"),
    ],
)
def test_a_stated_change_is_said_as_it_is(march, unit, change, expected):
    row = march.facts.row("rereferrals_pct").copy()
    row["change"] = float(change)
    march.facts.measures = {
        **march.facts.measures,
        "rereferrals_pct": march.facts.measures["rereferrals_pct"].model_copy(update={"unit": unit}),
    }
    figure = march.facts.stated_change_figure(row)
    assert figure.published == expected and "0 fewer" not in expected


@pytest.mark.parametrize(
    ("target", "value"), [("79.6", "80"), ("80.4", "80"), ("80", "79.6"), ("80", "80.4"), ("85.55", "85.5")]
)
@pytest.mark.parametrize("better_when", ["higher", "lower"])
def test_what_is_shown_and_what_is_judged_agree(march, target, value, better_when):
    """A value that misses its target is never shown as equal to it, nor by nothing."""
    facts, row = march.facts, march.facts.row("assessments_in_time_pct").copy()
    row["value"], row["value_decimals"], row["numerator"] = float(value), nb.decimals_of(value), float("nan")
    measure = facts.measures["assessments_in_time_pct"].model_copy(
        update={"better_when": BetterWhen(better_when), "decimals": 2}
    )
    targets = facts.targets.assign(target=float(target))
    at = assess("assessments_in_time_pct", measure, row, facts.observations, targets)
    assert (at.result is TargetResult.MET) == (
        (Decimal(value) >= Decimal(target)) if better_when == "higher" else (Decimal(value) <= Decimal(target))
    )
    facts.measures = {**facts.measures, "assessments_in_time_pct": measure}
    shown = facts.value_figure(row).published, facts.target_figure(at).published, facts.distance_figure(at).published
    assert shown[0] != shown[1] and not shown[2].startswith("0 ")


# One and many


def built_texts(board):
    for cell in board.notebook.cells:
        yield from (re.sub(r"<[^>]+>", " ", text) for text in page_outputs(cell))


def test_no_page_counts_one_as_many_nor_says_points_of_percentages(board):
    for text in built_texts(board):
        assert not ONE_OF_MANY.search(text), ONE_OF_MANY.search(text)
        assert not re.search(r"[+−][\d.,]+ points?\b", text)  # a change of percentages is percentage points


@pytest.mark.parametrize("text", ["−1 points", "+1 percentage points", "1 children", "Of 1 measures", "1 days"])
def test_the_scan_finds_what_it_looks_for(text):
    assert ONE_OF_MANY.search(text)


@pytest.mark.parametrize("text", ["1 point", "11 points", "2.1 points", "0 days", "1,001 children", "1 of 3 measures"])
def test_and_nothing_else(text):
    assert not ONE_OF_MANY.search(text)


def test_a_sentence_that_would_count_one_as_many_is_refused(march):
    met = plain(march.facts.count_measures("not_met"))
    assert met == "1"
    faults = [
        str(f)
        for f in template_faults(
            '{{ count_measures("not_met") }} measures missed it.', "narrative/a.md", [], march.facts
        )
    ]
    assert len(faults) == 1 and "1 measures" in faults[0]
    assert template_faults('Targets missed: {{ count_measures("not_met") }}.', "narrative/a.md", [], march.facts) == []


def test_words_for_numbers_that_are_links():
    one, two = (Markup(f'<a href="#x">{n}</a>') for n in (1, 2))
    assert (linked_count(one, "measure", "measures"), linked_count(two, "measure", "measures")) == (
        f"{one} measure",
        f"{two} measures",
    )
    assert (all_of(1, "data note"), all_of(2, "data note")) == ("The 1 data note", "All 2 data notes")


# Disputed values


def test_nothing_is_built_on_a_disputed_value(march):
    facts = march.facts
    at = facts.position("audits_good_pct")
    assert at.is_disputed and at.target is not None
    assert (at.result, at.distance, at.change) == (None, None, None) and at.direction in (
        None,
        Direction.TOO_FEW_POINTS,
    )
    row = " ".join(measure_row(march, at).values())
    assert "disputed" in row and not re.search(r"state-(not-met|met|within-tolerance|worsening|improving)", row)
    sentence = plain(facts.sentence("audits_good_pct"))
    assert "(disputed)" in sentence and "met" not in sentence
    for function in (facts.result, facts.distance):
        with pytest.raises(UserError, match="disputed"):
            function("audits_good_pct")
    assert all(p.measure_id != "audits_good_pct" for p in facts.main_positions())


def test_a_value_compared_with_a_disputed_one_has_no_direction(march):
    facts, row = march.facts, march.facts.row("audits_good_pct")
    later = row.copy()
    later["period"], later["numerator"], later["denominator"] = "2024-04", float("nan"), float("nan")
    at = assess("audits_good_pct", facts.measures["audits_good_pct"], later, facts.observations, facts.targets)
    assert (at.direction, at.change) == (None, None) and at.result is not None and not at.is_disputed


def test_a_chart_judges_no_disputed_value(march):
    from improvement_reports.sections.charts import chart_block

    made = chart_block(
        march, ChartParameters(id="x", chart="against_target", measures=["audits_good_pct"], finding="Words")
    )
    assert (
        "disputed" in made.alt and "target 50" not in made.alt and "disputed" in made.table and "50%" not in made.table
    )


# Statuses in doubt


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("ambiguity", {"2b"}), ("contradiction", {"2b"}), ("slip", {"2b"}), ("gap", set()), ("definition", set())],
)
def test_a_note_on_statuses_calls_them_into_question(kind, expected):
    notes = pd.DataFrame(
        [("2b-statuses", kind, "2b"), ("other", "slip", "1")], columns=["note_id", "kind", "priority_id"]
    )
    assert priorities_in_doubt(notes) == expected


def test_a_status_in_doubt_is_marked_wherever_it_is_shown(prepared):
    add_row(
        prepared,
        "notes.csv",
        [
            "p2b-statuses",
            "ambiguity",
            "2b",
            "",
            "The two marks may have changed places.",
            "board-2024-03",
            "Page 1, plan",
        ],
    )
    report = opened(prepared)
    facts = report.facts
    assert "in doubt" in facts.status("2b", "impact") and facts.status_figure(
        facts.priority("2b"), "impact"
    ).published.endswith("(in doubt)")
    assert conclusion_word(facts.status_figure(facts.priority("2b"), "impact").published) == "at risk"
    dashboard = texts(sections.dashboard(report))
    [own] = [row for row in dashboard.split("\n\n") if row.startswith("2b. ")]
    assert dashboard.count("in doubt") == own.count("in doubt") == 2
    assert "was compromised" in own and "improving" not in own  # no direction is given to what is in doubt
    not_working = sections.first_screen(report).text.partition("What is not working")[2].partition("</ul>")[0]
    assert 'href="#priority-' in not_working and 'href="#priority-2b"' not in not_working
    assert "in doubt" not in facts.status("1", "impact")


# Themes of a cabinet report


def test_themes_have_the_statuses_that_the_source_gives(prepared):
    (prepared.params / "exampleshire/2024-03-cabinet.yml").write_text(
        (prepared.params / "exampleshire/2024-03-board.yml")
        .read_text(encoding="utf-8")
        .replace("kind: board", "kind: cabinet"),
        encoding="utf-8",
    )
    for path in (prepared.root / MARCH / "narrative").glob("*.md"):
        path.unlink()
    said = texts(sections.plan_themes(opened(prepared, "cabinet")))
    assert "Compromised" in said and "no status" not in said


def test_themes_without_statuses_say_so(march):
    march.facts.tables = {
        **march.facts.tables,
        "priorities": march.facts.tables["priorities"].assign(action_status="", impact_status=""),
    }
    assert "gives the themes no status" in texts(sections.plan_themes(march))


# Measures that no section shows


def test_every_measure_of_a_return_is_on_its_report(prepared):
    path = prepared.params / "exampleshire/2024-03-board.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("missing_children_pct, children_in_need_rate]", "missing_children_pct]"), encoding="utf-8"
    )
    for narrative in (prepared.root / MARCH / "narrative").glob("*.md"):
        narrative.write_text("Words.\n", encoding="utf-8")
    report = opened(prepared)
    assert "children_in_need_rate" in other_measures(report)
    shown = texts(sections.notes(report))
    assert "that no other section shows" in shown and report.facts.measures["children_in_need_rate"].label in shown
    assert {at.measure_id for at in section_positions(report, other_measures(report))} == set(other_measures(report))


# Sentences: dates and money


def sentence_facts(**values):
    """Facts that know some figures: of a value by its period, of money by its pounds."""
    noted: dict[str, Figure] = {}
    for name, (period, published) in values.items():
        noted[f"m.{name}"] = Figure(f"m.{name}", "number", name, published, "1", "percent", "m", "a", period)
    rows = pd.DataFrame(
        [("m", p, "a", "month") for p, _ in values.values()], columns=["measure_id", "period", "area", "period_type"]
    )
    facts = SimpleNamespace(month="2024-03", measures={"m": None}, noted_figures=lambda: noted)
    facts.observations_by_key = Rows(rows)
    facts.show = lambda figure, *more: noted.setdefault(figure.id, figure) and link(figure)
    return facts, {name: link(noted[f"m.{name}"]) for name in values}


def test_a_value_of_another_month_says_its_date():
    facts, shown = sentence_facts(old=("2024-02", "86%"), new=("2024-03", "81%"))
    assert (
        plain(finished(f"It fell from {shown['old']} to {shown['new']}.", facts))
        == "It fell from 86% (February 2024) to 81%."
    )
    assert (
        plain(finished(f"It fell from {shown['old']} in February 2024 to {shown['new']}.", facts))
        == "It fell from 86% in February 2024 to 81%."
    )
    assert plain(finished(f"Fewer ({shown['old']}).", facts)) == "Fewer (86%, February 2024)."
    two = finished(f"In February 2024 all was well. It was {shown['old']}. Then {shown['old']} again.", facts)
    assert plain(two).count("(February 2024)") == 2  # each sentence stands for itself
    assert finished(f"- {shown['new']} now.\n- Nothing.", facts) == f"- {shown['new']} now.\n- Nothing."


def test_of_two_values_of_one_month_the_first_is_dated():
    facts, shown = sentence_facts(a=("2024-02", "41%"), b=("2024-02", "405"))
    assert plain(finished(f"{shown['a']} are {shown['b']}.", facts)) == "41% (February 2024) are 405."


def money(name: str, pounds: int) -> Figure:
    return Figure(f"finance.{name}", "number", name, nb.format_money(pounds), str(pounds), "GBP")


def test_amounts_of_one_sentence_have_one_unit():
    facts, _ = sentence_facts()
    noted = {f.id: f for f in (money("a", 7_600_000), money("b", 600_000))}
    facts.noted_figures = lambda: noted
    facts.show = lambda figure, *more: noted.setdefault(figure.id, figure) and link(figure)
    a, b = (link(f) for f in list(noted.values()))
    assert plain(finished(f"Of {a}, {b} is spent.", facts)) == "Of £7,600,000, £600,000 is spent."
    assert plain(finished(f"There is {a}. Then {b}.", facts)) == "There is £7.6 million. Then £600,000."
    assert noted["finance.a.in-full"].published == "£7,600,000"  # what stands on the page is a figure of its own


def test_a_column_of_money_has_one_unit(prepared):
    edit(prepared, "finance.csv", "", "")
    report = opened(prepared)
    table = report.facts.tables["finance"]
    report.facts.tables = {
        **report.facts.tables,
        "finance": table.assign(amount_gbp=[551000.0 if n else 1102000.0 for n in range(len(table))]),
    }
    said = texts(sections.finance(report))
    assert "£1,102,000" in said and "million" not in said and len(table) > 1
    report.facts.tables = {**report.facts.tables, "finance": table.assign(amount_gbp=1102000.0)}
    assert "£1.102 million" in texts(sections.finance(report))
