"""docs/profile-proof.md says what today's code counts: the tenths that are compared are counted again."""

import re

import pytest
from conftest import ROOT

from improvement_reports.authoring import profile_proof
from improvement_reports.authoring.profile_proof import RULES, by_size, flags_of, tenths
from improvement_reports.official.statistics import open_official

PAGE = (ROOT / profile_proof.PLACE).read_text(encoding="utf-8")
YEAR, KNOWN_BY = 2025, "2026-04-30"


@pytest.fixture(scope="module")
def official(real_once):
    return open_official(real_once, KNOWN_BY)


def row(start: str) -> list[str]:
    (line,) = re.findall(rf"^\| {re.escape(start)} \|.*$", PAGE, re.MULTILINE)
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("place", "name"), [(0, "1 (smallest)"), (-1, "10 (largest)")])
def test_a_tenth_is_what_is_counted_again(official, place, name):
    group = [flags_of(official, code, YEAR) for code in tenths(by_size(official, YEAR))[place]]
    shares = [sum(rule(f) for mine in group for f in mine) / len(group) for rules in RULES.values() for rule in rules]
    assert row(name) == [name, str(len(group)), *(f"{share:.2f}" for share in shares)]


def test_small_and_large_authorities_are_unusual_alike():
    """Before, the smallest tenth had six times as many as the largest; now the two are near each other."""
    (then_small, now_small), (then_large, now_large) = (
        [float(cell) for cell in row(name)[2:4]] for name in ("1 (smallest)", "10 (largest)")
    )
    assert then_small > 4 * then_large and max(now_small, now_large) < 1.5 * min(now_small, now_large) and now_small < 1


def test_every_authority_is_in_one_tenth():
    codes = [str(n) for n in range(153)]
    groups = tenths(codes)
    assert [c for g in groups for c in g] == codes and {len(g) for g in groups} == {15, 16}
