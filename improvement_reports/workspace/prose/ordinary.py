"""Ordinary English whose numbers name something and measure nothing, so that they may stand in narrative as they are.

A number that is a figure comes from the data, by a reference. A timescale, an age group, a school year, a financial
year or a quarter is part of a name. Each shape here is whole: what only resembles it stays a bare number.
"""

import re

NUMBER = r"[1-9][0-9]?"
TIME = r"(?:(?:working|calendar|school|clear)[ -])?(?:minutes?|hours?|days?|weeks?|months?|terms?|years?)"
RULE = (
    "assessment|cycle|deadline|limit|notice|period|plan|programme|review|rule|standard|statutory|target|timeframe"
    "|timescale|visit|visits|window"
)
CALLED = "Year|Key Stage|Stage|Tier|Level|Phase|Priority|Recommendation|Action|Objective|Part|Annex|Appendix"
AGE = r"(?:1?[0-9]|2[0-5])"
SHAPES = (
    # within 10 working days, every 6 weeks, no more than 15 working days after: a rule, not how long something took
    rf"(?:with)?in {NUMBER} (?:working|clear|school) days",
    rf"(?:within|every) {NUMBER} {TIME}",
    rf"{NUMBER}[ -](?:(?:working|calendar|school)[ -])?(?:minute|hour|day|week|month|year)(?:ly)?[ -](?:{RULE})",
    # Year 11, Years 10 and 11, Key Stage 4, Stage 1, Priority 3, Recommendations 2 and 5
    rf"(?:{CALLED})s? {NUMBER}(?:(?:, {NUMBER})*,? (?:and|to|or) {NUMBER})?",
    r"KS ?[1-5]",
    # 2016/17, 2016-17: a financial or an academic year
    r"(?:19|20)[0-9]{2}[/-][0-9]{2}(?![0-9/-])",
    # Q1, Q3 2024/25
    r"Q[1-4]",
    r"[Qq]uarters? [1-4](?: (?:and|to) [1-4])?",
    # 16 and 17 year olds, 16- to 17-year-olds, aged 0 to 4, under-5s, 18 or over
    rf"{AGE}(?:-?(?:,| and| to| or|-)? ?{AGE})?[- ]years?[- ]olds?",
    rf"(?:aged|ages|age) {AGE}(?:(?: to | and | or |-){AGE}| or (?:over|under|older|younger))?",
    rf"(?:under|over)[- ]?{AGE}s",
    rf"{AGE} or (?:over|under|older|younger)",
    # one to one, round the clock
    r"1:1|1-to-1|2:1|24/7|24 hours a day|7 days a week",
)
# A sign that would make another number of it, as in 45%, 2.5 or £10, may stand on neither side.
ORDINARY = re.compile(rf"(?<![\w£€$#=+/:.-])(?:{'|'.join(SHAPES)})(?![\w£€$%#=+½¼¾²³])(?! ?(?:%|per ?cent))")


def without_ordinary(text: str) -> str:
    """The text with blanks for ordinary English that holds a number, every character in its place."""
    one_line, found = re.sub(r"\s", " ", text), list(text)
    for match in ORDINARY.finditer(one_line):
        found[match.start() : match.end()] = " " * len(match[0])
    return "".join(found)
