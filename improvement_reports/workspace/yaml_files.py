"""Read a settings file: a mapping in YAML, without YAML's surprises.

Before anything is built the file is looked at event by event: how deep, how many, no alias (a few of them make
gigabytes), no invisible characters. What YAML reads as another number than is written there (010 is eight, 1:30 is
ninety) is refused.
"""

import pickle
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ValidationError

from improvement_reports.domain.errors import Fault, InvalidInput, shown
from improvement_reports.domain.hints import date_problem, suggestion
from improvement_reports.domain.limits import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MAX_SCALAR, MAX_SETTINGS_BYTES
from improvement_reports.domain.plain_text import text_problem
from improvement_reports.workspace.fields import ID
from improvement_reports.workspace.safe_reading import read_bytes

if TYPE_CHECKING:
    from yaml import SafeLoader as _Loader
else:  # the one in C where there is one, which reads the same faster
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
EMPTY = "the file is empty or not a list of “key: value”; see the template"

# What the library calls a mistake, and how it is told.
MISTAKES = (
    (
        "mapping values are not allowed",
        "a colon stands where none can; put a text that holds a colon in quotation marks",
    ),
    (
        "could not find expected ':'",
        "a name has no colon after it, or a text goes on at the margin; add the colon or indent the text",
    ),
    (
        "expected node content",
        "a value is missing, or a bracket is open; add what is missing, or put the text in quotation marks",
    ),
    ("expected ',' or ']'", "a list in square brackets is not closed; add the bracket or the comma"),
    ("expected ',' or '}'", "a list in curly brackets is not closed; add the bracket or the comma"),
    (
        "cannot start any token",
        "a tab or a special sign stands at the beginning; indent with spaces, and put the text in quotation marks",
    ),
    ("unexpected end of stream", "quotation marks are not closed; add them"),
    (
        "did not find expected key",
        "the line is not indented like the ones above it, or quotation marks stand inside a text; correct it",
    ),
    ("did not find expected '-' indicator", "the line is not indented like the ones above it; correct it"),
    (
        "block sequence entries are not allowed",
        "a hyphen stands where no list can begin; begin the list on a line of its own",
    ),
    (
        "unknown escape",
        "a backslash stands before a letter; write it in single quotation marks, or without the backslash",
    ),
    ("control characters", "a control character stands there; remove it"),
    ("undefined alias", "an asterisk begins a value; put it in quotation marks"),
    ("expected a single document", "a line --- begins a second file; remove it"),
    ("unicode", "a character cannot be written like this; write the character itself"),
)
OTHER_MISTAKE = (
    "cannot be read here; correct the colon after the name, the brackets, the quotation marks or the indentation"
)


class _Told(yaml.YAMLError):
    """A fault in our own words, and the line where it stands."""

    def __init__(self, problem: str, mark=None):
        super().__init__(problem)
        self.problem, self.problem_mark = problem, mark


class _SettingsLoader(_Loader):
    """YAML lets a key stand twice and keeps the last; a parameter that is said twice is a mistake."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Told("a key is not a word; correct the YAML", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool):
                raise _Told("a key is not a word; correct the YAML", key_node.start_mark)
            if key in seen:
                raise _Told(f"the key {shown(key)} stands twice; correct the YAML", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_number(self, node):
        text = node.value
        if not PLAIN_NUMBER.fullmatch(text):
            raise _Told(
                f"{shown(text)} would be read as another number; put a text in quotation marks, or write a plain"
                " number",
                node.start_mark,
            )
        if sum(c.isdigit() for c in text) > MAX_DIGITS:
            raise _Told(
                f"{shown(text)} has more than {MAX_DIGITS} digits; round it, or put a text in quotation marks",
                node.start_mark,
            )
        return float(text) if "." in text else int(text)

    def construct_date(self, node):
        try:
            return super().construct_yaml_timestamp(node)
        except (ValueError, OverflowError):
            problem = f"{shown(node.value)} {date_problem(node.value)}, or put it in quotation marks if it is a text"
            raise _Told(problem, node.start_mark) from None


_SettingsLoader.add_constructor("tag:yaml.org,2002:int", _SettingsLoader.construct_number)
_SettingsLoader.add_constructor("tag:yaml.org,2002:float", _SettingsLoader.construct_number)
_SettingsLoader.add_constructor("tag:yaml.org,2002:timestamp", _SettingsLoader.construct_date)


def load_yaml(path: Path, name: str, wanted: str = "") -> dict:
    """The mapping in a YAML file; `InvalidInput` with one fault if there is none.

    ``wanted``: what the file must hold, for the message when it is missing.
    """
    try:
        content = pickle.loads(_parsed(_decoded(read_bytes(path, name, MAX_SETTINGS_BYTES), name)))
    except FileNotFoundError:
        raise InvalidInput(
            name, [Fault(name, f"the file is missing; add it{f' with {wanted}' if wanted else ''}")]
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InvalidInput(name, [Fault(f"{name}, line {mark.line + 1}" if mark else name, _problem(error))]) from None
    except (ValueError, RecursionError, OverflowError):
        raise InvalidInput(name, [Fault(name, f"a value {OTHER_MISTAKE}")]) from None
    if not isinstance(content, dict):
        raise InvalidInput(name, [Fault(name, EMPTY)])
    return content


@lru_cache(maxsize=64)  # the lists of a project are asked for with every month and every report
def _parsed(text: str) -> bytes:
    """What a text holds, packed: whoever asks gets an object of their own."""
    _look_over(text)
    return pickle.dumps(yaml.load(text, Loader=_SettingsLoader))


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidInput(
            name,
            [
                Fault(
                    f"{name}, line {line}",
                    f"the byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8",
                )
            ],
        ) from None


def _look_over(text: str) -> None:
    """Depth, size, aliases and characters, before a single value is built: events need neither recursion nor memory."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Told(
                "a text that begins with * or & points to another place; write it out, or put it in quotation marks",
                mark,
            )
        if given := getattr(event, "tag", None):
            tag = shown(given.replace("tag:yaml.org,2002:", "!!"))
            raise _Told(f"{tag} stands before a value; write words, numbers, lists and names with values", mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > MAX_DEPTH:
            raise _Told(
                f"lists and names stand more than {MAX_DEPTH} deep within each other; correct the brackets or the"
                " indentation",
                mark,
            )
        if nodes > MAX_NODES:
            raise _Told(f"holds more than {MAX_NODES:,} names and values; send only what is needed", mark)
        if isinstance(event, yaml.ScalarEvent) and (problem := text_problem(event.value, MAX_SCALAR)):
            raise _Told(f"{shown(event.value)} {problem}", mark)


def _problem(error: yaml.YAMLError) -> str:
    """The library's words in ours."""
    if isinstance(error, _Told):
        return error.problem
    if isinstance(error, yaml.constructor.ConstructorError):
        return "holds something other than words, numbers, lists and names with values; correct the YAML"
    said = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}".lower()
    told = next((words for sign, words in MISTAKES if sign in said), OTHER_MISTAKE)
    return f"{told} (YAML)"


def _fields_at(model: type[BaseModel], location: tuple) -> list[str]:
    """The parameter names allowed where an unknown one was found, for the message."""
    schema = model.model_json_schema()
    node = schema
    for part in location:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        choices = node.get("anyOf", [node])
        node = next((c for c in choices if c.get("type") != "null"), node)
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        if isinstance(part, int):
            node = node.get("items", {})
            node = next((c for c in node.get("oneOf", []) if "$ref" in c), node)  # a name or something with names
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
    node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if isinstance(node, dict) and "$ref" in node else node
    return sorted(node.get("properties", {})) if isinstance(node, dict) else []


def validated(model: type[BaseModel], content: dict, name: str):
    """``content`` as a ``model``; `InvalidInput` with one sentence per fault, naming the parameter and what is
    allowed.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InvalidInput(name, [_fault(model, e, name) for e in error.errors()]) from None


# What to write instead, by the kind of mistake; the names of the kinds are pydantic's.
TYPE_SENTENCES = {
    "string_type": "write a text, in quotation marks if it looks like a number",
    "string_too_short": "write a text",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "write it in the form that the template shows",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "greater_than_equal": "write a number of at least {ge}",
    "less_than_equal": "write a number of at most {le}",
    "list_type": "write a list, one entry to a line with a hyphen before it",
    "dict_type": "write names with a colon and their values below it",
    "model_type": "write names with a colon and their values below it",
    "model_attributes_type": "write names with a colon and their values below it",
    "too_short": "add at least {min_length} entry",
}


PATTERN_SENTENCES = {
    "la_code": "write three digits",
    "ons_code": "write a letter and eight digits",
    "question": "write a question that ends with a question mark",
    "sha256": "write 64 hexadecimal digits",
    "url": (
        "write an address that begins with https:// and holds no spaces, quotation marks, angle brackets or backslashes"
    ),
}


# What the library adds to a place and no file has.
NO_PLACE = ("[key]", "[name]", "[own]")


def _fault(model, error, name) -> Fault:
    location = tuple(part for part in error["loc"] if part not in NO_PLACE)
    path = shown(" → ".join(map(str, location)) or "the file", 120)[1:-1]
    last = location[-1] if location else ""
    match error["type"]:
        case "missing":
            return Fault(name, f"the parameter “{path}” is missing; add it")
        case "extra_forbidden":
            allowed = _fields_at(model, location[:-1])
            hint = suggestion(last, allowed) or f"; allowed are {', '.join(allowed)}"
            return Fault(name, f"“{path}” is not a known parameter{hint}")
        case "enum" | "literal_error":
            return Fault(name, f"“{path}” is {shown(error['input'])}; allowed are {error['ctx']['expected']}")
        case "value_error":
            problem = str(error["ctx"]["error"])
            if location and not isinstance(error["input"], dict):
                problem = f"“{path}” is {shown(error['input'])}: {problem}"
            return Fault(name, f"“{path}”: {problem}" if location and isinstance(error["input"], dict) else problem)
        case other:
            wanted = TYPE_SENTENCES.get(other, "write what the template has there")
            wanted = PATTERN_SENTENCES.get(last, wanted) if other == "string_pattern_mismatch" else wanted
            wanted = wanted.format(**error.get("ctx", {}))
            return Fault(name, f"“{path}” is {shown(error['input'])}, which is not allowed; {wanted}")


@cache
def _mapping_cached(path: Path, model: type[BaseModel], name: str, stamp: tuple[int, ...]) -> dict:
    content = load_yaml(path, name)
    faults, result = [], {}
    for key, value in content.items():
        try:
            entry = f"{name}, {key}"
            if not isinstance(key, str) or not ID.fullmatch(key):
                raise InvalidInput(
                    name, [Fault(entry, "not an id; use lower-case letters, digits, hyphens and underscores")]
                )
            result[key] = validated(model, value if isinstance(value, dict) else {"": value}, entry)
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(name, faults)
    return result


def load_entries(path: Path, model: type[BaseModel], name: str) -> dict:
    """A file of ``id: {...}`` entries, each as a ``model``; read once for each state of the file."""
    try:
        stat = path.stat()
        stamp: tuple[int, ...] = (stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        stamp = ()
    return _mapping_cached(path, model, name, stamp)
