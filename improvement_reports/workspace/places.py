"""Where things are: one object per project folder, so that no other module spells a path."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown

ROOT_VARIABLE = "IMPROVEMENT_REPORTS_ROOT"
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")

# What the pages of every council are made with: a copy of a project that makes a site has these beside its data.
OF_EVERY_PROJECT = ("_quarto.yml", "index.qmd", "search.qmd", "404.qmd", "about", "theme", "notebooks")
# Folders of reports/ that are pages of all authorities together, and so no authority's key.
RESERVED = ("audit", "compare", "ended", "log", "programmes")


def checked_key(text: str, what: str) -> str:
    """``text`` if it can be the name of one folder (lower-case words and hyphens), else a `UserError`.

    Every path is made of checked keys, so no key leads outside its folder.
    """
    if not isinstance(text, str) or not KEY.fullmatch(text):
        raise UserError(f"The {what} {shown(text)} is not a key; use lower-case letters, digits and single hyphens.")
    return text


def checked_month(text: str) -> str:
    """``text`` if it is a reporting month, YYYY-MM, else a `UserError`."""
    if not isinstance(text, str) or not MONTH.fullmatch(text):
        raise UserError(f"The month {shown(text)} is not a reporting month; write year and month as in 2021-04.")
    return text


@dataclass(frozen=True)
class Project:
    """A project folder (the one that holds ``_quarto.yml`` and ``params/``)."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """The project that holds ``start`` (default: the environment's root, else the working folder)."""
        named = os.environ.get(ROOT_VARIABLE)
        start = Path(start or named or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "_quarto.yml").is_file() and (folder / "params").is_dir():
                return cls(folder)
        raise UserError(
            f"No project in {start} or above it: a project has _quarto.yml and params/; call this in the project's"
            " folder."
        )

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed"

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def theme(self) -> Path:
        return self.root / "theme"

    @property
    def site(self) -> Path:
        return self.root / "_site"

    def raw_return(self, authority: str, month: str) -> Path:
        return self.raw / checked_key(authority, "authority") / checked_month(month)

    def processed_return(self, authority: str, month: str) -> Path:
        return self.processed / checked_key(authority, "authority") / checked_month(month)

    def report_params(self, authority: str, month: str, kind: str) -> Path:
        name = f"{checked_month(month)}-{checked_key(kind, 'report kind')}.yml"
        return self.params / checked_key(authority, "authority") / name

    def notebook(self, kind: str, authority: str = "") -> Path:
        """The notebook of a kind: the authority's own where it has one, else that of all."""
        name = f"{checked_key(kind, 'report kind')}.ipynb"
        own = self.notebooks / checked_key(authority, "authority") / name if authority else None
        return own if own is not None and own.is_file() else self.notebooks / name

    def run_folder(self, authority: str, month: str, kind: str) -> Path:
        """Where a run leaves its executed notebook; rebuilt, never published from directly."""
        return (
            self.build / "runs" / checked_key(authority, "authority") / checked_month(month) / checked_key(kind, "kind")
        )

    def draft_folder(self, authority: str, month: str, kind: str) -> Path:
        """What the newest run gives: what `publish` freezes; never rendered from here."""
        return (
            self.build
            / "drafts"
            / checked_key(authority, "authority")
            / checked_month(month)
            / checked_key(kind, "kind")
        )

    def page_folder(self, authority: str, month: str, kind: str) -> Path:
        """Where the sources of a report's page lie for both renderers."""
        return self.reports / checked_key(authority, "authority") / checked_month(month) / checked_key(kind, "kind")

    def relative(self, path: Path) -> str:
        """``path`` as messages and records name it: from the root, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return path.name


def generated(project: Project, name: str):
    """Where a generated part of a page lies; pages take it in with an include."""
    return project.build / "pages-parts" / name
