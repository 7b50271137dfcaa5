"""Areas below an authority, as its entry in params/authorities.yml declares them: localities, teams, cohorts.

An observation names one by its key in the column ``area``. What is of an area is never the authority's own: no verdict,
target or rank is made of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import Field, model_validator

from improvement_reports.domain.errors import shown
from improvement_reports.domain.sameness import normal_key
from improvement_reports.domain.vocabulary import AREA_KIND_WORDS, Area, AreaKind
from improvement_reports.workspace.fields import Identifier, Strict, Text


class AreaGroup(Strict):
    """Areas of one kind, by key their names. ``whole``: whether together they make up the authority, each child or case
    in one of them; ``title``: what the council calls them.
    """

    kind: AreaKind
    title: Text | None = None
    whole: bool = False
    areas: dict[Identifier, Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _areas_can_be_told_apart(self):
        if self.whole and len(self.areas) < 2:
            raise ValueError("one area alone cannot make up the authority; name the others, or write whole: false")
        names = Counter(normal_key(name) for name in self.areas.values())
        if twice := next((name for name in self.areas.values() if names[normal_key(name)] > 1), None):
            raise ValueError(f"two areas are called {shown(twice)}; give each a name of its own")
        return self

    @property
    def called(self) -> str:
        """What the areas are called together."""
        return self.title or AREA_KIND_WORDS[self.kind]


AreaGroups = Mapping[str, AreaGroup]  # by the council's key for it


class Parts(NamedTuple):
    """Areas of one kind as suppression sees them: whose they are, and which; whether they are all of it."""

    of: str
    areas: frozenset[str]
    is_whole: bool


def names_of(groups: AreaGroups) -> dict[str, str]:
    """The names of all areas by their keys, in their order."""
    return {key: name for group in groups.values() for key, name in group.areas.items()}


def parts_of(authority: str, groups: AreaGroups) -> list[Parts]:
    """The groups of an authority's areas as suppression sees them."""
    return [Parts(authority, frozenset(group.areas), group.whole) for group in groups.values()]


def area_problem(groups: AreaGroups, taken: Iterable[str] = ()) -> str:
    """Why areas cannot be declared so, as the end of a sentence; "" where they can. ``taken``: keys of other things."""
    others, seen = {*taken, *(a.value for a in Area)}, set()
    for group in groups.values():
        for key in group.areas:
            if key in others:
                return f"{shown(key)} is the key of another area already; give this one a key of its own"
            if key in seen:
                return f"{shown(key)} is declared twice; give each area a key of its own"
            seen.add(key)
    return ""
