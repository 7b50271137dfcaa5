"""The connection to a Dask cluster: made, watched, and ended without a word of Dask's own on the terminal."""

import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError

from improvement_reports.domain.errors import Refused, UserError
from improvement_reports.runs.cluster import words
from improvement_reports.runs.cluster.parcel import Make, can_load
from improvement_reports.runs.cluster.worker import EndedError, own_make

CONNECT_SECONDS = 10
# Workers that are started together with this call may take as long to come.
NO_WORKER_SECONDS = 60
# How long one look at a future lasts, how often the scheduler is asked whether it is there, and how long it may take.
LOOK_SECONDS, PULSE_SECONDS, PULSE_TIMEOUT = 1, 10, 30
LOGGERS = ("distributed", "tornado", "asyncio", "bokeh")


class Connection:
    """A client of the scheduler at ``address``, all of whose workers make reports with ``make``."""

    def __init__(self, address: str, make: Make):
        self.address = address
        self.client = connected(address)
        self._lock = threading.Lock()
        self._felt = self._had_workers = time.monotonic()
        self._lost = ""
        try:
            greet(self, make)
        except BaseException:
            self.close()
            raise

    @property
    def threads(self) -> int:
        """How many reports the workers run at once."""
        return sum(w["nthreads"] for w in self._identity()["workers"].values())

    def workers_but(self, strangers: Iterable[str]) -> list[str]:
        """The addresses of the workers without some; a `Refused` if there are none but those, nothing if there are
        none at all.
        """
        workers = set(self._identity()["workers"])
        found = sorted(workers - set(strangers))
        if workers and not found:
            raise Refused(words.no_other_worker(self.address, sorted(strangers)[0]))
        return found

    def result(self, future, is_ended: Callable[[], bool]) -> object:
        """What a future gives, however long that takes; a `Refused` that says why there will be nothing.

        Raises CancelledError once nobody waits for it any more.
        """
        while True:
            try:
                return future.result(timeout=LOOK_SECONDS)
            # The second is what Dask says where a look is cancelled just as it runs out of time.
            except (TimeoutError, UnboundLocalError) as error:
                if future.done() and future.status == "error":
                    raise self._refused(error) from None
                if is_ended():
                    raise CancelledError from None
                self._feel_pulse()
            except Exception as error:
                if is_ended():
                    raise CancelledError from None
                raise self._refused(error) from None
            if self._lost:
                raise Refused(self._lost)

    def close(self) -> None:
        """End the connection; the scheduler forgets what is still queued for it."""
        try:
            self.client.close(timeout=LOOK_SECONDS)
        except Exception:  # a scheduler that is no more can be told nothing
            logging.getLogger(__name__).debug("closing", exc_info=True)

    def _identity(self) -> dict:
        """What the scheduler says of itself and its workers; a `Refused` if it does not answer."""
        try:
            return self.client.sync(self.client.scheduler.identity, n_workers=-1, callback_timeout=PULSE_TIMEOUT)
        except Exception:
            raise Refused(words.lost(self.address)) from None

    def _feel_pulse(self) -> None:
        """Now and then, by one of those who wait: whether the scheduler is there and has workers."""
        with self._lock:
            now = time.monotonic()
            if self._lost or now - self._felt < PULSE_SECONDS:
                return
            self._felt = now
        try:
            if self._identity()["workers"]:
                self._had_workers = time.monotonic()
            elif time.monotonic() - self._had_workers > NO_WORKER_SECONDS:
                self._lost = words.without_workers(self.address, NO_WORKER_SECONDS)
        except Refused as error:
            self._lost = str(error)

    def _refused(self, error: Exception) -> Refused:
        """Why a report did not come back."""
        from distributed import KilledWorker

        if self._lost:
            return Refused(self._lost)
        if isinstance(error, KilledWorker):
            return Refused(words.died(error.allowed_failures + 1, error.last_worker.address))
        if isinstance(error, EndedError):
            return Refused(words.ended(str(error)))
        if isinstance(error, CancelledError | OSError) or type(error).__name__ == "ClosedClientError":
            self._lost = words.lost(self.address)
            return Refused(self._lost)
        return Refused(words.no_report(f"{type(error).__name__}: {first_line(error)}"))


def connected(address: str):
    """A client of the scheduler at an address; a `UserError` if there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from distributed import Client
    except ImportError:
        raise UserError(words.not_installed()) from None
    quiet()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions there; `greet` compares what matters
            return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        raise UserError(words.not_reached(address, CONNECT_SECONDS, first_line(error))) from None


def quiet() -> None:
    """What Dask logs is for whoever runs the cluster, not for the terminal of whoever makes reports."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    warnings.filterwarnings("ignore", module=r"distributed\.")


def greet(connection: Connection, make: Make) -> None:
    """Ask every machine of the cluster what it makes reports with; a `UserError` names the first that differs."""
    client = connection.client
    try:
        client.wait_for_workers(1, timeout=NO_WORKER_SECONDS)
    except Exception:
        raise UserError(words.without_workers(connection.address, NO_WORKER_SECONDS)) from None
    for worker, said in sorted(client.run(own_make, on_error="return").items()):
        if not isinstance(said, Make):
            raise UserError(words.lacks_package(f"The worker {worker}", first_line(said)))
        if said != make:
            raise UserError(words.stranger(f"The worker {worker}", said, make))
    try:
        client.run_on_scheduler(can_load)
    except Exception as error:
        raise UserError(words.lacks_package(f"The scheduler {connection.address}", first_line(error))) from None


def first_line(error: object) -> str:
    """The first line of what a library says, in at most 160 signs."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
