"""Cells of tables of measures: a value with its period, of how many it is, and which way the measure goes."""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from improvement_reports.domain.markup import lines, tag, under
from improvement_reports.domain.templates import fill
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, UNJUDGED
from improvement_reports.domain.wording import period_words
from improvement_reports.method.judgement_words import AGAINST_THE_FIRST, CHARTS
from improvement_reports.method.progress import Position
from improvement_reports.report import Report

NOT_JUDGED = "not judged: disputed"


def direction(report: Report, at: Position) -> Markup:
    """The word of judgement, if there is one, and for how long the value rose or fell."""
    facts, shown = report.facts, []
    if at.direction is None:
        shown.append(tag(NOT_JUDGED))
    elif at.direction not in UNJUDGED:
        mark = facts.show_mark(facts.direction_figure(at), DIRECTION_MARKS[at.direction])
        is_charted = at.judgement is not None and at.judgement.basis in CHARTS
        shown.append(under(mark, AGAINST_THE_FIRST) if is_charted else mark)
    if (run := facts.run(at)) is not None:
        shown.append(fill("sections/run.html", words=run[0].way.value, number=facts.show(run[1])))
    if stated := stated_words(report, at):
        shown.append(stated)
    return lines(shown)


def stated_words(report: Report, at: Position) -> Markup:
    """The direction that the source itself states, as its own: without a symbol and without a colour of ours."""
    if (found := report.facts.stated_direction(at)) is None:
        return Markup()
    figure, when = found
    words = f"as the paper states it for {when}:" if when else "as the paper states it:"
    return fill("sections/run.html", words=words, number=report.facts.show(figure))


def dated(report: Report, row: pd.Series) -> Markup:
    return under(report.facts.marked_value(row), period_words(row["period"], row["period_type"]))


def few_cases(report: Report, row: pd.Series) -> Iterator[Markup]:
    """Of a percentage of few cases: how many of how many, and its interval."""
    if (found := report.facts.few_cases(row)) is not None:
        cases, interval = (report.facts.show(figure) for figure in found)
        yield fill("sections/few_cases.html", cases=cases, interval=interval)
