"""How the current run of a report stands to its newest edition."""

from dataclasses import dataclass

from improvement_reports.domain.errors import some
from improvement_reports.editions.changed_inputs import changed_inputs
from improvement_reports.editions.edition import Edition, newest_edition
from improvement_reports.runs.draft import WRITTEN, has_draft
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import order, release
from improvement_reports.workspace.stamps import read_stamp

# Differs: an input has changed, and with it what the report says. Otherwise: with the same inputs, today's release or
# other libraries say something else; nobody has to do anything about that.
REPRODUCES, DIFFERS, OTHERWISE, UNPUBLISHED, NOT_RUN = (
    "reproduces",
    "differs",
    "reads differently",
    "unpublished",
    "not run",
)


@dataclass(frozen=True)
class RunState:
    """How the current run of a report stands to its newest edition."""

    job: Job
    state: str
    edition: Edition | None
    changed: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        name = "/".join(self.job)
        version = self.edition.version if self.edition else "no edition"
        match self.state:
            case "reproduces":
                return f"{name}: reproduces {version}"
            case "differs":
                return (
                    f"{name}: differs from {version}; it is a draft until you publish it (python3 make.py"
                    f" publish {name.replace('/', ' ')}). Changed: {some(self.changed)}"
                )
            case "reads differently":
                return f"{name}: would read differently from {version} today; its inputs are the same"
            case "unpublished":
                return (
                    f"{name}: not published; it is a draft until you publish it (python3 make.py publish"
                    f" {name.replace('/', ' ')})"
                )
            case _:
                return f"{name}: shown as {version}; there is no current run to compare it with"


def many_words(state: str, number: int) -> str:
    """What so many reports of a state are that are not named, to follow their number.

    >>> many_words(DIFFERS, 1), many_words(UNPUBLISHED, 12)
    ('report differs from its newest edition', 'reports are not published')
    """
    if state == DIFFERS:
        return "report differs from its newest edition" if number == 1 else "reports differ from their newest editions"
    words = "not published" if state == UNPUBLISHED else "shown as published, with no current run to compare"
    return f"report is {words}" if number == 1 else f"reports are {words}"


def run_state(project: Project, job: Job) -> RunState:
    """Whether the current run says what the newest edition says, and if not, whether that is because inputs changed."""
    edition = newest_edition(project, *job)
    if not has_draft(project, job):
        return RunState(job, NOT_RUN, edition)
    if edition is None:
        return RunState(job, UNPUBLISHED, None)
    same = read_stamp(project.draft_folder(*job) / WRITTEN).get("fingerprint") == edition.manifest.content_sha256
    if same:
        return RunState(job, REPRODUCES, edition)
    changed = tuple(changed_inputs(project, edition))
    return RunState(job, DIFFERS if changed else OTHERWISE, edition, changed)


def otherwise_line(standings: list[RunState]) -> str:
    """How many reports would read differently under today's release although nothing they are made from changed, in one
    line.
    """
    found = [s.edition for s in standings if s.state == OTHERWISE and s.edition is not None]
    if not found:
        return ""
    made_with = sorted({e.manifest.software.version for e in found}, key=order)
    one = len(found) == 1
    line = (
        f"{len(found)} of {len(standings)} reports would read differently under today's release {release()}; what is"
        f" shown is as it was published, with release {' and '.join(made_with)} (python3 make.py verify"
        f" {found[0].identifier} says how{'' if one else ' for one of them'})."
    )
    if release() in made_with:
        line += (
            f" The code was changed since and still has the number {release()}; give it the next one in pyproject.toml"
            " and CHANGELOG.md."
        )
    return line
