"""Preparing a month costs no more the more months there are before it: work is counted, not seconds."""

import re
import shutil
from pathlib import Path

import pytest
from caches import forget_everything
from conftest import ROOT

from improvement_reports.domain import sameness
from improvement_reports.facts import narrative, shared
from improvement_reports.method import disclosure, suppression
from improvement_reports.returns import keys, series
from improvement_reports.workspace import official_tables, yaml_files
from improvement_reports.workspace.places import Project

MONTHS = 30
REAL = ROOT / "data" / "raw" / "exampleshire"
SHIFTED = re.compile(r"\b(20\d\d)-(\d\d)\b")
# What is done for a month and grew with the months before it, or was done anew for each.
COUNTED = (
    (suppression, "records_of"),
    (suppression, "cell_rows"),
    (disclosure, "cell_rows"),
    (shared, "normal_keys"),
    (narrative, "_filled"),
    (keys, "file_digest"),
    (keys, "file_hashes"),
    (yaml_files, "_look_over"),
    (official_tables, "read_bytes"),
    (series, "write_parquet"),
)
FOLDS = (sameness._first_spelling, suppression._SHOWN, disclosure._SAID, *shared._EARLIER.values())


def later(text: str, years: int) -> str:
    """A text with its months and days so many years later; of a financial year both of its years."""

    def moved(match: re.Match) -> str:
        year, other = int(match[1]), int(match[2])
        if other > 12 and other == (year + 1) % 100:
            return f"{year + years}-{(other + years) % 100:02d}"
        return f"{year + years}-{match[2]}" if other <= 12 else match[0]

    return SHIFTED.sub(moved, text)


def made_series(target: Path, months: int) -> Project:
    """A project whose Exampleshire has its eighteen months, and then its last twelve again and again, years later."""
    for part in ("notebooks", "params"):
        shutil.copytree(ROOT / part, target / part)
    (target / "_quarto.yml").write_text("project: {}\n", encoding="utf-8")
    real = sorted(p.name for p in REAL.iterdir())
    plan = [(month, 0) for month in real]
    while len(plan) < months:
        plan += [(month, plan[-1][1] + 1) for month in real[-12:]]
    for month, years in plan[:months]:
        for path in (p for p in (REAL / month).rglob("*") if p.is_file()):
            copy = target / "data" / "raw" / "exampleshire" / later(month, years) / path.relative_to(REAL / month)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(later(path.read_text(encoding="utf-8"), years), encoding="utf-8")
    return Project(target)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def counts(tmp_path_factory) -> list[dict[str, int]]:
    """How often each of `COUNTED` was called for each month, and how many earlier tables were gone through."""
    project = made_series(tmp_path_factory.mktemp("series"), MONTHS)
    calls: dict[str, int] = {}
    assert forget_everything() > 10  # a test before this one in the same process may have read the early months
    with pytest.MonkeyPatch.context() as patch:
        for module, name in COUNTED:
            patch.setattr(module, name, counting(calls, f"{module.__name__}.{name}", getattr(module, name)))
        for fold in FOLDS:  # each table of the series that is gone through
            patch.setattr(fold, "step", counting(calls, "step", fold.step))
            if fold.at_once:
                patch.setattr(fold, "at_once", counting(calls, "at once", fold.at_once))
        found = []
        for step, is_new in series.prepare_months(project, "exampleshire"):
            assert is_new and step.error is None, step.error
            found.append(dict(calls))
            calls.clear()
    return found


def counting(calls: dict[str, int], name: str, function):
    def count(*given, **named):
        calls[name] = calls.get(name, 0) + 1
        return function(*given, **named)

    return count


def test_a_late_month_asks_for_no_more_than_an_early_one(counts):
    assert len(counts) == MONTHS and all(counts[-1].get(f"{m.__name__}.{n}") for m, n in COUNTED[:5])
    assert [month.get("step") for month in counts] == [None, *[len(FOLDS)] * (MONTHS - 1)]
    early, late = counts[4:16], counts[-12:]  # the same twelve months of the year
    for name in {name for month in (*early, *late) for name in month}:
        assert sum(m.get(name, 0) for m in late) <= 1.1 * sum(m.get(name, 0) for m in early) + 2, name


def test_what_is_the_same_for_every_month_is_read_once(counts):
    """Lists, official statistics and names: their files are looked at for the first month and for no other."""
    # A return's own return.yml is looked at, and the settings of its report, which may list its sections.
    for name, own in (("keys.file_digest", 1), ("yaml_files._look_over", 2), ("official_tables.read_bytes", 1)):
        later_months = [month.get(next((n for n in month if n.endswith(name)), ""), 0) for month in counts[1:]]
        assert max(later_months) <= own, name


def test_a_reference_is_filled_in_once(counts):
    """As many times as the narrative of the month has references, and not once more for the whole text."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((REAL / "2025-03" / "narrative").glob("*.md"))]
    month = sorted(p.name for p in REAL.iterdir()).index("2025-03")
    assert counts[month]["improvement_reports.facts.narrative._filled"] == sum(t.count("{{") for t in texts)
