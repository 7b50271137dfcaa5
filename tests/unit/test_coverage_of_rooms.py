"""The floors of coverage: a room under its floor is said, and each floor is of a room."""

import tomllib

import pytest
from conftest import ROOT
from coverage_of_rooms import below, by_room, percent, table

ROOMS = {"domain": (9, 10), "method": (4, 8)}


def report(**lines) -> dict:
    return {"files": {name: {"summary": {"covered_lines": a, "num_statements": b}} for name, (a, b) in lines.items()}}


def test_the_lines_of_a_room_are_those_of_its_modules_and_its_inner_rooms():
    found = by_room(
        report(
            **{
                "improvement_reports/domain/a.py": (4, 5),
                "improvement_reports/domain/b.py": (5, 5),
                "improvement_reports/editions/downloads/c.py": (0, 7),
                "improvement_reports/cli.py": (1, 2),
            }
        )
    )
    assert found == {"cli": (1, 2), "domain": (9, 10), "editions": (0, 7)}


@pytest.mark.parametrize(
    ("floors", "words"),
    [
        ({"domain": 90, "method": 50}, []),
        ({"domain": 91}, ["domain: the fast tests run 90.0% of its lines (9 of 10), and its floor is 91%"]),
        ({"domain": 91, "method": 51}, ["domain: ", "method: "]),
        ({"domian": 1}, ["pyproject.toml has a floor for the room domian, of which nothing was measured"]),
    ],
)
def test_a_room_under_its_floor_is_said(floors, words):
    said = below(ROOMS, floors)
    assert len(said) == len(words) and all(s.startswith(w) for s, w in zip(said, words, strict=True))


def test_the_table_shows_each_room_and_its_floor():
    assert table(ROOMS, {"method": 50}).splitlines() == [
        "room          lines    run  floor",
        "method            8  50.0%    50%",
        "domain           10  90.0%       ",
    ]
    assert percent(0, 0) == 100


def test_each_room_of_pure_code_has_a_floor():
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["improvement-reports"]
    assert set(floors["coverage-floors"]) == {"charts", "domain", "facts", "method", "official", "returns"}
    assert all((ROOT / "improvement_reports" / room).is_dir() for room in floors["coverage-floors"])
