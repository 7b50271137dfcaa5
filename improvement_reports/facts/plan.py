"""Traced numbers of the plan: money, dates, statuses, and counts of priorities, measures and claims."""

from collections.abc import Callable
from functools import cached_property
from typing import TypedDict, Unpack

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.markup import aside, slug, tagged, with_word
from improvement_reports.domain.money_periods import same_period
from improvement_reports.domain.rows import rows_of
from improvement_reports.domain.status_words import own_word
from improvement_reports.domain.vocabulary import (
    OUTCOMES_OF_CLAIMS,
    STATUS_MARKS,
    UNJUDGED,
    BetterWhen,
    Direction,
    Status,
    TargetResult,
)
from improvement_reports.domain.wording import IN_DOUBT, priorities_in_doubt
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.positions import Positions
from improvement_reports.facts.sentences import full_amount
from improvement_reports.method.claims import Known, audit, claim_words, is_difference, names_official
from improvement_reports.method.first_screen import AT_MOST, USUALLY, at_least_one, one_in
from improvement_reports.method.progress import Position


class WhichAmount(TypedDict, total=False):
    """Which amount of a line is meant, where it has several."""

    period: str
    kind: str


def _has_result(result: TargetResult) -> Callable[[Position], bool]:
    return lambda at: at.result is result


class PlanFigures(Positions):
    """The part of `Facts` that gives money, dates, statuses and counts; each public function is one of narrative."""

    def amount(self, line_id: str, **where: Unpack[WhichAmount]) -> Markup:
        """An amount of money: ``{{ amount("dfe-grant") }}``; ``period`` or ``kind`` where a line has several."""
        rows = self.tables["finance"]
        rows = rows[rows["line_id"] == line_id]
        for column, wanted in where.items():
            if column not in ("period", "kind"):
                raise UserError(f"amount() takes period and kind, not {shown(column)}")
            rows = rows[[same_period(v, str(wanted)) if column == "period" else v == wanted for v in rows[column]]]
        if len(rows) != 1:
            raise UserError(
                f"finance.csv has {len(rows) or 'no'} rows for {shown(line_id)}; name one line, with its period or kind"
                " where there are several"
            )
        return self.show(self.amount_figure(rows.iloc[0]))

    def amount_figure(self, row: pd.Series, in_full: bool = False) -> Figure:
        """An amount as it is written alone, £1.102 million, or ``in_full`` beside smaller ones, £1,102,000."""
        figure = Figure(
            slug("finance", row["line_id"], row["kind"], row["period"]),
            "number",
            f"{row['line']} ({row['kind']}, {row['period']})",
            nb.format_money(row["amount_gbp"]),
            f"{nb.to_decimal(row['amount_gbp']).normalize():f}",
            "GBP",
            "",
            self.authority_id,
            row["period"],
            "as stated in the source",
            inputs_of([row]),
        )
        return full_amount(figure) if in_full else figure

    def date(self, milestone_id: str) -> Markup:
        """The date of a milestone or of an inspection in words: 26 May 2021; 6 to 8 October 2020."""
        milestones = self.rows_of("milestones")
        if places := milestones.places(milestone_id=milestone_id):
            return self.show(self.date_figure(milestones.row(places[0])), css_class="n date")
        inspections = self.every("inspections")
        found = inspections[inspections["inspection_id"] == milestone_id]
        if found.empty:
            known = [*self.tables["milestones"]["milestone_id"], *inspections["inspection_id"]]
            raise UserError(f"milestones.csv has no {shown(milestone_id)}{suggestion(milestone_id, known)}")
        return self.show(self.inspection_date_figure(found.iloc[0]), css_class="n date")

    def inspection_date_figure(self, row: pd.Series, column: str = "date") -> Figure:
        """The days of an inspection, or with ``published`` the day of its letter."""
        days = nb.format_days(row["date"], row["end_date"]) if row["end_date"] else nb.format_day(row["date"])
        published = days if column == "date" else nb.format_day(row[column])
        label = row["title"] if column == "date" else f"{row['title']}: letter or report published"
        return Figure(
            slug("inspection", row["inspection_id"], "" if column == "date" else column),
            "number",
            label,
            published,
            row[column],
            "date",
            "",
            self.authority_id,
            row[column],
            "as stated in the source",
            inputs_of([row]),
        )

    def date_figure(self, row: pd.Series) -> Figure:
        published = nb.format_days(row["date"], row["end_date"]) if row["end_date"] else nb.format_day(row["date"])
        return Figure(
            slug("date", row["milestone_id"]),
            "number",
            row["title"],
            published,
            row["date"],
            "date",
            "",
            self.authority_id,
            row["date"],
            "as stated in the source",
            inputs_of([row]),
        )

    def priority(self, priority_id: str) -> pd.Series:
        rows = self.tables["priorities"]
        rows = rows[rows["priority_id"] == str(priority_id)]
        if rows.empty:
            raise UserError(
                "priorities.csv has no"
                f" {shown(priority_id)}{suggestion(priority_id, self.tables['priorities']['priority_id'])}"
            )
        return rows.iloc[0]

    def status(self, priority_id: str, which: str) -> Markup:
        """``{{ status("3a", "impact") }}``: symbol and word of the action or impact status of a priority."""
        if which not in ("action", "impact"):
            raise UserError(f"status() takes action or impact, not {shown(which)}")
        row = self.priority(priority_id)
        if not row[f"{which}_status"]:
            raise UserError(f"priority {priority_id} has no {which} status of its own")
        return self.status_mark(row, which)

    def status_mark(self, row: pd.Series, which: str) -> Markup:
        """A status as it stands in tables and prose: symbol, word and colour, and whether it is in doubt."""
        mark = self.show_mark(self.status_figure(row, which), STATUS_MARKS[Status(row[f"{which}_status"])])
        shown = with_word(mark, own_word(row, f"{which}_status"))
        return tagged(shown, IN_DOUBT.strip(" ()")) if row["priority_id"] in self.doubted_priorities else shown

    @cached_property
    def doubted_priorities(self) -> set[str]:
        """The priorities of this return whose two statuses its data notes call into question."""
        return priorities_in_doubt(self.tables["notes"])

    def _doubted_among(self, rows: pd.DataFrame) -> str:
        """How many of these priorities have statuses in doubt, in words; nothing if none has."""
        doubted = sum(key in self.doubted_priorities for key in rows["priority_id"])
        return f"{doubted} in doubt" if doubted else ""

    def status_figure(self, row: pd.Series, which: str) -> Figure:
        mark = STATUS_MARKS[Status(row[f"{which}_status"])]
        doubted = row["priority_id"] in self.doubted_priorities
        word = own_word(row, f"{which}_status")
        meant = f", where “{word}” means {mark.word.lower()}" if word else ""
        doubt, formula = (
            (IN_DOUBT, f"as marked in the source{meant}, which a data note calls into question")
            if doubted
            else ("", f"as marked in the source{meant}")
        )
        return Figure(
            slug("priority", row["priority_id"], which),
            "number",
            f"Priority {row['priority_id']}: {which} status",
            f"{mark.symbol} {mark.word}{doubt}",
            "",
            "status",
            "",
            self.authority_id,
            self.month,
            formula,
            inputs_of([row]),
        )

    def rated_priorities(self) -> pd.DataFrame:
        """The priorities and sub-priorities that have statuses of their own."""
        table = self.tables["priorities"]
        return table[table["action_status"] != ""]

    def count_priorities(self, which: str | None = None, status: str | None = None) -> Markup:
        """How many priorities have this action or impact status, and how many of these are in doubt; without arguments
        how many are rated at all.
        """
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
        figure_id = slug("count", "priorities", which or "rated", status or "")
        number = self._count(figure_id, label, rows_of(rows), "number of rows")
        doubted = self._doubted_among(rows) if which else ""
        return aside(number, f"({doubted})") if doubted else number

    def measures_that_are(self, state: str | None = None) -> list[Position]:
        """The measures that are improving, worsening, met, not_met, with_target …; each once.

        A measure whose newest or earlier value is disputed is none: nothing is built on it.
        """
        tests: dict[str | None, Callable[[Position], bool]] = {
            None: lambda at: True,
            "with_target": lambda at: at.result is not None,
            "compared": lambda at: (
                at.change is not None and self.measures[at.measure_id].better_when is not BetterWhen.NEUTRAL
            ),
            "judged": self._is_judged,
            **{r.value: _has_result(r) for r in TargetResult},
            **{d.value.replace(" ", "_"): self._moves(d) for d in Direction},
        }
        if state not in tests:
            raise UserError(f"count_measures() takes one of {', '.join(t for t in tests if t)}, not {shown(state)}")
        return [at for at in self.main_positions() if tests[state](at)]

    def count_measures(self, state: str | None = None) -> Markup:
        """How many measures are improving, worsening, met, not_met, with_target …; each measure counts once."""
        return self.show(self.measures_figure(state))

    def measures_figure(self, state: str | None = None) -> Figure:
        """That number as a figure, for a sentence that writes it in other words: none, all."""
        chosen = self.measures_that_are(state)
        words = {
            None: "Measures with a value",
            "with_target": "Measures with a target",
            "compared": "Measures with an earlier value to compare",
            "judged": "Measures of which it can be told whether they changed",
        }
        label = words.get(state) or f"Measures: {(state or 'all').replace('_', ' ')}"
        rows = [
            r
            for at in chosen
            for r in (at.current, at.previous if state not in ("met", "not_met", None) else None, at.target)
            if r is not None
        ]
        return self._count_figure(
            slug("count", "measures", state or "all"), label, rows, f"number of measures ({len(chosen)})", len(chosen)
        )

    def _is_judged(self, at: Position) -> bool:
        """Whether it can be told of a measure that has a better side whether it changed."""
        return at.direction not in UNJUDGED and self.measures[at.measure_id].better_when is not BetterWhen.NEUTRAL

    def chance_of_a_sign(self) -> Markup:
        """How often at least one of the measures that can be judged would show a sign although nothing had changed."""
        return self._chance("", USUALLY)

    def most_chance_of_a_sign(self) -> Markup:
        """The same at the most that was simulated."""
        return self._chance("most", AT_MOST)

    def _chance(self, part: str, percent: float) -> Markup:
        judged = len(self.measures_that_are("judged"))
        chance = at_least_one(judged, percent)
        return self.show(
            Figure(
                slug("chance", "of", "a", "sign", part),
                "number",
                f"Reports in which a stable measure would show a sign{', at most' if part else ''}",
                one_in(chance),
                f"{chance:.1f}",
                "percent",
                "",
                self.authority_id,
                self.month,
                f"1 − (1 − {percent:g}%) to the power of the number of measures that can be judged ({judged})",
                inputs_of(at.current for at in self.main_positions() if self._is_judged(at)),
            )
        )

    def _moves(self, direction: Direction) -> Callable[[Position], bool]:
        """Whether a measure that has a better side moves so."""
        return lambda at: (
            at.direction is direction and self.measures[at.measure_id].better_when is not BetterWhen.NEUTRAL
        )

    @property
    def claims(self) -> pd.DataFrame:
        """All claims with their outcome."""
        if self._claims is None:
            claims = self.tables["claims"]
            known = Known(
                self.observations,
                self.targets,
                self.authority_id,
                self.month,
                self.tables["finance"],
                self.official if names_official(claims) else None,
                self.authority.la_code,
            )
            self._claims = audit(claims, known)
        return self._claims

    def count_claims(self, outcome: str | None = None) -> Markup:
        """How many claims of the source have this outcome; without one, how many there are."""
        if outcome is not None and outcome not in OUTCOMES_OF_CLAIMS:
            raise UserError(f"count_claims() takes one of {', '.join(OUTCOMES_OF_CLAIMS)}")
        rows = self.claims if outcome is None else self.claims[self.claims["outcome"] == outcome]
        return self._count(
            slug("count", "claims", outcome or "all"), f"Claims: {outcome or 'all'}", rows_of(rows), "number of rows"
        )

    def recomputed(self, claim_id: str) -> Markup:
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
        published = claim_words(claim, claim["recomputed"])
        formula = f"{claim['method']} of {claim['operands']}"
        unit = nb.difference_unit(claim["unit"]) if is_difference(claim["method"], claim["operands"]) else claim["unit"]
        return Figure(
            slug("claim", claim["claim_id"], "recomputed"),
            "number",
            f"Recomputed: {claim['text']}",
            published,
            f"{nb.round_half_up(claim['recomputed'], 6).normalize():f}",
            unit,
            "",
            self.authority_id,
            self.month,
            formula,
            inputs_of([*claim["input_rows"], claim]),
        )
