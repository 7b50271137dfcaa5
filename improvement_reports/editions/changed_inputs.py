"""Whether what an edition was made from is still what lies in its place: only then has a report changed."""

from collections.abc import Iterator
from pathlib import Path

from improvement_reports.domain.errors import UserError
from improvement_reports.editions.edition import Edition
from improvement_reports.editions.inputs import find_input
from improvement_reports.runs.inputs import SHARED, input_files
from improvement_reports.workspace.files import file_digest
from improvement_reports.workspace.notebooks import cells_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.yaml_files import load_yaml

MEASURES, AUTHORITIES = "params/measures.yml", "params/authorities.yml"
# What a measure may say that no report shows: a reason why its numbers stay as they are.
NOT_SHOWN = ("small_numbers_shown_because",)


def changed_inputs(project: Project, edition: Edition) -> list[str]:
    """The inputs, by name, that are other than those an edition was made from, as far as the edition depends on them.

    Of the measures, the authorities and their areas only its own count; of settings only what they say, not how it is
    written; of the template its cells. Settings that its release did not know are the doing of the release that reads
    them.
    """
    then = edition.inputs
    new_settings = {f"params/{name}" for name in SHARED if f"params/{name}" not in then}
    now = {name: p for p in input_files(project, *edition.job) if (name := project.relative(p)) not in new_settings}
    other = [
        name
        for name in sorted({*now, *then})
        if name not in now or name not in then or file_digest(now[name]) != then[name].sha256
    ]
    return [
        name
        for name in other
        if name not in now or name not in then or not _says_the_same(project, edition, name, now[name])
    ]


def _says_the_same(project: Project, edition: Edition, name: str, now: Path) -> bool:
    then = find_input(project, name, edition.inputs[name].sha256)
    if then is None:
        return False
    if name.endswith(".ipynb"):
        return cells_of(then) == cells_of(now)
    if not name.startswith("params/"):
        return False
    try:
        before, after = load_yaml(then, name), load_yaml(now, name)
    except UserError:
        return False
    if name == AUTHORITIES:
        return _own_entry(project, edition, before) == _own_entry(project, edition, after)
    if before == after or name != MEASURES:
        return before == after
    texts = _own_texts(project, edition)
    other = [str(key).encode() for key in {*before, *after} if _shown(before, key) != _shown(after, key)]
    return texts is not None and not (other and any(word in text for text in texts for word in other))


def _own_entry(project: Project, edition: Edition, entries: dict) -> object:
    """The entry of an edition's authority without the areas below it of which the edition's returns state nothing."""
    entry = entries.get(edition.authority)
    groups = entry.get("areas") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(groups, dict):
        return entry
    texts = list(_own_texts(project, edition) or [])
    used = {
        key: group
        for key, group in groups.items()
        if not texts or any(f",{area},".encode() in text for area in _keys(group) for text in texts)
    }
    return {**{k: v for k, v in entry.items() if k != "areas"}, **({"areas": used} if used else {})}


def _keys(group: object) -> list[str]:
    areas = group.get("areas") if isinstance(group, dict) else None
    return [str(key) for key in areas] if isinstance(areas, dict) else []


def _shown(entries: dict, key: object) -> object:
    """What reports show of an entry; where there is none, what no entry can be."""
    entry = entries.get(key, NOT_SHOWN)
    return {k: v for k, v in entry.items() if k not in NOT_SHOWN} if isinstance(entry, dict) else entry


def _own_texts(project: Project, edition: Edition) -> Iterator[bytes] | None:
    """The texts that can name a measure: the edition's returns and its parameters; None if a workbook hides them."""
    names = [
        n for n in edition.inputs if n.startswith((f"data/raw/{edition.authority}/", f"params/{edition.authority}/"))
    ]
    if any(n.endswith(".xlsx") for n in names):
        return None
    found = (find_input(project, n, edition.inputs[n].sha256) for n in names)
    return (p.read_bytes() for p in found if p is not None)
