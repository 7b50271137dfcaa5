"""A scorecard as frames, for a notebook: what was recognised, what each row may be, and the mapping that follows.

The same steps as the dialogue in a terminal; an answer is written in a cell instead of typed after a question.
"""

from pathlib import Path

import pandas as pd

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.returns.scorecard.existing import earlier_returns, period_types
from improvement_reports.returns.scorecard.grid import letter
from improvement_reports.returns.scorecard.looking import Look, default_source, look, mapping_of, mapping_path, save
from improvement_reports.returns.scorecard.propose import Draft, unit_of
from improvement_reports.returns.scorecard.roles import LEAVE_OUT
from improvement_reports.returns.scorecard.values import FRACTION, PERCENT
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.places import Project

NO_MAPPING = Path("no mapping yet")


def open_scorecard(file: str | Path) -> Look:
    """A scorecard's file as it is recognised, whatever mapping there is; a path is one from the project's folder."""
    project = Project.find()
    return look(project, project.root / file, project.root / NO_MAPPING)


def columns(seen: Look) -> pd.DataFrame:
    """Each column of the scorecard: its heading, and the month or the role that it was recognised as."""
    rows = []
    for grid, heads in seen.found.sheets:
        for head in heads[:1]:
            for column, cell in head.cells(grid).items():
                period = head.periods.get(column)
                what = period.words if period else head.roles.get(column, LEAVE_OUT)
                rows.append((grid.title, letter(column), cell.words, what))
    return pd.DataFrame(rows, columns=["sheet", "column", "heading", "recognised as"])


def measures(seen: Look) -> pd.DataFrame:
    """Each row of the scorecard: where it stands, what was chosen, and the three likeliest measures."""
    rows = []
    for choice in _draft(seen).choices:
        line = choice.line
        newest = line.values[max(line.values)].words if line.values else ""
        offered = [p.measure_id for p in choice.options] + [""] * (3 - len(choice.options))
        rows.append((line.name, line.section, line.where, str(unit_of(line) or ""), newest, choice.chosen, *offered))
    names = ["name", "section", "place", "unit", "newest cell", "measure", "first", "second", "third"]
    return pd.DataFrame(rows, columns=names)


def said(seen: Look) -> pd.DataFrame:
    """What is not understood, what was left out and what is worth a remark, each with its cell."""
    found = seen.found
    kinds = (("not understood", found.unclear), ("left out", found.left), ("remark", found.remarks))
    rows = [(kind, fault.where, fault.what) for kind, faults in kinds for fault in faults]
    return pd.DataFrame(rows, columns=["kind", "place", "what"])


def choose(
    seen: Look, answers: dict[str, str], shares: tuple[str, ...] = (), percentages: tuple[str, ...] = ()
) -> None:
    """Say which measure a row is, by its name; ``leave_out`` for one that is not read.

    ``shares``: rows whose plain numbers are shares of one (0.54 is 54%); ``percentages``: rows where they are not.
    """
    draft = _draft(seen)
    by_name = {choice.line.name: choice for choice in draft.choices}
    for name in (*answers, *shares, *percentages):
        if name not in by_name:
            raise UserError(
                f"The scorecard has no row {shown(name)}{suggestion(name, by_name)}; write it as it stands there."
            )
    for name, measure in answers.items():
        if measure != LEAVE_OUT and measure not in seen.offered:
            raise UserError(
                f"{shown(measure)} is no measure{suggestion(measure, seen.offered, 3)}; see params/measures.yml."
            )
        by_name[name].chosen = measure
    for names, scale in ((shares, FRACTION), (percentages, PERCENT)):
        for name in names:
            by_name[name].scale = scale


def save_mapping(seen: Look, authority: str) -> Path:
    """Write params/<authority>/import.yml from what was recognised and chosen; one that is there stays."""
    project = Project.find()
    path = mapping_path(project, authority, None)
    if path.exists():
        raise UserError(f"{project.relative(path)} is there already; change it in an editor, or delete it first.")
    source = default_source(authority, load_authorities(project)[authority], path)
    kinds = period_types(earlier_returns(project, authority, "9999"))
    save(mapping_of(_draft(seen), source, kinds), _draft(seen), path)
    return path


def _draft(seen: Look) -> Draft:
    if seen.draft is None:
        raise UserError("This scorecard was opened with a mapping; open it with open_scorecard.")
    return seen.draft
