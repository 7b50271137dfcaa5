"""Authorities by their key, from params/authorities.yml and the official table of areas."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from improvement_reports.domain.errors import Fault, InvalidInput
from improvement_reports.domain.status_words import word_problem
from improvement_reports.workspace.areas import authority_faults, read_areas
from improvement_reports.workspace.fields import AuthorityCode, Identifier, Strict, Text
from improvement_reports.workspace.own_areas import AreaGroup, area_problem, names_of
from improvement_reports.workspace.places import KEY, RESERVED, Project
from improvement_reports.workspace.yaml_files import load_entries


def one_or_several(value):
    """A word may mean one status or a list of them, or several with commas between."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Meanings = Annotated[tuple[Text, ...], BeforeValidator(one_or_several), Field(min_length=1)]


class Authority(Strict):
    """An entry of params/authorities.yml. ``status_words``: by a word of the council the statuses that it means;
    ``areas``: what areas below it there are, in groups.
    """

    name: Text
    short_name: Text
    la_code: AuthorityCode
    ons_code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{8}$")] | None = None
    region: Text
    illustrative: bool = False
    status_words: dict[Text, Meanings] = Field(default_factory=dict)
    areas: dict[Identifier, AreaGroup] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.la_code, self.name))

    @field_validator("status_words")
    @classmethod
    def _words_have_a_meaning(cls, words: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if problem := word_problem(words):
            raise ValueError(problem)
        return words

    @field_validator("areas")
    @classmethod
    def _areas_have_keys_of_their_own(cls, groups: dict[str, AreaGroup]) -> dict[str, AreaGroup]:
        if problem := area_problem(groups):
            raise ValueError(problem)
        return groups

    @property
    def area_names(self) -> dict[str, str]:
        """The names of the areas below the authority by their keys."""
        return names_of(self.areas)


def load_authorities(project: Project) -> dict[str, Authority]:
    """The authorities of params/authorities.yml, and every other English one that the official statistics name.

    Their keys are their names in lower case with hyphens; of two with one name the one that has ended gets its code
    after it.
    """
    name = "params/authorities.yml"
    own = load_entries(project.params / "authorities.yml", Authority, name)
    faults = [Fault(f"{name}, {key}", problem) for key in own if (problem := _no_folder(key))]
    faults += [
        Fault(f"{name}, {key}, areas", problem) for key, a in own.items() if (problem := area_problem(a.areas, [key]))
    ]
    if faults:
        raise InvalidInput(name, faults)
    path = project.raw / "official-statistics" / "areas.csv"
    if not path.exists():
        return own
    stat = path.stat()
    others, unfit = _of_areas(path, (stat.st_mtime_ns, stat.st_size), tuple(own.items()))
    if unfit:
        raise InvalidInput(name, [Fault(f"{name}, {where}", problem) for where, problem in unfit])
    return {**others, **own}


def _no_folder(key: str) -> str:
    """Why an authority's key cannot be the name of its folders, or nothing."""
    if not KEY.fullmatch(key):
        return "cannot be the name of a folder; use lower-case letters, digits and single hyphens"
    if key in RESERVED:
        return (
            f"is the name of a page of all authorities together, as are {', '.join(r for r in RESERVED if r != key)};"
            " choose another key"
        )
    return ""


@cache
def _of_areas(path: Path, stamp: tuple, own: tuple) -> tuple[dict[str, Authority], tuple[tuple[str, str], ...]]:
    """The other authorities of ``areas.csv``, and where the project's own ones do not fit it; read once for each state
    of both.
    """
    rows = read_areas(path)
    return _other_authorities(rows, dict(own)), tuple(authority_faults(dict(own), rows))


def _other_authorities(rows: list[dict], own: dict[str, Authority]) -> dict[str, Authority]:
    codes, found = {a.la_code for a in own.values()}, {}
    for row in sorted(rows, key=lambda r: r["la_code"], reverse=True):
        if row["la_code"] in codes or not row["area_name"]:
            continue
        name = row["area_name"]
        key = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "").replace("&", " and ")).strip("-")
        key = key if key not in found and key not in own else f"{key}-{row['la_code']}"
        if _no_folder(key):
            key = f"area-{row['la_code']}"
        found[key] = Authority(name=name, short_name=name, la_code=row["la_code"], region=row["region"] or "not known")
    return dict(sorted(found.items()))
