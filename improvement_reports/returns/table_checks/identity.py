"""Whose return it is."""

from collections.abc import Iterator

from improvement_reports.domain.errors import Fault, shown
from improvement_reports.domain.hints import suggestion
from improvement_reports.returns.table_checks.given import Given
from improvement_reports.workspace.councils import ended_sentence


def identity_faults(given: Given) -> Iterator[Fault]:
    """Whether return.yml says what its place and the settings say."""
    info, folder, authorities, project = given.raw.info, given.raw.folder, given.authorities, given.project
    if info is None:
        return
    if (info.authority, info.month) != (folder.parent.name, folder.name):
        yield Fault(
            "return.yml",
            f"says {info.authority}/{info.month}, but the return lies in {folder.parent.name}/{folder.name}; correct"
            " one of them",
        )
    if info.authority not in authorities:
        yield Fault(
            "return.yml, authority",
            f"{shown(info.authority)} is not in params/authorities.yml{suggestion(info.authority, authorities)}; add it"
            " there",
        )
    elif said := ended_sentence(project, info.authority, info.month):
        yield Fault("return.yml, month", said)
    elif info.illustrative != authorities[info.authority].illustrative:
        yield Fault(
            "return.yml, illustrative",
            "must be true for a made-up authority and false for a real one, as in params/authorities.yml",
        )
