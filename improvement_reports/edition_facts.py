"""What the downloads of an edition say about it: one record that the workbook, the data package and the crate share."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from improvement_reports.editions import KIND_WORDS
from improvement_reports.numbers import format_day

ILLUSTRATIVE = "Illustrative: all figures are made up for demonstration."


@dataclass(frozen=True)
class EditionFacts:
    """One published edition of a report.

    ``identifier`` ends in ``<authority>/<month>/<kind>/vN``;
    ``edition_kind`` is ``first``, ``revision`` or ``correction``; ``date_published`` is YYYY-MM-DD. ``sources`` are
    mappings of ``id``, ``title``, ``publisher``, ``date`` and, where there is one, ``url``; ``inputs`` are mappings of
    ``path`` and ``sha256``. ``previous_identifier`` is "" for a first edition.
    """

    identifier: str
    number: int
    title: str
    description: str
    authority_name: str
    authority_key: str
    month: str
    report_kind: str
    edition_kind: str
    reason: str
    date_published: str
    meeting: str
    illustrative: bool
    licence_name: str
    licence_url: str
    publisher: str
    software_version: str
    sources: list[dict] = field(default_factory=list)
    previous_identifier: str = ""
    parameters: dict = field(default_factory=dict)
    inputs: list[dict] = field(default_factory=list)
    publisher_url: str = ""

    @property
    def name(self) -> str:
        """Authority and title, as the heading of every download."""
        return f"{self.authority_name}: {self.title}"

    @property
    def edition(self) -> str:
        """Version 2 (correction), published 3 June 2021."""
        kind = KIND_WORDS[self.edition_kind]
        return f"Version {self.number} ({kind}), published {format_day(self.date_published)}"

    @property
    def citation(self) -> str:
        """How to cite this edition and no other."""
        return f"{self.publisher} ({self.date_published[:4]}). {self.name}. Version {self.number}. {self.identifier}"

    @property
    def slug(self) -> str:
        """A file name for what holds the whole edition: gloucestershire-2021-04-board-v1."""
        return "-".join(PurePosixPath(self.identifier).parts[-4:])
