"""What differs between a published notebook and the same one run again: figures, cells, sentences and drawings, one by
one.
"""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from improvement_reports.editions.changes import changes
from improvement_reports.editions.manifest import Environment
from improvement_reports.facts.figures import MIME
from improvement_reports.runs.report_content import Content
from improvement_reports.workspace.files import digest


@dataclass(frozen=True)
class Difference:
    """A figure, drawing or sentence that is not what was published."""

    id: str
    what: str
    published: str
    now: str
    why: str


def differences(then: Content, now: Content, why: str) -> list[Difference]:
    """Every figure, cell and sentence that is not what was published."""
    return [Difference(c.id.split("#")[0], c.label or c.kind, c.before, c.after, why) for c in changes(then, now)]


def drawings(published, again, why: str) -> list[Difference]:
    """Every chart with the same name whose drawing is not what was published."""
    before, after = _charts(published), _charts(again)
    return [
        Difference(
            id_,
            "the drawing of a chart",
            f"sha256 {digest(list(drawn))[:12]}…",
            f"sha256 {digest(list(after[id_]))[:12]}…",
            why,
        )
        for id_, drawn in before.items()
        if id_ in after and after[id_] != drawn
    ]


def _charts(notebook) -> dict[str, tuple[str, str]]:
    """Both drawings of each chart of a notebook."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(MIME, {})
            if record.get("form") == "chart":
                svg = output["data"].get("image/svg+xml", "")
                found[record["id"]] = (svg if isinstance(svg, str) else "".join(svg)), record["svg_narrow"]
    return found


def other_libraries(environment: Environment) -> list[str]:
    """What shapes a report and is not here in the version it was published with: ``pandas 3.1.1, now 3.2.0``."""
    found = []
    for name, was in {"Python": environment.python, **environment.libraries}.items():
        try:
            now = platform.python_version() if name == "Python" else version(name)
        except PackageNotFoundError:
            now = "not installed"
        if now != was:
            found.append(f"{name} {was}, now {now}")
    return found


def why_not(environment: Environment) -> str:
    """Why an edition that was run with its own code on its own inputs can come out differently."""
    if found := other_libraries(environment):
        return "; ".join(f"library changed ({words})" for words in found)
    return "inputs, code and libraries are the same: what was published was changed afterwards"
