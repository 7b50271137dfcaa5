"""Small numbers: what is hidden, that nothing gives it away, and that no trace of it is left behind."""

import sys
from itertools import product

import pandas as pd
import pytest
from suppression_tables import COUNT, MEASURES, SHARE, measure, rows, shown

from improvement_reports.domain.errors import InvalidInput
from improvement_reports.method.partners import hidden_parts
from improvement_reports.method.spans import Cell
from improvement_reports.method.suppression import suppress, turn
from improvement_reports.returns.prepare import prepare_return
from improvement_reports.returns.prepared import read_processed
from improvement_reports.workspace.measures import SMALL_NUMBER_THRESHOLD

# Primary


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (4, True), (5, True), (6, False)])
def test_counts_of_children_from_one_to_the_threshold_are_hidden(count, hidden):
    assert SMALL_NUMBER_THRESHOLD == 5
    assert shown(rows({"value": count})) == [None if hidden else count]


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_measure_may_have_its_own_threshold(count, hidden):
    measures = {COUNT: measure("count", small_number_threshold=3, small_number_reason="Agreed")}
    assert shown(rows({"value": count}), measures) == [None if hidden else count]


def test_only_children_are_hidden_by_default():
    assert shown(rows({"measure_id": "staff_count", "value": 1})) == [1]
    assert shown(
        rows({"measure_id": "staff_count", "value": 2}),
        {"staff_count": measure("count", of="staff", small_number_threshold=2)},
    ) == [None]


@pytest.mark.parametrize(
    ("numerator", "denominator", "hidden"),
    [
        (0, 100, False),
        (1, 100, True),
        (5, 100, True),
        (6, 100, False),
        (94, 100, False),
        (95, 100, True),
        (99, 100, True),
        (100, 100, False),
        (0, 5, True),
        (0, 6, False),
    ],
)
def test_a_ratio_is_hidden_with_its_numerator_and_with_its_complement(numerator, denominator, hidden):
    row = {"measure_id": SHARE, "value": numerator, "numerator": numerator, "denominator": denominator}
    for column in ("value", "numerator", "denominator"):
        assert (shown(rows(row), column=column) == [None]) == hidden


def test_a_share_that_says_its_numerator_through_the_denominator_is_hidden():
    assert shown(rows({"measure_id": SHARE, "value": 3, "denominator": 100})) == [None]


def test_a_missing_value_does_not_keep_its_numerator():
    row = {"measure_id": SHARE, "numerator": 3, "denominator": 100, "value_status": "not_available"}
    assert shown(rows(row), column="numerator") == [None]


# Secondary


# Names of parts in the order in which they become partners.
NAMES = sorted((f"P{i}" for i in range(5)), key=lambda name: turn(Cell(COUNT, "", "", "", name.lower())), reverse=True)


def parts(values, measure_id: str = COUNT, period: str = "2024-03", with_total: bool = True) -> list[dict]:
    """A distribution: its parts, and the whole."""
    found = [
        {"measure_id": measure_id, "period": period, "category": name, "value": v}
        for name, v in zip(NAMES, values, strict=False)
    ]
    return found + ([{"measure_id": measure_id, "period": period, "value": sum(values)}] if with_total else [])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((3, 8, 12), [None, None, 12, 23]),
        ((3, 12, 8), [None, None, 8, 23]),  # the names decide, not the size
        ((3, 4, 12), [None, None, None, 19]),  # the small ones add up to 7: neither could be 1
        ((3, 0, 12), [None, None, None, 15]),  # a zero comes first, and would leave 3 alone
        ((3, 12, 0), [None, None, 0, 15]),
        ((6, 8, 12), [6, 8, 12, 26]),
        ((3, 0, 0), [None, None, None, None]),
        ((2, 3, 2, 12), [None, None, None, 12, 19]),  # of three small ones that add up to 7 each can be any number
    ],
)
def test_a_second_part_goes_where_the_rest_would_give_one_away(values, expected):
    assert shown(rows(*parts(values))) == expected


def follows(total: int | None, published: list[int | None]) -> bool:
    """Whether a reader can work out a hidden part: all ways to fill the hidden ones agree on it.

    A reader knows that a hidden part is at least 1, for 0 is never hidden.
    """
    hidden = published.count(None)
    if total is None or not hidden:
        return False
    rest = total - sum(p for p in published if p is not None)
    ways = [way for way in product(range(1, rest + 1), repeat=hidden) if sum(way) == rest]
    return any(len(set(cells)) == 1 for cells in zip(*ways, strict=True))


def test_the_attack_finds_what_follows():
    assert follows(10, [None, 4, 3])
    assert follows(6, [None, None, 4])  # 1 and 1
    assert not follows(7, [None, None, 4])  # 1 and 2, or 2 and 1
    assert not follows(None, [None, 4, 3])


def every_table(number_of_parts: int, top: int) -> dict[str, tuple[int, ...]]:
    """All distributions with parts from 0 to ``top``, each in a month of its own, so that one call hides them all."""
    return {f"table {n}": t for n, t in enumerate(product(range(top + 1), repeat=number_of_parts))}


@pytest.mark.parametrize(("number_of_parts", "top"), [(2, 8), (3, 5), (4, 3)])
def test_no_hidden_part_follows_from_the_rest_and_the_whole(number_of_parts, top):
    measures = {COUNT: measure("count", small_number_threshold=2, small_number_reason="Small tables")}
    tables = every_table(number_of_parts, top)
    frame = rows(*(row for name, values in tables.items() for row in parts(values, period=name)))
    result = suppress(frame, measures).groupby("period")["value"].agg(list)
    given_away = []
    for name, values in tables.items():
        *published, total = [None if pd.isna(v) else int(v) for v in result[name]]
        assert published == [
            None if i in hidden_parts(list(values), 2, sum(values))[0] else v for i, v in enumerate(values)
        ]
        assert not (total is None and None not in published and sum(values))  # the whole is their sum
        if follows(total, published):
            given_away.append(values)
    assert given_away == []


def splits(total: int, number_of_parts: int):
    """Every way to split a total into so many parts of 0 or more."""
    if number_of_parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in splits(total - first, number_of_parts - 1):
            yield (first, *rest)


def turned_round(number_of_parts: int, most: int, threshold: int) -> tuple[int, int, int]:
    """(small cells, found exactly, narrowed) over all tables with a total up to ``most``, for a reader who knows the
    rule.

    All tables that look alike when published are put together: a small cell is what it is in one of them, so it is
    narrowed where any number from 1 to the threshold is missing, and found where a hidden cell is the same in all of
    them.
    """
    alike: dict[tuple, list] = {}
    for values in (v for total in range(most + 1) for v in splits(total, number_of_parts)):
        gone, whole_too = hidden_parts(list(values), threshold, sum(values))
        whole_too = whole_too or 0 < sum(values) <= threshold
        published = *(None if i in gone else v for i, v in enumerate(values)), None if whole_too else sum(values)
        alike.setdefault(published, []).append((*values, sum(values)))
    cells = found = narrowed = 0
    for published, tables in alike.items():
        could_be = [set(column) for column in zip(*tables, strict=True)]
        for table in tables:
            for shown_as, value, other in zip(published, table, could_be, strict=True):
                found += shown_as is None and len(other) == 1
                if 0 < value <= threshold:
                    assert shown_as is None
                    cells += 1
                    narrowed += not other >= set(range(1, threshold + 1))
    return cells, found, narrowed


SAMPLE = [(2, 40, 5), (3, 24, 5), (4, 15, 5), (4, 14, 3), (5, 12, 2)]
FULL = [(2, 200, 5), (2, 200, 10), (3, 70, 5), (3, 60, 3), (4, 48, 5), (4, 30, 4), (5, 26, 3), (5, 28, 5)]


@pytest.mark.parametrize(("number_of_parts", "most", "threshold"), SAMPLE)
def test_who_turns_the_rule_round_finds_and_narrows_nothing(number_of_parts, most, threshold):
    cells, found, narrowed = turned_round(number_of_parts, most, threshold)
    assert cells > 100
    assert (found, narrowed) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize(("number_of_parts", "most", "threshold"), FULL)
def test_who_turns_the_rule_round_finds_and_narrows_nothing_in_any_table(number_of_parts, most, threshold):
    assert turned_round(number_of_parts, most, threshold)[1:] == (0, 0)


def test_the_rule_of_before_was_found_out(monkeypatch):
    """The attack sees what it is meant to see: with the smallest other part as the partner, cells follow and are
    narrowed.
    """

    def smallest(values, threshold, whole):
        gone = {i for i, v in enumerate(values) if 0 < v <= threshold}
        if len(gone) == 1:
            gone |= set(sorted((i for i, v in enumerate(values) if v > threshold), key=lambda i: values[i])[:1])
        return gone, False

    monkeypatch.setattr(sys.modules[__name__], "hidden_parts", smallest)
    _, found, narrowed = turned_round(4, 16, 5)
    assert found > 0
    assert narrowed > 100


def test_what_the_source_hides_does_not_follow_either():
    hidden = {"category": NAMES[0], "value_status": "suppressed"}
    assert shown(rows(hidden, *parts((3, 8, 12))[1:]))[:2] == [None, None]


def test_a_value_said_again_in_a_later_return_stays_hidden(prepared):
    """February hides a part so that another does not follow; March must not show it."""
    home = prepared.raw / "exampleshire"
    february = home / "2024-02" / "observations.csv"
    february.write_text(
        february.read_text().replace("month,North,9", "month,North,2").replace("month,,24", "month,,17")
    )
    with (home / "2024-03" / "observations.csv").open("a") as file:
        file.write(
            "missing_children_count,exampleshire,2024-02,month,*East*"
            " <script>alert(1)</script>,7,,,published,board-2024-03,Page 3\n"
        )
    tables = {
        m: read_processed(prepare_return(prepared, "exampleshire", m))[0]["observations"]
        for m in ("2024-02", "2024-03")
    }
    said = pd.concat(tables.values())
    said = said[(said["measure_id"] == "missing_children_count") & (said["period"] == "2024-02")]
    published = {c: said[said["category"] == c]["value"].max() for c in said["category"]}
    assert sum(pd.isna(v) for v in published.values()) != 1, published


# What follows another measure


def test_the_parts_of_a_ratio_go_with_the_parts_it_follows():
    tables = every_table(3, 4)
    counts = [row for name, values in tables.items() for row in parts(values, period=name)]
    shares = [{**row, "measure_id": SHARE, "value": 50.0} for row in counts]
    measures = {COUNT: measure("count", small_number_threshold=2, small_number_reason="R"), SHARE: MEASURES[SHARE]}
    result = suppress(rows(*shares, *counts), measures)
    hidden = result[result["value"].isna()]
    cells = ["period", "category"]
    leaders, followers = (set(map(tuple, hidden[hidden["measure_id"] == m][cells].to_numpy())) for m in (COUNT, SHARE))
    assert leaders
    assert leaders <= followers


@pytest.mark.parametrize("order", [1, -1])
def test_a_ratio_that_follows_a_ratio_goes_too(order):
    measures = {**MEASURES, "share_of_share_pct": measure("percent", follows=SHARE)}
    found = [{"measure_id": m, "value": 3} for m in (COUNT, SHARE, "share_of_share_pct")][::order]
    assert shown(rows(*found), measures) == [None, None, None]


@pytest.mark.parametrize("other", [{"area": "england"}, {"period": "2024-02"}, {"category": "North"}])
def test_a_ratio_of_another_cell_stays(other):
    assert shown(rows({"value": 3}, {"measure_id": SHARE, "value": 50, **other})) == [None, 50]


# No trace


def test_a_hidden_row_keeps_no_number_and_no_record_of_one():
    frame = rows({"value": 3, "numerator": 3, "denominator": 40}, {"value": 30, "category": "P0"})
    before = frame.copy()
    hidden, kept = suppress(frame, MEASURES).to_dict("records")
    assert hidden["value_status"] == "suppressed"
    assert all(pd.isna(hidden[c]) for c in ("value", "numerator", "denominator"))
    assert (hidden["row_cells"], hidden["row_sha256"]) == ("", "")
    assert (kept["value"], kept["value_status"], kept["row_cells"], kept["row_sha256"]) == (30, "published", "[…]", "0")
    pd.testing.assert_frame_equal(frame, before)


def test_prepared_tables_keep_no_trace(prepared):
    table = read_processed(prepared.processed_return("exampleshire", "2024-03"))[0]["observations"]
    hidden = table[table["value_status"] == "suppressed"]
    assert sorted(set(hidden["category"])) == ["*East* <script>alert(1)</script>", "North"]
    assert hidden[["value", "numerator", "denominator"]].isna().all(axis=None)
    assert set(hidden["row_cells"]) | set(hidden["row_sha256"]) == {""}


def test_a_claim_does_not_state_a_hidden_number(prepared):
    raw = prepared.raw_return("exampleshire", "2024-03") / "claims.csv"
    with raw.open("a") as file:
        file.write("north,3 children of the north,3,count,0,value,missing_children_count[North],board-2024-03,Page 3\n")
    try:
        folder = prepare_return(prepared, "exampleshire", "2024-03")
    except InvalidInput:
        return  # refused: nothing of it is published
    claim = read_processed(folder)[0]["claims"].set_index("claim_id").loc["north"]
    assert pd.isna(claim["stated_value"])
    assert "3" not in claim["text"] + claim["row_cells"]


def test_a_part_that_is_not_available_beside_hidden_ones_is_no_number():
    """Withheld parts are named, and another part was never stated: it counts among what nobody knows."""
    from improvement_reports.method.partners import hidden_parts

    gone, is_whole_hidden = hidden_parts([2, None, 30, 40], 5, 90, hidden={0})
    assert {0, 1} <= gone and not is_whole_hidden
