"""Tallies of the first screen: a mark, and how many have it as a link to which they are."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from markupsafe import Markup

from improvement_reports.domain.markup import mark_html
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, Direction, Mark

Key = TypeVar("Key")
Tally = list[tuple[Markup, Markup]]


def tally(keys: Iterable[Key], marks: Mapping[Key, Mark], count: Callable[[Key], Markup]) -> Tally:
    """Each mark with its number, in the order of the keys."""
    return [(mark_html(marks[key]), count(key)) for key in keys]


def directions(count: Callable[[str], Markup]) -> Tally:
    """How many got better, stayed and got worse, by the name of the direction as narrative writes it."""
    moved = (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
    return tally(moved, DIRECTION_MARKS, lambda d: count(d.value.replace(" ", "_")))
