"""Output that a file or an old terminal can hold: where its encoding lacks a sign, the nearest plain one stands
for it.
"""

import codecs
import sys
import unicodedata

HANDLER = "improvement-reports-nearest"
# Signs whose loss would change what is said come first: a minus must stay a minus.
NEAREST = {
    "−": "-",
    "–": "-",
    "—": "-",
    "\u2011": "-",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "×": "x",
    "÷": "/",
    "±": "+/-",
    "…": "...",
    "“": '"',
    "”": '"',
    "\u2018": "'",
    "’": "'",
    "\u2032": "'",
    "£": "GBP ",
    "·": "-",
    "•": "*",
    "½": "1/2",
    "■": "*",
    "◆": "*",
    "▲": "*",
    "●": "*",  # the status that they mark stands in words beside them
}


def nearest(error: UnicodeError) -> tuple[str, int]:
    """For `codecs.register_error`: the nearest plain text for signs that an encoding lacks, ``?`` if there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = "".join(_plain(sign) for sign in error.object[error.start : error.end])
    return found, error.end


def _plain(sign: str) -> str:
    plain = NEAREST.get(sign) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(sign) else "?")


def can_say_everything() -> None:
    """No text ends a command because its output goes to a file or a pipe in an old encoding, as on Windows."""
    codecs.register_error(HANDLER, nearest)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") not in (
            "utf8",
            "utf16",
            "utf32",
        ):
            stream.reconfigure(errors=HANDLER)
