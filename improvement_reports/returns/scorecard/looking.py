"""A scorecard looked at with a council's mapping, or with a first one that is proposed, for a person to correct."""

import re
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import Fault, InvalidInput, NotImported, UserError, listed, shown
from improvement_reports.domain.vocabulary import PeriodType, Unit
from improvement_reports.returns.scorecard.lines import Line
from improvement_reports.returns.scorecard.mapping import UNDECIDED, Mapping, SourceMapping, load_mapping
from improvement_reports.returns.scorecard.mapping_text import mapping_text
from improvement_reports.returns.scorecard.matching import proposals, wordings
from improvement_reports.returns.scorecard.propose import Draft, draft_of, unit_of
from improvement_reports.returns.scorecard.recognise import Found, read_scorecard, recognise
from improvement_reports.returns.scorecard.roles import Known
from improvement_reports.workspace.authorities import Authority
from improvement_reports.workspace.files import digest, write_whole
from improvement_reports.workspace.measure_library import load_library
from improvement_reports.workspace.measures import Measure, load_measures
from improvement_reports.workspace.places import Project, checked_key

FILE = "import.yml"


@dataclass
class Look:
    """A scorecard's file as it was recognised, its mapping where there is one, and the draft of one where not.

    ``measures``: the council's own list; ``offered``: with what the library has besides; ``known``: how all are called.
    """

    path: Path
    content: bytes
    found: Found
    measures: dict[str, Measure]
    offered: dict[str, Measure]
    known: pd.DataFrame
    mapping: Mapping | None = None
    draft: Draft | None = None

    @property
    def sha256(self) -> str:
        return digest(self.content)


def mapping_path(project: Project, authority: str, named: Path | None) -> Path:
    """Where the mapping of an authority is, or is to be."""
    return named if named is not None else project.params / checked_key(authority, "authority") / FILE


def look(project: Project, path: Path, mapping: Path, used: Container[str] = (), areas: Known | None = None) -> Look:
    """Read and recognise a scorecard, with its mapping where that file is there; a `UserError` for what cannot be.

    ``used``: measures of the council's returns; ``areas``: by their words those below it, where it declares any.
    """
    try:
        return _look(project, path, mapping, used, areas)
    except NotImported:
        raise
    except InvalidInput as error:
        raise NotImported(error.subject, error.faults) from None


def _look(project: Project, path: Path, mapping: Path, used: Container[str], areas: Known | None) -> Look:
    measures, library = load_measures(project), load_library(project)
    offered: dict[str, Measure] = {**library, **measures}
    content, known = read_scorecard(path), wordings(measures, library)
    if mapping.is_file():
        loaded = load_mapping(mapping, project.relative(mapping), offered)
        return Look(path, content, recognise(content, path.name, loaded), measures, offered, known, loaded)
    found = recognise(content, path.name, None, areas)
    if not found.lines:
        said = "\n".join(f"  {fault}" for fault in found.unclear[:20])
        raise UserError(f"{path.name} has headings of months, and no measure beneath them that can be read.\n{said}")
    draft = draft_of(found, known, used, areas)
    return Look(path, content, found, measures, offered, known, None, draft)


def default_source(authority: str, place: Authority, path: Path) -> SourceMapping:
    """What a source is called until somebody says it better; import-tool.yml is another source than import.yml."""
    word = re.sub(r"[^a-z0-9]+", "-", path.stem.lower().removeprefix("import")).strip("-") or "scorecard"
    return SourceMapping(
        id=f"{authority}-{word}", title="Performance scorecard, {month}", publisher=place.name, licence="Not stated"
    )


def mapping_of(draft: Draft, source: SourceMapping, kinds: dict[str, PeriodType]) -> Mapping:
    """The mapping that a draft and the answers make. ``kinds``: what months are in the council's other returns."""
    return Mapping(
        sheets=draft.sheets,
        columns=draft.columns,
        missing=draft.missing,
        only=draft.only,
        areas=draft.areas,
        source=source,
        measures=[c.entry(kinds) for c in draft.choices],
    )


def save(mapping: Mapping, draft: Draft, path: Path) -> None:
    """Write a mapping with its comments, whole or not at all."""
    write_whole(path, mapping_text(mapping, draft.choices))


def to_take_over(seen: Look, mapping: Mapping) -> list[str]:
    """Measures of the mapping that the library has and the council's own list not yet."""
    return [m.measure for m in mapping.measures if m.is_read and m.measure not in seen.measures]


def unmatched(seen: Look, mapping: Mapping, name: str) -> list[Fault]:
    """Rows that are no measure yet, each with the nearest three and what to type, and measures whose row is gone."""
    faults = []
    rows = list({line.row: line for line in reversed(seen.found.lines)}.values())[::-1]
    for line in rows:
        entry = mapping.of(line.name, line.section)
        if entry is None or entry.measure == UNDECIDED:
            faults.append(Fault(line.where, f"{shown(line.name)} {_to_type(seen, line, entry is None, name)}"))
    there = [mapping.of(line.name, line.section) for line in seen.found.lines]
    for entry in mapping.measures:
        if entry.is_read and entry not in there:
            faults.append(
                Fault(seen.path.name, f"has no row {shown(entry.name)} any more, which {name} calls {entry.measure}")
            )
    return faults


def _to_type(seen: Look, line: Line, is_new: bool, name: str) -> str:
    unit = unit_of(line)
    near = [p.measure_id for p in proposals(line.name, unit, seen.known, least=0)]
    where = f"add it under measures in {name}" if is_new else f"write one in the place of {UNDECIDED} in {name}"
    state = "is a new row" if is_new else "is no measure yet"
    kind = f" ({unit})" if unit in (Unit.PERCENT, Unit.POUNDS) else ""
    if not near:
        return f"{state}{kind}; no measure is of its kind: add one (python3 make.py add-measure), and {where}"
    nearest = f"nearest {'are' if near[1:] else 'is'} {listed(near)}"
    return f"{state}{kind}; {nearest}: {where}, or leave_out, or a measure that you add (python3 make.py add-measure)"
