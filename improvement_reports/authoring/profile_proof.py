"""`docs/profile-proof.md`: best, worst, unusual and changed over all authorities, by the rule of one fence for all and
by funnels, for each tenth of authorities by their number of children. Written by `make.py proof`, from the real tables.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from improvement_reports.authoring.method_proof.page import COMMAND, table
from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import format_value
from improvement_reports.domain.vocabulary import SIZES, BetterWhen, Direction
from improvement_reports.method.among_others import FENCE, among_others, quarters
from improvement_reports.method.funnel import FEWEST_CASES
from improvement_reports.method.progress import direction_of_travel
from improvement_reports.method.standing import FEWEST_RANKED, Standing, standings
from improvement_reports.official.cases import children
from improvement_reports.official.statistics import OfficialStatistics, open_official
from improvement_reports.workspace.files import write_whole
from improvement_reports.workspace.parameters import load_profiles
from improvement_reports.workspace.places import Project

PLACE = "docs/profile-proof.md"
TENTHS = 10


class Flags(NamedTuple):
    """What one measure of one authority is called, by the rule until now and by this one."""

    measure_id: str
    unusual_then: bool
    unusual: bool
    outer_then: bool
    outer: bool
    moved_then: bool
    moved: bool
    changed_then: bool
    changed: bool


Rule = Callable[[Flags], bool]
RULES: dict[str, tuple[Rule, Rule]] = {
    "Unusual": (lambda f: f.unusual_then, lambda f: f.unusual),
    "Best or worst": (lambda f: f.outer_then, lambda f: f.outer),
    "Improving or worsening": (lambda f: f.moved_then, lambda f: f.moved),
    "Changed most": (lambda f: f.changed_then, lambda f: f.changed),
}


def flags_of(official: OfficialStatistics, code: str, newest: int) -> list[Flags]:
    """Every measure with a value of one authority, but those that say how large it is."""
    found = standings(official, code, newest)
    return [_flags(official, s, code) for s in found if official.measure(s.measure_id).unit not in SIZES]


def _flags(official: OfficialStatistics, s: Standing, code: str) -> Flags:
    measure, others = official.measure(s.measure_id), among_others(official, s.measure_id, s.year)
    values, is_ranked = list(others.values.values()), len(others.values) >= FEWEST_RANKED
    has_side = measure.better_when is not BetterWhen.NEUTRAL
    moved = direction_of_travel(s.change, measure.better_when, measure.change_threshold)
    is_large = s.shift is not None and abs(s.shift) >= 1
    return Flags(
        s.measure_id,
        is_ranked and _outside(s.value, values),
        bool(s.fence),
        is_ranked and has_side and others.quarter(code) in (1, 4),
        has_side and s.quarter in (1, 4) and s.is_apart,
        moved in (Direction.IMPROVING, Direction.WORSENING),
        s.direction in (Direction.IMPROVING, Direction.WORSENING),
        is_large,
        is_large and s.stands_out,
    )


def _outside(value: Decimal, values: list[Decimal]) -> bool:
    """The rule until now: one fence for all sizes."""
    low, high = quarters(values)
    reach = FENCE * (high - low)
    return reach > 0 and not low - reach <= value <= high + reach


def by_size(official: OfficialStatistics, year: int) -> list[str]:
    """The authorities of a year by their number of children, the smallest first."""
    known = {c: n for c in official.authorities if (n := children(official, year, c)) is not None}
    return sorted(known, key=lambda c: (known[c], c))


def tenths(codes: list[str]) -> list[list[str]]:
    """Ten groups in their order, as equal as can be."""
    ends = [round(n * len(codes) / TENTHS) for n in range(TENTHS + 1)]
    return [codes[a:b] for a, b in pairwise(ends)]


def text(project: Project) -> str:
    """The whole page, of the year of the profiles."""
    profiles = load_profiles(project)
    official = open_official(project, profiles.known_by) if profiles else None
    if profiles is None or official is None:
        raise UserError("The proof of profiles needs params/profiles.yml and the official statistics; add them.")
    year = int(profiles.month[:4])
    codes = by_size(official, year)
    flags = {code: flags_of(official, code, year) for code in codes}
    groups = [[flags[code] for code in group] for group in tenths(codes)]
    names = {key: measure.label for key, measure in official.measures.items()}
    first, last = _share(groups[0], RULES["Unusual"]), _share(groups[-1], RULES["Unusual"])
    most = max(codes, key=lambda c: sum(f.unusual_then for f in flags[c]))
    head = HEAD.format(
        command=COMMAND,
        n=len(codes),
        year=year,
        cases=FEWEST_CASES,
        then_small=first[0],
        then_large=last[0],
        small=first[1],
        large=last[1],
        most=official.area_names[most],
        most_then=sum(f.unusual_then for f in flags[most]),
        most_now=sum(f.unusual for f in flags[most]),
    )
    every = [f for mine in flags.values() for f in mine]
    left = _left_table(official, tenths(codes)[0], year)
    tables = [_tenths_table(groups), LEFT_WORDS.strip(), left, MEASURE_WORDS.strip(), _measures_table(every, names)]
    return "\n\n".join([head.strip(), *tables]) + "\n"


def _share(group: list[list[Flags]], rules: tuple[Rule, Rule]) -> tuple[float, float]:
    """Flags for each authority of a group, by both rules."""
    then, now = (statistics.fmean(sum(map(rule, mine)) for mine in group) for rule in rules)
    return then, now


def _tenths_table(groups: list[list[list[Flags]]]) -> str:
    head = ["Tenth by children", "Authorities", *(f"{name}, {when}" for name in RULES for when in ("then", "now"))]
    rows = []
    for n, group in enumerate(groups, start=1):
        shares = [f"{share:.2f}" for rules in RULES.values() for share in _share(group, rules)]
        name = "1 (smallest)" if n == 1 else f"{n} (largest)" if n == TENTHS else str(n)
        rows.append((name, str(len(group)), *shares))
    return table(head, rows)


def _left_table(official: OfficialStatistics, codes: list[str], year: int) -> str:
    """What is still unusual in the smallest tenth, with its number of cases."""
    rows = []
    for code in codes:
        for s in standings(official, code, year):
            if s.fence:
                measure = official.measure(s.measure_id)
                value = format_value(s.value, measure.unit, measure.decimals)
                rows.append((official.area_names[code], measure.label, value, f"{s.cases:,.0f}", s.fence))
    return table(("Authority", "Measure", "Value", "Children, cases or posts", "Side"), rows)


def _measures_table(every: Iterable[Flags], names: dict[str, str]) -> str:
    """How many authorities each measure flags, by both rules."""
    counts: dict[str, Counter[str]] = {}
    for f in every:
        mine = counts.setdefault(f.measure_id, Counter())
        mine.update(
            {"n": 1, "unusual then": f.unusual_then, "unusual": f.unusual, "outer then": f.outer_then, "outer": f.outer}
        )
    keys = ("n", "unusual then", "unusual", "outer then", "outer")
    rows = [(names[m], *(str(c[key]) for key in keys)) for m, c in sorted(counts.items(), key=lambda x: names[x[0]])]
    head = ("Measure", "Authorities", "Unusual, then", "Unusual, now", "Best or worst, then", "Best or worst, now")
    return table(head, rows)


def write(project: Project) -> Path:
    """The page, written into its place in the project."""
    path = project.root / PLACE
    write_whole(path, text(project))
    return path


HEAD = """
# Best, worst and unusual among authorities, before and after

Counted from the official statistics of {year} of all {n} authorities that have figures of that year; `{command}` makes the page again. Nobody edits it.

"Then" is the rule until release 0.3: unusual was more than one and a half interquartile ranges beyond the middle half, whatever the size; the outer quarters were always best and worst; a change of one percentage point was a direction. "Now" is the rule of [about/method](../about/method.qmd): limits for each number of cases, at least {cases} cases, and changes that chance does not explain.

- **Unusual values for each authority** were {then_small:.2f} in the smallest tenth and {then_large:.2f} in the largest. They are now {small:.2f} and {large:.2f}.
- **{most}** had {most_then} unusual values, the most of all, and now has {most_now}.

## Flags for each authority, by size
"""

LEFT_WORDS = """
More large than small authorities are best or worst, because the same distance from the middle is seldom chance in a large one.

## What is still unusual in the smallest tenth
"""

MEASURE_WORDS = """
## Flags by measure

In the newest year of each authority; neutral measures have no best or worst. Nobody is best, worst or unusual where a third of authorities or more have no published value, and nobody best or worst where no number of cases is published.
"""
