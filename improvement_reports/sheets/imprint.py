"""What every sheet of a file for paper says of itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

# The moment that a draft's file says it was made: it has none, and the same run gives the same bytes.
NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Imprint:
    """What stands on every sheet: which edition it is, where it is found, who publishes it, and when it was published
    (UTC; None for a draft).
    """

    edition: str
    address: str
    publisher: str
    moment: datetime | None
