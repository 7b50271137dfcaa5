"""What a build notes of each report stands in a line of its own, and lines of what is as it was stay."""

import json

import pytest

from improvement_reports.site.notes import NotedFacts, facts_beside, read_facts, read_record, write_facts, write_record
from improvement_reports.workspace.stamps import stamp_text

FACTS = {"b/2024-03/board": {"told": {"title": "A\nb, “c”"}, "n": [1]}, "a/2024-03/board": {}, "": {"parts": {}}}


@pytest.fixture
def record(tmp_path):
    return tmp_path / "site-1.json"


@pytest.mark.parametrize("facts", [FACTS, {}, {"": {}}])
def test_facts_are_read_as_they_were_written(record, facts):
    found = read_facts(record, write_facts(record, facts, NotedFacts()))
    assert found and found.facts == facts and list(found.lines) == sorted(facts)
    assert found.facts == json.loads(facts_beside(record).read_bytes())


@pytest.mark.parametrize("change", [{"b/2024-03/board": {}}, {"c/2024-03/board": {"n": 1}}, {"": {"parts": {"x": 1}}}])
def test_only_what_changed_is_written_anew_and_the_file_is_as_of_a_first_time(record, monkeypatch, change):
    before = read_facts(record, write_facts(record, FACTS, NotedFacts()))
    facts = {**FACTS, **change}
    write_facts(record, facts, NotedFacts())
    whole, dumps, dumped = facts_beside(record).read_bytes(), json.dumps, []
    monkeypatch.setattr(json, "dumps", lambda said, **more: dumped.append(said) or dumps(said, **more))
    assert before and read_facts(record, write_facts(record, facts, before))
    assert facts_beside(record).read_bytes() == whole
    assert dumped == [said for pair in change.items() for said in pair]


def test_facts_of_another_build_are_not_read(record):
    write_facts(record, FACTS, NotedFacts())
    assert read_facts(record, write_facts(record, {}, NotedFacts()) + "0") is None


def test_a_record_of_another_hand_or_of_a_release_before_is_not_believed(record):
    write_record(record, {"count": 1})
    assert read_record(record) == {"count": 1}
    record.write_bytes(record.read_bytes().replace(b"1", b"2"))
    assert read_record(record) == {}
    record.write_text(stamp_text("key", {"made": "1"}, reports="0"), encoding="utf-8")
    assert read_record(record) == {}
    record.unlink()
    assert read_record(record) == {}
