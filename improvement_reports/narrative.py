"""Narrative: Markdown in our own words whose numbers are references, never digits.

A section is a sandboxed Jinja template that may do one thing: call the functions of `Facts` with constant arguments.
Anything else (a bare number, HTML, attributes, headings, statements) is a fault of the return.
"""

import re
from functools import cache

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from improvement_reports.errors import Fault, InvalidInput, UserError, shown
from improvement_reports.parameters import load_yaml, suggestion
from improvement_reports.project import Project

EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
FORBIDDEN = [
    (re.compile(r"<\s*[A-Za-z/!?]"), "holds HTML; write plain Markdown"),
    (re.compile(r"\{%|\{#"), "holds a Jinja statement or comment; only {{ … }} references are allowed"),
    (re.compile(r"[{}]"), "holds a brace outside a {{ … }} reference; remove it"),
    (
        re.compile(r"^\s*(#|=+\s*$|-{3,}\s*$|\*{3,}\s*$|:{3,})", re.MULTILINE),
        "holds a heading, a rule or a fenced block; the notebook gives the headings",
    ),
    (
        re.compile(r"!\[|\]\((?!https://|/|#|\.\./)"),
        "holds an image or a link that is neither https:// nor inside the site",
    ),
    (
        re.compile(r"[$@\\`|~^]"),
        "holds one of $ @ \\ ` | ~ ^, which have a special meaning in Markdown; write it in words",
    ),
    (re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]"), "holds control characters; write plain text"),
]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)


def load_names(project: Project) -> list[str]:
    """The reviewed names that hold a number and may stand in prose: section 47, Essentials 2.0. Longest first."""
    content = load_yaml(project.params / "names.yml", "params/names.yml")
    return sorted((str(n) for n in content.get("names") or []), key=len, reverse=True)


def render(text: str, facts) -> str:
    """A narrative template with its numbers filled in and traced; a `UserError` names what it cannot find."""
    try:
        return _environment().from_string(text).render(**facts.functions).strip()
    except (TemplateError, SecurityError, TypeError) as error:
        raise UserError(f"the narrative cannot be filled in: {error}") from None


def text_faults(text: str, where: str, names: list[str], functions) -> list[Fault]:
    """What is wrong with a template before any number is looked up, with its line."""
    faults = []
    prose = EXPRESSION.sub(lambda m: "\n" * m[0].count("\n"), text)
    for pattern, problem in FORBIDDEN:
        if match := pattern.search(prose):
            faults.append(
                Fault(_line(prose, match, where), f"{shown(prose[match.start() : match.start() + 20])} {problem}")
            )
            break
    faults += _bare_numbers(prose, where, names)
    try:
        template = _environment().parse(text)
    except TemplateSyntaxError as error:
        return [
            *faults,
            Fault(
                f"{where}, line {error.lineno}",
                f'a reference cannot be read ({error.message}); write {{{{ value("measure_id") }}}}',
            ),
        ]
    for output in template.find_all(nodes.Output):
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData):
                faults += _call_faults(node, where, functions)
    return faults


def _line(prose: str, match: re.Match, where: str) -> str:
    return f"{where}, line {prose[: match.start()].count(chr(10)) + 1}"


def _bare_numbers(prose: str, where: str, names: list[str]) -> list[Fault]:
    for name in names:
        prose = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", prose, flags=re.IGNORECASE)
    return [
        Fault(
            _line(prose, m, where),
            f'{shown(m[0].strip())} is a bare number; write a reference such as {{{{ value("measure_id") }}}}, or add the name that it is part of to params/names.yml',
        )
        for m in re.finditer(r"[^\s]*\d[^\s]*", prose)
    ]


def _call_faults(node, where: str, functions) -> list[Fault]:
    """A reference is one call of a known function with constants, so that no digit and no code comes in that way."""
    where = f"{where}, line {node.lineno}"
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return [
            Fault(
                where,
                'a reference must be one call such as {{ value("measure_id") }}; nothing else is allowed between the braces',
            )
        ]
    if node.node.name not in functions:
        return [
            Fault(
                where,
                f"“{node.node.name}” is not a function of narrative{suggestion(node.node.name, functions)}; allowed are {', '.join(functions)}",
            )
        ]
    constants = [*node.args, *(k.value for k in node.kwargs)]
    if node.dyn_args or node.dyn_kwargs or not all(isinstance(a, nodes.Const) for a in constants):
        return [Fault(where, f"{node.node.name}() takes only texts and numbers")]
    return []


def narrative_faults(project: Project, raw, tables: dict, measures) -> list[Fault]:
    """Every fault of a return's narrative, including references to figures that the return does not have."""
    from improvement_reports.facts import Facts
    from improvement_reports.parameters import load_authorities
    from improvement_reports.suppression import suppress

    tables = {**tables, "observations": suppress(tables["observations"], measures)}
    authority = load_authorities(project)[raw.info.authority]
    facts = Facts(
        raw.info.authority,
        raw.info.month,
        authority,
        measures,
        tables,
        earlier_tables(project, raw.info.authority, raw.info.month),
    )
    names = load_names(project)
    faults = []
    for section, text in raw.narrative.items():
        faults += template_faults(text, f"narrative/{section}.md", names, facts)
    return faults


def template_faults(text: str, where: str, names: list[str], facts) -> list[Fault]:
    """Faults of one template: of its text, else each reference that finds nothing, by its line."""
    if faults := text_faults(text, where, names, facts.functions):
        return faults
    faults = []
    for match in EXPRESSION.finditer(text):
        try:
            render(match[0], facts)
        except (UserError, InvalidInput) as error:
            faults.append(Fault(_line(text, match, where), f"{shown(match[0])}: {error}"))
    facts.take_figures()
    return faults


def earlier_tables(project: Project, authority: str, month: str) -> list[dict]:
    """The processed tables of the authority's earlier returns, oldest first."""
    from improvement_reports.prepare import INFO_FILE, read_processed

    folders = sorted(p.parent for p in (project.processed / authority).glob(f"*/{INFO_FILE}"))
    return [read_processed(f)[0] for f in folders if f.name < month]
