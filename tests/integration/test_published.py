"""The published editions of this repository: as they were published, with all their inputs, and their numbers can be
recomputed.
"""

import os

import pytest
from conftest import ROOT

from improvement_reports.domain.vocabulary import WITHOUT_RETURN
from improvement_reports.editions.chain import chain_faults, edition_faults
from improvement_reports.editions.edition import Edition, all_editions, newest_of_all
from improvement_reports.editions.inputs import find_input, kept_faults
from improvement_reports.editions.verify import REPRODUCED, verify_edition
from improvement_reports.workspace.authorities import load_authorities
from improvement_reports.workspace.places import Project

PROJECT = Project(ROOT)
EDITIONS = all_editions(PROJECT)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.identifier)
def test_an_edition_is_as_it_was_published(edition):
    assert edition_faults(edition) == []
    missing = [name for name, record in edition.inputs.items() if find_input(PROJECT, name, record.sha256) is None]
    assert not missing, "its inputs are in their place or in data/archive"


def test_the_chain_holds_and_so_does_what_is_kept():
    assert (
        chain_faults(EDITIONS) == []
        and kept_faults(PROJECT, {r.sha256: name for e in EDITIONS for name, r in e.inputs.items()}) == []
    )
    # From the newest the whole chain can be walked back to the first.
    by_name, e, walked = {e.identifier: e for e in EDITIONS}, newest_of_all(EDITIONS), 1
    while e.manifest.before:
        e, walked = by_name[e.manifest.before.identifier], walked + 1
    assert walked == len(EDITIONS)


def test_the_reports_of_the_five_documents_are_published():
    published = {e.job for e in EDITIONS}
    assert {
        ("gloucestershire", "2020-10", "inspection"),
        ("gloucestershire", "2021-04", "board"),
        ("gloucestershire", "2022-11", "scrutiny"),
        ("herefordshire", "2021-08", "cabinet"),
        ("worcestershire", "2018-06", "cabinet"),
    } <= published
    months = {month for authority, month, kind in published if authority == "exampleshire"}
    assert len(months) == 18


def test_only_what_is_made_up_says_that_it_is():
    authorities = load_authorities(PROJECT)
    for e in EDITIONS:
        assert e.manifest.illustrative == authorities[e.authority].illustrative == (e.authority == "exampleshire"), (
            e.identifier
        )


def lightest_of_each_release(editions: list[Edition]) -> list[Edition]:
    """An edition made by each release, the one with the fewest figures, and with all that a return brings with it.

    Editions become more every month, and each takes some ten seconds; all with EVERY_EDITION=1 in the environment, and
    `verify --all` runs every one.
    """
    if os.environ.get("EVERY_EDITION"):
        return editions
    chosen: dict[str, Edition] = {}
    for edition in sorted(editions, key=lambda e: e.manifest.figures):
        if edition.kind not in WITHOUT_RETURN:
            chosen.setdefault(edition.manifest.software.code_sha256, edition)
    return list(chosen.values())


def test_an_edition_of_each_release_is_chosen():
    chosen = lightest_of_each_release(EDITIONS)
    assert {e.manifest.software.version for e in chosen} == {e.manifest.software.version for e in EDITIONS}
    assert {e.manifest.format for e in chosen} == {e.manifest.format for e in EDITIONS}


@pytest.mark.slow
@pytest.mark.parametrize("edition", lightest_of_each_release(EDITIONS), ids=lambda e: e.identifier)
def test_an_edition_is_reproduced(edition):
    """With its own code on its own inputs: words and drawings too, whatever today's code says."""
    result = verify_edition(str(PROJECT.root), edition.identifier)
    assert result.state == REPRODUCED and result.is_good and result.figures == result.reproduced > 40, result
