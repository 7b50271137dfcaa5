"""Links between pages, looked up before anything is rendered: a dead one is named with its page, by either renderer."""

import html
import json
import posixpath
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from improvement_reports.domain.errors import UserError, shown
from improvement_reports.pages.served import lists_served, served_besides, served_of
from improvement_reports.pages.sources import FRONT_MATTER, INCLUDE, matches, page_address
from improvement_reports.pages.taking import is_taken
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.files import file_digest, write_whole
from improvement_reports.workspace.keys import package_digest
from improvement_reports.workspace.known import report_of
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.stamps import read_stamp, stamp_text
from improvement_reports.workspace.yaml_files import load_yaml

# What Markdown and HTML have for a link: [text](address "title"), [name]: address, href="address", src="address".
LINKS = (
    re.compile(r"\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+[\"'(][^\n]*?)?\s*\)"),
    re.compile(r"^\s{0,3}\[[^\]\n]+\]:\s*<?([^\s<>]+)>?", re.MULTILINE),
    re.compile(r"<[a-z][^<>]*?\s(?:href|src)\s*=\s*\"([^\"]*)\"", re.IGNORECASE),
)
CODE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1\s*$|(`+)(?!`).+?(?<!`)\2(?!`)|<!--.*?-->", re.MULTILINE | re.DOTALL)
RAW_HTML = re.compile(r"^(`{3,})\{=html\}\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|\?|$", re.IGNORECASE)
# Made by the renderers themselves, after the pages.
OF_THE_RENDERER = ("pagefind/", "site_libs/", "theme/")
SHOWN = 5
PAGES = (".qmd", ".ipynb")
RECORD = "links.json"  # below build/: where the links of each page lead, as it was read


def text_of(project: Project, source: Path) -> str:
    """What a page source shows, as far as it can hold links: Markdown with its includes, or a notebook's outputs."""
    raw = source.read_text(encoding="utf-8")
    if source.suffix != ".ipynb":
        return INCLUDE.sub(lambda found: _included(project, source, found[1]), raw)
    texts = []
    for cell in json.loads(raw)["cells"]:
        if cell["cell_type"] == "markdown":
            texts.append(cell["source"])
        for output in cell.get("outputs", []):
            texts += [output.get("data", {}).get(kind, "") for kind in ("text/markdown", "text/html")]
    return "\n\n".join("".join(text) for text in texts)


def _place(project: Project, source: Path, name: str) -> Path:
    return project.root / name.lstrip("/") if name.startswith("/") else source.parent / name


def _included(project: Project, source: Path, name: str) -> str:
    path = _place(project, source, name)
    return path.read_text(encoding="utf-8") if path.is_file() else ""  # a missing one is named when the page is made


def links_in(text: str) -> list[str]:
    """The addresses that a text links to, in order, each once; what stands in code is no link, raw HTML is none of
    that.
    """
    raw = "\n".join(found[2] for found in RAW_HTML.finditer(text))
    prose = CODE.sub(" ", FRONT_MATTER.sub("", RAW_HTML.sub("", text)))
    found = [*(address for pattern in LINKS for address in pattern.findall(prose)), *LINKS[2].findall(raw)]
    return list(dict.fromkeys(html.unescape(address).strip() for address in found))


def target_of(page: str, link: str) -> str | None:
    """Where a link of a page leads, from the site's root; None if it leaves the site or stays on the page."""
    if ELSEWHERE.match(link):
        return None
    path = unquote(re.split(r"[?#]", link, maxsplit=1)[0])
    path = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
    is_folder = path.endswith("/") or path in ("", ".")
    path = posixpath.normpath(path) if path else "."
    return (
        posixpath.normpath(posixpath.join(path, "index.html"))
        if is_folder or path.split("/")[-1] in (".", "..")
        else path
    )


def dead_links(project: Project, sources: Sequence[Path] | None = None) -> list[tuple[str, str]]:
    """(page source, address) of each link to a page or file that will not be on the site, of all pages or of these."""
    every, places = _on_site(project)
    found = []
    for source in every if sources is None else sources:
        of = targets_of(project, source)
        found += [(_name(project, source), link) for link, target in of.items() if not _is_there(target, places)]
    return found


def targets_of(project: Project, source: Path) -> dict[str, str]:
    """Where the links of a page lead to on the site, by the link."""
    page = _name(project, source)
    found = ((link, target_of(page, link)) for link in links_in(text_of(project, source)))
    return {link: target for link, target in found if target is not None}


def _is_there(target: str, places: set[str]) -> bool:
    return (
        target in places
        or target.startswith(OF_THE_RENDERER)
        or f"{target}/index.html" in places
        or is_taken(target, places)
    )


def _on_site(project: Project, besides: Collection[str] = ()) -> tuple[list[Path], set[str]]:
    """The sources of all pages, and all that links may lead to: pages, sources, files that are taken to the site; but
    for those of the reports ``besides``.
    """
    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]
    served = served_besides(project, besides)
    sources = matches(project, config["render"], served)
    files = {_name(project, p) for p in (*sources, *matches(project, config.get("resources", []), served))}
    return sources, files | {page_address(project, p) for p in sources}


def _name(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


def check_links(project: Project, besides: Mapping[str, Sequence[str]] | None = None) -> dict[str, list[str]]:
    """A `UserError` that says which page links to what is not there; nothing is rendered then.

    A page that was read before is not read again: where its links lead is known, and looked up among what is there now.
    ``besides``: where the pages of reports that are as they were lead to outside of their own folders, by the report;
    nothing of these is read. Of each other report the same comes back, to be noted.
    """
    besides = besides or {}
    sources, places = _on_site(project, besides)
    record = project.build / RECORD
    noted = read_stamp(record)
    known = noted["files"] if noted.get("key") == package_digest() else {}
    read = {_name(project, s): _as_read(project, s, known) for s in sources}
    targets = {name: noted["targets"] for name, noted in read.items()}
    gone = {t for t in {*chain.from_iterable((*targets.values(), *besides.values()))} if not _is_there(t, places)}
    gone -= _of_others(project, gone, besides, targets, known)
    wrong = [project.root / name for name, own in targets.items() if gone and not gone.isdisjoint(own)]
    of = [report for report, own in besides.items() if gone and not gone.isdisjoint(own)]
    wrong += [project.root / name for report in of for name in _page_sources(project, report)]
    dead = dead_links(project, wrong) if wrong else []
    if dead:
        words = "; ".join(f"{page} links to {shown(link, 100)}" for page, link in dead[:SHOWN])
        more = f"; and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
        raise UserError(
            f"{words}{more}: there is no such page or file on the site. Correct the link{'s' if len(dead) > 1 else ''};"
            " the site is as it was."
        )
    if read != known:
        write_whole(record, stamp_text(package_digest(), read))
    return _leads_to(targets)


def _of_others(
    project: Project,
    asked: Collection[str],
    besides: Collection[str],
    targets: Mapping[str, Sequence[str]],
    known: Mapping[str, dict],
) -> set[str]:
    """What of this is there in the folders of reports that are as they were: where pages that did not change led
    already, and what is in their lists.
    """
    found: dict[str, list[str]] = {}
    for target in asked:
        if (report := report_of(target) or report_of(f"{target}/index.html")) in besides:
            found.setdefault(report, []).append(target)
    same = [own for name, own in targets.items() if name in known and known[name]["targets"] == own]
    led_before = {*chain.from_iterable(same)}
    there = {target for own in found.values() for target in own if target in led_before}
    lists = lists_served(project)
    for report, own in found.items():
        if left := [target for target in own if target not in there]:
            names = served_of(project, Job(*report.split("/")), lists)
            places = names.keys() | {page_address(project, project.root / n) for n in names if n.endswith(PAGES)}
            there.update(target for target in left if _is_there(target, places))
    return there


def _page_sources(project: Project, report: str) -> list[str]:
    config = load_yaml(project.root / "_quarto.yml", "_quarto.yml")["project"]
    names = [_name(project, path) for path in matches(project, config["render"])]
    return [name for name in names if report_of(name) == report]


def _leads_to(targets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Where the pages of each report lead to outside of its own folder, in order, by the report."""
    found: dict[str, set[str]] = {}
    for name, own in targets.items():
        if report := report_of(name):
            found.setdefault(report, set()).update(t for t in own if not t.startswith(f"reports/{report}/"))
    return {report: sorted(own) for report, own in found.items()}


def _as_read(project: Project, source: Path, known: Mapping[str, dict]) -> dict:
    """What is noted of a page: what its links stand in, and where they lead; as it was, if nothing of that changed."""
    noted = known.get(_name(project, source))
    if noted is not None and _is_as_read(project, noted["made_from"]):
        return noted
    return {"made_from": _read_with(project, source), "targets": sorted(set(targets_of(project, source).values()))}


def _read_with(project: Project, source: Path) -> dict[str, str]:
    """sha256 of what the links of a page stand in: its source, and what that takes in."""
    names = INCLUDE.findall(source.read_text(encoding="utf-8")) if source.suffix != ".ipynb" else []
    return {_name(project, p): file_digest(p) for p in (source, *(_place(project, source, n) for n in names))}


def _is_as_read(project: Project, noted: Mapping[str, str]) -> bool:
    return all(file_digest(project.root / name) == said for name, said in noted.items())
