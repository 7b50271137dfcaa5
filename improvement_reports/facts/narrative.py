"""Narrative: Markdown in our own words whose numbers are references, never digits.

A section is a sandboxed Jinja template that may do one thing: call the functions of `Facts` with constant arguments.
Anything else (a bare number, HTML, attributes, headings, statements) is a fault of the return.
"""

import ast
import inspect
import re
from collections.abc import Callable, Collection
from functools import cache, lru_cache
from typing import NamedTuple, TypeGuard

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from improvement_reports.domain.errors import Fault, InvalidInput, UserError, shown
from improvement_reports.domain.escaping import sentence_as_html
from improvement_reports.domain.hints import suggestion
from improvement_reports.domain.limits import MAX_ARGUMENT, MAX_REFERENCES
from improvement_reports.domain.wording import ONE_OF_MANY
from improvement_reports.facts.facts import Facts
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.prose.check import markup_faults
from improvement_reports.workspace.prose.signs import Finder, is_hidden
from improvement_reports.workspace.prose.texts import REFERENCE, Prose
from improvement_reports.workspace.yaml_files import load_yaml

# The functions of narrative by name, whose arguments are then checked too, or their names alone.
Functions = dict[str, Callable[..., str]] | Collection[str]

# What a reference to an observation may say besides the measure, and one to an amount besides the line.
OBSERVATION_OPTIONS = ["period", "category", "area", "period_type"]
AMOUNT_OPTIONS = ["period", "kind"]
EXAMPLE = '{{ value("measure_id") }}'


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)


@lru_cache(maxsize=2048)  # one month asks for what the month before asked for
def _template(text: str) -> Template:
    return _environment().from_string(text)


class _Call(NamedTuple):
    """What a reference asks for."""

    function: str
    arguments: tuple
    options: dict[str, object]


@lru_cache(maxsize=4096)
def _call_of(text: str) -> _Call | None:
    """The call that a text consists of, which then needs no program made of it; None for every other text."""
    return _plain_call(text) or _call_by_jinja(text)


def _plain_call(text: str) -> _Call | None:
    """The call where it is one with texts and whole numbers, each as its value stands there: Python reads that as Jinja
    does, ten times as fast. None for every other text.
    """
    inner = text[2:-2].strip()
    if not (text.startswith("{{") and text.endswith("}}") and inner.isascii()) or any(
        sign in inner for sign in NOT_ALIKE
    ):
        return None
    try:
        call = ast.parse(inner, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    given = {str(word.arg): word.value for word in call.keywords}
    values = [node.value for node in (*call.args, *given.values()) if _is_as_it_stands(node, inner)]
    if len(values) < len(call.args) + len(call.keywords):
        return None
    return _Call(call.func.id, tuple(values[: len(call.args)]), dict(zip(given, values[len(call.args) :], strict=True)))


NOT_ALIKE = ("\\", "#", "\n", "\r", "}}")  # escapes, remarks, more lines than one, an end that is none


def _is_as_it_stands(node: ast.expr, text: str) -> TypeGuard[ast.Constant]:
    """Whether a node is a text in quotation marks, with no letter before them, or a whole number in plain digits."""
    if not isinstance(node, ast.Constant) or type(node.value) not in (str, int):
        return False
    value, seen = node.value, text[node.col_offset : node.end_col_offset]
    return seen in (f'"{value}"', f"'{value}'") if isinstance(value, str) else seen == str(value)


def _call_by_jinja(text: str) -> _Call | None:
    output = list(_environment().parse(text).find_all(nodes.Output))
    calls = output[0].nodes if len(output) == 1 else []
    if len(calls) != 1 or not isinstance(call := calls[0], nodes.Call) or not isinstance(call.node, nodes.Name):
        return None
    given = {k.key: k.value for k in call.kwargs}
    constants = [value for value in (*call.args, *given.values()) if isinstance(value, nodes.Const)]
    if call.dyn_args or call.dyn_kwargs or len(constants) < len(call.args) + len(given):
        return None
    values = [constant.value for constant in constants]
    return _Call(
        call.node.name, tuple(values[: len(call.args)]), dict(zip(given, values[len(call.args) :], strict=True))
    )


@lru_cache(maxsize=2048)
def _parts_of(text: str) -> tuple[str | _Call, ...] | None:
    """The words and the calls of a template that has nothing else, as Jinja would have them: such a one needs no
    program made of it either. None for every other text.
    """
    if any(sign in text for sign in OTHER_SIGNS):
        return None
    words = REFERENCE.split(text.removesuffix("\n"))
    try:
        calls = [_call_of(found) for found in REFERENCE.findall(text)]
    except (TemplateError, ValueError, RecursionError):  # a text of it holds the sign of an end, or it is wrong
        return None
    if None in calls or any("{{" in part for part in words):
        return None
    return tuple(part for pair in zip(words, [*calls, ""], strict=True) for part in pair if part)


# What is more than words and calls: statements, comments, space that is taken away, and ends of lines that are.
OTHER_SIGNS = ("{%", "{#", "{{-", "-}}", "{{+", "+}}", "\r")


def load_names(project: Project) -> list[str]:
    """The reviewed names that hold a number and may stand in prose: section 47, Essentials 2.0. Longest first."""
    content = load_yaml(project.params / "names.yml", "params/names.yml")
    names = content.get("names")
    if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        problem = (
            "must be “names:” with a list of texts below it, one name to a line; put a name that is a number in"
            " quotation marks"
        )
        raise InvalidInput("params/names.yml", [Fault("params/names.yml", problem)])
    return sorted(names, key=len, reverse=True)


def render(text: str, facts: Facts, as_html: bool = False) -> str:
    """A narrative template with its numbers filled in and traced; a `UserError` names what it cannot find.

    ``as_html``: a sentence that stands in HTML and not in Markdown, so that its own words are escaped.
    """
    if as_html:
        words = [sentence_as_html(part) for part in REFERENCE.split(text)]
        references = [*REFERENCE.findall(text), ""]
        text = "".join(part for pair in zip(words, references, strict=True) for part in pair)
    return _filled(text, facts.functions).strip()


def _filled(text: str, functions: dict[str, Callable[..., str]]) -> str:
    """A template with what its references give."""
    try:
        parts = _parts_of(text)
        if parts is None or any(not isinstance(p, str) and p.function not in functions for p in parts):
            return _template(text).render(functions)
        return "".join(
            p if isinstance(p, str) else str(functions[p.function](*p.arguments, **p.options)) for p in parts
        )
    except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError, RecursionError):
        raise UserError(f"the narrative cannot be filled in; write references such as {EXAMPLE}") from None


def text_faults(text: str, where: str, names: list[str], functions: Functions) -> list[Fault]:
    """What is wrong with a template before any number is looked up, with its line."""
    return faults_of_texts([Prose(where, text)], names, functions)


def faults_of_texts(
    texts: list[Prose], names: list[str], functions: Functions, finder: Finder | None = None
) -> list[Fault]:
    """The same for several templates at once, which costs one call of Pandoc."""
    return [
        *markup_faults(texts, names, finder),
        *(f for t in texts for f in _syntax_faults(t.text, t.where, functions)),
    ]


def _syntax_faults(text: str, where: str, functions: Functions) -> list[Fault]:
    """What is wrong with the references of a template."""
    if (count := text.count("{{")) > MAX_REFERENCES:
        return [
            Fault(where, f"has {count} references, and at most {MAX_REFERENCES} are allowed in a section; shorten it")
        ]
    try:
        template = _environment().parse(text)
    except TemplateSyntaxError as error:
        return [
            Fault(
                f"{where}, line {error.lineno}",
                f"a reference cannot be read; write {EXAMPLE}, and close each bracket and quotation mark",
            )
        ]
    except ValueError:  # Python reads no integer of thousands of digits
        return [
            Fault(where, "a reference holds a number of more than nine digits; write the number as the data have it")
        ]
    except RecursionError:
        return [Fault(where, 'a reference nests too deeply; write one call such as {{ value("measure_id") }}')]
    outputs = (node for output in template.find_all(nodes.Output) for node in output.nodes)
    return [f for n in outputs if not isinstance(n, nodes.TemplateData) for f in _call_faults(n, where, functions)]


def _call_faults(node: nodes.Expr, where: str, functions: Functions) -> list[Fault]:
    """A reference is one call of a known function with constants, so that no digit and no code comes in that way."""
    where = f"{where}, line {node.lineno}"
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return [
            Fault(
                where,
                'a reference must be one call such as {{ value("measure_id") }}; nothing else is allowed between the'
                " braces",
            )
        ]
    if node.node.name not in functions:
        return [
            Fault(
                where,
                f"{shown(node.node.name)} is not a function of narrative{suggestion(node.node.name, functions)};"
                f" allowed are {', '.join(functions)}",
            )
        ]
    constants = [*node.args, *(k.value for k in node.kwargs)]
    values = [a.value for a in constants if isinstance(a, nodes.Const) and a.value is not None]
    if node.dyn_args or node.dyn_kwargs or len(values) < len(constants):
        return [Fault(where, f"{node.node.name}() takes only texts and numbers")]
    if any(_is_outsize(value) for value in values):
        problem = (
            f"{node.node.name}() takes texts of at most {MAX_ARGUMENT} characters and numbers of at most nine digits;"
            " write the id or the period as the data have it"
        )
        return [Fault(where, problem)]
    return (
        _argument_faults(node, node.node.name, where, functions[node.node.name]) if isinstance(functions, dict) else []
    )


def _is_outsize(constant: object) -> bool:
    """Whether no id, period or number of the data can look so: endless, huge, or with signs that cannot be seen."""
    if isinstance(constant, str):
        return len(constant) > MAX_ARGUMENT or any(is_hidden(c) for c in constant)
    return isinstance(constant, int | float) and not -1e9 < constant < 1e9


def _argument_faults(node: nodes.Call, name: str, where: str, function: Callable[..., str]) -> list[Fault]:
    """A missing, surplus or misspelt argument, by the function's own signature."""
    signature = inspect.signature(function)
    named = [k.key for k in node.kwargs]
    try:
        signature.bind(*(None for _ in node.args), **dict.fromkeys(named))
    except TypeError:
        parameters = signature.parameters.values()
        needed = ", ".join(p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD)
        example = '{{ value("measure_id", period="2021-03") }}'
        return [Fault(where, f"{name}() needs {needed or 'nothing'} between its brackets; write for example {example}")]
    own = [p.name for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    if len(own) < len(signature.parameters):
        own += AMOUNT_OPTIONS if name == "amount" else OBSERVATION_OPTIONS
    return [
        Fault(where, f"{name}() has no option {shown(k)}{suggestion(k, own)}; it has {', '.join(own)}")
        for k in named
        if k not in own
    ]


def reference_faults(text: str, where: str, facts: Facts) -> list[Fault]:
    """Each reference of a sound template that finds nothing, by its line; else what reads wrong with these numbers."""
    faults, parts, reached, functions = [], [], 0, facts.functions
    for match in REFERENCE.finditer(text):
        try:
            parts += [text[reached : match.start()], _filled(match[0], functions)]
        except (UserError, InvalidInput) as error:
            line = text[: match.start()].count("\n") + 1
            faults.append(Fault(f"{where}, line {line}", f"{shown(match[0])}: {error}"))
        reached = match.end()
    said = re.sub(r"<[^>]+>", "", "".join([*parts, text[reached:]]))
    if not faults and (found := ONE_OF_MANY.search(said)):
        faults.append(
            Fault(
                where,
                f"reads {shown(found[0])} this time; word it for one, for example with the number at the end of the"
                " sentence",
            )
        )
    facts.take_figures()
    return faults
