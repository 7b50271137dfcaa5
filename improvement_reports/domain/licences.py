"""Under which licence a source is: what its return says of it, and where an open licence that it names can be read.

A licence belongs to a source, never to an edition as a whole: its figures are their publishers', its words are its own.
"""

import re
from typing import NamedTuple


class Licence(NamedTuple):
    """An open licence: its identifier (spdx.org/licenses), its name and where it can be read."""

    identifier: str
    name: str
    url: str


OGL = Licence(
    "OGL-UK-3.0",
    "Open Government Licence v3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)
MIT = Licence("MIT", "MIT licence", "https://opensource.org/license/mit")
CC_BY = Licence("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/")
CC0 = Licence("CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
# How a return may write them; anything else is no open licence, whatever else it says.
WRITTEN = (
    (re.compile(r"(open government licen[cs]e|ogl)(-uk)?[\s,-]*(v|version)?[\s.]*3(\.0)?", re.IGNORECASE), OGL),
    (re.compile(r"mit([\s-]+licen[cs]e)?", re.IGNORECASE), MIT),
    (re.compile(r"(cc|creative commons)[\s-]*(by|attribution)[\s-]*4(\.0)?( international)?", re.IGNORECASE), CC_BY),
    (re.compile(r"(cc|creative commons)[\s-]*(0|zero)[\s-]*(1(\.0)?)?", re.IGNORECASE), CC0),
)
NONE_STATED = "no open licence is stated; its figures are quoted with their source"
SEVERAL = "No single licence: each source has its own"
OWN_WORDS = (
    "The words of the report are its publisher’s own; figures, official titles and quotations belong to the publishers"
    " of their sources."
)


def open_licence(text: str) -> Licence | None:
    """The open licence that a source's ``licence`` names, or None."""
    words = text.strip().rstrip(".")
    return next((licence for pattern, licence in WRITTEN if pattern.fullmatch(words)), None)


def licence_words(text: str, illustrative: bool = False) -> str:
    """What a reader is told of the licence of one source: its open licence, or that none is stated.

    What is made up for a demonstration is said as it is.
    """
    found = open_licence(text)
    if found is not None:
        return found.name
    return text if illustrative else f"{text}: {NONE_STATED}"


def common_licence(texts: list[str], illustrative: bool = False) -> Licence | None:
    """The one open licence of several sources, or None where they differ or one has none; made-up data are under the
    project's.
    """
    if illustrative:
        return MIT
    found = {open_licence(text) for text in texts}
    return found.pop() if len(found) == 1 else None
