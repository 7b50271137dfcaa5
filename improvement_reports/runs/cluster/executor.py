"""Send reports to the workers of a Dask cluster, wait for what they give, and say what went wrong.

It is used as any executor of `run_reports` is: ``submit(run_report, root, authority, month, kind, force)``. A few
threads each see one report through, so that never more than those are packed at once.
"""

import threading
import time
import uuid
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from pathlib import Path

from improvement_reports.domain.errors import Refused, UserError
from improvement_reports.runs.cluster import words
from improvement_reports.runs.cluster.connection import Connection
from improvement_reports.runs.cluster.packing import keep, packed, shared_files
from improvement_reports.runs.cluster.parcel import Parcel, ParcelAnswer, given_back
from improvement_reports.runs.cluster.worker import own_make, run_parcel
from improvement_reports.runs.keys import report_key
from improvement_reports.runs.run import run_is_current, run_report
from improvement_reports.workspace.parameters import load_report
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.work import Outcome

# Reports under way at once: enough that no worker waits for its next one, and new workers find something to do.
LEAST_UNDER_WAY, MOST_UNDER_WAY = 8, 256
# How often a report is given to another worker because a program ended there, or because the worker is a stranger.
RETRIES = 2


class ClusterExecutor(Executor):
    """Runs reports of one project on a cluster. Raises a `UserError` if it cannot be reached or would make others."""

    def __init__(self, address: str):
        self._cluster = Connection(address, own_make())
        under_way = min(MOST_UNDER_WAY, max(LEAST_UNDER_WAY, 2 * self._cluster.threads))
        self._threads = ThreadPoolExecutor(under_way, thread_name_prefix="cluster")
        self._shared: dict[Path, object] = {}
        self._strangers: set[str] = set()
        self._lock = threading.Lock()
        self._is_ended = False

    def submit(self, fn, /, *args, **kwargs) -> Future:
        """``fn`` is `run_report`: its worker needs more than a name and arguments."""
        if fn is not run_report:
            raise ValueError(f"only run_report goes to a cluster, not {fn}")
        return self._threads.submit(self._run, *args, **kwargs)

    def __exit__(self, kind, error, trace):
        self.shutdown(wait=True, cancel_futures=kind is not None and not issubclass(kind, Exception))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the connection; with ``cancel_futures`` nothing that is queued is run, and nothing more is written."""
        self._is_ended = cancel_futures or self._is_ended
        self._threads.shutdown(wait=wait and not cancel_futures, cancel_futures=cancel_futures)
        self._shared.clear()
        self._cluster.close()
        self._threads.shutdown(wait=wait)

    def _run(self, root: str, authority: str, month: str, kind: str, force: bool = False) -> Outcome:
        """`run_report`, its notebook executed on the cluster."""
        project, job, start = Project(Path(root)), (authority, month, kind), time.perf_counter()
        subject = "/".join(job)
        try:
            load_report(project, project.report_params(*job))
            key = report_key(project, *job)
            if not force and run_is_current(project.run_folder(*job), key):
                return Outcome(subject, "unchanged")
            answer = self._answer(project, packed(project, job, key, own_make()), subject)
            if self._is_ended:
                raise CancelledError
            return keep(project, job, key, answer)
        except UserError as error:
            return Outcome(subject, "failed", time.perf_counter() - start, str(error), isinstance(error, Refused))

    def _answer(self, project: Project, parcel: Parcel, subject: str) -> ParcelAnswer:
        """What a worker made of a parcel; one that would make another report is not asked again."""
        other = parcel.make
        for _ in range(RETRIES + 1):
            answer = given_back(self._sent(project, parcel, subject), subject)
            if answer.stranger is None:
                return answer
            self._strangers.add(answer.worker)
            other = answer.stranger
        raise Refused(words.stranger(answer.worker, other, parcel.make))

    def _sent(self, project: Project, parcel: Parcel, subject: str) -> object:
        future = self._cluster.client.submit(
            run_parcel,
            parcel,
            self._shared_by(project),
            key=f"{subject.replace('/', '-')}-{uuid.uuid4().hex}",
            workers=(self._cluster.workers_but(self._strangers) or None) if self._strangers else None,
            retries=RETRIES,
        )
        return self._cluster.result(future, lambda: self._is_ended)

    def _shared_by(self, project: Project):
        """What all reports have in common, sent once: the scheduler keeps it, and gives it to each worker that needs
        it, also after another worker that had it is no more.
        """
        with self._lock:
            if project.root not in self._shared:
                self._shared[project.root] = self._cluster.client.submit(
                    dict, shared_files(project), key=f"shared-{uuid.uuid4().hex}"
                )
            return self._shared[project.root]
