"""What `verify` and `figure --rebuild` are about to run, for whoever calls them, before anything of it runs.

An edition is code: its notebook, and the package that made it. In a stranger's repository both are the stranger's. What
this software knows by itself are the releases in `known_releases.json` and the code that is running.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.from_template import template_faults
from improvement_reports.editions.inputs import find_input
from improvement_reports.editions.kept_code import archive_of, running_code_sha256
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.releases import known_releases

MOST_FAULTS = 3


@dataclass(frozen=True)
class Runs:
    """What runs for one edition; ``is_known_code`` and ``is_known_template``: whether this software knows them by
    itself.
    """

    identifier: str
    release: str
    code_sha256: str
    is_known_code: bool
    template: str
    is_known_template: bool
    not_template: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]

    @property
    def is_known(self) -> bool:
        return self.is_known_code and self.is_known_template and not self.not_template

    def record(self) -> dict:
        return {key: value for key, value in asdict(self).items() if key != "inputs"}


def what_runs(project: Project, edition: Edition) -> Runs:
    """What runs for an edition; a `UserError` if its manifest or the record of its inputs cannot be read."""
    m = edition.manifest
    name, sha256 = m.template["path"], m.template["sha256"]
    place = find_input(project, name, sha256)
    others = _other_notebooks(edition)
    differs = (
        template_faults(edition, place, *(p for n, own in others.items() if (p := find_input(project, n, own))))
        if place
        else [f"{edition.identifier}: its template {name} is not kept, so its notebook cannot be compared with it"]
    )
    return Runs(
        edition.identifier,
        m.software.version,
        m.software.code_sha256,
        is_known_code(project, edition),
        name,
        _are_known(m.software.version, {name: sha256, **others}),
        tuple(differs),
        tuple((n, r.sha256) for n, r in edition.inputs.items()),
    )


def _other_notebooks(edition: Edition) -> dict[str, str]:
    """The notebooks besides its template that the layout of an edition takes sections from, with their sha256, in the
    order in which a name is looked up.
    """
    own, order = edition.manifest.template["path"], [str(kind) for kind in ReportKind]
    if edition.manifest.report.layout is None:
        return {}
    found = {n: r.sha256 for n, r in edition.inputs.items() if n.startswith("notebooks/") and n != own}
    kinds = {name: PurePosixPath(name).stem for name in found}
    return {
        n: found[n] for n in sorted(found, key=lambda n: order.index(kinds[n]) if kinds[n] in order else len(order))
    }


def _are_known(release: str, notebooks: dict[str, str]) -> bool:
    """Whether this software knows notebooks by itself, as those of a release."""
    known = known_releases().get(release, {}).get("templates", {})
    return all(known.get(PurePosixPath(name).stem) == sha256 for name, sha256 in notebooks.items())


def is_known_code(project: Project, edition: Edition) -> bool:
    """Whether an edition's code is that of a release which this software knows, or the code that is running."""
    archive = archive_of(project, edition)
    return bool(archive) and archive in (
        running_code_sha256(),
        known_releases().get(edition.manifest.software.version, {}).get("archive"),
    )


def all_that_runs(project: Project, editions: Iterable[Edition]) -> list[Runs]:
    """What runs for each edition that can be read; what is wrong with the others is for `verify` to say."""
    found = []
    for edition in editions:
        try:
            found.append(what_runs(project, edition))
        except UserError:
            continue
    return found


def told(runs: list[Runs]) -> list[str]:
    """What is about to run, in a few lines: what is known counted, whatever is not named."""
    if not runs:
        return []
    lines = [
        f"This runs code of this repository, with your rights: {_count(len(runs), 'published notebook')}, each with the"
        " code that made it, in a folder apart."
    ]
    lines += [*_codes(runs), *_notebooks(runs), *_templates(runs)]
    lines.append(
        f"  inputs: {_count(len({i for r in runs for i in r.inputs}), 'file')} as recorded, from their places or"
        " data/archive"
    )
    if not all(r.is_known for r in runs):
        lines.append(
            "  What is not known was written by somebody else, or changed here. If you do not trust who did, stop here;"
            " --plan says all this and runs nothing."
        )
    return lines


def _codes(runs: list[Runs]) -> list[str]:
    codes = Counter((r.release, r.code_sha256, r.is_known_code) for r in runs)
    return [
        f"  code: release {release} (sha256 {sha256[:12]}…) for {_count(number, 'edition')}:"
        f" {'known to this software' if known else 'NOT KNOWN to this software'}"
        for (release, sha256, known), number in sorted(codes.items())
    ]


def _notebooks(runs: list[Runs]) -> list[str]:
    same = sum(not r.not_template for r in runs)
    words = "is its template" if len(runs) == 1 else "are their templates"
    counted = [f"  notebooks: {same} of {len(runs)} {words} with only the parameters added"]
    return counted + [f"  notebook: NOT its template: {fault}" for r in runs for fault in r.not_template[:MOST_FAULTS]]


def _templates(runs: list[Runs]) -> list[str]:
    known = sorted({r.template for r in runs if r.is_known_template})
    other = sorted({f"{r.template} of release {r.release}" for r in runs if not r.is_known_template})
    lines = [f"  templates: {', '.join(known)}: known to this software"] if known else []
    return lines + [f"  template: {words}: NOT KNOWN to this software" for words in other]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
