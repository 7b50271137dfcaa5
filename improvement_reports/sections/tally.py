"""Tallies of the first screen: a mark, and how many have it as a link to which they are."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from markupsafe import Markup

from improvement_reports.domain.markup import linked_count, mark_html
from improvement_reports.domain.vocabulary import DIRECTION_MARKS, Direction, Mark
from improvement_reports.facts.facts import Facts

Key = TypeVar("Key")
Tally = list[tuple[Markup, Markup]]


def tally(keys: Iterable[Key], marks: Mapping[Key, Mark], count: Callable[[Key], Markup]) -> Tally:
    """Each mark with its number, in the order of the keys."""
    return [(mark_html(marks[key]), count(key)) for key in keys]


def signs(facts: Facts) -> dict[str, object]:
    """How many measures can be judged, how many of them moved which way, and how often a sign is chance; nothing where
    none can be judged.
    """
    if not facts.measures_that_are("judged"):
        return {}
    of = linked_count(facts.count_measures("judged"), "measure that can be judged", "measures that can be judged")
    chance, most = facts.chance_of_a_sign(), facts.most_chance_of_a_sign()
    return {"of": of, "moves": directions(facts.count_measures), "chance": chance, "most": most}


def directions(count: Callable[[str], Markup]) -> Tally:
    """How many got better, stayed and got worse, by the name of the direction as narrative writes it."""
    moved = (Direction.IMPROVING, Direction.NO_SIGNIFICANT_CHANGE, Direction.WORSENING)
    return tally(moved, DIRECTION_MARKS, lambda d: count(d.value.replace(" ", "_")))
