"""Once many reports were run, what pages are made in need not hold what ran them."""

import pytest

from improvement_reports.site import build
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Outcome, Summary


@pytest.mark.parametrize(("state", "count", "turned"), [("done", 41, 1), ("done", 40, 0), ("unchanged", 153, 0)])
def test_after_many_runs_alone(tmp_path, monkeypatch, state, count, turned):
    """To turn takes a second, which a site of a few reports would wait for."""
    asked = []
    monkeypatch.setattr(build.link, "turn_to_pages", asked.append)
    build._make_room(Project(tmp_path), Summary([Outcome(str(n), state) for n in range(count)]))
    assert asked == [tmp_path] * turned
