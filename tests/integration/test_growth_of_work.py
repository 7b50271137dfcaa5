"""What a change costs among many reports: work is counted, for time says nothing on a busy machine.

Each count is of a hundred reports of ten authorities and of four times as many; work that is done for each report and
looks at all others would grow sixteenfold.
"""

from types import SimpleNamespace

import pytest

from improvement_reports.domain.vocabulary import ReportKind
from improvement_reports.pages import homes_kept, lists, wanted
from improvement_reports.pages.contents import page_list
from improvement_reports.pages.home import HomeParts, Listed
from improvement_reports.runs.reports import Job
from improvement_reports.workspace.known import MADE, SOURCES, Known
from improvement_reports.workspace.outlines import Outline, outline
from improvement_reports.workspace.parameters import Meeting, ReportParameters

FEW, MANY = 100, 400
TIMES = MANY // FEW


def jobs(number: int) -> list[Job]:
    """So many reports, ten of each authority, in order."""
    return [Job(f"made-{n // 10:03d}", f"2024-{n % 10 + 1:02d}", "board") for n in range(number)]


def params(job: Job) -> ReportParameters:
    meeting = Meeting(body="Board", date=f"{job.month}-20")
    return ReportParameters(
        authority=job.authority,
        month=job.month,
        kind=ReportKind(job.kind),
        title="Title",
        summary="Words.",
        meeting=meeting,
    )


def grows_as(count) -> float:
    """How many times the work of a few reports that of four times as many is."""
    return count(MANY) / max(count(FEW), 1)


class Parts(dict):
    """Parts of a project that count how many of them are looked at."""

    looked = 0

    def __iter__(self):
        for part in super().__iter__():
            self.looked += 1
            yield part


def test_the_parts_of_a_project_are_looked_through_once_for_all_reports():
    def count(number: int) -> int:
        parts = Parts({f"{word} {'/'.join(job)}": "" for job in jobs(number) for word in (SOURCES, MADE)})
        facts = {"/".join(job): {"months": job.month, "reads_archive": False} for job in jobs(number)}
        known = Known(parts, parts, facts)
        assert all(known.of(job) for job in jobs(number))
        assert known.is_prepared(jobs(1)[0].authority) is False
        return parts.looked

    assert grows_as(count) <= TIMES


def test_what_stands_around_a_report_is_looked_for_among_those_of_its_authority(monkeypatch):
    seen: list[int] = []
    monkeypatch.setattr(wanted, "dates_named", lambda folder: [])
    monkeypatch.setattr(wanted, "content_of", lambda project, report: None)
    monkeypatch.setattr(
        wanted, "facts_of", lambda project, report: SimpleNamespace(params=params(report.job), illustrative=False)
    )
    monkeypatch.setattr(wanted, "around", lambda own, shown, *_: seen.append(len(shown)) or wanted.ALONE)
    wanted.placed(None, [wanted.Wanted(job, [], None, False) for job in jobs(MANY)])
    assert seen == [10] * MANY


class Sorted(list):
    """Reports in order that nobody goes through one by one."""

    def __iter__(self):
        raise AssertionError("all reports are looked through for the month before one")


def test_the_month_before_is_looked_for_among_those_of_its_authority():
    published = SimpleNamespace(reports=Sorted(jobs(FEW)), of=lambda job: [job])
    on_site = set(jobs(FEW))
    found = [wanted._month_before(SimpleNamespace(**job._asdict()), published, on_site) for job in jobs(FEW)]
    pairs = zip(jobs(FEW), jobs(FEW)[1:], strict=False)
    assert [before for before in found if before] == [before for before, job in pairs if job.month != "2024-01"]


class Address(str):
    """An address that counts with how many others it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Address.compared += 1
        return str.__eq__(self, other)


def test_an_address_in_the_list_of_pages_is_not_looked_for_among_all_others():
    def count(number: int) -> int:
        Address.compared = 0
        page_list({Address(f"about/{n}.html"): "About" for n in range(number // 10)} | _titles(number))
        return Address.compared

    assert grows_as(count) <= 2 * TIMES


def _titles(number: int) -> dict[str, str]:
    return {Address(f"reports/{'/'.join(job)}/index.html"): "Title" for job in jobs(number)}


@pytest.mark.parametrize("all_made_up", [False, True])
def test_lists_tell_reports_of_made_up_authorities_by_the_authority(prepared, monkeypatch, all_made_up):
    compared: list[int] = []
    equal = Outline.__eq__
    monkeypatch.setattr(Outline, "__eq__", lambda self, other: compared.append(1) or equal(self, other))
    monkeypatch.setattr(homes_kept, "home_parts", lambda project, authority, mine, *_: HomeParts("", None, ""))
    monkeypatch.setattr(lists, "_homes", lambda listed, authorities, parts: f"{len(listed)} listed")
    authorities = {
        job.authority: SimpleNamespace(name=job.authority, short_name=job.authority, illustrative=all_made_up or n < 50)
        for n, job in enumerate(jobs(FEW))
    }
    lists.write_lists(prepared, [Listed(outline(params(job)), "Words.") for job in jobs(FEW)], authorities, {})
    assert len(compared) <= FEW
    parts = prepared.build / "pages-parts"
    assert (parts / "homes.md").read_text() == ("100 listed" if all_made_up else "50 listed")
    assert ("made up" in (parts / "demonstration.md").read_text()) is not all_made_up
