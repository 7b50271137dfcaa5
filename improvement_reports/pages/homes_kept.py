"""The parts of authorities' homes, kept until something that they are made of changes: what a home shows of reports is
read from their pages, and its day alone changes with any report of the site.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from improvement_reports.pages.home import HomeParts, Listed, home_parts, home_text
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import digest, file_digest, write_whole
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import sealed, unsealed

RECORD = "homes.json"  # below build/


class Homes:
    """The homes of a site, and what was kept of them under this machine's seal."""

    def __init__(self, project: Project):
        self.project = project
        files = [file_digest(project.params / name) for name in ("areas.yml", "authorities.yml")]
        self.common = digest([files, package_digest()])
        text = unsealed(self._record, self.common)
        self.before: dict[str, dict[str, Any]] = json.loads(text) if text is not None else {}
        self.now: dict[str, dict[str, Any]] = {}

    @property
    def _record(self) -> Path:
        return self.project.build / RECORD

    def parts(self, key: str, authority: Authority, reports: Sequence[Listed], *has: bool) -> HomeParts:
        """What the home of an authority is made of, as it was kept where it is made from the same; ``has``: whether it
        has a golden thread, and a log.
        """
        made_from = digest([[r.made_from for r in reports], *has])
        kept = self.before.get(key, {})
        if not all(r.made_from for r in reports) or kept.get("made_from") != made_from:
            kept = {"parts": home_parts(self.project, authority, reports, *has)._asdict()}
        self.now[key] = {**kept, "made_from": made_from}
        return HomeParts(**kept["parts"])

    def write(self, key: str, parts: HomeParts, as_at: str, is_as_left: bool) -> None:
        """The page, where it is another one than before; ``is_as_left``: what was written then lies there untouched."""
        text = home_text(parts, as_at)
        if not is_as_left or self.now[key].get("page") != digest(text):
            write_whole(self.project.reports / key / "index.qmd", text)
        self.now[key]["page"] = digest(text)

    def keep(self) -> None:
        """Keep what there is now for the next build."""
        if self.now != self.before:
            write_whole(self._record, sealed(json.dumps(self.now, ensure_ascii=False), self.common))
