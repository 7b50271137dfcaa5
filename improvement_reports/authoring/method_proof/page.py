"""`docs/method-proof.md`: the tables with what they show, written by `make.py proof`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from improvement_reports.authoring.method_proof import ahead, tables
from improvement_reports.authoring.method_proof.tables import ALLOWED, KEY_MEASURES, SERIES, STABLE, Row, World, percent
from improvement_reports.authoring.method_proof.uneven import EACH, uneven_rows
from improvement_reports.domain.errors import Refused
from improvement_reports.method.first_screen import at_least_one
from improvement_reports.method.own_series import RULES
from improvement_reports.method.two_proportions import DISPERSION, LEVEL, strict_level

COMMAND = "python3 make.py proof"
PLACE = "docs/method-proof.md"
THREE = ("Series", "Months", "Cases a month", "Until now", "NHSRplotthedots", "This method")


def table(head: Sequence[str], rows: Sequence[Row]) -> str:
    """A Markdown table; words to the left, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---", *["--:"] * (len(head) - 1)]) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def worst(rows: Sequence[Row]) -> float:
    """The largest share in the last column."""
    return max(float(row[-1]) for row in rows)


def text() -> str:
    """The whole page. `Refused` where the method does not hold what it promises: then no page is written."""
    stable, short, by_month = (tables.stable_rows(STABLE), tables.stable_rows(STABLE, (6,)), tables.month_by_month())
    most = max(worst(stable), worst(short), *(float(cell) for row in by_month for cell in row[1:]))
    if most > ALLOWED:
        raise Refused(
            f"{PLACE} is not written: the method calls a stable series changed in {most:.1f} % of cases, over"
            f" {ALLOWED:g} %; change the settings in improvement_reports/method/own_series.py"
        )
    paces, assured = ahead.pace_rows(), ahead.assurance_rows()
    if (sure := max(ahead.most_paces(paces), ahead.wrongly_sure(assured))) > ALLOWED:
        raise Refused(
            f"{PLACE} is not written: of a stable series a pace is shown, or of a target that half of its months meet it"
            f" is said to be met or missed, in {sure:.1f} % of cases, over {ALLOWED:g} %; change the settings in"
            " improvement_reports/method/paces.py or own_series.py"
        )
    parts = [_head(most, paces, assured), _rules(), DEVIATIONS, *_stable(stable, short, by_month), *_changing()]
    parts += [*_ahead(paces, assured), _six()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(most: float, paces: Sequence[Row], assured: Sequence[Row]) -> str:
    """What the tables come to, in five sentences."""
    usual = tables.shares(World(150, 24))
    gain = tables.shares(replace(tables.CHANGING["1 point better a month"], cases=150, months=18))
    return HEAD.format(
        digest=digest(),
        pace_most=ahead.most_paces(paces),
        sure_most=ahead.wrongly_sure(assured),
        command=COMMAND,
        series=f"{SERIES:,}",
        seed=tables.SEED,
        most=most,
        old=usual["until now"].either,
        six_old=at_least_one(KEY_MEASURES, usual["until now"].either),
        six_own=at_least_one(KEY_MEASURES, usual["this method"].either),
        six_most=at_least_one(KEY_MEASURES, most),
        wrong=gain["until now"].worse,
        wrong_now=gain["this method"].worse,
        found=gain["this method"].better,
        measures=KEY_MEASURES,
    )


def _rules() -> str:
    return RULE_WORDS.format(
        fewest=RULES.fewest,
        most=RULES.most,
        spread=float(RULES.spread_factor),
        shift=RULES.shift_length,
        trend=RULES.trend_length,
        level=100 * LEVEL,
        dispersion=DISPERSION,
        strict=100 * strict_level(),
    )


def _stable(stable: Sequence[Row], short: Sequence[Row], by_month: Sequence[Row]) -> list[str]:
    """The tables of series that do not change."""
    harder = tables.stable_rows(tables.HARDER, (6, *tables.MONTHS))
    return [
        f"## Stable series called changed, percent\n{STABLE_WORDS}",
        table(THREE, stable),
        "With 6 months, so by the test of two shares (there is none where only rounded values are known):",
        table(THREE, short),
        f"### Harder than what is promised\n{HARDER_WORDS}",
        table(THREE, harder),
        "### By the number of months (this method, 150 cases)",
        table(("Months", *STABLE_HEADS), by_month),
        f"### By rule (24 months, 150 cases)\n{RULE_TABLE_WORDS}",
        table(("Rule", *SETTING_HEADS, "8 points better"), tables.rule_by_rule()),
        f"### Settings that were tried (150 cases)\n{TRIED_WORDS}",
        table(("Baseline of 12 points, and", *SETTING_HEADS, "8 points better, 18 months"), tables.tried()),
    ]


STABLE_HEADS = ("Chance alone", "1.5 times its variance", "Correlated 0.3")
SETTING_HEADS = ("Chance alone", "Rounded", "1.5 times its variance", "Correlated 0.3")


def _changing() -> list[str]:
    """The tables of series that change, and of those that no one chart fits."""
    near = ("Values", "Cases a month", "The chart fits", "Called changed if it were drawn")
    return [
        f"## Changing series: called better / called worse, percent\n{POWER_WORDS}",
        table(THREE, tables.power_rows()),
        "With 6 months, by the test of the newest month against the one before:",
        table(THREE, tables.power_rows((6,))),
        f"## Near 99%\n{NEAR_WORDS}",
        table(near, tables.fitting()),
        f"## Numbers of cases that differ much\n{UNEVEN_WORDS.format(series=EACH)}",
        table(("Series", "XmR chart", "Laney's p' chart", "This method"), uneven_rows()),
    ]


def _ahead(paces: Sequence[Row], assured: Sequence[Row]) -> list[str]:
    """The tables of paces, and of what is said of targets."""
    head = ("Series", "Target", "Months that meet it", "“Will be met”", "“May or may not”", "“Will be missed”")
    return [
        f"## Paces: shown upwards / downwards, percent\n{PACE_WORDS}",
        table(("Series", "A trend by its test alone", "A pace is shown"), paces),
        f"## Targets: what the limits say, percent\n{TARGET_WORDS}",
        table(head, assured),
    ]


def digest() -> str:
    """Of all settings of the page: one of other settings is out of date, and a test says so."""
    return tables.digest(ahead.settings())


def _six() -> str:
    """What several stable measures together show."""
    found = tables.shares(World(150, 24))
    rows = [(name, percent(one.either), f"{at_least_one(KEY_MEASURES, one.either):.0f}") for name, one in found.items()]
    head = ("Rule", "Stable measure called changed", f"At least one of {KEY_MEASURES}")
    return SIX_WORDS.format(measures=KEY_MEASURES) + "\n" + table(head, rows)


def write(root: Path) -> Path:
    """The page, written into its place below the project's root."""
    from improvement_reports.workspace.files import write_whole

    path = root / PLACE
    write_whole(path, text())
    return path


HEAD = """
# How often the method is wrong

Every table here is counted from {series} simulated series a row, with the package's own settings and seed {seed}; `{command}` makes the page again. A unit test makes one row again and compares the settings ({digest}), so that this page cannot fall behind the code. Nobody edits it.

- **A measure that does not change** is called improving or worsening in at most {most:.1f}% of reports, whatever was simulated under "Stable series"; a share of 5% is promised. By the rule until now it was {old:.0f}% (24 months of 150 cases).
- **{measures} such measures together** show at least one sign in {six_own:.0f}% of reports, at most in {six_most:.0f}%; by the rule until now in {six_old:.0f}%. The first screen therefore says "a sign of", names how many measures could be judged, and says how often stable ones show one.
- **A true gain of one point a month** (18 months, 150 cases) was called worsening in {wrong:.0f}% of reports, and is now in {wrong_now:.1f}%; it is called improving in {found:.0f}%.
- **A pace** is shown of a stable series in at most {pace_most:.1f}% of reports, because a trend alone is not enough: the newest value must be a sign of change in the same way.
- **A target that half of all months meet** is said to be sure to be met or missed in at most {sure_most:.1f}% of reports.
"""

RULE_WORDS = """
## The rules

**Until now.** The newest value against the one before; a change of one percentage point is a direction.

**This method, from {fewest} points.** An XmR chart of the unrounded values. Average and limits are those of the first {fewest} points (a measure may set up to {most}) and start anew only with a date, a reason and an approver. The limits are the average plus and minus the wider of 2.66 times the mean moving range and {spread:g} standard deviations of these points. The newest point is a sign of change if it is outside a limit; if it and the {shift} points that end with it are on one side of the average and on average more than half way to the limit; if {trend} points that end with it each rise or each fall; or if it is one of two of three more than two thirds of the way to a limit, all on one side. Where the chart does not fit (values that overlap, few cases on one side, rounding coarser than the variation), there is none.

**This method, with fewer points or where the chart does not fit.** The exact test of Boschloo of the two shares, if both have numerator and denominator and no cases in common. A direction must be supported at {level:g}% even if months vary {dispersion:g} times as much as chance alone would have them; that is a level of {strict:.2f}% for the test itself. Without counts no direction is given.
"""

DEVIATIONS = """
**Where this differs from NHSRplotthedots (release 0.2.0) on purpose.**

1. *Its screening of outlying ranges.* It leaves moving ranges of 3.267 times their mean or more out of the mean, which narrows the limits. We leave none out: with a dozen points a large range is as often chance as an event.
2. *Its target on a limit.* A target just on a limit is "inconsistent" there. Here a value on its target meets it, so a limit on the target meets it too: the worse limit on the target is "will meet", the better limit on it is "may or may not".

Four settings differ as well, each because of "settings that were tried" below: its baseline is all points unless one fixes it, so that a slow change moves the average along; its limits come from ranges alone, which are small where neighbouring months are alike; its shift is 7 points on one side by however little; and a point beyond a limit does not count for its two of three.
"""

STABLE_WORDS = """
A share of 80%, or 99% where it says so, that never changes. "Correlated": of neighbouring months, as where the same children or the same vacancies are counted twice. "Rounded": only whole percentages are known, and the chart is made of them.

"""

HARDER_WORDS = """
The promise of 5% does not reach this far. Where neighbouring months are correlated at 0.5, stable series look like slow waves, and some waves look like changes. The test of two shares cannot know that months vary three times as much as chance: the chart, from 12 points on, can.
"""

RULE_TABLE_WORDS = """
What each rule finds by itself in the newest point, and in the last column in series that became 8 points better after month 12.
"""

TRIED_WORDS = """
First the rules of seven points with limits from moving ranges, and the baseline fixed at the first 12 points: more than 5% of stable series are called changed even by chance alone, for 12 points know their own average only roughly. Each line adds what the method does about it; the last column shows what that costs in series that became 8 points better after month 12.
"""

POWER_WORDS = """
The price of fewer false alarms: with 40 cases a month a gain of 8 points is mostly not told from chance after 6 months, and no rule that holds the promise can tell it.

"""

NEAR_WORDS = """
Where few cases are missing a month, chance is lopsided and rounding hides it. The chart is then held not to fit, and cases and time since the last one stand in its place.
"""

UNEVEN_WORDS = """
18 months whose cases lie between 40 and 360 by turns, share 80%. Where a number of cases lies more than half above or below their mean, Laney's p' chart takes the place of the XmR chart. These rows are judged series by series with the code that makes the reports ({series:,} series each).
"""

PACE_WORDS = """
24 months of 150 cases. The first column is the test of Mann and Kendall at 5% of the last 12 values, in which neighbours that hang together look like a trend; the second is what a report shows: a trend, and a sign of change in the same way. A step is no pace, so little of it is shown.
"""

TARGET_WORDS = """
24 months of 150 cases, a share of 75% in the newest month. “Will be met” is to stand where all ordinary months meet the target, “will be missed” where none does, and otherwise neither.
"""

SIX_WORDS = """
## {measures} measures together

Stable, independent of each other, 24 months of 150 cases, percent:

"""
