"""The pages of the real reports as a reader meets them, from this repository's own returns: no wrong number or word of
known kinds.
"""

import re

import pytest
from page_texts import page_texts

from improvement_reports.domain.numbers import format_money
from improvement_reports.domain.wording import ONE_OF_MANY

REPORTS = [
    ("gloucestershire", "2020-10", "inspection"),
    ("gloucestershire", "2021-04", "board"),
    ("gloucestershire", "2022-11", "scrutiny"),
    ("herefordshire", "2021-08", "cabinet"),
    ("worcestershire", "2018-06", "cabinet"),
    ("exampleshire", "2025-06", "board"),
]
WRONG = {
    "one counted as many": ONE_OF_MANY,
    "a change of percentages in points": re.compile(r"[+−][\d.,]+ points?\b"),
    "missed by nothing": re.compile(r"\bby 0 "),
    "nothing more or fewer": re.compile(r"\b0 (?:more|fewer|higher|lower) than"),
    "within tolerance by a distance": re.compile(r"[Ww]ithin tolerance,? by "),
    "a difference of percentages in per cent": re.compile(r"percentage points [^|\n]*\| (?:\d[\d.]*% ?\| ?)+agrees"),
    "a licence that is not stated": re.compile(r"Published council paper\. "),
}


@pytest.fixture(scope="module")
def pages(real_once):
    """The text of each page, made once."""
    with pytest.MonkeyPatch.context() as patch:
        return {job: page_texts(real_once, *job, patch) for job in REPORTS}


@pytest.mark.parametrize("job", REPORTS, ids="/".join)
@pytest.mark.parametrize("kind", WRONG)
def test_no_page_says_what_is_wrong(pages, job, kind):
    for text in pages[job]:
        assert not WRONG[kind].search(text), WRONG[kind].search(text)[0]


@pytest.mark.parametrize("job", REPORTS, ids="/".join)
def test_amounts_of_one_column_have_one_unit(pages, job):
    for text in pages[job]:
        columns: dict[int, set[bool]] = {}
        for line in text.splitlines():
            for n, cell in enumerate(line.split("|")):
                if amount := re.fullmatch(r"\s*−?£[\d,.]+( million)?\s*", cell):
                    columns.setdefault(n, set()).add(bool(amount[1]))
        assert all(len(kinds) == 1 for kinds in columns.values()), text[:400]


def page(pages, *job) -> str:
    return "\n".join(pages[job])


def test_the_contacts_of_gloucestershire_are_not_judged(pages):
    """405 of 1,250 are called 41%: nothing is said to have worsened because of it."""
    text = page(pages, "gloucestershire", "2021-04", "board")
    table = text.split("Contacts with no further action")[1].split("Contacts given")[0]
    assert "disputed" in table and "Worsening" not in table and "+8" not in table


def test_statuses_that_may_have_changed_places_are_marked(pages):
    text = page(pages, "gloucestershire", "2021-04", "board")
    line = next(x for x in text.splitlines() if x.startswith("1. Quality of practice"))
    assert line.count("in doubt") == 2


def test_an_earlier_value_says_its_month(pages):
    assert "fell from 85% (May 2025) to 84%" in page(pages, "exampleshire", "2025-06", "board")
    assert "fell from 96% (March 2021) to 91%" in page(pages, "gloucestershire", "2021-04", "board")
    assert "Progress: 21 in the quarter to September 2022" in page(pages, "gloucestershire", "2022-11", "scrutiny")


def test_the_money_of_herefordshire_and_worcestershire(pages):
    text = page(pages, "herefordshire", "2021-08", "cabinet")
    assert (
        f"Legal | £551,000 | £551,000 | {format_money(1_102_000, in_full=True)} |" in text
        and "To August 2021 |" in text
        and "Spend/commitments to the end of August | £1,875,000 |" in text
    )
    worcestershire = page(pages, "worcestershire", "2018-06", "cabinet")
    assert (
        "Placements and provision costs: £7,600,000" in worcestershire
        and "Safeguarding services: £600,000" in worcestershire
    )
