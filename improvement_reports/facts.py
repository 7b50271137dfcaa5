"""The facts of one reporting month, and the traced numbers that narrative and tables take from them.

Each function here that gives a number gives it as inline HTML that links to its provenance, and notes the `Figure` in
``shown``; `take_figures` hands the figures noted since the last call to the block that shows them.
"""

import html
from functools import cached_property

import pandas as pd

from improvement_reports import numbers as nb
from improvement_reports.blocks import escape_markdown
from improvement_reports.claims import audit
from improvement_reports.errors import UserError, shown
from improvement_reports.figures import Figure, distinct_slugs, inputs_of, link, slug
from improvement_reports.parameters import Authority, Measure, suggestion
from improvement_reports.progress import Position, assess
from improvement_reports.references import Reference, find_observation, find_target
from improvement_reports.tables import OBSERVATIONS, TARGETS
from improvement_reports.vocabulary import (
    AREA_NAMES,
    MISSING_WORDS,
    STATUS_MARKS,
    TARGET_MARKS,
    Area,
    BetterWhen,
    ClaimOutcome,
    Direction,
    PeriodType,
    Status,
    TargetResult,
    Unit,
    ValueStatus,
)


def period_words(period: str, period_type: str) -> str:
    """April 2021; 12 months to April 2021; 6 May 2021."""
    day = nb.format_day(period)
    match PeriodType(period_type):
        case PeriodType.ROLLING_12M:
            return f"12 months to {day}"
        case PeriodType.QUARTER:
            return f"quarter to {day}"
        case PeriodType.YEAR:
            return f"year to {day}"
        case PeriodType.TO_DATE:
            return f"to {day}"
        case _:
            return day


def in_period(period: str, period_type: str) -> str:
    """The same as the end of a clause: in April 2021, over the 12 months to April 2021, on 6 May 2021."""
    words = period_words(period, period_type)
    match PeriodType(period_type):
        case PeriodType.ROLLING_12M:
            return f"over the {words}"
        case PeriodType.QUARTER | PeriodType.YEAR:
            return f"in the {words}"
        case PeriodType.TO_DATE:
            return f"by {nb.format_day(period)}"
        case _:
            return f"on {words}" if len(period) == 10 else f"in {words}"


NARRATIVE_FUNCTIONS = (
    "value", "numerator", "denominator", "change", "direction", "target", "distance", "result", "sentence", "period",
    "amount", "date", "status", "count_priorities", "count_measures", "count_claims", "recomputed",
)  # fmt: skip


def with_earlier(current: pd.DataFrame, earlier: list[pd.DataFrame], key: tuple[str, ...]) -> pd.DataFrame:
    """The rows of this return and of earlier ones; where two say the same thing the newer return holds.

    A number that one of the returns suppresses stays suppressed: another month's report must not give it away.
    """
    frames = [f for f in (current, *reversed(earlier)) if not f.empty]
    if not frames:
        return current
    rows = pd.concat(frames, ignore_index=True)
    if "value_status" in rows:
        rows = rows.assign(_shown=rows["value_status"] != ValueStatus.SUPPRESSED).sort_values("_shown", kind="stable")
        rows = rows.drop(columns="_shown")
    return rows.drop_duplicates(list(key), keep="first").sort_index()


def is_disputed(row: pd.Series, measure: Measure) -> bool:
    """Whether a stated percentage does not follow from its own stated numerator and denominator."""
    if measure.unit is not Unit.PERCENT:
        return False
    if pd.isna(row["value"]) or pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return False
    exact = 100 * nb.to_decimal(row["numerator"]) / nb.to_decimal(row["denominator"])
    return nb.to_decimal(row["value"]) != nb.round_half_up(exact, int(row["value_decimals"]))


class Facts:
    """The prepared tables of one return (and of earlier ones of the authority) with their measures.

    ``tables``: processed tables by name. ``earlier``: the same for earlier months, oldest first.
    """

    def __init__(
        self, authority_id: str, month: str, authority: Authority, measures: dict[str, Measure], tables, earlier=()
    ):
        self.authority_id, self.month, self.authority, self.measures = authority_id, month, authority, measures
        self.tables = tables
        self.observations = with_earlier(tables["observations"], [t["observations"] for t in earlier], OBSERVATIONS.key)
        self.targets = with_earlier(tables["targets"], [t["targets"] for t in earlier], TARGETS.key)
        self.previous_priorities = earlier[-1]["priorities"] if earlier else None
        self._figures: list[Figure] = []
        self._claims: pd.DataFrame | None = None

    @property
    def functions(self) -> dict:
        """What narrative may call, by its name there."""
        return {name: getattr(self, name) for name in NARRATIVE_FUNCTIONS}

    def take_figures(self, shown_in: str | None = None) -> list[Figure]:
        """The figures noted since the last call, each once; the same id twice with different content is a bug.

        With ``shown_in`` only those that this text links to: a table may leave out a column that it computed.
        """
        taken, by_id = self._figures, {}
        if shown_in is not None:
            taken = [f for f in taken if f'data-figure="{f.id}"' in shown_in]
        self._figures = []
        for figure in taken:
            if by_id.setdefault(figure.id, figure) != figure:
                raise RuntimeError(f"two different figures have the id {figure.id}")
        return list(by_id.values())

    def show(self, figure: Figure, content: str | None = None, css_class: str = "n") -> str:
        """Note a figure and return it as it stands on the page; ``content`` is HTML in place of its published text."""
        self._figures.append(figure)
        return link(figure, content, css_class)

    def show_mark(self, figure: Figure, mark) -> str:
        """A status as symbol, word and colour, linked to its provenance."""
        return self.show(figure, mark_html(mark), "n state-link")

    # Looking up

    def measure(self, measure_id: str) -> Measure:
        if measure_id not in self.measures:
            raise UserError(
                f"{shown(measure_id)} is not a measure of params/measures.yml{suggestion(measure_id, self.measures)}"
            )
        return self.measures[measure_id]

    def row(self, measure_id: str, period=None, category="", area=None, period_type=None) -> pd.Series:
        self.measure(measure_id)
        ref = Reference(measure_id, str(category), period, area, period_type=period_type)
        return find_observation(self.observations, ref, self.authority_id, self.month)

    def position(self, measure_id: str, **where) -> Position:
        """Where a measure stands; ``where`` as for `value`."""
        row = self.row(measure_id, **where)
        return assess(measure_id, self.measures[measure_id], row, self.observations, self.targets)

    def area_name(self, area: str) -> str:
        return self.authority.name if area == self.authority_id else AREA_NAMES[Area(area)]

    def label(self, row: pd.Series) -> str:
        """Measure, category, place (where not the authority) and period of an observation, in words."""
        words = self.measures[row["measure_id"]].label
        words += f" ({row['category']})" if row["category"] else ""
        words += f", {self.area_name(row['area'])}" if row["area"] != self.authority_id else ""
        return f"{words}, {period_words(row['period'], row['period_type'])}"

    def row_id(self, row: pd.Series, part: str = "") -> str:
        """The id of a figure that stands for one part of one observation."""
        area = "" if row["area"] == self.authority_id else row["area"]
        period_type = "" if row["period_type"] == PeriodType.MONTH else row["period_type"]
        category = self._category_slugs.get(row["category"], "")
        return slug(row["measure_id"], category, row["period"], period_type, area, part)

    @cached_property
    def _category_slugs(self) -> dict[str, str]:
        return distinct_slugs(c for c in self.observations["category"] if c)

    # Figures of observations

    def value_figure(self, row: pd.Series) -> Figure:
        measure = self.measures[row["measure_id"]]
        if pd.isna(row["value"]):
            published, value = MISSING_WORDS[ValueStatus(row["value_status"])], ""
            formula = "no value: " + published
        else:
            published = nb.format_value(row["value"], measure.unit, int(row["value_decimals"]))
            value = str(nb.to_decimal(row["value"]).normalize().__format__("f"))
            formula = "as stated in the source"
            if pd.notna(row["numerator"]) and pd.notna(row["denominator"]) and measure.unit is Unit.PERCENT:
                exact = 100 * nb.to_decimal(row["numerator"]) / nb.to_decimal(row["denominator"])
                formula += f"; {nb.format_number(row['numerator'])} ÷ {nb.format_number(row['denominator'])} = {nb.format_value(exact, measure.unit, 2)}"
        return self._figure(row, "", self.label(row), published, value, measure.unit, formula, [row])

    def _figure(self, row, part, label, published, value, unit, formula, rows) -> Figure:
        return Figure(
            self.row_id(row, part), "number", label, published, str(value), str(unit), row["measure_id"], row["area"],
            row["period"], formula, inputs_of(rows),
        )  # fmt: skip

    def value(self, measure_id: str, **where) -> str:
        """The value of a measure: ``{{ value("casework_supervision_pct", period="2021-03") }}``."""
        return self.show(self.value_figure(self.row(measure_id, **where)))

    def _part(self, part: str, measure_id: str, where: dict) -> str:
        row = self.row(measure_id, **where)
        if pd.isna(row[part]):
            raise UserError(f"“{measure_id}” has no {part} for {row['period']}")
        published = nb.format_number(row[part])
        label = f"{self.label(row)}: {part}"
        return self.show(
            self._figure(
                row, part, label, published, published.replace(",", ""), Unit.COUNT, "as stated in the source", [row]
            )
        )

    def numerator(self, measure_id: str, **where) -> str:
        return self._part("numerator", measure_id, where)

    def denominator(self, measure_id: str, **where) -> str:
        return self._part("denominator", measure_id, where)

    def period(self, measure_id: str, **where) -> str:
        """The period of an observation in words, linked to it: 12 months to April 2021."""
        row = self.row(measure_id, **where)
        return self.show(self.value_figure(row), html.escape(period_words(row["period"], row["period_type"])), "n date")

    # Figures of positions

    def change_figure(self, at: Position, signed: bool = False) -> Figure | None:
        if at.change is None:
            return None
        measure = self.measures[at.measure_id]
        decimals = max(int(at.current["value_decimals"]), int(at.previous["value_decimals"]))
        label = (
            f"{self.label(at.current)}: change since {period_words(at.previous['period'], at.previous['period_type'])}"
        )
        published = (
            nb.format_signed(at.change, decimals) if signed else nb.format_distance(at.change, measure.unit, decimals)
        )
        formula = f"{at.value:f} − {nb.to_decimal(at.previous['value']):f}"
        return self._figure(
            at.current,
            "change" if not signed else "change-signed",
            label,
            published,
            at.change,
            measure.unit,
            formula,
            [at.current, at.previous],
        )

    def change(self, measure_id: str, **where) -> str:
        """The size of the change since the compared value: 5 percentage points."""
        figure = self.change_figure(at := self.position(measure_id, **where))
        if figure is None:
            raise UserError(
                f"“{measure_id}” has no earlier value to compare {at.current['period']} with; leave the reference out"
            )
        return self.show(figure)

    def direction(self, measure_id: str, **where) -> str:
        """improving, no significant change, worsening, too few points; up or down for a neutral measure."""
        return self.show(self.direction_figure(self.position(measure_id, **where)))

    def direction_figure(self, at: Position) -> Figure:
        measure = self.measures[at.measure_id]
        better = {BetterWhen.NEUTRAL: "neither higher nor lower is better"}.get(
            measure.better_when, f"{measure.better_when} is better"
        )
        rule = f"{measure.method.replace('_', ' ')}; {better}; a change under {measure.change_threshold:g} is no significant change"
        rows = [at.current, at.previous]
        return self._figure(
            at.current,
            "direction",
            f"{self.label(at.current)}: direction of travel",
            str(at.direction.value),
            "",
            "",
            rule,
            rows,
        )

    def target_figure(self, at: Position) -> Figure:
        measure = self.measures[at.measure_id]
        if at.target is None:
            raise UserError(f"“{at.measure_id}” has no target that holds in {at.current['period']}")
        published = nb.format_value(
            at.target["target"], measure.unit, 0 if float(at.target["target"]).is_integer() else measure.decimals
        )
        side = {BetterWhen.HIGHER: "at least", BetterWhen.LOWER: "at most"}.get(measure.better_when, "about")
        label = f"{measure.label}: {at.target['level']} target from {nb.format_day(at.target['valid_from'])} ({side})"
        return Figure(
            slug(at.measure_id, "target", at.target["valid_from"]), "number", label, published, f"{nb.to_decimal(at.target['target']):f}",
            str(measure.unit), at.measure_id, self.authority_id, at.target["valid_from"], "as stated in the source", inputs_of([at.target]),
        )  # fmt: skip

    def target(self, measure_id: str, **where) -> str:
        """The target that holds in the period of the value; ``period`` may also be one without a value."""
        if "period" in where and find_target(self.targets, measure_id, where["period"]) is not None:
            self.measure(measure_id)
            empty = pd.Series({"period": where["period"], "value": float("nan")})
            goal = find_target(self.targets, measure_id, where["period"])
            at = Position(measure_id, empty, None, goal, None, None, None, Direction.TOO_FEW_POINTS, None)
            return self.show(self.target_figure(at))
        return self.show(self.target_figure(self.position(measure_id, **where)))

    def distance_figure(self, at: Position) -> Figure:
        measure = self.measures[at.measure_id]
        formula = f"{at.value:f} − {nb.to_decimal(at.target['target']):f}"
        published = nb.format_distance(
            at.distance, measure.unit, max(int(at.current["value_decimals"]), nb.decimals_of(f"{at.distance:f}"))
        )
        return self._figure(
            at.current,
            "distance",
            f"{self.label(at.current)}: distance from target",
            published,
            at.distance,
            measure.unit,
            formula,
            [at.current, at.target],
        )

    def distance(self, measure_id: str, **where) -> str:
        """How far the value is from its target: 9 percentage points."""
        at = self.position(measure_id, **where)
        self.target_figure(at)
        return self.show(self.distance_figure(at))

    def result_figure(self, at: Position) -> Figure:
        rule = "value against target, unrounded, on the side that is better"
        word = TARGET_MARKS[at.result].word.lower() if at.result else "no better side"
        return self._figure(
            at.current,
            "result",
            f"{self.label(at.current)}: against target",
            word,
            "",
            "",
            rule,
            [at.current, at.target],
        )

    def result(self, measure_id: str, **where) -> str:
        """met, within tolerance or not met."""
        at = self.position(measure_id, **where)
        self.target_figure(at)
        return self.show(self.result_figure(at))

    def sentence(self, measure_id: str, **where) -> str:
        """Value, change, target and comparator of a measure as one or two sentences."""
        at = self.position(measure_id, **where)
        measure, row = self.measures[measure_id], at.current
        start = escape_markdown(measure.label + (f" ({row['category']})" if row["category"] else ""))
        text = f"{start}: {self.show(self.value_figure(row))} {in_period(row['period'], row['period_type'])}"
        if at.change is not None:
            before = self.show(self.value_figure(at.previous))
            when = in_period(at.previous["period"], at.previous["period_type"])
            moved = "the same as" if at.change == 0 else ("up from" if at.change > 0 else "down from")
            text += f", {moved} {before} {when}"
            if at.direction in (Direction.IMPROVING, Direction.WORSENING):
                text += f" ({self.show(self.direction_figure(at))})"
        text += "."
        if at.target is not None and at.result is not None:
            text += f" The target of {self.show(self.target_figure(at))} was {self.show(self.result_figure(at))}"
            if at.result is not TargetResult.MET:
                text += f", by {self.show(self.distance_figure(at))}"
            text += "."
        for other in self.comparators(measure_id, row).to_dict("records"):
            other = pd.Series(other)
            text += f" {self.area_name(other['area'])}: {self.show(self.value_figure(other))} {in_period(other['period'], other['period_type'])}."
        return text

    def comparators(self, measure_id: str, row: pd.Series) -> pd.DataFrame:
        """Values of the same measure for other areas that the return states, the newest of each area."""
        others = self.observations[
            (self.observations["measure_id"] == measure_id)
            & (self.observations["area"] != self.authority_id)
            & (self.observations["category"] == row["category"])
            & (self.observations["period"] <= row["period"])
        ]
        return others.sort_values("period").groupby("area", as_index=False).tail(1).sort_values("area")

    # Money, dates, statuses, counts

    def amount(self, line_id: str, **where) -> str:
        """An amount of money: ``{{ amount("dfe-grant") }}``; ``period`` or ``kind`` where a line has several."""
        rows = self.tables["finance"]
        rows = rows[rows["line_id"] == line_id]
        for column, wanted in where.items():
            if column not in ("period", "kind"):
                raise UserError(f"amount() takes period and kind, not {shown(column)}")
            rows = rows[rows[column] == wanted]
        if len(rows) != 1:
            raise UserError(
                f"finance.csv has {len(rows) or 'no'} rows for {shown(line_id)}; name one line, with its period or kind where there are several"
            )
        return self.show(self.amount_figure(rows.iloc[0]))

    def amount_figure(self, row: pd.Series) -> Figure:
        return Figure(
            slug("finance", row["line_id"], row["kind"], row["period"]), "number", f"{row['line']} ({row['kind']}, {row['period']})",
            nb.format_money(row["amount_gbp"]), f"{nb.to_decimal(row['amount_gbp']).normalize():f}", "GBP", "", self.authority_id,
            row["period"], "as stated in the source", inputs_of([row]),
        )  # fmt: skip

    def date(self, milestone_id: str) -> str:
        """The date of a milestone in words: 26 May 2021."""
        rows = self.tables["milestones"]
        rows = rows[rows["milestone_id"] == milestone_id]
        if rows.empty:
            raise UserError(
                f"milestones.csv has no {shown(milestone_id)}{suggestion(milestone_id, self.tables['milestones']['milestone_id'])}"
            )
        return self.show(self.date_figure(rows.iloc[0]), css_class="n date")

    def date_figure(self, row: pd.Series) -> Figure:
        published = nb.format_days(row["date"], row["end_date"]) if row["end_date"] else nb.format_day(row["date"])
        return Figure(
            slug("date", row["milestone_id"]), "number", row["title"], published, row["date"], "date", "", self.authority_id, row["date"],
            "as stated in the source", inputs_of([row]),
        )  # fmt: skip

    def priority(self, priority_id: str) -> pd.Series:
        rows = self.tables["priorities"]
        rows = rows[rows["priority_id"] == str(priority_id)]
        if rows.empty:
            raise UserError(
                f"priorities.csv has no {shown(priority_id)}{suggestion(priority_id, self.tables['priorities']['priority_id'])}"
            )
        return rows.iloc[0]

    def status(self, priority_id: str, which: str) -> str:
        """``{{ status("3a", "impact") }}``: symbol and word of the action or impact status of a priority."""
        if which not in ("action", "impact"):
            raise UserError(f"status() takes action or impact, not {shown(which)}")
        row = self.priority(priority_id)
        if not row[f"{which}_status"]:
            raise UserError(f"priority {priority_id} has no {which} status of its own")
        return self.show_mark(self.status_figure(row, which), STATUS_MARKS[Status(row[f"{which}_status"])])

    def status_figure(self, row: pd.Series, which: str) -> Figure:
        mark = STATUS_MARKS[Status(row[f"{which}_status"])]
        return Figure(
            slug("priority", row["priority_id"], which), "number", f"Priority {row['priority_id']}: {which} status",
            f"{mark.symbol} {mark.word}", "", "status", "", self.authority_id, self.month, "as marked in the source", inputs_of([row]),
        )  # fmt: skip

    def rated_priorities(self) -> pd.DataFrame:
        """The priorities and sub-priorities that have statuses of their own."""
        table = self.tables["priorities"]
        return table[table["action_status"] != ""]

    def count_priorities(self, which: str | None = None, status: str | None = None) -> str:
        """How many priorities have this action or impact status; without arguments how many are rated at all."""
        rows, label = self.rated_priorities(), "Priorities and sub-priorities with a status"
        if which is not None:
            if which not in ("action", "impact") or status not in [s.value for s in Status]:
                raise UserError(
                    f"count_priorities() takes action or impact, and one of {', '.join(s.value for s in Status)}"
                )
            rows, label = (
                rows[rows[f"{which}_status"] == status],
                f"Priorities whose {which} status is {STATUS_MARKS[Status(status)].word.lower()}",
            )
        return self._count(
            slug("count", "priorities", which or "rated", status or ""),
            label,
            [r for _, r in rows.iterrows()],
            "number of rows",
        )

    def positions(self) -> list[Position]:
        """The newest position of each measure of the authority for each period type, without distributions."""
        mine = self.tables["observations"]
        mine = mine[(mine["area"] == self.authority_id) & (mine["category"] == "")]
        newest = mine.sort_values("period").groupby(["measure_id", "period_type"], sort=False).tail(1)
        order = newest.sort_index()
        return [
            assess(r["measure_id"], self.measures[r["measure_id"]], r, self.observations, self.targets)
            for _, r in order.iterrows()
        ]

    def main_positions(self) -> list[Position]:
        """One position for each measure: its newest, and of two period types for one month the month."""
        best: dict[str, Position] = {}
        for at in self.positions():
            known = best.get(at.measure_id)
            rank = (at.current["period"][:7], at.current["period_type"] == PeriodType.MONTH)
            if known is None or rank > (known.current["period"][:7], known.current["period_type"] == PeriodType.MONTH):
                best[at.measure_id] = at
        return [
            at
            for at in best.values()
            if not any(
                row is not None and is_disputed(row, self.measures[at.measure_id]) for row in (at.current, at.previous)
            )
        ]

    def count_measures(self, state: str | None = None) -> str:
        """How many measures are improving, worsening, met, not_met, with_target …; each measure counts once.

        A measure whose newest or earlier value is disputed does not count: nothing is built on it.
        """
        positions = self.main_positions()
        tests = {
            None: lambda at: True,
            "with_target": lambda at: at.result is not None,
            "compared": lambda at: (
                at.change is not None and self.measures[at.measure_id].better_when is not BetterWhen.NEUTRAL
            ),
            **{r.value: (lambda at, r=r: at.result is r) for r in TargetResult},
            **{
                d.value.replace(" ", "_"): (
                    lambda at, d=d: (
                        at.direction is d and self.measures[at.measure_id].better_when is not BetterWhen.NEUTRAL
                    )
                )
                for d in Direction
            },
        }
        if state not in tests:
            raise UserError(f"count_measures() takes one of {', '.join(t for t in tests if t)}, not {shown(state)}")
        chosen = [at for at in positions if tests[state](at)]
        words = {
            None: "Measures with a value",
            "with_target": "Measures with a target",
            "compared": "Measures with an earlier value to compare",
        }
        label = words.get(state) or f"Measures: {state.replace('_', ' ')}"
        rows = [
            r
            for at in chosen
            for r in (at.current, at.previous if state not in ("met", "not_met", None) else None, at.target)
            if r is not None
        ]
        return self._count(
            slug("count", "measures", state or "all"), label, rows, f"number of measures ({len(chosen)})", len(chosen)
        )

    @property
    def claims(self) -> pd.DataFrame:
        """All claims with their outcome."""
        if self._claims is None:
            self._claims = audit(self.tables["claims"], self.observations, self.targets, self.authority_id, self.month)
        return self._claims

    def count_claims(self, outcome: str | None = None) -> str:
        """How many claims of the source have this outcome; without one, how many there are."""
        if outcome is not None and outcome not in [o.value for o in ClaimOutcome]:
            raise UserError(f"count_claims() takes one of {', '.join(o.value for o in ClaimOutcome)}")
        rows = self.claims if outcome is None else self.claims[self.claims["outcome"] == outcome]
        return self._count(
            slug("count", "claims", outcome or "all"),
            f"Claims: {outcome or 'all'}",
            [r for _, r in rows.iterrows()],
            "number of rows",
        )

    def recomputed(self, claim_id: str) -> str:
        """What a claim's own operands give, rounded as it was stated: 32%."""
        rows = self.claims[self.claims["claim_id"] == claim_id]
        if rows.empty:
            raise UserError(
                f"claims.csv has no {shown(claim_id)}{suggestion(claim_id, self.tables['claims']['claim_id'])}"
            )
        figure = self.claim_figure(rows.iloc[0])
        if figure is None:
            raise UserError(f"the claim “{claim_id}” cannot be recomputed")
        return self.show(figure)

    def claim_figure(self, claim: pd.Series) -> Figure | None:
        if claim["recomputed"] is None:
            return None
        published = nb.format_value(claim["recomputed"], claim["unit"], int(claim["decimals"]))
        formula = f"{claim['method']} of {claim['operands']}"
        return Figure(
            slug("claim", claim["claim_id"], "recomputed"), "number", f"Recomputed: {claim['text']}", published,
            f"{nb.round_half_up(claim['recomputed'], 6).normalize():f}", claim["unit"], "", self.authority_id, self.month, formula,
            inputs_of([*claim["input_rows"], claim]),
        )  # fmt: skip

    def _count(self, figure_id: str, label: str, rows: list, formula: str, number: int | None = None) -> str:
        number = len(rows) if number is None else number
        figure = Figure(
            figure_id,
            "number",
            label,
            nb.format_number(number),
            str(number),
            "count",
            "",
            self.authority_id,
            self.month,
            formula,
            inputs_of(rows),
        )
        return self.show(figure)


def mark_html(mark) -> str:
    """Symbol and word of a status, in its colour; never the colour alone."""
    return f'<span class="state state-{mark.css_class}"><span aria-hidden="true">{mark.symbol}</span> {html.escape(mark.word)}</span>'
