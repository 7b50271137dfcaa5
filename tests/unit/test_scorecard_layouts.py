"""Whatever the layout of a scorecard: a number is read as the value of its own measure and period, or it is not read."""

from calendar import month_name
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from scorecard_files import grid_of

from improvement_reports.returns.scorecard.export import export_lines
from improvement_reports.returns.scorecard.headings import Told
from improvement_reports.returns.scorecard.layout import faults_of, headings_of
from improvement_reports.returns.scorecard.lines import lines_of

NAMES = ("Contacts", "Agency social workers", "Visits in time", "Placement spend")
PERIODS = (("Jul-25", "2025-07"), ("Aug-25", "2025-08"), ("Q2 2025/26", "2025-09 quarter"), ("Oct-25", "2025-10"))
BEFORE = (None, "Ref", "Theme", "Good is", "Lead officer", "Unit")
AFTER = (
    "YTD",
    "Target 25-26",
    "England",
    "RAG",
    "Change since Jul-25",
    "Q2 2025/26 Target",
    "Target Oct-25",
    "Oct-25 RAG",
    "Stat. neighbours",
)
OF_AFTER = {"Q2 2025/26 Target": ("2025-09 quarter", "green"), "Target Oct-25": ("2025-10", "green")}
# How a measure's numbers stand: the words of its rows or columns, and what each of them is.
PARTS = {
    "alone": (("", "value"),),
    "counts": (("Numerator", "numerator"), ("Denominator", "denominator"), ("%", "value")),
    "last": (("Actual", "value"), ("Target", "green"), ("RAG", "rag")),
    "odd": (("FTE", "other"), ("%", "value")),
    "odd last": (("%", "value"), ("Cases", "other")),
}


@dataclass
class Made:
    """A scorecard, and what each of its numbers is; every number stands in it once."""

    rows: list[list] = field(default_factory=list)
    truth: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(101))

    def number(self, name: str, period: str, part: str) -> int:
        found = next(self.numbers)
        self.truth[found] = (name, period, part)
        return found


@st.composite
def scorecards(draw) -> Made:
    made = Made()
    before = draw(st.lists(st.sampled_from(BEFORE), max_size=2, unique=True))
    periods = draw(st.lists(st.sampled_from(PERIODS), min_size=2, max_size=4, unique=True))
    after = draw(st.lists(st.sampled_from(AFTER), max_size=3, unique=True))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    in_columns = draw(st.sampled_from(("no", "one row", "two rows")))
    head = draw(st.sampled_from(("Measure", "Indicator", None if in_columns == "no" else "KPI")))
    if draw(st.booleans()):
        made.rows.append(["A performance pack"])
    if in_columns == "no":
        _rows(draw, made, before, periods, after, names, head)
    else:
        _columns(draw, made, before, periods, names, head, in_columns == "two rows")
    if draw(st.booleans()):
        made.rows.append(["* a footnote"])
    return made


def _others(before: list) -> list:
    return [
        {"Ref": "1.2", "Theme": "Front door", "Good is": "Low", "Lead officer": "AD", "Unit": "%"}.get(b)
        for b in before
    ]


def _rows(draw, made: Made, before: list, periods: list, after: list, names: list, head: str | None) -> None:
    """Each part of a measure in a row of its own, its word in a column beside the name."""
    made.rows.append([*before, head, None, *(p for p, _ in periods), *after])
    for name in names:
        parts = PARTS[draw(st.sampled_from(sorted(PARTS)))]
        again = draw(st.booleans())
        for place, (word, part) in enumerate(parts):
            numbers = [made.number(name, key, part) for _, key in periods]
            beside = [made.number(name, *OF_AFTER.get(words, ("", "other"))) for words in after]
            made.rows.append([*_others(before), name if again or not place else None, word or None, *numbers, *beside])
        if draw(st.booleans()):
            theirs = [made.number(name, key, "other") for _, key in periods]
            made.rows.append([*(None for _ in before), draw(st.sampled_from((None, name))), "England", *theirs])


def _columns(draw, made: Made, before: list, periods: list, names: list, head: str | None, is_second: bool) -> None:
    """Each part of a measure in a column of its own, under one heading or two."""
    parts = PARTS[draw(st.sampled_from(("counts", "last", "odd", "odd last")))]
    first, second, keys = [], [], []
    for words, key in periods:
        for place, (word, part) in enumerate(parts):
            first.append((words if not place else None) if is_second else f"{words} {word}")
            second.append(word)
            keys.append((key, part))
    above = draw(st.booleans()) or not is_second
    made.rows.append([*(before if above else [None] * len(before)), head if above else None, *first])
    if is_second:
        made.rows.append([*([None] * len(before) if above else before), None if above else head, *second])
    for name in names:
        made.rows.append([*_others(before), name, *(made.number(name, key, part) for key, part in keys)])


@st.composite
def exports(draw) -> Made:
    """A row for each value, its period in two columns: under a number of the calendar's year or of a financial one."""
    made = Made()
    way = draw(st.sampled_from(("2025/26", "calendar", "by its start", "by its end")))
    heading = draw(st.sampled_from(("Year", "Financial year"))) if way != "calendar" else "Year"
    first = draw(st.integers(0, 12))
    months = [divmod(2025 * 12 + 3 + n, 12) for n in range(first, first + draw(st.integers(10, 20)))]
    order = draw(st.sampled_from(("time", "back")))
    made.rows.append(["Measure", heading, "Month", "Value"])
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
        for year, month in months if order == "time" else months[::-1]:
            start = year - (month < 3)
            words = {"2025/26": f"{start}/{start - 1999}", "calendar": year, "by its start": start}.get(way, start + 1)
            number = made.number(name, f"{year}-{month + 1:02d}", "value")
            made.rows.append([name, words, month_name[month + 1], number])
    return made


def read(made: Made) -> list[tuple[int, tuple[str, str, str]]]:
    """Each number that is read, as what."""
    grid = grid_of(made.rows)
    heads = headings_of(grid, Told())
    for head in heads:
        faults_of(grid, head)
    heads = [h for h in heads if h.periods or h.is_long]
    if not heads:
        return []
    lines = export_lines(grid, heads[0], {}, {}) if heads[0].is_long else lines_of(grid, heads, {})
    return [
        (cell.value, (line.name, period.end + (" quarter" if period.kind == "quarter" else ""), part))
        for line in lines.lines
        for part in ("value", "numerator", "denominator", "green")
        for period, cell in (line.targets if part == "green" else line.part(part)).items()
        if isinstance(cell.value, int) and line.name in NAMES  # any other name is of no measure, and is asked about
    ]


@settings(max_examples=300)
@given(scorecards())
def test_a_number_is_read_as_what_it_is_or_not_at_all(made):
    wrong = [(number, said, made.truth[number]) for number, said in read(made) if made.truth[number] != said]
    assert wrong == [], "\n".join(map(str, made.rows))


@settings(max_examples=100)
@given(exports())
def test_a_year_in_a_column_of_its_own_is_that_year_or_none(made):
    wrong = [(number, said, made.truth[number]) for number, said in read(made) if made.truth[number] != said]
    assert wrong == [], "\n".join(map(str, made.rows))


def test_plain_scorecards_are_read():
    """So that nothing is read wrongly because nothing is read."""
    made = Made()
    made.rows.append(["Measure", None, "Jul-25", "Aug-25"])
    for word, part in PARTS["counts"]:
        made.rows.append(
            ["Contacts", word, made.number("Contacts", "2025-07", part), made.number("Contacts", "2025-08", part)]
        )
    assert sorted(read(made)) == sorted(made.truth.items())
