"""A scorecard into a return: looked at, asked about, compared with what is there, and written."""

from collections.abc import Callable
from dataclasses import dataclass

from improvement_reports.domain.errors import UserError
from improvement_reports.returns.scorecard.areas import words_for
from improvement_reports.returns.scorecard.dialogue import Ask, Say, dialogue
from improvement_reports.returns.scorecard.existing import earlier_returns, period_types, rows_in
from improvement_reports.returns.scorecard.looking import (
    Look,
    default_source,
    look,
    mapping_of,
    mapping_path,
    save,
    to_take_over,
)
from improvement_reports.returns.scorecard.mapping import Mapping
from improvement_reports.returns.scorecard.periods import month_words
from improvement_reports.returns.scorecard.planning import Import, Request, has_month, prepared
from improvement_reports.returns.scorecard.writing import write
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.places import Project


def asked_mapping(project: Project, request: Request, seen: Look, place: Authority, ask: Ask, say: Say) -> Mapping:
    """The mapping of a first import: with the answers of a person, or what is certain; saved."""
    if seen.draft is None:
        raise ValueError("the scorecard has a mapping")
    if not request.yes:
        dialogue(seen, ask, say)
    months = earlier_returns(project, request.authority, "9999")
    path = mapping_path(project, request.authority, request.mapping)
    mapping = mapping_of(seen.draft, default_source(request.authority, place, path), period_types(months))
    save(mapping, seen.draft, path)
    say(f"Wrote {project.relative(path)}: what each column and row of the scorecard is. Look through it.")
    return mapping


@dataclass(frozen=True)
class Person:
    """Who is asked and told, and what takes measures of the library over into the council's own list."""

    ask: Ask
    say: Say
    tell: Callable[["Import", Say], None]
    take_over: Callable[[list[str]], None]


def run_import(project: Project, request: Request, person: Person) -> int:
    """Import a scorecard; 0, or 1 if something in it was not understood and the rest was imported."""
    ask, say = person.ask, person.say
    place = load_authorities(project)[request.authority]
    path = mapping_path(project, request.authority, request.mapping)
    if request.mapping is not None and not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent} for the mapping; name a file in one that is there.")
    returns = earlier_returns(project, request.authority, "9999")
    used = {row.get("measure_id", "") for raw in returns for row in rows_in(raw, "observations")}
    seen = look(project, request.file, path, used, words_for(place.area_names))
    has_month(seen, request.month)
    mapping = seen.mapping or asked_mapping(project, request, seen, place, ask, say)
    if new := to_take_over(seen, mapping):
        person.take_over(new)
        say(f"Added to params/measures.yml from the library: {', '.join(new)}.")
    if new or seen.mapping is None:  # read again as the mapping says it: what is not in the mapping is not imported
        seen = look(project, request.file, path)
    made = prepared(project, request, seen, mapping, project.relative(path))
    person.tell(made, say)
    if not made.rows.observations:
        why = f"nothing of {month_words(request.month)} that is a measure could be read"
        if not any(entry.is_read for entry in mapping.measures):
            why = "no row of the scorecard is a measure yet"
        say(f"Nothing was imported: {why}.")
        return 1
    if any(table.needs_consent for table in made.tables.values()) and not request.replace:
        if ask("Put the new values in the place of those that are there? [y/N] ").strip().lower() not in ("y", "yes"):
            raise UserError("Nothing was changed; say --replace to put the new values in the place of the old.")
    folder = write(project, request, made, place)
    say(
        f"Wrote {project.relative(folder)}. Next: python3 make.py check --authority {request.authority}"
        f" --month {request.month}"
    )
    return 1 if made.unclear else 0
