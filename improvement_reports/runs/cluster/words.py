"""What can go wrong with a cluster, as sentences of what happened and what to do."""

from collections.abc import Mapping

from improvement_reports.runs.cluster.parcel import Make

ONCE_MORE = "do the same again"
AGAIN = f"{ONCE_MORE}; what came back is kept"
EXTRA = 'pip install "improvement-reports[cluster]"'


def not_installed() -> str:
    return f"Reports run on a cluster through the package distributed, which is not installed; install it with {EXTRA}."


def not_reached(address: str, seconds: float, why: str) -> str:
    return (
        f"No scheduler of Dask answers at {address} within {seconds:g} seconds ({why}); start one there (dask"
        " scheduler), or correct the address."
    )


def without_workers(address: str, seconds: float) -> str:
    return (
        f"The cluster at {address} has had no worker for {seconds:g} seconds; start workers (dask worker {address}),"
        f" then {AGAIN}."
    )


def lost(address: str) -> str:
    return f"The scheduler at {address} no longer answers; start it and its workers, then {AGAIN}."


def died(deaths: int, worker: str) -> str:
    who = f"{deaths} workers in turn, the last of them {worker}," if deaths > 1 else f"The worker {worker}"
    return (
        f"{who} ended while running it, perhaps because memory ran out there; look at the log of that worker, or run it"
        " on this machine."
    )


def ended(what: str) -> str:
    return f"On the cluster {what}, perhaps because memory ran out there; look at that machine, or run it on this one."


def lacks_package(worker: str, why: str) -> str:
    return (
        f"{worker} cannot load improvement-reports ({why}); install the release of this machine with {EXTRA} wherever"
        f" the scheduler and the workers run, start them again, then {ONCE_MORE}."
    )


def stranger(worker: str, theirs: Make, ours: Make) -> str:
    """Why the reports of a machine would not be those of this one."""
    return (
        f"{worker} would make other reports than this machine: it has {_difference(theirs, ours)}; install the same"
        f" there, start it again, then {ONCE_MORE}."
    )


def no_other_worker(address: str, worker: str) -> str:
    return (
        f"{worker} would make other reports than this machine, and the cluster at {address} has no other worker;"
        f" install the release of this machine there, start it again, then {AGAIN}."
    )


def no_report(why: str) -> str:
    return f"The cluster gave no report back, but {why}; look at the log of its workers, or run it on this machine."


def _difference(theirs: Make, ours: Make) -> str:
    if theirs.release != ours.release:
        return f"release {theirs.release}, and here is {ours.release}"
    versions = _other_versions(theirs.libraries, ours.libraries)
    if versions:
        return f"{', '.join(versions)}"
    return f"other code of release {theirs.release}"


def _other_versions(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    names = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
    return [f"{n} {theirs.get(n, 'missing')}, and here is {ours.get(n, 'none')}" for n in names[:3]]
