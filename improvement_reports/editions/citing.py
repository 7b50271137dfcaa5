"""How an edition is cited: the same on its page, in its downloads and on the command line."""

import json

from improvement_reports.domain.numbers import format_day
from improvement_reports.editions.days import day_of_stamp

CITED_AS = "improvement-reports/{}"


def citation(
    author: str, name: str, month: str, identifier: str, date_published: str, fingerprint: str = "", url: str = ""
) -> str:
    """The citation of one edition and no other.

    ``author``: who publishes the report, in the year of ``date_published`` (YYYY-MM-DD); the council's own papers are
    its sources. The fingerprint tells a copy that was changed later from what was published; a file of the edition
    cannot hold it, for it is made of all files. ``url``: where the site is published; the address of the edition comes
    last where that is known.
    """
    told = f", fingerprint {fingerprint}" if fingerprint else ""
    address = f" {url}reports/{identifier.removeprefix(CITED_AS.format(''))}/" if url else ""
    return (
        f"{author} ({date_published[:4]}). {name}: position at {format_day(month)}. Edition {identifier}, published"
        f" {format_day(date_published)}{told}.{address}"
    )


def edition_citation(edition, url: str = "") -> str:
    """The citation of a published edition, with its fingerprint; ``url`` as above."""
    m = edition.manifest
    name = f"{m.authority_name}: {m.title}"
    return citation(
        publisher_of(edition),
        name,
        m.report.month,
        CITED_AS.format(edition.identifier),
        day_of_stamp(m.published),
        edition.citation_code,
        url,
    )


def publisher_of(edition) -> str:
    """Who published an edition, as its own description of its data says."""
    try:
        described = json.loads((edition.folder / "datapackage.json").read_text(encoding="utf-8"))
        return next(c["title"] for c in described["contributors"] if c.get("role") == "publisher")
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return "improvement-reports"
