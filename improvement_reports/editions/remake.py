"""Every file of an edition made again, by its own code from its notebook, inputs and manifest, and compared with what
is there.

The date, the reason and the kind of an edition, what it was made on and its place in the chain are stated and cannot be
made again; for those there is the fingerprint. All else can: tables, charts, figures, the workbook, both descriptions,
and in the manifest the title, summary, sources, rows and the list of what changed.
"""

import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.editions.compare import Difference
from improvement_reports.editions.downloads.crate import METADATA
from improvement_reports.editions.edition import INPUTS, Edition, is_generated
from improvement_reports.editions.input_names import plain_file
from improvement_reports.editions.manifest import MANIFEST
from improvement_reports.editions.rebuild import Rebuilt, run_own
from improvement_reports.workspace.files import digest
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.settings import load_settings

REMAKE_SECONDS = 900
# What the manifest says that follows from the rest.
MADE = (
    "title",
    "summary",
    "authority_name",
    "short_name",
    "illustrative",
    "report",
    "sources",
    "template",
    "rows",
    "content_sha256",
    "figures",
    "changes",
    "conclusion_changed",
)
WHY = "a file of the edition was changed, or was not made by its code from its notebook and inputs"
# Runs with the code of the edition, so it calls only what its release has under these names.
SCRIPT = """
import sys
import improvement_reports.editions
if hasattr(improvement_reports.editions, "__path__"):
    from improvement_reports.editions.again import make_again
    make_again(*sys.argv[1:])
else:  # a release before 0.3.0
    import json, shutil, sys
    from pathlib import Path
    import nbformat
    from improvement_reports.changes import changes, conclusion_changed
    from improvement_reports.content import content_of, read_content
    from improvement_reports.edition_files import add_downloads, edition_facts
    from improvement_reports.editions import Manifest, row_sets
    from improvement_reports.keys import file_digest
    from improvement_reports.pages import lay_report, plain_summary, sources_of
    from improvement_reports.project import Project
    from improvement_reports.report import open_report
    root, folder, before, out, publisher, url = sys.argv[1:]
    project, folder, out = Project(Path(root)), Path(folder), Path(out)
    published = Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
    job = published.report.authority, published.report.month, str(published.report.kind)
    run = project.run_folder(*job)
    run.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "report.ipynb", run / "report.ipynb")
    content = content_of(nbformat.read(run / "report.ipynb", as_version=4))
    figures = list(content.figures.values())
    draft = lay_report(project, *job)
    for name in ("report.ipynb", "figures.json", "figures.csv", "charts", "data"):
        if (draft / name).is_dir():
            shutil.copytree(draft / name, out / name)
        elif (draft / name).is_file():
            shutil.copyfile(draft / name, out / name)
    shutil.copyfile(folder / "inputs.json", out / "inputs.json")
    report = open_report(*job, project)
    found = changes(read_content(Path(before)), content) if before else []
    made = published.model_copy(update=dict(
        title=report.params.title, summary=plain_summary(report), authority_name=report.facts.authority.name, short_name=report.facts.authority.short_name,
        illustrative=report.info.illustrative, report=report.params, sources=sources_of(project, report, figures),
        template={"path": "notebooks/" + job[2] + ".ipynb", "sha256": file_digest(project.notebook(job[2]))}, rows=row_sets(figures),
        content_sha256=content.fingerprint, figures=len(figures), changes=[c.record() for c in found], conclusion_changed=conclusion_changed(found),
    ))
    add_downloads(out, edition_facts(made, publisher, url), figures)
    (out / "made.json").write_text(json.dumps(made.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
"""


def remade(rebuilt: Rebuilt, project: Project, edition: Edition, previous: Edition | None) -> list[Difference]:
    """Each file and each statement of an edition that its own code does not make from its notebook and inputs.

    ``rebuilt``: the project of its inputs with its code. Raises a `UserError` if the code cannot make them.
    """
    publisher, url = publisher_of(project, edition)
    with tempfile.TemporaryDirectory(prefix="remake-") as folder:
        out = Path(folder) / "made"
        out.mkdir()
        # Of the edition only plain files, so that its code is led nowhere else.
        source = _plain_copy(edition, Path(folder) / "edition")
        before = _plain_copy(previous, Path(folder) / "before") if previous else ""
        said = run_own(rebuilt, SCRIPT, [rebuilt.project.root, source, before, out, publisher, url], REMAKE_SECONDS)
        try:
            made = json.loads((out / "made.json").read_text(encoding="utf-8"))
            (out / "made.json").unlink()
        except (OSError, ValueError):
            raise UserError(
                f"the files of the edition could not be made again: {said.strip().splitlines()[-1:] or 'no answer'}"
            ) from None
        known = set(MADE) if previous or edition.number == 1 else set(MADE) - {"changes", "conclusion_changed"}
        return [*_of_manifest(edition, made, known), *_of_files(edition.folder, out)]


def publisher_of(project: Project, edition: Edition) -> tuple[str, str]:
    """Name and address of the publisher as the edition's own description states them, else as params/site.yml does
    today.

    A council may take another name later, and its editions do not; all files of an edition must state the same.
    """
    try:
        graph = json.loads((edition.folder / METADATA).read_text(encoding="utf-8"))["@graph"]
        (own,) = (entity for entity in graph if entity["@id"] == "#publisher")
        return str(own["name"]), str(own.get("url", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        settings = load_settings(project)
        return settings.publisher, settings.url


def publisher_note(project: Project, edition: Edition) -> list[str]:
    """A note where an edition states another publisher than params/site.yml does today."""
    own, today = publisher_of(project, edition)[0], load_settings(project).publisher
    return [f"its publisher is {shown(own)}; params/site.yml says {shown(today)} today"] if own != today else []


def _plain_copy(edition: Edition, target: Path) -> Path:
    target.mkdir()
    beside = [f"charts/{p.name}" for p in sorted((edition.folder / "charts").glob("*-narrow.svg"))]
    for name in ("report.ipynb", "figures.json", MANIFEST, INPUTS, *beside):
        if plain_file(edition.folder / name, edition.folder):
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(edition.folder / name, target / name)
    return target


def _of_manifest(edition: Edition, made: dict, known: set[str]) -> list[Difference]:
    stated = json.loads((edition.folder / MANIFEST).read_text(encoding="utf-8"))
    names = {
        "changes": "the list of changes, computed again from the edition before",
        "content_sha256": "the fingerprint of the content",
    }
    return [
        Difference("", f"{names.get(name, name)} in {MANIFEST}", _short(stated.get(name)), _short(made.get(name)), WHY)
        for name in MADE
        if name in known and stated.get(name) != made.get(name)
    ]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 300 else f"{text[:300]}… (sha256 {digest(text.encode())[:12]}…)"


def _of_files(there: Path, made: Path) -> list[Difference]:
    """The frozen files that differ in what they hold, that are not made, or that are missing."""
    names = {p.relative_to(there).as_posix() for p in there.rglob("*") if plain_file(p, there)}
    frozen = {n for n in names if not is_generated(n)} - {MANIFEST, INPUTS}
    own = {p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file()} - {INPUTS}
    found = []
    for name in sorted({n for n in frozen if not n.startswith(".")} | own):
        if name not in own:
            found.append(Difference("", name, "there", "not made by the edition's code", WHY))
        elif name not in frozen:
            found.append(Difference("", name, "missing", "made by the edition's code", WHY))
        elif words := differing((there / name).read_bytes(), (made / name).read_bytes(), name):
            found.append(Difference("", name, *words, WHY))
    return found


def differing(published: bytes, now: bytes, name: str) -> tuple[str, str] | None:
    """The first place where two files differ, as published and as made again; None where they hold the same.

    A workbook is a zip, and another library may pack the same parts into other bytes, so its parts are compared.
    """
    if published == now:
        return None
    if name.endswith(".xlsx"):
        a, b = parts(published), parts(now)
        if a is not None and a == b:
            return None
        part = next((p for p in sorted({*(a or {}), *(b or {})}) if (a or {}).get(p) != (b or {}).get(p)), "")
        return (
            _first_line((a or {}).get(part, b""), (b or {}).get(part, b""), f"{part}: ")
            if a is not None
            else ("no workbook", "a workbook")
        )
    return _first_line(published, now, "")


def parts(content: bytes) -> dict[str, bytes] | None:
    """The parts of a workbook by name; None if it is none, or if it holds a part twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            return {n: archive.read(n) for n in names} if len(set(names)) == len(names) else None
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return None


def _first_line(a: bytes, b: bytes, before: str) -> tuple[str, str]:
    """Where two texts part, with a little before it, for each of them."""
    n = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, n - 30)
    first, second = (
        before + shown(t[start : n + 60].decode("utf-8", "replace"), 90).strip("“”") or "nothing" for t in (a, b)
    )
    return first, second
