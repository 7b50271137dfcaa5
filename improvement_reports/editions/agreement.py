"""Whether the files of an edition say what its own notebook and kept inputs say, as far as that can be seen without
running code.

`site` asks it of each edition once, before a reader meets it: an edition whose hashes were made to fit is still not
shown when a file beside its notebook, or its manifest, says something else. `verify` runs the edition's own code and
finds the rest.

Of any release: figures.csv, charts, rows of tables, title, summary, names, rows, inputs, and the numbers in the list of
changes. How the workbook, the
descriptions and the list of changes are written is known of today's code alone, so those are compared only for editions
which that made.
"""

import csv
import html
import io
import json
import re
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.domain.escaping import guarded
from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.compare import Difference
from improvement_reports.editions.data_rows import rows_not_kept
from improvement_reports.editions.downloads.crate import METADATA, crate_metadata, file_facts
from improvement_reports.editions.downloads.datapackage import DESCRIPTOR, datapackage, datapackage_text
from improvement_reports.editions.downloads.files import WORKBOOK, edition_facts, read_tables, with_table_sources
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.inputs import Places, kept_yaml
from improvement_reports.editions.kept_code import code_of
from improvement_reports.editions.manifest import MANIFEST, ONCE, row_sets
from improvement_reports.editions.said_numbers import change_numbers, summary_numbers
from improvement_reports.editions.today import is_todays
from improvement_reports.editions.workbook_agreement import workbook_fault
from improvement_reports.facts.figures import MIME
from improvement_reports.runs.downloads import FIGURE_COLUMNS, figures_csv, named_rows
from improvement_reports.runs.figures_file import figures_json
from improvement_reports.runs.report_content import Content
from improvement_reports.workspace.parameters import Source
from improvement_reports.workspace.places import Project

WHY = "a file of the edition does not say what its notebook and its kept inputs say"
REFERENCE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
Words = tuple[str, object, object]  # what it is about, as published, as it follows from the notebook and the inputs


def not_agreeing(
    project: Project, edition: Edition, then: Content, notebook, places: Places, gone: list[str], before: Content | None
) -> list[Difference]:
    """Each thing that an edition's files say and its notebook and inputs do not. ``before``: what the edition before it
    says.
    """
    figures = list(then.figures.values())
    tables = read_tables(edition.folder)
    found = [
        *_figures_csv(edition, figures),
        *_charts(edition, notebook),
        *_manifest(edition, figures, places),
        *rows_not_kept(edition, tables, figures, places, gone),
        *_said(edition, then, before),
    ]
    if is_todays(_code(project, edition)):
        found += [*_as_today(project, edition, figures, tables), *_changes(edition, then, before)]
    return [Difference("", what, _cut(a), _cut(b), WHY) for what, a, b in found]


def _code(project: Project, edition: Edition) -> dict[str, bytes]:
    """The edition's code; none where it is not kept, of which `verify` speaks."""
    try:
        return code_of(project, edition)
    except UserError:
        return {}


def _cut(said: object) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= 160 else f"{text[:160]}…"


def _first_difference(a: str, b: str) -> tuple[str, str]:
    """Where two texts part, a little of each."""
    n = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    first, second = (t[max(0, n - 30) : n + 60] or "nothing" for t in (a, b))
    return first, second


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


# Of any release


def _figures_csv(edition: Edition, figures: list[dict]) -> list[Words]:
    """Every figure once, with the words that the notebook has for it."""
    if "figures.csv" not in edition.manifest.files:
        return [("figures.csv", "missing", f"{len(figures)} figures")]
    try:
        rows = list(csv.DictReader(io.StringIO(_text_of(edition.folder / "figures.csv"))))
    except csv.Error:
        return [("figures.csv", "what cannot be read", "a table")]
    if len(rows) != len(figures):
        return [("figures.csv", f"{len(rows)} figures", f"{len(figures)} figures")]
    found: list[Words] = []
    named = named_rows if edition.manifest.format >= ONCE else _rows_with_hashes
    for row, figure in zip(rows, figures, strict=True):
        own = {c: guarded(str(figure[c])) for c in FIGURE_COLUMNS if c in figure and c not in ("inputs", "cell")}
        found += [
            (f"figures.csv: {c} of {figure['id']}", row.get(c), words)
            for c, words in own.items()
            if row.get(c) != words
        ]
        wanted = named(figure["inputs"])
        if row.get("inputs") != wanted:
            found.append((f"figures.csv: inputs of {figure['id']}", row.get("inputs"), wanted))
    return found


def _rows_with_hashes(rows: list[dict]) -> str:
    """Rows as figures.csv named them before release 0.3.0."""
    return "; ".join(f"{i['file']} row {i['row']} sha256 {i['sha256']}" for i in rows)


def _charts(edition: Edition, notebook) -> list[Words]:
    """The drawings beside the page are those in the notebook, and there are no others."""
    own = {}
    for output in (o for cell in notebook.cells for o in cell.get("outputs", [])):
        record = output.get("data", {}).get(MIME, {})
        if record.get("form") == "chart":
            name, svg = record["id"].split(".", 1)[1], output["data"]["image/svg+xml"]
            own[f"charts/{name}.svg"] = svg if isinstance(svg, str) else "".join(svg)
            own[f"charts/{name}-narrow.svg"] = record["svg_narrow"]
    there = {n for n in edition.manifest.files if n.startswith("charts/")}
    found: list[Words] = [(n, "there", "not in the notebook") for n in sorted(there - set(own))]
    found += [(n, "missing", "in the notebook") for n in sorted(set(own) - there)]
    texts = {n: (_text_of(edition.folder / n), own[n]) for n in sorted(there & set(own))}
    return found + [(n, *_first_difference(a, b)) for n, (a, b) in texts.items() if a != b]


def _manifest(edition: Edition, figures: list[dict], places: Places) -> list[Words]:
    """What the manifest says of the report, against its kept parameters, names and return, and against the notebook."""
    m, found = edition.manifest, []
    said: list[Words] = [
        (
            "rows",
            {k: r.model_dump() for k, r in m.rows.items()},
            {k: r.model_dump() for k, r in row_sets(figures).items()},
        ),
        ("figures", m.figures, len(figures)),
    ]
    template = f"notebooks/{edition.kind}.ipynb"
    if (own := f"notebooks/{edition.authority}/{edition.kind}.ipynb") in places:  # it goes before that of all
        template = own
    said.append(
        (
            "template",
            m.template,
            {"path": template, "sha256": places[template][1] if template in places else m.template.get("sha256")},
        )
    )
    said.append(("title", m.title, m.report.title))
    authority = kept_yaml(places, "params/authorities.yml").get(edition.authority)
    if isinstance(authority, dict):
        said += [
            ("authority_name", m.authority_name, authority.get("name")),
            ("short_name", m.short_name, authority.get("short_name")),
        ]
    info = kept_yaml(places, f"data/raw/{edition.authority}/{edition.month}/return.yml")
    if info and edition.kind not in WITHOUT_RETURN:
        said.append(("illustrative", m.illustrative, info.get("illustrative", False)))
        said += [
            (f"sources, {key}", _dumped(m.sources.get(key)), _dumped(_source(own)))
            for key, own in (info.get("sources") or {}).items()
        ]
    said += _report(m, kept_yaml(places, f"params/{edition.authority}/{edition.month}-{edition.kind}.yml"))
    found += [(f"{what} in {MANIFEST}", a, b) for what, a, b in said if a != b]
    if m.figures and not _fits(m.report.summary, m.summary):
        found.append((f"summary in {MANIFEST}", m.summary, m.report.summary))
    return found


def _said(edition: Edition, then: Content, before: Content | None) -> list[Words]:
    """Numbers in the summary and in the list of changes that are not those of the figures."""
    m = edition.manifest
    found = summary_numbers(m.report.summary, m.summary, then.figures, edition.month) if m.figures else []
    if before or m.changes:
        found += change_numbers(m.changes, then.figures, before.figures if before else {})
    return [(f"{what} in {MANIFEST}", a, b) for what, a, b in found]


def _report(m, content: dict) -> list[Words]:
    """The parameters of the report as the manifest has them, against their kept file, where there is one."""
    own = m.report.model_dump(mode="json", exclude_none=True)
    return [
        (f"report, {key}", _part(own.get(key), value), _part(value, value))
        for key, value in json.loads(json.dumps(content, default=str)).items()
    ]


def _part(there: object, wanted: object) -> object:
    """What the file says, of what is there: defaults that a release adds are its own doing."""
    if isinstance(wanted, dict):
        return {
            k: _part(there.get(k) if isinstance(there, dict) else None, v) for k, v in wanted.items() if v is not None
        }
    if isinstance(wanted, list):
        there = there if isinstance(there, list) else []
        return [_part(a, b) for a, b in zip([*there, *[None] * len(wanted)], wanted, strict=False)] + there[
            len(wanted) :
        ]
    return (
        str(there)
        if isinstance(wanted, int | float | str) and not isinstance(wanted, bool) and there is not None
        else there
    )


def _fits(template: str, text: str) -> bool:
    """Whether a text can come of a narrative whose numbers are given by reference: all its own words stand in it, in
    order.
    """
    words = [_letters(part) for part in REFERENCE.split(template)]
    return re.fullmatch(".*?".join(map(re.escape, words)), _letters(text), re.DOTALL) is not None


def _letters(text: str) -> str:
    """Letters and digits alone: marks of Markdown and white space are laid in other ways by other releases."""
    return "".join(re.findall(r"[^\W_]", html.unescape(text)))


def _source(own: object) -> Source | None:
    try:
        return Source.model_validate(own)
    except ValueError:
        return None


def _dumped(source: Source | None) -> object:
    return source.model_dump(mode="json", exclude_none=True) if source else None


# Of today's code


def _as_today(project: Project, edition: Edition, figures: list[dict], tables: dict) -> list[Words]:
    """The files that today's code writes from the notebook, the tables and the manifest, made again in memory."""
    from improvement_reports.editions.remake import publisher_of

    m = edition.manifest
    facts = with_table_sources(edition_facts(m, *publisher_of(project, edition)), figures, tables)
    made = {
        "figures.json": figures_json(m.report, figures, m.sources),
        "figures.csv": figures_csv(figures, f"{edition.authority}/{edition.month}"),
        DESCRIPTOR: datapackage_text(datapackage(facts, {name: header for name, (header, _) in tables.items()})),
        METADATA: crate_metadata(facts, file_facts(edition.folder)),
    }
    texts = {name: (_text_of(edition.folder / name), own) for name, own in made.items()}
    parted = {
        name: _first_difference(*map(_in_order, pair))
        for name, pair in texts.items()
        if pair[0] != pair[1] and _in_order(pair[0]) != _in_order(pair[1])
    }
    found: list[Words] = [(name, *words) for name, words in parted.items()]
    path = edition.folder / WORKBOOK
    if words := workbook_fault(path.read_bytes() if path.is_file() else b"", facts, figures, tables):
        found.append((WORKBOOK, *words))
    extra = {
        n
        for n in m.files
        if n not in (*made, WORKBOOK, "report.ipynb", "inputs.json") and not n.startswith(("charts/", "data/"))
    }
    return found + [(name, "there", "no file of an edition") for name in sorted(extra)]


def _in_order(text: str) -> str:
    """JSON with every list in one order: the manifest does not keep the order of the sources. Other text as it is."""

    def ordered(value):
        if isinstance(value, dict):
            return {key: ordered(v) for key, v in value.items()}
        return (
            sorted(map(ordered, value), key=lambda v: json.dumps(v, sort_keys=True))
            if isinstance(value, list)
            else value
        )

    try:
        return json.dumps(ordered(json.loads(text)), ensure_ascii=False, sort_keys=True)
    except (ValueError, RecursionError):
        return text


def _changes(edition: Edition, then: Content, before: Content | None) -> list[Words]:
    """The list of changes and what it means, computed again from the edition before; and the fingerprint of the
    content.
    """
    from improvement_reports.editions.changes import changes, conclusion_changed

    m, found = edition.manifest, changes(before, then) if before else []
    said = [
        ("the list of changes", list(m.changes), [c.record() for c in found]),
        ("conclusion_changed", m.conclusion_changed, conclusion_changed(found)),
        ("the fingerprint of the content", m.content_sha256, then.fingerprint),
    ]
    return [(f"{what} in {MANIFEST}", a, b) for what, a, b in said if a != b]
