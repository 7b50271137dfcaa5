"""Drawings by what they were made from, for a process that makes the same page again and again.

Nothing is kept until `keep_in` says where; a drawing is kept only if all that it is made from can be told apart by its
words: texts, numbers, lists and records of them.
"""

from collections.abc import Callable, MutableMapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import wraps
from typing import ParamSpec

Asked = ParamSpec("Asked")
PLAIN = (str, int, float, bool, type(None), Enum, Decimal, Fraction, date)
_kept: MutableMapping[str, str] | None = None


def keep_in(place: MutableMapping[str, str] | None) -> None:
    """Keep drawings there from now on, by their keys; None: keep none."""
    global _kept
    _kept = place


def drawn_once(draw: Callable[Asked, str]) -> Callable[Asked, str]:
    """A drawing function that draws the same only once, where drawings are kept."""

    @wraps(draw)
    def drawing(*given: Asked.args, **named: Asked.kwargs) -> str:
        if _kept is None or not (is_plain(given) and is_plain(named)):
            return draw(*given, **named)
        key = repr((draw.__module__, draw.__qualname__, given, sorted(named.items())))
        if key not in _kept:
            _kept[key] = draw(*given, **named)
        return _kept[key]

    return drawing


def is_plain(value: object) -> bool:
    """Whether two values are the same if their words are.

    >>> is_plain([("a", 1.5, None)]), is_plain({"a": object()})
    (True, False)
    """
    if isinstance(value, PLAIN):
        return True
    if isinstance(value, list | tuple):
        return all(is_plain(part) for part in value)
    if isinstance(value, dict):
        return all(is_plain(part) for pair in value.items() for part in pair)
    return is_dataclass(value) and all(is_plain(getattr(value, field.name)) for field in fields(value))
