"""The second answer of `verify`: what today's code makes of an edition's own notebook and inputs.

The first answer is whether the edition is what it says it is; this one is whether a reader would be told the same today.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from improvement_reports.compare import Difference, differences, drawings, other_libraries
from improvement_reports.content import content_of
from improvement_reports.editions import Edition
from improvement_reports.errors import UserError
from improvement_reports.kept import Places
from improvement_reports.kept_code import Files, current_code, package_of
from improvement_reports.keys import effect_digest
from improvement_reports.rebuild import execute_again, rebuild_project
from improvement_reports.releases import changelog, entries, order, release, said_of

SAME_CODE, SAME, OTHERWISE, REFUSED = "same code", "same", "differs", "refused"


@dataclass
class Today:
    """What today's code gives: ``state``, the release that was asked, and each difference with its reason."""

    state: str
    release: str
    why: str = ""
    differences: list[Difference] = field(default_factory=list)
    changelog: list[dict] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        match self.state:
            case "same code":
                return "today's code is the code that made it"
            case "same":
                return f"today's code (release {self.release}) gives the same"
            case "refused":
                return f"today's code (release {self.release}) does not run it: {self.why}"
        count = len(self.differences)
        return f"today's code (release {self.release}) reads differently in {count} {'place' if count == 1 else 'places'}, because of {self.why}"


def is_todays(code: Files) -> bool:
    """Whether code makes the same reports and pages as the code that is running."""
    return effect_digest(package_of(code)) == effect_digest(package_of(current_code()))


def ask_today(edition: Edition, places: Places, code: Files, published, own) -> Today:
    """What today's code makes of an edition; ``own`` is the notebook as its own code gave it."""
    if is_todays(code):
        return Today(SAME_CODE, release())
    because = because_of_code(edition.manifest.software.version)
    record = [vars(e) for e in entries(changelog(), edition.manifest.software.version, release())]
    try:
        with tempfile.TemporaryDirectory(prefix="today-") as folder:
            now = execute_again(rebuild_project(Path(folder), places, edition.authority, edition.kind, current_code()), published)
    except UserError as error:
        return Today(REFUSED, release(), str(error), [], record)
    found = _found(published, now, because)
    if not found:
        return Today(SAME, release())
    libraries = f"other libraries ({'; '.join(other_libraries(edition.manifest.environment)) or 'none that is recorded'})"
    # What its own code gives just so as well is not the doing of a release.
    not_code = {(d.id, d.what, d.now) for d in _found(published, own, "")} if own is not published else set()
    found = [Difference(**{**vars(d), "why": libraries}) if (d.id, d.what, d.now) in not_code else d for d in found]
    return Today(OTHERWISE, release(), "; and of ".join(dict.fromkeys(d.why for d in found)), found, record)


def _found(published, now, why: str) -> list[Difference]:
    return differences(content_of(published), content_of(now), why) + drawings(published, now, why)


def because_of_code(made_with: str) -> str:
    """The releases between the one that made an edition and today's, as a reason, with what they changed."""
    if made_with == release():
        return f"code that was changed since and still has the number of release {release()}"
    if order(made_with) > order(release()):
        return f"release {release()}, which is older than the release {made_with} that made it"
    return said_of(made_with, release())
