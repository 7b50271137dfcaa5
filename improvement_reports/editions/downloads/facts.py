"""What the downloads of an edition say about it: one record that the workbook, the data package and the crate share."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from improvement_reports.domain.licences import Licence, common_licence, licence_words
from improvement_reports.domain.numbers import format_day
from improvement_reports.editions.citing import citation
from improvement_reports.editions.manifest import EDITION_WORDS

ILLUSTRATIVE = "Illustrative: all figures are made up for demonstration."


@dataclass(frozen=True)
class EditionFacts:
    """One published edition of a report.

    ``identifier`` ends in ``<authority>/<month>/<kind>/vN``;
    ``edition_kind`` is ``first``, ``revision`` or ``correction``; ``date_published`` is YYYY-MM-DD. ``sources`` are
    mappings of ``id``, ``title``, ``publisher``, ``date``, ``licence`` (as stated) and, where there is one, ``url``;
    ``inputs`` are mappings of ``path`` and ``sha256``. ``previous_identifier`` is "" for a first edition.
    ``licence_name`` and
    ``licence_url``: the one open licence of all sources, or that there is none. ``table_sources``: ids of the sources
    of the rows of each table.
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
    table_sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    template: str = ""  # the notebook that was run

    @property
    def name(self) -> str:
        """Authority and title, as the heading of every download."""
        return f"{self.authority_name}: {self.title}"

    @property
    def edition(self) -> str:
        """Version 2 (correction), published 3 June 2021."""
        kind = EDITION_WORDS[self.edition_kind]
        return f"Version {self.number} ({kind}), published {format_day(self.date_published)}"

    @property
    def citation(self) -> str:
        """How to cite this edition and no other."""
        return citation(
            self.publisher, self.name, self.month, self.identifier, self.date_published, url=self.publisher_url
        )

    def licence_of(self, source: dict) -> str:
        """What is said of the licence of one of its sources."""
        return licence_words(source.get("licence") or "Licence not known", self.illustrative)

    def table_licence(self, table: str) -> Licence | None:
        """The one open licence of the rows of a table, or None."""
        known = [s.get("licence") or "" for s in self.sources if s["id"] in self.table_sources.get(table, ())]
        return common_licence(known, self.illustrative) if known else None

    @property
    def slug(self) -> str:
        """A file name for what holds the whole edition: gloucestershire-2021-04-board-v1."""
        return "-".join(PurePosixPath(self.identifier).parts[-4:])
