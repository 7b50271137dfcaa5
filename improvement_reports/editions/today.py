"""The second answer of `verify`: what today's code makes of an edition's own notebook and inputs.

The first answer is whether the edition is what it says it is; this one is whether a reader would be told the same
today.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from improvement_reports.domain.errors import UserError, some
from improvement_reports.editions.compare import Difference, differences, drawings, other_libraries
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.inputs import Places
from improvement_reports.editions.kept_code import Files, current_code, package_of
from improvement_reports.editions.rebuild import execute_again, rebuild_project
from improvement_reports.runs.inputs import SHARED
from improvement_reports.runs.report_content import content_of
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.keys import effect_digest, running_effect_digest
from improvement_reports.workspace.official_tables import LISTS_FILE
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import changelog, entries, order, release, said_of

SAME_CODE, SAME, OTHERWISE, REFUSED = "same code", "same", "differs", "refused"


# Settings that today's code cannot do without, and that an edition of a release before them has not recorded.
NEEDED = (LISTS_FILE,)


@dataclass
class Today:
    """What today's code gives: ``state``, the release that was asked, and each difference with its reason.

    ``settings``: the files of params/ that are today's, because today's code does not accept the recorded ones.
    """

    state: str
    release: str
    why: str = ""
    differences: list[Difference] = field(default_factory=list)
    changelog: list[dict] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        match self.state:
            case "same code":
                return "today's code is the code that made it"
            case "same":
                return f"{self._asked} gives the same"
            case "refused":
                return f"{self._asked} does not run it: {cut(self.why)}"
        count = len(self.differences)
        return (
            f"{self._asked} reads differently in {count} {'place' if count == 1 else 'places'}, because of {self.why}"
        )

    @property
    def _asked(self) -> str:
        settings = (
            f", with today's {some(self.settings)} as it does not accept the recorded ones," if self.settings else ""
        )
        return f"today's code (release {self.release}){settings}"


def cut(text: str, most: int = 300) -> str:
    """A text on one line, cut where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def is_todays(code: Files) -> bool:
    """Whether code makes the same reports and pages as the code that is running."""
    return effect_digest(package_of(code)) == running_effect_digest()


def ask_today(project: Project, edition: Edition, places: Places, code: Files, published, own) -> Today:
    """What today's code makes of an edition; ``own`` is the notebook as its own code gave it.

    Recorded settings that today's code does not accept are replaced by today's, for they belong to a release as its
    code does; the data stay those that were recorded.
    """
    if is_todays(code):
        return Today(SAME_CODE, release())
    record = [vars(e) for e in entries(changelog(), edition.manifest.software.version, release())]
    settings: list[str] = []
    places = {**{n: p for n, p in todays_settings(project, {}).items() if Path(n).name in NEEDED}, **places}
    try:
        now = _run_today(edition, places, published)
    except UserError as refused:
        todays = todays_settings(project, places)
        try:
            if not todays:
                raise
            now, settings = _run_today(edition, {**places, **todays}, published), sorted(todays)
        except UserError:
            return Today(REFUSED, release(), str(refused), [], record)
    found = _told_apart(
        edition, _found(published, now, because_of_code(edition.manifest.software.version)), published, own
    )
    if not found:
        return Today(SAME, release(), settings=settings)
    return Today(OTHERWISE, release(), "; and of ".join(dict.fromkeys(d.why for d in found)), found, record, settings)


def _run_today(edition: Edition, places: Places, published):
    with tempfile.TemporaryDirectory(prefix="today-") as folder:
        return execute_again(
            rebuild_project(Path(folder), places, edition.authority, edition.kind, current_code()), published
        )


def todays_settings(project: Project, places: Places) -> Places:
    """Today's settings that are shared by all reports, where they are other than the recorded ones."""
    found = {f"params/{name}": project.params / name for name in SHARED if (project.params / name).is_file()}
    hashes = {name: (path, file_digest(path)) for name, path in found.items()}
    return {name: place for name, place in hashes.items() if name not in places or places[name][1] != place[1]}


def _told_apart(edition: Edition, found: list[Difference], published, own) -> list[Difference]:
    """The differences with their reasons: what the edition's own code gives just so as well is not the doing of a
    release.
    """
    if own is published:
        return found
    libraries = (
        f"other libraries ({'; '.join(other_libraries(edition.manifest.environment)) or 'none that is recorded'})"
    )
    not_code = {(d.id, d.what, d.now) for d in _found(published, own, "")}
    return [Difference(**{**vars(d), "why": libraries}) if (d.id, d.what, d.now) in not_code else d for d in found]


def _found(published, now, why: str) -> list[Difference]:
    return differences(content_of(published), content_of(now), why) + drawings(published, now, why)


def because_of_code(made_with: str) -> str:
    """The releases between the one that made an edition and today's, as a reason, with what they changed."""
    if made_with == release():
        return f"code that was changed since and still has the number of release {release()}"
    if order(made_with) > order(release()):
        return f"release {release()}, which is older than the release {made_with} that made it"
    return said_of(made_with, release())
