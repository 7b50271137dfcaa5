"""The other eyes: what follows of withheld numbers from all that was published, and that no file of a draft
holds one.
"""

import hashlib
import io
import json
import random
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from damage import edit
from suppression_tables import COUNT, MEASURES, SHARE, measure, rows

from improvement_reports.method.disclosure import Published, newly_revealed, revealed, withhold_more
from improvement_reports.method.suppression import suppress

HIDDEN = {"value": None, "value_status": "suppressed"}


def month(period: str, value: int | None, category: str = "", **more) -> dict:
    return {"period": period, "category": category, **({"value": value} if value is not None else HIDDEN), **more}


def whole(value: int, *parts: int | None, **more) -> list[dict]:
    return [{"value": value, **more}, *(month("2024-03", p, f"P{n}", **more) for n, p in enumerate(parts))]


def told(*frames: list[dict], measures=MEASURES) -> list[str]:
    """What follows, without the name of the measure and its place."""
    return [str(g).split("(")[1].rstrip(")") for g in revealed([rows(*f) for f in frames], measures)]


EXACTLY = "follows exactly"
QUARTER = {"period": "2024-03", "period_type": "quarter"}
GIVEN_AWAY = {
    "a part of a whole": ([whole(23, None, 8, 12)], [EXACTLY]),
    "two parts with a small sum": ([whole(15, None, None, 12)], ["can only be 1 or 2 or 3"] * 2),
    "two parts with a large sum": ([whole(30, None, None, 12)], []),
    "a whole that another report states": (
        [[month("2024-03", None, "P0"), month("2024-03", 8, "P1")], [month("2024-03", 11)]],
        [EXACTLY],
    ),
    "a category spelt otherwise": (
        [
            [month("2024-03", None, "North"), month("2024-03", 8, "5 to 9")],
            [month("2024-03", 11), month("2024-03", 8, "5\u20139")],
        ],
        [EXACTLY],
    ),
    "a month of a quarter": (
        [[month("2024-01", None), month("2024-02", 8), month("2024-03", 9)], [{**QUARTER, "value": 20}]],
        [EXACTLY],
    ),
    "a month of a quarter of which another is unknown": (
        [[month("2024-01", None), month("2024-02", 8)], [{**QUARTER, "value": 10}]],
        ["can only be 1 or 2"],
    ),
    "a running total less the one before": (
        [
            [{"period": "2024-05", "period_type": "to_date", "value": 20}],
            [{"period": "2024-06", "period_type": "to_date", "value": 22}, month("2024-06", None)],
        ],
        [EXACTLY],
    ),
    "a rolling year less the one before": (
        [
            [{"period": "2025-02", "period_type": "rolling_12m", "value": 90}, month("2024-03", 9)],
            [{"period": "2025-03", "period_type": "rolling_12m", "value": 84}, month("2025-03", None)],
        ],
        [EXACTLY],
    ),
    "the change since a month": ([[month("2024-02", None)], [month("2024-03", 9, change=6.0)]], [EXACTLY]),
    "a share of a base": (
        [[month("2024-03", None), {"measure_id": SHARE, "value": 10, "denominator": 30, "numerator": 3}]],
        [EXACTLY],
    ),
    "a share of a base that is rounded": (
        [[month("2024-03", None), {"measure_id": SHARE, "value": 10, "denominator": 39}]],
        [EXACTLY],
    ),
    "a number that was revised": ([whole(23, None, 8, 12), whole(24, None, 8, 12)], []),
    "a day and its month": (
        [
            [
                month("2024-03-31", None, "P0", period_type="snapshot"),
                month("2024-03", 8, "P1", period_type="snapshot"),
            ],
            [month("2024-03", 11)],
        ],
        [EXACTLY],
    ),
}


@pytest.mark.parametrize("name", GIVEN_AWAY)
def test_what_follows_is_seen(name):
    frames, expected = GIVEN_AWAY[name]
    assert told(*frames) == expected


def test_measures_that_are_parts_of_another_are_a_sum():
    measures = {
        **MEASURES,
        "boys_count": measure("count", part_of=COUNT),
        "girls_count": measure("count", part_of=COUNT),
    }
    frames = [[{"value": 30}, {"measure_id": "boys_count", **HIDDEN}, {"measure_id": "girls_count", "value": 27}]]
    assert told(*frames, measures=measures) == [EXACTLY]
    raw = rows({"value": 30}, {"measure_id": "boys_count", "value": 3}, {"measure_id": "girls_count", "value": 27})
    assert revealed([suppress(raw, measures)], measures) == []
    assert suppress(raw, measures)["value"].isna().tolist() == [False, True, True]


def test_what_would_follow_beside_earlier_returns_is_withheld():
    earlier, now = rows(*whole(23, None, 8, 12)[1:]), rows({"value": 23}, {"value": 50, "area": "england"})
    assert withhold_more(now, [earlier], MEASURES)["value_status"].tolist() == ["suppressed", "published"]
    again = withhold_more(now, [rows(*whole(23, None, 8, 12))], MEASURES)  # it was public before: nothing can be mended
    assert again["value_status"].tolist() == ["published", "published"]


# Beside the editions of other reports


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "missing_children_count,exampleshire,2024-03,month, north\u00a0,3,,,,published",
            "month, North (withheld in 2024-03/board/v1)",
        ),
        ("missing_children_count,exampleshire,2024-04,month,North,9,,,6,published", "north (follows exactly)"),
        ("missing_children_count,exampleshire,2024-04,month,North,9,,,,published", ""),
        (
            "missing_children_pct,exampleshire,2024-03,month,North,10,3,30,,published",
            "North (withheld in 2024-03/board/v1)",
        ),
    ],
)
def test_a_report_of_another_month_gives_no_number_of_an_edition_away(published, tmp_path, row, problem):
    from improvement_reports.editions.withheld import revealed_numbers as by_editions

    draft = tmp_path / "draft"
    (draft / "data").mkdir(parents=True)
    header = "measure_id,area,period,period_type,category,value,numerator,denominator,change,value_status,source_id,locator,source_row"
    (draft / "data/observations.csv").write_text(f"{header}\n{row},s,Page 1,2\n", encoding="utf-8")
    found = by_editions(published, "exampleshire", "2024-04", draft)
    assert any(problem in f for f in found) if problem else not found, found


# Nothing of it in any file

EAST, SUM = 48271, 48289  # a partner that no other number contains


@pytest.fixture(scope="module")
def draft(prepared_once, tmp_path_factory) -> tuple[Path, Path]:
    """(processed tables, draft folder) of a board report whose withheld numbers would be seen."""
    import shutil

    from improvement_reports.returns.prepare import prepare_return
    from improvement_reports.runs.draft import write_draft
    from improvement_reports.runs.run import run_report
    from improvement_reports.workspace.places import Project

    folder, job = tmp_path_factory.mktemp("draft"), ("exampleshire", "2024-03", "board")
    shutil.copytree(prepared_once.root, folder, dirs_exist_ok=True)
    project = Project(folder)
    path = project.raw_return(*job[:2]) / "observations.csv"
    for before, after in (
        ("month,,30", f"month,,{SUM}"),
        ("alert(1)</script>,12,", f"alert(1)</script>,{EAST},"),
        ("North,10,3,30", f"North,0,3,{SUM}"),
        ("South,27,8,30", f"South,0,8,{SUM}"),
        ("alert(1)</script>,40,12,30", f"alert(1)</script>,100,{EAST},{SUM}"),
        ("West,23,7,30", f"West,0,7,{SUM}"),
    ):
        edit(path, before, after)
    edit(
        path.with_name("claims.csv"),
        "27% of the children who went missing.,27",
        "0% of the children who went missing.,0",
    )
    edit(path.with_name("claims.csv"), "add up to 30.,30", f"add up to {SUM}.,{SUM}")
    processed = prepare_return(project, *job[:2])
    assert (outcome := run_report(str(folder), *job)).state == "done", outcome.message
    write_draft(project, job)
    return processed, project.draft_folder(*job)


def texts(name: str, content: bytes):
    """Every text in a file: of archives that of their members, of Parquet its cells."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from texts(f"{name}!{member}", archive.read(member))
    elif name.endswith(".parquet"):
        table = pd.read_parquet(io.BytesIO(content))
        yield name, table.to_csv(index=False) + json.dumps(table.astype(str).to_dict("records"), ensure_ascii=False)
    else:
        yield name, content.decode("utf-8", errors="replace")


def test_no_file_of_a_draft_holds_a_withheld_number(draft):
    processed, folder = draft
    raw = processed.parents[2] / "raw/exampleshire/2024-03/observations.csv"
    lines = [
        line for line in raw.read_text(encoding="utf-8").splitlines() if "month,North," in line or f",{EAST}," in line
    ]
    assert len(lines) == 4
    records = [
        json.dumps(
            next(
                iter(pd.read_csv(io.StringIO(line), header=None, dtype=str, keep_default_na=False).to_numpy())
            ).tolist(),
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for line in lines
    ]
    telling = [str(EAST), f"{EAST:,}", *lines, *records, *(hashlib.sha256(r.encode()).hexdigest() for r in records)]
    files = [p for home in (processed, folder) for p in sorted(home.rglob("*")) if p.is_file()]
    seen = [
        (name, word)
        for path in files
        for name, text in texts(path.name, path.read_bytes())
        for word in telling
        if word in text
    ]
    assert len(files) > 25
    assert seen == []
    everything = "".join(text for path in files for _, text in texts(path.name, path.read_bytes()))
    assert str(SUM) in everything  # the scan finds what is shown
    assert "month,South,8" in everything or '"South","8"' in everything or "South,8" in everything


@pytest.mark.parametrize("seed", range(40))
def test_what_is_new_is_what_follows_now_and_did_not_before(seed):
    """Whichever questions need not be asked again: drawn whole by whole, some with numbers that are withheld."""
    draw = random.Random(seed)

    def some(period: str) -> list[dict]:
        parts = [draw.randint(1, 9) for _ in range(3)]
        hidden = [draw.random() < 0.4 for _ in parts]
        said = [month(period, None if h else p, f"P{n}") for n, (p, h) in enumerate(zip(parts, hidden, strict=True))]
        if draw.random() < 0.5:  # what bounds a part, and a change that tells the part of a month before
            said.append({"measure_id": SHARE, "period": period, "category": "P0", "value": 10, "denominator": 39})
            said[1] |= {} if hidden[1] else {"change": float(draw.randint(-3, 3))}
        return [month(period, sum(parts) if draw.random() < 0.7 else None), *said]

    frames = [rows(*some(draw.choice(("2024-01", "2024-02", "2024-03")))) for _ in range(6)]
    for number in range(len(frames)):
        earlier, now = frames[:number], frames[: number + 1]
        before = {(g.cell, g.could_be) for g in revealed(earlier, MEASURES)}
        expected = [g for g in revealed(now, MEASURES) if (g.cell, g.could_be) not in before]
        assert newly_revealed(Published(earlier, MEASURES, frames[number]), Published(earlier, MEASURES)) == expected


def test_a_number_that_follows_more_narrowly_than_before_is_new():
    earlier = [rows(*whole(15, None, None, 12))]  # either is 1, 2 or 3
    more = rows(month("2024-03", 2, "P1"))
    found = newly_revealed(Published(earlier, MEASURES, more), Published(earlier, MEASURES))
    assert [str(g).split("(")[1].rstrip(")") for g in found] == [EXACTLY]
    assert newly_revealed(Published(earlier, MEASURES, earlier[0]), Published(earlier, MEASURES)) == []


SHARE_OF_39 = {"measure_id": SHARE, "value": 10, "denominator": 39}
NEW = {
    "a share bounds what was withheld before": ([[month("2024-03", None)]], [SHARE_OF_39], ["2024-03"]),
    "what a share bounded before is withheld now": ([[SHARE_OF_39]], [month("2024-03", None)], ["2024-03"]),
    "a sum is new of a cell that stands in another sum": (
        [[month("2024-01", None), month("2024-02", None), month("2024-03", 9), {**QUARTER, "value": 20}]],
        [month("2024-02", 4, "P0"), month("2024-02", 4, "P1")],
        ["2024-01"],  # 20 − 9 − 8; the 8 itself is no small number
    ),
    "a share bounds what stands in a sum with what stands in a sum": (
        [
            [month("2024-01", None), month("2024-02", None), month("2024-03", 9), {**QUARTER, "value": 20}],
            [month("2024-02", None, "P0"), month("2024-02", 4, "P1")],
        ],
        [{**SHARE_OF_39, "period": "2024-02", "category": "P0"}],
        ["2024-01", "2024-02"],  # 4 of 39 are 10 %, so 8 in February, and 20 − 9 − 8 in January
    ),
}


@pytest.mark.parametrize("name", NEW)
def test_what_is_known_now_is_asked_again_of_all_that_it_touches(name):
    earlier, now, expected = NEW[name]
    before = [rows(*frame) for frame in earlier]
    found = newly_revealed(Published(before, MEASURES, rows(*now)), Published(before, MEASURES))
    assert [g.cell.period for g in found if g.found] == expected
    assert [str(g) for g in found] == [str(g) for g in revealed([*before, rows(*now)], MEASURES)]
