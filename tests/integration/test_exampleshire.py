"""Exampleshire's eighteen monthly returns: made anew byte for byte, and each event that they are there to show is in
them.
"""

import csv
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from improvement_reports.report import open_report, parameter_faults
from improvement_reports.returns.series import prepare_series
from improvement_reports.sections.official import beside_others, referrals_chart
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.measures import load_measures
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project

GENERATOR = ROOT / "tests/exampleshire_months/generate.py"
KEY = "exampleshire"
FOLDERS = (f"data/raw/{KEY}", f"params/{KEY}")
MONTHS = [f"2024-{m:02}" for m in range(4, 13)] + [f"2025-{m:02}" for m in range(1, 10)]
ASSESSMENTS, AGENCY, SUPERVISION = "assessments_within_45_days_pct", "agency_staff_pct", "casework_supervision_pct"
RECEIVED, REFERRALS = "children_received_into_care_count", "example_referrals_count"


def generate(target: Path, *arguments: str) -> dict[str, bytes]:
    """What the generator writes into a folder, by path."""
    subprocess.run([sys.executable, str(GENERATOR), str(target), *arguments], check=True, capture_output=True)
    return files(target)


def files(root: Path) -> dict[str, bytes]:
    found = (p for folder in FOLDERS for p in (root / folder).rglob("*") if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in found}


def rows(month: str, table: str = "observations", root: Path = ROOT) -> list[dict]:
    with (root / f"data/raw/{KEY}/{month}/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(month: str, measure: str, root: Path = ROOT, period: str = "") -> dict:
    chosen = [
        r
        for r in rows(month, root=root)
        if r["measure_id"] == measure and r["period"].startswith(period or month) and not r["category"]
    ]
    assert len(chosen) == 1
    return chosen[0]


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("first")
    generate(root, "--state", "first")
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """The committed returns and parameters with the project's other parameters and official statistics; nothing
    prepared.
    """
    root = tmp_path_factory.mktemp("project")
    for name in (*FOLDERS, "data/raw/official-statistics"):
        shutil.copytree(ROOT / name, root / name)
    for path in (ROOT / "params").glob("*.yml"):
        shutil.copy(path, root / "params")
    shutil.copy(ROOT / "_quarto.yml", root)
    return Project(root)


# The same bytes


def test_what_is_committed_is_what_the_generator_writes(tmp_path):
    made, committed = generate(tmp_path), files(ROOT)
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []
    assert {name.split("/")[3] for name in made if name.startswith("data/")} == set(MONTHS)


def test_a_second_run_leaves_nothing_behind_that_it_does_not_write(tmp_path):
    made = generate(tmp_path)
    (tmp_path / f"data/raw/{KEY}/2024-10/stray.csv").write_text("x\n")
    assert generate(tmp_path) == made


def test_first_and_corrected_differ_only_in_the_two_returns_that_changed(first):
    before, after = files(first), files(ROOT)
    assert {re.search(r"20\d\d-\d\d", name)[0] for name in before} == {"2024-10", "2024-12"}
    assert sorted(before) == sorted(n for n in after if "/2024-10" in n or "/2024-12" in n)
    changed = {name.removeprefix("data/raw/exampleshire/") for name in before if before[name] != after[name]}
    assert {"2024-10/observations.csv", "2024-10/claims.csv", "2024-10/notes.csv", "2024-10/return.yml"} <= changed
    assert {"2024-12/observations.csv", "2024-12/notes.csv", "2024-12/return.yml"} <= changed
    assert not any(name.endswith(("actions.csv", "priorities.csv", "finance.csv", "targets.csv")) for name in changed)


# Sound in both states


@pytest.mark.slow
def test_every_return_and_every_report_is_sound_in_both_states(real_once, first, tmp_path):
    """As it is committed, all returns are prepared already; as it was first, they are here."""
    for name in (*FOLDERS, "data/raw/official-statistics", "data/processed"):
        shutil.copytree(real_once.root / name, tmp_path / name)
    for path in real_once.params.glob("*.yml"):
        shutil.copy(path, tmp_path / "params")
    project = Project(tmp_path)
    assert sorted(p.name for p in (project.processed / KEY).iterdir() if p.is_dir()) == MONTHS
    for month in MONTHS:
        load_report(project, project.root / f"params/{KEY}/{month}-board.yml")
    shutil.copytree(first, project.root, dirs_exist_ok=True)
    outcomes = list(prepare_series(project, KEY))
    assert len(outcomes) == len(MONTHS) and not [o for o in outcomes if o.state == "failed"], outcomes
    for month in ("2024-10", "2024-12"):
        parameter_faults(project, open_report(KEY, month, "board", project))


def test_every_row_says_that_it_is_made_up_and_which_row_it_is():
    for path in (ROOT / FOLDERS[0]).rglob("*.csv"):
        for n, found in enumerate(rows(path.parent.name, path.stem), start=2):
            assert found["locator"] == f"Made-up return for demonstration, table of {path.stem}, row {n}"


def test_its_codes_are_nobodys():
    authorities = load_authorities(Project(ROOT))
    assert authorities[KEY].illustrative
    assert [k for k, a in authorities.items() if a.la_code == authorities[KEY].la_code] == [KEY]


# What happens


def test_a_wrong_numerator_met_the_target_until_it_was_corrected(first):
    wrong, right = row("2024-10", ASSESSMENTS, first), row("2024-10", ASSESSMENTS)
    assert int(wrong["value"]) >= 80 > int(right["value"])
    assert wrong["denominator"] == right["denominator"]
    assert right["source_id"] == "exampleshire-2024-10-changed"
    assert [n["kind"] for n in rows("2024-10", "notes") if n["measure_id"] == ASSESSMENTS] == ["slip"]


def test_three_months_of_one_measure_were_revised(first):
    assert [r["period"] for r in rows("2024-12", root=first) if r["measure_id"] == AGENCY] == ["2024-12-31"]
    revised = [r for r in rows("2024-12") if r["measure_id"] == AGENCY]
    assert [r["period"] for r in revised] == ["2024-10-31", "2024-11-30", "2024-12-31"]
    assert [
        int(new["value"]) > int(row(m, AGENCY, first if m == "2024-12" else ROOT)["value"])
        for m, new in zip(("2024-10", "2024-11", "2024-12"), revised, strict=True)
    ] == [True] * 3


def test_referrals_step_down_for_good():
    values = [int(row(m, REFERRALS)["value"]) for m in MONTHS]
    assert min(values[:10]) > 1.15 * max(values[10:])


def test_a_gap_stays_a_gap():
    missing = [m for m in MONTHS if row(m, SUPERVISION)["value_status"] == "not_available"]
    assert missing == ["2024-08", "2024-09"]
    assert not any(row(m, SUPERVISION)[c] for m in missing for c in ("value", "numerator", "denominator"))


def test_a_measure_crosses_its_target_and_one_target_is_raised():
    met = [int(row(m, ASSESSMENTS)["value"]) >= 80 for m in MONTHS]
    assert not met[0] and met[-1]
    goals = {
        (t["valid_from"], t["target"]) for t in rows("2025-09", "targets") if t["measure_id"] == "icpc_in_time_pct"
    }
    assert goals == {("2024-04", "85"), ("2025-04", "90")}


def test_steps_keep_their_ids_and_are_done_or_slip_or_are_dropped():
    steps = {m: {r["action_id"]: r for r in rows(m, "actions")} for m in MONTHS}
    assert all(
        steps[a][key]["text"] == steps[b][key]["text"]
        for a, b in pairwise(MONTHS)
        for key in steps[a].keys() & steps[b].keys()
    )
    done = [k for k, r in steps["2025-09"].items() if r["status"] == "completed"]
    slipped = {
        k
        for a, b in pairwise(MONTHS)
        for k in steps[a].keys() & steps[b].keys()
        if steps[a][k]["due"] < steps[b][k]["due"]
    }
    dropped = {k for a, b in pairwise(MONTHS) for k in steps[a].keys() - steps[b].keys()}
    assert len(done) > 10 and len(slipped) > 4 and dropped == {"1-partner-form", "4-exit-interviews"}


def test_a_priority_is_completed_while_its_impact_is_not_evidenced():
    found = {(r["action_status"], r["impact_status"]) for m in MONTHS for r in rows(m, "priorities")}
    assert ("completed", "at_risk") in found and ("completed", "completed") in found
    assert {status for pair in found for status in pair} == {"on_target", "at_risk", "compromised", "completed"}


# What the package makes of it


def test_small_numbers_and_what_gives_them_away_are_hidden(real_once):
    seen = open_report(KEY, "2024-04", "board", real_once).facts.tables["observations"]
    ages = seen[seen["measure_id"] == RECEIVED].set_index("category")["value_status"].to_dict()
    raw = {r["category"]: int(r["value"]) for r in rows("2024-04") if r["measure_id"] == RECEIVED}
    small = {age for age, n in raw.items() if 1 <= n <= load_measures(real_once)[RECEIVED].suppress_up_to}
    hidden = {age for age, status in ages.items() if status == "suppressed"}
    assert small < hidden  # a larger one had to go with them
    assert "" not in hidden


def test_a_report_does_not_know_the_return_that_came_late(real_once):
    def known(month):
        files = open_report(KEY, month, "board", real_once).facts.observations["source_file"]
        return {file.split("/")[1] for file in files}

    assert "2025-03" not in known("2025-04")
    assert "2025-03" in known("2025-05")
    assert open_report(KEY, "2025-03", "board", real_once).info.received == "2025-06-04"


def test_a_made_up_authority_has_no_official_statistics_and_says_why(real_once):
    report = open_report(KEY, "2025-02", "board", real_once)
    assert "made up" in beside_others(report).text
    assert ["made up" in block.text for block in referrals_chart(report)] == [True]


def test_a_return_of_a_long_series_is_read_once(project, monkeypatch):
    """Each month once, whatever the number of later ones; after one was edited, that one and those after it."""
    from improvement_reports.returns import reading
    from improvement_reports.returns.series import check_returns

    read, tables = [], []
    original, parquet = reading.read_return, pd.read_parquet
    monkeypatch.setattr(reading, "read_return", lambda folder: read.append(folder.name) or original(folder))
    monkeypatch.setattr(pd, "read_parquet", lambda path: tables.append(path) or parquet(path))
    assert {o.state for o in prepare_series(project, KEY)} == {"done"}
    assert (read, tables) == (list(MONTHS), [])
    read.clear()
    assert {o.state for o in prepare_series(project, KEY)} == {"unchanged"}
    assert (read, tables) == ([], [])
    assert all(error is None for *_, error in check_returns(project, [(KEY, m) for m in MONTHS]))
    assert (read, tables) == (list(MONTHS), [])
    read.clear()
    path = project.raw / KEY / MONTHS[-2] / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert [o.state for o in prepare_series(project, KEY)][-3:] == ["unchanged", "done", "done"]
    assert read == list(MONTHS[-2:])
