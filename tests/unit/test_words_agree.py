"""Words agree with their numbers, where there is one of something as well."""

import pytest

from improvement_reports.domain.templates import fill

MISSED = {"label": "", "value": "", "target": "", "run": ""}


@pytest.mark.parametrize(
    ("met", "targets", "said"),
    [
        (0, "1 target", "0 of 1 target is met"),
        (1, "1 target", "1 target is met"),
        (1, "3 targets", "1 of 3 targets is met"),
        (2, "3 targets", "2 of 3 targets are met"),
        (3, "3 targets", "all 3 targets are met"),
    ],
)
def test_so_many_targets_are_met(met, targets, said):
    number = int(targets.split()[0])
    found = fill(
        "sections/verdict_targets.html",
        is_all=met == number,
        is_one=1 in (met, number),
        met=str(met),
        with_target=targets,
        **MISSED,
    )
    assert found.strip() == said


@pytest.mark.parametrize(("rated", "said"), [(1, "1 of 1 priority"), (4, "1 of 4 priorities")])
def test_so_many_priorities_have_no_effect(rated, said):
    found = fill("sections/verdict_effects.html", bad="1", rated=str(rated), is_one=rated == 1)
    assert found.strip().endswith(f"for {said}")
