"""How much of each room of pure code the fast tests run, and whether that is as much as pyproject.toml asks for.

`python3 make.py test --coverage` runs the fast tests under coverage.py and then this. A floor is what was reached when
it was set: it may be raised, and whoever adds code to a room adds its fast tests.
"""

import json
import sys
import tempfile
import tomllib
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "improvement_reports"
Rooms = dict[str, tuple[int, int]]


def by_room(report: dict) -> Rooms:
    """Lines that are run and all lines of each room, from coverage's report in JSON; a module at the top is a room."""
    rooms: dict[str, list[int]] = {}
    for name, file in report["files"].items():
        room = Path(name).relative_to(PACKAGE).parts[0].removesuffix(".py")
        found = rooms.setdefault(room, [0, 0])
        found[0] += file["summary"]["covered_lines"]
        found[1] += file["summary"]["num_statements"]
    return {room: (run, lines) for room, (run, lines) in sorted(rooms.items())}


def percent(run: int, lines: int) -> float:
    """The share of a room's lines that is run; a room without lines is run whole."""
    return 100 * run / lines if lines else 100.0


def below(rooms: Rooms, floors: dict[str, int]) -> list[str]:
    """A sentence for each room that is under its floor, or that a floor names and nothing measured."""
    said = []
    for room, floor in floors.items():
        if room not in rooms:
            said.append(f"pyproject.toml has a floor for the room {room}, of which nothing was measured; correct it.")
        elif (reached := percent(*rooms[room])) < floor:
            run, lines = rooms[room]
            said.append(
                f"{room}: the fast tests run {reached:.1f}% of its lines ({run} of {lines}), and its floor is {floor}%;"
                " add a fast test of what is new, as CONTRIBUTING.md says."
            )
    return said


def table(rooms: Rooms, floors: dict[str, int]) -> str:
    """The rooms in columns, those with a floor first."""
    order = [*(r for r in rooms if r in floors), *(r for r in rooms if r not in floors)]
    lines = [f"{'room':<12}{'lines':>7}{'run':>7}{'floor':>7}"]
    for room in order:
        floor = f"{floors[room]}%" if room in floors else ""
        lines.append(f"{room:<12}{rooms[room][1]:>7}{percent(*rooms[room]):>6.1f}%{floor:>7}")
    return "\n".join(lines)


def measured() -> dict:
    """What the last run under coverage measured, as coverage's report in JSON."""
    data = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        data.json_report(outfile=str(path))
        return json.loads(path.read_text(encoding="utf-8"))


def main() -> int:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"][PACKAGE.replace("_", "-")]["coverage-floors"]
    rooms = by_room(measured())
    print(table(rooms, floors))
    faults = below(rooms, floors)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
