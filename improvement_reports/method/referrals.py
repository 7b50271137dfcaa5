"""Monthly referrals under process control: which months are shown, and what is said of them."""

import pandas as pd

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.series import month_number, month_text
from improvement_reports.domain.vocabulary import BetterWhen
from improvement_reports.method.seasons import season_explains, seasonal_factors, seasonally_adjusted
from improvement_reports.method.spc import control_chart
from improvement_reports.method.spc_chart import ControlChart
from improvement_reports.official.statistics import OfficialStatistics
from improvement_reports.workspace.areas import ENGLAND

CHART_MONTHS = 36


NO_ROW = "no row"


def months_shown(mine: list[str], newest: str, most: int) -> list[str]:
    """The months of a chart of referrals: up to ``most``, to the March that ends the year of the last month held.

    ``newest``: the newest March known of any area; a council whose months end before has ended. A month without a row
    is among them, so that it is a gap.
    """
    if not mine or not newest:
        return []
    last = month_number(max(mine))
    last = min(last + (2 - last) % 12, month_number(newest))
    first = max(month_number(min(mine)), last - most + 1)
    return [month_text(n) for n in range(first, last + 1)]


class Referrals:
    """Monthly referrals of one area to March of the last year known, their control chart, and the chart without the
    season.

    ``adjusted`` is None where England's months do not tell the season.
    """

    def __init__(self, official: OfficialStatistics, la_code: str, months: int = CHART_MONTHS):
        mine = official.known.referrals_of(la_code)
        self.months = months_shown(list(mine["month"]), official.known.last_march, months)
        self.rows = mine[mine["month"].isin(self.months)]
        by_month = {r["month"]: r for _, r in self.rows.iterrows()}
        known = {m: float(r["referrals"]) for m, r in by_month.items() if pd.notna(r["referrals"])}
        self.values = [known.get(m) for m in self.months]
        self.missing = {m: by_month[m]["status"] if m in by_month else NO_ROW for m in self.months if m not in known}
        self.has_values = len(known) > 1
        self.adjusted: ControlChart | None = None
        self.by_season: set[int] = set()
        if self.has_values:
            self.chart = control_chart(self.values, better_when=BetterWhen.NEUTRAL, floor=0)
            england = official.known.referrals_of(ENGLAND)
            england = england[england["month"] <= self.months[-1]]
            self._take_out_the_season(
                list(england["month"]), [None if pd.isna(v) else float(v) for v in england["referrals"]]
            )

    def _take_out_the_season(self, months: list[str], england: list[float | None]) -> None:
        try:
            factors = seasonal_factors(months, england)
            adjusted = seasonally_adjusted(self.months, self.values, factors)
        except ValueError:  # no complete year of England is known, or one without referrals
            return
        self.adjusted = control_chart(adjusted, better_when=BetterWhen.NEUTRAL)
        self.by_season = season_explains(self.chart, self.adjusted)

    @property
    def why_not(self) -> str:
        """Why there is no chart, in one sentence."""
        if not self.months:
            return "No monthly referrals of this authority had been published by the meeting."
        one = next(((m, v) for m, v in zip(self.months, self.values, strict=True) if v is not None), None)
        if one is not None:
            return (
                "No chart of monthly referrals is drawn, because only one month has a value:"
                f" {nb.format_number(one[1])} in {nb.format_day(one[0])}."
            )
        return (
            f"No chart of monthly referrals is drawn, because no month has a value ({months_left_out(self.missing)})."
        )


def months_left_out(missing: dict[str, str]) -> str:
    return ", ".join(sorted({s.replace("_", " ") for s in missing.values()}))
