"""Areas by code: names in one normal form, the codes of regions, and the table of areas.

A code says which area is meant; a name only where a table has no code, and then in any spelling of the same words.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.workspace.official_tables import FOLDER, read_table

ENGLAND = "970"
CODE = re.compile(r"\d{3}", re.ASCII)
# Codes of the department for England and its regions; authorities have others.
REGIONS = range(970, 991)
REGION_CODES = {
    "North East": "980",
    "North West": "981",
    "Yorkshire and The Humber": "982",
    "East Midlands": "983",
    "West Midlands": "984",
    "East of England": "985",
    "London": "986",
    "Inner London": "987",
    "Outer London": "988",
    "South East": "989",
    "South West": "990",
    "England": ENGLAND,
}
LONDON, LONDON_HALVES = "986", ("987", "988")
# Other names of the same regions in releases of the department and of the Office for National Statistics.
ALSO_CALLED = {
    "London (Inner)": "Inner London",
    "London (Outer)": "Outer London",
    "Greater London": "London",
    "East": "East of England",
    "Eastern": "East of England",
    "Yorkshire": "Yorkshire and The Humber",
    "Humber and Yorkshire": "Yorkshire and The Humber",
}
# Words that one release gives to the name of a council and another leaves out.
OF_COUNCILS = {
    "the",
    "council",
    "county",
    "city",
    "borough",
    "district",
    "metropolitan",
    "london",
    "royal",
    "unitary",
    "authority",
    "of",
}


def normal_name(text: str) -> str:
    """A name without case, accents, punctuation, “the” and doubled spaces; “&” is “and”.

    >>> normal_name("Yorkshire & the  Humber") == normal_name("YORKSHIRE AND THE HUMBER")
    True
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", re.sub(r"['’]", "", plain.replace("&", " and "))).split()
    return " ".join(w for w in words if w != "the")


def council_name(text: str) -> str:
    """The normal name of a council's area without the words that say what kind of council it is."""
    words = normal_name(text).split()
    return " ".join(w for w in words if w not in OF_COUNCILS) or " ".join(words)


@cache
def _region_names() -> dict[str, str]:
    known = {normal_name(name): code for name, code in REGION_CODES.items()}
    return known | {normal_name(name): REGION_CODES[same] for name, same in ALSO_CALLED.items()}


@cache
def region_code(name: str) -> str | None:
    """The code of a region by its name in any spelling, or None for what is no region.

    >>> region_code("Yorkshire and the Humber"), region_code("London (Inner)"), region_code("Nowhere")
    ('982', '987', None)
    """
    return _region_names().get(normal_name(name))


def area_faults(rows: dict[int, dict], file: str) -> list[Fault]:
    """What is wrong with ``areas.csv`` (la_code, area_name, region), by the number of each row: codes, regions,
    names.
    """
    faults, seen = [], set()
    for number, row in rows.items():
        where = f"{file}, row {number}"
        if not CODE.fullmatch(row["la_code"]):
            faults.append(Fault(f"{where}, la_code", f"{shown(row['la_code'])} is not a three-digit code"))
        elif int(row["la_code"]) not in REGIONS and region_code(row["region"]) is None:
            faults.append(
                Fault(
                    f"{where}, region",
                    f"{shown(row['region'])} is no region that is known; known are {', '.join(REGION_CODES)}",
                )
            )
        if not row["area_name"]:
            faults.append(Fault(f"{where}, area_name", "is empty; write the name of the area"))
        if row["la_code"] in seen:
            faults.append(
                Fault(f"{where}, la_code", f"{shown(row['la_code'])} stands twice for the same la_code; keep one row")
            )
        seen.add(row["la_code"])
    return faults


def read_areas(path: Path) -> list[dict[str, str]]:
    """The authorities that the department names, (la_code, area_name, region), without regions; none if there is no
    table.

    `InvalidInput` with the rows of a damaged one: without it nobody can say which authorities there are.
    """
    if not path.exists():
        return []
    found = read_table(path)
    rows = {number: dict(zip(found.header, cells, strict=True)) for number, cells in found.rows.items()}
    if faults := area_faults(rows, f"{FOLDER}/{path.name}"):
        raise InvalidInput(f"data/raw/{FOLDER}/{path.name}", faults)
    return [r for r in rows.values() if int(r["la_code"]) not in REGIONS]


def authority_faults(own: dict, rows: list[dict]) -> list[tuple[str, str]]:
    """(key, problem) of each authority of the parameters that does not fit the table of areas or another of them.

    The code joins; a code under the name of another council would show that council's figures, and so is refused.
    """
    areas = {r["la_code"]: r for r in rows}
    names = {council_name(r["area_name"]): r for r in rows}
    seen: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for key, authority in own.items():
        code = authority.la_code
        problems = [f"has the la_code {code}, as {seen[code]} has; give each its own"] if code in seen else []
        seen.setdefault(code, key)
        problems += _misfits(authority, areas.get(code), names)
        found += [(key, problem) for problem in problems]
    return found


def _misfits(authority, row: dict | None, names: dict[str, dict]) -> list[str]:
    """What does not fit between an authority and the area that has its code; ``names``: the areas by their name."""
    code = authority.la_code
    if authority.illustrative:
        if row is None:
            return []
        return [f"is made up, but its la_code {code} is that of {row['area_name']}; choose one that belongs to no one"]
    if row is None:
        return [
            f"has the la_code {code}, which is not in data/raw/official-statistics/areas.csv; correct it, or add the"
            " council there"
        ]
    problems, named = [], names.get(council_name(authority.short_name))
    if named is not None and council_name(named["area_name"]) != council_name(row["area_name"]):
        problems.append(
            f"has the la_code {code}, which is that of {row['area_name']}; that of {named['area_name']} is"
            f" {named['la_code']}"
        )
    ours, theirs = region_code(authority.region), region_code(row["region"])
    if theirs is not None and ours != theirs and not (ours == LONDON and theirs in LONDON_HALVES):
        problems.append(
            f"has the region {shown(authority.region)}, but areas.csv has it in {row['region']}; correct one of them"
        )
    return problems
