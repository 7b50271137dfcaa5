"""One figure computed again: the inputs are prepared once, and what was prepared is believed only if it is as it was
left.
"""

import json

import pytest

from improvement_reports.domain.errors import UserError
from improvement_reports.editions import cells_again
from improvement_reports.editions.figure import find_figure, needed_cells, rebuild

FIGURE = "exampleshire/2024-03/board/v1#assessments_in_time_pct.2024-03"


@pytest.fixture
def prepared_with(monkeypatch) -> list:
    """What each call prepared: the command, or nothing."""
    seen: list = []

    def noted(rebuilt, script, arguments, seconds, run=cells_again.run_own):
        seen.append(json.loads(arguments[0]))
        return run(rebuilt, script, arguments, seconds)

    monkeypatch.setattr(cells_again, "run_own", noted)
    return seen


def test_inputs_are_prepared_once_for_all_figures_of_an_edition(corrected, prepared_with):
    for figure in (FIGURE, FIGURE.replace("assessments_in_time", "rereferrals"), FIGURE.replace("/v1", "/v2")):
        assert rebuild(corrected, find_figure(corrected, figure)).same
    assert prepared_with == [["prepare", "--authority", "exampleshire"], [], ["prepare", "--authority", "exampleshire"]]


def test_prepared_tables_that_another_hand_changed_are_made_again(corrected, prepared_with):
    assert rebuild(corrected, find_figure(corrected, FIGURE)).same
    table = next((corrected.build / cells_again.REBUILT_FOLDER).rglob("2024-03/observations.parquet"))
    table.write_bytes(table.with_name("targets.parquet").read_bytes())
    assert rebuild(corrected, find_figure(corrected, FIGURE)).same
    assert prepared_with[1] != []


def test_a_cell_that_fails_and_inputs_that_are_refused_are_one_sentence(corrected, monkeypatch):
    found = find_figure(corrected, FIGURE)

    def with_fault(cells, target):
        chosen = needed_cells(cells, target)
        chosen[-1].source = "1 / 0"
        return chosen

    monkeypatch.setattr("improvement_reports.editions.figure.needed_cells", with_fault)
    with pytest.raises(UserError, match=r"^A cell of the published notebook failed: ZeroDivisionError"):
        rebuild(corrected, found)


def test_of_what_was_prepared_the_newest_are_kept(corrected, monkeypatch):
    monkeypatch.setattr(cells_again, "MOST_KEPT", 1)
    for figure in (FIGURE, FIGURE.replace("/v1", "/v2")):
        rebuild(corrected, find_figure(corrected, figure))
    assert len(list((corrected.build / cells_again.REBUILT_FOLDER).iterdir())) == 2  # a folder and its stamp
