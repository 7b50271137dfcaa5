"""Which document a row of data stands in: a key of a source means what its own return says that it means.

Two returns may call different documents by one key. So a source is known by the return (or the official statistics)
that its row comes from and by its key there; in a report's own list the documents of its own return keep their short
keys.
"""

from typing import TypeVar

OFFICIAL = "official-statistics"

_Source = TypeVar("_Source")  # a source as its file has it: of the manifest, or of figures.json


def home_of(file: str) -> str:
    """The return, or the official statistics, that a raw file belongs to: gloucestershire/2021-04,
    official-statistics.
    """
    parts = file.split("#")[0].split("/")
    return OFFICIAL if parts[0] == OFFICIAL else "/".join(parts[:2])


def source_name(file: str, source_id: str, own: str = "") -> str:
    """The key of a row's source among those of a report whose own return is ``own`` (authority/month; "": of no
    return).

    >>> source_name("exampleshire/2024-02/observations.csv", "board-paper", "exampleshire/2024-03")
    'exampleshire/2024-02/board-paper'
    """
    home = home_of(file)
    return source_id if not source_id or home in (own, OFFICIAL) else f"{home}/{source_id}"


def source_of(sources: dict[str, _Source], row: dict, own: str | None = None) -> _Source | None:
    """The source of a recorded row (with ``file`` and ``source_id``), or None where it is not known.

    ``sources``: by the names that `source_name` gives, as ``figures.json`` and the manifest have them. Editions that
    were published before knew short keys alone, and of their own return: with ``own`` a short key of another return is
    not taken for one of theirs.
    """
    home = home_of(row["file"])
    named = sources.get(f"{home}/{row['source_id']}")
    if named is not None or (own is not None and home not in (own, OFFICIAL)):
        return named
    return sources.get(row["source_id"])


def named_sources(home: str, sources: dict, own: str = "") -> dict:
    """The sources of one return by their names in a report's list."""
    return {source_name(f"{home}/", key, own): source for key, source in sources.items()}
