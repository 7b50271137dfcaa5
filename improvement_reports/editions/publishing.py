"""From a report's name to its published edition: run it if anything changed, then freeze what it says."""

from improvement_reports.domain.errors import Refused, UserError
from improvement_reports.editions.publish import Published, publish
from improvement_reports.runs.draft import write_draft
from improvement_reports.runs.reports import no_report
from improvement_reports.runs.up_to_date import prepare_and_run
from improvement_reports.workspace.locks import at_work
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Summary


def run_and_publish(
    project: Project, authority: str, month: str, kind: str, edition_kind: str = "", reason: str = ""
) -> Published:
    """Publish what the report says now.

    Raises a `UserError` if there is no such report, if it cannot be run, or if a reason is missing.
    """
    with at_work(project):  # from the run to the edition, so that no other run comes between
        summary, job = Summary(), (authority, month, kind)
        jobs = prepare_and_run(project, job, False, lambda outcome: None, summary)
        if summary.failed:
            kind_of_error = Refused if all(o.is_refused for o in summary.failed) else UserError
            raise kind_of_error(
                "Nothing was published. " + " ".join(f"{o.subject}: {o.message}" for o in summary.failed)
            )
        if job not in jobs:
            raise UserError(no_report(*job))
        write_draft(project, job)
        return publish(project, *job, edition_kind, reason)
