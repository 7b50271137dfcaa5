"""What the tests of the downloads share: facts of a made-up edition, another day, and the validators from outside."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import rocrate

from improvement_reports.editions.downloads.facts import EditionFacts

VALIDATORS = Path(__file__).parent / "validators"
# The library ships the context of 1.3. Every term that we use means the same in 1.1, but for those that we define.
CONTEXT = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"


def facts_of(**changes) -> EditionFacts:
    given = {
        "identifier": "improvement-reports/exampleshire/2024-03/board/v1",
        "number": 1,
        "title": "Improvement plan: progress to March 2024",
        "description": "How far the plan has come.",
        "authority_name": "Exampleshire",
        "authority_key": "exampleshire",
        "month": "2024-03",
        "report_kind": "board",
        "edition_kind": "first",
        "reason": "First publication",
        "date_published": "2024-04-30",
        "meeting": "Improvement Board, 30 April 2024",
        "illustrative": False,
        "licence_name": "Open Government Licence v3.0",
        "licence_url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "publisher": "Exampleshire County Council",
        "software_version": "0.1.0",
        "publisher_url": "https://www.exampleshire.example/",
        "sources": [
            {
                "id": "paper",
                "title": "A paper",
                "publisher": "Exampleshire County Council",
                "date": "2024-04-22",
                "licence": "Open Government Licence v3.0",
            }
        ],
        "parameters": {"authority": "exampleshire", "month": "2024-03"},
        "inputs": [{"path": "exampleshire/2024-03/observations.csv", "sha256": "0" * 64}],
    }
    return EditionFacts(**given | changes)


def later(monkeypatch) -> None:
    """Years later, as far as the libraries that write files can tell."""
    import rocrate.utils
    import xlsxwriter.core
    import xlsxwriter.workbook

    class Kind(type):
        def __instancecheck__(cls, value):  # a true datetime is one still
            return isinstance(value, datetime)

    class Later(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 2, 3, 4, 5, 6, tzinfo=tz)

        utcnow = now

    for module in (rocrate.utils, xlsxwriter.core, xlsxwriter.workbook):
        if hasattr(module, "datetime"):
            monkeypatch.setattr(module, "datetime", Later)
    monkeypatch.setattr("time.time", lambda: 1_927_944_306.0)


def validators() -> Path:
    """The packages that judge from outside; `python3 make.py test` installs them."""
    folder = Path(sys.prefix) / "validators"
    if not (folder / ".lock-key").exists():
        if os.environ.get("CI"):
            pytest.fail("the validators are not installed, and here no test may be left out")
        pytest.skip("the validators are not installed; python3 make.py test installs them")
    return folder


def crate_issues(folder: Path, severity: str = "REQUIRED") -> list[dict]:
    """What the official validator says of an RO-Crate."""
    command = [sys.executable, "-I", VALIDATORS / "check_crate.py", validators(), folder, CONTEXT, severity]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def package_errors(descriptor: Path) -> list:
    """What Frictionless says of a data package."""
    command = [sys.executable, "-I", VALIDATORS / "check_package.py", validators(), descriptor]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
