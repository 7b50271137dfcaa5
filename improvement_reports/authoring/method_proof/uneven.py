"""Series whose numbers of cases differ much from month to month, judged with the very code that makes the reports."""

from decimal import Decimal

import numpy as np

from improvement_reports.domain.vocabulary import BetterWhen, Direction, PeriodType, Unit
from improvement_reports.method.judgement import judge
from improvement_reports.method.laney import laney_chart
from improvement_reports.method.own_series import Point, Series, own_chart
from improvement_reports.method.spc_chart import Variation

SEED, EACH = 20_240_402, 1000
CASES = (60, 360, 120, 40, 240, 90) * 3
CHANGED = (Variation.IMPROVING, Variation.WORSENING)


def series_of(counts: np.ndarray, cases: tuple[int, ...] = CASES) -> Series:
    """Counts of each month as a series of a report."""
    points = tuple(
        Point(f"{2024 + i // 12}-{i % 12 + 1:02}", Decimal(round(100 * int(k) / n)), 0, Decimal(int(k)), Decimal(n))
        for i, (k, n) in enumerate(zip(counts, cases, strict=True))
    )
    return Series(points, PeriodType.MONTH, Unit.PERCENT, BetterWhen.HIGHER)


def uneven_rows(each: int = EACH) -> list[tuple[str, str, str, str]]:
    """Percent called changed by the XmR chart, by the p' chart, and by the method, which chooses between them."""
    rows = []
    for words, step in (("stable", 0.0), ("8 points better after month 12", 0.08)):
        rng = np.random.default_rng(SEED)
        shares = np.where(np.arange(len(CASES)) >= 12, 0.8 + step, 0.8)
        found = [_judged(series_of(counts)) for counts in rng.binomial(CASES, shares, (each, len(CASES)))]
        rows.append((words, *(f"{100 * sum(column) / each:.1f}" for column in zip(*found, strict=True))))
    return [(words, xmr, laney, own) for words, xmr, laney, own in rows]


def _judged(series: Series) -> tuple[bool, bool, bool]:
    laney = laney_chart(series)
    return (
        own_chart(series).variation in CHANGED,
        laney is not None and laney.variation in CHANGED,
        judge(series, series.points[-2]).direction in (Direction.IMPROVING, Direction.WORSENING),
    )
