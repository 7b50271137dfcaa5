"""Text that can stand on a page: what a person sees is all there is.

Control characters, invisible ones (zero width, soft hyphen, direction marks, tags, variation selectors), halves of
characters and the marks of lost or wrongly decoded ones are refused: they are seen by nobody and make two words of one,
or worse.
"""

import re
import unicodedata

from improvement_reports.domain.limits import MAX_TEXT

# Categories of Unicode that no plain text holds: controls, formats, halves of characters, private, unassigned,
# separators of lines and paragraphs.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Invisible although Unicode calls them letters, marks or symbols, and the mark of a character that was lost.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef\ufffc\ufffd]"
)
# What is there once lines have been broken and cells been set apart.
LAYOUT = "\n\t"
ORDINARY = re.compile(r"[\x20-\x7e\xa0-\xac\xae-\xff\n\t\u2018’“”–—…€£]*")
# Excel's own way to write a character that XML cannot hold: _x000D_ is a line break.
ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
# UTF-8 that was read as Windows-1252: “â€™” for “’”, “Ã©” for “é”.
# Second and third bytes of UTF-8 as Windows-1252 shows them.
_BYTES = "".join(bytes([n]).decode("cp1252", errors="ignore") for n in range(0x80, 0xC0)) + "\x81\x8d\x8f\x90\x9d"
DAMAGED = re.compile(
    f"\u00c3[{re.escape(_BYTES)}]|\u00c2(?![^\\W\\d_])[{re.escape(_BYTES)}]|\u00c2[{re.escape(_BYTES)}](?=\\W|$)|\u00e2\u20ac[{re.escape(_BYTES)}]"
)
TOO_MANY_MARKS = 4

NAMES = {
    "\r": "a lone carriage return",
    "\ufffd": "the sign of a character that was lost",
    "\ufeff": "a byte-order mark",
    "\x00": "a NUL character",
    "\x07": "a bell",
    "\x1b": "an escape character",
}


def text_problem(text: str, limit: int = MAX_TEXT) -> str:
    """What is wrong with a text, as the end of a sentence, or nothing.

    A line break is ``\\n`` or ``\\r\\n``.
    """
    if len(text) > limit:
        return f"is longer than {limit:,} characters; shorten it"
    text = text.replace("\r\n", "\n")
    if not ORDINARY.fullmatch(text):
        for at, character in enumerate(text):
            if character not in LAYOUT and (
                unicodedata.category(character) in REFUSED_CATEGORIES or INVISIBLE.match(character)
            ):
                return (
                    f"holds {_name(character)}{_after(text, at)}, which cannot be seen; write the text again without it"
                )
        marks = 0
        for at, character in enumerate(text):
            marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
            if marks >= TOO_MANY_MARKS:
                return f"holds {marks} or more accents on one letter{_after(text, at)}; write plain text"
    if match := DAMAGED.search(text):
        return (
            f"holds “{match[0]}”, which is what is left of a character saved in another encoding; write the character"
            " itself"
        )
    if match := ESCAPE.search(text):
        return (
            f"holds {match[0]}, by which Excel writes a character that cannot be seen; write the text again without it"
        )
    return ""


def is_plain_text(text: str) -> bool:
    """Whether a text of a cell can stand on a page as it is."""
    return not text_problem(text)


def one_line(text: str) -> str:
    """A text in one form: letters with their accents as one character, and a line break or tab is a space."""
    return re.sub(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*", " ", unicodedata.normalize("NFC", text))


def _name(character: str) -> str:
    code = f"U+{ord(character):04X}"
    if character in NAMES:
        return f"{NAMES[character]} ({code})"
    known = unicodedata.name(character, "")
    return f"the character “{known.lower()}” ({code})" if known else f"the control character {code}"


def _after(text: str, at: int) -> str:
    """Where it stands: after which words that can be seen."""
    before = "".join(c for c in text[max(0, at - 60) : at] if c.isprintable()).split()
    return f" after “{' '.join(before[-2:])}”" if before else " at the beginning"
