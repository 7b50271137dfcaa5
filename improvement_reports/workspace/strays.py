"""Files that look as if they belonged to the project and are read by nothing: each is named, for it would be left out
in silence.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import Fault
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.councils import CHANGES_FILE
from improvement_reports.workspace.measure_library import LIBRARY_FILE
from improvement_reports.workspace.official_tables import DEFINITIONS_FILE, LISTS_FILE
from improvement_reports.workspace.parameters import PROFILES_FILE
from improvement_reports.workspace.places import MONTH, Project
from improvement_reports.workspace.settings import SETTINGS_FILE

SETTINGS = (
    "authorities.yml",
    "measures.yml",
    LIBRARY_FILE,
    "names.yml",
    DEFINITIONS_FILE,
    LISTS_FILE,
    PROFILES_FILE,
    SETTINGS_FILE,
    CHANGES_FILE,
)
YAML_ENDINGS = (".yml", ".yaml")
REPORT_NAME = re.compile(rf"{MONTH.pattern}-(?:{'|'.join(ReportKind)})")
IMPORT_NAME = re.compile(r"import(?:-[a-z0-9-]+)?\.yml")  # how a scorecard is read
# What an editor or a file manager leaves beside a file: said, but nothing fails because of it.
COPY = re.compile(r"~$|\.(?:bak|old|orig|swp|tmp|save)$|^#.*#$", re.IGNORECASE)
LOOKS_LIKE_REPORT = re.compile(rf"{MONTH.pattern}[ _-]*[a-z]+", re.IGNORECASE)


@dataclass(frozen=True)
class Stray:
    """A file that is not read: where it is, what to do, and whether something was probably meant by it."""

    fault: Fault
    is_meant: bool

    def __str__(self):
        return str(self.fault)


def is_report_file(path: Path) -> bool:
    """Whether a file of ``params/<authority>/`` is read as a report's parameters, by its name."""
    return path.suffix == ".yml" and not path.name.startswith((".", "~"))


def stray_params(
    project: Project, authority: str | None = None, month: str | None = None, kind: str | None = None
) -> list[Stray]:
    """Files below params/ that nothing reads, sorted; with filters only those that may be of that authority, month and
    kind.
    """
    found = []
    among = project.params / authority if authority else project.params
    for path in sorted(p for p in among.rglob("*") if not p.is_dir()):
        inside = path.relative_to(project.params)
        if any(part.startswith(".") for part in inside.parts) or path.name in ("README.md", "README"):
            continue
        if any(w is not None and w not in path.name.lower() for w in (month, kind)):
            continue
        stray = _at_root(project, path) if len(inside.parts) == 1 else _of_authority(project, path, len(inside.parts))
        if stray is not None:
            found.append(stray)
    return found


def _at_root(project: Project, path: Path) -> Stray | None:
    if path.name in SETTINGS:
        return None
    name = project.relative(path)
    if COPY.search(path.name):
        return _copy(name)
    if LOOKS_LIKE_REPORT.match(path.name):
        return Stray(
            Fault(
                name,
                "is not read; put a report's file into the folder of its authority, as in"
                " params/gloucestershire/2021-04-board.yml",
            ),
            True,
        )
    near = (
        suggestion(path.name.lower().replace(".yaml", ".yml"), SETTINGS) or f"; the settings are {', '.join(SETTINGS)}"
    )
    return Stray(Fault(name, f"is not read{near}"), path.suffix.lower() in YAML_ENDINGS)


def _of_authority(project: Project, path: Path, depth: int) -> Stray | None:
    name = project.relative(path)
    if COPY.search(path.name) or path.name.startswith("~"):
        return _copy(name)
    if depth > 2:
        return Stray(
            Fault(name, f"is not read; put it into params/{path.relative_to(project.params).parts[0]}/ itself"), True
        )
    if IMPORT_NAME.fullmatch(path.name):
        return None
    if is_report_file(path) and MONTH.match(path.name):
        if REPORT_NAME.fullmatch(path.stem):
            return None
        return Stray(
            Fault(
                name,
                "is not the name of a report; write month and kind, as in 2021-04-board.yml (kinds:"
                f" {', '.join(ReportKind)})",
            ),
            True,
        )
    wanted = f"{path.stem.lower()}.yml"
    if path.suffix.lower() in YAML_ENDINGS and REPORT_NAME.fullmatch(wanted.removesuffix(".yml")):
        return Stray(Fault(name, f"is not read; rename it to {wanted}"), True)
    if path.suffix.lower() in YAML_ENDINGS or LOOKS_LIKE_REPORT.match(path.name):
        return Stray(
            Fault(name, "is not read; name a report's file by month and kind, as in 2021-04-board.yml, or remove it"),
            True,
        )
    return Stray(Fault(name, "is not read; a folder of params/ holds the .yml files of an authority's reports"), False)


def _copy(name: str) -> Stray:
    return Stray(
        Fault(name, "is a copy that an editor left, and is not read; remove it, or rename it if it is meant"), False
    )


# Notebooks of a council's own


def stray_notebooks(project: Project) -> list[Stray]:
    """Notebooks in a folder of notebooks/ that no report is made with: of no authority, or of no kind."""
    found, known = [], load_authorities(project)
    for path in sorted(project.notebooks.glob("*/*.ipynb")):
        home, name = path.parent.name, project.relative(path)
        if home.startswith("."):
            continue
        if home not in known:
            said = f"no authority has the key “{home}”{suggestion(home, known)}"
            found.append(Stray(Fault(name, f"is not read; {said}"), True))
        elif path.stem not in set(ReportKind):
            near = suggestion(path.stem, list(ReportKind)) or f"; kinds are {', '.join(ReportKind)}"
            found.append(Stray(Fault(name, f"is not read; a council's own notebook is named by a kind{near}"), True))
    return found


# Raw returns


def stray_raw(project: Project) -> list[Stray]:
    """Files of data/raw that lie beside the folders of returns, and so belong to none."""
    found = []
    for path in sorted([*project.raw.glob("*"), *project.raw.glob("*/*")]):
        if path.is_dir() or path.name.startswith((".", "~")) or path.parent.name == "official-statistics":
            continue
        name = project.relative(path)
        if COPY.search(path.name) or path.suffix.lower() in (".md", ".txt"):
            continue  # a note beside the returns
        found.append(
            Stray(Fault(name, "is not read; put the files of a return into data/raw/<authority>/<month>/"), True)
        )
    return found
