"""Whether an edition may be shown: its numbers follow from its rows, and its files say what its notebook and inputs
say.

What was found sound is remembered under a seal of this machine, by the edition's fingerprint, which the hash of each of
its files hangs on, and by the code that judged.
"""

from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.compare import Difference
from improvement_reports.editions.edition import Edition, editions_of
from improvement_reports.editions.inputs import Places, places_of
from improvement_reports.runs.published_notebook import notebook_once
from improvement_reports.runs.report_content import Content, content_as_read, read_content
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import read_stamp, stamp_text

RECORD = "sound"


def record_path(project: Project, edition: Edition) -> Path:
    """Where it is noted which editions of a report were found sound."""
    return project.build / RECORD / edition.authority / f"{edition.month}-{edition.kind}.json"


def sound(project: Project, edition: Edition, summary: str = "", read: dict[str, Content] | None = None) -> None:
    """A `UserError` if an edition's files, whose hashes fit its manifest, do not say what its notebook and inputs say.

    ``summary``: that of a run which stands for the edition, "" where there is none. ``read``: what editions say that
    were read before, by their identifiers; what this one says is added, for the next one is compared with it.
    """
    read = {} if read is None else read
    previous = next((e for e in editions_of(project, *edition.job) if e.number == edition.number - 1), None)
    path, name = record_path(project, edition), edition.identifier
    own = [edition.fingerprint, previous.fingerprint if previous else "", summary, package_digest()]
    known = read_stamp(path).get("key", {})
    if known.get(name) == own:
        return
    if found := _unsound(project, edition, previous, summary, read):
        d, first = found[0], f"#{found[0].id}" if found[0].id else ""
        raise UserError(
            f"{name}{first}: {d.what}: published {shown(d.published)}, {shown(d.now, 200)}; {len(found)} such in all."
            " Nothing of this report is shown"
        )
    _remember(path, {**known, name: own})


def _remember(path: Path, known: dict) -> None:
    from improvement_reports.workspace.files import write_whole

    write_whole(path, stamp_text(known, {}))


def _unsound(
    project: Project, edition: Edition, previous: Edition | None, summary: str, read: dict[str, Content]
) -> list[Difference]:
    from improvement_reports.editions.agreement import not_agreeing  # what judges is loaded for an edition not judged
    from improvement_reports.editions.from_rows import beside

    try:
        notebook = notebook_once(edition.folder)
        then = read[edition.identifier] = content_as_read(notebook)
    except (
        OSError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        RuntimeError,
    ) as error:  # whatever nbformat stumbles over
        raise UserError(
            f"{edition.identifier}: report.ipynb cannot be read ({type(error).__name__}). Nothing of this report is"
            " shown"
        ) from None
    before = (read.get(previous.identifier) or read_content(previous.folder)) if previous else None
    places, gone = places_of(project, edition)
    found = [
        *beside(edition, then),
        *_plainly_wrong(edition, then, places, gone),
        *not_agreeing(project, edition, then, notebook, places, gone, before),
    ]
    if summary and summary != edition.manifest.summary:
        found.append(Difference("", "summary in manifest.json", edition.manifest.summary, summary, ""))
    return found


def _plainly_wrong(edition: Edition, then: Content, places: Places, gone: list[str]) -> list[Difference]:
    """Numbers that do not follow from their rows. Tables, charts and what cannot be judged are for `verify`."""
    from improvement_reports.editions.from_rows import not_from_rows
    from improvement_reports.editions.recompute import UNCOMPUTED

    numbers = not_from_rows(edition, then, places, gone)
    return [d for d in numbers if then.figures[d.id]["kind"] == "number" and not d.now.startswith(UNCOMPUTED)]
