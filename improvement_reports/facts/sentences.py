"""Sentences of narrative after their numbers are filled in: a value of another month says its date, and money has one
unit.

Whoever writes the narrative names a measure, not what its newest value turns out to be; these two things are seen only
when the numbers stand in the sentence.
"""

import html
import re
from dataclasses import replace

from improvement_reports.domain import numbers as nb
from improvement_reports.domain.vocabulary import PeriodType
from improvement_reports.domain.wording import NOT_DATED, period_words
from improvement_reports.facts.figures import Figure
from improvement_reports.facts.shared import Shared

# A sentence ends with its stop and white space before a capital letter or a number's link; a list item and a paragraph
# with it.
BOUNDARY = re.compile(r"(?<=[.!?])(?<!\b[a-z]\.)(\s+)(?=[A-Z“\"'*<(])|(\n\s*\n|\n(?=\s*[-*] ))")
LINK = re.compile(r'<a class="(?P<css>[^"]*)" data-figure="(?P<id>[^"]+)"[^>]*>(?P<content>.*?)</a>')


def finished(text: str, facts: Shared) -> str:
    """Rendered narrative of the report that ``facts`` are of; the figures that it shows are noted there already."""
    known = facts.noted_figures()
    parts = BOUNDARY.split(text)  # sentence, white space or None, break or None, sentence …
    return "".join(
        _one_unit(_dated(part or "", known, facts), known, facts) if n % 3 == 0 else part or ""
        for n, part in enumerate(parts)
    )


def _dated(sentence: str, known: dict[str, Figure], facts: Shared) -> str:
    """The sentence with the period behind the first value of each period that is not the report's month and is not
    named in it.
    """
    words = html.unescape(re.sub(r"<[^>]+>", "", sentence))
    said: set[str] = set()

    def with_period(match: re.Match) -> str:
        figure = known.get(match["id"])
        if figure is None or "date" in match["css"].split() or not _is_of_another_month(figure, facts):
            return match[0]
        period = figure_period(figure, facts)
        if period in said or _names(words, figure.period, period):
            return match[0]
        said.add(period)
        in_brackets = sentence[match.end() :].startswith(")")
        return f"{match[0]}, {period}" if in_brackets else f"{match[0]} ({period})"

    return LINK.sub(with_period, sentence)


def _is_of_another_month(figure: Figure, facts: Shared) -> bool:
    """Whether it is made from an observation of a period that does not end in the report's month; a target is of no
    month.
    """
    is_target = figure.id.startswith(f"{figure.measure_id}.target.")
    return (
        figure.measure_id in facts.measures
        and not figure.id.startswith("dfe.")
        and not is_target
        and figure.period[:7] != facts.month
    )


def figure_period(figure: Figure, facts: Shared) -> str:
    """The period of a figure that is made from an observation, in words: May 2025, 12 months to April 2021."""
    if figure.period == NOT_DATED:
        return NOT_DATED
    known = facts.observations_by_key
    places = known.places(measure_id=figure.measure_id, period=figure.period, area=figure.area)
    kinds = [
        k
        for k in dict.fromkeys(known.cells("period_type")[at] for at in places)
        if k != PeriodType.MONTH and k.replace("_", "-") in figure.id.replace("_", "-")
    ]
    return period_words(figure.period, max(kinds, key=len) if kinds else PeriodType.MONTH)


def _names(words: str, period: str, in_words: str) -> bool:
    """Whether a sentence says of when a value is: its month, or of a whole year the year; or that it is not dated."""
    if period == NOT_DATED:
        return NOT_DATED in words
    return nb.format_day(period[:7]) in words or (in_words.startswith("year to") and period[:4] in words)


def _one_unit(sentence: str, known: dict[str, Figure], facts: Shared) -> str:
    """The sentence with its amounts of money all in full, if some would be in pounds and some in millions."""
    amounts = {
        m["id"]: known[m["id"]] for m in LINK.finditer(sentence) if m["id"] in known and known[m["id"]].unit == "GBP"
    }
    if not nb.mixes_units(f.value for f in amounts.values()):
        return sentence

    def in_full(match: re.Match) -> str:
        figure = amounts.get(match["id"])
        return facts.show(full_amount(figure)) if figure and figure.published.endswith("million") else match[0]

    return LINK.sub(in_full, sentence)


def full_amount(figure: Figure) -> Figure:
    """An amount of money that stands beside smaller ones: £1,102,000 in place of £1.102 million, with an id of
    its own.
    """
    published = nb.format_money(figure.value, in_full=True)
    return figure if published == figure.published else replace(figure, id=f"{figure.id}.in-full", published=published)
