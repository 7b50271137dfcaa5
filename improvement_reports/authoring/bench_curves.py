"""How work grows: with the months before one, and with the editions on a site; drawn as `docs/growth.svg`.

The months are made from the first return of a series: the same tables once more, all of their dates moved on.
"""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.authoring.bench import copied
from improvement_reports.authoring.bench_cost import cost_of
from improvement_reports.authoring.bench_editions import measured_editions
from improvement_reports.authoring.bench_pieces import WORK
from improvement_reports.charts.canvas import INK, QUIET, new_figure, palette, svg_text
from improvement_reports.domain.errors import UserError
from improvement_reports.method.spans import shift
from improvement_reports.returns.keys import return_months
from improvement_reports.workspace.files import SETTLED_NS, write_whole
from improvement_reports.workspace.places import Project

MONTHS = (1, 6, 18, 60, 120)
FIRST = "2010-01"
NEAR = 0.05  # of the width of a drawing
# A month or a day of it; the day of another month may not be there, so it is the 28th at most.
DATE = re.compile(r"\b((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?:-(\d\d))?\b")


def moved_on(text: str, months: int) -> str:
    """A text with all its dates moved on by a number of months.

    >>> moved_on("from 2024-11 to 2024-12-31", 2)
    'from 2025-01 to 2025-02-28'
    """

    def moved(match: re.Match) -> str:
        day = f"-{min(int(match[2]), 28):02}" if match[2] else ""
        return shift(match[1], months) + day

    return DATE.sub(moved, text)


def make_series(project: Project, authority: str, count: int) -> None:
    """Only returns of this authority, ``count`` of them from `FIRST` on, made from its first; no reports."""
    first = return_months(project, authority)[0]
    source = project.raw_return(authority, first).rename(project.root / "source")
    shutil.rmtree(project.raw / authority)
    for folder in [p for p in project.params.iterdir() if p.is_dir()]:
        shutil.rmtree(folder)
    for number in range(count):
        month = shift(FIRST, number)
        away = _months_between(first, month)
        for path in (p for p in source.rglob("*") if p.is_file()):
            target = project.raw_return(authority, month) / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(moved_on(path.read_text(encoding="utf-8"), away), encoding="utf-8")


def _months_between(first: str, second: str) -> int:
    (a, b), (c, d) = (map(int, month.split("-")) for month in (first, second))
    return 12 * (c - a) + d - b


def measured_months(project: Project, authority: str) -> dict[int, float]:
    """CPU seconds, without imports, of preparing one changed month, by how many months the series has; those before it
    lie as they were prepared and seen by an earlier call.
    """
    found = {}
    for count in MONTHS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            copy = copied(project, Path(folder), ("_quarto.yml", "params", "notebooks", "data/raw"))
            make_series(copy, authority, count)
            cost_of([*WORK, "series", authority], cwd=copy.root)
            time.sleep(SETTLED_NS / 1e9)
            cost_of([*WORK, "series", authority], cwd=copy.root)
            found[count] = json.loads(cost_of([*WORK, "last-month", authority], cwd=copy.root).said)["cpu"]
        print(f"prepare, the last of {count:3} months {found[count]:6.2f} CPU s", flush=True)
    return found


@dataclass(frozen=True)
class Curve:
    """Measured points, what they are over, and what was measured."""

    points: dict[int, float]
    across: str
    up: str


def drawn(curves: Sequence[Curve]) -> str:
    """Measured points as lines, one below the other, as SVG."""
    figure, colours = new_figure(720, 360 * len(curves)), palette()
    height = 1 / len(curves)
    for number, curve in enumerate(curves):
        bottom = 1 - (number + 1) * height
        axes = figure.add_axes((0.09, bottom + 0.15 * height, 0.88, 0.75 * height))
        x, y = list(curve.points), list(curve.points.values())
        axes.plot(x, y, color=colours["main"], linewidth=3, marker="o")
        for before, *at in zip([None, *x[:-1]], x, y, strict=True):
            # A label near the one before it begins at its own point, so that both can be read.
            near = before is not None and at[0] - before < NEAR * (x[-1] - x[0])
            side, away = ("left", 4) if near else ("center", 0)
            axes.annotate(f"{at[1]:.2f}", at, textcoords="offset points", xytext=(away, 9), ha=side, color=INK)
        axes.set_ylim(0, max(y) * 1.35 or 1)
        axes.set_xlabel(curve.across)
        axes.set_title(curve.up, loc="left", fontsize=13, color=INK)
        axes.grid(axis="y", color=QUIET, alpha=0.25)
    return svg_text(figure)


def of_months(points: dict[int, float]) -> Curve:
    return Curve(points, "months of the series", "CPU seconds to prepare its last month, after imports")


def of_editions(points: dict[int, float]) -> Curve:
    return Curve(points, "editions on the site", "CPU seconds of a call of site that has nothing to do")


def of_new_editions(points: dict[int, float]) -> Curve:
    return Curve(points, "editions on the site", "CPU seconds of a call of site after one more edition came")


def draw_curves(project: Project, target: Path) -> None:
    """Measure both curves and draw them."""
    longest = max((p.name for p in project.raw.iterdir() if p.is_dir()), key=lambda a: len(return_months(project, a)))
    if not return_months(project, longest):
        raise UserError("There is no return in data/raw to make a series from; add one.")
    months = of_months(measured_months(project, longest))
    found = measured_editions(project)
    nothing = of_editions({count: costs[0].cpu for count, costs in found.items()})
    new = of_new_editions({count: costs[1].cpu for count, costs in found.items()})
    write_whole(target, drawn([months, nothing, new]))
