"""Golden files: whole outputs, compared as they are.

``UPDATE_GOLDEN=1 python -m pytest tests`` (without -n) writes them anew; read the difference before it is committed.
"""

import os
import re
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
MESSAGES = GOLDEN / "messages.txt"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


def assert_golden(name: str, text: str) -> None:
    """The whole text is what the golden file holds."""
    path = GOLDEN / name
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def golden_messages() -> dict[str, str]:
    """The messages of ``golden/messages.txt`` by the name of their case."""
    text = MESSAGES.read_text(encoding="utf-8") if MESSAGES.exists() else ""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {name: said.strip("\n") for name, said in zip(parts[::2], parts[1::2], strict=True)}


def assert_message(name: str, text: str) -> None:
    """A message is the golden one of its case."""
    if UPDATE:
        known = {**golden_messages(), name: text}
        MESSAGES.write_text("\n".join(f"## {n}\n{t}\n" for n, t in sorted(known.items())), encoding="utf-8")
    known = golden_messages()
    assert name in known, f"there is no golden message for this case yet; it says:\n{text}"
    assert text == known[name]
