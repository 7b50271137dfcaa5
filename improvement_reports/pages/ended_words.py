"""What the page of an authority says of an end: its own, or that of those it took over from."""

from improvement_reports.domain.errors import listed
from improvement_reports.domain.escaping import markdown_text
from improvement_reports.domain.numbers import format_day
from improvement_reports.pages.all_reports import ENDED
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.councils import EndedCouncil, load_ended
from improvement_reports.workspace.places import Project


def end_words(project: Project, authority: Authority) -> str:
    """For the page of an authority that ended: when, and where more is said; nothing of others. Markdown."""
    own = load_ended(project).get(authority.la_code)
    if own is None:
        return ""
    words = f"**{markdown_text(authority.name)} ended on {format_day(own.ended)}.**"
    return f"{words} Who took over, and what was last published: {_link(_keys(project)[authority.la_code], own)}."


def predecessor_words(project: Project, authority: Authority) -> str:
    """For the page of an authority that took over from others: from whom; nothing of others. Markdown."""
    ended = [(code, c) for code, c in sorted(load_ended(project).items()) if authority.la_code in c.successors]
    keys = _keys(project) if ended else {}
    before = [_link(keys[code], c) for code, c in ended if code in keys]
    return f"It took over from {listed(before, 'and')}." if before else ""


def _keys(project: Project) -> dict[str, str]:
    """The key of each authority by its code."""
    return {a.la_code: key for key, a in load_authorities(project).items()}


def _link(key: str, council: EndedCouncil) -> str:
    """A link from the page of an authority, whose folder lies beside that of these pages."""
    return f"[{markdown_text(council.name)}](../{ENDED}/{key}/index.html)"
