"""A copy without the archive shows its editions: of an input that is gone nothing can be said, and that is no fault of
the page.
"""

import shutil

from improvement_reports.editions.edition import newest_edition
from improvement_reports.editions.from_rows import KeptRows
from improvement_reports.editions.soundness import record_path, sound

JOB = ("exampleshire", "2024-03", "board")


def test_an_edition_is_sound_where_its_inputs_are_gone(published):
    edition = newest_edition(published, *JOB)
    sound(published, edition)
    shutil.rmtree(published.root / "data/archive")
    for path in (published.raw / "exampleshire/2024-03").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    record_path(published, edition).unlink()
    sound(published, edition)


def test_an_input_that_was_never_recorded_holds_no_row():
    row = {"file": "avon/2024-03/observations.csv", "cells": "[]"}
    assert not KeptRows({}, {}).has(row)
    assert KeptRows({}, {}, ["data/raw/avon/2024-03/observations.csv"]).has(row)
