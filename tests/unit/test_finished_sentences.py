"""Sentences after their numbers are filled in: a value of another month says its date, and money has one unit."""

import pytest
from small_facts import facts_of, measure, months_of

from improvement_reports.domain.markup import plain
from improvement_reports.facts.sentences import finished

FINANCE = [
    {"line_id": "grant", "line": "Grant", "kind": "funding", "period": "2023-24", "amount_gbp": "2850000"},
    {"line_id": "rent", "line": "Rent", "kind": "spend", "period": "2023-24", "amount_gbp": "521000"},
    {"line_id": "staff", "line": "Staff", "kind": "spend", "period": "2023-24", "amount_gbp": "3000000"},
]


@pytest.fixture
def facts():
    year = [{"measure_id": "visits_pct", "period": "2023-03", "period_type": "year", "value": "55"}]
    return facts_of(
        {"visits_pct": measure()}, observations=[*months_of("visits_pct", [60, 62, 64]), *year], finance=FINANCE
    )


def said(facts, text: str, **numbers) -> str:
    return plain(finished(text.format(**numbers), facts))


def test_a_value_of_the_reporting_month_says_no_date_and_one_of_another_does(facts):
    now, then = facts.value("visits_pct"), facts.value("visits_pct", period="2024-01")
    assert said(facts, "Visits are {now}, from {then}.", now=now, then=then) == (
        "Visits are 64%, from 62% (January 2024)."
    )


def test_a_month_that_the_sentence_names_is_not_said_again_and_one_of_another_sentence_is(facts):
    then = facts.value("visits_pct", period="2024-01")
    assert said(facts, "In January 2024 it was {then}.", then=then) == "In January 2024 it was 62%."
    assert said(facts, "In January 2024 it fell. It was {then}.", then=then).endswith("It was 62% (January 2024).")


def test_a_month_is_said_once_in_a_sentence_and_with_a_comma_inside_brackets(facts):
    then = facts.value("visits_pct", period="2024-01")
    assert said(facts, "It was {then}, and {then} is low.", then=then).count("January 2024") == 1
    assert said(facts, "It rose (from {then}).", then=then) == "It rose (from 62%, January 2024)."


def test_a_whole_year_is_named_by_its_year(facts):
    year = facts.value("visits_pct", period="2023-03", period_type="year")
    assert said(facts, "It was {year}.", year=year) == "It was 55% (year to March 2023)."
    assert said(facts, "In 2023 it was {year}.", year=year) == "In 2023 it was 55%."


def test_amounts_of_a_sentence_are_all_in_full_where_one_is_below_a_million(facts):
    grant, rent, staff = (facts.amount(f["line_id"]) for f in FINANCE)
    assert said(facts, "Of {grant}, {rent} went.", grant=grant, rent=rent) == "Of £2,850,000, £521,000 went."
    assert said(facts, "Of {grant}, {staff} went.", grant=grant, staff=staff) == "Of £2.85 million, £3 million went."
    assert said(facts, "We had {grant}. Then {rent} went.", grant=grant, rent=rent).startswith("We had £2.85 million.")


def test_an_amount_in_full_is_a_figure_of_its_own(facts):
    both = [facts.amount(name) for name in ("grant", "rent")]
    facts.take_figures()
    grant, rent = (facts.amount(name) for name in ("grant", "rent"))
    assert [grant, rent] == both
    text = finished(f"Of {grant}, {rent} went.", facts)
    ids = {f.id: f.published for f in facts.take_figures(text)}
    assert ids == {"finance.grant.funding.2023-24.in-full": "£2,850,000", "finance.rent.spend.2023-24": "£521,000"}
