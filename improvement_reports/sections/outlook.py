"""Where money is heading: budget, spent so far, forecast, variance and movement of each line that has a forecast."""

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.html_tables import Column
from improvement_reports.domain.markup import fold, lines, slug, strong, tagged, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import ClaimOutcome
from improvement_reports.facts.figures import Figure, inputs_of
from improvement_reports.facts.sentences import full_amount
from improvement_reports.method.outlook import Gap, Outlook, outlooks
from improvement_reports.report import Report
from improvement_reports.sections.tables import figure_table

COLUMNS = [
    Column("line", "Line", is_row_header=True),
    Column("budget", "Budget", is_number=True),
    Column("spent", "Spent so far", is_number=True),
    Column("forecast", "Forecast", is_number=True),
    Column("variance", "Variance", is_number=True),
    Column("movement", "Since the last report", is_number=True),
]


def outlook_table(report: Report, title: Callable[[str], str]) -> Markup:
    """The table of forecasts under the sentence on them; nothing where the source states none. ``title``: the words for
    a period.
    """
    facts = report.facts
    found = outlooks(facts.tables["finance"], [t["finance"] for t in facts.earlier])
    if not found:
        return Markup()
    used = [row for one in found for row in one.rows]
    in_full = nb.mixes_units([*(r["amount_gbp"] for r in used), *(a for one in found for a in _worked_out(one))])
    rows = [_row(report, one, title, in_full) for one in found]
    caption = "Budget, forecast and variance"
    table = figure_table(report, "finance.outlook", caption, COLUMNS, rows, used, "finance outlook")
    summary = f"Forecasts: {nb.counted(len(found), 'line')}"
    return fill("sections/totals.html", lead=_lead(found), table=fold(summary, table))


def _worked_out(one: Outlook) -> list:
    return [gap.amount for gap in (one.variance, one.movement) if gap.amount is not None]


def _row(report: Report, one: Outlook, title: Callable[[str], str], in_full: bool) -> dict[str, str]:
    def shown(row: pd.Series | None) -> str:
        return "" if row is None else report.facts.show(report.facts.amount_figure(row, in_full))

    return {
        "line": under(strong(one.line) if one.is_total else one.line, title(one.period)),
        "budget": shown(one.budget),
        "spent": shown(one.spent),
        "forecast": shown(one.forecast),
        "variance": _gap(report, one, "variance", one.variance, ("over", "under"), in_full),
        "movement": _gap(report, one, "movement", one.movement, ("up", "down"), in_full),
    }


def _gap(report: Report, one: Outlook, name: str, gap: Gap, ways: tuple[str, str], in_full: bool) -> str:
    """What two amounts give, and beside it what the source states where that is something else; else what it states."""
    facts = report.facts
    theirs = None if gap.stated is None else facts.amount_figure(gap.stated, in_full)
    if gap.amount is None or gap.more is None or gap.less is None:
        return "" if theirs is None else under(facts.show(theirs), "as stated")
    figure = Figure(
        slug("finance", name, one.line_id, one.period),
        "number",
        f"{one.line} ({one.period}): {name}, worked out",
        nb.format_money(gap.amount),
        f"{gap.amount.normalize():f}",
        "GBP",
        "",
        facts.authority_id,
        one.period,
        f"{nb.to_decimal(gap.more['amount_gbp']):f} − {nb.to_decimal(gap.less['amount_gbp']):f}",
        inputs_of([gap.more, gap.less]),
    )
    ours = facts.show(full_amount(figure) if in_full else figure)
    way = "as before" if name == "movement" else "on budget"
    cell = under(ours, way if not gap.amount else ways[0] if gap.amount > 0 else ways[1])
    if theirs is None or gap.outcome is ClaimOutcome.AGREES:
        return cell
    said = "stated, with the other sign" if gap.has_other_sign else "stated"
    if gap.outcome is ClaimOutcome.AGREES_AFTER_ROUNDING:
        said = "stated, the same within rounding"
    return lines([cell, tagged(facts.show(theirs), said)])


def _lead(found: list[Outlook]) -> str:
    """Whether what the source states of its forecasts follows from them, as one sentence."""
    compared = [gap for one in found for gap in (one.variance, one.movement) if gap.outcome is not None]
    wrong = sum(gap.outcome is ClaimOutcome.DIFFERS for gap in compared)
    if not compared:
        return "Variance is forecast less budget; above 0 is over the budget."
    if not wrong:
        return "Variance is forecast less budget; what the source states of its forecasts follows from them."
    them = nb.counted(len(compared), "stated variance or movement", "stated variances and movements")
    are = "does" if wrong == 1 else "do"
    return f"Variance is forecast less budget. Of {them}, {wrong} {are} not follow from the amounts."
