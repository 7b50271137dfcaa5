"""A sample of the fuzzing of tests/fuzz.py: every input is refused cleanly or read as it is written."""

import pytest
from fuzz import KINDS, fuzz


@pytest.mark.slow
def test_a_sample_of_damaged_inputs(project):
    found = fuzz(project, 300, seed=20)
    assert found.bad == []
    assert {kind for kind, _ in found.counts} == set(KINDS)
    assert {outcome for _, outcome in found.counts} == {"refused", "same"}
