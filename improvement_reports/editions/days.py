"""The day on which an edition is published: a day in England, and one that can be meant."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.numbers import format_day, parse_date
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.manifest import STAMP

# Councils, boards and readers are in England; the moment itself is kept in UTC. The package tzdata is in the lock, for
# systems that have no time zones of their own.
ZONE = ZoneInfo("Europe/London")
# A report may be published long after its month, but a clock that is further ahead than this is wrong.
LONGEST_YEARS = 20


def stamp(moment: datetime) -> str:
    """A moment as manifests hold it: ``2024-05-31T23:30:00Z``."""
    return moment.astimezone(UTC).strftime(STAMP)


def day_of_stamp(published: str) -> str:
    """The day in England of a moment as manifests hold it: 2024-05-31T23:30:00Z → 2024-06-01."""
    return datetime.strptime(published, STAMP).replace(tzinfo=UTC).astimezone(ZONE).date().isoformat()


def checked_moment(now: datetime, received: str, newest: Edition | None) -> datetime:
    """``now`` if an edition can be published then, else a `UserError`: a wrong clock would date it for ever.

    ``received``: when the return came in. ``newest``: the edition that was published last in the whole project.
    """
    today, first, what = day_of_stamp(stamp(now)), parse_date(received).isoformat(), "its return was received"
    if newest and (was := day_of_stamp(newest.manifest.published)) >= first:
        first, what = was, f"{newest.identifier} was published"
    if today < first or (newest and stamp(now) < newest.manifest.published):
        raise UserError(
            f"Nothing was published: the clock of this machine says {_moment(now)}, which is before {what}"
            f" ({format_day(first)}); set the clock, then publish again."
        )
    if int(today[:4]) > int(first[:4]) + LONGEST_YEARS:
        raise UserError(
            f"Nothing was published: the clock of this machine says {_moment(now)}, more than {LONGEST_YEARS} years"
            f" after {what} ({format_day(first)}); set the clock, then publish again."
        )
    return now


def _moment(now: datetime) -> str:
    local = now.astimezone(ZONE)
    return f"{local:%H:%M} on {format_day(local.date().isoformat())}"
