"""Whether a page is valid HTML, of which what is made alike need not be read again and again.

Only its structure decides that: which elements with which attributes follow which. So words and values in which no sign
has a meaning are one word, and of rows, entries and the like that then say the same one after another two are read.
"""

import re
from collections import Counter
from functools import cache

import html5lib

ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#3[49]);")
WORDS = re.compile(r">\s*[^\s<>&][^<>&]*?(\s*)<")
VALUE = re.compile(r'="[^"<>&]+"')
ALIKE = re.compile(r"((?:.*\n){1,8}?)\1{2,}")  # lines, or groups of up to eight lines, three times or more

TAG = re.compile(r"<(/?)(\w+)")
NEED_NO_END = {"br", "img", "input", "hr", "meta", "link", "tr", "td", "th", "li", "p", "dt", "dd", "col", "source"}


def structure(page: str) -> str:
    """A page with one word for all words and values, and without what is repeated more than once."""
    return ALIKE.sub(_twice, VALUE.sub('="x"', WORDS.sub(r">x\1<", ENTITY.sub("x", page))))


def _twice(alike: re.Match) -> str:
    """Lines twice instead of many times, unless they open or close something that other lines close or open."""
    depth: Counter = Counter()
    for closes, tag in TAG.findall(alike[1]):
        depth[tag] += -1 if closes else 1
    return alike[0] if any(depth[tag] for tag in depth if tag not in NEED_NO_END) else alike[1] * 2


def faults(page: str) -> list[tuple]:
    """What html5lib finds wrong with a page."""
    return _faults(structure(page))


@cache
def _faults(page: str) -> list[tuple]:
    parser = html5lib.HTMLParser()
    parser.parse(page)
    return parser.errors
