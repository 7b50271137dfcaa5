"""Write the eighteen monthly returns of Exampleshire, an authority that does not exist, and the parameters of its
reports.

    python tests/exampleshire_months/generate.py TARGET_ROOT [--state first|corrected]

The same bytes on every machine. ``corrected`` (the default) writes all returns as they stand after every correction and
revision. ``first`` writes only the two returns that were changed later, with the parameters of their reports, as they
were first sent. What happens, and when, is in ``story.py``; numbers and tables are made in ``month.py``, words in
``words.py``.
"""

import argparse
import csv
import io
import json
import shutil
from pathlib import Path

from month import CORRECTED, CORRECTED_ON, KEY, MONTHS, REVISED, REVISED_ON, Return
from words import month_words, narrative, parameters


def yaml_text(content: dict, depth: int = 0) -> str:
    """A mapping as YAML. JSON is YAML too, so every value is written as JSON on one line."""
    text = ""
    for key, value in content.items():
        name = "  " * depth + (json.dumps(key) if key[0].isdigit() else key)
        nested = isinstance(value, dict) and depth < 2 and value
        text += (
            f"{name}:\n{yaml_text(value, depth + 1)}"
            if nested
            else f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
        )
    return text


def csv_text(header: str, rows: list[tuple]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([[*header.split(","), "source_id", "locator"], *rows])
    return buffer.getvalue()


def return_info(r: Return) -> dict:
    """``return.yml``: a return that was changed names the document of the change as a second source."""
    month = month_words(r.month)
    common = {"publisher": "Exampleshire Council (made up)", "licence": "Made up for demonstration, free to use"}
    meeting = {"body": "Improvement Board", "date": r.meeting}
    sources = {r.source: {"title": f"Improvement return, {month}", **common, "date": r.received, "meeting": meeting}}
    if r.month in (CORRECTED, REVISED) and not r.is_first:
        what, day = {CORRECTED: ("Correction", CORRECTED_ON), REVISED: ("Revision", REVISED_ON)}[r.month]
        sources[f"{r.source}-changed"] = {"title": f"{what} of the improvement return, {month}", **common, "date": day}
    return {"authority": KEY, "month": r.month, "illustrative": True, "received": r.received, "sources": sources}


def files_of(r: Return) -> dict[str, str]:
    """Every file of a return and of its report's parameters, by its path."""
    folder = f"data/raw/{KEY}/{r.month}"
    files = {f"{folder}/return.yml": yaml_text(return_info(r))}
    files[f"{folder}/observations.csv"] = csv_text(
        "measure_id,area,period,period_type,category,value,numerator,denominator,value_status", r.observations()
    )
    files |= {f"{folder}/{name}.csv": csv_text(header, rows) for name, (header, rows) in r.tables().items()}
    files |= {f"{folder}/narrative/{name}.md": f"{text}\n" for name, text in narrative(r).items()}
    files[f"params/{KEY}/{r.month}-board.yml"] = yaml_text(parameters(r))
    return files


def write(root: Path, state: str = "corrected") -> None:
    """Write the returns below ``root``; a return that is written replaces all of its folder."""
    is_first = state == "first"
    for month in (CORRECTED, REVISED) if is_first else MONTHS:
        shutil.rmtree(root / f"data/raw/{KEY}/{month}", ignore_errors=True)
        for name, text in files_of(Return(month, is_first)).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target_root", type=Path, help="the folder that has, or will have, data/raw and params")
    parser.add_argument(
        "--state", choices=("first", "corrected"), default="corrected", help="as first sent, or as it stands"
    )
    arguments = parser.parse_args()
    write(arguments.target_root, arguments.state)
