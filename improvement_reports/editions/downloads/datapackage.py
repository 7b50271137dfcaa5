"""What every column of an edition's CSV files holds, as a Frictionless Data Package for other tools.

The types come from the specifications that the reader and the check use.
https://specs.frictionlessdata.io/data-package/
"""

import json
from collections.abc import Iterable

from improvement_reports.domain.licences import Licence, common_licence
from improvement_reports.domain.markup import slug
from improvement_reports.domain.tables import COLUMNS, RETURN_TABLES, ColumnSpec, TableSpec
from improvement_reports.domain.vocabulary import BetterWhen, ValueStatus
from improvement_reports.editions.downloads.facts import ILLUSTRATIVE, EditionFacts
from improvement_reports.runs.downloads import FIGURE_COLUMNS
from improvement_reports.workspace.fields import ID

DESCRIPTOR = "datapackage.json"
FIGURES = "figures"
# Tables whose keys are named within their own return alone; a recommendation may stand in another return.
WITHIN = frozenset({"priorities"})
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"  # as precise as the source

SOURCE_ROW = {
    "name": "source_row",
    "type": "integer",
    "description": "Row of the raw table, counted with the row of column names as 1",
    "constraints": {"required": True, "minimum": 2},
}

# name: (type, description, whether it is always there)
OFFICIAL_FIELDS = {
    "measure_id": ("string", "The measure of the department", True),
    "title": ("string", "Title of the measure", True),
    "unit": ("string", "Unit of the measure", True),
    "decimals": ("integer", "Decimals to which it is published", True),
    "better_when": ("string", "Which direction is better", True),
    "release": ("string", "The release of official statistics", True),
    "reporting_year": ("integer", "Year to 31 March of this year", True),
    "month": ("string", "Month (YYYY-MM)", True),
    "la_code": ("string", "The department's code of the area; empty where the release gives none", False),
    "area_name": ("string", "Name of the area as the release gives it", True),
    "region": ("string", "Region of the area", False),
    "value": ("number", "The value as published; empty when status says why it is missing", False),
    "referrals": ("number", "Referrals in the month; empty when status says why the value is missing", False),
    "status": ("string", "published, or why the value is missing", True),
    "available_from": ("date", "The first day on which the value was known", True),
    "model_year": ("integer", "Year of the model of statistical neighbours", True),
    "rank": ("integer", "1 for the closest neighbour", True),
    "neighbour_la_code": ("string", "The department's code of the neighbour", True),
    "closeness": ("string", "How close, in the words of the model", False),
}
OFFICIAL_WORDS = {"status": ValueStatus, "better_when": BetterWhen}

FIGURE_FIELDS = {
    "id": ("string", "Own id of the figure, the same in every format"),
    "kind": ("string", "number, table or chart"),
    "label": ("string", "What the figure is"),
    "published": ("string", "As it stands in the report"),
    "value": ("string", "The unrounded number; empty for charts, tables and words"),
    "unit": ("string", "Unit of the number; of a difference of percentages percentage_points"),
    "measure_id": ("string", "The measure"),
    "area": ("string", "The area"),
    "period": ("string", "The period"),
    "formula": ("string", "How it was made from its rows"),
    "inputs": ("string", "The rows that it was made from; figures.json has their place in the source and sha256"),
    "sources": ("string", "The source documents of these rows, separated by semicolons"),
    "cell": ("integer", "Cell of the executed notebook, counted from 0"),
}


def return_field(column: ColumnSpec) -> dict:
    """The Table Schema field of a column of a return.

    A number may be withheld in what is published, so it is never said to be required.
    """
    field: dict[str, object] = {"name": column.name, "description": column.description}
    constraints: dict[str, object] = {"required": True} if column.required and column.type != "number" else {}
    match column.type:
        case "number":
            field["type"] = "number"
        case "yes_no":
            field |= {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
        case "choice":
            words = [str(word.value) for word in column.choices] if column.choices else []
            field["type"], constraints["enum"] = "string", words
        case "id":
            field["type"], constraints["pattern"] = "string", ID.pattern
        case "date" | "month":
            field["type"], constraints["pattern"] = "string", DATE
        case _:
            field["type"] = "string"
    return field | ({"constraints": constraints} if constraints else {})


def official_field(name: str, table: str) -> dict:
    kind, description, always = OFFICIAL_FIELDS[name]
    field = {"name": name, "type": kind, "description": description}
    constraints: dict[str, object] = {"required": True} if always else {}
    if name in OFFICIAL_WORDS:
        words = [str(word.value) for word in OFFICIAL_WORDS[name]]
        constraints["enum"] = [*words, "none"] if name == "better_when" else words
    return field | ({"constraints": constraints} if constraints else {})


def schema_of(name: str, columns: Iterable[str], tables: Iterable[str] = ()) -> dict:
    """The Table Schema of one CSV file by the name of its table; a column that nobody specified is text.

    ``tables`` are the tables beside it, to which its keys may refer.
    """
    known: dict[str, dict]
    if name == FIGURES:
        known = {key: {"name": key, "type": kind, "description": text} for key, (kind, text) in FIGURE_FIELDS.items()}
        known["id"]["constraints"] = {"required": True, "unique": True}
        known["kind"]["constraints"] = {"enum": ["number", "table", "chart"]}
    elif spec := RETURN_TABLES.get(name):
        known = {c.name: return_field(c) for c in spec.columns}
    else:
        known = {c: official_field(c, name) for c in COLUMNS.get(name, ())}
    known["source_row"] = SOURCE_ROW
    fields = [known.get(c, {"name": c, "type": "string"}) for c in columns]
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    if name == FIGURES:
        schema["primaryKey"] = ["id"]
    if spec := RETURN_TABLES.get(name):
        schema |= _keys(spec, set(tables))
    return schema


def _keys(spec: TableSpec, tables: set[str]) -> dict:
    """Primary key, where no part of it may be empty, and references to the other tables of the edition."""
    found: dict = {}
    if all(spec.column(c).required and spec.column(c).type != "number" for c in spec.key):
        found["primaryKey"] = list(spec.key)
    references = []
    for column in spec.columns:
        if column.refers_to in WITHIN and column.refers_to in tables:
            # A table refers to itself by an empty name.
            there = {
                "resource": "" if column.refers_to == spec.name else column.refers_to,
                "fields": list(RETURN_TABLES[column.refers_to].key),
            }
            references.append({"fields": [column.name], "reference": there})
    return found | ({"foreignKeys": references} if references else {})


def datapackage(facts: EditionFacts, tables: dict[str, Iterable[str]]) -> dict:
    """The descriptor of an edition's CSV files; ``tables`` gives the column names of each table in ``data/``.

    It belongs at the top of the edition's folder: a descriptor may only name files below itself, and figures.csv lies
    there.
    """
    names = sorted(tables)
    common = common_licence([s.get("licence") or "" for s in facts.sources], facts.illustrative)
    descriptor = {
        "profile": "tabular-data-package",
        "name": slug(facts.slug),
        "id": facts.identifier,
        "title": facts.name,
        "description": f"{ILLUSTRATIVE} {facts.description}" if facts.illustrative else facts.description,
        "version": f"{facts.number}.0.0",
        "created": f"{facts.date_published}T00:00:00Z",
        **(
            {"licenses": [_licence(common)]} if common else {}
        ),  # of all of it; else each resource and each source says its own
        "contributors": [{"title": facts.publisher, "role": "publisher"}],
        "sources": [_source(facts, s) for s in facts.sources],
        "resources": [
            _resource(FIGURES, "figures.csv", "Every published figure, one row each", FIGURE_COLUMNS, ())
            | _origin(facts, FIGURES),
            *(_resource(n, f"data/{n}.csv", _title(n), tables[n], names) | _origin(facts, n) for n in names),
        ],
    }
    if not descriptor["sources"]:
        del descriptor["sources"]
    return descriptor


def _licence(licence: Licence) -> dict:
    return {"name": licence.identifier, "title": licence.name, "path": licence.url}


def _source(facts: EditionFacts, source: dict) -> dict:
    """A source with what is said of its licence, a property of our own: the format has none for the licence of a
    source.
    """
    return {
        "title": source["title"],
        **({"path": source["url"]} if source.get("url") else {}),
        "licence": facts.licence_of(source),
    }


def _origin(facts: EditionFacts, table: str) -> dict:
    """The sources of one table, and its licence where all of them are under one open licence."""
    sources = [_source(facts, s) for s in facts.sources if s["id"] in facts.table_sources.get(table, ())]
    licence = facts.table_licence(table)
    return {**({"sources": sources} if sources else {}), **({"licenses": [_licence(licence)]} if licence else {})}


def _title(name: str) -> str:
    spec = RETURN_TABLES.get(name)
    return f"One row per {spec.row}" if spec else f"Official statistics: the rows of {name} that figures were made from"


def _resource(name: str, path: str, title: str, columns: Iterable[str], tables: Iterable[str]) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema_of(name, columns, tables),
    }


def datapackage_text(descriptor: dict) -> str:
    return json.dumps(descriptor, ensure_ascii=False, separators=(",", ":")) + "\n"
