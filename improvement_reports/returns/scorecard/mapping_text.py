"""The text of a mapping: every field with a comment that says what it is for, so that it is changed in an editor."""

import json

from improvement_reports.returns.scorecard.mapping import (
    LEAVE_OUT,
    UNDECIDED,
    Mapping,
    MeasureMapping,
    SheetMapping,
    SourceMapping,
    TargetMapping,
)
from improvement_reports.returns.scorecard.propose import Choice

HEAD = """\
# How python3 make.py import reads the scorecard of this council. The import wrote this file; change it as you like.
# Every word on the right that stands in quotation marks is a word of the scorecard, or one for a reader.

# The sheets that are read; of a CSV file there is one, called "-". A sheet may say as well in which row its headings
# stand (header_row: 3) and which column is which month where a heading does not say it (months: {E: "2025-04"}).
"""
COLUMNS = """
# What the headings of the columns announce: number, name (of the measure), section, better, unit, red, amber,
# green (the target), rag, direction, comment, area (below the authority), year (of the row, where months have none);
# in a long export period, value, numerator, denominator; leave_out for any other.
# A heading that is named here and no longer stands in the file stops the import.
"""
VALUES = """
# stored: 71.94% as the cell holds it, rounded only to the decimals of the measure; shown: 72% where the cell shows
# that.
"""
ARROWS = """
# What an arrow of the column direction is of: number (up: it rises), performance (up: it gets better), or leave_out.
# One that contradicts the last two numbers is not read and named.
"""
MISSING = """
# What is written where there is no number, and why there is none: not_available, not_applicable, suppressed,
# low_reliability, rounds_to_zero or not_yet_due. Any other text in the place of a number is named and not read.
"""
ONLY = """
# In a long export, by the heading of a column, the one word whose rows are the whole authority.
"""
AREAS = """
# By a word of the scorecard (in a column that is called area, over rows, or of a row under its measure) the area below
# the authority that it means, as areas in params/authorities.yml declares it. A sheet of one area says it itself
# (area: north). Rows without an area are of the whole authority.
"""
TARGETS = """
# read: whether the columns of targets are read. level: local or national. valid_from: the first month for which the
# targets hold, as in "2025-04"; null: the first month that is imported.
"""
SOURCE = """
# What return.yml and the pages say of the scorecard. {month} is the month in words; the id gets the month after it.
# keep_copy: whether a copy of the file is kept beside the return, in the folder sources.
"""
MEASURES = f"""
# Every row of the scorecard and the measure of params/measures.yml that it is. {LEAVE_OUT}: it is not read;
# {UNDECIDED}: nobody has said yet. section: only where one name stands in several sections.
# period_type: month, or snapshot for what is counted on the last day. scale: fraction where 0.54 means 54%, percent
# where it means 0.54%; without it only numbers that say so themselves are read.
"""


def quoted(text: str) -> str:
    """A text as YAML writes it in quotation marks."""
    return json.dumps(text, ensure_ascii=False)


def mapping_text(mapping: Mapping, choices: list[Choice]) -> str:
    """The whole file, with the likely measures beside those that are undecided."""
    near = {(c.line.name, c.line.section): [p.measure_id for p in c.options] for c in choices}
    parts = [
        HEAD,
        "sheets:\n" + "".join(_sheet(s) for s in mapping.sheets),
        COLUMNS,
        _pairs("columns", mapping.columns, False),
        VALUES,
        f"values: {mapping.values}\n",
        ARROWS,
        f"arrows: {mapping.arrows}\n",
        MISSING,
        _pairs("missing", {k: str(v) for k, v in mapping.missing.items()}, False),
        ONLY,
        _pairs("only", mapping.only, True),
        AREAS,
        _pairs("areas", mapping.areas, False),
        TARGETS,
        _targets(mapping.targets),
        SOURCE,
        _source(mapping.source),
        MEASURES,
        "measures:\n",
        *(measure_text(m, _near(near, m)) for m in mapping.measures),
    ]
    return "".join(parts)


def _near(near: dict[tuple[str, str], list[str]], entry: MeasureMapping) -> list[str]:
    found = near.get((entry.name, entry.section))
    return found or next((ids for (name, _), ids in near.items() if name == entry.name), [])


def _sheet(sheet: SheetMapping) -> str:
    text = f"  - name: {quoted(sheet.name)}\n"
    if sheet.area:
        text += f"    area: {sheet.area}\n"
    if sheet.header_row is not None:
        text += f"    header_row: {sheet.header_row}\n"
    if sheet.months:
        text += "    months: {" + ", ".join(f"{k}: {quoted(v)}" for k, v in sheet.months.items()) + "}\n"
    return text


def _pairs(name: str, pairs: dict[str, str], is_text: bool) -> str:
    if not pairs:
        return f"{name}: {{}}\n"
    return f"{name}:\n" + "".join(f"  {quoted(k)}: {quoted(v) if is_text else v}\n" for k, v in pairs.items())


def _targets(targets: TargetMapping) -> str:
    since = quoted(targets.valid_from) if targets.valid_from else "null"
    read = "true" if targets.read else "false"
    return f"targets:\n  read: {read}\n  level: {targets.level}\n  valid_from: {since}\n"


def _source(source: SourceMapping) -> str:
    lines = [f"  {k}: {quoted(getattr(source, k))}\n" for k in ("id", "title", "publisher", "licence")]
    return "source:\n" + "".join(lines) + f"  keep_copy: {'true' if source.keep_copy else 'false'}\n"


def measure_text(entry: MeasureMapping, near: list[str]) -> str:
    """An entry of ``measures``; beside an undecided one the likely measures."""
    text = f"  - name: {quoted(entry.name)}\n"
    if entry.section:
        text += f"    section: {quoted(entry.section)}\n"
    hint = f"  # perhaps {', '.join(near)}" if near and entry.measure == UNDECIDED else ""
    text += f"    measure: {entry.measure}{hint}\n"
    if entry.period_type:
        text += f"    period_type: {entry.period_type}\n"
    return text + (f"    scale: {entry.scale}\n" if entry.scale else "")
