"""`docs/verdicts.md` says what the method of release 0.3.0 changed: every verdict of the five real reports and of three
months of the demonstration, read from the frozen editions that the two releases made.
"""

import json
import os
from collections import Counter
from pathlib import Path

from conftest import ROOT

PAGE = ROOT / "docs/verdicts.md"
BEFORE, NOW = "0.2.0", "0.3.0"
REPORTS = (
    "gloucestershire/2020-10/inspection",
    "gloucestershire/2021-04/board",
    "gloucestershire/2022-11/scrutiny",
    "herefordshire/2021-08/cabinet",
    "worcestershire/2018-06/cabinet",
    "exampleshire/2024-06/board",
    "exampleshire/2025-03/board",
    "exampleshire/2025-09/board",
)
NO_WORD = "no word"
WHY_NONE = "fewer than 12 values, and no two that are each given as so many of so many"
NOT_DATED = "the source does not date the newest value, so nothing is before it"
HEAD = f"""# Every verdict before and after

What the newest editions of release {BEFORE} called each measure, and what those of release {NOW} call it: the five real
reports, and three months of the demonstration. Before, a change of one percentage point since the value before was a
direction; now it takes a control chart of 12 values, or a test of two shares ([method](../about/method.qmd#direction);
how often each rule is wrong is in [method-proof.md](method-proof.md)). A test reads the editions again and compares
this page; nobody edits it (`UPDATE_GOLDEN=1` writes it).

Measures without an earlier value had no verdict before and have none now, and do not stand here. Each edition's page
"What changed" has the same with everything else that changed.
"""


def edition_of(report: str, release: str) -> Path:
    """The newest edition of a report that a release made."""
    made = [
        path.parent
        for path in (ROOT / "reports" / report).glob("v*/manifest.json")
        if json.loads(path.read_text(encoding="utf-8"))["software"]["version"] == release
    ]
    return max(made, key=lambda folder: int(folder.name[1:]))


def figures_of(folder: Path) -> list[dict]:
    return json.loads((folder / "figures.json").read_text(encoding="utf-8"))["figures"]


def directions(folder: Path) -> dict[str, dict]:
    """The verdicts on the council's own measures that an edition shows, by the id of their figure."""
    return {f["id"]: f for f in figures_of(folder) if f["id"].endswith(".direction") and not f["id"].startswith("dfe")}


def rows_of(report: str) -> list[tuple[str, str, str, str]]:
    """Of each measure that one of the editions judges: its name, the word before, the word now, what that rests on."""
    folders = [edition_of(report, release) for release in (BEFORE, NOW)]
    before, now = map(directions, folders)
    undated = {f["measure_id"] for f in figures_of(folders[1]) if f["period"] == "not dated"}
    found = []
    for key in dict.fromkeys([*before, *now]):
        name = (before.get(key) or now[key])["label"].partition(":")[0]
        old = before[key]["published"] if key in before else NO_WORD
        new = now[key]["published"] if key in now else NO_WORD
        none = NOT_DATED if before.get(key, {}).get("measure_id") in undated else WHY_NONE
        why = now[key]["formula"].rpartition(";")[0] if key in now else none
        if old != "too few points":
            found.append((name, old, new, why))
    return found


def page() -> str:
    counted: Counter = Counter()
    parts = []
    for report in REPORTS:
        rows = rows_of(report)
        counted.update((old, new) for _, old, new, _ in rows)
        parts.append(f"\n## {report}\n")
        if not rows:
            parts.append("No measure has an earlier value of its own kind.")
            continue
        parts += ["| Measure | Before | Now | Rests on |", "|---|---|---|---|"]
        parts += [f"| {' | '.join(row)} |" for row in rows]
    named = sum(n for (old, _), n in counted.items() if old in ("improving", "worsening"))
    kept = sum(n for (old, new), n in counted.items() if old == new and old in ("improving", "worsening"))
    found = sum(n for (old, new), n in counted.items() if old != new and new in ("improving", "worsening"))
    summary = (
        f"\nOf {sum(counted.values())} verdicts {named} said improving or worsening before; {kept} of these still do."
        f" {found} that had no such word, or the other one, have one now.\n"
    )
    return HEAD + summary + "\n".join(parts) + "\n"


def test_the_page_says_what_the_editions_say():
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page()
