"""Numbers that name something may stand in narrative; what only resembles them is a figure and needs its reference."""

import pytest

from improvement_reports.workspace.prose.check import markup_faults
from improvement_reports.workspace.prose.texts import Prose


def faults(text: str) -> list[str]:
    return [str(f) for f in markup_faults([Prose("a.md", text)], [])]


@pytest.mark.parametrize(
    "text",
    [
        "Visits are made within 10 working days.",
        "decided within 24 hours, reviewed every 6 weeks",
        "assessments in 45 working days",
        "the 26-week limit; a 12 month plan; the 20-working-day timescale",
        "children in Year 11, and in Years 7 and 8",
        "Key Stage 4 (KS4)",
        "In 2016/17 and 2017-18, since Q1 and in Q3 2024/25",
        "quarter 3; Quarters 1 and 2",
        "16 and 17 year olds, 16- and 17-year-olds, a 15-year-old",
        "children aged 0 to 4, aged 16 or over, those age 17",
        "under-5s and over 16s",
        "young people of 18 or over",
        "1:1 supervision, 24/7",
        "Priority 3, Recommendations 2, 4 and 5, Stage 1 complaints",
        "within\n10 working days",
        "*within 10 working days*",
    ],
)
def test_ordinary_english_passes(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "85%",
        "in 45 days",
        "took 26 weeks",
        "10 working days",
        "within 10",
        "within 10%",
        "within 10 % of target",
        "within 10 per cent",
        "within 110 working days",
        "Year 2024",
        "year 11",
        "Year 11.5",
        "Year 11%",
        "2016/178",
        "2016/17/18",
        "in 2016",
        "Q5",
        "Q1.5",
        "FAQ1",
        "16 and 17 children",
        "aged 160",
        "aged 16%",
        "aged 16 %",
        "aged 16 per cent",
        "Year 11 %",
        "under 50s",
        "under 5",
        "Priority 3%",
        "Priorities 3",
        "£24/7",
        "11:12",
        "Stage 1 of 4 and 41 more",
        "within 10 working days 41 were seen",
        "41 within 10 working days",
    ],
)
def test_what_only_resembles_it_is_a_figure(text):
    assert "is a bare number" in faults(text)[0]
