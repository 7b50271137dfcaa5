"""Official statistics: what was known by a day and nothing later, the comparators, and tables that are refused."""

import csv
import os
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import mean

import nbformat
import numpy as np
import pytest
from conftest import ROOT, copy_project
from damage import edit
from small_official import AREA_ROW, RAW, SMALL, VALUES, change

from improvement_reports import sections
from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.tables import COLUMNS
from improvement_reports.facts.figures import MIME
from improvement_reports.facts.official import comparator_figure
from improvement_reports.method.referrals import Referrals
from improvement_reports.official import statistics
from improvement_reports.official.definitions import load_definitions
from improvement_reports.official.lists import NO_LISTS
from improvement_reports.official.prepare import prepare_official
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.official.up_to_date import prepare_official_if_changed
from improvement_reports.report import Report, open_report
from improvement_reports.runs.run import EXECUTED, run_report
from improvement_reports.workspace.places import Project

MADE_UP = "exampleshire"  # of which there are no official statistics
REPORTS = sorted(
    (p.parent.name, p.stem[:7], p.stem[8:]) for p in (ROOT / "params").glob("*/*.yml") if p.parent.name != MADE_UP
)
GLOUCESTERSHIRE, WORCESTERSHIRE, HEREFORDSHIRE = "916", "885", "884"


def raw_rows(table: str) -> list[dict]:
    """The rows of a raw table as they stand there; the first is row 2."""
    with (RAW / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def raw() -> dict[str, list[dict]]:
    return {name: raw_rows(name) for name in COLUMNS}


@pytest.fixture(scope="module")
def real(real_once, tmp_path_factory) -> Project:
    """This repository's data and parameters, everything prepared; tests of this module run reports in it."""
    return Project(Path(shutil.copytree(real_once.root, tmp_path_factory.mktemp("real"), dirs_exist_ok=True)))


def known_by(real: Project, day: str) -> OfficialStatistics:
    return open_official(real, day)


# As at

DAYS = ("2015-12-31", "2018-07-12", "2018-11-29", "2018-11-30", "2018-12-01", "2021-05-26", "2023-01-12", "2099-01-01")


@pytest.mark.parametrize("day", DAYS)
def test_a_day_knows_every_row_published_by_then_and_no_other(real, raw, day):
    official = known_by(real, day)
    late = {str(y): f"{int(y) + 1}-04-30" for y in range(2000, 2100)}  # key stage 4 comes out the spring after
    for table, found in (("annual-values", official.values), ("referrals-by-month", official.referrals)):
        rows = raw[table]
        out = [
            late[r["reporting_year"]] if r.get("measure_id") == "cla_ks4_attainment8" else r["available_from"]
            for r in rows
        ]
        assert sorted(found["source_row"]) == [n for n, published in enumerate(out, start=2) if published <= day]


@pytest.mark.parametrize(
    ("day", "year"), [("2018-11-29", 2017), ("2018-11-30", 2018), ("2018-12-01", 2018), ("2019-11-29", 2018)]
)
def test_a_value_is_known_from_the_day_of_its_release(real, day, year):
    official = known_by(real, day)
    assert official.years("assessment_45_days_pct", WORCESTERSHIRE)[-1] == year
    found = [
        official.comparator("assessment_45_days_pct", 2018, area, WORCESTERSHIRE)
        for area in ("worcestershire", "england", "region", "statistical_neighbours")
    ]
    assert [f is not None for f in found] == [year == 2018] * 4


@pytest.mark.parametrize(("day", "year"), [("2020-04-29", 2018), ("2020-04-30", 2019)])
def test_key_stage_4_is_known_from_the_spring_after(real, day, year):
    assert known_by(real, day).years("cla_ks4_attainment8", GLOUCESTERSHIRE)[-1] == year


def figures_in(shown) -> list[dict]:
    """The records of the figures of blocks, however they are nested."""
    if isinstance(shown, (list, tuple)):
        return [f for block in shown for f in figures_in(block)]
    own = [shown.figure] if hasattr(shown, "figure") else []
    return [f.record() for f in (*own, *getattr(shown, "figures", ()))]


def figures_of(report: Report) -> list[dict]:
    """The figures of everything in a report that can hold an official statistic."""
    parts = [
        sections.beside_others(report),
        sections.referrals_chart(report),
        sections.claims(report),
        sections.golden_thread(report),
    ]
    return figures_in([*parts, *(report.narrative(name) for name in report.narrative_texts)])


def official_inputs(figures: list[dict]) -> set[tuple[str, int]]:
    """(table, row) of the official statistics that have a day of release."""
    inputs = [i for f in figures for i in f["inputs"]]
    found = {(Path(i["file"]).stem, i["row"]) for i in inputs if i["file"].startswith("official-statistics/")}
    return {(table, row) for table, row in found if "available_from" in COLUMNS[table]}


def published_later(figures: list[dict], day: str, raw) -> list[tuple[str, int]]:
    """Official rows that the figures were made from although they came out after the day."""
    return sorted((t, n) for t, n in official_inputs(figures) if raw[t][n - 2]["available_from"] > day)


@pytest.mark.parametrize("job", REPORTS, ids="/".join)
def test_no_figure_of_a_report_was_made_from_what_came_out_after_its_meeting(real, raw, job):
    report = open_report(*job, real)
    found = figures_of(report)
    assert len(official_inputs(found)) > 100
    assert published_later(found, report.params.meeting.date, raw) == []


@pytest.mark.parametrize("job", REPORTS[:1], ids="/".join)
def test_a_later_row_that_is_let_in_is_seen(real, raw, monkeypatch, job):
    statistics._known_cached.cache_clear()  # what was worked out before is not asked for again
    every_row = property(lambda self: np.arange(len(self.tables["annual-values"])))
    monkeypatch.setattr(statistics.Known, "_places", every_row)
    report = open_report(*job, real)
    assert published_later(figures_of(report), report.params.meeting.date, raw) != []
    statistics._known_cached.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("job", [j for j in REPORTS if j[2] == "cabinet"], ids="/".join)
def test_no_figure_of_an_executed_report_came_out_after_its_meeting(real, raw, job):
    outcome = run_report(str(real.root), *job)
    assert outcome.state == "done", outcome.message
    notebook = nbformat.read(real.run_folder(*job) / EXECUTED, as_version=4)
    outputs = [o["data"].get(MIME, {}) for c in notebook.cells for o in c.get("outputs", []) if "data" in o]
    figures = [f for record in outputs for f in record.get("figures", [])]
    assert len(official_inputs(figures)) > 100
    assert published_later(figures, open_report(*job, real).params.meeting.date, raw) == []


# Values read by hand from annual-values.csv

GOLDEN = [
    ("assessment_45_days_pct", GLOUCESTERSHIRE, 2020, "78.5"),
    ("assessment_45_days_pct", GLOUCESTERSHIRE, 2022, "78.6"),
    ("assessment_45_days_pct", GLOUCESTERSHIRE, 2023, "70.9"),
    ("assessment_45_days_pct", WORCESTERSHIRE, 2017, "72.4"),
    ("assessment_45_days_pct", WORCESTERSHIRE, 2021, "92.0"),
    ("assessment_45_days_pct", HEREFORDSHIRE, 2018, "69.7"),
    ("assessment_45_days_pct", HEREFORDSHIRE, 2024, "95.6"),
    ("icpc_15_days_pct", GLOUCESTERSHIRE, 2016, "39.5"),
    ("icpc_15_days_pct", GLOUCESTERSHIRE, 2022, "75.6"),
    ("icpc_15_days_pct", WORCESTERSHIRE, 2017, "50.7"),
    ("icpc_15_days_pct", WORCESTERSHIRE, 2024, "96.9"),
    ("icpc_15_days_pct", HEREFORDSHIRE, 2020, "71.9"),
    ("icpc_15_days_pct", HEREFORDSHIRE, 2023, "56.2"),
]


@pytest.mark.parametrize(("measure", "code", "year", "expected"), GOLDEN)
def test_values_of_the_department(real, measure, code, year, expected):
    official = known_by(real, "2025-12-31")
    home = next(key for key, known in official.keys.items() if known == code)
    found = official.comparator(measure, year, home, code)
    assert found.value == Decimal(expected)
    figure = comparator_figure(official, measure, year, found, home, code)
    assert (figure.published, len(figure.inputs)) == (f"{Decimal(expected)}%", 1)


def test_a_missing_value_says_why_and_is_no_number(real):
    official = known_by(real, "2025-12-31")
    found = official.comparator("cpp_2_years_open_pct", 2022, "greenwich", "203")  # row 31138
    assert (found.value, found.status) == (None, "not_available")
    figure = comparator_figure(official, "cpp_2_years_open_pct", 2022, found, "greenwich", "203")
    assert (figure.value, figure.published) == ("", "not available")


# Comparators


@pytest.mark.parametrize("measure", ["assessment_45_days_pct", "cpp_2_years_open_pct", "care_leaver_not_in_touch_pct"])
@pytest.mark.parametrize(("day", "model"), [("2022-12-31", "2021"), ("2025-12-31", "2025")])
@pytest.mark.parametrize("code", [GLOUCESTERSHIRE, WORCESTERSHIRE, HEREFORDSHIRE])
def test_neighbours_are_the_mean_of_those_with_a_value(real, raw, measure, day, model, code):
    near = [
        r["neighbour_la_code"]
        for r in raw["statistical-neighbours"]
        if (r["model_year"], r["la_code"]) == (model, code)
    ]
    values = [
        Decimal(r["value"])
        for r in raw["annual-values"]
        if (r["measure_id"], r["reporting_year"]) == (measure, "2022")
        and r["la_code"] in near
        and r["status"] == "published"
    ]
    official = known_by(real, day)
    found = official.comparator(measure, 2022, "statistical_neighbours", code)
    assert (found.n, found.of) == (len(values), len(near))
    assert (len(near), abs(found.value - mean(values)) < Decimal("1e-20")) == (10, True)
    figure = comparator_figure(official, measure, 2022, found, "home", code)
    assert figure.formula.startswith(f"mean of {len(values)} of the 10 statistical neighbours (model of {model})")


def test_some_neighbour_has_no_value_in_these_tests(real):
    """Else the tests above would not see a gap that counts as 0."""
    official = known_by(real, "2022-12-31")
    found = [
        official.comparator(m, 2022, "statistical_neighbours", c)
        for m in ("cpp_2_years_open_pct", "care_leaver_not_in_touch_pct")
        for c in (GLOUCESTERSHIRE, WORCESTERSHIRE, HEREFORDSHIRE)
    ]
    assert any(f.n < f.of for f in found)


@pytest.mark.parametrize(
    ("day", "model", "is_later"),
    [
        ("2018-07-12", 2021, True),
        ("2020-12-31", 2021, True),
        ("2021-01-01", 2021, False),
        ("2024-12-31", 2021, False),
        ("2025-01-01", 2025, False),
    ],
)
def test_the_model_of_the_neighbours_and_whether_it_is_later(real, day, model, is_later):
    near = known_by(real, day).neighbours(GLOUCESTERSHIRE)
    assert (near.model_year, near.is_later, len(near.codes)) == (model, is_later, 10)


def test_neighbours_stand_nearest_first(real):
    near = known_by(real, "2021-05-26").neighbours(GLOUCESTERSHIRE)
    assert near.codes == ("865", "800", "938", "873", "878", "838", "893", "850", "803", "885")  # rows 1412 to 1421
    assert known_by(real, "2021-05-26").neighbours("970") is None


def test_a_later_model_is_said(real):
    said = [
        open_report("worcestershire", "2018-06", "cabinet", real).facts.neighbour_words(),
        open_report("gloucestershire", "2022-11", "scrutiny", real).facts.neighbour_words(),
    ]
    assert ["is later than this meeting" in words for words in said] == [True, False]
    assert ["2021 model" in words for words in said] == [True, True]


@pytest.mark.parametrize(
    ("code", "england", "region"),
    [(GLOUCESTERSHIRE, "970", "990"), (WORCESTERSHIRE, "970", "984"), (HEREFORDSHIRE, "970", "984")],
)
def test_england_and_region_are_joined_by_their_codes(real, raw, code, england, region):
    official = known_by(real, "2025-12-31")
    for area, wanted in (("england", england), ("region", region)):
        (row,) = [
            r
            for r in raw["annual-values"]
            if (r["measure_id"], r["reporting_year"], r["la_code"]) == ("cpp_rate", "2022", wanted)
        ]
        assert official.comparator("cpp_rate", 2022, area, code).value == Decimal(row["value"])


@pytest.mark.parametrize(
    ("area", "near"),
    [
        ("englnd", "england"),
        ("gloucestershir", "gloucestershire"),
        ("statistical_neighbors", "statistical_neighbours"),
        ("worcestershire", None),
        ("peer_group", None),
        ("England", "england"),
        ("", None),
        ("916", None),
    ],
)
def test_a_misspelt_area_is_told_and_never_the_own_value(real, area, near):
    with pytest.raises(UserError, match=f"“{area}” is not an area of this authority") as caught:
        known_by(real, "2025-12-31").comparator("cpp_rate", 2022, area, GLOUCESTERSHIRE)
    assert near is None or f"did you mean “{near}”?" in str(caught.value)
    assert "allowed are gloucestershire, england, region, statistical_neighbours" in str(caught.value)


def test_every_authority_can_be_asked_for_by_its_own_key(real):
    official = known_by(real, "2025-12-31")
    assert {official.keys[k] for k in ("gloucestershire", "worcestershire", "herefordshire")} == {
        GLOUCESTERSHIRE,
        WORCESTERSHIRE,
        HEREFORDSHIRE,
    }
    assert set(official.authorities) <= set(official.keys.values())
    for key, code in official.keys.items():
        found = official.comparator("cla_count", 2022, key, code)
        assert found is None or found.rows[0]["la_code"] == code


def test_every_authority_has_a_region(real, raw):
    official = known_by(real, "2025-12-31")
    assert [c for c in official.authorities if c not in official.regions] == []
    assert len(official.authorities) + 12 == len(
        raw["areas"]
    )  # 11 regions (London and its two parts among them) and England


def test_england_is_no_authority(real):
    assert not {"970", "984", "990"} & set(known_by(real, "2025-12-31").published("cpp_rate", 2022)["la_code"])


def test_every_measure_has_its_words(real):
    official = known_by(real, "2025-12-31")
    assert set(official.measures) == set(load_definitions(real))


def test_an_unknown_measure_is_told(real):
    with pytest.raises(UserError, match=r"“cpp_rat” is not an official measure.*cpp_rate"):
        known_by(real, "2025-12-31").measure("cpp_rat")


# Rounding


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("80.2", "80.3"), "80.3%"),
        (("80.4", "80.5"), "80.5%"),
        (("80.1", "80.2"), "80.2%"),
        (("80.1", "80.1"), "80.1%"),
    ],
)
def test_a_mean_is_rounded_half_up_at_the_last_step(real, values, expected):
    """80.25 is 80.3 and 80.45 is 80.5: half-even and binary rounding give 80.2 and 80.4."""
    official = known_by(real, "2025-12-31")
    codes = official.neighbours(GLOUCESTERSHIRE).codes
    given = official.values.copy()
    mine = (
        (given["measure_id"] == "assessment_45_days_pct")
        & (given["reporting_year"] == 2022)
        & given["la_code"].isin(codes)
    )
    wanted = dict(zip(codes, values, strict=False))
    given.loc[mine, "value_text"] = given.loc[mine, "la_code"].map(wanted)
    given.loc[mine, "status"] = ["published" if c in wanted else "not_available" for c in given.loc[mine, "la_code"]]
    changed = OfficialStatistics({**official._tables, "annual-values": given}, official.definitions, official.known_by)
    found = changed.comparator("assessment_45_days_pct", 2022, "statistical_neighbours", GLOUCESTERSHIRE)
    assert (found.n, found.value) == (2, sum(map(Decimal, values)) / 2)
    figure = comparator_figure(changed, "assessment_45_days_pct", 2022, found, "gloucestershire", GLOUCESTERSHIRE)
    assert (figure.published, figure.value) == (expected, f"{(sum(map(Decimal, values)) / 2).normalize():f}")


# Bad tables


def again(table: str) -> Callable[[Project], None]:
    """The first row a second time."""

    def damage(project: Project) -> None:
        with (project.raw / "official-statistics" / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(SMALL[table][0] + "\n")

    return damage


BAD = {
    "column missing": (
        change(VALUES, "status,available_from\n", "available_from\n"),
        "annual-values.csv: has the columns measure_id, .*; it must have measure_id, ",
    ),
    "table missing": (
        lambda p: os.remove(p.raw / "official-statistics" / "areas.csv"),
        "areas.csv: the table is missing; add it as SOURCE.md describes",
    ),
    "unknown status": (
        change(VALUES, ",suppressed,", ",supressed,"),
        "annual-values.csv, row 3, status: “supressed” is not a known status; see SOURCE.md",
    ),
    "no number": (
        change(VALUES, ",40.5,", ",4O.5,"),
        "annual-values.csv, row 2, value: “4O.5” is not a number although the status is published",
    ),
    "number with a thousands separator": (
        change(VALUES, ",40.5,", ',"1,040.5",'),
        "annual-values.csv, row 2, value: “1,040.5” is not a number although the status is published",
    ),
    "published without a value": (
        change(VALUES, ",40.5,", ",,"),
        "annual-values.csv, row 2, value: “” is not a number although the status is published",
    ),
    "missing with a value": (
        change(VALUES, ",,suppressed,", ",3,suppressed,"),
        "annual-values.csv, row 3, value: “3” stands there although it is not published",
    ),
    "day that is a month": (
        change(VALUES, "2022-11-30", "2022-11"),
        r"annual-values.csv, row 2, available_from: “2022-11” is not a day \(YYYY-MM-DD\)",
    ),
    "unknown measure": (
        change(VALUES, "cpp_rate,2023", "cpp_rat,2023"),
        "annual-values.csv, row 3, measure_id: “cpp_rat” is not in measures.csv",
    ),
    "unknown area": (
        change(VALUES, "2023,916", "2023,915"),
        "annual-values.csv, row 3, la_code: “915” is not in areas.csv",
    ),
    "unknown neighbour": (
        change("areas", AREA_ROW, ""),
        "statistical-neighbours.csv, row 2, neighbour_la_code: “885” is not in areas.csv",
    ),
    "unknown unit": (
        change("measures", '"per 10,000"', '"per 1,000"'),
        "measures.csv, row 2, unit: “per 1,000” is not a known unit; known are %, per 10,000",
    ),
    "unknown direction": (
        change("measures", ",neutral,", ",up,"),
        "measures.csv, row 2, better_when: “up” is not allowed; write higher, lower, neutral or none",
    ),
    "value twice": (
        again(VALUES),
        (
            "annual-values.csv, row 4, measure_id: “cpp_rate” stands twice for the same reporting_year and la_code;"
            " keep one row"
        ),
    ),
    "measure twice": (
        again("measures"),
        "measures.csv, row 3, measure_id: “cpp_rate” stands twice for the same measure_id; keep one row",
    ),
    "neighbour twice": (
        again("statistical-neighbours"),
        (
            "statistical-neighbours.csv, row 3, model_year: “2021” stands twice for the same la_code and rank; keep"
            " one row"
        ),
    ),
    "month twice": (
        again("referrals-by-month"),
        "referrals-by-month.csv, row 4, month: “2012-04” stands twice for the same la_code and area_name; keep one row",
    ),
}


def test_the_small_tables_are_good(small):
    prepare_official(small)
    official = open_official(small, "2022-11-30")
    assert official.comparator("cpp_rate", 2022, "gloucestershire", "916").value == Decimal("40.5")
    assert official.years("cpp_rate") == [2022]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_told_in_one_sentence_and_leaves_the_last_good_one(small, name):
    prepare_official(small)
    before = {p.name: p.read_bytes() for p in (small.processed / "official-statistics").iterdir()}
    damage, message = BAD[name]
    damage(small)
    with pytest.raises(InvalidInput) as caught:
        prepare_official(small)
    (fault,) = caught.value.faults
    assert re.search(message, str(fault)) and "\n" not in str(fault)
    assert {p.name: p.read_bytes() for p in (small.processed / "official-statistics").iterdir()} == before


# These are a user's mistakes as well, and show a traceback today; each is to be mended in official.py.
TRACEBACKS = {
    "year that is no number": change(VALUES, "cpp_rate,2023", "cpp_rate,2023-24"),
    "decimals that are no number": change("measures", ",1,neutral", ",one,neutral"),
    "release that is not in sources.yml": change("measures", "DfE, Children in need", "DfE, Children in ned"),
    "region of referrals that is not known": change("referrals-by-month", ",South West,", ",Southwest,"),
    "rank that is no number": change("statistical-neighbours", ",1,885", ",first,885"),
    "table that is empty": lambda p: (p.raw / "official-statistics" / "areas.csv").write_text(""),
    "table that is no UTF-8": lambda p: (p.raw / "official-statistics" / "areas.csv").write_bytes(b"\xff\xfea\x00"),
}


@pytest.mark.parametrize("name", TRACEBACKS)
def test_a_mistake_in_a_table_shows_no_traceback(small, name):
    TRACEBACKS[name](small)
    outcome = prepare_official_if_changed(small)
    assert outcome.state == "failed"


def test_a_bad_table_is_a_failure_of_the_batch_and_not_its_end(small):
    change(VALUES, ",40.5,", ",forty,")(small)
    outcome = prepare_official_if_changed(small)
    assert (outcome.state, "“forty” is not a number" in outcome.message) == ("failed", True)


def test_unchanged_tables_are_not_prepared_again(small):
    assert [prepare_official_if_changed(small).state for _ in range(2)] == ["done", "unchanged"]
    change(VALUES, ",40.5,", ",40.6,")(small)
    assert prepare_official_if_changed(small).state == "done"


def test_a_project_without_official_statistics_has_none(tmp_path):
    assert open_official(copy_project(tmp_path), "2024-04-24") is None


# Months without a row, revised values, regions spelt otherwise


# Of the annual values, which are two thirds of all official rows, those that the tests below ask for.
ASKED_FOR = ("cpp_rate,", "cla_rate,", "cla_ks4_attainment8,")


@pytest.fixture(scope="module")
def fewer(real, tmp_path_factory) -> Project:
    """The real project with fewer annual values: to prepare them all again takes seconds; only to be read."""
    project = Project(Path(shutil.copytree(real.root, tmp_path_factory.mktemp("fewer"), dirs_exist_ok=True)))
    path = official_file(project, "annual-values")
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.startswith(ASKED_FOR)]
    assert len(ASKED_FOR) < len(kept) < len(lines) / 2
    path.write_text("".join([head, *kept]), encoding="utf-8")
    prepare_official(project)
    return project


@pytest.fixture
def own(fewer, tmp_path) -> Project:
    """A copy of the real project whose official statistics may be changed."""
    shutil.copytree(fewer.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def official_file(project: Project, table: str) -> Path:
    return project.raw / "official-statistics" / f"{table}.csv"


def without(project: Project, table: str, *starts: str) -> None:
    """Leave the rows that begin so out of a raw table, and prepare again."""
    path = official_file(project, table)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")
    prepare_official(project)


def test_a_month_without_a_row_is_a_gap_and_marks_no_other_month(own):
    whole = Referrals(known_by(own, "2026-04-30"), GLOUCESTERSHIRE)
    without(own, "referrals-by-month", f"2023-07,{GLOUCESTERSHIRE},")
    found = Referrals(known_by(own, "2026-04-30"), GLOUCESTERSHIRE)
    assert found.months == whole.months and found.missing == {"2023-07": "no row"}
    assert found.values == [None if m == "2023-07" else v for m, v in zip(whole.months, whole.values, strict=True)]
    report = open_report("gloucestershire", "2025-03", "profile", own)
    chart, words = sections.referrals_chart(report)
    assert (
        "no row" in chart.table
        and "no value for July 2023" in chart.alt
        and "1 of the months has no value (no row)" in words.text
    )


def test_the_last_month_may_be_the_missing_one(own):
    without(own, "referrals-by-month", f"2024-03,{GLOUCESTERSHIRE},")
    found = Referrals(known_by(own, "2026-04-30"), GLOUCESTERSHIRE)
    assert (
        found.months[-1] == "2024-03"
        and found.missing == {"2024-03": "no row"}
        and found.chart.latest.index == len(found.months) - 2
    )


def test_england_may_lack_a_month_or_all(own):
    without(own, "referrals-by-month", "2023-07,,England,")
    assert Referrals(known_by(own, "2026-04-30"), GLOUCESTERSHIRE).adjusted is not None
    path = official_file(own, "referrals-by-month")
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if ",,England," not in line))
    prepare_official(own)
    found = Referrals(known_by(own, "2026-04-30"), GLOUCESTERSHIRE)
    assert found.has_values and found.adjusted is None and found.by_season == set()
    *_, words = sections.referrals_chart(open_report("gloucestershire", "2025-03", "profile", own))
    assert not found.chart.flagged or "is not known, so the season could not be taken out" in words.text


@pytest.mark.parametrize(
    ("kept", "words"), [(1, "only one month has a value: "), (0, "had been published by the meeting")]
)
def test_one_month_or_none_is_a_sentence(own, kept, words):
    path = official_file(own, "referrals-by-month")
    lines = path.read_text().splitlines(keepends=True)
    mine = [line for line in lines if f",{GLOUCESTERSHIRE}," in line and line.startswith("2024-03")][:kept]
    path.write_text("".join([*(line for line in lines if f",{GLOUCESTERSHIRE}," not in line), *mine]))
    prepare_official(own)
    [block] = sections.referrals_chart(open_report("gloucestershire", "2025-03", "profile", own))
    assert words in block.text


def test_months_of_which_none_has_a_value_are_a_sentence(own):
    path = official_file(own, "referrals-by-month")
    text = re.sub(
        rf"^(\d{{4}}-\d\d,{GLOUCESTERSHIRE},Gloucestershire),\d*,\w+,",
        r"\1,,not_available,",
        path.read_text(),
        flags=re.MULTILINE,
    )
    path.write_text(text)
    prepare_official(own)
    [block] = sections.referrals_chart(open_report("gloucestershire", "2025-03", "profile", own))
    assert block.text == "No chart of monthly referrals is drawn, because no month has a value (not available)."


def test_an_ended_council_ends_with_its_own_last_month(real):
    found = Referrals(known_by(real, "2026-04-30"), "909")
    assert (found.months[0], found.months[-1]) == ("2020-04", "2023-03") and not found.missing


def revise(project: Project, value: str, day: str) -> dict[str, str]:
    """Add a second value of England's rate of child protection plans in 2024, known from a day; the first row."""
    path = official_file(project, "annual-values")
    old = next(line for line in path.read_text().splitlines() if line.startswith("cpp_rate,2024,970,"))
    first = dict(zip(COLUMNS["annual-values"], old.split(","), strict=True))
    with path.open("a") as file:
        file.write(",".join({**first, "value": value, "available_from": day}.values()) + "\n")
    return first


@pytest.mark.parametrize("value", ["41.0", "0"])
def test_a_revised_value_holds_from_its_own_day(own, value):
    first = revise(own, value, "2026-01-31")
    prepare_official(own)
    for day, holds in (
        (first["available_from"], first["value"]),
        ("2026-01-30", first["value"]),
        ("2026-01-31", value),
        ("2026-04-30", value),
    ):
        official = known_by(own, day)
        assert official.row("cpp_rate", 2024, "970")["value_text"] == holds
        assert official.comparator("cpp_rate", 2024, "england", GLOUCESTERSHIRE).value == Decimal(holds)
        assert not official.values.duplicated(["measure_id", "reporting_year", "la_code"]).any()


def test_two_values_from_one_day_are_refused(own):
    day = revise(own, "41.0", "2026-01-31")["available_from"]
    revise(own, "42.0", "2026-01-31")
    with pytest.raises(
        InvalidInput,
        match="stands twice for the same reporting_year and la_code; keep one row, or give the revised one the day",
    ):
        prepare_official(own)
    assert day < "2026-01-31"


def test_a_revised_key_stage_4_result_is_not_known_before_its_day(own):
    path = official_file(own, "annual-values")
    old = next(line for line in path.read_text().splitlines() if line.startswith("cla_ks4_attainment8,2019,970,"))
    cells = old.split(",")
    with path.open("a") as file:
        file.write(",".join([*cells[:4], "99.9", "published", "2021-01-15"]) + "\n")
    prepare_official(own)
    assert known_by(own, "2020-04-30").row("cla_ks4_attainment8", 2019, "970")["value_text"] == cells[4]
    assert known_by(own, "2021-01-14").row("cla_ks4_attainment8", 2019, "970")["value_text"] == cells[4]
    assert known_by(own, "2021-01-15").row("cla_ks4_attainment8", 2019, "970")["value_text"] == "99.9"


@pytest.mark.parametrize("spelt", ["Yorkshire and the Humber", "YORKSHIRE & HUMBER"])
@pytest.mark.parametrize("table", ["areas", "referrals-by-month"])
def test_a_region_that_a_release_spells_otherwise_keeps_its_comparison(own, spelt, table):
    path = official_file(own, table)
    text = path.read_text()
    assert "Yorkshire and The Humber" in text
    path.write_text(text.replace("Yorkshire and The Humber", spelt))
    prepare_official(own)
    official = known_by(own, "2026-04-30")
    assert official.regions["383"] == "982" and official.comparator("cla_rate", 2024, "region", "383").value is not None
    assert len(official.referrals[official.referrals["la_code"] == "982"]) == 144


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        (
            "areas",
            "202,Camden,Inner London",
            "202,Camden,Nowhere",
            "areas.csv, row 3, region: “Nowhere” is no region that is known",
        ),
        (
            "areas",
            "202,Camden,Inner London",
            "2O2,Camden,Inner London",
            "row 3, la_code: “2O2” is not a three-digit code",
        ),
        ("areas", "202,Camden,Inner London", "202,Camden", "areas.csv, row 3: has 2 cells where the first row has 3"),
        (
            "referrals-by-month",
            "2012-04,,East Midlands,4420",
            "2012-13,,East Midlands,4420",
            "row 2, month: “2012-13” is not a month",
        ),
        (
            "referrals-by-month",
            "2012-04,,East Midlands,4420,published,2013-11-30",
            "2012-04,,East Midlands,4420,published,2013-11-31",
            "is not a day (YYYY-MM-DD) that exists",
        ),
        (
            "referrals-by-month",
            "2012-04,,East Midlands,4420",
            "2012-04,,East Midlands & Co,4420",
            "has no code and is no region that is known",
        ),
    ],
)
def test_a_wrong_cell_of_the_official_tables_is_named_by_its_row(own, table, old, new, words):
    edit(official_file(own, table), old, new)
    with pytest.raises(InvalidInput) as caught:
        prepare_official(own)
    assert words in str(caught.value)


def test_a_blank_line_shifts_no_row_number(own):
    path = official_file(own, "areas")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], "\n", *lines[2:]]))
    prepare_official(own)
    rows = known_by(own, "2026-04-30")._tables["areas"]
    assert dict(zip(rows["la_code"], rows["source_row"], strict=True))["202"] == 4


def test_more_faults_than_are_named_are_counted(own):
    path = official_file(own, "areas")
    path.write_text(path.read_text().replace(",Inner London", ",Inner London").replace("\n2", "\nx2"))
    with pytest.raises(InvalidInput) as caught:
        prepare_official(own)
    assert "more rows of the same kind: is not in areas.csv" in str(caught.value)


def test_reports_of_one_day_share_what_was_worked_out(small, monkeypatch):
    first = open_official(small, "2022-11-30")
    assert open_official(small, "2022-11-30") is first
    assert open_official(small, "2022-12-01") is not first  # on another day other things may be known
    monkeypatch.setattr("improvement_reports.official.statistics.load_lists", lambda project: NO_LISTS)
    other = open_official(small, "2022-11-30")
    assert other is not first and other.lists == NO_LISTS
    change("annual-values", "40.5", "40.6")(small)
    prepare_official(small)
    assert open_official(small, "2022-11-30").comparator("cpp_rate", 2022, "gloucestershire", "916").value == Decimal(
        "40.6"
    )
