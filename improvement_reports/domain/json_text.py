"""JSON as files of this project have it: one entry a line, indented by one space.

The same text as ``json.dumps(value, indent=1, ensure_ascii=False, sort_keys=…)``, which Python writes several times
more slowly as soon as it is to indent.
"""

import json
from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import Any

PLAIN = (bool, int, float, type(None))
ONLY_TEXTS = frozenset({str})
UNCHANGED = frozenset({str, int, bool, type(None)})


def json_text(value: Any, sort_keys: bool = True, ensure_ascii: bool = False) -> str:
    """The text of a value of dicts, lists, texts, numbers and None; a TypeError for anything else, as from `json`."""
    parts: list[str] = []
    quote = encode_basestring_ascii if ensure_ascii else encode_basestring
    _write(value, "\n", parts.append, quote, sort_keys)
    return "".join(parts)


def copy_as_json(value: Any) -> Any:
    """What `json` would read of what it writes of a value, in a sixth of the time; a TypeError for what it would
    make another thing of, or refuse.

    >>> copy_as_json({"a": (1, [2.5, None]), "b": "c"})
    {'a': [1, [2.5, None]], 'b': 'c'}
    """
    kind = type(value)
    if kind is dict and ONLY_TEXTS.issuperset(map(type, value)):
        return {key: entry if type(entry) in UNCHANGED else copy_as_json(entry) for key, entry in value.items()}
    if kind is list or kind is tuple:
        return [entry if type(entry) in UNCHANGED else copy_as_json(entry) for entry in value]
    if kind in UNCHANGED or (kind is float and isfinite(value)):
        return value
    raise TypeError(f"{kind.__name__} is not what JSON reads")


def lined(value: dict[str, Any]) -> str:
    """The text of a dict with a line for each entry of it, and for each entry of those of its values that hold others.

    >>> print(lined({"b": [{"c": 1}, {"c": 2}], "a": [1, 2], "d": {"e": "f"}}), end="")
    {
    "a": [
    1,
    2],
    "b": [
    {"c": 1},
    {"c": 2}],
    "d": {
    "e": "f"}
    }
    """
    entries = [f"{_line(key)}: {_entries(entry)}" for key, entry in sorted(value.items())]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _entries(value: Any) -> str:
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"{_line(key)}: {_line(entry)}" for key, entry in sorted(value.items())) + "}"
    if isinstance(value, list | tuple) and value:
        return "[\n" + ",\n".join(map(_line, value)) + "]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _write(value: Any, line: str, put: Callable[[str], None], quote: Callable[[str], str], sort_keys: bool) -> None:
    """Put the text of a value; ``line`` is the beginning of a line at its depth."""
    if isinstance(value, str):
        put(quote(value))
    elif isinstance(value, dict):
        _write_dict(value, line, put, quote, sort_keys)
    elif isinstance(value, list | tuple):
        _write_list(value, line, put, quote, sort_keys)
    else:
        put(_plain(value))


def _write_list(value: Any, line: str, put: Callable[[str], None], quote: Callable[[str], str], sort: bool) -> None:
    if not value:
        return put("[]")
    inner = f"{line} "
    if ONLY_TEXTS.issuperset(map(type, value)):  # the lines of a text, as most lists of a notebook are
        return put(f"[{inner}{f',{inner}'.join(map(quote, value))}{line}]")
    before = "["
    for entry in value:
        put(before + inner)
        _write(entry, inner, put, quote, sort)
        before = ","
    return put(f"{line}]")


def _write_dict(value: dict, line: str, put: Callable[[str], None], quote: Callable[[str], str], sort: bool) -> None:
    if not value:
        return put("{}")
    inner, before = f"{line} ", "{"
    for key, entry in sorted(value.items()) if sort else value.items():
        name = quote(key if isinstance(key, str) else _key(key))
        if type(entry) is str:
            put(f"{before}{inner}{name}: {quote(entry)}")
        else:
            put(f"{before}{inner}{name}: ")
            _write(entry, inner, put, quote, sort)
        before = ","
    return put(f"{line}}}")


def _plain(value: Any) -> str:
    """A number, true, false or null; a TypeError for anything else."""
    return repr(value) if type(value) is int else json.dumps(value)


def _key(key: Any) -> str:
    """A key that is no text, as `json` writes it."""
    if isinstance(key, PLAIN):
        return json.dumps(key)
    raise TypeError(f"keys must be str, int, float, bool or None, not {type(key).__name__}")
