"""Places among all authorities counted again from the kept table of official values."""

import re
from decimal import Decimal

from improvement_reports.domain.errors import shown
from improvement_reports.editions.kept_official import Among
from improvement_reports.editions.recompute_numbers import decimal_of, is_published_as, number_text

PLACED = re.compile(r"value of place (?P<place>\d+) of (?P<of>\d+) authorities, the best first")
RANKED = re.compile(
    r"place among the (?P<of>\d+) authorities with a published value for \d{4} in annual-values\.csv; equal values"
    r" share a place(?:; limits of chance are those of [\d,]+ cases?)?"
)


def placed(f: dict, m: re.Match, rows: list[dict], among: Among | None) -> str:
    """The value that a quarter of authorities reach: it is in its row, and stands at that place among all of them."""
    fault = is_published_as(f, rows[0].get("value"), "its row")
    if fault or among is None:
        return fault
    place, of, value = int(m["place"]), int(m["of"]), decimal_of(rows[0]["value"])
    if place != -(-of // 4):
        return f"is place {place} of {of}, and the best quarter of {of} ends at place {-(-of // 4)}"
    found = {(len(v), _best_first(v.values(), among)[place - 1]) for v in among.known if len(v) >= place}
    return "" if (of, value) in found else _not_there(f, f"place {place} of {of}", found)


def ranked(f: dict, m: re.Match, rows: list[dict], among: Among | None) -> str | None:
    """A rank among all authorities: as many have a value, and just as many a better one."""
    if among is None:
        return None
    value, of = decimal_of(rows[0]["value"]), int(m["of"])
    if f["published"] != f"{f['value']} of {of}":
        return f"shows {shown(f['published'])}, and its formula is of {of} authorities"
    better = (_best_first(v.values(), among).index(value) for v in among.known)
    found = {(len(v), Decimal(1 + n)) for v, n in zip(among.known, better, strict=True)}
    return "" if (of, decimal_of(f["value"])) in found else _not_there(f, f"of {of}", found)


def _best_first(values, among: Among) -> list[Decimal]:
    return sorted(values, reverse=not among.lower_first)


def _not_there(f: dict, where: str, found: set[tuple[int, Decimal]]) -> str:
    told = " or ".join(f"{number_text(n)} of {of}" for of, n in sorted(found)) or "no such value"
    return f"is {shown(f['published'])}, {where}, and the kept table of all authorities has {told}"
